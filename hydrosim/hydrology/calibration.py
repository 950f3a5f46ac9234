"""Fitting a catchment to published statistics where no daily flow is public.

With a mean, a Cv and Cs, month shares and a lag-one correlation as the only knowledge, GR4J is
fitted to these statistics, not to a hydrograph. The fit minimises one sum of squares over the
model's own flows and over the flows after the quantile map of annual totals
(`hydrosim.hydrology.runoff.fit_year_factors`), so that the map has little left to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution

from hydrosim.errors import DataError
from hydrosim.hydrology.gr4j import Floats, Gr4jParameters, spin_up
from hydrosim.hydrology.runoff import (
    SECONDS_PER_DAY,
    Catchment,
    Dates,
    calendar_years,
    check_weather,
    factors_by_day,
    fit_year_factors,
    runoff_series,
)
from hydrosim.locale import _


@dataclass(frozen=True)
class SeriesSummary:
    """Annual and seasonal statistics of a daily flow.

    Attributes
    ----------
    mean_m3 : float
        Mean annual volume [m3].
    variation, skewness : float
        Cv (n - 1) and the unbiased Cs of annual volumes [1].
    lag_one : float
        Correlation of annual volumes with those of the year before [1].
    month_shares : ndarray, shape (12,)
        Share of each month in the whole volume [1].
    annual_m3 : dict of int to float
        Volume of each calendar year [m3].
    """

    mean_m3: float
    variation: float
    skewness: float
    lag_one: float
    month_shares: Floats
    annual_m3: dict[int, float]

    def share_of(self, months: tuple[int, ...]) -> float:
        """Share of the named months (1 to 12) in the whole volume [1]."""
        return float(sum(self.month_shares[month - 1] for month in months))


@dataclass(frozen=True)
class RunoffTarget:
    """What is known of a catchment's inflow.

    Attributes
    ----------
    mean_m3 : float
        Mean annual volume [m3].
    variation, skewness : float
        Cv and Cs of annual volumes, for the model and the map [1].
    month_shares : tuple of float
        Twelve shares of sum one [1].
    peak_months : tuple of int
        Months whose joint share counts apart.
    lag_one : tuple of float
        Range in which the lag-one correlation should lie [1].
    """

    mean_m3: float
    variation: float
    skewness: float
    month_shares: tuple[float, ...]
    peak_months: tuple[int, ...] = (7, 8)
    lag_one: tuple[float, float] = (0.2, 0.4)


@dataclass(frozen=True)
class FitWeights:
    """Residual of one unit of misfit for each statistic; their squares are summed.

    Attributes
    ----------
    mean, variation : float
        Per unit of log ratio between the model (before the map) and the target.
    peak_share : float
        Per unit of relative error of the peak months' share after the map.
    month_share : float
        Per unit of error of each month's share after the map.
    lag_one : float
        Per unit outside the wanted range after the map.
    factors : float
        Per unit of root mean square log factor of the map.
    """

    mean: float = 10.0
    variation: float = 2.0
    peak_share: float = 40.0
    month_share: float = 31.6
    lag_one: float = 20.0
    factors: float = 2.7


@dataclass(frozen=True)
class FitBounds:
    """Search ranges; the stores are searched on a logarithmic scale."""

    x1_mm: tuple[float, float] = (150.0, 2000.0)
    x2_mm: tuple[float, float] = (-3.0, 2.0)
    x3_mm: tuple[float, float] = (1.0, 100.0)
    x4_day: tuple[float, float] = (0.6, 2.5)
    rain_factor: tuple[float, float] = (1.0, 1.3)


@dataclass(frozen=True)
class Calibration:
    """A fitted catchment with what it reaches before and after the map.

    Attributes
    ----------
    catchment : Catchment
        Rounded parameters, rain factor and start.
    year_factors : dict of int to float
        Rounded factor of each year of the reference record [1].
    modelled, mapped : SeriesSummary
        Statistics of the model's flow and of the flow with the factors.
    objective : float
        Smallest sum of squares found, before rounding.
    """

    catchment: Catchment
    year_factors: dict[int, float]
    modelled: SeriesSummary
    mapped: SeriesSummary
    objective: float = field(compare=False)


def summarise(dates: Dates, inflow_m3s: Floats) -> SeriesSummary:
    """Annual and seasonal statistics of a daily flow over whole calendar years.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Days.
    inflow_m3s : ndarray, shape (time,)
        Mean flow of each day [m3/s].

    Returns
    -------
    SeriesSummary
        The statistics.

    Raises
    ------
    DataError
        If there are fewer than three years, or all years are alike.
    """
    years = calendar_years(dates)
    first = int(years[0])
    annual = np.bincount(years - first, weights=inflow_m3s) * SECONDS_PER_DAY
    if annual.size < 3:
        raise DataError(
            file="inflow", found=_("{size} years", size=annual.size), expected=_("at least 3 years")
        )
    months = dates.astype("datetime64[M]").astype(np.int64) % 12
    by_month = np.bincount(months, weights=inflow_m3s, minlength=12)
    mean = float(annual.mean())
    spread = float(annual.std(ddof=1))
    if not spread > 0.0:
        raise DataError(file="inflow", found=_("every year alike"), expected=_("years that differ"))
    count = annual.size
    third = float(np.mean((annual - mean) ** 3)) / float(annual.std()) ** 3
    skewness = third * np.sqrt(count * (count - 1.0)) / (count - 2.0)
    return SeriesSummary(
        mean_m3=mean,
        variation=spread / mean,
        skewness=float(skewness),
        lag_one=float(np.corrcoef(annual[1:], annual[:-1])[0, 1]),
        month_shares=by_month / by_month.sum(),
        annual_m3={first + i: float(volume) for i, volume in enumerate(annual)},
    )


def misfit(
    modelled: SeriesSummary,
    mapped: SeriesSummary,
    year_factors: Mapping[int, float],
    target: RunoffTarget,
    weights: FitWeights,
) -> float:
    """Sum of squared residuals of a candidate, in the terms of `FitWeights`.

    Parameters
    ----------
    modelled, mapped : SeriesSummary
        Statistics before and after the map.
    year_factors : mapping of int to float
        Factors of the map [1].
    target : RunoffTarget
        What is wanted.
    weights : FitWeights
        Weights of the residuals.

    Returns
    -------
    float
        The sum [1].
    """
    wanted_months = np.asarray(target.month_shares)
    wanted_peak = float(sum(wanted_months[month - 1] for month in target.peak_months))
    low, high = target.lag_one
    outside = max(0.0, low - mapped.lag_one) + max(0.0, mapped.lag_one - high)
    logs = np.log(np.array(list(year_factors.values())))
    residuals = (
        weights.mean * np.log(modelled.mean_m3 / target.mean_m3),
        weights.variation * np.log(modelled.variation / target.variation),
        weights.peak_share * (mapped.share_of(target.peak_months) / wanted_peak - 1.0),
        weights.lag_one * outside,
        weights.factors * float(np.sqrt(np.mean(logs**2))),
    )
    months = weights.month_share * (mapped.month_shares - wanted_months)
    return float(sum(residual**2 for residual in residuals) + np.sum(months**2))


def _candidate(
    values: NDArray[np.float64],
    weather: tuple[Dates, Floats, Floats],
    area_m2: float,
    spin_up_days: int,
    digits: int | None,
) -> Catchment:
    """Turn searched values (stores as logarithms) into a catchment with its start."""
    _unused, rain, demand = weather
    x1, x3 = float(np.exp(values[0])), float(np.exp(values[2]))
    numbers = (x1, float(values[1]), x3, float(values[3]), float(values[4]))
    if digits is not None:
        numbers = tuple(float(f"{number:.{digits}g}") for number in numbers)
    parameters = Gr4jParameters(*numbers[:4])
    factor = numbers[4]
    starts = spin_up(factor * rain[:spin_up_days], demand[:spin_up_days], parameters)
    if digits is not None:
        starts = (round(starts[0], digits), round(starts[1], digits))
    return Catchment(area_m2, factor, parameters, *starts)


def calibrate(
    dates: Dates,
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    area_m2: float,
    target: RunoffTarget,
    *,
    bounds: FitBounds | None = None,
    weights: FitWeights | None = None,
    spin_up_days: int = 1826,
    iterations: int = 80,
    population: int = 12,
    seed: int = 1,
    digits: int = 4,
) -> Calibration:
    """Fit GR4J and the rain factor of a catchment, then the map of its annual totals.

    Differential evolution with a fixed seed; parameters and factors are rounded before the
    statistics that are reported, so that the stored numbers reproduce them.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Days of whole calendar years.
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Weather of the catchment before the rain factor [mm a day].
    area_m2 : float
        Catchment area [m2].
    target : RunoffTarget
        What is wanted.
    bounds : FitBounds, optional
        Search ranges.
    weights : FitWeights, optional
        Weights of the residuals.
    spin_up_days : int
        Length of the first years that fill the stores [day].
    iterations, population, seed : int
        Settings of the search.
    digits : int
        Significant digits kept in the result.

    Returns
    -------
    Calibration
        The fitted catchment and what it reaches.

    Raises
    ------
    DataError
        If the weather is faulty, or the wanted Cs gives the driest year no water.
    """
    check_weather(dates, precipitation_mm, evapotranspiration_mm)
    bounds = bounds or FitBounds()
    weights = weights or FitWeights()
    weather = (dates, precipitation_mm, evapotranspiration_mm)
    wanted = (target.mean_m3, target.variation, target.skewness)

    def evaluate(catchment: Catchment) -> tuple[SeriesSummary, SeriesSummary, dict[int, float]]:
        inflow = runoff_series(*weather, catchment)
        modelled = summarise(dates, inflow)
        factors = fit_year_factors(modelled.annual_m3, *wanted)
        rounded = {year: float(f"{factor:.{digits}g}") for year, factor in factors.items()}
        return modelled, summarise(dates, inflow * factors_by_day(dates, rounded)), rounded

    def objective(values: NDArray[np.float64]) -> float:
        catchment = _candidate(values, weather, area_m2, spin_up_days, None)
        modelled, mapped, factors = evaluate(catchment)
        return misfit(modelled, mapped, factors, target, weights)

    search = (
        (float(np.log(bounds.x1_mm[0])), float(np.log(bounds.x1_mm[1]))),
        bounds.x2_mm,
        (float(np.log(bounds.x3_mm[0])), float(np.log(bounds.x3_mm[1]))),
        bounds.x4_day,
        bounds.rain_factor,
    )
    found = differential_evolution(
        objective, search, rng=seed, maxiter=iterations, popsize=population, tol=1e-6
    )
    catchment = _candidate(found.x, weather, area_m2, spin_up_days, digits)
    modelled, mapped, factors = evaluate(catchment)
    return Calibration(catchment, factors, modelled, mapped, float(found.fun))
