"""The reliability diagram of outlooks: numbers, texts that lie apart, both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hydrosim.handout import ahead
from hydrosim.plot import catalogue, plot
from tests.plot.text_boxes import faults_of_picture

DANGERS = ("shortage", "drying", "limit")


def skill(dangers: tuple[str, ...] = DANGERS, cases: int = 300) -> xr.Dataset:
    """Return a hand-made skill of outlooks: a perfect one, with some classes empty."""
    classes = (np.arange(10) + 0.5) / 10
    count = np.tile(np.where(np.arange(10) % 4 == 3, 0, cases), (len(dangers), 1))
    told = np.where(count > 0, classes, np.nan)
    starts = np.array([f"{year}-06-01" for year in range(1981, 2011)], "datetime64[ns]")
    return xr.Dataset(
        {
            "bin_probability": (("danger", "bin"), told),
            "bin_frequency": (("danger", "bin"), told**2),
            "bin_count": (("danger", "bin"), count),
            "warning_flag": (("start", "warning"), np.zeros((30, 2))),
        },
        {"danger": list(dangers), "start": starts},
        {"months": 6},
    )


def test_points_stand_where_classes_are() -> None:
    ax = plot("reliability", skill(), "drying")
    points = ax.get_lines()[1]
    assert points.get_xdata() == pytest.approx([5, 15, 25, 45, 55, 65, 85, 95])
    assert points.get_ydata() == pytest.approx(
        [0.25, 2.25, 6.25, 20.25, 30.25, 42.25, 72.25, 90.25]
    )
    assert [text.get_text() for text in ax.texts] == ["300"] * 8
    assert ax.get_xlabel() == "probability (%)"
    assert ax.get_ylabel() == "came in (%)"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("dangers", [DANGERS, ("drying",)])
@pytest.mark.usefixtures("font_of_language")
def test_texts_lie_apart(dangers: tuple[str, ...], language: str) -> None:
    dataset = skill(dangers, 9999)
    assert catalogue._known((), dataset) == ("reliability",)
    assert faults_of_picture("reliability", dataset, language) == []


@pytest.mark.parametrize(
    ("came", "language", "words"),
    [
        (0, "en", "No danger came in any of these years"),
        (0, "zh", "这些年份均未出现任何风险"),
        (30, "en", "No danger came in some cases and not in others"),
    ],
)
def test_a_report_says_why_it_has_no_skill(monkeypatch, came, language, words) -> None:
    row = {"danger": "shortage", "cases": 30, "came": came, **dict.fromkeys(ahead.SCORES, np.nan)}
    monkeypatch.setattr(ahead, "skill_frame", lambda _dataset: pd.DataFrame([row]))
    summary = ahead.skill_report(skill(), [], {}, language).sections[0].parts
    assert sum(words in str(part) for part in summary) == 1
    row["skill"] = 0.5
    summary = ahead.skill_report(skill(), [], {}, language).sections[0].parts
    assert not any(words in str(part) for part in summary)
