"""The reference of a configuration, printed from its schemas, and JSON Schema for editors."""

from __future__ import annotations

import datetime
import inspect
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from hydrosim.config.by_type import ByType
from hydrosim.config.schema import Config, LadderLine
from hydrosim.errors import nearest
from hydrosim.members import METHOD_TYPES
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.rules import RULE_TYPES
from hydrosim.standards import STANDARD_TYPES
from hydrosim.units import Dimension, MonthDay, NodeRef, RuleRef, dimension_of, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

__all__ = ["Key", "describe", "json_schema", "keys_of"]

_CONFIG = "config"
_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    RuleRef: "name of a rule",
    NodeRef: "name of a node",
    MonthDay: "month-day",
    Any: "anything",
    type(None): "",
    LadderLine: "name of a class or {spare: SOURCE}",
    datetime.date: "date as year-month-day",
}


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


def describe(type_name: str | None = None) -> str:
    """Return the reference of a type, or of the configuration with the names of all types.

    Parameters
    ----------
    type_name
        Type of a node, link, rule, standard or method of members, or ``config``.

    Raises
    ------
    KeyError
        When there is no such type; the message names the nearest.
    """
    if type_name is None or type_name == _CONFIG:
        lines = [*_block(_CONFIG, Config), ""]
        for kind, members in registries().items():
            lines.append(f"types of {kind}: {', '.join(sorted(members)) or '-'}")
        return "\n".join(lines)
    parts = [
        "\n".join(_block(f"{kind} {type_name}", members[type_name]))
        for kind, members in registries().items()
        if type_name in members
    ]
    if not parts:
        names = [name for members in registries().values() for name in members]
        near = nearest(type_name, names)
        hint = f", the nearest is {near!r}" if near else ""
        msg = f"no type {type_name!r} is known{hint}"
        raise KeyError(msg)
    return "\n\n".join(parts)


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


def _block(
    title: str, model: type[BaseModel], told_blocks: set[type[BaseModel]] | None = None
) -> list[str]:
    """Return the lines that describe a block and the blocks inside it, each of them once."""
    told_blocks = set() if told_blocks is None else told_blocks
    lines = [title]
    if model.__doc__:
        lines += [f"  {line}".rstrip() for line in inspect.cleandoc(model.__doc__).split("\n")]
        lines.append("")
    keys = [key for key in keys_of(model) if key.name != "type"]
    width = max((len(key.name) for key in keys), default=0)
    for key in keys:
        unit = "" if key.unit == "-" else f" [{key.unit}]"
        lines.append(f"  {key.name:<{width}}  {key.form}{unit}; {key.default}")
        lines.append(f"  {'':<{width}}  {key.description}")
    for name, inner in _inner_blocks(model):
        if inner not in told_blocks:
            told_blocks.add(inner)
            heading = f"{name}{_type_of(inner)}:"
            lines += ["", *(f"  {line}".rstrip() for line in _block(heading, inner, told_blocks))]
    return lines


def _type_of(model: type[BaseModel]) -> str:
    field = model.model_fields.get("type")
    names = get_args(field.annotation) if field else ()
    return f" of type {names[0]}" if names else ""


def _inner_blocks(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for inner in _models(field.annotation):
            if not _looked_up(field) and inner is not model:
                yield field.alias or name, inner


def _key(name: str, field: FieldInfo) -> Key:
    metadata = tuple(field.metadata)
    dimension = dimension_of(field.annotation, metadata)
    form = _form(field.annotation, metadata)
    default = "required"
    if not field.is_required():
        value = field.get_default(call_default_factory=True)
        default = f"default {_default(value, dimension)}"
    unit = "-" if dimension is None or dimension.bare else dimension.unit
    return Key(name, form, unit, default, field.description or "")


def _default(value: Any, dimension: Dimension | None) -> str:
    if value is None or value is PydanticUndefined or value in ((), {}, [], ""):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and dimension is not None:
        return told(value, dimension)
    if isinstance(value, RuleRef):
        return value.name
    if isinstance(value, BaseModel):
        kept = {k: v for k, v in value.model_dump(by_alias=True).items() if v not in (None, (), {})}
        told_keys = ", ".join(f"{key}: {item}" for key, item in kept.items())
        return f"{{{told_keys}}}" if kept else "none"
    return str(value)


def _form(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """Return what a type holds, in words."""
    own = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    for item in (*metadata, *own):
        if isinstance(item, Dimension):
            rule = " or name of a rule" if item.rule else ""
            return f"{item.name}, such as {item.example}{rule}"
        if isinstance(item, ByType):
            return item.kind
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _form(arguments[0])
    if origin is Literal:
        return " | ".join(str(name) for name in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(form for part in arguments if (form := _form(part))))
    if origin is dict:
        key = "name" if _form(arguments[0]) == "text" else _form(arguments[0])
        return f"block by {key} of: {_form(arguments[1])}"
    if origin in (tuple, list) and arguments:
        return f"list of: {_form(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "block"
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
