"""Pages with a row of two panels for each store, limit and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.plot.style import add_legend, page, share_x

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Draw = Callable[[tuple[Axes, Axes], int], list[Any]]

__all__ = ["pages_of_pairs", "pair_sheet"]

_PER_PAGE = 4


def pair_sheet(*_what: Any) -> tuple[Axes, Axes]:
    """Return the two panels of a picture of its own."""
    left, right = page([1.0, 1.0], [2.4], between_in=0.9)[1][0]
    return left, right


def pages_of_pairs(
    count: int, draw: Draw, *, row_in: float, share: bool = False, **layout: Any
) -> list[Figure]:
    """Return pages with a row a thing and one legend.

    Parameters
    ----------
    count
        Number of things.
    draw
        Draws the thing at a place into two panels; returns what the legend may tell.
    row_in
        Height of a row [inch].
    share
        Whether panels below each other share their x.
    layout
        Titles and distances of :func:`hydrosim.plot.style.page`.
    """
    figures: list[Figure] = []
    for first in range(0, count, _PER_PAGE):
        places = range(first, min(first + _PER_PAGE, count))
        figure, rows = page([1.0, 1.0], [row_in] * len(places), **layout)
        handles: list[Any] = []
        for (left, right), place in zip(rows, places, strict=True):
            handles += draw((left, right), place)
        for column in (0, 1) if share else ():
            share_x([row[column] for row in rows[:-1]])
        add_legend(handles, figure=figure)
        figures.append(figure)
    return figures
