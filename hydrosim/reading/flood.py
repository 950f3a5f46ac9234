"""How a flood result is read: floods, hydrographs, peaks, characteristic levels, design floods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Bilingual
from hydrosim.reading.items import (
    item_flags,
    item_numbers,
    item_texts,
    items,
    position,
    require,
    values_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.locale import Language
    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = [
    "bound_of",
    "event_start",
    "event_title",
    "events_drawn",
    "flags",
    "hours",
    "hydrograph",
    "is_flood",
    "levels_of",
    "number_of",
    "of_item",
    "peak",
    "peak_reduction",
    "peaks",
    "periods",
    "retained",
    "season_titles",
    "sections",
    "stores",
    "texts",
]

LEVEL_ORDER = (
    "dead", "normal", "warning", "guaranteed", "flood_control", "design", "check", "crest",
)  # fmt: skip
BOUNDS = ("flood_control", "guaranteed", "design", "check", "crest")
MOST_EVENTS = 6
"""Floods that are drawn in full; of more, the largest."""
_HOUR = np.timedelta64(3600, "s")


def season_titles(dataset: Result) -> dict[str, Bilingual]:
    """Return the seasons of design floods in words, by name: their days, and a name of their own.

    Empty where a result has none, as those of floods of the config alone.
    """
    keys = ("event_season", "event_season_title", "event_season_title_zh")
    if any(key not in dataset.coords for key in keys):
        return {}
    titles = zip(*(texts(dataset, key) for key in keys), strict=True)
    return {name: Bilingual(english, chinese) for name, english, chinese in titles if english}


def is_flood(dataset: Result) -> bool:
    """Tell whether a result is one of the flood engine."""
    return "event" in dataset.dims


def event_title(dataset: Result, event: str, language: Language) -> str:
    """Return the title of a flood; empty where it has only a name."""
    place = position(dataset, "event", event)
    for name in ("event_title_zh" if language == "zh" else "event_title", "event_title"):
        title = item_texts(dataset, "event", name)[place]
        if title:
            return title
    return ""


def event_start(dataset: Result, event: str) -> np.datetime64 | None:
    """Return the moment at which a flood starts; None where it has no date, as design floods."""
    place = position(dataset, "event", event)
    if "start" not in dataset.coords or math.isfinite(periods(dataset)[place]):
        return None
    return dataset.variables["start"].values[place].astype("M8[s]")


def peak_reduction(dataset: Result, event: str, store: str) -> float:
    """Return the part of the inflow peak that a store takes off (削峰率); nan without inflow."""
    into = peak(dataset, "peak_inflow", event, store)
    out = peak(dataset, "peak_outflow", event, store)
    return 1.0 - out / into if into > 0.0 else math.nan


def retained(dataset: Result, event: str, store: str) -> float:
    """Return what a store held back of a flood (拦蓄量) [m3]; nan where a result does not say."""
    if "volume_retained" not in dataset.variables:
        return math.nan
    return peak(dataset, "volume_retained", event, store)


def events_drawn(dataset: Result) -> list[str]:
    """Return the floods whose hydrographs are drawn: all, or of many those with the most water."""
    known = items(dataset, "event")
    if len(known) <= MOST_EVENTS:
        return known
    largest = np.nanmax(values_of(dataset, "peak_inflow"), axis=1)
    chosen = sorted(np.argsort(-largest, kind="stable")[:MOST_EVENTS].tolist())
    return [known[place] for place in chosen]


def hours(values: Any) -> Floats:
    """Return times as hours, however a file was opened."""
    data = np.asarray(values)
    if np.issubdtype(data.dtype, np.timedelta64):
        return np.where(np.isnat(data), np.nan, data / _HOUR)
    return data.astype(np.float64)


def hydrograph(dataset: Result, variable: str, event: str, item: str) -> tuple[Floats, Floats]:
    """Return hours and values of one item in one flood, up to the flood's end.

    Raises
    ------
    NotHeld
        If the result holds no hydrographs, or not this flood or item.
    """
    require(dataset, variable)
    if "time" not in dataset.variables:
        require(dataset, "time")
    dim = str(dataset.variables[variable].dims[-1])
    flood, place = position(dataset, "event", event), position(dataset, dim, item)
    values = values_of(dataset, variable, "event", "time", dim)[flood, :, place]
    steps = item_numbers(dataset, "event", "event_steps")[flood]
    points = values.size if math.isnan(steps) else int(steps) + 1
    time = hours(dataset.variables["time"].values)
    return time[:points], values[:points].astype(np.float64)


def peak(dataset: Result, variable: str, event: str, item: str) -> float:
    """Return a number that is left of a flood; times in hours.

    Raises
    ------
    NotHeld
        If the result holds no such variable, flood or item.
    """
    require(dataset, variable)
    dim = str(dataset.variables[variable].dims[-1])
    place = position(dataset, dim, item)
    return float(peaks(dataset, variable, place)[position(dataset, "event", event)])


def peaks(dataset: Result, variable: str, place: int) -> Floats:
    """Return a number that is left of each flood for one item, shape (events,); times in hours."""
    recorded = dataset.variables[variable]
    axis = 1 - recorded.dims.index("event")
    return hours(np.take(recorded.values, place, axis=axis))


def stores(dataset: Result) -> list[str]:
    """Return the stores of the flood network."""
    kept = np.isfinite(values_of(dataset, "peak_storage")).any(axis=0)
    known = items(dataset, "node")
    return [known[place] for place in np.flatnonzero(kept).tolist()]


def sections(dataset: Result) -> list[str]:
    """Return the nodes at which a flow is measured: control sections, outlets."""
    measured = item_flags(dataset, "node", "node_measures_flow")
    return [name for name, flow in zip(items(dataset, "node"), measured, strict=True) if flow]


def number_of(dataset: Result, coordinate: str, place: int) -> float:
    """Return a number that belongs to a place, nan where it is not known."""
    if coordinate not in dataset.coords:
        return math.nan
    return float(dataset.variables[coordinate].values[place])


def of_item(dataset: Result, coordinate: str, dimension: str, item: str) -> float:
    """Return a number that belongs to an item, nan where it is not known."""
    return number_of(dataset, coordinate, position(dataset, dimension, item))


def levels_of(dataset: Result, node: str) -> dict[str, float]:
    """Return the characteristic levels of a place [m] from the lowest kind up."""
    place = position(dataset, "node", node)
    found = {key: number_of(dataset, f"{key}_level", place) for key in LEVEL_ORDER}
    return {key: level for key, level in found.items() if math.isfinite(level)}


def bound_of(dataset: Result, node: str) -> float:
    """Return the level of a store that is to be held [m]: the first known of BOUNDS, or nan."""
    known = levels_of(dataset, node)
    return next((known[key] for key in BOUNDS if key in known), math.nan)


def texts(dataset: Result, coordinate: str) -> list[str]:
    """Return a coordinate of texts as they stand."""
    return list(dataset.variables[coordinate].values.astype(str).tolist())


def flags(dataset: Result, coordinate: str) -> list[bool]:
    """Return what the types of places answer, such as ``node_is_dam``."""
    return [bool(flag) for flag in dataset.variables[coordinate].values]


def periods(dataset: Result) -> Floats:
    """Return period of each flood [year], nan of those that have none, shape (events,)."""
    if "event_return_period" not in dataset.variables:
        return np.full(dataset.sizes["event"], math.nan)
    return np.asarray(dataset.variables["event_return_period"].values, dtype=np.float64)
