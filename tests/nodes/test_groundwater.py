"""Springs, leakage and evaporation of aquifers in long steps: exact, and as in days."""

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text

DAY = 86400.0


def run(text, step):
    """Return the run of a config's text in one length of step."""
    return hydrosim.run(config_from_text(text.replace("STEP", step))).squeeze()


LEAKING = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: STEP}
ladder: [domestic, spare: a, spare: b]
nodes:
  a: {type: aquifer, area: 20 km2, specific_yield: 0.05, ground_level: 70 m, initial_depth: 4 m,
    floor_depth: 40 m, leakage: {to: b, conductance: 0.6 m2/s}}
  b: {type: aquifer, confined: true, area: 20 km2, storage_coefficient: 0.01, ground_level: 70 m,
    initial_depth: 30 m, floor_depth: 80 m}
  town: {type: demand, use: domestic, flow: 0 m3/s}
links:
  - {from: a, to: town, type: pump, capacity: 0.05 m3/s}
  - {from: b, to: town, type: pump, capacity: 0.05 m3/s}
"""


@pytest.mark.parametrize("step", ["pentad", "dekad", "month"])
def test_heads_approach_each_other_and_never_cross(step):
    """Heads 66 and 40 m, S = 1.0 and 0.2 Mm3 a metre, c = 0.6 m2/s.

    The difference falls as exp(-c (1/1e6 + 1/2e5) t): after 5 days 26 x 0.211 = 5.49 m are left.
    Both end at (66 x 1.0 + 40 x 0.2) / 1.2 = 61.667 m.
    """
    level = run(LEAKING, step).level
    edges = np.append(level.time.values, np.datetime64("2002-01-01"))
    passed = np.cumsum(np.diff(edges) / np.timedelta64(1, "s"))
    difference = 26.0 * np.exp(-0.6 * (1 / 1e6 + 1 / 2e5) * passed)
    apart = level.sel(store="a").values - level.sel(store="b").values
    np.testing.assert_allclose(apart, difference, rtol=1e-9, atol=1e-9)
    assert level.values[-1] == pytest.approx([61.6667, 61.6667], abs=1e-4)


def test_a_day_of_leakage_stops_where_the_heads_meet():
    """c = 60 m2/s could move 134.8 Mm3; 26 / (1/1e6 + 1/2e5) = 4.333 Mm3 make heads equal."""
    level = run(LEAKING.replace("0.6 m2/s", "60 m2/s"), "day").level
    np.testing.assert_allclose(level.values, 66.0 - 26.0 * 2e5 / 1.2e6, rtol=1e-12)


KARST = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: STEP}
ladder: [domestic]
nodes:
  karst: {type: aquifer, area: 20 km2, specific_yield: 0.05, ground_level: 70 m, initial_depth: 4 m,
    floor_depth: 12 m, lateral_inflow: 3000 万m3/year}
  north: {type: spring, aquifer: karst, outlet_level: 60 m, conductance: 1.2 m2/s}
  village: {type: demand, use: domestic, flow: 0.5 m3/s}
  sea: {type: outlet}
links:
  - {from: north, to: sea, type: river}
  - {from: north, to: village}
"""


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_a_spring_gives_the_same_water_in_days_and_months(step):
    """6 Mm3 stand above the outlet, 30 flow in evenly: S(t) = I/r + (6 - I/r) exp(-r t).

    r = 1.2 m2/s / 1 Mm3/m = 0.10368 a day, I/r = 30 / 365 / 0.10368 = 0.7927 Mm3: in 2001 it gives
    6 + 30 - 0.7927 = 35.207 Mm3, 7.753 of them in January.
    """
    result = run(KARST, step)
    given = (result.discharge.sel(reach="north") * result.dt) / 1e6
    rate = 1.2 * DAY / 1e6
    rest = 30.0 / 365.0 / rate
    january = 6.0 + 31 * 30.0 / 365.0 - (rest + (6.0 - rest) * np.exp(-31 * rate))
    near = 1e-9 if step == "month" else 0.003
    assert float(given.sum()) == pytest.approx(36.0 - rest, rel=near)
    assert float(given[given.time.dt.month == 1].sum()) == pytest.approx(january, rel=0.006)
    np.testing.assert_allclose(result.supplied.values, 0.5)


WET = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-04-30, step: STEP}
ladder: [domestic, spare: plain]
nodes:
  plain: {type: aquifer, area: 20 km2, specific_yield: 0.05, ground_level: 70 m, initial_depth: 1 m,
    floor_depth: 12 m, et0: 10 mm/day,
    phreatic_evaporation: {extinction_depth: 4 m, exponent: POWER}}
  town: {type: demand, use: domestic, flow: 0 m3/s}
links: [{from: plain, to: town, type: pump, capacity: 1 m3/s}]
"""


@pytest.mark.parametrize("power", ["1", "2"])
def test_evaporation_never_draws_a_water_table_below_its_extinction_depth(power):
    """u = 1 - depth / 4 m falls by du/dt = -u^n ET0 / (mu 4 m) = -0.05 u^n a day, from 0.75.

    After 120 days: n = 1: 0.75 exp(-6) = 0.00186, 3.9926 m; n = 2: 0.75 / (1 + 6 x 0.75) =
    0.1364, 3.4545 m. January alone: 0.75 exp(-1.55) = 0.1592; 0.75 / (1 + 1.55 x 0.75) = 0.3468.
    """
    end = {"1": (0.75 * np.exp(-6.0), 0.75 * np.exp(-1.55)), "2": (0.75 / 5.5, 0.75 / 2.1625)}
    for step in ("pentad", "dekad", "month"):
        result = run(WET.replace("POWER", power), step)
        found = result.depth_to_water
        last, first = (4.0 * (1.0 - u) for u in end[power])
        assert float(found[-1]) == pytest.approx(last, rel=1e-9)
        january = found[found.time.dt.month == 1]
        assert float(january[-1]) == pytest.approx(first, rel=1e-9)
    days = run(WET.replace("POWER", power), "day").depth_to_water
    assert float(days[-1]) == pytest.approx(last, rel=0.01)
