"""Changes of a configuration as written: each new value keeps the place where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hydrosim.config.source import PlacedText, Source
from hydrosim.config.translate import models_at
from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.errors import Path

__all__ = ["KEPT", "patched"]

SECTIONS = ("nodes", "links", "rules", "series", "standards", "policies")
KEPT = ("hydrosim", "base", "scenarios")
"""Keys of the file that no scenario changes."""
ARROW = "->"


def patched(
    source: Source,
    patch: Mapping[str, Any],
    origin: Source | None = None,
    path: Path = (),
    kept: tuple[str, ...] = KEPT,
) -> tuple[Source, list[Fault]]:
    """Return a configuration with some values replaced, and what is wrong with the keys.

    Parameters
    ----------
    source
        What is changed; it stays as it is.
    patch
        Dotted keys and their values as they would stand in the file; None takes a key away. A
        link goes by its name, ``links.wangkuai->sha_river``, and is added where it is not there.
    origin, path
        Where the patch itself is written; faults are reported there. Without it they are
        reported at what is changed.
    kept
        Keys that may not be changed.
    """
    changed = replace(
        source,
        tree=dict(source.tree),
        keys=dict(source.keys),
        values=dict(source.values),
        written=dict(source.written),
        files=dict(source.files),
    )
    faults: list[Fault] = []
    for key, value in patch.items():
        fault = _refused(key, kept) or _set(changed, key, value, origin, (*path, key))
        if fault is not None:
            faults.append(fault if origin is None else replace(fault, path=(*path, key)))
    return changed, faults


def _refused(key: str, kept: tuple[str, ...]) -> Fault | None:
    if key in SECTIONS:
        expected = _("a key inside it, such as {key}.NAME", key=key)
        return Fault((key,), _("a change of the whole block {key!r}", key=key), expected)
    if key.split(".")[0] in kept:
        return Fault(
            (key,),
            _("a change of {key}", key=shown(key)),
            _("another key than {kept}", kept=", ".join(kept)),
        )
    return None


def _set(
    source: Source, dotted: str, value: Any, origin: Source | None, written: Path
) -> Fault | None:
    """Set one value, copying what lies on its path; return what is wrong with the key."""
    keys = dotted.split(".")
    place: Any = source.tree
    path: list[str | int] = []
    while True:
        found, used = _entry(place, keys)
        last = used == len(keys)
        if last and (found is not None or isinstance(place, dict)):
            name = keys[0] if found is None else found
            return _replaced(source, place, (*path, name), value, origin, written)
        if last and isinstance(value, dict) and ARROW in keys[0]:
            return _appended(source, place, tuple(path), keys[0], value, origin, written)
        if found is None and _is_known(source, tuple(path), keys[0]):
            found = keys[0]
            place[found] = {}
        if found is None or not isinstance(place[found], (dict, list)):
            return _missing(source, place, tuple(path), keys[0], dotted)
        content = place[found]
        place[found] = dict(content) if isinstance(content, dict) else list(content)
        path.append(found)
        place, keys = place[found], keys[used:]


def _entry(place: Any, keys: list[str]) -> tuple[str | int | None, int]:
    """Return the key of a block, or position in a list, and how many parts of the key it takes.

    The name of a rule may hold dots, so that it takes several.
    """
    if isinstance(place, dict):
        for used in range(1, len(keys) + 1):
            name = ".".join(keys[:used])
            if name in place:
                return name, used
        return None, 1
    for position, entry in enumerate(place):
        if isinstance(entry, dict) and keys[0] in _names_of(entry):
            return position, 1
    position = int(keys[0]) if keys[0].isdigit() else len(place)
    return (position, 1) if position < len(place) else (None, 1)


def _names_of(entry: dict[str, Any]) -> tuple[str, ...]:
    ends = f"{entry.get('from')}{ARROW}{entry.get('to')}"
    return (str(entry["name"]),) if "name" in entry else (ends,)


def _is_known(source: Source, path: Path, key: str) -> bool:
    """Return whether a block may stand at a key where none is written."""
    return key in _fields(source, path)


def _fields(source: Source, path: Path) -> list[str]:
    return [
        field.alias or name
        for model in models_at(path, source)
        for name, field in model.model_fields.items()
    ]


def _replaced(
    source: Source, place: Any, path: Path, value: Any, origin: Source | None, written: Path
) -> Fault | None:
    """Put a value at a path, or take away what is there."""
    key = path[-1]
    if value is None:
        if isinstance(place, dict) and key not in place:
            near = nearest(str(key), place)
            return Fault(
                path, _("nothing for {key}", key=shown(str(key))), _("a key that is there"), near
            )
        del place[key]
        _forget(source, path)
        if isinstance(key, int):
            _shift(source, path)
        return None
    place[key] = _placed(value, written, path)
    _move(source, path, origin, written)
    return None


def _appended(
    source: Source,
    place: list[Any],
    path: Path,
    name: str,
    value: dict[str, Any],
    origin: Source | None,
    written: Path,
) -> None:
    """Add a link, whose ends its name tells where it does not."""
    start, end = name.split(ARROW, 1)
    new = (*path, len(place))
    place.append({"from": start, "to": end, **_placed(value, written, new)})
    _move(source, new, origin, written)


def _move(source: Source, path: Path, origin: Source | None, written: Path) -> None:
    """Let the places under a path be those of the patch."""
    if origin is None:
        for one in [one for one in source.written if one[: len(path)] == path]:
            del source.written[one]
        return
    _forget(source, path)
    size = len(written)
    for table, new in (
        (source.keys, origin.keys),
        (source.values, origin.values),
        (source.written, origin.written),
    ):
        moved: dict[Path, Any] = {
            (*path, *one[size:]): place for one, place in new.items() if one[:size] == written
        }
        table.update(moved)
        if table is not source.written:
            file = origin.file_of(written)
            if file != source.file:
                source.files.update(dict.fromkeys(moved, file))


def _forget(source: Source, path: Path) -> None:
    size = len(path)
    tables: tuple[dict[Path, Any], ...] = (
        source.keys, source.values, source.written, source.files,
    )  # fmt: skip
    for table in tables:
        for one in [one for one in table if one[:size] == path]:
            del table[one]


def _shift(source: Source, gone: Path) -> None:
    """Move the places of the entries of a list behind one that is gone."""
    *above, number = gone
    size = len(above)
    tables: tuple[dict[Path, Any], ...] = (
        source.keys, source.values, source.written, source.files,
    )  # fmt: skip
    for table in tables:
        behind: dict[Path, Any] = {
            one: value
            for one, value in table.items()
            if one[:size] == tuple(above) and len(one) > size and one[size] > number  # type: ignore[operator]
        }
        for one in behind:
            del table[one]
        for one, value in behind.items():
            table[(*above, int(one[size]) - 1, *one[size + 1 :])] = value


def _placed(value: Any, old: Path, new: Path) -> Any:
    """Return a value whose text knows its new path."""
    if isinstance(value, PlacedText):
        return PlacedText(str(value), (*new, *value.path[len(old) :]))
    if isinstance(value, dict):
        return {key: _placed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_placed(item, old, new) for item in value]
    return value


def _missing(source: Source, place: Any, path: Path, key: str, dotted: str) -> Fault:
    if isinstance(place, dict):
        known = [str(name) for name, value in place.items() if isinstance(value, (dict, list))]
        known += _fields(source, path)
    else:
        known = [name for entry in place if isinstance(entry, dict) for name in _names_of(entry)]
    return Fault(
        (*path, key),
        found=_("a change of {dotted}", dotted=shown(dotted)),
        expected=_("a key of the configuration"),
        nearest=nearest(key, known),
    )
