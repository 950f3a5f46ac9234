"""The mutable part of an allocation: basis, factors, cuts, scratch, counters, and the book."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hydrosim.kernels._book import LONGEST_BOOK
from hydrosim.kernels._checked import name_book
from hydrosim.kernels._vectors import LANE, whole_lanes
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.functions import FUNCTIONS
from hydrosim.kernels.allocation.group_rates import BAND
from hydrosim.kernels.allocation.model import AllocationModel, FloatArray, IntArray

LARGEST_POOL = 256
MOST_CELLS = 2**19
"""Cells of rates of columns by groups that a solver keeps at most, see group_rates.py."""
CLAIM_FLOATS = (
    "best", "worst", "offset", "slope", "wish", "deficit", "target", "target_before",
    "gap_target", "wish_seen",
)  # fmt: skip
COLUMN_FLOATS = (
    "lower", "upper", "tolerance", "sharpness", "reduced_cost", "reduced_tie", "alpha",
    "alpha_size", "ratio",
)  # fmt: skip
ROW_FLOATS = (
    "given_rhs", "rhs", "basic_value", "basic_lower", "basic_upper", "basic_weight", "rho",
    "column", "work", "rhs_seen", "reach",
)  # fmt: skip
PEEL_INTEGERS = (
    "row_count", "column_count", "row_open", "position_open", "order_row", "order_position",
    "queue", "back_ptr",
)  # fmt: skip
CUT_INTEGERS = (
    "cut_start", "cut_claims", "cut_columns", "cut_end", "cut_tight", "cut_variant", "cut_awake",
    "cut_negative", "active", "met", "cut_order",
)  # fmt: skip
CUT_FLOATS = ("cut_gap", "cut_tolerance")
LIVE_FLOATS = ("live_gap", "need", "weight", "little", "open", "level")


@dataclass(frozen=True, eq=False)
class AllocationState:
    """All that a scenario's allocation remembers; saving `arrays` saves the solver whole.

    `book` holds the addresses of all arrays of the model and of this state, so an array may be
    filled anew but never replaced.
    """

    model: AllocationModel
    arrays: Mapping[str, Any]
    book: IntArray = field(repr=False)

    @property
    def address(self) -> int:
        """Address of the book, which every kernel of the allocation takes."""
        return int(self.book.ctypes.data)

    @property
    def x(self) -> FloatArray:
        """Flow of each column in the last step [m3], shape (n,)."""
        return self.arrays["x"]

    @property
    def fulfilment(self) -> FloatArray:
        """Fulfilment of each claim in the last step [-], shape (K,)."""
        return self.arrays["fulfilment"]

    @property
    def counters(self) -> FloatArray:
        """What the solver did so far, by ``COUNTER_NAMES``."""
        return self.arrays["counters"]

    @property
    def control(self) -> IntArray:
        """The solver's switches; ``control[OFFENDING_ROW]`` names the row of a failure."""
        return self.arrays["control"]

    @property
    def tolerance(self) -> FloatArray:
        """Tolerance of each column, the artificial ones included [m3], shape (n + m,)."""
        return self.arrays["tolerance"]

    @property
    def size_kib(self) -> float:
        """Memory of this scenario's solver [KiB]."""
        return sum(array.nbytes for array in self.arrays.values()) / 1024


def build_allocation_state(model: AllocationModel) -> AllocationState:
    """Return an empty solver for one scenario.

    Parameters
    ----------
    model : AllocationModel
        The network's model.

    Returns
    -------
    AllocationState
        Starting basis, no cuts, counters at zero.
    """
    rows, claims, columns = model.rows, model.claims, model.columns
    total = columns + rows
    classes = model.class_ptr.shape[1]
    pool = whole_lanes(min(LARGEST_POOL, 32 + 2 * (rows + claims)))
    arrays = {name: np.zeros(claims) for name in CLAIM_FLOATS}
    arrays |= {name: np.zeros(total) for name in COLUMN_FLOATS}
    arrays |= {name: np.zeros(rows) for name in ROW_FLOATS}
    arrays |= {name: np.zeros(rows + 1, dtype=np.int64) for name in PEEL_INTEGERS}
    arrays |= {name: np.zeros(pool, dtype=np.int64) for name in CUT_INTEGERS}
    arrays |= {name: np.zeros(pool) for name in CUT_FLOATS}
    for name in ("given_upper", "x", "upper_seen", "shift", "own_upper"):
        arrays[name] = np.zeros(columns)
    for name in ("given_wanted", "fulfilment", "mix"):
        arrays[name] = np.ones(claims)
    for name in ("status", "enters", "touched", "eligible"):
        arrays[name] = np.zeros(total, dtype=np.int64)
    for name in ("class_today", "event", "holder"):
        arrays[name] = np.zeros(claims, dtype=np.int64)
    arrays["overflow_state"] = np.zeros(model.overflow_column.size, dtype=np.int64)
    for name in ("overflow_upper", "overflow_wanted"):
        arrays[name] = np.zeros(model.overflow_column.size)
    for name in ("row_mark", "row_queue"):
        arrays[name] = np.zeros(rows, dtype=np.int64)
    arrays["own_rhs"] = np.zeros(rows)
    arrays["own_wanted"] = np.zeros(claims)
    arrays["class_event"] = np.zeros(classes, dtype=np.int64)
    arrays["class_room"] = np.zeros(classes + 1)
    arrays["class_given"] = np.zeros(classes + 1)
    arrays["head"] = model.start_head.copy()
    arrays["counters"] = np.zeros(codes.COUNTERS_KEPT)
    arrays["control"] = np.zeros(codes.CONTROLS, dtype=np.int64)
    arrays["control"][[codes.LAST_VARIANT, codes.LAST_POLICY]] = -1
    arrays["control"][codes.NEED_REACH] = 1
    arrays["control"][[codes.GROUP_VARIANT, codes.GROUP_POLICY, codes.FREE_CELL]] = -1
    _add_factors(arrays, model)
    _add_groups(arrays, model)
    _add_pool(arrays, model, pool)
    return AllocationState(model, arrays, _write_book(model, arrays))


def _add_factors(arrays: dict[str, Any], model: AllocationModel) -> None:
    rows = model.rows
    entries = model.row_index.size
    room = 16 * entries + 96 * rows + 256
    operations = 3 * rows + 132
    arrays["operation_row"] = np.zeros(operations, dtype=np.uint32)
    arrays["operation_inverse"] = np.zeros(operations)
    arrays["operation_ptr"] = np.zeros(operations + 1, dtype=np.int64)
    arrays["factor_row"] = np.zeros(room, dtype=np.uint32)
    arrays["factor_value"] = np.zeros(room)
    arrays["back_row"] = np.zeros(entries + 1, dtype=np.uint32)
    arrays["back_value"] = np.zeros(entries + 1)


def _add_groups(arrays: dict[str, Any], model: AllocationModel) -> None:
    rows, claims, columns = model.rows, model.claims, model.columns
    classes = model.class_ptr.shape[1]
    width = whole_lanes(max(1, min(rows, claims)))
    bands = width // BAND
    cells = max(1, min(columns * bands, MOST_CELLS))
    for name in ("frozen_volume", "member_part", "member_offset", "member_slope"):
        arrays[name] = np.zeros(claims)
    for name in ("picture", "member_next"):
        arrays[name] = np.full(claims, codes.ORDINARY if name == "picture" else -1)
    arrays["group_head"] = model.start_head.copy()
    arrays["group_side"] = np.zeros(columns + rows, dtype=np.int64)
    for name in ("first", "size", "place", "class", "rank", "ranked"):
        arrays[f"group_{name}"] = np.zeros(width, dtype=np.int64)
    arrays["group_place"][:] = -1
    for name in ("scale", "level", "share"):
        arrays[f"group_{name}"] = np.zeros(width)
    arrays["share_band"] = np.zeros(bands, dtype=np.int64)
    arrays["cell_value"] = np.zeros(cells * BAND)
    for name in ("column", "band", "next", "above", "below"):
        arrays[f"cell_{name}"] = np.zeros(cells, dtype=np.int64)
    arrays["column_cell"] = np.full(columns, -1)
    arrays["band_cell"] = np.full(bands, -1)
    for name in ("group_cost", "group_tie"):
        arrays[name] = np.zeros(columns)
    for name in ("suspect", "is_suspect"):
        arrays[name] = np.zeros(columns, dtype=np.int64)
    moves = columns + classes + 1
    for name in ("column", "sense", "lead", "order"):
        arrays[f"move_{name}"] = np.zeros(moves, dtype=np.int64)
    for name in ("value", "tie", "gain"):
        arrays[f"move_{name}"] = np.zeros(moves)
    for name in ("start", "rate", "gain"):
        arrays[f"set_{name}"] = np.zeros(classes + 2)
    entries = model.row_index.size
    arrays["basis_ptr"] = np.zeros(rows + 1, dtype=np.int64)
    arrays["basis_row"] = np.zeros(entries + 1, dtype=np.uint32)
    arrays["basis_value"] = np.zeros(entries + 1)


def _add_pool(arrays: dict[str, Any], model: AllocationModel, pool: int) -> None:
    rows, claims = model.rows, model.claims
    longest = rows + claims + model.columns
    room = max(4 * longest, pool * (16 + 3 * (rows + claims) // 4))
    arrays["cut_variant"][:] = -1
    arrays["cut_index"] = np.zeros(room, dtype=np.uint32)
    arrays["cut_value"] = np.zeros(room)
    arrays["row_weight"] = np.zeros(rows * pool)
    arrays["claim_weight"] = np.zeros(claims * pool)
    width = whole_lanes(pool + LANE)
    arrays |= {name: np.zeros(width) for name in LIVE_FLOATS}
    arrays["live_weight"] = np.zeros(claims * width)
    arrays["live_later"] = np.zeros(model.class_ptr.shape[1] * width)


def _write_book(model: AllocationModel, arrays: Mapping[str, Any]) -> IntArray:
    """Return the addresses and sizes of all arrays, and the addresses of the functions."""
    book = np.zeros(LONGEST_BOOK, dtype=np.int64)
    book[2 * slots.BOOK : 2 * slots.BOOK + 2] = book.ctypes.data, book.size
    for slot in range(slots.BOOK + 1, slots.SOLVE_STEP):
        name = NAMES[slot]
        array = getattr(model, name) if slot <= slots.LAST_OF_MODEL else arrays[name]
        assert array.flags.c_contiguous
        book[2 * slot : 2 * slot + 2] = array.ctypes.data, array.size
    for slot, function in FUNCTIONS.items():
        book[2 * slot] = function.address
    name_book(book.ctypes.data, NAMES)
    return book


NAMES = {
    value: name.lower()
    for name, value in vars(slots).items()
    if isinstance(value, int) and name != "LAST_OF_MODEL"
}
"""Name of the array of each slot."""
