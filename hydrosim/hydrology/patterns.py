"""Months and days of generated years: which record year each takes, and by what it is scaled.

A generated year takes the pattern of one record year for all series. It is drawn among the k
nearest, the j-th with a chance proportional to 1 / j (Lall & Sharma 1996, WRR 32; Nowak, Prairie,
Rajagopalan & Lall 2010, WRR 46). Near are the years that need least scaling: the distance is the
sum of the squared logarithms of the factors on all totals. They come in the order in which rivers
stood before them as they stand now, by the squared logarithms of the flow that the year before has
left over the flow that stood before the record year.

Months of a river follow the year's total as they did in the record: its base flow changes less than
its floods (`Patterns.elasticity`).

Rivers remember where one year meets the next (where the record's do). A factor that jumped there
would cut low flows short, so the first month of a river begins from the flow left: it has the
factor that makes the step across the seam the record's own. The second month lies between, and
from the third on the factor is the one that makes the year's total exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.record import SeriesRecord
from hydrosim.hydrology.sample_statistics import rank_correlation

__all__ = ["FACTOR_BOUNDS", "WEATHER", "Patterns"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FACTOR_BOUNDS = (0.2, 5.0)
"""Bounds of the factors on a record year's values, those of the first months among them."""
WEATHER = ("rain", "et0", "temperature")
"""Variables without a memory of their level from one year to the next."""
ELASTICITY_BOUNDS = (0.0, 1.0)
LEAST_MEMORY = 0.3
"""Rank correlation of a river's flow across the seam from which on it goes on there."""
LEAST_MONTHS = 10
"""Years with water in a month from which on its elasticity is fitted."""
RAMP = np.array([1.0, 0.5] + [0.0] * 10)
"""Part of the seam's factor in each month's; the rest is the year's."""
LARGEST_SHARE = 0.4
"""Part of a year's total that the months of the ramp may take by the seam's factor."""
ALIKE = 1e-4
"""Flow in parts of the mean below which a river counts as dry at the seam."""
UNLIKE = np.log(10.0) ** 2
"""Distance between a river that is dry and one that is not."""
IMPOSSIBLE = 1e6
"""Distance of a year without water where some is wanted."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Choice of record years, and their factors.

    Attributes
    ----------
    record : SeriesRecord
        The record.
    neighbours : int
        Number of nearest record years among which one is drawn.
    """

    record: SeriesRecord
    neighbours: int

    @cached_property
    def _rank_limits(self) -> Floats:
        """Cumulated chances of the nearest, second nearest ... record year."""
        weights = 1.0 / np.arange(1, self.neighbours + 1)
        return np.cumsum(weights) / weights.sum()

    @cached_property
    def rivers(self) -> Integers:
        """Rows of the series that are no weather."""
        names = self.record.names
        return np.array(
            [row for row, name in enumerate(names) if name.variable not in WEATHER], dtype=np.int64
        )

    @cached_property
    def remembering(self) -> Integers:
        """Rows of the rivers whose flow at the seam goes on: with a rank correlation of 0.3.

        That of the last step of a year and the first of the next, over the record's years.
        """
        found = []
        for row in self.rivers:
            last = self.record.values[row, self.record.patterns[0][:-1, -1]]
            first = self.record.values[row, self.record.patterns[0][1:, 0]]
            if rank_correlation(last, first) >= LEAST_MEMORY:
                found.append(row)
        return np.array(found, dtype=np.int64)

    @cached_property
    def month_totals(self) -> tuple[Floats, Floats]:
        """Sum of each record year's months for a common and a leap year, (series, year, 12)."""
        record = self.record
        month = record.dates.astype("datetime64[M]").astype(np.int64) % 12
        own = (month - (record.first_month - 1)) % 12
        found = []
        for pattern in record.patterns:
            sums = np.zeros((len(record.names), record.years, 12))
            for year, places in enumerate(pattern):
                edges = np.flatnonzero(np.append(True, np.diff(own[places]) != 0))
                sums[:, year] = np.add.reduceat(record.values[:, places], edges, axis=1)
            found.append(sums)
        return found[0], found[1]

    @cached_property
    def seam_levels(self) -> tuple[Floats, Floats]:
        """Flow that stood before each record year, and that at its end, (river, year).

        Before the first year stands what most years have before them.
        """
        record = self.record
        end = record.values[self.remembering][:, record.patterns[0][:, -1]].T
        before = np.vstack([np.median(end[:-1], axis=0), end[:-1]])
        return before.T.copy(), end.T.copy()

    @cached_property
    def elasticity(self) -> Floats:
        """Change of each month's water with the year's, of logarithms, (series, 12).

        The slope of a regression over the record years; 1 for weather. Base flow changes less
        than the year, floods change more: the same factor on all months would empty the rivers
        of dry years.
        """
        result = np.ones((len(self.record.names), 12))
        for row in self.rivers:
            for month in range(12):
                water, total = self.month_totals[0][row, :, month], self.record.totals[row]
                there = (water > 0.0) & (total > 0.0)
                if np.count_nonzero(there) >= LEAST_MONTHS:
                    x, y = np.log(total[there]), np.log(water[there])
                    x = x - x.mean()
                    if (spread := float((x * x).sum())) > 0.0:
                        result[row, month] = float((x * y).sum()) / spread
        return np.clip(result, *ELASTICITY_BOUNDS)

    @cached_property
    def _dry(self) -> Floats:
        """Flow below which each river counts as dry, shape (river,)."""
        return ALIKE * self.record.values[self.remembering].mean(axis=1)

    def totals_of(self, chosen: Integers, leap: NDArray[np.bool_], factor: Floats) -> Floats:
        """Return the totals that years have with their factors, shape (series, years)."""
        months = np.where(
            leap[np.newaxis, :, np.newaxis],
            self.month_totals[1][:, chosen],
            self.month_totals[0][:, chosen],
        )
        return (months * factor.reshape(months.shape)).sum(axis=2)

    def nearness(self, totals: Floats) -> Floats:
        """Distance of each record year from the totals of each year, (years, record years)."""
        there = self.record.totals
        result = np.zeros((totals.shape[1], there.shape[1]))
        for wanted, own in zip(totals, there, strict=True):
            needs, has = wanted[:, np.newaxis] > 0.0, own[np.newaxis] > 0.0
            with np.errstate(divide="ignore", invalid="ignore"):
                apart = (np.log(wanted)[:, np.newaxis] - np.log(own)) ** 2
            unlike = np.where(needs, IMPOSSIBLE, np.where(has, UNLIKE, 0.0))
            result += np.where(needs & has, apart, unlike)
        return result

    def choose(
        self, totals: Floats, leap: NDArray[np.bool_], chances: Floats
    ) -> tuple[Integers, Floats]:
        """Draw the record year of each year's pattern, and return the factors of its months.

        Parameters
        ----------
        totals : ndarray, shape (series, years)
            Totals wanted, at least 0.
        leap : ndarray of bool, shape (years,)
            Whether a year holds a 29 February.
        chances : ndarray, shape (years,)
            Uniform numbers that draw the rank.

        Returns
        -------
        chosen : ndarray of int64, shape (years,)
            Places of the record years.
        factor : ndarray, shape (series, 12 x years)
            Factors on the record's values [1]. A year's total is the one wanted, unless no record
            year has water or the factors are at their bounds.
        """
        years = totals.shape[1]
        near = self.nearness(totals)
        rank = np.searchsorted(self._rank_limits, chances, side="right")
        rank = np.minimum(rank, self.neighbours - 1)
        chosen = np.empty(years, dtype=np.int64)
        factor = np.empty((totals.shape[0], years, 12))
        left: Floats | None = None
        for year in range(years):
            order = np.argsort(near[year], kind="stable")[: self.neighbours]
            possible = max(int(np.count_nonzero(near[year][order] < IMPOSSIBLE)), 1)
            order = order[:possible]
            if left is not None:
                apart = self._apart(left)[order]
                order = order[np.argsort(apart, kind="stable")]
            place = int(order[min(rank[year], possible - 1)])
            months = self.month_totals[int(leap[year])][:, place]
            factor[:, year] = self._factors(totals[:, year], months, place, left)
            chosen[year] = place
            left = factor[self.remembering, year, -1] * self.seam_levels[1][:, place]
        return chosen, factor.reshape(totals.shape[0], 12 * years)

    def _apart(self, left: Floats) -> Floats:
        """Distance of the flow left from what stood before each record year, (record years,)."""
        result = np.zeros(self.record.years)
        for flow, before, dry in zip(left, self.seam_levels[0], self._dry, strict=True):
            if flow <= dry:
                result += np.where(before <= dry, 0.0, UNLIKE)
            else:
                apart = np.log(flow / np.maximum(before, dry)) ** 2
                result += np.where(before <= dry, UNLIKE, apart)
        return result

    def _factors(self, totals: Floats, months: Floats, place: int, left: Floats | None) -> Floats:
        """Return the factors of a year's months, (series, 12)."""
        there = months.sum(axis=1)
        low, high = FACTOR_BOUNDS
        whole = np.divide(totals, there, out=np.zeros_like(totals), where=there > 0.0)
        whole = np.where(totals > 0.0, np.clip(whole, low, high), 0.0)
        shape = whole[:, np.newaxis] ** self.elasticity
        wanted = whole * there
        volume = (shape * months).sum(axis=1)
        scale = np.divide(wanted, volume, out=np.zeros_like(volume), where=volume > 0.0)
        result = np.clip(scale[:, np.newaxis] * shape, 0.0, high)
        if left is None:
            return result
        before = self.seam_levels[0][:, place]
        for row, flow, stood, dry in zip(self.remembering, left, before, self._dry, strict=True):
            if whole[row] == 0.0 or stood <= dry:
                continue
            first = min(max(flow / stood, low), high)
            ramp = float((RAMP * months[row]).sum())
            if ramp > 0.0:
                first = min(first, LARGEST_SHARE * wanted[row] / ramp)
            rest = float(((1.0 - RAMP) * shape[row] * months[row]).sum())
            if rest > 0.0:
                later = (wanted[row] - first * ramp) / rest * shape[row]
                if float(later.max()) <= high:
                    result[row] = RAMP * first + (1.0 - RAMP) * later
        return result
