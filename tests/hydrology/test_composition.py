"""Regional composition: volumes at the control point sum to its design flood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    Composition,
    DesignValues,
    Hydrograph,
    SubArea,
    compose_all,
    compose_same_frequency,
    compose_typical_year,
    nested_windows,
    total_hydrograph,
)
from tests.hydrology.floods import DAY, HOUR, wave

# Two reservoirs on parallel rivers and the area between, above one control point.
AREAS = (
    SubArea("north", wave(4000.0, 80, 20), 8 * HOUR),
    SubArea("south", wave(3000.0, 86, 26), 12 * HOUR),
    SubArea("between", wave(900.0, 92, 18), 0.0),
)


def design_of(areas, growth=(1.5, 1.4, 1.5, 1.6)):
    """Design values of the control point: the typical flood's, each ring times its growth."""
    total = total_hydrograph([one.typical.delayed(one.travel_time_s) for one in areas])
    spans = nested_windows(total, (DAY, 3 * DAY, 7 * DAY)).spans
    sums = [total.flow_m3s[low:high].sum() * total.step_s for low, high in spans]
    wanted = np.cumsum(np.diff(sums, prepend=0.0) * np.array(growth[1:]))
    volumes = tuple(zip((DAY, 3 * DAY, 7 * DAY), map(float, wanted), strict=True))
    return DesignValues(growth[0] * total.peak_m3s, volumes, 100.0)


def own_design(area, growth):
    flood = area.typical
    volumes = tuple(
        (days * DAY, growth * flood.greatest_volume_m3(days * DAY)) for days in (1, 3, 7)
    )
    return DesignValues(growth * flood.peak_m3s, volumes, 100.0)


def check_sums(found: Composition):
    """Volumes of all areas in each window of the control point sum to the design volumes."""
    wanted = np.array([volume for _, volume in found.design.volumes_m3])
    np.testing.assert_allclose(np.sum(list(found.volumes_m3.values()), axis=0), wanted, rtol=1e-9)
    at_control = [
        found.control.flow_m3s[low:high].sum() * found.control.step_s
        for low, high in found.windows.spans
    ]
    np.testing.assert_allclose(at_control, wanted, rtol=1e-9)
    for flood in found.hydrographs.values():
        assert (flood.flow_m3s >= 0.0).all()


def test_typical_year_makes_the_design_flood_of_the_control_point():
    design = design_of(AREAS)
    found = compose_typical_year(AREAS, design)
    check_sums(found)
    assert found.control.peak_m3s == pytest.approx(design.peak_m3s, rel=1e-9)
    for duration, volume in design.volumes_m3:
        assert found.control.greatest_volume_m3(duration) == pytest.approx(volume, rel=1e-9)
    # The sites' floods, moved by their times of travel, are the control point's in every step.
    again = total_hydrograph(
        [found.hydrographs[area.name].delayed(area.travel_time_s) for area in AREAS]
    )
    np.testing.assert_allclose(again.flow_m3s, found.control.flow_m3s, rtol=1e-12)
    assert found.hydrographs["north"].start_s == 0.0
    # Shares within the longest window stay near those of the typical flood.
    shares = np.array([found.volumes_m3[area.name][2] for area in AREAS])
    typical = np.array([area.typical.greatest_volume_m3(7 * DAY) for area in AREAS])
    np.testing.assert_allclose(shares / shares.sum(), typical / typical.sum(), atol=0.01)


def test_typical_year_by_a_peak_alone_is_one_ratio():
    found = compose_typical_year(AREAS, DesignValues(20000.0))
    ratio = found.hydrographs["south"].flow_m3s / AREAS[1].typical.flow_m3s
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)
    assert found.control.peak_m3s == pytest.approx(20000.0, rel=1e-12)
    assert "same ratio" in found.notes[0]


@pytest.mark.parametrize("leader", ["north", "south", "between"])
def test_same_frequency_for_one_and_balance_for_the_rest(leader):
    design = design_of(AREAS)
    area = next(one for one in AREAS if one.name == leader)
    own = own_design(area, 1.7)
    found = compose_same_frequency(AREAS, design, leader, own)
    assert found.scheme == f"same_frequency:{leader}"
    check_sums(found)
    lead = found.hydrographs[leader]
    assert lead.peak_m3s == pytest.approx(own.peak_m3s, rel=1e-9)
    for duration, volume in own.volumes_m3:
        assert lead.greatest_volume_m3(duration) == pytest.approx(volume, rel=1e-9)
    # The others keep to each other's shares, step by step.
    one, other = (one for one in AREAS if one.name != leader)
    first, second = (
        found.hydrographs[part.name].delayed(part.travel_time_s) for part in (one, other)
    )
    step = round((second.start_s - first.start_s) / HOUR)
    ratios = first.flow_m3s / one.typical.flow_m3s, second.flow_m3s / other.typical.flow_m3s
    low, high = max(step, 0), min(240, 240 + step)
    np.testing.assert_allclose(ratios[0][low:high], ratios[1][low - step : high - step], rtol=1e-9)
    if "exceeds" not in " ".join(found.notes):
        for duration, volume in design.volumes_m3:
            assert found.control.greatest_volume_m3(duration) <= volume * (1.0 + 1e-9)
        assert found.control.peak_m3s <= design.peak_m3s * (1.0 + 1e-9)
    assert "of the design peak of the control point" in found.notes[-1]


def test_classical_balance_of_volumes():
    # W_rest = W_control - W_leader where the windows of both coincide: one wave, no travel.
    areas = (SubArea("a", wave(4000.0, 80, 20)), SubArea("b", wave(2000.0, 80, 20)))
    design, own = design_of(areas), own_design(areas[0], 1.6)
    found = compose_same_frequency(areas, design, "a", own)
    for number, ((_, control), (_, lead)) in enumerate(
        zip(design.volumes_m3, own.volumes_m3, strict=True)
    ):
        assert found.volumes_m3["a"][number] == pytest.approx(lead, rel=1e-9)
        assert found.volumes_m3["b"][number] == pytest.approx(control - lead, rel=1e-9)


@settings(max_examples=30)
@given(
    peaks=st.tuples(*[st.floats(300.0, 5000.0)] * 3),
    places=st.tuples(*[st.integers(70, 120)] * 3),
    travel=st.tuples(*[st.integers(0, 20)] * 3),
    growth=st.tuples(*[st.floats(1.0, 1.6)] * 4),
    own=st.floats(0.8, 1.3),
)
def test_volumes_sum_for_any_areas(peaks, places, travel, growth, own):
    areas = tuple(
        SubArea(name, wave(peak, place, 18, base=30.0), lag * HOUR)
        for name, peak, place, lag in zip("abc", peaks, places, travel, strict=True)
    )
    try:
        design = design_of(areas, growth)
    except ConfigError:
        assume(False)
    found = compose_all(areas, design, {area.name: own_design(area, own) for area in areas})
    assert found.possible[0].scheme == "typical_year"
    assert len(found.possible) + len(found.impossible) == 4
    for one in found.possible:
        check_sums(one)
    for reason in found.impossible.values():
        assert "expected at most" in reason


def test_schemes_that_cannot_be_are_told():
    design = design_of(AREAS)
    found = compose_all(AREAS, design, {"north": own_design(AREAS[0], 6.0)})
    assert [one.scheme for one in found.possible] == ["typical_year"]
    reason = found.impossible["same_frequency:north"]
    assert "from north in the first 1 d of the control point's windows" in reason
    assert "the design flood of the control point there" in reason


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda d: compose_typical_year((*AREAS, AREAS[0]), d), "'north' twice"),
        (
            lambda d: compose_typical_year([SubArea("a", wave(9.0, 80, 9), 1800.0)], d),
            r"areas\.a\.travel_time",
        ),
        (lambda d: compose_same_frequency(AREAS, d, "nort", d), "nearest +'north'"),
        (lambda d: compose_same_frequency(AREAS[:1], d, "north", d), "two areas at least"),
        (
            lambda d: compose_same_frequency(AREAS, DesignValues(9.0), "north", d),
            "design volumes of the control point",
        ),
        (lambda d: compose_all(AREAS, d, {"west": d}), "one of north, south, between"),
        (
            lambda d: compose_typical_year(
                [AREAS[0], SubArea("b", Hydrograph(np.ones(9), 2 * HOUR))], d
            ),
            "one time step",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make(design_of(AREAS))
