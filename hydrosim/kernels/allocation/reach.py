"""How much water can reach each row and column, and so how exact its volumes must be."""

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, indices, integers, open_book, size_of
from hydrosim.kernels.allocation import codes, slots

ROUNDING = 2.0**-44
"""Tolerance floor as a share of the largest volume of the connected part (256 unit roundoffs)."""
WISH_ROUNDING = 2.0**-4
"""The same for a wish, in the unit of that share."""


@apart
def measure_reach(address: int, variant: int, _unused: int) -> int:
    """Set each column's tolerance from the largest volume that can reach it.

    A row's reach is the largest of its right-hand side and of what a column can bring to it, a
    column's reach the least of its bound and the reach of the rows that it leaves.

    Parameters
    ----------
    address : int
        The book; reads the matrix, ``rhs_seen``, ``upper_seen``, ``wish_seen`` [m3]; writes
        ``reach``, ``tolerance`` [m3] and ``sharpness`` [1/m3].
    variant : int
        Coefficient variant [-].
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    first = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    component = integers(book, slots.ROW_COMPONENT)
    reach = floats(book, slots.REACH)
    rhs_seen = floats(book, slots.RHS_SEEN)
    upper_seen = floats(book, slots.UPPER_SEEN)
    wish_seen = floats(book, slots.WISH_SEEN)
    tolerance = floats(book, slots.TOLERANCE)
    sharpness = floats(book, slots.SHARPNESS)
    largest = floats(book, slots.WORK)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    relative = floats(book, slots.SCALARS)[codes.MODEL_TOLERANCE]
    for i in range(rows):
        reach[i] = rhs_seen[i]
    changed = True
    while changed:
        changed = False
        for j in range(columns):
            volume = upper_seen[j]
            for e in range(column_ptr[j], column_ptr[j + 1]):
                value = coefficient[first + e]
                if value > 0.0 and reach[row_index[e]] < volume * value:
                    volume = reach[row_index[e]] / value
            tolerance[j] = volume
            for e in range(column_ptr[j], column_ptr[j + 1]):
                value = coefficient[first + e]
                # The margin keeps a cycle with gains near one from creeping for ever.
                if -value * volume > 1.01 * reach[row_index[e]]:
                    reach[row_index[e]] = -value * volume
                    changed = True
    for i in range(rows):
        tolerance[columns + i] = reach[i]
        largest[i] = 0.0
    for i in range(rows):
        largest[component[i]] = max(largest[component[i]], reach[i])
    # Where no water is, bounds alone tell what a column may carry on the way: kept as negatives.
    for j in range(columns):
        for e in range(column_ptr[j], column_ptr[j + 1]):
            part = component[row_index[e]]
            if largest[part] <= 0.0 and upper_seen[j] > -largest[part]:
                largest[part] = -upper_seen[j]
    for i in range(rows):
        largest[component[i]] = abs(largest[component[i]])
    # A target is a difference of wishes, so it carries their rounding even where little comes.
    for k in range(size_of(book, slots.CLAIM_COLUMN)):
        j = claim_column[k]
        if sense[k] > 0.0:
            wish = WISH_ROUNDING * max(upper_seen[j], wish_seen[k])
            for e in range(column_ptr[j], column_ptr[j + 1]):
                part = component[row_index[e]]
                largest[part] = max(largest[part], wish)
    for j in range(columns + rows):
        floor = 1e-290
        for e in range(column_ptr[j], column_ptr[j + 1]):
            floor = max(floor, ROUNDING * largest[component[row_index[e]]])
        tolerance[j] = max(floor, relative * tolerance[j])
        sharpness[j] = 1.0 / tolerance[j]
    return 0
