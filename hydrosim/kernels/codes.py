"""Small codes that builders write into arrays and kernels read."""

from __future__ import annotations

FROM_ORIGIN = 0
FROM_STORE = 1
FROM_CARRIER = 2
FROM_ROW = 3

# Reasons: a block is column * TERMS + the place of its smallest bound.
TERMS = 32
EMPTY_TERM = 31
