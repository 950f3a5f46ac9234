"""One number for each year of an account, from a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import DataError, shown
from hydrosim.io.layout import PLAIN
from hydrosim.locale import _
from hydrosim.parts.data_file import ColumnName, LaidOut
from hydrosim.rules.ranges import column_limits
from hydrosim.rules.shared import (
    RuleType,
    Unit,
    data_fault,
    data_path,
    si_factor,
    tell_notices,
)
from hydrosim.units import MonthDay, Number, reject

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.io.layout import Layout
    from hydrosim.io.ranges import Limits

__all__ = ["QuotaYearSeries", "read_year_table"]

_YEAR = re.compile(r"(\d{4})\u5e74?")  # 2001, or with the word for year behind it
_OF_TIMES = ("time", "dates", "zone", "stamp", "select")


class _YearTable(RuleType):
    """What is asked of a table of years in any case."""

    file: str = Field(
        min_length=1, description="Text table, workbook or Parquet file; relative to the config."
    )
    column: ColumnName = Field("value", description="Column of the numbers.")
    year_column: ColumnName = Field("year", description="Column of the years.")
    starts: MonthDay = Field(description="First day of a year of the account, such as 11-01.")
    year_is: Literal["start", "end"] = Field(
        "start", description="Whether a year has the number of the year in which it starts or ends."
    )
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")
    minimum: Number | None = Field(
        None, description="Least number that is possible, in `unit`; default by the unit."
    )
    maximum: Number | None = Field(None, description="Largest number that is possible, in `unit`.")


class QuotaYearSeries(LaidOut, _YearTable):
    """One number for each year of an account, such as what part of a quota is available.

    The number is in force from the year's first day: give only what is announced by then.
    """

    type: Literal["quota_year_series"] = Field(description="The rule type.")
    by_quota_year: ClassVar[bool] = True

    def model_post_init(self, context: object) -> None:
        """Refuse keys of times, which a table of years has not."""
        del context
        for key in self.given(*_OF_TIMES):
            reject(
                None, _("the years in `year_column`"), found=_("the key `{key}`", key=key), key=key
            )

    def lower(self, builder: Builder) -> Value:
        """Return the number of the account year in which each step starts."""
        label = builder.calendar.water_year(self.starts)
        if self.year_is == "end" and self.starts != (1, 1):
            label = label + 1
        years, place = np.unique(label, return_inverse=True)
        try:
            table = self.table(builder)
            for year in years:
                if int(year) not in table:
                    raise DataError(
                        str(data_path(builder, self.file)),
                        found=_("no row for the year {year}", year=year),
                        expected=_(
                            "a number for each year from {first} to {last}",
                            first=years[0],
                            last=years[-1],
                        ),
                        column=self.column,
                    )
        except DataError as error:
            raise data_fault(error, builder, "file") from error
        numbers = np.array([table[int(year)] for year in years]) * si_factor(self.unit)
        return builder.graph.series(numbers[place], self.column)

    def table(self, builder: Builder) -> dict[int, float]:
        """Return the number of each year of the file, in its unit.

        Raises
        ------
        DataError
            As :func:`read_year_table`.
        """
        limits = column_limits(builder, self.unit, minimum=self.minimum, maximum=self.maximum)
        return read_year_table(
            builder, self.file, self.year_column, self.column, limits=limits, layout=self.layout
        )


def read_year_table(
    builder: Builder,
    file: str,
    year_column: str,
    column: str,
    *,
    limits: Limits,
    layout: Layout = PLAIN,
) -> dict[int, float]:
    """Read a table of one number a year.

    Parameters
    ----------
    builder
        Knows the folder from which the file is named.
    file
        Text table, workbook or Parquet file.
    year_column, column
        Names of the columns with years and numbers.
    limits
        What the numbers can be.
    layout
        What the configuration tells of the file.

    Returns
    -------
    dict of int to float
        Number of each year.

    Raises
    ------
    DataError
        For a missing file or column, a year that is not whole or given twice, what is no finite
        number, and what the number cannot be.
    """
    from hydrosim.io.column_units import unlikely_in
    from hydrosim.io.forcing import read_cells, read_table
    from hydrosim.io.ranges import outside
    from hydrosim.io.tables import table_of

    path = data_path(builder, file)
    years, lines = read_cells(path, year_column, layout=layout)
    numbers = read_table(path, [column], layout=layout)[column]
    table: dict[int, float] = {}
    for row, (cell, number) in enumerate(zip(years, numbers, strict=True)):
        year = _year_of(cell)
        if year is None or year in table:
            wrong = (
                _("the year {year} twice", year=year)
                if year is not None
                else _("the year {cell}", cell=_cell_text(cell))
            )
            line = None if lines is None else int(lines[row])
            expected = _("each calendar year once")
            raise DataError(
                str(path), found=wrong, expected=expected, column=year_column, line=line
            )
        table[year] = float(number)
    found = outside(numbers, limits)
    if found is not None:
        raise DataError(
            str(path),
            found=found.found,
            expected=found.expected,
            column=column,
            date=str(list(table)[found.row]),
            line=None if lines is None else int(lines[found.row]),
            note=found.note,
        )
    whole = table_of(path, layout)
    notices = [*whole.notices, *unlikely_in(whole, path, column, numbers, limits)]
    tell_notices(builder, notices, "file")
    return table


def _year_of(cell: float | str) -> int | None:
    """Return a whole year; None for what is none."""
    if isinstance(cell, str):
        match = _YEAR.fullmatch(cell.strip())
        return None if match is None else int(match[1])
    return int(cell) if np.isfinite(cell) and cell == int(cell) else None


def _cell_text(cell: float | str) -> str:
    return shown(cell) if isinstance(cell, str) else f"{cell:g}"
