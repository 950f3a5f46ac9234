"""Series from a file in SI on the steps of the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from tests.rules.models import calendar, known

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
