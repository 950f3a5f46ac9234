"""Import of water from outside the basin, by a quota with its own calendar and month plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.builders.needs import Need
from hydrosim.builders.primitives import LIMIT, Account, Column, Ports
from hydrosim.builders.quotas import (
    RESERVED_REASON,
    Cut,
    Part,
    parts_of,
    reserved_cuts,
    spare_place,
)
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum, where
from hydrosim.locale import _
from hydrosim.nodes._checks import (
    account_faults,
    aquifer_faults,
    share_faults,
    unlinked_faults,
)
from hydrosim.nodes._pattern import MONTHS, annual_volume, part_of_year, rest_of_year
from hydrosim.nodes._quality import QUALITY
from hydrosim.nodes._quota import RESERVED_TEXT, reserved_faults
from hydrosim.nodes._service import Service, service_bounds
from hydrosim.units import (
    AnnualVolume,
    AnnualVolumeOrRule,
    FactorOrRule,
    FlowOrRule,
    Fraction,
    FractionOrRule,
    MonthDay,
    NodeRef,
    Price,
    VolumeOrRule,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Extra", "ImportSource"]

MONTH_DAYS = 365.25 / 12


class Extra(BaseModel):
    """Water offered beyond the quota in rich years (生态补水机会水量)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    quota: AnnualVolumeOrRule = Field(
        description="Extra volume offered in an account year; a rule gives it year by year."
    )
    capacity: FlowOrRule | None = Field(
        None, description="Largest flow of the extra water; default: that of the import."
    )
    factor: FactorOrRule = Field(
        1.0, description="Season of the offer as a factor on its flow: 1 open, 0 closed."
    )


class ImportSource(Service):
    """An import: a quota a year, a plan by month, a trunk with its capacity and its loss.

    With a plan the quota has two parts, each with its own spare line: ``NAME.plan``, what is kept
    for the lines above it, and ``NAME.surplus``, what is left beyond what they still need this
    year; extra water belongs to the surplus. Without a plan there is one part, ``NAME``. See
    docs/quotas.md.
    """

    type: Literal["import"] = Field("import", description="Water imported from outside the basin.")
    symbol: ClassVar[str] = "import"
    links_arrive: ClassVar[bool] = False
    reported_defaults: ClassVar[tuple[str, ...]] = ("capacity", "availability", "loss")

    source_kind: Literal["yangtze", "yellow", "surface", "other"] = Field(
        "other", description="Whose water it is, for verdicts on the structure of supply."
    )
    source_role: Literal["main", "supplement"] = Field(
        "main", description="Whether it counts as main body or supplement of the supply."
    )
    quality: Literal["raw", "potable"] = Field("raw", description=QUALITY)
    quota: AnnualVolumeOrRule | None = Field(
        None, description="Volume granted for an account year, before the availability factor."
    )
    account_year: MonthDay | None = Field(
        None, description="First day of the account year, month-day; the quota is granted anew."
    )
    measured: Literal["intake", "delivery"] = Field(
        "intake", description="Where quota and plan are measured: before or after the trunk's loss."
    )
    plan: tuple[Fraction, ...] | None = Field(
        None,
        description="Twelve month shares of the quota (sum 100 %) from the month in which the "
        "account year starts.",
    )
    flexibility: Fraction = Field(
        0.0,
        description="How far a month may exceed its plan, as a share of it, with water that later "
        "months do not want; they keep their plan less this share.",
    )
    reserve: VolumeOrRule | None = Field(
        None,
        description="What opportunistic use leaves in the account for the lines above, beside the "
        "rest of the plan; default: what the calendar tells of their demand.",
    )
    reserved: dict[str, AnnualVolume] = Field({}, description=RESERVED_TEXT)
    availability: FactorOrRule = Field(
        1.0, description="Part of the quota that the donor basin can give, known at the grant."
    )
    carry_over: FractionOrRule = Field(
        0.0, description="Part of the volume left that passes into the new account year."
    )
    carry_over_limit: VolumeOrRule | None = Field(
        None, description="Largest volume that passes into the new account year."
    )
    extra: Extra | None = Field(None, description="Water offered beyond the quota.")
    capacity: FlowOrRule | None = Field(None, description="Capacity at the head of the trunk.")
    limits: dict[str, FactorOrRule] = Field(
        {},
        description="Factors on the capacity by name of the limit (ice, season, sediment); "
        "the smallest counts.",
    )
    loss: Fraction = Field(0.0, description="Loss on the trunk, as a share of the intake.")
    loss_to: NodeRef | None = Field(
        None, description="Aquifer that the trunk's loss recharges; default: lost."
    )
    price: Price = Field(0.0, description="Price of water where the quota is measured.")

    @property
    def _kept(self) -> float:
        return 1.0 - self.loss

    @property
    def _measure(self) -> float:
        """Volume on the account for one taken at the intake."""
        return self._kept if self.measured == "delivery" else 1.0

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew."""
        return None if self.quota is None else self.account_year

    @property
    def reserved_parts(self) -> Mapping[str, float]:
        """Parts of its quota that are kept for a use or a line, as a volume a year."""
        return self.reserved

    @property
    def plans_by_month(self) -> bool:
        """Whether it has a plan."""
        return self.plan is not None

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return wrong accounts, plans, losses and targets; a plan above the capacity warns."""
        dependent = [
            key
            for key, given in (
                ("plan", self.plan is not None),
                ("carry_over", self.carry_over != 0.0),
                ("extra", self.extra is not None),
                ("reserved", bool(self.reserved)),
            )
            if given
        ]
        found = list(account_faults(self.quota, self.account_year, dependent=dependent))
        if self.quota is None and self.capacity is None:
            found.append(
                Fault((), _("neither quota nor capacity"), _("a quota, a capacity or both"))
            )
        if self.capacity is None and self.limits:
            found.append(
                Fault(("limits",), _("limits without a capacity"), _("the key `capacity`"))
            )
        if self.loss >= 1.0:
            found.append(Fault(("loss",), f"{self.loss:.6g}", _("a loss below 100 %")))
        if self.plan is not None:
            found += share_faults(self.plan, ("plan",))
            found += self._plan_warnings()
        if self.plan is None and self.flexibility > 0.0:
            found.append(Fault(("flexibility",), _("flexibility without a plan"), _("a plan")))
        if self.plan is None and self.reserve is not None:
            note = _("without a plan `reserved` keeps a part of the quota for a use or a line")
            found.append(Fault(("reserve",), _("reserve without a plan"), _("a plan"), note=note))
        if self.quota is not None:
            found += reserved_faults(self.reserved, self.quota)
        found += aquifer_faults(config, ("loss_to",), self.loss_to)
        return [*found, *unlinked_faults(name, config, _("its water"), severity="error")]

    def _plan_warnings(self) -> list[Fault]:
        if self.plan is None or len(self.plan) != MONTHS or self.account_year is None:
            return []
        if not isinstance(self.quota, float) or not isinstance(self.capacity, float):
            return []
        warnings: list[Fault] = []
        for number, share in enumerate(self.plan):
            flow = self.quota * share / self._measure / (MONTH_DAYS * 86400.0)
            if flow > self.capacity * (1.0 + 1e-9):
                month = (self.account_year.month - 1 + number) % MONTHS + 1
                warnings.append(
                    Fault(
                        ("plan", number),
                        _(
                            "{share:.6g} % of the quota in month {month}, {flow:.4g} m3/s at the "
                            "intake",
                            share=100.0 * share,
                            month=month,
                            flow=flow,
                        ),
                        _("at most the capacity of {capacity:.4g} m3/s", capacity=self.capacity),
                        note=_("the part of the plan above the capacity cannot be delivered"),
                        severity="warning",
                    )
                )
        return warnings

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row of the offtake and what rules may ask of the account."""
        builder.ports[name] = Ports(outlet=builder.junction(name))
        kind = self.source_kind
        builder.item("origin", name, kind=kind)
        builder.item("source", name, kind=kind, role=self.source_role, node=name)
        if self.quota is not None:
            builder.quantities["account", name] = builder.graph.deferred(f"account({name})")

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add a column for each part, their accounts, the trunk's capacity and its loss."""
        capacity = self._capacity(builder)
        if self.quota is None:
            columns = [self._column(name, builder, "intake", capacity)]
            builder.spare(name, columns[0])
        else:
            columns = self._granted_columns(name, builder, capacity)
        if len(columns) > 1 and capacity:
            limit = minimum(*(bound for bound, _unused in capacity))
            builder.group(f"{name}.trunk", [(c, 1.0) for c in columns], limit, "capacity")
        self._record(name, builder, columns, capacity)

    def _capacity(self, builder: Builder) -> list[tuple[Value, str]]:
        service = service_bounds(self.in_service, builder)
        if self.capacity is None:
            return service
        full = builder.volume(self.capacity)
        limits = sorted(self.limits.items())
        factors = [(full * builder.value(part), LIMIT + name) for name, part in limits]
        return [(full, "capacity"), *factors, *service]

    def _column(
        self, name: str, builder: Builder, part: str, upper: list[tuple[Value, str]]
    ) -> Column:
        outlet = builder.ports[name].outlet
        assert outlet is not None
        column = builder.column(
            f"{name}.{part}",
            None,
            ((outlet, self._kept),),
            upper,
            cost_yuan_per_m3=self.price * self._measure,
            origin=name,
        )
        builder.enters(column.name, "import", column.volume)
        builder.lose(column.name, column, self.loss, self.loss_to)
        return column

    def _granted_columns(
        self, name: str, builder: Builder, capacity: list[tuple[Value, str]]
    ) -> list[Column]:
        assert self.account_year is not None
        calendar = builder.calendar
        year = self.account_year
        asked = builder.quantities["account", name]
        part = float(rest_of_year(calendar, self.plan, year)[0])
        grant = annual_volume(builder, self.quota) * builder.value(self.availability)
        account = builder.account(
            name,
            grant,
            year,
            carry_over_frac=builder.value(self.carry_over),
            carry_over_limit_m3=builder.value(self.carry_over_limit, np.inf),
            first_part=part,
        )
        builder.graph.bind(asked, account.start)
        left = maximum(account.start, 0.0)
        parts = self._parts(name, builder, grant, left)
        columns: list[Column] = []
        for kind in parts:
            upper = [(kind.volume / self._measure, kind.reason), *capacity]
            if len(parts) > 1:
                upper.insert(0, (left / self._measure, "account"))
            column = self._column(name, builder, kind.label, upper)
            self._use(account, column)
            builder.spare(kind.line, column)
            columns.append(column)
        return [*columns, *self._extra_columns(name, parts[-1].line, builder, capacity)]

    def _parts(self, name: str, builder: Builder, grant: Value, left: Value) -> list[Part]:
        """Split what is left of the account into what the lines down to each place may take."""
        if self.plan is None and not self.reserved:
            return [Part("intake", name, left, "account")]
        row, year = builder.ports[name].outlet, self.account_year
        assert row is not None
        assert year is not None
        need = Need(row, self._measure / self._kept, year, self.plan, self.flexibility)
        builder.needs[name] = need
        cuts = reserved_cuts(name, builder, need, self.reserved, left)
        if self.plan is None:
            shares = (cut for _unused, cut in cuts)
            return parts_of(left, shares, "intake", name, RESERVED_REASON)
        most, rest = self._most_of_plan(name, builder, need, grant, left)
        if self.reserve is None:
            later = need.later = builder.graph.deferred(f"need({name})")
        else:
            later = builder.value(self.reserve)
        line = f"{name}.plan"
        place = spare_place(builder, line)
        surplus = maximum(left - maximum(rest, later), 0.0)
        cuts.append((place, Cut("plan", line, surplus, "plan")))
        ordered = [cut for _unused, cut in sorted(cuts, key=lambda one: one[0])]
        return parts_of(most, ordered, "surplus", f"{name}.surplus", "plan")

    def _most_of_plan(
        self, name: str, builder: Builder, need: Need, grant: Value, left: Value
    ) -> tuple[Value, Value]:
        """Return what the lines above may take in a step, and what the plan needs from it on.

        They may take the step's plan, with its flexibility, and what was saved before. Later steps
        keep what ``plan_after`` says of their plan; an account that holds less than that is shared
        by the plan of the steps to come.
        """
        year = self.account_year
        assert year is not None
        in_force = need.in_force = _in_force(builder, grant, year, f"{name}.grant")
        series, calendar = builder.graph.series, builder.calendar
        planned = in_force * series(part_of_year(calendar, self.plan, year))
        rest = in_force * series(rest_of_year(calendar, self.plan, year))
        saved = maximum(left - rest, 0.0)
        after = need.plan_after = builder.graph.deferred(f"plan({name})")
        share = need.plan_share = builder.graph.deferred(f"plan_share({name})")
        most = planned * (1.0 + self.flexibility) + saved
        return minimum(most, maximum(left - after, left * share)), rest

    def _extra_columns(
        self, name: str, line: str, builder: Builder, capacity: list[tuple[Value, str]]
    ) -> list[Column]:
        if self.extra is None or self.account_year is None:
            return []
        account = builder.account(
            f"{name}.extra",
            annual_volume(builder, self.extra.quota),
            self.account_year,
            first_part=1.0,
        )
        left = maximum(account.start, 0.0) / self._measure
        season = builder.value(self.extra.factor)
        upper = [(where(season > 0.0, left, 0.0), "account"), *capacity]
        if self.extra.capacity is not None:
            upper.append((builder.volume(self.extra.capacity) * season, "season"))
        column = self._column(name, builder, "extra", upper)
        self._use(account, column)
        builder.spare(line, column)
        builder.item("account", f"{name}.extra", node=name)
        return [column]

    def _use(self, account: Account, column: Column) -> None:
        account.uses.append(column.volume * self._measure)

    def _record(
        self,
        name: str,
        builder: Builder,
        columns: list[Column],
        capacity: list[tuple[Value, str]],
    ) -> None:
        taken = builder.graph.constant(0.0)
        offered = builder.graph.constant(0.0)
        for column in columns:
            taken = taken + column.volume
            offered = offered + minimum(*(bound for bound, _unused in column.upper))
        builder.record("withdrawn", name, taken)
        offered = minimum(offered, *(bound for bound, _unused in capacity))
        builder.record("available", name, offered)
        for account_name in (name, f"{name}.extra"):
            account = builder.accounts.get(account_name)
            if account is None:
                continue
            left = account.start
            for use in account.uses:
                left = left - use
            granted = account.granted.known
            mean = None if granted is None else float(np.mean(granted))
            builder.item("account", account_name, node=name, granted=mean)
            builder.record("account_left", account_name, left)


def _in_force(builder: Builder, grant: Value, year: MonthDay, name: str) -> Value:
    """Return the grant of the last day of reset, in every step of its account year."""
    opens = builder.calendar.resets(year)
    if grant.known is not None:
        if grant.is_constant:
            return grant
        last = np.maximum.accumulate(np.where(opens, np.arange(opens.size), 0))
        return builder.graph.mapped((grant,), lambda granted: granted[last], name)
    first = opens.astype(np.float64)
    first[0] = 1.0
    state = builder.graph.state(name, 0.0)
    held = where(builder.graph.series(first), grant, state)
    builder.graph.advance(state, held)
    return held
