"""Texts of a picture that lie on one another or leave the sheet."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from matplotlib.text import Text

from hydrosim.plot import catalogue
from hydrosim.plot.style import drawing

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

LEAST_SHARE = 0.06  # of the smaller box, which has room for signs that a text does not use


def drawn_texts(figure: Figure) -> list[Text]:
    """Texts that are drawn: without labels of ticks that lie outside their axis."""
    figure.canvas.draw()
    absent: set[int] = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            shown = {id(tick) for tick in axis._update_ticks()}
            hidden = [tick for tick in ticks if id(tick) not in shown or not ax.axison]
            absent |= {id(text) for tick in hidden for text in (tick.label1, tick.label2)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in absent
    ]


def faults_of(figure: Figure) -> list[str]:
    """Pairs of texts that lie on one another, and texts that leave the sheet."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in drawn_texts(figure)]
    sheet = figure.bbox
    found = [
        f"{text!r} leaves the sheet"
        for text, box in boxes
        if box.x0 < sheet.x0 - 1 or box.x1 > sheet.x1 + 1 or box.y0 < sheet.y0 - 1
        or box.y1 > sheet.y1 + 1
    ]  # fmt: skip
    for (first, one), (second, other) in combinations(boxes, 2):
        width = min(one.x1, other.x1) - max(one.x0, other.x0)
        height = min(one.y1, other.y1) - max(one.y0, other.y0)
        if width <= 0.0 or height <= 0.0:
            continue
        smaller = min(one.width * one.height, other.width * other.height)
        if width * height > LEAST_SHARE * smaller:
            found.append(f"{first!r} on {second!r}")
    return found


def faults_of_picture(name: str, dataset: xr.Dataset, language: str, verdicts: Any = ()) -> Any:
    """Return the faults of all pages of a picture, None where it has no page."""
    with drawing(language) as spoken:
        figures = catalogue.figures_of(name, dataset, verdicts, spoken)
        found = [fault for figure in figures for fault in faults_of(figure)]
        return found if figures else None
