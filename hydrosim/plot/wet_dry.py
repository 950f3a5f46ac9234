"""Stored in wet years, used in dry years: rises and falls of storage by year and its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import Language, _, listed
from hydrosim.plot.axes import year_axis, year_label
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import bars
from hydrosim.plot.storage import SURFACE
from hydrosim.plot.style import (
    CLASS_COLOURS,
    INK,
    add_labels,
    few_ticks,
    page,
)
from hydrosim.plot.text import Scale, capital, say, title_of, volume_scale, with_unit
from hydrosim.reading.items import RESULTS, require
from hydrosim.reading.steps import years_of
from hydrosim.reading.supply import column, shown_items
from hydrosim.standards.year_classes import year_classes as ranked
from hydrosim.standards.year_classes import year_inflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw", "pages", "sheet", "year_classes"]

_PER_PAGE = 7


def year_classes(dataset: xr.Dataset) -> list[str]:
    """Return the class of each water year: wet, normal, dry or incomplete (water_year,).

    See :func:`hydrosim.standards.year_classes.year_classes`.

    Raises
    ------
    DataError
        If the result has no local inflow.
    """
    if year_inflow(dataset) is None:
        require(dataset, "local_inflow")
    classes = ranked(dataset)
    if classes is None:
        raise DataError(
            RESULTS,
            found=_("no local inflow in any year"),
            expected=_("a local inflow by which years can be ranked"),
        )
    return classes


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages: all reservoirs and lakes together, then each of them."""
    stores = _all_stores(dataset)
    if not stores:
        return []
    classes = year_classes(dataset)
    panels = [(title_of(dataset, store, language), [store]) for store in stores]
    if len(stores) > 1:
        panels.insert(0, (say("title_all_stores", language), stores))
    return pages_of_rows(
        panels,
        lambda row, panel: _draw(row[0], dataset, panel[1], classes, panel[0], language),
        per_page=_PER_PAGE,
        row_in=1.0,
        widths=(1.0,),
        title=say("title_wet_dry", language),
        subtitle=say("sub_wet_dry", language),
        gap_in=0.45,
        top_in=0.45,
    )


def sheet(dataset: xr.Dataset, language: Language) -> Axes:
    """Return the Axes of a picture of its own."""
    del dataset
    title, subtitle = say("title_wet_dry", language), say("sub_wet_dry", language)
    return page([1.0], [3.0], top_in=0.45, title=title, subtitle=subtitle)[1][0][0]


def draw(
    ax: Axes, dataset: xr.Dataset, language: Language, *, stores: Sequence[str] | None = None
) -> list[Any]:
    """Draw what stores took in and gave out by water year and its class; default all stores."""
    members = list(stores or _all_stores(dataset))
    names = ", ".join(title_of(dataset, store, language) for store in members)
    title = names if stores else say("title_all_stores", language)
    return _draw(ax, dataset, members, year_classes(dataset), title, language)


def _all_stores(dataset: xr.Dataset) -> list[str]:
    require(dataset, "year_storage_rise", "year_storage_fall")
    return shown_items(dataset, "year_storage_rise", *SURFACE)


def _draw(
    ax: Axes,
    dataset: xr.Dataset,
    stores: list[str],
    classes: list[str],
    title: str,
    language: Language,
) -> list[Any]:
    years = years_of(dataset).year
    rise_m3, fall_m3 = (
        np.sum([np.nan_to_num(column(dataset, name, store)) for store in stores], axis=0)
        for name in ("year_storage_rise", "year_storage_fall")
    )
    largest = float(max(rise_m3.max(initial=0.0), fall_m3.max(initial=0.0)))
    scale = volume_scale(largest, language)
    colours = [CLASS_COLOURS[name] for name in classes]
    bars(ax, years, 0.0, rise_m3 / scale.factor, colours, gid="rise")
    bars(ax, years, 0.0, -fall_m3 / scale.factor, colours, gid="fall")
    net_m3 = rise_m3 - fall_m3
    (line,) = ax.plot(
        years,
        net_m3 / scale.factor,
        color=INK,
        marker="o",
        markersize=3.2,
        linewidth=0.7,
        markerfacecolor="white",
        label=capital(say("net", language)),
    )
    ax.axhline(0.0, color="#555555", linewidth=0.8)
    ax.grid(False, axis="x")
    ax.set_title(title, pad=16.0)
    ax.annotate(
        _means(net_m3, classes, scale, language),
        (0.0, 1.0),
        xytext=(0, 4),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=7.5,
        color="#444444",
        va="bottom",
    )
    few_ticks(ax, 5)
    add_labels(ax, y=with_unit(capital(say("change_year", language)), scale.unit))
    year_axis(ax, years, year_label(dataset, language))
    return [*_class_patches(classes, language), line]


def _class_patches(classes: list[str], language: Language) -> list[Any]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=colour, label=capital(say(name, language)))
        for name, colour in CLASS_COLOURS.items()
        if name in classes
    ]


def _means(net_m3: Floats, classes: list[str], scale: Scale, language: Language) -> str:
    texts: list[str] = []
    for name in ("wet", "normal", "dry"):
        places = [place for place, known in enumerate(classes) if known == name]
        if places:
            value = round(float(net_m3[places].mean() / scale.factor), 2) + 0.0
            texts.append(f"{say(name, language)} {value:+.2f}")
    means = listed(texts).in_language(language)
    return capital(say("mean_net", language, unit=scale.unit, means=means)) if texts else ""
