"""Scenarios of an ensemble are compared member by member."""

import numpy as np
import pytest

from hydrosim import compare, open_ensemble
from hydrosim.cli.main import main
from hydrosim.comparison.sources import read_sides
from hydrosim.errors import DataError
from tests.conftest import ROOT

CONFIG = f"""\
base: {ROOT}/configs/month_lake.yaml
period: {{start: 1980-01-01, end: 1995-12-31, step: month}}
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


def test_verdicts_tell_the_share_of_members(folder):
    first, second = read_sides([folder])
    assert first.verdicts.keys() == second.verdicts.keys()
    words = {one.outcome for side in (first, second) for one in side.verdicts.values()}
    assert any(word.endswith(" % of members") for word in words)


def test_an_unfinished_ensemble_is_refused(folder, tmp_path):
    (tmp_path / "ensemble.json").write_text((folder / "ensemble.json").read_text())
    with pytest.raises(DataError, match="an unfinished ensemble"):
        compare(folder, tmp_path)
