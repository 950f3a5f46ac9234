"""The table of pictures: what draws each of them, and the one function that draws any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError, nearest
from hydrosim.locale import _
from hydrosim.plot import (
    accounts,
    comparison,
    flood_basins,
    flood_channels,
    flood_exceedance,
    flood_frequency,
    flood_network,
    flood_stores,
    flow_duration,
    frequency_fit,
    groundwater,
    guarantee,
    lake,
    network,
    network_map,
    outlook,
    reliability,
    shortage,
    storage,
    supply,
    tradeoff,
    verdicts,
    wet_dry,
    whose_water,
)
from hydrosim.plot.rows import pair_sheet
from hydrosim.plot.style import add_legend, drawing, new_axes, whole_figure
from hydrosim.plot.text import PLOTS, title_of
from hydrosim.reading.items import items, one_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["PICTURES", "Picture", "plot"]


class Picture(NamedTuple):
    """What draws a picture of one thing.

    Attributes
    ----------
    draw
        ``draw(ax, result, *what, language, **options)`` draws it and returns what a legend tells.
    title
        ``title(result, *what, language)``; None where the picture has its title from ``draw``.
    height_in, left_in
        Height and left margin of a figure of its own [inch].
    sheet
        ``sheet(result, *what, language)`` makes the Axes of a figure of another form.
    by_event
        Whether it shows one flood: ``event``, the first without it.
    of_result
        Whether it reads a result of one scenario and member, not a frame or verdicts.
    """

    draw: Callable[..., list[Any]]
    title: Callable[..., str] | None = None
    height_in: float = 3.4
    left_in: float = 0.8
    sheet: Callable[..., Any] | None = None
    by_event: bool = False
    of_result: bool = True


def _flood_place(dataset: Any, item: str, event: str, language: Any) -> str:
    del event
    return title_of(dataset, item, language)


PICTURES: dict[str, Picture] = {
    # of a run: those of a store, reach, aquifer or account take its name
    "network": Picture(network.draw, sheet=network.sheet),
    "storage": Picture(storage.draw_run, title_of, 3.2),
    "storage_season": Picture(storage.draw_season, title_of, 3.2),
    "lake_level": Picture(lake.draw_run, lake.heading, 3.2),
    "groundwater_depth": Picture(groundwater.draw, height_in=3.0),
    "supply_by_source": Picture(supply.draw_sources),
    "supply_by_use": Picture(supply.draw_uses),
    "use_by_source": Picture(supply.draw_mix, height_in=2.2, left_in=1.1),
    "shortage": Picture(shortage.draw, height_in=2.0),
    "flow_duration": Picture(flow_duration.draw, title_of),
    "wet_dry": Picture(wet_dry.draw, sheet=wet_dry.sheet),
    "whose_water": Picture(whose_water.draw, title_of, 3.0),
    "account": Picture(accounts.draw, accounts.heading, 3.0),
    "network_map": Picture(network_map.draw, sheet=network_map.sheet),
    "verdicts": Picture(verdicts.draw, sheet=verdicts.sheet, of_result=False),
    # of a flood: the name of the place and `event`
    "flood_network": Picture(flood_network.draw, sheet=flood_network.sheet, by_event=True),
    "flood_flows": Picture(flood_stores.draw_flows, flood_stores.heading_of_flood, by_event=True),
    "flood_level": Picture(flood_stores.draw_level, flood_stores.heading_of_flood, by_event=True),
    "flood_discharge": Picture(flood_channels.draw_flow, _flood_place, by_event=True),
    "flood_stage": Picture(flood_channels.draw_stage, _flood_place, by_event=True),
    "basin_flows": Picture(flood_basins.draw_flows, _flood_place, by_event=True),
    "basin_storage": Picture(flood_basins.draw_storage, _flood_place, by_event=True),
    # of design floods, start levels and limits: the name of the store or limit
    "flood_frequency": Picture(flood_frequency.draw_level, title_of),
    "flow_frequency": Picture(flood_frequency.draw_flows, title_of),
    "frequency_fit": Picture(frequency_fit.draw, frequency_fit.heading),
    "flood_exceedance": Picture(flood_exceedance.draw, sheet=pair_sheet),
    "tradeoff": Picture(tradeoff.draw, sheet=pair_sheet),
    # of an outlook and of the tables of a comparison
    "outlook": Picture(outlook.draw, sheet=outlook.sheet),
    "reliability": Picture(reliability.draw, reliability.heading, 2.6),
    "guarantee": Picture(guarantee.draw, sheet=guarantee.sheet, of_result=False),
    "difference": Picture(comparison.draw, sheet=comparison.sheet, of_result=False),
}
"""By name; ``plot_NAME(...)`` of this package is ``plot("NAME", ...)``."""


def plot(
    name: str, /, result: Any, *what: Any, ax: Any = None, language: str = "en", **options: Any
) -> Any:
    """Draw one picture and return its Axes.

    Parameters
    ----------
    name
        A name of PICTURES.
    result
        What it is drawn from: a result of one scenario and member, a flood, an outlook, the frame
        of a comparison.
    what
        The item that it shows, where it shows one: ``plot("storage", result, "wangkuai")``; the
        verdicts of the verdict board.
    ax
        Where to draw; a new figure without it. ``flood_exceedance`` and ``tradeoff`` take and
        return two Axes.
    language
        "en" or "zh".
    options
        ``event`` of floods (default the first), ``goals`` [m3/s] by name of ``flow_duration``,
        ``by`` "origin" or "age" of ``whose_water``, ``use`` or ``claim`` of ``shortage``,
        ``stores`` of ``wet_dry``, ``name`` of the panel of ``guarantee``.

    Raises
    ------
    DataError
        If the picture, the language or the item is unknown, the result holds several scenarios or
        members, or what is drawn was not recorded.
    """
    if name not in PICTURES:
        expected = _("one of {names}", names=", ".join(PICTURES))
        raise DataError(PLOTS, found=repr(name), expected=expected, nearest=nearest(name, PICTURES))
    picture = PICTURES[name]
    with drawing(language) as spoken:
        data = one_run(result) if picture.of_result else result
        if picture.by_event:
            event = options.pop("event", None)
            what = (*what, items(data, "event")[0] if event is None else event)
        target = ax if ax is not None else _own_axes(picture, data, what, spoken)
        handles = picture.draw(target, data, *what, spoken, **options)
        if picture.title is not None:
            target.set_title(picture.title(data, *what, spoken))
        if handles:
            _add_key(name, target, handles, spoken, own=ax is None)
        return target


def _own_axes(picture: Picture, data: Any, what: tuple[Any, ...], language: Any) -> Any:
    if picture.sheet is not None:
        return picture.sheet(data, *what, language)
    return new_axes(picture.height_in, picture.left_in)


def _add_key(name: str, ax: Axes, handles: list[Any], language: Any, *, own: bool) -> None:
    """Tell what is drawn: below a figure that is all ours, else below the Axes."""
    if name == "shortage":
        if own:
            shortage.add_key(handles, figure=whole_figure(ax), language=language)
        return
    add_legend(handles, figure=whole_figure(ax) if own else None, ax=ax)
