"""What rule types have in common: units of bare numbers, names they use, faults at lowering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Protocol

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from hydrosim.errors import ConfigError, DataError, Fault, nearest, shown
from hydrosim.locale import Message, _
from hydrosim.rules.base import Rule, WholeConfig
from hydrosim.rules.language_terms import CALENDAR_NAMES, QUANTITIES
from hydrosim.units import dimensions as units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value
    from hydrosim.io.forcing import Kind
    from hydrosim.io.layout import Layout
    from hydrosim.io.ranges import Limits
    from hydrosim.io.table import Notice
    from hydrosim.rules.language_terms import Expression

__all__ = [
    "ColumnSource",
    "RuleType",
    "Unit",
    "config_fault",
    "data_fault",
    "data_path",
    "expression_faults",
    "finite",
    "quantity_value",
    "read_numbers",
    "rule_cycles",
    "rule_value",
    "si_factor",
    "si_value",
    "tell_notices",
]

_DIMENSIONS = (
    units.FACTOR,
    units.FLOW,
    units.VOLUME,
    units.LEVEL,
    units.DEPTH_RATE,
    units.AREA,
    units.DURATION,
    units.PRICE,
    units.MONEY,
    units.CONDUCTANCE_FLOW,
    units.FLOW_CHANGE,
    units.PERSONS,
    units.USE_PER_PERSON,
    units.WATER_INTENSITY,
)
_RULE = _("the name of a rule under `rules:` or `series:`")
_RULE_OR_CALENDAR = _(
    "{expected}, or one of {names}", expected=_RULE, names=", ".join(CALENDAR_NAMES)
)
_NODE = _("the name of a node")
_EXPECTED_UNIT = _("the unit of the numbers, such as m3/s, 亿m3, m, mm/day or 1")


@cache
def si_factor(unit: str) -> float:
    """Return what numbers in a unit are multiplied by to be in SI; 1 for numbers without unit.

    A volume a year is a flow in m3/s (a year has 365.25 days).

    Raises
    ------
    ValueError
        When the unit is not known.
    """
    if unit.strip() in ("1", "-"):
        return 1.0
    for dimension in _DIMENSIONS:
        try:
            return units.unit_factor(unit, dimension)
        except ValueError:
            continue
    msg = _("the unit {unit!r} is not known", unit=unit)
    raise ValueError(msg)


def si_value(text: str, unit: str | None = None) -> float:
    """Return a text such as ``30 m3/s`` in SI; a number without unit is in ``unit``.

    Raises
    ------
    PydanticCustomError
        When it is no number with a unit; the reader of the configuration makes it a fault.
    """
    expected = _("a number with its unit, such as 30 m3/s")
    if unit is not None:
        try:
            return float(text) * si_factor(unit)
        except ValueError:
            units.reject(
                text,
                _("a number in {unit}", unit=unit),
                note=_("the unit stands under `unit` already"),
            )
    for dimension in _DIMENSIONS:
        try:
            return units.convert(text, replace(dimension, minimum=None, maximum=None, bare=False))
        except ValueError:
            continue
    units.reject(text, expected)


def _read_unit(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == 1:
        return "1"
    if not isinstance(value, str) or not value.strip():
        units.reject(value, _EXPECTED_UNIT)
    text = str(value).strip()
    try:
        si_factor(text)
    except ValueError:
        known = [unit for dimension in _DIMENSIONS for unit in dimension.units]
        near = nearest(text, known)
        units.reject(
            value, _EXPECTED_UNIT, near=near, note=_("the unit {text!r} is not known", text=text)
        )
    return text


Unit = Annotated[
    str, BeforeValidator(_read_unit), WithJsonSchema({"type": "string", "examples": ["m3/s", "1"]})
]


class ColumnSource(Protocol):
    """What a series is read from."""

    @property
    def file(self) -> str:
        """File, relative to the folder of the config."""
        ...

    @property
    def column(self) -> str:
        """Column or variable."""
        ...

    @property
    def layout(self) -> Layout:
        """How the file is laid out."""
        ...


class RuleType(Rule):
    """A rule whose numbers are in the unit of its key ``unit``, where it has one.

    That names in fields of the types RuleRef and NodeRef exist is checked for all models alike;
    ``faults`` of a rule with an expression checks the names inside it.
    """

    def si_unit(self) -> str | None:
        """Return a unit of the dimension of its numbers; None when that is not known."""
        return dict(self).get("unit")


def _unknown(path: Path, name: str, names: Mapping[str, Path], expected: str, found: str) -> Fault:
    near = nearest(name, names)
    place = names.get(near, ()) if near else ()
    return Fault(path, found, expected, near, nearest_path=place or None)


def expression_faults(expression: Expression, config: WholeConfig, *path: str | int) -> list[Fault]:
    """Return what the language does not allow, and unknown names, each with its column.

    Parameters
    ----------
    expression
        A read expression.
    config
        The whole config, with the names of rules, series and nodes.
    path
        Where the expression stands inside its rule.
    """
    faults = expression.faults(*path)
    text = shown(expression.text)
    rules: dict[str, Path] = dict.fromkeys(config.rule_names, ())
    rules |= {name: ("rules", name) for name in config.rules}
    rules |= {name: ("series", name) for name in config.series}
    names = {**rules, **dict.fromkeys(CALENDAR_NAMES, ())}
    for use in expression.rules:
        if use.name not in rules:
            found = _at_column(use.name, use.column, text)
            faults.append(_unknown(path, use.name, names, _RULE_OR_CALENDAR, found))
    nodes: dict[str, Path] = {name: ("nodes", name) for name in config.nodes}
    for read in expression.nodes:
        if read.node not in nodes:
            found = _at_column(read.node, read.column, text)
            faults.append(_unknown(path, read.node, nodes, _NODE, found))
    return faults


def _at_column(name: str, column: int, text: str) -> Message:
    return _("{name} at column {column} of {text}", name=shown(name), column=column, text=text)


def rule_cycles(rules: Mapping[str, Rule]) -> list[Fault]:
    """Return one fault for each circle of rules, with all its names.

    Parameters
    ----------
    rules
        All rules by name.

    Returns
    -------
    list of Fault
        Paths start at ``rules``.
    """
    done: set[str] = set()
    faults: list[Fault] = []

    def names(name: str) -> Iterable[str]:
        return sorted(rules[name].references())

    for first in sorted(rules):
        if first in done:
            continue
        trail = [first]
        pending = [iter(names(first))]
        while trail:
            name = next(pending[-1], None)
            if name is None:
                done.add(trail.pop())
                pending.pop()
            elif name in trail:
                circle = " -> ".join([*trail[trail.index(name) :], name])
                expected = _("rules that do not depend on each other in a circle")
                faults.append(Fault(("rules", name), circle, expected))
            elif name in rules and name not in done:
                trail.append(name)
                pending.append(iter(names(name)))
    return faults


def config_fault(
    builder: Builder, found: str, expected: str, *path: str | int, note: str | None = None
) -> ConfigError:
    """Return a fault met at lowering as an error, at the rule that is being lowered."""
    name = builder.current_rule
    place = ("rules", name, *path) if name is not None else path
    return ConfigError([Fault(place, found, expected, note=note)])


def rule_value(builder: Builder, name: str, *path: str | int) -> Value:
    """Return another rule as a value.

    Raises
    ------
    ConfigError
        If there is no such rule, or rules depend on each other in a circle.
    """
    try:
        return builder.rule(name)
    except KeyError:
        raise config_fault(builder, shown(name), _("the name of a rule"), *path) from None


def quantity_value(builder: Builder, kind: str, node: str, *path: str | int) -> Value:
    """Return a quantity of a node at the start of the step.

    Raises
    ------
    ConfigError
        If the node is unknown or has no such quantity.
    """
    try:
        return builder.quantity(kind, node)
    except KeyError:
        have = [other for other in QUANTITIES if (other, node) in builder.quantities]
        expected = _("a node that has {quantity}", quantity=kind)
        if have:
            expected = _("one of {names}", names=", ".join(have))
        raise config_fault(builder, f"{kind}({node!r})", expected, *path) from None


def finite(builder: Builder, value: Value, *path: str | int) -> Value:
    """Return a value, unless it is known before the run and not finite in some step.

    Raises
    ------
    ConfigError
        Naming the first step that is not finite.
    """
    if value.known is not None and not np.isfinite(value.known).all():
        step = int(np.argwhere(~np.isfinite(value.known))[0][1])
        number = value.known[0, step]
        day = str(builder.calendar.starts[step].astype("M8[D]"))
        found = _("{number} on {day}", number=str(number), day=day)
        raise config_fault(builder, found, _("a finite number in every step"), *path)
    return value


def data_path(builder: Builder, file: str) -> FilePath:
    """Return the path of a data file that a config names relative to its own folder."""
    return builder.settings.folder / file


def data_fault(error: DataError, builder: Builder, *path: str | int) -> ConfigError:
    """Return a problem of a data file as a fault of the rule that names it."""
    name = builder.current_rule
    place = ("rules", name, *path) if name is not None else path
    return ConfigError([replace(error.fault(*place))])


def read_numbers(
    builder: Builder,
    source: ColumnSource,
    calendar: Calendar,
    kind: Kind,
    limits: Limits,
    *path: str | int,
) -> NDArray[np.float64]:
    """Return a column of a data file on the steps of a calendar, in its own unit, shape (T,).

    What is worth telling of a file that is read all the same becomes a warning.

    Raises
    ------
    ConfigError
        For every problem of the file, at the rule that names it.
    """
    # pandas stays unloaded until a file is read.
    from hydrosim.io.forcing import read_series

    notices: list[Notice] = []
    try:
        numbers = read_series(
            data_path(builder, source.file),
            source.column,
            calendar,
            kind,
            layout=source.layout,
            limits=limits,
            notices=notices,
        )
    except DataError as error:
        raise data_fault(error, builder, *path, "file") from error
    tell_notices(builder, notices, *path, "file")
    builder.note_read(numbers)
    return numbers


def tell_notices(builder: Builder, notices: Iterable[Notice], *path: str | int) -> None:
    """Add notices of data files to the warnings of a model, each once."""
    name = builder.current_rule
    section = "series" if name in builder.settings.series else "rules"
    place = path if name is None else (section, name, *path)
    for one in notices:
        fault = one.fault(*place)
        if fault not in builder.warnings:
            builder.warnings.append(fault)
