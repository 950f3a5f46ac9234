"""Artificial peaks on hand-made results."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import xarray as xr

from hydrosim.nodes import NODE_TYPES
from hydrosim.standards.board import check
from hydrosim.standards.flood_peak import FloodPeak


def result(more):
    """Three floods at a dam and a lake; the second is one of 50 years."""
    inflow = [[100.0, 10.0], [200.0, 20.0], [0.0, 0.0]]
    return xr.Dataset(
        {
            "peak_inflow": (("event", "node"), inflow),
            "peak_increase": (("event", "node"), [[m, 0.0] for m in more]),
        },
        {
            "event": ["a", "b", "dry"],
            "event_return_period": ("event", [float("nan"), 50.0, float("nan")]),
            "event_season": ("event", ["", "main", ""]),
            "event_scheme": ("event", ["", "site", ""]),
            "event_typical": ("event", ["", "1963", ""]),
            "node": ["dam", "lake"],
            "node_is_dam": ("node", [True, False]),
            "node_river": ("node", ["", ""]),
        },
        {"engine": "flood"},
    )


def test_a_dam_that_releases_more_than_flows_in_fails():
    (verdict,) = check(result([0.0, 30.0, 0.0]), [FloodPeak(type="flood_peak")])
    assert verdict.outcome == "fail"
    assert (verdict.required, verdict.achieved) == (100.0, pytest.approx(115.0))
    assert verdict.margin_flow == -30.0
    assert "in 1 of 2 floods" in verdict.reason
    assert "flood of 50 years" in verdict.reason
    assert "First in the flood of 50 years." in verdict.reason
    assert "造峰" in verdict.reason_zh


def test_a_dam_that_only_dampens_passes_and_lakes_are_judged_when_named():
    (dam,) = check(result([0.0, 0.0, 0.0]), [FloodPeak(type="flood_peak")])
    assert (dam.outcome, dam.margin_flow) == ("pass", None)
    (lake,) = check(result([5.0, 0.0, 0.0]), [FloodPeak(type="flood_peak", stores=("lake",))])
    assert (lake.outcome, lake.achieved) == ("pass", 100.0)
    (gone,) = check(result([0.0] * 3), [FloodPeak(type="flood_peak", stores=("mill",))])
    assert gone.reason == "Not judged: no flood passes it."


def test_names_are_checked():
    dam = NODE_TYPES["reservoir"].model_construct(type="reservoir")
    config = SimpleNamespace(nodes={"dam": dam}, node_types=NODE_TYPES)
    (fault,) = FloodPeak(type="flood_peak", stores=("dom",)).faults(config)
    assert (fault.path, fault.found, fault.nearest) == (("stores", 0), "'dom'", "dam")
