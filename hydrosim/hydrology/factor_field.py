"""A smooth field of factors that brings a typical flood to given volumes.

Multiplying the parts of a typical flood by one factor each keeps the volumes but leaves jumps at
the joins. Here the factors k of all steps are the nearest to those of the parts that change little
from step to step: least ``sum (k - K)^2 + l^2 sum (k_i+1 - k_i)^2``, with the volume of each part
and the peak as equalities, and as inequalities that no flow is negative or above the peak and that
no moving window of a duration carries more than the design volume of that duration. The problem is
a least-distance one (Lawson & Hanson 1974, chapter 23); inequalities join it when they are broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_TOLERANCE = 2e-11  # of a limit, within which it counts as kept
_ENOUGH = 5e-10  # of a limit, by which it may be missed when nothing comes nearer
_ROUNDS = 80
_REFINEMENTS = 4
_GUESSES = 12


@dataclass(frozen=True, eq=False)
class VolumeTargets:
    """What the multiplied flood must carry; sums of flows over steps, in m3/s.

    Attributes
    ----------
    part : ndarray of int, shape (n,)
        Number of the part that each step belongs to, -1 outside all.
    sums_m3s : ndarray, shape (parts,)
        Wanted sum of flows of each part [m3/s].
    peak_step : int
        Step whose flow is given, -1 without one.
    peak_m3s : float
        That flow [m3/s].
    window_limits : tuple of (int, float)
        Numbers of steps and the greatest sum of flows [m3/s] that so many neighbours may have.
    flow_limit_m3s : float
        Greatest flow of any step [m3/s], infinite without one.
    beside_m3s : ndarray, shape (n,)
        Flow of others [m3/s] that counts in the limits, not in the sums.
    """

    part: Integers
    sums_m3s: Floats
    peak_step: int
    peak_m3s: float
    window_limits: tuple[tuple[int, float], ...]
    flow_limit_m3s: float
    beside_m3s: Floats


@dataclass(frozen=True, eq=False)
class StretchedFlow:
    """Flow after multiplication.

    Attributes
    ----------
    flow_m3s : ndarray, shape (n,)
        Flows [m3/s].
    part_factors : ndarray, shape (parts,)
        Factor of each part before smoothing, the peak apart [1].
    kept_limits : bool
        Whether window limits and the limit of flow could be kept.
    """

    flow_m3s: Floats
    part_factors: Floats
    kept_limits: bool


def stretch_flow(flow_m3s: Floats, targets: VolumeTargets, smoothing_steps: float) -> StretchedFlow:
    """Multiply a flood by a smooth field of factors so that its parts carry given sums.

    Parameters
    ----------
    flow_m3s : ndarray, shape (n,)
        Typical flood [m3/s].
    targets : VolumeTargets
        What the result must carry.
    smoothing_steps : float
        Length l over which factors blend at a join, in steps; 0 keeps the jumps.

    Returns
    -------
    StretchedFlow
        With sums exact to rounding.

    Raises
    ------
    ConfigError
        If a part carries no water in the typical flood and should, or the peak is more than the sum
        of its part.
    """
    factors, free_sums = _part_factors(flow_m3s, targets)
    outer = factors[-1] if factors.size else 1.0
    wanted = np.where(targets.part >= 0, factors[targets.part], outer)
    field_ = _Field(flow_m3s, wanted, smoothing_steps)
    equalities = _equalities(flow_m3s, targets)
    field_.hold(*equalities)
    found = _with_limits(field_, flow_m3s, targets, limits=True)
    kept = found is not None
    if found is None:
        found = _with_limits(field_, flow_m3s, targets, limits=False)
    if found is None:  # each part by itself has a solution; only rounding can lead here
        found = wanted
    flow = np.maximum(found * flow_m3s, 0.0)
    return StretchedFlow(_exact(flow, targets, free_sums), factors, kept)


def _part_factors(flow: Floats, targets: VolumeTargets) -> tuple[Floats, Floats]:
    """Factor of each part and the sum that its steps other than the peak must have."""
    others = np.ones(flow.size, dtype=bool)
    if targets.peak_step >= 0:
        others[targets.peak_step] = False
    factors, sums = [], []
    for number, wanted in enumerate(targets.sums_m3s):
        inside = targets.part == number
        holds_peak = targets.peak_step >= 0 and inside[targets.peak_step]
        left = float(wanted) - (targets.peak_m3s if holds_peak else 0.0)
        before = float(flow[inside & others].sum())
        if left < -_TOLERANCE * float(wanted):
            refuse(
                "design.volumes",
                _("part {number} with less water than its peak step alone", number=number + 1),
                _("a volume of at least peak times time step"),
            )
        if before <= 0.0 and left > _TOLERANCE * float(wanted):
            refuse(
                "typical",
                _(
                    "a typical flood without water in part {number} of its windows",
                    number=number + 1,
                ),
                _("a typical flood that flows wherever the design flood does"),
            )
        factors.append(left / before if before > 0.0 else 1.0)
        sums.append(max(left, 0.0))
    return np.array(factors), np.array(sums)


def _equalities(flow: Floats, targets: VolumeTargets) -> tuple[Floats, Floats]:
    rows, values = [], []
    others = np.ones(flow.size, dtype=bool)
    if targets.peak_step >= 0:
        others[targets.peak_step] = False
        row = np.zeros(flow.size)
        row[targets.peak_step] = flow[targets.peak_step]
        rows.append(row)
        values.append(targets.peak_m3s)
    for number, wanted in enumerate(targets.sums_m3s):
        inside = targets.part == number
        row = np.where(inside, flow, 0.0)
        if (row[others] > 0.0).any():
            rows.append(row)
            values.append(float(wanted))
    return np.array(rows).reshape(len(rows), flow.size), np.array(values)


def _exact(flow: Floats, targets: VolumeTargets, free_sums: Floats) -> Floats:
    """Remove what rounding left of the wanted sums and of the peak."""
    others = np.ones(flow.size, dtype=bool)
    if targets.peak_step >= 0:
        flow[targets.peak_step] = targets.peak_m3s
        others[targets.peak_step] = False
    for number, wanted in enumerate(free_sums):
        inside = (targets.part == number) & others
        reached = float(flow[inside].sum())
        if reached > 0.0:
            flow[inside] *= wanted / reached
    return flow


@dataclass(eq=False)
class _Field:
    """The quadratic problem in coordinates where its distance is the plain one."""

    flow: Floats
    wanted: Floats
    smoothing: float
    rows: list[Floats] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    size: float = 1.0  # length of the last answer, by which the next is scaled

    def __post_init__(self) -> None:
        self.lower = _lower_factor(self.flow.size, self.smoothing)
        self.centre = self._back(_solved(self.lower, self.wanted))

    def hold(self, rows: Floats, values: Floats) -> None:
        """Set the equalities ``rows k = values``."""
        if rows.shape[0] == 0:
            self.base, self.fixed = np.zeros((self.flow.size, 0)), np.zeros(self.flow.size)
            return
        scale = 1.0 / np.linalg.norm(rows, axis=1)
        mapped = self._mapped(rows * scale[:, None])
        gaps = values * scale - (rows * scale[:, None]) @ self.centre
        self.base, upper = np.linalg.qr(mapped.T)
        self.fixed = self.base @ np.linalg.solve(upper.T, gaps)

    def nearest(self) -> Floats | None:
        """Factors nearest to the centre that keep equalities and inequalities, or None."""
        shift = self.fixed
        if self.rows:
            inner = self._inner()
            if inner is None:
                return None
            shift = shift + inner
        return self.centre + self._back(shift)

    def _inner(self) -> Floats | None:
        rows = np.array(self.rows)
        mapped = self._mapped(rows)
        need = np.array(self.values) - rows @ self.centre - mapped @ self.fixed
        free = mapped - (mapped @ self.base) @ self.base.T
        scale = np.linalg.norm(free, axis=1)
        if (need[scale < 1e-9] > 1e-9).any():
            return None
        open_ = scale >= 1e-9
        free, need = free[open_] / scale[open_, None], need[open_] / scale[open_]
        shift = _binding(free, need)
        if shift is not None and ((free @ shift - need) * scale[open_]).min() > -_TOLERANCE:
            return shift
        for _unused in range(_REFINEMENTS):
            found = _least_distance(free, need / self.size)
            if found is None:
                return None
            shift = found * self.size
            self.size = max(float(np.linalg.norm(shift)), 1e-3)
            if ((free @ shift - need) * scale[open_]).min() > -_TOLERANCE:
                break
        return shift

    def _mapped(self, rows: Floats) -> Floats:
        return _solved(self.lower, rows.T).T

    def _back(self, shift: Floats) -> Floats:
        return _solved(self.lower, shift, transposed=True)


@lru_cache(maxsize=16)
def _lower_factor(size: int, smoothing: float) -> Floats:
    """Return the lower Cholesky factor, in bands, of the identity and the squared differences."""
    from scipy.linalg import cholesky_banded  # loaded late: takes long

    weight = smoothing**2
    bands = np.zeros((2, size))
    bands[0] = 1.0
    if size > 1:
        bands[0] += 2.0 * weight
        bands[0, 0] -= weight
        bands[0, -1] -= weight
        bands[1, :-1] = -weight
    lower: Floats = np.asfortranarray(cholesky_banded(bands, lower=True))
    lower.flags.writeable = False
    return lower


@lru_cache(maxsize=1)
def _band_solver() -> Callable[..., Any]:
    from scipy.linalg import get_lapack_funcs

    solver: Callable[..., Any] = get_lapack_funcs(("tbtrs",), dtype=np.float64)[0]
    return solver


def _solved(lower: Floats, right: Floats, *, transposed: bool = False) -> Floats:
    """Return x of ``L x = right`` or ``L' x = right``, straight from LAPACK: many a flood."""
    columns = right if right.ndim == 2 else right[:, None]
    found, _unused = _band_solver()(lower, columns, uplo="L", trans="T" if transposed else "N")
    solved: Floats = found if right.ndim == 2 else found[:, 0]
    return solved


def _binding(rows: Floats, need: Floats) -> Floats | None:
    """Return the shortest u with ``rows u >= need`` by guesses at which rows bind.

    Rows with a negative multiplier leave the guess and broken ones enter it, all at once
    (primal-dual active set; Hintermueller, Ito & Kunisch 2002). It ends where the conditions of
    Kuhn and Tucker hold, mostly after one or two guesses; None where it does not.
    """
    binds = np.ones(need.size, dtype=bool)
    for _unused in range(_GUESSES):
        bound, least = rows[binds], need[binds]
        products = bound @ bound.T
        try:
            multipliers = np.linalg.solve(products, least)
            multipliers += np.linalg.solve(products, least - products @ multipliers)
        except np.linalg.LinAlgError:
            return None
        shift: Floats = multipliers @ bound
        better = need - rows @ shift > _TOLERANCE
        better[binds] = multipliers > 0.0
        if (better == binds).all():
            return shift
        binds = better
    return None


def _least_distance(rows: Floats, need: Floats) -> Floats | None:
    """Return the shortest u with ``rows u >= need``, None where there is none.

    The answer is most exact where its length is near 1.
    """
    from scipy.optimize import nnls  # loaded late: takes long

    system = np.vstack([rows.T, need])
    aim = np.zeros(system.shape[0])
    aim[-1] = 1.0
    try:
        multipliers, left = nnls(system, aim, maxiter=30 * max(system.shape))
    except RuntimeError:  # no more iterations: reported as a limit that is not kept
        return None
    residual = system @ multipliers - aim
    if left < 1e-7 or residual[-1] > -1e-13:
        return None
    return -residual[:-1] / residual[-1]


def _with_limits(
    problem: _Field, flow: Floats, targets: VolumeTargets, *, limits: bool
) -> Floats | None:
    """Factors that keep all inequalities, found by adding those that are broken; None without."""
    problem.rows.clear()
    problem.values.clear()
    known: set[tuple[int, int]] = set()
    for _unused in range(_ROUNDS):
        factors = problem.nearest()
        if factors is None:
            return None
        broken = list(_negative(factors))
        if limits:
            broken += _above_flow(factors * flow, flow, targets)
            for width, limit in targets.window_limits:
                broken += _above_window(factors * flow, flow, targets, width, limit)
        fresh = [one for one in broken if one[0] not in known]
        if not fresh:
            off = [float(row @ factors) - value for _unused, row, value in broken]
            return factors if not off or min(off) > -_ENOUGH else None
        for key, row, value in fresh:
            known.add(key)
            problem.rows.append(row)
            problem.values.append(value)
    return None


Broken = tuple[tuple[int, int], Floats, float]


def _negative(factors: Floats) -> list[Broken]:
    found = []
    for step in np.flatnonzero(factors < -1e-12):
        row = np.zeros(factors.size)
        row[step] = 1.0
        found.append(((0, int(step)), row, 0.0))
    return found


def _above_flow(now: Floats, flow: Floats, targets: VolumeTargets) -> list[Broken]:
    limit = targets.flow_limit_m3s
    if not np.isfinite(limit):
        return []
    found = []
    for step in np.flatnonzero(now + targets.beside_m3s > limit * (1.0 + _TOLERANCE)):
        if step == targets.peak_step:
            continue
        row = np.zeros(flow.size)
        row[step] = -flow[step] / limit
        found.append(((1, int(step)), row, -(limit - targets.beside_m3s[step]) / limit))
    return found


def _above_window(
    now: Floats, flow: Floats, targets: VolumeTargets, width: int, limit: float
) -> list[Broken]:
    """Windows that carry too much, the worst of each run of neighbours."""
    ones = np.ones(width)
    excess = np.convolve(now + targets.beside_m3s, ones, mode="valid") / limit - 1.0
    over = np.flatnonzero(excess > _TOLERANCE)
    if over.size == 0:
        return []
    runs = np.split(over, np.flatnonzero(np.diff(over) > 1) + 1)
    found = []
    for run in runs:
        first = int(run[np.argmax(excess[run])])
        row = np.zeros(flow.size)
        row[first : first + width] = -flow[first : first + width] / limit
        beside = float(targets.beside_m3s[first : first + width].sum())
        found.append(((width + 1, first), row, beside / limit - 1.0))
    return found
