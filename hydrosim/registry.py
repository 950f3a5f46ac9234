"""Finds the types of a package: a new node, rule or standard type is one file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["types_of"]

BaseT = TypeVar("BaseT", bound=BaseModel)


def types_of(package: str, path: Iterable[str], base: type[BaseT]) -> dict[str, type[BaseT]]:
    """Return the subclasses of ``base`` with a literal field ``type``, in order of their names.

    Parameters
    ----------
    package, path
        Name and search path of the package whose modules are imported.

    Raises
    ------
    TypeError
        If two classes carry one name.
    """
    found: dict[str, type[BaseT]] = {}
    for information in walk_packages(path, f"{package}."):
        for member in vars(import_module(information.name)).values():
            if not (isinstance(member, type) and issubclass(member, base)):
                continue
            field = member.model_fields.get("type")
            for name in get_args(field.annotation) if field else ():
                if found.setdefault(name, member) is not member:
                    msg = f"type {name!r} is defined twice: {found[name]} and {member}"
                    raise TypeError(msg)
    return dict(sorted(found.items()))
