"""Quantiles and durations out of counts in classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["QUANTILES", "class_quantiles", "exceedance_of_edges"]

QUANTILES: Floats = np.array([0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99])


def class_quantiles(counts: NDArray[np.int64], edges: Floats) -> Floats:
    """Return quantiles of values of which only the class is known.

    Within a class they are taken as spread evenly; what lies below the first edge or above the
    last counts at that edge.

    Parameters
    ----------
    counts
        Counts by class, shape (item, ..., class), classes one more than edges.
    edges
        Rising edges of each item, shape (item, edge).

    Returns
    -------
    ndarray, shape (item, ..., quantile)
        In the unit of the edges; nan where nothing was counted.
    """
    shape = counts.shape[1:-1]
    result = np.full((*counts.shape[:-1], QUANTILES.size), np.nan)
    for item, limits in enumerate(edges):
        for place in np.ndindex(*shape):
            below = np.cumsum(counts[(item, *place)])
            if below[-1] > 0:
                # Non-exceedance at each edge; flat parts hold no value and are left out.
                at_edge = below[:-1] / below[-1]
                result[(item, *place)] = _inverse(at_edge, limits)
    return result


def _inverse(at_edge: Floats, limits: Floats) -> Floats:
    """Return the values at which a rising function, linear between the edges, has QUANTILES."""
    place = np.searchsorted(at_edge, QUANTILES, side="left")
    inside = np.clip(place, 1, limits.size - 1)
    low, high = at_edge[inside - 1], at_edge[inside]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(high > low, (QUANTILES - low) / (high - low), 0.0)
    value = limits[inside - 1] + part * (limits[inside] - limits[inside - 1])
    value = np.where(place == 0, limits[0], value)
    return np.where(place >= limits.size, limits[-1], value)


def exceedance_of_edges(counts: NDArray[np.int64]) -> Floats:
    """Return the part of counts at or above each edge, shape (..., edge) of (..., class)."""
    total = counts.sum(axis=-1, keepdims=True)
    above = total - np.cumsum(counts, axis=-1)[..., :-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, above / total, np.nan)
