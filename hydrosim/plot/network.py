"""The network as a schematic: water runs from left to right."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.locale import Language, _
from hydrosim.plot.layout import Layout, layered
from hydrosim.plot.style import INK, PAGE_WIDTH_IN, add_legend, page, whole_figure
from hydrosim.plot.text import capital, say, text_width, title_of, wrapped
from hydrosim.reading.items import RESULTS, attributes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BEFORE_IN",
    "LAYER_IN",
    "QUIET_WAYS",
    "Plan",
    "curve",
    "draw",
    "draw_nodes",
    "label_of",
    "line_of",
    "link_name",
    "look_of",
    "pages",
    "plan_of",
    "sheet",
    "ways_of",
]

_FONT = 7.0
LAYER_IN = 0.62
_LABEL_IN = 0.82
_LABEL_LINES = 3
BEFORE_IN = 0.14
_BEND_IN = 0.07
_UPRIGHT = 0.3
"""Share of the way between two layers that a link runs upright at either end: half a label."""


class Look(NamedTuple):
    """Marker of matplotlib, its area [point^2], colours of face and edge."""

    marker: str
    size: float
    face: str
    edge: str = "white"


# Shape tells what a place is where colour fails; the types of nodes name their symbol.
_NODES: dict[str, Look] = {
    "catchment": Look("v", 48, "#56B4E9"),
    "import": Look("D", 58, "#E69F00"),
    "dam": Look("^", 110, "#0072B2"),
    "pond": Look("^", 100, "#FFFFFF", "#0072B2"),
    "lake": Look("o", 120, "#56B4E9", "#0072B2"),
    "aquifer": Look("h", 105, "#D55E00"),
    "spring": Look("*", 110, "#0072B2"),
    "junction": Look("o", 20, "#444444"),
    "reach": Look("d", 40, "#0072B2"),
    "gauge": Look("_", 110, "#D55E00", "#D55E00"),
    "works": Look("p", 80, "#999999"),
    "reuse": Look("p", 80, "#009E73"),
    "user": Look("s", 68, "#332288"),
    "field": Look("s", 68, "#DDCC77", "#777733"),
    "recharge": Look("P", 75, "#CC79A7"),
    "detention": Look("8", 85, "#FFFFFF", "#555555"),
    "end": Look("X", 65, "#777777"),
    "source": Look("D", 42, "#999999"),
}
_OTHER = Look("o", 50, "#999999")
# colour, width, dashes; rivers are the default
_LINKS: dict[str, tuple[str, float, tuple[float, ...]]] = {
    "river": ("#5B9BC8", 1.7, ()),
    "link": ("#5B9BC8", 1.3, ()),
    "canal": ("#C78A00", 1.1, ()),
    "pipe": ("#777777", 1.1, ()),
    "pump": ("#B3541E", 1.1, (3.5, 1.5)),
    "tunnel": ("#444444", 1.3, (1.5, 1.2)),
    # Ways that a node opens itself are quiet: they say where water goes on, not where it is led.
    "passes_to": ("#9CC3DE", 1.0, (4.0, 1.5)),
    "discharge": ("#86BFA6", 1.0, (4.0, 1.5)),
    "return": ("#AAAAAA", 0.9, (2.5, 1.5)),
    "recharge": ("#C9A0BC", 0.9, (1.0, 1.5)),
}
QUIET_WAYS = ("passes_to", "discharge", "return", "recharge")
_TWIN_IN = 0.05


class Plan(NamedTuple):
    """What is drawn and where; layout and labels in inches."""

    nodes: list[dict[str, Any]]
    links: list[dict[str, Any]]
    layout: Layout
    labels: dict[str, list[str]]


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return one page with the schematic, as high and wide as the network needs."""
    plan = plan_of(dataset, language)
    ax = _sheet(plan.layout, language)
    figure = whole_figure(ax)
    add_legend(_draw(ax, plan, language), figure=figure)
    return [figure]


def sheet(dataset: xr.Dataset, language: Language) -> Axes:
    """Return the Axes of a picture of its own, of fitting size."""
    return _sheet(plan_of(dataset, language).layout, language)


def draw(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw nodes and links of the model from top to bottom; distances mean nothing."""
    return _draw(ax, plan_of(dataset, language), language)


def plan_of(dataset: xr.Dataset, language: Language) -> Plan:
    """Return what a network holds, where it is drawn, and its labels."""
    network: dict[str, Any] = attributes(dataset, "network") or {}
    nodes: list[dict[str, Any]] = network.get("nodes", [])
    links: list[dict[str, Any]] = network.get("links", [])
    if not nodes:
        raise DataError(
            RESULTS,
            found=_("no attribute 'network'"),
            expected=_("a result that holds its network"),
        )
    labels = {
        str(node["name"]): label_of(title_of(dataset, str(node["name"]), language))
        for node in nodes
    }
    after = {
        name: _offset_in(node) + max(map(text_width, labels[name])) * _FONT / 72.0 + 0.05
        for name, node in ((str(node["name"]), node) for node in nodes)
    }
    layout = layered(
        list(labels),
        [(str(link.get("from", "")), str(link.get("to", ""))) for link in links],
        before=BEFORE_IN,
        after=after,
        bend=_BEND_IN,
    )
    return Plan(nodes, links, layout, labels)


def label_of(title: str) -> list[str]:
    """Return a title in few lines, broken where they are about as long."""
    room = _LABEL_IN * 72.0 / _FONT
    lines = wrapped(title, room, _LABEL_LINES)
    for share in (1.0, 1.15, 1.3, 1.5):
        narrow = min(room, share * text_width(title) / len(lines))
        tried = wrapped(title, narrow, len(lines))
        if not any(line.endswith("…") for line in tried):
            return tried
    return lines


def _offset_in(node: dict[str, Any]) -> float:
    """Return the distance from the middle of a node to its label [inch]."""
    return (0.5 * look_of(node).size ** 0.5 + 2.0) / 72.0


def _sheet(layout: Layout, language: Language) -> Axes:
    return page(
        [1.0],
        [layout.layers * LAYER_IN],
        title=say("title_network", language),
        subtitle=say("flow_direction", language),
        left_in=0.15,
        right_in=0.1,
        top_in=0.1,
        bottom_in=0.05,
        width_in=max(PAGE_WIDTH_IN, layout.length + BEFORE_IN + 0.3),
    )[1][0][0]


def _draw(ax: Axes, plan: Plan, language: Language) -> list[Any]:
    width_in = ax.get_window_extent().width / ax.figure.dpi
    spare = max(0.0, width_in - plan.layout.length - BEFORE_IN)
    ax.set_xlim(-BEFORE_IN - spare / 2, plan.layout.length + spare / 2)
    ax.set_ylim(plan.layout.layers - 0.5, -0.5)
    ax.set_axis_off()
    handles = draw_nodes(ax, plan.nodes, plan.layout, language)
    handles += _draw_links(ax, plan.links, plan.layout, language)
    for node in plan.nodes:
        name = str(node["name"])
        ax.annotate(
            "\n".join(plan.labels[name]),
            plan.layout.places[name],
            xytext=(72.0 * _offset_in(node), 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_FONT,
            color=INK,
            linespacing=1.02,
            zorder=5,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.3},
        )
    return handles


def look_of(node: dict[str, Any]) -> Look:
    """Return marker, size and colours of a node."""
    return _NODES.get(str(node.get("symbol", "")), _OTHER)


def line_of(symbol: str) -> tuple[str, float, tuple[float, ...]]:
    """Return colour, width and dashes [point] of a link by its symbol."""
    return _LINKS.get(symbol, _LINKS["link"])


def draw_nodes(
    ax: Axes, nodes: list[dict[str, Any]], layout: Layout, language: Language
) -> list[Any]:
    """Draw the symbols of nodes at their places, and return what a legend tells of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for node in nodes:
        key = str(node.get("symbol", "")), str(node.get("type", ""))
        groups.setdefault(key, []).append(str(node["name"]))
    handles: list[Any] = []
    order = [*_NODES, *(symbol for symbol, _unused in groups if symbol not in _NODES)]
    for (symbol, kind), some in sorted(groups.items(), key=lambda group: order.index(group[0][0])):
        look = _NODES.get(symbol, _OTHER)
        points = [layout.places[name] for name in some]
        open_marker = look.marker == "_"
        handles.append(
            ax.scatter(
                [x for x, _unused in points],
                [y for _unused, y in points],
                marker=look.marker,
                s=look.size,
                facecolor=look.face,
                edgecolor=None if open_marker else look.edge,
                linewidths=2.0 if open_marker else 0.9,
                zorder=4,
                label=capital(say(kind or "other", language)),
            )
        )
    return handles


def _draw_links(
    ax: Axes, links: list[dict[str, Any]], layout: Layout, language: Language
) -> list[Any]:
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D
    from matplotlib.path import Path

    groups: dict[str, list[int]] = {}
    symbols: dict[str, str] = {}
    for place, link in enumerate(links):
        if layout.routes[place]:
            kind = str(link.get("type", "") or "link")
            groups.setdefault(kind, []).append(place)
            symbols.setdefault(kind, str(link.get("symbol", "")))
    handles: list[Any] = []
    ways = ways_of(links, layout)
    for kind in sorted(groups, key=lambda kind: (kind in QUIET_WAYS, kind)):
        colour, width, dashes = line_of(symbols[kind])
        style: Any = (0, dashes) if dashes else "solid"
        paths = [Path(*curve(ways[place], Path)) for place in groups[kind]]
        ax.add_collection(
            PathCollection(
                paths,
                facecolors="none",
                edgecolors=colour,
                linewidths=width,
                linestyles=[style],
                zorder=1.5 if kind in QUIET_WAYS else 2,
                gid="links",
            ),
            autolim=False,
        )
        forward = [ways[p][-1] for p in groups[kind] if p not in layout.backward]
        against = [ways[p][-1] for p in groups[kind] if p in layout.backward]
        for points, marker, offset in ((forward, "v", -0.16), (against, "^", 0.16)):
            ax.scatter(
                [x for x, _unused in points],
                [y + offset for _unused, y in points],
                marker=marker,
                s=13,
                color=colour,
                linewidths=0,
                zorder=3,
            )
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                linewidth=width,
                linestyle=style,
                label=capital(link_name(kind, language)),
            )
        )
    return handles


def link_name(kind: str, language: Language) -> str:
    """Return what readers call a type of link."""
    name = say(f"link_{kind}", language)
    return say(kind, language) if name.startswith("link ") else name


def ways_of(links: list[dict[str, Any]], layout: Layout) -> list[list[tuple[float, float]]]:
    """Return the routes; of two links that run between the same nodes each keeps to its side."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for place, link in enumerate(links):
        first, second = sorted((str(link.get("from", "")), str(link.get("to", ""))))
        pairs.setdefault((first, second), []).append(place)
    ways = list(layout.routes)
    for places in pairs.values():
        for turn, place in enumerate(places if len(places) > 1 else ()):
            shift = _TWIN_IN * (2 * turn - len(places) + 1)
            ways[place] = [(x + shift, y) for x, y in layout.routes[place]]
    return ways


def curve(points: list[tuple[float, float]], path: Any) -> tuple[list[tuple[float, float]], Any]:
    """Return a smooth way through points that stays upright beside the labels of their layers."""
    vertices = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        upright = _UPRIGHT * (y1 - y0)
        middle = 0.5 * (y0 + y1)
        vertices += [(x0, y0), (x0, y0 + upright), (x0, y0 + upright)]
        vertices += [(x0, middle), (x1, middle), (x1, y1 - upright)]
        vertices += [(x1, y1 - upright), (x1, y1), (x1, y1)]
    return vertices, [path.MOVETO] + [path.CURVE4] * (len(vertices) - 1)
