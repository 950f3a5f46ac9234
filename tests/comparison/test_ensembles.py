"""Scenarios of an ensemble are compared member by member."""

import io
import json
import sys

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from hydrosim import compare, open_ensemble
from hydrosim.cli.main import main
from hydrosim.comparison.sources import read_sides
from hydrosim.comparison.telling import comparison_tables
from hydrosim.errors import DataError
from tests.conftest import ROOT

CONFIG = f"""\
base: {ROOT}/configs/month_lake.yaml
period: {{start: 1980-01-01, end: 2004-12-31, step: month}}
ensemble.members: 6
ensemble.worst: 0
nodes.town.amount: 0.6 亿m3/year
scenarios:
  axes:
    quota: {{plan: {{}}, none: {{nodes.yellow.quota: 0.01 亿m3/year}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("ensembles")
    (place / "lake.yaml").write_text(CONFIG, encoding="utf-8")
    assert main(["ensemble", str(place / "lake.yaml"), "--out", str(place / "out")]) == 0
    return place / "out"


def test_members_are_the_pairs(folder):
    told = compare(folder)
    assert (told.reference, told.by) == ("plan", "member")
    table = told.table.set_index("figure")
    kept = open_ensemble(folder)
    whole = np.flatnonzero(kept["complete"].values)
    years = kept.isel(water_year=whole).sel(claim="town")
    short = (years["year_demand"] - years["year_supplied"]).clip(min=0.0).mean("water_year")
    by_member = (short.sel(scenario="none") - short.sel(scenario="plan")).values / 1e8
    assert table.loc["shortage", "difference"] == pytest.approx(by_member.mean(), rel=1e-9)
    assert table.loc["shortage", "pairs"] == 6
    assert by_member.min() <= table.loc["shortage", "low"] <= table.loc["shortage", "high"]


def test_beside_the_interval_given_this_record_stands_that_of_the_record(folder):
    told = compare(folder)
    with xr.open_dataset(folder / "ensemble.nc") as kept:
        assert told.record_years == json.loads(kept.attrs["record_years"])[0] >= 20
    table = told.table.set_index("figure").loc["shortage"]
    assert table["record_low"] < table["difference"] < table["record_high"]
    assert bool(table["clear"]) == (table["record_low"] > 0.0 or table["record_high"] < 0.0)
    console = Console(width=200, file=io.StringIO())
    console.print(comparison_tables(told)[0])
    said = " ".join(console.file.getvalue().split())
    assert "given this record: what more members would change" in said
    assert f"of the record: what other records of {told.record_years} years would change" in said
    assert told.copies == 0


def test_the_method_says_in_which_blocks_members_keep_the_order_of_the_record(folder, monkeypatch):
    sides = read_sides([folder])
    assert [side.block_years for side in sides] == [3, 3]
    widths = {}
    for block in (3, 2, 1):
        for side in sides:
            side.block_years = block
        module = sys.modules["hydrosim.comparison.compare"]
        monkeypatch.setattr(module, "read_sides", lambda _unused: list(sides))
        told = compare(folder)
        row = told.table.set_index("figure").loc["shortage"]
        widths[block] = row["record_high"] - row["record_low"]
        said = "its years taken as independent, for members are of single years"
        assert told.single_years == (block == 1) == (said in str(comparison_tables(told)[0].title))
    assert widths[2] != widths[3] != widths[1]


def test_copies_of_the_record_are_named_and_count_once(folder):
    first, second = read_sides([folder])
    twice = [0, 1, 2, 3, 4, 5, 0, 1]
    sides = [
        one.tables.isel(member=twice).assign_coords(member=np.arange(8), scenario=one.name)
        for one in (first, second)
    ]
    told = compare(*sides)
    assert told.copies == 2
    whole = compare(folder).table.set_index("figure").loc["shortage"]
    row = told.table.set_index("figure").loc["shortage"]
    assert (row["pairs"], row["low"], row["high"]) == (6, whole["low"], whole["high"])
    title = str(comparison_tables(told)[0].title)
    assert "2 members are copies of others and left out: the record has no more" in title
    assert "the length of the record is not known" in title


def test_verdicts_tell_the_share_of_members(folder):
    first, second = read_sides([folder])
    assert first.verdicts.keys() == second.verdicts.keys()
    words = {one.outcome for side in (first, second) for one in side.verdicts.values()}
    assert any(word.endswith(" % of members") for word in words)


def test_an_unfinished_ensemble_is_refused(folder, tmp_path):
    (tmp_path / "ensemble.json").write_text((folder / "ensemble.json").read_text())
    with pytest.raises(DataError, match="an unfinished ensemble"):
        compare(folder, tmp_path)
