"""Planner's tables of floods: their numbers are those of the results, in CSV, page and workbook."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import xarray as xr

from hydrosim.cli.main import main
from hydrosim.handout.contents import content_of, flood_results
from hydrosim.handout.html import html_of
from hydrosim.handout.model import tables_of
from hydrosim.handout.word import word_of
from hydrosim.handout.workbook import workbook_of
from hydrosim.report.flood_planning import flood_planners_tables
from hydrosim.report.table import number_of
from tests.conftest import ROOT
from tests.handout.reading import Page, numbers_of_document, sheet_of

NAMES = ("design_floods", "design_curves", "flood_regulation", "routing_reservoir")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results of the shipped plan of floods."""
    out = tmp_path_factory.mktemp("floods") / "plan"
    config = ROOT / "configs" / "flood_plan.yaml"
    assert main(["flood", str(config), "--out", str(out), "--no-plots", "--lang", "en"]) == 0
    return out


@pytest.fixture(scope="module")
def tables(folder):
    found = flood_planners_tables(flood_results(folder), "en")
    return {table.name: table for table in found}


def column(table, head):
    """Return the full numbers of a column by its heading."""
    at = next(k for k, one in enumerate(table.columns) if one.head == head)
    return [row[at] for row in table.rows]


def test_design_values_are_those_of_the_curves(folder, tables):
    with xr.open_dataset(folder / "design_values.nc") as opened:
        values = opened.load()
    table = tables["design_floods"]
    assert [row[2] for row in table.rows] == ["Peak", "Volume of 1 d", "Volume of 3 d"]
    from hydrosim.hydrology.curves import PearsonIII

    assert values["return_period"].values.tolist() == [5, 10, 20, 50, 100, 500, 1000, 2000]
    curves = (PearsonIII(700.0, 1.1, 2.75), PearsonIII(0.42e8, 1.0, 2.5),
              PearsonIII(0.75e8, 0.95, 0.95 * 2.5))  # fmt: skip
    for row, curve in zip(table.rows, curves, strict=True):
        expected = curve.quantile(1.0 / values["return_period"].values)
        assert [cell.value for cell in row[7:]] == pytest.approx(expected.tolist(), rel=1e-12)
        assert row[4].value == pytest.approx(curve.mean)
        assert row[5:7] == pytest.approx((curve.variation, 2.5))
    assert column(tables["design_curves"], "Found by") == ["Parameters given"] * 3
    assert column(tables["design_curves"], "Source") == ["demonstration"] * 3


def test_regulation_says_what_the_results_hold_and_the_verdicts_judge(folder, tables):
    table = tables["flood_regulation"]
    with xr.open_dataset(folder / "flood.nc") as opened:
        flood = opened.load().sel(event="record", node="reservoir")
    into, out = float(flood["peak_inflow"]), float(flood["peak_outflow"])
    row = dict(zip([one.head for one in table.columns], table.rows[0], strict=True))
    assert row["Peak reduction"].value == 1.0 - out / into
    assert row["Level at the start"] == float(flood["level"][0])
    stored = flood["storage"].values
    kept = float(flood["peak_storage"]) - stored[0]
    assert row["Volume retained"] == pytest.approx(kept / 1e4, rel=1e-12)
    assert kept == pytest.approx(np.nanmax(stored) - stored[0], rel=1e-3)
    assert row["Highest level"] == float(flood["peak_level"])
    assert row["Date of the highest level"] == "1996-08-05 12:00"
    assert row["Levels exceeded"] == "normal level, flood-control level"
    assert table.marks[0] == "fail"
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    judged = {one["quantity"]: one["achieved"] for one in verdicts if one["subject"] == "reservoir"
              or one["subject"] == "Reservoir"}  # fmt: skip
    levels = dict(zip(column(table, "Return period"), column(table, "Highest level"), strict=True))
    assert levels[100.0] == judged["design flood level"]
    assert levels[2000.0] == judged["check flood level"]


def test_the_routing_table_holds_the_hours_of_named_and_decisive_floods(folder, tables):
    table = tables["routing_reservoir"]
    floods = list(dict.fromkeys(row[0] for row in table.rows))
    assert floods[0] == "Flood of record"
    assert [name[:16] for name in floods[1:]] == ["Flood of 100 yea", "Flood of 2000 ye"]
    with xr.open_dataset(folder / "flood.nc", decode_timedelta=False) as opened:
        flood = opened.load().sel(event="record", node="reservoir")
    own = [row for row in table.rows if row[0] == "Flood of record"]
    for at, name in ((3, "inflow"), (4, "outflow"), (6, "level")):
        assert [row[at] for row in own] == flood[name].values[: len(own)].tolist()
    assert own[1][1:3] == (1.0, "1996-08-04 01:00")
    assert all(row[2] == "" for row in table.rows if row[0] != "Flood of record")
    # What came less what went is the change of storage, in each hour, by the means of the hours.
    change = np.diff(flood["storage"].values)
    means = 3600.0 * (flood["mean_inflow"] - flood["mean_outflow"]).values[1:]
    np.testing.assert_allclose(change, means, rtol=1e-6, atol=1.0)


def test_page_document_workbook_and_csv_say_the_same_numbers(folder, tables, tmp_path):
    report = content_of(folder, ("xlsx",), "en").report
    assert {table.name for table in tables_of(report)} >= set(NAMES)
    page = Page(html_of(report).decode())
    book, document = workbook_of(report), numbers_of_document(word_of(report))
    assert main(["tables", str(folder), "--out", str(tmp_path), "--bom", "--lang", "en"]) == 0
    assert {file.stem for file in tmp_path.iterdir()} == set(NAMES)
    for name, table in tables.items():
        file = tmp_path / f"{name}.csv"
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        sheet = sheet_of(book, table.title)
        for at, row in enumerate(table.rows):
            for place, (cell, head) in enumerate(zip(row, table.columns, strict=True)):
                number = number_of(cell, head)
                if number is None:
                    continue
                assert float(lines[1 + at][place]) == number.value / number.factor
                assert sheet.cell(4 + at, 1 + place).value == number.value / number.factor
                assert page.tables[name][1 + at][1][place][1] == repr(number.value)
                if not table.beside:
                    assert document[name][at][place] == number.value
