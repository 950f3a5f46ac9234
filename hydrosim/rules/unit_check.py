"""Which keys name a rule: whether its numbers have the dimension and the range of the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel

from hydrosim.builders.settings import Use
from hydrosim.errors import Fault
from hydrosim.locale import OR, _, listed
from hydrosim.rules.base import Rule
from hydrosim.rules.expression_unit import alike
from hydrosim.units import Dimension, RuleRef, TakesRule
from hydrosim.units import dimensions as units

if TYPE_CHECKING:
    from hydrosim.errors import Path

__all__ = ["NAMELESS", "fits", "named_rules", "rule_units", "rule_uses", "unit_faults"]

NAMELESS = frozenset((str, int, float, bool, type(None)))
"""Types of values that name no rule and hold none that does."""


def unit_faults(part: Any, rules: Mapping[str, Rule], path: Path = ()) -> list[Fault]:
    """Return a fault for each key that names a rule of another dimension.

    A quota a year, say, takes a rule in 亿m3/year and not one in 亿m3, which would be read as
    cubic metres a second. Where a rule has no unit of its own, the unit follows from what it
    names: half a share is a number without dimension, and a warning where a flow is meant.

    Parameters
    ----------
    part
        A part of the config: a model, or nodes, links and rules in mappings and lists.
    rules
        All rules by name.
    path
        Where the part stands.
    """
    faults: list[Fault] = []
    unit_of = rule_units(rules)
    for place, name, dimensions in _named(part, path, ()):
        unit = unit_of(name)
        if not dimensions or unit is None or any(fits(unit, one) for one in dimensions):
            continue
        expected = listed([one.phrase for one in dimensions], OR)
        stated = rules[name].si_unit()
        found = _("{name!r}, a rule in {unit}", name=name, unit=unit)
        if unit == "1" or (stated is None and alike(unit, "1")):
            found = _("{name!r}, a rule without unit", name=name)
        if stated is not None:
            faults.append(Fault(place, found, expected))
            continue
        taken = listed(list(dict.fromkeys(one.of_rule.unit for one in dimensions)), OR)
        note = _(
            "its numbers are taken in {unit}; a rule of the type `expression` states its unit "
            "under `unit`",
            unit=taken,
        )
        faults.append(Fault(place, found, expected, note=note, severity="warning"))
    return faults


def rule_units(rules: Mapping[str, Rule]) -> Callable[[str], str | None]:
    """Return what gives the unit of a rule: stated by it, or by the rules that it names.

    Parameters
    ----------
    rules
        All rules by name.

    Returns
    -------
    callable
        From a name to a unit; None for what is not known, unknown names and circles among it.
    """
    found: dict[str, str | None] = {}

    def unit_of(name: str) -> str | None:
        if name not in found:
            found[name] = None  # a circle comes back here
            rule = rules.get(name)
            found[name] = None if rule is None else rule.unit_by(unit_of)
        return found[name]

    return unit_of


def rule_uses(parts: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, tuple[Use, ...]]:
    """Return by rule the keys that take its numbers and have a range.

    A key of several dimensions is left out.

    Parameters
    ----------
    parts
        Sections of the config by name; links by their label.
    rules
        All rules by name.
    """
    found: dict[str, list[Use]] = {}
    unit_of = rule_units(rules)
    for place, name, dimensions in _named(parts, (), ()):
        if len(dimensions) == 1 and dimensions[0].rule_range != (None, None):
            label = ".".join(str(key) for key in place)
            unit = unit_of(name)
            suits = unit is not None and fits(unit, dimensions[0])
            found.setdefault(name, []).append(Use(label, dimensions[0], suits))
    return {name: tuple(uses) for name, uses in found.items()}


def named_rules(
    parts: Mapping[str, Any],
) -> Iterator[tuple[Path, str, tuple[Dimension, ...]]]:
    """Yield each name of a rule with its place and the dimensions that its key allows.

    Parameters
    ----------
    parts
        Sections of the config by name.
    """
    return _named(parts, (), ())


def _named(
    value: Any, path: Path, dimensions: tuple[Dimension, ...]
) -> Iterator[tuple[Path, str, tuple[Dimension, ...]]]:
    """Yield each name of a rule with its place and the dimensions that its key allows."""
    if isinstance(value, RuleRef):
        yield path, value.name, dimensions
    elif isinstance(value, BaseModel):
        given = value.__dict__
        for name, key, allowed in _keys_of(type(value)):
            part = given[name]
            if type(part) not in NAMELESS:
                yield from _named(part, (*path, key), allowed)
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[Any, Any]", value).items():
            if type(item) not in NAMELESS:
                yield from _named(item, (*path, str(key)), dimensions)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(cast("tuple[Any, ...]", value)):
            if type(item) not in NAMELESS:
                yield from _named(item, (*path, number), dimensions)


@cache
def _keys_of(model: type[BaseModel]) -> tuple[tuple[str, str, tuple[Dimension, ...]], ...]:
    """Return the fields of a schema: attribute, key, and the dimensions of rules it takes."""
    return tuple(
        (
            name,
            field.alias or name,
            tuple(dict.fromkeys(_dimensions(field.annotation, tuple(field.metadata)))),
        )
        for name, field in model.model_fields.items()
    )


def _dimensions(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Dimension]:
    own = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    for item in (*metadata, *own):
        if isinstance(item, Dimension) and item.rule:
            yield item
        elif isinstance(item, TakesRule):
            yield item.dimension.or_rule()
    for argument in get_args(annotation):
        yield from _dimensions(argument, ())


def fits(unit: str, dimension: Dimension) -> bool:
    """Return whether a rule in a unit can stand where a key takes a dimension."""
    if unit == "1":
        return dimension.bare
    try:
        units.unit_factor(unit, replace(dimension, minimum=None, maximum=None))
    except ValueError:
        return False
    return True
