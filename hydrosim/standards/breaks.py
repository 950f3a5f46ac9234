"""Where the supply of a subject was short: periods, complete years, breaks and their depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.locale import EMPTY, Message, _, listed
from hydrosim.reading.items import NotJudged, has, items
from hydrosim.reading.steps import longest_run, totals, years_of
from hydrosim.reading.supply import reason_of, series, year_table
from hydrosim.reading.words import word
from hydrosim.standards.periods import Periods, period_volumes, periods_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["NEVER_WANTED", "TABLE_TOLERANCE", "BreakBy", "Record", "merge_records", "record_of"]

BreakBy = Literal["period", "season", "year"]
"""Over which time the depth of a break is taken."""
TABLE_TOLERANCE = 0.01
NEVER_WANTED = _("nothing was ever wanted")
_EQUAL = 1e-9


@dataclass(frozen=True)
class Record:
    """How a subject was supplied.

    Attributes
    ----------
    years
        Complete water years.
    year_met
        Whether all periods of the year were met, (years,). A year without demand is met.
    periods, periods_met
        Periods with a demand that lie wholly in the run, and how many of them were met.
    depth
        Largest missing share of the demand, 0..1, of a short period that lies wholly in the
        run; or of a season or complete water year that has one.
    worst
        The time of that depth, such as ``2002-05``.
    breaks, longest
        Runs of short periods, one still open at the end included, and the longest, in periods.
    open_at_end
        Whether the last period with a demand belongs to a break.
    why
        Reason of the shortage in the worst period; empty when not known.
    kind
        ``month`` or ``dekad``.
    """

    years: NDArray[np.int64]
    year_met: Flags
    periods: int
    periods_met: int
    depth: float
    worst: Message
    breaks: int
    longest: int
    open_at_end: bool
    why: Message
    kind: Literal["month", "dekad", "period"]


def record_of(
    dataset: Result,
    which: Sequence[int],
    kind: Literal["month", "dekad"],
    tolerance: float,
    break_by: BreakBy = "period",
) -> Record:
    """Return how claims, taken together, were supplied.

    A period is met when its supplied volume is at least ``1 - tolerance`` of its demand. A season
    is an unbroken run of periods with a demand inside a complete water year. The daily
    series count; where they were not recorded (or not for these claims) the year table does, for
    one claim and its own tolerance.

    Raises
    ------
    NotJudged
        When numbers are missing or NaN, or nothing was ever wanted.
    """
    if has(dataset, "demand", "supplied"):
        volumes = _volumes(dataset, which, kind)
        if volumes is not None:
            return _from_series(dataset, which, volumes, kind, tolerance, break_by)
    return _from_year_table(dataset, which, kind, tolerance, break_by)


def _volumes(
    dataset: Result, which: Sequence[int], kind: Literal["month", "dekad"]
) -> tuple[Floats, Floats] | None:
    """Return what claims together wanted and got in each period [m3].

    None where the steps of some claim were not recorded, but its year table was.
    """
    wanted, got = (
        period_volumes(dataset, name, tuple(which), kind) for name in ("demand", "supplied")
    )
    if np.isfinite(wanted).all() and np.isfinite(got).all():
        return wanted, got
    flows = [series(dataset, name, which) for name in ("demand", "supplied")]
    unrecorded = np.any([np.isnan(flow).all(axis=0) for flow in flows], axis=0)
    if unrecorded.any() and has(dataset, "year_periods"):
        return None
    bad = ~np.isfinite(flows).all(axis=(0, 2))
    date = str(dataset.variables["time"].values[int(np.argmax(bad))].astype("datetime64[D]"))
    raise NotJudged(_("demand or supplied is not a number from {date} on", date=date))


def _from_series(
    dataset: Result,
    which: Sequence[int],
    volumes: tuple[Floats, Floats],
    kind: Literal["month", "dekad"],
    tolerance: float,
    break_by: BreakBy,
) -> Record:
    periods = periods_of(dataset, kind)
    wanted, got = volumes
    asked = wanted > 0
    if not asked.any():
        raise NotJudged(NEVER_WANTED)
    short = asked & (got < (1.0 - tolerance) * wanted * (1.0 - _EQUAL))
    years = years_of(dataset).whole
    counted = asked & periods.whole
    depth, members = _deepest(_spans(periods, asked, years, break_by), volumes, counted & short)
    steps = np.isin(periods.of_step, members)
    in_turn = short[asked]  # a period without demand neither ends a break nor lengthens it
    starts = in_turn & ~np.concatenate(([False], in_turn[:-1]))
    return Record(
        years=years,
        year_met=~np.isin(years, periods.year[short]),
        periods=int(counted.sum()),
        periods_met=int((counted & ~short).sum()),
        depth=depth,
        worst=_named(periods, members, break_by) if depth > 0 else EMPTY,
        breaks=int(starts.sum()),
        longest=longest_run(in_turn),
        open_at_end=bool(in_turn[-1]),
        why=reason_of(dataset, which, steps) if short.any() else EMPTY,
        kind=periods.kind,
    )


def _spans(
    periods: Periods, asked: Flags, years: NDArray[np.int64], break_by: BreakBy
) -> NDArray[np.int64]:
    """Return the span that each period belongs to: itself, its season, its year; -1 for none."""
    places = np.arange(asked.size)
    inside = np.isin(periods.year, years)
    if break_by == "period":
        return places
    if break_by == "year":
        return np.where(inside, periods.year - periods.year.min(), -1)
    same = asked[1:] & asked[:-1] & (periods.year[1:] == periods.year[:-1])
    season = np.concatenate(([0], np.cumsum(~same)))
    return np.where(inside & asked, season, -1)


def _deepest(
    span: NDArray[np.int64], volumes: tuple[Floats, Floats], short: Flags
) -> tuple[float, NDArray[np.int64]]:
    """Return the largest missing share of a span with a short period, and its periods."""
    known = span >= 0
    if not (known & short).any():
        return 0.0, np.array([], dtype=np.int64)
    size = int(span.max()) + 1
    wanted, got = (totals(span[known], one[known], size) for one in volumes)
    judged = totals(span[known], short[known].astype(np.float64), size) > 0
    share = np.where(judged, 1.0 - got / np.where(wanted > 0, wanted, 1.0), 0.0)
    worst = int(np.argmax(share))
    return max(float(share[worst]), 0.0), np.flatnonzero(span == worst)


def _named(periods: Periods, members: NDArray[np.int64], break_by: BreakBy) -> Message:
    first, last = int(members[0]), int(members[-1])
    if break_by == "year":
        return _("water year {year}", year=periods.year[first])
    if first == last:
        return periods.label(first)
    return _("{first} to {last}", first=periods.label(first), last=periods.label(last))


def _from_year_table(
    dataset: Result,
    which: Sequence[int],
    kind: Literal["month", "dekad"],
    tolerance: float,
    break_by: BreakBy,
) -> Record:
    if len(which) != 1:
        names = items(dataset, "claim")
        raise NotJudged(
            _(
                "without daily demand and supplied, {names} cannot be taken together",
                names=listed(Message(names[i]) for i in which),
            )
        )
    if break_by != "period":
        raise NotJudged(
            _(
                "the depth of a break by {span} needs the daily demand and supplied, which were "
                "not recorded",
                span=word(break_by),
            )
        )
    claim = which[0]
    recorded = year_table(dataset, "year_periods", claim)
    attrs = (
        dataset.variables["year_periods_short"].attrs if has(dataset, "year_periods_short") else {}
    )
    counted_at = float(attrs.get("tolerance", TABLE_TOLERANCE))
    if abs(counted_at - tolerance) > _EQUAL:
        raise NotJudged(
            _(
                "the year table counts at a tolerance of {counted_at}, not {tolerance}, and "
                "the daily demand and supplied were not recorded",
                counted_at=counted_at,
                tolerance=tolerance,
            )
        )
    short = year_table(dataset, "year_periods_short", claim)
    depth = year_table(dataset, "year_deepest_break", claim)
    longest = year_table(dataset, "year_longest_break", claim)
    if not np.isfinite(np.concatenate((recorded, short, depth, longest))).all():
        raise NotJudged(_("the year table holds NaN for this claim"))
    if not recorded.any():
        raise NotJudged(NEVER_WANTED)
    found = years_of(dataset)
    worst = int(np.argmax(depth))
    return Record(
        years=found.whole,
        year_met=short[found.complete] == 0,
        periods=int(recorded.sum()),
        periods_met=int((recorded - short).sum()),
        depth=float(depth[worst]),
        worst=_("water year {year}", year=found.year[worst]) if depth[worst] > 0 else EMPTY,
        breaks=int((short > 0).sum()),
        longest=int(longest.max()),
        open_at_end=False,
        why=EMPTY,
        kind=kind,
    )


def merge_records(records: Sequence[Record]) -> Record:
    """Return the record of a group: a year is met when it is met for each of its members.

    Periods are counted over the members; depth, place and reason are those of the worst member.
    """
    worst = max(records, key=lambda record: record.depth)
    return Record(
        years=records[0].years,
        year_met=np.logical_and.reduce([record.year_met for record in records]),
        periods=sum(record.periods for record in records),
        periods_met=sum(record.periods_met for record in records),
        depth=worst.depth,
        worst=worst.worst,
        breaks=sum(record.breaks for record in records),
        longest=max(record.longest for record in records),
        open_at_end=any(record.open_at_end for record in records),
        why=worst.why,
        kind=worst.kind if len({record.kind for record in records}) == 1 else "period",
    )
