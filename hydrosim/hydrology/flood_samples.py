"""Annual maxima with historical floods 历史洪水, and their plotting positions 经验频率.

A record of n years is continuous 连序. With floods known from surveys of the last N years, or with
floods in the record that rank among those of N years, it is discontinuous 不连序 (SL 44): the `a`
extraordinary floods 特大洪水 are complete for N years, the others stand for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Plotting = Literal["unified", "separate"]
_FEWEST = 3


@dataclass(frozen=True)
class KnownRange:
    """Years whose floods are not known themselves but lie in a range.

    Attributes
    ----------
    years : int
        Number of years, at least 1.
    low, high : float
        Ends of the range, in the unit of the floods: 0 and a perception threshold for years in
        which no flood above it came, both above 0 for a flood known by an interval.

    Raises
    ------
    ConfigError
        If there is no year, or the ends are out of order.
    """

    years: int
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.years < 1:
            refuse("ranges", _("{years} years", years=self.years), _("at least one year"))
        if not 0.0 <= self.low < self.high < np.inf:
            found = _("{low:g} to {high:g}", low=self.low, high=self.high)
            refuse("ranges", found, _("a flood of 0 or more, and a greater one"))


@dataclass(frozen=True, eq=False)
class FloodSample:
    """Annual maxima in two groups, each descending; made by `flood_sample`.

    Attributes
    ----------
    extreme : ndarray, shape (a,)
        Extraordinary floods, complete for the N years; empty for a continuous record.
    ordinary : ndarray, shape (n - l,)
        The other floods of the measured record.
    record_years : int
        Years n of the measured record.
    survey_years : int
        Years N that the extraordinary floods stand for; n for a continuous record.
    measured : ndarray, shape (n,)
        All floods of the measured record, descending.
    ranges : tuple of KnownRange
        Further years whose floods are known by ranges.
    """

    extreme: Floats
    ordinary: Floats
    record_years: int
    survey_years: int
    measured: Floats
    ranges: tuple[KnownRange, ...] = ()

    @property
    def is_continuous(self) -> bool:
        """Whether there are no extraordinary floods."""
        return self.extreme.size == 0

    @property
    def extreme_in_record(self) -> int:
        """Number l of extraordinary floods that lie in the measured record."""
        return self.record_years - self.ordinary.size

    @property
    def values(self) -> Floats:
        """All floods, descending, shape (a + n - l,)."""
        return np.concatenate([self.extreme, self.ordinary])

    @property
    def weights(self) -> Floats:
        """Share of the N years that each of `values` stands for; their sum is 1.

        An extraordinary flood stands for one year of N, each other one for (N - a) / (n - l).
        """
        count, years = self.extreme.size, self.survey_years
        rest = (years - count) / (years * max(self.ordinary.size, 1))
        return np.concatenate([np.full(count, 1.0 / years), np.full(self.ordinary.size, rest)])


@dataclass(frozen=True, eq=False)
class PlottingPositions:
    """Floods with their empirical probabilities.

    Attributes
    ----------
    value : ndarray, shape (a + n - l,)
        Floods, descending.
    exceedance_frac : ndarray, shape (a + n - l,)
        Probabilities of exceedance [1], ascending.
    formula : str
        ``"unified"`` 统一 or ``"separate"`` 分别; the same for a continuous record.
    """

    value: Floats
    exceedance_frac: Floats
    formula: Plotting


def flood_sample(
    measured: ArrayLike,
    *,
    historical: ArrayLike = (),
    survey_years: int | None = None,
    extreme_in_record: int = 0,
    ranges: Iterable[KnownRange] = (),
) -> FloodSample:
    """Build the sample of a site from its record and what is known from before it.

    Parameters
    ----------
    measured : array_like, shape (n,)
        Annual maxima of the measured record, in any order, at least 0.
    historical : array_like, shape (h,)
        Floods before the record that are known to be among the greatest of the N years.
    survey_years : int, optional
        Years N (调查考证期) for which the extraordinary floods are complete, the record among them.
    extreme_in_record : int
        Number l of the greatest measured floods that rank among those of the N years.
    ranges : iterable of KnownRange
        Years outside the record and the survey period whose floods are known by ranges; read by
        the expected moments algorithm only.

    Returns
    -------
    FloodSample

    Raises
    ------
    ConfigError
        If a value is not finite or is negative, a record has fewer than three floods that differ,
        N is missing, is given without need, or is shorter than the years that are known, or an
        extraordinary flood is smaller than an ordinary one.
    """
    record = _sorted_floods("measured", measured)
    before = _sorted_floods("historical", historical)
    if not 0 <= extreme_in_record <= record.size:
        expected = _(
            "a number of floods from 0 to {size}, the length of the record", size=record.size
        )
        refuse("extreme_in_record", str(extreme_in_record), expected)
    extreme = np.sort(np.concatenate([before, record[:extreme_in_record]]))[::-1]
    ordinary = record[extreme_in_record:]
    if ordinary.size < _FEWEST or ordinary[0] == ordinary[-1]:
        found = (
            _("{size} with the greatest {ordinary:g}", size=ordinary.size, ordinary=ordinary[0])
            if ordinary.size
            else _("none")
        )
        refuse("measured", found, _("at least 3 ordinary floods that are not all equal"))
    years = _checked_survey(survey_years, extreme.size, record.size + before.size)
    if extreme.size and extreme[-1] < ordinary[0]:
        refuse(
            "extreme_in_record",
            _(
                "a measured flood of {ordinary:g} above the extraordinary one of {extreme:g}",
                ordinary=ordinary[0],
                extreme=extreme[-1],
            ),
            _("extraordinary floods that are the greatest of the N years"),
            _("count the greater measured floods in extreme_in_record"),
        )
    held = tuple(ranges)
    return FloodSample(extreme, ordinary, record.size, years or record.size, record, held)


def plotting_positions(sample: FloodSample, formula: Plotting = "unified") -> PlottingPositions:
    """Probabilities of exceedance of a sample by the formulas of SL 44.

    The M-th extraordinary flood has ``M / (N + 1)``. The m-th of the measured record, m from l + 1
    to n, has ``m / (n + 1)`` by the separate formula and
    ``p + (1 - p) (m - l) / (n - l + 1)`` with ``p = a / (N + 1)`` by the unified one. For a
    continuous record both are Weibull's ``m / (n + 1)``.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site.
    formula : {"unified", "separate"}
        统一样本法 or 分别处理法.

    Returns
    -------
    PlottingPositions

    Raises
    ------
    ConfigError
        If the formula is unknown.
    """
    check_choice("formula", formula, get_args(Plotting))
    count, years, n = sample.extreme.size, sample.survey_years, sample.record_years
    top = np.arange(1, count + 1) / (years + 1.0)
    inside = sample.extreme_in_record
    ranks = np.arange(inside + 1, n + 1)
    if formula == "separate" or count == 0:
        rest = ranks / (n + 1.0)
    else:
        before = count / (years + 1.0)
        rest = before + (1.0 - before) * (ranks - inside) / (n - inside + 1.0)
    exceedance = np.asarray(np.concatenate([top, rest]), dtype=np.float64)
    return PlottingPositions(sample.values, exceedance, formula)


def _sorted_floods(place: str, values: ArrayLike) -> Floats:
    floods = np.sort(np.asarray(values, dtype=np.float64).ravel())[::-1]
    wrong = floods[~(np.isfinite(floods) & (floods >= 0.0))]
    if wrong.size:
        refuse(place, f"{wrong[0]:g}", _("finite floods of 0 or more"))
    return floods


def _checked_survey(survey_years: int | None, extreme: int, known: int) -> int | None:
    if extreme == 0:
        if survey_years is not None:
            expected = _("no survey period where there are no extraordinary floods")
            refuse("survey_years", _("{survey_years} years", survey_years=survey_years), expected)
        return None
    if survey_years is None:
        expected = _("the years N that the extraordinary floods stand for")
        refuse("survey_years", _("nothing"), expected)
    if survey_years < known:
        expected = _(
            "at least {known} years, those of the record and of the historical floods", known=known
        )
        refuse("survey_years", _("{survey_years} years", survey_years=survey_years), expected)
    return survey_years
