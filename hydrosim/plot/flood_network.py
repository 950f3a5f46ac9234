"""The flood network as a schematic: peak over capacity at each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import Language, _, short
from hydrosim.plot.flood_marks import flood_title, flow_text, reduction_text, retained_text
from hydrosim.plot.layout import Layout, layered
from hydrosim.plot.network import curve
from hydrosim.plot.style import INK, PAGE_WIDTH_IN, add_legend, page, whole_figure
from hydrosim.plot.text import capital, label_lines, say, text_width, title_of, volume_scale
from hydrosim.reading.flood import bound_of, events_drawn, hydrograph, of_item, peak, stores
from hydrosim.reading.items import RESULTS, attributes, has, items, nodes_of
from hydrosim.standards.flood_works import FULL

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages", "sheet", "state_of"]

_FONT = 7.0
_LAYER_IN = 0.72
_LABEL_IN = 1.15
_BEFORE_IN = 0.16
_NEAR = 0.8
_MARKS = {
    "dam": ("^", 120),
    "lake": ("o", 130),
    "reach": ("d", 75),
    "gauge": ("s", 55),
    "end": ("X", 75),
    "catchment": ("v", 50),
    "junction": ("o", 22),
    "detention": ("8", 90),
}
# Okabe and Ito (2008); the numbers beside each place tell the same.
_STATES = {
    "state_free": "#56B4E9",
    "state_near": "#E69F00",
    "state_over": "#D55E00",
    "state_unknown": "#BBBBBB",
}


class _Item(NamedTuple):
    """A place of the schematic with what is written beside it."""

    name: str
    kind: str
    symbol: str
    state: str
    lines: list[str]

    @property
    def offset_in(self) -> float:
        """Distance from its middle to its label."""
        return (0.5 * _MARKS.get(self.symbol, ("o", 50))[1] ** 0.5 + 2.5) / 72.0

    @property
    def room_in(self) -> float:
        """Room that mark and label take to the right of its middle."""
        return self.offset_in + max(map(text_width, self.lines)) * _FONT / 72.0 + 0.06


def state_of(load: float) -> str:
    """Return the state of a place by its peak over its capacity; nan where none is known."""
    if np.isnan(load):
        return "state_unknown"
    return "state_free" if load <= _NEAR else "state_near" if load <= 1.0 else "state_over"


class _Plan(NamedTuple):
    """What is drawn of a flood and where; the layout in inches."""

    marks: list[_Item]
    ways: list[tuple[str, str, str]]
    layout: Layout


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return a schematic a flood."""
    figures: list[Figure] = []
    for event in events_drawn(dataset):
        plan = _plan(dataset, event, language)
        ax = _sheet(plan.layout, flood_title(dataset, event, language), language)
        figures.append(whole_figure(ax))
        add_legend(_draw(ax, plan, language), figure=figures[-1])
    return figures


def sheet(dataset: xr.Dataset, event: str, language: Language) -> Axes:
    """Return the Axes of a picture of its own, of fitting size."""
    layout = _plan(dataset, event, language).layout
    return _sheet(layout, flood_title(dataset, event, language), language)


def draw(ax: Axes, dataset: xr.Dataset, event: str, language: Language) -> list[Any]:
    """Draw the flood network with peak and capacity of each place, from top to bottom."""
    return _draw(ax, _plan(dataset, event, language), language)


def _plan(dataset: xr.Dataset, event: str, language: Language) -> _Plan:
    network: dict[str, Any] | None = attributes(dataset, "flood_network")
    if not network:
        raise DataError(
            RESULTS,
            found=_("no attribute 'flood_network'"),
            expected=_("a result of the flood engine"),
        )
    marks = _items(dataset, network, event, language)
    ways = _ways(network)
    layout = layered(
        [item.name for item in marks],
        [(start, end) for start, end, _unused in ways],
        before=_BEFORE_IN,
        after={item.name: item.room_in for item in marks},
        bend=0.1,
    )
    return _Plan(marks, ways, layout)


def _ways(network: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (start, end, kind) of all ways."""
    ways = [(str(way["from"]), str(way["to"]), "river") for way in network["links"]]
    for basin in network["basins"]:
        ways.append((str(basin["section"]), str(basin["name"]), "basin"))
        if basin["drain"]:
            ways.append((str(basin["name"]), str(basin["drain"]), "basin"))
    return ways


def _items(
    dataset: xr.Dataset, network: dict[str, Any], event: str, language: Language
) -> list[_Item]:
    nodes = {str(node["name"]): node for node in nodes_of(dataset)}
    held = stores(dataset)
    marks: list[_Item] = []
    for name in items(dataset, "node"):
        if name in held:
            load, text = _store(dataset, event, name)
            more = [reduction_text(dataset, event, name, language),
                    retained_text(dataset, event, name, language)]  # fmt: skip
            text = "\n".join([text, *filter(None, more)])
        else:
            flow = peak(dataset, "peak_outflow", event, name)
            load, text = _channel(flow, of_item(dataset, "safe_discharge", "node", name))
        marks.append(_item(dataset, name, nodes, load, text, language))
    for name in items(dataset, "reach"):
        flow = max(
            peak(dataset, "peak_discharge", event, name),
            peak(dataset, "reach_peak_inflow", event, name),
        )
        load, text = _channel(flow, of_item(dataset, "reach_safe_discharge", "reach", name))
        marks.append(_item(dataset, name, nodes, load, text, language))
    for basin in network["basins"]:
        name = str(basin["name"])
        most = peak(dataset, "basin_peak_storage", event, name)
        capacity = of_item(dataset, "basin_capacity", "basin", name)
        load = most / capacity if most > 0.0 else np.nan
        if most >= capacity * FULL:
            load = np.inf  # a full basin fails, whatever more came
        scale = volume_scale(max(most, capacity), language)
        text = f"{short(most / scale.factor)}/{short(capacity / scale.factor)} {scale.unit}"
        marks.append(_item(dataset, name, nodes, load, text, language))
    return marks


def _store(dataset: xr.Dataset, event: str, name: str) -> tuple[float, str]:
    """Return the part of the height from the limit to the bound that is filled, and a label."""
    level, bound = peak(dataset, "peak_level", event, name), bound_of(dataset, name)
    if not np.isfinite(bound):
        return np.nan, f"{level:.2f} m"
    base = of_item(dataset, "normal_level", "node", name)
    if has(dataset, "limit_level"):
        base = float(np.nanmin(hydrograph(dataset, "limit_level", event, name)[1], initial=np.inf))
    low = min(base, level) if np.isfinite(base) else level
    load = (level - low) / (bound - low) if bound > low else 2.0
    return (0.0 if load <= 0.0 else load), f"{level:.2f}/{bound:.2f} m"


def _channel(flow: float, safe: float) -> tuple[float, str]:
    if np.isfinite(safe):
        return flow / safe, f"{flow_text(flow)}/{flow_text(safe)}"
    return np.nan, flow_text(flow)


def _item(
    dataset: xr.Dataset,
    name: str,
    nodes: dict[str, dict[str, Any]],
    load: float,
    text: str,
    language: Language,
) -> _Item:
    title = title_of(dataset, name, language)
    lines = [*label_lines(title, _LABEL_IN * 72.0 / _FONT, 2), *text.split("\n")]
    node = nodes.get(name, {})
    kind, symbol = str(node.get("type", "")), str(node.get("symbol", ""))
    return _Item(name, kind, symbol, state_of(load), lines)


def _sheet(layout: Layout, title: str, language: Language) -> Axes:
    return page(
        [1.0],
        [layout.layers * _LAYER_IN],
        title=say("title_flood_network", language, event=title),
        subtitle=say("sub_flood_network", language),
        left_in=0.15,
        right_in=0.1,
        top_in=0.1,
        bottom_in=0.05,
        width_in=max(PAGE_WIDTH_IN, layout.length + _BEFORE_IN + 0.3),
    )[1][0][0]


def _draw(ax: Axes, plan: _Plan, language: Language) -> list[Any]:
    marks, ways, layout = plan
    width_in = ax.get_window_extent().width / ax.figure.dpi
    spare = max(0.0, width_in - layout.length - _BEFORE_IN)
    ax.set_xlim(-_BEFORE_IN - spare / 2, layout.length + spare / 2)
    ax.set_ylim(layout.layers - 0.5, -0.5)
    ax.set_axis_off()
    handles = _draw_items(ax, marks, layout, language)
    handles += _draw_ways(ax, ways, layout, language)
    for item in marks:
        ax.annotate(
            "\n".join(item.lines),
            layout.places[item.name],
            xytext=(72.0 * item.offset_in, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_FONT,
            fontweight="bold" if item.state == "state_over" else "normal",
            color=INK,
            linespacing=1.05,
            zorder=5,
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.3},
        )
    return handles


def _draw_items(ax: Axes, marks: list[_Item], layout: Layout, language: Language) -> list[Any]:
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    for kind in dict.fromkeys(item.kind for item in marks):
        some = [item for item in marks if item.kind == kind]
        marker, size = _MARKS.get(some[0].symbol, ("o", 50))
        ax.scatter(
            [layout.places[item.name][0] for item in some],
            [layout.places[item.name][1] for item in some],
            marker=marker,
            s=size,
            c=[_STATES[item.state] for item in some],
            edgecolors="#444444",
            linewidths=[1.8 if item.state == "state_over" else 0.6 for item in some],
            zorder=4,
        )
        handles.append(
            Line2D(
                [], [], linestyle="none", marker=marker, markersize=0.75 * size**0.5,
                markerfacecolor="white", markeredgecolor="#444444",
                label=capital(say(kind or "other", language)),
            )
        )  # fmt: skip
    for state, colour in _STATES.items():
        if any(item.state == state for item in marks):
            handles.append(
                Line2D(
                    [], [], linestyle="none", marker="s", markersize=7, markerfacecolor=colour,
                    markeredgecolor="#444444", label=capital(say(state, language)),
                    markeredgewidth=1.8 if state == "state_over" else 0.6,
                )
            )  # fmt: skip
    return handles


def _draw_ways(
    ax: Axes, ways: list[tuple[str, str, str]], layout: Layout, language: Language
) -> list[Any]:
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D
    from matplotlib.path import Path

    handles: list[Any] = []
    for kind, colour, width, dashes, label in (
        ("river", "#5B9BC8", 1.8, (), "way_in_flood"),
        ("basin", "#888888", 1.1, (3.0, 1.5), "way_of_basin"),
    ):
        routes = [
            (layout.routes[place], place in layout.backward)
            for place, (_unused, _unused, own) in enumerate(ways)
            if own == kind and layout.routes[place]
        ]
        if not routes:
            continue
        style: Any = (0, dashes) if dashes else "solid"
        ax.add_collection(
            PathCollection(
                [Path(*curve(route, Path)) for route, _unused in routes],
                facecolors="none",
                edgecolors=colour,
                linewidths=width,
                linestyles=[style],
                zorder=2,
            ),
            autolim=False,
        )
        for up, marker, offset in ((False, "v", -0.2), (True, "^", 0.2)):
            ends = [route[-1] for route, against in routes if against == up]
            ax.scatter(
                [x for x, _unused in ends], [y + offset for _unused, y in ends],
                marker=marker, s=20, color=colour, linewidths=0, zorder=3,
            )  # fmt: skip
        handles.append(
            Line2D(
                [], [], color=colour, linewidth=width, linestyle=style,
                label=capital(say(label, language)),
            )
        )  # fmt: skip
    return handles
