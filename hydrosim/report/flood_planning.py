"""Tables of floods that planners hand in: design values (设计洪水成果表), regulation (调洪演算表).

Volumes are 10^4 m3 (万m3), flows m3/s, levels m, times hours since the start of a flood; a flood
with a date has that too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import Language, Message, _, capital, listed, pgettext
from hydrosim.reading.flood import (
    LEVEL_ORDER,
    event_start,
    hydrograph,
    levels_of,
    peak,
    peak_reduction,
    periods,
    retained,
    stores,
)
from hydrosim.reading.items import has, item_texts, items, position
from hydrosim.report.planning import WAN
from hydrosim.report.regulation import VOLUME
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.standards.titles import flood_name, item_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = ["FloodResults", "flood_planners_tables", "regulation_of_floods", "routing_tables"]

HOUR_S = 3600.0
_LEVELS: dict[str, Message] = {
    "normal": _("normal level"),
    "flood_control": _("flood-control level"),
    "design": _("design flood level"),
    "check": _("check flood level"),
    "crest": _("crest"),
}


class FloodResults(NamedTuple):
    """What `hydrosim flood` has left; None for what it did not write.

    Attributes
    ----------
    floods
        The floods of the configuration, ``flood.nc``.
    design
        Design floods without hydrographs, ``design_floods.nc``.
    values
        Design values of the sites, ``design_values.nc``.
    hydrographs
        The design floods that decide on the levels of stores, ``design_hydrographs.nc``.
    """

    floods: xr.Dataset
    design: xr.Dataset | None = None
    values: xr.Dataset | None = None
    hydrographs: xr.Dataset | None = None


def flood_planners_tables(results: FloodResults, language: Language) -> list[Table]:
    """Return the tables for which results have the numbers.

    Parameters
    ----------
    results
        What the command has left.
    language
        "en" or "zh".
    """
    from hydrosim.report.design_tables import design_tables

    found = [] if results.values is None else design_tables(results.values, language)
    regulated = regulation_of_floods(results, language)
    return [*found, *([regulated] if regulated else []), *routing_tables(results, language)]


class _Case(NamedTuple):
    """A store in a flood of a result."""

    store: str
    data: xr.Dataset
    event: str


def regulation_of_floods(results: FloodResults, language: Language) -> Table | None:
    """Return what each store did to each flood: peaks, what was cut and kept, the highest level.

    Of the design floods of a return period that judge a store the one with the highest level is
    shown.

    Parameters
    ----------
    results
        What the command has left.
    language
        "en" or "zh".

    Returns
    -------
    Table or None
        None where no store was reached.
    """
    cases = list(_cases(results))
    if not cases:
        return None
    known = {key for case in cases for key in levels_of(case.data, case.store)}
    levels = [key for key in LEVEL_ORDER if key in known and key in _LEVELS]
    heads: list[tuple[Message, str | Message, int]] = [
        (_("store"), "", 0), (_("flood"), "", 0), (_("return period"), _("years"), 0),
        (_("level at the start"), "m", 2), (_("peak inflow"), "m³/s", 0),
        (pgettext("store", "largest outflow"), "m³/s", 0), (_("peak reduction"), "%", 1),
        (_("volume retained"), VOLUME, 1), (_("highest level"), "m", 2),
        (_("time of the highest level"), "h", 1), (_("date of the highest level"), "", 0),
        *((_LEVELS[key], "m", 2) for key in levels), (_("levels exceeded"), "", 0),
    ]  # fmt: skip
    made = [_row(case, levels, language) for case in cases]
    bounds = {"flood_control", "design", "check", "crest"}
    exceeded = [bounds & set(_exceeded(case)) for case in cases]
    notes = (
        _("Peak reduction: what the largest outflow is below the peak inflow, in parts of it. "
          "Volume retained: largest storage less that at the start. Of the design floods of a "
          "return period that with the highest level.").in_language(language),
    )  # fmt: skip
    title = _("Flood regulation by reservoirs").in_language(language)
    return Table("flood_regulation", title, _columns(heads, language), tuple(made), notes=notes,
                 marks=tuple("fail" if one else "" for one in exceeded))  # fmt: skip


def _cases(results: FloodResults) -> Iterator[_Case]:
    """Yield stores with the floods of the config, then with the design floods by return period."""
    data = results.floods
    highest = {} if results.design is None else _highest(results)
    for store in dict.fromkeys([*stores(data), *highest]):
        for event in items(data, "event") if store in items(data, "node") else ():
            if peak(data, "peak_inflow", event, store) > 0.0:
                yield _Case(store, data, event)
        yield from highest.get(store, ())


def _highest(results: FloodResults) -> dict[str, list[_Case]]:
    """Return by store the design flood of each return period that rises highest there."""
    data = results.design
    assert data is not None
    years = periods(data)
    kept = years[np.isfinite(years)]
    if results.values is not None:
        asked = np.asarray(results.values["return_period"].values, dtype=np.float64)
        kept = kept[np.isclose(kept[:, None], asked, rtol=1e-9).any(axis=1)]
    if not kept.size or "event_control" not in data.coords:
        return {}
    events, controls = items(data, "event"), np.array(item_texts(data, "event", "event_control"))
    judged_by = item_texts(data, "node", "node_control")
    found: dict[str, list[_Case]] = {}
    for store in stores(data):
        place = position(data, "node", store)
        level = np.asarray(data["peak_level"].values, dtype=np.float64)[:, place]
        for one in np.unique(kept).tolist():
            own = np.flatnonzero((years == one) & (controls == judged_by[place]))
            if own.size:
                event = events[int(own[np.nanargmax(level[own])])]
                found.setdefault(store, []).append(_Case(store, data, event))
    return found


def _row(case: _Case, levels: list[str], language: Language) -> tuple[Cell, ...]:
    store, data, event = case
    own = levels_of(data, store)
    years = periods(data)[position(data, "event", event)]
    hour = peak(data, "time_of_peak_level", event, store)
    exceeded = listed([_LEVELS[key] for key in _exceeded(case)]).in_language(language)
    return (
        _said(item_title(data, store), language), _said(flood_name(data, event), language),
        float(years) if math.isfinite(years) else None,
        _known(data, "start_level", event, store), peak(data, "peak_inflow", event, store),
        peak(data, "peak_outflow", event, store),
        Number(peak_reduction(data, event, store), 1, 0.01), retained(data, event, store) / WAN,
        peak(data, "peak_level", event, store), hour, _date(data, event, hour),
        *(own.get(key) for key in levels), exceeded,
    )  # fmt: skip


def _exceeded(case: _Case) -> list[str]:
    """Return the levels of a store that a flood exceeds."""
    level = peak(case.data, "peak_level", case.event, case.store)
    own = levels_of(case.data, case.store)
    return [key for key in _LEVELS if level > own.get(key, math.inf)]


def routing_tables(results: FloodResults, language: Language) -> list[Table]:
    """Return a table a store: inflow, outflow, storage and level by the hour of each flood.

    Floods of the configuration and the design floods with hydrographs; of steps below an hour the
    whole hours.

    Parameters
    ----------
    results
        What the command has left.
    language
        "en" or "zh".
    """
    whole = [one for one in (results.floods, results.hydrographs)
             if one is not None and "time" in one.dims and has(one, "storage")]  # fmt: skip
    heads: list[tuple[Message, str | Message, int]] = [
        (_("flood"), "", 0), (_("time"), "h", 2), (_("date"), "", 0),
        (pgettext("store", "inflow"), "m³/s", 1), (pgettext("store", "outflow"), "m³/s", 1),
        (_("storage"), VOLUME, 1), (_("level"), "m", 3),
    ]  # fmt: skip
    tables: list[Table] = []
    for store in dict.fromkeys(name for data in whole for name in stores(data)):
        rows = [row for data in whole for row in _hours(data, store, language)]
        if rows:
            name = "".join(sign if sign.isalnum() else "_" for sign in store)
            title = _("Flood routing through {name}", name=item_title(results.floods, store))
            tables.append(
                Table(f"routing_{name}", title.in_language(language), _columns(heads, language),
                      tuple(rows), beside=True)
            )  # fmt: skip
    return tables


def _hours(data: xr.Dataset, store: str, language: Language) -> Iterator[tuple[Cell, ...]]:
    """Yield a row an hour, or a step where that is longer."""
    every = max(1, round(HOUR_S / float(data.attrs["step_s"])))
    for event in items(data, "event"):
        if not peak(data, "peak_inflow", event, store) > 0.0:
            continue
        name = _said(flood_name(data, event), language)
        times = hydrograph(data, "inflow", event, store)[0][::every].tolist()
        series = (hydrograph(data, key, event, store)[1][::every].tolist()
                  for key in ("inflow", "outflow", "storage", "level"))  # fmt: skip
        for time, into, out, stored, level in zip(times, *series, strict=True):
            yield name, time, _date(data, event, time), into, out, stored / WAN, level


def _known(data: xr.Dataset, variable: str, event: str, store: str) -> float | None:
    return peak(data, variable, event, store) if has(data, variable) else None


def _date(data: xr.Dataset, event: str, hour: float) -> str:
    """Return a moment of a flood as a date with its clock; nothing where it has no date."""
    start = event_start(data, event)
    if start is None or not math.isfinite(hour):
        return ""
    return str(start.astype("M8[m]") + np.timedelta64(round(60.0 * hour), "m")).replace("T", " ")


def _said(text: Message, language: Language) -> str:
    return capital(text.in_language(language), language)


def _columns(
    heads: list[tuple[Message, str | Message, int]], language: Language
) -> tuple[Column, ...]:
    return tuple(
        Column(_said(head, language),
               unit.in_language(language) if isinstance(unit, Message) else unit, digits)
        for head, unit, digits in heads
    )  # fmt: skip
