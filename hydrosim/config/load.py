"""From a file to a validated configuration: all faults of a stage are collected and raised once.

The stages are the text, and its meaning: the schema of each part and what only the whole can tell
(names that refer to nothing, the ladder, the checks of nodes, links, rules and standards). Where
parts do not fit their schema, the whole is checked without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from hydrosim.config.base_file import with_base
from hydrosim.config.coordinates import with_coordinates
from hydrosim.config.crosscheck import config_faults
from hydrosim.config.from_mapping import source_of_mapping
from hydrosim.config.schema import Config
from hydrosim.config.source import PlacedText, Source, parse_text, read_source
from hydrosim.config.translate import faults_of, missing_key
from hydrosim.errors import ConfigError, Fault, shown
from hydrosim.io.collection import collection_paused
from hydrosim.locale import _, values_in
from hydrosim.nodes import NODE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hydrosim.units import Suspect

__all__ = ["config_from_source", "config_from_text", "load_config"]

_PARTS = ("nodes", "links", "rules", "series", "standards", "policies")
_REQUIRED = ("hydrosim", "nodes")
_GONE = object()
_PERIOD = _("the key 'period': first and last day, and the step")


@collection_paused()
def load_config(given: str | FilePath | Mapping[str, Any]) -> Config:
    """Read and check a configuration.

    Parameters
    ----------
    given
        A YAML file, or its content as a mapping: keys, text, numbers, lists and mappings as in
        YAML. Names of data files in a mapping count from the working folder.

    Returns
    -------
    Config
        The validated configuration in SI units, with ``path``, ``source``, ``warnings`` and
        ``hash``.

    Raises
    ------
    ConfigError
        With all faults of the first stage that has any.
    """
    if isinstance(given, Mapping):
        return config_from_source(source_of_mapping(given))
    return config_from_source(read_source(FilePath(given)))


def config_from_text(text: str, file: str = "configuration") -> Config:
    """Check configuration text; ``file`` is the name shown in messages."""
    return config_from_source(parse_text(text, file))


@collection_paused()
def config_from_source(source: Source) -> Config:
    """Check a configuration that has been read.

    Raises
    ------
    ConfigError
        With all faults of the first stage that has any.
    """
    source = with_coordinates(with_base(source))
    suspects: list[Suspect] = []
    faults = list(source.faults)
    config: Config | None = None
    try:
        config = Config.model_validate(source.tree, context={"suspects": suspects})
    except ValidationError as error:
        problems = error.errors(include_url=False)
        faults += faults_of(problems, source)
        faults += _faults_of_the_rest(source, problems)
    if "flood" not in source.tree:
        faults = list(_missing_faults(source, faults))
    warnings = list(dict.fromkeys(_warning(suspect) for suspect in suspects))
    if config is None or faults:
        raise ConfigError([*faults, *warnings], source)
    config.with_origin(source, ())
    of_supply: list[Fault] = []
    for fault in _with_engine(config, config_faults(config)):
        if fault.severity == "warning":
            warnings.append(fault)
        elif fault.engine == "supply":
            of_supply.append(fault)
        else:
            faults.append(fault)
    if faults:
        # What floods alone do without is no part of what is wrong with them.
        missing = [] if config.floods_alone else of_supply
        raise ConfigError([*faults, *missing, *warnings], source)
    return config.with_origin(source, tuple(warnings), tuple(of_supply))


def _missing_faults(source: Source, faults: list[Fault]) -> Iterator[Fault]:
    """Yield the faults of the schema with those of keys that only floods do without."""
    first = sum(fault.path == ("hydrosim",) for fault in faults)
    yield from faults[:first]
    if "period" not in source.tree:
        yield replace(missing_key(("period",), source), expected=_PERIOD)
    yield from faults[first:]
    nodes = source.tree.get("nodes")
    for name, node in nodes.items() if isinstance(nodes, dict) else ():
        kind = NODE_TYPES.get(str(node.get("type"))) if isinstance(node, dict) else None
        for keys in kind.supply_keys if kind is not None else ():
            path = ("nodes", name, *keys)
            parent = source.value_at(path[:-1])
            if isinstance(parent, dict) and keys[-1] not in parent:
                yield missing_key(path, source)


def _with_engine(config: Config, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults with the engine that each stops, where the configuration has both.

    Without floods each is one of the configuration; floods alone are not judged by what only a
    supply run needs, but that run is refused.
    """
    for fault in faults:
        if config.flood is None:
            yield replace(fault, engine=None)
        elif fault.engine != "supply" or fault.severity == "error" or not config.floods_alone:
            yield fault


def _faults_of_the_rest(source: Source, problems: Sequence[Any]) -> list[Fault]:
    """Return the faults of the whole configuration without the parts that were refused.

    A fault that speaks of a refused part is left out: it would go with that part's own.
    """
    refused: dict[str, set[str | int]] = {}
    for error in problems:
        section, *rest = error["loc"]
        if section in _PARTS and rest and rest[0] != "[key]":
            refused.setdefault(section, set()).add(rest[0])
        elif section in _REQUIRED or section in _PARTS:
            return []
        else:
            refused[section] = set()
    tree = {key: _without(part, refused.get(key)) for key, part in source.tree.items()}
    tree = {key: part for key, part in tree.items() if part is not _GONE}
    try:
        config = Config.model_validate(tree)
    except ValidationError:
        return []
    config.with_origin(source, ())
    gone = refused.get("links", set())
    kept = [number for number in range(len(config.links) + len(gone)) if number not in gone]
    faults: list[Fault] = []
    alone = "flood" in source.tree and config.lacks_supply
    for fault in config_faults(config):
        if alone and fault.engine == "supply":
            continue
        if fault.severity == "error" and _stands_alone(fault, refused):
            section, *rest = fault.path
            if section == "links" and rest:
                rest[0] = kept[int(rest[0])]
            engine = fault.engine if "flood" in source.tree else None
            faults.append(replace(fault, path=(section, *rest), engine=engine))
    return faults


def _stands_alone(fault: Fault, refused: dict[str, set[str | int]]) -> bool:
    """Return whether a fault would also be one if the refused parts were right."""
    section = fault.path[0]
    named = {
        value for text in (fault.found, fault.expected, fault.note) for value in values_in(text)
    }
    if section in refused and not refused[section]:
        return False
    if any(str(name) in named for parts in refused.values() for name in parts):
        return False
    # What a node says about its links may be due to a link or neighbour that was refused.
    about_links = len(fault.path) == 2 or "outlets" in fault.path
    return not (section == "nodes" and about_links and refused.keys() & {"nodes", "links"})


def _without(part: Any, refused: set[str | int] | None) -> Any:
    """Return a section without its refused entries; a section refused as a whole is gone."""
    if refused is None:
        return part
    if not refused:
        return _GONE
    if isinstance(part, list):
        return [item for number, item in enumerate(part) if number not in refused]
    return {key: item for key, item in part.items() if key not in refused}


def _warning(suspect: Suspect) -> Fault:
    path = suspect.text.path if isinstance(suspect.text, PlacedText) else ()
    note = suspect.likely_unit and _(
        "the likely unit is {likely_unit}", likely_unit=suspect.likely_unit
    )
    return Fault(path, shown(suspect.text), suspect.expected, note=note, severity="warning")
