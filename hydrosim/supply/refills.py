"""Where the lack of a store below its dead level stands: before the first line that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builders.primitives import PHYSICAL, REFILL
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hydrosim.builders.primitives import Claim, Column

__all__ = ["with_refills"]


def with_refills(
    lines: Sequence[str], claims: Sequence[Claim], columns: Iterable[Column]
) -> list[str]:
    """Return the lines of a ladder with those of stores that may stand below their dead level.

    Parameters
    ----------
    lines
        Lines of a ladder from the top.
    claims, columns
        Those of the network.
    """
    refills = sorted(claim.line for claim in claims if claim.line.startswith(REFILL))
    if not refills:
        return list(lines)
    served = _served(claims, columns)
    placed: dict[str, list[str]] = {}
    for refill in refills:
        own = served.get(refill.removeprefix(REFILL), set())
        first = next((line for line in lines if line in own), None)
        if first is not None:
            placed.setdefault(first, []).append(refill)
    return [one for line in lines for one in (*placed.get(line, ()), line)]


def _served(claims: Sequence[Claim], columns: Iterable[Column]) -> dict[str, set[str]]:
    """Return for each row the lines of the flow claims that its water can reach in a step."""
    unused = {claim.column.name for claim in claims if claim.line == PHYSICAL}
    above: dict[str, list[str]] = {}
    for column in columns:
        start = starting_row(column)
        if start is not None and column.name not in unused:
            for row, weight in column.entries:
                if weight < 0.0 and row.kind != "side":
                    above.setdefault(row.name, []).append(start.name)
    found: dict[str, set[str]] = {}
    for claim in claims:
        start = starting_row(claim.column)
        if claim.sense < 0 or claim.stock or start is None:
            continue
        waiting = [start.name]
        while waiting:
            lines = found.setdefault(row := waiting.pop(), set())
            if claim.line not in lines:
                lines.add(claim.line)
                waiting.extend(above.get(row, ()))
    return found
