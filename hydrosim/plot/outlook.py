"""The outlook on one page: dangers by month in the colours of their alarms, and storage ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.style import INK, WATER, add_labels, add_legend, page
from hydrosim.plot.text import say, volume_scale, with_unit
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages", "sheet"]

ALARM_COLOURS = ("#F7F7F7", "#FFE08A", "#FDAE61", "#D7301F")
MOST_ROWS = 24
MOST_STORES = 3
ROW_IN = 0.21


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return one page: dangers above, the storage of the largest stores below."""
    stores = _stores(dataset)
    figure, rows = page(
        [1.0],
        [max(_height(dataset), 0.6), *[1.25] * len(stores)],
        title=say("title_outlook", language),
        subtitle=say(
            "sub_outlook",
            language,
            today=dataset.attrs["today"],
            members=dataset.attrs["members"],
        ),
        left_in=3.0,
    )
    _draw_dangers(rows[0][0], dataset, language)
    handles: list[Any] = []
    for (axes,), store in zip(rows[1:], stores, strict=True):
        handles = _draw_storage(axes, dataset, store, language)
    if handles:
        add_legend(handles, figure=figure)
    return [figure]


def sheet(dataset: xr.Dataset, language: Language) -> Axes:
    """Return the Axes of a picture of its own."""
    del language
    return page([1.0], [max(_height(dataset), 1.0)], left_in=3.0)[1][0][0]


def draw(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw the probability of each danger by month, coloured by its alarm, the worst first."""
    _draw_dangers(ax, dataset, language)
    return []


def _worst(dataset: xr.Dataset) -> list[int]:
    share, alarm = dataset["probability_any"].to_numpy(), dataset["alarm_any"].to_numpy()
    shown = np.flatnonzero(share > 0.0).tolist()
    return sorted(shown, key=lambda w: (-alarm[w], -share[w], w))[:MOST_ROWS]


def _height(dataset: xr.Dataset) -> float:
    return ROW_IN * len(_worst(dataset))


def _stores(dataset: xr.Dataset) -> list[int]:
    """Return the surface stores that hold most at the start of the outlook."""
    named = set(
        dataset["warning_item"].to_numpy()[dataset["warning_danger"].to_numpy() == "drying"]
    )
    held = dataset["storage_quantile"].sel(quantile=0.5).isel(time=0).to_numpy()
    stores = [s for s, name in enumerate(dataset["store"].to_numpy()) if str(name) in named]
    return sorted(stores, key=lambda s: -held[s])[:MOST_STORES]


def _draw_dangers(axes: Axes, dataset: xr.Dataset, language: Language) -> None:
    from matplotlib.colors import ListedColormap

    shown = _worst(dataset)
    months = dataset["month"].to_numpy().astype("datetime64[M]").astype(str)
    axes.grid(visible=False)
    if not shown:
        axes.set_axis_off()
        axes.text(0.0, 0.5, say("no_danger", language), transform=axes.transAxes, va="center")
        return
    alarm = dataset["alarm"].to_numpy()[shown]
    share = dataset["probability"].to_numpy()[shown]
    axes.imshow(
        alarm, cmap=ListedColormap(ALARM_COLOURS), vmin=-0.5, vmax=3.5, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    for row, column in np.ndindex(*share.shape):
        if share[row, column] > 0.0:
            colour = "white" if alarm[row, column] == 3 else INK
            axes.text(
                column, row, f"{100.0 * share[row, column]:.0f} %", ha="center", va="center",
                fontsize=7.5, color=colour,
            )  # fmt: skip
    danger = dataset["warning_danger"].to_numpy()
    titles = dataset["warning_title_zh" if language == "zh" else "warning_title"].to_numpy()
    labels = [f"{titles[w]}: {say(f'danger_{danger[w]}', language)}" for w in shown]
    axes.set_yticks(range(len(shown)), labels)
    axes.set_xticks(range(months.size), months)


def _draw_storage(axes: Axes, dataset: xr.Dataset, store: int, language: Language) -> list[Any]:
    one = dataset["storage_quantile"].isel(store=store)
    scale = volume_scale(float(one.max()), language)
    time = dataset["time"].to_numpy()

    def of(quantile: float) -> Any:
        return one.sel(quantile=quantile).to_numpy() / scale.factor

    wide = axes.fill_between(
        time, of(0.05), of(0.95), color=WATER, alpha=0.15, linewidth=0,
        label=say("band_90_members", language),
    )  # fmt: skip
    narrow = axes.fill_between(
        time, of(0.25), of(0.75), color=WATER, alpha=0.3, linewidth=0,
        label=say("band_50_members", language),
    )  # fmt: skip
    (middle,) = axes.plot(time, of(0.5), color=WATER, label=say("median", language))
    axes.set_ylim(bottom=0.0)
    axes.set_title(
        item_title(dataset, str(dataset["store"].to_numpy()[store])).in_language(language)
    )
    add_labels(axes, y=with_unit(say("storage", language), scale.unit))
    return [middle, narrow, wide]
