"""Builds the ledger: origins, carriers and the order in which tags pass through the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.arrays import LedgerBook, LedgerPlan
from hydrosim.kernels.codes import FROM_CARRIER, FROM_ORIGIN, FROM_ROW, FROM_STORE
from hydrosim.primitives import STORED, WITHDRAWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builder import Builder
    from hydrosim.primitives import Column, Row
    from hydrosim.tape import Tape

__all__ = ["INITIAL", "build_ledger", "no_ledger", "open_book", "origin_names"]

INITIAL = "initial storage"
CIRCLE_TURNS = 24


def origin_names(builder: Builder) -> list[str]:
    """Names of the origins in tag order; what the stores hold at the start comes last."""
    return [*sorted(builder.items.get("origin", {})), INITIAL]


def _start_row(column: Column) -> Row | None:
    for row, weight in column.entries:
        if weight > 0 and row.kind != "side":
            return row
    return None


class _Sources:
    """Turns the origin text of forced water into (kind, index)."""

    def __init__(self, builder: Builder, cohorts: int) -> None:
        self.tag = {name: o * cohorts for o, name in enumerate(origin_names(builder))}
        self.store = {name: s for s, name in enumerate(sorted(builder.stores))}
        self.carrier = {name: c for c, name in enumerate(sorted(builder.carried))}
        self.rows = builder.rows

    def of(self, row: Row, origin: str) -> tuple[int, int]:
        if origin == STORED:
            return FROM_STORE, self.store[row.name]
        if origin.startswith("carry:"):
            return FROM_CARRIER, self.carrier[origin.removeprefix("carry:")]
        if origin.startswith("row:"):
            return FROM_ROW, self.rows[origin.removeprefix("row:")].index
        return FROM_ORIGIN, self.tag[origin]


def _order(rows: list[Row], columns: list[Column]) -> list[int]:
    """Rows so that water passes downward; the rows of a circle, in name order, come repeatedly.

    Each turn around a circle brings the mix of its rows nearer to what the circle settles at.
    """
    after: dict[int, set[int]] = {row.index: set() for row in rows}
    for column in columns:
        start = _start_row(column)
        if start is not None:
            for row, weight in column.entries:
                if weight < 0 and row.kind != "side":
                    after[row.index].add(start.index)
    for row in rows:
        for _, origin in row.forced:
            if origin.startswith("row:"):
                name = origin.removeprefix("row:")
                after[row.index].update(r.index for r in rows if r.name == name)
    order: list[int] = []
    left = dict(after)
    while left:
        ready = sorted(i for i, needed in left.items() if not needed & left.keys())
        if ready:
            order.extend(ready)
        else:
            ready = _first_circle(left)
            order.extend(ready * CIRCLE_TURNS)
        for i in ready:
            del left[i]
    return order


def _first_circle(left: dict[int, set[int]]) -> list[int]:
    """Rows that all need each other and nothing else of what is left."""
    smallest: set[int] = set(left)
    for row in left:
        needed = {row}
        waiting = [row]
        while waiting:
            more = (left[waiting.pop()] & left.keys()) - needed
            needed |= more
            waiting.extend(more)
        if len(needed) < len(smallest):
            smallest = needed
    return sorted(smallest)


def build_ledger(
    builder: Builder, tape: Tape, month: NDArray[np.int64], new_year: NDArray[np.int64], years: int
) -> LedgerPlan:
    """Return the plan of the ledger for an indexed builder.

    Parameters
    ----------
    month, new_year
        Index of the month, and 1 where a water year starts, shape (steps,).
    years
        Past water years kept apart in stored water, before "older".
    """
    cohorts = years + 2
    rows = [builder.rows[name] for name in sorted(builder.rows)]
    water_rows = [row for row in rows if row.kind != "side"]
    columns = [builder.columns[name] for name in sorted(builder.columns)]
    sources = _Sources(builder, cohorts)
    forced: list[list[tuple[int, int, int]]] = [[] for _ in rows]
    into: list[list[tuple[int, float, int, int]]] = [[] for _ in rows]
    for row in water_rows:
        for volume, origin in row.forced:
            if origin != WITHDRAWN:
                forced[row.index].append((tape[volume], *sources.of(row, origin)))
    for column in columns:
        start = _start_row(column)
        for row, weight in column.entries:
            if weight < 0 and row.kind != "side":
                tag = 0 if start is not None else sources.tag[column.origin]
                into[row.index].append(
                    (column.index, -weight, -1 if start is None else start.index, tag)
                )
    names = [name for name in sorted(builder.year_claims) if name in builder.claims]
    claims = [builder.claims[name].column for name in names]
    stores = sorted(builder.stores)
    carries = [(name, *one) for name in sorted(builder.carried) for one in builder.carried[name]]

    def integers(values: Any) -> NDArray[np.int64]:
        return np.array(list(values), dtype=np.int64)

    def starts(groups: list[Any]) -> NDArray[np.int64]:
        return integers([0, *np.cumsum([len(group) for group in groups])])

    flat_forced = [entry for group in forced for entry in group]
    flat_into = [entry for group in into for entry in group]
    claim_rows = [_start_row(column) for column in claims]
    return LedgerPlan(
        cohorts=cohorts,
        order=integers(_order(water_rows, columns)),
        forced_start=starts(forced),
        forced_register=integers(entry[0] for entry in flat_forced),
        forced_kind=integers(entry[1] for entry in flat_forced),
        forced_source=integers(entry[2] for entry in flat_forced),
        into_start=starts(into),
        into_column=integers(entry[0] for entry in flat_into),
        into_gain=np.array([entry[1] for entry in flat_into], dtype=np.float64),
        into_row=integers(entry[2] for entry in flat_into),
        into_origin=integers(entry[3] for entry in flat_into),
        row_store=integers(sources.store.get(row.name, -1) for row in rows),
        store_start=integers(tape[builder.stores[name][0]] for name in stores),
        store_before=integers(tape[builder.stores[name][1]] for name in stores),
        store_end=integers(tape[builder.balances[name].end] for name in stores),
        store_origin=integers(sources.tag.get(name, 0) for name in stores),
        carrier_state=integers(
            tape[builder.balances[name].start] for name in sorted(builder.carried)
        ),
        carry_target=integers(sources.carrier[name] for name, _, _ in carries),
        carry_column=integers(column.index for _, column, _ in carries),
        carry_share=np.array([share for _, _, share in carries], dtype=np.float64),
        carry_row=integers(_index(_start_row(column)) for _, column, _ in carries),
        claim_supplied=integers(tape[builder.year_claims[name]["supplied"]] for name in names),
        claim_row=integers(_index(row) for row in claim_rows),
        claim_origin=integers(sources.tag.get(column.origin, 0) for column in claims),
        month=month,
        new_year=new_year,
    )


def _index(row: Row | None) -> int:
    return -1 if row is None else row.index


def no_ledger(plan: LedgerPlan) -> LedgerPlan:
    """Return the plan without rows: the kernel keeps no ledger."""
    return plan._replace(
        order=plan.order[:0],
        row_store=plan.row_store[:0],
        forced_kind=plan.forced_kind[:0],
        store_start=plan.store_start[:0],
        store_end=plan.store_end[:0],
        carrier_state=plan.carrier_state[:0],
        claim_supplied=plan.claim_supplied[:0],
        month=plan.month[:0],
    )


def open_book(plan: LedgerPlan, builder: Builder, register: NDArray[np.float64]) -> LedgerBook:
    """Return an empty book; water stored or under way begins as the oldest initial storage."""
    tags = len(origin_names(builder)) * plan.cohorts
    stores = plan.store_start.size
    months = int(plan.month[-1]) + 1 if plan.month.size else 0
    rows = plan.row_store.size if plan.order.size else 0
    book = LedgerBook(
        np.zeros((rows, tags)),
        np.zeros((stores, tags)),
        np.zeros((max(len(builder.carried), 1), tags)),
        np.zeros(tags),
        np.zeros((months, plan.claim_supplied.size, tags)),
        np.zeros((months, stores, tags)),
        np.zeros(rows),
        np.zeros(rows),
        np.zeros(2),
    )
    oldest = tags - 1
    book.content[:, oldest] = register[plan.store_start]
    book.carried[: plan.carrier_state.size, oldest] = register[plan.carrier_state]
    return book
