"""Columns, rows, claims and ladders as the arrays that the allocation takes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.supply.ladder import complete_lines, on_line
from hydrosim.supply.least_cost import LEAST_COST
from hydrosim.supply.refills import with_refills

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Claim, Column, Row
    from hydrosim.config.ladder_line import LadderLine
    from hydrosim.config.schema import Config

__all__ = [
    "claim_order",
    "classes_of",
    "integers",
    "matrix_of",
    "overflows_of",
    "pointers",
    "tie_break",
]


def matrix_of(
    columns: list[Column],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return start of each column, row of each entry, coefficient of each entry."""
    start = [0]
    index: list[int] = []
    value: list[float] = []
    for column in columns:
        by_row: dict[int, float] = {}
        for row, weight in column.entries:
            by_row[row.index] = by_row.get(row.index, 0.0) + weight
        for row_index in sorted(by_row):
            if by_row[row_index] != 0.0:
                index.append(row_index)
                value.append(by_row[row_index])
        start.append(len(index))
    return (
        np.array(start, dtype=np.int64),
        np.array(index, dtype=np.int64),
        np.array(value, dtype=np.float64),
    )


def tie_break(name: str) -> float:
    """Weight in [1, 2) from the name alone, so that adding a link leaves the others' ties."""
    digest = hashlib.blake2b(name.encode(), digest_size=6).digest()
    return 1.0 + int.from_bytes(digest, "big") / 2.0**48


def classes_of(
    config: Config,
    claims: list[Claim],
    columns: list[Column],
    ladders: dict[str, Sequence[LadderLine]],
) -> list[list[str]]:
    """Return the lines of each policy with overflow after all; then with overflow before all."""
    if config.allocation == LEAST_COST:
        return [sorted({claim.line for claim in claims}), [PHYSICAL]]
    lists = [
        with_refills(complete_lines(ladder, claims), claims, columns) for ladder in ladders.values()
    ]
    return [*([*one, PHYSICAL] for one in lists), *([PHYSICAL, *one] for one in lists)]


def claim_order(
    claims: list[Claim], classes: list[list[str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Claims of each class, policy by policy; policies with fewer classes end in empty ones."""
    orders: list[list[int]] = []
    starts: list[list[int]] = []
    for lines in classes:
        order: dict[int, None] = {}  # a claim on several lines counts on the first
        start = [0]
        for line in lines:
            order.update((claim.index, None) for claim in claims if on_line(claim, line))
            start.append(len(order))
        orders.append(list(order))
        starts.append(start)
    width = max(len(order) for order in orders)
    depth = max(len(start) for start in starts)
    return (
        np.array([o + [-1] * (width - len(o)) for o in orders], dtype=np.int64),
        np.array([p + [p[-1]] * (depth - len(p)) for p in starts], dtype=np.int64),
    )


def overflows_of(rows: list[Row]) -> tuple[Any, ...]:
    """Return the ways out that wait until their row is full, with the zones of stores."""
    found = [(row, row.overflow) for row in rows if row.overflow is not None]
    zone_start, zone_column = pointers([[zone.index for zone in row.zones] for row, _ in found])
    return (
        [column.index for _, column in found],
        [row.index for row, _ in found],
        [int(row.kind == "store") for row, _ in found],
        zone_start,
        zone_column,
    )


def pointers(groups: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each group starts in the list of all their entries, and that list."""
    start = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
    flat = [entry for group in groups for entry in group]
    return start, np.array(flat, dtype=np.int64)


def integers(values: Iterable[int]) -> NDArray[np.int64]:
    """Return whole numbers as an array."""
    return np.array(list(values), dtype=np.int64)
