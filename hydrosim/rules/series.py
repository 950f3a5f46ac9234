"""Numbers in time from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field, model_validator

from hydrosim.errors import DataError, Fault
from hydrosim.locale import _
from hydrosim.parts.data_file import ColumnName, LaidOut
from hydrosim.rules.ranges import MEAN_MONTH_S, column_limits, month_shares
from hydrosim.rules.shared import (
    RuleType,
    Unit,
    config_fault,
    data_fault,
    data_path,
    read_numbers,
    si_factor,
)
from hydrosim.units import DEPTH_RATE, FLOW, LENGTH, VOLUME, Number, reject
from hydrosim.units.table import is_per_month, tidy, unit_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["Series"]

_AMOUNTS = {VOLUME.unit: "m3/s", LENGTH.unit: "m/s"}  # of a step: a volume or depth, and its rate
LEAST_MM_A_YEAR = 5.0
"""Mean rain, evapotranspiration or seepage of a run, below which a series is warned of."""
_LEAST_SECONDS = 365.0 * 86400.0
_SUM = _("`kind: sum` with an amount such as 万m3 or mm; a rate has the kind mean")


class _ColumnOfFile(RuleType):
    """What is asked of a series in any case."""

    file: str = Field(min_length=1, description="File, relative to the folder of the config.")
    column: ColumnName = Field(description="Column or variable.")
    unit: Unit = Field(description="Unit of the numbers in the file; 1 for none.")
    kind: Literal["mean", "sum", "point"] = Field(
        "mean",
        description="mean: averaged over a step; sum: volumes or depths, added up over a step or "
        "those of calendar months, which give the mean rate of the step; point: the value at the "
        "start of a step.",
    )
    factor: Number = Field(1.0, description="Factor on all numbers.")
    minimum: Number | None = Field(
        None,
        description="Least number that is possible, in `unit`; default by the unit, as of a flow, "
        "and by the keys that take the numbers.",
    )
    maximum: Number | None = Field(None, description="Largest number that is possible, in `unit`.")


class Series(LaidOut, _ColumnOfFile):
    """A column of a file, brought to the steps of the run.

    Numbers that a quantity cannot have are refused before the run, and the usual codes for missing
    values with them. Amounts a month are those of calendar months.
    """

    type: Literal["series"] = Field(description="The rule type.")

    @model_validator(mode="after")
    def _adds_up_amounts(self) -> Series:
        if self.kind == "sum" and _rate_of(self.unit) is None and not is_per_month(self.unit):
            kind = unit_of(tidy(self.unit))[1] if self.unit != "1" else frozenset()
            if any(base == "[time]" for base, _unused in kind):
                reject(
                    self.kind, _SUM, found=_("a sum of {unit}, a rate", unit=self.unit), key="kind"
                )
        return self

    def si_unit(self) -> str | None:
        """Return the unit of the numbers; amounts of a step are the mean rate of the step."""
        return (_rate_of(self.unit) if self.kind == "sum" else None) or self.unit

    @property
    def rate(self) -> str | None:
        """Unit of the mean rate of an amount; None where the unit is no amount."""
        return _rate_of(self.unit)

    def lower(self, builder: Builder) -> Value:
        """Return the numbers in SI, one a step."""
        rate = _rate_of(self.unit)
        is_amount = self.kind == "sum" and rate is not None
        limits = column_limits(
            builder,
            self.unit,
            factor=self.factor,
            minimum=self.minimum,
            maximum=self.maximum,
            is_amount=is_amount,
        )
        numbers = read_numbers(builder, self, builder.calendar, self.kind, limits)
        in_si = numbers * (si_factor(self.unit) * self.factor)
        if is_amount:
            in_si = in_si / builder.calendar.dt_s
        elif self.kind == "sum" and is_per_month(self.unit):
            self._refuse_days(builder)
            in_si = in_si * (MEAN_MONTH_S / builder.calendar.dt_s)
        elif is_per_month(self.unit):
            in_si = in_si * month_shares(builder.calendar)
        self._note_magnitude(builder, in_si)
        self._note_dry(builder, in_si)
        self._note_shares(builder, numbers)
        return builder.graph.series(in_si, self.column)

    def _refuse_days(self, builder: Builder) -> None:
        """Refuse the sum of rates a month that are given by days."""
        from hydrosim.io.forcing import rows_are_months

        try:
            months = rows_are_months(data_path(builder, self.file), self.layout)
        except DataError as error:
            raise data_fault(error, builder, "file") from error
        if not months:
            found = _("a sum of {unit}, a rate, from rows that are no months", unit=self.unit)
            raise config_fault(builder, found, _SUM, "kind")

    def _note_magnitude(self, builder: Builder, in_si: NDArray[np.float64]) -> None:
        """Warn of numbers beyond what nature has, as of rain in mm given the unit m."""
        kind = unit_of(tidy(self.si_unit() or "1"))[1]
        dimension = next((d for d in (DEPTH_RATE, FLOW) if unit_of(d.unit)[1] == kind), None)
        name = builder.current_rule
        if dimension is None or dimension.plausible is None or name is None or not in_si.size:
            return
        step, limit = int(np.argmax(in_si)), dimension.plausible[1]
        if in_si[step] <= limit or self.maximum is not None:
            return
        unit = self.unit if self.kind != "sum" else str(self.si_unit())
        own, likely = si_factor(unit), None
        if dimension is DEPTH_RATE and in_si[step] / own * si_factor("mm/day") <= limit:
            likely = _("the likely unit is mm/day")
        section = "series" if name in builder.settings.series else "rules"
        day = builder.calendar.starts[step].astype("M8[D]")
        found = _(
            "{in_si:.6g} {unit} on {day}, in column {column!r}",
            in_si=in_si[step] / own,
            unit=unit,
            day=day,
            column=self.column,
        )
        if self.factor != 1.0:
            found = _("{found}, with the factor {factor:g}", found=found, factor=self.factor)
        largest = f"{limit / own:.6g} {unit}"
        expected = _(
            "as a rule a {name} up to {limit}",
            name=dimension.name,
            limit=largest,
        )
        fault = Fault((section, name, "unit"), found, expected, note=likely, severity="warning")
        builder.warnings.append(fault)

    def _note_dry(self, builder: Builder, in_si: NDArray[np.float64]) -> None:
        """Warn of a depth per time too small for any climate, as of daily mm given as mm/year."""
        unit = self.unit if self.kind != "sum" else str(self.si_unit())
        name, calendar = builder.current_rule, builder.calendar
        seconds = float(calendar.dt_s.sum())
        if name is None or unit in ("1", "-") or seconds < _LEAST_SECONDS:
            return
        mean = float((in_si * calendar.dt_s).sum()) / seconds * si_factor("mm/year") ** -1
        is_depth = unit_of(tidy(unit))[1] == unit_of(DEPTH_RATE.unit)[1]
        if not is_depth or self.minimum is not None or not 0.0 < mean < LEAST_MM_A_YEAR:
            return
        own = si_factor(unit)
        as_days = mean / own * si_factor("mm/day")
        section = "series" if name in builder.settings.series else "rules"
        fault = Fault(
            (section, name, "unit"),
            _("{mean:.3g} mm/year in the mean of the run, in column {column!r}",
              mean=mean, column=self.column),
            _("as a rule a depth per time of {least:g} mm/year or more", least=LEAST_MM_A_YEAR),
            note=_("the likely unit is mm/day") if as_days >= LEAST_MM_A_YEAR else None,
            severity="warning",
        )  # fmt: skip
        builder.warnings.append(fault)

    def _note_shares(self, builder: Builder, numbers: NDArray[np.float64]) -> None:
        """Warn of percentages up to 1, as a workbook keeps 5 % as the number 0.05."""
        largest = float(numbers.max(initial=0.0))
        name = builder.current_rule
        if name is None or tidy(self.unit) != "percent" or not 0.0 < largest <= 1.0:
            return
        if self.maximum is not None or self.factor != 1.0:
            return
        section = "series" if name in builder.settings.series else "rules"
        found = _("numbers up to {largest:g} % in column {column!r}",
                  largest=largest, column=self.column)  # fmt: skip
        note = _("shares of 1, as a workbook keeps percentages, have the unit 1; a true value is "
                 "stated by `maximum:`")  # fmt: skip
        builder.warnings.append(
            Fault((section, name, "unit"), found, _("as a rule percentages above 1"), note=note,
                  severity="warning")
        )  # fmt: skip


def _rate_of(unit: str) -> str | None:
    """Return the unit of the rate of an amount; None where a unit is no volume or depth."""
    if unit in ("1", "-"):
        return None
    kind = unit_of(tidy(unit))[1]
    return next((rate for one, rate in _AMOUNTS.items() if unit_of(one)[1] == kind), None)
