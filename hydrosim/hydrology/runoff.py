"""Local inflow of a catchment from daily weather, through the compiled GR4J.

A catchment turns daily rain and reference evapotranspiration into a flow in m3/s. Two things
are kept apart: the model (GR4J with fixed parameters and a stated start) and an optional table
of factors by calendar year that maps modelled annual totals onto given annual statistics.

No foresight. The flow of a day depends on the weather up to that day, on numbers of the
configuration, and on the year's factor. The factors are numbers of the configuration too: they
are fitted once over a reference record (`fit_year_factors`) and stored as a table, so neither
the length of a run nor any other year of it enters. Cutting the weather at any day changes no
earlier day of the inflow. A year without a factor is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.hydrology.gr4j import (
    Floats,
    Gr4jParameters,
    Gr4jRun,
    Gr4jState,
    fault_outside,
    simulate_gr4j,
    start_state,
)
from hydrosim.hydrology.pearson import pearson3_class_means
from hydrosim.locale import _

__all__ = [
    "Catchment",
    "Gr4jParameters",
    "blend_series",
    "calendar_years",
    "check_weather",
    "expected_runoff_mm",
    "factors_by_day",
    "fit_year_factors",
    "runoff_series",
    "warmed_up",
]

SECONDS_PER_DAY = 86_400.0
METRES_PER_MILLIMETRE = 1e-3

Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Catchment:
    """What turns weather into the inflow of one reservoir.

    Attributes
    ----------
    area_m2 : float
        Catchment area [m2], above 0.
    rain_factor : float
        Factor on the rain of the weather series [1], at least 0.
    parameters : Gr4jParameters
        Parameters of the model.
    production_frac, routing_frac : float
        Start of the two stores as a fraction of x1 and x3 [1], 0 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    area_m2: float
    rain_factor: float
    parameters: Gr4jParameters
    production_frac: float = 0.3
    routing_frac: float = 0.5

    def __post_init__(self) -> None:
        """Refuse areas, factors and starts outside their range."""
        faults = [
            *fault_outside("area_m2", self.area_m2, 0.0, np.inf, "m2", above=True),
            *fault_outside("rain_factor", self.rain_factor, 0.0, np.inf, ""),
            *fault_outside("production_frac", self.production_frac, 0.0, 1.0, ""),
            *fault_outside("routing_frac", self.routing_frac, 0.0, 1.0, ""),
        ]
        if faults:
            raise ConfigError(faults)


def blend_series(series: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Weighted mean of station series, for a catchment between stations.

    Parameters
    ----------
    series : sequence of ndarray, each of shape (time,)
        Station series of one quantity and unit.
    weights : sequence of float
        Weights [1], at least 0, of sum one.

    Returns
    -------
    ndarray, shape (time,)
        The weighted mean in the unit of the series.

    Raises
    ------
    ConfigError
        If the numbers of series and weights differ, a weight is negative or the sum is not 1.
    """
    if len(series) != len(weights) or not series:
        found = _("{weights} for {series} series", weights=len(weights), series=len(series))
        raise ConfigError([Fault(("weights",), found, _("one weight for each of the series"))])
    if min(weights) < 0.0 or abs(sum(weights) - 1.0) > 1e-9:
        found = ", ".join(f"{weight:g}" for weight in weights)
        raise ConfigError([Fault(("weights",), found, _("numbers of at least 0 with the sum 1"))])
    blended = np.zeros_like(series[0], dtype=np.float64)
    for values, weight in zip(series, weights, strict=True):
        blended += weight * values
    return blended


def fit_year_factors(
    annual_totals: Mapping[int, float], mean: float, variation: float, skewness: float
) -> dict[int, float]:
    """Fit the quantile map of annual totals over a reference record; one factor per year.

    The year of rank m among n gets the mean of the m-th of n equally likely classes of the
    Pearson III distribution (`pearson3_class_means`); its factor is that value over its
    modelled total. Ranks and the shape within each year stay, the mean becomes exact. The
    result is to be stored and read by runs, never to be fitted by them (see the module text).

    Parameters
    ----------
    annual_totals : mapping of int to float
        Modelled total of each year of the reference record, above 0, any unit.
    mean : float
        Wanted mean, in the same unit.
    variation, skewness : float
        Wanted Cv and Cs [1].

    Returns
    -------
    dict of int to float
        Factor on all flows of the year [1].

    Raises
    ------
    DataError
        If a total is not positive, or the distribution gives a year no water.
    """
    years = sorted(annual_totals, key=lambda year: (annual_totals[year], year))
    for year in years:
        if not annual_totals[year] > 0.0:
            raise DataError(
                file=_("annual totals"),
                found=f"{annual_totals[year]:g}",
                expected=_("a total above 0"),
                date=str(year),
            )
    wanted = pearson3_class_means(len(years), mean, variation, skewness)
    if wanted[0] <= 0.0:
        raise DataError(
            file=_("annual totals"),
            found=_(
                "Pearson III with mean {mean:g}, Cv {variation:g}, Cs {skewness:g}",
                mean=mean,
                variation=variation,
                skewness=skewness,
            ),
            expected=_(
                "water in the driest of {count} years, not {wanted:g}",
                count=len(years),
                wanted=wanted[0],
            ),
            note=_("a Cs of at least twice Cv keeps the lower end at or above 0"),
        )
    factors = {year: float(wanted[i] / annual_totals[year]) for i, year in enumerate(years)}
    return dict(sorted(factors.items()))


def calendar_years(dates: Dates) -> NDArray[np.int64]:
    """Calendar year of each date.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Dates.

    Returns
    -------
    ndarray of int64, shape (time,)
        Years.
    """
    return dates.astype("datetime64[Y]").astype(np.int64) + 1970


def factors_by_day(
    dates: Dates, year_factors: Mapping[int, float], source: str = _("year factors")
) -> Floats:
    """Spread a table of factors by calendar year over days.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Dates.
    year_factors : mapping of int to float
        Factor of each year [1].
    source : str
        Name of the table's file, for messages.

    Returns
    -------
    ndarray, shape (time,)
        Factor of each day [1].

    Raises
    ------
    DataError
        If a year of `dates` has no factor.
    """
    years, place = np.unique(calendar_years(dates), return_inverse=True)
    missing = [int(year) for year in years if int(year) not in year_factors]
    if missing:
        raise DataError(
            source, found=_("no value"), expected=_("a factor for every year"), date=str(missing[0])
        )
    return np.array([year_factors[int(year)] for year in years], dtype=np.float64)[place]


def runoff_series(
    dates: Dates,
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    catchment: Catchment,
    year_factors: Mapping[int, float] | None = None,
    source: str = "weather",
    *,
    state: Gr4jState | None = None,
) -> Floats:
    """Local inflow of a catchment, one value a day.

    Without a state the first date is the date of the catchment's stated start: give the whole
    weather record and cut the inflow to the run's period afterwards. With the state after the days
    before (`warmed_up`) the weather of the run gives the same bits.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Days, without a gap.
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Rain (before the rain factor) and reference evapotranspiration [mm a day].
    catchment : Catchment
        Area, rain factor, parameters and start.
    year_factors : mapping of int to float, optional
        Stored factor of each calendar year [1]; none leaves the model's flows.
    source : str
        Name of the weather file, for messages.
    state : Gr4jState, optional
        State at the start of the first date, instead of the catchment's stated start.

    Returns
    -------
    ndarray, shape (time,)
        Local inflow, mean of each day [m3/s].

    Raises
    ------
    DataError
        If lengths differ, a value is missing or negative, days are not consecutive, or a year
        has no factor.
    """
    check_weather(dates, precipitation_mm, evapotranspiration_mm, source)
    run = _simulate(precipitation_mm, evapotranspiration_mm, catchment, state)
    inflow_m3s = run.runoff_mm * (METRES_PER_MILLIMETRE * catchment.area_m2 / SECONDS_PER_DAY)
    if year_factors is None:
        return inflow_m3s
    return inflow_m3s * factors_by_day(dates, year_factors)


def warmed_up(
    dates: Dates,
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    catchment: Catchment,
    source: str = "weather",
) -> Gr4jState:
    """State of a catchment after days of weather, from its stated start; no day leaves that.

    Parameters are those of `runoff_series`.

    Raises
    ------
    DataError
        See `check_weather`.
    """
    check_weather(dates, precipitation_mm, evapotranspiration_mm, source)
    return _simulate(precipitation_mm, evapotranspiration_mm, catchment, None).state


def _simulate(
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    catchment: Catchment,
    state: Gr4jState | None,
) -> Gr4jRun:
    parameters = catchment.parameters
    if state is None:
        state = start_state(parameters, catchment.production_frac, catchment.routing_frac)
    rain = catchment.rain_factor * precipitation_mm
    return simulate_gr4j(rain, evapotranspiration_mm, parameters, state)


def expected_runoff_mm(rain_mm: float, et0_mm: float) -> float:
    """Return what the mean climate lets run off [mm], without any model of the catchment.

    The curve of Budyko (1974): what evaporates follows from rain and reference evapotranspiration
    of the mean year alone. It tells the order of magnitude.

    Parameters
    ----------
    rain_mm, et0_mm
        Means of a year.
    """
    if rain_mm <= 0.0 or et0_mm <= 0.0:
        return max(rain_mm, 0.0)
    dryness = et0_mm / rain_mm
    share = np.sqrt(dryness * np.tanh(1.0 / dryness) * -np.expm1(-dryness))
    return float(rain_mm * (1.0 - share))


def check_weather(
    dates: Dates, precipitation_mm: Floats, evapotranspiration_mm: Floats, source: str = "weather"
) -> None:
    """Refuse weather that the model cannot take.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Days.
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Rain and reference evapotranspiration [mm a day].
    source : str
        Name of the file, for messages.

    Raises
    ------
    DataError
        If lengths differ, days are not consecutive, or a value is missing or negative; the
        message names the quantity and the first date.
    """
    days = dates.astype("datetime64[D]")
    for name, values in (
        ("precipitation", precipitation_mm),
        ("evapotranspiration", evapotranspiration_mm),
    ):
        if values.shape != days.shape:
            found = _("{values} values for {dates} dates", values=values.size, dates=days.size)
            raise DataError(source, found=found, expected=_("one value a day"), column=name)
        bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0.0)))
        if bad.size:
            raise DataError(
                source,
                found=_("{values:g} mm", values=values[bad[0]]),
                expected=_("a depth of at least 0 mm"),
                column=name,
                date=str(days[bad[0]]),
            )
    gaps = np.flatnonzero(np.diff(days) != np.timedelta64(1, "D"))
    if gaps.size:
        raise DataError(
            source,
            found=_("{day} after {before}", day=days[gaps[0] + 1], before=days[gaps[0]]),
            expected=_("days that follow one another"),
            date=str(days[gaps[0] + 1]),
        )
