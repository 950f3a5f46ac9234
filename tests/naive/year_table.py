"""Plain NumPy twin of the year table: sums and breaks from whole series."""

from itertools import pairwise

import numpy as np


def claim_table(wanted, supplied, year, period_end):
    """Yearly wanted, supplied, periods, short periods, longest and deepest break of a claim.

    A period belongs to the year in which it ends. A break runs on over the new year.
    """
    years = int(year.max()) + 1
    table = np.zeros((years, 6))
    for y in range(years):
        table[y, 0] = wanted[year == y].sum()
        table[y, 1] = supplied[year == y].sum()
    edges = [0, *(np.flatnonzero(period_end) + 1)]
    run = 0
    for begin, end in pairwise(edges):
        asked, given = wanted[begin:end].sum(), supplied[begin:end].sum()
        if asked <= 0:
            continue
        y = year[end - 1]
        table[y, 2] += 1
        if given < 0.99 * asked:
            run += 1
            table[y, 3] += 1
            table[y, 4] = max(table[y, 4], run)
            table[y, 5] = max(table[y, 5], 1 - given / asked)
        else:
            run = 0
    return table


def quantity_table(values, year, days, thresholds):
    """Yearly sum, minimum, maximum, last value and days above up to four thresholds."""
    years = int(year.max()) + 1
    table = np.zeros((years, 8))
    for y in range(years):
        part = values[year == y]
        table[y, :4] = part.sum(), part.min(), part.max(), part[-1]
        for place, threshold in enumerate(thresholds):
            table[y, 4 + place] = days[year == y][part > threshold].sum()
    return table
