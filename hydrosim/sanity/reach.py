"""What lies behind each place of a network, and before it: as bits, for all places at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Reach", "marked", "members"]


class Reach:
    """The ways of a network, in an order in which most of them lead backwards.

    Parameters
    ----------
    following
        By place the places to which ways lead.
    """

    def __init__(self, following: Mapping[str, Sequence[str]]) -> None:
        self._following = following
        self._leading: dict[str, list[str]] = {}
        for start, ends in following.items():
            for end in ends:
                self._leading.setdefault(end, []).append(start)
        self._order = list(_ends_first(following))

    def behind(self, marks: Mapping[str, int]) -> dict[str, int]:
        """Return by place the marks of all places that water from it can reach, its own too.

        Parameters
        ----------
        marks
            Bits of places; a place without any may be left out.
        """
        return _gathered(self._order, self._following, marks)

    def before(self, marks: Mapping[str, int]) -> dict[str, int]:
        """Return by place the marks of all places from which water can reach it, its own too.

        Parameters
        ----------
        marks
            Bits of places; a place without any may be left out.
        """
        return _gathered(self._order[::-1], self._leading, marks)


def _ends_first(following: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield all places, each after those to which its ways lead, as far as no way leads back."""
    seen: set[str] = set()
    for root in following:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(following[root]))]
        while stack:
            place, ends = stack[-1]
            other = next((one for one in ends if one not in seen), None)
            if other is None:
                stack.pop()
                yield place
            else:
                seen.add(other)
                stack.append((other, iter(following.get(other, ()))))


def _gathered(
    order: Sequence[str], following: Mapping[str, Sequence[str]], marks: Mapping[str, int]
) -> dict[str, int]:
    """Return by place its marks and those behind it; again while circles bring more."""
    found = dict(marks)
    changed = True
    while changed:
        changed = False
        for place in order:
            before = own = found.get(place, 0)
            for end in following.get(place, ()):
                own |= found.get(end, 0)
            if own != before:
                found[place] = own
                changed = True
    return found


def marked(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return by place the bits of its numbers."""
    found: dict[str, int] = {}
    for place, number in numbers:
        found[place] = found.get(place, 0) | 1 << number
    return found


def members(bits: int) -> list[int]:
    """Return the numbers of the bits that are set, in their order."""
    numbers = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(numbers, bitorder="little")).tolist()
