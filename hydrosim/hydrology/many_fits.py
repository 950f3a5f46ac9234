"""The curve fitting of :mod:`hydrosim.hydrology.curve_fitting` for many samples at once.

All samples share their plotting positions, so that the curve of each trial skewness is computed
once. The skewness, or Cv where Cs/Cv is held, is looked for on a fine grid and placed between its
points by the parabola through the three least values of the criterion; the rest is solved. Least
absolute deviations are found by reweighted least squares (Schlossmacher 1973).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hydrosim.hydrology.curve_fitting import Criterion, FitRules

    Floats = NDArray[np.float64]
    Factors = Callable[[float], Floats]

__all__ = ["Fits", "Held", "fit_many"]

GRID = 97
ROUNDS = 12
"""Rounds of reweighting for least absolute deviations."""
SMALLEST = 1e-6
"""Deviation, of the largest value, below which weights grow no more."""


class Held(NamedTuple):
    """What is held: mean (one for all samples or one each), Cv, Cs, Cs / Cv."""

    mean: float | Floats | None = None
    variation: float | None = None
    skewness: float | None = None
    skewness_ratio: float | None = None


class Fits(NamedTuple):
    """Location, scale and skewness of the samples that allow a fit, shape (samples,)."""

    location: Floats
    scale: Floats
    skewness: Floats


def fit_many(
    values: Floats, factors: Factors, criterion: Criterion, held: Held, rules: FitRules
) -> Fits:
    """Fit a curve to each of many samples.

    Parameters
    ----------
    values
        Floods of the samples, all above 0, shape (samples, floods).
    factors
        Standardised values of the law at the plotting positions by skewness [1].
    criterion
        ``least_squares``, ``absolute`` or ``relative``.
    held
        What is held fixed.
    rules
        Ranges in which skewness, or Cv, is looked for.

    Returns
    -------
    Fits
        Of the samples whose location and scale are above 0.
    """
    ratio = held.skewness_ratio
    if ratio is None:
        fixed, span = held.skewness, rules.skewness_range
    else:
        fixed, span = held.variation, rules.variation_range
    tried = np.array([fixed]) if fixed is not None else _grid(*span)
    size = (tried.size, values.shape[0])
    location, scale, error = np.empty(size), np.empty(size), np.empty(size)
    for place, one in enumerate(tried.tolist()):
        curve = factors(one if ratio is None else ratio * one)
        variation = held.variation if ratio is None else one
        location[place], scale[place], error[place] = _solved(
            values, curve, criterion, held.mean, variation
        )
    error[~((location > 0.0) & (scale > 0.0) & np.isfinite(error))] = np.inf
    best = np.argmin(error, axis=0)
    where = _between(error, best)
    usable = np.isfinite(np.take_along_axis(error, best[None], axis=0)[0])
    found = (_at(location, where), _at(scale, where), _at(tried[:, None] + 0.0 * error, where))
    middle = found[2] if ratio is None else ratio * found[2]
    return Fits(found[0][usable], found[1][usable], middle[usable])


def _grid(low: float, high: float) -> Floats:
    """Return trial values, denser toward the least in absolute value."""
    if low < 0.0 < high:
        return np.linspace(low, high, GRID)
    return low + (high - low) * np.linspace(0.0, 1.0, GRID) ** 2


def _solved(
    values: Floats,
    curve: Floats,
    criterion: Criterion,
    mean: float | Floats | None,
    variation: float | None,
) -> tuple[Floats, Floats, Floats]:
    """Return location, scale and the criterion of each sample for one curve."""
    weight = 1.0 / values if criterion == "relative" else np.ones_like(values)
    least = SMALLEST * float(np.abs(values).max())
    location, scale = _weighted(values, curve, weight**2, mean, variation)
    off = values - location[:, None] - scale[:, None] * curve
    for _round in range(ROUNDS - 1 if criterion == "absolute" else 0):
        weight = 1.0 / np.sqrt(np.maximum(np.abs(off), least))
        location, scale = _weighted(values, curve, weight**2, mean, variation)
        off = values - location[:, None] - scale[:, None] * curve
    parts = np.abs(off) if criterion == "absolute" else (off * weight) ** 2
    return location, scale, parts.sum(axis=1)


def _weighted(
    values: Floats,
    curve: Floats,
    weight: Floats,
    mean: float | Floats | None,
    variation: float | None,
) -> tuple[Floats, Floats]:
    """Return location and scale of least weighted squares, of those that are not held."""
    count = values.shape[0]
    if mean is not None and variation is not None:
        location = np.broadcast_to(np.asarray(mean, dtype=np.float64), (count,))
        return location, location * variation
    if mean is not None:
        location = np.broadcast_to(np.asarray(mean, dtype=np.float64), (count,))
        across = (weight * curve * (values - location[:, None])).sum(axis=1)
        return location, across / (weight * curve**2).sum(axis=1)
    if variation is not None:
        column = 1.0 + variation * curve
        location = (weight * column * values).sum(axis=1) / (weight * column**2).sum(axis=1)
        return location, location * variation
    total = weight.sum(axis=1)
    middle = (weight * curve).sum(axis=1) / total
    height = (weight * values).sum(axis=1) / total
    run = curve - middle[:, None]
    scale = (weight * run * (values - height[:, None])).sum(axis=1) / (weight * run**2).sum(axis=1)
    return height - scale * middle, scale


def _between(error: Floats, best: NDArray[np.int64]) -> Floats:
    """Return the least of the criterion on the grid, as a place that may lie between points."""
    last = error.shape[0] - 1
    inner = np.clip(best, 1, max(last - 1, 1))
    if last < 2:
        return best.astype(np.float64)
    column = np.arange(error.shape[1])
    low, middle, high = (error[inner + step, column] for step in (-1, 0, 1))
    bend = low - 2.0 * middle + high
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (low - high) / bend
    good = (inner == best) & (bend > 0.0) & np.isfinite(shift)
    return best.astype(np.float64) + np.where(good, np.clip(shift, -0.5, 0.5), 0.0)


def _at(table: Floats, where: Floats) -> Floats:
    """Return values between the points of a grid, one a column."""
    last = table.shape[0] - 1
    lower = np.clip(np.floor(where).astype(np.int64), 0, max(last - 1, 0))
    upper = np.minimum(lower + 1, last)
    column, share = np.arange(table.shape[1]), where - lower
    return (1.0 - share) * table[lower, column] + share * table[upper, column]
