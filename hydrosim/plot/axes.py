"""Axes of time: ticks at the starts of years or months, and the seasons of many years."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import Language, _
from hydrosim.plot.shapes import band
from hydrosim.plot.style import WATER, add_labels
from hydrosim.plot.text import capital, month_names, say, with_unit
from hydrosim.reading.flood import event_start
from hydrosim.reading.steps import first_month, months_of, seconds_of, starts_days

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Season",
    "flood_axis",
    "season",
    "season_axis",
    "season_bands",
    "time_axis",
    "year_axis",
]

_MONTH_STARTS = np.array([0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335], dtype=float)

_HOURS = (1, 2, 3, 6, 12, 24, 48, 72, 120, 240, 480, 720, 1440)
_HOUR_IN, _DATE_IN = 0.36, 0.42
"""Room that the name of an hour, or of a day, takes on an axis [inch]."""
_MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip


class Season(NamedTuple):
    """Statistics over the years by part of the year; all arrays have shape (parts,)."""

    day: Floats
    least: Floats
    low: Floats
    median: Floats
    high: Floats
    largest: Floats


def time_axis(ax: Axes, first_day: float, last_day: float, language: Language) -> None:
    """Set limits and ticks of an axis in days since 1970: years, or months in short runs."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    ax.set_xlim(first_day, max(last_day, first_day + 1.0))
    inches = ax.get_window_extent().width / ax.figure.dpi
    by_year = last_day - first_day > 3 * 365
    letter = "Y" if by_year else "M"
    edges = np.array([first_day, last_day]).astype(np.int64).astype("datetime64[D]")
    low, high = edges.astype(f"datetime64[{letter}]").astype(np.int64).tolist()
    room = max(2, int(inches / (0.5 if by_year else 0.65)))
    steps = (1, 2, 5, 10, 20, 50, 100, 500) if by_year else (1, 2, 3, 6, 12)
    every = next((step for step in steps if (high - low + 1) / step <= room), steps[-1])
    # Years count from 1970 in numpy: round years are those that 1970 completes.
    start = low + (-(low + 1970) % every if by_year else -low % every)
    ticks: list[float] = []
    labels: list[str] = []
    for number in range(start, high + 2, every):
        stamp = np.datetime64(number, letter)
        day = float(stamp.astype("datetime64[D]").astype(np.int64))
        if first_day - 1.0 <= day <= last_day + 1.0:
            ticks.append(day)
            labels.append(str(stamp))
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter(labels))
    add_labels(ax, x=capital(say("year" if by_year else "date", language)))


def year_axis(ax: Axes, years: NDArray[np.int64], label: str) -> None:
    """Set the ticks of an axis of years at round years."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    room = max(2, int(ax.get_window_extent().width / ax.figure.dpi / 0.45))
    every = next(k for k in (1, 2, 5, 10, 20, 50, 100) if years.size / k <= room or k == 100)
    shown = years[years % every == 0] if years.size > every else years
    ax.xaxis.set_major_locator(FixedLocator(shown.tolist()))
    ax.xaxis.set_major_formatter(FixedFormatter([str(year) for year in shown]))
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    add_labels(ax, x=label)


def season(dataset: xr.Dataset, values: Floats) -> Season:
    """Return how a series (time,) varies over the years by part of the year.

    Parts are 73 five-day parts for steps up to five days, 36 for dekads and 12 for months; the
    mean of a part in a year is one sample.
    """
    days = seconds_of(dataset) / 86400.0
    typical = float(np.median(days)) if days.size else 1.0
    stamps = dataset.variables["time"].values.astype("datetime64[D]")
    years, months = months_of(dataset)
    of_month = (stamps - stamps.astype("datetime64[M]")).astype(np.int64)
    if typical <= 6.5:
        parts, place = 73, (_MONTH_STARTS[months - 1] + of_month).astype(np.int64) * 73 // 366
        middle = (np.arange(73) + 0.5) * 366 / 73
    elif typical <= 12:
        parts, place = 36, (months - 1) * 3 + np.minimum(of_month // 10, 2)
        middle = (_MONTH_STARTS[:, None] + np.array([5.0, 15.0, 25.5])).ravel()
    else:
        parts, place = 12, months - 1
        middle = _MONTH_STARTS + 15.2
    row = years - years.min()
    size = (int(row.max()) + 1) * parts
    cell = row * parts + place
    there = np.isfinite(values)
    count = np.bincount(cell[there], minlength=size)
    sums = np.bincount(cell[there], values[there], size)
    table = np.where(count > 0, sums / np.maximum(count, 1), np.nan).reshape(-1, parts)
    kept = np.isfinite(table).any(axis=0)
    levels = np.full((5, parts), np.nan)
    if kept.any():
        levels[:, kept] = np.nanpercentile(table[:, kept], [0, 10, 50, 90, 100], axis=0)
    return Season(middle, *levels)


def season_bands(ax: Axes, shape: Season, factor: float, language: Language) -> list[object]:
    """Draw median and bands of a season; return the artists with labels."""
    scaled = Season(shape.day, *(part / factor for part in shape[1:]))
    outer = band(
        ax,
        scaled.day,
        scaled.least,
        scaled.largest,
        WATER,
        alpha=0.12,
        label=capital(say("band_all", language)),
        zorder=2.0,
    )
    inner = band(
        ax,
        scaled.day,
        scaled.low,
        scaled.high,
        WATER,
        alpha=0.22,
        label=capital(say("band_80", language)),
        zorder=2.1,
    )
    (line,) = ax.plot(
        scaled.day,
        scaled.median,
        color=WATER,
        linewidth=1.6,
        label=capital(say("median", language)),
        zorder=3,
    )
    return [line, inner, outer]


def latest_year(dataset: xr.Dataset) -> tuple[int, slice, Floats]:
    """Return the last whole calendar year: its number, its steps and their days of the year."""
    days = starts_days(dataset)
    years = months_of(dataset)[0]
    counts = np.bincount(years - years.min(), seconds_of(dataset))
    whole = np.flatnonzero(counts > 360 * 86400.0)
    year = int(years.min() + (whole[-1] if whole.size else counts.argmax()))
    there = np.flatnonzero(years == year)
    start = float(np.datetime64(f"{year}-01-01").astype("M8[D]").astype(np.int64))
    steps = slice(int(there[0]), int(there[-1]) + 1)
    return year, steps, days[steps] - start


def season_axis(ax: Axes, language: Language) -> None:
    """Set limits and ticks of an axis of days of the year."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    ax.set_xlim(0, 366)
    narrow = ax.get_window_extent().width / ax.figure.dpi < 3.6
    every = 2 if narrow else 1
    ax.xaxis.set_major_locator(FixedLocator((_MONTH_STARTS + 15.0)[::every].tolist()))
    ax.xaxis.set_major_formatter(FixedFormatter(month_names(language)[::every]))
    add_labels(ax, x=capital(say("month", language)))


def year_label(dataset: xr.Dataset, language: Language) -> str:
    """Return the label of an axis of water years."""
    month = first_month(dataset)
    if month == 1:
        return capital(say("year", language))
    return capital(say("water_year", language, month=_MONTHS[month - 1].in_language(language)))


def flood_axis(ax: Axes, dataset: xr.Dataset, event: str, last: float, language: Language) -> None:
    """Set limits and ticks of an axis of a flood in hours: dates, or hours where it has none.

    Parameters
    ----------
    ax
        Its x are hours since the start of the flood.
    dataset, event
        The flood.
    last
        Hour of its end.
    language
        "en" or "zh".
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, MultipleLocator

    ax.set_xlim(0.0, max(last, 1.0))
    inches = ax.get_window_extent().width / ax.figure.dpi
    start = event_start(dataset, event)
    room = max(2, int(inches / (_HOUR_IN if start is None else _DATE_IN)))
    every = next((step for step in _HOURS if last / step <= room), _HOURS[-1])
    if start is None:
        ax.xaxis.set_major_locator(MultipleLocator(every))
        add_labels(ax, x=with_unit(capital(say("flood_elapsed", language)), "h"))
        return
    midnight = start.astype("M8[D]")
    first = float((start - midnight) / np.timedelta64(1, "h"))
    ticks = np.arange(-(-first // every) * every, first + last + 1e-9, every)
    moments = [midnight + np.timedelta64(int(tick), "h") for tick in ticks.tolist()]
    ax.xaxis.set_major_locator(FixedLocator((ticks - first).tolist()))
    ax.xaxis.set_major_formatter(FixedFormatter([_clock(moment) for moment in moments]))
    said = str(start.astype("M8[m]")).replace("T", " ")
    add_labels(ax, x=capital(say("flood_dates", language, start=said)))


def _clock(moment: np.datetime64) -> str:
    """Return month and day of a midnight, the hour of other moments."""
    day, hour = str(moment.astype("M8[m]")).split("T")
    return day[5:] if hour == "00:00" else hour
