"""The reasons of shortage as sentences: what was full, used up, or used by lines above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import LIMIT
from hydrosim.kernels.arrays import Reasons
from hydrosim.kernels.codes import EMPTY_TERM, TERMS
from hydrosim.locale import SEMICOLON, Bilingual, Message, _, in_all_languages, listed, pgettext
from hydrosim.supply.least_cost import LEAST_COST

if TYPE_CHECKING:
    from hydrosim.supply.build import Model

__all__ = ["open_reasons", "reason_table"]

MOST_ENTRIES = 400
MOST_BLOCKS = 12
FIRST_BLOCK = 2
FLAG_USED_ABOVE = 1
FLAG_NO_WATER = 2
FLAG_NO_TAKER = 4
FLAG_NO_ROOM = 8
MOST_CAUSES = 3
SLACK = ".slack"
WISHES = ("demand", "infiltration", "minimum", "requirement")
"""Bounds that are what a claim wants: no cause by themselves."""
CAUSES = {
    "account": _("account used up"),
    "availability": _("not available"),
    "capacity": _("at capacity"),
    "closed": _("closed by `open_when`"),
    "dead storage": _("at dead storage"),
    "full": _("full"),
    "intake level": _("water below its intake"),
    "no outlet": _("no outlet leads there"),
    "not in service": _("not in service"),
    "outlet rating": _("outlets fully open"),
    "outlet sill": _("no water above its outlets"),
    "plan": _("at its plan"),
    "release band": _("at its release cap"),
    "reserved for higher lines": _("the rest of its quota is reserved"),
    "safe_discharge": _("at its safe discharge"),
    "season": _("at the capacity of its extra water"),
    "water above the floor": _("no more water above its floor"),
}
NO_TAKER = _("nobody downstream takes more")
NO_ROOM = _("a limit of equal or higher priority downstream leaves no room")
NO_WATER = _("no water")
USED_ABOVE = _("water went to equal or higher priorities")
WORTH_LESS = _("worth less than it costs, or than elsewhere")
NONE_WORTH_IT = _("no water that is worth its cost")


def open_reasons(rows: int, columns: int) -> Reasons:
    """Return an empty table for a network of so many rows and columns."""

    def integers(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.zeros(shape, dtype=np.int64)

    width = FIRST_BLOCK + MOST_BLOCKS
    return Reasons(
        table=integers(MOST_ENTRIES, width),
        used=integers(1),
        entry=integers(width),
        row_seen=integers(max(rows, 1)),
        turned=integers(max(columns, 1)),
        blocked=integers(MOST_BLOCKS),
        kind=integers(MOST_BLOCKS),
        outcome=integers(2),
    )


def reason_table(model: Model, reasons: Reasons) -> dict[str, dict[str, str]]:
    """Return the sentence of each code of the run by language."""
    table = {"0": in_all_languages("")}
    by_cost = model.config.allocation == LEAST_COST
    for number in range(int(reasons.used[0])):
        entry = reasons.table[number]
        blocks = [_block(model, block) for block in _causes(model, entry)]
        causes = list(dict.fromkeys(block for block in blocks if block is not None))[:MOST_CAUSES]
        if entry[1] & FLAG_USED_ABOVE:
            causes.append(WORTH_LESS if by_cost else USED_ABOVE)
        if entry[1] & FLAG_NO_ROOM:
            causes.append(NO_ROOM)
        elif entry[1] & FLAG_NO_TAKER:
            if not causes or None in blocks:
                causes.append(NO_TAKER)
        elif entry[1] & FLAG_NO_WATER or not causes:
            causes.append(NONE_WORTH_IT if by_cost else NO_WATER)
        table[str(number + 1)] = in_all_languages(listed(causes, SEMICOLON))
    return table


def _causes(model: Model, entry: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[int]:
    """Return what holds a claim back; of an empty store not its outlets besides."""
    blocks = [int(block) for block in entry[FIRST_BLOCK:] if block >= 0]
    names = [model.columns[block // TERMS] for block in blocks]
    empty = {
        name.rpartition(".")[0]
        for name, block in zip(names, blocks, strict=True)
        if block % TERMS == EMPTY_TERM and not name.endswith(SLACK)
    }
    return [
        block
        for name, block in zip(names, blocks, strict=True)
        if not (name.endswith(SLACK) and name.removesuffix(SLACK).rpartition(".")[0] in empty)
    ]


def _block(model: Model, block: int) -> Message | None:
    """Return what holds a column back, in words; None for what is no cause."""
    column = model.builder.columns[model.columns[block // TERMS]]
    term = block % TERMS
    if term == EMPTY_TERM:
        store = column.name.rpartition(".")[0]
        if column.name.endswith(SLACK) and column.upper:
            return _("{title}: {why}", title=_title(model, store), why=_why(column.upper[0][1]))
        if store not in model.builder.stores:
            return None
        return _("{title}: open zones empty", title=_title(model, store))
    title = _title(model, column.name)
    if term >= len(column.upper):
        return _("{title}: at its bound", title=title)
    bound = column.upper[term][1]
    if bound in WISHES:
        return None
    return _("{title}: {why}", title=title, why=_why(bound))


def _why(bound: str) -> Message:
    """Return what it means that a bound of this name is reached.

    Node types of other packages name bounds in their own words.
    """
    if bound.startswith(LIMIT):
        return _("limited by `{limit}`", limit=bound.removeprefix(LIMIT))
    return CAUSES.get(bound, Message(bound))


def _title(model: Model, name: str) -> Message:
    """Return the name for readers of the node or link that a primitive belongs to."""
    owner = name
    while owner not in model.config.nodes and owner not in model.builder.links and "." in owner:
        owner = owner.rpartition(".")[0]
    if owner not in model.config.nodes and "->" in owner:
        ends = [_title(model, end) for end in owner.split("->")]
        return listed(ends, pgettext("between the ends of a link", " to "))
    node = model.config.nodes.get(owner)
    title = None if node is None else node.title
    if title is None:
        return Message(owner)
    if isinstance(title, str):
        return Message(title)
    return Bilingual(title.get("en") or owner, title.get("zh") or "")
