"""Paired differences of runs, scenarios and members; what is refused; the command."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hydrosim import compare
from hydrosim.cli.main import main
from hydrosim.comparison.sources import read_sides
from hydrosim.errors import DataError
from hydrosim.parts.tariffs import TariffTable
from hydrosim.plot import comparison
from hydrosim.plot.style import drawing
from tests.conftest import ROOT
from tests.plot.text_boxes import faults_of

YEARS = 24
TARIFF = TariffTable((4.0,), (), 1e8)


def tables(supplied=(8.0, 5.0), members=1, names=("base",), **attributes):
    """Year tables of a town that wants 10 and a river that is offered 6, in 10^8 m3 a year."""
    shape = (len(names), members, YEARS + 1, 2)
    wanted = np.broadcast_to(np.array([10.0, 6.0]) * 1e8, shape)
    got = np.broadcast_to(np.asarray(supplied) * 1e8, shape).copy()
    got[..., 0, :] = 0.0  # an incomplete year, which counts for nothing
    dims = ("scenario", "member", "water_year", "claim")
    periods = np.broadcast_to(np.array([12.0, np.nan]), shape)
    short = np.where(got < 0.99 * wanted, 3.0, 0.0)
    return xr.Dataset(
        {
            "year_demand": (dims, wanted),
            "year_supplied": (dims, got),
            "year_periods": (dims, periods),
            "year_periods_short": (dims, short),
        },
        {
            "scenario": list(names),
            "member": np.arange(members),
            "water_year": np.arange(1990, 1991 + YEARS),
            "complete": ("water_year", np.arange(YEARS + 1) > 0),
            "claim": ["river", "town"][::-1],
            "claim_kind": ("claim", ["demand", "replenishment"]),
            "claim_use": ("claim", ["domestic", "ecology"]),
            "claim_tariff": ("claim", [TARIFF.as_text(), ""]),
        },
        {"hydrosim_version": "1", "step": "day", "mode": "planning_level", **attributes},
    )


def row(comparison, figure, run=None):
    table = comparison.table
    found = table[(table["figure"] == figure) & ((table["run"] == run) | (run is None))]
    return found.iloc[0]


def test_differences_of_all_figures_by_hand():
    told = compare(tables(), tables((9.5, 4.0), names=("more",)))
    assert (told.reference, told.by) == ("base", "year")
    shortage = row(told, "shortage")
    assert (shortage["reference"], shortage["mean"]) == (pytest.approx(2.0), pytest.approx(0.5))
    assert shortage["difference"] == pytest.approx(-1.5)
    assert (shortage["low"], shortage["high"]) == pytest.approx((-1.5, -1.5))
    assert (shortage["pairs"], bool(shortage["clear"]), shortage["better"]) == (YEARS, True, 1)
    replenished = row(told, "replenished")
    assert replenished["difference"] == pytest.approx(-1.0)
    assert replenished["better"] == -1
    assert row(told, "reliability_domestic")["mean"] == pytest.approx(75.0)
    assert row(told, "full_years_domestic")["mean"] == 0.0
    bill = row(told, "water_bill")
    assert bill["reference"] == pytest.approx(8 * 4.0 + 1.0)
    assert bill["difference"] == pytest.approx(1.5 * 4.0)


def test_pairs_take_away_what_both_share():
    one = tables()
    weather = np.random.default_rng(3).normal(size=YEARS + 1)[:, np.newaxis] * 0.3e8
    one["year_supplied"] = one["year_supplied"] + weather
    other = one.assign_coords(scenario=["other"])
    steady = np.array([0.1e8, 0.0])
    other["year_supplied"] = other["year_supplied"] + steady
    shortage = row(compare(one, other), "shortage")
    assert shortage["difference"] == pytest.approx(-0.1)
    assert shortage["high"] - shortage["low"] < 1e-9


def test_members_are_paired_where_there_are_enough():
    one, other = tables(members=8), tables(members=8, names=("other",))
    gain = np.arange(8.0)[:, np.newaxis, np.newaxis] * 1e7
    other["year_supplied"] = other["year_supplied"] + gain
    told = compare(one, other)
    assert told.by == "member"
    shortage = row(told, "shortage")
    assert shortage["pairs"] == 8
    assert shortage["difference"] == pytest.approx(-0.35)
    assert shortage["low"] < -0.35 < shortage["high"] < 0.0
    assert row(compare(one, other, by="year"), "shortage")["pairs"] == YEARS


def test_scenarios_of_one_dataset_are_compared_with_the_reference():
    many = tables(names=("a", "b", "c"))
    many["year_supplied"] = many["year_supplied"] + xr.DataArray([0.0, 1e8, 2e8], dims="scenario")
    told = compare(many, reference="b")
    assert told.reference == "b"
    assert row(told, "shortage", "a")["difference"] == pytest.approx(1.0)
    assert row(told, "shortage", "c")["difference"] == pytest.approx(-1.0)
    with pytest.raises(DataError, match="nearest   'c'"):
        compare(many, reference="C")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (tables(mode="trajectory"), "the mode differs: planning_level and trajectory"),
        (tables(step="month"), "the step differs: day and month"),
        (tables(hydrosim_version="2"), "the version differs: 1 and 2"),
        (tables(seed="4"), "the seed of the members differs: none and 4"),
        (tables(members=3), "the numbers of members differ: 1 and 3"),
        (tables().isel(water_year=slice(4, None)), "the complete water years differ: 1991-2014"),
        (tables().assign_coords(claim=["x", "y"]), "models of different places"),
    ],
)
def test_unlike_runs_are_refused(other, reason):
    with pytest.raises(DataError, match=reason):
        compare(tables(), other)


def test_one_run_is_refused():
    with pytest.raises(DataError, match="one run: base"):
        compare(tables())
    with pytest.raises(DataError, match="runs of one member"):
        compare(tables(), tables(), by="member")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results of two scenarios over eight years of months."""
    place = tmp_path_factory.mktemp("compare")
    text = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
    text = text.replace("amount: 2.6", "amount: 4.2").replace("step: day", "step: month")
    axes = "scenarios: {axes: {quota: {plan: {}, twice: {nodes.yangtze.quota: 2.4 亿m3/year}}}}\n"
    (place / "city.yaml").write_text(text + axes, encoding="utf-8")
    code = main(["run", str(place / "city.yaml"), "--out", str(place / "out"), "--no-plots"])
    assert code == 0
    return place / "out"


def test_folders_of_scenarios_and_of_runs(folder):
    whole = compare(folder)
    assert whole.reference == "plan"
    assert row(whole, "shortage", "twice")["difference"] < -0.5
    runs = compare(folder / "plan", folder / "twice" / "results.nc")
    pd.testing.assert_frame_equal(runs.table, whole.table)
    assert [side.name for side in read_sides([folder, folder / "plan"])] == [
        "out/plan", "twice", "plan",
    ]  # fmt: skip


def test_verdicts_that_changed(folder):
    files = [folder / name / "verdicts.json" for name in ("plan", "twice")]
    pair = zip(*(json.loads(file.read_text(encoding="utf-8")) for file in files), strict=True)
    differ = {one["id"] for one, other in pair if one["pass"] != other["pass"]}
    assert set(compare(folder).verdicts["id"]) == differ


def test_the_command(folder, tmp_path, capsys):
    out = tmp_path / "told"
    assert main(["compare", str(folder), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Differences from plan, paired by water years in blocks by the record" in said
    kept = pd.read_csv(out / "comparison.csv")
    assert list(kept["figure"]) == list(compare(folder).table["figure"])
    assert (out / "plots" / "comparison.png").stat().st_size > 10_000
    assert main(["compare", str(folder / "plan")]) == 2
    assert "two runs or more" in capsys.readouterr().err
    assert main(["compare", str(tmp_path), str(folder)]) == 2
    assert "a folder without results.nc" in capsys.readouterr().err


def test_in_chinese(folder, capsys):
    assert main(["compare", str(folder), "--lang", "zh", "--no-plots"]) == 0
    assert "与 plan 之差" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("runs", [1, 9])
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_the_picture_lie_apart(runs, language):
    names = [f"more_water_from_{place}" for place in range(runs)]
    others = [tables((8.0 + 0.1 * n, 4.0), names=(name,)) for n, name in enumerate(names, 1)]
    found = compare(tables(), *others)
    with drawing(language) as spoken:
        pages = comparison.pages(found.table, found.reference, spoken)
        assert pages
        assert [fault for page in pages for fault in faults_of(page)] == []


def test_a_notebook_shows_differences_with_intervals_and_changed_verdicts():
    noisy = np.random.default_rng(1).normal(0.0, 0.3, (1, 1, YEARS + 1))
    second = tables(supplied=(9.0, 5.0), names=("<b>more</b>",))
    second["year_supplied"].values[..., 0] += noisy * 1e8
    found = compare(tables(), second)
    page = found._repr_html_()
    one = row(found, "shortage")
    interval = f"{one['low']:+.3f} … {one['high']:+.3f}"
    assert f'<td class="n">{interval}</td>' in page
    assert "&lt;b&gt;more&lt;/b&gt;" in page
    assert "<b>more" not in page
    assert '<b class="badge good">clearly better</b>' in page
    assert page.count("<table>") == 1
    changed = pd.DataFrame([["g", "City", "", "guarantee", "", "fail", "pass"]],
                           columns=["id", "subject", "subject_zh", "quantity", "quantity_zh",
                                    "base", "more"])  # fmt: skip
    page = dataclasses.replace(found, verdicts=changed)._repr_html_()
    assert "Verdicts that changed" in page
    assert '<b class="badge bad">fail</b></td><td><b class="badge good">pass</b>' in page
