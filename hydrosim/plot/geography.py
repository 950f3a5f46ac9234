"""Places on a map: true proportions, places for nodes without coordinates, labels that stay apart.

Longitudes are shortened by the cosine of the mean latitude, so that a kilometre is as long in both
directions (equirectangular); over a river basin the error is below a hundredth.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Box", "Sheet", "between_neighbours", "labels_apart", "scale_bar_km", "sheet_of"]

KM_OF_DEGREE = 6371.0 * math.pi / 180.0
"""Length of a degree of latitude on a sphere of 6371 km [km]."""
Spot = tuple[float, float]
_TURNS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
"""Sides of a place on which its label may stand, the best first; y grows downwards."""
_DISTANCES = (1.0, 1.6, 2.4, 3.4, 4.6, 6.0, 8.0, 10.0, 12.5, 15.0, 18.0, 22.0)
"""Distances from its symbol that a label tries, in gaps."""
_SWEEPS = 3


class Sheet(NamedTuple):
    """A map on paper: what degrees become, and how large it is [inch]."""

    west: float
    north: float
    narrowed: float
    inch_of_degree: float
    width: float
    height: float

    def spot(self, lon: float, lat: float) -> Spot:
        """Return where a place stands, from the upper left corner [inch]."""
        east = (lon - self.west) % 360.0
        east -= 360.0 * (east > 270.0)  # a course may lead west of the westernmost node
        return (
            east * self.narrowed * self.inch_of_degree,
            (self.north - lat) * self.inch_of_degree,
        )


def sheet_of(places: Sequence[Spot], width: float, highest: float, lowest: float) -> Sheet:
    """Return the map that holds some places as large as it may be.

    Parameters
    ----------
    places
        Longitudes and latitudes [degrees]; they may lie on both sides of the date line.
    width
        Width of the map [inch].
    highest, lowest
        Bounds of its height [inch].
    """
    west = _west(sorted({lon % 360.0 for lon, _lat in places}))
    lats = [lat for _lon, lat in places]
    narrowed = max(math.cos(math.radians(0.5 * (min(lats) + max(lats)))), 1e-3)
    across = max((lon - west) % 360.0 for lon, _lat in places) * narrowed
    down = max(lats) - min(lats)
    fits = [room / span for room, span in ((width, across), (highest, down)) if span > 0.0]
    inch_of_degree = min(fits, default=1.0)
    height = max(lowest, down * inch_of_degree)
    # What is smaller than its sheet stands in the middle of it.
    west -= 0.5 * (width / inch_of_degree - across) / narrowed
    north = max(lats) + 0.5 * (height / inch_of_degree - down)
    return Sheet(west, north, narrowed, inch_of_degree, width, height)


def _west(lons: Sequence[float]) -> float:
    """Return the longitude behind the widest gap: the map begins there."""
    gaps = [(lons[at] - lons[at - 1]) % 360.0 or 360.0 for at in range(len(lons))]
    return lons[max(range(len(lons)), key=gaps.__getitem__)]


def between_neighbours(
    spots: Mapping[str, Spot], others: Sequence[str], links: Sequence[tuple[str, str]],
    apart: float,
) -> dict[str, Spot]:  # fmt: skip
    """Return spots for nodes without coordinates: amid their neighbours, apart from all others.

    Parameters
    ----------
    spots
        Where the other nodes stand [inch].
    others
        Nodes without coordinates; those that no way joins to a place get none.
    links
        Start and end of each way between nodes.
    apart
        Least distance from any other node [inch].
    """
    joined: dict[str, list[str]] = {name: [] for name in others}
    for start, end in links:
        for one, other in ((start, end), (end, start)):
            if one in joined and one != other:
                joined[one].append(other)
    found: dict[str, Spot] = {}
    for _sweep in range(len(others) + 8):
        for name in sorted(others):
            near = [
                found.get(one) or spots[one] for one in joined[name] if one in found or one in spots
            ]
            if near:
                found[name] = (
                    sum(x for x, _y in near) / len(near),
                    sum(y for _x, y in near) / len(near),
                )
    taken = list(spots.values())
    for name in sorted(found):
        found[name] = _free(found[name], taken, apart)
        taken.append(found[name])
    return found


def _free(spot: Spot, taken: Sequence[Spot], apart: float) -> Spot:
    """Return the nearest spot on rings about a spot that keeps its distance."""
    for ring in range(60):
        for turn in range(max(1, 8 * ring)):
            angle = 2.0 * math.pi * turn / max(1, 8 * ring)
            tried = (
                spot[0] + 0.5 * apart * ring * math.cos(angle),
                spot[1] + 0.5 * apart * ring * math.sin(angle),
            )
            if all(math.dist(tried, one) >= apart for one in taken):
                return tried
    return spot


class Box(NamedTuple):
    """A rectangle on the sheet [inch]."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the common area."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0.0 and down > 0.0 else 0.0


def labels_apart(
    spots: Mapping[str, Spot], sizes: Mapping[str, Spot], gap: float, sheet: Spot,
) -> dict[str, Box]:  # fmt: skip
    """Return a box for the label of each node, on no other label and no symbol where there is room.

    Each label tries the eight sides of its place, then the same further away; the crowded ones
    choose first.

    Parameters
    ----------
    spots
        Where nodes stand [inch].
    sizes
        Width and height of each label [inch].
    gap
        Half size of a symbol, and distance of a label from it [inch].
    sheet
        Width and height of the sheet [inch].
    """
    symbols = {name: Box(x - gap, y - gap, x + gap, y + gap) for name, (x, y) in spots.items()}

    def crowd(name: str) -> int:
        return -sum(math.dist(spots[name], spot) < 0.9 for spot in spots.values())

    def best(name: str, others: Sequence[Box]) -> tuple[float, Box]:
        tried = []
        for distance in _DISTANCES:
            for rank, turn in enumerate(_TURNS):
                box = _beside(spots[name], sizes[name], turn, gap * distance)
                outside = not (0.0 <= box.left and box.right <= sheet[0]
                               and 0.0 <= box.top and box.bottom <= sheet[1])  # fmt: skip
                cost = 10.0 * outside + 1e-4 * rank + 2e-3 * distance
                cost += sum(8.0 * (area > 0.0) + area for area in map(box.overlap, others))
                cost += sum(4.0 * (box.overlap(one) > 0.0) for one in symbols.values())
                tried.append((cost, box))
            if min(tried)[0] < 1.0:
                break
        return min(tried)

    order = sorted(spots, key=lambda one: (crowd(one), one))
    placed: dict[str, Box] = {}
    costs = dict.fromkeys(order, math.inf)
    for _sweep in range(_SWEEPS):
        for name in order:
            if costs[name] >= 1.0:  # all at first, then those that lie on something
                others = [box for one, box in placed.items() if one != name]
                costs[name], placed[name] = best(name, others)
    return placed


def _beside(spot: Spot, size: Spot, turn: tuple[int, int], gap: float) -> Box:
    (x, y), (width, height), (across, down) = spot, size, turn
    left = x + gap if across > 0 else x - gap - width if across < 0 else x - 0.5 * width
    top = y + gap if down > 0 else y - gap - height if down < 0 else y - 0.5 * height
    return Box(left, top, left + width, top + height)


def scale_bar_km(sheet: Sheet) -> float:
    """Return a round length that is up to a quarter of the sheet wide [km]."""
    most = 0.25 * sheet.width / sheet.inch_of_degree * KM_OF_DEGREE
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * one for one in (5.0, 2.0, 1.0) if power * one <= most)
