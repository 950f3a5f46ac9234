"""Yearly probability of exceeding a level: samples of start levels, peaks by return period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from hydrosim.errors import DataError
from hydrosim.io.manifest import refuse_damaged
from hydrosim.locale import _

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from hydrosim.hydrology.curves import FrequencyCurve

    Floats = NDArray[np.float64]

__all__ = [
    "SWITCH",
    "Sample",
    "exceedance_of",
    "level_sample",
    "opened_levels",
    "rest_of_year",
    "union_of_seasons",
]

SWITCH = "--start-from"
SAME_M = 1e-6
"""Levels this near are one: a band holds many floods at its edge, to rounding."""


class Sample(NamedTuple):
    """Levels of a store at the start of days of the flood seasons.

    ``day`` holds the day (``MM-DD``) of each value of ``level_m``.
    """

    level_m: Floats
    day: NDArray[np.str_]


def level_sample(results: xr.Dataset, store: str) -> Sample:
    """Return the levels at the start of each day of a run, all scenarios and members together.

    Parameters
    ----------
    results
        Result of a supply run in steps of a day or finer.
    store
        Name of a store.

    Raises
    ------
    DataError
        If the result has no levels by day.
    """
    if "level" not in results.data_vars or "time" not in results["level"].dims:
        raise DataError(
            SWITCH, found=_("no levels of stores by step"), expected=_("results.nc of a run")
        )
    time = results["time"].values.astype("M8[s]")
    if time.size < 3 or np.max(np.diff(time)) > np.timedelta64(1, "D"):
        expected = _("a run in steps of a day or finer: a flood starts on a day")
        raise DataError(SWITCH, found=_("steps longer than a day"), expected=expected)
    # A level is that at the end of its step, so that of the last step of a day starts the next.
    end = np.append(time[1:], time[-1] + (time[-1] - time[-2]))
    last = end == end.astype("M8[D]")
    other = [dim for dim in results["level"].dims if dim not in ("time", "store")]
    levels = results["level"].sel(store=store).transpose(*other, "time").values
    levels = levels.reshape(-1, time.size)[:, last]
    days = np.array([str(day)[5:] for day in end[last].astype("M8[D]")])
    days = np.broadcast_to(days, levels.shape)
    kept = np.isfinite(levels)
    return Sample(levels[kept], days[kept])


def exceedance_of(
    level_m: Floats, years: Floats, peak_m: Floats, start_m: float, beyond: float = 0.0
) -> Floats:
    """Return the yearly probability that the peak from one start level exceeds some levels.

    Between return periods that were routed the level is linear in the logarithm of the probability;
    below the smallest it runs to 1 at the start level.

    Parameters
    ----------
    level_m
        Levels [m], any shape.
    years, peak_m
        Return periods, ascending [year], and their peak levels [m].
    start_m
        Level at the start [m].
    beyond
        Probability of levels that the rarest flood does not exceed: 0, or its own as the most.

    Returns
    -------
    ndarray
        Probabilities in [0, 1], of the shape of ``level_m``.
    """
    peaks = np.maximum.accumulate(np.maximum(peak_m, start_m))
    at = np.concatenate([[start_m], peaks])
    chance = np.concatenate([[0.0], -np.log(years)])
    # Of equal levels the rarest flood counts: a level is exceeded only by floods that pass it.
    first = np.append(at[1:] > at[:-1] + SAME_M, True)
    found = np.exp(np.interp(level_m, at[first], chance[first]))
    found = np.where(level_m >= at[-1] - SAME_M, beyond, found)
    return np.where(level_m < start_m - SAME_M, 1.0, found)


def rest_of_year(
    chance: Floats,
    annual: FrequencyCurve,
    own: Collection[FrequencyCurve],
    smallest: float = 0.0,
) -> Floats:
    """Return the probability of a flood of the year that comes in none of some seasons.

    The largest flood of the year is the largest of those of its seasons. Where seasons have curves
    of their own, the others have what these leave of the annual curve: F(rest) = F(year) / product
    of F(season), at the flood that the year exceeds with the probability given.

    Parameters
    ----------
    chance
        Probabilities of the flood of the year to exceed, in [0, 1].
    annual
        Curve of the year.
    own
        Curves of the seasons with curves of their own.
    smallest
        Probability of the rarest flood routed: what is rarer in a season is not counted there, so
        it is not taken from the others either.

    Returns
    -------
    ndarray
        Probabilities in [0, 1], none above those given.
    """
    asked = np.asarray(chance, dtype=np.float64)
    inside = (asked > 0.0) & (asked < 1.0)
    if not own or not inside.any():
        return asked
    flood = annual.quantile(asked[inside])
    held = np.ones_like(flood)
    for curve in own:
        there = np.minimum(curve.exceedance(flood), asked[inside])
        held = held * (1.0 - np.where(there < smallest, 0.0, there))
    rest = asked.copy()
    rest[inside] = np.maximum(1.0 - (1.0 - asked[inside]) / held, 0.0)
    return rest


def union_of_seasons(
    chances: Mapping[str, Floats], days: Mapping[str, int], own: Collection[str]
) -> Floats:
    """Return the probability of a year from those of its seasons.

    Parameters
    ----------
    chances
        Probability of each season's largest flood to exceed, by season; of a season without a curve
        of its own that of the flood of the year that comes in no other, as of ``rest_of_year``.
    days
        Days of each season.
    own
        Names of the seasons that have curves of their own; the others share the rest of the year.

    Returns
    -------
    ndarray
        1 - product (1 - P) over seasons with curves of their own and the rest of the year.
    """
    shared = [name for name in chances if name not in own]
    total = sum(days[name] for name in shared)
    held = np.ones_like(next(iter(chances.values())))
    if shared:
        held = held - sum(chances[name] * (days[name] / total) for name in shared)
    for name in chances:
        if name in own:
            held = held * (1.0 - chances[name])
    return 1.0 - held


def opened_levels(results: str | os.PathLike[str]) -> xr.Dataset:
    """Return the levels of a supply run from its file or folder.

    Raises
    ------
    DataError
        If there is no such file, or it holds no levels of stores.
    """
    file = Path(results)
    file = file / "results.nc" if file.is_dir() else file
    if not file.exists():
        expected = _("results.nc of a supply run, or its folder")
        raise DataError(
            SWITCH, found=_("no file {results!r}", results=str(results)), expected=expected
        )
    refuse_damaged(file)
    try:
        with xr.open_dataset(file, decode_timedelta=True) as dataset:
            kept = [name for name in ("level",) if name in dataset.data_vars]
            loaded = dataset[kept].load()
    except (OSError, ValueError):
        expected = _("results.nc of a supply run")
        raise DataError(SWITCH, found=_("a file that is no netCDF"), expected=expected) from None
    if "store" not in loaded.coords or "level" not in loaded.data_vars:
        expected = _("results.nc of a supply run, which holds the levels of stores")
        raise DataError(
            SWITCH, found=_("no levels of stores in {name}", name=file.name), expected=expected
        )
    return loaded
