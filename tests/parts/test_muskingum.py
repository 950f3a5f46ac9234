"""Forms of routing: coefficients, mean travel time, spread, mass."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.parts.muskingum import (
    NoFormError,
    RoutingForm,
    lag_form,
    muskingum_form,
)
from tests.nodes.river_models import content, simulated, write_series

HOUR = 3600.0
DAY = 86400.0


def response(form: RoutingForm, length: int = 400) -> np.ndarray:
    """Outflow of a form for one unit that enters in step 0, by its definition."""
    inflow = np.zeros(length)
    inflow[0] = 1.0
    if form.kind in ("none", "lag", "fractional_lag"):
        out = np.zeros(length)
        out[form.steps] += 1.0 - form.fraction
        out[form.steps + 1] += form.fraction
        return out
    c0, c1, c2 = form.coefficients
    for _ in range(form.reaches):
        out = np.zeros(length)
        out[0] = c0 * inflow[0]
        for t in range(1, length):
            out[t] = c0 * inflow[t] + c1 * inflow[t - 1] + c2 * out[t - 1]
        inflow = out
    first = inflow[0]
    inflow[0] = 0.0
    inflow[1] += first  # what would arrive at once is released one step later
    return inflow


def moments(form: RoutingForm) -> tuple[float, float, float]:
    out = response(form)
    steps = np.arange(out.size)
    total = out.sum()
    mean = (steps * out).sum() / total
    return total, mean, ((steps - mean) ** 2 * out).sum() / total


def test_whole_lag():
    form = lag_form(3 * DAY, DAY)
    assert (form.kind, form.steps, form.fraction) == ("lag", 3, 0.0)
    assert form.mean_steps == 3.0


def test_lag_below_half_a_step_is_none_and_above_it_one_step():
    assert lag_form(11 * HOUR, DAY).kind == "none"
    assert lag_form(14 * HOUR, DAY).steps == 1
    assert lag_form(14 * HOUR, DAY).wanted_steps == pytest.approx(14 / 24)
    assert "no delay: a travel time of 0.458 steps" in lag_form(11 * HOUR, DAY).sentence


def test_fractional_lag_keeps_mass_and_mean():
    form = lag_form(2.3 * DAY, DAY)
    assert form.kind == "fractional_lag"
    total, mean, variance = moments(form)
    assert total == pytest.approx(1.0, abs=1e-15)
    assert mean == pytest.approx(2.3, rel=1e-12)
    assert math.sqrt(variance) == pytest.approx(form.spread_steps, rel=1e-12)


def test_textbook_coefficients():
    # Chow, Maidment and Mays (1988), example 8.4.1: K = 2.3 h, x = 0.15, dt = 1 h.
    form = muskingum_form(2.3 * HOUR, 0.15, 1.0 * HOUR)
    assert form.reaches == 1
    assert form.coefficients == pytest.approx((0.0631, 0.3442, 0.5927), abs=5e-5)


def test_sub_reaches_are_taken_when_a_coefficient_would_be_negative():
    # K = 14 h, x = 0.29, dt = 3 h: 2 K x = 8.12 h > 3 h, so one reach has C0 < 0.
    form = muskingum_form(14 * HOUR, 0.29, 3 * HOUR)
    assert form.reaches > 1
    assert min(form.coefficients) >= 0.0
    fewer = form.reaches - 1
    k, x = 14.0 / fewer, 0.5 - fewer * 0.21
    assert min(3 - 2 * k * x, 3 + 2 * k * x, 2 * k * (1 - x) - 3) < 0


def test_step_longer_than_two_k_one_minus_x_takes_a_lag():
    assert 2 * 14 * (1 - 0.29) < 24
    form = muskingum_form(14 * HOUR, 0.29, DAY)
    assert form.kind == "lag"
    assert form.steps == 1
    assert muskingum_form(14 * HOUR, 0.29, 30 * DAY).kind == "none"


def test_pure_translation_takes_a_fractional_lag():
    form = muskingum_form(57 * HOUR, 0.5, DAY)
    assert form.kind == "fractional_lag"
    assert form.mean_steps == pytest.approx(57 / 24)


def test_no_admissible_form():
    with pytest.raises(NoFormError, match=r"K = 360 h and x = 0\.166667 in steps of 24 h"):
        muskingum_form(15 * DAY, 1 / 6, DAY)


@given(
    travel=st.floats(0.05, 40.0),
    x=st.floats(0.0, 0.5),
)
def test_every_form_keeps_mass_and_tells_its_mean(travel, x):
    try:
        form = muskingum_form(travel * DAY, x, DAY)
    except NoFormError:
        return
    if form.kind == "muskingum":
        # Mean and variance by the generating function of the coefficients.
        c0, c1, c2 = form.coefficients
        assert min(c0, c1, c2) >= -1e-9
        assert c0 + c1 + c2 == pytest.approx(1.0, abs=1e-14)
        mean = form.reaches * (c1 + c2) / (1.0 - c2)
        assert mean == pytest.approx(travel, rel=1e-7)
        assert form.mean_steps == pytest.approx(travel + c0**form.reaches, rel=1e-12)
    else:
        assert form.mean_steps >= 0.0
        if form.kind == "fractional_lag":
            assert form.mean_steps == pytest.approx(travel, rel=1e-12)
    if travel < 8:
        total, mean, _ = moments(form)
        assert total == pytest.approx(1.0, abs=1e-9)
        assert mean == pytest.approx(form.mean_steps, abs=1e-6)


@pytest.mark.parametrize(
    "travel",
    [
        {"travel_time": "1 day"},
        {"travel_time": "3 days"},
        {"travel_time": "2.3 days"},
        {"muskingum": {"k": "57 h", "x": 0.3}},
        {"muskingum": {"k": "36 h", "x": 0.2}},
    ],
)
def test_the_run_releases_the_response_of_the_form(tmp_path, travel):
    pulse = np.zeros(60)
    pulse[5] = 100.0
    series = write_series(tmp_path, "2001-01-01", pulse=pulse)
    nodes = {
        "hills": {"type": "inflow", "local_inflow": "pulse"},
        "sha": {"type": "reach", **travel},
    }
    links = [
        {"from": "hills", "to": "sha", "type": "river"},
        {"from": "sha", "to": "sea", "type": "river"},
    ]
    model = content(
        nodes,
        links,
        ladder=["domestic"],
        days=60,
        series=series,
    )
    model["nodes"]["far"] = {"type": "demand", "use": "domestic", "flow": "0 m3/s"}
    model["links"].append({"from": "sha", "to": "far"})
    dataset = simulated(model, tmp_path)
    form = (
        lag_form(float(travel["travel_time"].split()[0]) * DAY, DAY)
        if "travel_time" in travel
        else muskingum_form(
            float(travel["muskingum"]["k"].split()[0]) * HOUR, travel["muskingum"]["x"], DAY
        )
    )
    expected = np.zeros(60)
    expected[5:] = 100.0 * response(form)[:55]
    np.testing.assert_allclose(
        dataset.discharge.sel(reach="sha").to_numpy(), expected, rtol=1e-9, atol=1e-9
    )
    assert dataset.reach_travel_time_steps.sel(reach="sha").item() == pytest.approx(form.mean_steps)
