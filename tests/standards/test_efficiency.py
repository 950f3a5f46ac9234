from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.standards.efficiency import Efficiency, SoilConservation, TotalUseCap
from tests.standards.factory import days, make_dataset, only

START, END = "2000-06-01", "2002-06-01"
YEAR = 31.536e6  # m3 of 1 m3/s in 365 days
CAP = f"{5 * YEAR} m3/year"
INDUSTRY, TOTAL = "industrial use per value added", "total use per GDP"
ECONOMY = {"gdp": 4e10, "industrial_value_added": 3e10, "base_year": 2020}


def city(short: float = 0.01, economy: Any = ECONOMY, **attrs: Any) -> Any:
    claims = [
        {"name": "mill", "kind": "demand", "use": "industry", "gross_factor": 1.25,
         "demand": 1.0, "supplied": 1.0 - short},
        {"name": "homes", "kind": "demand", "use": "domestic", "demand": 2.0,
         "supplied": 2.0 * (1 - short)},
        {"name": "parks", "kind": "demand", "use": "ecology", "demand": 0.5, "supplied": 0.25},
        {"name": "lake", "kind": "replenishment", "use": "ecology", "demand": 4.0,
         "supplied": 1.0},
        {"name": "base", "kind": "base_flow", "use": "ecology", "demand": 9.0, "supplied": 9.0},
    ]  # fmt: skip
    return make_dataset(START, END, items={"claim": claims}, economy=economy, **attrs)


def test_industry_on_gross_demand() -> None:
    verdict = only(Efficiency().check(city()), "whole network", INDUSTRY)
    assert verdict.achieved == pytest.approx(1.25 * YEAR / 3e6)  # 13.14
    assert (verdict.outcome, verdict.required) == ("fail", 13.0)
    assert verdict.margin == pytest.approx(-0.14)
    assert "Delivered to users: 10.41 m3 per 10^4 yuan" in verdict.reason  # 0.99 * YEAR / 3e6
    assert "Prices of 2020" in verdict.reason
    assert verdict.source == "development target by 2035 (as entered)"


def test_total_with_and_without_ecological_use() -> None:
    firm, ecology = 3.25 * YEAR / 4e6, 1.5 * YEAR / 4e6  # parks' demand, the lake's release
    verdict = only(Efficiency().check(city()), "whole network", TOTAL)
    assert verdict.achieved == pytest.approx(firm + ecology)  # 37.449
    assert verdict.outcome == "fail"
    assert "25.62 m3 per 10^4 yuan without it" in verdict.reason
    without = only(Efficiency(ecological_use=False).check(city()), "whole network", TOTAL)
    assert (without.achieved, without.outcome) == (pytest.approx(firm), "pass")
    assert "37.45 m3 per 10^4 yuan with it" in without.reason


def test_own_targets() -> None:
    verdicts = Efficiency(industry="14 m3/万元", total="40 m3/万元").check(city())
    assert [v.outcome for v in verdicts] == ["pass", "pass"]
    assert verdicts[0].required == pytest.approx(14.0)
    assert verdicts[0].source == ""


def test_want_is_no_efficiency() -> None:
    verdicts = Efficiency().check(city(short=0.03))
    assert [v.outcome for v in verdicts] == ["not judged", "not judged"]
    assert "lacks 3 % of the demand, more than 2 %" in verdicts[0].reason
    assert Efficiency().check(city(short=0.02))[0].outcome == "fail"
    assert Efficiency(shortage_max=0.05).check(city(short=0.03))[0].outcome == "fail"


def test_the_year_of_the_highest_use_is_named() -> None:
    dataset = city()
    wanted = days(START, END, 1.0, ("2001-06-01", "2002-06-01", 1.2))
    dataset["demand"].loc[{"claim": "mill"}] = wanted
    dataset["supplied"].loc[{"claim": "mill"}] = wanted
    verdict = only(Efficiency().check(dataset), "whole network", INDUSTRY)
    assert verdict.achieved == pytest.approx(1.1 * 13.14)
    assert "Highest in water year 2001: 15.77" in verdict.reason
    along = city(mode="trajectory", planning_year=2001)
    along["demand"].loc[{"claim": "mill"}] = wanted
    along["supplied"].loc[{"claim": "mill"}] = wanted
    assert Efficiency().check(along)[0].achieved == pytest.approx(1.2 * 13.14)


def test_efficiency_that_cannot_be_judged() -> None:
    for dataset in (
        city(economy={}),
        city(economy={"gdp": 0.0, "industrial_value_added": None}),
        city(mode="trajectory", planning_year=2035),
        city(mode="trajectory"),
        city().drop_vars(["demand", "supplied"]),
        city().assign_coords(complete=("water_year", [False, False])),
        city().isel(claim=slice(3, 5)),
    ):
        verdicts = Efficiency().check(dataset)
        assert [v.outcome for v in verdicts] == ["not judged", "not judged"]
    broken = city()
    broken["demand"].loc[{"claim": "mill"}] = np.nan
    assert "'mill' hold NaN" in Efficiency().check(broken)[0].reason


def test_total_use_at_the_sources_against_its_cap() -> None:
    dataset = city(short=0.0)
    dataset["supplied"].loc[{"claim": "lake"}] = days(
        START, END, 1.0, ("2001-06-01", "2002-06-01", 2.0)
    )
    verdict = TotalUseCap(cap=CAP, years="water").check(dataset)[0]
    assert verdict.achieved == pytest.approx(5.5 * 31.536)  # 1.25 + 2 + 0.25 + 2
    assert (verdict.outcome, verdict.margin) == ("fail", pytest.approx(-0.5 * 31.536))
    assert "1 of 2 complete water years above the cap" in verdict.reason
    assert "Worst water year 2001 with 173.4 Mm3" in verdict.reason
    assert TotalUseCap(cap=CAP, measure="mean", years="water").check(dataset)[0].outcome == "pass"
    dual = TotalUseCap(cap=CAP).check(dataset)[0]  # 双控 counts calendar years
    assert dual.achieved == pytest.approx((4.5 * 151 + 5.5 * 214) * 0.0864)
    assert "1 of 1 complete calendar years above the cap" in dual.reason
    without = TotalUseCap(cap=CAP, years="water", ecological_use=False).check(dataset)[0]
    assert without.achieved == pytest.approx(3.25 * 31.536)


def test_total_use_from_the_year_table() -> None:
    item = {"name": "homes", "kind": "demand", "year_demand": [7e6, 8e6],
            "year_supplied": [6e6, 5e6]}  # fmt: skip
    dataset = make_dataset(START, END, items={"claim": [item]})
    assert TotalUseCap(cap="7 Mm3/year", years="water").check(dataset)[0].achieved == 6.0
    unknown = TotalUseCap(cap="7 Mm3/year").check(dataset)[0]
    assert unknown.outcome == "not judged"
    assert "volumes are known by water years alone" in unknown.reason


def test_total_use_that_cannot_be_judged() -> None:
    bare = city().drop_vars(["demand", "supplied"])
    assert TotalUseCap(cap="1 Mm3/year").check(bare)[0].outcome == "not judged"
    assert TotalUseCap(cap="1 Mm3/year").check(city().isel(claim=[4]))[0].outcome == "not judged"


def test_soil_conservation() -> None:
    dataset = city()
    standard = SoilConservation(goal="290 km2", treated={2023: "300 km2", 2024: "289 km2"})
    verdict = standard.check(dataset)[0]
    assert (verdict.outcome, verdict.achieved, verdict.margin) == ("fail", 289.0, -1.0)
    assert "Worst year 2024; 1 of 2 years reach the goal; mean 294.5 km2/year" in verdict.reason
    assert SoilConservation(goal="290 km2", treated="290 km2").check(dataset)[0].outcome == "pass"
    assert SoilConservation(goal="290 km2", treated={}).check(dataset)[0].outcome == "not judged"
