"""Detention basins in a flood: what flows in and out, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language, short
from hydrosim.plot.axes import flood_axis
from hydrosim.plot.flood_marks import flood_title, heading
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import band
from hydrosim.plot.style import (
    INK,
    LIMIT,
    WATER,
    add_labels,
    few_ticks,
)
from hydrosim.plot.text import capital, say, title_of, volume_scale, with_unit
from hydrosim.reading.flood import events_drawn, hydrograph, of_item, peak
from hydrosim.reading.items import has, items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_flows", "draw_storage", "pages"]

_PER_PAGE = 5


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages a flood with the basins that it uses; the others are named."""
    if not has(dataset, "basin_storage"):
        return []
    return [page for event in events_drawn(dataset) for page in _of_flood(dataset, event, language)]


def _of_flood(dataset: xr.Dataset, event: str, language: Language) -> list[Figure]:
    def draw_row(row: list[Axes], basin: str) -> list[Any]:
        left, right = row
        handles = draw_flows(left, dataset, basin, event, language)
        handles += draw_storage(right, dataset, basin, event, language)
        heading(left, title_of(dataset, basin, language), "")
        heading(right, "", _held_text(dataset, basin, event, language))
        return handles

    known = items(dataset, "basin")
    used = [name for name in known if peak(dataset, "basin_peak_storage", event, name) > 0.0]
    subtitle = say("sub_flood_basins", language)
    if len(used) < len(known):
        names = ", ".join(title_of(dataset, name, language) for name in known if name not in used)
        subtitle += "\n" + say("unused_basins", language, names=names)
    return pages_of_rows(
        used,
        draw_row,
        per_page=_PER_PAGE,
        row_in=1.6,
        title=say("title_flood_basins", language, event=flood_title(dataset, event, language)),
        subtitle=subtitle,
        left_in=0.7,
        between_in=0.8,
        gap_in=0.36,
    )


def _held_text(dataset: xr.Dataset, basin: str, event: str, language: Language) -> str:
    held = peak(dataset, "basin_peak_storage", event, basin)
    capacity = of_item(dataset, "basin_capacity", "basin", basin)
    scale = volume_scale(max(held, capacity), language)
    numbers = short(held / scale.factor), short(capacity / scale.factor)
    return say("most_held", language, held=numbers[0], capacity=numbers[1], unit=scale.unit)


def draw_flows(
    ax: Axes, dataset: xr.Dataset, basin: str, event: str, language: Language
) -> list[Any]:
    """Draw what flows into and out of a detention basin in a flood."""
    time, inflow = hydrograph(dataset, "basin_inflow", event, basin)
    _, outflow = hydrograph(dataset, "basin_outflow", event, basin)
    handles: list[Any] = []
    for values, key, look in (
        (inflow, "basin_in", {"color": WATER, "linewidth": 1.6}),
        (outflow, "basin_out", {"color": INK, "linewidth": 1.1, "dashes": (4, 1.6)}),
    ):
        # Means of steps: the value at a point belongs to the step that ends there.
        handles += ax.step(
            time, values, where="pre", label=capital(say(key, language)), zorder=4, **look
        )
    most = max(float(np.nanmax(inflow)), float(np.nanmax(outflow)), 1e-9)
    ax.set_ylim(0.0, 1.12 * most)
    few_ticks(ax)
    add_labels(ax, y=with_unit(capital(say("flood_flow", language)), "m³/s"))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles


def draw_storage(
    ax: Axes, dataset: xr.Dataset, basin: str, event: str, language: Language
) -> list[Any]:
    """Draw the water in a detention basin with its capacity."""
    time, held = hydrograph(dataset, "basin_storage", event, basin)
    capacity = of_item(dataset, "basin_capacity", "basin", basin)
    most = max(float(np.nanmax(held)), capacity if np.isfinite(capacity) else 0.0)
    scale = volume_scale(most, language)
    handles: list[Any] = [
        band(
            ax, time, 0.0, held / scale.factor, WATER, alpha=0.25, zorder=2,
            label=capital(say("basin_held", language)),
        )
    ]  # fmt: skip
    ax.plot(time, held / scale.factor, color=WATER, linewidth=1.4, zorder=3)
    if np.isfinite(capacity):
        handles.append(
            ax.axhline(
                capacity / scale.factor, color=LIMIT, linewidth=1.1, dashes=(5, 2), zorder=2.5,
                label=capital(say("basin_capacity_line", language)),
            )
        )  # fmt: skip
    ax.set_ylim(0.0, 1.12 * most / scale.factor)
    few_ticks(ax)
    add_labels(ax, y=with_unit(capital(say("basin_held", language)), scale.unit))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles
