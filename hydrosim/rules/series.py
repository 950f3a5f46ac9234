"""Numbers in time from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.rules.shared import RuleType, Unit, read_numbers, si_factor
from hydrosim.units import DEPTH_RATE, FLOW, Number, told
from hydrosim.units.table import tidy, unit_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

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
        in_si = numbers * (si_factor(self.unit) * self.factor)
        self._note_magnitude(builder, in_si)
        return builder.graph.series(in_si, self.column)

    def _note_magnitude(self, builder: Builder, in_si: NDArray[np.float64]) -> None:
        """Warn of numbers beyond what nature has, as of rain in mm that is told to be in m."""
        kind = unit_of(tidy(self.unit))[1]
        dimension = next((d for d in (DEPTH_RATE, FLOW) if unit_of(d.unit)[1] == kind), None)
        name = getattr(builder, "current_rule", None)
        if dimension is None or dimension.plausible is None or name is None or not in_si.size:
            return
        step, limit = int(np.argmax(in_si)), dimension.plausible[1]
        if in_si[step] <= limit:
            return
        own, likely = si_factor(self.unit), None
        if dimension is DEPTH_RATE and in_si[step] / own * si_factor("mm/day") <= limit:
            likely = "the likely unit is mm/day"
        section = "series" if name in builder.settings.series else "rules"
        day = builder.calendar.starts[step].astype("M8[D]")
        found = f"{in_si[step] / own:.6g} {self.unit} on {day}, in column {self.column!r}"
        expected = f"as a rule a {dimension.name} up to {told(limit, dimension)}"
        fault = Fault((section, name, "unit"), found, expected, note=likely, severity="warning")
        builder.warnings.append(fault)
