"""The table of claim kinds: what each counts as, after section 8 of the design."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.builders.supply import Builder
from hydrosim.config.load import load_config
from hydrosim.reading import kinds
from hydrosim.reading.kinds import Counts
from hydrosim.supply.lowering import lower_config
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("kind", "counts", "supply", "firm"),
    [
        ("demand", Counts.USE, True, True),
        ("irrigation", Counts.USE, True, True),
        ("ecology", Counts.REPLENISHMENT, True, True),
        ("replenishment", Counts.REPLENISHMENT, True, False),
        ("recharge", Counts.RECHARGE, True, False),
        ("base_flow", Counts.PASSING, False, False),
        ("outflow", Counts.PASSING, False, False),
        ("minimum", Counts.PASSING, False, False),
    ],
)
def test_what_a_kind_counts_as(kind: str, counts: Counts, supply: bool, firm: bool) -> None:
    assert kinds.KINDS[kind].counts is counts
    assert kinds.is_supply(kind) is supply
    assert kinds.is_firm(kind) is firm


def test_groups_follow_from_the_table() -> None:
    assert kinds.WATER_USE == ("demand", "irrigation")
    assert kinds.REPLENISHED == ("ecology", "replenishment")
    assert kinds.PLANNED == ("ecology",)
    assert kinds.OFFERED == ("replenishment", "recharge")
    assert kinds.PASSING == ("base_flow", "outflow", "minimum")
    assert kinds.FIRM == tuple(kind for kind in kinds.KINDS if kinds.is_firm(kind))
    assert list(kinds.REQUIRED_FLOWS) == ["ecology", "base_flow", "outflow"]
    assert kinds.REQUIRED_FLOWS["base_flow"].in_language("zh") == "生态基流"


def test_each_claim_is_supply_or_a_river_and_firm_or_offered() -> None:
    supply = {kind for kind in kinds.KINDS if kinds.is_supply(kind)}
    assert supply | set(kinds.PASSING) == set(kinds.KINDS)
    assert set(kinds.FIRM) | set(kinds.OFFERED) == supply
    assert not set(kinds.FIRM) & set(kinds.OFFERED)


def test_an_unknown_kind_is_supply_with_a_demand() -> None:
    assert kinds.is_supply("")
    assert kinds.is_firm("of_another_package")
    assert kinds.use_of("of_another_package", "") == "other"


@pytest.mark.parametrize(
    ("kind", "use", "expected"),
    [
        ("irrigation", "", "agriculture"),
        ("irrigation", "ecology", "ecology"),
        ("replenishment", "", "ecology"),
        ("recharge", "other", "recharge"),
        ("demand", "industry", "industry"),
        ("demand", "snow", "other"),
    ],
)
def test_the_use_is_named_or_follows_from_the_kind(kind: str, use: str, expected: str) -> None:
    assert kinds.use_of(kind, use) == expected


def test_nodes_write_kinds_of_the_table() -> None:
    written: set[str] = set()
    for name in ("daqing_city", "dekad_irrigation", "month_lake"):
        builder = lower_config(load_config(ROOT / "configs" / f"{name}.yaml"))
        assert isinstance(builder, Builder)
        written |= {str(item["kind"]) for item in builder.items["claim"].values()}
    assert written <= kinds.KINDS.keys()
    assert {"demand", "irrigation", "replenishment", "recharge", "base_flow"} <= written
    assert np.isin(list(written), kinds.REPLENISHED).sum() >= 1
