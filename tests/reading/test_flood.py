"""Floods, hydrographs, peaks and levels of a flood result, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made import flood, supply
from numpy.testing import assert_array_equal

from hydrosim.reading.flood import (
    bound_of,
    event_title,
    events_drawn,
    flags,
    hours,
    hydrograph,
    is_flood,
    levels_of,
    number_of,
    of_item,
    peak,
    peaks,
    periods,
    sections,
    stores,
    texts,
)
from hydrosim.reading.items import NotHeld


def test_a_flood_is_told_from_a_run() -> None:
    assert is_flood(flood())
    assert not is_flood(supply(2))


def test_titles_of_floods_in_their_language() -> None:
    result = flood()
    assert event_title(result, "great", "en") == "Great flood"
    assert event_title(result, "great", "zh") == "大洪水"
    assert event_title(result.drop_vars("event_title_zh"), "great", "zh") == "Great flood"
    assert event_title(result, "small_one", "en") == ""
    with pytest.raises(NotHeld, match="no flood 'grat'") as caught:
        event_title(result, "grat", "en")
    assert caught.value.nearest == "great"


def test_a_hydrograph_ends_with_its_flood() -> None:
    time, flow = hydrograph(flood(), "outflow", "small_one", "gauge")
    assert_array_equal(time, [0.0, 1.0, 2.0])
    assert_array_equal(flow, [1.0, 3.0, 5.0])
    whole = flood().drop_vars("event_steps")
    assert hydrograph(whole, "outflow", "great", "dam")[1].tolist() == [8.0, 10.0, 12.0, 14.0]
    with pytest.raises(NotHeld, match="no variable 'level'"):
        hydrograph(flood(), "level", "great", "dam")
    with pytest.raises(NotHeld, match="no variable 'time'"):
        hydrograph(flood().drop_vars("time"), "outflow", "great", "dam")
    with pytest.raises(NotHeld, match="no node 'hill'"):
        hydrograph(flood(), "outflow", "great", "hill")


def test_times_are_hours_however_the_file_was_opened() -> None:
    spans = np.array([90, "NaT"], dtype="m8[m]")
    assert_array_equal(hours(spans), [1.5, np.nan])
    assert_array_equal(hours([1, 2]), [1.0, 2.0])


def test_peaks_of_an_item() -> None:
    result = flood()
    assert peak(result, "peak_outflow", "great", "gauge") == 15.0
    assert_array_equal(peaks(result, "peak_outflow", 0), [4.0, 14.0])
    turned = result.assign(peak_outflow=result["peak_outflow"].transpose("node", "event"))
    assert_array_equal(peaks(turned, "peak_outflow", 0), [4.0, 14.0])
    with pytest.raises(NotHeld, match="no variable 'peak_level'"):
        peak(result, "peak_level", "great", "dam")


def test_places_of_the_network() -> None:
    result = flood()
    assert (stores(result), sections(result)) == (["dam"], ["gauge"])
    assert flags(result, "node_is_dam") == [True, False]
    assert texts(result, "node") == ["dam", "gauge"]
    assert of_item(result, "reach_safe_discharge", "reach", "hill") == 500.0
    assert math.isnan(of_item(result, "reach_length", "reach", "hill"))
    assert math.isnan(number_of(result, "normal_level", 1))


def test_levels_from_the_lowest_up_and_the_one_to_be_held() -> None:
    result = flood()
    assert levels_of(result, "dam") == {"normal": 100.0, "flood_control": 105.0, "crest": 110.0}
    assert list(levels_of(result, "dam")) == ["normal", "flood_control", "crest"]
    assert levels_of(result, "gauge") == {}
    assert bound_of(result, "dam") == 105.0
    assert bound_of(result.drop_vars("flood_control_level"), "dam") == 110.0
    assert math.isnan(bound_of(result, "gauge"))


def test_return_periods_of_floods() -> None:
    assert_array_equal(periods(flood()), [10.0, np.nan])
    assert np.isnan(periods(flood().drop_vars("event_return_period"))).all()


def test_of_many_floods_those_with_most_water_are_drawn() -> None:
    assert events_drawn(flood()) == ["small_one", "great"]
    many = (
        flood().isel(event=[0, 1, 0, 0, 0, 0, 0]).assign_coords(event=[f"e{k}" for k in range(7)])
    )
    many["peak_inflow"][2] = 1.0
    assert events_drawn(many) == ["e0", "e1", "e3", "e4", "e5", "e6"]
