"""One number an account year."""

from __future__ import annotations

from pathlib import Path

import pytest

from hydrosim.errors import ConfigError
from tests.rules.models import build, calendar, known

AXIS = calendar("2019-10-31", "2019-11-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = "year,factor,other\n2018,0.8,1\n2019,1.0,2\n2020,0.6,\n"
    (tmp_path / "danjiangkou.csv").write_text(rows)
    (tmp_path / "twice.csv").write_text("year,factor\n2018,1\n2018,2\n")
    (tmp_path / "half.csv").write_text("year,factor\n2018.5,1\n2019,2\n")
    return tmp_path


def block(**more: object) -> dict[str, object]:
    return {
        "type": "quota_year_series",
        "file": "danjiangkou.csv",
        "column": "factor",
        "starts": "11-01",
        "unit": "1",
    } | more


def test_changes_on_the_first_day(folder: Path):
    assert known(AXIS, {"x": block()}, "x", folder=folder).tolist() == [0.8, 1.0]
    ends = known(AXIS, {"x": block(year_is="end")}, "x", folder=folder)
    assert ends.tolist() == [1.0, 0.6]


def test_calendar_years_start_and_end_alike(folder: Path):
    axis = calendar("2018-12-31", "2019-01-01")
    for year_is in ("start", "end"):
        rules = {"x": block(starts="01-01", year_is=year_is, unit="%")}
        assert known(axis, rules, "x", folder=folder) == pytest.approx([0.008, 0.01])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"file": "twice.csv"}, "the year 2018 twice"),
        ({"file": "half.csv"}, "the year 2018.5"),
        ({"file": "none.csv"}, "none.csv"),
        ({"column": "factr"}, "factor"),
        ({"starts": "10-01", "year_is": "end", "column": "other"}, "NaN"),
    ],
)
def test_problem_of_the_file(folder: Path, change: dict[str, object], message: str):
    with pytest.raises(ConfigError, match=message):
        known(AXIS, {"x": block(**change)}, "x", folder=folder)


def test_missing_year_is_named(folder: Path):
    with pytest.raises(ConfigError, match="no row for the year 2017"):
        known(calendar("2018-10-31", "2018-11-01"), {"x": block()}, "x", folder=folder)


def test_codes_and_other_units_are_told(folder: Path):
    rows = "year,quota (亿m3)\n2018,5\n2019,999.9\n2020,6\n"
    (folder / "quotas.csv").write_text(rows)
    rule = block(file="quotas.csv", column="quota (亿m3)", unit="万m3/year")
    builder = build(AXIS, {"x": rule}, folder=folder)
    builder.rule("x")
    assert [fault.found for fault in builder.warnings] == [
        "'亿m3' in the file, '万m3/year' in the configuration for 'quota (亿m3)'",
        "999.9 万m3/year, a usual code for a missing value, in column 'quota (亿m3)'",
    ]
