from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.standards.structure import ReclaimedShare, SupplyStructure
from tests.standards.factory import make_dataset, only

START, END = "2000-06-01", "2002-06-01"
KINDS = {
    "yangtze": ("yangtze", 30.0),
    "dam local": ("surface", 20.0),
    "wells": ("groundwater_shallow", 30.0),
    "deep": ("groundwater_deep", 5.0),
    "plant": ("reclaimed", 15.0),
}
MAIN = "share of the main sources"


def city(second_year: float = 1.0, **sources: Any) -> Any:
    claims = [
        {"name": "homes", "kind": "demand", "use": "domestic", "demand": 1.0, "supplied": 1.0},
        {"name": "lake", "kind": "replenishment", "demand": 1.0, "supplied": 1.0},
    ]
    months = np.where(np.arange(24) < 12, 1.0, second_year)
    ledger: dict[tuple[str, str], Any] = {
        ("homes", name): volume * 1e6 * (months if name == "yangtze" else np.ones(24))
        for name, (_, volume) in KINDS.items()
    }
    ledger["lake", "yangtze"] = 100e6 * np.ones(24)
    origins = [{"name": name, "kind": kind} for name, (kind, _) in KINDS.items()]
    items = {"claim": claims, "origin": origins, **sources}
    return make_dataset(START, END, items=items, ledger=ledger)


def test_imports_and_reservoirs_are_the_main_body() -> None:
    verdict = only(SupplyStructure().check(city()), "whole network", MAIN)
    assert (verdict.outcome, verdict.achieved, verdict.margin) == ("pass", 50.0, 0.0)
    assert (
        "Mean gross supply: Yangtze water 30 %, local surface water 20 %, shallow groundwater 30 %,"
        " deep groundwater 5 %, reclaimed water 15 %." in verdict.reason
    )


def test_the_worst_year_is_named() -> None:
    verdict = only(SupplyStructure().check(city(0.0)), "whole network", MAIN)
    assert verdict.achieved == pytest.approx(100 * 70 / 170)
    assert verdict.outcome == "fail"
    assert "Worst water year 2001 with 28.57 %" in verdict.reason  # 20 of 70


def test_limits_of_the_supplements() -> None:
    standard = SupplyStructure(groundwater_share=0.3, deep_share=0.05, reclaimed_share=0.2)
    verdicts = standard.check(city())
    ground = only(verdicts, "whole network", "share of groundwater")
    assert (ground.outcome, ground.achieved, ground.margin) == ("fail", 35.0, -5.0)
    assert only(verdicts, "whole network", "share of deep groundwater").outcome == "pass"
    assert only(verdicts, "whole network", "share of reclaimed water").margin == 5.0


def test_ecological_use_can_count_as_supply() -> None:
    verdict = SupplyStructure(ecological_use=True).check(city())[0]
    assert verdict.achieved == pytest.approx(75.0)  # 150 of 200


def test_without_a_ledger_the_sources_must_hold_the_surface_water() -> None:
    dams = [{"name": "dams", "kind": "surface", "withdrawn": 3.0},
            {"name": "wells", "kind": "groundwater_shallow", "withdrawn": 1.0}]  # fmt: skip
    dataset = city(source=dams).drop_vars("supplied_by_origin")
    assert SupplyStructure().check(dataset)[0].achieved == pytest.approx(75.0)
    without = city(source=dams[1:]).drop_vars("supplied_by_origin")
    verdict = SupplyStructure().check(without)[0]
    assert verdict.outcome == "not judged"
    assert "no ledger" in verdict.reason


def test_reclaimed_share_of_supply() -> None:
    verdict = ReclaimedShare(share=0.2, ecological_use=False).check(city())[0]
    assert (verdict.outcome, verdict.achieved, verdict.margin) == ("fail", 15.0, -5.0)
    assert "180 Mm3/year of 1200 Mm3/year" in verdict.reason
    assert ReclaimedShare(share=0.05).check(city())[0].achieved == pytest.approx(7.5)


def test_reclaimed_share_of_effluent() -> None:
    plants = [
        {"name": "a", "kind": "reclaimed", "withdrawn": 0.4, "available": 1.0},
        {"name": "b", "kind": "reclaimed", "withdrawn": 0.2, "available": 1.0},
        {"name": "wells", "kind": "groundwater_shallow", "withdrawn": 5.0, "available": np.nan},
    ]
    verdict = ReclaimedShare(share=0.25, of="effluent").check(city(source=plants))[0]
    assert (verdict.outcome, verdict.achieved) == ("pass", pytest.approx(30.0))
    assert "18.92 Mm3/year of 63.07 Mm3/year" in verdict.reason


def test_structure_that_cannot_be_judged() -> None:
    broken = city()
    broken["supplied_by_origin"][2, 0, 0] = np.nan
    incomplete = city().assign_coords(complete=("water_year", [False, False]))
    empty = city()
    empty["supplied_by_origin"][:] = 0.0
    for dataset in (broken, incomplete, empty, city().isel(claim=[])):
        for standard in (SupplyStructure(), ReclaimedShare(share=0.1)):
            verdicts = standard.check(dataset)
            assert [v.outcome for v in verdicts] == ["not judged"], dataset
    assert ReclaimedShare(share=0.1, of="effluent").check(city())[0].outcome == "not judged"
