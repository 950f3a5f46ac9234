"""Depth to groundwater of aquifers with the largest depth allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import time_axis
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import thinned
from hydrosim.plot.style import (
    LIMIT,
    SOURCE_COLOURS,
    add_labels,
    few_ticks,
)
from hydrosim.plot.text import capital, long_name, say, title_of, whole_percent, with_unit
from hydrosim.reading.items import item_flags, item_numbers, position
from hydrosim.reading.steps import ends_days, seconds_of, starts_days
from hydrosim.reading.supply import column, shown_items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages"]

_PER_PAGE = 5


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with one panel an aquifer."""
    return pages_of_rows(
        shown_items(dataset, "depth_to_water", "depth"),
        lambda row, aquifer: draw(row[0], dataset, aquifer, language),
        per_page=_PER_PAGE,
        row_in=2.0,
        widths=(1.0,),
        title=say("title_groundwater", language),
        left_in=0.65,
        gap_in=0.35,
    )


def draw(ax: Axes, dataset: xr.Dataset, aquifer: str, language: Language) -> list[Any]:
    """Draw the depth to groundwater of one aquifer, downward, with the largest depth allowed."""
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
