"""Base flow 基流 cut from a daily hydrograph, and its share of the flow, the base-flow index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

__all__ = ["SeparationRules", "base_flow", "base_flow_index"]

Floats = NDArray[np.float64]
Separation = Literal["smoothed_minima", "lyne_hollick", "eckhardt"]
_BLOCK_DAYS = 5
_TURNING = 0.9
_REFLECTED_DAYS = 30


@dataclass(frozen=True)
class SeparationRules:
    """How base flow is separated.

    Attributes
    ----------
    method : {"smoothed_minima", "lyne_hollick", "eckhardt"}
        Minima of five days (Institute of Hydrology 1980, Gustard et al. 1992), or a digital filter.
    recession : float, optional
        Filter constant in (0, 1), of a day [1]; without it 0.925 of Lyne & Hollick (1979; Nathan &
        McMahon 1990), 0.98 of Eckhardt (2005).
    passes : int
        Passes of Lyne & Hollick, forward and backward in turn, an odd number.
    largest_index : float
        BFImax of Eckhardt in (0, 1): 0.80 perennial on porous, 0.50 ephemeral on porous, 0.25
        perennial on hard rock [1].

    Raises
    ------
    ConfigError
        If the method is unknown or a number is out of range.
    """

    method: Separation = "smoothed_minima"
    recession: float | None = None
    passes: int = 3
    largest_index: float = 0.8

    def __post_init__(self) -> None:
        check_choice("method", self.method, get_args(Separation))
        numbers = {"recession": self.recession, "largest_index": self.largest_index}
        for name, value in numbers.items():
            if value is not None and not 0.0 < value < 1.0:
                refuse(name, f"{value:g}", _("a number strictly between 0 and 1"))
        if self.passes < 1 or self.passes % 2 == 0:
            refuse("passes", str(self.passes), _("an odd number of passes"))


def base_flow(flow: ArrayLike, rules: SeparationRules | None = None) -> Floats:
    """Return the base flow of each day, never above the flow.

    Smoothed minima: the lowest day of each block of five days from the first day on is a turning
    point where 0.9 of it lies below the lowest days of both blocks beside it; the base flow runs
    straight between turning points. A block that falls dry is a turning point too. Lyne & Hollick:
    quick flow ``f = a f' + (1 + a) / 2 (q - q')``, of which what is above 0 leaves; the hydrograph
    is mirrored over 30 days at both ends. Eckhardt: ``b = ((1 - B) a b' + (1 - a) B q) / (1 - a
    B)``, at most q, which starts with ``B q``.

    Parameters
    ----------
    flow : array_like, shape (days,)
        Daily mean flow without gaps, at least 0.
    rules : SeparationRules, optional
        How; smoothed minima without them.

    Returns
    -------
    ndarray, shape (days,)
        Base flow in the unit of `flow`; with smoothed minima not a number before the first and
        after the last turning point.

    Raises
    ------
    DataError
        If a flow is missing or negative, or smoothed minima find fewer than two turning points.
    """
    values = checked_series("flow", flow, least=0.0)
    how = rules or SeparationRules()
    if how.method == "smoothed_minima":
        return _smoothed_minima(values)
    if how.method == "lyne_hollick":
        return _lyne_hollick(values, 0.925 if how.recession is None else how.recession, how.passes)
    return _eckhardt(values, 0.98 if how.recession is None else how.recession, how.largest_index)


def base_flow_index(flow: ArrayLike, rules: SeparationRules | None = None) -> float:
    """Volume of base flow over that of the flow (基流指数, BFI) [1].

    With smoothed minima both are counted from the first to the last turning point.

    Parameters
    ----------
    flow : array_like, shape (days,)
        Daily mean flow without gaps, at least 0.
    rules : SeparationRules, optional
        How base flow is separated; smoothed minima without them.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If a flow is missing or negative, nothing flows, or smoothed minima find fewer than two
        turning points.
    """
    values = checked_series("flow", flow, least=0.0)
    if not values.sum() > 0.0:
        raise DataError(file="flow", found=_("no flow on any day"), expected=_("a flow above 0"))
    base = base_flow(values, rules)
    inside = np.isfinite(base)
    total = float(values[inside].sum())
    if not total > 0.0:
        raise DataError(
            file="flow",
            found=_("no flow between the first and the last turning point"),
            expected=_("a flow above 0"),
        )
    return float(base[inside].sum()) / total


def _smoothed_minima(values: Floats) -> Floats:
    blocks = values.size // _BLOCK_DAYS
    table = values[: blocks * _BLOCK_DAYS].reshape(blocks, _BLOCK_DAYS)
    place = table.argmin(axis=1) + np.arange(blocks) * _BLOCK_DAYS
    low = values[place]
    sides = np.minimum(low[:-2], low[2:]) if blocks > 2 else np.zeros(0)
    middle = low[1:-1]
    turning = place[1:-1][(_TURNING * middle < sides) | (middle == 0.0)]
    if turning.size < 2:
        raise DataError(
            file="flow",
            found=_("{count} turning points in {days} days", count=turning.size, days=values.size),
            expected=_("at least two turning points of the base flow"),
        )
    days = np.arange(values.size)
    line = np.interp(days, turning, values[turning], left=np.nan, right=np.nan)
    return np.minimum(line, values)


def _lyne_hollick(values: Floats, constant: float, passes: int) -> Floats:
    mirrored = min(_REFLECTED_DAYS, values.size - 1)
    base = np.pad(values, mirrored, mode="reflect")
    for number in range(passes):
        base = _filtered(base[::-1], constant)[::-1] if number % 2 else _filtered(base, constant)
    return base[mirrored : mirrored + values.size].copy()


def _filtered(values: Floats, constant: float) -> Floats:
    """Return what one pass of the filter leaves; it starts without quick flow."""
    base = values.copy()
    quick = 0.0
    rises = 0.5 * (1.0 + constant) * np.diff(values)
    for day, rise in enumerate(rises.tolist(), start=1):
        quick = constant * quick + rise
        if quick > 0.0:
            base[day] = max(values[day] - quick, 0.0)
    return base


def _eckhardt(values: Floats, constant: float, largest: float) -> Floats:
    base = np.empty(values.size)
    before = largest * float(values[0])
    base[0] = before
    kept = (1.0 - largest) * constant / (1.0 - constant * largest)
    share = (1.0 - constant) * largest / (1.0 - constant * largest)
    for day, now in enumerate(values[1:].tolist(), start=1):
        before = min(kept * before + share * now, now)
        base[day] = before
    return base
