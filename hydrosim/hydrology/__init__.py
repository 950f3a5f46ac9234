"""Hydrology: rainfall-runoff series and their calibration, flood frequency, design floods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hydrosim.hydrology.bootstrap import QuantileBand, bootstrap_quantiles
    from hydrosim.hydrology.composition import (
        Composition,
        CompositionSet,
        SubArea,
        compose_all,
        compose_same_frequency,
        compose_typical_year,
    )
    from hydrosim.hydrology.curve_fitting import FitRules
    from hydrosim.hydrology.curves import (
        FrequencyCurve,
        Gumbel,
        LogPearsonIII,
        PearsonIII,
        at_return_period,
        return_period,
    )
    from hydrosim.hydrology.design_flood import (
        DesignHydrograph,
        DesignValues,
        NestedWindows,
        nested_windows,
        same_frequency,
        same_ratio,
    )
    from hydrosim.hydrology.flood_samples import (
        FloodSample,
        PlottingPositions,
        flood_sample,
        plotting_positions,
    )
    from hydrosim.hydrology.frequency import (
        FittedCurve,
        FrequencyMethod,
        Goodness,
        fit_frequency,
        goodness_of_fit,
    )
    from hydrosim.hydrology.hydrographs import Hydrograph, hydrograph_from_points, total_hydrograph
    from hydrosim.hydrology.moments import (
        LMoments,
        SampleMoments,
        l_moments,
        log_l_moments,
        log_moments,
        sample_moments,
    )
    from hydrosim.hydrology.seasonal_floods import (
        CappedCurve,
        FittedSeasons,
        LoweredQuantile,
        SeasonalFloods,
        fit_seasons,
        limit_statistics,
        limit_to_annual,
    )
    from hydrosim.hydrology.seasons import (
        Season,
        SeasonalSample,
        seasonal_maxima,
        seasons_of_stages,
    )
    from hydrosim.hydrology.site_statistics import RETURN_PERIODS, SiteStatistics

_HOMES = {
    "CappedCurve": "seasonal_floods",
    "Composition": "composition",
    "CompositionSet": "composition",
    "DesignHydrograph": "design_flood",
    "DesignValues": "design_flood",
    "FitRules": "curve_fitting",
    "FittedCurve": "frequency",
    "FittedSeasons": "seasonal_floods",
    "FloodSample": "flood_samples",
    "FrequencyCurve": "curves",
    "FrequencyMethod": "frequency",
    "Goodness": "frequency",
    "Gumbel": "curves",
    "Hydrograph": "hydrographs",
    "LMoments": "moments",
    "LogPearsonIII": "curves",
    "LoweredQuantile": "seasonal_floods",
    "NestedWindows": "design_flood",
    "PearsonIII": "curves",
    "PlottingPositions": "flood_samples",
    "QuantileBand": "bootstrap",
    "RETURN_PERIODS": "site_statistics",
    "SampleMoments": "moments",
    "Season": "seasons",
    "SeasonalFloods": "seasonal_floods",
    "SeasonalSample": "seasons",
    "SiteStatistics": "site_statistics",
    "SubArea": "composition",
    "at_return_period": "curves",
    "bootstrap_quantiles": "bootstrap",
    "compose_all": "composition",
    "compose_same_frequency": "composition",
    "compose_typical_year": "composition",
    "fit_frequency": "frequency",
    "fit_seasons": "seasonal_floods",
    "flood_sample": "flood_samples",
    "goodness_of_fit": "frequency",
    "hydrograph_from_points": "hydrographs",
    "l_moments": "moments",
    "limit_statistics": "seasonal_floods",
    "limit_to_annual": "seasonal_floods",
    "log_l_moments": "moments",
    "log_moments": "moments",
    "nested_windows": "design_flood",
    "plotting_positions": "flood_samples",
    "return_period": "curves",
    "same_frequency": "design_flood",
    "same_ratio": "design_flood",
    "sample_moments": "moments",
    "seasonal_maxima": "seasons",
    "seasons_of_stages": "seasons",
    "total_hydrograph": "hydrographs",
}
__all__ = [
    "RETURN_PERIODS",
    "CappedCurve",
    "Composition",
    "CompositionSet",
    "DesignHydrograph",
    "DesignValues",
    "FitRules",
    "FittedCurve",
    "FittedSeasons",
    "FloodSample",
    "FrequencyCurve",
    "FrequencyMethod",
    "Goodness",
    "Gumbel",
    "Hydrograph",
    "LMoments",
    "LogPearsonIII",
    "LoweredQuantile",
    "NestedWindows",
    "PearsonIII",
    "PlottingPositions",
    "QuantileBand",
    "SampleMoments",
    "Season",
    "SeasonalFloods",
    "SeasonalSample",
    "SiteStatistics",
    "SubArea",
    "at_return_period",
    "bootstrap_quantiles",
    "compose_all",
    "compose_same_frequency",
    "compose_typical_year",
    "fit_frequency",
    "fit_seasons",
    "flood_sample",
    "goodness_of_fit",
    "hydrograph_from_points",
    "l_moments",
    "limit_statistics",
    "limit_to_annual",
    "log_l_moments",
    "log_moments",
    "nested_windows",
    "plotting_positions",
    "return_period",
    "same_frequency",
    "same_ratio",
    "sample_moments",
    "seasonal_maxima",
    "seasons_of_stages",
    "total_hydrograph",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: SciPy is not loaded before it is needed."""
    if name not in _HOMES:
        msg = f"module 'hydrosim.hydrology' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(f"hydrosim.hydrology.{_HOMES[name]}"), name)
