"""Accounts: what each account year used and left, and how much is left by day of that year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import year_axis
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import band, bars
from hydrosim.plot.style import (
    WATER,
    add_labels,
    few_ticks,
    share_y,
)
from hydrosim.plot.text import capital, say, title_of, volume_scale, with_unit
from hydrosim.reading.items import item_texts, items, position, require
from hydrosim.reading.steps import ends_days, starts_days
from hydrosim.reading.supply import column

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw", "heading", "pages"]

_PER_PAGE = 6
_UNLIMITED_M3 = 1e13
_LEAST_JUMP = 0.1
_LEFT_COLOUR = "#BBD7EA"
_DAYS = 366


class _Years(NamedTuple):
    """The account years that a run covers: number, first step and end of each, (years,)."""

    year: NDArray[np.int64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    start_day: str


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row for each account that grants a limited volume."""
    require(dataset, "account_left")

    def draw_row(row: list[Axes], account: str) -> list[Any]:
        left, right = row
        left_m3 = column(dataset, "account_left", account)
        scale = volume_scale(float(np.nanmax(left_m3, initial=0.0)), language)
        handles = _draw_years(left, dataset, left_m3, scale.factor, language)
        handles += _draw_days(right, dataset, left_m3, scale.factor, language)
        add_labels(left, y=with_unit(capital(say("account_volume", language)), scale.unit))
        left.set_title(heading(dataset, account, language))
        few_ticks(left)
        share_y(right, left)
        return handles

    return pages_of_rows(
        [name for name in items(dataset, "account") if _is_limited(dataset, name)],
        draw_row,
        per_page=_PER_PAGE,
        row_in=1.15,
        widths=(1.6, 1.0),
        share=False,
        title=say("title_accounts", language),
        subtitle=say("sub_accounts", language),
        between_in=0.25,
        gap_in=0.72,
        left_in=0.8,
    )


def _is_limited(dataset: xr.Dataset, account: str) -> bool:
    largest = float(np.nanmax(column(dataset, "account_left", account), initial=0.0))
    return 0.0 < largest < _UNLIMITED_M3


def draw(ax: Axes, dataset: xr.Dataset, account: str, language: Language) -> list[Any]:
    """Draw what is left of an account by day of its year: mean and range over the years."""
    left_m3 = column(dataset, "account_left", account)
    scale = volume_scale(float(np.nanmax(left_m3, initial=0.0)), language)
    handles = _draw_days(ax, dataset, left_m3, scale.factor, language)
    add_labels(ax, y=with_unit(capital(say("left_of_grant", language)), scale.unit))
    return handles


def heading(dataset: xr.Dataset, account: str, language: Language) -> str:
    """Return what readers call an account."""
    place = position(dataset, "account", account)
    node = item_texts(dataset, "account", "account_node")[place] or account
    title = title_of(dataset, node, language)
    part = account.partition(".")[2]
    return say("account_extra", language, title=title) if part == "extra" else title


def _account_years(dataset: xr.Dataset, left_m3: Floats) -> _Years:
    """Return the account years: they start where the volume left rises, most often on one day."""
    stamps = dataset.variables["time"].values.astype("datetime64[D]")
    jumps = np.flatnonzero(np.diff(left_m3) > _LEAST_JUMP * float(np.nanmax(left_m3))) + 1
    of_year = stamps - stamps.astype("datetime64[Y]")
    if jumps.size:
        days, counts = np.unique(of_year[jumps].astype(np.int64), return_counts=True)
        # A leap year moves the day by one: a day and the next are the same.
        near = [int(counts[np.abs(days - day) <= 1].sum()) for day in days]
        chosen = int(days[int(np.argmax(near))])
        first = jumps[np.abs(of_year[jumps].astype(np.int64) - chosen) <= 1]
    else:
        first = np.flatnonzero(np.diff(stamps.astype("datetime64[Y]")).astype(bool)) + 1
    first = np.unique(first)
    starts = stamps[first]
    day = str(starts[0])[5:] if starts.size else "01-01"
    end = np.append(first[1:], stamps.size)
    whole = (ends_days(dataset)[end - 1] - starts_days(dataset)[first]) > _DAYS - 6
    year = starts.astype("datetime64[Y]").astype(np.int64) + 1970
    return _Years(year[whole], first[whole], end[whole], day)


def _draw_years(
    ax: Axes, dataset: xr.Dataset, left_m3: Floats, factor: float, language: Language
) -> list[Any]:
    from matplotlib.patches import Patch

    found = _account_years(dataset, left_m3)
    if found.year.size == 0:
        return []
    granted = np.array([left_m3[a:b].max() for a, b in zip(found.first, found.end, strict=True)])
    left = np.maximum(left_m3[found.end - 1], 0.0)
    used = np.maximum(granted - left, 0.0)
    bars(ax, found.year, 0.0, used / factor, WATER, gid="used")
    bars(ax, found.year, used / factor, left / factor, _LEFT_COLOUR, gid="left")
    ax.set_ylim(0.0, 1.08 * float(granted.max()) / factor)
    ax.grid(False, axis="x")
    year_axis(ax, found.year, say("account_year", language, day=found.start_day))
    ax.set_xlabel(capital(say("account_year", language, day=found.start_day)))
    return [
        Patch(facecolor=WATER, label=capital(say("account_used", language))),
        Patch(facecolor=_LEFT_COLOUR, label=capital(say("account_left", language))),
    ]


def _draw_days(
    ax: Axes, dataset: xr.Dataset, left_m3: Floats, factor: float, language: Language
) -> list[Any]:
    found = _account_years(dataset, left_m3)
    if found.year.size == 0:
        return []
    starts = starts_days(dataset)
    grid = np.arange(0.0, _DAYS, 5.0)
    table = np.stack(
        [
            np.interp(grid, starts[a:b] - starts[a], left_m3[a:b])
            for a, b in zip(found.first, found.end, strict=True)
        ]
    )
    least, most = table.min(axis=0) / factor, table.max(axis=0) / factor
    label = capital(say("range_years", language))
    spread = band(ax, grid, least, most, WATER, alpha=0.2, label=label)
    (line,) = ax.plot(
        grid,
        table.mean(axis=0) / factor,
        color=WATER,
        linewidth=1.6,
        label=capital(say("all_years", language)),
    )
    ax.set_xlim(0, _DAYS)
    ax.set_xticks([0, 90, 180, 270, 360])
    add_labels(ax, x=capital(say("account_day", language)))
    return [line, spread]
