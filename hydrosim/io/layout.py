"""How a data file is laid out: what a configuration may say of its header, separators and dates."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

from hydrosim.errors import DataError
from hydrosim.locale import _

__all__ = ["PLAIN", "SEPARATORS", "Layout", "refuse_idle_keys"]

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
_OF_TEXT = ("header", "data_from", "columns", "separator", "decimal", "encoding")
_OF_TIMES = ("time", "dates", "zone", "stamp")
# Keys that have an effect, by kind of file.
_EFFECT = {
    "text": (*_OF_TEXT, *_OF_TIMES),
    "workbook": ("sheet", "header", "data_from", "columns", "decimal", *_OF_TIMES),
    "Parquet": _OF_TIMES,
    "netCDF": ("select", "time", "zone", "stamp"),
}


@dataclass(frozen=True)
class Layout:
    """How a data file is laid out; what is None is found out from the file.

    Attributes
    ----------
    sheet
        Sheet of a workbook.
    header
        Line of the header, from 1, or ``none``.
    data_from
        First line of data, from 1.
    columns
        Names of the columns of a file without header.
    separator
        Name of the sign between columns.
    decimal
        Decimal sign; the other one may then part thousands.
    encoding
        Encoding of text.
    select
        Point of a grid in netCDF: dimensions with their value.
    time
        Columns of the times.
    dates
        Form of the dates, see :mod:`hydrosim.io.date_forms`.
    zone
        Zone of the file's times, where they do not say it, and zone of the run; ``""`` for none.
    stamp
        Whether times are the start or the end of the period of a value.
    """

    sheet: str | None = None
    header: int | Literal["none"] | None = None
    data_from: int | None = None
    columns: tuple[str, ...] | None = None
    separator: Literal["comma", "semicolon", "tab", "bar", "space"] | None = None
    decimal: Literal["point", "comma"] | None = None
    encoding: str | None = None
    select: tuple[tuple[str, str | float], ...] | None = None
    time: tuple[str, ...] | None = None
    dates: str | None = None
    zone: tuple[str, str] | None = None
    stamp: Literal["start", "end"] | None = None

    @property
    def of_file(self) -> Layout:
        """What its cells depend on: all but what describes the times."""
        return replace(self, time=None, dates=None, zone=None, stamp=None)


PLAIN = Layout()


def refuse_idle_keys(layout: Layout, kind: str, file: str) -> None:
    """Refuse what has no effect on a kind of file, such as a sheet of a text file.

    Raises
    ------
    DataError
        Naming the first such key.
    """
    for field in fields(layout):
        if getattr(layout, field.name) is not None and field.name not in _EFFECT[kind]:
            article = _("a workbook") if kind == "workbook" else _("a {kind} file", kind=kind)
            raise DataError(
                file,
                found=_(
                    "the key `{name}` for {article}, where it has no effect",
                    name=field.name,
                    article=article,
                ),
                expected=_("of the keys of a layout only {keys}", keys=", ".join(_EFFECT[kind])),
            )
