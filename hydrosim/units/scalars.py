"""Entries of a configuration that are text of one form: names, references, days, dates."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, NoReturn

from pydantic_core import PydanticCustomError, core_schema

from hydrosim.errors import shown
from hydrosim.locale import _

__all__ = [
    "FAULT",
    "NO_SUCH_DAY",
    "PLAIN_NUMBER",
    "RULE_NAME",
    "Date",
    "MonthDay",
    "Name",
    "NodeRef",
    "RuleKey",
    "RuleName",
    "RuleRef",
    "is_form_of_date",
    "note_plainly",
    "plainly",
    "reject",
]

FAULT = "hydrosim_fault"  # kind of the errors raised by reject()
_DIGITS = r"\d+(?:_\d+)*"
_WIDE_NUMBER = re.compile(rf"[-+\uff0b\uff0d]?{_DIGITS}(?:[.\uff0e](?:{_DIGITS})?)?")
PLAIN_NUMBER = _("a number in the digits 0 to 9 and a point")
NO_SUCH_DAY = _("there is no such day")
RULE_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


def plainly(text: str) -> str | None:
    """Return a text with full-width digits, or underscores, in its number as it is to be written.

    None for a text that begins with no such number.
    """
    text = text.strip()
    match = _WIDE_NUMBER.match(text)
    if match is None or (match[0].isascii() and "_" not in match[0]):
        return None
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in match[0])
    return unicodedata.normalize("NFKC", digits).replace("_", "") + text[match.end() :]


def note_plainly(text: str) -> str | None:
    """Return the note that says how such a number is written; None for another text."""
    plain = plainly(text)
    return None if plain is None else _("write {plain}", plain=plain)


class RuleRef(NamedTuple):
    """The name of a rule or series that gives a value; it stands where a number could stand."""

    name: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "name of a rule or series"}

    @classmethod
    def _validate(cls, value: object) -> RuleRef:
        if isinstance(value, RuleRef):
            return value
        if isinstance(value, str) and RULE_NAME.fullmatch(value.strip()):
            return cls(str(value).strip())
        reject(value, _("the name of a rule under `rules:` or of a series under `series:`"))


RuleName = RuleRef


class NodeRef(str):
    """The name of a node, a plain text otherwise; that the node exists is checked at load."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "name of a node"}

    @classmethod
    def _validate(cls, value: object) -> NodeRef:
        if isinstance(value, str) and value.strip():
            return cls(str(value).strip())
        reject(value, _("the name of a node"))


class MonthDay(NamedTuple):
    """A day that every year has, written ``07-01``; 29 February is refused."""

    month: int
    day: int

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,2}-\d{1,2}$", "examples": ["07-01"]}

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    @classmethod
    def _validate(cls, value: object) -> MonthDay:
        expected = _("a day of the year as month-day, such as 07-01")
        if isinstance(value, MonthDay):
            return value
        match = (
            re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", value) if isinstance(value, str) else None
        )
        if match is None:
            reject(value, expected)
        month, day = int(match[1]), int(match[2])
        if (month, day) == (2, 29):
            reject(value, expected, note=_("02-29 is not in every year: write 02-28 or 03-01"))
        try:
            datetime.date(2001, month, day)
        except ValueError:
            reject(value, expected, note=NO_SUCH_DAY)
        return cls(month, day)


@dataclass(frozen=True)
class _TextFormat:
    """Metadata that validates text of one format."""

    read: Any
    schema: tuple[tuple[str, Any], ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.schema)


def _read_date(value: object) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        note = NO_SUCH_DAY if is_form_of_date(value) else None
        reject(value, _("a date as year-month-day, such as 1980-01-01"), note=note)


def is_form_of_date(value: object) -> bool:
    """Return whether a text begins as year-month-day, whether or not there is such a day."""
    return isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None


def _read_name(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"\w+", value):
        return str(value)
    reject(value, _("a name of letters, digits and underscores"))


def _read_rule_key(value: object) -> str:
    if isinstance(value, str) and RULE_NAME.fullmatch(value):
        return str(value)
    reject(value, _("a name that starts with a letter: letters, digits, underscores and dots"))


Date = Annotated[datetime.date, _TextFormat(_read_date, (("type", "string"), ("format", "date")))]
Name = Annotated[str, _TextFormat(_read_name, (("type", "string"), ("pattern", r"^\w+$")))]
RuleKey = Annotated[str, _TextFormat(_read_rule_key, (("type", "string"),))]


def reject(
    value: object,
    expected: str,
    *,
    found: str | None = None,
    near: str | None = None,
    note: str | None = None,
    key: str | None = None,
) -> NoReturn:
    """Refuse a value inside a validator, in the words that the user will read.

    Parameters
    ----------
    value
        What was written.
    expected
        What is allowed.
    found
        Text in place of the quoted value.
    near
        The nearest valid name.
    note
        A further sentence.
    key
        Key of the block at fault, for validators of whole blocks.

    Raises
    ------
    PydanticCustomError
        Always; the reader of the configuration turns it into a fault.
    """
    context = {
        "found": found or shown(value),
        "expected": expected,
        "nearest": near,
        "note": note,
        "key": key,
    }
    template = "found {found}, expected {expected}"
    raise PydanticCustomError(FAULT, template, context)
