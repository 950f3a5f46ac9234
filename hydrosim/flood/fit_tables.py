"""Fitted frequency curves as a dataset for pictures and as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.flood.record_fits import RecordFit
from hydrosim.hydrology.curves import LogPearsonIII, PearsonIII, at_return_period
from hydrosim.hydrology.flood_samples import plotting_positions
from hydrosim.hydrology.quantile_bands import DRAWS, LEVEL, SEED, quantile_band
from hydrosim.io.missing import explain_missing
from hydrosim.locale import _

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from hydrosim.config.schema import Config
    from hydrosim.flood.design import DesignFloods

__all__ = ["fit_frame", "fits_dataset"]

DAY_S = 86400.0
CURVE_POINTS = 121
RAREST = 1e-4
OFTEN = 0.995
FEWER = _("the fit has fewer floods")


def fits_dataset(config: Config, design: DesignFloods) -> xr.Dataset | None:
    """Return points, curves, their bands and design values of all fits, None where there is none.

    Dims (fit, flood | exceedance | return_period); floods beyond those of a fit are nan.
    """
    import xarray as xr

    from hydrosim.supply.attributes import base_attributes

    fits = design.fits
    if not fits:
        return None
    positions = [plotting_positions(fit.sample, fit.fitted.method.plotting) for fit in fits]
    most = max(one.value.size for one in positions)
    value, chance = np.full((2, len(fits), most), math.nan)
    kind = np.full((len(fits), most), "", dtype="U12")
    probabilities = _probabilities(min(float(one.exceedance_frac[0]) for one in positions))
    for i, (fit, one) in enumerate(zip(fits, positions, strict=True)):
        size = one.value.size
        value[i, :size], chance[i, :size] = one.value, one.exceedance_frac
        kind[i, :size] = _kinds(fit)
    years = np.array(design.return_periods)
    units = ["m3/s" if fit.duration_s is None else "m3" for fit in fits]
    bands = [quantile_band(fit.sample, fit.fitted, probabilities) for fit in fits]
    result = xr.Dataset(
        {
            "flood_value": (("fit", "flood"), value),
            "flood_exceedance": (("fit", "flood"), chance),
            "flood_kind": (("fit", "flood"), kind),
            "curve": (
                ("fit", "exceedance"),
                np.stack([fit.fitted.curve.quantile(probabilities) for fit in fits]),
            ),
            "band_low": (("fit", "exceedance"), np.stack([band.lower for band in bands])),
            "band_high": (("fit", "exceedance"), np.stack([band.upper for band in bands])),
            "design_value": (
                ("fit", "return_period"),
                np.stack([_design_values(design, fit, years) for fit in fits]),
            ),
        },
        coords={
            "exceedance": probabilities,
            "return_period": ("return_period", years, {"units": "year"}),
            "site": ("fit", [fit.site for fit in fits]),
            "season": ("fit", [fit.season for fit in fits]),
            "duration": ("fit", [fit.duration_s or 0.0 for fit in fits], {"units": "s"}),
            "unit": ("fit", units),
            "law": ("fit", [fit.fitted.method.distribution for fit in fits]),
            "parameters": ("fit", [_parameters(fit) for fit in fits]),
            **{
                name: ("fit", [_parameter(fit, name) for fit in fits])
                for name in ("mean", "variation", "skewness")
            },
            "record_years": ("fit", [fit.sample.record_years for fit in fits]),
            "survey_years": ("fit", [fit.sample.survey_years for fit in fits]),
        },
        attrs={
            **base_attributes(config), "band_level": LEVEL, "band_draws": DRAWS, "band_seed": SEED,
        },
    )  # fmt: skip
    return explain_missing(result, FEWER)


def fit_frame(design: DesignFloods) -> pd.DataFrame:
    """Return a row a fit: record, method, parameters, goodness, notes and design values.

    The 90 % band of the fitted curve stands beside each design value.
    """
    import pandas as pd

    years = np.array(design.return_periods)
    rows: list[dict[str, Any]] = []
    for fit in design.fits:
        how, good = fit.fitted.method, fit.fitted.goodness
        rows.append(
            {
                "site": fit.site,
                "season": fit.season,
                "duration_d": math.nan if fit.duration_s is None else fit.duration_s / DAY_S,
                "unit": "m3/s" if fit.duration_s is None else "m3",
                "record_years": fit.sample.record_years,
                "survey_years": fit.sample.survey_years,
                "extraordinary": int(fit.sample.extreme.size),
                "distribution": how.distribution,
                "method": how.method,
                "parameters": _parameters(fit),
                "root_mean_square": good.root_mean_square,
                "mean_relative": good.mean_relative,
                "determination": good.determination,
                "notes": "; ".join(fit.fitted.notes),
                **dict(
                    zip(
                        (f"T{one:g}" for one in years),
                        _design_values(design, fit, years).tolist(),
                        strict=True,
                    )
                ),
                **_limits(fit, years),
            }
        )
    return pd.DataFrame(rows)


def _limits(fit: RecordFit, years: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    """Return the limits of the 90 % band of the fitted curve at the return periods."""
    limits = quantile_band(fit.sample, fit.fitted, 1.0 / years)
    found: dict[str, float] = {}
    for year, low, high in zip(years, limits.lower, limits.upper, strict=True):
        found |= {f"T{year:g}_low": float(low), f"T{year:g}_high": float(high)}
    return found


def _probabilities(least: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return probabilities of exceedance, evenly spaced on paper of normal probabilities."""
    from scipy.special import ndtr, ndtri

    return np.asarray(ndtr(np.linspace(ndtri(min(RAREST, least)), ndtri(OFTEN), CURVE_POINTS)))


def _kinds(fit: RecordFit) -> list[str]:
    """Return the kind of each plotted flood."""
    extreme = ["extreme"] * fit.sample.extreme.size
    left = list(fit.sample.extreme)
    for flood in fit.historical:
        place = left.index(flood)
        left[place] = math.nan
        extreme[place] = "historical"
    return [*extreme, *["ordinary"] * fit.sample.ordinary.size]


def _design_values(
    design: DesignFloods, fit: RecordFit, years: np.ndarray[Any, np.dtype[np.float64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the values that are used: those of a season never stand above those of the year."""
    curve: Any = fit.fitted.curve
    if fit.season in design.statistics[fit.site]:
        used = design.statistics[fit.site][fit.season]
        curve = used.peak if fit.duration_s is None else dict(used.volumes)[fit.duration_s]
    return at_return_period(curve, years)


def _parameter(fit: RecordFit, name: str) -> float:
    """Return mean [m3/s or m3], Cv or Cs of a Pearson III curve, nan of others."""
    curve = fit.fitted.curve
    return float(vars(curve)[name]) if isinstance(curve, PearsonIII) else math.nan


def _parameters(fit: RecordFit) -> str:
    """Return the parameters of a curve in the signs of their formula."""
    curve = fit.fitted.curve
    if isinstance(curve, PearsonIII):
        ratio = curve.skewness / curve.variation
        return (
            f"Ex = {curve.mean:.4g}, Cv = {curve.variation:.3f}, "
            f"Cs = {curve.skewness:.3f} = {ratio:.2f} Cv"
        )
    if isinstance(curve, LogPearsonIII):
        return (
            f"m = {curve.log_mean:.4f}, s = {curve.log_deviation:.4f}, g = {curve.log_skewness:.3f}"
        )
    return f"Ex = {curve.mean:.4g}, s = {curve.deviation:.4g}"
