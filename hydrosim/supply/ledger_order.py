"""In which order the ledger's tags pass through the rows: from the sources down."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CIRCLE_TURNS", "downward_order", "places_of_last_turn"]

CIRCLE_TURNS = 24


def downward_order(needed: Mapping[int, set[int]]) -> list[int]:
    """Return rows so that water passes downward; the rows of a circle come repeatedly.

    Rows that wait for nothing come together, by number. Where only circles are left, the smallest
    of those that wait for nothing outside themselves is next, its rows by number, over and over:
    each turn around it brings the mix of its rows nearer to what the circle settles at.

    Parameters
    ----------
    needed
        For each row those from which its water comes.
    """
    circle_of = {row: number for number, rows in enumerate(_circles(needed)) for row in rows}
    members: dict[int, list[int]] = {}
    for row in sorted(needed):
        members.setdefault(circle_of[row], []).append(row)
    waits: dict[int, set[int]] = {circle: set() for circle in members}
    followers: dict[int, set[int]] = {circle: set() for circle in members}
    for row, above in needed.items():
        for one in above:
            start, end = circle_of[one], circle_of[row]
            if start != end:
                waits[end].add(start)
                followers[start].add(end)
    left = {circle: len(starts) for circle, starts in waits.items()}
    alone = {c for c, rows in members.items() if len(rows) == 1 and rows[0] not in needed[rows[0]]}
    ready: list[int] = []
    circles: list[tuple[int, int, int]] = []
    order: list[int] = []

    def free(freed: Iterable[int]) -> None:
        for circle in freed:
            if circle in alone:
                ready.append(circle)
            else:
                rows = members[circle]
                heapq.heappush(circles, (len(rows), rows[0], circle))

    free(circle for circle, count in left.items() if count == 0)
    while ready or circles:
        if ready:
            done = ready[:]
            ready.clear()
            order.extend(sorted(members[circle][0] for circle in done))
        else:
            done = [heapq.heappop(circles)[2]]
            order.extend(members[done[0]] * CIRCLE_TURNS)
        for circle in done:
            for below in followers[circle]:
                left[below] -= 1
            free(below for below in followers[circle] if left[below] == 0)
    return order


def places_of_last_turn(order: Iterable[int]) -> list[bool]:
    """Return for each place of an order whether its row does not come again behind it."""
    places = list(order)
    last = {row: place for place, row in enumerate(places)}
    return [last[row] == place for place, row in enumerate(places)]


def _circles(needed: Mapping[int, set[int]]) -> list[list[int]]:
    """Return the strongly connected parts of a graph (Tarjan 1972), without recursion."""
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    held: list[int] = []
    inside: set[int] = set()
    parts: list[list[int]] = []
    for root in needed:
        if root in number:
            continue
        stack = [(root, iter(needed[root]))]
        number[root] = lowest[root] = len(number)
        held.append(root)
        inside.add(root)
        while stack:
            row, further = stack[-1]
            for other in further:
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    held.append(other)
                    inside.add(other)
                    stack.append((other, iter(needed[other])))
                    break
                if other in inside:
                    lowest[row] = min(lowest[row], number[other])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[row])
                if lowest[row] == number[row]:
                    part = [held.pop()]
                    while part[-1] != row:
                        part.append(held.pop())
                    inside.difference_update(part)
                    parts.append(part)
    return parts
