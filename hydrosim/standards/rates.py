"""What the rates and depths of a guarantee are called, and the sentences that explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.locale import EMPTY, Message, _, counted, percent, sentences
from hydrosim.reading.glossary import name_of
from hydrosim.reading.words import word

if TYPE_CHECKING:
    from hydrosim.standards.breaks import Record

__all__ = ["DEPTHS", "RATES", "all_of", "depth_details", "rate_details", "too_short"]

RATES = {
    ("years", False): name_of("guarantee"),
    ("years", True): name_of("guarantee_of_summed_supply"),
    ("time", False): name_of("guarantee_by_time"),
    ("time", True): _("guarantee by time of summed supply"),
}
"""Quantity by what is counted, and whether the members of a group are summed."""
DEPTHS = {
    ("month", False): name_of("deepest_monthly_shortage"),
    ("month", True): _("deepest monthly shortage of summed supply"),
    ("dekad", False): _("deepest shortage of a dekad"),
    ("dekad", True): _("deepest shortage of a dekad of summed supply"),
    ("period", False): _("deepest shortage of a period"),
    ("period", True): _("deepest shortage of a period of summed supply"),
    ("season", False): _("deepest shortage of a season"),
    ("season", True): _("deepest shortage of a season of summed supply"),
    ("year", False): _("deepest shortage of a year"),
    ("year", True): _("deepest shortage of a year of summed supply"),
}
"""Quantity by the time of a depth, and whether the members of a group are summed."""
_MOST_YEARS = 6


def too_short(years: int, target: float) -> Message:
    """Return that a record is too short to prove a rate."""
    return _(
        "{n} complete water years can prove at most {most} as n/(n+1), and {target} is required",
        n=years,
        most=percent(years / (years + 1)),
        target=percent(target),
    )


def rate_details(record: Record, members: int, tolerance: float, *, sums: bool) -> Message:
    """Return how a rate was counted, by years and by time, and where supply was short.

    Parameters
    ----------
    record
        How a subject was supplied.
    members
        How many users it has.
    tolerance
        Short share of a period that still counts as full.
    sums
        Whether supply and demand of its users are summed.
    """
    n, m = int(record.years.size), int(record.year_met.sum())
    share = record.periods_met / record.periods if record.periods else 0.0
    whose = EMPTY
    if members > 1:
        whose = _(" for the sum of {count} users", count=members)
        if not sums:
            whose = _(" for each of {count} users", count=members)
    return sentences(
        _(
            "full supply{whose} in m = {m} of n = {n} complete water years, m/(n+1)",
            whose=whose,
            m=m,
            n=n,
        ),
        _("a period is full at {share} of its demand", share=percent(1 - tolerance)),
        _short_years(record),
        _(
            "by time {share} ({met} of {all})",
            share=percent(share),
            met=record.periods_met,
            all=counted(record.periods, record.kind),
        ),
        _worst(record),
    )


def depth_details(record: Record) -> Message:
    """Return how many breaks there were, how long, and which was the deepest."""
    lasted = _("no break")
    if record.breaks:
        once = record.breaks == 1
        lasted = _(
            "{breaks}, {whose} {length}",
            breaks=counted(record.breaks, "break"),
            whose=_("of") if once else _("the longest of"),
            length=counted(record.longest, record.kind),
        )
    still = EMPTY
    if record.open_at_end:
        still = _("the last break is still open at the end of the run")
    return sentences(lasted, still, _worst(record))


def all_of(use: str, tier: str = "") -> Message:
    """Return what readers call all users of a use, or those of a tier."""
    what = word(use)
    if tier:
        return _("all {use}, {tier} tier", use=what, tier=word(tier))
    return _("all {use} use", use=what)


def _short_years(record: Record) -> Message:
    failed = [str(year) for year in record.years[~record.year_met]]
    if not failed:
        return EMPTY
    years = ", ".join(failed[:_MOST_YEARS])
    beyond = len(failed) - _MOST_YEARS
    more = _(" and {n} more", n=beyond) if beyond > 0 else EMPTY
    return _("water years short: {years}{more}", years=years, more=more)


def _worst(record: Record) -> Message:
    if not record.worst or not record.breaks:
        return EMPTY
    return _(
        "worst in {period}, {depth} of the demand missing{why}",
        period=record.worst,
        depth=percent(record.depth),
        why=_(": {why}", why=record.why) if record.why else EMPTY,
    )
