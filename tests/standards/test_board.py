from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.board import Verdicts, check, summary, verdict_table, write_verdicts
from hydrosim.standards.ecology import BaseFlow, LakeLevel
from hydrosim.standards.efficiency import Efficiency, SoilConservation, TotalUseCap
from hydrosim.standards.flood_season import FloodLimit
from hydrosim.standards.groundwater import CoastalHead, Groundwater, SpringHead
from hydrosim.standards.low_flow import LowFlow
from hydrosim.standards.replenishment import Replenishment, RiverGoal
from hydrosim.standards.structure import ReclaimedShare, SupplyStructure
from hydrosim.standards.supply import Guarantee
from hydrosim.standards.tennant import Tennant
from hydrosim.standards.verdict import Verdict
from tests.standards.factory import make_dataset

SOIL = SoilConservation(goal="290 km2", treated="300 km2")
LAKES = (LakeLevel(low="6.5 m", stores=("lake",)), LakeLevel(low="6.8 m", stores=("lake",)))
SUPPLY = Guarantee(by=("node",), targets={"domestic": 0.5})


def result() -> Any:
    claim = {"name": "城", "node": "城", "kind": "demand", "use": "domestic", "tier": "city",
             "demand": 1.0, "supplied": 1.0}  # fmt: skip
    lake = {"name": "lake", "level": 6.6, "river": "sha"}
    return make_dataset("2000-06-01", "2003-06-01", items={"claim": [claim], "store": [lake]})


def verdict(**more: Any) -> Verdict:
    values = {
        "id": "a", "subject": "s", "quantity": "q", "required": 1.0, "achieved": 2.0,
        "margin": 1.0, "unit": "m", "outcome": "pass", "reason": "Said.",
    }  # fmt: skip
    return Verdict(**{**values, **more})


def test_order_and_ids_do_not_depend_on_the_order_of_the_config() -> None:
    first = check(result(), [SOIL, *LAKES, SUPPLY])
    second = check(result(), {"a": LAKES[1], "b": SUPPLY, "c": LAKES[0], "d": SOIL})
    assert first == second
    assert [v.id for v in first] == [
        "guarantee/城_domestic/guarantee",
        "guarantee/城_domestic/deepest_monthly_shortage",
        "lake_level/lake/share_of_days_above_the_low_target",
        "lake_level/lake/share_of_days_above_the_low_target#2",
        "soil_conservation/soil_conservation/treated_area",
    ]
    assert [v.outcome for v in first] == ["pass", "pass", "pass", "fail", "pass"]


def test_every_family_speaks_chinese() -> None:
    standards = [
        SOIL, SUPPLY, *LAKES, BaseFlow(), Tennant(), LowFlow(low_flow="1 m3/s"), Replenishment(),
        RiverGoal(river="sha", days=9),
        FloodLimit(), Groundwater(), SpringHead(store="lake", level="6 m"),
        CoastalHead(store="lake", level="7 m"), Efficiency(), TotalUseCap(cap="1 Mm3/year"),
        ReclaimedShare(share=0.2), ReclaimedShare(share=0.2, of="effluent"), SupplyStructure(),
    ]  # fmt: skip
    supply = {one for one in STANDARD_TYPES.values() if one.engine == "supply"}
    assert {type(one) for one in standards} == supply
    for verdict in check(result(), standards):
        for text in (verdict.quantity_zh, verdict.reason_zh):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text), verdict
        assert verdict.reason_zh.endswith("。")
        assert verdict.subject_zh


def test_dimensions_of_size_one_are_dropped_and_larger_ones_refused() -> None:
    one = result().expand_dims({"scenario": ["base"], "member": [0]})
    assert check(one, [SUPPLY, *LAKES]) == check(result(), [SUPPLY, *LAKES])
    two = result().expand_dims({"scenario": ["base", "dry"]})
    with pytest.raises(ValueError, match="2 items along scenario: choose one with isel"):
        check(two, [SOIL])


def test_summary_counts_outcomes() -> None:
    verdicts = check(result(), [SOIL, *LAKES, SUPPLY])
    tiers = summary(verdicts, "tier")
    assert list(tiers) == ["city", ""]
    assert tiers["city"] == {"pass": 2, "fail": 0, "not provable": 0, "not judged": 0}
    assert summary(verdicts, "river")["sha"]["fail"] == 1
    assert list(summary(verdicts, "standard")) == ["guarantee", "lake_level", "soil_conservation"]


def test_table_has_a_row_a_verdict() -> None:
    table = verdict_table(check(result(), [SOIL, SUPPLY]))
    assert list(table["pass"]) == [True, True, True]
    assert list(table["unit"]) == ["%", "%", "km2/year"]
    assert "outcome" not in table
    assert list(verdict_table([]).columns) == list(table.columns)


def test_files_hold_what_was_said(tmp_path: Path) -> None:
    said = [
        verdict(reason='城, "quoted".', achieved=np.nan, margin=None),
        verdict(outcome="fail"),
        verdict(outcome="not provable"),
    ]
    paths = write_verdicts(said, tmp_path / "new")
    assert [path.name for path in paths] == ["verdicts.json", "verdicts.csv"]
    listed = json.loads(paths[0].read_text(encoding="utf-8"))
    assert [row["pass"] for row in listed] == [True, False, "not provable"]
    assert listed[0]["achieved"] is None
    with paths[1].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["pass"] for row in rows] == ["pass", "fail", "not provable"]
    assert rows[0]["reason"] == '城, "quoted".'
    assert rows[0]["achieved"] == ""
    assert float(rows[1]["margin"]) == 1.0


def test_a_broken_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_verdicts([verdict()], tmp_path)
    before = (tmp_path / "verdicts.json").read_bytes()

    def broken(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="No space"):
        write_verdicts([verdict(outcome="fail")], tmp_path)
    assert (tmp_path / "verdicts.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["verdicts.csv", "verdicts.json"]


def test_entries_without_unit_and_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match="bare number"):
        SoilConservation(goal=290.0, treated="300 km2")
    with pytest.raises(ValidationError, match="target"):
        Guarantee(target={"domestic": 0.95})


def test_names_that_the_config_does_not_have_are_faults() -> None:
    nodes = {"lake": SimpleNamespace(river="sha"), "shallow": SimpleNamespace(river=None)}
    config = SimpleNamespace(nodes=nodes)
    assert LAKES[0].faults(config) == []
    (fault,) = LakeLevel(stores=("lake", "laek")).faults(config)
    assert (fault.path, fault.found, fault.nearest) == (("stores", 1), "'laek'", "lake")
    assert fault.expected == "the name of a node (2 are defined)"
    (spring,) = SpringHead(store="shalow", level="28 m").faults(config)
    assert (spring.path, spring.nearest) == (("store",), "shallow")
    (river,) = RiverGoal(river="shaa", days=10).faults(config)
    assert (river.path, river.expected) == (("river",), "the name of a river (1 are defined)")


def test_verdicts_show_themselves_as_text_and_in_notebooks():
    verdicts = check(make_dataset("2001-06-01", "2002-05-31"), [SOIL])
    assert isinstance(verdicts, list)
    first, head, row = repr(verdicts).splitlines()
    assert first == "1 pass, 0 fail, 0 not provable, 0 not judged"
    assert head.split() == ["subject", "quantity", "required", "achieved", "unit", "verdict"]
    assert row.endswith("pass")
    assert " 290 " in row
    assert " 300 " in row
    page = verdicts._repr_html_()
    assert page.count("<tr>") == 2
    assert escape(verdicts[0].reason) in page
    assert '<b class="badge good">pass</b>' in page
    assert '<td class="n">+10</td>' in page
    assert repr(Verdicts()) == "no verdicts"
    assert "<p>no verdicts</p>" in Verdicts()._repr_html_()


def test_a_notebook_shows_titles_as_text_and_in_the_language_of_its_user(monkeypatch):
    (verdict,) = check(make_dataset("2001-06-01", "2002-05-31"), [SOIL])
    verdicts = Verdicts([replace(verdict, subject="<script>", subject_zh="\x1b[31m<b>",
                                 outcome="not provable", margin=float("nan"))])  # fmt: skip
    page = verdicts._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert '<b class="badge open">not provable</b>' in page
    assert "nan" not in page
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    page = verdicts._repr_html_()
    assert "\u241b[31m&lt;b&gt;" in page
    assert escape(verdict.reason_zh) in page
