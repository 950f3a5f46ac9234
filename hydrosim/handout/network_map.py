"""The network of a run as a map: places that can be chosen, with what is known of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.handout.model import Network, Place, Way
from hydrosim.handout.sections import said
from hydrosim.locale import Language, _, capital, pgettext
from hydrosim.plot.network import (
    BEFORE_IN,
    LAYER_IN,
    curve,
    line_of,
    link_name,
    look_of,
    plan_of,
    ways_of,
)
from hydrosim.plot.text import say, title_of
from hydrosim.reading.words import word
from hydrosim.report.table import Table, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

    from hydrosim.plot.network import Plan

__all__ = ["network_map"]

PX = 110.0
"""Pixels to an inch of the plan."""
POINT = PX / 72.0
_MARGIN = 12.0
_ARROW, _ARROW_AT = 3.5, 11.0
"""Half size of an arrow, and its distance from the end of a link [px]."""


class _Path:
    """The codes of a smooth way: matplotlib's names, without matplotlib."""

    MOVETO, CURVE4 = "M", "C"


def network_map(
    dataset: xr.Dataset, tables: Mapping[str, Table], language: Language
) -> Network | None:
    """Return the network of a run; None where the result does not describe it.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    tables
        The tables of the run by name; those of stores and users say what is known of a place.
    language
        "en" or "zh".
    """
    if not dataset.attrs.get("network"):
        return None
    plan = plan_of(dataset, language)
    known = _known(dataset, tables)
    places = tuple(_place(dataset, node, plan, known, language) for node in plan.nodes)
    routes = ways_of(plan.links, plan.layout)
    ways = tuple(
        _way(dataset, link, route, language, against=at in plan.layout.backward)
        for at, (link, route) in enumerate(zip(plan.links, routes, strict=True))
        if route
    )
    kinds = {
        kind: Way("", "", *_line(link), kind)
        for link in plan.links
        for kind in [_kind(link, language)]
    }
    width = (plan.layout.length + BEFORE_IN) * PX + 2 * _MARGIN
    return Network(
        places, ways, tuple(kinds.values()), width, plan.layout.layers * LAYER_IN * PX + 2 * _MARGIN
    )


def _spot(x: float, y: float) -> tuple[float, float]:
    """Return a place of the plan on the map [px]."""
    return _MARGIN + (x + BEFORE_IN) * PX, _MARGIN + (y + 0.5) * LAYER_IN * PX


def _place(
    dataset: xr.Dataset,
    node: dict[str, Any],
    plan: Plan,
    known: Mapping[str, Sequence[tuple[Table, int]]],
    language: Language,
) -> Place:
    name = str(node["name"])
    look = look_of(node)
    x, y = _spot(*plan.layout.places[name])
    kind = capital(say(str(node.get("type", "")) or "other", language), language)
    facts = [(said(_("type"), language), kind)]
    for key, head in (("river", _("river")), ("tier", pgettext("tier of a user", "tier"))):
        if node.get(key):
            value = word(str(node[key])) if key == "tier" else str(node[key])
            facts.append((said(head, language), capital(said(value, language), language)))
    reasons: list[str] = []
    short = False
    for table, row in known.get(name, ()):
        facts += _facts(table, row)
        if table.details and table.details[row]:
            reasons.append(table.details[row])
            short = True
    return Place(
        name, title_of(dataset, name, language), kind, x, y, tuple(plan.labels[name]),
        str(look.marker), look.size**0.5 * POINT, look.face, look.edge, tuple(dict.fromkeys(facts)),
        tuple(dict.fromkeys(reasons)), short,
    )  # fmt: skip


def _known(dataset: xr.Dataset, tables: Mapping[str, Table]) -> dict[str, list[tuple[Table, int]]]:
    """Return the rows of tables that are about each node."""
    names = [str(name) for name in dataset.coords["claim"].values] if "claim" in dataset else []
    nodes = dataset.coords["claim_node"].values if "claim_node" in dataset.coords else []
    node_of = dict(zip(names, (str(node) for node in nodes), strict=False))
    found: dict[str, list[tuple[Table, int]]] = {}
    for key in ("storage", "users"):
        table = tables.get(key)
        for row, plain in enumerate(table.keys if table is not None else ()):
            node = node_of.get(plain, plain) if key == "users" else plain
            assert table is not None
            found.setdefault(node, []).append((table, row))
    return found


def _facts(table: Table, row: int) -> list[tuple[str, str]]:
    """Return what a row of a table says, by its headings."""
    facts = []
    for column, cell in list(zip(table.columns, table.rows[row], strict=True))[1:]:
        number = number_of(cell, column)
        text = number.text if number is not None else cell if isinstance(cell, str) else ""
        if text:
            times = "× " if column.unit.startswith("10") else ""
            facts.append((column.head, f"{text} {times}{column.unit}".strip()))
    return facts


def _kind(link: dict[str, Any], language: Language) -> str:
    return capital(link_name(str(link.get("type", "") or "link"), language), language)


def _line(link: dict[str, Any]) -> tuple[str, float, str]:
    """Return colour, width [px] and dashes of a link."""
    colour, width, dashes = line_of(str(link.get("symbol", "")))
    drawn = " ".join(f"{one * width * POINT:.1f}" for one in dashes)
    return colour, width * POINT, drawn


def _way(
    dataset: xr.Dataset,
    link: dict[str, Any],
    route: list[tuple[float, float]],
    language: Language,
    *,
    against: bool,
) -> Way:
    vertices, codes = curve(route, _Path)
    spots = [_spot(*vertex) for vertex in vertices]
    steps = [
        f"{code if code == 'M' or at % 3 == 1 else ''}{x:.1f},{y:.1f}"
        for at, (code, (x, y)) in enumerate(zip(codes, spots, strict=True))
    ]
    x, y = spots[-1]
    sign = -1.0 if against else 1.0
    y -= sign * _ARROW_AT
    arrow = f"{x - _ARROW:.1f},{y - sign * _ARROW:.1f} {x + _ARROW:.1f},{y - sign * _ARROW:.1f}"
    ends = (title_of(dataset, str(link.get(end, "")), language) for end in ("from", "to"))
    title = f"{_kind(link, language)}: {' → '.join(ends)}"
    return Way(" ".join(steps), f"{arrow} {x:.1f},{y + sign * _ARROW:.1f}", *_line(link), title)
