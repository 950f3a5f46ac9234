"""Flood regulation of a store: flows, outlets and rule in force; level with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import Language, _
from hydrosim.plot.axes import flood_axis
from hydrosim.plot.flood_marks import (
    flood_title,
    flow_text,
    heading,
    level_lines,
    moment_text,
    reduction_text,
    retained_text,
    with_kind_of_crest,
    within,
)
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import band
from hydrosim.plot.style import (
    INK,
    LIMIT,
    WATER,
    add_labels,
    few_ticks,
)
from hydrosim.plot.text import capital, say, title_of, with_unit
from hydrosim.reading.flood import events_drawn, hydrograph, levels_of, peak, stores
from hydrosim.reading.items import RESULTS, attributes, has, item_texts, items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["design_pages", "draw_flows", "draw_level", "heading_of_flood", "pages"]

_PER_PAGE = 4
_TITLE = 8.8
_STRIP = (0.945, 1.0)
_HEADROOM = 1.16
# Tol's (2021) muted scheme, safe for colour-blind readers; every piece is named in the legend.
_RULE_COLOURS = {
    "hold": "#88CCEE",
    "at_limit": "#44AA99",
    "band_cap": "#DDCC77",
    "band_edge": "#999933",
    "fully_open": "#CC6677",
    "dam_safety": "#882255",
    "overtopped": "#000000",
    "pre_release": "#117733",
    "compensation": "#332288",
    "no_artificial_peak": "#AA4499",
    "wish": "#EE8866",
    "ramp_up": "#BBBBBB",
    "ramp_down": "#777777",
    "no_gate": "#E8E8E8",
}
_OUTLET_TINTS = ("#CCDDEE", "#EEEEBB", "#DDCCDD", "#CCDDAA", "#F4E4D6", "#DDDDDD")


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages a flood with each store that it reaches."""
    if not has(dataset, "storage"):
        return []
    return [page for event in events_drawn(dataset) for page in _of_flood(dataset, event, language)]


def design_pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row for each store and design flood that decides on its levels.

    Raises
    ------
    DataError
        If a result holds no such floods.
    """
    decides: dict[str, list[str]] = attributes(dataset, "decides") or {}
    if not decides:
        expected = _("design floods of return periods that a standard requires of a store")
        raise DataError(RESULTS, found=_("no design floods with hydrographs"), expected=expected)

    def draw_row(row: list[Axes], pair: tuple[str, str]) -> list[Any]:
        event, store = pair
        place, flood = title_of(dataset, store, language), flood_title(dataset, event, language)
        # A flood of the store's own site has its name already.
        title = flood if place in flood else say("of_which", language, first=place, second=flood)
        handles = _draw_row(row, dataset, event, store, language)
        row[0].annotate(
            title, (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 19.0),
            textcoords="offset points", fontsize=_TITLE, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        return handles

    pairs = [(event, store) for event, names in decides.items() for store in names]
    return pages_of_rows(
        sorted(pairs, key=lambda pair: pair[1]),
        draw_row,
        per_page=3,
        row_in=1.95,
        share=False,
        title=say("title_design_stores", language),
        subtitle=say("sub_design_stores", language),
        top_in=0.42,
        left_in=0.7,
        right_in=1.26,
        between_in=0.62,
        gap_in=0.95,
    )


def _of_flood(dataset: xr.Dataset, event: str, language: Language) -> list[Figure]:
    """Return pages of one flood: flows to the left, level to the right."""

    def draw_row(row: list[Axes], store: str) -> list[Any]:
        handles = _draw_row(row, dataset, event, store, language)
        peaks = row[0].get_title(loc="right") or ""
        row[0].set_title("", loc="right")
        heading(row[0], title_of(dataset, store, language), peaks)
        return handles

    return pages_of_rows(
        [name for name in stores(dataset) if peak(dataset, "peak_inflow", event, name) > 0.0],
        draw_row,
        per_page=_PER_PAGE,
        row_in=1.95,
        title=say("title_flood_stores", language, event=flood_title(dataset, event, language)),
        subtitle=say("sub_flood_stores", language),
        left_in=0.7,
        right_in=1.26,
        between_in=0.62,
        gap_in=0.34,
    )


def _draw_row(
    row: list[Axes], dataset: xr.Dataset, event: str, store: str, language: Language
) -> list[Any]:
    """Draw flows to the left and level to the right, each with a note at the right above it."""
    left, right = row
    handles = draw_flows(left, dataset, store, event, language)
    handles += draw_level(right, dataset, store, event, language, labelled=True)
    inflow, outflow, level, hour = (
        peak(dataset, key, event, store)
        for key in ("peak_inflow", "peak_outflow", "peak_level", "time_of_peak_level")
    )
    flows = {"inflow": flow_text(inflow), "outflow": flow_text(outflow)}
    cut = reduction_text(dataset, event, store, language)
    kept = retained_text(dataset, event, store, language)
    when = moment_text(dataset, event, hour, language)
    highest = say("highest_level", language, level=level, when=when)
    heading(left, "", _both(say("flow_peaks", language, **flows), cut, language))
    heading(right, "", _both(highest, kept, language))
    return handles


def _both(first: str, second: str, language: Language) -> str:
    return say("two_notes", language, first=first, second=second) if second else first


def heading_of_flood(dataset: xr.Dataset, store: str, event: str, language: Language) -> str:
    """Return the title of a picture of its own: store and flood."""
    return f"{title_of(dataset, store, language)}, {flood_title(dataset, event, language)}"


def draw_flows(
    ax: Axes, dataset: xr.Dataset, store: str, event: str, language: Language
) -> list[Any]:
    """Draw inflow and outflow of a store in a flood, its outlets, and the rule in force."""
    time, inflow = hydrograph(dataset, "inflow", event, store)
    outflow = hydrograph(dataset, "outflow", event, store)[1]
    handles: list[Any] = []
    for values, key, look in (
        (inflow, "flood_inflow", {"color": INK, "linewidth": 1.1, "dashes": (4, 1.6)}),
        (outflow, "flood_outflow", {"color": WATER, "linewidth": 1.6}),
    ):
        handles += ax.plot(time, values, label=capital(say(key, language)), zorder=4, **look)
    handles += _draw_outlets(ax, dataset, store, event, language)
    most = max(float(np.nanmax(inflow)), float(np.nanmax(outflow)), 1e-9)
    ax.set_ylim(0.0, _HEADROOM * most)
    few_ticks(ax)
    handles += _draw_rules(ax, dataset, store, event, language)
    add_labels(ax, y=with_unit(capital(say("flood_flow", language)), "m³/s"))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles


def _draw_outlets(
    ax: Axes, dataset: xr.Dataset, store: str, event: str, language: Language
) -> list[Any]:
    """Fill what each of several outlets passes, one above the other."""
    own = [
        name
        for name, node in zip(
            items(dataset, "outlet"), item_texts(dataset, "outlet", "outlet_node"), strict=True
        )
        if node == store
    ]
    if len(own) < 2:
        return []
    handles: list[Any] = []
    below = np.zeros(1)
    for place, name in enumerate(own):
        time, flow = hydrograph(dataset, "outlet_flow", event, name)
        label = say("outlet_of", language, name=name.partition(".")[2].replace("_", " "))
        tint = _OUTLET_TINTS[place % len(_OUTLET_TINTS)]
        above = below + np.nan_to_num(flow)
        handles.append(band(ax, time, below, above, tint, label=capital(label), zorder=1))
        below = above
    return handles


def _draw_rules(
    ax: Axes, dataset: xr.Dataset, store: str, event: str, language: Language
) -> list[Any]:
    """Draw a strip with the rule that set the release in each step."""
    from matplotlib.patches import Patch, Rectangle

    if not has(dataset, "operation"):
        return []
    time, codes = hydrograph(dataset, "operation", event, store)
    rules: dict[str, str] = attributes(dataset, "rules") or {}
    found: dict[str, Any] = {}
    # The value at a point is the rule of the step that ends there.
    steps = codes[1:]
    edges = np.flatnonzero(np.append(True, steps[1:] != steps[:-1]))
    for first, last in zip(edges, [*edges[1:], steps.size], strict=True):
        if not np.isfinite(steps[first]):
            continue
        rule = rules.get(str(int(steps[first])), str(int(steps[first])))
        colour = _RULE_COLOURS.get(rule, "#FFFFFF")
        ax.add_patch(
            Rectangle(
                (time[first], _STRIP[0]),
                time[last] - time[first],
                _STRIP[1] - _STRIP[0],
                transform=ax.get_xaxis_transform(),
                facecolor=colour,
                edgecolor="none",
                zorder=5,
                gid=f"rule {rule}",
            )
        )
        label = say(f"rule_{rule}", language)
        label = rule if label.startswith("rule ") else label
        found.setdefault(rule, Patch(facecolor=colour, edgecolor="#888888", label=capital(label)))
    return [found[rule] for rule in [*_RULE_COLOURS, *found] if rule in found]


def draw_level(
    ax: Axes,
    dataset: xr.Dataset,
    store: str,
    event: str,
    language: Language,
    *,
    labelled: bool = False,
) -> list[Any]:
    """Draw the level of a store in a flood with its characteristic levels."""
    time, level = hydrograph(dataset, "level", event, store)
    handles: list[Any] = []
    (line,) = ax.plot(
        time, level, color=WATER, linewidth=1.6, label=capital(say("flood_level", language)),
        zorder=4,
    )  # fmt: skip
    handles.append(line)
    known = levels_of(dataset, store)
    marked = {key: value for key, value in known.items() if key != "dead"}
    low = float(np.nanmin(level)) if within(level) else min(known.values(), default=0.0)
    if has(dataset, "limit_level"):
        limit = hydrograph(dataset, "limit_level", event, store)[1]
        # Without a limit of its own a store keeps to its normal level.
        if within(limit) and not np.allclose(limit, known.get("normal", np.nan), atol=1e-6):
            handles += ax.plot(
                time, limit, color=LIMIT, linewidth=1.2, zorder=3.5,
                label=capital(say("limit_level", language)),
            )  # fmt: skip
            marked["limit"] = float(limit[np.isfinite(limit)][-1])
            low = min(low, float(np.nanmin(limit)))
    high = max([*marked.values(), float(np.nanmax(level)) if within(level) else low])
    room = max(high - low, 0.5)
    ax.set_ylim(low - 0.08 * room, high + 0.08 * room)
    few_ticks(ax, 5)
    marked = with_kind_of_crest(dataset, store, marked)
    handles += level_lines(ax, marked, language, labelled=labelled)
    top = int(np.nanargmax(level)) if within(level) else 0
    ax.plot([time[top]], [level[top]], "o", color=WATER, markersize=4, zorder=5)
    add_labels(ax, y=with_unit(capital(say("flood_level", language)), "m"))
    flood_axis(ax, dataset, event, float(time[-1]), language)
    return handles
