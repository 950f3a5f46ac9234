"""One system in days, pentads, dekads and months: the same water within stated bounds."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from tests.conftest import ROOT

EVAPORATION = ROOT / "tests/models/supply/evaporation.yaml"
STEPS = ("pentad", "dekad", "month")
YEARS = 5
WANT = "[0, 0, 2, 10, 30, 45, 45, 35, 15, 2, 0, 0]"
INFLOW = "[4, 6, 20, 60, 50, 15, 5, 3, 2, 2, 3, 4]"
SYSTEMS = {
    "as it is": {},
    "large, never empty": {"normal: 25 m": "normal: 29 m", "initial: 50 %": "initial: 90 %"},
    "small demand": {WANT: "[3, 3, 3, 3, 4, 5, 5, 4, 3, 3, 3, 3]"},
    "twice the evaporation": {"evaporation: et": "evaporation: et\n    evaporation_factor: 2"},
    "rain on the lake": {"evaporation: et": "evaporation: et\n    precipitation: 2 mm/day"},
    "seepage by area": {"evaporation: et": "evaporation: et\n    seepage: {depth: 3 mm/day}"},
    "a gate": {
        "evaporation: et": "evaporation: et\n    outlets: [{name: gate, capacity: 40 m3/s}, "
        "{name: intake, to: farms, capacity: 60 m3/s}]"
    },
    "a weir": {
        "evaporation: et": "evaporation: et\n    outlets: [{name: gate, sill: 5 m, rating: "
        "{level: [5 m, 30 m], flow: [0 m3/s, 120 m3/s]}}]"
    },
    "a dry valley": {INFLOW: "[1, 1, 4, 14, 12, 3, 1, 0, 0, 0, 1, 1]"},
    "nothing asked for": {WANT: "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"},
}  # fmt: skip


def yearly(system, step):
    """Return mean yearly volumes [10^6 m3] of a system in one length of step."""
    text = EVAPORATION.read_text(encoding="utf-8").replace("step: month", f"step: {step}")
    for old, new in SYSTEMS[system].items():
        assert old in text, old
        text = text.replace(old, new)
    result = hydrosim.run(config_from_text(text)).squeeze()
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_row_closure"] <= 1e-12
    assert proof["largest_network_closure"] <= 1e-12
    edges = np.append(result["time"].values, np.datetime64("2006-01-01"))
    length = np.diff(edges).astype("timedelta64[s]").astype(float)
    found = {
        name: float((result[name].values * length).sum()) / YEARS / 1e6
        for name in ("evaporation", "supplied", "release", "spill", "precipitation", "seepage")
        if name in result
    }
    found["storage at the end"] = float(result["storage"].values[-1]) / 1e6
    found["inflow"] = float((result["inflow"].values * length).sum()) / YEARS / 1e6
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_ten_systems_in_days_and_longer_steps(system):
    """Evaporation within 1 %, all other volumes within 1 % of what leaves in a year.

    Evaporation is within 3 % where the store runs empty within months: then its surface does not
    move evenly from the start to the end.
    """
    days = yearly(system, "day")
    near = 0.03 if system == "a dry valley" else 0.01
    through = days["release"] + days["spill"] + days["evaporation"]
    for step in STEPS:
        other = yearly(system, step)
        assert other["evaporation"] == pytest.approx(days["evaporation"], rel=near), step
        for name, volume in days.items():
            assert other[name] == pytest.approx(volume, abs=0.01 * through), (step, name)


@pytest.mark.parametrize("step", ["day", *STEPS])
def test_the_area_is_that_of_what_happened(step):
    """Evaporation is the rate times the mean of the areas at the start and end of each step."""
    text = EVAPORATION.read_text(encoding="utf-8").replace("step: month", f"step: {step}")
    result = hydrosim.run(config_from_text(text)).squeeze()
    areas = result["area"].values
    if step == "day":
        mean = areas[:-1]
    else:
        mean = 0.5 * (areas[:-1] + areas[1:])
    month = result["time"].dt.month.values[1:] - 1
    rates = np.array([1, 1.5, 3, 5, 7, 9, 10, 9, 6, 4, 2, 1])[month] / 1000 / 86400
    np.testing.assert_allclose(result["evaporation"].values[1:], rates * mean, rtol=1e-4)


def test_evaporation_takes_no_more_than_there_is():
    """A pond that dries up in a month loses what it had, and its balance closes."""
    text = """
hydrosim: 1
period: {start: 2001-05-01, end: 2001-10-31, step: month}
ladder: [storage]
nodes:
  pond:
    type: reservoir
    storage_curve: {level: [0 m, 1 m], area: [10 km2, 12 km2], storage: [0 Mm3, 11 Mm3]}
    levels: {dead: 0 m, normal: 1 m}
    initial: 2 Mm3
    evaporation: 10 mm/day
    spill_to: sea
  sea: {type: outlet}
links: [{from: pond, to: sea, type: river}]
"""
    result = hydrosim.run(config_from_text(text)).squeeze()
    length = np.array([31, 30, 31, 31, 30, 31]) * 86400.0
    assert (result["evaporation"].values * length).sum() == pytest.approx(2e6, rel=1e-9)
    assert result["storage"].values.min() >= 0.0
    assert json.loads(result.attrs["certificate"])["largest_network_closure"] <= 1e-12
