"""Level of lakes and reservoirs with the target band and the flood-limited level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import latest_year, season, season_axis, season_bands, time_axis
from hydrosim.plot.shapes import thinned
from hydrosim.plot.style import (
    LIMIT,
    WATER,
    add_labels,
    add_legend,
    chunks,
    page,
    share_y,
)
from hydrosim.plot.text import capital, long_name, say, title_of, whole_percent, with_unit
from hydrosim.reading.items import has, item_numbers, position
from hydrosim.reading.steps import ends_days, seconds_of, starts_days
from hydrosim.reading.supply import column, shown_items

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw_run", "heading", "pages"]

_BAND = "#009E73"
_PER_PAGE = 4


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with the level of each lake: the run above, the season below."""
    lakes = shown_items(dataset, "level", "level")
    return [_page(dataset, some, language) for some in chunks(lakes, _PER_PAGE)]


def _page(dataset: xr.Dataset, lakes: list[str], language: Language) -> Figure:
    figure, rows = page(
        [2.5, 1.0],
        [2.6 if len(lakes) == 1 else 1.8] * len(lakes),
        title=say("title_lake_level", language),
        subtitle=say("sub_season", language),
        between_in=0.2,
        left_in=0.65,
    )
    handles: list[Any] = []
    for (left, right), lake in zip(rows, lakes, strict=True):
        handles += draw_run(left, dataset, lake, language)
        left.set_title(heading(dataset, lake, language))
        handles += _draw_season(right, dataset, lake, language)
        share_y(right, left)
    add_legend(handles, figure=figure)
    return figure


def heading(dataset: xr.Dataset, store: str, language: Language) -> str:
    """Return what readers call a store, and how long its level was in the target band."""
    title = title_of(dataset, store, language)
    low_m, high_m = _band(dataset, store)
    level_m = column(dataset, "level", store)
    there = np.isfinite(level_m)
    if not (np.isfinite(low_m) and np.isfinite(high_m) and there.any()):
        return title
    weight = seconds_of(dataset)[there]
    below = float(weight[level_m[there] < low_m].sum() / weight.sum())
    inside = (level_m[there] >= low_m) & (level_m[there] <= high_m)
    text = say(
        "in_band",
        language,
        share=whole_percent(100 * float(weight[inside].sum() / weight.sum())),
        below=whole_percent(100 * below),
    )
    return f"{title}: {text}"


def _band(dataset: xr.Dataset, store: str) -> tuple[float, float]:
    place = position(dataset, "store", store)
    low, high = (
        float(item_numbers(dataset, "store", name)[place])
        for name in ("store_target_low_m", "store_target_high_m")
    )
    return low, high


def draw_run(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw the level of one store over the run, with its target band."""
    level_m = column(dataset, "level", store)
    starts, ends = starts_days(dataset), ends_days(dataset)
    (line,) = ax.plot(
        *thinned(ends, level_m),
        color=WATER,
        linewidth=1.0,
        zorder=4,
        label=long_name("level", language),
    )
    handles: list[Any] = [line, *_targets(ax, dataset, store, language)]
    limit_m = _limit(dataset, store)
    if limit_m is not None:
        (line,) = ax.plot(
            *thinned(ends, limit_m),
            color=LIMIT,
            linewidth=0.8,
            zorder=3,
            label=long_name("limit_level", language),
        )
        handles.append(line)
    add_labels(ax, y=with_unit(long_name("level", language), "m"))
    time_axis(ax, float(starts[0]), float(ends[-1]), language)
    return handles


def _draw_season(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    handles = [
        *season_bands(ax, season(dataset, column(dataset, "level", store)), 1.0, language),
        *_targets(ax, dataset, store, language),
    ]
    limit_m = _limit(dataset, store)
    if limit_m is not None:
        _, steps, days = latest_year(dataset)
        (line,) = ax.plot(
            days,
            limit_m[steps],
            color=LIMIT,
            linewidth=1.2,
            zorder=3.5,
            label=long_name("limit_level", language),
        )
        handles.append(line)
    season_axis(ax, language)
    return handles


def _limit(dataset: xr.Dataset, store: str) -> Floats | None:
    if not has(dataset, "limit_level"):
        return None
    values = column(dataset, "limit_level", store)
    return values if np.isfinite(values).any() else None


def _targets(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    low_m, high_m = _band(dataset, store)
    handles: list[Any] = []
    if np.isfinite(low_m) and np.isfinite(high_m):
        handles.append(
            ax.axhspan(
                low_m,
                high_m,
                color=_BAND,
                alpha=0.18,
                linewidth=0,
                zorder=1,
                label=capital(say("target_band", language)),
            )
        )
    place = position(dataset, "store", store)
    for name, key in (("store_level_min_m", "level_min"), ("store_normal_level_m", "normal_level")):
        value = float(item_numbers(dataset, "store", name)[place])
        if np.isfinite(value):
            handles.append(
                ax.axhline(
                    value,
                    color="#555555",
                    linewidth=0.8,
                    zorder=2,
                    dashes=(1.5, 1.5) if key == "level_min" else (6, 2),
                    label=capital(say(key, language)),
                )
            )
    return handles
