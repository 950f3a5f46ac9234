"""Patches on a configuration: the same checks as for the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hydrosim.config.load import config_from_source
from hydrosim.errors import ConfigError, DataError, Fault, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.config.schema import Config

__all__ = ["changed", "patch_of"]

SCENARIO = "--scenario"


def patch_of(texts: Sequence[str]) -> dict[str, Any]:
    """Return the patch that ``KEY=VALUE`` texts tell, values written as in the file.

    Parameters
    ----------
    texts
        Such as ``nodes.sha_river.safe_discharge=3000 m3/s`` or a whole block,
        ``nodes.new_basin={type: detention_basin, ...}``.

    Raises
    ------
    DataError
        If a text has no key or value, a value is no YAML, or a key is given twice.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    patch: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        key = key.strip()
        if not key or not sign or not value.strip():
            expected = "KEY=VALUE, such as nodes.sha_river.safe_discharge='3000 m3/s'"
            raise DataError(SCENARIO, found=shown(text), expected=expected)
        if key in patch:
            raise DataError(SCENARIO, found=f"{key!r} twice", expected="each key once")
        try:
            patch[key] = YAML(typ="safe", pure=True).load(value)
        except YAMLError:
            expected = "a value as it would stand in the file"
            raise DataError(SCENARIO, found=shown(value), expected=expected) from None
    return patch


def changed(config: Config, patch: Mapping[str, Any]) -> Config:
    """Return a configuration with some values replaced, checked as a whole again.

    Parameters
    ----------
    config
        A configuration read from a file or text.
    patch
        Dotted keys and their new values as they would stand in the file, such as
        ``{"policy": "hedged", "nodes.yangtze.quota": "4.2 亿m3/year"}``. A link goes by its name:
        ``links.wangkuai->sha_river.capacity``.

    Raises
    ------
    ConfigError
        If a key leads nowhere, with the nearest one, or the changed configuration has faults.
    """
    source = config.source
    if source is None:
        msg = "only a configuration that was read from a file or text can be changed"
        raise ValueError(msg)
    tree: dict[str, Any] = dict(source.tree)
    faults = [
        fault
        for key, value in patch.items()
        if (fault := _set(tree, key.split("."), value)) is not None
    ]
    if faults:
        raise ConfigError(faults, source)
    return config_from_source(replace(source, tree=tree))


def _set(tree: dict[str, Any], keys: list[str], value: Any) -> Fault | None:
    """Set one value, copying what lies on its path; return what is wrong with the key."""
    place: Any = tree
    path: list[str | int] = []
    for key in keys[:-1]:
        found = _entry(place, key)
        if found is None:
            return _missing(place, key, tuple(path), keys)
        path.append(found)
        content = place[found]
        copy: Any = dict(content) if isinstance(content, dict) else list(content)
        place[found] = copy
        place = copy
    last: Any = keys[-1]
    if isinstance(place, list):
        last = _entry(place, keys[-1])
        if last is None:
            return _missing(place, keys[-1], tuple(path), keys)
    place[last] = value
    return None


def _entry(place: Any, key: str) -> str | int | None:
    """Key of a block, or position in a list by name or number, that holds more keys."""
    if isinstance(place, dict):
        return key if isinstance(place.get(key), (dict, list)) else None
    for position, entry in enumerate(place):
        if isinstance(entry, dict) and key in _names_of(entry):
            return position
    return int(key) if key.isdigit() and int(key) < len(place) else None


def _names_of(entry: dict[str, Any]) -> tuple[str, ...]:
    ends = f"{entry.get('from')}->{entry.get('to')}"
    return (str(entry["name"]),) if "name" in entry else (ends,)


def _missing(place: Any, key: str, path: tuple[str | int, ...], keys: list[str]) -> Fault:
    if isinstance(place, dict):
        known = [str(name) for name, value in place.items() if isinstance(value, (dict, list))]
    else:
        known = [name for entry in place if isinstance(entry, dict) for name in _names_of(entry)]
    return Fault(
        (*path, key),
        found=f"a change of {shown('.'.join(keys))}",
        expected="a key of the configuration",
        nearest=nearest(key, known),
    )
