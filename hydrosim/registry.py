"""What has types: a part of a configuration whose ``type`` names its class, found by its file.

A new node, link, rule or standard type is one file, here or in another package. Other packages name
theirs as entry points: ``[project.entry-points."hydrosim.nodes"]``, and so on for
``hydrosim.links``, ``hydrosim.rules``, ``hydrosim.standards`` and ``hydrosim.members``.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict

from hydrosim.errors import DataError
from hydrosim.locale import Message, _, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, ValuesView
    from importlib.metadata import EntryPoint, EntryPoints

__all__ = ["Typed", "Types", "types_of"]

MARK = "[hydrosim."
"""How the groups of entry points begin."""


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
        return str(self.__dict__.get("type", ""))


BaseT = TypeVar("BaseT", bound=Typed)


class Types(MutableMapping[str, type[BaseT]], Generic[BaseT]):
    """Types by name: those of a package of hydrosim, and those that other packages add.

    The latter are loaded at the first look, not when the package is imported: their modules
    import it themselves.

    Parameters
    ----------
    own
        The types of the package.
    group
        Group of the entry points of other packages.
    base
        What every type is a subclass of.
    """

    def __init__(self, own: dict[str, type[BaseT]], group: str, base: type[BaseT]) -> None:
        self._types = own
        self._group = group
        self._base = base
        self._complete = False

    def __getitem__(self, name: str) -> type[BaseT]:
        return self._all()[name]

    def __setitem__(self, name: str, chosen: type[BaseT]) -> None:
        self._all()[name] = chosen

    def __delitem__(self, name: str) -> None:
        del self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def values(self) -> ValuesView[type[BaseT]]:
        """Return the types; those of a plain dictionary, since each node that is read asks."""
        return self._all().values()

    def _all(self) -> dict[str, type[BaseT]]:
        if not self._complete:
            self._complete = True  # a module that is loaded may look itself
            try:
                self._types = self._with_others()
            except BaseException:
                self._complete = False
                raise
        return self._types

    def _with_others(self) -> dict[str, type[BaseT]]:
        """Return the own types and those of other packages, in order of their names."""
        found = dict(self._types)
        packages: dict[str, str] = {}
        for entry in _entries():
            if entry.group != self._group:
                continue
            if entry.name in found:
                taken = _(
                    "the name of a type of {there}", there=packages.get(entry.name, "hydrosim")
                )
                raise _refused(entry, taken, _("a name that is not taken"))
            found[entry.name] = self._loaded(entry)
            packages[entry.name] = _package(entry)
        return dict(sorted(found.items()))

    def _loaded(self, entry: EntryPoint) -> type[BaseT]:
        """Return the type of an entry point."""
        try:
            chosen = entry.load()
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            found = _("{value}, which cannot be loaded: {reason}", value=entry.value, reason=reason)
            raise _refused(entry, found, _("a class that can be imported")) from error
        if not (isinstance(chosen, type) and issubclass(chosen, self._base)):
            home = f"{self._base.__module__}.{self._base.__name__}"
            found = _("{value}, which is no type", value=entry.value)
            raise _refused(entry, found, _("a subclass of {base}", base=home))
        if entry.name not in chosen.type_names():
            names = listed(map(repr, chosen.type_names())) or "-"
            found = _("{value} with the names {names}", value=entry.value, names=names)
            expected = _(
                "the literal {name!r} in its field `type`, as the entry point says", name=entry.name
            )
            raise _refused(entry, found, expected)
        return chosen


def types_of(
    package: str, path: Iterable[str], base: type[BaseT], group: str | None = None
) -> Types[BaseT]:
    """Return the subclasses of ``base`` with a literal field ``type``, in order of their names.

    Parameters
    ----------
    package, path
        Name and search path of the package whose modules are imported.
    base
        What the types are subclasses of.
    group
        Group of the entry points by which other packages add theirs; default the package's name.

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
            for name in member.type_names():
                if found.setdefault(name, member) is not member:
                    msg = f"type {name!r} is defined twice: {found[name]} and {member}"
                    raise TypeError(msg)
    return Types(dict(sorted(found.items())), group or package, base)


@cache
def _entries() -> tuple[EntryPoint, ...]:
    """Return the entry points of all installed packages that add types.

    Reading the lines of all packages instead takes three times as long.
    """
    from importlib.metadata import distributions

    found: dict[str, EntryPoints] = {}
    for one in distributions():
        text = one.read_text("entry_points.txt")
        if text and MARK in text:
            found.setdefault(one.name, one.entry_points)  # the first on the path counts
    return tuple(entry for entries in found.values() for entry in entries)


def _package(entry: EntryPoint) -> str:
    assert entry.dist is not None
    return f"{entry.dist.name} {entry.dist.version}"


def _refused(entry: EntryPoint, found: Message, expected: Message) -> DataError:
    package = _package(entry)
    note = _(
        "correct the package {package}, or uninstall it: nothing can be read while it is installed",
        package=package,
    )
    place = f"{entry.group} {entry.name} ({package})"
    return DataError(place, found=found, expected=expected, note=note)
