from __future__ import annotations

from typing import get_args

import pytest
import yaml

from hydrosim.errors import DataError
from hydrosim.standards.tables import basis_of, load_table, row_of, table_names
from hydrosim.standards.tennant import TennantClass


@pytest.mark.parametrize("name", table_names())
def test_each_number_has_a_source_and_is_not_of_low_confidence(name: str) -> None:
    table = load_table(name)
    assert table["overridable"] is True
    names = [row["name"] for row in table["rows"]]
    assert len(set(names)) == len(names) > 0
    for row in table["rows"]:
        basis = basis_of(name, row)
        assert basis.source.endswith("(as entered)")
        assert basis.confidence in ("H", "M")


def test_rows_by_name() -> None:
    row = row_of("guarantee", "domestic")
    assert row is not None
    assert (row["guarantee"], row["depth_limit"]) == (0.95, 0.20)
    assert row_of("guarantee", "fountains") is None


def test_defaults_lie_in_their_ranges() -> None:
    for row in load_table("guarantee")["rows"]:
        low, high = row["range"]
        assert low <= row["guarantee"] <= high
        assert ("depth_limit" in row) == ("depth_confidence" in row)


def test_tennant_rows_are_the_classes_best_first() -> None:
    rows = load_table("tennant")["rows"]
    assert tuple(row["name"] for row in rows) == get_args(TennantClass)
    for key in ("october_march", "april_september"):
        bounds = [row[key] for row in rows]
        assert bounds == sorted(bounds, reverse=True)
        assert bounds[-1] == 0


def test_city_class_and_project_rank_fall_with_size() -> None:
    for name, key in (("city_flood_class", "population"), ("project_rank", "total_storage")):
        sizes = [row[key] for row in load_table(name)["rows"]]
        assert sizes == sorted(sizes, reverse=True)


def test_an_unknown_table_is_told_with_the_nearest() -> None:
    with pytest.raises(DataError) as error:
        load_table("guarante")
    assert "tables/guarante.yaml" in str(error.value)
    assert "nearest   'guarantee'" in str(error.value)


@pytest.mark.parametrize("name", table_names())
def test_both_readers_of_tables_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = repr(load_table.__wrapped__(name))
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert repr(load_table.__wrapped__(name)) == fast
