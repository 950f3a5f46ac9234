"""What each column does to the level of each group: rates, kept where they are not zero.

The rates of a column stand in *cells* of eight groups side by side (a *band* of slots).  The cells
of a column are linked in the order of their bands, and those of a band are linked both ways.  A
cell is made when a rate is written and goes when its rates have become nothing, so that memory and
work grow with the rates that there are: in a network of valleys with one common import a column
moves a few levels, whatever their number.
"""

from typing import Any, Final

from hydrosim.kernels._book import floats, floats_from, integers, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels._vectors import add_scaled
from hydrosim.kernels.allocation import codes, slots

BAND: Final = 8
"""Groups side by side in a cell."""
NOTHING = 1e-13
"""Rates at and below which they are rounding."""
NO_RATE = 1e-9
"""Rates at and below which a column does not touch a level."""


@inner
def rate_of(book: Any, j: int, s: int) -> float:
    """Return what a column does to the level of a group."""
    band = s // BAND
    bands = integers(book, slots.CELL_BAND)
    following = integers(book, slots.CELL_NEXT)
    cell = integers(book, slots.COLUMN_CELL)[j]
    while cell >= 0 and bands[cell] < band:
        cell = following[cell]
    if cell < 0 or bands[cell] != band:
        return 0.0
    return floats(book, slots.CELL_VALUE)[cell * BAND + s % BAND]


@inner
def has_room(book: Any, cells: int) -> bool:
    """Whether so many more cells can be made; there is always room where all have a place."""
    in_use = integers(book, slots.CONTROL)[codes.CELLS_IN_USE]
    room = size_of(book, slots.CELL_BAND)
    whole = size_of(book, slots.COLUMN_CELL) * size_of(book, slots.BAND_CELL)
    return room >= whole or in_use + cells <= room


@inner
def new_cell(book: Any, j: int, band: int, before: int, after: int) -> int:
    """Make an empty cell of a column between two of its cells."""
    control = integers(book, slots.CONTROL)
    heads = integers(book, slots.BAND_CELL)
    following = integers(book, slots.CELL_NEXT)
    cell = control[codes.FREE_CELL]
    if cell >= 0:
        control[codes.FREE_CELL] = following[cell]
    else:
        cell = control[codes.CELLS]
        control[codes.CELLS] = cell + 1
    control[codes.CELLS_IN_USE] += 1
    integers(book, slots.CELL_COLUMN)[cell] = j
    integers(book, slots.CELL_BAND)[cell] = band
    following[cell] = after
    if before >= 0:
        following[before] = cell
    else:
        integers(book, slots.COLUMN_CELL)[j] = cell
    top = heads[band]
    integers(book, slots.CELL_BELOW)[cell] = top
    integers(book, slots.CELL_ABOVE)[cell] = -1
    if top >= 0:
        integers(book, slots.CELL_ABOVE)[top] = cell
    heads[band] = cell
    value = floats_from(book, slots.CELL_VALUE, cell * BAND)
    for n in range(BAND):
        value[n] = 0.0
    return cell


@inner
def drop_cell(book: Any, cell: int, before: int) -> int:
    """Take a cell out of its lists; return the next of its column."""
    control = integers(book, slots.CONTROL)
    following = integers(book, slots.CELL_NEXT)
    above = integers(book, slots.CELL_ABOVE)
    below = integers(book, slots.CELL_BELOW)
    after = following[cell]
    if before >= 0:
        following[before] = after
    else:
        integers(book, slots.COLUMN_CELL)[integers(book, slots.CELL_COLUMN)[cell]] = after
    if above[cell] >= 0:
        below[above[cell]] = below[cell]
    else:
        integers(book, slots.BAND_CELL)[integers(book, slots.CELL_BAND)[cell]] = below[cell]
    if below[cell] >= 0:
        above[below[cell]] = above[cell]
    following[cell] = control[codes.FREE_CELL]
    control[codes.FREE_CELL] = cell
    control[codes.CELLS_IN_USE] -= 1
    return after


@inner
def entry_of(book: Any, j: int, s: int) -> int:
    """Return where in ``cell_value`` the rate of a column on a group stands; make it where needed.

    There has to be room for a cell.
    """
    band = s // BAND
    bands = integers(book, slots.CELL_BAND)
    following = integers(book, slots.CELL_NEXT)
    before = -1
    cell = integers(book, slots.COLUMN_CELL)[j]
    while cell >= 0 and bands[cell] < band:
        before = cell
        cell = following[cell]
    if cell < 0 or bands[cell] != band:
        cell = new_cell(book, j, band, before, cell)
    return cell * BAND + s % BAND


@inner
def forget_rates(book: Any) -> None:
    """Forget all rates."""
    heads = integers(book, slots.COLUMN_CELL)
    for j in range(integers(book, slots.SIZES)[codes.COLUMNS]):
        heads[j] = -1
    below = integers(book, slots.BAND_CELL)
    for b in range(size_of(book, slots.BAND_CELL)):
        below[b] = -1
    control = integers(book, slots.CONTROL)
    control[codes.CELLS] = 0
    control[codes.CELLS_IN_USE] = 0
    control[codes.FREE_CELL] = -1


@inner
def list_shares(book: Any) -> int:
    """List the bands in which ``group_share`` is not zero; return how many there are."""
    share = floats(book, slots.GROUP_SHARE)
    listed = integers(book, slots.SHARE_BAND)
    used = integers(book, slots.CONTROL)[codes.GROUPS_USED]
    found = 0
    for b in range((used + BAND - 1) // BAND):
        some = 0.0
        for n in range(BAND * b, BAND * b + BAND):
            some += abs(share[n])
        if some > 0.0:
            listed[found] = b
            found += 1
    return found


@inner
def take_shares(book: Any, j: int, a: float, found: int) -> None:
    """Take ``a`` times the listed shares from the rates of a column; there has to be room."""
    bands = integers(book, slots.CELL_BAND)
    following = integers(book, slots.CELL_NEXT)
    listed = integers(book, slots.SHARE_BAND)
    before = -1
    cell = integers(book, slots.COLUMN_CELL)[j]
    for n in range(found):
        band = listed[n]
        while cell >= 0 and bands[cell] < band:
            before = cell
            cell = following[cell]
        if cell < 0 or bands[cell] != band:
            cell = new_cell(book, j, band, before, cell)
        value = floats_from(book, slots.CELL_VALUE, cell * BAND)
        share = floats_from(book, slots.GROUP_SHARE, band * BAND)
        add_scaled(value, share, -a, BAND)
        left = 0.0
        for m in range(BAND):
            left += abs(value[m])
        if left <= NOTHING:
            cell = drop_cell(book, cell, before)
