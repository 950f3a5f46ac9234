"""Start levels of floods by day of the season, and the yearly probability of each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.flood_marks import level_lines
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.style import LIMIT, QUIET, WATER, add_labels, few_ticks
from hydrosim.plot.text import capital, say, title_of, with_unit
from hydrosim.reading.items import items, position

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "is_start_levels", "pages"]

_CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
_ROOM = 0.06


def is_start_levels(dataset: xr.Dataset) -> bool:
    """Tell whether a result is one of floods from the levels of a supply run."""
    return "curve_exceedance" in dataset.data_vars


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row a store."""
    return pages_of_rows(
        list(range(dataset.sizes["node"])),
        lambda row, place: _draw((row[0], row[1]), dataset, place, language),
        per_page=4,
        row_in=1.95,
        title=say("title_flood_exceedance", language),
        subtitle=say("sub_flood_exceedance", language),
        left_in=0.7,
        right_in=1.35,
        between_in=0.85,
        gap_in=0.4,
    )


def draw(axes: tuple[Axes, Axes], dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw one store: start levels by day to the left, yearly chance of levels to the right."""
    _draw(axes, dataset, position(dataset, "node", store), language)
    return []


def _draw(
    axes: tuple[Axes, Axes], dataset: xr.Dataset, place: int, language: Language
) -> list[Any]:
    left, right = axes
    handles = _start_levels(left, dataset, place, language)
    handles += _exceedance(right, dataset, place, language)
    left.set_title(title_of(dataset, items(dataset, "node")[place], language))
    return handles


def _start_levels(ax: Axes, dataset: xr.Dataset, place: int, language: Language) -> list[Any]:
    """Draw the range of levels at the start of each day of the season."""
    from matplotlib.dates import DateFormatter, date2num
    from matplotlib.ticker import FixedLocator

    days = np.array([f"2001-{day}" for day in items(dataset, "day")], dtype="M8[D]")
    x = date2num(days)
    levels = np.asarray(dataset["start_level_of_day"].values, dtype=np.float64)[:, :, place]
    outer = ax.fill_between(
        x, levels[:, 0], levels[:, 4], color=WATER, alpha=0.16, linewidth=0.0,
        label=capital(say("start_range_wide", language)),
    )  # fmt: skip
    inner = ax.fill_between(
        x, levels[:, 1], levels[:, 3], color=WATER, alpha=0.34, linewidth=0.0,
        label=capital(say("start_range", language)),
    )  # fmt: skip
    (middle,) = ax.plot(
        x, levels[:, 2], color=WATER, linewidth=1.3, label=capital(say("start_median", language))
    )
    ax.set_xlim(x[0], x[-1])
    ticks = [float(x[i]) for i, day in enumerate(days) if str(day)[-2:] in ("01", "16")]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(DateFormatter("%m-%d"))
    few_ticks(ax, 5)
    add_labels(
        ax,
        x=capital(say("day_of_season", language)),
        y=with_unit(capital(say("start_level_line", language)), "m"),
    )
    return [outer, inner, middle]


def _exceedance(ax: Axes, dataset: xr.Dataset, place: int, language: Language) -> list[Any]:
    """Draw the yearly probability of exceeding each level, from both kinds of start."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    level = np.asarray(dataset["curve_level"].values, dtype=np.float64)[place]
    chance = np.asarray(dataset["curve_exceedance"].values, dtype=np.float64)[:, place]
    smallest = float(dataset.attrs["smallest"])
    handles: list[Any] = []
    looks = {"limit": (LIMIT, (4, 1.6)), "run": (WATER, (1, 0))}
    for number, start in enumerate(items(dataset, "start")):
        colour, dashes = looks[start]
        shown = (chance[number] < 1.0) & (chance[number] >= smallest)
        handles += ax.plot(
            chance[number][shown], level[shown], color=colour, dashes=dashes, linewidth=1.3,
            zorder=5 - number, label=capital(say(f"start_{start}", language)),
        )  # fmt: skip
    marked = {
        bound: float(dataset["bound_level"].values[place, j])
        for j, bound in enumerate(items(dataset, "bound"))
        if np.isfinite(dataset["bound_level"].values[place, j])
    }
    low, high = float(level.min()), max(float(level.max()), *marked.values())
    room = max(high - low, 0.5)
    ax.set_ylim(low - _ROOM * room, high + _ROOM * room)
    ax.set_xscale("log")
    ax.set_xlim(1.0, smallest)
    ticks = [tick for tick in _CHANCES if tick >= smallest * (1.0 - 1e-9)]
    inches = ax.get_window_extent().width / ax.figure.dpi
    ticks = ticks[:: max(1, -(-len(ticks) // max(2, int(inches / 0.42))))]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{100.0 * tick:g}" for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="x", colors=QUIET)
    few_ticks(ax, 5)
    level_lines(ax, marked, language)
    add_labels(
        ax,
        x=with_unit(capital(say("yearly_chance", language)), "%"),
        y=with_unit(capital(say("peak_level_line", language)), "m"),
    )
    return handles
