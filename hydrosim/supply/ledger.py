"""Builds the ledger: origins, carriers and the order in which tags pass through the network."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import STORED, WITHDRAWN
from hydrosim.kernels.arrays import LedgerBook, LedgerPlan
from hydrosim.kernels.codes import FROM_CARRIER, FROM_ORIGIN, FROM_ROW, FROM_STORE
from hydrosim.supply.ledger_order import downward_order, places_of_last_turn
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.tape import Tape

    Integers = NDArray[np.int64]

__all__ = [
    "FIRST_IN_FIRST_OUT",
    "INITIAL",
    "build_ledger",
    "no_ledger",
    "open_book",
    "origin_names",
]

INITIAL = "initial storage"
FIRST_IN_FIRST_OUT = "first_in_first_out"


def origin_names(builder: Builder) -> list[str]:
    """Names of the origins in tag order; what the stores hold at the start comes last."""
    return [*sorted(builder.items.get("origin", {})), INITIAL]


class _Compositions:
    """Numbers of the compositions, and the tags that can reach each of them."""

    def __init__(self, builder: Builder, cohorts: int) -> None:
        self.cohorts = cohorts
        self.rows = builder.rows
        self.origin = {name: number for number, name in enumerate(origin_names(builder))}
        self.store = {name: number for number, name in enumerate(sorted(builder.stores))}
        self.carrier = {name: number for number, name in enumerate(sorted(builder.carried))}
        carriers = len(self.carrier)
        self.first_origin = len(builder.rows)
        self.first_carrier = self.first_origin + len(self.origin)
        self.first_held = self.first_carrier + carriers
        self.first_carried = self.first_held + len(self.store)
        self.first_filled = self.first_carried + carriers
        self.scratch = self.first_filled + carriers
        self.reaches = [0] * (self.scratch + 1)
        """The tags that can reach each composition, as bits."""
        self._youngest = sum(1 << number * cohorts for number in range(len(self.origin)))
        for number in range(len(self.origin)):
            self.reaches[self.first_origin + number] = 1 << number * cohorts

    def tag(self, origin: str) -> int:
        """Tag of an origin's youngest water."""
        return self.origin.get(origin, 0) * self.cohorts

    def of_forced(self, row: Row, origin: str) -> tuple[int, int]:
        """Kind and composition of forced water, by its origin text."""
        if origin == STORED:
            return FROM_STORE, self.first_held + self.store[row.name]
        if origin.startswith("carry:"):
            return FROM_CARRIER, self.first_carrier + self.carrier[origin.removeprefix("carry:")]
        if origin.startswith("row:"):
            return FROM_ROW, self.rows[origin.removeprefix("row:")].index
        return FROM_ORIGIN, self.first_origin + self.origin[origin]

    def of_column(self, column: Column) -> int:
        """Composition of the water in a column: that of the row it leaves, or its origin."""
        start = starting_row(column)
        if start is not None:
            return start.index
        return self.first_origin + self.origin.get(column.origin, 0)

    def spread(
        self,
        order: Iterable[int],
        sources: Mapping[int, set[int]],
        carries: Iterable[tuple[str, Column, float]],
    ) -> None:
        """Let tags spread from composition to composition until nothing changes.

        Parameters
        ----------
        order
            The rows from the sources down.
        sources
            What meets in each row.
        carries
            The columns that go under way, with the name of what carries them.
        """
        fed = {row: set(found) for row, found in sources.items()}
        holders = self._hold(fed)
        for name, column, _ in carries:
            fed.setdefault(self.first_carried + self.carrier[name], set()).add(
                self.of_column(column)
            )
        feeds: dict[int, list[int]] = {}
        for composition in sorted(fed):
            for one in fed[composition]:
                feeds.setdefault(one, []).append(composition)
        rows = dict.fromkeys(order)
        waiting = deque([*rows, *sorted(fed.keys() - rows.keys())])
        queued = set(waiting)
        while waiting:
            composition = waiting.popleft()
            queued.discard(composition)
            tags = self.reaches[composition]
            for one in fed.get(composition, ()):
                tags |= self.reaches[one]
            if composition in holders:
                tags |= self._aged(tags)
            if tags != self.reaches[composition]:
                self.reaches[composition] = tags
                more = [one for one in feeds.get(composition, ()) if one not in queued]
                waiting.extend(more)
                queued.update(more)

    def _hold(self, fed: dict[int, set[int]]) -> set[int]:
        """Let what is held feed what leaves it and the other way round; return who holds."""
        initial = 1 << ((len(self.origin) - 1) * self.cohorts + self.cohorts - 1)
        pairs: list[tuple[int, int]] = []
        for name, number in self.store.items():
            held = self.first_held + number
            self.reaches[held] = initial | 1 << self.tag(name)
            pairs.append((held, self.rows[name].index))
        for number in range(len(self.carrier)):
            held = self.first_carried + number
            self.reaches[held] = initial
            pairs.append((held, self.first_carrier + number))
        for held, leaving in pairs:
            fed.setdefault(held, set()).add(leaving)
            fed.setdefault(leaving, set()).add(held)
        return {held for held, _leaving in pairs}

    def _aged(self, tags: int) -> int:
        """Return the tags that some become in later years: older water of the same origins."""
        young = 0
        for cohort in range(self.cohorts - 1):
            young |= tags >> cohort & self._youngest
        return young * ((1 << self.cohorts) - 1)

    def lists(self) -> tuple[Integers, Integers]:
        """Start of each composition's tags, and the tags."""
        tags = [_bits(one) for one in self.reaches]
        return _starts(tags), np.concatenate(tags)


def _order(rows: list[Row], columns: list[Column]) -> list[int]:
    """Return the rows so that water passes downward, those of a circle again and again."""
    number = {row.name: row.index for row in rows}
    above: dict[int, set[int]] = {row.index: set() for row in rows}
    for column in columns:
        start = starting_row(column)
        if start is not None:
            for row, weight in column.entries:
                if weight < 0 and row.kind != "side":
                    above[row.index].add(start.index)
    for row in rows:
        for _, origin in row.forced:
            if origin.startswith("row:"):
                above[row.index].add(number[origin.removeprefix("row:")])
    return downward_order(above)


def build_ledger(
    builder: Builder,
    tape: Tape,
    month: Integers,
    new_year: Integers,
    years: int,
    draw: str = "proportional",
    stores_draw: dict[str, str] | None = None,
) -> LedgerPlan:
    """Return the plan of the ledger for an indexed builder.

    Parameters
    ----------
    month, new_year
        Index of the month, and 1 where a water year starts, shape (steps,).
    years
        Past water years kept apart in stored water, before "older".
    draw, stores_draw
        How water leaves stores and delays, ``proportional`` or ``first_in_first_out``, and the
        stores where it differs.
    """
    cohorts = years + 2
    rows = [builder.rows[name] for name in sorted(builder.rows)]
    water_rows = [row for row in rows if row.kind != "side"]
    columns = [builder.columns[name] for name in sorted(builder.columns)]
    known = _Compositions(builder, cohorts)
    forced, into = _arrivals(rows, columns, tape, known)
    names = [name for name in sorted(builder.year_claims) if name in builder.claims]
    stores = sorted(builder.stores)
    carriers = sorted(builder.carried)
    carries = [(name, *one) for name in carriers for one in builder.carried[name]]
    sources = {
        row.index: {source for _, _, source in into[row.index]}
        | {source for _, _, source in forced[row.index]}
        for row in water_rows
    }
    order = _order(water_rows, columns)
    known.spread(order, sources, carries)
    tag_start, tag_list = known.lists()
    turns = np.bincount(order, minlength=len(rows))
    draws = {name: (stores_draw or {}).get(name, draw) for name in stores}
    return LedgerPlan(
        cohorts=cohorts,
        first_carrier=known.first_carrier,
        first_held=known.first_held,
        first_carried=known.first_carried,
        first_filled=known.first_filled,
        scratch=known.scratch,
        carrier_fifo=int(draw == FIRST_IN_FIRST_OUT),
        order=_integers(order),
        last_turn=_integers(places_of_last_turn(order)),
        row_in_circle=_integers(turns > 1),
        row_store=_integers(known.store.get(row.name, -1) for row in rows),
        tag_start=tag_start,
        tag_list=tag_list,
        **_arrival_arrays(forced, into),
        store_start=_integers(tape[builder.stores[name][0]] for name in stores),
        store_before=_integers(tape[builder.stores[name][1]] for name in stores),
        store_end=_integers(tape[builder.balances[name].end] for name in stores),
        store_origin=_integers(known.tag(name) for name in stores),
        store_fifo=_integers(draws[name] == FIRST_IN_FIRST_OUT for name in stores),
        carrier_state=_integers(tape[builder.balances[name].start] for name in carriers),
        carry_start=_starts([builder.carried[name] for name in carriers]),
        carry_column=_integers(column.index for _, column, _ in carries),
        carry_share=np.array([share for _, _, share in carries], dtype=np.float64),
        carry_source=_integers(known.of_column(column) for _, column, _ in carries),
        claim_supplied=_integers(tape[builder.year_claims[name]["supplied"]] for name in names),
        claim_source=_integers(known.of_column(builder.claims[name].column) for name in names),
        month=month,
        new_year=new_year,
    )


def _arrivals(
    rows: list[Row], columns: list[Column], tape: Tape, known: _Compositions
) -> tuple[list[list[tuple[int, int, int]]], list[list[tuple[int, float, int]]]]:
    """Return what meets in each row: forced water (register, kind, composition) and columns.

    A column comes as (column, gain, composition).
    """
    forced: list[list[tuple[int, int, int]]] = [[] for _ in rows]
    into: list[list[tuple[int, float, int]]] = [[] for _ in rows]
    for row in rows:
        for volume, origin in row.forced:
            if origin != WITHDRAWN and row.kind != "side":
                forced[row.index].append((tape[volume], *known.of_forced(row, origin)))
    for column in columns:
        for row, weight in column.entries:
            if weight < 0 and row.kind != "side":
                into[row.index].append((column.index, -weight, known.of_column(column)))
    return forced, into


def _arrival_arrays(
    forced: list[list[tuple[int, int, int]]], into: list[list[tuple[int, float, int]]]
) -> dict[str, Any]:
    """Return the arrays of the plan that say what meets in each row."""
    flat_forced = [entry for group in forced for entry in group]
    flat_into = [entry for group in into for entry in group]
    return {
        "forced_start": _starts(forced),
        "forced_register": _integers(entry[0] for entry in flat_forced),
        "forced_kind": _integers(entry[1] for entry in flat_forced),
        "forced_source": _integers(entry[2] for entry in flat_forced),
        "carrier_forced": _integers(
            place for place, entry in enumerate(flat_forced) if entry[1] == FROM_CARRIER
        ),
        "into_start": _starts(into),
        "into_column": _integers(entry[0] for entry in flat_into),
        "into_gain": np.array([entry[1] for entry in flat_into], dtype=np.float64),
        "into_source": _integers(entry[2] for entry in flat_into),
    }


def _bits(number: int) -> Integers:
    """Return the places of the bits of a number, from the lowest up."""
    packed = np.frombuffer(number.to_bytes(number.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder="little")).astype(np.int64)


def _integers(values: Iterable[Any]) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _starts(groups: list[Any]) -> Integers:
    return _integers([0, *np.cumsum([len(group) for group in groups])])


def no_ledger(plan: LedgerPlan) -> LedgerPlan:
    """Return the plan without rows: the kernel keeps no ledger."""
    return plan._replace(order=plan.order[:0])


def open_book(plan: LedgerPlan, register: NDArray[np.float64]) -> LedgerBook:
    """Return an empty book; water stored or under way begins as the oldest initial storage.

    Without a ledger (:func:`no_ledger`) the book has no room for any.
    """
    rows, stores, carriers = (
        plan.forced_start.size - 1,
        plan.store_start.size,
        plan.carrier_state.size,
    )
    tags = (plan.first_carrier - rows) * plan.cohorts
    kept = plan.order.size > 0
    months = int(plan.month[-1]) + 1 if kept else 0
    compositions = plan.scratch + 1 if kept else 0
    book = LedgerBook(
        amount=np.zeros((compositions, tags)),
        inverse=np.zeros(compositions),
        same_as=np.arange(compositions, dtype=np.int64),
        supplied=np.zeros((months, plan.claim_supplied.size, tags)),
        stored=np.zeros((months, stores, tags)),
        correction=np.zeros(2),
        of_age=np.zeros(plan.cohorts),
        arriving=np.zeros(carriers),
        filled=np.zeros(carriers),
    )
    if not kept:
        return book
    for composition in range(rows, plan.first_carrier):
        book.amount[composition, plan.tag_list[plan.tag_start[composition]]] = 1.0
        book.inverse[composition] = 1.0
    held = np.concatenate((register[plan.store_start], register[plan.carrier_state]))
    holders = slice(plan.first_held, plan.first_held + held.size)
    book.amount[holders, tags - 1] = held
    book.inverse[holders] = np.divide(1.0, held, out=np.zeros(held.size), where=held > 0.0)
    # Drawn in proportion, what leaves is made of what is held.
    if plan.carrier_fifo == 0:
        carried = np.arange(carriers)
        book.same_as[plan.first_carrier + carried] = plan.first_carried + carried
    for row, store in enumerate(plan.row_store):
        if store >= 0 and plan.store_fifo[store] == 0 and plan.row_in_circle[row] == 0:
            book.same_as[row] = plan.first_held + store
    return book
