"""What a failed validation says, as faults in the words of whoever wrote the configuration."""

from __future__ import annotations

import re
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from hydrosim.config.by_type import NESTED, ByType
from hydrosim.config.expected import EXPECTED, LIMITS
from hydrosim.config.schema import Config
from hydrosim.errors import Fault, Path, nearest, shown
from hydrosim.locale import (
    OR,
    Phrase,
    _,
    alternatives,
    as_message,
    clause,
    listed,
)
from hydrosim.units import FAULT, dimension_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic.fields import FieldInfo

    from hydrosim.config.source import Source

__all__ = ["faults_of", "models_at"]

_MISSING = "missing"
_UNKNOWN_KEY = "extra_forbidden"
_MOST_KEYS_SHOWN = 30
_FULL_WIDTH = {"：": ": ", "，": ", "}  # what Chinese keyboards give
_PIECE = re.compile(r"[^\w.\- ]")  # a sign that stands in no key, but in pieces of an expression


class _Problem:
    """One error with its place in the tree and the union branches that it came through."""

    def __init__(self, error: dict[str, Any], source: Source) -> None:
        self.kind: str = error["type"]
        self.context: dict[str, Any] = error.get("ctx") or {}
        self.message: str = error.get("msg", "")
        self.branches: list[tuple[Path, str]] = []
        self.path = self._resolved(error["loc"], source.tree)
        if self.kind == FAULT and self.context.get("key"):
            self.path = (*self.path, self.context["key"])

    def _resolved(self, location: Sequence[Any], tree: Any) -> Path:
        path: list[str | int] = []
        value = tree
        for number, item in enumerate(location):
            last = number == len(location) - 1
            if isinstance(value, dict) and str(item) in value:
                path.append(str(item))
                value = value[str(item)]
            elif isinstance(value, list) and isinstance(item, int) and item < len(value):
                path.append(item)
                value = value[item]
            elif last and self.kind in (_MISSING, _UNKNOWN_KEY):
                path.append(str(item))
            elif item != "[key]":
                self.branches.append((tuple(path), str(item)))
        return tuple(path)


MOST_PROBLEMS = 400
"""Problems of the schema that are looked into; the rest comes once these are mended."""


def faults_of(errors: Iterable[Any], source: Source) -> list[Fault]:
    """Return the errors of pydantic as faults.

    A choice between several forms of an entry gives one fault, and a misspelt key together with
    the missing one that it stands for gives one.

    Parameters
    ----------
    errors
        What ``ValidationError.errors()`` returns.
    source
        The configuration as written.
    """
    problems = [_Problem(error, source) for error in _flattened(errors, ())]
    problems = [problem for problem in problems if not _follows(problem, source)]
    problems = _without_other_branches(problems)[:MOST_PROBLEMS]
    return _merged_choices(_without_slips([(p, _fault(p, source)) for p in problems]))


def models_at(path: Path, source: Source) -> list[type[BaseModel]]:
    """Return the schemas that may stand at a path, by the types that the tree names."""
    places: list[tuple[Any, tuple[Any, ...]]] = [(Config, ())]
    for length, key in enumerate(path):
        value = source.value_at(path[:length])
        places = [child for place in places for child in _children(*place, key, value)]
    value = source.value_at(path)
    return [model for place in places for model in _models(*place, value)]


def _flattened(errors: Iterable[Any], prefix: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    for error in errors:
        location = (*prefix, *error["loc"])
        if error["type"] == NESTED:
            yield from _flattened(error["ctx"]["errors"], location)
        else:
            yield {**error, "loc": location}


def _follows(problem: _Problem, source: Source) -> bool:
    """Return whether a list is only short because an entry of it was refused."""
    value = source.value_at(problem.path)
    written = len(value) if isinstance(value, (list, dict)) else 0
    return problem.kind == "too_short" and written >= problem.context.get("min_length", 0)


def _without_other_branches(problems: list[_Problem]) -> list[_Problem]:
    """Keep, of each choice between forms, the form that the entry most looks like."""
    by_point: dict[Path, dict[str, list[_Problem]]] = {}
    for problem in problems:
        for point, branch in problem.branches:
            by_point.setdefault(point, {}).setdefault(branch, []).append(problem)
    dropped: set[int] = set()
    for point, branches in by_point.items():
        deeper = {
            name: group
            for name, group in branches.items()
            if any(len(problem.path) > len(point) for problem in group)
        }
        if not deeper or len(branches) == 1:
            continue
        best = min(deeper, key=lambda name: (len(deeper[name]), name))
        for name, group in branches.items():
            if name != best:
                dropped.update(id(problem) for problem in group)
    return [problem for problem in problems if id(problem) not in dropped]


def _without_slips(pairs: list[tuple[_Problem, Fault]]) -> list[tuple[_Problem, Fault]]:
    """Report a misspelt key and the missing key that it caused once."""
    missing = {problem.path for problem, _unused in pairs if problem.kind == _MISSING}
    caused: set[Path] = set()
    result: list[tuple[_Problem, Fault]] = []
    for problem, fault in pairs:
        meant = (*problem.path[:-1], fault.nearest or "")
        if problem.kind == _UNKNOWN_KEY and meant in missing:
            caused.add(meant)
            result.append(
                (
                    problem,
                    replace(fault, note=_("the key {nearest!r} is missing", nearest=fault.nearest)),
                )
            )
        else:
            result.append((problem, fault))
    return [
        (problem, fault)
        for problem, fault in result
        if not (problem.kind == _MISSING and problem.path in caused)
    ]


def _merged_choices(pairs: list[tuple[_Problem, Fault]]) -> list[Fault]:
    """Report what the forms of one entry expect as one fault."""
    faults: list[Fault] = []
    choices: dict[Path, int] = {}
    expected: dict[Path, list[str]] = {}
    for problem, fault in pairs:
        known = choices.get(problem.path) if problem.branches else None
        if known is None:
            if problem.branches:
                choices[problem.path] = len(faults)
                expected[problem.path] = [fault.expected]
            faults.append(fault)
            continue
        first = faults[known]
        if fault.expected not in expected[problem.path]:
            expected[problem.path].append(fault.expected)
            forms = listed(expected[problem.path], OR)
            near, note = first.nearest or fault.nearest, first.note or fault.note
            faults[known] = replace(first, expected=forms, nearest=near, note=note)
    return faults


def _fault(problem: _Problem, source: Source) -> Fault:
    if problem.kind == FAULT:
        context = problem.context
        found = _as_written(problem.path, source, context["found"])
        return Fault(
            problem.path, found, context["expected"], context.get("nearest"), context.get("note")
        )
    if problem.kind == _MISSING:
        return missing_key(problem.path, source)
    if problem.kind == _UNKNOWN_KEY:
        return _unknown_key(problem.path, source)
    if problem.kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_tag(problem, source)
    value = source.value_at(problem.path)
    found = _as_written(problem.path, source, shown(value))
    near = None
    if problem.kind == "literal_error":
        allowed = _names(str(problem.context.get("expected", "")).replace(" or ", ", "))
        expected = alternatives(allowed)
        field = _field_of(problem.path, source) if len(allowed) == 1 else None
        if field is not None and field.description:
            meaning = clause(as_message(field.description))
            expected = _("{value}, {meaning}", value=allowed[0], meaning=meaning)
        near = nearest(value, allowed) if isinstance(value, str) else None
    elif problem.kind in ("value_error", "assertion_error"):
        error = problem.context.get("error")
        found, expected = error.args[0] if error and error.args else problem.message, ""
    elif problem.kind in LIMITS:
        name, message = LIMITS[problem.kind]
        expected = message(problem.context.get(name))
    else:
        expected = EXPECTED.get(problem.kind, problem.message[:1].lower() + problem.message[1:])
    return Fault(problem.path, found, expected, near)


def _names(text: str) -> list[str]:
    return [name.strip().strip("'") for name in text.split(", ")]


def _unknown_tag(problem: _Problem, source: Source) -> Fault:
    """Tell an entry whose discriminating key is missing or has an unknown name."""
    key = str(problem.context.get("discriminator", "'type'")).strip("'")
    block = source.value_at(problem.path)
    value = block.get(key) if isinstance(block, dict) else None
    models = models_at(problem.path, source)
    valid = [name for model in models for name in _literal_names(model, key)]
    path = (*problem.path, key)
    return Fault(
        path,
        shown(value),
        _("one of {valid}", valid=", ".join(valid)),
        nearest(str(value or ""), valid),
    )


def _literal_names(model: type[BaseModel], key: str) -> tuple[str, ...]:
    field = model.model_fields.get(key)
    annotation = field.annotation if field else None
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _as_written(path: Path, source: Source, found: str) -> str:
    """Return what was found with a number as it was written (1.2e9, not 1200000000)."""
    written = source.written.get(path)
    usual = shown(source.value_at(path))
    if not written:
        return found
    if isinstance(found, Phrase):
        return found.with_value(usual, written)
    return written if found == usual else found


def missing_key(path: Path, source: Source) -> Fault:
    """Return the fault of a key that is not there, with what it would say."""
    key = str(path[-1])
    field = _field_of(path, source)
    expected: str = _("the key {key!r}", key=key)
    if field is not None:
        dimension = dimension_of(field.annotation, tuple(field.metadata))
        if dimension is not None:
            expected = _("the key {key!r}: {meaning}", key=key, meaning=dimension.phrase)
        elif field.description:
            meaning = clause(as_message(field.description))
            expected = _("the key {key!r}: {meaning}", key=key, meaning=meaning)
    parent = source.value_at(path[:-1])
    keys = ", ".join(str(name) for name in parent) if isinstance(parent, dict) else ""
    found = _("only the keys {keys}", keys=keys) if keys else _("an empty block")
    return Fault(path, found, expected)


def _field_of(path: Path, source: Source) -> FieldInfo | None:
    for model in models_at(path[:-1], source):
        for name, field in model.model_fields.items():
            if path[-1] in (name, field.alias):
                return field
    return None


def _unknown_key(path: Path, source: Source) -> Fault:
    key = str(path[-1])
    valid: list[str] = []
    required: set[str] = set()
    for model in models_at(path[:-1], source):
        for name, field in model.model_fields.items():
            valid.append(field.alias or name)
            if field.is_required():
                required.add(field.alias or name)
    parent = source.value_at(path[:-1])
    written = set(parent) if isinstance(parent, dict) else set()
    names = sorted(set(valid))
    keys = ", ".join(names[:_MOST_KEYS_SHOWN])
    more = ", ..." if len(names) > _MOST_KEYS_SHOWN else ""
    expected = (
        _("one of the keys {keys}{more}", keys=keys, more=more) if names else _("no such key")
    )
    near = nearest(key, required - written) or nearest(key, names)
    note = _("that key is there already") if near in written else None
    if _PIECE.search(key) and source.value_at(path) is None:
        near, note = (
            None,
            _("a comma parts the entries inside { }: put the text before it in quotes"),
        )
        sign = next((sign for sign in key if sign in _FULL_WIDTH), None)
        if sign is not None:
            note = _(
                "a full-width {sign!r}: write {full_width!r}",
                sign=sign,
                full_width=_FULL_WIDTH[sign],
            )
    return Fault(path, _("the key {key!r}", key=key), expected, near, note)


def _children(
    annotation: Any, metadata: tuple[Any, ...], key: str | int, value: Any
) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield the types that may stand at a key of an entry of a type."""
    for model in _models(annotation, metadata, value):
        for name, field in model.model_fields.items():
            if key in (name, field.alias):
                yield field.annotation, tuple(field.metadata)
    for part in _parts(annotation):
        origin, arguments = get_origin(part), get_args(part)
        if isinstance(origin, type) and issubclass(origin, dict):
            yield arguments[1], ()
        elif isinstance(origin, type) and arguments and isinstance(key, int):
            fixed = origin is tuple and arguments[-1] is not Ellipsis
            yield arguments[min(key, len(arguments) - 1) if fixed else 0], ()


def _models(annotation: Any, metadata: tuple[Any, ...], value: Any) -> list[type[BaseModel]]:
    """Return the schemas among the forms of a type; a looked-up one by what the tree names."""
    own = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    for item in (*metadata, *own):
        if isinstance(item, ByType):
            chosen = item.chosen(value)
            return [chosen] if chosen is not None else []
    if get_origin(annotation) is Annotated:
        return _models(get_args(annotation)[0], (), value)
    if get_origin(annotation) in (Union, types.UnionType):
        forms = get_args(annotation)
        models = [model for form in forms for model in _models(form, (), value)]
        kind = value.get("type") if isinstance(value, dict) else None
        return [model for model in models if kind in _literal_names(model, "type")] or models
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return []


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the forms of a type without metadata."""
    if get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for form in get_args(annotation):
            yield from _parts(form)
    else:
        yield annotation
