"""Quotas against the period: a short run that may use up two quotas."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from hydrosim.builders.accounts import remaining_part
from hydrosim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config
    from hydrosim.errors import Path

__all__ = ["quota_year_warnings"]

DAYS_A_YEAR = 365.25
TOLERATED = 1.2
"""Quotas a year above which a period is told; ten years from January reach 1.08 by November."""


def quota_year_warnings(config: Config) -> Iterator[Fault]:
    """Tell quotas that are granted anew within a period of a year or a few.

    What is left of the old quota and all of the new one can then be used in one hydrological
    year, which makes a typical year too rich.
    """
    days = (config.period.end - config.period.start).days + 1
    for path, part in _parts(config):
        begin = getattr(part, "account_year", None)
        if getattr(part, "quota", None) is None or begin is None:
            continue
        grants = config.calendar.resets(begin)
        if not grants[1:].any():
            continue
        first = 0.0 if grants[0] else remaining_part(config.calendar, begin)
        quotas = first + int(grants.sum())
        if quotas <= TOLERATED * max(days / DAYS_A_YEAR, 1.0):
            continue
        day: datetime.datetime = config.calendar.starts[1:][grants[1:]][0].item()
        start = config.period.start
        yield Fault(
            (*path, "account_year"),
            f"a new quota on {day:%Y-%m-%d}: {quotas:.3g} quotas for the "
            f"{days / DAYS_A_YEAR:.3g} years from {start} to {config.period.end}",
            f"an account year from the first day of the period, account_year: {start:%m-%d}; or a "
            "longer period",
            note="the rest of the old quota and all of the new one can be used in one "
            "hydrological year",
            severity="warning",
        )


def _parts(config: Config) -> Iterator[tuple[Path, Any]]:
    yield from ((("nodes", name), node) for name, node in config.nodes.items())
    yield from ((("links", number), link) for number, link in enumerate(config.links))
