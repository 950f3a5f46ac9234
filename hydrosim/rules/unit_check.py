"""Whether a rule's numbers have the dimension that the key naming it expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel

from hydrosim.errors import Fault
from hydrosim.rules.base import Rule
from hydrosim.units import Dimension, RuleRef
from hydrosim.units import dimensions as units

if TYPE_CHECKING:
    from hydrosim.errors import Path

__all__ = ["unit_faults"]


def unit_faults(part: Any, rules: Mapping[str, Rule], path: Path = ()) -> list[Fault]:
    """Return a fault for each key that names a rule of another dimension.

    A quota a year, say, takes a rule in 亿m3/year and not one in 亿m3, which would be read as
    cubic metres a second. Rules whose dimension is not known (expressions) are left alone.

    Parameters
    ----------
    part
        A part of the config: a model, or nodes, links and rules in mappings and lists.
    rules
        All rules by name.
    path
        Where the part stands.
    """
    return list(_faults(part, rules, path, ()))


def _faults(
    value: Any, rules: Mapping[str, Rule], path: Path, dimensions: tuple[Dimension, ...]
) -> Iterator[Fault]:
    if isinstance(value, RuleRef):
        rule = rules.get(value.name)
        unit = rule.si_unit() if rule is not None else None
        if dimensions and unit is not None and not any(_fits(unit, one) for one in dimensions):
            told = "without unit" if unit == "1" else f"in {unit}"
            found = f"{value.name!r}, a rule {told}"
            yield Fault(path, found, " or ".join(one.phrase for one in dimensions))
    elif isinstance(value, BaseModel):
        given = dict(value)
        for name, field in type(value).model_fields.items():
            allowed = tuple(dict.fromkeys(_dimensions(field.annotation, tuple(field.metadata))))
            yield from _faults(given[name], rules, (*path, field.alias or name), allowed)
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[Any, Any]", value).items():
            yield from _faults(item, rules, (*path, str(key)), dimensions)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(cast("tuple[Any, ...]", value)):
            yield from _faults(item, rules, (*path, number), dimensions)


def _dimensions(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Dimension]:
    own = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    for item in (*metadata, *own):
        if isinstance(item, Dimension) and item.rule:
            yield item
    for argument in get_args(annotation):
        yield from _dimensions(argument, ())


def _fits(unit: str, dimension: Dimension) -> bool:
    if unit == "1":
        return dimension.bare
    try:
        units.unit_factor(unit, replace(dimension, minimum=None, maximum=None))
    except ValueError:
        return False
    return True
