"""Reasons in networks so small that all their water comes from one source.

There the bounds of links without a capacity, and of the claim itself, are held to all the water
that there is; they said "no water" for whatever held the source back.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from hydrosim.locale import in_language
from hydrosim.supply.build import check_model
from tests.nodes.small import config, simulated
from tests.supply.true_reasons import untrue_of_config

TOWN = {"type": "demand", "use": "domestic", "flow": "2 m3/s"}
SEA = {"type": "outlet"}
SPARE = ("domestic", {"spare": "source"})
CURVE = {"level": ["0 m", "20 m", "22 m"], "storage": ["0 Mm3", "10 Mm3", "20 Mm3"]}
DAM = {
    "type": "reservoir", "storage_curve": CURVE, "levels": {"dead": "0 m", "normal": "20 m"},
    "initial": "10 %", "local_inflow": "1 m3/s",
}  # fmt: skip
WELLS = {
    "type": "aquifer", "area": "10 km2", "specific_yield": 0.1, "initial_depth": "5 m",
    "floor_depth": "30 m",
}  # fmt: skip
PLAN = ["8 %"] * 8 + ["9 %"] * 4
ONE = {"town": TOWN}
HIGH = {**DAM, "storage_curve": {**CURVE, "storage": ["0 Mm3", "100 Mm3", "120 Mm3"]},
        "initial": "90 %"}  # fmt: skip
RETURNING = {**TOWN, "return": {"share": "80 %", "to": "low", "same_step": True}}
LEAVES_NO_ROOM = "a limit of equal or higher priority downstream leaves no room"

CASES: dict[str, tuple[dict[str, Any], tuple[Any, ...], tuple[Any, ...], str, str]] = {
    "a quota that is used up": (
        {"source": {"type": "local_source", "quota": "0.1 Mm3/year", "account_year": "01-01"},
         **ONE},
        ("source > town",), SPARE, "town", "source: account used up",
    ),
    "the quota of an import, measured at its delivery": (
        {"source": {"type": "import", "quota": "0.1 Mm3/year", "account_year": "01-01",
                    "loss": "20 %", "measured": "delivery"}, **ONE},
        ("source > town",), SPARE, "town", "source: account used up",
    ),
    "the plan of a month": (
        {"source": {"type": "import", "quota": "1 Mm3/year", "account_year": "01-01",
                    "plan": PLAN}, **ONE},
        ("source > town",),
        ("domestic", {"spare": "source.plan"}, {"spare": "source.surplus"}),
        "town", "source: at its plan",
    ),
    "a quota that a higher line used up": (
        {"source": {**WELLS, "quota": "0.1 Mm3/year", "account_year": "01-01"}, **ONE,
         "farm": {"type": "demand", "use": "agriculture", "flow": "2 m3/s"}},
        ("source > town", "source > farm"), ("domestic", "agriculture", {"spare": "source"}),
        "farm", "source: account used up",
    ),
    "wells that a rule closes": (
        {"source": {**WELLS, "open_when": 0.0}, **ONE}, ("source > town",), SPARE, "town",
        "source: closed by `open_when`",
    ),
    "an aquifer at its floor": (
        {"source": {**WELLS, "initial_depth": "29.9 m"}, **ONE}, ("source > town",), SPARE, "town",
        "source: no more water above its floor",
    ),
    "a store that is empty": (
        {"dam": {**DAM, "initial": "0 %"}, **ONE, "sea": SEA},
        ("dam > town", {"from": "dam", "to": "sea", "type": "river"}),
        ("domestic", "flood_limit", "storage"), "town", "dam: open zones empty; no water",
    ),
    "an outlet above the water": (
        {"dam": {**DAM, "outlets": [{"name": "gate", "sill": "9 m", "capacity": "5 m3/s",
                                     "to": "town"}]}, **ONE, "sea": SEA},
        ("dam > town", {"from": "dam", "to": "sea", "type": "river"}),
        ("domestic", "flood_limit", "storage"), "town", "dam to town: no water above its outlets",
    ),
    "outlets of which none leads to the river": (
        {"dam": {**DAM, "outlets": [{"name": "gate", "capacity": "5 m3/s", "to": "town"}]}, **ONE,
         "brook": {"type": "reach", "base_flow": {"requirement": "1 m3/s"}}, "sea": SEA},
        ("dam > town", {"from": "dam", "to": "brook", "type": "river"},
         {"from": "brook", "to": "sea", "type": "river"}),
        ("domestic", "base_flow", "flood_limit", "storage"), "brook.base_flow",
        "dam to brook: no outlet leads there",
    ),
    "a limit above it that its return flow would pass": (
        {"up": HIGH, "town": RETURNING, "sea": SEA,
         "low": {**DAM, "initial": "12 Mm3", "outlets": [{"name": "gate", "capacity": "1 m3/s"}]}},
        ("up > town", {"from": "up", "to": "low", "type": "river"},
         {"from": "low", "to": "sea", "type": "river"}),
        ("flood_limit", "domestic", "storage"), "town",
        f"low to sea: outlets fully open; low: full; {LEAVES_NO_ROOM}",
    ),
    "a safe discharge above it that its return flow would pass": (
        {"source": {"type": "local_source", "capacity": "5 m3/s"},
         "town": {**TOWN, "return": {"share": "50 %", "to": "river", "same_step": True}},
         "head": {"type": "inflow", "local_inflow": "12 m3/s"},
         "river": {"type": "reach", "safe_discharge": "10 m3/s"}, "sea": SEA},
        ({"from": "head", "to": "river", "type": "river"}, "source > town",
         {"from": "river", "to": "sea", "type": "river"}),
        ("safe_discharge", *SPARE), "town", f"river: at its safe discharge; {LEAVES_NO_ROOM}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_reason_names_what_holds_the_claim_back(case: Any):
    nodes, links, ladder, claim, reason = case
    keys = {"ladder": ladder, "period": ("2001-01-01", "2001-01-03", "day")}
    result = simulated(nodes, *links, **keys)
    table = json.loads(result["reason"].attrs["table"])
    last = 0 if "above the water" in reason or "outlets" in reason else -1
    code = int(result["reason"].sel(claim=claim).isel(time=last))
    assert table[str(code)]["en"] == reason
    wrong, tried = untrue_of_config(config(nodes, *links, **keys))
    assert (wrong, tried > 0) == ([], True)


def told(*arguments: Any, **keys: Any) -> list[tuple[str, str]]:
    """Return paths and texts of the warnings of the lowered network."""
    builder, _ = check_model(config(*arguments, **keys))
    return [
        (".".join(str(key) for key in fault.path), in_language(fault.found, "en"))
        for fault in builder.warnings
    ]


def test_a_safe_discharge_above_a_town_whose_return_flow_it_would_cut_is_a_warning():
    nodes, links, ladder, *_unused = CASES[
        "a safe discharge above it that its return flow would pass"
    ]
    warning = (
        "ladder.0",
        "'safe_discharge' above 'domestic' (town), whose water returns to 'river' within the step",
    )
    assert warning in told(nodes, *links, ladder=ladder)
    assert told(nodes, *links, ladder=("domestic", "safe_discharge", {"spare": "source"})) == []


def test_a_part_that_is_kept_from_nobody_is_a_warning():
    wells = {**WELLS, "quota": "1.2 亿m3/year", "account_year": "01-01",
             "reserved": {"domestic": "0.4 亿m3/year"}}  # fmt: skip
    farm = {"type": "demand", "use": "agriculture", "flow": "8 m3/s"}
    nodes = {"source": wells, "town": TOWN, "farm": farm}
    links = ("source > town", "source > farm")
    warning = (
        "nodes.source.reserved",
        "a part kept for domestic, below which no line takes water of source",
    )
    spare = {"spare": "source"}
    assert warning in told(nodes, *links, ladder=("agriculture", "domestic", spare))
    assert told(nodes, *links, ladder=("domestic", "agriculture", spare)) == []


def test_no_larger_part_is_advised_than_the_quota_has_left():
    wells = {**WELLS, "quota": "1.2 亿m3/year", "account_year": "01-01",
             "reserved": {"industry": "0.4 亿m3/year"}}  # fmt: skip
    town = {"type": "demand", "use": "domestic", "amount": "2.4 亿m3/year"}
    nodes = {
        "source": wells, "town": town, "works": {**TOWN, "use": "industry"},
        "farm": {"type": "demand", "use": "agriculture", "flow": "8 m3/s"},
    }  # fmt: skip
    links = ("source > town", "source > works", "source > farm")
    ladder = ("domestic", "industry", "agriculture", {"spare": "source"})
    builder, _ = check_model(config(nodes, *links, ladder=ladder))
    advised = [fault.expected for fault in builder.warnings]
    assert "a part of the quota that is kept for it, reserved: {domestic: 0.8 亿m3/year}" in advised
