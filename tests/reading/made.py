"""Small results made by hand, whose every number can be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr


def supply(days: int = 365, start: str = "2001-01-01", **more: Any) -> xr.Dataset:
    """Return days of three claims and two stores; a water year from January."""
    time = np.datetime64(start) + np.arange(days)
    wanted = np.tile([2.0, 1.0, 3.0], (days, 1))
    got = wanted * np.array([0.5, 1.0, 1.0])
    year = time.astype("M8[Y]").astype(int) + 1970
    years = np.unique(year)
    return xr.Dataset(
        {
            "demand": (("time", "claim"), wanted),
            "supplied": (("time", "claim"), got),
            "storage": (("time", "store"), np.stack([np.arange(days), np.full(days, np.nan)], 1)),
            "year_supplied": (("water_year", "claim"), np.ones((years.size, 3))),
            "reason": (("time", "claim"), np.tile([4.0, 0.0, 0.0], (days, 1)), {
                "table": '{"4": {"en": "canal full.", "zh": "渠道已满。"}}'}),
            **more,
        },
        {
            "time": time.astype("M8[ns]"),
            "dt": ("time", np.full(days, 86400.0)),
            "water_year_of_time": ("time", year),
            "water_year": years,
            "complete": ("water_year", [np.sum(year == one) >= 365 for one in years]),
            "claim": ["town", "field", "river.base_flow"],
            "claim_node": ("claim", ["town", "field", "river"]),
            "claim_kind": ("claim", ["demand", "irrigation", "base_flow"]),
            "claim_use": ("claim", ["domestic", "", "ecology"]),
            "claim_guarantee": ("claim", [0.95, np.nan, 0.9]),
            "store": ["dam", "aquifer"],
            "store_shown_by": ("store", ["storage", "depth"]),
            "store_groundwater": ("store", [False, True]),
        },
        {"network": '{"nodes": [{"name": "town", "type": "demand"}]}', "economy": ""},
    )  # fmt: skip


def flood() -> xr.Dataset:
    """Return two floods of two nodes and a reach; the first ends after three of four hours."""
    hours = np.arange(4.0)
    flow = np.arange(16.0).reshape(2, 4, 2)
    return xr.Dataset(
        {
            "outflow": (("event", "time", "node"), flow),
            "peak_inflow": (("event", "node"), [[10.0, 20.0], [30.0, np.nan]]),
            "peak_outflow": (("event", "node"), [[4.0, 5.0], [14.0, 15.0]]),
            "peak_storage": (("event", "node"), [[7.0, np.nan], [8.0, np.nan]]),
            "time_of_peak_outflow": (("event", "node"), [[3.0, 3.0], [2.0, 2.0]]),
        },
        {
            "time": hours,
            "event": ["small_one", "great"],
            "event_title": ("event", ["", "Great flood"]),
            "event_title_zh": ("event", ["", "大洪水"]),
            "event_steps": ("event", [2, 3]),
            "event_return_period": ("event", [10.0, np.nan]),
            "node": ["dam", "gauge"],
            "node_measures_flow": ("node", [False, True]),
            "node_is_dam": ("node", [True, False]),
            "normal_level": ("node", [100.0, np.nan]),
            "flood_control_level": ("node", [105.0, np.nan]),
            "crest_level": ("node", [110.0, np.nan]),
            "reach": ["hill"],
            "reach_safe_discharge": ("reach", [500.0]),
        },
    )
