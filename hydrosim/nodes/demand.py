"""Demand: a use of water with its place in the ladder, its return flow and its losses."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.builders.primitives import Column, Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _
from hydrosim.nodes._checks import (
    aquifer_faults,
    node_of,
    return_faults,
    share_faults,
    surface_water_faults,
)
from hydrosim.nodes._pattern import (
    FLAT,
    SECONDS_PER_YEAR,
    Pattern,
    annual_volume,
    patterned,
)
from hydrosim.nodes._planning import Growth, Tariff, grown, growth_faults
from hydrosim.nodes._quality import raw_water_warnings
from hydrosim.nodes._service import Service
from hydrosim.reading.kinds import DEMAND, ECOLOGY, REPLENISHMENT
from hydrosim.units import (
    AnnualVolumeOrRule,
    Factor,
    FlowOrRule,
    Fraction,
    FractionOrRule,
    NodeRef,
    RuleRef,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Demand", "Return", "Use", "reclaimed_faults"]

Use = Literal["domestic", "industry", "agriculture", "ecology", "other"]

RETURN_FLOW = "return_flow"


def reclaimed_faults(name: str, config: WholeConfig) -> Iterator[Fault]:
    """Tell reclaimed sources from which links lead to a node; treatment on the way is no help.

    A river that carries effluent (``discharge_to``) is natural water and not meant.
    """
    if name not in config.link_ends.below_reclaimed:
        return
    ways = {name: name}
    waiting = deque([name])
    while waiting:
        end = waiting.popleft()
        for start in sorted({link.start for link in config.link_ends.reaching(end)}):
            node = node_of(config, start)
            if node is None or start in ways:
                continue
            ways[start] = f"{start} > {ways[end]}"
            if node.gives_reclaimed:
                yield Fault(
                    (),
                    _("reclaimed water on the way {ways}", ways=ways[start]),
                    _("a domestic use without reclaimed water"),
                )
            else:
                waiting.append(start)


class Return(BaseModel):
    """The part of the supplied water that comes back after use."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    share: Fraction = Field(description="Share of the supplied water that comes back.")
    to: NodeRef | None = Field(
        None, description="Node that receives it; default: it leaves the model."
    )
    same_step: bool = Field(
        False, description="Whether it arrives in the same step instead of the next one."
    )


class Demand(Service):
    """A wanted volume, delivered through its links, claimed on the ladder line ``line``.

    Wanted and supplied water are net, behind the losses of the distribution network. What neither
    returns nor passes on is consumed.
    """

    type: Literal["demand"] = Field("demand", description="A use of water.")
    symbol: ClassVar[str] = "user"
    links_leave: ClassVar[bool] = False
    keeps_water: ClassVar[bool] = True
    reported_defaults: ClassVar[tuple[str, ...]] = ("pattern", "loss", "return_")

    use: Use = Field(description="Kind of use: domestic, industry, agriculture, ecology, other.")
    line: str | None = Field(None, description="Line of the ladder; default: the use.")
    amount: AnnualVolumeOrRule | None = Field(
        None, description="Volume wanted in a calendar year, spread by `pattern`."
    )
    pattern: Pattern = Field(
        FLAT,
        description="How the amount falls on the year: flat, twelve month shares from January "
        "(sum 100 %), or a rule as factor on the year's mean flow.",
    )
    flow: FlowOrRule | None = Field(None, description="Wanted flow, instead of `amount`.")
    growth: Growth | None = Field(
        None, description="Growth from the year of the amount to the planning year."
    )
    saving: FractionOrRule = Field(0.0, description="Share of the demand that is saved (节水).")
    tariff: Tariff | None = Field(None, description="Price of water for its users.")
    guarantee: Fraction | None = Field(
        None, description="Share of years in which the demand has to be met (保证率)."
    )
    depth_limit: Fraction | None = Field(
        None, description="Largest short share of a period's demand in a break (破坏深度)."
    )
    period: Literal["month", "dekad"] = Field(
        "month", description="Period by which shortage is judged."
    )
    share: Factor = Field(
        1.0, description="Weight of its fulfilment in sharing shortage within its line."
    )
    loss: Fraction = Field(
        0.0, description="Loss of the distribution network, as a share of the water at its inlet."
    )
    loss_to: NodeRef | None = Field(
        None, description="Aquifer that the network's loss recharges; default: lost."
    )
    return_: Return | None = Field(
        None, alias="return", description="Water that comes back after use."
    )
    passes_to: NodeRef | None = Field(
        None, description="Node that the water flows on to, unused (ecology)."
    )
    passes_same_step: bool = Field(
        False, description="Whether it arrives there in the same step instead of the next one."
    )

    @property
    def potable(self) -> bool:
        """Whether no reclaimed water may reach it."""
        return self.use == "domestic"

    @property
    def claim_line(self) -> str:
        """Line of the ladder."""
        return self.line or self.use

    def further_ways(self) -> dict[str, str]:
        """Return where its water flows on or comes back."""
        ways = {"passes_to": self.passes_to, "return": self.return_ and self.return_.to}
        return {way: str(end) for way, end in ways.items() if end is not None}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return wrong amounts, patterns, shares and targets."""
        found: list[Fault] = []
        if (self.amount is None) == (self.flow is None):
            given = _("no amount") if self.amount is None else _("both amount and flow")
            found.append(Fault(("amount",), given, _("either `amount` a year or `flow`")))
        if self.flow is not None and self.pattern != FLAT:
            found.append(
                Fault(("pattern",), _("a pattern beside `flow`"), _("a pattern with `amount`"))
            )
        if isinstance(self.pattern, tuple) and not isinstance(self.pattern, RuleRef):
            found += share_faults(self.pattern, ("pattern",))
        if self.share <= 0.0:
            found.append(Fault(("share",), f"{self.share:.6g}", _("a weight above 0, such as 1")))
        if self.loss >= 1.0:
            found.append(Fault(("loss",), f"{self.loss:.6g}", _("a loss below 100 %")))
        if self.loss_to is not None and self.loss == 0.0:
            found.append(Fault(("loss_to",), _("loss_to without loss"), _("the key `loss`")))
        found += aquifer_faults(config, ("loss_to",), self.loss_to)
        if self.potable:
            found += [*reclaimed_faults(name, config), *raw_water_warnings(name, config)]
        found += growth_faults(self.growth, config)
        if self.tariff is not None:
            found += [fault.under("tariff") for fault in self.tariff.faults()]
        return [*found, *self._return_faults(name, config)]

    def _return_faults(self, name: str, config: WholeConfig) -> list[Fault]:
        found: list[Fault] = []
        if self.return_ is not None:
            path = ("return", "to")
            if self.return_.to == name:
                found.append(Fault(path, _("a return to itself"), _("another node")))
            else:
                found += return_faults(config, path, self.return_.to)
            target = node_of(config, self.return_.to)
            if self.return_.same_step and (target is None or target.is_aquifer):
                found.append(
                    Fault(
                        ("return", "same_step"),
                        _("a return in the same step to no node of the surface network"),
                        _("`to` with a node other than an aquifer, or no `same_step`"),
                    )
                )
        if self.passes_to is not None:
            if self.return_ is not None:
                found.append(
                    Fault(("passes_to",), _("passes_to beside return"), _("one of the two"))
                )
            if self.passes_to == name:
                found.append(
                    Fault(("passes_to",), _("a node that flows to itself"), _("another node"))
                )
            else:
                found += surface_water_faults(config, ("passes_to",), self.passes_to)
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row where links end, and describe the claim."""
        builder.ports[name] = Ports(inlet=builder.junction(name))
        kind = DEMAND
        if self.use == "ecology":
            kind = REPLENISHMENT if self.claim_line == REPLENISHMENT else ECOLOGY
        builder.item(
            "claim",
            name,
            node=name,
            kind=kind,
            use=self.use,
            tier=self.tier,
            river=self.river,
            line=self.claim_line,
            guarantee=self.guarantee,
            depth_limit=self.depth_limit,
            period=self.period,
            gross_factor=1.0 / (1.0 - self.loss) if self.loss < 1.0 else None,
            tariff=self.tariff.table.as_text() if self.tariff else None,
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the delivery with its claim, and book where the water goes."""
        inlet = builder.ports[name].inlet
        assert inlet is not None
        kept = 1.0 - self.loss
        wanted = self.wanted(name, builder)
        gross = wanted / kept
        arrivals = []
        if self.passes_to is not None and self.passes_same_step:
            row = builder.river_inlet(self.passes_to)
            assert row is not None
            arrivals.append((row, kept))
        returned = self.return_
        if returned is not None and returned.same_step:
            row = builder.river_inlet(returned.to)
            assert row is not None
            arrivals.append((row, kept * returned.share))
        column = builder.column(f"{name}.delivery", inlet, arrivals, ((gross, "demand"),))
        builder.claim(name, column, gross, self.claim_line, share=self.share)
        supplied = column.volume * kept
        builder.lose(f"{name}.loss", column, self.loss, self.loss_to)
        self._book_use(name, builder, column)
        builder.record("demand", name, wanted)
        builder.record("supplied", name, supplied)
        builder.year_claim(name, wanted, supplied, self.period)

    def planned(self, name: str, builder: Builder) -> Value | None:
        """Return the gross volume of each step [m3] where the calendar alone tells it."""
        if not builder.by_calendar(self.amount, self.flow, self.pattern, self.saving):
            return None
        return self.wanted(name, builder) / (1.0 - self.loss)

    def wanted(self, name: str, builder: Builder) -> Value:
        """Return the wanted net volume of each step [m3]."""
        if self.flow is not None:
            amount = builder.value(self.flow) * SECONDS_PER_YEAR
            volume = builder.volume(self.flow)
        else:
            amount = annual_volume(builder, self.amount)
            volume = patterned(builder, self.amount, self.pattern)
        try:
            volume = volume * grown(builder, self.growth, self.saving, self.tariff, amount)
        except ConfigError as error:
            raise ConfigError([fault.under("nodes", name) for fault in error.faults]) from None
        return self.when_serving(volume, builder)

    def _book_use(self, name: str, builder: Builder, column: Column) -> None:
        """Book what returns and what is consumed; the sums of both are the supplied water."""
        kept = 1.0 - self.loss
        if self.passes_to is not None:
            if not self.passes_same_step:
                under_way = f"{name}.under_way"
                builder.carry(under_way, column, kept)
                volume = column.volume * kept
                builder.arrive_next_step(self.passes_to, name, volume, f"carry:{under_way}")
            return
        share = 0.0 if self.return_ is None else self.return_.share
        consumed = column.volume * (kept - kept * share)
        builder.leaves(f"{name}.consumption", "consumption", consumed)
        if self.return_ is None or self.return_.same_step or share == 0.0:
            return
        volume = column.volume * (kept * share)
        target = self.return_.to
        if target is None:
            builder.leaves(f"{name}.return", "return_flow", volume)
        elif ("depth", target) in builder.quantities:
            builder.recharge(target, volume, RETURN_FLOW)
        else:
            known = builder.items.get("origin", {}).get(target, {})
            origin = target if known.get("kind") == "reclaimed" else RETURN_FLOW
            if origin == RETURN_FLOW:
                builder.item("origin", RETURN_FLOW, kind="other")
            builder.arrive_next_step(target, f"{name}.return", volume, origin)
