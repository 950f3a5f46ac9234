"""Droughts as runs below a threshold, and the Hurst coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.refusal import check_choice
from hydrosim.locale import _

__all__ = ["DroughtRuns", "drought_runs", "hurst_coefficient"]


@dataclass(frozen=True, eq=False)
class DroughtRuns:
    """Runs of steps below a threshold (Yevjevich 1967), in order of time.

    Attributes
    ----------
    start : ndarray of int64, shape (runs,)
        First step of each run.
    length : ndarray of int64, shape (runs,)
        Steps of each run; one that is open at the end counts with what is seen.
    deficit : ndarray, shape (runs,)
        Sum of threshold minus value over each run, in the unit of the series.
    """

    start: NDArray[np.int64]
    length: NDArray[np.int64]
    deficit: NDArray[np.float64]

    @property
    def longest(self) -> int:
        """Steps of the longest run; 0 without a run."""
        return int(self.length.max(initial=0))

    @property
    def largest_deficit(self) -> float:
        """Deficit of the run with the largest one; 0 without a run."""
        return float(self.deficit.max(initial=0.0))


def drought_runs(values: ArrayLike, threshold: float) -> DroughtRuns:
    """Find the runs of steps whose value is below a threshold.

    Parameters
    ----------
    values : array_like, shape (steps,)
        Flow, supply or rain, one unit.
    threshold : float
        Threshold in that unit; a value at it ends a run.

    Returns
    -------
    DroughtRuns
        The runs.

    Raises
    ------
    DataError
        If a value is not finite.
    """
    series = checked_series("series", values)
    below = np.concatenate([[False], series < threshold, [False]])
    edges = np.flatnonzero(below[1:] != below[:-1])
    start, after = edges[::2], edges[1::2]
    shortfall = np.where(below[1:-1], threshold - series, 0.0)
    deficit = np.add.reduceat(shortfall, start) if start.size else np.zeros(0)
    return DroughtRuns(start, after - start, deficit)


def hurst_coefficient(values: ArrayLike, per: Literal["n", "n/2"] = "n/2") -> float:
    """Hurst's coefficient from the rescaled range of the whole series (Hurst 1951).

    ``log(R / S) / log(n / 2)``, with the range R of the cumulated departures from the mean and the
    standard deviation S with n - 1; ``per="n"`` divides by log(n), as some programs do. About 0.5
    without memory, though above it in short series; near 1 with long wet and dry spells.

    Parameters
    ----------
    values : array_like, shape (n,)
        Yearly totals, at least 10.
    per : {"n/2", "n"}
        What the logarithm in the denominator is of.

    Returns
    -------
    float
        The coefficient [1].

    Raises
    ------
    DataError
        If there are fewer than 10 values, one is not finite, or all are alike.
    """
    series = checked_series("series", values, count=10)
    check_choice("per", per, ("n", "n/2"))
    spread = float(series.std(ddof=1))
    if not spread > 1e-14 * abs(float(series.mean())):
        raise DataError(
            file="series", found=_("all values alike"), expected=_("values that differ")
        )
    departure = np.cumsum(series - series.mean())
    rescaled = float(departure.max() - departure.min()) / spread
    return float(np.log(rescaled) / np.log(series.size if per == "n" else series.size / 2.0))
