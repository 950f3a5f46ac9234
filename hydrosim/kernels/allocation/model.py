"""Build the constant part of an allocation: matrix, costs, ladder, starting basis."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hydrosim.kernels.allocation import codes
from hydrosim.kernels.allocation.structure import find_components, find_start

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TOLERANCE = 1e-11
"""Feasibility tolerance of a column as a share of the largest volume that can reach it."""
LARGEST_SPREAD = 2.0**40
"""Largest allowed ratio between two coefficients of a row: beyond it a double loses the small."""
LAST_RESORT = 4096.0
"""Tie-breaks that overflow outweighs where costs decide: more than the longest way has columns."""


class Overflows(NamedTuple):
    """The uncapped ways out of rows that may be used only when the row is full.

    Attributes
    ----------
    column, row : array_like of int, shape (V,)
        Column of each overflow and the row that it leaves.
    stores : array_like of int, shape (V,)
        1 where the row is a store's, whose zones must be full; 0 for a junction, which is full
        when nothing that leaves it could carry more.
    zone_ptr : array_like of int, shape (V + 1,)
        ``zone_column[zone_ptr[v]:zone_ptr[v + 1]]`` are the zones of the store of overflow v.
    zone_column : array_like of int
        Their columns.
    """

    column: Any = ()
    row: Any = ()
    stores: Any = ()
    zone_ptr: Any = (0,)
    zone_column: Any = ()


@dataclass(frozen=True, eq=False)
class AllocationModel:
    """The constant part of a network's allocation; shared by all scenarios, never written.

    n columns, m rows, K claims, P classes.  Column ``n + i`` is the artificial column of row i
    (fixed to zero).  Rows are scaled by powers of two; volumes are not.  The matrix without the
    artificial columns stands once more by rows.
    """

    sizes: IntArray
    scalars: FloatArray
    column_ptr: IntArray
    row_index: npt.NDArray[np.uint32]
    coefficient: FloatArray
    row_ptr: IntArray
    row_column: npt.NDArray[np.uint32]
    row_coefficient: FloatArray
    row_scale: FloatArray
    cost: FloatArray
    tie_break: FloatArray
    cost_zero: FloatArray
    claim_column: IntArray
    claim_sense: FloatArray
    claim_of_column: IntArray
    claim_order: IntArray
    class_ptr: IntArray
    claim_class: IntArray
    relative_share: FloatArray
    start_head: IntArray
    row_component: IntArray
    overflow_column: IntArray
    overflow_row: IntArray
    overflow_stores: IntArray
    overflow_of_column: IntArray
    zone_ptr: IntArray
    zone_column: IntArray

    @property
    def rows(self) -> int:
        """Number of rows m."""
        return int(self.sizes[codes.ROWS])

    @property
    def columns(self) -> int:
        """Number of columns n, without the artificial ones."""
        return int(self.sizes[codes.COLUMNS])

    @property
    def claims(self) -> int:
        """Number of claims K."""
        return int(self.sizes[codes.CLAIMS])


def build_allocation(
    column_ptr: Any,
    row_index: Any,
    coefficient: Any,
    cost: Any,
    tie_break: Any,
    claim_column: Any,
    claim_sense: Any,
    claim_share: Any,
    claim_order: Any,
    class_ptr: Any,
    rows: int,
    mode: int = codes.MODE_FAIR,
    tolerance: float = TOLERANCE,
    overflows: Overflows | None = None,
    largest_cost: float | None = None,
) -> AllocationModel:
    """Check the arrays of a network and prepare them for `step_allocation`.

    Parameters
    ----------
    column_ptr : array_like, int, shape (n + 1,)
        Start of each column in `row_index` (compressed sparse columns).
    row_index : array_like, int, shape (nnz,)
        Row of each entry; no row twice in a column.
    coefficient : array_like, float, shape (variant, nnz)
        Entries of A by variant [-].
    cost : array_like, float, shape (variant, n)
        Cost of each column [yuan/m3]; not negative in the fair mode.
    tie_break : array_like, float, shape (n,)
        Second cost, in [1, 2), used lexicographically after `cost`.
    claim_column : array_like, int, shape (K,)
        Column of each claim; no column twice.
    claim_sense : array_like, shape (K,)
        +1: wants its column full; -1: wants it unused.
    claim_share : array_like, float, shape (K,)
        Share factor of each claim inside its class, > 0.
    claim_order : array_like, int, shape (policy, listed)
        Claims by class and policy, padded with -1; a policy may leave claims out.
    class_ptr : array_like, int, shape (policy, P + 1)
        ``claim_order[p, class_ptr[p, q]:class_ptr[p, q + 1]]`` is class q of policy p.
    rows : int
        Number of rows m.
    mode : int
        0 fair (lexicographic max-min by class), 1 least cost.
    tolerance : float
        Feasibility tolerance relative to the largest volume that can reach a column.
    overflows : Overflows, optional
        Columns whose use must follow from a full row. Then the second half of the policies are
        the same ladders with all overflow in the first class, which can always be solved.
    largest_cost : float, optional
        Cost beside which 1e-9 is nothing [yuan/m3]; default the largest one.

    Returns
    -------
    AllocationModel
        The model.

    Raises
    ------
    ValueError
        When shapes, indices or values do not fit, or a row's coefficients spread too far.
    """
    pointer = np.ascontiguousarray(column_ptr, dtype=np.int64)
    index = np.ascontiguousarray(row_index, dtype=np.int64)
    matrix = np.atleast_2d(np.array(coefficient, dtype=np.float64))
    prices = np.atleast_2d(np.array(cost, dtype=np.float64))
    ties = np.array(tie_break, dtype=np.float64)
    claimed = np.ascontiguousarray(claim_column, dtype=np.int64)
    sense = np.array(claim_sense, dtype=np.float64)
    share = np.array(claim_share, dtype=np.float64)
    order = np.atleast_2d(np.array(claim_order, dtype=np.int64))
    classes = np.atleast_2d(np.array(class_ptr, dtype=np.int64))
    columns = pointer.size - 1
    claims = claimed.size
    _check_matrix(pointer, index, matrix, rows)
    _check_costs(prices, ties, matrix.shape[0], columns, mode)
    _check_claims(claimed, sense, share, columns)
    if order.size == 0:
        order = np.full((classes.shape[0], 0), -1, dtype=np.int64)
    claim_class = _build_classes(order, classes, claims)
    over = _overflow_arrays(overflows or Overflows(), columns, rows, classes.shape[0])
    number = over["overflow_column"].size
    policies = classes.shape[0] // (2 if number else 1)

    row_scale = _scale_rows(index, matrix, rows)
    matrix = matrix * row_scale[index]
    of_column = _numbers_of(claimed, columns + rows)
    identity = np.ones((matrix.shape[0], rows))
    by_row = np.argsort(index, kind="stable")
    of_entry = np.repeat(np.arange(columns), np.diff(pointer))
    return AllocationModel(
        sizes=np.array(
            [
                rows,
                columns,
                claims,
                mode,
                classes.shape[1] - 1,
                index.size + rows,
                policies,
                number,
            ],
            dtype=np.int64,
        ),
        scalars=np.array([tolerance], dtype=np.float64),
        column_ptr=np.concatenate([pointer, pointer[-1] + np.arange(1, rows + 1)]),
        row_index=np.concatenate([index, np.arange(rows)]).astype(np.uint32),
        coefficient=np.ascontiguousarray(np.concatenate([matrix, identity], axis=1)),
        row_ptr=np.searchsorted(index[by_row], np.arange(rows + 1)).astype(np.int64),
        row_column=of_entry[by_row].astype(np.uint32),
        row_coefficient=np.ascontiguousarray(matrix[:, by_row]),
        row_scale=row_scale,
        cost=np.ascontiguousarray(np.pad(prices, ((0, 0), (0, rows)))),
        tie_break=np.pad(_last_resort(ties, over["overflow_column"], mode), (0, rows)),
        cost_zero=_nothing(prices, largest_cost),
        claim_column=claimed,
        claim_sense=sense,
        claim_of_column=of_column,
        claim_order=_widen(order, claims),
        class_ptr=np.ascontiguousarray(classes),
        claim_class=claim_class,
        relative_share=_relate_shares(share, claim_class),
        start_head=find_start(pointer, index, matrix, of_column, claim_class[:policies], rows),
        row_component=find_components(pointer, index, rows),
        **over,
    )


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _check_matrix(pointer: IntArray, index: IntArray, matrix: FloatArray, rows: int) -> None:
    _require(rows >= 1, "an allocation needs at least one row")
    _require(pointer.size >= 1 and pointer[0] == 0, "column_ptr must start at 0")
    _require(bool((np.diff(pointer) >= 0).all()), "column_ptr must not fall")
    _require(pointer[-1] == index.size, "column_ptr must end at the number of entries")
    _require(matrix.shape[1] == index.size, "coefficient must have one value per entry")
    _require(bool(((index >= 0) & (index < rows)).all()), "row_index out of range")
    _require(bool(np.isfinite(matrix).all()), "coefficient must be finite")
    column = np.repeat(np.arange(pointer.size - 1), np.diff(pointer))
    pairs = column * rows + index
    _require(np.unique(pairs).size == pairs.size, "a column names a row twice")


def _check_costs(
    prices: FloatArray, ties: FloatArray, variants: int, columns: int, mode: int
) -> None:
    _require(
        mode in (codes.MODE_FAIR, codes.MODE_LEAST_COST), "mode must be 0 (fair) or 1 (least cost)"
    )
    _require(prices.shape == (variants, columns), "cost must have shape (variant, column)")
    _require(bool(np.isfinite(prices).all()), "cost must be finite")
    _require(
        mode == codes.MODE_LEAST_COST or bool((prices >= 0.0).all()), "cost must not be negative"
    )
    _require(ties.shape == (columns,), "tie_break must have one value per column")
    _require(bool(((ties >= 1.0) & (ties < 2.0)).all()), "tie_break must lie in [1, 2)")


def _check_claims(claimed: IntArray, sense: FloatArray, share: FloatArray, columns: int) -> None:
    _require(bool(((claimed >= 0) & (claimed < columns)).all()), "claim_column out of range")
    _require(np.unique(claimed).size == claimed.size, "a column carries two claims")
    _require(sense.shape == claimed.shape, "claim_sense must have one value per claim")
    _require(bool((np.abs(sense) == 1.0).all()), "claim_sense must be +1 or -1")
    _require(share.shape == claimed.shape, "claim_share must have one value per claim")
    _require(bool((np.isfinite(share) & (share > 0.0)).all()), "claim_share must be positive")


def _overflow_arrays(
    overflows: Overflows, columns: int, rows: int, policies: int
) -> dict[str, IntArray]:
    """Check the overflow columns; return their arrays by name."""
    overflows = Overflows(*(np.ascontiguousarray(part, dtype=np.int64) for part in overflows))
    number = overflows.column.size
    inside = (overflows.column >= 0) & (overflows.column < columns)
    _require(bool(inside.all()), "an overflow column out of range")
    _require(np.unique(overflows.column).size == number, "an overflow column twice")
    inside = (overflows.row >= 0) & (overflows.row < rows)
    _require(overflows.row.shape == (number,) and bool(inside.all()), "an overflow's row is wrong")
    _require(overflows.stores.shape == (number,), "stores must have one value per overflow")
    pointer = overflows.zone_ptr
    _require(pointer.shape == (number + 1,) and pointer[0] == 0, "zone_ptr must start at 0")
    _require(bool((np.diff(pointer) >= 0).all()), "zone_ptr must not fall")
    _require(int(pointer[-1]) == overflows.zone_column.size, "zone_ptr must end at the zones")
    inside = (overflows.zone_column >= 0) & (overflows.zone_column < columns)
    _require(bool(inside.all()), "a zone's column out of range")
    _require(number == 0 or policies % 2 == 0, "overflow needs each ladder a second time")
    return {
        "overflow_column": overflows.column,
        "overflow_row": overflows.row,
        "overflow_stores": overflows.stores,
        "overflow_of_column": _numbers_of(overflows.column, columns),
        "zone_ptr": overflows.zone_ptr,
        "zone_column": overflows.zone_column,
    }


def _nothing(prices: FloatArray, largest: float | None) -> FloatArray:
    """Return the reduced cost of each variant that counts as none."""
    if largest is not None:
        return np.full(prices.shape[0], 1e-9 * largest)
    return 1e-9 * np.abs(prices).max(axis=1, initial=0.0)


def _last_resort(ties: FloatArray, overflow: IntArray, mode: int) -> FloatArray:
    """Return tie-breaks with which, at equal cost, water is stored rather than let overflow."""
    if mode == codes.MODE_LEAST_COST and overflow.size:
        ties = ties.copy()
        ties[overflow] *= LAST_RESORT
    return ties


def _numbers_of(members: IntArray, size: int) -> IntArray:
    """Return for each of so many things its number among the members, -1 where it is none."""
    number = np.full(size, -1, dtype=np.int64)
    number[members] = np.arange(members.size)
    return number


def _build_classes(order: IntArray, classes: IntArray, claims: int) -> IntArray:
    """Return the class of each claim by policy, -1 where it is not listed."""
    _require(order.shape[0] == classes.shape[0], "claim_order and class_ptr: unlike policies")
    claim_class = np.full((order.shape[0], claims), -1, dtype=np.int64)
    for policy in range(order.shape[0]):
        pointer = classes[policy]
        _require(
            pointer[0] == 0 and bool((np.diff(pointer) >= 0).all()), "class_ptr must start at 0"
        )
        _require(int(pointer[-1]) <= order.shape[1], "class_ptr beyond claim_order")
        listed = order[policy, : pointer[-1]]
        _require(bool(((listed >= 0) & (listed < claims)).all()), "claim_order out of range")
        _require(np.unique(listed).size == listed.size, "a policy lists a claim twice")
        claim_class[policy, listed] = np.repeat(np.arange(pointer.size - 1), np.diff(pointer))
    return claim_class


def _widen(order: IntArray, claims: int) -> IntArray:
    """Return a row of K claims for each policy, which the kernels step over to find the next."""
    wide = np.full((order.shape[0], claims), -1, dtype=np.int64)
    listed = min(order.shape[1], claims)
    wide[:, :listed] = order[:, :listed]
    return wide


def _relate_shares(share: FloatArray, claim_class: IntArray) -> FloatArray:
    """Return each claim's share over the largest share of its class, by policy."""
    relative = np.ones(claim_class.shape)
    for policy, of_claim in enumerate(claim_class):
        for number in np.unique(of_claim[of_claim >= 0]):
            members = of_claim == number
            relative[policy, members] = share[members] / share[members].max()
    return relative


def _scale_rows(index: IntArray, matrix: FloatArray, rows: int) -> FloatArray:
    """Return powers of two that bring each row's largest coefficient into [0.7, 1.5)."""
    largest = np.zeros(rows)
    smallest = np.full(rows, np.inf)
    for values in np.abs(matrix):
        np.maximum.at(largest, index, values)
        np.minimum.at(smallest, index[values > 0.0], values[values > 0.0])
    filled = largest > 0.0
    spread = largest[filled] / smallest[filled]
    _require(
        bool((spread <= LARGEST_SPREAD).all()),
        f"coefficients of one row differ by more than a factor {LARGEST_SPREAD:.0e}",
    )
    scale = np.ones(rows)
    scale[filled] = 2.0 ** -np.round(np.log2(largest[filled]))
    return scale
