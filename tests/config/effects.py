"""What a key of a configuration changes: arrays, messages, names in pictures, verdicts.

Each file of ``tests/models/effects`` is a small configuration under ``config:``. Every key that it
writes is changed, one at a time: numbers by a tenth, ``true`` to ``false``, a choice to another,
or the key is left out. ``changes:`` names by path what is to be written instead, where such a
change would say the same or would be refused: a value, or ``value`` with what has to change
``with`` it, or with the text by which it has to be ``refused`` where a key says what is not
allowed. ``about:`` says which paths are changed, ``observe:`` what is looked at, what is cheap
first. ``every_node:`` and ``every_link:`` hold keys that each is to have.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, get_args

import numpy as np
import yaml
from pydantic import BaseModel

from hydrosim.config.load import config_from_text
from hydrosim.config.schema import Config
from hydrosim.ensemble.outlook import run_outlook
from hydrosim.ensemble.plan import make_plan
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError, DataError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.checks import check_config_events
from hydrosim.flood.design import build_design_floods
from hydrosim.flood.events import config_events
from hydrosim.flood.judging import check_floods
from hydrosim.flood.simulation import route
from hydrosim.io.state import State, load_state
from hydrosim.scenarios import expand_scenarios
from hydrosim.standards.board import check
from hydrosim.supply.attributes import base_attributes
from hydrosim.supply.build import build_model
from hydrosim.supply.simulation import run

FOLDER = Path(__file__).parents[1] / "models" / "effects"
GONE = object()
"""Stands for a key that is left out."""
NUMBER = re.compile(r"^(-?\d+(?:\.\d+)?)(\s*\D.*)?$")
DAY = re.compile(r"^(\d{4}-)?(\d\d)-(\d\d)$")
PLANS = {"scenarios", "frequency"}
"""Blocks from which scenarios are made, and which those hold as they are written."""
ECHOES = {"config_hash", "hydrosim_version", "source"}
"""Attributes that say what was written, or by what."""


class Key(NamedTuple):
    """A key of a block at its place in a configuration."""

    model: type[BaseModel]
    name: str
    path: tuple[str | int, ...]


def text_of(content: Any) -> str:
    """Return a configuration as text; JSON is YAML."""
    return json.dumps(content, ensure_ascii=False, default=str)


def load(content: Any, name: str) -> Config:
    return config_from_text(text_of(content), str(FOLDER / f"{name}.yaml"))


def keys_in(model: BaseModel, raw: Any, path: tuple[str | int, ...] = ()) -> Iterator[Key]:
    """Yield the keys that a configuration writes, those of inner blocks among them."""
    for name, field in type(model).model_fields.items():
        key = field.alias or name
        if not isinstance(raw, dict) or key not in raw:
            continue
        yield Key(type(model), key, (*path, key))
        yield from _inside(getattr(model, name), raw[key], (*path, key))


def _inside(value: Any, raw: Any, path: tuple[str | int, ...]) -> Iterator[Key]:
    if isinstance(value, BaseModel):
        yield from keys_in(value, raw, path)
    elif isinstance(value, dict) and isinstance(raw, dict):
        alike = {str(key): key for key in raw}
        for place, (name, one) in enumerate(value.items()):  # a duration is a number of seconds
            found = alike.get(str(name), list(raw)[place] if len(raw) == len(value) else None)
            if found is not None:
                yield from _inside(one, raw[found], (*path, found))
    elif isinstance(value, (tuple, list)):
        items = raw if isinstance(raw, list) else [raw]
        if len(items) == len(value):
            for place, one in enumerate(value):
                yield from _inside(one, items[place], (*path, place) if items is raw else path)


def at(content: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


def changed(content: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a configuration with another value at a path; only what leads there is copied."""
    if not path:
        return value
    made = content.copy()
    if value is GONE and len(path) == 1:
        del made[path[0]]
        return made
    inner = made.get(path[0], {}) if isinstance(made, dict) else made[path[0]]
    made[path[0]] = changed(inner, path[1:], value)
    return made


def candidates(key: Key, value: Any, names: tuple[tuple[str, ...], ...]) -> Iterator[Any]:
    """Yield what may be written at a key instead of a value.

    Parameters
    ----------
    key, value
        The key, and what it says.
    names
        Groups of names that may stand for each other: of nodes, of rules, of lines.
    """
    field = next(f for n, f in key.model.model_fields.items() if (f.alias or n) == key.name)
    choices = [one for one in _choices(field.annotation) if one != value]
    yield from choices
    yield from _others(value, names)
    if not field.is_required():
        yield GONE


def _choices(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for one in get_args(annotation):
        found += [one] if isinstance(one, (str, int)) else _choices(one)
    return found


def _others(value: Any, names: tuple[tuple[str, ...], ...]) -> Iterator[Any]:
    """Yield values of the same kind as one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, float):
        yield from (value * 1.05, value * 0.95)
    elif isinstance(value, (datetime.date, datetime.datetime)):
        yield value + datetime.timedelta(days=1)
    elif isinstance(value, str):
        yield from _other_texts(value, names)
    elif isinstance(value, list) and value:
        if len(value) > 1:
            yield [*value[:-2], value[-1], value[-2]]
        for place in (len(value) - 1, 0):
            yield from ([*value[:place], one, *value[place + 1 :]] for one in
                        _others(value[place], names))  # fmt: skip
    elif isinstance(value, dict):
        for name in value:
            yield from ({**value, name: one} for one in _others(value[name], names))
            break
        for name in value:
            yield {other: one for other, one in value.items() if other != name}


def _other_texts(value: str, names: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    number, day = NUMBER.match(value), DAY.match(value)
    group = next((group for group in names if value in group), ())
    if group:
        yield from sorted(
            (one for one in group if one != value), key=lambda one: one != f"{value}2"
        )
    elif day:
        yield f"{day[1] or ''}{day[2]}-{int(day[3]) % 27 + 1:02d}"
    elif number:
        for factor in (1.05, 0.95):
            yield f"{round(float(number[1]) * factor, 9):g}{number[2] or ''}"
        yield f"{float(number[1]) + 1.0:g}{number[2] or ''}"
    else:
        yield f"{value}x"


# -- what is looked at ---------------------------------------------------------------------------


def digest(*parts: Any) -> str:
    """Return a hash of arrays, names and numbers; what else there is, is passed over."""
    sha = hashlib.sha256()

    def add(part: Any) -> None:
        if isinstance(part, np.ndarray):
            sha.update(f"{part.dtype}{part.shape}".encode())
            sha.update(repr(part.tolist()).encode() if part.dtype == object else part.tobytes())
        elif isinstance(part, dict):
            for name, one in part.items():
                sha.update(repr(name).encode())
                add(one)
        elif isinstance(part, (list, tuple, set, frozenset)):
            sha.update(b"[")
            for one in part:
                add(one)
            sha.update(b"]")
        elif is_dataclass(part) and not isinstance(part, type):
            for field in fields(part):
                sha.update(field.name.encode())
                add(getattr(part, field.name))
        elif isinstance(part, (str, int, float, np.generic)) or part is None:
            sha.update(repr(part).encode())

    for part in parts:
        add(part)
    return sha.hexdigest()


def _said(faults: Any) -> list[tuple[Any, ...]]:
    return [
        (fault.path, str(fault.found), str(fault.expected), str(fault.note)) for fault in faults
    ]


def _supply(config: Config) -> str:
    model = build_model(config)
    builder = model.builder
    return digest(
        model.program, model.allocation, model.tape, model.ledger, model.in_lieu, model.rows,
        model.columns, model.claims, model.lines, model.calendar.starts, model.calendar.dt_s,
        builder.items, builder.year_claims, _said(builder.warnings),
    )  # fmt: skip


def _flood(config: Config) -> str:
    model = build_flood_model(config)
    check_config_events(model)
    events = config_events(config) if config.flood and config.flood.events else []
    return digest(
        events, model.step_s, model.dt_s, model.every, model.parts, model.groups, model.needs_local,
        model.elements, model.pools, model.reaches, model.basins, model.tables, model.routings,
        model.members, model.builder.elements, _said(model.builder.warnings),
    )  # fmt: skip


def _network(config: Config) -> str:
    attributes = base_attributes(config)
    return digest({name: one for name, one in attributes.items() if name not in ECHOES})


def _values(dataset: Any) -> str:
    """Return a hash of all arrays of a result."""
    return digest([(name, dataset[name].values) for name in dataset.variables])


def _routed(config: Config) -> str:
    return _values(route(config))


@cache
def _result_of(file: str) -> Any:
    """Return the run of a configuration as its file says it: standards judge it alone."""
    base = next(one for one in bases() if one.name == Path(file).stem)
    return run(load(base.content, base.name))


def _verdicts(config: Config) -> str:
    result = _result_of(str(config.path))
    economy = config.economy.model_dump(mode="json")
    dataset = result.assign_attrs(economy=json.dumps(economy, ensure_ascii=False))
    return digest([one.as_dict() for one in check(dataset, config.standards)])


def _design(config: Config) -> str:
    floods = build_design_floods(build_flood_model(config))
    return digest({name: value for name, value in vars(floods).items() if name != "model"})


def _flood_verdicts(config: Config) -> str:
    checked = check_floods(config)
    return digest([one.as_dict() for one in checked.verdicts])


def _kept(config: Config) -> str:
    return _values(run(config))


def _members(config: Config) -> str:
    ensemble = config.ensemble
    assert ensemble is not None
    water = fit_water(config)
    plan = make_plan(expand_scenarios(config)[:1], FOLDER, None)
    return digest(
        plan.members, plan.chunk, plan.layout, list(plan.parts()),
        [water.numbers(member) for member in range(3)], ensemble.worst,
    )  # fmt: skip


@cache
def _state() -> State:
    """Return the state of the configuration of plans in the spring of a year."""
    base = next(one for one in bases() if one.name == "plans")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "state.npz"
        run(load(base.content, base.name), save_state=file, save_at="1996-06-01")
        return load_state(file)


def _outlook(config: Config) -> str:
    return _values(run_outlook(config, _state(), months=3, members=4))


def _scenarios(config: Config) -> str:
    return digest(
        [
            (one.name, {key: part for key, part in one.config.plain.items() if key not in PLANS})
            for one in expand_scenarios(config)
        ]
    )


OBSERVED: dict[str, Callable[[Config], str]] = {
    "kept": _kept,
    "members": _members,
    "outlook": _outlook,
    "scenarios": _scenarios,
    "design": _design,
    "flood_verdicts": _flood_verdicts,
    "verdicts": _verdicts,
    "routed": _routed,
    "supply": _supply,
    "flood": _flood,
    "network": _network,
}


def _path(text: str) -> tuple[str | int, ...]:
    return tuple(int(one) if one.isdigit() else one for one in text.split("/"))


class Base(NamedTuple):
    """A small configuration, what replaces its values, and what is looked at."""

    name: str
    content: dict[str, Any]
    changes: dict[tuple[str | int, ...], Any]
    observe: list[str]
    names: tuple[tuple[str, ...], ...]
    about: tuple[str, ...]


@cache
def bases() -> tuple[Base, ...]:
    """Return the configurations of the folder."""
    made = []
    for file in sorted(FOLDER.glob("*.yaml")):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        content = read["config"]
        for node in content["nodes"].values():
            node.update(read.get("every_node", {}))
        for link in content.get("links", ()):
            link.update(read.get("every_link", {}))
        changes = {_path(path): value for path, value in read.get("changes", {}).items()}
        lines = tuple(one for one in content.get("ladder", ()) if isinstance(one, str))
        rules = (*content.get("rules", {}), *content.get("series", {}))
        names = (tuple(content["nodes"]), rules, lines)
        about = tuple(read.get("about", ("",)))
        made.append(Base(file.stem, content, changes, read["observe"], names, about))
    return tuple(made)


def seen(base: Base, content: Any) -> Iterator[Any]:
    """Yield what is looked at, what is cheap first; None where the configuration is refused."""
    try:
        config = load(content, base.name)
        yield _said(config.warnings)
        for one in base.observe:
            yield OBSERVED[one](config)
    except (ConfigError, DataError):
        yield None


def written(base: Base) -> Iterator[Key]:
    """Yield the keys that a configuration writes in what it is about."""
    model = load(base.content, base.name)
    for key in keys_in(model, base.content):
        path = "/".join(map(str, key.path))
        if key.name != "type" and any(path.startswith(one) for one in base.about):
            yield key


class Refused(NamedTuple):
    """A configuration that has to be refused with a text."""

    content: dict[str, Any]
    text: str

    def is_so(self, base: Base) -> bool:
        """Whether loading or building it ends with the text."""
        try:
            config = load(self.content, base.name)
            for one in base.observe:
                OBSERVED[one](config)
        except (ConfigError, DataError) as error:
            return self.text in str(error)
        return False


def _contents(base: Base, key: Key) -> Iterator[dict[str, Any] | Refused]:
    """Yield configurations with another value at a key."""
    if key.path not in base.changes:
        for value in candidates(key, at(base.content, key.path), base.names):
            yield changed(base.content, key.path, value)
        return
    wanted = base.changes[key.path]
    rules = wanted if isinstance(wanted, dict) and "value" in wanted else {"value": wanted}
    value = GONE if rules["value"] == "GONE" else rules["value"]
    content = changed(base.content, key.path, value)
    for path, other in rules.get("with", {}).items():
        content = changed(content, _path(path), GONE if other == "GONE" else other)
    yield Refused(content, rules["refused"]) if "refused" in rules else content


def effect(base: Base, key: Key, before: list[Any]) -> bool:
    """Whether another value at a key, which is not refused, changes what is looked at."""
    for content in _contents(base, key):
        if isinstance(content, Refused):
            return content.is_so(base)
        for found, was in zip(seen(base, content), before, strict=False):
            if found is None:
                break
            if found != was:
                return True
    return False
