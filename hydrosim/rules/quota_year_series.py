"""One number for each year of an account, from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import DataError
from hydrosim.rules.shared import RuleType, Unit, data_fault, data_path, si_factor
from hydrosim.units import MonthDay

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["QuotaYearSeries", "read_year_table"]


class QuotaYearSeries(RuleType):
    """One number for each year of an account, such as what part of a quota is available.

    The number is in force from the year's first day: give only what is announced by then.
    """

    type: Literal["quota_year_series"] = Field(description="The rule type.")
    by_quota_year: ClassVar[bool] = True

    file: str = Field(
        min_length=1, description="CSV or Parquet file, relative to the folder of the config."
    )
    column: str = Field("value", min_length=1, description="Column of the numbers.")
    year_column: str = Field("year", min_length=1, description="Column of the years.")
    starts: MonthDay = Field(description="First day of a year of the account, such as 11-01.")
    year_is: Literal["start", "end"] = Field(
        "start", description="Whether a year is told by the year it starts or ends in."
    )
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")

    def lower(self, builder: Builder) -> Value:
        """Return the number of the account year in which each step starts."""
        label = builder.calendar.water_year(self.starts)
        if self.year_is == "end" and self.starts != (1, 1):
            label = label + 1
        years, place = np.unique(label, return_inverse=True)
        try:
            table = read_year_table(builder, self.file, self.year_column, self.column)
            for year in years:
                if int(year) not in table:
                    raise DataError(
                        str(data_path(builder, self.file)),
                        found=f"no row for the year {year}",
                        expected=f"a number for each year from {years[0]} to {years[-1]}",
                        column=self.column,
                    )
        except DataError as error:
            raise data_fault(error, builder, "file") from error
        numbers = np.array([table[int(year)] for year in years]) * si_factor(self.unit)
        return builder.graph.series(numbers[place], self.column)


def read_year_table(builder: Builder, file: str, year_column: str, column: str) -> dict[int, float]:
    """Read a table of one number a year.

    Parameters
    ----------
    builder
        Knows the folder from which the file is named.
    file
        CSV or Parquet file.
    year_column, column
        Names of the columns with years and numbers.

    Returns
    -------
    dict of int to float
        Number of each year.

    Raises
    ------
    DataError
        For a missing file or column, a year that is not whole or given twice, and what is no
        finite number.
    """
    from hydrosim.io.forcing import read_table

    path = data_path(builder, file)
    columns = read_table(path, [year_column, column])
    table: dict[int, float] = {}
    for year, number in zip(columns[year_column], columns[column], strict=True):
        if year != int(year) or int(year) in table:
            found = f"the year {year:g}" + (" twice" if int(year) in table else "")
            expected = "each calendar year once"
            raise DataError(str(path), found=found, expected=expected, column=year_column)
        table[int(year)] = float(number)
    return table
