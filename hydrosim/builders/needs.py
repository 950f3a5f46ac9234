"""What of a quota is kept for later steps of its account year.

It follows from the calendar demand of the claims above, which only the whole network can tell.
Sources register a :class:`Need` with deferred values; ``supply/quota_needs`` binds them once every
node is lowered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.primitives import Row
    from hydrosim.expressions.values import Value

__all__ = ["Need", "Reserved"]


@dataclass(eq=False)
class Reserved:
    """A part of a quota that is reserved for a use or a line [m3 a year]."""

    volume_m3: float
    kept: Value


@dataclass(eq=False)
class Need:
    """What of an account is kept for later steps of its year; its deferred values wait for it.

    Attributes
    ----------
    row
        Row that the source fills.
    measure
        Volume on the account for one that arrives at ``row``.
    begin, plan, flexibility
        Calendar, month shares and flexibility of the quota; no plan: ``plan`` is None.
    in_force
        Grant of the running account year [m3]; None without a plan.
    later
        What opportunistic use leaves in the account for the lines above, beside the plan; None
        where a rule tells it.
    plan_after, plan_share
        What lines above leave for the plan of later steps, and the step's part of a rest that is
        smaller than that.
    reserved
        Reserved parts by use or line.
    """

    row: Row
    measure: float
    begin: tuple[int, int]
    plan: Sequence[float] | None = None
    flexibility: float = 0.0
    in_force: Value | None = None
    later: Value | None = None
    plan_after: Value | None = None
    plan_share: Value | None = None
    reserved: dict[str, Reserved] = field(default_factory=dict)
