"""Sphinx extension: fills pages with what schemas, tables, parsers and examples say.

A page has a block such as ``{reference} node`` in fences; what stands in it is for those who read
the file as text. It is replaced before the page is parsed, in the language of the page, so that the
reference cannot differ from the program. ``{example} NAME`` and ``{picture} NAME`` do so with a
script and with a picture.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygments.lexers.special import TextLexer

from tools.manual import gallery, reference

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from hydrosim.locale import Language

__all__ = ["BLOCK", "WRITERS", "filled", "setup"]

BLOCK = re.compile(
    r"^```\{(?P<kind>reference|example|picture)\} (?P<what>[\w ]+)\n(?:(?!```).*\n)*?```$",
    re.MULTILINE,
)
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


def filled(text: str, language: Language, images: Path) -> str:
    """Return the text of a page with its blocks filled; pictures go into the folder of images."""

    def of_block(block: re.Match[str]) -> str:
        if block["kind"] == "example":
            return gallery.example_text(block["what"])
        if block["kind"] == "picture":
            return gallery.drawn(block["what"], images, language)
        return WRITERS[block["what"]](language)

    return BLOCK.sub(of_block, text)


def _on_read(app: Sphinx, page: str, source: list[str]) -> None:
    if BLOCK.search(source[0]):
        language: Language = "zh" if page.startswith("zh/") else "en"
        source[0] = filled(source[0], language, Path(app.outdir) / "_images")
        app.env.note_reread()


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx call this extension whenever a page is read."""
    app.connect("source-read", _on_read)
    app.add_lexer("expressions", TextLexer)  # the language of rules, in docs/rules.md
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
