"""Month-by-month regulation tables (调节计算表) of stores, and of accounts of quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import Language, Message, _, capital, pgettext
from hydrosim.reading.items import has, item_flags, item_texts, items, one_run, position
from hydrosim.reading.steps import monthly_volumes
from hydrosim.reading.supply import column
from hydrosim.report.planning import WAN, Run, axis_cells, axis_columns
from hydrosim.report.table import Cell, Column, Table
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["account_tables", "regulation_tables"]

VOLUME = _("10⁴ m³")
_SURFACE: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (_("inflow"), ("local_inflow", "inflow")),
    (_("rain"), ("precipitation",)),
    (_("evaporation"), ("evaporation",)),
    (_("seepage"), ("seepage",)),
)
_GROUND: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (_("recharge"), ("recharge",)),
    (_("evaporation"), ("evaporation",)),
    (_("pumped"), ("pumped",)),
)
"""Columns of a store, each the sum of some variables [10^4 m3 a month]."""


def regulation_tables(runs: Sequence[Run], language: Language) -> list[Table]:
    """Return a table a store: what came, went and was stored in each month of each run.

    Parameters
    ----------
    runs
        Results of one scenario and member each, of one network.
    language
        "en" or "zh".
    """
    stores = dict.fromkeys(
        store for run in runs if has(run.result, "storage") and "time" in run.result.dims
        for store in items(run.result, "store")
    )  # fmt: skip
    return [_of_store(store, runs, language) for store in stores]


def account_tables(runs: Sequence[Run], language: Language) -> list[Table]:
    """Return a table an account: what was used and what is left in each month of each run.

    Parameters
    ----------
    runs, language
        As of :func:`regulation_tables`.
    """
    known = [run for run in runs
             if "time" in run.result.dims and has(run.result, "account_used", "account_left")
             ]  # fmt: skip
    accounts = dict.fromkeys(name for run in known for name in items(run.result, "account"))
    tables = []
    for account in accounts:
        heads = (Column(capital(pgettext("column of a table", "month").in_language(language),
                                language)),
                 *_heads((_("used"), _("left at the end of the month")), language))  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        for run in known:
            data = one_run(run.result)
            months, used = _monthly(data, column(data, "account_used", account))
            left = _at_ends(data, column(data, "account_left", account)) / WAN
            rows += _rows(run, months, (used, left), language)
        title = _("Account of {name}", name=item_title(known[0].result, account))
        columns = (*axis_columns(runs, language), *heads)
        tables.append(Table(_plain("account", account), title.in_language(language), columns,
                            tuple(rows), beside=True))  # fmt: skip
    return tables


def _of_store(store: str, runs: Sequence[Run], language: Language) -> Table:
    rows: list[tuple[Cell, ...]] = []
    ground = False
    for run in runs:
        data = one_run(run.result)
        place = position(data, "store", store)
        ground = item_flags(data, "store", "store_groundwater")[place]
        months, first = _monthly(data, column(data, "storage", store))
        volumes: list[Floats] = []
        for _head, names in _GROUND if ground else _SURFACE:
            parts = [_volume(data, name, store) for name in names]
            volumes.append(
                np.sum([part for part in parts if part is not None], axis=0)
                if any(part is not None for part in parts)
                else np.zeros(first.size)
            )
        volumes += [] if ground else list(_ways_out(data, store, first.size))
        volumes.append(_at_ends(data, column(data, "storage", store)) / WAN)
        level = "depth_to_water" if ground else "level"
        volumes.append(_at_ends(data, column(data, level, store)))
        rows += _rows(run, months, volumes, language)
    ways = () if ground else (_("supply"), _("into the river below"))
    heads = [head for head, _names in (_GROUND if ground else _SURFACE)]
    heads += [*ways, _("storage at the end of the month")]
    last = _("depth to groundwater") if ground else _("level at the end of the month")
    columns = (
        *axis_columns(runs, language),
        Column(capital(pgettext("column of a table", "month").in_language(language), language)),
        *_heads(heads, language),
        Column(capital(last.in_language(language), language), "m", 2),
    )
    title = _("Regulation of {name} by months", name=item_title(runs[0].result, store))
    notes = () if ground else (
        _("Inflow, rain, less evaporation, seepage, supply and what goes into the river below, "
          "overflow among it, is the change of storage.").in_language(language),
    )  # fmt: skip
    return Table(_plain("regulation", store), title.in_language(language), columns, tuple(rows),
                 notes=notes, beside=True)  # fmt: skip


def _ways_out(data: xr.Dataset, store: str, size: int) -> tuple[Floats, Floats]:
    """Return what left a store by works, and by rivers with overflow, by months [10^4 m3]."""
    if not has(data, "flow"):
        return np.full(size, np.nan), np.full(size, np.nan)
    starts, kinds = item_texts(data, "link", "link_from"), item_texts(data, "link", "link_type")
    works, rivers = np.zeros(size), np.zeros(size)
    for name, start, kind in zip(items(data, "link"), starts, kinds, strict=True):
        if start == store:
            volume = _monthly(data, column(data, "flow", name))[1]
            if kind == "river":
                rivers = rivers + volume
            else:
                works = works + volume
    return works, rivers


def _volume(data: xr.Dataset, name: str, store: str) -> Floats | None:
    return _monthly(data, column(data, name, store))[1] if has(data, name) else None


def _monthly(data: xr.Dataset, flow: Floats) -> tuple[list[str], Floats]:
    """Return the months that a run touches and the volumes of a flow in them [10^4 m3]."""
    years, volumes = monthly_volumes(data, flow)
    touched = np.isfinite(volumes)
    names = [f"{year}-{month + 1:02d}" for row, year in enumerate(years.tolist())
             for month in range(12) if touched[row, month]]  # fmt: skip
    return names, volumes[touched] / WAN


def _at_ends(data: xr.Dataset, values: Floats) -> Floats:
    """Return values at the ends of the months: those of the last step that begins in each."""
    month = data["time"].values.astype("datetime64[M]").astype(np.int64)
    last = np.flatnonzero(np.append(np.diff(month) != 0, True))
    return values[last]


def _rows(
    run: Run, months: Sequence[str], columns: Sequence[Floats], language: Language
) -> list[tuple[Cell, ...]]:
    axes = axis_cells(run, language)
    numbers = zip(*(one.tolist() for one in columns), strict=True)
    return [(*axes, month, *row) for month, row in zip(months, numbers, strict=True)]


def _heads(heads: Sequence[Message], language: Language) -> list[Column]:
    unit = VOLUME.in_language(language)
    return [Column(capital(head.in_language(language), language), unit, 2) for head in heads]


def _plain(kind: str, name: str) -> str:
    plain = "".join(sign if sign.isalnum() else "_" for sign in name)
    return f"{kind}_{plain}"
