"""No text of a picture lies on another one or leaves the sheet, in both languages."""

from __future__ import annotations

import json
import os

import pytest
from factory import judged
from test_floods import flood

from hydrosim.plot import catalogue
from hydrosim.plot.flood_stores import stores
from tests.plot.text_boxes import faults_of_picture

LONG = os.environ.get("HYDROSIM_LONG") == "1"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("run", ["days", "long_run"] if LONG else ["days"])
@pytest.mark.parametrize("name", catalogue.PLOT_NAMES)
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_a_run_lie_apart(
    name: str, run: str, language: str, request: pytest.FixtureRequest
) -> None:
    dataset = catalogue._first_run(request.getfixturevalue(run), [])
    assert faults_of_picture(name, dataset, language, judged(40)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("events", [1, 3, 8] if LONG else [3])
@pytest.mark.parametrize("name", catalogue._FLOOD_PAGES)
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_floods_lie_apart(name: str, events: int, language: str) -> None:
    periods = [10.0 * 2.0**place for place in range(events)]
    dataset = flood(events, event_return_period=("event", periods))
    decisive = {str(event): stores(dataset) for event in dataset["event"].values}
    dataset.attrs["decides"] = json.dumps(decisive)
    none = None if (name, events) == ("flood_frequency", 1) else []
    assert faults_of_picture(name, dataset, language) == none
