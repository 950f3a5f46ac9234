"""Flow duration curves of river reaches with the flows that are required of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.locale import Language, short
from hydrosim.plot.style import (
    LIMIT,
    WATER,
    add_labels,
    add_legend,
    chunks,
    page,
)
from hydrosim.plot.text import capital, long_name, say, title_of, whole_percent, with_unit
from hydrosim.reading.items import (
    has,
    item_flags,
    item_numbers,
    item_texts,
    items,
    position,
)
from hydrosim.reading.kinds import REQUIRED_FLOWS
from hydrosim.reading.steps import seconds_of
from hydrosim.reading.supply import column, shown_items

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw", "duration_curve", "pages"]

_PER_PAGE = 8
_POINTS = 500
_GOAL_COLOURS = ("#009E73", "#882255", "#E69F00", "#332288")


class _Goal(NamedTuple):
    """A required flow [m3/s] (time,) and what it is called."""

    name: str
    flow_m3s: Floats


def duration_curve(flow_m3s: Floats, step_s: Floats) -> tuple[Floats, Floats]:
    """Return share of time [%] and flow [m3/s], from the largest flow down.

    A flow stands at the middle of its own time (Hazen plotting position), so that steps of
    unequal length count by their length.

    Parameters
    ----------
    flow_m3s, step_s
        Flows and lengths of the steps (time,).
    """
    there = np.isfinite(flow_m3s)
    flow, length = flow_m3s[there], step_s[there]
    order = np.argsort(-flow, kind="stable")
    length = length[order]
    share = 100.0 * (np.cumsum(length) - 0.5 * length) / max(float(length.sum()), 1e-300)
    return share, flow[order]


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with one panel a reach, two to a row; reaches with base flow come first."""
    ends = item_flags(dataset, "reach", "reach_ends_model")
    outlets = [name for name, end in zip(items(dataset, "reach"), ends, strict=True) if end]
    reaches = [r for r in shown_items(dataset, "discharge") if r not in outlets]
    reaches.sort(key=lambda reach: not _requirements(dataset, reach, {}, "en"))
    return [_page(dataset, some, language) for some in chunks(reaches, _PER_PAGE)]


def _page(dataset: xr.Dataset, reaches: list[str], language: Language) -> Figure:
    columns = 1 if len(reaches) == 1 else 2
    rows_needed = -(-len(reaches) // columns)
    figure, rows = page(
        [1.0] * columns,
        [3.2 if columns == 1 else 2.0] * rows_needed,
        title=say("title_flow_duration", language),
        left_in=0.7,
        gap_in=0.75,
    )
    panels = [ax for row in rows for ax in row]
    handles: list[Any] = []
    for ax, reach in zip(panels, reaches, strict=False):
        handles += draw(ax, dataset, reach, language)
        ax.set_title(title_of(dataset, reach, language))
    for ax in panels[len(reaches) :]:
        ax.remove()
    for place, ax in enumerate(panels[: len(reaches)]):
        if place % columns:
            ax.set_ylabel("")
    add_legend(handles, figure=figure)
    return figure


def draw(
    ax: Axes,
    dataset: xr.Dataset,
    reach: str,
    language: Language,
    *,
    goals: Mapping[str, float] | None = None,
) -> list[Any]:
    """Draw the flow duration curve of one reach with the flows that are required of it."""
    flow_m3s = column(dataset, "discharge", reach)
    step_s = seconds_of(dataset)
    required = _requirements(dataset, reach, goals or {}, language)
    lowest = _lowest(flow_m3s, required)
    share, sorted_m3s = duration_curve(flow_m3s, step_s)
    kept = _spread(share.size)
    (line,) = ax.plot(
        share[kept],
        sorted_m3s[kept],
        color=WATER,
        linewidth=1.6,
        zorder=4,
        label=long_name("discharge", language),
    )
    handles: list[Any] = [line]
    handles += _draw_natural(ax, dataset, reach, language)
    handles += _draw_safe(ax, dataset, reach, language)
    notes, lines = _draw_goals(ax, flow_m3s, step_s, required, language)
    handles += lines
    there = np.isfinite(flow_m3s)
    little = float(step_s[there & (flow_m3s < lowest)].sum() / max(step_s[there].sum(), 1e-300))
    if little > 0.005:
        least, share = float(f"{lowest:.1g}"), whole_percent(100 * little)
        notes.append((say("dry_bed", language, value=least, share=share), "#555555"))
    _set_scales(ax, lowest, max(float(np.nanmax(flow_m3s, initial=lowest)), lowest * 10))
    for row, (text, colour) in enumerate(notes):
        ax.annotate(
            text,
            (1.0, 1.0),
            xytext=(-2, -2 - 10.5 * row),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=7.2,
            color=colour,
            zorder=6,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
        )
    add_labels(
        ax,
        x=capital(say("exceedance", language)),
        y=with_unit(long_name("discharge", language), "m³/s"),
    )
    return handles


def _set_scales(ax: Axes, lowest_m3s: float, largest_m3s: float) -> None:
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    ax.set_yscale("log")
    ax.set_ylim(lowest_m3s, largest_m3s * 3)
    powers = range(math.floor(math.log10(lowest_m3s)), math.ceil(math.log10(largest_m3s)) + 1)
    ax.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xlim(0, 100)


def _draw_natural(ax: Axes, dataset: xr.Dataset, reach: str, language: Language) -> list[Any]:
    if not has(dataset, "natural_discharge"):
        return []
    flow_m3s = column(dataset, "natural_discharge", reach)
    share, natural_m3s = duration_curve(flow_m3s, seconds_of(dataset))
    if not natural_m3s.size:
        return []
    kept = _spread(natural_m3s.size)
    (line,) = ax.plot(
        share[kept],
        natural_m3s[kept],
        color="#777777",
        linewidth=1.0,
        linestyle=(0, (4, 2)),
        zorder=3,
        label=capital(say("natural", language)),
    )
    return [line]


def _draw_goals(
    ax: Axes, flow_m3s: Floats, step_s: Floats, required: list[_Goal], language: Language
) -> tuple[list[tuple[str, str]], list[Any]]:
    """Draw required flows as lines; return a note on each, with its colour, and the lines.

    A flow that is less in some steps (what nature brings, a table of months) is drawn at its
    largest, and reached where each step has what is asked of it.
    """
    notes: list[tuple[str, str]] = []
    lines: list[Any] = []
    for place, goal in enumerate(required):
        colour = _GOAL_COLOURS[place % len(_GOAL_COLOURS)]
        asked = np.isfinite(goal.flow_m3s) & (goal.flow_m3s > 0.0) & np.isfinite(flow_m3s)
        if not asked.any():
            continue
        least, most = float(goal.flow_m3s[asked].min()), float(goal.flow_m3s[asked].max())
        varies = most > 1.001 * least
        label = say("largest_asked", language, name=goal.name) if varies else goal.name
        style = {"color": colour, "linewidth": 1.0, "linestyle": (0, (5, 2)), "zorder": 2}
        lines.append(ax.axhline(most, label=label, **style))
        reached = asked & (flow_m3s >= goal.flow_m3s * (1.0 - 1e-6))
        share = whole_percent(100.0 * float(step_s[reached].sum() / step_s[asked].sum()))
        words = {"name": goal.name, "value": short(most), "share": share}
        notes.append((say("met_varying" if varies else "met", language, **words), colour))
    return notes, lines


def _draw_safe(ax: Axes, dataset: xr.Dataset, reach: str, language: Language) -> list[Any]:
    place = position(dataset, "reach", reach)
    safe = float(item_numbers(dataset, "reach", "reach_safe_discharge_m3s")[place])
    peak = float(np.nanmax(column(dataset, "discharge", reach), initial=0.0))
    if not np.isfinite(safe) or safe > 2.5 * peak:
        return []
    line = ax.axhline(
        safe, color=LIMIT, linewidth=1.0, zorder=2, label=capital(say("safe_discharge", language))
    )
    return [line]


def _requirements(
    dataset: xr.Dataset, reach: str, goals: Mapping[str, float], language: Language
) -> list[_Goal]:
    found: list[_Goal] = []
    if has(dataset, "demand"):
        kinds = item_texts(dataset, "claim", "claim_kind")
        nodes = item_texts(dataset, "claim", "claim_node")
        for place, (kind, node) in enumerate(zip(kinds, nodes, strict=True)):
            if kind in REQUIRED_FLOWS and node == reach:
                wanted = dataset.variables["demand"].isel(claim=place)
                values = np.asarray(wanted.values, dtype=np.float64)
                found.append(_Goal(capital(REQUIRED_FLOWS[kind].in_language(language)), values))
    size = dataset.sizes["time"]
    found += [_Goal(name, np.full(size, float(value))) for name, value in goals.items()]
    return found


def _lowest(flow_m3s: Floats, required: list[_Goal]) -> float:
    """Return the smallest flow that the axis shows [m3/s]: a power of ten."""
    peak = float(np.nanmax(flow_m3s, initial=0.0))
    goals = [float(np.nanmax(goal.flow_m3s, initial=0.0)) for goal in required]
    least = min((goal / 2.0 for goal in goals if goal > 0.0), default=np.inf)
    there = flow_m3s[np.isfinite(flow_m3s)]
    usual = 0.8 * float(np.quantile(there, 0.01)) if there.size else 0.0
    least = min(least, max(peak / 300.0, usual)) if peak > 0.0 else min(least, 1.0)
    return float(10.0 ** np.floor(np.log10(max(least, peak * 1e-6, 1e-4))))


def _spread(count: int) -> NDArray[np.int64]:
    """Return places that draw a curve of ``count`` points, closer together at both ends."""
    if count <= _POINTS:
        return np.arange(count)
    even = np.linspace(0, count - 1, _POINTS)
    ends = np.geomspace(1, count, _POINTS // 4) - 1
    return np.unique(np.concatenate([even, ends, count - 1 - ends]).astype(np.int64))
