"""Yearly totals of several sites and variables: lag-one autoregression of normal scores.

The contemporaneous multivariate model of first order (Matalas 1967, WRR 3; Salas, Delleur,
Yevjevich & Lane 1980) for the normal scores of Pearson III totals:
``z_t = a z_(t-1) + B e_t`` with a diagonal, ``B B' = G``, ``G_ij = R_ij (1 - a_i a_j)``; R and a
are the lag-zero and lag-one correlations of the scores, raised so that the *totals* have those of
the record (`hydrosim.hydrology.normal_scores`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.margin import Pearson3Margin, fit_margin
from hydrosim.hydrology.normal_scores import (
    hermite_coefficients,
    nearest_covariance,
    score_correlation,
    total_correlation,
)
from hydrosim.hydrology.record import SeriesName
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.sample_statistics import cross_correlation, lag_one_correlation
from hydrosim.hydrology.streams import Purpose, normal_quantile, uniforms
from hydrosim.locale import _

__all__ = ["AnnualModel", "fit_annual_model"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AnnualModel:
    """Fitted model of yearly totals.

    Attributes
    ----------
    names : tuple of SeriesName
        The series.
    margins : tuple of Pearson3Margin
        Margin of each series.
    lag_one : ndarray, shape (series,)
        Lag-one correlation of the totals that the model has [1].
    correlation : ndarray, shape (series, series)
        Correlation of the totals of one year that the model has [1].
    score_lag_one, score_correlation : ndarray
        The same of the normal scores [1].
    start, mixing : ndarray, shape (series, series)
        Factors of R and of G: what independent numbers are multiplied by in the first year and in
        the later ones.
    largest_change : float
        Largest difference between a correlation of the totals that was wanted and that the model
        has: above 0.01 where totals cannot reach it or the wanted ones contradict each other.
    """

    names: tuple[SeriesName, ...]
    margins: tuple[Pearson3Margin, ...]
    lag_one: Floats
    correlation: Floats
    score_lag_one: Floats
    score_correlation: Floats
    start: Floats
    mixing: Floats
    largest_change: float

    def scores(self, seed: int, member: int, years: int) -> Floats:
        """Draw the normal scores of a member.

        Parameters
        ----------
        seed, member : int
            Key of the member.
        years : int
            Number of years; a longer member begins with the shorter one.

        Returns
        -------
        ndarray, shape (series, years)
            Scores, wet years positive.
        """
        key = (seed, member, Purpose.ANNUAL)
        chances = np.stack([uniforms(*key, *name, years) for name in self.names])
        fresh = normal_quantile(chances)
        # Sums over series in a fixed order: no matrix product, whose order a library may change.
        parts = np.zeros_like(fresh)
        for k in range(fresh.shape[0]):
            parts += self.mixing[:, k, np.newaxis] * fresh[k]
        first = np.zeros(fresh.shape[0])
        for k in range(fresh.shape[0]):
            first += self.start[:, k] * fresh[k, 0]
        parts = parts.T.copy()
        result = np.empty_like(parts)
        result[0] = first
        for year in range(1, years):
            result[year] = self.score_lag_one * result[year - 1] + parts[year]
        return result.T.copy()

    def totals(self, scores: Floats) -> Floats:
        """Return the yearly totals of normal scores, (series, years), in the margins' units."""
        return np.stack([m.of_normal(row) for m, row in zip(self.margins, scores, strict=True)])

    def scores_of(self, totals: Floats) -> Floats:
        """Return the normal scores of yearly totals, shape (series, years)."""
        return np.stack([m.normal_of(row) for m, row in zip(self.margins, totals, strict=True)])


def fit_annual_model(
    names: Sequence[SeriesName],
    totals: Floats,
    *,
    margins: Mapping[SeriesName, Pearson3Margin] | None = None,
    lag_one: Mapping[SeriesName, float] | None = None,
) -> AnnualModel:
    """Fit margins, lag-one and cross-correlation to the yearly totals of a record.

    Parameters
    ----------
    names : sequence of SeriesName
        The series.
    totals : ndarray, shape (series, years)
        Yearly totals, at least 0.
    margins : mapping of SeriesName to Pearson3Margin, optional
        Margins that are taken instead of those fitted by moments (`fit_margin`).
    lag_one : mapping of SeriesName to float, optional
        Lag-one correlations of totals that are taken instead of the sample's [1].

    Returns
    -------
    AnnualModel
        The model.

    Raises
    ------
    ConfigError
        If a margin or lag-one correlation is given for a series that is not there, or a lag-one
        correlation is not within +-0.95.
    DataError
        If the totals do not fit the names or a margin cannot be fitted; the message names it.
    """
    names = tuple(SeriesName(*name) for name in names)
    if totals.ndim != 2 or totals.shape[0] != len(names):
        found = _("an array of shape {shape}", shape=totals.shape)
        raise DataError(
            file=_("yearly totals"), found=found, expected=_("{count} rows", count=len(names))
        )
    margins, lag_one = dict(margins or {}), dict(lag_one or {})
    for unknown in [*margins, *lag_one]:
        if unknown not in names:
            refuse(
                "series",
                str(unknown),
                _("one of {names}", names=", ".join(str(name) for name in names)),
            )
    fitted = tuple(
        margins[name] if name in margins else _fit(name, row)
        for name, row in zip(names, totals, strict=True)
    )
    lags = np.array(
        [
            _lag(name, lag_one.get(name, lag_one_correlation(row)))
            for name, row in zip(names, totals, strict=True)
        ]
    )
    return _assemble(names, fitted, lags, cross_correlation(totals))


def _fit(name: SeriesName, row: Floats) -> Pearson3Margin:
    try:
        return fit_margin(row)
    except DataError as error:
        raise DataError(
            error.file, found=error.found, expected=error.expected, column=str(name)
        ) from None


def _lag(name: SeriesName, value: float) -> float:
    if not -0.95 <= value <= 0.95:
        refuse(
            str(name),
            _("a lag-one correlation of {value:g}", value=value),
            _("one within -0.95 to 0.95"),
        )
    return value


def _assemble(
    names: tuple[SeriesName, ...],
    margins: tuple[Pearson3Margin, ...],
    lags: Floats,
    wanted: Floats,
) -> AnnualModel:
    """Raise the correlations to those of scores and factor them."""
    terms = np.stack([hermite_coefficients(margin) for margin in margins])
    first, second = terms[:, np.newaxis], terms[np.newaxis]
    a = score_correlation(terms, terms, lags)
    scores = score_correlation(first, second, wanted)
    np.fill_diagonal(scores, 1.0)
    remainder = 1.0 - np.outer(a, a)
    # What is left for the fresh numbers must be a covariance; then R is one too.
    fresh = nearest_covariance(scores * remainder)
    scores = fresh / remainder
    reached = total_correlation(first, second, scores)
    np.fill_diagonal(reached, 1.0)
    lag_reached = total_correlation(terms, terms, a)
    change = max(float(np.abs(reached - wanted).max()), float(np.abs(lag_reached - lags).max()))
    return AnnualModel(
        names=names,
        margins=margins,
        lag_one=lag_reached,
        correlation=reached,
        score_lag_one=a,
        score_correlation=scores,
        start=np.asarray(np.linalg.cholesky(scores), np.float64),
        mixing=np.asarray(np.linalg.cholesky(fresh), np.float64),
        largest_change=change,
    )
