"""Warnings on quotas: emptied by lower lines, two in one year, unknown needs, idle sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hydrosim.config.load import load_config
from hydrosim.errors import ConfigError, Fault
from hydrosim.supply.build import check_model
from tests.nodes.small import config

CONFIGS = Path(__file__).parents[2] / "configs"
WELLS = {
    "type": "aquifer",
    "area": "500 km2",
    "specific_yield": 0.1,
    "initial_depth": "5 m",
    "floor_depth": "30 m",
    "quota": "1 亿m3/year",
    "account_year": "01-01",
}
TOWN = {"type": "demand", "use": "domestic", "amount": "0.3 亿m3/year"}
FIELDS = {"type": "demand", "use": "agriculture", "flow": "8 m3/s"}
LADDER = ("domestic", "agriculture", {"spare": "wells"})
YEARS = ("2001-01-01", "2005-12-31", "month")
PLANNED = {
    "type": "import",
    "quota": "1 亿m3/year",
    "account_year": "01-01",
    "plan": ["8 %", "8 %", "8 %", "8 %", "8 %", "10 %", "10 %", *["8 %"] * 5],
}


def warned(nodes: dict[str, Any], *links: Any, **keys: Any) -> dict[str, Fault]:
    """Warnings of a config without a fault, by path."""
    keys = {"ladder": LADDER, "period": YEARS, **keys}
    loaded = config(nodes, *links, **keys)
    builder, _ = check_model(loaded, check_only=True)
    found = [*loaded.warnings, *builder.warnings]
    found = [fault for fault in found if fault.path[0] != "ladder"]  # missing spare lines
    assert all(fault.severity == "warning" for fault in found)
    return {".".join(str(key) for key in fault.path): fault for fault in found}


def two_lines(**keys: Any) -> dict[str, Any]:
    return {"wells": {**WELLS, **keys}, "town": TOWN, "fields": FIELDS}


def test_a_lower_line_that_can_empty_the_account_of_a_higher_one():
    found = warned(two_lines(), "wells > town", "wells > fields")
    (fault,) = found.values()
    assert fault.path == ("nodes", "wells", "reserved")
    assert fault.found == (
        "agriculture can use up the year's account of wells before domestic, a higher line, has "
        "what it needs of it (quota 1 亿m3/year)"
    )
    assert (
        fault.expected
        == "a part of the quota that is kept for it, reserved: {domestic: 0.3 亿m3/year}"
    )


PUMP = {"from": "wells", "to": "fields", "type": "pump", "capacity": "2 m3/s"}
GUARD = {"guard": {"type": "expression", "expression": "1 if account('wells') > 3e7 else 0"}}
QUIET: dict[str, tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "the key is written": (
        two_lines(reserved={"domestic": "0.3 亿m3/year"}), ("wells > town", "wells > fields"), {},
    ),
    "a small pump cannot empty it": (two_lines(), ("wells > town", PUMP), {}),
    "a rule on the account holds the fields back": (
        two_lines(), ("wells > town", {**PUMP, "capacity": "9 m3/s", "availability": "guard"}),
        {"rules": GUARD},
    ),
    "one line": (
        {"wells": WELLS, "town": TOWN, "fields": {**FIELDS, "line": "domestic"}},
        ("wells > town", "wells > fields"), {"ladder": ("domestic", {"spare": "wells"})},
    ),
    "the lower line may not use it": (
        {**two_lines(), "river": {"type": "inflow", "local_inflow": "9 m3/s"}},
        ("wells > town", "wells > fields", {"from": "river", "to": "fields", "type": "canal"}),
        {"ladder": ("domestic", {"spare": "wells"}, "agriculture")},
    ),
    "a plan keeps its months": (
        {"wells": PLANNED, "town": TOWN, "fields": FIELDS}, ("wells > town", "wells > fields"), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", QUIET.values(), ids=QUIET)
def test_no_false_alarm(case: tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]):
    nodes, links, keys = case
    assert not warned(nodes, *links, **keys)


def test_a_licence_of_a_pump_to_a_plant_for_two_lines():
    nodes = {"plant": {"type": "treatment_plant", "capacity": "12 m3/s"}, "town": TOWN,
             "fields": FIELDS, "river": {"type": "inflow", "local_inflow": "20 m3/s"}}  # fmt: skip
    pump = {"from": "river", "to": "plant", "type": "pump", "capacity": "12 m3/s",
            "quota": "1 亿m3/year", "account_year": "01-01"}  # fmt: skip
    links = (pump, "plant > town", "plant > fields")
    (fault,) = warned(nodes, *links, ladder=LADDER[:2]).values()
    assert fault.path == ("links", 0, "quota")
    assert fault.expected == "a link of its own, with a quota of its own, for each line"


@pytest.mark.parametrize(
    ("start", "end", "begin", "text"),
    [
        ("2000-07-01", "2001-06-30", "01-01", "a new quota on 2001-01-01: 1.5 quotas for the 0"),
        ("2001-01-01", "2001-12-31", "11-01", "a new quota on 2001-11-01: 1.83 quotas for the 0.9"),
        ("2001-06-01", "2003-05-31", "01-01", "a new quota on 2002-01-01: 2.59 quotas for the 2"),
        ("2000-07-01", "2001-06-30", "07-01", None),
        ("2000-08-01", "2000-12-31", "01-01", None),
        ("2001-01-01", "2010-12-31", "11-01", None),
    ],
)  # fmt: skip
def test_a_short_period_with_two_quotas(start: str, end: str, begin: str, text: str | None):
    nodes = {"wells": {**WELLS, "account_year": begin}, "town": TOWN}
    keys = {"period": (start, end, "month"), "ladder": ("domestic", {"spare": "wells"})}
    found = warned(nodes, "wells > town", **keys)
    if text is None:
        assert not found
        return
    (fault,) = found.values()
    assert fault.path == ("nodes", "wells", "account_year")
    assert fault.found.startswith(text)
    assert f"account_year: {start[5:]}" in fault.expected


UNLINKED: dict[str, dict[str, Any]] = {
    "import": {"type": "import", "capacity": "2 m3/s"},
    "wells": WELLS,
    "rain": {"type": "local_source", "capacity": "1 m3/s"},
}


@pytest.mark.parametrize("name", UNLINKED)
def test_a_source_without_a_link_is_named(name: str):
    nodes = {"river": {"type": "inflow", "local_inflow": "2 m3/s"}, "town": TOWN,
             name: UNLINKED[name]}  # fmt: skip
    if name == "wells":  # an aquifer is there for more than its wells
        (fault,) = warned(nodes, "river > town", ladder=("domestic",)).values()
        assert fault.severity == "warning"
    else:
        with pytest.raises(ConfigError) as caught:
            warned(nodes, "river > town", ladder=("domestic",))
        (fault,) = caught.value.errors
    assert fault.path == ("nodes", name)
    assert fault.found.startswith(f"'{name}' without a link that starts from it: ")


def test_an_aquifer_without_wells_is_no_idle_source():
    karst = {key: value for key, value in WELLS.items() if key not in ("quota", "account_year")}
    nodes = {"river": {"type": "inflow", "local_inflow": "2 m3/s"}, "town": TOWN, "karst": karst}
    assert not warned(nodes, "river > town", ladder=("domestic",))


def test_a_source_whose_links_lead_to_nobody():
    nodes = {"river": {"type": "inflow", "local_inflow": "2 m3/s"}, "town": TOWN,
             "yellow": {"type": "import", "capacity": "2 m3/s"}, "end": {"type": "junction"},
             "sea": {"type": "outlet"}}  # fmt: skip
    links = ("river > town", "yellow > end", {"from": "end", "to": "sea", "type": "river"})
    (fault,) = warned(nodes, *links, ladder=("domestic",)).values()
    assert fault.path == ("nodes", "yellow")
    assert fault.found == "'yellow' reaches no use and no store that claims water, through end"


def test_an_availability_that_changes_within_the_account_year():
    rules = {"told": {"type": "profile", "unit": 1, "values": [1, 1, 1, 1, 1, 0.6, *[0.6] * 6]}}
    nodes = {"wells": {**PLANNED, "availability": "told"}, "town": TOWN}
    keys = {"ladder": ("domestic", {"spare": "wells"}), "rules": rules}
    (fault,) = warned(nodes, "wells > town", **keys).values()
    assert fault.path == ("nodes", "wells", "availability")
    assert fault.found == "a number that changes on 2001-06-01, within the account year from 01-01"


def test_demand_that_no_calendar_tells_asks_for_a_reserve():
    rules = {"told": {"type": "expression", "unit": "m3/s", "expression": "storage('well') / 1e8"}}
    nodes = {
        "wells": {**PLANNED, "flexibility": "20 %"},
        "well": {key: value for key, value in WELLS.items() if "quota" not in key
                 and key != "account_year"},
        "town": {"type": "demand", "use": "domestic", "flow": "told"},
        "wetland": {"type": "demand", "use": "ecology", "flow": "2 m3/s"},
    }  # fmt: skip
    ladder = ("domestic", {"spare": "wells.plan"}, "ecology", {"spare": "wells.surplus"})
    links = ("wells > town", "wells > wetland")
    found = warned(nodes, *links, ladder=ladder, rules=rules)
    assert set(found) == {"nodes.wells.reserve", "nodes.wells.flexibility"}
    assert found["nodes.wells.reserve"].found.startswith("the demand of town follows no calendar")
    nodes["wells"] = {**PLANNED, "reserve": "0.3 亿m3"}
    assert not warned(nodes, *links, ladder=ladder, rules=rules)


@pytest.mark.parametrize("name", ["minimal", "dekad_irrigation", "month_lake", "pentad_transfer"])
def test_shipped_configs_have_no_warning_on_quotas(name: str):
    loaded = load_config(CONFIGS / f"{name}.yaml")
    builder, _ = check_model(loaded, check_only=True)
    found = [*loaded.warnings, *builder.warnings]
    assert not [fault for fault in found if fault.path[0] != "ladder"]
