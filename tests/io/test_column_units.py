"""Units that a file tells in names, codes and columns, beside the one of the configuration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hydrosim.io.column_units import unit_notice
from hydrosim.io.table import Table
from tests.rules.models import build, calendar


def told(column, unit, file="q.csv", **columns):
    table = Table({column: np.zeros(2), **columns})
    notice = unit_notice(table, Path(file), column, unit)
    return None if notice is None else notice.found


@pytest.mark.parametrize(
    ("column", "unit", "own"),
    [
        ("flow (cfs)", "m3/s", "cfs"),
        ("Inflow [m3/s]", "cfs", "m3/s"),
        ("流量（m³/s）", "cfs", "m³/s"),
        ("入库水量(万m3)", "亿m3", "万m3"),
        ("rain_mm", "inch", "mm"),
        ("storage_af", "万m3", "af"),
        ("Q, m3/s", "cfs", "m3/s"),
        ("flow ML/d", "m3/s", "ML/d"),
        ("level (ft)", "m", "ft"),
        ("rain (mm)", "inch/day", "mm"),
        ("flow (mm/day)", "m3/s", "mm/day"),
    ],
)
def test_a_name_with_another_unit_is_told(column, unit, own):
    found = f"{own!r} in the file, {unit!r} in the configuration for {column!r}"
    assert told(column, unit) == found


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("flow (cfs)", "ft3/s"),
        ("rain (mm)", "mm/day"),  # an amount of a day is its rate
        ("rain (mm/day)", "mm"),
        ("storage (万m3)", "万方"),
        ("flow (a)", "m3/s"),
        ("flow (mean)", "m3/s"),
        ("q_min", "m3/s"),
        ("level_m", "m"),
        ("wangkuai_流量", "L/s"),
        ("flow (cfs)", ""),
        ("69928_00060", "m3/s"),  # no code of the USGS outside its files
    ],
)
def test_other_names_are_not(column, unit):
    assert told(column, unit) is None


def test_the_parameter_code_of_the_usgs_is_a_unit():
    found = "'cfs' in the file, 'm3/s' in the configuration for '69928_00060_00003'"
    assert told("69928_00060_00003", "m3/s", "nwis.rdb") == found
    assert told("69928_00060_00003", "cfs", "nwis.rdb") is None
    assert told("69928_00065", "m", "nwis.rdb") is not None
    assert told("69928_99999", "m", "nwis.rdb") is None


def test_a_column_of_units_counts_where_it_has_one():
    found = "'CFS' in the file, 'm3/s' in the configuration for 'VALUE'"
    assert told("VALUE", "m3/s", UNITS=["CFS", "CFS "]) == found
    assert told("VALUE", "cfs", UNITS=["CFS", "CFS"]) is None
    assert told("VALUE", "m3/s", UNITS=["CFS", "FEET"]) is None


def test_a_factor_says_that_numbers_are_converted(tmp_path):
    (tmp_path / "q.csv").write_text("date,flow (cfs)\n2001-01-01,10\n2001-01-02,20\n")
    rule = {"type": "series", "file": "q.csv", "column": "flow (cfs)", "unit": "m3/s"}
    axis = calendar("2001-01-01", "2001-01-02")
    builder = build(axis, {"x": rule}, folder=tmp_path)
    builder.rule("x")
    (fault,) = builder.warnings
    assert fault.note == "a `factor:` other than 1 says that the numbers are converted"
    builder = build(axis, {"x": {**rule, "factor": 0.028316846592}}, folder=tmp_path)
    np.testing.assert_allclose(builder.rule("x").known[0], [0.28316846592, 0.56633693184])
    assert builder.warnings == []
