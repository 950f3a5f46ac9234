"""The standards, found in the modules of this package.

A new type is one file: a subclass of the base with a field ``type: Literal["name"]``. Every
module is imported here and its types are known by name; no list has to be edited.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar, get_args

from pydantic import BaseModel

from hydrosim.standards.base import Standard

__all__ = ["STANDARD_TYPES"]

BaseT = TypeVar("BaseT", bound=BaseModel)


def _types_of(base: type[BaseT]) -> dict[str, type[BaseT]]:
    """Return the types of a base by name, in the order of their names."""
    found: dict[str, type[BaseT]] = {}
    for information in walk_packages(__path__, f"{__name__}."):
        for member in vars(import_module(information.name)).values():
            if not (isinstance(member, type) and issubclass(member, base)):
                continue
            field = member.model_fields.get("type")
            for name in get_args(field.annotation) if field else ():
                if found.setdefault(name, member) is not member:
                    msg = f"type {name!r} is defined twice: {found[name]} and {member}"
                    raise TypeError(msg)
    return dict(sorted(found.items()))


STANDARD_TYPES: dict[str, type[Standard]] = _types_of(Standard)
