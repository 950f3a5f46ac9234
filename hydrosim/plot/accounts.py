"""Accounts: what each account year used and left, and how much is left by day of that year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from hydrosim.plot.text import Scale, capital, say, title_of, volume_scale, with_unit
from hydrosim.reading.accounts import AccountYears, account_years, is_limited
from hydrosim.reading.items import item_texts, items, position, require
from hydrosim.reading.steps import ends_days, starts_days
from hydrosim.reading.supply import column

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "heading", "pages"]

_PER_PAGE = 6
_LEFT_COLOUR = "#BBD7EA"
_DAYS = 366


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row for each account that grants a limited volume."""
    require(dataset, "account_left", "account_used")

    def draw_row(row: list[Axes], account: str) -> list[Any]:
        left, right = row
        found = account_years(dataset, account)
        scale = _scale(dataset, account, language)
        handles = _draw_years(left, found, scale.factor, language)
        handles += _draw_days(right, dataset, account, found, scale.factor, language)
        add_labels(left, y=with_unit(capital(say("account_volume", language)), scale.unit))
        left.set_title(heading(dataset, account, language))
        few_ticks(left)
        share_y(right, left)
        return handles

    return pages_of_rows(
        [name for name in items(dataset, "account") if is_limited(dataset, name)],
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


def draw(ax: Axes, dataset: xr.Dataset, account: str, language: Language) -> list[Any]:
    """Draw what is left of an account by day of its year: mean and range over the years."""
    found = account_years(dataset, account)
    scale = _scale(dataset, account, language)
    handles = _draw_days(ax, dataset, account, found, scale.factor, language)
    add_labels(ax, y=with_unit(capital(say("left_of_grant", language)), scale.unit))
    return handles


def _scale(dataset: xr.Dataset, account: str, language: Language) -> Scale:
    largest = float(np.nanmax(column(dataset, "account_left", account), initial=0.0))
    return volume_scale(largest, language)


def heading(dataset: xr.Dataset, account: str, language: Language) -> str:
    """Return what readers call an account."""
    place = position(dataset, "account", account)
    node = item_texts(dataset, "account", "account_node")[place] or account
    title = title_of(dataset, node, language)
    part = account.partition(".")[2]
    return say("account_extra", language, title=title) if part == "extra" else title


def _draw_years(ax: Axes, found: AccountYears, factor: float, language: Language) -> list[Any]:
    from matplotlib.patches import Patch

    if found.year.size == 0:
        return []
    left = np.maximum(found.left_m3, 0.0)
    bars(ax, found.year, 0.0, found.used_m3 / factor, WATER, gid="used")
    bars(ax, found.year, found.used_m3 / factor, left / factor, _LEFT_COLOUR, gid="left")
    ax.set_ylim(0.0, 1.08 * float((found.used_m3 + left).max()) / factor)
    ax.grid(False, axis="x")
    year_axis(ax, found.year, say("account_year", language, day=found.start_day))
    ax.set_xlabel(capital(say("account_year", language, day=found.start_day)))
    return [
        Patch(facecolor=WATER, label=capital(say("account_used", language))),
        Patch(facecolor=_LEFT_COLOUR, label=capital(say("account_left", language))),
    ]


def _draw_days(
    ax: Axes,
    dataset: xr.Dataset,
    account: str,
    found: AccountYears,
    factor: float,
    language: Language,
) -> list[Any]:
    if found.year.size == 0:
        return []
    left_m3 = column(dataset, "account_left", account)
    starts, ends = starts_days(dataset), ends_days(dataset)
    grid = np.arange(0.0, _DAYS, 5.0)
    granted = found.used_m3 + found.left_m3
    table = np.stack(
        [
            np.interp(grid, np.append(0.0, ends[a:b] - starts[a]), np.append(most, left_m3[a:b]))
            for a, b, most in zip(found.first, found.end, granted, strict=True)
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
