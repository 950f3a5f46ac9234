"""Numbers that return every year, by month, dekad, pentad or day."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from hydrosim.calendar import Calendar
from hydrosim.locale import _
from hydrosim.rules.ranges import month_shares
from hydrosim.rules.shared import RuleType, Unit, si_factor
from hydrosim.units import Number, reject
from hydrosim.units.table import is_per_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["Profile"]

_DAYS_OF_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.float64)
_LEAP_DAY = 59  # place of 29 February among 366 values
_COUNTS = _("12 values by month, 36 by dekad, 72 by pentad, 365 or 366 by day")


def _days_of_parts(count: int) -> NDArray[np.float64]:
    """Days of each part of a year of 365 days that is cut into ``count`` parts."""
    if count >= 365:
        days = np.ones(count)
        if count == 366:
            days[_LEAP_DAY] = 0.0
        return days
    parts, length = count // 12, {12: 31, 36: 10, 72: 5}[count]
    days = np.full((12, parts), float(length))
    days[:, -1] = _DAYS_OF_MONTH - length * (parts - 1)
    return days.ravel()


class Profile(RuleType):
    """Numbers by month, dekad, pentad or day of the year; a longer step takes the mean of days.

    Of 365 values 29 February takes that of the 28th; of 366 it has its own.
    """

    by_calendar: ClassVar[bool] = True
    type: Literal["profile"] = Field(description="The rule type.")
    values: tuple[Number, ...] = Field(description=f"The numbers: {_COUNTS}.")
    unit: Unit | None = Field(
        None, description="Unit of the numbers, 1 for none; not needed with `normalise`."
    )
    normalise: Literal["mean", "sum"] | None = Field(
        None,
        description="mean: the mean over the days of a year of 365 days becomes 1; "
        "sum: the numbers add up to 1.",
    )

    @field_validator("values")
    @classmethod
    def _has_a_year(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if len(values) not in (12, 36, 72, 365, 366):
            reject(list(values), _COUNTS, found=_("{count} values", count=len(values)))
        return values

    @model_validator(mode="after")
    def _is_sized(self) -> Profile:
        if self.normalise is None and self.unit is None:
            reject(None, _("the unit of the numbers under `unit`, 1 for numbers without unit"))
        if self.normalise is not None:
            if self.unit is not None and self.unit != "1":
                reject(self.unit, _("no unit: a normalised profile has none"))
            if self._size() == 0.0:
                reject(
                    list(self.values),
                    _("numbers whose {normalise} is not 0", normalise=self.normalise),
                )
        return self

    def _size(self) -> float:
        numbers = np.array(self.values)
        if self.normalise == "sum":
            return float(numbers.sum())
        days = _days_of_parts(numbers.size)
        return float((numbers * days).sum() / days.sum())

    def si_unit(self) -> str | None:
        """Return the unit of the numbers; a normalised profile has none."""
        return "1" if self.normalise else self.unit

    def lower(self, builder: Builder) -> Value:
        """Return the mean over the days of each step."""
        factor = 1.0 / self._size() if self.normalise else si_factor(self.unit or "1")
        series = profile_series(np.array(self.values) * factor, builder.calendar)
        if not self.normalise and is_per_month(self.unit or "1"):
            series = series * month_shares(builder.calendar)
        return builder.graph.series(series, "profile")


def profile_series(numbers: NDArray[np.float64], calendar: Calendar) -> NDArray[np.float64]:
    """Return a profile of 12, 36, 72, 365 or 366 numbers as means over the steps, shape (T,)."""
    if numbers.size != 366:
        return calendar.profile(numbers)
    days = Calendar(calendar.start, calendar.end, "day")
    leap_day = (days.month == 2) & (days.day == 29)
    return calendar.mean_of_days(numbers[days.day_of_year + (days.month > 2) + leap_day])
