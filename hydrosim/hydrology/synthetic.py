"""Synthetic members: yearly totals from a model, their seasons and days from the record.

The totals of each year come from `AnnualModel`. One record year gives the pattern of months and
days for *all* sites and variables of that year, so that rain, evapotranspiration and inflow
everywhere belong to the same weather; `hydrosim.hydrology.patterns` draws it and scales its months
so that the total is exact and rivers go on where the year before has left them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.annual_model import AnnualModel, fit_annual_model
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.member_plan import MemberPlan, plan_of_years
from hydrosim.hydrology.patterns import Patterns
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
    def _patterns(self) -> Patterns:
        return Patterns(self.record, self.neighbours)

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
            The plan; the sum of a series over a year is its generated total to rounding, unless
            a factor is at its bounds.

        Raises
        ------
        ConfigError
            If the seed, the member or the number of years is out of range.
        """
        if years < 1:
            refuse("years", str(years), _("at least one year"))
        chosen, factor, _leap = self._chosen(seed, member, first_year, years)
        plan = plan_of_years(self.record, chosen, first_year)
        return MemberPlan(plan.dates, plan.place, plan.month, factor, None, plan.record_year)

    def year_totals(self, seed: int, member: int, first_year: int, years: int) -> Floats:
        """Yearly totals that the days of a member have, shape (series, years); see `plan`.

        They are those of `totals` but where factors are at their bounds.
        """
        chosen, factor, leap = self._chosen(seed, member, first_year, years)
        return self._patterns.totals_of(chosen, leap, factor)

    def _chosen(
        self, seed: int, member: int, first_year: int, years: int
    ) -> tuple[NDArray[np.int64], Floats, NDArray[np.bool_]]:
        """Return the record year of each year, factors by month, and which are leap years."""
        leap = np.array([is_leap(first_year + i, self.record.first_month) for i in range(years)])
        drawn = uniforms(seed, member, Purpose.NEIGHBOUR, "", "", years)
        chosen, factor = self._patterns.choose(self.totals(seed, member, years), leap, drawn)
        return chosen, factor, leap

    def generate(self, seed: int, member: int, first_year: int, years: int) -> Floats:
        """Member as full arrays, shape (series, time); see `plan`."""
        return self.plan(seed, member, first_year, years).expand(self.record)


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
        See `fit_annual_model`.
    """
    annual = fit_annual_model(record.names, record.totals, margins=margins, lag_one=lag_one)
    count = round(record.years**0.5) if neighbours is None else neighbours
    if not 1 <= count <= record.years:
        refuse("neighbours", str(count), _("a number from 1 to {years}", years=record.years))
    return SyntheticModel(record, annual, count)
