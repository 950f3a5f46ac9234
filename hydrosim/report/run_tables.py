"""The tables of a run as data for reports: full numbers, with what is a sum of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import Language, Message, _, capital, in_language, pgettext
from hydrosim.reading.items import has
from hydrosim.reading.supply import firm_claims
from hydrosim.report import tables
from hydrosim.report.claim_tables import claim_table
from hydrosim.report.headings import heading, node_names, row_name
from hydrosim.report.table import Cell, Column, Number, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    import xarray as xr

__all__ = ["run_tables"]

YI_A_YEAR = _("10⁸ m³ a year")
YI = _("10⁸ m³")
PERCENT = ("shortage_share", "worst_share")
LEVELS = ("mean_storage", "lowest", "highest", "in_lieu_credit", "in_lieu_largest")
"""Columns that are volumes at a time, not volumes a year."""


class _Form(NamedTuple):
    """How a frame becomes a table.

    ``total`` is the row that sums the rows above it, ``summed`` the columns of which that holds
    (all without it), ``across`` whether the column ``total`` sums the columns before it.
    """

    title: Message
    row_head: Message
    frame: Callable[[xr.Dataset], pd.DataFrame]
    of_nodes: bool = False
    total: str = "total"
    summed: tuple[str, ...] = ()
    across: bool = False
    note: str = ""


_FORMS: dict[str, _Form] = {
    "supply": _Form(
        _("Delivered water by source and use"), _("source"), tables.supply_table, across=True
    ),
    "shortage": _Form(
        _("Demand and shortage by use"), pgettext("kind of user", "use"), tables.shortage_table,
        summed=("demand", "supplied", "shortage"), note="offered_note",
    ),
    "storage": _Form(
        _("Storage, what wet years stored and dry years drew"), _("store"), tables.storage_table,
        of_nodes=True, total="all_reservoirs_and_lakes",
        summed=("mean_storage", "stored_in_wet_years", "drawn_in_dry_years", "used_in_dry_years"),
        note="storage_note",
    ),
    "replenishment": _Form(
        _("Replenished rivers and lakes by source"), _("place"), tables.replenishment_table,
        of_nodes=True, across=True,
    ),
    "in_lieu": _Form(
        _("In-lieu credit of imports"), _("store"), tables.in_lieu_table, of_nodes=True,
        summed=("in_lieu_booked", "in_lieu_moved", "in_lieu_used", "in_lieu_lapsed",
                "in_lieu_credit"),
        note="in_lieu_note",
    ),
    "budget": _Form(_("Water budget"), _("flow"), tables.budget_table),
}  # fmt: skip


def run_tables(dataset: xr.Dataset, language: Language) -> dict[str, Table]:
    """Return the tables of a run by name; one whose variables it lacks is left out.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    language
        "en" or "zh".
    """
    found = {name: _table(dataset, name, _FORMS[name], language) for name in _held(dataset)}
    if has(dataset, "year_demand", "year_supplied") and firm_claims(dataset):
        found["users"] = claim_table(dataset, language)
    return {name: table for name, table in found.items() if table.rows}


def _held(dataset: xr.Dataset) -> Iterator[str]:
    """Yield the names of the tables for which a result has the variables."""
    ledger = tables.has_ledger(dataset)
    known = {
        "supply": ledger, "shortage": "year_demand" in dataset,
        "storage": "year_storage_end" in dataset, "replenishment": ledger,
        "in_lieu": "in_lieu_booked" in dataset, "budget": "year_budget" in dataset,
    }  # fmt: skip
    yield from (name for name, held in known.items() if held)


def _table(dataset: xr.Dataset, name: str, form: _Form, language: Language) -> Table:
    frame = form.frame(dataset)
    nodes = node_names(dataset) if form.of_nodes else set()
    names = [str(one) for one in frame.index]
    columns = [Column(capital(form.row_head.in_language(language), language))]
    for place, key in enumerate(frame.columns):
        percent, whole = key in PERCENT, key == "worst_year"
        unit = "%" if percent else "" if whole else (YI if key in LEVELS else YI_A_YEAR)
        across = tuple(range(1, place + 1)) if form.across and key == "total" else ()
        head = capital(heading(str(key)).in_language(language), language)
        said = in_language(unit, language)
        columns.append(Column(head, said, 0 if whole else 1 if percent else 3, across))
    rows = [
        (row_name(dataset, plain, nodes, language), *_cells(frame.columns, values))
        for plain, values in zip(names, frame.to_numpy(dtype=float).tolist(), strict=True)
    ]
    sums = {}
    if form.total in names:
        last = names.index(form.total)
        sums[last] = tuple(range(last))
    noted = form.note and (form.note != "offered_note" or tables.has_offered(dataset))
    notes = (heading(form.note).in_language(language),) if noted else ()
    summed = tuple(
        place for place, key in enumerate(frame.columns, start=1)
        if not form.summed or key in form.summed
    )  # fmt: skip
    return Table(
        name, form.title.in_language(language), tuple(columns), tuple(rows), sums,
        notes, tuple(names), summed=summed,
    )  # fmt: skip


def _cells(columns: pd.Index, values: list[float]) -> list[Cell]:
    """Return the cells of a row; shares are shown as percentages."""
    return [
        Number(value, 1, 0.01) if key in PERCENT and np.isfinite(value) else value
        for key, value in zip(columns, values, strict=True)
    ]
