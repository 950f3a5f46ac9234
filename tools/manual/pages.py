"""Sphinx extension: fills pages with what the schemas, tables and parsers say.

A page has a block such as ``{reference} node`` in fences; what stands in it is for those who read
the file as text. It is replaced before the page is parsed, in the language of the page, so that the
reference cannot differ from the program.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from pygments.lexers.special import TextLexer

from tools.manual import reference

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from hydrosim.locale import Language

__all__ = ["BLOCK", "filled", "setup"]

BLOCK = re.compile(r"^```\{reference\} (?P<what>[\w ]+)\n(?:(?!```).*\n)*?```$", re.MULTILINE)
WRITERS = {
    "api": reference.api_text,
    "config": reference.config_text,
    "commands": reference.commands_text,
    "numbers": reference.variables_text,
    "units": reference.units_text,
    **{
        kind: partial(reference.types_text, kind)
        for kind in ("node", "link", "rule", "standard", "method")
    },
}


def filled(text: str, language: Language) -> str:
    """Return the text of a page with its blocks of the reference filled."""
    return BLOCK.sub(lambda block: WRITERS[block["what"]](language), text)


def _on_read(app: Sphinx, page: str, source: list[str]) -> None:
    if "{reference}" in source[0]:
        source[0] = filled(source[0], "zh" if page.startswith("zh/") else "en")
        app.env.note_reread()


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx call this extension whenever a page is read."""
    app.connect("source-read", _on_read)
    app.add_lexer("expressions", TextLexer)  # the language of rules, in docs/rules.md
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
