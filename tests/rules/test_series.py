"""Series from a file in SI on the steps of the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from hydrosim.errors import ConfigError
from hydrosim.rules import RULE_TYPES
from tests.rules.models import build, calendar, known

ROWS = "date,rain\n" + "".join(f"2020-02-{day:02d},{day}\n" for day in range(1, 30))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/rain.csv").write_text(ROWS)
    return tmp_path


def series(**more: object) -> dict[str, object]:
    return {"type": "series", "file": "data/rain.csv", "column": "rain", **more}


def test_mean_of_a_longer_step_with_unit_and_factor(folder: Path):
    axis = calendar("2020-02-01", "2020-02-29", "dekad")
    rules = {"x": series(unit="mm/day", factor=1.1)}
    result = known(axis, rules, "x", folder=folder)
    np.testing.assert_allclose(result, np.array([5.5, 15.5, 25.0]) * 1.1e-3 / 86400, rtol=1e-14)


def test_sum_and_value_at_the_start(folder: Path):
    axis = calendar("2020-02-01", "2020-02-29", "dekad")
    total = known(axis, {"x": series(unit="mm", kind="sum")}, "x", folder=folder)
    rate = np.array([0.055, 0.155, 0.225]) / (np.array([10, 10, 9]) * 86400)
    np.testing.assert_allclose(total, rate, rtol=1e-14)
    first = known(axis, {"x": series(unit="m", kind="point")}, "x", folder=folder)
    assert first.tolist() == [1, 11, 21]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"file": "data/rane.csv"}, "rane.csv"),
        ({"column": "rainn"}, "rain"),
    ],
)
def test_problem_of_the_file_is_a_fault_of_the_rule(
    folder: Path, change: dict[str, str], message: str
):
    block = series(unit="mm/day") | change
    with pytest.raises(ConfigError, match=message) as caught:
        known(calendar("2020-02-01", "2020-02-02"), {"x": block}, "x", folder=folder)
    assert caught.value.faults[0].path[-1] == "file"


def test_series_too_short_is_told(folder: Path):
    with pytest.raises(ConfigError, match="2020-02-29"):
        known(calendar("2020-02-01", "2020-03-02"), {"x": series(unit="1")}, "x", folder=folder)


MONTHS = "date,v\n" + "".join(f"2020-{month:02d},10\n" for month in range(1, 13))


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
@pytest.mark.parametrize(
    ("unit", "kind", "whole"),
    [
        ("Mm3", "sum", 1e7),
        ("Mm3/month", "sum", 1e7),
        ("mm", "sum", 0.01),
        ("TAF", "sum", 12334818.3754752),
    ],
)
def test_an_amount_of_each_month_is_whole_in_each_month(
    folder: Path, step: str, unit: str, kind: str, whole: float
):
    (folder / "m.csv").write_text(MONTHS)
    axis = calendar("2020-01-01", "2020-12-31", step)
    rule = series(file="m.csv", column="v", unit=unit, kind=kind)
    rate = known(axis, {"x": rule}, "x", folder=folder)
    volumes = np.bincount(axis.month, rate * axis.dt_s, minlength=13)[1:]
    np.testing.assert_allclose(volumes, whole, rtol=1e-13)


def test_an_amount_a_month_in_month_steps_needs_no_kind(folder: Path):
    (folder / "m.csv").write_text(MONTHS)
    axis = calendar("2020-01-01", "2020-12-31", "month")
    rule = series(file="m.csv", column="v", unit="Mm3/month")
    volumes = known(axis, {"x": rule}, "x", folder=folder) * axis.dt_s
    np.testing.assert_allclose(volumes, 1e7, rtol=1e-13)


def test_amounts_of_days_in_longer_steps(folder: Path):
    axis = calendar("2020-02-01", "2020-02-29", "month")
    rate = known(axis, {"x": series(unit="万m3", kind="sum")}, "x", folder=folder)
    np.testing.assert_allclose(rate * axis.dt_s, [435e4], rtol=1e-14)


@pytest.mark.parametrize("unit", ["m3/s", "mm/day", "万m3/day", "亿m3/year", "cfs"])
def test_a_sum_of_a_rate_is_refused(unit: str):
    with pytest.raises(ValidationError) as caught:
        RULE_TYPES["series"].model_validate(series(unit=unit, kind="sum"))
    told = caught.value.errors()[0]["ctx"]
    assert told["found"] == f"a sum of {unit}, a rate"
    assert told["expected"] == (
        "`kind: sum` with an amount such as 万m3 or mm; a rate has the kind mean"
    )


def test_a_sum_of_a_rate_a_month_by_days_is_refused(folder: Path):
    rule = series(unit="Mm3/month", kind="sum")
    with pytest.raises(ConfigError) as caught:
        known(calendar("2020-02-01", "2020-02-29"), {"x": rule}, "x", folder=folder)
    (fault,) = caught.value.faults
    assert fault.path == ("rules", "x", "kind")
    assert fault.found == "a sum of Mm3/month, a rate, from rows that are no months"


def test_keys_of_a_layout_reach_the_file(folder: Path):
    text = "Titel\nTag;Wert\n1.2.2020;1,5\n2.2.2020;2,5\n"
    (folder / "q.csv").write_text(text)
    axis = calendar("2020-02-01", "2020-02-02")
    rule = series(file="q.csv", column="Wert", unit="m3/s", header=2)
    assert known(axis, {"x": rule}, "x", folder=folder).tolist() == [1.5, 2.5]
    rule = series(file="q.csv", column=2, unit="m3/s", header="none", data_from=3)
    assert known(axis, {"x": rule}, "x", folder=folder).tolist() == [1.5, 2.5]
    rule = series(file="q.csv", column="q", unit="m3/s", columns=["d", "q"], data_from=3, time="d")
    assert known(axis, {"x": rule}, "x", folder=folder).tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("key", "value", "expected", "note"),
    [
        ("dates", "julian", "a form such as", "the form 'julian' is not known"),
        ("dates", "1/2/2001", "a form such as", "day and month can be taken for each other"),
        ("dates", 5, "a form such as", None),
        ("zone", "CST", "a zone such as", "the zone 'CST' is not known"),
        ("zone", ["UTC", "+8", "+9"], "a zone such as", None),
        ("encoding", "klingon", "the name of an encoding", None),
        ("encoding", "zip", "the name of an encoding", None),
    ],
)
def test_keys_of_a_layout_that_are_wrong(key: str, value: object, expected: str, note: str | None):
    with pytest.raises(ValidationError) as caught:
        RULE_TYPES["series"].model_validate(series(unit="1", **{key: value}))
    told = caught.value.errors()[0]["ctx"]
    assert told["expected"].startswith(expected)
    assert (told["note"] or "").startswith(note or "")


def test_a_header_beside_names_of_columns_is_refused():
    block = series(unit="1", header=2, columns=["a"])
    with pytest.raises(ValidationError, match="no `header` beside `columns`"):
        RULE_TYPES["series"].model_validate(block)


def test_rain_too_small_for_any_climate_is_warned_of(tmp_path: Path):
    days = np.arange("2001-01-01", "2003-01-01", dtype="M8[D]")
    rows = [f"{day},{1.5 + number % 3}" for number, day in enumerate(days)]
    (tmp_path / "met.csv").write_text("date,rain\n" + "\n".join(rows), encoding="utf-8")
    for unit, note in (("mm/year", "the likely unit is mm/day"), ("mm/day", None)):
        rules = {"x": series(file="met.csv", column="rain", unit=unit)}
        builder = build(calendar("2001-01-01", "2002-12-31"), rules, folder=tmp_path)
        builder.rule("x")
        assert [fault.note for fault in builder.warnings] == ([note] if note else [])
        assert all(fault.found.startswith("2.5 mm/year in the mean") for fault in builder.warnings)
