"""The root zone as numbers: stress, need and bounds for any weather."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.expressions.values import Graph
from hydrosim.nodes._soil import RootZone, Season

CAPACITY = 150.0


def zone(
    water: float,
    rain: float,
    potential: float,
    parts: int = 1,
    stress: float = 0.5,
    allowed: float = 0.5,
    watering: float = 0.0,
    asked: float = 1.0,
) -> RootZone:
    number = Graph(1).constant
    season = Season(*(number(x) for x in (potential, stress, allowed, asked, watering)))
    return RootZone(CAPACITY, number(water), number(rain), season, parts)


def test_stress_as_in_equation_84():
    # Ks = (150 - 100) / ((1 - 0.5) 150) = 2/3
    assert zone(50, 0, 6).dry_evapotranspiration().constant == pytest.approx(4.0)
    assert zone(75, 0, 6).dry_evapotranspiration().constant == pytest.approx(6.0)
    assert zone(0, 2, 6).dry_evapotranspiration().constant == 0.0


def test_need_is_the_depletion_beyond_the_allowed_one():
    assert zone(100, 0, 6).need().constant == 0.0
    assert zone(78, 0, 6).need().constant == pytest.approx(3.0)
    assert zone(78, 5, 6).need().constant == 0.0
    assert zone(40, 0, 6).need().constant == pytest.approx(6.0)  # no more than today's
    assert zone(40, 0, 6, asked=0.0).need().constant == 0.0
    assert zone(40, 0, 6, asked=0.0, watering=50.0).need().constant == pytest.approx(50.0)
    assert zone(140, 0, 6, asked=0.0, watering=50.0).need().constant == pytest.approx(16.0)


def test_a_long_dry_step_dries_like_its_parts():
    month = zone(100, 0, 150, parts=6).dry_evapotranspiration().constant
    water = 100.0
    for _ in range(6):
        water -= min(1.0, water / 75.0) * 25.0
    assert month == pytest.approx(100.0 - water)
    watered = zone(100, 0, 150, parts=6)
    dry = watered.dry_evapotranspiration()
    assert watered.wet_evapotranspiration(watered.need(), dry).constant == pytest.approx(150.0)


@given(
    st.floats(0, CAPACITY),
    st.floats(0, 400),
    st.floats(0, 300),
    st.sampled_from([1, 2, 6]),
    st.floats(0.05, 0.95),
    st.floats(0.05, 0.95),
    st.floats(0, 100),
    st.floats(0, 1),
)
def test_soil_water_stays_above_zero(
    water: float,
    rain: float,
    potential: float,
    parts: int,
    stress: float,
    allowed: float,
    watering: float,
    fulfilment: float,
):
    one = zone(water, rain, potential, parts, stress, allowed, watering)
    need, dry = one.need(), one.dry_evapotranspiration()
    wet = one.wet_evapotranspiration(need, dry)
    assert need.constant >= 0.0
    assert 0.0 <= dry.constant <= wet.constant <= potential * (1 + 1e-12)
    actual = dry.constant + fulfilment * (wet.constant - dry.constant)
    end = water + rain + fulfilment * need.constant - actual
    assert end >= -1e-9
