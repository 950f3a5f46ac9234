"""An entry of the glossary."""

from __future__ import annotations

from typing import NamedTuple

from hydrosim.locale import Message

__all__ = ["Term"]


class Term(NamedTuple):
    """A number that readers see.

    Attributes
    ----------
    name
        What it is called wherever it stands.
    definition
        What it is.
    formula
        How it is computed, in the letters of the definition.
    unit
        Unit in which it is shown.
    source
        Where the definition comes from.
    standard
        Type of the standard that judges it; empty for numbers of tables.
    ids
        How ids of verdicts end that are about it, with ``*`` for what varies; by default as its
        name.
    """

    name: Message
    definition: Message
    formula: str
    unit: str
    source: str
    standard: str = ""
    ids: tuple[str, ...] = ()
