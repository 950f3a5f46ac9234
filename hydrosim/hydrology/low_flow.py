"""Low flows 枯水径流: duration of flows, lowest n-day means of years, and how often they return.

A climatic year 枯水年度 is a year that starts outside the season of low flows, so that none of its
droughts is cut in two (Riggs 1972). WMO (2008): Manual on low-flow estimation and prediction, 1029.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.curves import LogPearsonIII
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

__all__ = [
    "AnnualMinima",
    "LowFlowFrequency",
    "annual_minima",
    "driest_months",
    "flow_duration",
    "low_flow_frequency",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Dates = NDArray[np.datetime64]
LowFlowMethod = Literal["log_pearson3", "empirical"]
APRIL = (4, 1)
"""Start of the climatic year of the U.S. Geological Survey."""
_FEWEST = 3
_LONGEST = 365
_EQUAL = 1e-9


def flow_duration(
    flow: ArrayLike, exceedance_frac: ArrayLike, seconds: ArrayLike | None = None
) -> Floats:
    """Flows that are exceeded a share of the time (历时曲线): Q90 is that of 90 %.

    Of n flows in falling order the m-th has the exceedance ``m / (n + 1)`` (Weibull; Searcy 1959);
    between two of them the flow runs straight. Steps of unlike length count by their length: m is
    the length of all steps down to this flow, over the mean length of a step.

    Parameters
    ----------
    flow : array_like, shape (steps,)
        Mean flow of each step, at least 0.
    exceedance_frac : array_like
        Shares of the time in (0, 1) [1].
    seconds : array_like, shape (steps,), optional
        Length of each step [s]; all alike without it.

    Returns
    -------
    ndarray
        Flows in the unit of `flow`, of the shape of `exceedance_frac`.

    Raises
    ------
    DataError
        If a flow is missing or negative, or a length is not above 0.
    ConfigError
        If a share is beyond those that the record holds, ``1 / (n + 1)`` to ``n / (n + 1)``.
    """
    values = checked_series("flow", flow, least=0.0)
    lengths = np.ones(values.size) if seconds is None else checked_series("seconds", seconds)
    if lengths.size != values.size or not (lengths > 0.0).all():
        raise DataError(
            file="seconds",
            found=_("{lengths} lengths for {flows} flows", lengths=lengths.size, flows=values.size),
            expected=_("one length above 0 s for each step"),
        )
    order = np.argsort(-values, kind="stable")
    lasted = np.cumsum(lengths[order])
    position = lasted / (lasted[-1] * (1.0 + 1.0 / values.size))
    wanted = np.asarray(exceedance_frac, dtype=np.float64)
    first, last = float(position[0]), float(position[-1])
    inside = (wanted >= first - 1e-12) & (wanted <= last + 1e-12)
    if not inside.all():
        refuse(
            "exceedance",
            f"{wanted[~inside].flat[0]:g}",
            _(
                "a share from {first:g} to {last:g}, which {count} steps tell",
                first=first,
                last=last,
                count=values.size,
            ),
        )
    return np.asarray(np.interp(wanted, position, values[order]))


@dataclass(frozen=True, eq=False)
class AnnualMinima:
    """The lowest mean of each complete climatic year.

    Attributes
    ----------
    years : ndarray of int64, shape (years,)
        Calendar year in which each climatic year starts.
    values : ndarray, shape (years,)
        Lowest means, in the unit of the flow.
    first_days : ndarray of datetime64[D], shape (years,)
        First day of the lowest window; the earliest of those that are equal.
    at_edge : ndarray of bool, shape (years,)
        Whether only a window that touches the first or the last day of its year is as low, so that
        the edge may have cut its drought.
    left_out : int
        Climatic years of the record that are not complete.
    """

    years: Integers
    values: Floats
    first_days: Dates
    at_edge: NDArray[np.bool_]
    left_out: int


def annual_minima(
    dates: ArrayLike, flow: ArrayLike, *, days: int = 7, year_start: tuple[int, int] = APRIL
) -> AnnualMinima:
    """Lowest n-day mean of each climatic year, from windows that lie wholly in it.

    A year of which a day is missing, in the dates or by a flow that is not a number, is left out:
    the day may have been its lowest.

    Parameters
    ----------
    dates : array_like of datetime64[D], shape (days,)
        Days, rising.
    flow : array_like, shape (days,)
        Daily mean flow, at least 0; not a number where it is missing.
    days : int
        Length n of the window, 1 to 365 [day].
    year_start : tuple of (int, int)
        Month and day on which a climatic year starts.

    Returns
    -------
    AnnualMinima

    Raises
    ------
    ConfigError
        If the length of the window is out of range.
    DataError
        If dates do not rise, lengths differ, or a flow is negative or infinite.
    """
    if not 1 <= days <= _LONGEST:
        refuse("days", str(days), _("a number of days from 1 to {most}", most=_LONGEST))
    when, values = _checked(np.asarray(dates, dtype="datetime64[D]"), flow)
    label = _climatic_year(when, year_start)
    found: list[tuple[int, float, np.datetime64, bool]] = []
    years = np.unique(label)
    for year in years.tolist():
        inside = label == year
        part, own = values[inside], when[inside]
        begin, after = (_first_day(year + k, year_start) for k in (0, 1))
        if part.size != (after - begin).astype(int) or not np.isfinite(part).all():
            continue
        means = np.lib.stride_tricks.sliding_window_view(part, days).mean(axis=1)
        at = int(np.argmin(means))
        found.append((year, float(means[at]), own[at], _at_edge(means)))
    return _minima(found, years.size)


def driest_months(
    months: ArrayLike, flow: ArrayLike, *, year_start: tuple[int, int] = (1, 1)
) -> AnnualMinima:
    """Mean flow of the driest calendar month of each year 最枯月平均流量 (SL/T 712-2021).

    Parameters
    ----------
    months : array_like of datetime64[M], shape (months,)
        Months, rising.
    flow : array_like, shape (months,)
        Mean flow of each month, at least 0; not a number where it is missing.
    year_start : tuple of (int, int)
        Month and day on which a year starts; a month counts for the year in which it starts.

    Returns
    -------
    AnnualMinima
        ``first_days`` are the first days of the driest months.

    Raises
    ------
    DataError
        If months do not rise, lengths differ, or a flow is negative or infinite.
    """
    firsts = np.asarray(months, dtype="datetime64[M]").astype("datetime64[D]")
    when, values = _checked(firsts, flow)
    label = _climatic_year(when, year_start)
    found: list[tuple[int, float, np.datetime64, bool]] = []
    years = np.unique(label)
    for year in years.tolist():
        part, own = values[label == year], when[label == year]
        if part.size != 12 or not np.isfinite(part).all():
            continue
        at = int(np.argmin(part))
        found.append((year, float(part[at]), own[at], _at_edge(part)))
    return _minima(found, years.size)


@dataclass(frozen=True, eq=False)
class LowFlowFrequency:
    """How often annual minima of the flow come below a value; made by `low_flow_frequency`.

    Attributes
    ----------
    minima : ndarray, shape (years,)
        Annual minima in rising order, 0 where a year counts as dry.
    dry_years : int
        Years whose minimum is 0.
    method : {"log_pearson3", "empirical"}
        How values between and beyond the minima are found.
    curve : LogPearsonIII or None
        Curve of the minima above 0; None with the empirical method, where the minima above 0 are
        all equal, and where they are fewer than three.
    """

    minima: Floats
    dry_years: int
    method: LowFlowMethod
    curve: LogPearsonIII | None

    @property
    def dry_frac(self) -> float:
        """Share of years without flow [1]."""
        return self.dry_years / self.minima.size

    def quantile(self, return_period_years: float) -> float:
        """Flow below which the annual minimum falls once in T years on average.

        By log-Pearson III with the share p0 of dry years, the flow of non-exceedance 1 / T is 0
        where ``1 / T <= p0``, else that of ``(1 / T - p0) / (1 - p0)`` on the curve of the other
        years (conditional probability: Jennings & Benson 1969; EPA 1986, 440/4-86-014). Empirical:
        the m-th minimum from below has ``m / (n + 1)``, between two the flow runs straight.

        Parameters
        ----------
        return_period_years : float
            Return period T [year], above 1.

        Returns
        -------
        float
            Flow, in the unit of the minima.

        Raises
        ------
        ConfigError
            If T is not above 1, is beyond what the record tells (empirical), or the years with
            flow are too few for a curve.
        """
        if not (np.isfinite(return_period_years) and return_period_years > 1.0):
            found = _("{years:g} years", years=return_period_years)
            refuse("return_period", found, _("a return period above 1 year"))
        below = 1.0 / return_period_years
        if self.method == "empirical":
            return self._plotted(return_period_years)
        if below <= self.dry_frac + 1e-12:
            return 0.0
        flowing = self.minima[self.dry_years :]
        if self.curve is None:
            if _alike(flowing):
                return float(flowing.mean())
            found = _("{count} years with flow that differ", count=flowing.size)
            refuse("minima", found, _("at least {least} for a curve", least=_FEWEST))
        part = (below - self.dry_frac) / (1.0 - self.dry_frac)
        return float(self.curve.quantile(1.0 - part))

    def _plotted(self, years: float) -> float:
        count = self.minima.size
        position = np.arange(1, count + 1) / (count + 1.0)
        if not position[0] - 1e-12 <= 1.0 / years <= position[-1] + 1e-12:
            expected = _(
                "a return period from {low:g} to {high:g} years, which {count} minima tell",
                low=1.0 / position[-1],
                high=1.0 / position[0],
                count=count,
            )
            refuse("return_period", _("{years:g} years", years=years), expected)
        return float(np.interp(1.0 / years, position, self.minima))


def low_flow_frequency(
    minima: ArrayLike, method: LowFlowMethod = "log_pearson3", *, zero_below: float = 0.0
) -> LowFlowFrequency:
    """Frequency of annual minima of the flow, as of ``annual_minima(...).values``.

    Log-Pearson III takes mean, standard deviation and skew of the common logarithms of the minima
    above 0, the skew as ``n M3 / ((n - 1) (n - 2) s^3)`` (U.S. Geological Survey, SWSTAT). Minima
    that are all equal, as below a dam that keeps one flow, are their own quantile.

    Parameters
    ----------
    minima : array_like, shape (years,)
        Annual minima, at least 0, at least three.
    method : {"log_pearson3", "empirical"}
        A curve, or plotting positions.
    zero_below : float
        Minima below it count as 0, in the unit of the minima.

    Returns
    -------
    LowFlowFrequency

    Raises
    ------
    ConfigError
        If the method is unknown.
    DataError
        If a minimum is missing or negative, or there are fewer than three.
    """
    check_choice("method", method, get_args(LowFlowMethod))
    values = np.sort(checked_series("minima", minima, least=0.0, count=_FEWEST))
    values[values < zero_below] = 0.0
    dry = int((values == 0.0).sum())
    flowing = values[dry:]
    curve = None
    if method == "log_pearson3" and flowing.size >= _FEWEST and not _alike(flowing):
        curve = _curve(np.log10(flowing))
    return LowFlowFrequency(values, dry, method, curve)


def _curve(logs: Floats) -> LogPearsonIII:
    """Return the log-Pearson III curve by moments of logarithms."""
    count = logs.size
    parts = logs - logs.mean()
    deviation = float(np.sqrt((parts**2).sum() / (count - 1.0)))
    skewness = count * float((parts**3).sum()) / ((count - 1.0) * (count - 2.0) * deviation**3)
    return LogPearsonIII(float(logs.mean()), deviation, skewness)


def _alike(values: Floats) -> bool:
    """Return whether values are equal but for rounding."""
    return values.size > 0 and float(np.ptp(values)) <= _EQUAL * float(values.max())


def _checked(when: Dates, flow: ArrayLike) -> tuple[Dates, Floats]:
    """Return dates and flows; refuse dates that do not rise and flows below 0."""
    values = np.asarray(flow, dtype=np.float64)
    if when.ndim != 1 or values.shape != when.shape or when.size == 0:
        found = _("{values} values for {dates} dates", values=values.size, dates=when.size)
        raise DataError(file="flow", found=found, expected=_("one value a date"))
    back = np.flatnonzero(np.diff(when) <= np.timedelta64(0, "D"))
    if back.size:
        at = int(back[0])
        found = _("{day} after {before}", day=when[at + 1], before=when[at])
        raise DataError(
            file="flow", found=found, expected=_("dates that rise"), date=str(when[at + 1])
        )
    bad = np.flatnonzero(~(np.isnan(values) | (np.isfinite(values) & (values >= 0.0))))
    if bad.size:
        raise DataError(
            file="flow",
            found=f"{values[bad[0]]:g}",
            expected=_("a number of at least 0"),
            date=str(when[bad[0]]),
        )
    return when, values


def _climatic_year(when: Dates, year_start: tuple[int, int]) -> Integers:
    """Return the calendar year in which the climatic year of each day starts."""
    month = when.astype("datetime64[M]")
    day = (when - month.astype("datetime64[D]")).astype(np.int64) + 1
    number = month.astype(np.int64)
    rank = (number % 12 + 1) * 100 + day
    return number // 12 + 1970 - (rank < year_start[0] * 100 + year_start[1])


def _first_day(year: int, year_start: tuple[int, int]) -> np.datetime64:
    return np.datetime64(f"{year:04d}-{year_start[0]:02d}-{year_start[1]:02d}", "D")


def _at_edge(means: Floats) -> bool:
    """Return whether only the first or the last of some means is as low as the lowest."""
    inner = means[1:-1]
    return inner.size > 0 and float(inner.min()) > float(means.min()) * (1.0 + _EQUAL)


def _minima(found: list[tuple[int, float, np.datetime64, bool]], years: int) -> AnnualMinima:
    return AnnualMinima(
        np.array([one[0] for one in found], dtype=np.int64),
        np.array([one[1] for one in found], dtype=np.float64),
        np.array([one[2] for one in found], dtype="datetime64[D]"),
        np.array([one[3] for one in found], dtype=np.bool_),
        years - len(found),
    )
