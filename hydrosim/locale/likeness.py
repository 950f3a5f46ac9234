"""Which of several names looks most like another: what a slip of the fingers meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest"]

LONGEST_NAME = 80
"""Signs of a name that others are likened to."""


def nearest(name: str, valid_names: Iterable[str]) -> str | None:
    """Return the valid name that looks most like ``name``, or None when none is close.

    Case, underscores, hyphens and spaces count little. Ties go to the first name in sorted order.
    """
    wanted = _plain(name)
    if not wanted or len(wanted) > LONGEST_NAME:
        return None
    best: tuple[int, str] | None = None
    for candidate in sorted(set(valid_names)):
        plain = _plain(candidate)
        limit = max(1, round(0.4 * max(len(wanted), len(plain))))
        if min(len(wanted), len(plain)) <= 2:
            limit = 1
        distance = _edits(wanted, plain)
        if min(len(wanted), len(plain)) >= 4 and (plain in wanted or wanted in plain):
            distance = min(distance, limit)
        enough = distance <= limit and distance < max(len(wanted), len(plain))
        if enough and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _edits(first: str, second: str) -> int:
    """Count insertions, deletions, changes and swaps of neighbours from one text to the other.

    The restricted Damerau distance (Damerau 1964): the slips that fingers make.
    """
    rows = [list(range(len(second) + 1))]
    for i, a in enumerate(first, start=1):
        row = [i]
        for j, b in enumerate(second, start=1):
            steps = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            swapped = i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b
            row.append(min(steps, rows[i - 2][j - 2] + 1) if swapped else steps)
        rows.append(row)
    return rows[-1][-1]
