"""Gross use is followed through links, plants and networks up to the sources."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.reading.gross import gross_by_origin, gross_factor, gross_use
from hydrosim.reading.items import NotJudged, items
from hydrosim.reading.steps import whole_years
from hydrosim.reading.view import View

SECONDS = 365 * 86_400.0


def town(**changes: Any) -> View:
    """Return a works behind a fork, a plant and pipes, with 1 m3/s wanted for a year."""
    content: dict[str, Any] = {
        "hydrosim": 1,
        "period": {"start": "2001-06-01", "end": "2002-05-31", "step": "day"},
        "ladder": ["industry", {"spare": "wells"}, {"spare": "yangtze"}],
        "nodes": {
            "yangtze": {
                "type": "import", "source_kind": "yangtze", "quota": "2 亿m3/year",
                "account_year": "06-01", "capacity": "0.49 m3/s",
            },
            "wells": {
                "type": "aquifer", "area": "300 km2", "specific_yield": 0.1,
                "ground_level": "20 m", "initial_depth": "5 m", "floor_depth": "60 m",
            },
            "plant": {"type": "treatment_plant", "capacity": "6 m3/s", "loss": "4 %"},
            "fork": {"type": "junction"},
            "works": {"type": "demand", "use": "industry", "flow": "0.8 m3/s", "loss": "6 %"},
            "sea": {"type": "outlet"},
        },
        "links": [
            {"from": "yangtze", "to": "plant", "type": "pipe", "loss": "2 %"},
            {"from": "plant", "to": "fork", "type": "pipe", "loss": "5 %"},
            {"from": "fork", "to": "works", "type": "pipe", "loss": "10 %"},
            {"from": "wells", "to": "works", "type": "pump", "capacity": "2 m3/s"},
            {"from": "fork", "to": "sea", "type": "river"},
        ],
    }  # fmt: skip
    content["nodes"].update(changes.get("nodes", {}))
    content["links"] += changes.get("links", [])
    content["ladder"] = changes.get("ladder", content["ladder"])
    dataset = hydrosim.run(config_from_text(json.dumps(content), "town.yaml"))
    return View(dataset.isel(scenario=0, member=0))


def test_all_losses_on_the_way_from_each_source() -> None:
    view = town()
    years = whole_years(view)
    claim = items(view, "claim").index("works")
    gross = gross_use(view, claim, "water", years)
    inlet = 0.8 / 0.94 * SECONDS  # at the works' own inlet
    imported = 0.49 * SECONDS
    arrived = imported * 0.98 * 0.96 * 0.95 * 0.90
    pumped = inlet - arrived
    assert gross.supplied == pytest.approx(0.8 * SECONDS)
    assert gross.volume == pytest.approx(imported + pumped)
    assert gross.by_source["yangtze"][0] == pytest.approx(imported)
    assert gross.by_source["yangtze"][1] == pytest.approx(arrived * 0.94)
    assert gross.by_source["wells"][0] == pytest.approx(pumped)
    factor = gross_factor(view, claim, "water", years)
    assert factor == pytest.approx((imported + pumped) / (0.8 * SECONDS))
    origins = gross_by_origin(view, [claim], years)
    assert origins["yangtze"] == pytest.approx(imported)
    assert sum(origins.values()) == pytest.approx(gross.volume)


def test_water_of_a_pond_has_the_losses_of_what_filled_it() -> None:
    pond = {
        "type": "regulating_reservoir", "initial": "0 %", "levels": {"normal": "12 m"},
        "storage_curve": {"level": ["7 m", "12 m"], "storage": ["0 万m3", "2000 万m3"]},
    }  # fmt: skip
    view = _with_farms(pond)
    years = whole_years(view)
    claim = items(view, "claim").index("farms")
    gross = gross_use(view, claim, "water", years)
    assert gross.supplied[0] > 1e6
    assert gross.volume == pytest.approx(gross.supplied / (0.8 * 0.5))
    assert set(gross.by_source) == {"pond"}


def _with_farms(pond: dict[str, Any]) -> View:
    farms = {"type": "demand", "use": "agriculture", "flow": "0.1 m3/s"}
    return town(
        nodes={"pond": pond, "farms": farms},
        links=[
            {"from": "yangtze", "to": "pond", "type": "canal", "loss": "20 %"},
            {"from": "pond", "to": "farms", "type": "canal", "loss": "50 %"},
        ],
        ladder=["agriculture", "storage", "industry", {"spare": "wells"}, {"spare": "yangtze"}],
    )


def test_without_flows_of_links_the_own_network_alone_counts() -> None:
    view = town()
    years = whole_years(view)
    claim = items(view, "claim").index("works")
    bare = View(view["supplied"].to_dataset().assign_attrs(view.attrs))
    gross = gross_use(bare, claim, "water", years)
    assert gross.volume == pytest.approx(0.8 / 0.94 * SECONDS)
    assert not gross.by_source


def test_calendar_years_need_steps_or_months() -> None:
    view = town()
    with pytest.raises(NotJudged, match="no calendar year was run whole"):
        whole_years(view, "calendar")
    assert np.array_equal(whole_years(view), [2001])
