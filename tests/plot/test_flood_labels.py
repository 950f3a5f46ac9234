"""Texts of pictures of floods stand apart: their boxes are measured."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hydrosim.flood.simulation import route
from hydrosim.plot import flood_channels, flood_stores
from hydrosim.plot.pictures import plot
from hydrosim.plot.style import drawing
from tests.flood.small import flood_config
from tests.plot.test_floods import flood

RATING = {"level": ["20 m", "24 m", "28 m", "33 m"],
          "flow": ["0 m3/s", "900 m3/s", "3600 m3/s", "14000 m3/s"]}  # fmt: skip
BED = {"safe_discharge": "2300 m3/s", "rating_curve": RATING, "warning_stage": "24 m",
       "guaranteed_stage": "26.5 m", "crest": "28 m"}  # fmt: skip


def leveed(sections: int) -> Any:
    """Reaches and sections with all stages: the first stage stands left, the second right."""
    names = [f"s{k}" for k in range(sections)]
    nodes: dict[str, Any] = {"src": {"type": "junction"}}
    nodes["bed"] = {"type": "reach", "muskingum": [{"k": "8 h", "x": 0.2}], **BED}
    nodes |= {name: {"type": "control_section", **BED} for name in names}
    way = ["src", "bed", *names, "sea"]
    wave = 6000.0 * np.exp(-(((np.arange(72.0) - 30.0) / 10.0) ** 2))
    rivers = [f"{a} > {b}" for a, b in pairwise(way)]
    return route(flood_config(nodes, *rivers, inflows={"src": wave}))


def boxes(figure: Any) -> list[tuple[str, Any]]:
    """Return the texts that are drawn, with their boxes; ticks outside an axis are not drawn."""
    figure.canvas.draw()
    texts = [*figure.texts]
    for ax in figure.axes:
        texts += [*ax.texts, ax.title, ax._left_title, ax._right_title]
        texts += [ax.xaxis.label, ax.yaxis.label]
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            texts += [
                tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
            ]
    return [
        (text.get_text(), text.get_window_extent())
        for text in texts
        if text.get_text() and text.get_visible()
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("sections", [1, 2])
@pytest.mark.usefixtures("font_of_language")
def test_names_of_stages_do_not_run_into_the_next_axis(language: str, sections: int) -> None:
    result = leveed(sections)
    with drawing(language) as spoken:
        (figure,) = flood_channels.pages(result, spoken)
        found = boxes(figure)
    assert sum(text.endswith("26.50") for text, _box in found) == sections
    for place, (text, box) in enumerate(found):
        assert box.x1 <= figure.bbox.x1, text
        assert [other for other, one in found[:place] if one.overlaps(box)] == [], text


@pytest.mark.parametrize(("share", "weight"), [(0.95, "normal"), (1.0, "bold")])
def test_a_full_basin_is_above_its_bound(share: float, weight: str) -> None:
    result = flood()
    capacity = float(result["basin_capacity"].values[0])
    result["basin_peak_storage"] = (("event", "basin"), [[share * capacity]])
    with drawing("en"):
        ax = plot("flood_network", result)
    (label,) = [text for text in ax.texts if text.get_text().startswith("West")]
    assert label.get_fontweight() == weight


@pytest.mark.parametrize(("kind", "words"), [("reservoir", "坝顶"), ("lake", "堤顶")])
@pytest.mark.usefixtures("chinese_font")
def test_the_crest_of_a_lake_is_that_of_its_levees(kind: str, words: str) -> None:
    levels: dict[str, str] = {"normal": "110 m", "crest": "118 m"}
    if kind == "reservoir":
        levels |= {"dead": "100 m", "flood_control": "114 m"}
    store: dict[str, Any] = {
        "type": kind,
        "storage_curve": {"level": ["100 m", "120 m"], "storage": ["0 m3", "0.2 亿m3"]},
        "levels": levels,
        "outlets": [{"name": "gate", "capacity": "300 m3/s"}],
    }
    nodes = {"src": {"type": "junction"}, "store": store}
    result = route(flood_config(nodes, "src > store", "store > sea", inflows={"src": [10.0, 90.0]}))
    with drawing("zh") as spoken:
        (figure,) = flood_stores.pages(result, spoken)
        found = [text for text, _box in boxes(figure)]
    assert [text for text in found if text.startswith(words)]
    assert not [text for text in found if text.startswith({"坝顶": "堤顶", "堤顶": "坝顶"}[words])]
