"""Synthetic members: yearly totals from a model, their seasons and days from the record.

The totals of each year come from `AnnualModel`. One record year gives the pattern of months and
days for *all* sites and variables of that year, so that rain, evapotranspiration and inflow
everywhere belong to the same weather; it is drawn among the k record years whose normal scores
are nearest, the j-th nearest with a chance proportional to 1 / j (Lall & Sharma 1996, WRR 32;
Nowak, Prairie, Rajagopalan & Lall 2010, WRR 46, W08529). Each series is scaled by one factor a
year, so that its total is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.annual_model import AnnualModel, fit_annual_model
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.member_plan import MemberPlan, plan_of_years
from hydrosim.hydrology.record import SeriesName, SeriesRecord, is_leap
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.streams import Purpose, uniforms
from hydrosim.locale import _

__all__ = ["SyntheticModel", "fit_synthetic_model"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SyntheticModel:
    """Generator of members.

    Attributes
    ----------
    record : SeriesRecord
        The record that patterns are taken from.
    annual : AnnualModel
        Model of the yearly totals of its series, in the same order.
    neighbours : int
        Number of nearest record years among which a pattern is drawn.
    """

    record: SeriesRecord
    annual: AnnualModel
    neighbours: int

    @cached_property
    def _record_scores(self) -> Floats:
        return self.annual.scores_of(self.record.totals)

    @cached_property
    def _rank_limits(self) -> Floats:
        """Cumulated chances of the nearest, second nearest ... record year."""
        weights = 1.0 / np.arange(1, self.neighbours + 1)
        return np.cumsum(weights) / weights.sum()

    @cached_property
    def _usable(self) -> NDArray[np.int64]:
        """Record years in which every series has water, so that each can be scaled."""
        common, leap = self.record.pattern_totals
        return np.flatnonzero(((common > 0.0) & (leap > 0.0)).all(axis=0))

    def totals(self, seed: int, member: int, years: int) -> Floats:
        """Yearly totals of a member, shape (series, years), without its days."""
        return self.annual.totals(self.annual.scores(seed, member, years))

    def plan(self, seed: int, member: int, first_year: int, years: int) -> MemberPlan:
        """Member as a plan: record steps and factors.

        Parameters
        ----------
        seed, member : int
            Key of the member: with the same key, model and versions of the libraries the plan has
            the same bits in any process. A longer member begins with the shorter one.
        first_year : int
            Calendar year in which the first year begins; it tells the leap days.
        years : int
            Number of years, at least 1.

        Returns
        -------
        MemberPlan
            The plan; the sum of a series over a year is its generated total to rounding.

        Raises
        ------
        ConfigError
            If the seed, the member or the number of years is out of range.
        """
        if years < 1:
            refuse("years", str(years), _("at least one year"))
        scores = self.annual.scores(seed, member, years)
        chosen = self._nearest(scores, seed, member)
        plan = plan_of_years(self.record, chosen, first_year)
        leap = np.array([is_leap(first_year + i, self.record.first_month) for i in range(years)])
        common_total, leap_total = self.record.pattern_totals
        there = np.where(leap, leap_total[:, chosen], common_total[:, chosen])
        factor = np.repeat(self.annual.totals(scores) / there, 12, axis=1)
        return MemberPlan(plan.dates, plan.place, plan.month, factor, None, plan.record_year)

    def generate(self, seed: int, member: int, first_year: int, years: int) -> Floats:
        """Member as full arrays, shape (series, time); see `plan`."""
        return self.plan(seed, member, first_year, years).expand(self.record)

    def _nearest(self, scores: Floats, seed: int, member: int) -> NDArray[np.int64]:
        """Draw the record year of each year's pattern, shape (years,)."""
        usable = self._usable
        there = self._record_scores[:, usable]
        distance = np.zeros((scores.shape[1], usable.size))
        for k in range(scores.shape[0]):
            distance += (scores[k, :, np.newaxis] - there[k]) ** 2
        order = np.argsort(distance, axis=1, kind="stable")
        years = scores.shape[1]
        drawn = uniforms(seed, member, Purpose.NEIGHBOUR, "", "", years)
        rank = np.searchsorted(self._rank_limits, drawn, side="right")
        rank = np.minimum(rank, self.neighbours - 1)
        return usable[order[np.arange(years), rank]]


def fit_synthetic_model(
    record: SeriesRecord,
    *,
    margins: Mapping[SeriesName, Pearson3Margin] | None = None,
    lag_one: Mapping[SeriesName, float] | None = None,
    neighbours: int | None = None,
) -> SyntheticModel:
    """Fit the generator to a record.

    Parameters
    ----------
    record : SeriesRecord
        Whole years of all series.
    margins : mapping of SeriesName to Pearson3Margin, optional
        Margins instead of those fitted by moments.
    lag_one : mapping of SeriesName to float, optional
        Lag-one correlations of yearly totals instead of the sample's [1].
    neighbours : int, optional
        Number of nearest years; default the root of the number of record years, rounded.

    Returns
    -------
    SyntheticModel
        The generator.

    Raises
    ------
    ConfigError
        If the number of neighbours is out of range; see also `fit_annual_model`.
    DataError
        If fewer record years than neighbours have water in every series.
    """
    annual = fit_annual_model(record.names, record.totals, margins=margins, lag_one=lag_one)
    count = round(record.years**0.5) if neighbours is None else neighbours
    if not 1 <= count <= record.years:
        refuse("neighbours", str(count), _("a number from 1 to {years}", years=record.years))
    model = SyntheticModel(record, annual, count)
    if model._usable.size < count:
        found = _("{size} years in which every series has water", size=model._usable.size)
        raise DataError(
            file="record", found=found, expected=_("at least {count} such years", count=count)
        )
    return model
