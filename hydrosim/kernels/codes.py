"""Small codes that builders write into arrays and kernels read."""

from __future__ import annotations

FROM_ORIGIN = 0
FROM_STORE = 1
FROM_CARRIER = 2
FROM_ROW = 3

# How water leaves a reservoir: to a user, down the river, or because it can no longer be held.
LEAVES_BY_LINK = 0
LEAVES_BY_RIVER = 1
LEAVES_OVER = 2

# Reasons: a block is column * TERMS + the place of its smallest bound.
TERMS = 32
EMPTY_TERM = 31
