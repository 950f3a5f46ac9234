"""Words, units and texts cut to a width."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.plot import text
from hydrosim.plot.style import SOURCE_COLOURS, USE_COLOURS


@pytest.mark.parametrize(
    ("volume", "language", "expected"),
    [
        (13.9e8, "en", (1e8, "10⁸ m³")),
        (13.9e8, "zh", (1e8, "亿m³")),
        (3.0e6, "en", (1e6, "million m³")),
        (3.0e6, "zh", (1e4, "万m³")),
        (250.0, "en", (1.0, "m³")),
    ],
)
def test_unit_of_a_volume(volume: float, language: text.Language, expected: tuple) -> None:
    assert text.volume_scale(volume, language) == expected


def test_names_come_from_the_table_of_quantities() -> None:
    assert text.long_name("level", "en") == "Water level"
    assert text.long_name("level", "zh") == "水位"


def test_every_kind_has_a_word_in_both_languages() -> None:
    for key in (*SOURCE_COLOURS, *USE_COLOURS):
        assert text.say(key, "en") != text.say(key, "zh")


def test_wrapping_by_hand() -> None:
    assert text.wrapped("depth to groundwater", 10.0, 3) == ["depth to", "groundwater"]
    assert text.wrapped("at most 97.5 % of it", 7.5, 2) == ["at most", "97.5 % of it"]
    assert text.wrapped("", 10.0, 2) == [""]
    assert text.wrapped("王快西大洋连通隧洞", 5.2, 2) == ["王快西大洋", "连通隧洞"]
    assert text.wrapped("白洋淀生态补水（一期）", 8.2, 2) == ["白洋淀生态补水", "（一期）"]
    assert text.wrapped("府河，漕河，瀑河", 6.2, 2) == ["府河，漕河，", "瀑河"]
    assert text.wrapped("a long reason that goes on", 6.0, 1)[0].endswith("…")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=60))
def test_wrapped_lines_fit(words: str) -> None:
    lines = text.wrapped(words, 8.0, 3)
    assert len(lines) <= 3
    assert all(text.text_width(line) <= 8.0 + 1e-9 for line in lines)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (100.0, "100"), (99.57, "99.6"), (99.97, "99.9"), (0.02, "0.1"), (42.4, "42")],
)
def test_all_and_nothing_are_told_only_of_what_is_that(share: float, told: str) -> None:
    assert text.whole_percent(share) == told


def test_labels_grow_before_they_are_cut():
    name = "Municipal drinking water supply zone number {} of the northern district"
    for number in (1, 2):
        lines = text.label_lines(name.format(number), 12.0, 3)
        assert len(lines) <= 3
        assert " ".join(lines) == name.format(number)
    assert text.label_lines("Short name", 12.0, 3) == text.wrapped("Short name", 12.0, 3)
    assert text.label_lines("x" * 90, 12.0, 2) == ["x" * 90]  # nowhere to break
