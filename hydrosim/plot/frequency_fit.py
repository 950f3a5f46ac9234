"""Frequency curves of records on probability paper, with their floods and design values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import Language, _, number
from hydrosim.plot.rows import pages_of_rows
from hydrosim.plot.shapes import band
from hydrosim.plot.style import INK, LIMIT, QUIET, WATER, add_labels, few_ticks
from hydrosim.plot.text import capital, say, title_of, volume_scale, with_unit
from hydrosim.reading.flood import season_titles
from hydrosim.reading.items import RESULTS, item_numbers, item_texts
from hydrosim.reading.words import SEASONS

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["draw", "heading", "is_fits", "pages"]

_TICKS = (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 50, 70, 80, 90, 95, 99)
_ROOM = 0.04
_FONT = 7.2
_LINE_IN = 0.125
_DAY_S = 86400.0
_BOX: dict[str, Any] = {
    "boxstyle": "square,pad=0.45", "facecolor": "white", "edgecolor": "#888888", "linewidth": 0.7,
}  # fmt: skip
_BAND_FROM = 1e-3
"""Probability from which on the axis holds the whole band; of rarer floods it may run out."""
_MARKS: dict[str, dict[str, Any]] = {
    "ordinary": {"marker": "o", "color": INK, "markerfacecolor": "white"},
    "extreme": {"marker": "s", "color": "#D55E00", "markerfacecolor": "#D55E00"},
    "historical": {"marker": "^", "color": "#D55E00", "markerfacecolor": "white"},
}


def is_fits(dataset: xr.Dataset) -> bool:
    """Tell whether a result is one of curves fitted to records."""
    return "fit" in dataset.dims


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return pages with a row a curve.

    Raises
    ------
    DataError
        If no curve was fitted to a record.
    """
    if not is_fits(dataset):
        expected = _("`annual_maxima` of a site's statistics")
        raise DataError(RESULTS, found=_("no curve fitted to a record"), expected=expected)

    def draw_row(row: list[Axes], place: int) -> list[Any]:
        row[0].set_title(heading(dataset, place, language))
        return draw(row[0], dataset, place, language)

    return pages_of_rows(
        list(range(dataset.sizes["fit"])),
        draw_row,
        per_page=3,
        row_in=2.7,
        widths=(1.0,),
        share=False,
        title=say("title_frequency_fit", language),
        subtitle=say("sub_frequency_fit", language),
        right_in=1.5,
        gap_in=0.75,
    )


def heading(dataset: xr.Dataset, place: int, language: Language) -> str:
    """Return site, peak or volume, and season of a curve."""
    duration = float(dataset["duration"].values[place])
    what = say("fit_volume", language, days=duration / _DAY_S) if duration else ""
    what = what or say("fit_peak", language)
    season = item_texts(dataset, "fit", "season")[place]
    if season:
        title = season_titles(dataset).get(season)
        shown = title.in_language(language) if title else season.replace("_", " ")
        key = "fit_in_season" if season in SEASONS else "fit_season"
        what = say(key, language, what=what, season=shown)
    site = title_of(dataset, item_texts(dataset, "fit", "site")[place], language)
    return say("of_which", language, first=site, second=what)


def draw(ax: Axes, dataset: xr.Dataset, place: int, language: Language) -> list[Any]:
    """Draw one curve, its floods and design values; return what a legend tells."""
    law = item_texts(dataset, "fit", "law")[place]
    unit = item_texts(dataset, "fit", "unit")[place]
    floods = np.asarray(dataset["flood_value"].values[place], dtype=np.float64)
    curve = np.asarray(dataset["curve"].values[place], dtype=np.float64)
    chance = np.asarray(dataset["exceedance"].values, dtype=np.float64)
    most = max(float(np.nanmax(floods)), float(np.nanmax(curve)))
    factor, shown_unit = (1.0, "m³/s") if unit == "m3/s" else volume_scale(most, language)
    handles: list[Any] = list(
        ax.plot(
            _across(chance), curve / factor, color=WATER, linewidth=1.4, zorder=3,
            label=capital(say("fit_curve", language)),
        )
    )  # fmt: skip
    low, high = _limits(dataset, place)
    if np.isfinite(high).any():
        share = 100.0 * float(dataset.attrs["band_level"])
        handles.append(
            band(
                ax, _across(chance), low / factor, high / factor, WATER, alpha=0.16, zorder=2,
                label=capital(say("fit_band", language, share=share)),
            )
        )  # fmt: skip
    kinds = np.array([str(kind) for kind in dataset["flood_kind"].values[place]])
    at = np.asarray(dataset["flood_exceedance"].values[place], dtype=np.float64)
    for kind, look in _MARKS.items():
        some = kinds == kind
        if some.any():
            handles += ax.plot(
                _across(at[some]), floods[some] / factor, linestyle="none", markersize=4,
                zorder=4, label=capital(say(f"fit_{kind}", language)), **look,
            )  # fmt: skip
    years = np.asarray(dataset["return_period"].values, dtype=np.float64)
    design = np.asarray(dataset["design_value"].values[place], dtype=np.float64) / factor
    handles += ax.plot(
        _across(1.0 / years), design, linestyle="none", marker="D", markersize=3.5,
        color=LIMIT, zorder=5, label=capital(say("fit_design", language)),
    )  # fmt: skip
    shown = [floods, curve, high[chance >= _BAND_FROM]]
    _levels(ax, np.concatenate(shown) / factor, logarithmic=law.startswith("log"))
    _paper(ax, np.concatenate([chance, 1.0 / years]), language)
    quantity = "flood_flow" if unit == "m3/s" else "account_volume"
    add_labels(ax, y=with_unit(capital(say(quantity, language)), shown_unit))
    _tell(ax, dataset, place, factor, language)
    _table(ax, years, design, language)
    return handles


def _limits(dataset: xr.Dataset, place: int) -> tuple[Floats, Floats]:
    """Return the limits of the band of a curve; nan where a result holds none."""
    if "band_low" not in dataset:
        nothing = np.full(dataset.sizes["exceedance"], np.nan)
        return nothing, nothing
    low, high = (np.asarray(dataset[name].values[place], dtype=np.float64)
                 for name in ("band_low", "band_high"))  # fmt: skip
    return low, high


def _levels(ax: Axes, values: Floats, *, logarithmic: bool) -> None:
    """Set the axis of floods: from 0, or logarithms of a law of logarithms."""
    high = float(np.nanmax(values))
    if logarithmic:
        ax.set_yscale("log")
        ax.set_ylim(float(np.nanmin(values[values > 0.0])) / 1.2, high * 1.2)
        return
    low = min(0.0, float(np.nanmin(values)))
    ax.set_ylim(low - (_ROOM * high if low < 0.0 else 0.0), high * (1.0 + _ROOM))
    few_ticks(ax, 6)


def _across(chance: Any) -> Any:
    """Return where probabilities of exceedance stand on the paper: normal quantiles."""
    from scipy.special import ndtri

    return ndtri(chance)


def _paper(ax: Axes, chance: Floats, language: Language) -> None:
    """Set an axis on which a normal law is a straight line, with rare floods to the left."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    low, high = float(_across(chance.min())), float(_across(chance.max()))
    ax.set_xlim(low - 0.08, high + 0.08)
    ticks = [tick for tick in _TICKS if low - 0.08 <= _across(tick / 100.0) <= high + 0.08]
    ax.xaxis.set_major_locator(FixedLocator([float(_across(tick / 100.0)) for tick in ticks]))
    ax.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    add_labels(ax, x=with_unit(capital(say("fit_chance", language)), "%"))


def _tell(ax: Axes, dataset: xr.Dataset, place: int, factor: float, language: Language) -> None:
    """Write law, parameters and length of the record into a box above the curve."""
    record = int(dataset["record_years"].values[place])
    survey = int(dataset["survey_years"].values[place])
    key = "fit_record" if survey == record else "fit_survey"
    lines = (
        say(f"law_{item_texts(dataset, 'fit', 'law')[place]}", language),
        *_parameters(dataset, place, factor),
        say(key, language, record=record, survey=survey),
    )
    ax.text(
        0.985, 0.97, "\n".join(lines), ha="right", va="top", transform=ax.transAxes,
        fontsize=_FONT, color=INK, linespacing=1.4, zorder=6, bbox=_BOX,
    )  # fmt: skip


def _parameters(dataset: xr.Dataset, place: int, factor: float) -> list[str]:
    """Return the parameters of a curve, the mean in the unit of the axis."""
    numbers = item_numbers(dataset, "fit", "mean")
    if not np.isfinite(numbers[place]):
        return [item_texts(dataset, "fit", "parameters")[place]]
    mean, variation, skewness = (
        float(item_numbers(dataset, "fit", name)[place])
        for name in ("mean", "variation", "skewness")
    )
    ratio = skewness / variation
    return [
        f"Ex = {mean / factor:.4g}, Cv = {variation:.3f}",
        f"Cs = {skewness:.3f}, Cs/Cv = {ratio:.2f}",
    ]


def _table(ax: Axes, years: Floats, design: Floats, language: Language) -> None:
    """List return periods and design values beside the axis."""
    width_in, height_in = (
        ax.get_window_extent().width / ax.figure.dpi,
        ax.get_window_extent().height / ax.figure.dpi,
    )
    rows = max(2, int(height_in / _LINE_IN) - 1)
    every = -(-years.size // rows)
    cells = [(capital(say("years_unit", language)), capital(say("fit_design", language)))]
    cells += [(f"{t:g}", number(v)) for t, v in zip(years[::every], design[::every], strict=True)]
    for row, (left, right) in enumerate(cells):
        for text, x in ((left, 0.5), (right, 1.35)):
            ax.text(
                1.0 + x / width_in, 1.0 - (row + 0.5) * _LINE_IN / height_in, text, ha="right",
                va="center", transform=ax.transAxes, fontsize=_FONT, color=INK if row else QUIET,
            )  # fmt: skip
