"""Numbers in time from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hydrosim.rules.shared import RuleType, Unit, read_numbers, si_factor
from hydrosim.units import Number

if TYPE_CHECKING:
    from hydrosim.builder import Builder
    from hydrosim.values import Value

__all__ = ["Series"]


class Series(RuleType):
    """A column of a file, brought to the steps of the run."""

    type: Literal["series"] = Field(description="The rule type.")
    file: str = Field(min_length=1, description="File, relative to the folder of the config.")
    column: str = Field(min_length=1, description="Column or variable.")
    unit: Unit = Field(description="Unit of the numbers in the file; 1 for none.")
    kind: Literal["mean", "sum", "point"] = Field(
        "mean",
        description="mean: averaged over a step; sum: added up over a step; point: the "
        "value at the start of a step.",
    )
    factor: Number = Field(1.0, description="Factor on all numbers.")

    def lower(self, builder: Builder) -> Value:
        """Return the numbers in SI, one a step."""
        numbers = read_numbers(builder, self.file, self.column, builder.calendar, self.kind)
        return builder.graph.series(numbers * (si_factor(self.unit) * self.factor), self.column)
