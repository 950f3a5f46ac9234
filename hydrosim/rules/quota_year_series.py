"""One number for each year of an account, from a table."""

from __future__ import annotations

import csv
import math
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import DataError, nearest
from hydrosim.rules.shared import RuleType, Unit, data_fault, data_path, si_factor
from hydrosim.units import MonthDay

if TYPE_CHECKING:
    from hydrosim.builder import Builder
    from hydrosim.values import Value

__all__ = ["QuotaYearSeries", "read_year_table"]


class QuotaYearSeries(RuleType):
    """One number for each year of an account, such as what part of a quota is available.

    The number is in force from the year's first day: give only what is announced by then.
    """

    type: Literal["quota_year_series"] = Field(description="The rule type.")
    file: str = Field(min_length=1, description="CSV file, relative to the folder of the config.")
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
            table = read_year_table(
                data_path(builder, self.file), self.file, self.year_column, self.column
            )
            for year in years:
                if int(year) not in table:
                    raise DataError(
                        self.file,
                        found=f"no row for the year {year}",
                        expected=f"a number for each year from {years[0]} to {years[-1]}",
                        column=self.column,
                    )
        except DataError as error:
            raise data_fault(error, builder, "file") from error
        numbers = np.array([table[int(year)] for year in years]) * si_factor(self.unit)
        return builder.graph.series(numbers[place], self.column)


def read_year_table(path: FilePath, file: str, year_column: str, column: str) -> dict[int, float]:
    """Read a CSV table of one number a year.

    Parameters
    ----------
    path
        The file.
    file
        Its name as the config gives it, for messages.
    year_column, column
        Names of the columns with years and numbers.

    Returns
    -------
    dict of int to float
        Number of each year.

    Raises
    ------
    DataError
        For a missing file or column, a year given twice, and what is no finite number.
    """
    if not path.is_file():
        raise DataError(file, found="no such file", expected="a CSV file with a row a year")
    table: dict[int, float] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        reader = csv.DictReader(lines)
        names = reader.fieldnames or ()
        for name in (year_column, column):
            if name not in names:
                expected = f"a column {name!r} among {', '.join(names) or 'none'}"
                near = nearest(name, names)
                raise DataError(file, found="no such column", expected=expected, nearest=near)
        for row in reader:
            text, year_text = row[column] or "", row[year_column] or ""
            place = year_text.strip() or "?"
            try:
                year, number = int(year_text), float(text)
            except ValueError:
                year, number = 0, math.nan
            if not math.isfinite(number):
                found = f"{text!r} in the year {place!r}"
                raise DataError(file, found=found, expected="a finite number", column=column)
            if year in table:
                found = f"the year {year} twice"
                raise DataError(file, found=found, expected="each year once", column=year_column)
            table[year] = number
    return table
