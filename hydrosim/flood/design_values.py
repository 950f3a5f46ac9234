"""Design values of all sites with the parameters, fit and source of their curves, as a dataset."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.flood.statistics import ANNUAL
from hydrosim.hydrology.curves import Gumbel, LogPearsonIII, PearsonIII, at_return_period
from hydrosim.hydrology.seasonal_floods import CappedCurve
from hydrosim.io.missing import explain_missing
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xarray as xr

    from hydrosim.config.schema import Config
    from hydrosim.flood.design import DesignFloods
    from hydrosim.flood.record_fits import RecordFit
    from hydrosim.hydrology.curves import FrequencyCurve

__all__ = ["design_values"]

OTHER = _("a curve of another law, or one that was not fitted to a record")


class _Curve(NamedTuple):
    """A curve of a site as it is used: season empty for the year, duration None for peaks."""

    site: str
    season: str
    duration_s: float | None
    curve: FrequencyCurve
    how: str
    like: str
    fit: RecordFit | None
    source: str
    confidence: str


def design_values(
    config: Config, design: DesignFloods, return_periods: Sequence[float]
) -> xr.Dataset | None:
    """Return the values of all curves, dims (curve, return_period); None without design floods.

    Those of a season are the values used, which never stand above those of the year.

    Parameters
    ----------
    config
        The configuration.
    design
        Its design floods.
    return_periods
        Return periods [year], ascending.
    """
    import xarray as xr

    from hydrosim.supply.attributes import base_attributes

    assert config.flood is not None
    found = list(_curves(config, design))
    if not found:
        return None
    block = config.flood.design
    assert block is not None
    titles = block.season_titles(config.nodes)
    years = np.array(sorted(return_periods))

    def of(name: str, values: list[Any], **more: str) -> dict[str, Any]:
        return {name: ("curve", values, more)}

    coordinates: dict[str, Any] = {"return_period": ("return_period", years, {"units": "year"})}
    for name in ("site", "season", "how", "like", "source", "confidence"):
        coordinates |= of(name, [str(one._asdict()[name]) for one in found])
    for language in ("en", "zh"):
        said = [titles.get(one.season, {}).get(language, one.season) for one in found]
        coordinates |= of(f"season_title_{language}", said)
    coordinates |= of("duration", [one.duration_s or 0.0 for one in found], units="s")
    coordinates |= of("unit", ["m3/s" if one.duration_s is None else "m3" for one in found])
    coordinates |= of("law", [_law(one.curve) for one in found])
    for name in ("mean", "variation", "skewness"):
        coordinates |= of(name, [_parameter(one.curve, name) for one in found])
    for name in ("record_years", "survey_years"):
        known = [math.nan if one.fit is None else vars(one.fit.sample)[name] for one in found]
        coordinates |= of(name, known, units="year")
    values = np.stack([at_return_period(one.curve, years) for one in found])
    about = {"long_name": "design value, in the unit of its curve"}
    result = xr.Dataset(
        {"design_value": (("curve", "return_period"), values, about)},
        coordinates,
        base_attributes(config),
    )
    return explain_missing(result, OTHER)


def _curves(config: Config, design: DesignFloods) -> Iterator[_Curve]:
    """Yield the curves of the year and of the seasons that have their own, site by site."""
    assert config.flood is not None
    block = config.flood.design
    if block is None:
        return
    fits = {(fit.site, fit.season, fit.duration_s): fit for fit in design.fits}
    for site, annual in design.annual.items():
        entry = block.statistics[site]
        for season, one in {"": annual, **design.statistics[site]}.items():
            if season and (one is annual or season == ANNUAL):
                continue
            for duration, curve in ((None, one.peak), *one.volumes):
                if curve is None:
                    continue
                fit = fits.get((site, season, duration))
                own = entry.seasons.get(season)
                scaled = own is not None and own.factor is not None
                how = "factor" if scaled else "given"
                if entry.like is not None and not own:
                    how = "like"
                if fit is not None:
                    how = f"{fit.fitted.method.method}:{fit.fitted.method.rules.criterion}"
                    how = how if how.startswith("curve_fitting") else how.partition(":")[0]
                yield _Curve(
                    site, season, duration, curve, how, entry.like or "", fit, one.source,
                    one.confidence,
                )  # fmt: skip


def _law(curve: FrequencyCurve) -> str:
    """Return the law of a curve; of one that stays below another its own."""
    if isinstance(curve, CappedCurve):
        return _law(curve.own)
    if isinstance(curve, LogPearsonIII):
        return "lognormal" if curve.log_skewness == 0.0 else "log_pearson3"
    return "gumbel" if isinstance(curve, Gumbel) else "pearson3"


def _parameter(curve: FrequencyCurve, name: str) -> float:
    """Return mean [m3/s or m3], Cv or Cs, nan where the law has no such parameter."""
    if isinstance(curve, CappedCurve):
        return _parameter(curve.own, name)
    if isinstance(curve, PearsonIII):
        return float(vars(curve)[name])
    if isinstance(curve, Gumbel) and name != "skewness":
        return curve.mean if name == "mean" else curve.deviation / curve.mean
    return math.nan
