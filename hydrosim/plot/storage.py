"""Storage of reservoirs and lakes with flood limit and zones, over the run and by season."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import latest_year, season, season_axis, season_bands, time_axis
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import band, thinned
from hydrosim.plot.style import (
    LIMIT,
    WATER,
    add_labels,
    few_ticks,
    share_y,
    zone_colours,
)
from hydrosim.plot.text import capital, long_name, say, title_of, volume_scale, with_unit
from hydrosim.reading.items import has, item_numbers, item_texts, items, position
from hydrosim.reading.steps import ends_days, starts_days
from hydrosim.reading.supply import column, shown_items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["SURFACE", "draw_run", "draw_season", "pages"]

SURFACE = ("storage", "level")
"""By what stores of surface water are shown."""
_PER_PAGE = 7
_HEADROOM = 1.15
_SEEN = 0.96


class _Layer(NamedTuple):
    """A layer of a store: its ladder line, its bottom and its top [m3] (time,), its tint."""

    line: str
    bottom_m3: Floats
    top_m3: Floats
    colour: str


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with each reservoir and lake: the run to the left, the season to the right."""

    def draw_row(row: list[Axes], store: str) -> list[Any]:
        left, right = row
        handles = draw_run(left, dataset, store, language)
        handles += draw_season(right, dataset, store, language)
        left.set_title(title_of(dataset, store, language))
        share_y(right, left)
        return handles

    return pages_of_rows(
        shown_items(dataset, "storage", *SURFACE),
        draw_row,
        per_page=_PER_PAGE,
        row_in=1.42,
        widths=(2.5, 1.0),
        title=say("title_storages", language),
        subtitle=say("sub_season", language),
        between_in=0.2,
        gap_in=0.3,
        left_in=0.65,
    )


def draw_run(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw the storage of one store over the run, with its zones and its flood limit."""
    storage_m3 = column(dataset, "storage", store)
    limit_m3 = _optional(dataset, "limit_storage", store)
    top_m3 = _top_m3(dataset, store)
    layers = [
        layer
        for layer in _layers(dataset, store)
        if float(np.nanmin(layer.bottom_m3)) < _SEEN * top_m3
    ]
    scale = volume_scale(top_m3 / _HEADROOM, language)
    starts, ends = starts_days(dataset), ends_days(dataset)
    # A zone changes by steps of a day: one point a pixel column shows it.
    every = max(1, starts.size // 560)
    handles = _draw_layers(ax, layers, slice(None, None, every), starts, scale.factor, language)
    (line,) = ax.plot(
        *thinned(ends, storage_m3 / scale.factor),
        color=WATER,
        linewidth=1.0,
        label=long_name("storage", language),
        zorder=4,
    )
    handles.insert(0, line)
    if limit_m3 is not None:
        (line,) = ax.plot(
            *thinned(ends, limit_m3 / scale.factor),
            color=LIMIT,
            linewidth=0.55,
            label=long_name("limit_storage", language),
            zorder=3,
        )
        handles.append(line)
    handles += _marks(ax, dataset, store, scale.factor, language)
    add_labels(ax, y=with_unit(long_name("storage", language), scale.unit))
    ax.set_ylim(0.0, top_m3 / scale.factor)
    few_ticks(ax)
    time_axis(ax, float(starts[0]), float(ends[-1]), language)
    return handles


def draw_season(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw the storage of one store by day of the year: median and bands over the years.

    Zones and flood limit are those of the last whole year.
    """
    storage_m3 = column(dataset, "storage", store)
    limit_m3 = _optional(dataset, "limit_storage", store)
    top_m3 = _top_m3(dataset, store)
    layers = [
        layer
        for layer in _layers(dataset, store)
        if float(np.nanmin(layer.bottom_m3)) < _SEEN * top_m3
    ]
    scale = volume_scale(top_m3 / _HEADROOM, language)
    _, steps, days = latest_year(dataset)
    all_days = np.zeros(storage_m3.size)
    all_days[steps] = days
    handles = _draw_layers(ax, layers, steps, all_days, scale.factor, language)
    handles += season_bands(ax, season(dataset, storage_m3), scale.factor, language)
    if limit_m3 is not None:
        (line,) = ax.plot(
            days,
            limit_m3[steps] / scale.factor,
            color=LIMIT,
            linewidth=1.2,
            label=long_name("limit_storage", language),
            zorder=3.5,
        )
        handles.append(line)
    handles += _marks(ax, dataset, store, scale.factor, language)
    add_labels(ax, y=with_unit(long_name("storage", language), scale.unit))
    ax.set_ylim(0.0, top_m3 / scale.factor)
    few_ticks(ax)
    season_axis(ax, language)
    return handles


def _draw_layers(
    ax: Axes, layers: list[_Layer], steps: slice, x: Floats, factor: float, language: Language
) -> list[Any]:
    return [
        band(
            ax,
            x[steps],
            layer.bottom_m3[steps] / factor,
            layer.top_m3[steps] / factor,
            layer.colour,
            label=capital(_zone_name(layer.line, language)),
            zorder=1,
        )
        for layer in layers
    ]


def _marks(
    ax: Axes, dataset: xr.Dataset, store: str, factor: float, language: Language
) -> list[Any]:
    """Draw the lines of fixed storages: normal and dead."""
    handles: list[Any] = []
    place = position(dataset, "store", store)
    for name, key, dashes in (
        ("store_normal_storage_m3", "normal_storage", (6, 2)),
        ("store_dead_storage_m3", "dead_storage", (1.5, 1.5)),
    ):
        value = float(item_numbers(dataset, "store", name)[place])
        if np.isfinite(value) and value > 0.0:
            handles.append(
                ax.axhline(
                    value / factor,
                    color="#555555",
                    linewidth=0.8,
                    dashes=dashes,
                    label=capital(say(key, language)),
                    zorder=2.5,
                )
            )
    return handles


def _layers(dataset: xr.Dataset, store: str) -> list[_Layer]:
    """Return the layers of a store from the bottom up."""
    if not has(dataset, "zone_top"):
        return []
    zones = items(dataset, "zone")
    owners = item_texts(dataset, "zone", "zone_store")
    lines = [
        line or zone.rpartition(".")[2]
        for zone, line in zip(zones, item_texts(dataset, "zone", "zone_line"), strict=True)
    ]
    colours = zone_colours(lines)  # one in all stores, whatever the place of a line there
    tops: list[tuple[float, str, Floats]] = []
    for zone, owner, line in zip(zones, owners, lines, strict=True):
        if owner != store:
            continue
        top_m3 = column(dataset, "zone_top", zone)
        if np.isfinite(top_m3).any():
            tops.append((float(np.nanmean(top_m3)), line, top_m3))
    tops.sort(key=lambda entry: entry[0])
    layers: list[_Layer] = []
    bottom = np.zeros(dataset.sizes["time"])
    for _, line, top_m3 in tops:
        layers.append(_Layer(line, bottom, top_m3, colours[line]))
        bottom = top_m3
    return layers


def _optional(dataset: xr.Dataset, variable: str, store: str) -> Floats | None:
    if not has(dataset, variable):
        return None
    values = column(dataset, variable, store)
    return values if np.isfinite(values).any() else None


def _top_m3(dataset: xr.Dataset, store: str) -> float:
    """Return the top of the axis [m3]: above all that is stored, allowed and normal.

    Zones may reach far higher (flood detention) and are cut there.
    """
    place = position(dataset, "store", store)
    normal_m3 = float(item_numbers(dataset, "store", "store_normal_storage_m3")[place])
    found = [column(dataset, "storage", store), np.array([normal_m3])]
    limit_m3 = _optional(dataset, "limit_storage", store)
    if limit_m3 is not None:
        found.append(limit_m3)
    largest = float(np.nanmax(np.concatenate(found), initial=0.0))
    return _HEADROOM * largest if largest > 0.0 else 1.0


def _zone_name(line: str, language: Language) -> str:
    name = say(f"zone_{line}", language)
    return say(line, language) if name.startswith("zone ") else name
