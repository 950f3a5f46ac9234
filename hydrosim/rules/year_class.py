"""How wet a year is, judged without knowing its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field, model_validator

from hydrosim.locale import _
from hydrosim.rules.shared import RuleType, Unit, config_fault, rule_value, si_factor
from hydrosim.units import Fraction, MonthDay, Number, RuleRef, reject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value

__all__ = ["YearClass"]


class YearClass(RuleType):
    """How wet a water year is: 1 wet to 5 dry, or 1 to 3, against a fixed reference record.

    ``last_year`` is the class of the last complete water year; ``running`` that of the running
    year by its total before the step, set against the part of the mean year that falls before
    it; ``forecast`` a series that is given. The end of a year is never used before it.
    """

    type: Literal["year_class"] = Field(description="The rule type.")
    method: Literal["last_year", "running", "forecast"] = Field(
        description="Which year is judged, and by what."
    )
    of: RuleRef = Field(
        description="Rule that is totalled, in m3/s or depth per time; for a forecast the rule "
        "that gives it."
    )
    forecast_is: Literal["class", "total"] = Field(
        "class", description="Whether a forecast is a class or the total of the water year."
    )
    classes: Literal[3, 5] = Field(5, description="Number of classes.")
    mean: Number | None = Field(None, description="Mean total of a water year of the reference.")
    unit: Unit | None = Field(None, description="Unit of the mean, such as 亿m3 or mm.")
    cv: Number | None = Field(None, description="Coefficient of variation of the yearly totals.")
    cs: Number | None = Field(None, description="Coefficient of skewness; default 2 cv.")
    frequencies: tuple[Fraction, ...] | None = Field(
        None,
        description="Exceedance frequencies between the classes, wet first; default 12.5, 37.5, "
        "62.5 and 87.5 %, or 37.5 and 62.5 % for three.",
    )
    month_shares: tuple[Number, ...] | None = Field(
        None, description="Share of each month, January first, in the mean year; for `running`."
    )
    least_share: Fraction = Field(
        0.1,
        description="While less of the mean year has passed, `running` tells the last year's "
        "class.",
    )
    initial: int | None = Field(
        None, ge=1, le=5, description="Class before a year is complete; default the middle one."
    )
    water_year: MonthDay | None = Field(
        None, description="First day of the water year; default that of the config."
    )

    @model_validator(mode="after")
    def _fits(self) -> YearClass:
        if self.method != "forecast" or self.forecast_is == "total":
            if self.mean is None or self.unit is None or self.cv is None:
                record = {"mean": self.mean, "unit": self.unit, "cv": self.cv}
                missing = [key for key, given in record.items() if given is None]
                expected = _("the reference record: `mean` with its `unit`, and `cv`")
                reject(None, expected, found=_("no `{missing}`", missing="`, `".join(missing)))
            if self.mean <= 0.0 or self.cv <= 0.0:
                reject(
                    None,
                    _("a mean and a cv above 0"),
                    found=_("mean {mean}, cv {cv}", mean=self.mean, cv=self.cv),
                )
        if self.frequencies is not None and (
            len(self.frequencies) != self.classes - 1
            or list(self.frequencies) != sorted(set(self.frequencies))
            or not 0.0 < self.frequencies[0] <= self.frequencies[-1] < 1.0
        ):
            expected = _(
                "{classes} frequencies between 0 and 1 that increase", classes=self.classes - 1
            )
            reject(list(self.frequencies), expected)
        if self.method == "running":
            shares = self.month_shares or ()
            if len(shares) != 12 or min(shares) < 0.0 or sum(shares) <= 0.0:
                reject(
                    None,
                    _("12 `month_shares` of 0 or more"),
                    found=_("{count} shares", count=len(shares)),
                )
        if self.initial is not None and self.initial > self.classes:
            reject(self.initial, _("a class between 1 and {classes}", classes=self.classes))
        return self

    def si_unit(self) -> str | None:
        """Return the unit of a number without dimension."""
        return "1"

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rule that is totalled or forecast."""
        return [(("of",), self.of.name)]

    def limits(self) -> NDArray[np.float64]:
        """Return the yearly totals between the classes in SI, the largest first."""
        # scipy stays unloaded until a model is built.
        from hydrosim.hydrology.year_class import CLASS_LIMITS, class_totals

        assert self.mean is not None
        assert self.cv is not None
        assert self.unit is not None
        frequencies = self.frequencies or CLASS_LIMITS[self.classes]
        skewness = 2.0 * self.cv if self.cs is None else self.cs
        mean = self.mean * si_factor(self.unit)
        return class_totals(mean, self.cv, skewness, tuple(frequencies))

    def class_of(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the class of yearly totals in SI."""
        from hydrosim.hydrology.year_class import class_of_total

        return class_of_total(totals, self.limits()).astype(np.float64)

    def lower(self, builder: Builder) -> Value:
        """Return the class in each step."""
        value = rule_value(builder, self.of.name, "of")
        if value.known is None or value.known.shape[0] != 1:
            found = _("{name!r}, which depends on the state of the model", name=self.of.name)
            raise config_fault(builder, found, _("a rule that is known before the run"), "of")
        calendar = builder.calendar
        if builder.settings.check_only:
            return builder.graph.series(np.ones(len(calendar)), "year_class")
        start = self.water_year or builder.settings.water_year or MonthDay(1, 1)

        def class_by_step(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
            if self.method != "forecast":
                return self._judged(calendar, start, numbers * calendar.dt_s)
            classes = numbers if self.forecast_is == "class" else self.class_of(numbers)
            return np.clip(np.floor(classes + 0.5), 1.0, float(self.classes))

        return builder.graph.mapped((value,), class_by_step, "year_class")

    def _judged(
        self, calendar: Calendar, start: tuple[int, int], volumes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the class in each step from the totals of steps before it."""
        year = calendar.water_year(start)
        year = year - year[0]
        totals = np.bincount(year, weights=volumes).astype(np.float64)
        first = calendar.start
        begun = (first.month, first.day) == tuple(start)
        classes = self.class_of(totals)
        initial = float(self.initial or (self.classes + 1) // 2)
        of_last = np.full(year.size, initial)
        judged = (year >= 1) & ((year >= 2) | begun)
        of_last[judged] = classes[year[judged] - 1]
        if self.method == "last_year":
            return of_last
        assert self.month_shares is not None
        shares = np.array(self.month_shares) / sum(self.month_shares)
        month_start = calendar.starts.astype("M8[M]")
        length_s = ((month_start + 1).astype("M8[s]") - month_start.astype("M8[s]")).astype(float)
        passed = _before(shares[calendar.month_index] * calendar.dt_s / length_s, year)
        total = _before(volumes, year)
        enough = passed >= self.least_share if self.least_share > 0.0 else passed > 0.0
        result = of_last.copy()
        result[enough] = self.class_of(total[enough] / passed[enough])
        return result


def _before(numbers: NDArray[np.float64], year: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of the numbers of the same year before each step, shape (T,).

    Each year is summed on its own from its first step, so that no later step has a part in it.
    """
    result = np.zeros(numbers.size)
    firsts = np.flatnonzero(np.diff(year, prepend=year[0] - 1))
    for first, after in zip(firsts, [*firsts[1:], numbers.size], strict=True):
        result[first + 1 : after] = np.cumsum(numbers[first : after - 1])
    return result
