"""An ensemble: shortage over all members, standards that hold in a part of them, storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language, _
from hydrosim.plot.style import WATER, add_labels, add_legend, few_ticks, page
from hydrosim.plot.text import capital, month_names, say, volume_scale, with_unit, wrapped
from hydrosim.reading.words import word
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["is_ensemble", "pages"]

MOST_STORES = 4
MOST_ROWS = 24
ROW_IN = 0.21
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#882255")
_FIRST_DAYS = (1, 32, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335)
_LABEL_EM = 28.0
"""Room for the name of a standard [font sizes]."""


def is_ensemble(dataset: xr.Dataset) -> bool:
    """Tell whether a result is the statistics of an ensemble."""
    return (
        {"scenario", "member"} <= set(dataset.dims)
        and "time" not in dataset.dims
        and ("verdict" in dataset.dims or "shortage" in dataset)
    )


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages: shortage and standards of all scenarios, then storage of the largest stores.

    Parameters
    ----------
    dataset
        The statistics of an ensemble, ``ensemble.nc``.
    language
        "en" or "zh".
    """
    made = [_shortage_page(dataset, language), _standard_page(dataset, language)]
    stores = _stores(dataset)
    scenarios = range(dataset.sizes["scenario"]) if stores else ()
    made += [_storage_page(dataset, scenario, stores, language) for scenario in scenarios]
    return [one for one in made if one is not None]


def _names(dataset: xr.Dataset) -> list[str]:
    return [str(name) for name in dataset["scenario"].to_numpy()]


def _subtitle(dataset: xr.Dataset, language: Language) -> str:
    return _("{members} members", members=dataset.sizes["member"]).in_language(language)


def _shortage_page(dataset: xr.Dataset, language: Language) -> Figure | None:
    """Return the shortage of members, the largest first, against the share that has as much."""
    if "shortage" not in dataset:
        return None
    values = dataset["shortage"].to_numpy()
    known = [one[np.isfinite(one)] for one in values]
    if not any(one.any() for one in known):
        return None
    scale = volume_scale(float(max(one.max() for one in known if one.size)), language)
    figure, rows = page(
        [1.0], [2.6], title=_("Shortage over the whole run, by member").in_language(language),
        subtitle=_subtitle(dataset, language),
    )  # fmt: skip
    ax = rows[0][0]
    handles: list[Any] = []
    for at, (name, found) in enumerate(zip(_names(dataset), known, strict=True)):
        ranked = np.sort(found)[::-1] / scale.factor
        share = 100.0 * (np.arange(ranked.size) + 1.0) / (ranked.size + 1.0)
        handles += ax.plot(
            share, ranked, marker="o", markersize=2.5, color=_COLOURS[at % len(_COLOURS)],
            label=name,
        )  # fmt: skip
    ax.set_xlim(0.0, 100.0)
    ax.set_ylim(bottom=0.0)
    shortage = word("shortage").in_language(language)
    add_labels(
        ax, _("share of members with as much or more (%)").in_language(language),
        with_unit(shortage, scale.unit),
    )  # fmt: skip
    if len(handles) > 1:
        add_legend(handles, figure=figure)
    return figure


def _standard_page(dataset: xr.Dataset, language: Language) -> Figure | None:
    """Return the share of members in which each standard holds, those that hold least first."""
    if "verdict" not in dataset.dims:
        return None
    shares = 100.0 * dataset["members_passing"].to_numpy()
    with np.errstate(invalid="ignore"):
        least = np.where(np.isfinite(shares), shares, np.inf).min(axis=0)
    order = [v for v in np.argsort(least, kind="stable").tolist() if least[v] < 100.0][:MOST_ROWS]
    if not order:
        return None
    suffix = "_zh" if language == "zh" else ""
    subjects = dataset[f"verdict_subject{suffix}"].to_numpy()[order]
    quantities = dataset[f"verdict_quantity{suffix}"].to_numpy()[order]
    figure, rows = page(
        [1.0], [max(0.6, ROW_IN * len(order))], left_in=3.6,
        title=_("Standards that do not hold in all members").in_language(language),
        subtitle=_subtitle(dataset, language),
    )  # fmt: skip
    ax = rows[0][0]
    handles: list[Any] = []
    places = np.arange(len(order))[::-1]
    for at, name in enumerate(_names(dataset)):
        colour = _COLOURS[at % len(_COLOURS)]
        handles += ax.plot(
            shares[at][order], places, marker="o", linestyle="none", markersize=5.0, color=colour,
            label=name, clip_on=False,
        )  # fmt: skip
        if len(_names(dataset)) == 1:
            ax.hlines(places, 0.0, shares[at][order], color=colour, linewidth=1.0)
    labels = [
        wrapped(f"{capital(str(who))}: {what}", _LABEL_EM, 1)[0]
        for who, what in zip(subjects, quantities, strict=True)
    ]
    ax.set_yticks(places, labels)
    ax.set_ylim(-0.6, len(order) - 0.4)
    ax.set_xlim(0.0, 100.0)
    add_labels(ax, x=_("holds in (% of members)").in_language(language))
    if len(handles) > 1:
        add_legend(handles, figure=figure)
    return figure


def _stores(dataset: xr.Dataset) -> list[int]:
    """Return the stores that hold most, and whose storage by day was kept."""
    if "storage_of_day" not in dataset:
        return []
    middle = dataset["storage_of_day"].sel(quantile=0.5).mean(("scenario", "day_of_year"))
    held = middle.to_numpy()
    known = [at for at in range(held.size) if np.isfinite(held[at])]
    return sorted(known, key=lambda at: -held[at])[:MOST_STORES]


def _storage_page(
    dataset: xr.Dataset, scenario: int, stores: list[int], language: Language
) -> Figure:
    """Return the bands of storage by day of the year, over members and years."""
    figure, rows = page(
        [1.0], [1.35] * len(stores),
        title=_("Storage through the year: {scenario}", scenario=_names(dataset)[scenario])
        .in_language(language),
        subtitle=_("over members and their years; {members} members",
                   members=dataset.sizes["member"]).in_language(language),
    )  # fmt: skip
    handles: list[Any] = []
    for (ax,), store in zip(rows, stores, strict=True):
        handles = _draw_store(ax, dataset, scenario, store, language)
    add_legend(handles, figure=figure)
    return figure


def _draw_store(
    ax: Axes, dataset: xr.Dataset, scenario: int, store: int, language: Language
) -> list[Any]:
    one = dataset["storage_of_day"].isel(scenario=scenario, store=store)
    # Months and ten-day steps end on some days only.
    kept = np.flatnonzero(np.isfinite(one.sel(quantile=0.5).to_numpy()))
    days = kept + 1
    scale = volume_scale(float(one.max()), language)
    known = [float(q) for q in one["quantile"].to_numpy()]

    def of(wanted: float) -> Any:
        nearest = min(known, key=lambda q: abs(q - wanted))
        return one.sel(quantile=nearest).to_numpy()[kept] / scale.factor

    wide = ax.fill_between(
        days, of(0.05), of(0.95), color=WATER, alpha=0.15, linewidth=0,
        label=say("band_90_members", language),
    )  # fmt: skip
    narrow = ax.fill_between(
        days, of(0.25), of(0.75), color=WATER, alpha=0.3, linewidth=0,
        label=say("band_50_members", language),
    )  # fmt: skip
    (middle,) = ax.plot(days, of(0.5), color=WATER, label=say("median", language))
    ax.set_xlim(1, 366)
    ax.set_xticks(_FIRST_DAYS, month_names(language))
    ax.set_ylim(bottom=0.0)
    few_ticks(ax)
    name = str(dataset["store"].to_numpy()[store])
    ax.set_title(item_title(dataset, name).in_language(language))
    add_labels(ax, y=with_unit(say("storage", language), scale.unit))
    return [middle, narrow, wide]
