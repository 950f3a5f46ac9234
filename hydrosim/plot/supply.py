"""Supply by year: stacked bars by source and by use, and the sources of each use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.axes import year_axis, year_label
from hydrosim.plot.shapes import bars
from hydrosim.plot.style import (
    INK,
    SOURCE_COLOURS,
    SOURCE_KINDS,
    USE_COLOURS,
    add_labels,
    add_legend,
    page,
)
from hydrosim.plot.text import capital, say, volume_scale, with_unit
from hydrosim.reading.items import has, item_texts, require, values_of
from hydrosim.reading.steps import month_years, years_of
from hydrosim.reading.supply import firm_claims, supply_claims, uses_of_claims

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST_SHARE = 1e-6
_OFFERED_COLOUR = "#A9DDD3"

__all__ = ["draw_mix", "draw_sources", "draw_uses", "pages"]


class _Stack(NamedTuple):
    """Volumes [m3] by year (water_year,) of each part of a stacked bar."""

    years: NDArray[np.int64]
    complete: NDArray[np.bool_]
    parts_m3: dict[str, Floats]
    from_ledger: bool


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return one page: supply by source and by use for each year, and the mix of each use."""
    draws: list[tuple[Any, float]] = []
    if has(dataset, "supplied_by_origin") or has(dataset, "year_withdrawn"):
        draws.append((draw_sources, 2.5))
    if has(dataset, "year_supplied") and has(dataset, "year_demand"):
        draws.append((draw_uses, 2.5))
    if has(dataset, "supplied_by_origin"):
        draws.append((draw_mix, 1.5))
    if not draws:
        require(dataset, "year_supplied")
    subtitle = "" if has(dataset, "supplied_by_origin") else say("sub_withdrawn", language)
    figure, rows = page(
        [1.0],
        [height for _, height in draws],
        title=say("title_supply", language),
        subtitle=subtitle if has(dataset, "year_withdrawn") else "",
        gap_in=0.75,
        left_in=0.95,
    )
    by_use: list[Any] = []
    by_source: list[Any] = []
    for (ax,), (draw, _) in zip(rows, draws, strict=True):
        handles = draw(ax, dataset, language)
        (by_use if draw is draw_uses else by_source).extend(handles)
    add_legend(by_source, figure=figure)
    shown = {handle.get_label() for handle in by_source}
    add_legend([one for one in by_use if one.get_label() not in shown], figure=figure)
    return [figure]


def draw_sources(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw the supply of each water year as bars stacked by kind of source.

    With the ledger (``supplied_by_origin``) it is the water that uses and artificial ecology
    received; without it, what was taken from the sources (``year_withdrawn``), and the title
    says so. Years that the run does not cover wholly are paler.
    """
    stack = _by_source(dataset)
    wanted_m3 = None
    if stack.from_ledger and has(dataset, "year_demand") and has(dataset, "year_supplied"):
        wanted_m3 = _wanted(dataset)
    total = sum(stack.parts_m3.values(), np.zeros(stack.years.size))
    largest = max(total.max(initial=0.0), 0.0 if wanted_m3 is None else wanted_m3.max(initial=0.0))
    scale = volume_scale(float(largest), language)
    handles = _stacked(ax, stack, SOURCE_COLOURS, scale.factor, language)
    if wanted_m3 is not None:
        (line,) = ax.plot(
            stack.years,
            wanted_m3 / scale.factor,
            color=INK,
            marker="_",
            markersize=7,
            markeredgewidth=1.5,
            linestyle="none",
            label=capital(say("demand_mark", language)),
        )
        handles.append(line)
    ax.set_ylim(0.0, 1.06 * max(float(largest) / scale.factor, 1e-9))
    ax.set_title(say("title_by_source" if stack.from_ledger else "title_withdrawn", language))
    label = say("supply_year" if stack.from_ledger else "withdrawn_year", language)
    add_labels(ax, y=with_unit(capital(label), scale.unit))
    year_axis(ax, stack.years, year_label(dataset, language))
    return handles


def draw_uses(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw the supply of each water year stacked by use, with the demand not met on top."""
    from matplotlib.patches import Patch

    require(dataset, "year_supplied", "year_demand")
    found = years_of(dataset)
    years, complete = found.year, found.complete
    supplied_m3 = np.nan_to_num(dataset.variables["year_supplied"].values)
    demand_m3 = np.nan_to_num(dataset.variables["year_demand"].values)
    uses = uses_of_claims(dataset)
    members = firm_claims(dataset)
    parts: dict[str, Floats] = {}
    for use in USE_COLOURS:
        places = [place for place in members if uses[place] == use]
        if places:
            parts[use] = supplied_m3[:, places].sum(axis=1)
    unmet = np.maximum(demand_m3[:, members] - supplied_m3[:, members], 0.0).sum(axis=1)
    total = sum(parts.values(), np.zeros(years.size))
    offered_m3 = supplied_m3[:, _offered(dataset)].sum(axis=1)
    largest = float((total + unmet + offered_m3).max(initial=0.0))
    scale = volume_scale(largest, language)
    handles = _stacked(
        ax, _Stack(years, complete, parts, False), USE_COLOURS, scale.factor, language
    )
    look: Any = {"edgecolors": "#D55E00", "linewidths": 0.6, "hatch": "/////"}
    bars(ax, years, total / scale.factor, unmet / scale.factor, "#FFFFFF", **look)
    handles.append(
        Patch(
            facecolor="#FFFFFF",
            edgecolor="#D55E00",
            linewidth=0.6,
            hatch="/////",
            label=capital(say("unmet", language)),
        )
    )
    if offered_m3.any():
        foot, height = (total + unmet) / scale.factor, offered_m3 / scale.factor
        bars(ax, years, foot, height, _OFFERED_COLOUR, pale=~complete, gid="offered")
        label = capital(say("offered", language))
        handles.append(Patch(facecolor=_OFFERED_COLOUR, label=label))
    ax.set_ylim(0.0, 1.06 * max(largest / scale.factor, 1e-9))
    ax.set_title(say("title_by_use", language))
    add_labels(ax, y=with_unit(capital(say("supply_year", language)), scale.unit))
    year_axis(ax, years, year_label(dataset, language))
    return handles


def draw_mix(ax: Axes, dataset: xr.Dataset, language: Language) -> list[Any]:
    """Draw the mean supply of each use per complete year, stacked by kind of source."""
    require(dataset, "supplied_by_origin")
    volumes = _ledger(dataset)
    complete = years_of(dataset).complete
    kept = volumes[complete] if complete.any() else volumes
    mean_m3 = kept.mean(axis=0)
    kinds = _origin_kinds(dataset)
    uses = uses_of_claims(dataset)
    members = supply_claims(dataset)
    shown = [use for use in USE_COLOURS if any(uses[place] == use for place in members)]
    table = {
        kind: np.array(
            [
                mean_m3[[p for p in members if uses[p] == use]][
                    :, [o for o, known in enumerate(kinds) if known == kind]
                ].sum()
                for use in shown
            ]
        )
        for kind in SOURCE_KINDS
        if kind in kinds
    }
    whole = sum(float(part.sum()) for part in table.values())
    table = {kind: part for kind, part in table.items() if part.sum() > _LEAST_SHARE * whole}
    total = sum(table.values(), np.zeros(len(shown)))
    scale = volume_scale(float(total.max(initial=0.0)), language)
    place = np.arange(len(shown))
    left = np.zeros(len(shown))
    handles: list[Any] = []
    for kind, part in table.items():
        width = part / scale.factor
        handles.append(
            ax.barh(
                place,
                width,
                left=left,
                height=0.62,
                color=SOURCE_COLOURS[kind],
                label=capital(say(kind, language)),
            )
        )
        left = left + width
    for row, length in zip(place.tolist(), left.tolist(), strict=True):
        ax.text(length, row, f" {length:.2f}", va="center", fontsize=8.0)
    ax.set_yticks(place.tolist(), [capital(say(use, language)) for use in shown])
    ax.set_xlim(0.0, max(1.08 * float(left.max(initial=0.0)), 1e-9))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set_title(say("title_use_source", language))
    add_labels(ax, x=with_unit(capital(say("supply_mean", language)), scale.unit))
    return handles


def _stacked(
    ax: Axes, stack: _Stack, colours: dict[str, str], factor: float, language: Language
) -> list[Any]:
    from matplotlib.patches import Patch

    handles: list[Any] = []
    bottom = np.zeros(stack.years.size)
    for kind, part_m3 in stack.parts_m3.items():
        height = part_m3 / factor
        bars(ax, stack.years, bottom, height, colours[kind], pale=~stack.complete, gid=kind)
        bottom = bottom + height
        handles.append(Patch(facecolor=colours[kind], label=capital(say(kind, language))))
    ax.set_ylim(bottom=0.0)
    ax.grid(False, axis="x")
    if not stack.complete.all():
        handles.append(
            Patch(facecolor="#BBBBBB", alpha=0.45, label=capital(say("incomplete", language)))
        )
    return handles


def _offered(dataset: xr.Dataset) -> list[int]:
    """Return the places of the claims that take what is offered."""
    firm = set(firm_claims(dataset))
    return [place for place in supply_claims(dataset) if place not in firm]


def _wanted(dataset: xr.Dataset) -> Floats:
    """Return what each water year wanted [m3]: the demands, and what was offered and taken."""
    demand_m3 = dataset.variables["year_demand"].values[:, firm_claims(dataset)]
    taken_m3 = dataset.variables["year_supplied"].values[:, _offered(dataset)]
    return np.nansum(demand_m3, axis=1) + np.nansum(taken_m3, axis=1)


def _by_source(dataset: xr.Dataset) -> _Stack:
    found = years_of(dataset)
    from_ledger = has(dataset, "supplied_by_origin")
    if from_ledger:
        volumes = _ledger(dataset)[:, supply_claims(dataset)].sum(axis=1)
        kinds = _origin_kinds(dataset)
    else:
        require(dataset, "year_withdrawn")
        volumes = np.nan_to_num(dataset.variables["year_withdrawn"].values)
        kinds = _known_kinds(item_texts(dataset, "source", "source_kind"))
    parts: dict[str, Floats] = {}
    for kind in SOURCE_KINDS:
        places = [place for place, known in enumerate(kinds) if known == kind]
        part = volumes[:, places].sum(axis=1)
        if part.sum() > _LEAST_SHARE * volumes.sum():
            parts[kind] = part
    return _Stack(found.year, found.complete, parts, from_ledger)


def _ledger(dataset: xr.Dataset) -> Floats:
    """Return the supplied volume [m3] (water_year, claim, origin)."""
    years, year_of_month = years_of(dataset).year, month_years(dataset)
    monthly = np.nan_to_num(values_of(dataset, "supplied_by_origin", "month", "claim", "origin"))
    volumes = np.zeros((years.size, *monthly.shape[1:]))
    place = np.searchsorted(years, year_of_month)
    inside = (place < years.size) & (years[np.minimum(place, years.size - 1)] == year_of_month)
    np.add.at(volumes, place[inside], monthly[inside])
    return volumes


def _origin_kinds(dataset: xr.Dataset) -> list[str]:
    return _known_kinds(item_texts(dataset, "origin", "origin_kind"))


def _known_kinds(kinds: list[str]) -> list[str]:
    return [kind if kind in SOURCE_COLOURS else "other" for kind in kinds]
