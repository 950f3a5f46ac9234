"""An expression on other rules, the calendar and the state at the start of the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.rules.expression_unit import expression_unit
from hydrosim.rules.language import parse_expression
from hydrosim.rules.language_lowering import lower_expression
from hydrosim.rules.shared import RuleType, Unit, expression_faults, finite, si_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault, Path
    from hydrosim.expressions.values import Value
    from hydrosim.rules.base import WholeConfig

__all__ = ["ExpressionRule"]


class ExpressionRule(RuleType):
    """An expression in the language of docs/rules.md; all names in it are in SI."""

    by_calendar: ClassVar[bool] = True
    type: Literal["expression"] = Field(description="The rule type.")
    expression: str = Field(description="The expression, such as 0.5 * storage('wangkuai').")
    unit: Unit = Field("1", description="Unit of the result, when it is not in SI already.")

    def si_unit(self) -> str | None:
        """Return the unit of the result where it is given; else it is not known."""
        return None if self.unit == "1" else self.unit

    def unit_by(self, unit_of: Callable[[str], str | None]) -> str | None:
        """Return the unit of the result; without one, what follows from all that is named."""
        if self.unit != "1":
            return self.unit
        return expression_unit(parse_expression(self.expression), unit_of)

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rules that the expression names."""
        return [(("expression",), use.name) for use in parse_expression(self.expression).rules]

    def reads(self) -> list[tuple[Path, str, str]]:
        """Return the quantities that the expression reads."""
        nodes = parse_expression(self.expression).nodes
        return [(("expression",), use.kind, use.node) for use in nodes]

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what the language does not allow, and unknown names, each with its column."""
        return expression_faults(parse_expression(self.expression), config, "expression")

    def lower(self, builder: Builder) -> Value:
        """Return the expression as a value."""
        value = lower_expression(parse_expression(self.expression), builder, "expression")
        return finite(builder, value * si_factor(self.unit), "expression")
