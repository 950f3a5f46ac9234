"""The page in Chromium with the network off: it asks for nothing, fits, and answers to clicks."""

from __future__ import annotations

import pytest

from tests.handout.chromium import browser
from tests.handout.conftest import HOSTILE

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEAD = "#table-verdicts thead th:nth-child(4) button"
COLUMN = (
    "Array.from(document.querySelectorAll('#table-verdicts tbody tr td:nth-child(4)'))"
    ".map((cell) => Number(cell.dataset.v))"
)


@pytest.fixture(scope="module")
def tab(english, tmp_path_factory):
    """Return a tab that has shown the page at three widths, and the widths that overflow."""
    folder = tmp_path_factory.mktemp("page")
    file = folder / "report.html"
    file.write_text(english.html, encoding="utf-8")
    with browser(folder / "profile") as found:
        found.wider = {}
        for width in (390, 1400):
            found.open(file, width)
            found.wider[width] = found.value(WIDER)
        yield found


def test_it_asks_for_nothing_and_complains_of_nothing(tab):
    asked = {one["request"]["url"] for one in tab.of("Network.requestWillBeSent")}
    assert {url.partition(":")[0] for url in asked} == {"file"}
    assert len(asked) == 1
    assert [one["entry"]["text"] for one in tab.of("Log.entryAdded")] == []
    assert tab.of("Runtime.exceptionThrown") == tab.of("Runtime.consoleAPICalled") == []


def test_it_fits_on_a_telephone_and_on_a_desk(tab):
    assert tab.wider == {390: 0, 1400: 0}


def test_a_table_sorts_by_the_numbers_in_full(tab):
    given = tab.value(COLUMN)
    tab.click(HEAD)
    rising = tab.value(COLUMN)
    tab.click(HEAD)
    falling = tab.value(COLUMN)
    tab.click(HEAD)
    assert rising == sorted(given) != given
    assert falling == sorted(given, reverse=True)
    assert tab.value(COLUMN) == given


def test_a_short_month_says_why_at_one_click(tab):
    cell = ".calendar td[data-reason]"
    tab.click(cell)
    answer = tab.value(f"document.querySelector('{cell}').closest('.calendar')"
                       ".querySelector('.answer').textContent")  # fmt: skip
    reasons = tab.value(f"document.querySelector('{cell}').closest('.calendar')"
                        ".querySelector('.reasons').textContent")  # fmt: skip
    assert answer.partition(": ")[2] == reasons == f"{HOSTILE[0]}: at capacity"


def test_a_place_of_the_network_shows_its_card(tab):
    place = ".map .place:last-of-type"
    tab.click(place)
    title = tab.value(f"document.querySelector('{place} title').textContent")
    shown = tab.value("document.querySelector('.card.chosen h3').textContent")
    assert shown == title
    assert tab.value("document.querySelectorAll('.card.chosen').length") == 1


def test_the_network_zooms(tab):
    before = tab.value("document.querySelector('.map').viewBox.baseVal.width")
    tab.click("[data-zoom=in]")
    near = tab.value("document.querySelector('.map').viewBox.baseVal.width")
    tab.click("[data-zoom=all]")
    assert near == pytest.approx(before / 1.4, rel=1e-3)
    assert tab.value("document.querySelector('.map').viewBox.baseVal.width") == before


def test_nothing_of_a_title_runs(tab):
    assert tab.value("document.querySelectorAll('script').length") == 1
    assert tab.value("document.querySelector('main b')") is None
    assert tab.value("document.body.textContent.includes('<script>alert(1)</script>')")
