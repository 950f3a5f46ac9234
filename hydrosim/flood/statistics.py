"""Statistics of the sites of a design block: from the config to frequency curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.flood.record_fits import RecordFit, fit_notes, fitted_to
from hydrosim.hydrology.curves import FrequencyCurve, PearsonIII
from hydrosim.hydrology.seasonal_floods import limit_statistics
from hydrosim.hydrology.site_statistics import SiteStatistics
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hydrosim.config.annual_maxima import AnnualMaxima
    from hydrosim.config.design_flood import (
        Curve,
        Design,
        SeasonStatistics,
        Statistics,
    )
    from hydrosim.config.schema import Config
    from hydrosim.errors import Path

__all__ = ["ANNUAL", "SiteCurves", "site_statistics"]

ANNUAL = "annual"


class _Collector:
    """Runs what may refuse, and keeps the faults under the path of the entry."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.faults: list[Fault] = []
        self.fits: list[RecordFit] = []

    def fit(self, path: Path, record: AnnualMaxima, duration_s: float | None) -> FrequencyCurve:
        """Return the curve of a record, and keep how it was found."""
        found = fitted_to(self.config.folder, path, record, duration_s)
        self.fits.append(found)
        return found.fitted.curve

    def tried(self, path: Path, make: Callable[[], Any]) -> Any:
        """Return what ``make`` gives, None where it refuses."""
        try:
            return make()
        except ConfigError as error:
            for fault in error.faults:
                where = ".".join(str(key) for key in fault.path)
                found = f"{where}: {fault.found}"
                self.faults.append(Fault(path, found, fault.expected, note=fault.note))
        except DataError as error:
            self.faults.append(error.fault(*path, "annual_maxima", "file"))
        return None

    def raise_faults(self) -> None:
        """Stop if something was refused; what is odd in a record may be why."""
        if self.faults:
            faults = [*self.faults, *fit_notes(self.fits)]
            raise ConfigError(faults, self.config.source)


class SiteCurves(NamedTuple):
    """Statistics of the sites of a design block.

    Attributes
    ----------
    by_season
        Of each site by season; without seasons the name of the season is ``annual``.
    annual
        Of each site, of the year.
    fits
        How the curves of records were found.
    """

    by_season: dict[str, dict[str, SiteStatistics]]
    annual: dict[str, SiteStatistics]
    fits: tuple[RecordFit, ...]


def site_statistics(config: Config) -> SiteCurves:
    """Return the statistics of each site by season and of the year.

    No curve of a season stands above the annual one; a season without own curves has the annual
    ones. Curves that contradict each other at a return period of the design block are refused.

    Parameters
    ----------
    config
        A configuration with a design block.

    Raises
    ------
    ConfigError
        With all that is wrong with records and curves.
    """
    assert config.flood is not None
    assert config.flood.design is not None
    design = config.flood.design
    collector = _Collector(config)
    annual: dict[str, SiteStatistics] = {}
    seasonal: dict[str, dict[str, SiteStatistics]] = {}
    names = list(design.season_days(config.nodes))
    for site in sorted(design.statistics, key=lambda one: (_like(design, one) is not None, one)):
        _add_site(collector, design, site, annual, seasonal)
    crossing: set[str | None] = set()
    for site, statistics in annual.items():
        path = ("flood", "design", "statistics", site)
        by_season = {ANNUAL: statistics} if not names else {}
        for name in names:
            by_season[name] = seasonal[site].get(name, statistics)
        sure = _like(design, site) not in crossing
        for one in {id(one): one for one in (statistics, *by_season.values())}.values():
            if sure and not _agrees(collector, path, one, design.return_periods):
                crossing.add(site)
                break
        seasonal[site] = by_season
    collector.raise_faults()
    return SiteCurves(seasonal, annual, tuple(collector.fits))


def _agrees(
    collector: _Collector, path: Path, one: SiteStatistics, periods: tuple[float, ...]
) -> bool:
    """Return whether curves of one site agree, and keep the first fault where they do not."""
    for years in periods:
        count = len(collector.faults)
        collector.tried(path, lambda years=years: one.design_values(years))
        if len(collector.faults) > count:
            return False
    return True


def _like(design: Design, site: str) -> str | None:
    return design.statistics[site].like


def _add_site(
    collector: _Collector,
    design: Design,
    site: str,
    annual: dict[str, SiteStatistics],
    seasonal: dict[str, dict[str, SiteStatistics]],
) -> None:
    entry = design.statistics[site]
    path = ("flood", "design", "statistics", site)
    source = entry.source or ""
    if entry.like is not None:
        other = annual.get(entry.like)
        if other is None or entry.area_ratio is None:
            return
        ratio = entry.area_ratio

        def moved(one: SiteStatistics) -> SiteStatistics:
            return one.transferred(
                site,
                ratio,
                peak_exponent=entry.peak_exponent,
                volume_exponent=entry.volume_exponent,
                source=source or _("by area from {site}", site=entry.like),
            )

        annual[site] = moved(other)
        seasonal[site] = {name: moved(one) for name, one in seasonal[entry.like].items()}
    else:
        made = _statistics(collector, path, site, entry, source, entry.confidence)
        if made is None:
            return
        annual[site], seasonal[site] = made, {}
    own = {
        name: one
        for name, season in entry.seasons.items()
        if (one := _season(collector, (*path, "seasons", name), site, season, annual[site]))
    }
    if own:
        limited = collector.tried(
            (*path, "seasons"),
            lambda: limit_statistics(annual[site], own, design.return_periods)[0],
        )
        seasonal[site].update(limited or {})


def _season(
    collector: _Collector, path: Path, site: str, season: SeasonStatistics, annual: SiteStatistics
) -> SiteStatistics | None:
    if season.factor is None:
        return _statistics(collector, path, site, season, annual.source, "L")
    factor = season.factor
    peak = None if annual.peak is None else annual.peak.scaled(factor)
    volumes = tuple((duration, curve.scaled(factor)) for duration, curve in annual.volumes)
    return SiteStatistics(site, peak, volumes, annual.source, annual.confidence)


def _statistics(
    collector: _Collector,
    path: Path,
    site: str,
    entry: Statistics | SeasonStatistics,
    source: str,
    confidence: Literal["H", "M", "L"],
) -> SiteStatistics | None:
    count = len(collector.faults)
    peak = None
    if entry.peak is not None:
        peak = _curve(collector, (*path, "peak"), entry.peak)
    volumes = tuple(
        (duration, _curve(collector, (*path, "volumes"), curve, duration))
        for duration, curve in entry.volumes.items()
    )
    if len(collector.faults) > count:
        return None
    return collector.tried(path, lambda: SiteStatistics(site, peak, volumes, source, confidence))


def _curve(
    collector: _Collector, path: Path, curve: Curve, duration_s: float | None = None
) -> FrequencyCurve:
    record = curve.annual_maxima
    if record is not None:
        return collector.tried(path, lambda: collector.fit(path, record, duration_s))
    mean: float = curve.mean  # type: ignore[attr-defined]  # each kind of curve has its unit
    assert curve.cv is not None
    skewness = curve.cs if curve.cs is not None else (curve.cs_over_cv or 0.0) * curve.cv
    cv = curve.cv
    return collector.tried(path, lambda: PearsonIII(mean, cv, skewness))
