"""A curve over the days of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.rules.shared import RuleType, Unit, si_factor
from hydrosim.units import MonthDay, Number

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["SeasonalCurve"]


class SeasonalCurve(RuleType):
    """Numbers on days of the year, held until the next or joined by lines, over the new year too.

    The value of a step is that of the day on which it starts. 29 February counts as the 28th.
    """

    by_calendar: ClassVar[bool] = True
    type: Literal["seasonal_curve"] = Field(description="The rule type.")
    points: dict[MonthDay, Number] = Field(
        min_length=1, description="Day of the year as month-day, such as 07-01, and its number."
    )
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")
    method: Literal["step", "linear"] = Field(
        "step", description="step: a number holds until the next; linear: lines between points."
    )

    def lower(self, builder: Builder) -> Value:
        """Return the curve at the start of each step."""
        factor = si_factor(self.unit)
        points = [((day.month, day.day), number * factor) for day, number in self.points.items()]
        return builder.graph.series(builder.calendar.piecewise(points, self.method), "curve")
