"""A line of the ladder as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import core_schema

from hydrosim.locale import _
from hydrosim.units import reject

__all__ = ["LadderLine"]


@dataclass(frozen=True)
class LadderLine:
    """One line of the ladder: a class of claims, or a source that is to stay unused."""

    name: str
    spare: bool = False

    def __str__(self) -> str:
        return f"spare: {self.name}" if self.spare else self.name

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        spare = {"type": "object", "properties": {"spare": {"type": "string"}}}
        return {"anyOf": [{"type": "string"}, {**spare, "required": ["spare"]}]}

    @classmethod
    def _validate(cls, value: object) -> LadderLine:
        if isinstance(value, LadderLine):
            return value
        if isinstance(value, str) and value.strip():
            return cls(str(value).strip())
        if isinstance(value, dict) and set(value) == {"spare"} and isinstance(value["spare"], str):
            return cls(str(value["spare"]).strip(), spare=True)
        reject(value, _("the name of a class such as domestic, or {spare: SOURCE}"))
