"""Hydrology: rainfall-runoff series and their calibration, flood frequency, design floods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hydrosim.hydrology.bootstrap import QuantileBand, bootstrap_quantiles
    from hydrosim.hydrology.curve_fitting import FitRules
    from hydrosim.hydrology.curves import (
        FrequencyCurve,
        Gumbel,
        LogPearsonIII,
        PearsonIII,
        at_return_period,
        return_period,
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
    from hydrosim.hydrology.moments import (
        LMoments,
        SampleMoments,
        l_moments,
        log_l_moments,
        log_moments,
        sample_moments,
    )

_HOMES = {
    "FitRules": "curve_fitting",
    "FittedCurve": "frequency",
    "FloodSample": "flood_samples",
    "FrequencyCurve": "curves",
    "FrequencyMethod": "frequency",
    "Goodness": "frequency",
    "Gumbel": "curves",
    "LMoments": "moments",
    "LogPearsonIII": "curves",
    "PearsonIII": "curves",
    "PlottingPositions": "flood_samples",
    "QuantileBand": "bootstrap",
    "SampleMoments": "moments",
    "at_return_period": "curves",
    "bootstrap_quantiles": "bootstrap",
    "fit_frequency": "frequency",
    "flood_sample": "flood_samples",
    "goodness_of_fit": "frequency",
    "l_moments": "moments",
    "log_l_moments": "moments",
    "log_moments": "moments",
    "plotting_positions": "flood_samples",
    "return_period": "curves",
    "sample_moments": "moments",
}
__all__ = [
    "FitRules",
    "FittedCurve",
    "FloodSample",
    "FrequencyCurve",
    "FrequencyMethod",
    "Goodness",
    "Gumbel",
    "LMoments",
    "LogPearsonIII",
    "PearsonIII",
    "PlottingPositions",
    "QuantileBand",
    "SampleMoments",
    "at_return_period",
    "bootstrap_quantiles",
    "fit_frequency",
    "flood_sample",
    "goodness_of_fit",
    "l_moments",
    "log_l_moments",
    "log_moments",
    "plotting_positions",
    "return_period",
    "sample_moments",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: SciPy is not loaded before it is needed."""
    if name not in _HOMES:
        msg = f"module 'hydrosim.hydrology' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(f"hydrosim.hydrology.{_HOMES[name]}"), name)
