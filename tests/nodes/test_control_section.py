"""Control sections: claims on the passing water, stages and rating curve."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.nodes.control_section import ControlSection
from tests.nodes.river_models import content, lowered, reservoir, simulated, told

LADDER = ["dam_safety", "base_flow", "flood_limit", "domestic", "ecology", "storage"]
RATING = {"level": ["20 m", "24 m"], "flow": ["0 m3/s", "800 m3/s"]}


def model(days=10, section=None, town="2 m3/s", ladder=LADDER, **store):
    nodes = {
        "upper": reservoir(**store),
        "gauge": {"type": "control_section", **(section or {})},
        "town": {"type": "demand", "use": "domestic", "flow": town},
    }
    links = [
        {"from": "upper", "to": "gauge", "type": "river"},
        {"from": "upper", "to": "town"},
        {"from": "gauge", "to": "sea", "type": "river"},
    ]
    return content(nodes, links, ladder=ladder, days=days)


CLAIMS = {"base_flow": {"requirement": "1 m3/s"}, "ecology": {"requirement": "4 m3/s"}}


def test_lowering():
    builder = lowered(model(section=CLAIMS))
    assert builder.ports["gauge"].inlet.name == "gauge.above"
    names = [name for name in builder.columns if name.startswith("gauge.")]
    assert names == ["gauge.base_flow", "gauge.ecology", "gauge.free_flow"]
    assert builder.year_claims.keys() >= {"gauge.base_flow", "gauge.ecology"}
    assert builder.items["claim"]["gauge.base_flow"]["kind"] == "base_flow"


def test_base_flow_first_then_the_town_then_ecology():
    # 1 m of water above dead: 1e6 m3; a day asks 86 400 + 172 800 + 259 200 m3.
    dataset = simulated(model(section=CLAIMS, initial="103 m", days=8))
    base = dataset.supplied.sel(claim="gauge.base_flow").to_numpy()
    green = dataset.supplied.sel(claim="gauge.ecology").to_numpy()
    town = dataset.supplied.sel(claim="town").to_numpy()
    np.testing.assert_allclose(base[0], 1.0, rtol=1e-9)
    np.testing.assert_allclose(town[0], 2.0, rtol=1e-9)
    np.testing.assert_allclose(green[0], 3.0, rtol=1e-9)
    # 518 400 m3 on the first day; of the other 481 600 the section's base flow and the town
    # take 259 200 m3, ecology what is left.
    np.testing.assert_allclose(green[1], (481600.0 - 259200.0) / 86400.0, rtol=1e-9)
    np.testing.assert_allclose(dataset.discharge.sel(reach="gauge"), base + green, rtol=1e-9)


def test_stages_become_discharges():
    section = {"rating_curve": RATING, "warning_stage": "22 m", "guaranteed_stage": "23 m"}
    dataset = simulated(
        model(section=section, ladder=["dam_safety", "flood_limit", "domestic", "storage"])
    )
    at = dataset.sel(reach="gauge")
    assert at.reach_warning_discharge_m3s.item() == pytest.approx(400.0)
    assert at.reach_guaranteed_discharge_m3s.item() == pytest.approx(600.0)


def test_local_inflow_counts_at_the_gauge():
    section = {"local_inflow": "3 m3/s"}
    dataset = simulated(
        model(section=section, ladder=["dam_safety", "flood_limit", "domestic", "storage"])
    )
    np.testing.assert_allclose(dataset.discharge.sel(reach="gauge"), 3.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("section", "place", "found", "expected"),
    [
        (
            {"warning_stage": "23 m", "guaranteed_stage": "22 m"},
            "warning_stage",
            "warning stage 23 m, guaranteed stage 22 m",
            "a warning stage below the guaranteed stage",
        ),
        (
            {"rating_curve": RATING, "warning_stage": "26 m"},
            "warning_stage",
            "26 m",
            "a stage inside the rating curve, 20 to 24 m",
        ),
        (
            {"rating_curve": {"level": ["20 m", "24 m"], "flow": ["9 m3/s", "8 m3/s"]}},
            "rating_curve.flow.1",
            "8 m3/s after 9 m3/s",
            "flows that never fall",
        ),
        (
            {"rating_curve": {"level": ["24 m", "24 m"], "flow": ["7 m3/s", "8 m3/s"]}},
            "rating_curve.level.1",
            "24 m after 24 m",
            "levels that rise strictly",
        ),
        (
            {"rating_curve": {"level": ["20 m", "24 m"], "flow": ["7 m3/s"]}},
            "rating_curve",
            "2 levels and 1 flows",
            "as many flows as levels",
        ),
    ],
)
def test_faults(section, place, found, expected):
    assert (f"nodes.gauge.{place}", found, expected) in told(model(section=section))


def test_every_key_is_described():
    assert all(field.description for field in ControlSection.model_fields.values())
