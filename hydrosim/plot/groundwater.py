"""Depth to groundwater of aquifers with the largest depth allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import time_axis
from hydrosim.plot.shapes import thinned
from hydrosim.plot.style import (
    LIMIT,
    SOURCE_COLOURS,
    add_labels,
    add_legend,
    axes_for,
    drawing,
    few_ticks,
    page,
    share_x,
)
from hydrosim.plot.text import capital, long_name, say, title_of, whole_percent, with_unit
from hydrosim.reading.items import item_flags, item_numbers, one_run, position
from hydrosim.reading.steps import ends_days, seconds_of, starts_days
from hydrosim.reading.supply import column, shown_items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["pages", "plot_groundwater_depth"]

_PER_PAGE = 5


def plot_groundwater_depth(
    dataset: xr.Dataset, aquifer: str, *, ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw the depth to groundwater [m] of one aquifer, downward, with the depth allowed.

    Parameters
    ----------
    dataset
        Result of one scenario and member with ``depth_to_water``; the allowed depth comes from
        the coordinate ``store_depth_max_m``.
    aquifer
        Name of the aquifer.
    ax
        Where to draw; a new figure without it.
    language
        "en" or "zh".

    Raises
    ------
    DataError
        If the depth or the aquifer is absent.
    """
    with drawing(language) as spoken:
        dataset = one_run(dataset)
        target = axes_for(ax, height_in=3.0)
        handles = _draw(target, dataset, aquifer, spoken)
        add_legend(handles, figure=None if ax else target.get_figure(root=True), ax=ax)
        return target


def pages(dataset: xr.Dataset, language: str = "en") -> list[Figure]:
    """Return pages with one panel an aquifer."""
    with drawing(language) as spoken:
        dataset = one_run(dataset)
        aquifers = shown_items(dataset, "depth_to_water", "depth")
        figures: list[Figure] = []
        for k in range(0, len(aquifers), _PER_PAGE):
            some = aquifers[k : k + _PER_PAGE]
            figure, rows = page(
                [1.0],
                [2.0] * len(some),
                title=say("title_groundwater", spoken),
                left_in=0.65,
                gap_in=0.35,
            )
            handles: list[Any] = []
            for (ax,), aquifer in zip(rows, some, strict=True):
                handles += _draw(ax, dataset, aquifer, spoken)
            share_x([ax for (ax,) in rows[:-1]])
            add_legend(handles, figure=figure)
            figures.append(figure)
        return figures


def _draw(ax: Axes, dataset: xr.Dataset, aquifer: str, language: Language) -> list[Any]:
    depth_m = column(dataset, "depth_to_water", aquifer)
    place = position(dataset, "store", aquifer)
    confined = item_flags(dataset, "store", "store_confined")[place]
    kind = "groundwater_deep" if confined else "groundwater_shallow"
    starts, ends = starts_days(dataset), ends_days(dataset)
    (line,) = ax.plot(
        *thinned(ends, depth_m),
        color=SOURCE_COLOURS[kind],
        linewidth=1.2,
        zorder=3,
        label=f"{long_name('depth_to_water', language)}, {say(kind, language)}",
    )
    handles: list[Any] = [line]
    title = title_of(dataset, aquifer, language)
    allowed_m = float(item_numbers(dataset, "store", "store_depth_max_m")[place])
    there = np.isfinite(depth_m)
    if np.isfinite(allowed_m):
        handles.append(
            ax.axhline(
                allowed_m,
                color=LIMIT if confined else "#0072B2",
                linewidth=1.1,
                dashes=(5, 2),
                label=f"{capital(say('depth_max', language))} ({say(kind, language)})",
            )
        )
        weight = seconds_of(dataset)[there]
        if weight.size:
            share = 100.0 * float(weight[depth_m[there] > allowed_m].sum() / weight.sum())
            title = f"{title}: {say('too_deep', language, share=whole_percent(share))}"
    shown = [*depth_m[there].tolist(), *([allowed_m] if np.isfinite(allowed_m) else [])]
    if shown:
        margin = max(0.08 * (max(shown) - min(shown)), 0.2)
        ax.set_ylim(max(shown) + margin, min(shown) - margin)
    add_labels(ax, y=with_unit(long_name("depth_to_water", language), "m"))
    few_ticks(ax, 6)
    ax.set_title(title)
    time_axis(ax, float(starts[0]), float(ends[-1]), language)
    return handles
