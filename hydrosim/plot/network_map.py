"""The network on a map: nodes where they are, links along their courses."""

from __future__ import annotations

from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.locale import _, in_language, listed
from hydrosim.plot import network
from hydrosim.plot.geography import (
    KM_OF_DEGREE,
    Box,
    Sheet,
    between_neighbours,
    labels_apart,
    scale_bar_km,
    sheet_of,
)
from hydrosim.plot.layout import Layout
from hydrosim.plot.network import draw_nodes, label_of, line_of, link_name
from hydrosim.plot.style import INK, PAGE_WIDTH_IN, QUIET, add_legend, page, whole_figure
from hydrosim.plot.text import capital, say, text_width, title_of, wrapped
from hydrosim.reading.items import RESULTS, attributes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hydrosim.locale import Language

__all__ = ["draw", "pages", "sheet"]

_FONT = 7.0
_MARGIN_IN = 0.75
_HIGHEST_IN, _LOWEST_IN = 8.6, 2.6
_GAP_IN = 0.095
_APART_IN = 0.42
_ROOT_IN = 1.65
"""Width for each root of the number of nodes [inch]."""


class _Map(NamedTuple):
    """What is drawn and where [inch]."""

    nodes: list[dict[str, Any]]
    links: list[dict[str, Any]]
    sheet: Sheet
    spots: dict[str, tuple[float, float]]
    amid: list[str]
    lost: list[str]
    labels: dict[str, list[str]]
    boxes: dict[str, Box]
    moved: tuple[float, float]
    size: tuple[float, float]

    def spot(self, at: Any) -> tuple[float, float]:
        """Return where a place stands on the sheet with its margins [inch]."""
        x, y = self.sheet.spot(*at)
        return x + self.moved[0], y + self.moved[1]


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return the schematic of the network, and its map where nodes have coordinates."""
    figures = network.pages(dataset, language)
    if any(node.get("at") for node in (attributes(dataset, "network") or {}).get("nodes", ())):
        made = _map_of(dataset, language)
        ax = _sheet(dataset, made, language)
        figure = whole_figure(ax)
        add_legend(_draw(ax, made, language), figure=figure)
        figures.append(figure)
    return figures


def sheet(dataset: xr.Dataset, language: Language) -> Axes:
    """Return the Axes of a map of its own, of fitting size."""
    return _sheet(dataset, _map_of(dataset, language), language)


def draw(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw nodes and links at their places, with true proportions and a scale bar."""
    return _draw(ax, _map_of(dataset, language), language)


def _map_of(dataset: xr.Dataset, language: Language) -> _Map:
    known: dict[str, Any] = attributes(dataset, "network") or {}
    nodes, links = known.get("nodes", []), known.get("links", [])
    places = {str(one["name"]): one["at"] for one in nodes if one.get("at")}
    if not places:
        raise DataError(
            RESULTS, found=_("a network without coordinates"),
            expected=_("nodes with `at: [longitude, latitude]`"),
        )  # fmt: skip
    courses = [tuple(one) for link in links for one in link.get("course", ())]
    # The more places, the larger the sheet, so that their labels find room.
    room = max(PAGE_WIDTH_IN - 0.25 - 2.0 * _MARGIN_IN, _ROOT_IN * len(nodes) ** 0.5)
    corners = [tuple(at) for at in places.values()] + courses
    sheet = sheet_of(corners, room, max(_HIGHEST_IN, room), _LOWEST_IN)
    spots = {name: sheet.spot(*at) for name, at in places.items()}
    others = [str(one["name"]) for one in nodes if str(one["name"]) not in places]
    ends = [(str(link.get("from", "")), str(link.get("to", ""))) for link in links]
    amid = between_neighbours(spots, others, ends, _APART_IN)
    xs, ys = zip(*{**spots, **amid}.values(), strict=True)
    # Places amid others may have moved beyond the edge.
    moved = _MARGIN_IN - min(0.0, *xs), _MARGIN_IN - min(0.0, *ys)
    size = (
        max(sheet.width, *xs) + moved[0] + _MARGIN_IN,
        max(sheet.height, *ys) + moved[1] + _MARGIN_IN,
    )
    spots = {name: (x + moved[0], y + moved[1]) for name, (x, y) in {**spots, **amid}.items()}
    labels = {name: label_of(title_of(dataset, name, language)) for name in spots}
    sizes = {
        name: (
            max(map(text_width, rows)) * _FONT / 72.0 + 0.04,
            len(rows) * 1.22 * _FONT / 72.0 + 0.03,
        )
        for name, rows in labels.items()
    }
    boxes = labels_apart(spots, sizes, _GAP_IN, size)
    lost = [name for name in others if name not in amid]
    shown = [one for one in nodes if str(one["name"]) in spots]
    return _Map(shown, links, sheet, spots, sorted(amid), lost, labels, boxes, moved, size)


def _sheet(dataset: xr.Dataset, made: _Map, language: Language) -> Axes:
    notes: list[str] = []
    if made.amid:
        notes.append(_("in rings: without coordinates, amid their neighbours"))
    if made.lost:
        names = listed([title_of(dataset, name, language) for name in made.lost])
        notes.append(_("not drawn, without coordinates and neighbours: {names}", names=names))
    lines = [
        row for note in notes for row in wrapped(capital(in_language(note, language)), 90.0, 3)
    ]
    return page(
        [1.0], [made.size[1]], title=say("title_network_map", language),
        subtitle="\n".join(lines), left_in=0.1, right_in=0.15, top_in=0.1, bottom_in=0.05,
        width_in=made.size[0] + 0.25,
    )[1][0][0]  # fmt: skip


def _draw(ax: Axes, made: _Map, language: Language) -> list[Any]:
    box = ax.get_window_extent()
    unit = max(made.size[0] / box.width, made.size[1] / box.height)  # alike in both directions
    spare = unit * box.width - made.size[0], unit * box.height - made.size[1]
    ax.set_xlim(-0.5 * spare[0], made.size[0] + 0.5 * spare[0])
    ax.set_ylim(made.size[1] + 0.5 * spare[1], -0.5 * spare[1])
    ax.set_axis_off()
    layout = Layout(made.spots, [], frozenset(), 1, made.size[0])
    handles = draw_nodes(ax, made.nodes, layout, language)
    handles += _draw_links(ax, made, language)
    rings = [made.spots[name] for name in made.amid]
    ax.scatter(
        [x for x, _y in rings], [y for _x, y in rings], s=210, facecolors="none",
        edgecolors=QUIET, linewidths=0.8, linestyles=[(0, (1.5, 1.5))], zorder=4,
    )  # fmt: skip
    for name, box in made.boxes.items():
        _label(ax, made, name, box)
    _scale(ax, made)
    return handles


def _label(ax: Axes, made: _Map, name: str, box: Box) -> None:
    """Write a label, with a line to its place where it stands further away."""
    x, y = made.spots[name]
    near = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    if dist(near, (x, y)) > 2.0 * _GAP_IN:
        ax.plot([x, near[0]], [y, near[1]], color=QUIET, linewidth=0.5, zorder=3)
    ax.text(
        0.5 * (box.left + box.right), 0.5 * (box.top + box.bottom), "\n".join(made.labels[name]),
        ha="center", va="center", fontsize=_FONT, color=INK, linespacing=1.02, zorder=5,
        bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.2},
    )  # fmt: skip


def _draw_links(ax: Axes, made: _Map, language: Language) -> list[Any]:
    from matplotlib.lines import Line2D

    handles: dict[str, Any] = {}
    for link in sorted(made.links, key=lambda one: one.get("symbol") not in network.QUIET_WAYS):
        ends = made.spots.get(str(link.get("from"))), made.spots.get(str(link.get("to")))
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            continue
        inner = [made.spot(one) for one in link.get("course", ())]
        way = [ends[0], *inner, ends[1]]
        colour, width, dashes = line_of(str(link.get("symbol", "")))
        style: Any = (0, dashes) if dashes else "solid"
        ax.plot(*zip(*way, strict=True), color=colour, linewidth=width, linestyle=style,
                zorder=2, gid="links")  # fmt: skip
        _arrow(ax, way, colour)
        kind = str(link.get("type", "") or "link")
        handles.setdefault(kind, Line2D(
            [], [], color=colour, linewidth=width, linestyle=style,
            label=capital(link_name(kind, language)),
        ))  # fmt: skip
    return [handles[kind] for kind in sorted(handles)]


def _arrow(ax: Axes, way: list[tuple[float, float]], colour: str) -> None:
    """Draw an arrow in the middle of the longest part of a way."""
    (x0, y0), (x1, y1) = max(
        pairwise(way),
        key=lambda part: (part[1][0] - part[0][0]) ** 2 + (part[1][1] - part[0][1]) ** 2,
    )
    at = 0.5 * (x0 + x1), 0.5 * (y0 + y1)
    towards = at[0] + 0.01 * (x1 - x0), at[1] + 0.01 * (y1 - y0)
    ax.annotate(
        "", towards, at, zorder=3,
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 0.0, "mutation_scale": 14.0,
                    "shrinkA": 0.0, "shrinkB": 0.0},
    )  # fmt: skip


def _scale(ax: Axes, made: _Map) -> None:
    """Draw a bar of a round length, and an arrow to the north."""
    length_km = scale_bar_km(made.sheet)
    length = length_km / KM_OF_DEGREE * made.sheet.inch_of_degree
    y = made.size[1] - 0.12
    ax.plot([0.1, 0.1 + length], [y, y], color=INK, linewidth=1.5, solid_capstyle="butt", zorder=6)
    ax.text(0.1 + 0.5 * length, y - 0.05, f"{length_km:g} km", ha="center", va="bottom",
            fontsize=_FONT, color=INK, zorder=6)  # fmt: skip
    ax.annotate(
        "N", (made.size[0] - 0.15, 0.05), (made.size[0] - 0.15, 0.42), ha="center", va="center",
        fontsize=_FONT + 1.0, color=INK, arrowprops={"arrowstyle": "-|>", "color": INK},
    )  # fmt: skip
