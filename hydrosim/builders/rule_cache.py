"""The rules of a model as values, each lowered once and when it is first needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.locale import _, an
from hydrosim.units import Dimension, with_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hydrosim.expressions.values import Value

__all__ = ["Lowers", "RuleBook", "held"]


class Lowers(Protocol):
    """What the builders ask of a rule."""

    by_calendar: ClassVar[bool]
    """Whether it follows from the calendar, as far as what it refers to does."""

    def reads(self) -> Sequence[tuple[Any, str, str]]:
        """Return what it reads of nodes: path inside it, quantity, node."""
        ...

    def references(self) -> Sequence[str]:
        """Return the names of the rules that it refers to."""
        ...

    def lower(self, builder: Any) -> Value:
        """Return the rule as a value of a builder, of supply or of floods."""
        ...


_TOLERANCE = 1e-9  # of the largest number: what arithmetic may leave of a 0 or a 1
_DUST = 1e-15
_CODE = 1e15  # in SI; 1e20 and such tell that there is no number
_YEAR_S = 31_557_600.0
_FAR_BEYOND = 1e8  # times what is plausible: the same


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
            rule.by_calendar
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
                        expected=_("rules that do not depend on each other in a circle"),
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
        _refuse_outside(name, value, builder)
        _warn_of_size(name, self.resolve, value, builder)
        self._values[name] = value
        return value


def held(name: str, value: Value, builder: Any) -> Value:
    """Return a rule of the running state as keys take it: not below 0, shares not above 1.

    A rule that is known before the run is refused instead, with its date.
    """
    if value.known is not None:
        return value
    ranges = [use.dimension.rule_range for use in builder.settings.uses.get(name, ())]
    if not ranges:
        return value
    if all(low is not None for low, _unused in ranges):
        value = maximum(value, min(low for low, _unused in ranges))
    if all(high == 1.0 for _unused, high in ranges):
        value = minimum(value, 1.0)
    return value


def _refuse_outside(name: str, value: Value, builder: Any) -> None:
    """Refuse a rule known before the run with a number that a key naming it cannot take."""
    uses = builder.settings.uses.get(name, ())
    known = value.known
    if known is None or not uses or not np.isfinite(known).all():
        return
    largest = float(np.abs(known[np.abs(known) < _CODE]).max(initial=0.0))
    slack = _TOLERANCE * largest + _DUST
    for use in uses:
        low, high = use.dimension.rule_range
        bad = np.zeros(known.shape, np.bool_)
        if low is not None:
            bad |= known < low - slack
        if high is not None:
            bad |= known > high * (1.0 + _TOLERANCE)
        if bad.any():
            step = int(np.argwhere(bad)[0][1])
            raise ConfigError([_outside(name, float(known[bad][0]), step, use, builder)])
        if not use.unit_fits:
            _refuse_another_unit(name, known, use, builder)


def _refuse_another_unit(name: str, known: Any, use: Any, builder: Any) -> None:
    """Refuse a rule without a unit whose numbers can only be meant in another one than SI."""
    taken = use.dimension.of_rule
    if taken.plausible is None:
        return
    bad = np.abs(known) > taken.plausible[1]
    if not bad.any():
        return
    day = builder.calendar.starts[int(np.argwhere(bad)[0][1])].astype("M8[D]")
    number = float(known[bad][0])
    found = _("{number:g} without a unit on {day}, taken as {number:g} {unit}",
              number=number, day=day, unit=taken.unit)  # fmt: skip
    expected = _("a rule with the unit of {quantity}, as {label} takes",
                 quantity=an(use.dimension.name), label=use.label)  # fmt: skip
    note = _("a rule of the type `expression` states its unit under `unit`")
    raise ConfigError([Fault(("rules", name), found, expected, note=note)])


def _warn_of_size(name: str, resolve: Callable[[str], Lowers], value: Value, builder: Any) -> None:
    """Warn of numbers beyond what the keys that take them have as a rule; refuse codes.

    A series that states its ``maximum:`` is taken at its word, and one that has been warned of is
    not reported twice.
    """
    uses = [use for use in builder.settings.uses.get(name, ()) if use.dimension.minimum == 0.0]
    known = value.known
    if known is None or not uses or not known.size or name in builder.settings.forced:
        return
    largest = float(known.max())
    use, plausible = uses[0], uses[0].dimension.plausible
    # A rule gives a volume a year as a flow.
    scale = 1.0 if use.dimension.of_rule is use.dimension else _YEAR_S
    if largest * scale >= (_CODE if plausible is None else _FAR_BEYOND * plausible[1]):
        fault = _outside(name, largest, int(np.argmax(known.max(axis=0))), use, builder)
        note = _("a usual code for a missing value")
        raise ConfigError([replace(fault, note=note)])
    section = "series" if name in builder.settings.series else "rules"
    if plausible is None or getattr(resolve(name), "maximum", None) is not None:
        return
    warned = any(one.path[:2] == (section, name) for one in builder.warnings)
    if largest * scale <= plausible[1] or warned:
        return
    fault = _outside(name, largest, int(np.argmax(known.max(axis=0))), use, builder)
    limit = with_unit(plausible[1], use.dimension)
    expected = _("as a rule {quantity} up to {limit}", quantity=an(use.dimension.name), limit=limit)
    builder.warnings.append(
        replace(fault, path=(section, name), expected=expected, severity="warning")
    )


def _outside(name: str, number: float, step: int, use: Any, builder: Any) -> Fault:
    dimension: Dimension = use.dimension
    shown = with_unit(number, dimension.of_rule)
    day = builder.calendar.starts[step].astype("M8[D]")
    high = dimension.rule_range[1]
    percent = dimension.bare and high is not None and high < number <= 1000.0
    return Fault(
        ("rules", name),
        _("{shown} on {day}", shown=shown, day=day),
        _("{quantity}, as {label} takes", quantity=dimension.rule_phrase, label=use.label),
        note=_("a percentage has the unit '%'") if percent else None,
    )
