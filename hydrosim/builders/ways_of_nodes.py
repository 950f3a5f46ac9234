"""The lowered links of a model, by name and by the nodes at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.primitives import Column, Way

    LoweredWay = tuple[Way, list[Column]]

__all__ = ["WaysOfNodes"]


class WaysOfNodes(dict[str, "LoweredWay"]):
    """Each link with its columns by name; what leaves or reaches a node is found at once.

    Links are set once, each under its name.
    """

    def __init__(self) -> None:
        super().__init__()
        self._leaving: dict[str, list[LoweredWay]] = {}
        self._reaching: dict[str, list[LoweredWay]] = {}

    def __setitem__(self, name: str, way: LoweredWay) -> None:
        super().__setitem__(name, way)
        self._leaving.setdefault(way[0].start, []).append(way)
        self._reaching.setdefault(way[0].end, []).append(way)

    def __reduce__(self) -> tuple[Any, ...]:
        """Make a copy, or the same in another process, by setting each link anew."""
        return type(self), (), None, None, iter(self.items())

    def leaving(self, node: str) -> Sequence[LoweredWay]:
        """Return the links that leave a node, in the order in which they were set."""
        return self._leaving.get(node, ())

    def reaching(self, node: str) -> Sequence[LoweredWay]:
        """Return the links that end at a node, in the order in which they were set."""
        return self._reaching.get(node, ())
