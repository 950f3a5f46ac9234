"""Deliveries of an import and evaporation of a reservoir, recomputed day by day in plain Python."""

from __future__ import annotations

import calendar
import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.nodes.reservoir import Reservoir
from hydrosim.parts.storage_curve import StorageTable
from tests.conftest import ROOT
from tests.nodes.small import simulated, states, volumes

DAY_S = 86400.0
PLAN = (7.5, 6.5, 6, 6, 8, 9, 10, 9.5, 9.5, 9.5, 9.5, 9)
"""Percent of the quota by month from November."""
WANTS = (3, 3, 3, 3.5, 4, 5, 6, 6, 5, 4, 3, 3)
"""Flow that the city wants by month from January [m3/s]."""
QUOTA_M3 = 1.2e8
AVAILABLE = {2000: 1.0, 2001: 0.65, 2002: 1.1}


def days(start: str, end: str) -> list[datetime.date]:
    """Days from the first to the last."""
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def withdrawn_by_plan(
    period: list[datetime.date], wants: tuple[float, ...], loss: float, available: dict[int, float]
) -> np.ndarray:
    """Return what a city draws of a plan day by day [m3].

    A day may use its part of the month's plan and what earlier days of the account year saved.
    """
    taken, used, year = [], 0.0, 0
    for day in period:
        begin = day.year - (day.month < 11)
        if begin != year:
            year, used = begin, 0.0
        month = (day.month - 11) % 12
        part = day.day / calendar.monthrange(day.year, day.month)[1]
        planned = sum(PLAN[:month]) + PLAN[month] * part
        may = QUOTA_M3 * available[begin] * planned / 100.0 - used
        need = wants[day.month - 1] * DAY_S / (1.0 - loss)
        taken.append(min(need, 8.0 * DAY_S, max(may, 0.0)))
        used += taken[-1]
    return np.array(taken)


def imported(period: tuple[str, str, str], *, wetland: bool, **keys: Any) -> Any:
    """Run a city on an import with a plan, with or without a wetland on its surplus."""
    flow = keys.pop("flow")
    nodes: dict[str, Any] = {
        "yangtze": {
            "type": "import", "quota": "1.2 亿m3/year", "account_year": "11-01",
            "plan": [f"{share} %" for share in PLAN], "capacity": "8 m3/s", **keys,
        },
        "city": {"type": "demand", "use": "domestic", "flow": flow},
    }  # fmt: skip
    links = ["yangtze > city"]
    ladder: list[Any] = ["domestic", {"spare": "yangtze.plan"}, {"spare": "yangtze.surplus"}]
    if wetland:
        nodes["wetland"] = {
            "type": "demand", "use": "ecology", "line": "replenishment", "flow": "2 m3/s",
        }  # fmt: skip
        links.append("yangtze > wetland")
        ladder.insert(2, "replenishment")
    rules = {
        "want": {"type": "profile", "unit": "m3/s", "values": list(WANTS)},
        "available": {"type": "by_year", "unit": 1, "values": AVAILABLE},
    }
    return simulated(
        nodes, *links, ladder=tuple(ladder), rules=rules, period=period,
        water_year="11-01", mode="trajectory",
    )  # fmt: skip


@pytest.mark.parametrize("wetland", [False, True])
def test_a_wetland_on_the_surplus_leaves_the_city_its_water(wetland: bool):
    """The city lacks 1249.92, 5281.92 and 167.04 x 10^4 m3, whether there is a wetland or not."""
    period = ("2000-11-01", "2003-10-31", "day")
    result = imported(period, wetland=wetland, flow="want", availability="available", loss="4 %")
    taken = withdrawn_by_plan(days(*period[:2]), WANTS, 0.04, AVAILABLE)
    supplied = volumes(result, "supplied", "city")
    np.testing.assert_allclose(supplied, 0.96 * taken, atol=1e-3)
    short = volumes(result, "demand", "city") - supplied
    by_year = [part.sum() / 1e4 for part in np.split(short, [365, 730])]
    assert by_year == pytest.approx([1249.92, 5281.92, 167.04], abs=0.005)
    if wetland:
        assert volumes(result, "supplied", "wetland").sum() > 1e5


@pytest.mark.parametrize("flexibility", ["0 %", "20 %"])
def test_flexibility_empties_no_account_before_its_year(flexibility: str):
    """A city that wants 6 m3/s, more than any month's plan, gets the plan in each month."""
    period = ("2000-11-01", "2001-10-31", "day")
    result = imported(period, wetland=False, flow="6 m3/s", flexibility=flexibility)
    taken = withdrawn_by_plan(days(*period[:2]), (6.0,) * 12, 0.0, {2000: 1.0})
    supplied = volumes(result, "supplied", "city")
    np.testing.assert_allclose(supplied, taken, atol=1e-3)
    month = result["time"].dt.month.values
    by_month = [supplied[month == (10 + n) % 12 + 1].sum() for n in range(12)]
    np.testing.assert_allclose(by_month, 0.01 * QUOTA_M3 * np.array(PLAN), rtol=1e-9)
    short = volumes(result, "demand", "city") - supplied
    assert short.sum() / 1e4 == pytest.approx(6921.6, abs=0.01)
    assert states(result, "account_left", "yangtze")[-1] == pytest.approx(0.0, abs=1e-3)


LEVELS = np.array([0.0, 10.0, 20.0, 30.0])
AREAS = np.array([0.5e6, 8e6, 25e6, 50e6])
STORAGES = np.array([0.0, 40e6, 200e6, 570e6])
INFLOW = (4, 6, 20, 60, 50, 15, 5, 3, 2, 2, 3, 4)
EVAPORATION_MM = (1, 1.5, 3, 5, 7, 9, 10, 9, 6, 4, 2, 1)
FARMS = (0, 0, 2, 10, 30, 45, 45, 35, 15, 2, 0, 0)


def evaporated_by_day() -> tuple[float, float]:
    """Return the mean yearly evaporation and supply of the reservoir in days [m3]."""
    dead, normal = (float(np.interp(level, LEVELS, STORAGES)) for level in (5.0, 25.0))
    storage, lost, supplied = 0.5 * (dead + normal), 0.0, 0.0
    for day in days("2001-01-01", "2005-12-31"):
        month = day.month - 1
        area = float(np.interp(np.interp(storage, STORAGES, LEVELS), LEVELS, AREAS))
        gone = min(EVAPORATION_MM[month] / 1000.0 * area, storage)
        storage += INFLOW[month] * DAY_S - gone
        taken = min(FARMS[month] * DAY_S, max(storage - dead, 0.0))
        storage = min(storage - taken, normal)
        lost, supplied = lost + gone, supplied + taken
    return lost / 5.0, supplied / 5.0


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_evaporation_of_a_year_in_every_step(step: str):
    """32.869 Mm3 a year in days, and within 1 % of it in longer steps (37.43 in months before)."""
    evaporated, supplied = evaporated_by_day()
    assert evaporated / 1e6 == pytest.approx(32.8687, abs=1e-4)
    text = (ROOT / "tests/models/supply/evaporation.yaml").read_text(encoding="utf-8")
    assert text.count("step: month") == 1
    result = hydrosim.run(config_from_text(text.replace("step: month", f"step: {step}")))
    found = result.isel(scenario=0, member=0)
    near = 1e-9 if step == "day" else 0.01
    assert volumes(found, "evaporation", "dam").sum() / 5.0 == pytest.approx(evaporated, rel=near)
    assert volumes(found, "supplied", "farms").sum() / 5.0 == pytest.approx(supplied, rel=near)


def test_the_curve_of_the_model_is_that_of_the_recomputation():
    """The storages are those of the file, so that both stand for one reservoir."""
    text = (ROOT / "tests/models/supply/evaporation.yaml").read_text(encoding="utf-8")
    dam = config_from_text(text).nodes["dam"]
    assert isinstance(dam, Reservoir)
    curve = dam.storage_curve
    assert isinstance(curve, StorageTable)
    assert curve.area is not None
    assert list(curve.storage) == list(STORAGES)
    assert all(low < high for low, high in pairwise(curve.area))
    assert list(curve.area) == list(AREAS)
