"""One way to refuse an argument of a hydrological function."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import ConfigError, DataError, Fault, nearest


def refuse(name: str, found: str, expected: str, note: str | None = None) -> NoReturn:
    """Raise a ConfigError with one fault that names the argument."""
    raise ConfigError([Fault((name,), found, expected, note=note)])


def refuse_unknown(name: str, found: str, known: list[str]) -> NoReturn:
    """Raise a ConfigError for a name that is not known, with the nearest that is."""
    expected = f"one of {', '.join(known)}"
    raise ConfigError([Fault((name,), repr(found), expected, nearest(found, known))])


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
        found = f"{series.size} values in {series.ndim} dimensions"
        raise DataError(name, found=found, expected=f"one series of at least {count} values")
    bad = np.flatnonzero(~(np.isfinite(series) & (series >= least)))
    if bad.size:
        limit = "a finite number" if least == -np.inf else f"a number of at least {least:g}"
        raise DataError(name, found=f"{series[bad[0]]:g} at place {bad[0]}", expected=limit)
    return series
