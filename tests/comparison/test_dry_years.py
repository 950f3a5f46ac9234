"""Dry years: which they are, who keeps the guarantee in them, at what price; table and picture."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hydrosim import compare
from hydrosim.cli.main import main
from hydrosim.comparison.bootstrap import interval_of_mean
from hydrosim.comparison.dry_years import dry_flags, guarantee_frame
from hydrosim.comparison.guarantee import guarantee_answer
from hydrosim.comparison.sources import Judged, Side
from hydrosim.errors import DataError
from hydrosim.plot import plot
from tests.conftest import ROOT

# Of nine years the ranks beyond 62.5 % of m / 10 are the three driest: 1, 2 and 3.
INFLOW = np.array([5.0, 1.0, 9.0, 2.0, 7.0, 3.0, 4.0, 8.0, 6.0])
DRY = INFLOW <= 3.0


def tables(name, short, pumped, inflow=INFLOW, members=1):
    """Year tables of a town that wants 10 (12 periods a year), an aquifer, and a river."""
    shape = (1, members, 9)
    dims = ("scenario", "member", "water_year")
    failed = np.broadcast_to(np.asarray(short, float), shape)
    return xr.Dataset(
        {
            "year_demand": ((*dims, "claim"), np.full((*shape, 2), 1e9)),
            "year_supplied": (
                (*dims, "claim"), np.stack([1e9 - 1e8 * failed, np.full(shape, 2e8)], axis=-1),
            ),
            "year_periods": ((*dims, "claim"), np.full((*shape, 2), 12.0)),
            "year_periods_short": (
                (*dims, "claim"), np.stack([failed, np.zeros(shape)], axis=-1),
            ),
            "year_withdrawn": (
                (*dims, "source"),
                np.broadcast_to(np.asarray(pumped, float), shape)[..., None] * 1e8,
            ),
            "year_budget": (
                (*dims, "budget"), np.broadcast_to(np.asarray(inflow), shape)[..., None] * 1e8,
            ),
        },
        {
            "scenario": [name],
            "member": np.arange(members),
            "water_year": np.arange(2001, 2010),
            "claim": ["town", "river"],
            "claim_kind": ("claim", ["demand", "replenishment"]),
            "claim_use": ("claim", ["domestic", "ecology"]),
            "source": ["wells"],
            "source_kind": ("source", ["groundwater_shallow"]),
            "budget": ["local_inflow"],
        },
        {"hydrosim_version": "1", "step": "day", "mode": "planning_level"},
    )  # fmt: skip


def test_the_driest_three_eighths_are_dry():
    flags = dry_flags(tables("a", np.zeros(9), np.zeros(9)))
    assert flags.tolist() == [DRY.tolist()]
    unknown = tables("a", np.zeros(9), np.zeros(9)).drop_vars("year_budget")
    assert dry_flags(unknown) is None


def test_dry_years_of_members_are_ranked_together():
    wet = np.array([INFLOW + 100.0, INFLOW])[np.newaxis]
    flags = dry_flags(tables("a", np.zeros(9), np.zeros(9), wet, members=2))
    # Of 18 years the ranks beyond 62.5 % of m / 19 are the seven driest, all of the second member.
    assert not flags[0].any()
    assert flags[1].tolist() == (INFLOW <= 7.0).tolist()


@pytest.fixture
def pair():
    today = tables("today", np.where(DRY, 3.0, 0.0), np.where(DRY, 4.0, 2.0))
    wells = tables("wells", np.zeros(9), np.where(DRY, 6.0, 2.0))
    return today, wells


def test_the_guarantee_in_dry_years_and_its_price_by_hand(pair):
    told = compare(*pair)
    rows = told.guarantee.set_index("run")
    assert rows["dry_years"].tolist() == [3, 3]
    assert rows["required"].tolist() == [95.0, 95.0]
    assert rows.loc["today", "reliability"] == pytest.approx(75.0)
    # m / (n + 1), as the verdict counts: three of three dry years are 75 %, and prove no 95 %.
    assert rows["full_years"].tolist() == [0.0, 75.0]
    assert rows.loc["today", "full_years_all"] == pytest.approx(100 * 6 / 10)
    assert rows["provable"].tolist() == [False, False]
    assert rows.loc["wells", "reliability"] == pytest.approx(100.0)
    assert rows["keeps"].tolist() == [False, False]
    assert rows.loc["today", "reliability_all"] == pytest.approx(100 - 25 / 3)
    assert rows.loc["wells", "groundwater_pumped"] == pytest.approx(6.0)
    assert rows.loc["wells", "groundwater_pumped_difference"] == pytest.approx(2.0)
    assert rows.loc["wells", "groundwater_pumped_all"] == pytest.approx((3 * 6 + 6 * 2) / 9)
    assert rows.loc["wells", "replenished"] == pytest.approx(2.0)
    assert np.isnan(rows["members_keeping"]).all()
    dry = told.dry.set_index("figure")
    assert dry.loc["groundwater_pumped", "difference"] == pytest.approx(2.0)
    assert dry.loc["groundwater_pumped", "pairs"] == 3
    whole = told.table.set_index("figure")
    assert whole.loc["groundwater_pumped", "difference"] == pytest.approx(2.0 / 3.0)


def test_years_that_are_not_dry_keep_their_place_in_a_block():
    values = np.random.default_rng(3).normal(size=72)
    some = np.where(np.arange(72) % 3 == 0, values, np.nan)
    low, high = interval_of_mean(some, block=6, resamples=4000)
    assert low < np.nanmean(some) < high
    # Two of each block of six are known; no two follow on each other, so that they are free.
    known = some[np.isfinite(some)]
    half = 1.7291 * known.std(ddof=1) / np.sqrt(24.0)
    assert high - low == pytest.approx(2.0 * half, rel=0.1)
    assert np.isnan(interval_of_mean(np.where(np.arange(24) < 19, 1.0, np.nan))).all()


def test_members_that_keep_it_are_counted():
    short = np.zeros((1, 6, 9))
    short[:, :2] = np.where(DRY, 6.0, 0.0)
    # Members of nearly the same water are no copies of each other.
    inflow = INFLOW + 1e-6 * np.arange(6.0)[np.newaxis, :, np.newaxis]
    sides = (
        tables("today", short, np.ones(9), inflow, members=6),
        tables("more", 0.0 * short, np.ones(9), inflow, members=6),
    )
    told = compare(*sides)
    # Three or four dry years of a member prove no 95 %.
    assert told.guarantee["members_keeping"].isna().all()
    flags = dry_flags(sides[0])
    judged = [Judged("people", "guarantee", "pass", 1.0, required=70.0)] * 2
    verdicts = {"guarantee/use_domestic/guarantee": judged[0]}
    runs = [Side(name, one, verdicts) for name, one in zip(("today", "more"), sides, strict=True)]
    rows = guarantee_frame(runs, flags).set_index("run")
    assert rows["provable"].all()
    assert rows.loc["today", "members_keeping"] == pytest.approx(100 * 4 / 6)
    assert rows.loc["more", "members_keeping"] == 100.0
    assert told.dry["pairs"].max() == 6


def test_the_answer_in_a_sentence(pair):
    frame = compare(*pair).guarantee
    short = guarantee_answer(frame)
    assert short.startswith("3 dry years are too short to prove 95 % for domestic use: ")
    assert short.endswith("at most 75.0 %; the best is wells with 75.0 %.")
    frame = frame.assign(keeps=[False, True], provable=True)
    said = guarantee_answer(frame)
    assert said.startswith("1 of 2 runs keeps 95 % for domestic use in dry years, by years.")
    assert "least groundwater pumped: wells (6.00 × 10⁸ m³ a year)" in said
    assert "（6.00 亿m³/年）" in guarantee_answer(frame, "zh")
    assert "2 个方案中 1 个达到" in guarantee_answer(frame, "zh")
    none = guarantee_answer(frame.assign(keeps=False))
    assert none == (
        "No run keeps 95 % for domestic use in dry years, counted by years; the best is wells "
        "with 75.0 %."
    )


@pytest.mark.usefixtures("chinese_font")
def test_the_picture_marks_what_is_kept(pair):
    found = compare(*pair).guarantee
    unproven = {line.get_label() for line in plot("guarantee", found).lines}
    assert "record too short to prove" in unproven
    frame = found.assign(keeps=[False, True], provable=True)
    ax = plot("guarantee", frame)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels == ["wells", "today"]
    marks = {line.get_label(): line for line in ax.lines}
    assert marks["keeps the guarantee"].get_xdata() == pytest.approx([75.0])
    assert marks["does not keep it"].get_xdata() == pytest.approx([0.0])
    assert marks["asked for"].get_xdata() == pytest.approx([95.0, 95.0])
    wells = plot("guarantee", frame, name="groundwater_pumped", language="zh")
    assert "地下水开采" in wells.get_xlabel()


def city_text(file, quota="1.2"):
    """Text of a config of months whose inflow comes from a file."""
    text = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
    text = text.replace("amount: 2.6", "amount: 3.4").replace("step: day", "step: month")
    profile = text[text.index("{type: profile") : text.index("\nnodes:")]
    series = f"{{type: series, file: {file}, column: flow, unit: m3/s}}"
    return text.replace(profile, series).replace("quota: 1.2", f"quota: {quota}")


def record(place, name, factor):
    """Write an inflow of ten years of months, some of them dry."""
    wet = factor * np.array([1.0, 0.3, 1.2, 0.4, 1.0, 0.5, 1.1, 0.9, 1.3, 0.8])
    season = [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]
    lines = [
        f"{2001 + year}-{month + 1:02d}-01,{float(wet[year] * flow)!r}"
        for year in range(10)
        for month, flow in enumerate(season)
    ]
    (place / name).write_text("\n".join(["month,flow", *lines]), encoding="utf-8")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folders of runs by name: a base, another quota, another record, another quota and factor."""
    place = tmp_path_factory.mktemp("waters")
    record(place, "river.csv", 1.0)
    record(place, "other.csv", 1.1)
    texts = {
        "base": city_text("river.csv"),
        "quota": city_text("river.csv", "2.4"),
        "other": city_text("other.csv"),
        "factor": city_text("river.csv").replace("unit: m3/s}", "unit: m3/s, factor: 0.9}"),
    }
    for name, text in texts.items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
        assert (
            main(["run", str(place / f"{name}.yaml"), "--out", str(place / name), "--no-plots"])
            == 0
        )
    return place


@pytest.mark.usefixtures("chinese_font")
def test_the_command_answers_in_one_table_and_picture(runs, tmp_path, capsys):
    out = tmp_path / "told"
    both = [str(runs / "base"), str(runs / "quota")]
    assert main(["compare", *both, "--out", str(out), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "枯水年（来水频率 P >" in said
    assert "枯水年生活 95 % 保证率" in said
    assert "全部生活用水" in said
    assert "All domestic use" not in said
    kept = pd.read_csv(out / "guarantee_in_dry_years.csv")
    assert kept["run"].tolist() == ["base", "quota"]
    assert kept["full_years"][1] > kept["full_years"][0]
    assert len(pd.read_csv(out / "dry_years.csv"))
    picture = out / "plots" / "guarantee_in_dry_years.png"
    assert picture.stat().st_size > 10_000


def test_runs_of_another_record_are_refused(runs, capsys):
    told = "base and other"
    with pytest.raises(DataError, match="the record of 'inflow' differs: they had other water"):
        compare(runs / "base", runs / "other")
    assert main(["compare", str(runs / "base"), str(runs / "other"), "--no-plots"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "or `--other-water`" in error
    both = ["compare", str(runs / "base"), str(runs / "other"), "--other-water", "--no-plots"]
    assert main(both) == 0
    assert "The runs had other water" in capsys.readouterr().out
    assert not compare(runs / "base", runs / "other", other_water=True).same_water


def test_a_factor_on_the_same_record_is_a_scenario(runs):
    told = compare(runs / "base", runs / "factor")
    assert told.same_water
    assert (told.table.set_index("figure").loc["shortage", "difference"]) > 0.0
