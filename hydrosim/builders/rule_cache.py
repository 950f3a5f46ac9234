"""The rules of a model as values, each lowered once and when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from hydrosim.errors import ConfigError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.expressions.values import Value

__all__ = ["Lowers", "RuleBook"]


class Lowers(Protocol):
    """What the builders ask of a rule."""

    def lower(self, builder: Any) -> Value:
        """Return the rule as a value of a builder, of supply or of floods."""
        ...


class RuleBook:
    """Lowers rules by name.

    Parameters
    ----------
    resolve
        Turns a rule's name into its schema object; raises KeyError for an unknown name.
    """

    def __init__(self, resolve: Callable[[str], Lowers]) -> None:
        self.resolve = resolve
        self._values: dict[str, Value] = {}
        self._stack: list[str] = []

    @property
    def values(self) -> dict[str, Value]:
        """The rules lowered so far, by name."""
        return dict(self._values)

    @property
    def current(self) -> str | None:
        """Name of the rule that is being lowered."""
        return self._stack[-1] if self._stack else None

    def by_calendar(self, name: str) -> bool:
        """Whether a rule follows from the calendar alone: no weather, no state, no file."""
        try:
            rule = self.resolve(name)
        except KeyError:
            return False
        return (
            getattr(rule, "by_calendar", False)
            and not rule.reads()
            and all(self.by_calendar(other) for other in rule.references())
        )

    def lower(self, name: str, builder: Any) -> Value:
        """Return the rule ``name`` as a value.

        Raises
        ------
        ConfigError
            If rules depend on each other in a circle.
        """
        if name in self._values:
            return self._values[name]
        if name in self._stack:
            circle = " -> ".join([*self._stack[self._stack.index(name) :], name])
            raise ConfigError(
                [
                    Fault(
                        ("rules", name),
                        found=circle,
                        expected="rules that do not depend on each other in a circle",
                    )
                ]
            )
        replaced = builder.settings.forced.get(name)
        self._stack.append(name)
        try:
            if replaced is not None:
                value = builder.graph.force(name, replaced)
            else:
                value = self.resolve(name).lower(builder)
        finally:
            self._stack.pop()
        self._values[name] = value
        return value
