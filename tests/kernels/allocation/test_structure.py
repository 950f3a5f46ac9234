"""The starting basis and the connected parts against what goes through all columns each time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hydrosim.kernels.allocation.structure import LEAST_WEIGHT, find_components, find_start


def naive_start(
    pointer: Any, index: Any, matrix: Any, of_column: Any, claim_class: Any, rows: int
) -> Any:
    """Return the starting basis by rounds through all columns."""
    columns = pointer.size - 1
    last = claim_class.max(initial=0) + 1
    listed = np.where(claim_class < 0, last, claim_class).min(axis=0)
    rank = [0 if k < 0 else last - listed[k] for k in of_column[:columns]]
    weight = np.abs(matrix).min(axis=0, initial=np.inf)
    head = columns + np.arange(rows)
    settled: set[int] = set()
    left, found = sorted(range(columns), key=lambda j: rank[j]), True
    while found:
        found = False
        for column in list(left):
            entries = range(pointer[column], pointer[column + 1])
            still = [e for e in entries if int(index[e]) not in settled]
            if len(still) == 1 and weight[still[0]] >= LEAST_WEIGHT:
                settled.add(int(index[still[0]]))
                head[index[still[0]]] = column
                left.remove(column)
                found = True
    return head


def naive_components(pointer: Any, index: Any, rows: int) -> list[int]:
    """Return the parts by passing the smallest label on until nothing changes."""
    label = list(range(rows))
    for _round in range(rows):
        for first, end in pairwise(pointer):
            touched = [int(row) for row in index[first:end]]
            for row in touched:
                label[row] = min(label[one] for one in touched)
    numbers = sorted(set(label))
    return [numbers.index(one) for one in label]


@pytest.mark.parametrize("seed", range(60))
def test_same_as_going_through_all_columns(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    rows, columns = int(drawn.integers(1, 12)), int(drawn.integers(0, 25))
    touched = [
        drawn.choice(rows, int(drawn.integers(0, min(rows, 3) + 1)), replace=False)
        for _column in range(columns)
    ]
    pointer = np.cumsum([0, *(one.size for one in touched)])
    index = np.concatenate([np.empty(0, dtype=np.int64), *touched]).astype(np.uint32)
    matrix = drawn.choice([1.0, -1.0, 0.5, 1e-4], size=(2, index.size))
    claims = min(columns, 5)
    of_column = np.full(columns + rows, -1)
    of_column[drawn.permutation(columns)[:claims]] = np.arange(claims)
    claim_class = drawn.integers(-1, 3, size=(2, claims))
    arguments = (pointer, index, matrix, of_column, claim_class, rows)
    assert find_start(*arguments).tolist() == naive_start(*arguments).tolist()
    assert find_components(pointer, index, rows).tolist() == naive_components(pointer, index, rows)
