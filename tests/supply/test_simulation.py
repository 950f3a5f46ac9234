"""Starts, what a run keeps, and what it says when it fails."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import SimulationError
from hydrosim.supply import simulation
from hydrosim.supply.build import build_model
from hydrosim.supply.simulation import run
from hydrosim.supply.start import started_register
from tests.conftest import ROOT
from tests.models.every_type import every_type
from tests.models.two_sources import FLOW_DAY_M3, reservoir, table
from tests.nodes.small import config, simulated

YEAR = ("2001-01-01", "2001-12-31", "day")


def equal(first, second):
    assert set(first.data_vars) == set(second.data_vars)
    for name in first.data_vars:
        np.testing.assert_array_equal(first[name].values, second[name].values, err_msg=name)


def leaky(per_month, start, period=YEAR, size=1e5):
    """Reservoir with an inflow in July only that loses a share a month."""
    nodes = {
        "dam": reservoir(size, 10, "july", seepage={"share_per_month": f"{per_month} %"}),
    }
    rules = {"july": {"type": "profile", "values": [0] * 6 + [10] + [0] * 5, "unit": "m3/s"}}
    return config(nodes, ladder=("flood_limit", "storage"), rules=rules, period=period, start=start)


def states_of(model, register):
    return register[model.tape.state_register]


@pytest.mark.parametrize("per_month", [40, 1, 0.05])
def test_a_cyclic_start_is_where_the_run_ends(per_month):
    # At 40 % a month two cycles do; at 0.05 % a month a cycle keeps 99.4 % of a difference, and
    # plain repetition would need 3500 of them.
    case = leaky(per_month, {"state": "cyclic"})
    model = build_model(case)
    register, cycles = started_register(model, model.tape.initial_register[0].copy())
    start = states_of(model, register)[0]
    result = run(model).isel(scenario=0, member=0)
    end = float(result["storage"].sel(store="dam").isel(time=-1))
    assert abs(end - start) <= 1e-9 * start
    assert json.loads(result.attrs["certificate"])["cycles_of_start"] == cycles <= 12
    # Closed form: with k kept a day, S = S k^365 + sum of the inflows, each kept to the end.
    kept = (1 - per_month / 100) ** (86400 / 2629800)
    sums = sum(kept ** (364 - day) * 10 for day in range(181, 212))
    # Seepage of a day is taken from the storage at its start, before the inflow.
    assert start / FLOW_DAY_M3 == pytest.approx(sums / (1 - kept**365), rel=1e-6)


def test_a_cyclic_start_at_the_brim_is_found_too():
    # Linear water would settle at 52 000 flow-days; the brim is at 30 000. July refills what the
    # year loses, so the year ends as much below the brim as August to December take.
    case = leaky(0.05, {"state": "cyclic"}, size=10000)
    model = build_model(case)
    register, cycles = started_register(model, model.tape.initial_register[0].copy())
    kept = 0.9995 ** (86400 / 2629800)
    assert states_of(model, register)[0] / FLOW_DAY_M3 == pytest.approx(30000 * kept**153)
    assert cycles <= 10


def test_a_cyclic_start_of_every_type_closes():
    # The deep aquifer is mined and never closes; without it all stored water does.
    case = every_type("2002-12-31", start="2001-01-01")
    tree = json.loads(json.dumps(case.source.tree))
    tree["start"] = {"state": "cyclic"}
    del tree["nodes"]["plain"]["leakage"], tree["nodes"]["deep"]
    tree["links"] = [link for link in tree["links"] if link["from"] != "deep"]
    for ladder in (tree["ladder"], tree["policies"]["dry"]["ladder"]):
        ladder.remove({"spare": "deep"})
    model = build_model(config_from_text(json.dumps(tree, ensure_ascii=False)))
    register, cycles = started_register(model, model.tape.initial_register[0].copy())
    stored = register[model.program.stored_start]
    result = run(model).isel(scenario=0, member=0)
    names = sorted(model.builder.balances)
    for store in result["store"].values:
        begun = stored[names.index(str(store))]
        ended = float(result["storage"].sel(store=store).isel(time=-1))
        assert abs(ended - begun) <= 2e-9 * stored.sum(), store
    assert cycles <= 60


def test_a_store_that_only_fills_has_no_cyclic_start():
    nodes = {"dam": reservoir(1e6, 10, "1 m3/s")}
    case = config(nodes, ladder=("flood_limit", "storage"), period=("2001-01-01", "2001-01-10",
                  "day"), start={"state": "cyclic"})  # fmt: skip
    with pytest.raises(SimulationError) as caught:
        run(case)
    told = str(caught.value)
    assert told.startswith("scenario base, 2001-01-10, node dam")
    assert "no cyclic start: after 60 cycles the run still ends otherwise than it begins" in told
    assert "change in a cycle = 864000 m3" in told


def test_a_warm_up_starts_from_the_end_of_the_first_years():
    plain = run(leaky(5, {"state": "given"}, ("2001-01-01", "2003-12-31", "day")))
    warm = run(leaky(5, {"state": "warm_up", "years": 1}, ("2001-01-01", "2003-12-31", "day")))
    after = plain["storage"].isel(time=364).item()
    kept = 0.95 ** (86400 / 2629800)
    assert warm["storage"].isel(time=0).item() == pytest.approx(after * kept, rel=1e-12)


def test_without_series_the_year_table_is_the_same():
    model = build_model(every_type("2002-03-31"))
    whole, table_only = run(model), run(model, keep_series=False, ledger=False)
    assert not any("time" in table_only[name].dims for name in table_only.data_vars)
    names = [name for name in table_only.data_vars if name.startswith("year_")]
    assert len(names) > 15
    for name in names:
        np.testing.assert_array_equal(whole[name].values, table_only[name].values, err_msg=name)


def test_progress_is_told_to_the_end_and_changes_no_bit(monkeypatch):
    monkeypatch.setattr("hydrosim.supply.loop.LEAST_STEPS", 5)
    model = build_model(every_type("2001-09-30"))
    told = []
    equal(run(model), run(model, progress=told.append))
    assert told == sorted(told)
    assert len(told) == 40
    assert told[-1] == 1.0


def test_a_run_of_one_step():
    result = simulated(
        {"dam": reservoir(20, 10, "1 m3/s")},
        ladder=("flood_limit", "storage"),
        period=("2001-01-01", "2001-01-01", "day"),
    )
    assert table(result, "storage", "dam") == pytest.approx([11])
    assert hydrosim.run is run


def test_an_inflow_that_would_turn_negative_in_the_run_is_none():
    # Known only in the run: what follows the state is held at 0, so that the 10 stay stored.
    nodes = {"dam": reservoir(20, 10, "drain")}
    rules = {
        "drain": {
            "type": "expression", "expression": "-4 if storage('dam') >= 0 else 0", "unit": "m3/s"
        }
    }  # fmt: skip
    result = run(config(nodes, ladder=("flood_limit", "storage"), rules=rules))
    stored = result["storage"].sel(store="dam").values.ravel()
    assert stored == pytest.approx(stored[0], rel=1e-12)


@pytest.mark.parametrize("wet", [0.0, 1e-12, 1e-3, 1e5])
def test_dry_and_wet_years_give_numbers(wet):
    case = every_type("2001-12-31")
    tree = json.loads(json.dumps(case.source.tree))
    tree["rules"]["hills"]["values"] = [wet] * 12
    tree["rules"]["rain"]["values"] = [min(wet, 200.0)] * 12
    tree["nodes"]["creek"]["local_inflow"] = f"{wet} m3/s"
    tree["nodes"]["confluence"]["local_inflow"] = f"{wet} m3/s"
    tree["rules"]["class"]["month_shares"] = ["8.3333333333 %"] * 12
    result = run(config_from_text(json.dumps(tree, ensure_ascii=False)))
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_network_closure"] <= 1e-12
    assert proof["widened_steps"] == 0
    for name in ("storage", "supplied", "flow", "withdrawn"):
        values = result[name].values
        assert np.isfinite(values).all(), name
        assert values.min() >= -1e-6 * max(1.0, values.max()), name


@pytest.mark.parametrize(
    ("part", "place"), [("row_closure", "row"), ("network_closure", "network")]
)
def test_a_balance_that_does_not_close_ends_the_run(part, place, monkeypatch):
    model = build_model(load_config(ROOT / "configs" / "minimal.yaml"))
    advance = simulation.advance

    def leaking(engine, *further):
        advance(engine, *further)
        getattr(engine.certificate, part)[0] = 2e-12

    monkeypatch.setattr(simulation, "advance", leaking)
    with pytest.raises(SimulationError, match=f"balance of the {place} does not close"):
        hydrosim.run(model)
