"""Blocks of HTML that notebooks show for objects: facts and tables, in light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.io.visible import visible
from hydrosim.locale import in_language, language_of_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Badge", "Markup", "block", "code", "facts", "lines", "rows", "said"]

# Colours are those of the notebook, light or dark, but for badges: white on each of their grounds
# has a contrast of 4.8 or more.
_STYLE = """\
.hydrosim{max-width:100%;overflow-x:auto;font-size:13px}
.hydrosim p{margin:2px 0}
.hydrosim table{border-collapse:collapse;margin:4px 0;color:inherit;background:none}
.hydrosim tr,.hydrosim tr:nth-child(odd){background:none}
.hydrosim th,.hydrosim td{padding:2px 10px 2px 0;vertical-align:top;text-align:left;\
border:0;border-bottom:1px solid rgba(128,128,128,.35)}
.hydrosim th{font-weight:600}
.hydrosim .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.hydrosim b.badge{color:#fff;background:#57606a;border-radius:3px;padding:0 5px;\
font-weight:400;white-space:nowrap}
.hydrosim b.good{background:#1a7f37}.hydrosim b.bad{background:#b42318}\
.hydrosim b.open{background:#8a5a00}"""


class Badge(NamedTuple):
    """A word on a coloured ground: ``good``, ``bad``, ``open`` or, by default, neither."""

    text: str
    kind: str = ""


class Markup(str):
    """HTML that is made here, of escaped texts."""

    __slots__ = ()


def said(text: object) -> str:
    """Return a text in the language of the environment, escaped and without control characters."""
    if isinstance(text, Markup):
        return text
    return escape(visible(in_language(text, language_of_environment())))


def code(texts: Iterable[object], separator: str = ", ") -> Markup:
    """Return names as they are written in a configuration, one after the other."""
    return Markup(separator.join(f"<code>{said(text)}</code>" for text in texts))


def lines(texts: Iterable[object]) -> Markup:
    """Return texts in lines of a cell."""
    return Markup("<br>".join(said(text) for text in texts))


def block(title: object, *parts: str) -> str:
    """Return a block with its title; parts are what this module makes, or texts.

    Parameters
    ----------
    title
        What the object is.
    *parts
        Tables, or texts that stand as paragraphs.
    """
    inner = "".join(
        part if isinstance(part, Markup) else f"<p>{said(part)}</p>" for part in parts if part
    )
    head = f"<p><b>{said(title)}</b></p>"
    return f'<div class="hydrosim"><style>{_STYLE}</style>{head}{inner}</div>'


def facts(pairs: Iterable[tuple[object, object]]) -> Markup:
    """Return what is known of an object, a line each; what is empty is left out."""
    made = (
        f"<tr><th>{said(name)}</th><td>{said(value)}</td></tr>"
        for name, value in pairs
        if value not in ("", None)
    )
    return _table("".join(made))


def rows(heads: Sequence[object], cells: Iterable[Sequence[object]], numbers: set[int]) -> Markup:
    """Return a table.

    Parameters
    ----------
    heads
        Headings of the columns.
    cells
        Texts and badges of each row.
    numbers
        Places of the columns that hold numbers.
    """
    looks = [' class="n"' if at in numbers else "" for at in range(len(heads))]

    def row(tag: str, some: Sequence[object]) -> str:
        made = (f"<{tag}{look}>{_cell(one)}</{tag}>" for look, one in zip(looks, some, strict=True))
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(row("td", one) for one in cells)
    return _table(f"<thead>{row('th', heads)}</thead><tbody>{body}</tbody>")


def _table(inner: str) -> Markup:
    return Markup(f"<table>{inner}</table>")


def _cell(cell: object) -> str:
    if not isinstance(cell, Badge):
        return said(cell)
    return f'<b class="badge {cell.kind}">{said(cell.text)}</b>'
