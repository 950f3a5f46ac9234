"""What a report rests on: settings, records of water, the certificate, check sums."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hydrosim.calendar import step_word
from hydrosim.handout.sections import said
from hydrosim.locale import Language, Message, _, listed, pgettext
from hydrosim.reading.items import attributes
from hydrosim.reading.words import word
from hydrosim.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

__all__ = ["certificate_table", "file_table", "record_table", "setting_table"]

_PROOF: dict[str, tuple[Message, str]] = {
    "largest_row_closure": (_("largest error of a node's balance in a step"), ""),
    "largest_row_closure_at": (_("where and when it was"), ""),
    "largest_network_closure": (_("largest error of the balance of the whole network"), ""),
    "largest_network_closure_at": (_("when it was"), ""),
    "largest_bound_overshoot_m3": (_("largest volume beyond a bound"), "m³"),
    "widened_steps": (_("steps solved with a wider tolerance"), ""),
    "ledger_correction": (_("correction of the ledger, as a part of the water passed"), ""),
    "cycles_of_start": (_("cycles of the start"), ""),
    "largest_element_closure": (_("largest error of the balance of a store or reach"), ""),
    "largest_element_closure_at": (_("where and when it was"), ""),
    "hydrosim_version": (_("version of hydrosim"), ""),
    "config_hash": (_("hash of the configuration"), ""),
}
_ECONOMY = {
    "gdp": (_("gross domestic product"), _("10⁸ yuan"), 1e8),
    "industrial_value_added": (_("industrial value added"), _("10⁸ yuan"), 1e8),
    "population": (_("population"), _("10⁴ persons"), 1e4),
    "base_year": (_("year of the prices"), Message(""), 1.0),
}
_MODES = {
    "planning_level": _("planning level: demands of one year meet the water of all years"),
    "trajectory": _("trajectory: demands and works change from year to year"),
}


def setting_table(dataset: xr.Dataset, language: Language) -> Table:
    """Return how the run was set: step, mode, ladder, economy.

    Parameters
    ----------
    dataset
        A result.
    language
        "en" or "zh".
    """
    known = dataset.attrs
    mode, step = str(known.get("mode", "")), str(known.get("step", ""))
    rows: list[tuple[Cell, ...]] = [
        (said(_("time step"), language), said(step_word(step), language), ""),
        (said(_("mode"), language), said(_MODES.get(mode, mode), language), ""),
    ]
    year = int(known.get("planning_year", -1))
    if year > 0:
        rows.append((said(_("planning year"), language), str(year), ""))
    ladder: dict[str, list[str]] = attributes(dataset, "ladder") or {}
    for name, lines in ladder.items():
        head = _("ladder {name!r}, first to last", name=name)
        rows.append((said(head, language), listed(lines).in_language(language), ""))
    economy: dict[str, Any] = attributes(dataset, "economy") or {}
    for key, (head, unit, factor) in _ECONOMY.items():
        value = economy.get(key)
        if value:
            shown = f"{float(value) / factor:g}"
            rows.append((said(head, language), shown, said(unit, language)))
    return _table("settings", _("Settings of the run"), rows, language)


def record_table(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return the records of water that were read, each with its hash; None without any.

    Parameters
    ----------
    dataset
        A result.
    language
        "en" or "zh".
    """
    records: dict[str, str] = attributes(dataset, "water_records") or {}
    if not records:
        return None
    heads = (_("series of the configuration"), _("hash of the numbers read"))
    return Table(
        "records", _("Records that the water comes from").in_language(language),
        tuple(Column(said(head, language)) for head in heads),
        tuple((name, known) for name, known in sorted(records.items())),
    )  # fmt: skip


def certificate_table(dataset: xr.Dataset, language: Language) -> Table:
    """Return the proof of the balance.

    Parameters
    ----------
    dataset
        A result of a run or of floods.
    language
        "en" or "zh".
    """
    proof: dict[str, Any] = json.loads(dataset.attrs["certificate"])
    rows: list[tuple[Cell, ...]] = []
    for key, (head, unit) in _PROOF.items():
        value = proof.get(key)
        if value is None:
            continue
        text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        rows.append((said(head, language), text, unit))
    return _table("certificate", _("Certificate"), rows, language)


def file_table(sums: Mapping[str, str], language: Language) -> Table | None:
    """Return the files of a folder of results with their check sums; None without any.

    Parameters
    ----------
    sums
        SHA-256 of each file by its name.
    language
        "en" or "zh".
    """
    if not sums:
        return None
    heads = (_("file"), _("SHA-256"))
    return Table(
        "files", _("Files that the report was made from").in_language(language),
        tuple(Column(said(head, language)) for head in heads), tuple(sums.items()),
    )  # fmt: skip


def _table(name: str, title: Message, rows: list[tuple[Cell, ...]], language: Language) -> Table:
    heads = (pgettext("heading of a table", "what"), _("value"), word("unit"))
    columns = tuple(Column(said(head, language)) for head in heads)
    return Table(name, title.in_language(language), columns, tuple(rows))
