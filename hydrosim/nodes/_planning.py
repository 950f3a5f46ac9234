"""How a planner changes a demand: growth, saving and the price of water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _
from hydrosim.parts.tariffs import TariffTable
from hydrosim.units import AnnualVolume, Money, Number, Price, RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Growth", "Tariff", "Tier", "grown", "growth_faults"]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Growth(_Block):
    """Growth of a demand from the year of its amount to the planning year, or year by year."""

    rate: Number = Field(description="Growth a year, such as 1.2 %; negative for a decline.")
    base_year: int = Field(
        alias="from", ge=1900, le=2200, description="Year of which the amount is."
    )


class Tier(_Block):
    """A tier of rising prices (阶梯水价)."""

    price: Price = Field(description="Price of the water of the tier.")
    up_to: AnnualVolume | None = Field(
        None, description="Volume of a year at which the tier ends; the last one has no end."
    )


class Tariff(_Block):
    """What the users of a demand pay, and how the price changes what they want.

    The wanted volume is A (p / reference)^elasticity, with the mean price p of the volume itself
    without the fixed charge. The bill of a year is the fixed charge and the volume at its prices.
    """

    price: Price | None = Field(None, description="Price of all water, instead of `tiers`.")
    tiers: tuple[Tier, ...] = Field((), description="Rising prices by the volume of a year.")
    fixed: Money = Field(0.0, description="Fixed charge a year, of a two-part tariff (两部制水价).")
    elasticity: Number = Field(
        0.0,
        description="Change of the wanted volume in % for a price higher by 1 %: 0 or negative.",
    )
    reference: Price | None = Field(None, description="Price at which the amount is wanted.")

    @property
    def table(self) -> TariffTable:
        """The prices as a table."""
        if self.price is not None:
            return TariffTable((self.price,), (), self.fixed)
        limits = tuple(tier.up_to for tier in self.tiers[:-1] if tier.up_to is not None)
        return TariffTable(tuple(tier.price for tier in self.tiers), limits, self.fixed)

    def faults(self) -> Iterator[Fault]:
        """Tell prices that are missing or fall, and an elasticity without a reference."""
        if (self.price is None) == (not self.tiers):
            found = _("no price") if self.price is None else _("both price and tiers")
            yield Fault(("price",), found, _("either `price` or `tiers`"))
        for number, tier in enumerate(self.tiers):
            last = number == len(self.tiers) - 1
            place = ("tiers", number, "up_to")
            if last != (tier.up_to is None):
                found = (
                    _("a last tier that ends") if last else _("a tier without end before another")
                )
                yield Fault(place, found, _("`up_to` for each tier but the last"))
        for number, (one, after) in enumerate(zip(self.tiers, self.tiers[1:], strict=False), 1):
            if after.price < one.price:
                found = _(
                    "{price:.6g} yuan/m3 after {before:.6g} yuan/m3",
                    price=after.price,
                    before=one.price,
                )
                yield Fault(("tiers", number, "price"), found, _("prices that do not fall"))
            if one.up_to is not None and after.up_to is not None and after.up_to <= one.up_to:
                found = _(
                    "{volume:.6g} m3/year after {before:.6g} m3/year",
                    volume=after.up_to,
                    before=one.up_to,
                )
                yield Fault(("tiers", number, "up_to"), found, _("ends that rise"))
        if self.elasticity > 0.0:
            expected = _("0 or a negative number, such as -0.2")
            yield Fault(("elasticity",), f"{self.elasticity:.6g}", expected)
        if self.elasticity < 0.0:
            yield from self._reference_faults()

    def _reference_faults(self) -> Iterator[Fault]:
        if self.reference is None or self.reference <= 0.0:
            found = _("an elasticity without a reference price")
            yield Fault(
                ("reference",), found, _("`reference`: the price at which the amount is wanted")
            )
        lowest = (
            self.price if self.price is not None else min((t.price for t in self.tiers), default=1)
        )
        if lowest <= 0.0:
            yield Fault(("price",), _("an elasticity with a price of 0"), _("prices above 0"))


def growth_faults(growth: Growth | None, config: WholeConfig) -> Iterator[Fault]:
    """Tell growth to a planning year that is not given, or lies before its base year."""
    if growth is None or config.mode == "trajectory":
        return
    year = config.planning_year
    if year is None or year < growth.base_year:
        found = _("no `planning_year`") if year is None else _("the year {year}", year=year)
        yield Fault(
            ("growth", "from"),
            found,
            _("`planning_year:` of {base_year} or later", base_year=growth.base_year),
        )


def grown(
    builder: Builder,
    growth: Growth | None,
    saving: float | RuleRef,
    tariff: Tariff | None,
    amount: Value,
) -> Value:
    """Return the factor on a wanted volume.

    Parameters
    ----------
    amount
        What is wanted without the factor, as a volume a year [m3/year].
    """
    factor = builder.graph.constant(1.0)
    if growth is not None:
        factor = builder.graph.series(_growth(builder, growth), "growth")
    factor = factor * (1.0 - builder.value(saving))
    if tariff is None or tariff.elasticity == 0.0:
        return factor
    assert tariff.reference is not None
    table = tariff.table
    wanted = amount * factor
    if len(table.prices) > 1 and (wanted.known is None or wanted.forced):
        found = _("tiers with an elasticity on an amount that is not known before the run")
        raise ConfigError(
            [Fault(("tariff",), found, _("an amount, growth and saving known before"))]
        )
    known = np.zeros(1) if wanted.known is None else wanted.known[0]
    part = table.response(known, tariff.reference, tariff.elasticity)
    if len(table.prices) == 1:
        return factor * float(part[0])
    return factor * builder.graph.series(part, "response to the price")


def _growth(builder: Builder, growth: Growth) -> NDArray[np.float64]:
    years = builder.calendar.year
    if builder.settings.mode != "trajectory":
        planned = builder.settings.planning_year
        assert isinstance(planned, int)
        years = np.array([planned])
    return (1.0 + growth.rate) ** np.maximum(years - growth.base_year, 0)
