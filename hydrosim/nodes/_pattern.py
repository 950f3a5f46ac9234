"""How the volume of a year falls on the steps, exact over the year for every length of step."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from hydrosim.locale import _, ngettext
from hydrosim.units import FACTOR, FRACTION, RuleRef, TakesRule, reject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.expressions.values import Value

__all__ = [
    "FLAT",
    "MONTHS",
    "SECONDS_PER_YEAR",
    "Pattern",
    "annual_volume",
    "last_of_year",
    "part_of_year",
    "patterned",
    "rest_after",
    "rest_of_year",
    "shares_fault",
]

FLAT = "flat"
MONTHS = 12
SECONDS_PER_YEAR = 365.25 * 86400.0  # the year of units.py
MOST_FACTOR = 366.0  # the water of a year on one day
SHARE_TOLERANCE = 0.002  # printed shares are rounded; they are scaled to a sum of exactly 1
_EXPECTED = _("'flat', twelve month shares of 100 %, or the name of a rule that gives a factor")


def _read_pattern(value: object, info: ValidationInfo) -> str | tuple[float, ...] | RuleRef:
    if isinstance(value, RuleRef) or value == FLAT:
        return value if isinstance(value, RuleRef) else FLAT
    if isinstance(value, (list, tuple)):
        shares = [FRACTION.validate(share, info) for share in value]
        return tuple(share for share in shares if isinstance(share, float))
    named = FRACTION.or_rule().validate(value, info) if isinstance(value, str) else None
    if isinstance(named, RuleRef):
        return named
    reject(value, _EXPECTED)


Pattern = Annotated[
    str | tuple[float, ...] | RuleRef,
    PlainValidator(_read_pattern),
    TakesRule(replace(FACTOR, rule_maximum=MOST_FACTOR)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": ["number", "string"]}, "minItems": MONTHS},
                {"type": "string", "description": "flat, or the name of a rule"},
            ]
        }
    ),
]


def shares_fault(shares: Sequence[float]) -> tuple[str, str] | None:
    """Return what is wrong with twelve month shares as (found, expected), or None."""
    if len(shares) != MONTHS:
        found = ngettext("{count} share", "{count} shares", len(shares))
        return found, _("twelve shares, one a month")
    total = float(sum(shares))
    if abs(total - 1.0) > SHARE_TOLERANCE:
        found = _("shares with a sum of {percent:.6g} %", percent=100.0 * total)
        return found, _("shares with a sum of 100 %")
    return None


def _borders(calendar: Calendar, begin: tuple[int, int], parts: int) -> NDArray[np.float64]:
    """Borders of years of ``parts`` parts around a run [s since its start].

    A part starts on the day of the month on which the year starts (the last day of shorter
    months). The borders start with a year at or before the first step and end after the last.
    """
    first = calendar.starts[0].astype("datetime64[D]")
    last = calendar.ends[-1].astype("datetime64[D]")
    years = np.arange(
        int(first.astype("datetime64[Y]").astype(int)) - 1,
        int(last.astype("datetime64[Y]").astype(int)) + 2,
    )
    months = (years[:, np.newaxis] * 12 + begin[0] - 1 + np.arange(0, 12, 12 // parts)).ravel()
    month_start = months.astype("datetime64[M]")
    length = ((month_start + 1).astype("datetime64[D]") - month_start.astype("datetime64[D]")) - 1
    offset = np.minimum(np.timedelta64(begin[1] - 1, "D"), length)
    days = month_start.astype("datetime64[D]") + offset
    seconds = (days.astype("datetime64[s]") - calendar.starts[0]).astype(np.int64)
    return seconds.astype(np.float64)


def _weights(shares: Sequence[float] | None) -> NDArray[np.float64]:
    weights = np.ones(1) if shares is None else np.asarray(shares, dtype=np.float64)
    return weights / weights.sum()


def part_of_year(
    calendar: Calendar, shares: Sequence[float] | None = None, begin: tuple[int, int] = (1, 1)
) -> NDArray[np.float64]:
    """Part of a year's amount that falls on each step, even within a month.

    Parameters
    ----------
    calendar
        The run's time axis.
    shares
        Twelve shares from the month in which the year begins; None for an even year.
    begin
        First day of the year as (month, day).

    Returns
    -------
    numpy.ndarray
        Shape (T,); the steps of a whole year sum to 1, leap years included.
    """
    weights = _weights(shares)
    borders = _borders(calendar, begin, weights.size)
    rate = np.tile(weights, borders.size // weights.size)[:-1] / np.diff(borders)
    start = _elapsed(calendar)
    end = start + calendar.dt_s
    first = np.searchsorted(borders, start, side="right") - 1
    last = np.searchsorted(borders, end, side="left") - 1
    part = rate[first] * calendar.dt_s
    for step in np.flatnonzero(last != first):
        pieces = np.arange(first[step], last[step] + 1)
        low = np.maximum(borders[pieces], start[step])
        high = np.minimum(borders[pieces + 1], end[step])
        part[step] = float(np.sum(rate[pieces] * (high - low)))
    return part


def rest_of_year(
    calendar: Calendar, shares: Sequence[float] | None = None, begin: tuple[int, int] = (1, 1)
) -> NDArray[np.float64]:
    """Part of a year's amount that falls on the step and the rest of its year, shape (T,)."""
    return _rest_at(calendar, _elapsed(calendar), shares, begin)


def rest_after(
    calendar: Calendar, shares: Sequence[float] | None, begin: tuple[int, int]
) -> NDArray[np.float64]:
    """Part of a year's amount that falls on the steps after each, to the year's end, (T,).

    A year of an account ends with the last step before one that starts on or after ``begin``.
    """
    edges = np.append(_elapsed(calendar), _elapsed(calendar)[-1] + calendar.dt_s[-1])
    after = _rest_at(calendar, edges, shares, begin)[1:]
    after[last_of_year(calendar, begin)] = 0.0
    return after


def last_of_year(calendar: Calendar, begin: tuple[int, int]) -> NDArray[np.bool_]:
    """Return whether each step is the last of its account year, shape (T,)."""
    end = calendar.end + datetime.timedelta(days=1)
    label = end.year if (end.month, end.day) >= tuple(begin) else end.year - 1
    labels = np.append(calendar.water_year(begin), label)
    return labels[1:] != labels[:-1]


def _rest_at(
    calendar: Calendar,
    moments: NDArray[np.float64],
    shares: Sequence[float] | None,
    begin: tuple[int, int],
) -> NDArray[np.float64]:
    weights = _weights(shares)
    borders = _borders(calendar, begin, weights.size)
    index = np.searchsorted(borders, moments, side="right") - 1
    after = np.append(np.cumsum(weights[::-1])[::-1], 0.0)
    within = (moments - borders[index]) / (borders[index + 1] - borders[index])
    position = index % weights.size
    return after[position] - within * weights[position]


def _elapsed(calendar: Calendar) -> NDArray[np.float64]:
    return (calendar.starts - calendar.starts[0]).astype(np.int64).astype(np.float64)


def annual_volume(builder: Builder, quantity: float | RuleRef | None) -> Value:
    """Return a volume a year [m3/year]; a rule gives it as a flow [m3/s]."""
    value = builder.value(quantity)
    return value * SECONDS_PER_YEAR if isinstance(quantity, RuleRef) else value


def patterned(
    builder: Builder,
    amount: float | RuleRef | None,
    pattern: tuple[float, ...] | RuleRef | str,
) -> Value:
    """Return the volume [m3] of each step of an amount a year [m3/year] with a pattern.

    A rule as pattern is a factor on the mean flow of the calendar year.
    """
    shares = pattern if isinstance(pattern, tuple) and not isinstance(pattern, RuleRef) else None
    part = builder.graph.series(part_of_year(builder.calendar, shares), "part of year")
    volume = annual_volume(builder, amount) * part
    return volume * builder.value(pattern) if isinstance(pattern, RuleRef) else volume
