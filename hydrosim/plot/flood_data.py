"""Numbers out of a flood result: floods, places, hydrographs, characteristic levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest
from hydrosim.locale import Language, _
from hydrosim.plot.data import coordinate, names, require
from hydrosim.plot.style import add_labels
from hydrosim.plot.text import RESULTS, capital, say, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "bound_of",
    "event_title",
    "events_drawn",
    "flow_text",
    "hour_axis",
    "hours",
    "is_flood",
    "levels_of",
    "of_node",
    "peak",
    "series",
    "stores",
    "within",
]

LEVEL_ORDER = (
    "dead",
    "normal",
    "warning",
    "guaranteed",
    "flood_control",
    "design",
    "check",
    "crest",
)
BOUNDS = ("flood_control", "guaranteed", "design", "check", "crest")
MOST_EVENTS = 6
"""Floods that are drawn in full; of more, the largest."""
_HOUR = np.timedelta64(3600, "s")


def is_flood(dataset: xr.Dataset) -> bool:
    """Tell whether a result is one of the flood engine."""
    return "event" in dataset.dims


def event_title(dataset: xr.Dataset, event: str, language: Language) -> str:
    """Return what readers call a flood."""
    place = _place(dataset, "event", event)
    for name in ("event_title_zh" if language == "zh" else "event_title", "event_title"):
        title = str(coordinate(dataset, name, "event")[place])
        if title:
            return title
    return event.replace("_", " ")


def events_drawn(dataset: xr.Dataset) -> list[str]:
    """Return the floods whose hydrographs are drawn: all, or of many those with the most water."""
    known = names(dataset, "event")
    if len(known) <= MOST_EVENTS or not known:
        return known
    largest = np.nanmax(np.asarray(dataset.variables["peak_inflow"].values), axis=1)
    chosen = sorted(np.argsort(-largest, kind="stable")[:MOST_EVENTS].tolist())
    return [known[place] for place in chosen]


def hours(values: Any) -> Floats:
    """Return times as hours, however a file was opened."""
    data = np.asarray(values)
    if np.issubdtype(data.dtype, np.timedelta64):
        return np.where(np.isnat(data), np.nan, data / _HOUR)
    return data.astype(np.float64)


def series(dataset: xr.Dataset, variable: str, event: str, item: str) -> tuple[Floats, Floats]:
    """Return hours and values of one item in one flood, up to the flood's end.

    Raises
    ------
    DataError
        If the result holds no hydrographs, or not this flood or item.
    """
    require(dataset, "time", variable)
    array = dataset.variables[variable]
    at = {
        "event": _place(dataset, "event", event),
        str(array.dims[-1]): _place(dataset, str(array.dims[-1]), item),
    }
    values = np.asarray(array.isel(at).values, dtype=np.float64)
    points = int(coordinate(dataset, "event_steps", "event", values.size - 1)[at["event"]]) + 1
    return hours(dataset.variables["time"].values)[:points], values[:points]


def peak(dataset: xr.Dataset, variable: str, event: str, item: str) -> float:
    """Return a number that is left of a flood; times in hours."""
    require(dataset, variable)
    array = dataset.variables[variable]
    dim = str(array.dims[-1])
    at = {"event": _place(dataset, "event", event), dim: _place(dataset, dim, item)}
    return float(hours(array.isel(at).values))


def stores(dataset: xr.Dataset) -> list[str]:
    """Return the stores of the flood network."""
    held = np.asarray(dataset.variables["peak_storage"].values)
    kept = np.flatnonzero(np.isfinite(held).any(axis=0)).tolist()
    known = names(dataset, "node")
    return [known[place] for place in kept]


def of_node(dataset: xr.Dataset, name: str, dim: str, item: str) -> float:
    """Return a number that belongs to a place, nan when it is not known."""
    return float(coordinate(dataset, name, dim, np.nan)[_place(dataset, dim, item)])


def levels_of(dataset: xr.Dataset, node: str) -> dict[str, float]:
    """Return the characteristic levels of a place [m] from the lowest kind up."""
    found: dict[str, float] = {}
    for key in LEVEL_ORDER:
        level = of_node(dataset, f"{key}_level", "node", node)
        if np.isfinite(level):
            found[key] = level
    return found


def bound_of(dataset: xr.Dataset, node: str) -> float:
    """Return the level of a store that is to be held [m]: the first known of BOUNDS, or nan."""
    known = levels_of(dataset, node)
    return next((known[key] for key in BOUNDS if key in known), np.nan)


def hour_axis(ax: Axes, dataset: xr.Dataset, event: str, last: float, language: Language) -> None:
    """Set limits and ticks of an axis in hours since the start of a flood."""
    from matplotlib.ticker import MultipleLocator

    ax.set_xlim(0.0, max(last, 1.0))
    inches = ax.get_window_extent().width / ax.figure.dpi
    room = max(2, int(inches / 0.36))
    steps = (1, 2, 3, 6, 12, 24, 48, 72, 120, 240, 480, 720, 1440)
    ax.xaxis.set_major_locator(
        MultipleLocator(next((step for step in steps if last / step <= room), steps[-1]))
    )
    start = coordinate(dataset, "start", "event", None)[_place(dataset, "event", event)]
    if start is None:
        told = say("flood_elapsed", language)
    else:
        stamp = str(np.datetime64(start, "ns").astype("datetime64[m]")).replace("T", " ")
        told = say("flood_hours", language, start=stamp)
    add_labels(ax, x=with_unit(capital(told), "h"))


def within(values: Floats) -> bool:
    """Tell whether a series holds any number."""
    return bool(np.isfinite(values).any())


def flow_text(flow_m3s: float) -> str:
    """Return a flow [m3/s] with the digits that matter."""
    if not np.isfinite(flow_m3s):
        return "-"
    return f"{flow_m3s:.0f}" if abs(flow_m3s) >= 100 else f"{flow_m3s:.3g}"


def _place(dataset: xr.Dataset, dim: str, item: str) -> int:
    items = names(dataset, dim)
    if item not in items:
        what = "flood" if dim == "event" else dim
        raise DataError(
            RESULTS,
            found=_("no {what} {item!r}", what=what, item=item),
            expected=_("one of {items}", items=", ".join(items))
            if items
            else _("a result with a {what}", what=what),
            nearest=nearest(item, items),
        )
    return items.index(item)
