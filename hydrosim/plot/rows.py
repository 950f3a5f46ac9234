"""Pages with a row of panels for each store, limit and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hydrosim.plot.style import add_legend, chunks, page, share_x

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["pages_of_rows", "pair_sheet"]


def pair_sheet(*_what: Any) -> tuple[Axes, Axes]:
    """Return the two panels of a picture of its own."""
    left, right = page([1.0, 1.0], [2.4], between_in=0.9)[1][0]
    return left, right


def pages_of_rows(
    things: list[T],
    draw: Callable[[list[Axes], T], list[Any]],
    *,
    per_page: int,
    row_in: float,
    widths: Sequence[float] = (1.0, 1.0),
    share: bool = True,
    **layout: Any,
) -> list[Figure]:
    """Return pages with a row a thing and one legend.

    Parameters
    ----------
    things
        What the rows show.
    draw
        Draws a thing into the panels of a row; returns what the legend may tell.
    per_page
        Most rows of a page.
    row_in
        Height of a row [inch].
    widths
        Relative widths of the panels.
    share
        Whether panels below each other share their x.
    layout
        Titles and distances of :func:`hydrosim.plot.style.page`.
    """
    figures: list[Figure] = []
    for some in chunks(things, per_page):
        figure, rows = page(widths, [row_in] * len(some), **layout)
        handles: list[Any] = []
        for row, thing in zip(rows, some, strict=True):
            handles += draw(row, thing)
        for column in range(len(widths)) if share else ():
            share_x([row[column] for row in rows[:-1]])
        add_legend(handles, figure=figure)
        figures.append(figure)
    return figures
