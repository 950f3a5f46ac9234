"""Stores fed by links: gates pass what comes within the step; free outlets and bands in months."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text


def run(text):
    """Return the run of a config's text, of one scenario and member; its balance is checked."""
    result = hydrosim.run(config_from_text(text)).isel(scenario=0, member=0)
    proof = json.loads(result.attrs["certificate"])
    assert max(proof["largest_row_closure"], proof["largest_network_closure"]) <= 1e-12
    return result


def reasons(result, claim):
    """Return the reasons of a claim's shortages in the run."""
    table = json.loads(result["reason"].attrs["table"])
    codes = np.unique(result["reason"].sel(claim=claim).values)
    return {table[str(int(code))]["en"] for code in codes} - {""}


BARRAGE = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-06, step: day}
ladder: [domestic, flood_limit, storage]
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 10 m, 20 m], storage: [0 Mm3, 100 Mm3, 300 Mm3]}
    levels: {dead: 0 m, normal: 10 m}
    initial: 90 %
    local_inflow: 5 m3/s
  barrage:
    type: reservoir
    storage_curve: {level: [0 m, 2 m], storage: [0 Mm3, 0.2 Mm3]}
    levels: {dead: 0 m, normal: 2 m}
    initial: 100 %
    outlets: [{name: head, to: city, capacity: 30 m3/s}, {name: gate, capacity: 100 m3/s}]
  city: {type: demand, use: domestic, flow: 10 m3/s}
  sea: {type: outlet}
links:
  - {from: dam, to: barrage, type: river}
  - {from: barrage, to: city}
  - {from: barrage, to: sea, type: river}
"""


@pytest.mark.parametrize("step", ["day", "pentad", "month"])
def test_a_barrage_passes_on_what_the_dam_above_releases(step):
    """0.2 Mm3 of pond and 90 Mm3 above it: the head gate of 30 m3/s gives the city its 10 m3/s."""
    text = BARRAGE.replace("step: day", f"step: {step}").replace("2001-01-06", "2001-02-28")
    result = run(text)
    np.testing.assert_allclose(result.supplied, 10.0)
    np.testing.assert_allclose(result.storage[-1].sum(), 90.2e6 - 5.0 * 59 * 86400, rtol=1e-9)


def test_a_head_gate_of_six_passes_six():
    """However much the dam sends: the gate is the bound, and the reason."""
    result = run(BARRAGE.replace("capacity: 30 m3/s", "capacity: 6 m3/s"))
    np.testing.assert_allclose(result.supplied, 6.0)
    assert reasons(result, "city") == {"barrage to city: outlets fully open"}


CHAIN = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-06-30, step: month}
ladder: [domestic, base_flow, flood_limit, storage]
nodes:
  upper:
    type: reservoir
    storage_curve: {level: [0 m, 10 m, 20 m], storage: [0 Mm3, 10 Mm3, 100 Mm3]}
    levels: {dead: 1 m, normal: 10 m}
    initial: 1 m
    outlets: [{name: gate, capacity: 50 m3/s}]
    local_inflow: 15 m3/s
  lower:
    type: lake
    storage_curve: {level: [0 m, 10 m, 20 m], storage: [0 Mm3, 10 Mm3, 100 Mm3]}
    levels: {dead: 1 m, normal: 10 m}
    initial: 1 m
    outlets: [{name: gate, capacity: 50 m3/s}, {name: head, capacity: 20 m3/s, to: city}]
  city: {type: demand, use: domestic, flow: 10 m3/s}
  reach: {type: reach, base_flow: {requirement: 5 m3/s}}
  sea: {type: outlet}
links:
  - {from: upper, to: lower, type: river}
  - {from: lower, to: city}
  - {from: lower, to: reach, type: river}
  - {from: reach, to: sea, type: river}
"""


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_two_empty_stores_in_series_pass_on_the_first_step(step):
    """15 m3/s come into the upper one; city 10 and base flow 5 m3/s from the first step."""
    result = run(CHAIN.replace("step: month", f"step: {step}"))
    np.testing.assert_allclose(result.supplied.sel(claim="city"), 10.0)
    np.testing.assert_allclose(result.supplied.sel(claim="reach.base_flow"), 5.0)


@pytest.mark.parametrize("step", ["day", "month"])
def test_a_river_that_comes_of_itself_is_known_to_the_gates_below(step):
    """A brook of 15 m3/s loses 10 % in its reach: 13.5 reach the empty dam, 5 + 8 leave it."""
    text = CHAIN.replace("step: month", f"step: {step}")
    a, b = text.index("  upper:"), text.index("  lower:")
    brook = "  upper: {type: inflow, local_inflow: 15 m3/s}\n  bed: {type: reach, loss: 10 %}\n"
    text = text[:a] + brook + text[b:]
    text = text.replace(
        "{from: upper, to: lower, type: river}",
        "{from: upper, to: bed, type: river}\n  - {from: bed, to: lower, type: river}",
    )
    text = text.replace("requirement: 5 m3/s", "requirement: 8 m3/s")
    text = text.replace("use: domestic, flow: 10 m3/s", "use: domestic, flow: 5 m3/s")
    result = run(text)
    np.testing.assert_allclose(result.supplied.sel(claim="city"), 5.0)
    np.testing.assert_allclose(result.supplied.sel(claim="reach.base_flow"), 8.0)
    rise = 0.5 * 181 * 86400.0
    np.testing.assert_allclose(result.storage.values.ravel()[-1], 1e6 + rise, rtol=1e-9)


WEIR = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-06-30, step: STEP}
ladder: [domestic, flood_limit, storage]
rules:
  q: {type: profile, unit: m3/s, values: [5, 40, 5, 60, 10, 2, 2, 2, 2, 2, 2, 2]}
nodes:
  lake:
    type: lake
    storage_curve: {level: [0 m, 10 m, 20 m], storage: [0 Mm3, 10 Mm3, 100 Mm3]}
    levels: {dead: 1 m, normal: 10 m}
    outlets:
      - {name: weir, kind: free, rating: {level: [5 m, 10 m, 20 m],
          flow: [0 m3/s, 20 m3/s, 200 m3/s]}}
      - {name: intake, capacity: 50 m3/s, to: city}
    initial: 1 m
    local_inflow: q
  city: {type: demand, use: domestic, flow: WANT m3/s}
  sea: {type: outlet}
links:
  - {from: lake, to: city}
  - {from: lake, to: sea, type: river}
"""


@pytest.mark.parametrize("want", [1, 4])
def test_a_weir_follows_its_lake_within_a_month(want):
    """The lake never nears its crest in days; nor does it in months, where it overflowed.

    The same water leaves over the weir in every length of step, and the city has the same.
    """
    text = WEIR.replace("WANT", str(want))
    days = run(text.replace("STEP", "day"))
    for step in ("pentad", "dekad", "month"):
        other = run(text.replace("STEP", step))
        for name in ("spill", "supplied"):
            volume = float((days[name] * days.dt).sum())
            assert float((other[name] * other.dt).sum()) == pytest.approx(volume, rel=0.01), step
        assert float(other.storage.max()) <= float(days.storage.max())
        april = days.storage.sel(time="2001-04-30").values.item()
        stored = other.storage.sel(store="lake")
        assert float(stored[other.time.dt.month == 4][-1]) == pytest.approx(april, rel=0.01)


BANDS = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-04-30, step: STEP}
ladder: [flood_limit, storage]
rules:
  q: {type: profile, unit: m3/s, values: [5, 60, 60, 5, 10, 2, 2, 2, 2, 2, 2, 2]}
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 10 m, 20 m], storage: [0 Mm3, 10 Mm3, 200 Mm3]}
    levels: {dead: 1 m, normal: 10 m}
    release_bands: [{up_to: 12 m, cap: 10 m3/s}, {up_to: 15 m, cap: 50 m3/s}, {cap: 1000 m3/s}]
    initial: 10 m
    local_inflow: q
  sea: {type: outlet}
links:
  - {from: dam, to: sea, type: river}
"""


@pytest.mark.parametrize("step", ["dekad", "month"])
def test_bands_follow_the_level_within_a_month(step):
    """50 m3/s are stored up to 12 m (48 Mm3) for 38 Mm3 / 4.32 Mm3 a day = 8.796 days of February.

    Then 50 of 60 m3/s are released: 48 + 0.864 (28 - 8.796) = 64.592 Mm3 at its end, 91.376 at the
    end of March; in months the cap of the start, 10 m3/s, held for all February (130.96 Mm3).
    """
    storage = run(BANDS.replace("STEP", step)).storage.sel(store="dam")
    ends = [float(storage[storage.time.dt.month == month][-1]) / 1e6 for month in (2, 3)]
    assert ends == pytest.approx([64.592, 91.376], rel=1e-5)
