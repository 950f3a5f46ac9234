"""The largest flow that a network carries from its sources to some places."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["INTO", "Flows"]

LEAST_RATE = 1e-12
INTO, END = "into the network", "end of the network"
MOST_VISITS = 1_000_000
"""Places that all searches for ways may visit together: a second, or thousands of nodes."""


class Flows:
    """A network with a largest flow [m3/s] along each way; losses are left out.

    Parameters
    ----------
    visits
        Places that all searches together may visit; what is asked for later is not told.
    """

    def __init__(self, visits: int = MOST_VISITS) -> None:
        self._into: dict[str, dict[str, float]] = {}
        self._visits = visits

    @property
    def spent(self) -> bool:
        """Whether the searches have visited all places that they may: later ones told nothing."""
        return self._visits <= 0

    def add(self, start: str, end: str, rate: float) -> None:
        """Add a way; ways between the same places add up."""
        starts = self._into.setdefault(end, {})
        starts[start] = starts.get(start, 0.0) + rate

    def most(self, ends: Iterable[str]) -> float:
        """Return the largest flow from all sources to some places together (Edmonds and Karp).

        Place after place is given what it can still get. That is the largest flow to all of them:
        what bounds a place goes on to bound it while it loses nothing to later ones. The flow is
        infinite where nothing bounds it, and where the network is too large to tell.
        """
        left: dict[str, dict[str, float]] = {}
        dry: set[str] = set()
        total = 0.0
        for end in sorted(set(ends)):
            left[END] = {end: np.inf}
            total += self._more(left, dry)
        return np.inf if self.spent else total

    def _more(self, left: dict[str, dict[str, float]], dry: set[str]) -> float:
        """Return what further ways bring to the end; ``left`` loses what they take."""
        total = 0.0
        while towards := self._way(left, dry):
            way = [INTO]
            while way[-1] != END:
                way.append(towards[way[-1]])
            for place in way:
                if place not in left:
                    left[place] = dict(self._into.get(place, {}))
            steps = list(pairwise(way))
            rate = min(left[end][start] for start, end in steps)
            if np.isinf(rate):
                return np.inf
            total += rate
            for start, end in steps:
                left[end][start] -= rate
                left[start][end] = left[start].get(end, 0.0) + rate
        return total

    def _way(self, left: dict[str, dict[str, float]], dry: set[str]) -> dict[str, str]:
        """Return for each place of a way from the sources the next one; empty without a way.

        What is left of the ways into a place stands in ``left`` where some of it is used. Where
        there is no way, all places that were looked at are ``dry``: no source reaches them any
        more, whatever other ways take, so that no later search enters them.
        """
        towards = {END: END}
        waiting = deque([END])
        while waiting and self._visits > 0:
            self._visits -= 1
            end = waiting.popleft()
            starts = left[end] if end in left else self._into.get(end, {})
            for start, rate in starts.items():
                if rate > LEAST_RATE and start not in towards and start not in dry:
                    towards[start] = end
                    if start == INTO:
                        return towards
                    waiting.append(start)
        if not waiting:
            dry.update(place for place in towards if place != END)
        return {}
