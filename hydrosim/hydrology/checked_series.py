"""Series as arrays of float64, without gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.locale import _

__all__ = ["checked_series"]


def checked_series(
    name: str, values: ArrayLike, *, least: float = -np.inf, count: int = 1
) -> NDArray[np.float64]:
    """Return a series as float64; refuse gaps, values below `least` and too few of them.

    Raises
    ------
    DataError
        With the place (from 0) of the first bad value, or the number of values.
    """
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1 or series.size < count:
        found = _("{size} values in {ndim} dimensions", size=series.size, ndim=series.ndim)
        raise DataError(
            name, found=found, expected=_("one series of at least {count} values", count=count)
        )
    bad = np.flatnonzero(~(np.isfinite(series) & (series >= least)))
    if bad.size:
        limit = (
            _("a finite number")
            if least == -np.inf
            else _("a number of at least {least:g}", least=least)
        )
        raise DataError(
            name,
            found=_("{series:g} at place {bad}", series=series[bad[0]], bad=bad[0]),
            expected=limit,
        )
    return series
