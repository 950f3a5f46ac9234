"""Level, inflow and outflow of stores against the return period of the flood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import Language, _
from hydrosim.plot.flood_marks import (
    heading,
    level_lines,
    reduction_text,
    retained_text,
    with_kind_of_crest,
)
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.style import (
    INK,
    QUIET,
    WATER,
    add_labels,
    few_ticks,
)
from hydrosim.plot.text import capital, say, title_of, with_unit
from hydrosim.reading.flood import levels_of, periods, season_titles, stores
from hydrosim.reading.items import RESULTS, item_texts, items, position, require

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw_flows", "draw_level", "pages"]

_PER_PAGE = 4
_TICKS = (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_COLOURS = (WATER, "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MARKS = ("o", "s", "^", "D", "v", "P")


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with each store: level to the left, flows to the right."""

    def draw_row(row: list[Axes], store: str) -> list[Any]:
        left, right = row
        handles = draw_level(left, dataset, store, language, labelled=True)
        handles += draw_flows(right, dataset, store, language)
        years, event = _rarest(dataset, store, language)
        rarest = say("rarest_flood", language, years=years)
        cut, kept = (one(dataset, event, store, language)
                     for one in (reduction_text, retained_text))  # fmt: skip
        said = [say("of_which", language, first=rarest, second=one) if one else ""
                for one in (kept, cut)]  # fmt: skip
        heading(left, title_of(dataset, store, language), said[0])
        heading(right, "", said[1])
        return handles

    return pages_of_rows(
        [name for name in stores(dataset) if _judged(dataset, name)],
        draw_row,
        per_page=_PER_PAGE,
        row_in=1.95,
        title=say("title_flood_frequency", language),
        subtitle=say("sub_flood_frequency", language),
        left_in=0.78,
        right_in=0.3,
        between_in=1.9,
        gap_in=0.36,
    )


def _rarest(dataset: xr.Dataset, store: str, language: Language) -> tuple[float, str]:
    """Return the rarest flood and its return period; of several that with the highest level."""
    own = [(float(years[-1]), place) for years, some in _groups(dataset, store, language).values()
           for place in some[-1:]]  # fmt: skip
    node = position(dataset, "node", store)
    levels = np.asarray(dataset.variables["peak_level"].values, dtype=np.float64)[:, node]
    years, place = max(own, key=lambda one: (one[0], levels[one[1]]))
    return years, items(dataset, "event")[place]


def _judged(dataset: xr.Dataset, store: str) -> bool:
    """Tell whether floods of several return periods judge a store."""
    try:
        return bool(_groups(dataset, store, "en"))
    except DataError:
        return False


def _groups(
    dataset: xr.Dataset, store: str, language: Language
) -> dict[str, tuple[Floats, list[int]]]:
    """Return return periods [years] and places of the floods that judge a store, by their kind."""
    if "event_return_period" not in dataset.coords:
        raise DataError(
            RESULTS, found=_("no return periods"), expected=_("design floods of several T")
        )
    years = periods(dataset)
    own = position(dataset, "node", store)
    control = item_texts(dataset, "node", "node_control")[own]
    controls = item_texts(dataset, "event", "event_control")
    if "event_control" not in dataset.coords:
        controls = [control] * years.size
    places = [
        place for place in np.flatnonzero(np.isfinite(years)).tolist() if controls[place] == control
    ]
    columns = {
        key: item_texts(dataset, "event", f"event_{key}") for key in ("season", "scheme", "typical")
    }
    telling = [key for key in columns if len({columns[key][place] for place in places}) > 1]
    groups: dict[tuple[str, ...], list[int]] = {}
    for place in sorted(places, key=lambda place: years[place]):
        groups.setdefault(tuple(columns[key][place] for key in telling), []).append(place)
    kept = {
        _label(dataset, dict(zip(telling, kind, strict=True)), language): some
        for kind, some in sorted(groups.items())
        if len({years[place] for place in some}) > 1
    }
    if not kept:
        raise DataError(
            RESULTS,
            found=_("fewer than two return periods"),
            expected=_("design floods of several T"),
        )
    return {label: (years[some], some) for label, some in kept.items()}


def _label(dataset: xr.Dataset, kind: dict[str, str], language: Language) -> str:
    """Tell season, composition and typical flood, as far as they differ."""
    parts = []
    seasons = season_titles(dataset)
    for key, value in kind.items():
        name, _unused, leader = value.partition(":")
        if key == "scheme":
            where = title_of(dataset, leader, language) if leader else ""
            parts.append(say(f"scheme_{name}", language, leader=where))
        elif key == "season" and value in seasons:
            parts.append(seasons[value].in_language(language))
        else:
            parts.append(value.replace("_", " "))
    return ", ".join(parts)


def draw_level(
    ax: Axes, dataset: xr.Dataset, store: str, language: Language, *, labelled: bool = False
) -> list[Any]:
    """Draw the highest level of a store against the return period of the flood."""
    require(dataset, "peak_level")
    place = position(dataset, "node", store)
    peaks = np.asarray(dataset.variables["peak_level"].values, dtype=np.float64)[:, place]
    handles: list[Any] = []
    groups = _groups(dataset, store, language)
    seen: list[float] = []
    for number, (label, (years, events)) in enumerate(groups.items()):
        name = label or say("peak_level_line", language)
        (line,) = ax.plot(
            years, peaks[events], color=_COLOURS[number % 6], marker=_MARKS[number % 6],
            markersize=4, linewidth=1.3, zorder=4, label=capital(name),
        )  # fmt: skip
        handles.append(line)
        seen += peaks[events].tolist()
    marked = {key: value for key, value in levels_of(dataset, store).items() if key != "dead"}
    low, high = min(seen), max([*seen, *marked.values()])
    room = max(high - low, 0.5)
    ax.set_ylim(low - 0.08 * room, high + 0.08 * room)
    few_ticks(ax, 5)
    shown = {key: value for key, value in marked.items() if value >= low - 0.08 * room}
    shown = with_kind_of_crest(dataset, store, shown)
    handles += level_lines(ax, shown, language, labelled=labelled)
    add_labels(ax, y=with_unit(capital(say("peak_level_line", language)), "m"))
    _label_apart(ax)
    _year_axis(ax, np.concatenate([years for years, _unused in groups.values()]), language)
    return handles


def draw_flows(ax: Axes, dataset: xr.Dataset, store: str, language: Language) -> list[Any]:
    """Draw peak inflow and largest outflow of a store against the return period."""
    require(dataset, "peak_inflow", "peak_outflow")
    place = position(dataset, "node", store)
    handles: list[Any] = []
    groups = _groups(dataset, store, language)
    most = 1e-9
    for number, (_unused, (years, events)) in enumerate(groups.items()):
        colour, mark = _COLOURS[number % 6], _MARKS[number % 6]
        for variable, key, dashes in (
            ("peak_inflow", "peak_in_line", (4, 1.6)),
            ("peak_outflow", "peak_out_line", ()),
        ):
            flows = np.asarray(dataset.variables[variable].values)[events, place]
            look: dict[str, Any] = {"dashes": dashes} if dashes else {}
            ax.plot(
                years, flows, color=colour, marker=mark, markersize=3.5, linewidth=1.2, zorder=4,
                label=f"_{key}", **look,
            )  # fmt: skip
            most = max(most, float(np.nanmax(flows)))
    from matplotlib.lines import Line2D

    for key, dashes in (("peak_in_line", (4, 1.6)), ("peak_out_line", ())):
        style: Any = (0, dashes) if dashes else "solid"
        handles.append(
            Line2D([], [], color=INK, linestyle=style, label=capital(say(key, language)))
        )
    ax.set_ylim(0.0, 1.1 * most)
    few_ticks(ax, 5)
    add_labels(ax, y=with_unit(capital(say("flood_flow", language)), "m³/s"))
    _label_apart(ax)
    _year_axis(ax, np.concatenate([years for years, _unused in groups.values()]), language)
    return handles


def _label_apart(ax: Axes) -> None:
    """Put the name of the axis left of ticks of five figures."""
    ax.yaxis.set_label_coords(-0.53 * ax.figure.dpi / ax.get_window_extent().width, 0.5)


def _year_axis(ax: Axes, years: Floats, language: Language) -> None:
    """Set an axis of return periods: logarithms, which for rare floods are those of 1/P."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    low, high = float(years.min()), float(years.max())
    ax.set_xscale("log")
    ax.set_xlim(low / 1.15, high * 1.15)
    ticks = [tick for tick in _TICKS if low / 1.15 <= tick <= high * 1.15]
    inches = ax.get_window_extent().width / ax.figure.dpi
    every = max(1, -(-len(ticks) // max(2, int(inches / 0.36))))
    ticks = ticks[::every]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([str(tick) for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="x", colors=QUIET)
    unit = say("years_unit", language)
    add_labels(ax, x=with_unit(capital(say("return_period", language)), unit))
