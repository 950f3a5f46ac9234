"""A table from one quantity to another, the same all year or by month."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from hydrosim.expressions.functions import clip, where
from hydrosim.locale import _
from hydrosim.rules.language import parse_expression
from hydrosim.rules.language_lowering import lower_expression
from hydrosim.rules.profile import profile_series
from hydrosim.rules.shared import RuleType, Unit, expression_faults, finite, si_factor
from hydrosim.units import Number, reject

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault, Path
    from hydrosim.expressions.values import Value
    from hydrosim.rules.base import WholeConfig

__all__ = ["Lookup"]


class Lookup(RuleType):
    """A table ``x -> y``; the first and last ``y`` hold beyond its ends.

    Where ``y`` is given by month, a step longer than a month part takes the month it starts in.
    """

    by_calendar: ClassVar[bool] = True
    type: Literal["lookup"] = Field(description="The rule type.")
    of: str = Field(description="Expression that is looked up, such as level('baiyangdian').")
    x: tuple[Number, ...] = Field(min_length=1, description="Places of the table, increasing.")
    x_unit: Unit = Field(description="Unit of `x`; 1 for none.")
    y: tuple[Number, ...] | None = Field(None, description="One number a place.")
    y_by_month: tuple[tuple[Number, ...], ...] | None = Field(
        None, description="12 lists, January first, each with one number a place."
    )
    unit: Unit = Field(description="Unit of the numbers; 1 for none.")
    method: Literal["step", "linear"] = Field(
        "linear", description="step: a number holds from its place on; linear: lines between."
    )

    @model_validator(mode="after")
    def _fits(self) -> Lookup:
        for low, high in pairwise(self.x):
            if high <= low:
                reject(
                    None,
                    _("places that increase"),
                    found=_("{high:g} after {low:g} in `x`", high=high, low=low),
                )
        if (self.y is None) == (self.y_by_month is None):
            reject(None, _("either `y` or `y_by_month`"))
        rows = self.y_by_month if self.y_by_month is not None else (self.y or (),)
        if self.y_by_month is not None and len(rows) != 12:
            reject(None, _("12 lists, one a month"), found=_("{count} lists", count=len(rows)))
        for row in rows:
            if len(row) != len(self.x):
                found = _(
                    "{numbers} numbers for {places} places", numbers=len(row), places=len(self.x)
                )
                reject(None, _("one number a place of `x`"), found=found)
        return self

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rules that the looked-up expression names."""
        return [(("of",), use.name) for use in parse_expression(self.of).rules]

    def reads(self) -> list[tuple[Path, str, str]]:
        """Return the quantities that the looked-up expression reads."""
        return [(("of",), use.kind, use.node) for use in parse_expression(self.of).nodes]

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what the language does not allow, and unknown names, each with its column."""
        return expression_faults(parse_expression(self.of), config, "of")

    def lower(self, builder: Builder) -> Value:
        """Return the number of the table at the value of the expression."""
        place = finite(builder, lower_expression(parse_expression(self.of), builder, "of"), "of")
        x = np.array(self.x) * si_factor(self.x_unit)
        factor = si_factor(self.unit)
        if self.y is not None and self.method == "linear":
            return builder.graph.curve(x.tolist(), (np.array(self.y) * factor).tolist())(place)
        numbers = self._numbers(builder, factor)
        result = numbers[0]
        if self.method == "step":
            for start, number in zip(x[1:], numbers[1:], strict=True):
                result = where(place >= float(start), number, result)
            return result
        for (low, high), (before, after) in zip(pairwise(x), pairwise(numbers), strict=True):
            part = clip((place - float(low)) / float(high - low), 0.0, 1.0)
            result = result + (after - before) * part
        return result

    def _numbers(self, builder: Builder, factor: float) -> list[Value]:
        """Return the number of each place: a constant, or a series where it changes by month."""
        if self.y is not None:
            return [builder.graph.constant(number * factor) for number in self.y]
        assert self.y_by_month is not None
        table = np.array(self.y_by_month) * factor
        return [
            builder.graph.series(profile_series(column, builder.calendar)) for column in table.T
        ]
