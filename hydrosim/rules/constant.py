"""A number that never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hydrosim.locale import _
from hydrosim.rules.shared import RuleType, Unit, si_factor, si_value
from hydrosim.units import reject

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["Constant"]


class Constant(RuleType):
    """A number that never changes, such as ``30 m3/s``, or 30 with ``unit: m3/s``."""

    by_calendar: ClassVar[bool] = True
    type: Literal["constant"] = Field(description="The rule type.")
    value: float | str = Field(description="The number, with its unit or in the unit of `unit`.")
    unit: Unit | None = Field(None, description="Unit of a bare number; 1 for a number without.")

    @model_validator(mode="after")
    def _has_unit_once(self) -> Constant:
        self.si()
        return self

    def si(self) -> float:
        """Return the number in SI."""
        if isinstance(self.value, str):
            return si_value(self.value, self.unit)
        if self.unit is None:
            expected = _("a number with its unit, such as 30 m3/s, or the key `unit`")
            reject(self.value, expected, found=_("{value:g}, a bare number", value=self.value),
                   note=_("a number without dimension has `unit: 1`"))  # fmt: skip
        return self.value * si_factor(self.unit)

    def si_unit(self) -> str | None:
        """Return the unit of the number, wherever it is written."""
        if isinstance(self.value, str) and self.unit is None:
            return self.value.lstrip("+-.0123456789eE ") or "1"
        return self.unit

    def lower(self, builder: Builder) -> Value:
        """Return the number in SI."""
        return builder.graph.constant(self.si())
