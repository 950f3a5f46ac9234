"""Numbers that a quantity cannot have, and codes for missing values."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.io.ranges import Limits, Outside, Range, is_missing_code, outside, suspicious

FLOW = Range(0.0, None, "a flow of 0 or more", 150_000.0)
SHARE = Range(0.0, 1.0, "a fraction between 0 and 1, as nodes.city.saving takes")
GAP = "fill the gap in the file: nothing is filled in"


def numbers(*given):
    return np.array(given, np.float64)


@pytest.mark.parametrize(
    "code",
    [-9, -99, -999, -9999, -99999, -999999, -9.9, -99.9, -999.9, -99.99, -999.99, 9999, 99999,
     9999.9,
     -32768, -32767, 32767, 32766, 32744, -2147483648, -901, -902, -6999, -7777, -8888, 65535,
     1e20, 1e30, -1e30, 9.969209968386869e36, -3.4028234663852886e38, float(np.float32(1e20))],
)  # fmt: skip
def test_usual_codes_are_known(code):
    assert is_missing_code(float(code))


@pytest.mark.parametrize("number", [0, 1, -1, -3, -98, -900, 998, 1e14, -1.5, 9.5, -0.99, 990])
def test_other_numbers_are_none(number):
    assert not is_missing_code(float(number))


@pytest.mark.parametrize("code", [-9.0, -99.0, -999.0, -32768.0, -3.4e38])
def test_a_code_below_the_limit_is_named(code):
    found = outside(numbers(1, 2, code, code), Limits("m3/s", (FLOW,)))
    assert found == Outside(
        2,
        f"{code:.10g} m3/s, a usual code for a missing value",
        "a flow of 0 or more",
        f"2 of 4 rows; {GAP}",
    )


def test_a_number_out_of_range_is_told_with_its_limits():
    assert outside(numbers(1, -3.25), Limits("mm/day", (FLOW,))) == Outside(
        1, "-3.25 mm/day", "a flow of 0 or more", None
    )
    assert outside(numbers(0.2, 20), Limits("", (SHARE,))) == Outside(
        1, "20", "a fraction between 0 and 1, as nodes.city.saving takes", None
    )
    assert outside(numbers(0, 0.5, 1), Limits("", (SHARE,))) is None


def test_each_range_counts():
    assert outside(numbers(2), Limits("", (FLOW, SHARE))).expected == SHARE.expected


@pytest.mark.parametrize("code", [1e20, -1e30, -9999.0, -99.0])
def test_a_code_is_refused_where_every_number_is_possible(code):
    found = outside(numbers(3, code, -2), Limits())
    assert found == Outside(
        1,
        f"{code:.10g}, a usual code for a missing value",
        "a number that was measured or counted",
        GAP,
    )


def test_a_small_code_is_a_number_among_negative_ones():
    assert outside(numbers(3, -9, -2), Limits("m")) is None
    assert outside(numbers(3, -9, 2), Limits("m")).row == 1


def test_a_code_of_nines_beyond_what_is_likely_is_refused():
    assert outside(numbers(3, 999999), Limits("m3/s", (FLOW,))).found == (
        "999999 m3/s, a usual code for a missing value"
    )
    assert outside(numbers(3, 160_000), Limits("m3/s", (FLOW,))) is None
    assert outside(numbers(3, 9999), Limits("m3/s", (FLOW,))) is None


def test_limits_that_are_stated_count_instead():
    assert outside(numbers(-9, -9999), Limits("m", (), minimum=-10_000.0)) is None
    assert outside(numbers(999_999), Limits("m3/s", (FLOW,), maximum=1e6)) is None
    assert outside(numbers(1, -20), Limits("m", (), minimum=-10.0)) == Outside(
        1, "-20 m", "-10 m or more, as `minimum:` says", None
    )
    assert outside(numbers(1, 20), Limits("m", (), maximum=10.0)).expected == (
        "10 m or less, as `maximum:` says"
    )
    assert outside(numbers(1, -20), Limits("m3/s", (SHARE,), minimum=-50.0)).row == 1


def test_nothing_is_told_of_no_numbers():
    assert outside(numbers(), Limits("m", (FLOW,))) is None


def test_a_code_far_above_all_other_numbers_is_suspicious():
    assert suspicious(numbers(3, 9999, 5), Limits("m3/s")) == Outside(
        1,
        "9999 m3/s, a usual code for a missing value",
        "as a rule no such number 3 times the next largest, 5 m3/s",
        "a true value is stated by `maximum:`",
    )
    assert suspicious(numbers(3, 9999, 8500), Limits("m3/s")) is None
    assert suspicious(numbers(9999), Limits("m3/s")) is None
    assert suspicious(numbers(99, 99), Limits("percent")) is None
    assert suspicious(numbers(3, 9999, 5), Limits("m3/s", maximum=1e5)) is None
    assert suspicious(numbers(3, 5), Limits("m3/s")) is None


def test_a_number_far_above_all_others_is_suspicious():
    usual = np.tile([2.0, 8.0, 40.0, 12.0], 30)
    wild = usual.copy()
    wild[17] = 87654.0
    assert suspicious(wild, Limits("m3/s")) == Outside(
        17,
        "87654 m3/s",
        "as a rule no number 20 times the next largest, 40 m3/s",
        "a true value is stated by `maximum:`",
    )
    wild[18] = 80000.0  # a second one does not hide it
    found = suspicious(wild, Limits("m3/s"))
    assert found is not None
    assert found.row == 17
    assert found.expected == "as a rule no number 50 times the fourth largest, 40 m3/s"
    flood = usual.copy()
    flood[50:53] = [300.0, 700.0, 250.0]
    assert suspicious(flood, Limits("m3/s")) is None
    assert suspicious(wild[:20], Limits("m3/s")) is None  # too few to tell
