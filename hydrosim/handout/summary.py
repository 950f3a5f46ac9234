"""The summary of a run: five sentences for those who decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.handout.sections import closure_sentence, result_title, verdict_sentence
from hydrosim.locale import Language, Message, _, listed, sentences
from hydrosim.reading.items import items
from hydrosim.reading.steps import years_of
from hydrosim.reading.words import word
from hydrosim.report.table import Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

    from hydrosim.report.table import Cell, Table

__all__ = ["summary_sentences"]

_MOST = 4
"""Names of a list in a sentence."""


def summary_sentences(
    dataset: xr.Dataset,
    tables: Mapping[str, Table],
    verdicts: Sequence[Mapping[str, Any]],
    language: Language,
) -> tuple[str, ...]:
    """Return the sentences: what was simulated, supply, its sources, verdicts, storage and proof.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    tables
        The tables of the run by name.
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    found = (
        _what(dataset, language), _supply(tables), _sources(tables),
        verdict_sentence(verdicts, language), _proof(dataset, tables),
    )  # fmt: skip
    return tuple(sentences(one).in_language(language) for one in found if one)


def _what(dataset: xr.Dataset, language: Language) -> Message:
    title = result_title(dataset, language)
    years = years_of(dataset)
    span = f"{years.year[0]}-{years.year[-1]}"
    if "time" in dataset.variables:
        days = dataset.variables["time"].values.astype("datetime64[D]")
        span = f"{days[0]} – {days[-1]}"
    stores, users = len(items(dataset, "store")), len(items(dataset, "claim"))
    return _(
        "{title}: the water of {span} (complete water years: {count}) was simulated step by step "
        "with all stores ({stores}) and all demands of users and rivers ({users})",
        title=title or "hydrosim", span=span, count=int(np.count_nonzero(years.complete)),
        stores=stores, users=users,
    )  # fmt: skip


def _row(tables: Mapping[str, Table], name: str, key: str) -> tuple[Cell, ...] | None:
    """Return a row of a table by its plain name; the last one where there is no such row."""
    table = tables.get(name)
    if table is None:
        return None
    return table.rows[table.keys.index(key) if key in table.keys else -1]


def _value(cell: Cell) -> float:
    number = cell.value if isinstance(cell, Number) else cell
    return float(number) if isinstance(number, (int, float)) else float("nan")


def _supply(tables: Mapping[str, Table]) -> Message | None:
    row = _row(tables, "shortage", "total")
    if row is None:
        return None
    wanted, got, share, worst, worst_share = (_value(row[at]) for at in (1, 2, 4, 5, 6))
    if not np.isfinite(worst):
        return _(
            "users get all of the {wanted:.3f} × 10⁸ m³ that they need in the mean year, and are "
            "short in no year",
            wanted=wanted,
        )
    return _(
        "in the mean year users get {got:.3f} of the {wanted:.3f} × 10⁸ m³ that they need: "
        "{short:.1f} % is missing, and {worst_short:.1f} % in the worst year, {year:.0f}",
        got=got, wanted=wanted, short=100.0 * share, worst_short=100.0 * worst_share, year=worst,
    )  # fmt: skip


def _sources(tables: Mapping[str, Table]) -> Message | None:
    table = tables.get("supply")
    if table is None or "total" not in table.keys:
        return None
    whole = _value(table.rows[table.keys.index("total")][-1])
    above = zip(table.keys, table.rows, strict=True)
    parts = [(word(key), _value(row[-1])) for key, row in list(above)[: table.keys.index("total")]]
    if not parts or not whole > 0.0:
        return None
    parts.sort(key=lambda one: -one[1])
    shown = [
        _("{source} {share:.1f} %", source=name, share=100.0 * volume / whole)
        for name, volume in parts[:_MOST]
    ]
    if len(parts) > _MOST:
        rest = sum(volume for _name, volume in parts[_MOST:])
        shown.append(_("the rest {share:.1f} %", share=100.0 * rest / whole))
    return _("what is delivered comes from {sources}", sources=listed(shown))


def _proof(dataset: xr.Dataset, tables: Mapping[str, Table]) -> Message:
    proof = json.loads(dataset.attrs["certificate"])
    closure = max(proof["largest_row_closure"], proof["largest_network_closure"])
    row = _row(tables, "storage", "all_reservoirs_and_lakes")
    table = tables.get("storage")
    surface = table is not None and "all_reservoirs_and_lakes" in table.keys
    if row is None or not surface:
        return closure_sentence(closure)
    return _(
        "reservoirs and lakes hold {mean:.3f} × 10⁸ m³ in the mean; the calculation neither loses "
        "nor makes water: its balance closes to {closure:.0e} of the volumes",
        mean=_value(row[1]), closure=closure,
    )  # fmt: skip
