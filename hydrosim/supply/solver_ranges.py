"""What the arrays of a solver may hold: every index within what it points into.

The kernels follow the solver's lists without looking at their bounds, so a state is looked through
before it is taken over. A list that fits here leads no kernel out of its arrays, whatever else it
says; what is wrong in it beyond that shows in a row that does not close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from hydrosim.kernels.allocation import AllocationModel

    Range = tuple[int, int]

__all__ = ["faults_of_solver", "outside"]

MOST_STEPS = 10**9
NOT_NEGATIVE = (
    "rhs_seen", "upper_seen", "wish_seen", "reach", "tolerance", "sharpness", "cut_tolerance",
)  # fmt: skip
"""Sizes of volumes, and what follows from them."""
AT_REST = ("alpha", "alpha_size")
"""Sums that every pivot leaves at zero."""


def outside(name: str, values: NDArray[Any], least: float, most: float) -> Message | None:
    """Say which value of an array lies outside a range; None where none does."""
    wrong = ~((values >= least) & (values <= most))
    if not wrong.any():
        return None
    value = values.ravel()[int(wrong.argmax())].item()
    return _(
        "{name} holds {value:.6g}, outside {least:.6g} to {most:.6g}",
        name=name, value=value, least=float(least), most=float(most),
    )  # fmt: skip


def faults_of_solver(
    model: AllocationModel, arrays: Mapping[str, NDArray[Any]]
) -> Iterator[Message]:
    """Yield what a solver of a network cannot hold; its arrays have the right shapes.

    Parameters
    ----------
    model
        The network.
    arrays
        The solver's arrays by name, without its counters.
    """
    for name, values in arrays.items():
        if values.dtype.kind == "f" and np.isnan(values).any():
            yield _("{name} holds a value that is no number", name=name)
    ranges = _ranges(model, arrays)
    for name, (least, most) in ranges.items():
        fault = outside(name, arrays[name], least, most)
        if fault is not None:
            yield fault
    control = arrays["control"]
    for place, (least, most) in _control(model, arrays).items():
        fault = outside("control", control[place : place + 1], least, most)
        if fault is not None:
            yield fault
            return
    yield from _faults_of_basis(model, arrays)
    yield from _faults_of_groups(model, arrays)
    yield from _faults_of_rates(arrays)
    yield from _faults_of_factors(arrays)
    yield from _faults_of_cuts(model, arrays)


def _ranges(model: AllocationModel, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Range]:
    """Return the least and the largest value of each array of whole numbers, and of some others."""
    from hydrosim.kernels.allocation import codes

    rows, claims, columns = model.rows, model.claims, model.columns
    total, pool = columns + rows, arrays["cut_start"].size
    classes = int(model.sizes[codes.CLASSES])
    entries, room = arrays["back_row"].size, arrays["cut_index"].size
    last = int(max(rows, claims, columns)) - 1
    width = arrays["group_first"].size
    bands, cells = arrays["band_cell"].size, arrays["cell_band"].size
    return {
        "status": (codes.AT_LOWER, codes.BASIC),
        "enters": (0, 1),
        "touched": (0, total - 1),
        "eligible": (0, total - 1),
        "head": (0, total - 1),
        "class_today": (-1, classes - 1),
        "event": (0, MOST_STEPS),
        "holder": (-1, pool - 1),
        "class_event": (0, MOST_STEPS),
        "overflow_state": (0, 3),
        "row_mark": (0, 1),
        "row_queue": (0, max(rows - 1, 0)),
        "operation_row": (0, max(rows - 1, 0)),
        "operation_ptr": (0, arrays["factor_row"].size),
        "factor_row": (0, max(rows - 1, 0)),
        "back_ptr": (0, entries),
        "back_row": (0, max(rows - 1, 0)),
        "row_count": (0, entries),
        "column_count": (0, entries),
        "row_open": (0, 2),
        "position_open": (0, 1),
        "order_row": (0, rows),
        "order_position": (0, rows),
        "queue": (0, max(total, entries)),
        "cut_start": (0, room),
        "cut_claims": (0, room),
        "cut_columns": (0, room),
        "cut_end": (0, room),
        "cut_index": (0, max(last, 0)),
        "cut_tight": (0, int(arrays["control"][codes.NOW])),
        "cut_variant": (-1, model.coefficient.shape[0] - 1),
        "cut_awake": (0, 1),
        "cut_negative": (0, 1),
        "active": (0, pool - 1),
        "met": (0, pool - 1),
        "cut_order": (0, pool - 1),
        "picture": (codes.FROZEN, width - 1),
        "member_next": (-1, claims - 1),
        "group_head": (0, total + width - 1),
        "group_side": (codes.AT_LOWER, codes.BASIC),
        "group_first": (-1, claims - 1),
        "group_size": (0, claims),
        "group_place": (-1, rows - 1),
        "group_class": (0, max(classes - 1, 0)),
        "group_rank": (0, codes.NO_RANK),
        "group_ranked": (0, width - 1),
        "suspect": (0, max(columns - 1, 0)),
        "is_suspect": (0, 1),
        "share_band": (0, bands - 1),
        "cell_column": (0, max(columns - 1, 0)),
        "cell_band": (0, bands - 1),
        "cell_next": (-1, cells - 1),
        "cell_above": (-1, cells - 1),
        "cell_below": (-1, cells - 1),
        "column_cell": (-1, cells - 1),
        "band_cell": (-1, cells - 1),
        "move_column": (-classes - 1, max(columns - 1, 0)),
        "move_sense": (-1, 1),
        "move_order": (0, columns + classes),
        "move_lead": (-1, 1 << 41),
        "basis_ptr": (0, arrays["basis_row"].size),
        "basis_row": (0, max(rows - 1, 0)),
        **dict.fromkeys(NOT_NEGATIVE, (0, 10**300)),
        **dict.fromkeys(AT_REST, (0, 0)),
    }


def _control(model: AllocationModel, arrays: Mapping[str, NDArray[Any]]) -> dict[int, Range]:
    """Return the least and the largest value of each switch."""
    from hydrosim.kernels.allocation import codes

    rows, pool = model.rows, arrays["cut_start"].size
    room = int(arrays["factor_row"].size)
    operations = int(arrays["operation_row"].size)
    width = arrays["group_first"].size
    policies = int(model.sizes[codes.POLICIES]) * (2 if model.sizes[codes.OVERFLOWS] else 1)
    flag = (0, 1)
    return {
        codes.LAST_VARIANT: (-1, model.coefficient.shape[0] - 1),
        codes.LAST_POLICY: (-1, policies - 1),
        codes.NEED_FACTOR: flag,
        codes.NEED_COSTS: flag,
        codes.NEED_FLIPS: flag,
        codes.NEED_VALUES: flag,
        codes.NEED_REACH: flag,
        codes.OPERATIONS: (0, operations - 1),
        codes.GATHERED: (0, operations - 1),
        codes.BASE_OPERATIONS: (0, operations - 1),
        codes.BASE_ENTRIES: (0, room),
        codes.UPDATES: (0, MOST_STEPS),
        codes.COST_UPDATES: (0, MOST_STEPS),
        codes.BLOCKED_ROW: (0, max(rows - 1, 0)),
        codes.BLOCKED_SIGN: (-1, 1),
        codes.OFFENDING_ROW: (-1, max(rows - 1, 0)),
        codes.NOW: (0, MOST_STEPS),
        codes.POLICY: (0, policies - 1),
        codes.WIDENING: (0, 8),
        codes.CUTS: (0, pool),
        codes.ACTIVE_CUTS: (0, pool),
        codes.LIVE_NEGATIVE: flag,
        codes.GAPS_KNOWN: flag,
        codes.FIRST_CLASS: (0, int(model.sizes[codes.CLASSES])),
        codes.EVENTS: (0, MOST_STEPS),
        codes.BUMP: (0, rows),
        codes.PATIENT: flag,
        codes.ENDED: (0, 3),
        codes.LOST_CUTS: flag,
        codes.FACTORS_OF_GROUPS: flag,
        codes.GROUP_VARIANT: (-1, model.coefficient.shape[0] - 1),
        codes.GROUP_POLICY: (-1, policies - 1),
        codes.GROUPS_USED: (0, width),
        codes.GROUP_FACTOR: flag,
        codes.GROUP_PRICES: (0, 2),
        codes.SUSPECTS: (0, model.columns),
        codes.EXCHANGES: (0, MOST_STEPS),
        codes.BY_GROUPS: flag,
        codes.MOVE_RANK: (-1, 2 * codes.NO_RANK),
        codes.MOVE_SENSE: (-1, 1),
        codes.RANKS: (0, width),
        codes.EVENT_KIND: (0, 4),
        codes.EVENT_PLACE: (0, max(rows - 1, 0)),
        codes.EVENT_SIDE: flag,
        codes.EVENT_CLAIM: (0, max(model.claims - 1, 0)),
        codes.WAY: (codes.WAY_BY_SIZE, codes.WAY_GROUPS),
        codes.GROUP_AGE: (0, MOST_STEPS),
        codes.GROUP_REST: (0, 63),
        codes.GROUP_PAUSE: (0, 63),
        codes.NEW_PICTURE: flag,
        codes.CELLS: (0, arrays["cell_band"].size),
        codes.CELLS_IN_USE: (0, int(arrays["control"][codes.CELLS])),
        codes.FREE_CELL: (-1, int(arrays["control"][codes.CELLS]) - 1),
    }


def _faults_of_basis(
    model: AllocationModel, arrays: Mapping[str, NDArray[Any]]
) -> Iterator[Message]:
    """Yield what is wrong with the columns of the basis: each once, and marked as such."""
    from hydrosim.kernels.allocation import codes

    head, status = arrays["head"], arrays["status"]
    if np.unique(head).size != head.size:
        yield _("the basis names a column twice")
    elif arrays["control"][codes.LAST_VARIANT] >= 0 and (
        (status[head] != codes.BASIC).any() or (status == codes.BASIC).sum() != model.rows
    ):
        yield _("the basis and the marks of its columns differ")


def _faults_of_groups(
    model: AllocationModel, arrays: Mapping[str, NDArray[Any]]
) -> Iterator[Message]:
    """Yield what is wrong with the basis of groups: its columns, its marks, its members."""
    from hydrosim.kernels.allocation import codes

    if arrays["control"][codes.GROUP_VARIANT] < 0:
        return
    head, side, picture = (arrays[name] for name in ("group_head", "group_side", "picture"))
    total = model.columns + model.rows
    plain, groups = head[head < total], head[head >= total] - total
    if np.unique(head).size != head.size:
        yield _("the basis names a column twice")
    elif (side[plain] != codes.BASIC).any() or (side == codes.BASIC).sum() != plain.size:
        yield _("the basis and the marks of its columns differ")
    elif not np.array_equal(np.unique(picture[picture >= 0]), np.sort(groups)):
        yield _("the basis and the groups of claims differ")


def _faults_of_rates(arrays: Mapping[str, NDArray[Any]]) -> Iterator[Message]:
    """Yield what is wrong with the lists of rates: no cell twice, none in the wrong list."""
    from hydrosim.kernels.allocation import codes

    control, column, band = arrays["control"], arrays["cell_column"], arrays["cell_band"]
    following, below, above = (arrays[f"cell_{name}"] for name in ("next", "below", "above"))
    free, cell = [], int(control[codes.FREE_CELL])
    while cell >= 0 and len(free) < control[codes.CELLS]:
        free.append(cell)
        cell = int(following[cell])
    listed = np.setdiff1d(np.arange(control[codes.CELLS]), free)
    fine = cell < 0 and listed.size == control[codes.CELLS_IN_USE]
    for heads, after, owner in (
        (arrays["column_cell"], following, column),
        (arrays["band_cell"], below, band),
    ):
        first = np.flatnonzero(heads >= 0)
        linked = listed[after[listed] >= 0]
        cells = np.concatenate([heads[first], after[linked]])
        fine = fine and np.array_equal(np.sort(cells), listed)
        fine = fine and np.array_equal(owner[cells], np.concatenate([first, owner[linked]]))
    linked = listed[below[listed] >= 0]
    tops = arrays["band_cell"][arrays["band_cell"] >= 0]
    fine = fine and (above[below[linked]] == linked).all() and (above[tops] == -1).all()
    if not fine:
        yield _("the rates of the groups are in disorder")


def _faults_of_factors(arrays: Mapping[str, NDArray[Any]]) -> Iterator[Message]:
    """Yield what is wrong with the lists of operations."""
    from hydrosim.kernels.allocation import codes

    control, pointer = arrays["control"], arrays["operation_ptr"]
    count = int(control[codes.OPERATIONS])
    base, gathered = int(control[codes.BASE_OPERATIONS]), int(control[codes.GATHERED])
    rising = (np.diff(pointer[: count + 1]) >= 0).all() and pointer[0] == 0
    if not (gathered <= base <= count and rising):
        yield _("the factors of the basis are in disorder")
    if (np.diff(arrays["back_ptr"][: arrays["row_open"].size]) < 0).any():
        yield _("the factors of the basis are in disorder")


def _faults_of_cuts(
    model: AllocationModel, arrays: Mapping[str, NDArray[Any]]
) -> Iterator[Message]:
    """Yield what is wrong with the pool of cuts: its order, its lists, those that are active."""
    from hydrosim.kernels.allocation import codes

    control, order = arrays["control"], arrays["cut_order"][: arrays["control"][codes.CUTS]]
    active = arrays["active"][: control[codes.ACTIVE_CUTS]]
    kept = np.flatnonzero(arrays["cut_variant"] >= 0)
    awake = np.flatnonzero(arrays["cut_awake"][kept])
    if not np.array_equal(np.sort(order), kept):
        yield _("the list of cuts and their marks differ")
        return
    if not np.array_equal(np.sort(active), kept[awake]):
        yield _("the list of active cuts and their marks differ")
    edges = np.array(
        [arrays[name][order] for name in ("cut_start", "cut_claims", "cut_columns", "cut_end")]
    )
    if (np.diff(edges.T.ravel()) < 0).any():
        yield _("the lists of cuts overlap")
        return
    index = arrays["cut_index"].astype(np.int64)
    bounds = (model.rows, model.claims, model.columns)
    for part, bound in enumerate(bounds):
        edge = np.zeros(index.size + 1, dtype=np.int64)
        np.add.at(edge, edges[part], 1)
        np.add.at(edge, edges[part + 1], -1)
        if (index[np.cumsum(edge[:-1]) > 0] >= bound).any():
            yield _("a cut names what the network does not have")
            return
