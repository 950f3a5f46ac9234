"""Whose water is stored: storage by origin and by age, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import time_axis
from hydrosim.plot.shapes import band
from hydrosim.plot.style import (
    SOURCE_COLOURS,
    add_labels,
    add_legend,
    chunks,
    few_ticks,
    page,
    share_x,
    share_y,
)
from hydrosim.plot.text import capital, long_name, say, title_of, volume_scale, with_unit
from hydrosim.reading.items import has, item_texts, items, position, require

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw", "pages"]

_PER_PAGE = 7
_INITIAL = "initial storage"
_INITIAL_COLOUR = "#DDDDDD"
# Young to old, light to dark: the order shows in grey print too.
_AGES = ("#D6E6F4", "#9DC6E0", "#5BA3CF", "#2171B5", "#08306B")
_LEAST_SHARE = 1e-4
_CREDIT_COLOUR = "#111111"


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row for each store whose water is known: by origin, and by age."""
    require(dataset, "storage_by_origin", "storage_by_age")
    volume = np.nansum(dataset.variables["storage_by_origin"].values, axis=(0, 2))
    stores = [
        name for name, known in zip(items(dataset, "store"), volume, strict=True) if known > 0
    ]
    return [_page(dataset, some, language) for some in chunks(stores, _PER_PAGE)]


def _page(dataset: xr.Dataset, stores: list[str], language: Language) -> Figure:
    figure, rows = page(
        [1.0, 1.0],
        [1.1] * len(stores),
        title=say("title_whose_water", language),
        subtitle=say("sub_whose_water", language),
        between_in=0.4,
        gap_in=0.3,
        left_in=0.65,
    )
    by_origin: list[Any] = []
    by_age: list[Any] = []
    for (left, right), store in zip(rows, stores, strict=True):
        by_origin += draw(left, dataset, store, language)
        by_age += draw(right, dataset, store, language, by="age")
        left.set_title(title_of(dataset, store, language))
        share_y(right, left)
    for place in (0, 1):
        share_x([row[place] for row in rows[:-1]])
    add_legend(by_origin, figure=figure)
    add_legend(by_age, figure=figure)
    return figure


def draw(
    ax: Axes, dataset: xr.Dataset, store: str, language: Language, *, by: str = "origin"
) -> list[Any]:
    """Draw the water stored at the end of each month, stacked by origin or by age.

    Above the origins a line tells the in-lieu credit, where there is any: water of whatever origin
    that is stored because imports were used in its place.
    """
    if by == "age":
        return _draw(ax, dataset, _by_age(dataset, store), language)
    handles = _draw(ax, dataset, _by_origin(dataset, store), language)
    return handles + _draw_credit(ax, dataset, store, language)


def _of_store(dataset: xr.Dataset, variable: str, store: str) -> Floats:
    require(dataset, variable)
    place = position(dataset, "store", store)
    found = dataset.variables[variable]
    values = np.take(found.values, place, axis=found.dims.index("store"))
    return np.maximum(np.nan_to_num(values), 0.0)


def _by_origin(dataset: xr.Dataset, store: str) -> list[tuple[str, str, Floats]]:
    """Return key, colour and volume [m3] (month,) of each kind of source that is stored."""
    values = _of_store(dataset, "storage_by_origin", store)
    origins = items(dataset, "origin")
    kinds = [
        _INITIAL if origin == _INITIAL else kind if kind in SOURCE_COLOURS else "other"
        for origin, kind in zip(origins, item_texts(dataset, "origin", "origin_kind"), strict=True)
    ]
    parts: list[tuple[str, str, Floats]] = []
    for kind in (_INITIAL, *SOURCE_COLOURS):
        places = [place for place, known in enumerate(kinds) if known == kind]
        part = values[:, places].sum(axis=1)
        if part.sum() > _LEAST_SHARE * values.sum():
            parts.append((kind, SOURCE_COLOURS.get(kind, _INITIAL_COLOUR), part))
    return parts


def _by_age(dataset: xr.Dataset, store: str) -> list[tuple[str, str, Floats]]:
    values = _of_store(dataset, "storage_by_age", store)
    ages = values.shape[1]
    colours = [_AGES[round(k * (len(_AGES) - 1) / max(ages - 1, 1))] for k in range(ages)]
    keys = [f"age_{k}" if k < ages - 1 or ages == 1 else "age_older" for k in range(ages)]
    return [(keys[k], colours[k], values[:, k]) for k in reversed(range(ages))]


def _draw_credit(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw how much of the stored water is held in lieu of imports; nothing where none is."""
    if not has(dataset, "in_lieu_credit"):
        return []
    credit = _of_store(dataset, "in_lieu_credit", store).sum(axis=1)
    stored = _of_store(dataset, "storage_by_origin", store).sum(axis=1)
    if credit.max(initial=0.0) <= _LEAST_SHARE * stored.max(initial=0.0):
        return []
    scale = volume_scale(float(stored.max(initial=0.0)), language)
    label = capital(long_name("in_lieu_credit", language))
    ends = _month_ends(dataset)
    ax.plot(ends, credit / scale.factor, color="white", lw=2.4, zorder=4)
    return ax.plot(ends, credit / scale.factor, color=_CREDIT_COLOUR, lw=1.0, label=label, zorder=5)


def _month_ends(dataset: xr.Dataset) -> Floats:
    months = dataset.variables["month"].values.astype("datetime64[M]")
    return (months + 1).astype("datetime64[D]").astype(np.int64).astype(np.float64)


def _name(key: str, language: Language) -> str:
    age = key.removeprefix("age_")
    if age != key and age.isdigit() and int(age) > 1:
        return say("age_more", language, years=age)
    return say(key, language)


def _draw(
    ax: Axes, dataset: xr.Dataset, parts: list[tuple[str, str, Floats]], language: Language
) -> list[Any]:
    ends = _month_ends(dataset)
    total = sum((part for _, _, part in parts), np.zeros(ends.size))
    scale = volume_scale(float(total.max(initial=0.0)), language)
    handles: list[Any] = []
    bottom = np.zeros(ends.size)
    for key, colour, part in parts:
        top = bottom + part / scale.factor
        handles.append(
            band(
                ax,
                ends,
                bottom,
                top,
                colour,
                label=capital(_name(key, language)),
                zorder=2,
            )
        )
        bottom = top
    ax.set_ylim(0.0, 1.08 * max(float(total.max(initial=0.0)) / scale.factor, 1e-9))
    few_ticks(ax)
    add_labels(ax, y=with_unit(long_name("storage", language), scale.unit))
    time_axis(ax, float(ends[0]) - 31.0, float(ends[-1]), language)
    return handles[::-1]
