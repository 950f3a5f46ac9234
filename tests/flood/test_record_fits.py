"""Curves fitted to records of the configuration: the numbers of the functions in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hydrosim.cli.main import main
from hydrosim.config.load import load_config
from hydrosim.errors import ConfigError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.design import build_design_floods, flood_warnings
from hydrosim.flood.fit_tables import fit_frame, fits_dataset
from hydrosim.hydrology.curve_fitting import FitRules
from hydrosim.hydrology.curves import at_return_period
from hydrosim.hydrology.expected_moments import MomentRules, expected_moments
from hydrosim.hydrology.flood_samples import KnownRange, flood_sample, plotting_positions
from hydrosim.hydrology.frequency import FrequencyMethod, fit_frequency
from hydrosim.hydrology.quantile_limits import quantile_limits
from hydrosim.plot.catalogue import plot_all
from hydrosim.plot.frequency_fit import draw, heading
from hydrosim.plot.pictures import plot
from hydrosim.plot.style import drawing, new_axes
from tests.plot.text_boxes import faults_of_picture

RECORD = [160.0, 320.0, 90.0, 250.0, 410.0, 130.0, 75.0, 520.0, 205.0, 180.0, 300.0, 145.0]
HISTORICAL = [900.0, 640.0]
CONFIG = """
hydrosim: 1
nodes:
  head: {{type: inflow, local_inflow: 0 m3/s}}
  river: {{type: reach, muskingum: [{{k: 1 h, x: 0.2}}], safe_discharge: 500 m3/s}}
  sea: {{type: outlet}}
links: [{{from: head, to: river, type: river}}, {{from: river, to: sea, type: river}}]
flood:
  step: 1 h
  events: {{e: {{start: 2001-07-01, inflows: {{head: {{every: 1 h, flows: [10, 300, 10]}}}}}}}}
  design:
    return_periods: [2, 10, 100]
    scaling: {{same_ratio: peak}}
    typical: {{e: {{event: e}}}}
    statistics:
      head: {{peak: {{annual_maxima: {{file: record.csv, column: q, {more}}}}}}}
"""


def config(folder: Path, more: str, unit: float = 1.0) -> Any:
    rows = "".join(f"{1980 + i},{q / unit}\n" for i, q in enumerate(RECORD))
    (folder / "record.csv").write_text("year,q\n" + rows, encoding="utf-8")
    file = folder / "config.yaml"
    file.write_text(CONFIG.format(more=more), encoding="utf-8")
    return load_config(file)


def design(folder: Path, more: str, unit: float = 1.0) -> Any:
    return build_design_floods(build_flood_model(config(folder, more, unit)))


EXPECTED = "distribution: log_pearson3, method: expected_moments"
HISTORY = "historical: [900, 640 m3/s], survey_years: 90"


@pytest.mark.parametrize(
    ("more", "method"),
    [
        ("plotting: separate", FrequencyMethod(plotting="separate")),
        ("distribution: log_pearson3", FrequencyMethod("log_pearson3")),
        ("method: l_moments", FrequencyMethod(method="l_moments")),
        ("method: moments, skew_form: unbiased", FrequencyMethod(method="moments", skew_form="unbiased")),  # noqa: E501
        ("distribution: gumbel, method: moments", FrequencyMethod("gumbel", "moments")),
        ("criterion: relative", FrequencyMethod(rules=FitRules("relative"))),
        ("hold: {cs_over_cv: 3}", FrequencyMethod(rules=FitRules(skewness_ratio=3.0))),
        ("hold: {mean: 240, cv: 0.8}", FrequencyMethod(rules=FitRules(mean=240.0, variation=0.8))),
        ("mean_from_moments: true, criterion: absolute",
         FrequencyMethod(rules=FitRules("absolute"), mean_from_moments=True)),
    ],
)  # fmt: skip
def test_each_rule_gives_the_numbers_of_python(
    tmp_path: Path, more: str, method: FrequencyMethod
) -> None:
    made = design(tmp_path, f"{HISTORY}, {more}")
    sample = flood_sample(RECORD, historical=HISTORICAL, survey_years=90)
    curve = fit_frequency(sample, method).curve
    case = made.cases[0]
    for years in (2.0, 10.0, 100.0):
        peak = made.event(case, years).peak_of("head")
        assert peak == pytest.approx(float(at_return_period(curve, years)), rel=1e-12)


def test_expected_moments_read_ranges_low_outliers_and_a_regional_skew(tmp_path: Path) -> None:
    made = design(
        tmp_path,
        "unit: L/s, distribution: log_pearson3, method: expected_moments, low_outliers: 80 m3/s, "
        "regional_skew: {skew: 0.1, mse: 0.2}, "
        "ranges: [{years: 30, high: 700 m3/s}, {low: 800000, high: 900000}]",
        1e-3,
    )
    rules = MomentRules(80.0, 0.1, 0.2)
    sample = flood_sample(RECORD, ranges=[KnownRange(30, 0.0, 700.0), KnownRange(1, 800.0, 900.0)])
    found = expected_moments(sample, rules)
    curve = made.fits[0].fitted.curve
    assert curve.log_mean == pytest.approx(found.curve.log_mean, rel=1e-9)
    assert curve.log_skewness == pytest.approx(found.curve.log_skewness, rel=1e-6)
    assert found.low_count == 1
    row = fit_frame(made).iloc[0]
    limits = quantile_limits(found, [0.01])
    assert row["T100_low"] == pytest.approx(limits.lower[0], rel=1e-6)
    assert row["T100_low"] < row["T100"] < row["T100_high"]
    assert "1 low outliers" in row["notes"]


def test_numbers_are_in_the_unit_of_the_column_and_texts_in_their_own(tmp_path: Path) -> None:
    plain = design(tmp_path, HISTORY)
    other = design(
        tmp_path,
        "unit: L/s, historical: [900000, 640 m3/s], survey_years: 90, hold: {mean: 240 m3/s}",
        1e-3,
    )
    held = design(tmp_path, "historical: [900, 640], survey_years: 90, hold: {mean: 240}")
    assert plain.fits[0].historical == (900.0, 640.0)
    assert other.fits[0].historical == pytest.approx((900.0, 640.0))
    assert other.fits[0].fitted.curve.mean == pytest.approx(held.fits[0].fitted.curve.mean)
    assert held.fits[0].fitted.curve.mean == 240.0


def test_historical_floods_change_the_curve_and_stand_on_the_paper(tmp_path: Path) -> None:
    made = design(tmp_path, "historical: [900, 640], survey_years: 90, extreme_in_record: 1")
    alone = design(tmp_path, "unit: m3/s")
    hundred = [float(at_return_period(one.fits[0].fitted.curve, 100.0)) for one in (made, alone)]
    assert hundred[0] != pytest.approx(hundred[1], rel=0.02)
    found = fits_dataset(config(tmp_path, "unit: m3/s"), made)
    assert found is not None
    assert found["flood_value"].values[0, :4].tolist() == [900.0, 640.0, 520.0, 410.0]
    kinds = [str(kind) for kind in found["flood_kind"].values[0]]
    assert kinds == ["historical", "historical", "extreme", *["ordinary"] * 11]
    # Three of ninety-one years, then the rest by the unified formula.
    expected = plotting_positions(made.fits[0].sample).exceedance_frac
    assert expected[:3] == pytest.approx([1 / 91, 2 / 91, 3 / 91])
    np.testing.assert_array_equal(found["flood_exceedance"].values[0], expected)
    frame = fit_frame(made)
    assert frame["survey_years"].tolist() == [90]
    assert frame["T100"].tolist() == [pytest.approx(hundred[0])]


def test_an_edge_of_the_search_is_told_by_check(tmp_path: Path) -> None:
    (folder := tmp_path / "edge").mkdir()
    source = config(folder, "unit: m3/s")
    (folder / "record.csv").write_text(
        "year,q\n" + "".join(f"{1980 + i},{q}\n" for i, q in enumerate([10, 11, 10.5, 9.5, 6, 1])),
        encoding="utf-8",
    )
    told = [str(fault.found) for fault in flood_warnings(source)]
    assert "the search ended at an edge of skewness_range" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("historical: [900]", "the years N that the extraordinary floods stand for"),
        ("historical: [900], survey_years: 5", "at least 13 years"),
        ("historical: [300], survey_years: 90", "count the greater measured floods"),
        ("historical: [900 万m3], survey_years: 90", "a flow"),
        ("historical: [-9], survey_years: 90", "a flood of 0 or more"),
        ("method: l_moments, criterion: absolute", "none by l_moments"),
        ("skew_form: unbiased", "none by curve_fitting"),
        ("distribution: gumbel, hold: {cv: 0.5}", "none with gumbel"),
        ("hold: {cs: 2, cs_over_cv: 3}", "one of `cs` and `cs_over_cv`"),
        ("hold: {cv: 0}", "a number above 0"),
        ("mean_from_moments: true, hold: {mean: 3}", "one of it and `hold"),
        ("method: expected_moments", "log_pearson3 as `distribution`"),
        ("low_outliers: none", "none by curve_fitting"),
        ("ranges: [{high: 900}]", "none by curve_fitting"),
        (f"{EXPECTED}, low_outliers: grubbs", "a flow"),
        (f"{EXPECTED}, regional_skew: {{skew: 0.1, mse: 0}}", "a number above 0"),
        (f"{EXPECTED}, ranges: [{{low: 900, high: 800 m3/s}}]", "a flood, and a greater one"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        flood_warnings(config(tmp_path, more))
    assert told in str(caught.value)


@pytest.mark.parametrize("law", ["pearson3", "log_pearson3"])
def test_the_picture_is_normal_paper_with_all_floods(tmp_path: Path, law: str) -> None:
    made = design(tmp_path, f"{HISTORY}, distribution: {law}")
    found = fits_dataset(config(tmp_path, "unit: m3/s"), made)
    assert found is not None
    with drawing("en"):
        ax = plot("frequency_fit", found, 0)
        assert heading(found, 0, "en") == "Head: peak"
        lines = {str(line.get_label()): line for line in ax.lines}
        assert lines["Historical flood"].get_ydata().tolist() == [900.0, 640.0]
        # P = 1/91 is 2.29 deviations to the left of the middle, where P = 50 %.
        assert lines["Historical flood"].get_xdata()[0] == pytest.approx(-2.29, abs=0.01)
        assert lines["Flood of the record"].get_ydata().size == len(RECORD)
        curve = lines["Fitted curve"]
        middle = np.interp(0.0, curve.get_xdata(), curve.get_ydata())
        assert lines["Design value"].get_ydata()[0] == pytest.approx(middle, rel=1e-3)
        assert lines["Design value"].get_xdata()[0] == pytest.approx(0.0, abs=1e-12)
    drawn = plot_all(found, [], tmp_path / "plots")
    assert [file.name for file in drawn.files] == ["frequency_fit.png"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_of_the_picture_stand_apart(
    tmp_path: Path, language: str, request: pytest.FixtureRequest
) -> None:
    if language == "zh":
        request.getfixturevalue("chinese_font")
    made = design(tmp_path, HISTORY)
    found = fits_dataset(config(tmp_path, "unit: m3/s"), made)
    assert found is not None
    assert faults_of_picture("frequency_fit", found, language) == []
    with drawing(language) as spoken:
        ax = new_axes(2.7, 0.8)
        draw(ax, found, 0, spoken)
        figure = ax.figure
        figure.canvas.draw()
        ticks = [one for one in ax.get_xticklabels() if one.get_text()]
        boxes = [one.get_window_extent() for one in [*ax.texts, *ticks]]
        for i, one in enumerate(boxes):
            assert not any(one.overlaps(other) for other in boxes[:i])


def test_a_code_that_spoils_a_curve_is_named_beside_what_it_spoils(tmp_path, capsys):
    years = [f"{year},{300 + 37 * (year % 7)}" for year in range(1971, 2001)]
    years[5] = "1976,99999"
    (tmp_path / "a.csv").write_text("year,q\n" + "\n".join(years) + "\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(SPOILED, encoding="utf-8")
    assert main(["check", str(tmp_path / "c.yaml"), "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "expected  a number above 0 m3/s" in told
    assert "found     99999 m3/s, a usual code for a missing value, in column 'q'" in told


SPOILED = """
hydrosim: 1
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [100 m, 130 m], storage: [0 m3, 3 亿m3]}
    levels: {dead: 101 m, normal: 110 m}
    initial: 50 %
    outlets: [{name: gate, capacity: 2000 m3/s, sill: 101 m}]
  sea: {type: outlet}
links: [{from: dam, to: sea, type: river}]
flood:
  step: 1 h
  events:
    e: {start: 2001-07-15, inflows: {dam: {flows: [10, 900, 300, 10], every: 6 h}}}
  design:
    return_periods: [2, 10, 100]
    typical: {t: {event: e}}
    statistics:
      dam: {peak: {annual_maxima: {file: a.csv, column: q}}}
"""
