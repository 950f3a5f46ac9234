"""The reference of a configuration, printed from its schemas, and JSON Schema for editors."""

from __future__ import annotations

import datetime
import inspect
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from hydrosim.config.by_type import KINDS, ByType
from hydrosim.config.ladder_line import LadderLine
from hydrosim.config.schema import Config
from hydrosim.errors import nearest
from hydrosim.locale import (
    OR,
    SEMICOLON,
    Language,
    _,
    as_message,
    in_language,
    listed,
    pgettext,
    unit_scale,
)
from hydrosim.members import METHOD_TYPES
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.parts.storage_curve import Amount
from hydrosim.reading.glossary import GLOSSARY, Term, terms_of
from hydrosim.rules import RULE_TYPES
from hydrosim.standards import STANDARD_TYPES
from hydrosim.units import Dimension, MonthDay, NodeRef, RuleRef, dimension_of, with_unit
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from hydrosim.locale import Message
    from hydrosim.variables import Variable

__all__ = [
    "NUMBERS",
    "Key",
    "describe",
    "described_texts",
    "inner_blocks",
    "json_schema",
    "keys_of",
    "paragraphs",
    "quantity_lines",
    "registries",
]

_CONFIG = "config"
NUMBERS = "numbers"
_TEXT = pgettext("form of a value", "text")
_WORDS = {
    str: _TEXT,
    int: pgettext("form of a value", "whole number"),
    float: pgettext("form of a value", "number"),
    bool: pgettext("form of a value", "true or false"),
    RuleRef: pgettext("form of a value", "name of a rule"),
    NodeRef: pgettext("form of a value", "name of a node"),
    MonthDay: pgettext("form of a value", "month-day"),
    Any: pgettext("form of a value", "anything"),
    type(None): "",
    LadderLine: pgettext("form of a value", "name of a class or {spare: SOURCE}"),
    datetime.date: pgettext("form of a value", "date as year-month-day"),
    datetime.datetime: pgettext("form of a value", "date and time"),
    Amount: pgettext("form of a value", "amount"),
}
_NO_DEFAULT = pgettext("default of a key", "none")


class Key(NamedTuple):
    """One key of a block, as the reference tells it."""

    name: str
    form: str  # what it holds: a dimension, the names allowed, a block
    unit: str  # SI unit inside, or "-"
    default: str  # "required" without one
    description: str


def registries() -> dict[str, dict[str, Any]]:
    """Return the registry of each kind of part."""
    return {
        "node": dict(NODE_TYPES),
        "link": dict(LINK_TYPES),
        "rule": dict(RULE_TYPES),
        "standard": dict(STANDARD_TYPES),
        "method": dict(METHOD_TYPES),
    }


def describe(type_name: str | None = None, language: Language = "en") -> str:
    """Return the reference of a type, or of the configuration with the names of all types.

    Parameters
    ----------
    type_name
        Type of a node, link, rule, standard or method of members, ``config``, or ``numbers`` for
        the glossary of what is computed.
    language
        "en" or "zh".

    Raises
    ------
    KeyError
        When there is no such type; the message names the nearest.
    """
    if type_name is None or type_name == _CONFIG:
        lines: list[str] = [*_block(_CONFIG, Config, language), ""]
        for kind, members in registries().items():
            names = ", ".join(sorted(members)) or "-"
            lines.append(_("types of {kind}: {names}", kind=KINDS[kind], names=names))
        return "\n".join(in_language(line, language) for line in lines)
    if type_name == NUMBERS:
        lines = [*_terms(list(GLOSSARY.values()), language), ""]
        lines += quantity_lines(VARIABLES, _("variables of a supply result"), language)
        return "\n".join(lines)
    parts: list[str] = []
    for kind, members in registries().items():
        if type_name in members:
            title = f"{in_language(KINDS[kind], language)} {type_name}"
            lines = list(_block(title, members[type_name], language))
            if kind == "standard" and terms_of(type_name):
                lines += ["", *_terms(terms_of(type_name), language)]
            parts.append("\n".join(lines))
    if not parts:
        names = [name for members in registries().values() for name in members]
        near = nearest(type_name, names)
        msg = _("no type {name!r} is known", name=type_name)
        if near:
            msg = _("no type {name!r} is known, the nearest is {near!r}", name=type_name, near=near)
        raise KeyError(msg)
    return "\n\n".join(parts)


def _terms(terms: list[Term], language: Language) -> list[str]:
    """Return entries of the glossary as lines: name, unit, definition and formula."""
    lines = [in_language(_("numbers that it computes"), language)]
    for term in terms:
        unit = unit_scale(term.unit, 0.0, language)[1] if language != "en" else term.unit
        lines += [
            f"  {term.name.in_language(language)}" + (f" [{unit}]" if unit else ""),
            f"    {term.definition.in_language(language)}",
            *([f"    {term.formula}"] if language == "en" else []),  # in the letters of English
        ]
    return lines


def quantity_lines(
    variables: Mapping[str, Variable], title: Message, language: Language
) -> list[str]:
    """Return the variables of a result as lines: name, unit, meaning, how a step holds it."""
    lines = [in_language(title, language)]
    for name, one in variables.items():
        held = f" ({one.cell_methods})" if one.cell_methods else ""
        meaning = one.long_name.in_language(language)
        lines.append(f"  {name} [{one.units}]: {meaning}{held}")
    return lines


def described_texts() -> Iterator[tuple[type[BaseModel], str]]:
    """Yield the texts of the reference that stand in schemas, each with its block.

    They are the descriptions of keys and the paragraphs of docstrings, as the catalogue has them.
    """
    waiting: list[type[BaseModel]] = [Config]
    for members in registries().values():
        waiting += members.values()
    known: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in known:
            continue
        known.add(model)
        for text in [*paragraphs(model), *(key.description for key in keys_of(model))]:
            if text:
                yield model, text
        waiting += [inner for _name, inner in inner_blocks(model)]


def keys_of(model: type[BaseModel]) -> list[Key]:
    """Return the keys of a block with form, unit, default and description."""
    return [_key(field.alias or name, field) for name, field in model.model_fields.items()]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a configuration, with units as ``x-unit``."""
    schema = Config.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    for kind, members in registries().items():
        choices = []
        for name, model in members.items():
            part = model.model_json_schema(by_alias=True)
            inner = part.pop("$defs", {})
            prefix = f"{kind}.{name}"
            definitions.update(
                {f"{prefix}.{key}": _moved(value, prefix) for key, value in inner.items()}
            )
            definitions[prefix] = _moved(part, prefix)
            choices.append({"$ref": f"#/$defs/{prefix}"})
        definitions[f"any {kind}"] = {"oneOf": choices} if choices else {"type": "object"}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return _with_choices(schema)


def _moved(part: Any, prefix: str) -> Any:
    """Return a schema whose references point into the definitions of its type."""
    if isinstance(part, dict):
        return {
            key: value.replace("#/$defs/", f"#/$defs/{prefix}.")
            if key == "$ref"
            else _moved(value, prefix)
            for key, value in part.items()
        }
    return [_moved(item, prefix) for item in part] if isinstance(part, list) else part


def _with_choices(part: Any) -> Any:
    """Return a schema in which each looked-up part refers to the choice of its kind."""
    if isinstance(part, dict):
        if "x-hydrosim" in part:
            return {"$ref": f"#/$defs/any {part['x-hydrosim']}"}
        return {key: _with_choices(value) for key, value in part.items()}
    return [_with_choices(item) for item in part] if isinstance(part, list) else part


def paragraphs(model: type[BaseModel]) -> list[str]:
    """Return the paragraphs of a docstring, each as one line."""
    written = inspect.cleandoc(model.__doc__ or "").split("\n\n")
    return [text for part in written if (text := " ".join(part.split()))]


def _doc_lines(model: type[BaseModel], language: Language) -> Iterator[str]:
    """Yield the lines of a docstring, in English as they are broken in the code."""
    if language == "en":
        yield from inspect.cleandoc(model.__doc__ or "").split("\n")
        return
    for number, text in enumerate(paragraphs(model)):
        if number:
            yield ""
        yield as_message(text).in_language(language)


def _block(
    title: str,
    model: type[BaseModel],
    language: Language,
    described: set[type[BaseModel]] | None = None,
) -> list[str]:
    """Return the lines that describe a block and the blocks inside it, each of them once."""
    described = set() if described is None else described
    lines = [title]
    if model.__doc__:
        lines += [f"  {line}".rstrip() for line in _doc_lines(model, language)]
        lines.append("")
    keys = [key for key in keys_of(model) if key.name != "type"]
    width = max((len(key.name) for key in keys), default=0)
    for key in keys:
        unit = "" if key.unit == "-" else f" [{key.unit}]"
        form, default = in_language(key.form, language), in_language(key.default, language)
        details = f"{form}{unit}{in_language(SEMICOLON, language)}{default}"
        lines.append(f"  {key.name:<{width}}  {details}")
        lines.append(f"  {'':<{width}}  {in_language(key.description, language)}")
    for name, inner in inner_blocks(model):
        if inner not in described:
            described.add(inner)
            block = _block(in_language(_heading(name, inner), language), inner, language, described)
            lines += ["", *(f"  {line}".rstrip() for line in block)]
    return lines


def _heading(name: str, model: type[BaseModel]) -> str:
    field = model.model_fields.get("type")
    names = get_args(field.annotation) if field else ()
    return _("{name} of type {kind}:", name=name, kind=names[0]) if names else f"{name}:"


def inner_blocks(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the blocks that stand in a block, each with the key that holds it."""
    for name, field in model.model_fields.items():
        for inner in _models(field.annotation):
            if not _looked_up(field) and inner is not model:
                yield field.alias or name, inner


def _key(name: str, field: FieldInfo) -> Key:
    metadata = tuple(field.metadata)
    dimension = dimension_of(field.annotation, metadata)
    form = _form(field.annotation, metadata)
    default = pgettext("default of a key", "required")
    if not field.is_required():
        value = field.get_default(call_default_factory=True)
        default = _("default {value}", value=_default(value, dimension))
    unit = "-" if dimension is None or dimension.bare else dimension.unit
    return Key(name, form, unit, default, as_message(field.description or ""))


def _default(value: Any, dimension: Dimension | None) -> str:
    if value is None or value is PydanticUndefined or value in ((), {}, [], ""):
        return _NO_DEFAULT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and dimension is not None:
        return with_unit(value, dimension)
    if isinstance(value, RuleRef):
        return value.name
    if isinstance(value, BaseModel):
        kept = {k: v for k, v in value.model_dump(by_alias=True).items() if v not in (None, (), {})}
        return _as_written(kept) if kept else _NO_DEFAULT
    return _as_written(value)


def _as_written(value: Any) -> str:
    """Return a value as a configuration writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        entries = ", ".join(f"{key}: {_as_written(item)}" for key, item in value.items())
        return f"{{{entries}}}"
    if type(value) in (list, tuple):
        return f"[{', '.join(map(_as_written, value))}]"
    return str(value)


def _form(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """Return what a type holds, in words."""
    own = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    for item in (*metadata, *own):
        if isinstance(item, Dimension):
            values = {"quantity": item.name, "example": item.example}
            if item.rule:
                return _("{quantity}, such as {example} or name of a rule", **values)
            return _("{quantity}, such as {example}", **values)
        if isinstance(item, ByType):
            return KINDS[item.kind]
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _form(arguments[0])
    if origin is Literal:
        return " | ".join(str(name) for name in arguments)
    if origin in (Union, types.UnionType):
        return listed(dict.fromkeys(form for part in arguments if (form := _form(part))), OR)
    if origin is dict:
        key = _form(arguments[0])
        key = pgettext("form of a value", "name") if key is _TEXT else key
        return _("block by {key} of: {form}", key=key, form=_form(arguments[1]))
    if origin in (tuple, list) and arguments:
        return _("list of: {form}", form=_form(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pgettext("form of a value", "block")
    return getattr(annotation, "__name__", "value").lower()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        metadata = argument.__metadata__ if get_origin(argument) is Annotated else ()
        if not any(isinstance(item, ByType) for item in metadata):
            yield from _models(argument)


def _looked_up(field: FieldInfo) -> bool:
    return any(isinstance(item, ByType) for item in field.metadata)
