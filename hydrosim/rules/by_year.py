"""Numbers by calendar year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.rules.ranges import month_shares
from hydrosim.rules.shared import RuleType, Unit, config_fault, si_factor
from hydrosim.units import Number
from hydrosim.units.table import is_per_month

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.rules.base import WholeConfig

__all__ = ["ByYear"]


class ByYear(RuleType):
    """Numbers by calendar year: a trajectory takes each step's year, else the planning year counts.

    After the last year its number holds; a year before the first is an error.
    """

    by_calendar: ClassVar[bool] = True
    type: Literal["by_year"] = Field(description="The rule type.")
    values: dict[int, Number] = Field(min_length=1, description="Calendar year and its number.")
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")
    method: Literal["step", "linear"] = Field(
        "step", description="step: a number holds until the next year given; linear: lines between."
    )

    def at(self, years: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the number of each year in SI."""
        known = np.array(sorted(self.values))
        numbers = np.array([self.values[int(year)] for year in known]) * si_factor(self.unit)
        if self.method == "linear":
            return np.interp(years, known, numbers)
        return numbers[np.searchsorted(known, years, side="right") - 1]

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return a planning year that is missing or before the first year."""
        faults = super().faults(config)
        if config.mode == "planning_level":
            year = config.planning_year
            if year is None or year < min(self.values):
                faults.append(self._outside(year))
        return faults

    def _outside(self, year: int | None) -> Fault:
        found = _("no `planning_year`") if year is None else _("the year {year}", year=year)
        return Fault(
            ("values",),
            found,
            _("`planning_year:` with {values} or later", values=min(self.values)),
        )

    def lower(self, builder: Builder) -> Value:
        """Return the number of each step's year, or of the planning year."""
        years = builder.calendar.year
        if builder.settings.mode != "trajectory":
            planned = builder.settings.planning_year
            if not isinstance(planned, int):
                raise config_fault(builder, _("no `planning_year`"), _("a year"), "values")
            years = np.array([planned])
        if years.min() < min(self.values):
            fault = self._outside(int(years.min()))
            raise config_fault(builder, fault.found, fault.expected, "values")
        series = self.at(years)
        if is_per_month(self.unit):
            series = series * month_shares(builder.calendar)
        return builder.graph.series(series, "by_year")
