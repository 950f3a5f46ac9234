"""Tables that planners hand in: balances of supply and demand, replenishment, by scenario.

Volumes are 10^4 m3 (万m3), means of the whole water years of a run; of a typical year that year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import Language, Message, _, capital, pgettext
from hydrosim.reading.items import has, item_texts, items, nodes_of, one_run
from hydrosim.reading.kinds import REPLENISHED
from hydrosim.reading.steps import years_of
from hydrosim.reading.supply import (
    claims_of,
    drawn_by,
    firm_claims,
    uses_of_claims,
    year_volumes,
)
from hydrosim.reading.words import WORDS, word
from hydrosim.report.table import Cell, Column, Number, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = [
    "WAN", "Run", "axis_cells", "axis_columns", "axis_title", "balance_table",
    "replenishment_by_river",
]  # fmt: skip

WAN = 1e4
VOLUME = _("10⁴ m³ a year")
_AXES: dict[str, Message] = {
    "year": _("planning year"),
    "frequency": _("frequency of inflow"),
    "balance": _("balance"),
    "scenario": _("scenario"),
}
_BALANCES: dict[str, Message] = {
    "first": pgettext("balance of supply and demand", "first"),
    "second": pgettext("balance of supply and demand", "second"),
    "third": pgettext("balance of supply and demand", "third"),
}
WHOLE = _("whole area")
OTHER_UNIT = _("no unit")


class Run(NamedTuple):
    """A run and its values on the axes of its scenarios; none for a run by itself."""

    axes: Mapping[str, str]
    result: xr.Dataset


def balance_table(runs: Sequence[Run], language: Language) -> Table | None:
    """Return demand, supply, surplus or shortage by unit and use, and what each source gave.

    Parameters
    ----------
    runs
        Results of one scenario and member each, of one network.
    language
        "en" or "zh".

    Returns
    -------
    Table or None
        None where no run has a user with a demand of its own in a whole water year.
    """
    found = [_balance(one_run(run.result)) for run in runs]
    if not any(found):
        return None
    kinds = [kind for kind in WORDS if any(kind in row.sources for one in found for row in one)]
    kinds += sorted({kind for one in found for row in one for kind in row.sources} - set(kinds))
    rows: list[tuple[Cell, ...]] = []
    sums: dict[int, tuple[int, ...]] = {}
    for run, own in zip(runs, found, strict=True):
        first = len(rows)
        axes = axis_cells(run, language)
        rows += [(*axes, *row.cells(kinds, language)) for row in own]
        if len(own) > 1:
            total = _Row(None, "total")
            for row in own:
                total.add(row.demand, row.supplied, row.sources)
            sums[len(rows)] = tuple(range(first, first + len(own)))
            rows.append((*axes, *total.cells(kinds, language)))
    columns = axis_columns(runs, language)
    place = len(columns) + 2
    columns += _columns(kinds, language)
    summed = tuple(at for at in range(place, len(columns)) if at != place + 3)
    notes = (
        _("Means of whole water years. A surplus is water beyond the demand, a shortage stands "
          "with a minus; the rate is the shortage in parts of the demand.").in_language(language),
    )  # fmt: skip
    title = _("Balance of supply and demand by planning unit and use").in_language(language)
    return Table(
        "balance", title, tuple(columns), tuple(rows), sums, notes, summed=summed
    )  # fmt: skip


def replenishment_by_river(runs: Sequence[Run], language: Language) -> Table | None:
    """Return what was released by decision for each river and lake, and from which sources.

    Parameters, returns
        As of :func:`balance_table`.
    """
    found: list[tuple[Run, dict[str, dict[str, float]]]] = []
    for run in runs:
        data = one_run(run.result)
        years = years_of(data).whole
        rivers = item_texts(data, "claim", "claim_river")
        which = [place for place in claims_of(data, REPLENISHED) if rivers[place]]
        if not which or not years.size or not has(data, "supplied_by_origin"):
            continue
        by_river: dict[str, list[int]] = {}
        for place in which:
            by_river.setdefault(rivers[place], []).append(place)
        found.append((run, {river: _sources(data, own, years) for river, own in by_river.items()}))
    if not found:
        return None
    held = {kind for _run, rivers in found for one in rivers.values() for kind in one}
    kinds = [kind for kind in WORDS if kind in held] + sorted(held - set(WORDS))
    columns = axis_columns(runs, language)
    columns.append(_column(_("river"), "", 0, language))
    first = len(columns)
    columns += [_column(word(kind), VOLUME, 2, language) for kind in kinds]
    total = _column(word("total"), VOLUME, 2, language)
    columns.append(total._replace(sums=tuple(range(first, first + len(kinds)))))
    rows = [
        (*axis_cells(run, language), river, *(one.get(kind, 0.0) for kind in kinds),
         sum(one.get(kind, 0.0) for kind in kinds))
        for run, rivers in found for river, one in sorted(rivers.items())
    ]  # fmt: skip
    title = _("Replenishment by river and source").in_language(language)
    return Table("replenishment_by_river", title, tuple(columns), tuple(rows))


def axis_title(axis: str) -> Message:
    """Return what planners call an axis of scenarios."""
    return _AXES.get(axis, Message(axis))


def axis_columns(runs: Sequence[Run], language: Language) -> list[Column]:
    """Return the columns of the axes of scenarios."""
    axes = dict.fromkeys(axis for run in runs for axis in run.axes)
    return [_column(axis_title(axis), "", 0, language) for axis in axes]


def axis_cells(run: Run, language: Language) -> list[Cell]:
    """Return the values of a run on the axes, as planners say them."""
    cells: list[Cell] = []
    for axis, value in run.axes.items():
        named = _BALANCES.get(value) if axis == "balance" else None
        if axis == "frequency" and value.startswith("P"):
            cells.append(f"{value[1:].replace('_', '.')} %")
        else:
            cells.append(value if named is None else named.in_language(language))
    return cells


class _Row:
    """Demand, supply and what each source gave, of a use in a unit [10^4 m3 a year]."""

    def __init__(self, unit: str | None, use: str) -> None:
        self.unit, self.use = unit, use
        self.demand = self.supplied = 0.0
        self.sources: dict[str, float] = {}

    def add(self, demand: float, supplied: float, sources: Mapping[str, float]) -> None:
        """Add those of a claim, or of another row."""
        self.demand += demand
        self.supplied += supplied
        for kind, volume in sources.items():
            self.sources[kind] = self.sources.get(kind, 0.0) + volume

    def cells(self, kinds: Sequence[str], language: Language) -> list[Cell]:
        """Return the cells behind those of the axes."""
        unit = WHOLE.in_language(language) if self.unit is None else self.unit
        balance = self.supplied - self.demand
        rate = None if self.demand <= 0.0 else Number(max(-balance, 0.0) / self.demand, 1, 0.01)
        return [
            unit or OTHER_UNIT.in_language(language),
            capital(word(self.use).in_language(language), language),
            self.demand, self.supplied, balance, rate,
            *(self.sources.get(kind, 0.0) for kind in kinds),
        ]  # fmt: skip


def _balance(data: xr.Dataset) -> list[_Row]:
    """Return the rows of a run: units in order of their names, uses in that of all tables."""
    years = years_of(data).whole
    if not years.size or not has(data, "year_demand", "year_supplied"):
        return []
    units = {str(node["name"]): str(node.get("unit", "")) for node in nodes_of(data)}
    nodes, uses = item_texts(data, "claim", "claim_node"), uses_of_claims(data)
    rows: dict[tuple[str, str], _Row] = {}
    for claim in firm_claims(data):
        key = (units.get(nodes[claim], ""), uses[claim])
        demand, supplied = (
            float(year_volumes(data, f"year_{name}", name, claim, years).mean()) / WAN
            for name in ("demand", "supplied")
        )
        if demand > 0.0:
            row = rows.setdefault(key, _Row(*key))
            row.add(demand, supplied, _sources(data, [claim], years))
    order = {name: place for place, name in enumerate(WORDS)}
    return [rows[key] for key in sorted(rows, key=lambda one: (one[0], order.get(one[1], 999)))]


def _sources(data: xr.Dataset, which: Sequence[int], years: Integers) -> dict[str, float]:
    """Return what claims got from each kind of source [10^4 m3 a year]; {} without a ledger."""
    if not has(data, "supplied_by_origin"):
        return {}
    kinds = item_texts(data, "origin", "origin_kind", "other")
    kind_of = dict(zip(items(data, "origin"), kinds, strict=True))
    found: dict[str, float] = {}
    for origin, volume in drawn_by(data, which, years).items():
        mean = float(volume.mean()) / WAN
        if mean > 0.0:
            found[kind_of[origin]] = found.get(kind_of[origin], 0.0) + mean
    return found


def _columns(kinds: Sequence[str], language: Language) -> list[Column]:
    heads: list[tuple[Message, str, int]] = [
        (_("planning unit"), "", 0), (pgettext("kind of user", "use"), "", 0),
        (word("demand"), VOLUME, 2), (word("supplied"), VOLUME, 2),
        (_("surplus or shortage"), VOLUME, 2), (_("rate of shortage"), "%", 1),
        *((_("from {source}", source=word(kind)), VOLUME, 2) for kind in kinds),
    ]  # fmt: skip
    return [_column(*one, language) for one in heads]


def _column(head: str, unit: str, digits: int, language: Language) -> Column:
    said = head.in_language(language) if isinstance(head, Message) else head
    shown = unit.in_language(language) if isinstance(unit, Message) else unit
    return Column(capital(said, language), shown, digits)
