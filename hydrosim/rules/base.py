"""What every rule type is: a frozen schema with one meaning as a value of the model."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol

from hydrosim.registry import Typed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault, Path
    from hydrosim.expressions.values import Value

__all__ = ["Rule", "WholeConfig"]


class WholeConfig(Protocol):
    """What rules ask of the configuration in which they stand."""

    @property
    def mode(self) -> str:
        """planning_level or trajectory."""
        ...

    @property
    def planning_year(self) -> int | None:
        """Year whose works and demands count."""
        ...

    @property
    def nodes(self) -> Mapping[str, object]:
        """The nodes by name."""
        ...

    @property
    def series(self) -> Mapping[str, Rule]:
        """The rules under ``series:`` by name."""
        ...

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules under ``rules:`` by name."""
        ...

    @cached_property
    def rule_names(self) -> Collection[str]:
        """All names that stand for a value, members of rules with parts among them."""
        ...


class Rule(Typed):
    """A number that a node can refer to by name, in SI units.

    A rule type is one file under ``hydrosim/rules/`` with a literal field ``type``. It tells which
    rules and nodes it uses, so that circles are found at load.
    """

    by_calendar: ClassVar[bool] = False
    """Whether its numbers follow from the calendar and from the rules that it names alone."""
    by_quota_year: ClassVar[bool] = False
    """Whether it gives a number for each quota year, as members draw what an import offers."""

    simulated: ClassVar[bool] = False
    """Whether a model makes its numbers, of which a check knows about the mean alone."""

    @property
    def members(self) -> tuple[str, ...]:
        """Names of its parts, which stand for values of their own as ``RULE.MEMBER``."""
        return ()

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rules it uses, each with the path inside this rule that names it."""
        return []

    def reads(self) -> list[tuple[Path, str, str]]:
        """Return what it reads of nodes: path inside this rule, quantity, node."""
        return []

    def references(self) -> list[str]:
        """Return the names of the rules it uses, each once."""
        return list(dict.fromkeys(name for _, name in self.uses()))

    def si_unit(self) -> str | None:
        """Return a unit of the dimension of its numbers; None when that is not known."""
        return None

    def unit_by(self, unit_of: Callable[[str], str | None]) -> str | None:
        """Return the unit that its numbers have by what it says, or by the rules it names.

        Parameters
        ----------
        unit_of
            Unit of another rule by its name; None when that is not known.
        """
        del unit_of
        return self.si_unit()

    def lower(self, builder: Builder) -> Value:
        """Return the rule as a value: known before the run, or an expression on the state."""
        raise TypeError(type(self).__name__)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with the rule in view of the whole config (paths relative to it)."""
        del config
        return []
