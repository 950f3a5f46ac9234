"""What has types: a part of a configuration whose ``type`` names its class, found by its file.

A new node, link, rule or standard type is one file.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Typed", "types_of"]


class Typed(BaseModel):
    """A part of a configuration that its key ``type``, a literal field, gives a meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    @classmethod
    def type_names(cls) -> tuple[str, ...]:
        """Return what the key ``type`` may say; nothing for what types have in common."""
        field = cls.model_fields.get("type")
        return tuple(map(str, get_args(field.annotation))) if field else ()

    @property
    def type_name(self) -> str:
        """The type as the configuration says it."""
        return str(dict(self).get("type", ""))


TypedT = TypeVar("TypedT", bound=Typed)


def types_of(package: str, path: Iterable[str], base: type[TypedT]) -> dict[str, type[TypedT]]:
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
    found: dict[str, type[TypedT]] = {}
    for information in walk_packages(path, f"{package}."):
        for member in vars(import_module(information.name)).values():
            if not (isinstance(member, type) and issubclass(member, base)):
                continue
            for name in member.type_names():
                if found.setdefault(name, member) is not member:
                    msg = f"type {name!r} is defined twice: {found[name]} and {member}"
                    raise TypeError(msg)
    return dict(sorted(found.items()))
