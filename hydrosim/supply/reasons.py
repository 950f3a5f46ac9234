"""The reasons of shortage as sentences: what was full, used up, or used by lines above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.kernels.arrays import Reasons
from hydrosim.kernels.codes import EMPTY_TERM, TERMS

if TYPE_CHECKING:
    from hydrosim.supply.build import Model

__all__ = ["open_reasons", "reason_table"]

MOST_ENTRIES = 400
MOST_BLOCKS = 12
FIRST_BLOCK = 2
FLAG_USED_ABOVE = 1
FLAG_NO_WATER = 2
MOST_TOLD = 3
WISHES = ("demand", "requirement", "wanted", "minimum")
TOLD = {
    "account": ("account used up", "指标用尽"),
    "availability": ("not available", "停供或限供"),
    "capacity": ("at capacity", "已达过流能力"),
    "dead storage": ("at dead storage", "已至死库容"),
    "full": ("full", "已满"),
    "not in service": ("not in service", "尚未投运"),
    "outlet rating": ("outlets fully open", "泄流设施全开"),
    "plan": ("at its plan", "已达计划流量"),
    "release band": ("at its release cap", "已达控泄流量"),
}
NO_WATER = ("no water", "无水可供")
USED_ABOVE = ("water used by its own line or lines above", "水已供同级或上级")


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
    """Return the sentence of each code of the run in English and Chinese."""
    table = {"0": {"en": "", "zh": ""}}
    for number in range(int(reasons.used[0])):
        entry = reasons.table[number]
        blocks = [_block(model, int(block)) for block in entry[FIRST_BLOCK:] if block >= 0]
        told = list(dict.fromkeys(block for block in blocks if block is not None))[:MOST_TOLD]
        if entry[1] & FLAG_USED_ABOVE:
            told.append(USED_ABOVE)
        if entry[1] & FLAG_NO_WATER or not told:
            told.append(NO_WATER)
        english, chinese = zip(*told, strict=True)
        table[str(number + 1)] = {"en": "; ".join(english), "zh": "；".join(chinese)}
    return table


def _block(model: Model, block: int) -> tuple[str, str] | None:
    """Tell what holds a column back; None for what is no cause."""
    column = model.builder.columns[model.columns[block // TERMS]]
    term = block % TERMS
    if term == EMPTY_TERM:
        store = column.name.rpartition(".")[0]
        if store not in model.builder.stores:
            return None
        english, chinese = _titles(model, store)
        return f"{english}: open zones empty", f"{chinese}：可用分区已空"
    english, chinese = _titles(model, column.name)
    if term >= len(column.upper):
        return f"{english}: at its bound", f"{chinese}：已达上限"
    reason = column.upper[term][1]
    if reason in WISHES:
        return None
    told = TOLD.get(reason, (reason, reason))
    return f"{english}: {told[0]}", f"{chinese}：{told[1]}"


def _titles(model: Model, name: str) -> tuple[str, str]:
    """Name of a node or link for readers, in English and Chinese."""
    if "->" in name:
        ends = [_titles(model, end) for end in name.split("->")]
        return " to ".join(end[0] for end in ends), "至".join(end[1] for end in ends)
    node = model.config.nodes.get(name.split(".")[0])
    title = None if node is None else node.title
    if title is None:
        return name, name
    if isinstance(title, str):
        return title, title
    english, chinese = title.get("en"), title.get("zh")
    return english or name, chinese or english or name
