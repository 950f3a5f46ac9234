"""Worked figures: national standards, the bulletin of 2024, a real reservoir's daily books."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hydrosim.calendar import Calendar
from hydrosim.standards.efficiency import Efficiency
from hydrosim.standards.flood_reservoir import reservoir_rank
from hydrosim.standards.flood_zone import FloodZone, zone_row
from hydrosim.standards.tables import load_table
from hydrosim.standards.tennant import Tennant
from tests.standards.factory import days, make_dataset, only

HUNDRED_MILLION = 1e8


def reach(winter: float, summer: float) -> Any:
    flow = days("2000-06-01", "2001-06-01", winter, ("2000-06-01", "2000-10-01", summer),
                ("2001-04-01", "2001-06-01", summer))  # fmt: skip
    item = {"name": "bou", "river": "sha", "discharge": flow, "mean_natural_m3s": 20.0}
    return make_dataset("2000-06-01", "2001-06-01", items={"reach": [item]})


@pytest.mark.parametrize(
    ("required", "winter", "summer"),
    [("fair", 2.0, 6.0), ("good", 4.0, 8.0), ("excellent", 6.0, 10.0)],
)
def test_tennant_flows_of_a_river_of_20_m3s(required, winter, summer):
    verdicts = Tennant(required=required).check(reach(winter, summer))
    assert [v.outcome for v in verdicts] == ["pass", "pass"]
    below = Tennant(required=required).check(reach(0.99 * winter, 0.99 * summer))
    assert [v.outcome for v in below] == ["fail", "fail"]


def test_a_city_of_class_ii_by_people_and_iii_by_economy():
    keys = {"type": "flood_zone", "protects": ["dam"]}
    economy = f"{1.2e6 * 0.8} 人"  # equivalent scale: people times the index of GDP
    whole = FloodZone.model_validate({**keys, "population": "120 万人", "economy": economy})
    row = zone_row(whole)
    assert row is not None
    assert (row["name"], row["return_period"]) == ("II", [100, 200])
    alone = zone_row(FloodZone.model_validate({**keys, "economy": economy}))
    assert alone is not None
    assert alone["name"] == "III"


@pytest.mark.parametrize(
    ("storage", "rank", "level", "design", "check"),
    [
        (13.89, "I", 1, [500, 1000], [5000, 10000]),
        (3.09, "II", 2, [100, 500], [2000, 5000]),
        (1.267, "II", 2, [100, 500], [2000, 5000]),
    ],
)
def test_rank_and_floods_of_earth_dams_in_hills(storage, rank, level, design, check):
    row = reservoir_rank(storage * HUNDRED_MILLION)
    assert row is not None
    assert (row["name"], row["structure_level"]) == (rank, level)
    rows = {one["name"]: one for one in load_table("reservoir_flood")["rows"]}
    assert rows[f"hill_{level}"]["design"] == design
    assert rows[f"hill_{level}"]["check_earth"] == check


def test_use_per_gdp_of_the_largest_city_of_2024():
    """29.82 of 11.18 for ecology, 10^8 m3: 41.69 and 26.06 m3 per 10^4 yuan of 7153e8 yuan."""
    flow = HUNDRED_MILLION / (365 * 86400.0)
    claims = [
        {"name": "uses", "kind": "demand", "use": "agriculture",
         "demand": 18.64 * flow, "supplied": 18.64 * flow},
        {"name": "rivers", "kind": "demand", "use": "ecology",
         "demand": 11.18 * flow, "supplied": 11.18 * flow},
    ]  # fmt: skip
    economy = {"gdp": 7153e8, "industrial_value_added": 1e11, "base_year": 2015}
    dataset = make_dataset("2000-06-01", "2001-06-01", items={"claim": claims}, economy=economy)
    quantity = "total use per GDP"
    whole = only(Efficiency().check(dataset), "whole network", quantity)
    assert whole.achieved == pytest.approx(41.69, abs=0.005)
    without = only(Efficiency(ecological_use=False).check(dataset), "whole network", quantity)
    assert without.achieved == pytest.approx(26.06, abs=0.005)


def test_dekads_of_a_year_are_36_and_hold_all_its_days():
    for year, days_of_year, february in ((2023, 365, 8), (2024, 366, 9)):
        one = Calendar(datetime.date(year, 1, 1), datetime.date(year, 12, 31), "dekad")
        assert len(one) == 36
        assert one.days.sum() == days_of_year
        assert one.days[5] == february
        assert one.days[2] == 11


def test_the_books_of_reservoirs_close_as_the_bulletin_says(shared_data: Path):
    books = pd.read_csv(shared_data / "hebei_bulletin_2024" / "reservoirs_2024.csv", index_col=0)
    for name, end in (("岗南", 7.805), ("黄壁庄", 3.100)):
        row = books.loc[name]
        held = row["storage_start_1e8"] + row["inflow_1e8"] - row["outflow_1e8"]
        assert held == pytest.approx(end, abs=1e-9)
        assert row["storage_end_1e8"] == pytest.approx(end, abs=1e-9)


@pytest.mark.parametrize("name", ["FOL", "SHA"])
def test_daily_books_of_real_reservoirs_close_to_their_rounding(shared_data: Path, name: str):
    """Rates in cfs are whole numbers, storages whole acre-feet: half of each is all that misses."""
    folder = shared_data / "ca_reservoirs_daily"
    books = pd.read_csv(folder / f"{name}.csv", index_col=0, parse_dates=True)
    flows = [books[f"{name}_{what}_CFS"] for what in ("INFLOW", "OUTFLOW", "EVAP")]
    cubic_foot_m3, acre_foot_m3 = 0.3048**3, 43560 * 0.3048**3
    change = books[f"{name}_STORAGE_AF"].diff() * acre_foot_m3
    net = (flows[0] - flows[1] - flows[2]) * cubic_foot_m3 * 86400.0
    missed = ((change - net).abs() / acre_foot_m3).dropna().to_numpy()
    assert missed.size > 6000
    assert np.median(missed) == pytest.approx(0.51, abs=0.02)
    assert np.quantile(missed, 0.95) < 1.1
