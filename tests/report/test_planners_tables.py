"""Balances, regulation and account tables of the county's plan, and its typical years."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError
from hydrosim.hydrology.margin import fit_margin
from hydrosim.report.planners_tables import planners_tables
from hydrosim.report.planning import Run, axis_cells
from hydrosim.report.table import Column, Number, Table
from hydrosim.report.table_csv import csv_of
from hydrosim.scenarios.expand import expand_scenarios
from hydrosim.scenarios.frequency import typical_years_of, value_name, with_frequencies
from tests.conftest import ROOT

COUNTY = ROOT / "configs" / "county_plan.yaml"
CHOSEN = {
    "2030-first-P75": {"year": "2030", "balance": "first", "frequency": "P75"},
    "2030-third-P75": {"year": "2030", "balance": "third", "frequency": "P75"},
}


@pytest.fixture(scope="module")
def county():
    return load_config(COUNTY)


@pytest.fixture(scope="module")
def runs(county):
    scenarios = expand_scenarios(county, list(CHOSEN))
    return [Run(one.coordinates, hydrosim.run(one.config, ledger=True)) for one in scenarios]


@pytest.fixture(scope="module")
def tables(runs):
    return {table.name: table for table in planners_tables(runs, "en")}


def numbers(table, run, first):
    """The number columns of the rows of a run."""
    cells = axis_cells(run, "en")
    rows = [row for row in table.rows if list(row[: len(cells)]) == cells]
    return np.array([row[first:] for row in rows], dtype=np.float64)


# -- typical years ---------------------------------------------------------------------------------


def test_the_year_of_a_frequency_has_the_inflow_of_that_frequency(county, runs):
    years = typical_years_of(county)
    assert [one.frequency for one in years] == [0.5, 0.75, 0.95]
    assert all(0.9 < one.factor < 1.2 for one in years)
    typical = years[1]
    result = runs[0].result
    stores = ["north_reservoir", "south_reservoir"]
    flow = result["local_inflow"].squeeze().sel(store=stores).sum("store").values
    total = float((flow * result["dt"].values).sum())
    assert total == pytest.approx(typical.quantile, rel=1e-9)
    assert str(result["time"].values[0])[:10] == f"{typical.year}-07-01"
    assert result.sizes["time"] == 12
    # The same quantile from the yearly totals of the long run.
    flows = hydrosim.run(county)
    inflow = flows["local_inflow"].squeeze().sel(store=stores).sum("store").values
    volume, label = inflow * flows["dt"].values, flows["water_year_of_time"].values
    totals = np.array([volume[label == year].sum() for year in range(1980, 2018)])
    margin = fit_margin(totals)
    assert float(margin.quantile(np.array([0.75]))[0]) == pytest.approx(typical.quantile, rel=1e-9)


def test_frequencies_are_the_last_axis(county):
    axes = with_frequencies(county).scenarios.axes
    assert list(axes) == ["year", "balance", "frequency"]
    assert list(axes["frequency"]) == ["P50", "P75", "P95"]
    assert value_name(0.975) == "P97_5"
    assert len(with_frequencies(county).scenarios.combinations()) == 27


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("{of: [inflow_nort]}", "nearest   'inflow_north'"),
        ("{of: [irrigation]}", "the name of a series under `series:`"),
        ("{of: [inflow_north, inflow_north]}", "'inflow_north' twice"),
        ("{of: [inflow_north], values: [75 %, 50 %]}", "75 %, 50 %"),
        ("{of: [inflow_north], values: [0 %]}", "frequencies between 0 and 100 %"),
        ("{of: []}", "frequency.of"),
    ],
)
def test_what_is_wrong_with_a_frequency_is_said(block, found):
    text = COUNTY.read_text(encoding="utf-8")
    old = text[text.index("frequency: {") : text.index("\n", text.index("frequency: {"))]
    with pytest.raises(ConfigError) as error:
        config_from_text(text.replace(old, f"frequency: {block}"))
    assert found in str(error.value)


def test_a_record_of_few_years_has_no_typical_years():
    text = COUNTY.read_text(encoding="utf-8").replace("end: 2018-12-31", "end: 1988-12-31")
    short = config_from_text(text, str(COUNTY))
    with pytest.raises(ConfigError, match="8 whole water years in the period"):
        expand_scenarios(short)


# -- tables ----------------------------------------------------------------------------------------


def test_the_balance_is_that_of_the_run(tables, runs):
    table = tables["balance"]
    heads = [column.head for column in table.columns]
    assert heads[:9] == [
        "Planning year", "Balance", "Frequency of inflow", "Planning unit", "Use", "Demand",
        "Supplied", "Surplus or shortage", "Rate of shortage"]  # fmt: skip
    for row in table.rows:
        demand, supplied, balance, rate = row[5:9]
        assert balance == pytest.approx(supplied - demand)
        assert rate.value == pytest.approx(max(demand - supplied, 0.0) / demand)
        assert sum(row[9:]) == pytest.approx(supplied, rel=1e-6)
    for last, parts in table.sums.items():
        assert table.rows[last][3] == "whole area"
        for place in table.summed:
            parts_sum = sum(table.rows[part][place] for part in parts)
            assert table.rows[last][place] == pytest.approx(parts_sum)
    assert {row[3] for row in table.rows} == {"北部", "南部", "县城", "whole area"}
    whole = [row for row in table.rows if row[3] == "whole area"]
    for run, row in zip(runs, whole, strict=True):
        data = run.result.squeeze()
        firm = [not str(claim).endswith(".base_flow") for claim in data["claim"].values]
        volume = data["demand"].values[:, firm] * data["dt"].values[:, None]
        assert row[5] == pytest.approx(volume.sum() / 1e4)
    assert whole[1][6] / whole[1][5] > whole[0][6] / whole[0][5]
    assert whole[0][:3] == ("2030", "first", "75 %")


def test_regulation_closes_in_every_month(tables, runs):
    for store in ("north_reservoir", "south_reservoir"):
        table = tables[f"regulation_{store}"]
        for run in runs:
            found = numbers(table, run, 4)
            assert found.shape == (12, 8)
            change = np.diff(found[:, 6])
            came = found[:, :6] @ np.array([1, 1, -1, -1, -1, -1])
            np.testing.assert_allclose(came[1:], change, atol=1e-6)
    ground = numbers(tables["regulation_groundwater"], runs[0], 4)
    pumped = runs[0].result["pumped"].squeeze().sel(store="groundwater").values
    assert ground[:, 2].sum() == pytest.approx((pumped * runs[0].result["dt"].values).sum() / 1e4)


def test_an_account_is_used_up_to_what_is_left(tables, runs):
    found = numbers(tables["account_canal"], runs[0], 4)
    np.testing.assert_allclose(1200.0 - np.cumsum(found[:, 0]), found[:, 1], atol=1e-6)


def test_tables_speak_chinese(runs):
    found = {table.name: table for table in planners_tables(runs, "zh")}
    assert found["balance"].title == "分区分行业供需平衡表"
    assert [column.head for column in found["balance"].columns][4:9] == [
        "用途", "需水", "供水", "余缺水量", "缺水率"]  # fmt: skip
    assert found["balance"].columns[5].unit == "万m³/年"
    assert found["balance"].rows[0][1] == "一次平衡"
    assert found["regulation_north_reservoir"].title == "北山水库逐月调节计算表"


def test_replenishment_stands_by_river():
    text = (ROOT / "configs/minimal.yaml").read_text(encoding="utf-8")
    river = "  sea: {type: outlet, title: {en: Sea, zh: 海洋}}\n"
    green = "  green: {type: demand, use: ecology, river: 沙河, amount: 100 万m3/year}\n"
    blue = "  blue: {type: demand, use: ecology, river: 唐河, amount: 200 万m3/year}\n"
    links = "  - {from: reservoir, to: green}\n  - {from: reservoir, to: blue}\nstandards:"
    text = text.replace(river, river + green + blue).replace("standards:", links)
    text = text.replace("domestic, flood", "domestic, ecology, flood")
    text = text.replace("2010-12-31, step: day", "2003-12-31, step: month")
    result = hydrosim.run(config_from_text(text), ledger=True)
    table = planners_tables([Run({}, result)], "en")[1]
    assert table.name == "replenishment_by_river"
    assert {row[0]: round(row[-1]) for row in table.rows} == {"唐河": 200, "沙河": 100}
    assert all(sum(row[1:-1]) == pytest.approx(row[-1]) for row in table.rows)


def test_the_command_writes_csv(tmp_path, capsys):
    out = tmp_path / "plan"
    run = ["run", str(COUNTY), "--no-plots", "--out", str(out), "--scenario", "2024-second-P95"]
    assert main(run) == 0
    assert main(["tables", str(out), "--bom", "--lang", "zh"]) == 0
    folder = tmp_path / "plan_tables"
    assert str(folder / "balance.csv") in capsys.readouterr().out
    raw = (folder / "balance.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows[0][5] == "需水 [万m³/年]"
    assert rows[1][:3] == ["2024", "二次平衡", "95 %"]
    listed = json.loads((out / "scenarios.json").read_text(encoding="utf-8"))
    assert list(listed) == ["2024-second-P95"]
    assert main(["tables", str(out / "2024-second-P95"), "--out", str(tmp_path / "one")]) == 0
    one = list(csv.reader((tmp_path / "one" / "balance.csv").read_text("utf-8").splitlines()))
    assert one[1][2:] == [*rows[1][5:]]


def test_no_cell_of_a_csv_is_a_formula():
    columns = (Column("=head"), Column("number", "m3"), Column("share", "%", 1))
    rows = (("=cmd()", -1.5, Number(0.25, 1, 0.01)), ("@x", float("nan"), None))
    text = csv_of(Table("t", "title", columns, rows))
    assert text == "'=head,number [m3],share [%]\n'=cmd(),-1.5,25.0\n'@x,,\n"
