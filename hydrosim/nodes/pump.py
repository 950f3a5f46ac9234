"""A pump: lifts water at a cost, up to what its licence allows a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum
from hydrosim.locale import _
from hydrosim.nodes._checks import account_faults
from hydrosim.nodes._conveyance import Conveyance
from hydrosim.nodes._pattern import annual_volume
from hydrosim.units import AnnualVolumeOrRule, Length, MonthDay

if TYPE_CHECKING:
    from hydrosim.builders.primitives import Account
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Pump"]


class Pump(Conveyance):
    """A pumping station or well field (泵站、井群). `cost` holds its energy.

    With a licence (取水许可) it lifts at most `quota` less `replaced` a year: source replacement
    (地表水置换) takes groundwater from a unit, which turns to its other sources.
    """

    type: Literal["pump"] = Field("pump", description="A pumping station.")
    symbol: ClassVar[str] = "pump"
    fact_keys: ClassVar[tuple[str, ...]] = ("head",)

    head: Length | None = Field(None, description="Height by which the water is lifted.")
    quota: AnnualVolumeOrRule | None = Field(
        None, description="Volume that it may lift in a year; default no limit."
    )
    account_year: MonthDay | None = Field(
        None, description="Day on which the quota is granted anew."
    )
    replaced: AnnualVolumeOrRule = Field(
        0.0, description="Part of the quota that other water replaces, such as a rule by year."
    )

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew."""
        return None if self.quota is None else self.account_year

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with it."""
        faults = super().faults(config)
        if self.capacity is None:
            faults.append(
                Fault(("capacity",), _("a pump without capacity"), _("the flow it can lift"))
            )
        dependent = ["replaced"] if self.replaced != 0.0 else []
        faults += account_faults(self.quota, self.account_year, dependent=dependent)
        given = (self.quota, self.replaced)
        if all(isinstance(one, float) for one in given) and given[1] > given[0]:  # type: ignore[operator]
            found = _(
                "{replaced:.6g} m3/year, more than the quota of {quota:.6g} m3/year",
                replaced=given[1],
                quota=given[0],
            )
            faults.append(Fault(("replaced",), found, _("a part of the quota")))
        return faults

    def _licence(self, builder: Builder) -> Account | None:
        if self.quota is None:
            return None
        assert self.account_year is not None
        left = annual_volume(builder, self.quota) - annual_volume(builder, self.replaced)
        return builder.account(self.label, maximum(left, 0.0), self.account_year)
