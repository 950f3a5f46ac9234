"""The months or dekads (旬) of a run, by which supply and flows are judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.standards.reading import SECONDS_PER_DAY, seconds_of, totals, year_of_steps
from hydrosim.standards.text import EMPTY, Text

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Periods", "periods_of", "step_note"]

_LONGEST_DEKAD_STEP_S = 11.5 * SECONDS_PER_DAY
_LONGEST_DAY_STEP_S = 1.5 * SECONDS_PER_DAY
_DEKADS_ZH = ("上旬", "中旬", "下旬")


@dataclass(frozen=True)
class Periods:
    """The months or dekads (旬) of a run.

    ``of_step`` (steps,) is the period of each step; ``month``, ``part`` (dekad of the month, from
    0), ``year`` (water year of the first step) and ``whole`` (all of the period was run) are one a
    period.
    """

    kind: Literal["month", "dekad"]
    of_step: Integers
    month: NDArray[np.datetime64]
    part: Integers
    year: Integers
    whole: Flags

    def sums(self, values: Floats) -> Floats:
        """Return the sums of ``values`` (steps,) by period."""
        return totals(self.of_step, values, self.month.size)

    def label(self, period: int) -> Text:
        """Return the name of a period, such as 2002-05 or 2002-05 dekad 2."""
        month = str(self.month[period])
        if self.kind == "month":
            return Text(month, month)
        part = int(self.part[period])
        return Text(f"{month} dekad {part + 1}", f"{month}{_DEKADS_ZH[part]}")


def periods_of(dataset: xr.Dataset, kind: Literal["month", "dekad"]) -> Periods:
    """Return the months or dekads of the run.

    A dekad (旬) is one of three parts of a month, from day 1, 11 and 21. Steps longer than a
    dekad are taken by months.
    """
    time = dataset.variables["time"].values.astype("datetime64[D]")
    return _periods(
        time.tobytes(), seconds_of(dataset).tobytes(), year_of_steps(dataset).tobytes(), kind
    )


@lru_cache(maxsize=8)
def _periods(days: bytes, lengths: bytes, years: bytes, kind: Literal["month", "dekad"]) -> Periods:
    """Return the periods of steps, once for all claims and members that have them in common."""
    time = np.frombuffer(days, dtype="datetime64[D]")
    seconds = np.frombuffer(lengths, dtype=np.float64)
    month = time.astype("datetime64[M]")
    by_dekad = kind == "dekad" and float(np.max(seconds, initial=0.0)) < _LONGEST_DEKAD_STEP_S
    day = (time - month.astype("datetime64[D]")).astype(np.int64)
    part = np.minimum(day // 10, 2) if by_dekad else np.zeros(day.size, dtype=np.int64)
    key, first, of_step = np.unique(
        month.astype(np.int64) * 3 + part, return_index=True, return_inverse=True
    )
    month_days = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(
        np.int64
    )[first]
    part = part[first]
    length = np.where(part < 2, 10, month_days - 20) if by_dekad else month_days
    covered = totals(of_step, seconds, key.size)
    return Periods(
        "dekad" if by_dekad else "month",
        of_step.astype(np.int64),
        month[first],
        part,
        np.frombuffer(years, dtype=np.int64)[first],
        covered >= length * SECONDS_PER_DAY - 1.0,
    )


def step_note(dataset: xr.Dataset) -> Text:
    """Return a sentence on how days are counted where steps are longer than a day, else nothing."""
    if float(np.max(seconds_of(dataset), initial=0.0)) < _LONGEST_DAY_STEP_S:
        return EMPTY
    return Text(
        "steps are longer than a day: days are counted by whole steps",
        "计算时段长于一天：天数按整时段计",
    )
