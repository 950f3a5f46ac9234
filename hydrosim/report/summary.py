"""The summary that a run prints: tables on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table

from hydrosim.report import tables
from hydrosim.report.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import xarray as xr

    from hydrosim.standards.verdict import Verdict

__all__ = ["summary_tables", "verdict_board"]

SHARES = ("shortage_share", "worst_share")
WHOLE = ("worst_year",)
STYLES = {"pass": "green", "fail": "bold red", "not provable": "yellow", "not judged": "dim"}


def _shown(column: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or not np.isfinite(value):
        return "-"
    if column in SHARES:
        return f"{100.0 * value:.1f} %"
    return f"{value:.0f}" if column in WHOLE else f"{value:.3f}"


def _table(title: str, frame: pd.DataFrame, language: str) -> Table:
    table = Table(title=words(title, language), title_justify="left", title_style="bold")
    table.add_column("")
    for column in frame.columns:
        table.add_column(words(str(column), language), justify="right")
    for name, row in frame.iterrows():
        cells = [_shown(str(c), row[c]) for c in frame.columns]
        table.add_row(words(str(name), language), *cells)
    return table


def summary_tables(dataset: xr.Dataset, language: str = "en") -> Iterator[Table]:
    """Yield the tables of a run: supply, shortage, storage, replenishment, budget."""
    if "supplied_by_origin" in dataset:
        supply = tables.supply_table(dataset)
        if len(supply) > 1:
            yield _table("Supply by source and use, 10^8 m3 a year", supply, language)
    if "year_demand" in dataset:
        yield _table(
            "Demand and shortage by use, 10^8 m3 a year", tables.shortage_table(dataset), language
        )
    if "year_storage_end" in dataset:
        yield _table(
            "Stored in wet years, used in dry years, 10^8 m3 a year",
            tables.storage_table(dataset),
            language,
        )
    if "supplied_by_origin" in dataset:
        replenished = tables.replenishment_table(dataset)
        if len(replenished):
            yield _table("Replenished rivers and lakes, 10^8 m3 a year", replenished, language)
    if "year_budget" in dataset:
        yield _table("Water budget, 10^8 m3 a year", tables.budget_table(dataset), language)


def verdict_board(verdicts: Sequence[Verdict], language: str = "en") -> Table:
    """Return the verdict board as a table."""
    table = Table(title=words("Verdicts", language), title_justify="left", title_style="bold")
    for column in ("subject", "quantity", "required", "achieved", "margin", "verdict"):
        right = column in ("required", "achieved", "margin")
        table.add_column(words(column, language), justify="right" if right else "left")
    for verdict in verdicts:
        numbers = [
            "-" if value is None or not np.isfinite(value) else f"{value:.4g} {verdict.unit}"
            for value in (verdict.required, verdict.achieved, verdict.margin)
        ]
        table.add_row(
            verdict.subject,
            verdict.quantity,
            *numbers,
            words(verdict.outcome, language),
            style=STYLES[verdict.outcome],
        )
    return table
