"""Curve fitting 适线法: parameters that bring a curve nearest to the plotted floods.

The curve is ``x(P) = m + s Phi(c, P)``: linear in location and scale, so that only the skewness, or
Cv where Cs/Cv is held, is searched for; the rest is solved. Criteria of SL 44, appendix A:

- least squares 离差平方和: sum of ``(x_i - x(P_i))^2``;
- absolute 离差绝对值和: sum of ``|x_i - x(P_i)|``;
- relative 相对离差平方和: sum of ``((x_i - x(P_i)) / x_i)^2``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.flood_samples import PlottingPositions
from hydrosim.hydrology.pearson import frequency_factor
from hydrosim.hydrology.refusal import check_choice, check_positive, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Criterion = Literal["least_squares", "absolute", "relative"]
_GRID = 33  # points of the first look over the range searched
_NEAR = 1e-4  # share of the range that counts as its edge


@dataclass(frozen=True)
class FitRules:
    """What a curve is fitted by, and what of it is held fixed.

    Attributes
    ----------
    criterion : {"least_squares", "absolute", "relative"}
        What is made least.
    mean : float, optional
        Mean that is held, in the unit of the floods; free without it.
    variation : float, optional
        Cv that is held [1]; free without it.
    skewness : float, optional
        Cs that is held [1].
    skewness_ratio : float, optional
        Cs / Cv that is held [1]; Cs is free without this and `skewness`.
    skewness_range : tuple of float
        Range in which a free Cs is searched [1].
    variation_range : tuple of float
        Range in which Cv is searched where Cs / Cv is held [1].

    Raises
    ------
    ConfigError
        If the criterion is unknown, a held number is out of range, Cs is held twice, or a range is
        upside down.
    """

    criterion: Criterion = "least_squares"
    mean: float | None = None
    variation: float | None = None
    skewness: float | None = None
    skewness_ratio: float | None = None
    skewness_range: tuple[float, float] = (0.0, 10.0)
    variation_range: tuple[float, float] = (0.02, 4.0)

    def __post_init__(self) -> None:
        check_choice("criterion", self.criterion, get_args(Criterion))
        for name, value in (
            ("mean", self.mean),
            ("variation", self.variation),
            ("skewness_ratio", self.skewness_ratio),
        ):
            if value is not None:
                check_positive(name, value, "")
        if self.skewness is not None and not math.isfinite(self.skewness):
            refuse("skewness", f"{self.skewness:g}", _("a finite Cs"))
        if self.skewness is not None and self.skewness_ratio is not None:
            refuse("skewness", _("Cs and Cs/Cv both held"), _("one of them at most"))
        for name, (low, high) in (
            ("skewness_range", self.skewness_range),
            ("variation_range", self.variation_range),
        ):
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                refuse(
                    name,
                    _("{low:g} to {high:g}", low=low, high=high),
                    _("a lower and a higher finite number"),
                )
        if self.variation_range[0] <= 0.0:
            refuse("variation_range", f"{self.variation_range[0]:g}", _("a Cv above 0"))


@dataclass(frozen=True)
class LineFit:
    """Location, scale and skewness that were found.

    Attributes
    ----------
    location, scale : float
        Mean and standard deviation, in the unit of what was fitted.
    skewness : float
        Cs [1].
    objective : float
        Least value of the criterion.
    at_edge : str
        Name of the range whose edge was reached, or empty.
    """

    location: float
    scale: float
    skewness: float
    objective: float
    at_edge: str = ""


def fit_pearson3(positions: PlottingPositions, rules: FitRules) -> LineFit:
    """Fit a Pearson III curve to plotted floods.

    Parameters
    ----------
    positions : PlottingPositions
        Floods and their empirical probabilities.
    rules : FitRules
        Criterion and what is held.

    Returns
    -------
    LineFit
        With location and scale above 0.

    Raises
    ------
    ConfigError
        If a flood of 0 meets the relative criterion, or no curve within the ranges has a mean and
        a Cv above 0.
    """
    plotted = _Plotted(positions.value, positions.exceedance_frac, rules)
    if rules.skewness_ratio is None:
        return _fit_free(plotted, rules)
    return _fit_ratio(plotted, rules, rules.skewness_ratio)


def fit_with_factors(
    positions: PlottingPositions, criterion: Criterion, factors: Floats
) -> LineFit:
    """Fit location and scale of a curve whose standardised values at the floods are given.

    Parameters
    ----------
    positions : PlottingPositions
        Floods and their empirical probabilities.
    criterion : {"least_squares", "absolute", "relative"}
        What is made least.
    factors : ndarray, shape of the floods
        Standardised values of the law at the probabilities [1].

    Returns
    -------
    LineFit
        With skewness 0.

    Raises
    ------
    ConfigError
        If a flood of 0 meets the relative criterion.
    """
    plotted = _Plotted(positions.value, positions.exceedance_frac, FitRules(criterion))
    columns = np.column_stack([np.ones_like(factors), factors])
    (location, scale), objective = plotted.solve(columns, plotted.value)
    return LineFit(float(location), float(scale), 0.0, objective)


class _Plotted:
    """Plotted floods with the weights of a criterion; solves the linear part."""

    def __init__(self, value: Floats, exceedance_frac: Floats, rules: FitRules) -> None:
        self.value = value
        self.exceedance_frac = exceedance_frac
        self.absolute = rules.criterion == "absolute"
        self.weight = np.ones_like(value)
        if rules.criterion == "relative":
            if (value == 0.0).any():
                refuse("criterion", _("relative with a flood of 0"), _("floods that are not 0"))
            self.weight = 1.0 / np.abs(value)

    def factors(self, skewness: float) -> Floats:
        return frequency_factor(skewness, self.exceedance_frac)

    def measure(self, residual: Floats) -> float:
        parts = residual * self.weight
        return float(np.abs(parts).sum() if self.absolute else np.dot(parts, parts))

    def solve(self, columns: Floats, target: Floats) -> tuple[Floats, float]:
        """Best coefficients of one or two columns, and the value of the criterion."""
        if self.absolute:
            two = columns.shape[1] == 2
            best = _least_absolute(columns, target) if two else _median_slope(columns[:, 0], target)
        else:
            weighted = columns * self.weight[:, None]
            solved = np.linalg.lstsq(weighted, target * self.weight, rcond=None)[0]
            best = np.asarray(solved, dtype=np.float64)
        return best, self.measure(target - columns @ best)


def _fit_free(plotted: _Plotted, rules: FitRules) -> LineFit:
    """Fit with the skewness free or held by itself."""

    def trial(skewness: float) -> LineFit:
        factors = plotted.factors(skewness)
        if rules.mean is not None and rules.variation is not None:
            scale = rules.mean * rules.variation
            residual = plotted.value - rules.mean - scale * factors
            return LineFit(rules.mean, scale, skewness, plotted.measure(residual))
        if rules.mean is not None:
            (scale,), error = plotted.solve(factors[:, None], plotted.value - rules.mean)
            return _valid(rules.mean, float(scale), skewness, error)
        if rules.variation is not None:
            column = 1.0 + rules.variation * factors
            (mean,), error = plotted.solve(column[:, None], plotted.value)
            return _valid(float(mean), float(mean) * rules.variation, skewness, error)
        columns = np.column_stack([np.ones_like(factors), factors])
        (mean, scale), error = plotted.solve(columns, plotted.value)
        return _valid(float(mean), float(scale), skewness, error)

    if rules.skewness is not None:
        return _checked(trial(rules.skewness))
    return _search(trial, rules.skewness_range, "skewness_range")


def _fit_ratio(plotted: _Plotted, rules: FitRules, ratio: float) -> LineFit:
    """Fit with Cs / Cv held: Cv is searched, or held too."""

    def trial(variation: float) -> LineFit:
        skewness = ratio * variation
        column = 1.0 + variation * plotted.factors(skewness)
        if rules.mean is not None:
            error = plotted.measure(plotted.value - rules.mean * column)
            return LineFit(rules.mean, rules.mean * variation, skewness, error)
        (mean,), error = plotted.solve(column[:, None], plotted.value)
        return _valid(float(mean), float(mean) * variation, skewness, error)

    if rules.variation is not None:
        return _checked(trial(rules.variation))
    return _search(trial, rules.variation_range, "variation_range")


def _valid(location: float, scale: float, skewness: float, objective: float) -> LineFit:
    """Return a fit whose criterion is infinite where mean or Cv is not above 0."""
    possible = location > 0.0 and scale > 0.0
    return LineFit(location, scale, skewness, objective if possible else math.inf)


def _checked(fit: LineFit) -> LineFit:
    if not math.isfinite(fit.objective):
        refuse("curve", _("no curve with a mean and a Cv above 0"), _("floods that allow one"))
    return fit


def _search(trial: Callable[[float], LineFit], span: tuple[float, float], name: str) -> LineFit:
    """Least objective over a range: a look over a grid, then Brent's search about the best."""
    from scipy.optimize import minimize_scalar  # loaded late: its import takes long

    low, high = span
    # Denser toward the lower end, where the curves change most.
    grid = low + (high - low) * np.linspace(0.0, 1.0, _GRID) ** 2
    trials = [trial(float(value)) for value in grid]
    best = min(range(_GRID), key=lambda index: trials[index].objective)
    _checked(trials[best])
    inner, outer = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    found: Any = minimize_scalar(
        lambda value: trial(float(value)).objective,
        bounds=(inner, outer),
        method="bounded",
        options={"xatol": 1e-9 * (high - low), "maxiter": 100},
    )
    refined = trial(float(found.x))
    chosen, where = min(
        ((trials[best], float(grid[best])), (refined, float(found.x))),
        key=lambda pair: pair[0].objective,
    )
    near = _NEAR * (high - low)
    edge = name if not low + near < where < high - near else ""
    return LineFit(chosen.location, chosen.scale, chosen.skewness, chosen.objective, edge)


def _median_slope(column: Floats, target: Floats) -> Floats:
    """Coefficient of one column with the least sum of absolute deviations: a weighted median."""
    used = column != 0.0
    if not used.any():
        return np.zeros(1)
    slopes = target[used] / column[used]
    return np.array([_weighted_median(slopes, np.abs(column[used]))])


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order[int(np.searchsorted(reached, 0.5 * reached[-1]))]])


def _least_absolute(columns: Floats, target: Floats) -> Floats:
    """Line with the least sum of absolute deviations, through two of the points.

    Given one point of the line the slope is a weighted median; the point that gave it takes the
    other's place until nothing improves (Wesolowsky 1981). The best of three starts is taken.
    """
    across = columns[:, 1]
    count = across.size
    starts = {0, count // 2, count - 1}
    best, least = np.zeros(2), math.inf
    for start in sorted(starts):
        line, error = _descend(across, target, start)
        if error < least:
            best, least = line, error
    return best


def _descend(across: Floats, target: Floats, pivot: int) -> tuple[Floats, float]:
    line, least = np.array([float(np.median(target)), 0.0]), math.inf
    for _unused in range(4 * across.size):
        run, rise = across - across[pivot], target - target[pivot]
        used = np.flatnonzero(run)
        if used.size == 0:
            break
        slopes = rise[used] / run[used]
        slope = _weighted_median(slopes, np.abs(run[used]))
        location = float(target[pivot] - slope * across[pivot])
        error = float(np.abs(target - location - slope * across).sum())
        if error >= least:
            break
        line, least = np.array([location, slope]), error
        pivot = int(used[int(np.argmin(np.abs(slopes - slope)))])
    return line, least
