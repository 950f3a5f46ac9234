"""What every rule type is: a frozen schema with one meaning as a value of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault
    from hydrosim.expressions.values import Value

__all__ = ["Rule"]


class Rule(BaseModel):
    """A number that a node can refer to by name, in SI units.

    A rule type is one file under ``hydrosim/rules/`` with a literal field ``type``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    by_calendar: ClassVar[bool] = False
    """Whether its numbers follow from the calendar and from the rules that it names alone."""

    def lower(self, builder: Builder) -> Value:
        """Return the rule as a value: known before the run, or an expression on the state."""
        raise TypeError(type(self).__name__)

    def faults(self, config: Any) -> list[Fault]:
        """Return what is wrong with the rule in view of the whole config (paths relative to it)."""
        del config
        return []
