"""Nothing in load, check and build grows faster than the network: counted at two sizes."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from cProfile import Profile
from pathlib import Path
from typing import Any

import pytest

from hydrosim.builders.supply import Builder
from hydrosim.config import load
from hydrosim.errors import ConfigError
from hydrosim.sanity import page_of
from hydrosim.supply.build import build_model
from tests.conftest import ROOT

NETWORK = runpy.run_path(str(ROOT / "benchmarks" / "large.py"))
FEW, MANY = 200, 2000
LONG = pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: large networks")
MOST_GROWTH = 1.15
"""Counts per node at the larger size over those at the smaller one."""


class Scans:
    """How many entries were passed by in walks through whole tables of the network."""

    def __init__(self) -> None:
        self.count = 0


class CountedTable(dict[Any, Any]):
    """A table by name that counts walks through all of it."""

    scans: Scans

    def __iter__(self) -> Iterator[Any]:
        self.scans.count += len(self)
        return super().__iter__()

    def keys(self) -> Any:
        self.scans.count += len(self)
        return super().keys()

    def values(self) -> Any:
        self.scans.count += len(self)
        return super().values()

    def items(self) -> Any:
        self.scans.count += len(self)
        return super().items()


class CountedLinks(tuple[Any, ...]):
    """The links of a config, counting walks through all of them."""

    scans: Scans

    def __iter__(self) -> Iterator[Any]:
        self.scans.count += len(self)
        return super().__iter__()


def counted(value: Any, scans: Scans) -> Any:
    """Return a table or tuple as one that counts."""
    found = CountedLinks(value) if isinstance(value, tuple) else CountedTable(value)
    found.scans = scans
    return found


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> Scans:
    """Count walks through the tables of configs and builders that are made from here on."""
    scans = Scans()
    check, start = load.config_faults, Builder.__init__

    def counted_check(config: Any) -> Any:
        for key in ("nodes", "links", "rules"):
            config.__dict__[key] = counted(config.__dict__[key], scans)
        return check(config)

    def counted_start(builder: Builder, *given: Any) -> None:
        start(builder, *given)
        for key in ("rows", "columns", "claims", "balances", "records", "year_claims", "stores"):
            setattr(builder, key, counted(getattr(builder, key), scans))

    monkeypatch.setattr(load, "config_faults", counted_check)
    monkeypatch.setattr(Builder, "__init__", counted_start)
    return scans


def counts(nodes: int, shape: str, scans: Scans) -> tuple[float, float]:
    """Return calls and scanned entries per node of load, check with its page, and build."""
    text = NETWORK["network"](nodes // NETWORK["NODES_A_VALLEY"], shape)
    scans.count = 0
    with Profile() as profile:
        config = load.config_from_text(text)
        model = build_model(config)
        if shape != "tree":
            page_of(model.builder, config, ())
    calls = sum(entry.callcount for entry in profile.getstats())
    return calls / nodes, scans.count / nodes


@pytest.mark.parametrize("shape", ["shared", pytest.param("tree", marks=LONG)])
def test_calls_and_scans_per_node_do_not_grow(scans: Scans, shape: str) -> None:
    counts(40, shape, scans)  # schemas and regular expressions are made once
    few = counts(FEW, shape, scans)
    many = counts(MANY, shape, scans)
    assert few[0] > 500, "the counter of calls does not count"
    assert few[1] > 50, "the counter of scans does not count"
    assert many[0] <= MOST_GROWTH * few[0], "calls per node grow"
    assert many[1] <= MOST_GROWTH * few[1], "walks through whole tables per node grow"


def test_a_walk_for_each_node_would_be_noticed(scans: Scans) -> None:
    table = counted(dict.fromkeys(range(50)), scans)
    for _unused in range(50):
        assert len(list(table.values())) == 50
    assert scans.count == 2500


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="shape 'ring', not one of apart, shared, tree"):
        NETWORK["network"](3, "ring")


def test_a_fault_is_found_among_thousands_of_names() -> None:
    text = NETWORK["network"](250, "apart").replace("to: lake_77, type: river", "to: lakee_77")
    with pytest.raises(ConfigError) as caught:
        load.config_from_text(text)
    assert "nearest   'lake_" in str(caught.value)


@LONG
@pytest.mark.parametrize("shape", NETWORK["SHAPES"])
def test_ten_thousand_nodes_load_and_build(shape: str, tmp_path: Path) -> None:
    few, many = (NETWORK["measured"](nodes, shape, tmp_path) for nodes in (1000, 10000))
    each = [(found["load_s"] + found["build_s"]) / found["nodes"] for found in (few, many)]
    assert each[1] <= 1.3 * each[0]
