"""Storage curves from tables and files, and amounts of stored water."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from hydrosim.errors import DataError
from hydrosim.parts.storage_curve import (
    Amount,
    AmountFormat,
    StorageTable,
    area_of_slope,
    curve_faults,
    read_curve,
)
from hydrosim.units import RuleRef
from tests.nodes.river_models import content, reservoir, told

HEAD = "level_m,area_m2,storage_m3,release_capacity_m3s\n"


def table(**columns):
    return StorageTable.model_validate(columns)


def test_a_file_with_remarks_and_any_order_of_columns(tmp_path):
    text = "# made for a test\nstorage_m3,level_m,area_m2\n0,100,0\n5e6,105,1e6\n"
    (tmp_path / "curve.csv").write_text(text, encoding="utf-8")
    curve = read_curve("curve.csv", tmp_path)
    assert curve.storage_at(102.5) == 2.5e6
    assert curve.level_at(np.array([1e6]))[0] == pytest.approx(101.0)
    assert (curve.bottom_m, curve.top_m, curve.top_m3) == (100.0, 105.0, 5e6)
    assert curve.release_m3s is None


def test_the_area_follows_from_the_slope_and_never_falls():
    # Slopes 1, 3 and 2 km2: the last two are pooled to 2.5 km2.
    level = np.array([0.0, 10.0, 20.0, 30.0])
    storage = np.array([0.0, 10e6, 40e6, 60e6])
    area = area_of_slope(level, storage)
    np.testing.assert_allclose(area, [1e6, 1.75e6, 2.5e6, 2.5e6])
    assert (np.diff(area) >= 0).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("level_m,storage\n1,2\n", "a column 'storage_m3' beside level_m, area_m2"),
        (HEAD + "100,1,0,0\n101,1,x,0\n", "curve.csv:3  column 'storage_m3'\n  found     'x'"),
        (
            HEAD + "100,1,0,0\n101,1,5,0\n100.5,1,6,0\n",
            "curve.csv:4  column 'level_m'\n  found     100.5 m after 101 m\n"
            "  expected  a curve that rises strictly",
        ),
        (
            HEAD + "100,1,0,0\n101,1,5,0\n102,1,5,0\n",
            "curve.csv:4  column 'storage_m3'\n  found     5 m3 after 5 m3",
        ),
        (
            HEAD + "100,5,0,0\n101,4,5,0\n",
            "found     4 m2 after 5 m2\n  expected  a curve that never falls",
        ),
        (HEAD + "100,1,0,0\n", "fewer than two points"),
        (HEAD + "100,1,0,0\n101,nan,5,0\n", "found     'nan'\n  expected  a number"),
        (HEAD + "100,1,-5,0\n101,1,5,0\n", "found     -5\n  expected  numbers of 0 or more"),
    ],
)
def test_faults_of_a_file(tmp_path, text, message):
    (tmp_path / "curve.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_curve("curve.csv", tmp_path)
    assert message in str(error.value)


def test_a_missing_file_and_a_table_of_unequal_columns_are_told_at_load(tmp_path):
    links = [{"from": "upper", "to": "sea", "type": "river"}]
    ladder = ["dam_safety", "flood_limit", "storage"]
    model = content({"upper": reservoir(storage_curve="none.csv")}, links, ladder=ladder)
    assert (
        "nodes.upper.storage_curve",
        "no such file or directory",
        "a CSV file with a storage curve",
    ) in told(model, tmp_path)
    short = {"level": ["100 m", "120 m"], "storage": ["0 m3", "10 万m3", "20 万m3"]}
    model = content({"upper": reservoir(storage_curve=short)}, links, ladder=ladder)
    assert (
        "nodes.upper.storage_curve",
        "2 levels and 3 numbers of storage_m3",
        "as many numbers as levels",
    ) in told(model)


def test_amounts(tmp_path):
    form = AmountFormat(rule=True)
    assert form.read("195 m") == Amount("level", 195.0)
    assert form.read("2 亿m3") == Amount("storage", 2e8)
    assert form.read("30 %") == Amount("share", 0.3)
    assert form.read(0.3) == Amount("share", 0.3)
    assert form.read("curve.city_reserve") == RuleRef("curve.city_reserve")
    curve = read_curve(table(level=["100 m", "120 m"], storage=["0 m3", "2000 万m3"]), tmp_path)
    assert Amount("level", 105.0).storage_m3(curve, 2e6, 12e6) == 5e6
    assert Amount("share", 0.3).storage_m3(curve, 2e6, 12e6) == 5e6
    assert Amount("storage", 4e6).storage_m3(curve, 2e6, 12e6) == 4e6


def test_an_amount_in_a_wrong_unit_is_told():
    links = [{"from": "upper", "to": "sea", "type": "river"}]
    ladder = ["dam_safety", "flood_limit", "storage"]
    model = content({"upper": reservoir(initial="5 m3/s")}, links, ladder=ladder)
    place, found, expected = told(model)[0]
    assert (place, found) == ("nodes.upper.initial", "'5 m3/s'")
    assert expected.startswith("a level, a volume or a share of the conservation storage")
    with pytest.raises(ValidationError):
        table(level=["100 m3", "120 m"], storage=["0 m3", "2000 万m3"])


@pytest.mark.parametrize(
    ("name", "level_m", "storage_m3"),
    [
        ("wangkuai", 200.4, 6.997e8),
        ("xidayang", 140.5, 5.768e8),
        ("angezhuang", 160.0, 1.756e8),
        ("longmen", 122.0, 0.455e8),
    ],
)
def test_shipped_curves_hold_the_published_normal_storage(name, level_m, storage_m3):
    folder = Path(__file__).parents[2] / "configs" / "data"
    curve = read_curve(f"curve_{name}.csv", folder)
    assert curve.storage_at(level_m) == pytest.approx(storage_m3, rel=2e-3)
    assert (np.diff(curve.area_m2) >= 0).all()


@pytest.mark.parametrize(
    ("storage", "area", "severity", "found"),
    [
        # A bottom of 0.006 Mm3 says nothing of the unit.
        (["0 m3", "0.006 Mm3", "40 Mm3"], None, None, ""),
        (["0 m3", "1 Mm3", "40 Mm3"], ["0.1 km2", "1 km2", "6 km2"], None, ""),
        (["0 亿m3", "100 亿m3", "400 亿m3"], ["0.1 km2", "1 km2", "6 km2"], "error", "areas hold"),
        (["0 Mm3", "50 Mm3", "400 Mm3"], ["0.1 km2", "1 km2", "6 km2"], "warning", "areas hold"),
        (["0 亿m3", "600 亿m3", "1200 亿m3"], None, "warning", "surface of 6000 km2"),
        (["0 亿m3", "12000 亿m3", "24000 亿m3"], None, "error", "a surface of "),
        (["0 m3", "100 m3", "300 m3"], None, "warning", "largest storage of 300 m3"),
    ],
)
def test_volumes_in_another_unit_are_told(storage, area, severity, found):
    table = {"level": ["0 m", "5 m", "20 m"], "storage": storage, "area": area}
    model = StorageTable.model_validate(table)
    curve, faults = curve_faults(model, Path())
    assert curve is not None
    assert [fault.severity for fault in faults] == ([severity] if severity else [])
    assert all(found in str(fault.found) for fault in faults)
