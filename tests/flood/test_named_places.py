"""Reaches, sections, levees and basins that are to hold a flood by its name."""

from __future__ import annotations

from typing import Any

import pytest

from hydrosim.errors import ConfigError
from hydrosim.flood.judging import check_floods
from tests.flood.small import flood_config, reservoir

RATING = {"level": ["20 m", "24 m", "26 m"], "flow": ["0 m3/s", "400 m3/s", "800 m3/s"]}
FLOW = 600.0
"""A flood that stays: 600 m3/s is a stage of 25 m."""


def config(standards: dict[str, Any], **more: Any) -> Any:
    gauge = {"type": "control_section", "safe_discharge": "500 m3/s", "rating_curve": RATING,
             "guaranteed_stage": "25.2 m", "warning_stage": "22 m", "crest": "27 m"}  # fmt: skip
    pond = {
        "type": "detention_basin", "section": "gauge", "trigger": {"discharge": "550 m3/s"},
        "capacity": more.pop("capacity", "200 Mm3"),
        "inlet": {"kind": "gate", "capacity": "30 m3/s"},
    }  # fmt: skip
    dry = {"type": "reach", "muskingum": {"k": "1 h", "x": 0.2}, "safe_discharge": "9 m3/s"}
    nodes = {"top": {"type": "junction"}, "gauge": gauge, "pond": pond, "dry": dry}
    return flood_config(
        nodes, "top > gauge", "gauge > sea", "dry > sea",
        inflows={"top": [FLOW] * 25}, standards=standards, **more,
    )  # fmt: skip


def judged(standards: dict[str, Any], **more: Any) -> dict[tuple[str, str], Any]:
    found = check_floods(config(standards, **more)).verdicts
    return {(verdict.subject, verdict.quantity): verdict for verdict in found}


def test_a_section_is_to_hold_a_flood_by_its_name() -> None:
    verdicts = judged({"c": {"type": "flood_channel", "events": {"gauge": "event"}}})
    flow = verdicts["gauge", "safe discharge"]
    assert flow.outcome == "fail"
    assert flow.achieved == pytest.approx(FLOW)
    assert flow.margin_flow == pytest.approx(-100.0)
    assert flow.return_period_required is None
    assert "In the flood event" in flow.reason
    stage = verdicts["gauge", "guaranteed level"]
    assert stage.outcome == "pass"
    assert stage.margin_level == pytest.approx(0.2)
    assert ("gauge", "warning level") not in verdicts


def test_a_levee_is_to_hold_a_flood_with_its_freeboard() -> None:
    events = {"type": "flood_levee", "places": ["gauge"], "events": {"gauge": "event"}}
    held = judged({"l": {**events, "freeboard": "1.5 m"}})["gauge", "crest less freeboard"]
    assert (held.outcome, held.required) == ("pass", 25.5)
    assert held.margin_level == pytest.approx(0.5)
    lost = judged({"l": {**events, "freeboard": "2.5 m"}})["gauge", "crest less freeboard"]
    assert lost.outcome == "fail"
    assert lost.margin_level == pytest.approx(-0.5)


def test_a_basin_is_to_hold_a_flood() -> None:
    standard = {"b": {"type": "flood_basin", "events": {"pond": "event"}}}
    held = judged(standard)["pond", "storage of the basin"]
    assert held.outcome == "pass"
    assert held.achieved == pytest.approx(30.0 * 24 * 3600 / 1e6)
    assert held.margin_volume == pytest.approx(200e6 - 30.0 * 24 * 3600)
    full = judged(standard, capacity="1 Mm3")["pond", "storage of the basin"]
    assert (full.outcome, full.margin_volume) == ("fail", 0.0)


def test_a_flood_that_stays_away_judges_nothing() -> None:
    verdicts = judged({"c": {"type": "flood_channel", "events": {"dry": "event"}}})
    dry = verdicts["dry", "safe discharge"]
    assert dry.outcome == "not judged"
    assert dry.reason == "Not judged: the flood event does not reach it."


@pytest.mark.parametrize("kind", ["flood_channel", "flood_levee"])
def test_names_that_are_no_floods_and_double_asks_are_told(kind: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config({"c": {"type": kind, "events": {"gauge": "evnt"}, "return_periods": {"gauge": 5}}})
    found = [(".".join(map(str, f.path)), str(f.found), f.nearest) for f in refused.value.faults]
    assert ("standards.c.events.gauge", "'evnt'", "event") in found
    assert ("standards.c.events.gauge", "a flood and a return period for 'gauge'", None) in found


def test_basins_that_are_none_are_told() -> None:
    with pytest.raises(ConfigError, match="of type control_section"):
        config({"b": {"type": "flood_basin", "events": {"gauge": "event"}}})


def test_a_flood_that_ends_before_its_peak_proves_nothing() -> None:
    """891 m3/s fill 1.92 m in 6 h; 900 exp(-t / 1 d) brings 7.78 m more, less 9 m3/s of 4.6 d."""
    levels = {"normal": "110 m", "design": "115 m", "check": "125 m"}
    dam = reservoir(levels=levels, outlets=[{"name": "g", "capacity": "9 m3/s", "sill": "109 m"}])
    standards = {
        "d": {
            "type": "flood_reservoir",
            "works": {"dam": {"design_event": "event", "check_event": "event"}},
        }
    }
    flow = [900.0] * 7

    def outcomes(**event: Any) -> dict[str, tuple[str, float]]:
        made = flood_config(
            {"dam": dam}, "dam > sea", inflows={"dam": flow}, standards=standards, event=event
        )
        found = check_floods(made).verdicts
        return {one.quantity: (one.outcome, round(one.achieved or 0.0, 1)) for one in found}

    cut = outcomes()
    assert cut["design flood level"] == ("not provable", 111.9)
    assert cut["check flood level"] == ("pass", 111.9)  # holds all the same
    whole = outcomes(duration="until_peaks")
    assert whole["design flood level"] == ("fail", 119.3)
    assert whole["check flood level"][0] == "pass"
