"""Local source: collected rain, brackish or other water (非常规水源) with a yearly cap."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.quotas import Part
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.locale import _
from hydrosim.nodes._checks import account_faults, unlinked_faults
from hydrosim.nodes._pattern import annual_volume, rest_of_year
from hydrosim.nodes._quota import RESERVED_TEXT, reserved_faults, reserved_parts
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.units import (
    AnnualVolume,
    AnnualVolumeOrRule,
    FactorOrRule,
    FlowOrRule,
    MonthDay,
    Price,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.builders.primitives import Account, Column
    from hydrosim.expressions.values import Value

__all__ = ["LocalSource"]


class LocalSource(Node):
    """Water that is taken up to a flow and a yearly volume; ``spare: NAME`` keeps it unused."""

    type: Literal["local_source"] = Field(
        "local_source", description="Rain, brackish or other water."
    )
    symbol: ClassVar[str] = "source"
    links_arrive: ClassVar[bool] = False

    source_kind: Literal["other", "surface", "reclaimed"] = Field(
        "other", description="Whose water it is, for verdicts on the structure of supply."
    )
    quality: Literal["raw", "potable", "reclaimed"] = Field(
        "raw", description="Quality; reclaimed water may not reach a domestic use."
    )
    quota: AnnualVolumeOrRule | None = Field(
        None, description="Volume that may be taken in an account year."
    )
    account_year: MonthDay | None = Field(
        None, description="First day of the account year, month-day."
    )
    reserved: dict[str, AnnualVolume] = Field({}, description=RESERVED_TEXT)
    capacity: FlowOrRule | None = Field(None, description="Largest flow; a rule gives its season.")
    factor: FactorOrRule = Field(1.0, description="Factor on the capacity: season, works.")
    price: Price = Field(0.0, description="Price of the water.")

    @property
    def gives_reclaimed(self) -> bool:
        """Whether its water is reclaimed, by its quality or kind."""
        return "reclaimed" in (self.quality, self.source_kind)

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew."""
        return None if self.quota is None else self.account_year

    @property
    def reserved_parts(self) -> Mapping[str, float]:
        """Parts of its quota that are kept for a use or a line, as a volume a year."""
        return self.reserved

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return a source without any bound, or a quota without calendar."""
        found = [*account_faults(self.quota, self.account_year)]
        found += reserved_faults(self.reserved, self.quota)
        if self.quota is None and self.capacity is None:
            found.append(
                Fault((), _("neither quota nor capacity"), _("a quota, a capacity or both"))
            )
        if self.capacity is None and self.factor != 1.0:
            found.append(
                Fault(("factor",), _("factor without a capacity"), _("the key `capacity`"))
            )
        return [*found, *unlinked_faults(name, config, _("its water"), severity="error")]

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row of the source."""
        builder.ports[name] = Ports(outlet=builder.junction(name))
        builder.item("origin", name, kind=self.source_kind)
        builder.item("source", name, kind=self.source_kind, role="supplement", node=name)
        if self.quota is not None:
            builder.quantities["account", name] = builder.graph.deferred(f"account({name})")

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the column of the source and its account."""
        outlet = builder.ports[name].outlet
        assert outlet is not None
        bounds: list[tuple[Value, str]] = []
        if self.capacity is not None:
            full = builder.volume(self.capacity) * builder.value(self.factor)
            bounds.append((full, "capacity"))
        account, parts = None, [Part("intake", name, builder.graph.constant(np.inf), "")]
        if self.quota is not None:
            account = self._account(name, builder)
            left = maximum(account.start, 0.0)
            begin = self.account_year
            parts = reserved_parts(name, builder, self.reserved, begin, left, "intake")
        columns: list[Column] = []
        taken, available = builder.graph.constant(0.0), builder.graph.constant(0.0)
        for part in parts:
            upper = [*bounds, *([(part.volume, part.reason)] if account is not None else [])]
            column = builder.column(
                f"{name}.{part.label}",
                None,
                ((outlet, 1.0),),
                upper,
                cost_yuan_per_m3=self.price,
                origin=name,
            )
            columns.append(column)
            builder.spare(part.line, column)
            builder.enters(column.name, "local_source", column.volume)
            taken = taken + column.volume
            available = available + minimum(*(bound for bound, _unused in upper))
        if len(columns) > 1 and bounds:
            available = minimum(available, bounds[0][0])
            together = [(column, 1.0) for column in columns]
            builder.group(f"{name}.capacity", together, bounds[0][0], "capacity")
        if account is not None:
            account.uses.append(taken)
            builder.record("account_left", name, account.start - taken)
        builder.record("withdrawn", name, taken)
        builder.record("available", name, available)

    def _account(self, name: str, builder: Builder) -> Account:
        assert self.account_year is not None
        asked = builder.quantities["account", name]
        part = float(rest_of_year(builder.calendar, None, self.account_year)[0])
        grant = annual_volume(builder, self.quota)
        account = builder.account(name, grant, self.account_year, first_part=part)
        builder.graph.bind(asked, account.start)
        mean = None if grant.known is None else float(np.mean(grant.known))
        builder.item("account", name, node=name, granted=mean)
        return account
