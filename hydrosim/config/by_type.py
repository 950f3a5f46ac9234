"""A block of a configuration whose ``type`` names the schema that it has to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError, core_schema

from hydrosim.errors import nearest, shown
from hydrosim.locale import _, pgettext
from hydrosim.units import FAULT, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "NESTED", "ByType"]

KINDS = {
    "node": pgettext("kind of part", "node"), "link": pgettext("kind of part", "link"),
    "rule": pgettext("kind of part", "rule"), "standard": pgettext("kind of part", "standard"),
    "method": pgettext("kind of part", "method"),
}  # fmt: skip
NESTED = "hydrosim_nested"  # kind of the error that carries the errors of a looked-up type


@dataclass(frozen=True, eq=False)
class ByType:
    """Metadata that validates a block with the class that its ``type`` names."""

    kind: str
    types: Mapping[str, Any]
    default: str | None = None

    def chosen(self, block: object) -> Any:
        """Return the class that a block names, or None."""
        if not isinstance(block, dict):
            return None
        name = block.get("type", self.default)
        return self.types.get(str(name)) if isinstance(name, str) else None

    def validate(self, value: object, info: core_schema.ValidationInfo) -> Any:
        """Return a block as a model of its type."""
        if isinstance(value, tuple(self.types.values())):
            return value
        if not isinstance(value, dict):
            reject(
                value,
                _(
                    "a {kind}: a block of keys with a type, such as {example}",
                    kind=KINDS[self.kind],
                    example=self._example(),
                ),
            )
        chosen = self.chosen(value)
        if chosen is None:
            raise self._type_error(value)
        block = value if "type" in value else {"type": self.default, **value}
        try:
            return chosen.model_validate(block, context=info.context)
        except ValidationError as error:
            nested = {"errors": error.errors(include_url=False)}
            raise PydanticCustomError(NESTED, "see the nested errors", nested) from None

    def _example(self) -> str:
        return f"{{type: {self.default or next(iter(self.types), '...')}, ...}}"

    def _type_error(self, block: dict[str, Any]) -> PydanticCustomError:
        names = ", ".join(sorted(self.types)) or _("no type is defined")
        context: dict[str, Any] = {
            "found": shown(block.get("type")),
            "expected": _("a type of {kind}: {names}", kind=KINDS[self.kind], names=names),
            "nearest": None,
            "note": None,
        }
        place = "type"
        slip = nearest("type", block) if "type" not in block else None
        if slip is not None:
            place, context["nearest"] = slip, "type"
            context["found"] = _("the key {key!r}", key=slip)
        elif "type" not in block:
            context["found"] = _("no type")
        elif isinstance(block["type"], str):
            context["nearest"] = nearest(block["type"], self.types)
        error = {"type": FAULT, "loc": (), "msg": "", "ctx": {**context, "key": place}}
        return PydanticCustomError(NESTED, "see the nested errors", {"errors": [error]})

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "object", "x-hydrosim": self.kind}
