"""A quota in parts: what lines down to a spare line may take of an account in a step.

Sources register what is kept for later as a :class:`hydrosim.builders.needs.Need`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hydrosim.builders.needs import Need, Reserved
from hydrosim.expressions.functions import minimum

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = [
    "Cut",
    "Need",
    "Part",
    "Reserved",
    "lines_of_use",
    "parts_of",
    "reserved_cuts",
    "spare_place",
]

RESERVED_REASON = "reserved for higher lines"
_BELOW_ALL = 1 << 30


class Cut(NamedTuple):
    """A place in the ladder below which less of the account may be taken."""

    label: str
    line: str
    below: Value
    reason: str


class Part(NamedTuple):
    """A volume that lines down to the spare line ``line`` may take [m3], and what limits it."""

    label: str
    line: str
    volume: Value
    reason: str


def parts_of(most: Value, cuts: Iterable[Cut], label: str, line: str, reason: str) -> list[Part]:
    """Split what may be taken of an account in a step; the parts sum to ``most``.

    Parameters
    ----------
    most
        Volume that the highest lines may take.
    cuts
        From the top of the ladder.
    label, line, reason
        Of the last part, which lines below all cuts may take.
    """
    parts: list[Part] = []
    above = most
    for cut in cuts:
        below = minimum(above, cut.below)
        parts.append(Part(cut.label, cut.line, above - below, cut.reason))
        above = below
    return [*parts, Part(label, line, above, reason)]


def reserved_cuts(
    name: str, builder: Builder, need: Need, volumes: Mapping[str, float], left: Value
) -> list[tuple[int, Cut]]:
    """Return the cuts of a quota's reserved parts, each with its place in the ladder.

    A part is kept for all lines down to the lowest on which its use, or the line itself, stands.
    """
    placed = sorted((_place(builder, key), key) for key in volumes)
    kept = builder.graph.constant(0.0)
    cuts: list[tuple[int, Cut]] = []
    for place, key in placed:
        volume = builder.graph.deferred(f"reserved({name}.{key})")
        need.reserved[key] = Reserved(volumes[key], volume)
        kept = kept + volume
        label = f"reserved.{key}"
        cuts.append((place, Cut(label, f"{name}.{label}", _at_least_zero(left - kept), "account")))
    return cuts


def lines_of_use(builder: Builder, key: str) -> set[str]:
    """Ladder lines that a key names: those of the claims of a use, or the line itself."""
    claims = builder.items.get("claim", {}).values()
    return {str(claim["line"]) for claim in claims if key in (claim.get("use"), claim.get("line"))}


def _place(builder: Builder, key: str) -> int:
    lines = lines_of_use(builder, key)
    places = [place for place, line in enumerate(builder.ladder) if line in lines]
    return max(places, default=_BELOW_ALL)


def spare_place(builder: Builder, line: str) -> int:
    """Place in the ladder of a source's spare line, of the whole source where it has one line."""
    wanted = (f"spare:{line}", f"spare:{line.split('.')[0]}")
    return next((n for n, one in enumerate(builder.ladder) if one in wanted), _BELOW_ALL)


def _at_least_zero(value: Value) -> Value:
    return value.graph.apply("maximum", value, value.graph.constant(0.0))
