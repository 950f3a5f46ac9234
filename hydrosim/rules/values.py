"""Numbers by date, each in force until the next."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field, model_validator

from hydrosim.locale import _
from hydrosim.rules.ranges import month_shares
from hydrosim.rules.shared import RuleType, Unit, config_fault, si_factor
from hydrosim.units import Date, Number, reject
from hydrosim.units.table import is_per_month

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["DatedValues"]


class DatedValues(RuleType):
    """Numbers by date; each holds from its date until the next, the last one for ever.

    A step in which the number changes takes the mean over its days.
    """

    type: Literal["values"] = Field(description="The rule type.")
    dates: tuple[Date, ...] = Field(min_length=1, description="Days from which numbers hold.")
    values: tuple[Number, ...] = Field(min_length=1, description="One number a date.")
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")

    @model_validator(mode="after")
    def _match(self) -> DatedValues:
        if len(self.dates) != len(self.values):
            found = _(
                "{dates} dates and {values} values",
                dates=len(self.dates),
                values=len(self.values),
            )
            reject(None, _("one value a date"), found=found)
        for early, late in pairwise(self.dates):
            if late <= early:
                reject(
                    None,
                    _("dates that increase"),
                    found=_("{late} after {early}", late=late, early=early),
                )
        return self

    def lower(self, builder: Builder) -> Value:
        """Return the mean over the days of each step."""
        calendar = builder.calendar
        first = self.dates[0]
        if first > calendar.start:
            expected = _("a first date on or before the start of the run, {start}",
                         start=calendar.start)  # fmt: skip
            raise config_fault(builder, str(first), expected, "dates", 0)
        run = np.arange(np.datetime64(calendar.start, "D"), np.datetime64(calendar.end, "D") + 1)
        dates = np.array(self.dates, dtype="M8[D]")
        place = np.searchsorted(dates, run, side="right") - 1
        numbers = np.array(self.values) * si_factor(self.unit)
        series = calendar.mean_of_days(numbers[place])
        if is_per_month(self.unit):
            series = series * month_shares(calendar)
        return builder.graph.series(series, "values")
