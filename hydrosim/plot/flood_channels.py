"""Hydrographs of reaches and sections in a flood, with what they may carry and their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import flood_axis
from hydrosim.plot.flood_marks import (
    flood_title,
    flow_text,
    heading,
    level_lines,
    moment_text,
    with_kind_of_crest,
    within,
)
from hydrosim.plot.style import (
    INK,
    LIMIT,
    WATER,
    add_labels,
    add_legend,
    chunks,
    few_ticks,
    page,
)
from hydrosim.plot.text import capital, say, title_of, with_unit
from hydrosim.reading.flood import events_drawn, hydrograph, levels_of, of_item, peak, sections
from hydrosim.reading.items import has, items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_flow", "draw_stage", "pages"]

_ROWS = 5
_NAMED_IN = 1.2
"""Room for the name of a level and its number [inch]."""
_SHOWN_FROM = 0.12
"""Peak over safe discharge from which the safe discharge fits on the axis."""


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages a flood with the flow of each reach and section that it touches."""
    figures: list[Figure] = []
    for event in events_drawn(dataset):
        panels = _panels(dataset, event)
        figures += [_page(dataset, event, some, language) for some in chunks(panels, 2 * _ROWS)]
    return figures


def _panels(dataset: xr.Dataset, event: str) -> list[tuple[str, str]]:
    """Return what is drawn of each place: its flow, and its stage where it has one."""
    panels: list[tuple[str, str]] = []
    if has(dataset, "discharge"):
        panels += [
            ("flow", name)
            for name in items(dataset, "reach")
            if peak(dataset, "reach_peak_inflow", event, name) > 0.0
        ]
    if not has(dataset, "outflow"):
        return panels
    for name in sections(dataset):
        if peak(dataset, "peak_outflow", event, name) > 0.0:
            panels.append(("flow", name))
            if within(hydrograph(dataset, "level", event, name)[1]):
                panels.append(("stage", name))
    return panels


def _page(
    dataset: xr.Dataset, event: str, panels: list[tuple[str, str]], language: Language
) -> Figure:
    rows = -(-len(panels) // 2)
    # Names of levels stand to the right of stages, before the axis of the next column.
    staged = [kind == "stage" for kind, _unused in panels]
    figure, grid = page(
        [1.0, 1.0],
        [1.55] * rows,
        title=say("title_flood_channels", language, event=flood_title(dataset, event, language)),
        subtitle=say("sub_flood_channels", language),
        left_in=0.7,
        right_in=_NAMED_IN if any(staged[1::2]) else 0.95,
        between_in=0.55 + _NAMED_IN if any(staged[::2]) else 0.95,
        gap_in=0.68,
    )
    handles: list[Any] = []
    cells = [ax for row in grid for ax in row]
    for ax, (kind, name) in zip(cells, panels, strict=False):
        if kind == "flow":
            handles += draw_flow(ax, dataset, name, event, language)
            text = _flow_text(dataset, name, event, language)
        else:
            handles += draw_stage(ax, dataset, name, event, language, labelled=True)
            text = _stage_text(dataset, name, event, language)
        heading(ax, title_of(dataset, name, language), text)
    for ax in cells[len(panels) :]:
        ax.remove()
    add_legend(handles, figure=figure)
    return figure


def _flow_text(dataset: xr.Dataset, place: str, event: str, language: Language) -> str:
    if place in items(dataset, "reach"):
        above = flow_text(peak(dataset, "reach_peak_inflow", event, place))
        below = flow_text(peak(dataset, "peak_discharge", event, place))
        return say("reach_peaks", language, above=above, below=below)
    flow = flow_text(peak(dataset, "peak_outflow", event, place))
    hour = peak(dataset, "time_of_peak_outflow", event, place)
    when = moment_text(dataset, event, hour, language)
    return say("peak_flow", language, peak=flow, when=when)


def _stage_text(dataset: xr.Dataset, place: str, event: str, language: Language) -> str:
    level = peak(dataset, "peak_level", event, place)
    hour = peak(dataset, "time_of_peak_level", event, place)
    when = moment_text(dataset, event, hour, language)
    return say("highest_level", language, level=level, when=when)


def draw_flow(
    ax: Axes, dataset: xr.Dataset, place: str, event: str, language: Language
) -> list[Any]:
    """Draw the flow of a reach or section in a flood with its safe discharge."""
    if place in items(dataset, "reach"):
        time, above = hydrograph(dataset, "reach_inflow", event, place)
        _, flow = hydrograph(dataset, "discharge", event, place)
        label = "reach_outflow_line"
        safe = of_item(dataset, "reach_safe_discharge", "reach", place)
    else:
        time, flow = hydrograph(dataset, "outflow", event, place)
        above, label = None, "section_flow"
        safe = of_item(dataset, "safe_discharge", "node", place)
    handles: list[Any] = []
    if above is not None:
        handles += ax.plot(
            time, above, color=INK, linewidth=1.0, dashes=(4, 1.6), zorder=3,
            label=capital(say("reach_inflow_line", language)),
        )  # fmt: skip
    handles += ax.plot(
        time, flow, color=WATER, linewidth=1.6, zorder=4, label=capital(say(label, language))
    )
    shown = [flow] if above is None else [flow, above]
    most = max(max(float(np.nanmax(values)) for values in shown), 1e-9)
    if np.isfinite(safe):
        handles += _draw_safe(ax, safe, most, language)
        most = max(most, safe) if most >= _SHOWN_FROM * safe else most
    ax.set_ylim(0.0, 1.18 * most)
    few_ticks(ax)
    add_labels(ax, y=with_unit(capital(say("flood_flow", language)), "m³/s"))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles


def _draw_safe(ax: Axes, safe: float, most: float, language: Language) -> list[Any]:
    """Draw the safe discharge, or tell that it lies far above."""
    if most < _SHOWN_FROM * safe:
        ax.text(
            0.99, 0.97, say("safe_above", language, safe=flow_text(safe)), ha="right", va="top",
            fontsize=7.2, color=LIMIT, transform=ax.transAxes,
        )  # fmt: skip
        return []
    line = ax.axhline(
        safe, color=LIMIT, linewidth=1.1, dashes=(5, 2), zorder=2.5,
        label=capital(say("safe_discharge", language)),
    )  # fmt: skip
    ax.annotate(
        flow_text(safe), (1.0, safe), xycoords=("axes fraction", "data"), xytext=(3.0, 0.0),
        textcoords="offset points", va="center", fontsize=7.2, color=LIMIT, annotation_clip=False,
    )  # fmt: skip
    return [line]


def draw_stage(
    ax: Axes,
    dataset: xr.Dataset,
    place: str,
    event: str,
    language: Language,
    *,
    labelled: bool = False,
) -> list[Any]:
    """Draw the stage of a section with a rating curve, with warning and guaranteed stage."""
    time, stage = hydrograph(dataset, "level", event, place)
    handles: list[Any] = list(
        ax.plot(
            time, stage, color="#009E73", linewidth=1.6, zorder=4,
            label=capital(say("section_stage", language)),
        )
    )  # fmt: skip
    marked = levels_of(dataset, place)
    low = min(float(np.nanmin(stage)), *marked.values(), np.inf)
    high = max(float(np.nanmax(stage)), *marked.values(), -np.inf)
    room = max(high - low, 0.5)
    ax.set_ylim(low - 0.08 * room, high + 0.12 * room)
    few_ticks(ax)
    marked = with_kind_of_crest(dataset, place, marked)
    handles += level_lines(ax, marked, language, labelled=labelled)
    add_labels(ax, y=with_unit(capital(say("flood_stage", language)), "m"))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles
