"""The wells of an aquifer: what they pump within capacity, quota and the water present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hydrosim.expressions.functions import clip, maximum, minimum, where
from hydrosim.nodes._pattern import annual_volume
from hydrosim.nodes._quota import reserved_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.builders.primitives import Account, Column
    from hydrosim.builders.quotas import Part
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.units import MonthDay

__all__ = ["Wells", "lower_wells", "taken_beyond"]

Bounds = list[tuple["Value", str]]


class Wells(Protocol):
    """What an aquifer says of its wells."""

    @property
    def confined(self) -> bool:
        """Whether the aquifer is confined."""
        ...

    @property
    def open_when(self) -> Any:
        """Factor on the capacity."""
        ...

    @property
    def capacity(self) -> Any:
        """Capacity of all wells."""
        ...

    @property
    def quota(self) -> Any:
        """Volume of an account year."""
        ...

    @property
    def reserved(self) -> Mapping[str, float]:
        """Parts of the quota by use or line."""
        ...

    @property
    def account_year(self) -> MonthDay | None:
        """First day of the account year."""
        ...

    @property
    def price(self) -> float:
        """Price at the well."""
        ...


def lower_wells(aquifer: Wells, name: str, builder: Builder, left: Value) -> Value:
    """Return the pumped volume; the wells' columns exist where a link starts.

    Parameters
    ----------
    aquifer, name
        The node.
    left
        Water above the floor that losses leave in the step [m3].
    """
    account, parts = _open_account(aquifer, name, builder)
    uppers = [_upper(aquifer, builder, part, left) for part in parts or [None]]
    pumped = builder.graph.constant(0.0)
    if builder.links.leaving(name):
        spare = [(part.label, part.line) for part in parts] or [("pumping", name)]
        columns = [
            _column(aquifer, name, builder, label, line, upper)
            for (label, line), upper in zip(spare, uppers, strict=True)
        ]
        pumped = columns[0].volume
        available = minimum(*(bound for bound, _ in uppers[0]))
        for column, upper in zip(columns[1:], uppers[1:], strict=True):
            pumped = pumped + column.volume
            available = available + minimum(*(bound for bound, _ in upper))
        if len(columns) > 1:
            together = minimum(*(bound for bound, _ in _upper(aquifer, builder, None, left)))
            available = minimum(available, together)
            builder.group(f"{name}.wells", [(c, 1.0) for c in columns], together, "capacity")
        kind = "groundwater_deep" if aquifer.confined else "groundwater_shallow"
        builder.item("source", name, kind=kind, role="supplement", node=name)
        builder.record("withdrawn", name, pumped)
        builder.record("available", name, available)
    if account is not None:
        account.uses.append(pumped)
        builder.record("account_left", name, account.start - pumped)
    return pumped


def taken_beyond(
    name: str, builder: Builder, storage: Value, gains: list[Value], losses: list[Value]
) -> list[Value]:
    """Return what wells took beyond the last water [m3], booked as entering: a rounding at most.

    A decided flow may pass its bound by the tolerance of the allocation, a share of the largest
    volume of the network. The row of a store pays it back in the next step; an aquifer has none,
    so that an empty one would sink step by step.

    Parameters
    ----------
    name, storage
        The aquifer, and its volume at the start of the step.
    builder
        Receives the flux across the edge of the model.
    gains, losses
        Of the step.
    """
    if not builder.links.leaving(name):
        return []
    change = builder.graph.constant(0.0)
    for gain in gains:
        change = change + gain
    for loss in losses:
        change = change - loss
    missing = maximum(-(storage + change), 0.0)
    builder.enters(f"{name}.rounding", "rounding", missing)
    return [missing]


def _open_account(aquifer: Wells, name: str, builder: Builder) -> tuple[Account | None, list[Part]]:
    """Open the account of the quota and split what is left of it."""
    if aquifer.quota is None:
        return None, []
    assert aquifer.account_year is not None
    asked = builder.quantities["account", name]
    account = builder.account(name, annual_volume(builder, aquifer.quota), aquifer.account_year)
    builder.graph.bind(asked, account.start)
    granted = account.granted.known
    mean = None if granted is None else float(np.mean(granted))
    builder.item("account", name, node=name, granted=mean)
    left, begin = maximum(account.start, 0.0), aquifer.account_year
    return account, reserved_parts(name, builder, aquifer.reserved, begin, left, "pumping")


def _upper(aquifer: Wells, builder: Builder, part: Part | None, left: Value) -> Bounds:
    upper: Bounds = [(left, "water above the floor")]
    if part is not None:
        upper.insert(0, (part.volume, part.reason))
    if aquifer.capacity is not None:
        upper.insert(0, (builder.volume(aquifer.capacity), "capacity"))
    if aquifer.open_when is not None:
        first, reason = upper[0]
        opened = clip(builder.value(aquifer.open_when), 0.0, 1.0)
        upper[0] = (first * opened, reason)
        upper.insert(0, (where(opened > 0.0, np.inf, 0.0), "closed"))
    return upper


def _column(
    aquifer: Wells, name: str, builder: Builder, label: str, line: str, upper: Bounds
) -> Column:
    outlet = builder.ports[name].outlet
    assert outlet is not None
    column = builder.column(
        f"{name}.{label}",
        None,
        ((outlet, 1.0),),
        upper,
        cost_yuan_per_m3=aquifer.price,
        origin=name,
    )
    builder.spare(line, column)
    return column
