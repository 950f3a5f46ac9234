"""The page: one file that asks for nothing, with pictures, network and tables that sort."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.handout.model import Calendar, Network, Picture, Report, is_long
from hydrosim.handout.texts import plain
from hydrosim.locale import Language, _, capital, pgettext
from hydrosim.reading.words import word
from hydrosim.report.table import UNKNOWN, Cell, Column, Table, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Template

    from hydrosim.handout.model import Part, Place

__all__ = ["html_of"]

_FOLDER = Path(__file__).with_name("page")
_CLASSES = (1.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0)
"""Bounds of the colours of a calendar [%]; as those of the picture of shortage."""
_LINE_PX = 11.6
_POLYGONS = {
    "v": "-1,-.8 1,-.8 0,1",
    "^": "0,-1 1,.8 -1,.8",
    "D": "0,-1 1,0 0,1 -1,0",
    "d": "0,-1 .6,0 0,1 -.6,0",
    "s": "-.8,-.8 .8,-.8 .8,.8 -.8,.8",
    "h": "0,-1 .87,-.5 .87,.5 0,1 -.87,.5 -.87,-.5",
    "8": "-.42,-1 .42,-1 1,-.42 1,.42 .42,1 -.42,1 -1,.42 -1,-.42",
    "p": "0,-1 .95,-.31 .59,.81 -.59,.81 -.95,-.31",
    "*": "0,-1 .24,-.32 .95,-.31 .38,.12 .59,.81 0,.4 -.59,.81 -.38,.12 -.95,-.31 -.24,-.32",
    "P": "-.33,-1 .33,-1 .33,-.33 1,-.33 1,.33 .33,.33 .33,1 -.33,1 -.33,.33 -1,.33 -1,-.33 "
         "-.33,-.33",
    "X": "-.5,-1 0,-.5 .5,-1 1,-.5 .5,0 1,.5 .5,1 0,.5 -.5,1 -1,.5 -.5,0 -1,-.5",
    "_": "-1,-.15 1,-.15 1,.15 -1,.15",
}  # fmt: skip
"""Symbols of matplotlib as polygons of half size 1; what is not here is a circle."""


def html_of(report: Report) -> bytes:
    """Return the page of a report, in UTF-8.

    Parameters
    ----------
    report
        The report; of its pictures those with SVG are shown.
    """
    from markupsafe import Markup

    numbers = {"table": 0, "figure": 0}
    parts = {
        section.name: [
            one for part in section.parts for one in _part(part, numbers, report.language)
        ]
        for section in report.sections
    }
    page = _template().render(
        report=report, parts=parts, words=_words(report.language),
        css=Markup(_text("report.css")), script=Markup(_text("report.js")),
        svg=lambda picture: Markup(plain(picture["svg"])),
    )  # fmt: skip
    return page.encode()


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    # Everything that is printed is escaped, but for what this module itself has made.
    room = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )  # fmt: skip
    return room.from_string(_text("report.html.j2"))


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _words(language: Language) -> dict[str, str]:
    words = {
        "contents": _("contents"),
        "figure": pgettext("caption", "figure"),
        "table": pgettext("caption", "table"),
        "unfold": _("show the table"),
        "elsewhere": _("not printed: see the page or the workbook"),
        "reason": word("reason"),
        "why": _("why"),
        "year": word("year"),
        "calendar": _("share of the demand that was missing, % by month"),
        "choose_month": _("Choose a month that is short: its reason stands here."),
        "choose_place": _("Choose a place; drag to move, turn the wheel to zoom."),
        "whole": _("whole network"),
        "network": _("network"),
        "short_because": _("why it was short"),
    }
    return {key: capital(text.in_language(language), language) for key, text in words.items()}


def _part(part: Part, numbers: dict[str, int], language: Language) -> Iterator[tuple[str, Any]]:
    """Yield a part as the template takes it; what the page does not show yields nothing."""
    if isinstance(part, str):
        yield "text", part
    elif isinstance(part, Table):
        if is_long(part):
            note = _("{table}: in the workbook ({count} rows)", table=part.title,
                     count=len(part.rows))  # fmt: skip
            yield "text", note.in_language(language)
            return
        numbers["table"] += 1
        yield "table", {**_table(part), "number": numbers["table"]}
    elif isinstance(part, Picture):
        if part.svg:
            numbers["figure"] += 1
            yield "picture", {**part._asdict(), "number": numbers["figure"]}
    elif isinstance(part, Network):
        yield "network", _network(part)
    else:
        yield "calendar", _calendar(part)


def _table(table: Table) -> dict[str, Any]:
    numeric = [
        any(number_of(row[at], column) is not None for row in table.rows)
        for at, column in enumerate(table.columns)
    ]
    rows = [
        {
            "key": table.keys[at] if table.keys else "",
            "look": " ".join([_look(table.marks[at]) if table.marks else "",
                              "sum" if at in table.sums else ""]).strip(),
            "cells": [
                _cell(cell, column, right=right)
                for cell, column, right in zip(row, table.columns, numeric, strict=True)
            ],
            "detail": table.details[at] if table.details else "",
        }
        for at, row in enumerate(table.rows)
    ]  # fmt: skip
    heads = [
        {"text": column.head, "unit": column.unit, "numeric": right}
        for column, right in zip(table.columns, numeric, strict=True)
    ]
    return {
        "name": table.name, "title": table.title, "heads": heads, "rows": rows,
        "beside": table.beside, "notes": table.notes, "detailed": any(table.details),
    }  # fmt: skip


def _look(mark: str) -> str:
    """Return the class of a row: a mark without spaces."""
    return mark.replace(" ", "-")


def _cell(cell: Cell, column: Column, *, right: bool) -> dict[str, Any]:
    number = number_of(cell, column)
    if number is not None:
        return {"text": number.text, "value": repr(number.value), "right": True}
    text = cell if isinstance(cell, str) else UNKNOWN
    return {"text": text, "value": None, "right": right}


def _calendar(part: Calendar) -> dict[str, Any]:
    known = list(dict.fromkeys(one for row in part.reasons for one in row if one))
    rows = [
        {
            "year": year,
            "cells": [
                {
                    "look": "none"
                    if share is None
                    else f"c{sum(share >= one for one in _CLASSES)}",
                    "value": None if share is None else repr(share),
                    "text": f"{share:.0f}" if share is not None and share >= 0.5 else "",
                    "reason": known.index(reason) if reason and share else None,
                }
                for share, reason in zip(shares, reasons, strict=True)
            ],
        }
        for year, shares, reasons in zip(part.years, part.shares, part.reasons, strict=True)
    ]
    return {
        "name": part.name, "title": part.title, "months": part.months, "rows": rows,
        "reasons": known,
    }  # fmt: skip


def _network(part: Network) -> dict[str, Any]:
    return {
        "width": f"{part.width:.0f}", "height": f"{part.height:.0f}",
        "ways": [{**way._asdict(), "width": f"{way.width:.1f}"} for way in part.ways],
        "places": [_place(place) for place in part.places],
        "kinds": [{**way._asdict(), "width": f"{way.width:.1f}"} for way in part.kinds],
        "symbols": [
            {"kind": kind, "shape": _shape(place._replace(x=9.0, y=9.0, size=min(place.size, 16)))}
            for kind, place in {one.kind: one for one in part.places}.items()
        ],
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    lines = len(place.lines)
    return {
        **place._asdict(),
        "shape": _shape(place),
        "text_x": f"{place.x + place.size / 2 + 4:.1f}",
        "text_y": f"{place.y + 4 - (lines - 1) * _LINE_PX / 2:.1f}",
    }


def _shape(place: Place) -> Any:
    """Return the symbol of a place; its colours are those of the house, no text of a user."""
    from markupsafe import Markup

    half = place.size / 2
    points = _POLYGONS.get(place.symbol)
    edge = "#444444" if place.edge == "white" else place.edge
    look = Markup('fill="{}" stroke="{}" stroke-width="1"').format(place.face, edge)
    if points is None:
        return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" {}/>').format(
            place.x, place.y, half, look
        )
    spots = (tuple(map(float, pair.split(","))) for pair in points.split())
    moved = " ".join(f"{place.x + half * x:.1f},{place.y + half * y:.1f}" for x, y in spots)
    return Markup('<polygon points="{}" {}/>').format(moved, look)
