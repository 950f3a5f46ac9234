"""Reservoirs that give way to a control section, and the reservoirs above it that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.flood import FloodBuilder, Pool, Reach
from hydrosim.kernels.flood.arrays import Groups
from hydrosim.locale import _

if TYPE_CHECKING:
    from hydrosim.builders.channel import Routing

SPREADS = 2.0
"""Standard deviations of the travel time around an arrival in which the local flow counts."""

__all__ = ["build_groups", "path_below", "travel_steps"]


def path_below(builder: FloodBuilder, name: str, end: str) -> list[str] | None:
    """Elements strictly between two places down the main ways; None if there is no such way."""
    found: list[str] = []
    below = builder.elements[name].target
    while below is not None and below in builder.elements:
        if below == end:
            return found
        found.append(below)
        below = builder.elements[below].target
    return None


def build_groups(
    builder: FloodBuilder, elements: list[str], pools: list[str]
) -> tuple[Groups, list[str]]:
    """Return the groups, section by section, and the names of their members."""
    by_section: dict[str, list[str]] = {}
    for name in pools:
        section = builder.pools[name].compensation
        if section is not None and _fits(builder, name, section):
            by_section.setdefault(section, []).append(name)
    sections = sorted(by_section)
    members = [name for section in sections for name in by_section[section]]
    parents: list[int] = []
    paths: list[list[int]] = []
    others: list[list[int]] = []
    for section in sections:
        group = by_section[section]
        base = len(parents)
        for name in group:
            between = path_below(builder, name, section) or []
            nearest = next((one for one in between if one in group), None)
            parents.append(-1 if nearest is None else base + group.index(nearest))
            onward = [] if nearest is None else between[: between.index(nearest)]
            paths.append([elements.index(one) for one in onward])
        others.append(_others(builder, pools, group, section))
    counts = [len(by_section[section]) for section in sections]
    return (
        Groups(
            first=_starts(counts),
            section=np.array([elements.index(one) for one in sections], dtype=np.int64),
            safe_m3s=np.array([builder.elements[one].safe_m3s or 0.0 for one in sections]),
            member_pool=np.array([pools.index(one) for one in members], dtype=np.int64),
            member_parent=np.array(parents, dtype=np.int64),
            member_element=np.array([elements.index(one) for one in members], dtype=np.int64),
            path_first=_starts([len(one) for one in paths]),
            path_element=np.array([one for path in paths for one in path], dtype=np.int64),
            other_first=_starts([len(one) for one in others]),
            other_pool=np.array([pool for one in others for pool in one], dtype=np.int64),
        ),
        members,
    )


def _starts(counts: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _fits(builder: FloodBuilder, name: str, section: str) -> bool:
    """Refuse a section that is not below, or to which no safe discharge is known."""
    path = ("nodes", name, "compensation")
    element = builder.elements.get(section)
    if element is None or isinstance(element, (Pool, Reach)):
        builder.refuse(path, repr(section), _("a control section on the river below"))
        return False
    between = path_below(builder, name, section)
    if between is None:
        builder.refuse(
            path,
            _("{section!r}, which is not below", section=section),
            _("a section down the river"),
        )
        return False
    strangers = [
        one
        for one in between
        if isinstance(pool := builder.elements[one], Pool) and pool.compensation != section
    ]
    if strangers:
        builder.refuse(
            path,
            _(
                "{section!r}, below the store {strangers!r}",
                section=section,
                strangers=strangers[0],
            ),
            _(
                "a section to which the release flows without another store, or one that "
                "this store gives way to as well"
            ),
        )
        return False
    if element.safe_m3s is None:
        builder.refuse(
            path,
            _("{section!r}, which has no safe discharge", section=section),
            _("`safe_discharge:` at the section, or a guaranteed stage with a rating curve"),
        )
        return False
    if not builder.pools[name].gated:
        builder.refuse(path, _("a store without gates"), _("a gate, or no such key"))
        return False
    return True


def _others(builder: FloodBuilder, pools: list[str], group: list[str], section: str) -> list[int]:
    """Gated pools whose water reaches the section past no member."""
    found: list[int] = []
    for place, name in enumerate(pools):
        if name in group or not builder.pools[name].gated:
            continue
        between = path_below(builder, name, section)
        if between is not None and not any(one in builder.pools for one in between):
            found.append(place)
    return found


def travel_steps(
    builder: FloodBuilder, name: str, section: str, chosen: dict[str, Routing]
) -> tuple[int, int]:
    """Return the steps from a pool to a section and their spread, by the routings chosen."""
    travel = spread = 0.0
    for one in path_below(builder, name, section) or []:
        if one in chosen:
            travel += chosen[one].travel_s
            spread += chosen[one].spread_s ** 2
            if chosen[one].kind == "lag" and chosen[one].weights[0] > 0.0:
                spread += (0.5 * builder.dt_s) ** 2
    reach = SPREADS * np.sqrt(spread)
    return round(travel / builder.dt_s), int(np.ceil(reach / builder.dt_s - 1e-9))
