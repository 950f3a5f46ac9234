"""The network as a schematic: water runs from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.plot.data import attribute, titled
from hydrosim.plot.layout import Layout, layered
from hydrosim.plot.style import INK, PAGE_WIDTH_IN, add_legend, drawing, page
from hydrosim.plot.text import Language, capital, say, text_width, wrapped

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["pages", "plot_network"]

_FONT = 6.8
_ROW_IN = 0.46
_LEAST_COLUMN_IN = 0.92
_LABEL_LINES = 2


class _Look(NamedTuple):
    marker: str
    size: float
    face: str
    edge: str = "white"


# Shape tells the type where colour fails.
_NODES: dict[str, _Look] = {
    "inflow": _Look(">", 42, "#56B4E9"),
    "import": _Look("D", 58, "#E69F00"),
    "reservoir": _Look("^", 110, "#0072B2"),
    "regulating_reservoir": _Look("^", 100, "#FFFFFF", "#0072B2"),
    "lake": _Look("o", 120, "#56B4E9", "#0072B2"),
    "aquifer": _Look("h", 105, "#D55E00"),
    "spring": _Look("*", 110, "#0072B2"),
    "junction": _Look("o", 20, "#444444"),
    "reach": _Look("d", 40, "#0072B2"),
    "control_section": _Look("|", 110, "#D55E00", "#D55E00"),
    "treatment_plant": _Look("p", 80, "#999999"),
    "reclaimed_plant": _Look("p", 80, "#009E73"),
    "demand": _Look("s", 68, "#332288"),
    "irrigation_district": _Look("s", 68, "#DDCC77", "#777733"),
    "recharge_basin": _Look("v", 75, "#CC79A7"),
    "detention_basin": _Look("8", 85, "#FFFFFF", "#555555"),
    "outlet": _Look("X", 65, "#777777"),
}
_OTHER = _Look("o", 50, "#999999")
# colour, width, dashes; rivers are the default
_LINKS: dict[str, tuple[str, float, tuple[float, ...]]] = {
    "river": ("#5B9BC8", 1.7, ()),
    "link": ("#5B9BC8", 1.3, ()),
    "canal": ("#C78A00", 1.1, ()),
    "pipe": ("#777777", 1.1, ()),
    "pump": ("#B3541E", 1.1, (3.5, 1.5)),
    "tunnel": ("#444444", 1.3, (1.5, 1.2)),
    "recharge": ("#B07AA1", 1.0, (1.0, 1.5)),
}


def plot_network(dataset: xr.Dataset, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw nodes and links of the model; the place has no scale.

    Parameters
    ----------
    dataset
        A result whose attribute ``network`` holds nodes and links as JSON.
    ax
        Where to draw; a new figure of fitting size without it.
    language
        "en" or "zh".

    Raises
    ------
    DataError
        If the result does not describe its network.
    """
    with drawing(language) as spoken:
        nodes, links, layout = _read(dataset)
        own = ax is None
        if ax is None:
            ax = _sheet(layout, spoken)
        handles = _draw(ax, nodes, links, layout, spoken)
        add_legend(handles, figure=ax.get_figure(root=True) if own else None, ax=ax)
        return ax


def pages(dataset: xr.Dataset, language: str = "en") -> list[Figure]:
    """Return one page with the schematic, as high and wide as the network needs."""
    figure = plot_network(dataset, language=language).get_figure(root=True)
    assert figure is not None
    return [figure]


def _read(dataset: xr.Dataset) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Layout]:
    network = attribute(dataset, "network")
    if not isinstance(network, dict) or not network.get("nodes"):
        raise DataError(
            "results", found="no attribute 'network'", expected="a result that holds its network"
        )
    nodes: list[dict[str, Any]] = network["nodes"]
    links: list[dict[str, Any]] = network.get("links", [])
    layout = layered(
        [str(node["name"]) for node in nodes],
        [(str(link.get("from", "")), str(link.get("to", ""))) for link in links],
    )
    return nodes, links, layout


def _sheet(layout: Layout, language: Language) -> Axes:
    width_in = max(PAGE_WIDTH_IN, 0.3 + layout.columns * _LEAST_COLUMN_IN)
    return page(
        [1.0],
        [(layout.rows + 1.25) * _ROW_IN],
        title=say("title_network", language),
        subtitle=say("flow_direction", language),
        left_in=0.1,
        right_in=0.1,
        top_in=0.15,
        bottom_in=0.1,
        width_in=width_in,
    )[1][0][0]


def _draw(
    ax: Axes,
    nodes: list[dict[str, Any]],
    links: list[dict[str, Any]],
    layout: Layout,
    language: Language,
) -> list[Any]:
    ax.set_xlim(-0.5, layout.columns - 0.5)
    ax.set_ylim(layout.rows + 0.85, -0.4)
    ax.set_axis_off()
    handles = _draw_nodes(ax, nodes, layout, language)
    handles += _draw_links(ax, links, layout, language)
    column_in = ax.get_window_extent().width / ax.figure.dpi / layout.columns
    room = (column_in - 0.1) * 72.0 / _FONT
    sizes = {str(node["name"]): _look(node).size for node in nodes}
    for node in nodes:
        name = str(node["name"])
        x, y = layout.places[name]
        lines = wrapped(titled(node.get("title"), name, language), room, _LABEL_LINES)
        lines = _even(lines, room)
        ax.annotate(
            "\n".join(lines), (x, y), xytext=(0, -0.5 * sizes[name] ** 0.5 - 1.5),
            textcoords="offset points", ha="center", va="top", fontsize=_FONT, color=INK,
            linespacing=1.02, zorder=5,
            bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip
    return handles


def _even(lines: list[str], room: float) -> list[str]:
    """Break a label of two lines where both are about as long."""
    if len(lines) != 2 or lines[1].endswith("…"):
        return lines
    whole = "".join(lines) if text_width(lines[0][-1:]) > 1.0 else " ".join(lines)
    half = text_width(whole) / 2.0
    tries = [wrapped(whole, min(room, half * grow), 2) for grow in (1.02, 1.12, 1.25, 1.4, 1.6)]
    return next((some for some in tries if not some[-1].endswith("…")), lines)


def _look(node: dict[str, Any]) -> _Look:
    return _NODES.get(str(node.get("type", "")), _OTHER)


def _draw_nodes(
    ax: Axes, nodes: list[dict[str, Any]], layout: Layout, language: Language
) -> list[Any]:
    groups: dict[str, list[str]] = {}
    for node in nodes:
        groups.setdefault(str(node.get("type", "")), []).append(str(node["name"]))
    handles: list[Any] = []
    for kind in [*(k for k in _NODES if k in groups), *(k for k in groups if k not in _NODES)]:
        look = _NODES.get(kind, _OTHER)
        points = [layout.places[name] for name in groups[kind]]
        open_marker = look.marker == "|"
        handles.append(
            ax.scatter(
                [x for x, _ in points], [y for _, y in points], marker=look.marker, s=look.size,
                facecolor=look.face, edgecolor=None if open_marker else look.edge,
                linewidths=2.0 if open_marker else 0.9, zorder=4,
                label=capital(say(kind or "other", language)),
            )  # fmt: skip
        )
    return handles


def _draw_links(
    ax: Axes, links: list[dict[str, Any]], layout: Layout, language: Language
) -> list[Any]:
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D
    from matplotlib.path import Path

    groups: dict[str, list[int]] = {}
    for place, link in enumerate(links):
        if layout.routes[place]:
            groups.setdefault(str(link.get("type", "") or "link"), []).append(place)
    handles: list[Any] = []
    for kind in sorted(groups):
        colour, width, dashes = _LINKS.get(kind, _LINKS["link"])
        style: Any = (0, dashes) if dashes else "solid"
        paths = [Path(*_curve(layout.routes[place], Path)) for place in groups[kind]]
        ax.add_collection(
            PathCollection(
                paths, facecolors="none", edgecolors=colour, linewidths=width, linestyles=[style],
                zorder=2,
            ),
            autolim=False,
        )  # fmt: skip
        forward = [layout.routes[p][-1] for p in groups[kind] if p not in layout.backward]
        against = [layout.routes[p][-1] for p in groups[kind] if p in layout.backward]
        for points, marker, offset in ((forward, ">", -0.115), (against, "<", 0.115)):
            ax.scatter(
                [x + offset for x, _ in points], [y for _, y in points], marker=marker, s=13,
                color=colour, linewidths=0, zorder=3,
            )  # fmt: skip
        handles.append(
            Line2D(
                [], [], color=colour, linewidth=width, linestyle=style,
                label=capital(say(kind, language)),
            )  # fmt: skip
        )
    return handles


def _curve(points: list[tuple[float, float]], path: Any) -> tuple[list[tuple[float, float]], Any]:
    """Return a smooth way through points that leaves and reaches each of them level."""
    vertices = [points[0]]
    codes = [path.MOVETO]
    for (x0, y0), (x1, y1) in zip(points[:-1], points[1:], strict=True):
        reach = 0.5 * (x1 - x0)
        vertices += [(x0 + reach, y0), (x1 - reach, y1), (x1, y1)]
        codes += [path.CURVE4] * 3
    return vertices, codes
