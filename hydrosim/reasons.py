"""The reasons of shortage as sentences: what was full, used up, or used by lines above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.arrays import Reasons
from hydrosim.kernels.codes import EMPTY_TERM, TERMS

if TYPE_CHECKING:
    from hydrosim.build import Model

__all__ = ["open_reasons", "reason_table"]

MOST_ENTRIES = 400
MOST_BLOCKS = 12
FIRST_BLOCK = 2
FLAG_USED_ABOVE = 1
FLAG_NO_WATER = 2
MOST_TOLD = 4
WISHES = ("demand", "requirement", "wanted", "minimum")
TOLD = {
    "capacity": "at capacity",
    "account": "account used up",
    "full": "full",
    "plan": "at its plan",
    "availability": "not available",
    "dead storage": "at dead storage",
    "outlet rating": "outlets fully open",
}


def open_reasons(rows: int) -> Reasons:
    """Return an empty table for a network of so many rows."""

    def integers(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.zeros(shape, dtype=np.int64)

    width = FIRST_BLOCK + MOST_BLOCKS
    return Reasons(
        integers(MOST_ENTRIES, width),
        integers(1),
        integers(width),
        integers(max(rows, 1)),
        integers(MOST_BLOCKS),
        integers(MOST_BLOCKS),
        integers(2),
    )


def reason_table(model: Model, reasons: Reasons) -> dict[str, str]:
    """Return the sentence of each code of the run."""
    table = {"0": ""}
    for number in range(int(reasons.count[0])):
        entry = reasons.table[number]
        parts = [_block(model, int(block)) for block in entry[FIRST_BLOCK:] if block >= 0]
        told = list(dict.fromkeys(part for part in parts if part))[:MOST_TOLD]
        if entry[1] & FLAG_USED_ABOVE:
            told.append("water used by lines above")
        if entry[1] & FLAG_NO_WATER:
            told.append("no water")
        table[str(number + 1)] = "; ".join(told) or "no water within reach"
    return table


def _block(model: Model, block: int) -> str:
    column = model.builder.columns[model.columns[block // TERMS]]
    term = block % TERMS
    name = column.name
    if term == EMPTY_TERM:
        store, _, zone = name.rpartition(".")
        return f"zone {zone} of {store} empty" if store in model.builder.stores else ""
    if term >= len(column.upper):
        return f"{name} at its bound"
    reason = column.upper[term][1]
    if reason in WISHES:
        return ""
    return f"{name}: {TOLD.get(reason, reason)}"
