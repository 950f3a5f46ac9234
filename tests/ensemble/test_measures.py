"""What is kept of a member: measures as the verdicts count, storage of aquifers, worst members."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hydrosim import open_ensemble, run_ensemble
from hydrosim.config.load import config_from_text
from hydrosim.ensemble.water import fit_water
from hydrosim.handout.contents import content_of
from hydrosim.handout.model import tables_of
from hydrosim.report.ensemble import ensemble_tables
from tests.ensemble.small import write_data

TEXT = """\
hydrosim: 1
period: {start: 1981-01-01, end: 1990-12-31, step: month}
ladder: [domestic, agriculture, spare: wells]
series:
  river: {type: series, file: river.csv, column: river, unit: m3/s}
rules:
  wanted: {type: profile, unit: m3/s, values: [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]}
nodes:
  brook: {type: inflow, local_inflow: river}
  farms: {type: demand, use: agriculture, flow: wanted}
  town: {type: demand, use: domestic, flow: TOWN m3/s}
  wells:
    type: aquifer
    area: 400 km2
    specific_yield: 0.06
    initial_depth: 60 m
    floor_depth: 80 m
    lateral_inflow: 0.6 亿m3/year
  sea: {type: outlet}
links:
  - {from: brook, to: farms, capacity: FARMS m3/s}
  - {from: wells, to: town, capacity: 0.5 m3/s}
  - {from: brook, to: sea, type: river}
ensemble:
  method: {type: block_bootstrap, block_years: 2}
  members: 3
  worst: 2
  chunk: 2
  storage_bins: 40
  first_month: 1
  series: {river: inflow}
"""


def small(folder, farms="1", town="0.4"):
    write_data(folder)
    text = TEXT.replace("FARMS", farms).replace("TOWN", town)
    return config_from_text(text, str(folder / "small.yaml"))


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aquifer")
    return run_ensemble(small(folder), folder / "out", threads=1)


def test_the_report_says_the_numbers_of_the_ensemble(ensemble):
    content = content_of(ensemble.plan.folder, ("xlsx",), "en")
    tables = {table.name: table for table in tables_of(content.report)}
    lacking = ensemble.dataset["shortage"].to_numpy()[0]
    assert lacking.any()
    shown = [cell.value for cell in tables["shortage"].rows[0][1:4]]
    assert shown == (np.quantile(lacking, (0.1, 0.5, 0.9)) / 1e4).tolist()
    half = f"{np.median(lacking) / 1e4:.0f} × 10⁴ m³ or more in half of the members"
    assert half in str(content.report.sections[0].parts)


def test_months_without_demand_do_not_count(ensemble):
    kept = open_ensemble(ensemble.plan.folder).isel(scenario=0).load()
    water = fit_water(ensemble.plan.scenarios[0].config)
    for member in range(3):
        flow = water.numbers(member)["river"].reshape(-1, 12)[:, 3:8].ravel()
        short = flow < 0.99
        assert 0 < short.sum() < short.size
        told = kept["reliability"].sel(claim="farms", member=member)
        assert float(told) == pytest.approx(1.0 - short.mean())
        ends = (np.diff(np.append(short, False).astype(int)) == -1).sum()
        told = kept["resilience"].sel(claim="farms", member=member)
        assert float(told) == pytest.approx(ends / short.sum())


def test_storage_of_an_aquifer_is_right_to_the_width_of_a_class(ensemble):
    dataset = ensemble.dataset
    edges = dataset["storage_edge"].isel(scenario=0).sel(store="wells").to_numpy()
    assert edges[-1] == pytest.approx(400e6 * 0.06 * 80.0)
    lowest = open_ensemble(ensemble.plan.folder)["year_storage_min"].sel(store="wells").load()
    told = dataset["storage_of_day"].sel(store="wells").isel(scenario=0)
    width = edges[1] - edges[0]
    assert float(told.min()) == pytest.approx(float(lowest.min()), abs=width)
    assert float(told.min()) > 4e8


def test_no_member_is_worst_where_nothing_is_short(ensemble, tmp_path):
    assert (ensemble.dataset["worst_member"].to_numpy() >= 0).all()
    rich = run_ensemble(small(tmp_path, "0.01").model_copy(), tmp_path / "some", threads=1)
    assert (rich.dataset["worst_member"].to_numpy() >= 0).all()
    text = TEXT.replace("values: [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]", "values: [0.01] * 12")
    text = (
        text.replace("[0.01] * 12", str([0.01] * 12)).replace("FARMS", "1").replace("TOWN", "0.4")
    )
    write_data(tmp_path)
    rich = run_ensemble(
        config_from_text(text, str(tmp_path / "rich.yaml")), tmp_path / "rich", threads=1
    )
    assert isinstance(rich.dataset, xr.Dataset)
    assert (rich.dataset["worst_member"].to_numpy() == -1).all()
    assert not (tmp_path / "rich" / "worst").exists()
    table = ensemble_tables(rich.dataset, "en")[-1]
    assert list(table.columns[-1].cells) == ["-"]
