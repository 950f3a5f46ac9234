"""The blocks `ensemble:` and `outlook:` of a configuration: possible waters, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.locale import _
from hydrosim.units import Factor, Fraction, Name, RuleKey, reject
from hydrosim.units import dimensions as units

if TYPE_CHECKING:
    pass

__all__ = ["Alarm", "Change", "EnsembleKeys", "Outlook"]

Addition = Annotated[float, replace(units.DEPTH_RATE, minimum=None, plausible=None)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Change(_Block):
    """A changed climate of one variable in some months."""

    variable: str = Field(description="Variable of the series that change, such as rain.")
    months: tuple[int, ...] = Field(
        tuple(range(1, 13)), min_length=1, description="Months of the season, 1 to 12."
    )
    factor: Factor = Field(1.0, description="Factor on the series.")
    add: Addition = Field(0.0, description="What is added to reference evapotranspiration.")
    series: tuple[RuleKey, ...] | None = Field(
        None, description="Series that change; default all of the variable."
    )


class EnsembleKeys(_Block):
    """Possible waters of the run: which series members replace, by what, and how many."""

    members: int = Field(100, ge=1, description="Number of members.")
    seed: int = Field(1, ge=0, description="Seed; equal seeds share their random numbers.")
    years: int | None = Field(
        None, ge=1, description="Years of a member from the start of the period; default all."
    )
    first_month: int | None = Field(
        None,
        ge=1,
        le=12,
        description="Month with which the years of the record begin; default that of the water "
        "year, with index_sequential that of the period.",
    )
    series: dict[RuleKey, str] = Field(
        min_length=1,
        description="Series and rules that members replace, each with its variable: inflow, "
        "rain, et0 or another word. Inflow of the type runoff whose rain or et0 stands here, but "
        "which does not itself, is modelled anew from each member's weather.",
    )
    imports: dict[Name, tuple[RuleKey, ...]] = Field(
        {}, description="Sources from outside, each with the series by account year it offers."
    )
    climate: tuple[Change, ...] = Field((), description="Changes of climate by season.")
    ledger: bool = Field(False, description="Follow the water by origin; takes a third more time.")
    worst: int = Field(3, ge=0, description="Members of the largest shortage that are kept whole.")
    chunk: int = Field(10, ge=1, description="Members that are computed and written at a time.")
    storage_bins: int = Field(50, ge=2, le=500, description="Classes of storage by day of year.")


class Alarm(_Block):
    """From which probability on a danger is yellow, orange or red."""

    yellow: Fraction = Field(default=0.2, description="Probability from which on it is yellow.")
    orange: Fraction = Field(default=0.4, description="Probability from which on it is orange.")
    red: Fraction = Field(default=0.7, description="Probability from which on it is red.")

    @model_validator(mode="after")
    def _rising(self) -> Alarm:
        if not 0.0 < self.yellow < self.orange < self.red:
            found = _(
                "{yellow:g}, {orange:g} and {red:g}",
                yellow=self.yellow,
                orange=self.orange,
                red=self.red,
            )
            reject(None, _("yellow < orange < red, above 0"), found=found, key="yellow")
        return self


class Outlook(_Block):
    """What an outlook from today's state warns of, node by node."""

    shortage: Alarm = Field(default=Alarm(), description="Alarm for a demand that is short.")
    shortage_frac: Fraction = Field(
        default=0.05,
        description="Short share of a month's demand from which on it counts as short.",
    )
    drying: Alarm = Field(default=Alarm(), description="Alarm for a store that falls dry.")
    drying_frac: Fraction = Field(
        default=0.02,
        description="Part of the storage between dead and normal below which it is dry.",
    )
    limit: Alarm = Field(default=Alarm(), description="Alarm for a level above the flood limit.")
    antecedent_days: int | None = Field(
        default=None,
        ge=1,
        description="Weight members by how like the inflow of this many days before today was in "
        "their own water; default: all members count alike.",
    )
