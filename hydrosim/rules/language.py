"""The expression language of rules: what may be written, and every offence with its column.

An expression is one line of Python syntax. It is parsed with :mod:`ast` and only read here, never
evaluated as Python: ``language_lowering`` turns the checked tree into values of the model. Reading
needs no model, so that ``check`` finds every offence without building one.
"""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

from hydrosim.errors import shown
from hydrosim.locale import _
from hydrosim.rules.language_reader import Reader, column_of
from hydrosim.rules.language_terms import (
    DEEPEST_NESTING,
    LONGEST_TEXT,
    Expression,
    Offence,
)
from hydrosim.rules.syntax_problems import syntax_message

__all__ = ["parse_expression"]


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Read an expression: what it uses and everything that is not allowed in it.

    Parameters
    ----------
    text
        One expression in Python syntax; line ends count as blanks.

    Returns
    -------
    Expression
        The syntax tree with the names used; offences instead of exceptions.
    """
    blanks = len(text) - len(text.lstrip())
    line = " ".join(text.strip().splitlines()) if "\n" in text or "\r" in text else text.strip()
    offence = _unreadable(line)
    if offence is None:
        tree = _parsed(line)
        if isinstance(tree, ast.expr):
            return _checked(text, line, blanks, tree)
        offence = tree
    moved = Offence(
        offence.column + blanks, offence.found, offence.expected, offence.nearest, offence.note
    )
    return Expression(text, None, offences=(moved,))


def _unreadable(line: str) -> Offence | None:
    """Return what keeps a text from being given to the parser."""
    if not line:
        return Offence(1, _("an empty text"), _("an expression, such as 0.5 * storage('lake')"))
    if len(line) > LONGEST_TEXT:
        return Offence(
            LONGEST_TEXT + 1,
            _("{count} characters", count=len(line)),
            _("at most {longest_text} characters", longest_text=LONGEST_TEXT),
            note=_("give parts of it names as rules of their own"),
        )
    quote = ""
    for place, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "#":
            return Offence(place + 1, "'#'", _("an expression without a comment"))
        elif not letter.isprintable() and letter != "\t":
            return Offence(place + 1, ascii(letter), _("printable characters"))
    return None


def _parsed(line: str) -> ast.expr | Offence:
    """Return the syntax tree of a line, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        at_end = (error.lineno or 1) > 1 or not error.offset
        column = len(line) + 1 if at_end else min(max(error.offset or 1, 1), len(line) + 1)
        return Offence(
            column,
            _token(line, column),
            _("an expression in Python syntax"),
            note=syntax_message(error.msg),
        )
    except (RecursionError, MemoryError):
        return _too_deep(1)
    except ValueError as error:
        return Offence(
            1, shown(line), _("an expression in Python syntax"), note=syntax_message(str(error))
        )
    stack: list[tuple[ast.AST, int, int]] = [(tree, 1, 0)]
    while stack:
        node, depth, place = stack.pop()
        place = getattr(node, "col_offset", place)
        if depth > DEEPEST_NESTING:
            return _too_deep(column_of(line, place))
        stack.extend(
            (child, depth + isinstance(child, ast.expr), place)
            for child in ast.iter_child_nodes(node)
        )
    return tree


def _too_deep(column: int) -> Offence:
    return Offence(
        column,
        _("too deep a nesting"),
        _(
            "at most {deepest_nesting} levels of brackets and operators",
            deepest_nesting=DEEPEST_NESTING,
        ),
        note=_("give parts of it names as rules of their own"),
    )


def _token(line: str, column: int) -> str:
    rest = line[column - 1 :]
    word = rest.split(maxsplit=1)
    return shown(word[0][:20]) if word else _("the end")


def _checked(text: str, line: str, blanks: int, tree: ast.expr) -> Expression:
    reader = Reader(line, blanks)
    reader.read(tree)
    reader.offences.sort(key=lambda offence: offence.column)
    return Expression(
        text,
        tree,
        tuple(reader.rules),
        tuple(reader.nodes),
        tuple(dict.fromkeys(reader.calendar)),
        tuple(reader.offences),
    )
