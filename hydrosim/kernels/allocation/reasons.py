"""Why a claim is short: a search through the residual network of the final flows."""

from typing import Any

from hydrosim.kernels._book import floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import hot
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.fullness import is_full


# One function on purpose: each further call level is optimised again in every caller.
@hot
def explain(
    address: int,
    variant: int,
    policy: int,
    claim: int,
    row_seen: Any,
    turned: Any,
    blocked: Any,
    kind: Any,
    outcome: Any,
) -> int:
    """Collect what keeps a short claim from more, in the order of rows and columns.

    First its own bound. Then the way on: where the water arrives, something must be able to take
    more of it (or bring less); if nothing can, that is the reason: overflow takes more only from
    what is full, and a claim of an equal or earlier class may want the room to stay free. Then the
    way in: a row is
    within reach when more water there would raise the claim: first the rows that the claim's
    column leaves (for a column that wants to stay unused: those it supplies), then whatever could
    send more to a row within reach or takes from it what another could replace. Columns that
    could send more but are full block the claim; so do claims of equal or earlier classes that
    hold water within reach. The way on is the same search with the signs of all coefficients
    turned.

    Parameters
    ----------
    address : int
        Address of the solver's book; reads the matrix, the ladder, the step's upper bounds and
        the flows of the step just solved [m3]; writes scratch of its search for room.
    variant : int
        Coefficient variant of the step [-].
    policy : int
        Ladder of the step [-].
    claim : int
        Which claim.
    row_seen : ndarray of int, shape (m,)
        Scratch; on return 2 for every row within reach of the last search.
    turned : ndarray of int, shape (n,)
        Scratch; on return 1 for every column that would carry more, -1 for one that would carry
        less: what is to carry more for one row is not to carry less for another.
    blocked : ndarray of int
        Blocking columns on return, as many as there is room for.
    kind : ndarray of int
        BLOCK_FULL or BLOCK_EMPTY for each of them.
    outcome : ndarray of int, shape (2,)
        Number of blocking columns stored, and FLAG_USED_ABOVE, FLAG_NO_WATER, FLAG_NO_TAKER or
        FLAG_NO_ROOM.

    Returns
    -------
    int
        Number of blocking columns found; more than stored when `blocked` is too short.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    claim_class = integers(book, slots.CLAIM_CLASS)
    claim_sense = floats(book, slots.CLAIM_SENSE)
    over = integers(book, slots.OVERFLOW_OF_COLUMN)
    tolerances = floats(book, slots.TOLERANCE)
    upper = floats(book, slots.GIVEN_UPPER)
    x = floats(book, slots.X)
    line_base = policy * size_of(book, slots.CLAIM_SENSE)
    own_column = integers(book, slots.CLAIM_COLUMN)[claim]
    own_class = claim_class[line_base + claim]
    sense = claim_sense[claim]
    at_bound = sense > 0.0 and x[own_column] >= upper[own_column] - tolerances[own_column]
    if at_bound:
        blocked[0] = own_column
        kind[0] = codes.BLOCK_FULL
        outcome[codes.OUTCOME_COUNT] = 1
        outcome[codes.OUTCOME_FLAGS] = 0
        return 1
    used_above = False
    found = 0
    stored = 0
    own_first = column_ptr[own_column]
    own_last = column_ptr[own_column + 1]
    # First each row where the water arrives, for all of them must take more; then the way in.
    for pass_entry in range(own_first, own_last + 1):
        way = -1.0 if pass_entry < own_last else 1.0
        used_above = False
        found = 0
        stored = 0
        changed = False
        goes_on = False
        for i in range(rows):
            row_seen[i] = 0
        for j in range(sizes[codes.COLUMNS]):
            turned[j] = 0
        for e in range(own_first, own_last):
            if coefficient[base + e] * sense * way > 0.0 and (way > 0.0 or e == pass_entry):
                row_seen[row_index[e]] = 1
                changed = True
        leads = changed
        while changed and not (way < 0.0 and goes_on):
            changed = False
            for i in range(rows):
                if row_seen[i] != 1:
                    continue
                row_seen[i] = 2
                changed = True
                for entry in range(row_ptr[i], row_ptr[i + 1]):
                    j = row_column[entry]
                    if j == own_column:
                        continue
                    first = column_ptr[j]
                    last = column_ptr[j + 1]
                    here = 0.0
                    for e in range(first, last):
                        if row_index[e] == i:
                            here = coefficient[base + e] * way
                    if here == 0.0:
                        continue
                    k = of_column[j]
                    line = -1
                    if k >= 0:
                        line = claim_class[line_base + k]
                    tolerance = 4.0 * tolerances[j]
                    full = x[j] >= upper[j] - tolerance
                    empty = x[j] <= tolerance
                    if (
                        empty
                        and over[j] >= 0
                        and (way > 0.0 or not is_full(book, variant, over[j]))
                    ):
                        # Overflow follows from a full store: it neither brings more nor takes less,
                        # and takes more only where the store is full.
                        continue
                    reason = 0
                    opens = 0.0
                    if here < 0.0:
                        # It could bring more, unless it is full or a line above wants it unused.
                        if full:
                            reason = codes.BLOCK_FULL
                        elif 0 <= line <= own_class and claim_sense[k] < 0.0:
                            used_above = True
                        elif turned[j] >= 0:
                            opens = 1.0
                    elif empty:
                        # A zone that is to stay empty (above a limit) is no lack of water.
                        unlike = k >= 0 and claim_sense[k] < 0.0
                        if last - first == 1 and way > 0.0 and not unlike:
                            reason = codes.BLOCK_EMPTY
                    elif 0 <= line <= own_class and claim_sense[k] > 0.0:
                        used_above = True
                    elif turned[j] <= 0:
                        # It could take less, if its receivers had other water.
                        opens = -1.0
                    if reason > 0:
                        known = False
                        for c in range(stored):
                            if blocked[c] == j:
                                known = True
                        if not known:
                            found += 1
                            if stored < blocked.size:
                                blocked[stored] = j
                                kind[stored] = reason
                                stored += 1
                    if opens != 0.0:
                        turned[j] = 1 if opens > 0.0 else -1
                        ends = True
                        for e in range(first, last):
                            if coefficient[base + e] * opens * way > 0.0:
                                ends = False
                                if row_seen[row_index[e]] == 0:
                                    row_seen[row_index[e]] = 1
                        goes_on = goes_on or ends
        if way < 0.0 and leads and not goes_on:
            outcome[codes.OUTCOME_COUNT] = stored
            outcome[codes.OUTCOME_FLAGS] = codes.FLAG_NO_ROOM if used_above else codes.FLAG_NO_TAKER
            return found
    flags = 0
    if used_above:
        flags = codes.FLAG_USED_ABOVE
    else:
        held = False
        for c in range(stored):
            if kind[c] == codes.BLOCK_FULL:
                held = True
        if not held:
            flags = codes.FLAG_NO_WATER
    outcome[codes.OUTCOME_COUNT] = stored
    outcome[codes.OUTCOME_FLAGS] = flags
    return found
