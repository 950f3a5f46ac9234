"""The kinds of claims and what each counts as: one table for all who write, judge, draw and sum.

A claim is a wish of a node or reach for water. Its kind stands in the coordinate ``claim_kind`` of
a result; nodes take the name from here. What follows from a kind is asked of this table and listed
nowhere else. A kind that the table does not know counts as supply with a demand of its own.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from hydrosim.locale import Message, _, pgettext

__all__ = [
    "BASE_FLOW",
    "DEMAND",
    "ECOLOGY",
    "FIRM",
    "IRRIGATION",
    "KINDS",
    "MINIMUM",
    "NEEDS",
    "OFFERED",
    "OUTFLOW",
    "PASSING",
    "PLANNED",
    "RECHARGE",
    "REPLENISHED",
    "REPLENISHMENT",
    "REQUIRED_FLOWS",
    "USES",
    "WATER_USE",
    "ClaimKind",
    "Counts",
    "is_firm",
    "is_supply",
    "together",
    "use_of",
]

DEMAND = "demand"
IRRIGATION = "irrigation"
ECOLOGY = "ecology"
REPLENISHMENT = "replenishment"
RECHARGE = "recharge"
BASE_FLOW = "base_flow"
OUTFLOW = "outflow"
MINIMUM = "minimum"

OTHER = "other"
NEEDS = ("domestic", "industry", "agriculture", "ecology")
"""Uses that have a demand, in the order of all tables."""
USES = (*NEEDS, "recharge", OTHER)


class Counts(Enum):
    """What the water of a claim counts as."""

    USE = "water for people, works and fields"
    REPLENISHMENT = "water released by decision for ecology"
    RECHARGE = "water that is put into an aquifer"
    PASSING = "flow that passes: of a river, out of the model, a minimum of a link"


class ClaimKind(NamedTuple):
    """A kind of claim.

    Attributes
    ----------
    name
        The kind as results name it.
    counts
        What its water counts as.
    use
        The use, where a claim names none that is known; one of USES.
    offered
        Whether it takes what is offered: it has no demand of its own that could be short.
    flow
        What the flow is called that a claim of this kind asks for at a reach; None for the others.
    """

    name: str
    counts: Counts
    use: str = OTHER
    offered: bool = False
    flow: Message | None = None


KINDS = {
    kind.name: kind
    for kind in (
        ClaimKind(DEMAND, Counts.USE),
        ClaimKind(IRRIGATION, Counts.USE, "agriculture"),
        ClaimKind(ECOLOGY, Counts.REPLENISHMENT, "ecology", flow=_("ecological flow")),
        ClaimKind(REPLENISHMENT, Counts.REPLENISHMENT, "ecology", offered=True),
        ClaimKind(RECHARGE, Counts.RECHARGE, "recharge", offered=True),
        ClaimKind(BASE_FLOW, Counts.PASSING, flow=_("base flow")),
        ClaimKind(OUTFLOW, Counts.PASSING, flow=pgettext("water budget", "outflow")),
        ClaimKind(MINIMUM, Counts.PASSING),
    )
}
"""By name, in the order in which they are listed."""

WATER_USE = tuple(name for name, kind in KINDS.items() if kind.counts is Counts.USE)
"""Kinds that use water in the sense of the statistics."""
REPLENISHED = tuple(name for name, kind in KINDS.items() if kind.counts is Counts.REPLENISHMENT)
"""Kinds whose water is replenishment: released by decision for ecology, planned or offered."""
OFFERED = tuple(name for name, kind in KINDS.items() if kind.offered)
"""Kinds that take what is offered."""
PLANNED = tuple(name for name in REPLENISHED if name not in OFFERED)
"""Kinds of replenishment with a demand of their own: the plan."""
PASSING = tuple(name for name, kind in KINDS.items() if kind.counts is Counts.PASSING)
"""Kinds of flow that only passes and is no supply."""
FIRM = tuple(name for name in KINDS if name not in (*PASSING, *OFFERED))
"""Kinds of supply with a demand that can be short."""
REQUIRED_FLOWS = {name: kind.flow for name, kind in KINDS.items() if kind.flow is not None}
"""Kinds that ask for a flow at a reach, and what this flow is called."""


def is_supply(kind: str) -> bool:
    """Return whether a claim counts as supply: all but flow that only passes."""
    return kind not in PASSING


def is_firm(kind: str) -> bool:
    """Return whether a claim is supply with a demand of its own."""
    return is_supply(kind) and kind not in OFFERED


def use_of(kind: str, use: str) -> str:
    """Return the use of a claim: what it names if that is known, else that of its kind."""
    if use in USES and use != OTHER:
        return use
    return KINDS[kind].use if kind in KINDS else OTHER


def together(kind: str) -> str:
    """Return the name of the origin that all sources of a kind are where they are not apart."""
    return f"all {kind}"
