"""How a supply failed: reliability, resilience, vulnerability and indices made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

__all__ = [
    "SupplyMeasures",
    "empirical_rate",
    "group_sustainability",
    "shortage_index",
    "supply_measures",
    "sustainability_index",
]

RatePosition = Literal["m/n", "m/(n+1)", "(m-1)/(n-1)", "(m-0.3)/(n+0.4)"]
_POSITIONS: dict[str, tuple[float, float]] = {
    "m/n": (0.0, 0.0),
    "m/(n+1)": (0.0, 1.0),
    "(m-1)/(n-1)": (1.0, -1.0),
    "(m-0.3)/(n+0.4)": (0.3, 0.4),
}


@dataclass(frozen=True)
class SupplyMeasures:
    """Measures of Hashimoto, Loucks & Stedinger (1982, WRR 18, 14-20) of one supply.

    Attributes
    ----------
    periods, failures, events : int
        Steps with a demand, steps that fail, and runs of failing steps; a run open at the end
        counts, and a step without demand neither ends a run nor lengthens it.
    longest_event : int
        Steps of the longest run.
    time_reliability : float
        Share of the steps with a demand that do not fail [1].
    annual_reliability : float or None
        Share of the years with a demand that have no failing step [1]; None where the steps are
        not whole years.
    volumetric_reliability : float
        Supplied volume over demand [1].
    resilience : float or None
        Events per failing step, the chance that a failure ends [1]; None without a failure.
    vulnerability_frac : float or None
        Mean over events of the largest deficit in parts of the demand [1].
    vulnerability : float or None
        Mean over events of the largest deficit, in the unit of the demand.
    mean_deficit_frac : float or None
        Mean deficit over mean demand of the failing steps (Sandoval-Solis et al. 2011) [1].
    """

    periods: int
    failures: int
    events: int
    longest_event: int
    time_reliability: float
    annual_reliability: float | None
    volumetric_reliability: float
    resilience: float | None
    vulnerability_frac: float | None
    vulnerability: float | None
    mean_deficit_frac: float | None


def supply_measures(
    supplied: ArrayLike,
    demand: ArrayLike,
    *,
    periods_per_year: int | None = None,
    tolerance_frac: float = 0.0,
    decimals: int | None = None,
) -> SupplyMeasures:
    """Measures of a supply against its demand.

    Parameters
    ----------
    supplied : array_like, shape (steps,)
        Volume supplied in each step, at least 0.
    demand : array_like, shape (steps,) or scalar
        Volume wanted in each step, at least 0; steps without demand are left out.
    periods_per_year : int, optional
        Steps of a year, for the annual reliability.
    tolerance_frac : float
        Deficit up to which a step does not fail, in parts of its demand [1].
    decimals : int, optional
        Decimals to which each step's deficit in parts of the demand is rounded before it is
        judged (the package `reservoir` takes 5); not rounded without it.

    Returns
    -------
    SupplyMeasures
        The measures.

    Raises
    ------
    DataError
        If a value is negative or missing, lengths differ, or nothing is demanded.
    ConfigError
        If `periods_per_year` or the tolerance is out of range.
    """
    given, wanted = _checked_pair(supplied, demand)
    if periods_per_year is not None and periods_per_year < 1:
        refuse("periods_per_year", str(periods_per_year), _("at least 1"))
    if not 0.0 <= tolerance_frac < 1.0:
        refuse("tolerance_frac", f"{tolerance_frac:g}", _("a part from 0 to below 1"))
    asked = wanted > 0.0
    year_asked = _years_with(asked, periods_per_year)
    given, wanted = given[asked], wanted[asked]
    part = np.maximum(1.0 - given / wanted, 0.0)
    if decimals is not None:
        part = np.round(part, decimals)
    fails = part > tolerance_frac
    deficit = np.where(fails, part * wanted, 0.0)
    begins = np.flatnonzero(np.diff(np.concatenate([[0], fails.astype(np.int8)])) == 1)
    failures, events = int(fails.sum()), begins.size
    lengths = np.add.reduceat(fails.astype(np.int64), begins) if events else np.zeros(1, np.int64)
    annual = None
    if year_asked is not None:
        years = np.unique(year_asked).size
        annual = 1.0 - np.unique(year_asked[fails]).size / years
    return SupplyMeasures(
        periods=given.size,
        failures=failures,
        events=events,
        longest_event=int(lengths.max()),
        time_reliability=1.0 - failures / given.size,
        annual_reliability=annual,
        volumetric_reliability=float(np.minimum(given, wanted).sum() / wanted.sum()),
        resilience=events / failures if failures else None,
        vulnerability_frac=_mean_of_maxima(np.where(fails, part, 0.0), begins),
        vulnerability=_mean_of_maxima(deficit, begins),
        mean_deficit_frac=float(deficit[fails].sum() / wanted[fails].sum()) if failures else None,
    )


def _years_with(asked: NDArray[np.bool_], periods_per_year: int | None) -> NDArray[np.int64] | None:
    """Return the year of each step with a demand; None where the steps are not whole years."""
    if periods_per_year is None or asked.size % periods_per_year:
        return None
    return np.flatnonzero(asked) // periods_per_year


def shortage_index(supplied: ArrayLike, demand: ArrayLike) -> float:
    """Shortage index of the Hydrologic Engineering Center, ``100 / N sum (shortage / demand)^2``.

    By year it is the index of HEC (1966, 1975); by shorter steps the modified one of Hsu &
    Hsu (1995).

    Parameters
    ----------
    supplied, demand : array_like, shape (steps,)
        Volumes of each year or step; steps without demand do not count.

    Returns
    -------
    float
        The index [1]; 1 is a yearly shortage of 10 %.

    Raises
    ------
    DataError
        If a value is negative or missing, lengths differ, or nothing is demanded.
    """
    given, wanted = _checked_pair(supplied, demand)
    asked = wanted > 0.0
    part = np.maximum(1.0 - given[asked] / wanted[asked], 0.0)
    return float(100.0 * np.mean(part**2))


def sustainability_index(measures: SupplyMeasures) -> float:
    """Geometric mean of reliability, resilience and 1 - vulnerability [1].

    Sandoval-Solis, McKinney & Loucks (2011, J. Water Resour. Plann. Manage. 137), after the product
    of Loucks (1997); vulnerability is the mean deficit of failing steps. A supply that never fails
    has 1.
    """
    if measures.resilience is None or measures.mean_deficit_frac is None:
        return 1.0
    kept = 1.0 - measures.mean_deficit_frac
    return float((measures.time_reliability * measures.resilience * kept) ** (1.0 / 3.0))


def group_sustainability(indices: ArrayLike, demands: ArrayLike) -> float:
    """Mean of sustainability indices weighted by demand [1].

    Raises
    ------
    DataError
        If lengths differ, a number is negative or missing, or nothing is demanded.
    """
    values, weights = _checked_pair(indices, demands)
    return float(values @ weights / weights.sum())


def empirical_rate(met: int, count: int, position: RatePosition = "m/(n+1)") -> float:
    """Guarantee rate (保证率) of `met` among `count` years or steps [1].

    Parameters
    ----------
    met, count : int
        How many were met, of how many; 0 <= met <= count.
    position : {"m/(n+1)", "m/n", "(m-1)/(n-1)", "(m-0.3)/(n+0.4)"}
        Weibull 1939 (Chinese planning), the plain share, Gumbel 1958 (p7), Chegodayev 1955.

    Returns
    -------
    float
        The rate, at least 0.

    Raises
    ------
    ConfigError
        If the counts or the position are not valid.
    """
    check_choice("position", position, _POSITIONS)
    least = 2 if position == "(m-1)/(n-1)" else 1
    if not (0 <= met <= count and count >= least):
        refuse(
            "met",
            _("{met} of {count}", met=met, count=count),
            _("0 to {count} of at least {least}", count=max(count, least), least=least),
        )
    minus, plus = _POSITIONS[position]
    return max(0.0, (met - minus) / (count + plus))


def _mean_of_maxima(values: NDArray[np.float64], begins: NDArray[np.int64]) -> float | None:
    """Return the mean over runs of their largest value; what lies between runs is 0."""
    if not begins.size:
        return None
    return float(np.maximum.reduceat(values, begins).mean())


def _checked_pair(
    supplied: ArrayLike, demand: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given = checked_series("supplied", supplied, least=0.0)
    wanted = np.asarray(demand, dtype=np.float64)
    if wanted.ndim == 0:
        wanted = np.full(given.size, float(wanted))
    wanted = checked_series("demand", wanted, least=0.0)
    if wanted.size != given.size:
        found = _(
            "{demands} demands for {supplies} supplies", demands=wanted.size, supplies=given.size
        )
        raise DataError(file="demand", found=found, expected=_("one demand a step"))
    if not wanted.sum() > 0.0:
        raise DataError(
            file="demand", found=_("no demand in any step"), expected=_("a demand above 0")
        )
    return given, wanted
