"""What canals, pipes, pumps and tunnels share: capacity, losses, cost, service."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.locale import _
from hydrosim.nodes._service import service_bounds
from hydrosim.nodes.base import Link, WholeConfig
from hydrosim.reading.kinds import MINIMUM
from hydrosim.units import (
    Date,
    FactorOrRule,
    FlowOrRule,
    Fraction,
    Name,
    NodeRef,
    Price,
)

if TYPE_CHECKING:
    from hydrosim.builders.primitives import Account, Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["Conveyance", "describe_link", "link_rows"]


class Conveyance(Link):
    """A built way for water with a capacity; its loss is a share of what enters it."""

    reported_defaults: ClassVar[tuple[str, ...]] = ("capacity", "loss")

    capacity: FlowOrRule | None = Field(
        None, description="Largest flow at its start; default no limit."
    )
    availability: FactorOrRule = Field(
        1.0, description="Part of the capacity that can be used (ice, repair, sediment)."
    )
    loss: Fraction = Field(0.0, description="Share of the water that does not arrive.")
    loss_to: NodeRef | None = Field(
        None, description="Aquifer that receives the loss; default it is lost."
    )
    cost: Price = Field(0.0, description="Cost of the water at its start.")
    minimum: FlowOrRule | None = Field(
        None, description="Flow that is to pass at least: a claim on the ladder."
    )
    minimum_line: Name = Field(MINIMUM, description="Ladder line that claims the minimum.")
    in_service: Date | None = Field(None, description="First day of service; default always.")

    def lower_supply(self, builder: Builder) -> None:
        """Add the column that takes water at the start and brings it, less the loss, to the end."""
        start, end = link_rows(self, builder)
        licence = self._licence(builder)
        bounds = self._bounds(builder)
        if licence is not None:
            bounds.append((maximum(licence.start, 0.0), "account"))
        arrivals = ((end, 1.0 - self.loss),)
        columns: list[Column] = []
        if self.minimum is not None:
            wanted = builder.volume(self.minimum)
            least = builder.column(
                f"{self.label}.minimum",
                start,
                arrivals,
                ((wanted, "minimum"), *bounds),
                cost_yuan_per_m3=self.cost,
            )
            builder.claim(least.name, least, wanted, self.minimum_line, limits=True)
            self._describe_minimum(least, wanted, builder)
            columns.append(least)
        columns.append(
            builder.column(self.label, start, arrivals, bounds, cost_yuan_per_m3=self.cost)
        )
        if len(columns) > 1 and bounds:
            limit = minimum(*(bound for bound, _unused in bounds))
            parts = [(column, 1.0) for column in columns]
            builder.group(f"{self.label}.capacity", parts, limit, "capacity")
        if licence is not None:
            self._use_licence(licence, columns, builder)
        builder.links[self.label] = (self, columns)
        for column in columns:
            builder.lose(column.name, column, self.loss, self.loss_to)
        describe_link(self, columns, builder, self.loss)

    def _describe_minimum(self, least: Column, wanted: Value, builder: Builder) -> None:
        """Tell the minimum flow as a claim: what it wants, what it gets, why it is short."""
        builder.item(
            "claim",
            least.name,
            node=self.start,
            kind=MINIMUM,
            use=MINIMUM,
            tier=self.tier or "",
            river="",
            line=self.minimum_line,
            guarantee=None,
            period="month",
            gross_factor=1.0,
        )
        builder.record("demand", least.name, wanted)
        builder.record("supplied", least.name, least.volume)
        builder.year_claim(least.name, wanted, least.volume)

    def _licence(self, builder: Builder) -> Account | None:
        """Open the account of a link that may carry only so much a year."""
        del builder

    def _use_licence(self, licence: Account, columns: list[Column], builder: Builder) -> None:
        """Book what the link takes on its account."""
        left = licence.start
        for column in columns:
            licence.uses.append(column.volume)
            left = left - column.volume
        granted = licence.granted.known
        mean = None if granted is None else float(np.mean(granted))
        builder.item("account", self.label, node=self.start, granted=mean)
        builder.record("account_left", self.label, left)

    def _bounds(self, builder: Builder) -> list[tuple[Value, str]]:
        """Bounds on the volume of a step, each with the reason given when it is reached."""
        bounds: list[tuple[Value, str]] = []
        full: Value | None = None
        if self.capacity is not None:
            full = builder.volume(self.capacity)
            bounds.append((full, "capacity"))
        factor = builder.value(self.availability)
        if full is not None and not (factor.is_constant and factor.constant == 1.0):
            bounds.append((full * maximum(factor, 0.0), "availability"))
        return [*bounds, *service_bounds(self.in_service, builder)]

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with capacity, loss and minimum."""
        faults: list[Fault] = []
        if self.loss >= 1.0:
            faults.append(Fault(("loss",), _("a loss of all water"), _("a loss below 100 %")))
        if isinstance(self.minimum, float) and isinstance(self.capacity, float):
            if self.minimum > self.capacity:
                found = _("a minimum of {minimum:g} m3/s above the capacity", minimum=self.minimum)
                expected = _("a minimum of at most {capacity:g} m3/s", capacity=self.capacity)
                faults.append(Fault(("minimum",), found, expected))
        if self.availability != 1.0 and self.capacity is None:
            found = _("an availability without a capacity")
            faults.append(Fault(("availability",), found, _("`capacity:` beside it")))
        faults.extend(port_faults(self, config))
        return faults


def link_rows(link: Link, builder: Builder, *, river: bool = False) -> tuple[Row, Row]:
    """Return the rows where a link starts and ends.

    Raises
    ------
    ConfigError
        If no link can leave the one node or arrive at the other.
    """
    start = builder.ports[link.start].outlet
    end = builder.river_inlet(link.end) if river else builder.ports[link.end].inlet
    if start is None or end is None:
        name = link.start if start is None else link.end
        found = _("a link that arrives at {name!r}", name=name)
        if start is None:
            found = _("a link that leaves {name!r}", name=name)
        raise ConfigError(
            [
                Fault(
                    ("links", link.label),
                    found,
                    _("a node that water leaves")
                    if start is None
                    else _("a node that takes water"),
                )
            ]
        )
    return start, end


def port_faults(link: Link, config: WholeConfig) -> list[Fault]:
    """Return ends of a link that no water can leave or reach."""
    faults: list[Fault] = []
    start, end = config.nodes.get(link.start), config.nodes.get(link.end)
    if start is not None and not start.links_leave:
        found = _("{start!r}, of type {type_name}", start=link.start, type_name=start.type_name)
        faults.append(Fault(("from",), found, _("a node that water leaves")))
    if end is not None and not end.links_arrive:
        found = _("{end!r}, of type {type_name}", end=link.end, type_name=end.type_name)
        faults.append(Fault(("to",), found, _("a node that takes water from links")))
    return faults


def describe_link(link: Link, columns: list[Column], builder: Builder, loss: float) -> None:
    """Record the flow of a link and describe it in the results."""
    flow = columns[0].volume
    for column in columns[1:]:
        flow = flow + column.volume
    builder.item(
        "link",
        link.label,
        **{"from": link.start, "to": link.end},
        type=link.type_name,
        tier=link.tier or "",
        loss=loss,
    )
    builder.record("flow", link.label, flow)
