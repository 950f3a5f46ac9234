"""Water gained by a higher flood-limited level against the floods that are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.style import INK, LIMIT, WATER, add_labels, few_ticks
from hydrosim.plot.text import capital, say, title_of, with_unit
from hydrosim.reading.items import position

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages"]

_MILLION = 1e6
_BOUND_LOOKS = {
    "flood_control": ("#CC79A7", "D"),
    "design": ("#882255", "v"),
    "check": ("#333333", "^"),
}


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row a limit."""
    return pages_of_rows(
        list(range(dataset.sizes["limit"])),
        lambda row, place: _draw((row[0], row[1]), dataset, place, language),
        per_page=4,
        row_in=1.75,
        share=False,
        title=say("title_tradeoff", language),
        subtitle=say("sub_tradeoff", language),
        left_in=0.75,
        right_in=0.75,
        between_in=1.0,
        gap_in=0.72,
    )


def draw(axes: tuple[Axes, Axes], dataset: xr.Dataset, limit: str, language: Language) -> list[Any]:
    """Draw one limit: water gained to the left, floods to the right, by the level of the limit."""
    _draw(axes, dataset, position(dataset, "limit", limit), language)
    return []


def _draw(
    axes: tuple[Axes, Axes], dataset: xr.Dataset, place: int, language: Language
) -> list[Any]:
    left, right = axes
    one = dataset.isel(limit=place)
    level = np.asarray(one["limit_level"].values, dtype=np.float64)
    there = np.isfinite(level)
    now = level[int(np.flatnonzero(dataset["rise"].values == 0.0)[0])]
    handles: list[Any] = []
    for name, colour, mark in (("dry_year_gain", WATER, "o"), ("ecology_gain", "#009E73", "s")):
        handles += left.plot(
            level[there], one[name].values[there] / _MILLION, color=colour, marker=mark,
            markersize=4, label=capital(say(name, language)),
        )  # fmt: skip
    left.axhline(0.0, color="#999999", linewidth=0.7)
    unit = say("million_a_year", language)
    add_labels(left, y=with_unit(capital(say("gain", language)), unit))
    handles += _floods(right, one, level, there, language)
    lines: list[Any] = []
    for ax in axes:
        line = ax.axvline(
            now,
            color=LIMIT,
            linewidth=1.0,
            dashes=(4, 2),
            label=capital(say("limit_now", language)),
        )
        lines.append(line)
        if ax.get_yscale() == "linear":
            few_ticks(ax)
        add_labels(ax, x=with_unit(capital(say("limit_level", language)), "m"))
    handles += lines
    title = title_of(dataset, str(one["store"].values), language)
    left.set_title(f"{title}, {one['stage'].values}")
    return handles


def _floods(
    ax: Axes, one: xr.Dataset, level: np.ndarray, there: np.ndarray, language: Language
) -> list[Any]:
    """Draw the return period reached by bound, or without design floods the peak of each flood."""
    handles: list[Any] = []
    if "bound" not in one.dims:
        for number, flood in enumerate(one["flood"].values.tolist()):
            handles += ax.plot(
                level[there], one["peak_level"].values[there, number], color=INK, marker="o",
                markersize=4, alpha=1.0 / (1 + number), label=str(flood).replace("_", " "),
            )  # fmt: skip
        add_labels(ax, y=with_unit(capital(say("peak_level_line", language)), "m"))
        return handles
    from matplotlib.ticker import NullLocator, ScalarFormatter

    highest = max(float(flood) for flood in one["flood"].values)
    lowest = min(float(flood) for flood in one["flood"].values)
    for number, bound in enumerate(str(name) for name in one["bound"].values):
        colour, mark = _BOUND_LOOKS[bound]
        years = np.clip(one["return_period_reached"].values[:, number], lowest, highest)
        kept = there & np.isfinite(years)
        if kept.any():
            handles += ax.plot(
                level[kept], years[kept], color=colour, marker=mark, markersize=4,
                label=capital(say(f"reached_{bound}", language)),
            )  # fmt: skip
    ax.set_yscale("log")
    ax.set_ylim(lowest / 1.3, highest * 1.3)
    ax.set_yticks([t for t in (2, 10, 50, 100, 500, 1000, 5000, 10000) if lowest <= t <= highest])
    ax.yaxis.set_major_formatter(ScalarFormatter())
    ax.yaxis.set_minor_locator(NullLocator())
    unit = say("years_unit", language)
    add_labels(ax, y=with_unit(capital(say("return_period", language)), unit))
    return handles
