"""Whether two sides may be compared: the same water, step, years and members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.locale import AND, _, listed, pgettext
from hydrosim.reading.items import items
from hydrosim.reading.steps import years_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.comparison.sources import Side

__all__ = ["check_alike"]

_NONE = pgettext("value that a run lacks", "none")
WHAT = {
    "hydrosim_version": _("the version"),
    "step": _("the step"),
    "mode": _("the mode"),
    "seed": _("the seed of the members"),
    "method": _("the way members are drawn"),
}
SAME_WATER = _("runs of the same records of weather and rivers, or `--other-water`")
EXPECTED = _("runs of one version, step, mode, of the same complete water years and members")


def check_alike(sides: Sequence[Side], *, other_water: bool = False) -> bool:
    """Refuse sides whose differences would not be those of their scenarios.

    Parameters
    ----------
    sides
        The first is the one that the others are compared with.
    other_water
        Let sides pass whose water comes from other records.

    Returns
    -------
    bool
        Whether all have the same water as far as is known.

    Raises
    ------
    DataError
        With what differs from the first.
    """
    first, same = sides[0], True
    for side in sides[1:]:
        reason = _difference(first, side)
        if reason is not None:
            pair = listed([first.name, side.name], AND)
            raise DataError(pair, found=reason, expected=EXPECTED)
        reason = _other_water(first.records, side.records)
        same &= reason is None
        if reason is not None and not other_water:
            pair = listed([first.name, side.name], AND)
            raise DataError(pair, found=reason, expected=SAME_WATER)
    return same


def _other_water(one: Mapping[str, str], other: Mapping[str, str]) -> str | None:
    """Say which record differs; rules that only one of them has are a change of the model."""
    differ = [name for name in sorted(one) if name in other and one[name] != other[name]]
    if differ:
        if len(differ) > 1:
            return _("the record of {first!r} and {more} more differs: they had other water",
                     first=differ[0], more=len(differ) - 1)  # fmt: skip
        return _("the record of {name!r} differs: they had other water", name=differ[0])
    if one and other and not set(one.values()) & set(other.values()):
        return _("no record of the one is that of the other: they had other water")
    return None


def _difference(one: Side, other: Side) -> str | None:
    for key, what in WHAT.items():
        here, there = one.header.get(key), other.header.get(key)
        if here != there:
            return _("{what} differs: {here} and {there}",
                     what=what, here=here or _NONE, there=there or _NONE)  # fmt: skip
    here, there = _years(one), _years(other)
    if here != there:
        return _("the complete water years differ: {here} and {there}",
                 here=_span(here), there=_span(there))  # fmt: skip
    members = [side.tables.sizes.get("member", 1) for side in (one, other)]
    if members[0] != members[1]:
        return _("the numbers of members differ: {here} and {there}",
                 here=members[0], there=members[1])  # fmt: skip
    claims = [set(items(side.tables, "claim")) for side in (one, other) if _claims(side)]
    if len(claims) == 2 and not claims[0] & claims[1]:
        return _("no use of the one is in the other: they are models of different places")
    return None


def _claims(side: Side) -> bool:
    return "claim" in side.tables.dims


def _years(side: Side) -> list[int]:
    return years_of(side.tables).whole.tolist()


def _span(years: Sequence[int]) -> str:
    return f"{years[0]}-{years[-1]} ({len(years)})" if years else "none"
