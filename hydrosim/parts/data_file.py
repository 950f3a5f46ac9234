"""What a configuration may say of a data file: the keys of its layout, and the range of numbers."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from hydrosim.errors import nearest
from hydrosim.io.date_forms import check_form, zone_offset_s
from hydrosim.io.layout import Layout
from hydrosim.locale import _
from hydrosim.units import FLOW, VOLUME, Dimension, reject, unit_factor

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "LAYOUT_KEYS",
    "ColumnName",
    "ColumnNames",
    "FlowOrVolumeUnit",
    "FlowUnit",
    "LaidOut",
    "is_flow",
]

_FORMS = _("a form such as d/m/Y, yyyymmddHH, '%d/%m/%Y', excel, or an example such as 2001/1/31")
_ZONE = _("a zone such as +08:00 or UTC, or two: that of the file and that of the run")
_CODECS = _("the name of an encoding of text, such as gbk or latin-1")


def _text(value: object) -> object:
    """Return the number of a column in a file without header as its name."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else value


def _names(value: object) -> object:
    return [_text(one) for one in value] if isinstance(value, (list, tuple)) else (_text(value),)


def _form(value: object) -> object:
    if not isinstance(value, str):
        reject(value, _FORMS)
    try:
        check_form(value)
    except ValueError as error:
        reject(value, _FORMS, note=error.args[0])
    except Exception as error:
        reject(value, _FORMS, note=getattr(error, "note", None))
    return value


def _zones(value: object) -> object:
    parts = list(value) if isinstance(value, (list, tuple)) else ["", value]
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        reject(value, _ZONE)
    for part in parts:
        try:
            zone_offset_s(part or "UTC")
        except ValueError as error:
            reject(value, _ZONE, note=error.args[0])
    return tuple(parts)


def _encoding(value: object) -> object:
    try:
        found = codecs.lookup(value if isinstance(value, str) else "")
        is_text = getattr(found, "_is_text_encoding", True)
    except LookupError:
        is_text = False
    if not is_text:
        reject(value, _CODECS)
    return value


def _unit_of(value: object, expected: str, *dimensions: Dimension) -> object:
    text = value if isinstance(value, str) else ""
    if not any(_has_dimension(text, one) for one in dimensions):
        known = [unit for one in dimensions for unit in one.units]
        reject(value, expected, near=nearest(text, known) if text else None)
    return value


def _has_dimension(unit: str, dimension: Dimension) -> bool:
    try:
        unit_factor(unit, dimension)
    except ValueError:
        return False
    return True


def _flow_unit(value: object) -> object:
    return _unit_of(value, _("a unit of a flow, such as m3/s, L/s or cfs"), FLOW)


def _flow_or_volume_unit(value: object) -> object:
    expected = _("a unit of a flow or a volume, such as m3/s or 万m3")
    return _unit_of(value, expected, FLOW, VOLUME)


def is_flow(unit: str) -> bool:
    """Return whether a unit is that of a flow."""
    return _has_dimension(unit, FLOW)


ColumnName = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
ColumnNames = Annotated[tuple[str, ...], BeforeValidator(_names), Field(min_length=1)]
FlowUnit = Annotated[str, BeforeValidator(_flow_unit)]
FlowOrVolumeUnit = Annotated[str, BeforeValidator(_flow_or_volume_unit)]


class LaidOut(BaseModel):
    """Keys of a file that cannot be read, or not surely, without them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    time: ColumnNames | None = Field(
        None,
        description="Column of the times, or several: date and time of day, or year, month and "
        "day; default by name, else the first.",
    )
    dates: Annotated[str, BeforeValidator(_form)] | None = Field(
        None,
        description="Form of the dates: d/m/Y, yyyymmddHH, '%d/%m/%Y', excel, 24:00 or an example; "
        "default what the column shows.",
    )
    zone: Annotated[tuple[str, str], BeforeValidator(_zones)] | None = Field(
        None,
        description="Zone to whose clock times with a zone are brought, such as +08:00; [UTC, "
        "+08:00] for times of a zone that they do not tell.",
    )
    stamp: Literal["start", "end"] | None = Field(
        None,
        description="Whether times stand at the start or the end of the period of a value; default "
        "start, in netCDF as its bounds say.",
    )
    sheet: str | None = Field(None, description="Sheet of a workbook with several.")
    header: Annotated[int, Field(ge=1)] | Literal["none"] | None = Field(
        None, description="Line of the header, from 1, or none; default the first line of text."
    )
    data_from: int | None = Field(
        None, ge=1, description="First line of data, where other lines follow the header."
    )
    columns: tuple[str, ...] | None = Field(
        None, min_length=1, description="Names of the columns of a file without header."
    )
    separator: Literal["comma", "semicolon", "tab", "bar", "space"] | None = Field(
        None, description="Sign between columns; default what the header shows."
    )
    decimal: Literal["point", "comma"] | None = Field(
        None, description="Decimal sign; the other sign then may part thousands."
    )
    encoding: Annotated[str, BeforeValidator(_encoding)] | None = Field(
        None, description="Encoding of text; default UTF-8, or GBK where it can be nothing else."
    )
    select: dict[str, str | float] | None = Field(
        None, description="Point of a grid in netCDF, such as {lat: 38.9, lon: 115.1}."
    )

    @model_validator(mode="after")
    def _has_one_header(self) -> Any:
        if self.columns is not None and isinstance(self.header, int):
            reject(self.header, _("no `header` beside `columns`, which names them"), key="header")
        return self

    def given(self, *keys: str) -> list[str]:
        """Return which of some keys are written."""
        return [key for key in keys if key in self.model_fields_set]

    @property
    def columns_read(self) -> tuple[str, ...]:
        """Names of the columns that its keys name."""
        named = (name for key, name in self if key.endswith("column") and name is not None)
        return (*(self.time or ()), *named)

    @property
    def layout(self) -> Layout:
        """How the file is laid out."""
        select = None if self.select is None else tuple(self.select.items())
        return Layout(
            self.sheet,
            self.header,
            self.data_from,
            self.columns,
            self.separator,
            self.decimal,
            self.encoding,
            select,
            self.time,
            self.dates,
            self.zone,
            self.stamp,
        )


LAYOUT_KEYS = tuple(LaidOut.model_fields)
"""Names of the keys of a layout."""
