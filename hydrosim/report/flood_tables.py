"""The tables of floods as data for reports: peaks, what was cut and kept, return periods held."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hydrosim.locale import Language, _, capital, pgettext
from hydrosim.reading.flood import event_title, season_titles
from hydrosim.reading.words import word
from hydrosim.report.flood import flood_frames, head_of
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.report.verdict_tables import text_of
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import xarray as xr

__all__ = ["peak_tables", "standard_table"]

_DIGITS = {"peak_level": 2, "bound": 2, "margin": 2, "overflow": 3, "taken": 3, "most": 3,
           "lost": 3, "capacity": 3, "time_of_peak_level": 1, "time_of_upper_peak": 1,
           "time_of_peak": 1}  # fmt: skip
_CUT = _("peak cut, %")


def peak_tables(dataset: xr.Dataset, language: Language) -> list[Table]:
    """Return the peaks of floods by stores, reaches and basins; of stores also what they cut.

    Parameters
    ----------
    dataset
        A result of the flood engine.
    language
        "en" or "zh".
    """
    return [_peaks(dataset, name, frame, language) for name, frame in flood_frames(dataset).items()]


def _peaks(dataset: xr.Dataset, name: str, frame: pd.DataFrame, language: Language) -> Table:
    keys = [str(key) for key in frame.columns]
    columns = [
        Column(capital(head_of(key).in_language(language), language), "", _DIGITS.get(key, 0))
        for key in keys
    ]
    cuts = name == "stores"
    if cuts:
        columns.append(Column(capital(_CUT.in_language(language), language), "", 1))
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    for values in frame.to_dict("records"):
        row = [_cell(dataset, str(key), value, language) for key, value in values.items()]
        into = float(values.get("peak_inflow", 0.0))
        if cuts:
            known = into > 0.0
            row.append(Number(1.0 - values["peak_outflow"] / into, 1, 0.01) if known else None)
        margin = values.get("margin", values.get("flow_margin", math.nan))
        marks.append("fail" if margin < 0.0 or values.get("overflow", 0.0) > 0.0 else "")
        rows.append(tuple(row))
    title = capital(head_of(name).in_language(language), language)
    return Table(f"flood_{name}", title, tuple(columns), tuple(rows), marks=tuple(marks))


def _cell(dataset: xr.Dataset, key: str, value: Any, language: Language) -> Cell:
    if key == "event":
        return event_title(dataset, str(value), language) or str(value)
    if key == "place":
        return capital(item_title(dataset, str(value)).in_language(language), language)
    return float(value)


def standard_table(
    frame: pd.DataFrame,
    dataset: xr.Dataset,
    verdicts: Sequence[Mapping[str, Any]],
    language: Language,
) -> Table:
    """Return the return period that each work holds, by bound and case of the design floods.

    Parameters
    ----------
    frame
        ``flood_standards.csv``: subject, quantity, unit, bound, required, season, scheme, typical,
        reached, answer.
    dataset
        The design floods.
    verdicts
        Verdicts, which have the quantities in both languages.
    language
        "en" or "zh".
    """
    quantities = {
        str(one.get("quantity", "")): text_of(one, "quantity", language) for one in verdicts
    }
    seasons = season_titles(dataset)
    heads = (
        _("work"),
        word("quantity"),
        _("bound"),
        word("unit"),
        _("required, years"),
        pgettext("of design floods", "season"),
        _("composition"),
        _("typical flood"),
        _("held, years"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in frame.fillna({"season": "", "scheme": "", "typical": ""}).to_dict("records"):
        season = str(one["season"])
        titled = seasons.get(season)
        rows.append((
            capital(item_title(dataset, str(one["subject"])).in_language(language), language),
            quantities.get(str(one["quantity"]), str(one["quantity"])), float(one["bound"]),
            str(one["unit"]).replace("m3 s-1", "m³/s"), float(one["required"]),
            titled.in_language(language) if titled else season, str(one["scheme"]),
            str(one["typical"]), _held(one),
        ))  # fmt: skip
    digits = (0, 0, 2, 0, 0, 0, 0, 0, 1)
    return Table(
        "flood_standards", _("Return periods that the works hold").in_language(language),
        tuple(
            Column(capital(head.in_language(language), language), "", places)
            for head, places in zip(heads, digits, strict=True)
        ),
        tuple(rows),
    )  # fmt: skip


def _held(one: Mapping[Any, Any]) -> Cell:
    """Return the years held; beyond what was routed as the answer says, such as ``> 10000``."""
    reached = float(one["reached"])
    return reached if math.isfinite(reached) and reached > 0.0 else str(one["answer"])
