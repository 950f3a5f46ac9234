"""Every flood standard answers: what it misses is told, and zones keep their names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hydrosim.cli.main import main
from hydrosim.errors import ConfigError
from hydrosim.flood.judging import check_floods
from tests.flood.small import flood_config, reservoir

STANDARDS: dict[str, Any] = {
    "dams": {"type": "flood_reservoir"},
    "rivers": {"type": "flood_channel"},
    "levees": {"type": "flood_levee"},
    "basins": {"type": "flood_basin"},
    "town": {"type": "flood_zone", "protects": ["gauge"], "return_period": 20},
    "east_town": {"type": "flood_zone", "protects": ["gauge"], "return_period": 50},
}
DESIGN: dict[str, Any] = {
    "typical": {"flat": {"event": "event"}},
    "scaling": {"same_ratio": "peak"},
    "statistics": {"dam": {"peak": {"mean": "100 m3/s", "cv": 0.5, "cs_over_cv": 2}}},
}
GAUGE = {"type": "control_section", "safe_discharge": "500 m3/s"}


def config(nodes: dict[str, Any] | None = None, **more: Any) -> Any:
    return flood_config(
        {"dam": reservoir(), "gauge": GAUGE, **(nodes or {})}, "dam > gauge", "gauge > sea",
        inflows={"dam": [100.0] * 5}, **more,
    )  # fmt: skip


def test_without_design_floods_each_standard_says_what_it_misses() -> None:
    verdicts = check_floods(config(standards=STANDARDS)).verdicts
    assert {verdict.outcome for verdict in verdicts} == {"not judged"}
    reasons = {verdict.subject: verdict.reason for verdict in verdicts}
    assert reasons == {
        "dam": "Not judged: no design flood arrives there.",
        "gauge": "Not judged: no design flood arrives there.",
        "levees": "Not judged: no lake, section or reach has a crest.",
        "basins": "Not judged: there is no detention basin.",
        "town": "Not judged: gauge: no design flood arrives there.",
        "east town": "Not judged: gauge: no design flood arrives there.",
    }


def test_zones_without_title_keep_their_names_with_design_floods() -> None:
    verdicts = check_floods(config(standards=STANDARDS, design=DESIGN)).verdicts
    zones = [one for one in verdicts if one.quantity == "return period of the chain"]
    assert {one.subject: one.required for one in zones} == {"town": 20.0, "east town": 50.0}


@pytest.mark.parametrize("strict", [False, True])
def test_the_command_tells_them_and_still_counts_peaks(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], *, strict: bool
) -> None:
    weak = {**GAUGE, "safe_discharge": "1 m3/s"}
    source = config({"gauge": weak}, standards=STANDARDS, event={"operation": "all_open"})
    file = tmp_path / "flood.yaml"
    file.write_text(json.dumps(source.source.tree, default=str), encoding="utf-8")
    out = ["--no-plots", "--out", str(tmp_path / "out"), *(["--strict"] if strict else [])]
    assert main(["flood", str(file), *out]) == (3 if strict else 0)
    found = json.loads((tmp_path / "out" / "verdicts.json").read_text(encoding="utf-8"))
    assert len(found) == 6
    assert "there is no detention basin" in " ".join(capsys.readouterr().out.split())


PLAIN_DAM = {"levels": {"dead": "101 m", "normal": "110 m"}}


@pytest.mark.parametrize(
    ("standard", "quantity", "reason"),
    [
        ({"type": "flood_channel", "return_periods": {"creek": 20}}, "flood peak",
         "no safe discharge, guaranteed level or flood-control level is known"),
        ({"type": "flood_channel", "events": {"creek": "event"}}, "flood peak",
         "no safe discharge, guaranteed level or flood-control level is known"),
        ({"type": "flood_levee", "events": {"creek": "event"}}, "crest less freeboard",
         "no crest, or neither a rating curve nor a safe discharge"),
        ({"type": "flood_levee", "return_periods": {"creek": 20}}, "crest less freeboard",
         "no crest, or neither a rating curve nor a safe discharge"),
        ({"type": "flood_reservoir", "works": {"dam": {"check_event": "event"}}},
         "check flood level", "the store has no such level"),
        ({"type": "flood_reservoir", "reservoirs": ["dam"]}, "peak level",
         "the store has no flood-control, design or check level"),
    ],
)  # fmt: skip
def test_a_place_that_is_named_answers_whatever_it_lacks(
    standard: dict[str, Any], quantity: str, reason: str
) -> None:
    source = flood_config(
        {"dam": reservoir(**PLAIN_DAM), "creek": {"type": "control_section"}},
        "dam > creek", "creek > sea", inflows={"dam": [100.0] * 5},
        standards={"one": standard}, design=DESIGN,
    )  # fmt: skip
    found = {one.quantity: one.reason for one in check_floods(source).verdicts}
    assert found == {quantity: f"Not judged: {reason}."}


@pytest.mark.parametrize(
    ("standard", "path", "key"),
    [
        ({"type": "flood_channel", "places": ["creek"], "return_periods": {"gauge": 20}},
         "return_periods.gauge", "places"),
        ({"type": "flood_levee", "places": ["creek"], "events": {"gauge": "event"}},
         "events.gauge", "places"),
        ({"type": "flood_reservoir", "reservoirs": ["dam"], "works": {"weir": {"level": 3}}},
         "works.weir", "reservoirs"),
    ],
)  # fmt: skip
def test_a_place_that_is_left_out_is_not_asked_for(
    standard: dict[str, Any], path: str, key: str
) -> None:
    nodes = {"creek": GAUGE, "weir": reservoir()}
    with pytest.raises(ConfigError) as error:
        config(nodes, standards={"one": standard})
    (fault,) = (one for one in error.value.faults if one.engine != "supply")
    name = path.rpartition(".")[2]
    assert fault.path == ("standards", "one", *path.split("."))
    assert fault.found == f"{name!r}, which `{key}` leaves out"


def test_each_return_period_that_is_asked_of_a_place_is_routed() -> None:
    standards = {
        str(years): {"type": "flood_channel", "return_periods": {"gauge": years}}
        for years in (20, 33)
    }
    verdicts = check_floods(config(standards=standards, design=DESIGN)).verdicts
    assert sorted(one.return_period_required or 0.0 for one in verdicts) == [20.0, 33.0]
    assert {one.outcome for one in verdicts} == {"pass"}
