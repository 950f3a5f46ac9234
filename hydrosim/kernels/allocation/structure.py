"""What the matrix of an allocation shows by its form alone: a starting basis, connected parts."""

from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_WEIGHT = 1e-3
"""Coefficient (of a scaled row) from which on a column may stand for a row."""


def find_start(
    pointer: IntArray,
    index: Any,
    matrix: FloatArray,
    of_column: IntArray,
    claim_class: IntArray,
    rows: int,
) -> IntArray:
    """Return a triangular starting basis: the column that stands for each row.

    A column may stand for a row when its other rows are settled already; so the basis is
    triangular and regular in every variant.  Ordinary columns come first, then the claims from
    the end of the ladder.  Rows that no column can stand for keep their artificial column.

    Parameters
    ----------
    pointer, index, matrix
        The matrix by columns, shape (n + 1,), (nonzeros,), (variants, nonzeros).
    of_column
        Claim of each column, -1 for none.
    claim_class
        Class of each claim by policy, -1 for none.
    rows
        How many rows there are.
    """
    columns = pointer.size - 1
    places = _places(of_column[:columns], claim_class)
    heavy = (np.abs(matrix).min(axis=0, initial=np.inf) >= LEAST_WEIGHT).tolist()
    head = columns + np.arange(rows)
    starts, row_of = pointer.tolist(), index.tolist()
    order = np.argsort(index, kind="stable")
    row_start = np.searchsorted(index[order], np.arange(rows + 1)).tolist()
    column_of = np.repeat(np.arange(columns), np.diff(pointer))[order].tolist()
    left = np.diff(pointer).tolist()
    settled = [False] * rows
    # Each round goes once through the columns in their order; what a column settles opens others:
    # those behind it in this round, those before it in the next.
    now = sorted((places[j], j) for j in range(columns) if left[j] == 1)
    later: list[tuple[int, int]] = []
    while now or later:
        if not now:
            now, later = sorted(later), []
        at, column = heappop(now)
        entries = range(starts[column], starts[column + 1])
        entry = next((e for e in entries if not settled[row_of[e]]), None)
        if entry is None or not heavy[entry]:
            continue
        row = row_of[entry]
        settled[row] = True
        head[row] = column
        for other in column_of[row_start[row] : row_start[row + 1]]:
            left[other] -= 1
            if left[other] == 1 and places[other] > at:
                heappush(now, (places[other], other))
            elif left[other] == 1:
                later.append((places[other], other))
    return head


def _places(claims: IntArray, claim_class: IntArray) -> list[int]:
    """Return the place of each column in the order in which they are tried."""
    last = claim_class.max(initial=0) + 1
    listed = np.where(claim_class < 0, last, claim_class).min(axis=0)
    rank = np.zeros(claims.size, dtype=np.int64)
    claimed = claims >= 0
    rank[claimed] = last - listed[claims[claimed]]
    place = np.empty(claims.size, dtype=np.int64)
    place[np.argsort(rank, kind="stable")] = np.arange(claims.size)
    return place.tolist()


def find_components(pointer: IntArray, index: Any, rows: int) -> IntArray:
    """Return the number of the connected part to which each row belongs.

    Parameters
    ----------
    pointer, index
        The matrix by columns, shape (n + 1,), (nonzeros,).
    rows
        How many rows there are.
    """
    above = list(range(rows))

    def root(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    starts, row_of = pointer.tolist(), index.tolist()
    for first, end in pairwise(starts):
        for entry in range(first + 1, end):
            one, other = root(row_of[first]), root(row_of[entry])
            above[max(one, other)] = min(one, other)
    label = np.array([root(row) for row in range(rows)], dtype=np.int64)
    return np.ascontiguousarray(np.unique(label, return_inverse=True)[1].astype(np.int64))
