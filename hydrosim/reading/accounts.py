"""Account years: what each account granted, gave and kept in the years that a run covers whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.reading.items import item_texts, position, require
from hydrosim.reading.steps import ends_days, months_of, seconds_of, starts_days
from hydrosim.reading.supply import column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = ["AccountYears", "account_years", "is_limited"]

_UNLIMITED_M3 = 1e13
_DAYS = 366
_LONGEST_STEP_SHORT_DAYS = 6


class AccountYears(NamedTuple):
    """The whole account years of a run: number, first step, end, volumes of each, (years,)."""

    year: NDArray[np.int64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    start_day: str
    used_m3: Floats
    left_m3: Floats


def is_limited(dataset: Result, account: str) -> bool:
    """Return whether an account grants a limited volume, and any."""
    largest = float(np.nanmax(column(dataset, "account_left", account), initial=0.0))
    return 0.0 < largest < _UNLIMITED_M3


def account_years(dataset: Result, account: str) -> AccountYears:
    """Return the account years that a run covers whole, and what each granted, used and left.

    The grant of a year is what it used and left: with what was carried over, less what lapsed
    when a carry-over limit was met.
    """
    place = position(dataset, "account", account)
    require(dataset, "account_used")
    start_day = item_texts(dataset, "account", "account_year")[place]
    month, day = (int(part) for part in start_day.split("-"))
    years, months = months_of(dataset)
    stamps = dataset.variables["time"].values.astype("datetime64[D]")
    of_month = (stamps - stamps.astype("datetime64[M]")).astype(np.int64) + 1
    label = np.where(months * 100 + of_month >= month * 100 + day, years, years - 1)
    first = np.flatnonzero(np.diff(label, prepend=label[:1] - 1))
    end = np.append(first[1:], stamps.size)
    days = ends_days(dataset)[end - 1] - starts_days(dataset)[first]
    whole = days > _DAYS - _LONGEST_STEP_SHORT_DAYS
    # The first year of a run is whole only where the run starts on its day.
    whole[0] &= (months[0], of_month[0]) == (month, day)
    first, end = first[whole], end[whole]
    left_m3 = column(dataset, "account_left", account)
    used_m3 = column(dataset, "account_used", account) * seconds_of(dataset)
    used = np.array([used_m3[a:b].sum() for a, b in zip(first, end, strict=True)])
    return AccountYears(
        label[first], first, end, start_day, np.maximum(used, 0.0), left_m3[end - 1]
    )
