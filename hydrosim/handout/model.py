"""The content of a report: sections of texts, tables, pictures, a network and a calendar.

It is built once from results; the page, the document and the workbook only write it. All texts are
in the language of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.locale import Language

__all__ = [
    "MOST_FOLDED",
    "Calendar",
    "Network",
    "Part",
    "Picture",
    "Place",
    "Report",
    "Section",
    "Way",
    "is_long",
    "tables_of",
]


MOST_FOLDED = 400
"""Rows of a table beside others up to which the page folds it; longer ones the workbook has."""


class Picture(NamedTuple):
    """A picture, as far as it was drawn: as SVG for the page, as PNG for the document.

    Attributes
    ----------
    name
        Plain name, unique in a report.
    caption
        What it shows.
    svg
        An ``svg`` element; empty where the page does not show it.
    png
        A PNG file; empty where the document does not show it.
    width_in
        Its width [inch].
    """

    name: str
    caption: str
    svg: str
    png: bytes
    width_in: float


class Place(NamedTuple):
    """A node of the network map.

    Attributes
    ----------
    name, title, kind
        Plain name, what readers call it, and its type in words.
    x, y
        Place on the map [px].
    lines
        The title in lines.
    symbol, size, face, edge
        Symbol with its diameter [px] and colours.
    facts
        Names and values that are known of it.
    reasons
        Why its users were short, or other sentences.
    short
        Whether one of its users was short.
    """

    name: str
    title: str
    kind: str
    x: float
    y: float
    lines: tuple[str, ...]
    symbol: str
    size: float
    face: str
    edge: str
    facts: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    short: bool = False


class Way(NamedTuple):
    """A link of the network map: path and arrow in the notation of SVG, its look, what it is."""

    path: str
    arrow: str
    colour: str
    width: float
    dashes: str
    title: str


class Network(NamedTuple):
    """The network as a map of which parts can be chosen; ``kinds`` has a link of each type."""

    places: tuple[Place, ...]
    ways: tuple[Way, ...]
    kinds: tuple[Way, ...]
    width: float
    height: float


class Calendar(NamedTuple):
    """The share of a demand that was missing in each month of a use, with the reason.

    Attributes
    ----------
    name, title
        Plain name, and what readers call the use.
    months
        Names of the months.
    years
        Calendar years.
    shares
        Missing share [%] by year and month; None without demand.
    reasons
        Reason by year and month; empty where nothing was missing.
    """

    name: str
    title: str
    months: tuple[str, ...]
    years: tuple[int, ...]
    shares: tuple[tuple[float | None, ...], ...]
    reasons: tuple[tuple[str, ...], ...]


Part = str | Table | Picture | Network | Calendar


@dataclass(frozen=True)
class Section:
    """A section: a plain name, a heading, and what stands in it."""

    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """A report.

    Attributes
    ----------
    title
        What was simulated.
    subtitle
        What the report is of.
    language
        Language of all texts.
    sections
        The sections in order; the first is the summary.
    """

    title: str
    subtitle: str
    language: Language
    sections: tuple[Section, ...]


def is_long(table: Table) -> bool:
    """Return whether a table stands in the workbook alone."""
    return table.beside and len(table.rows) > MOST_FOLDED


def tables_of(report: Report) -> Iterator[Table]:
    """Yield the tables of a report in order."""
    for section in report.sections:
        for part in section.parts:
            if isinstance(part, Table):
                yield part
