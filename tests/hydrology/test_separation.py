"""Base flow and its index, by hand and in closed form; see test_low_flow.py on published series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology import SeparationRules, base_flow, base_flow_index

LYNE = SeparationRules("lyne_hollick")
ECKHARDT = SeparationRules("eckhardt")
METHODS = (SeparationRules(), LYNE, ECKHARDT)


def hydrograph(minima: list[float], else_: float = 20.0) -> np.ndarray:
    """Return blocks of five days whose third day is the lowest."""
    flow = np.full(5 * len(minima), else_)
    flow[2::5] = minima
    return flow


def test_smoothed_minima_by_hand() -> None:
    # Of 10, 5, 8, 4, 9 turn 5 (4.5 < 10, 8) and 4 (3.6 < 8, 9), on the days 7 and 17. The line
    # between them has 11 x 4.5 = 49.5 below it; 5 + 8 + 4 + 8 x 20 = 177 flow in these days.
    flow = hydrograph([10, 5, 8, 4, 9])
    line = base_flow(flow)
    assert np.flatnonzero(np.isfinite(line)).tolist() == list(range(7, 18))
    assert line[7:18] == pytest.approx(np.linspace(5, 4, 11))
    assert base_flow_index(flow) == pytest.approx(49.5 / 177)


def test_the_line_never_exceeds_the_flow() -> None:
    # 8 and 4 turn, 5 between them does not (4.5 < 4 is false): the line would pass it at 5.33.
    line = base_flow(hydrograph([9, 8, 8, 5, 4, 9]))
    assert np.flatnonzero(np.isfinite(line)).tolist() == list(range(7, 23))
    assert line[16] == pytest.approx(8 - 4 * 9 / 15)
    assert line[17] == 5.0


def test_nine_tenths_of_a_tie_do_not_turn() -> None:
    # 0.9 x 10 = 9 is not below 9.
    with pytest.raises(DataError, match="1 turning points in 25 days"):
        base_flow(hydrograph([20, 10, 9, 20, 20]))


def test_a_part_of_a_block_at_the_end_is_left_out() -> None:
    flow = hydrograph([10, 5, 8, 4, 9])
    assert base_flow_index(np.append(flow, [0.1, 0.1, 0.1])) == base_flow_index(flow)


def test_constant_flow_is_base_flow() -> None:
    flow = np.full(400, 3.0)
    assert base_flow_index(flow) == 1.0
    assert base_flow_index(flow, LYNE) == 1.0
    assert base_flow_index(flow, ECKHARDT) == pytest.approx(0.8)


def test_a_slow_recession_is_base_flow_and_a_fast_one_has_no_turning_point() -> None:
    # exp(-5 / 50) = 0.905 turns in each block, and the chord of a convex curve is capped by it.
    days = np.arange(300)
    assert base_flow_index(100 * np.exp(-days / 50)) == pytest.approx(1.0)
    with pytest.raises(DataError, match="0 turning points in 300 days"):
        base_flow_index(100 * np.exp(-days / 30))


def test_a_slow_sine_is_base_flow() -> None:
    flow = 2 + np.sin(2 * np.pi * np.arange(3650) / 365)
    assert base_flow_index(flow) == pytest.approx(1.0, abs=1e-3)


def test_short_floods_on_a_constant_flow() -> None:
    # Two days of 21 in each 30 stand on 1: the line keeps 1, so 30 of 30 + 2 x 20.
    flow = np.ones(600)
    flow[10::30] = flow[11::30] = 21.0
    assert base_flow_index(flow[: 5 * 120]) == pytest.approx(30 / 70, rel=0.03)
    assert np.nanmax(base_flow(flow)) == 1.0


def test_a_river_that_falls_dry_turns_at_zero() -> None:
    flow = hydrograph([10, 5, 8, 0, 0, 0, 8, 4, 9])
    line = base_flow(flow)
    assert line[17] == line[22] == line[27] == 0.0
    assert line[19] == 0.0
    assert line[12] == pytest.approx(2.5)


def test_a_pulse_through_the_filter_of_lyne_and_hollick() -> None:
    # A pulse h leaves h (1 - a) / 2 in each pass, and nothing beside it.
    flow = np.ones(200)
    flow[100] = 9.0
    once = base_flow(flow, SeparationRules("lyne_hollick", passes=1))
    assert once[100] == pytest.approx(1 + 8 * 0.0375)
    assert np.delete(once, 100) == pytest.approx(1.0)
    assert base_flow(flow, LYNE)[100] == pytest.approx(1 + 8 * 0.0375**3)


def test_a_step_through_the_filter_of_eckhardt() -> None:
    # From 0.8 x 1 to 0.8 x 2 by the share 0.2 x 0.98 / (1 - 0.98 x 0.8) a day.
    flow = np.append(np.ones(50), np.full(200, 2.0))
    kept = 0.2 * 0.98 / (1 - 0.98 * 0.8)
    days = np.arange(1, 201)
    assert base_flow(flow, ECKHARDT)[50:] == pytest.approx(1.6 - 0.8 * kept**days)


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=2, max_size=80), st.sampled_from(METHODS[1:]))
def test_filters_stay_between_zero_and_the_flow(flow: list[float], how: SeparationRules) -> None:
    base = base_flow(flow, how)
    assert (base >= 0).all()
    assert (base <= np.array(flow) + 1e-12).all()


@pytest.mark.parametrize("how", METHODS)
def test_the_index_has_no_unit(how: SeparationRules) -> None:
    flow = np.random.default_rng(1).gamma(0.5, 10, 900) + 2
    assert base_flow_index(1000 * flow, how) == pytest.approx(base_flow_index(flow, how))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: base_flow_index([1, np.nan, 1]), "nan at place 1"),
        (lambda: base_flow_index([1, -1, 1]), "-1 at place 1"),
        (lambda: base_flow_index(np.zeros(50)), "no flow on any day"),
        (lambda: base_flow(np.ones(9)), "0 turning points in 9 days"),
        (lambda: SeparationRules("minima"), "one of smoothed_minima, lyne_hollick, eckhardt"),
        (lambda: SeparationRules(recession=1.0), "strictly between 0 and 1"),
        (lambda: SeparationRules(largest_index=0.0), "strictly between 0 and 1"),
        (lambda: SeparationRules(passes=2), "an odd number of passes"),
    ],
)
def test_what_cannot_be_is_refused(make, words) -> None:
    with pytest.raises((ConfigError, DataError), match=words):
        make()


def test_no_flow_between_turning_points() -> None:
    flow = np.append(np.zeros(40), np.full(5, 3.0))
    with pytest.raises(DataError, match="between the first and the last turning point"):
        base_flow_index(flow)
