"""Another rule times a factor, plus an offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hydrosim.locale import _
from hydrosim.rules.shared import RuleType, Unit, finite, rule_value, si_factor
from hydrosim.units import Number, NumberOrRule, RuleRef, reject

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value

__all__ = ["Scaled"]


class Scaled(RuleType):
    """Another rule times a factor, plus an offset."""

    by_calendar: ClassVar[bool] = True
    type: Literal["scaled"] = Field(description="The rule type.")
    of: RuleRef = Field(description="Name of the other rule.")
    factor: NumberOrRule = Field(1.0, description="Factor, or the name of a rule that gives it.")
    offset: Number = Field(0.0, description="What is added, in the unit of `unit`.")
    unit: Unit | None = Field(None, description="Unit of the offset; 1 for none.")

    @model_validator(mode="after")
    def _offset_has_unit(self) -> Scaled:
        if self.offset != 0.0 and self.unit is None:
            reject(self.offset, _("the unit of the offset under `unit`, 1 for none"))
        if self.offset == 0.0 and self.unit not in (None, "1"):
            found = _("{unit} without an offset", unit=self.unit)
            note = _("a rule of the type `expression` gives a number a unit")
            reject(self.unit, _("an offset, or no `unit`"), found=found, note=note)
        return self

    def si_unit(self) -> str | None:
        """Return nothing: the dimension is that of the other rule and of the factor."""
        return None

    def unit_by(self, unit_of: Callable[[str], str | None]) -> str | None:
        """Return the unit of the offset where there is one, else that of the other rule."""
        return unit_of(self.of.name) if self.offset == 0.0 else self.unit

    def uses(self) -> list[tuple[Path, str]]:
        """Return the other rule, and that of the factor."""
        factor = self.factor
        own: list[tuple[Path, str]] = [(("of",), self.of.name)]
        return [*own, (("factor",), factor.name)] if isinstance(factor, RuleRef) else own

    def lower(self, builder: Builder) -> Value:
        """Return ``of * factor + offset``."""
        value = rule_value(builder, self.of.name, "of")
        if isinstance(self.factor, RuleRef):
            value = value * rule_value(builder, self.factor.name, "factor")
        else:
            value = value * self.factor
        return finite(builder, value + self.offset * si_factor(self.unit or "1"))
