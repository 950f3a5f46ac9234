"""Design hydrographs 设计洪水过程线 from a typical flood 典型洪水: same ratio and same frequency.

Same ratio 同倍比放大 multiplies the typical flood by one number. Same frequency 同频率放大 brings
peak and the greatest volumes of nested durations each to its design value (SL 44).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.factor_field import Integers, VolumeTargets, stretch_flow
from hydrosim.hydrology.hydrographs import SECONDS_PER_DAY, Hydrograph
from hydrosim.hydrology.refusal import check_positive, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Scaling = Literal["same_frequency", "same_ratio"]
DEFAULT_SMOOTHING_S = 10800.0
_SLACK = 1e-9  # of a design value, by which another may miss it through rounding


@dataclass(frozen=True)
class DesignValues:
    """Design peak and volumes of one site and one return period.

    Attributes
    ----------
    peak_m3s : float or None
        Design peak 设计洪峰 [m3/s].
    volumes_m3 : tuple of (float, float)
        Durations [s], ascending, each with its design volume 设计洪量 [m3].
    return_period_years : float or None
        Return period they belong to [year]; None where there is none.

    Raises
    ------
    ConfigError
        If there is neither peak nor volume, a number is not above 0, or the values contradict each
        other: a longer duration carries at least as much, at no greater mean flow, and no volume
        exceeds its duration at the peak.
    """

    peak_m3s: float | None = None
    volumes_m3: tuple[tuple[float, float], ...] = ()
    return_period_years: float | None = None

    def __post_init__(self) -> None:
        if self.peak_m3s is None and not self.volumes_m3:
            refuse("design", _("neither a peak nor a volume"), _("one of them at least"))
        if self.peak_m3s is not None:
            check_positive("design.peak", self.peak_m3s, "m3/s")
        for duration, volume in self.volumes_m3:
            check_positive("design.duration", duration, "s")
            check_positive(f"design.volume_{_days(duration)}", volume, "m3")
        for shorter, longer in pairwise(self.volumes_m3):
            _check_pair(shorter, longer)
        if self.peak_m3s is not None and self.volumes_m3:
            duration, volume = self.volumes_m3[0]
            most = self.peak_m3s * duration
            if volume > most * (1.0 + _SLACK):
                expected = _(
                    "at most {most:.6g} m3, {duration} at the design peak",
                    most=most,
                    duration=_days(duration),
                )
                refuse(f"design.volume_{_days(duration)}", f"{volume:.6g} m3", expected)


@dataclass(frozen=True, eq=False)
class NestedWindows:
    """Where a typical flood carries most, each window within the next.

    Attributes
    ----------
    peak_step : int
        Step of the peak.
    spans : tuple of (int, int)
        First step and the step after the last of each window, from the shortest.
    notes : tuple of str
        Windows that would carry more elsewhere, outside the nest.
    """

    peak_step: int
    spans: tuple[tuple[int, int], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class DesignHydrograph:
    """A design hydrograph and how it came about.

    Attributes
    ----------
    hydrograph : Hydrograph
        Step means [m3/s].
    design : DesignValues
        What was asked.
    method : {"same_frequency", "same_ratio"}
        How it was made.
    factors : tuple of (str, float)
        Factors by peak and part, such as K_Q, K_1, K_3-1, before smoothing [1].
    windows : NestedWindows
        Windows of the typical flood, in steps of it.
    notes : tuple of str
        What a reviewer should know.
    """

    hydrograph: Hydrograph
    design: DesignValues
    method: Scaling
    factors: tuple[tuple[str, float], ...]
    windows: NestedWindows
    notes: tuple[str, ...] = ()


def nested_windows(typical: Hydrograph, durations_s: tuple[float, ...]) -> NestedWindows:
    """Windows of greatest volume, the shortest about the peak and each within the next.

    Parameters
    ----------
    typical : Hydrograph
        Typical flood.
    durations_s : tuple of float
        Durations [s], ascending, whole numbers of steps.

    Returns
    -------
    NestedWindows

    Raises
    ------
    ConfigError
        If a duration is not a whole number of steps or is longer than the flood.
    """
    low, high = typical.peak_step, typical.peak_step + 1
    spans, notes = [], []
    for duration in durations_s:
        volumes = typical.window_volumes_m3(duration)
        width = typical.steps_in(duration)
        first, last = max(high - width, 0), min(low, volumes.size - 1)
        low = first + int(np.argmax(volumes[first : last + 1]))
        high = low + width
        spans.append((low, high))
        most = float(volumes.max())
        if most > volumes[low] * (1.0 + _SLACK):
            share = most / float(volumes[low]) - 1.0
            notes.append(
                f"the typical flood carries {share:.1%} more in another window of "
                f"{_days(duration)} than in that about its peak"
            )
    return NestedWindows(typical.peak_step, tuple(spans), tuple(notes))


def same_ratio(
    typical: Hydrograph, design: DesignValues, duration_s: float | None = None
) -> DesignHydrograph:
    """Multiply a typical flood by one number (同倍比放大).

    Parameters
    ----------
    typical : Hydrograph
        Typical flood.
    design : DesignValues
        Design values, of which one is met.
    duration_s : float, optional
        Duration [s] whose greatest volume is met (以量控制); the peak (以峰控制) without it.

    Returns
    -------
    DesignHydrograph

    Raises
    ------
    ConfigError
        If the design values lack the one that is asked, or the typical flood is dry.
    """
    windows = nested_windows(typical, (duration_s,) if duration_s is not None else ())
    if duration_s is None:
        factor = ratio_of_peaks(design, typical.peak_m3s)
        label = "K_Q"
    else:
        volume = dict(design.volumes_m3).get(duration_s)
        if volume is None:
            known = ", ".join(_days(one) for one, _unused in design.volumes_m3) or "none"
            refuse(
                "duration",
                _days(duration_s),
                _("a duration with a design volume: {known}", known=known),
            )
        factor = volume / _above_zero(typical.greatest_volume_m3(duration_s))
        label = f"K_W{_number(duration_s)}"
    return DesignHydrograph(
        typical.scaled(factor), design, "same_ratio", ((label, factor),), windows
    )


def ratio_of_peaks(design: DesignValues, typical_peak_m3s: float) -> float:
    """Return the factor from the peak of a typical flood [m3/s] to the design peak.

    Raises
    ------
    ConfigError
        If there is no design peak, or the typical flood is dry.
    """
    if design.peak_m3s is None:
        refuse("design.peak", _("nothing"), _("a design peak to scale by"))
    return design.peak_m3s / _above_zero(typical_peak_m3s)


def same_frequency(
    typical: Hydrograph,
    design: DesignValues,
    *,
    smoothing_s: float = DEFAULT_SMOOTHING_S,
) -> DesignHydrograph:
    """Bring peak and nested volumes of a typical flood each to its design value (同频率放大).

    The factor of the steps between the window of duration i and that of the next is
    ``(W_i+1,design - W_i,design) / (W_i+1,typical - W_i,typical)``; factors blend at the joins over
    `smoothing_s` while the volume of each part stays exact, and no other window of a duration
    carries more than the design volume. Outside the longest window the outermost factor holds.
    Where there is only a peak the flood is scaled by the same ratio, and a note says so.

    Parameters
    ----------
    typical : Hydrograph
        Typical flood, at least as long as the longest duration.
    design : DesignValues
        Design values.
    smoothing_s : float
        Time over which factors blend at a join [s]; 0 keeps the jumps.

    Returns
    -------
    DesignHydrograph
        Peak and greatest volumes are those of `design` to rounding.

    Raises
    ------
    ConfigError
        If a duration does not fit the typical flood, a part that should carry water is dry, or the
        smoothing time is negative.
    """
    if not design.volumes_m3:
        found = same_ratio(typical, design)
        note = _("only a peak is given: scaled by the same ratio")
        return DesignHydrograph(
            found.hydrograph, design, "same_ratio", found.factors, found.windows, (note,)
        )
    _above_zero(typical.peak_m3s)
    windows = nested_windows(typical, tuple(duration for duration, _unused in design.volumes_m3))
    volumes = np.array([volume for _unused, volume in design.volumes_m3]) / typical.step_s
    targets = window_targets(typical, design, windows.spans, np.diff(volumes, prepend=0.0))
    stretched = stretch_flow(typical.flow_m3s, targets, smoothing_steps(typical, smoothing_s))
    notes = list(windows.notes)
    if not stretched.kept_limits:
        notes.append(
            "another window or step exceeds its design value: the typical flood allows no other"
        )
    labels = part_labels(design)
    factors = list(zip(labels, (float(one) for one in stretched.part_factors), strict=True))
    if design.peak_m3s is not None:
        factors.insert(0, ("K_Q", design.peak_m3s / typical.peak_m3s))
    made = Hydrograph(stretched.flow_m3s, typical.step_s, typical.start_s)
    return DesignHydrograph(made, design, "same_frequency", tuple(factors), windows, tuple(notes))


def window_targets(
    flood: Hydrograph,
    design: DesignValues,
    spans: tuple[tuple[int, int], ...],
    part_sums_m3s: Floats,
    *,
    beside_m3s: Floats | None = None,
    fix_peak: bool = True,
) -> VolumeTargets:
    """Return what a flood must carry so that its windows hold design volumes.

    Parameters
    ----------
    flood : Hydrograph
        Typical flood.
    design : DesignValues
        Design values, for the limits and the peak.
    spans : tuple of (int, int)
        Nested windows, in steps of the flood.
    part_sums_m3s : ndarray, shape (windows,)
        Sum of flows of the innermost window and of each ring about it [m3/s].
    beside_m3s : ndarray, shape (n,), optional
        Flow of others that counts in the limits [m3/s].
    fix_peak : bool
        Whether the step of the peak gets the design peak.

    Returns
    -------
    VolumeTargets
    """
    size = flood.flow_m3s.size
    peak = design.peak_m3s
    limits = tuple(
        (high - low, volume / flood.step_s)
        for (low, high), (_unused, volume) in zip(spans, design.volumes_m3, strict=True)
    )
    fixed = fix_peak and peak is not None
    return VolumeTargets(
        part=_parts(size, spans),
        sums_m3s=part_sums_m3s,
        peak_step=flood.peak_step if fixed else -1,
        peak_m3s=peak if fixed and peak is not None else 0.0,
        window_limits=limits,
        flow_limit_m3s=math.inf if peak is None else peak,
        beside_m3s=np.zeros(size) if beside_m3s is None else beside_m3s,
    )


def smoothing_steps(flood: Hydrograph, smoothing_s: float) -> float:
    """Return the smoothing time as a number of steps.

    Raises
    ------
    ConfigError
        If it is negative or not finite.
    """
    if not (math.isfinite(smoothing_s) and smoothing_s >= 0.0):
        refuse("smoothing", f"{smoothing_s:g} s", _("a time of 0 s or more"))
    return smoothing_s / flood.step_s


def part_labels(design: DesignValues) -> list[str]:
    """Names of the factors, K_1, K_3-1, K_7-3 for durations of 1, 3 and 7 days."""
    numbers = [_number(duration) for duration, _unused in design.volumes_m3]
    rings = [f"K_{longer}-{shorter}" for shorter, longer in pairwise(numbers)]
    return [f"K_{numbers[0]}", *rings]


def _parts(size: int, spans: tuple[tuple[int, int], ...]) -> Integers:
    part = np.full(size, -1, dtype=np.int64)
    for number in range(len(spans) - 1, -1, -1):
        low, high = spans[number]
        part[low:high] = number
    return part


def _check_pair(shorter: tuple[float, float], longer: tuple[float, float]) -> None:
    if not longer[0] > shorter[0]:
        found = _("{longer} after {shorter}", longer=_days(longer[0]), shorter=_days(shorter[0]))
        refuse("design.durations", found, _("durations that ascend"))
    place = f"design.volume_{_days(longer[0])}"
    if longer[1] < shorter[1] * (1.0 - _SLACK):
        expected = _(
            "at least {volume:.6g} m3, the volume of {duration}",
            volume=shorter[1],
            duration=_days(shorter[0]),
        )
        refuse(place, f"{longer[1]:.6g} m3", expected)
    most = shorter[1] * longer[0] / shorter[0]
    if longer[1] > most * (1.0 + _SLACK):
        expected = _(
            "at most {most:.6g} m3, the mean flow of {shorter} for all the time",
            most=most,
            shorter=_days(shorter[0]),
        )
        refuse(place, f"{longer[1]:.6g} m3", expected)


def _above_zero(amount: float) -> float:
    if amount <= 0.0:
        refuse("typical", _("a dry flood"), _("a typical flood that carries water"))
    return amount


def _number(duration_s: float) -> str:
    return f"{duration_s / SECONDS_PER_DAY:g}"


def _days(duration_s: float) -> str:
    return f"{_number(duration_s)} d"
