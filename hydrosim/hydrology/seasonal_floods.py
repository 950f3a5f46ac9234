"""Seasonal design floods 分期设计洪水: curves of the seasons, none above the annual one.

The greatest flood of a season is at most that of the year, so its curve must not stand above the
annual curve, whatever samples and fits say (SL 44); where it does it is lowered, and the lowering
is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.curves import FrequencyCurve, at_return_period
from hydrosim.hydrology.flood_samples import flood_sample
from hydrosim.hydrology.frequency import FittedCurve, FrequencyMethod, fit_frequency
from hydrosim.hydrology.hydrographs import SECONDS_PER_DAY
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.seasons import Season, SeasonalSample, seasonal_maxima
from hydrosim.hydrology.site_statistics import RETURN_PERIODS, SiteStatistics
from hydrosim.locale import _, listed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CappedCurve:
    """A curve that is nowhere above another: the lesser of the two quantiles.

    Attributes
    ----------
    own : FrequencyCurve
        Curve of the season.
    cap : FrequencyCurve
        Curve of the year.
    """

    own: FrequencyCurve
    cap: FrequencyCurve

    def quantile(self, exceedance_frac: ArrayLike) -> Floats:
        """Return the lesser quantile of both curves."""
        return np.minimum(self.own.quantile(exceedance_frac), self.cap.quantile(exceedance_frac))

    def exceedance(self, value: ArrayLike) -> Floats:
        """Return the lesser probability of both curves, the inverse of `quantile`."""
        return np.minimum(self.own.exceedance(value), self.cap.exceedance(value))

    def scaled(self, factor: float) -> CappedCurve:
        """Return the curve of the variable times a factor."""
        return CappedCurve(self.own.scaled(factor), self.cap.scaled(factor))


@dataclass(frozen=True)
class LoweredQuantile:
    """A seasonal quantile that stood above the annual one and was lowered to it.

    Attributes
    ----------
    season : str
        Name of the season.
    return_period_years : float
        Return period [year].
    seasonal, annual : float
        Quantile of the season's own curve and of the annual curve, in their unit.
    """

    season: str
    return_period_years: float
    seasonal: float
    annual: float


@dataclass(frozen=True, eq=False)
class SeasonalFloods:
    """Curves of all seasons, none above the annual one.

    Attributes
    ----------
    annual : FrequencyCurve
        Curve of the year.
    curves : dict of str to CappedCurve
        Curve of each season.
    lowered : tuple of LoweredQuantile
        Where a season's own curve stood above the annual one, at the return periods looked at.
    notes : tuple of str
        Return periods at which the seasons together reach the annual flood less often than the
        year does, which cannot be.
    """

    annual: FrequencyCurve
    curves: dict[str, CappedCurve]
    lowered: tuple[LoweredQuantile, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FittedSeasons:
    """Samples, their fits and the curves that follow.

    Attributes
    ----------
    samples : dict of str to SeasonalSample
        Sample of each season, and of the year under its name.
    fits : dict of str to FittedCurve
        Curve fitted to each, before any is lowered.
    floods : SeasonalFloods
        Curves none of which is above the annual one.
    """

    samples: dict[str, SeasonalSample]
    fits: dict[str, FittedCurve]
    floods: SeasonalFloods


def limit_to_annual(
    annual: FrequencyCurve,
    seasons: Mapping[str, FrequencyCurve],
    return_period_years: Sequence[float] = RETURN_PERIODS,
) -> SeasonalFloods:
    """Lower seasonal curves to the annual one wherever they stand above it, and report where.

    Parameters
    ----------
    annual : FrequencyCurve
        Curve of the year.
    seasons : mapping of str to FrequencyCurve
        Curve of each season.
    return_period_years : sequence of float
        Return periods at which a lowering is reported [year].

    Returns
    -------
    SeasonalFloods

    Raises
    ------
    ConfigError
        If there is no season.
    """
    if not seasons:
        refuse("seasons", _("none"), _("one season at least"))
    lowered, notes = [], []
    curves = {name: CappedCurve(curve, annual) for name, curve in seasons.items()}
    for years in return_period_years:
        most = float(at_return_period(annual, years))
        for name, curve in seasons.items():
            own = float(at_return_period(curve, years))
            if own > most:
                lowered.append(LoweredQuantile(name, float(years), own, most))
        together = sum(float(curve.exceedance(most)) for curve in curves.values())
        if together * years < 1.0 - 1e-9:
            note = _(
                "the seasons together never reach the annual flood of {years:g} years", years=years
            )
            if together > 0.0:
                note = _(
                    "the seasons together reach the annual flood of {years:g} years only every "
                    "{other:.4g} years",
                    years=years, other=1.0 / together,
                )  # fmt: skip
            notes.append(note)
    return SeasonalFloods(annual, curves, tuple(lowered), tuple(notes))


def fit_seasons(
    dates: ArrayLike,
    flow_m3s: ArrayLike,
    seasons: Sequence[Season],
    *,
    annual: Season | None = None,
    overlap_days: int = 0,
    duration_days: int | None = None,
    method: FrequencyMethod | None = None,
    return_period_years: Sequence[float] = RETURN_PERIODS,
) -> FittedSeasons:
    """Sample, fit and limit the floods of all seasons.

    Parameters
    ----------
    dates, flow_m3s : array_like, shape (n,)
        Days and their flow [m3/s], as in `seasonal_maxima`.
    seasons : sequence of Season
        Seasons, names once each.
    annual : Season, optional
        What counts as the year: the calendar year without it; the flood season where the record
        has no other days.
    overlap_days, duration_days : int
        As in `seasonal_maxima`; the year itself is not widened.
    method : FrequencyMethod, optional
        How samples are fitted.
    return_period_years : sequence of float
        Return periods at which lowered quantiles are reported [year].

    Returns
    -------
    FittedSeasons

    Raises
    ------
    ConfigError
        If a name repeats, or a sample is too short for the method.
    """
    year = annual or Season("annual", "01-01", "12-31")
    samples: dict[str, SeasonalSample] = {}
    fits: dict[str, FittedCurve] = {}
    for season in (year, *seasons):
        if season.name in samples:
            refuse(
                "seasons",
                _("{name!r} twice", name=season.name),
                _("each name once, none that of the year"),
            )
        found = seasonal_maxima(
            dates,
            flow_m3s,
            season,
            overlap_days=0 if season is year else overlap_days,
            duration_days=duration_days,
        )
        samples[season.name] = found
        fits[season.name] = fit_frequency(flood_sample(found.value), method)
    curves = {season.name: fits[season.name].curve for season in seasons}
    floods = limit_to_annual(fits[year.name].curve, curves, return_period_years)
    return FittedSeasons(samples, fits, floods)


def limit_statistics(
    annual: SiteStatistics,
    seasons: Mapping[str, SiteStatistics],
    return_period_years: Sequence[float] = RETURN_PERIODS,
) -> tuple[dict[str, SiteStatistics], tuple[LoweredQuantile, ...]]:
    """Lower seasonal statistics of a site to its annual ones, peak and volumes each by each.

    Parameters
    ----------
    annual : SiteStatistics
        Curves of the year.
    seasons : mapping of str to SiteStatistics
        Curves of each season, of the same peak and durations.
    return_period_years : sequence of float
        Return periods at which a lowering is reported [year].

    Returns
    -------
    limited : dict of str to SiteStatistics
        Curves of each season, none above the annual one.
    lowered : tuple of LoweredQuantile
        Where one stood above; the season is followed by ``peak`` or the duration.

    Raises
    ------
    ConfigError
        If a season has a peak or a duration that the year lacks.
    """
    limited, lowered = {}, []
    caps = _curves_of(annual)
    for name, season in seasons.items():
        found = {}
        for what, curve in _curves_of(season).items():
            if what not in caps:
                names = listed([_curve_name(one) for one in caps])
                refuse(
                    f"seasons.{name}",
                    _curve_name(what),
                    _("what the annual statistics have: {names}", names=names),
                )
            one = limit_to_annual(caps[what], {name: curve}, return_period_years)
            lowered += [
                replace(low, season=_("{season} {what}", season=name, what=_curve_name(what)))
                for low in one.lowered
            ]
            found[what] = one.curves[name]
        volumes = tuple((what, curve) for what, curve in found.items() if what > 0.0)
        limited[name] = replace(season, peak=found.get(0.0), volumes=volumes)
    return limited, tuple(lowered)


def _curves_of(statistics: SiteStatistics) -> dict[float, FrequencyCurve]:
    """Curves by duration [s], that of the peak under 0."""
    found: dict[float, FrequencyCurve] = dict(statistics.volumes)
    return found if statistics.peak is None else {0.0: statistics.peak, **found}


def _curve_name(duration_s: float) -> str:
    return f"{duration_s / SECONDS_PER_DAY:g} d" if duration_s > 0.0 else "peak"
