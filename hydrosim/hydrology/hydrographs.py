"""Flood hydrographs 洪水过程线 as step means: volumes, windows, time steps.

A flow is the mean of its step, stamped at the step's start, so that volume is the sum of flow times
step, exactly. Observed points become step means by the integral of the line through them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.refusal import check_positive, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
SECONDS_PER_DAY = 86400.0
_WHOLE = 1e-9  # share of a step within which a time is a whole number of steps


@dataclass(frozen=True, eq=False)
class Hydrograph:
    """Mean flow of equal steps.

    Attributes
    ----------
    flow_m3s : ndarray, shape (n,)
        Step means [m3/s], not negative; read-only.
    step_s : float
        Length of a step [s].
    start_s : float
        Start of the first step on a clock shared with other hydrographs [s].

    Raises
    ------
    ConfigError
        If there is no step, a flow is negative or not finite, or the step is not above 0.
    """

    flow_m3s: Floats
    step_s: float
    start_s: float = 0.0

    def __post_init__(self) -> None:
        flow = np.array(self.flow_m3s, dtype=np.float64).ravel()
        check_positive("hydrograph.step", self.step_s, "s")
        if not math.isfinite(self.start_s):
            refuse("hydrograph.start", f"{self.start_s:g} s", _("a finite time"))
        if flow.size == 0:
            refuse("hydrograph.flow", _("no flow"), _("at least one step"))
        wrong = flow[~(np.isfinite(flow) & (flow >= 0.0))]
        if wrong.size:
            refuse("hydrograph.flow", f"{wrong[0]:g} m3/s", _("finite flows of 0 m3/s or more"))
        flow.flags.writeable = False
        object.__setattr__(self, "flow_m3s", flow)

    @property
    def times_s(self) -> Floats:
        """Starts of the steps [s], shape (n,)."""
        return np.asarray(
            self.start_s + self.step_s * np.arange(self.flow_m3s.size), dtype=np.float64
        )

    @property
    def duration_s(self) -> float:
        """Length of the hydrograph [s]."""
        return self.step_s * self.flow_m3s.size

    @property
    def end_s(self) -> float:
        """End of the last step [s]."""
        return self.start_s + self.duration_s

    @property
    def volume_m3(self) -> float:
        """Volume of the flood [m3]."""
        return math.fsum(self.flow_m3s) * self.step_s

    @property
    def peak_m3s(self) -> float:
        """Greatest step mean [m3/s]."""
        return float(self.flow_m3s.max())

    @property
    def peak_step(self) -> int:
        """Number of the step with the greatest flow, the first of equals."""
        return int(np.argmax(self.flow_m3s))

    @property
    def edge_flows_m3s(self) -> Floats:
        """Flow at the edges of the steps [m3/s], shape (n + 1,): means of neighbouring steps.

        For an engine that wants points beside the step means that carry the water. A step that is
        higher than its neighbours ends with its own flow, so that points show every peak; none
        is below the least or above the greatest step mean.
        """
        flow = self.flow_m3s
        between = 0.5 * (flow[1:] + flow[:-1])
        before = np.concatenate([flow[:1], flow[:-2]])
        crests = (flow[:-1] > flow[1:]) & (flow[:-1] >= before)
        return np.concatenate([flow[:1], np.where(crests, flow[:-1], between), flow[-1:]])

    def scaled(self, factor: float) -> Hydrograph:
        """Return the hydrograph with all flows times a factor of 0 or more."""
        return Hydrograph(self.flow_m3s * factor, self.step_s, self.start_s)

    def delayed(self, seconds: float) -> Hydrograph:
        """Return the hydrograph moved to later by a time [s]; its form does not change."""
        return Hydrograph(self.flow_m3s, self.step_s, self.start_s + seconds)

    def steps_in(self, seconds: float, place: str = "duration") -> int:
        """Return a time [s] as a number of steps.

        Raises
        ------
        ConfigError
            If it is not a whole number of steps.
        """
        count = round(seconds / self.step_s)
        if abs(seconds - count * self.step_s) > _WHOLE * self.step_s:
            expected = _("a whole number of steps of {step_s:g} s", step_s=self.step_s)
            refuse(place, f"{seconds:g} s", expected, _("change the time step first"))
        return count

    def window_volumes_m3(self, duration_s: float) -> Floats:
        """Volumes of all windows of a duration [m3], by the number of their first step.

        Raises
        ------
        ConfigError
            If the duration is not a whole number of steps or exceeds the hydrograph.
        """
        width = self.steps_in(duration_s)
        if not 1 <= width <= self.flow_m3s.size:
            found = f"{duration_s / SECONDS_PER_DAY:g} d"
            expected = _(
                "a duration up to {duration_s:g} d, that of the flood",
                duration_s=self.duration_s / SECONDS_PER_DAY,
            )
            refuse("duration", found, expected)
        return np.convolve(self.flow_m3s, np.ones(width), mode="valid") * self.step_s

    def greatest_volume_m3(self, duration_s: float) -> float:
        """Greatest volume of any window of a duration 最大时段洪量 [m3]."""
        return float(self.window_volumes_m3(duration_s).max())

    def resampled(self, step_s: float, *, smooth: bool = False) -> Hydrograph:
        """Return the hydrograph in another time step with the same volume.

        The volume passed by a time is interpolated: by straight lines, so that flow is constant
        within an old step; or by the monotone cubic of Fritsch & Carlson (1980), so that flow is
        smooth and not negative and each old step keeps its volume. A last step that is not filled
        holds what is left of the volume.

        Parameters
        ----------
        step_s : float
            New step [s], above 0.
        smooth : bool
            Whether flow may vary within an old step.

        Returns
        -------
        Hydrograph

        Raises
        ------
        ConfigError
            If the step is not above 0.
        """
        check_positive("step", step_s, "s")
        edges = self.step_s * np.arange(self.flow_m3s.size + 1)
        passed = np.concatenate([[0.0], np.cumsum(self.flow_m3s)]) * self.step_s
        count = math.ceil(self.duration_s / step_s - _WHOLE)
        wanted = np.minimum(step_s * np.arange(count + 1), edges[-1])
        wanted[-1] = edges[-1]
        if smooth and self.flow_m3s.size > 1:
            from scipy.interpolate import PchipInterpolator  # loaded late: takes long

            with np.errstate(over="ignore"):  # slopes near 0 are inverted in a harmonic mean
                at = np.asarray(PchipInterpolator(edges, passed)(wanted), dtype=np.float64)
        else:
            at = np.interp(wanted, edges, passed)
        flow = np.maximum(np.diff(at), 0.0) / step_s
        return Hydrograph(flow, step_s, self.start_s)


def hydrograph_from_points(times_s: ArrayLike, flow_m3s: ArrayLike, step_s: float) -> Hydrograph:
    """Step means of the line through observed points, with the volume under that line.

    Parameters
    ----------
    times_s : array_like, shape (n,)
        Times of the points [s], ascending.
    flow_m3s : array_like, shape (n,)
        Flows at these times [m3/s].
    step_s : float
        Step of the result [s]; the last step holds what is left where it is not filled.

    Returns
    -------
    Hydrograph

    Raises
    ------
    ConfigError
        If there are fewer than two points, they do not ascend in time, or a flow is negative or not
        finite.
    """
    times = np.asarray(times_s, dtype=np.float64).ravel()
    flow = np.asarray(flow_m3s, dtype=np.float64).ravel()
    check_positive("step", step_s, "s")
    if times.size < 2 or times.size != flow.size:
        refuse(
            "points",
            _("{times} times, {flows} flows", times=times.size, flows=flow.size),
            _("two or more points, each whole"),
        )
    if not (np.isfinite(times).all() and (np.diff(times) > 0.0).all()):
        refuse("points.times", _("times that do not ascend"), _("ascending times"))
    wrong = flow[~(np.isfinite(flow) & (flow >= 0.0))]
    if wrong.size:
        refuse("points.flow", f"{wrong[0]:g} m3/s", _("finite flows of 0 m3/s or more"))
    since = times - times[0]
    parts = 0.5 * (flow[1:] + flow[:-1]) * np.diff(since)
    passed = np.concatenate([[0.0], np.cumsum(parts)])
    count = math.ceil(since[-1] / step_s - _WHOLE)
    wanted = np.minimum(step_s * np.arange(count + 1), since[-1])
    wanted[-1] = since[-1]
    index = np.clip(np.searchsorted(since, wanted, side="right") - 1, 0, times.size - 2)
    into = wanted - since[index]
    slope = (flow[index + 1] - flow[index]) / (since[index + 1] - since[index])
    at = passed[index] + into * (flow[index] + 0.5 * slope * into)
    return Hydrograph(np.maximum(np.diff(at), 0.0) / step_s, step_s, float(times[0]))


def total_hydrograph(parts: Iterable[Hydrograph]) -> Hydrograph:
    """Sum of hydrographs of one step on one clock; where one has ended it counts as 0.

    Parameters
    ----------
    parts : iterable of Hydrograph
        At least one.

    Returns
    -------
    Hydrograph
        From the earliest start to the latest end; its volume is the sum of volumes.

    Raises
    ------
    ConfigError
        If there is none, the steps differ, or starts lie apart by parts of a step.
    """
    members = list(parts)
    if not members:
        refuse("hydrographs", _("none"), _("at least one hydrograph"))
    first = members[0]
    start = min(member.start_s for member in members)
    offsets = []
    for member in members:
        if member.step_s != first.step_s:
            found = _(
                "steps of {one:g} s and {other:g} s",
                one=first.step_s,
                other=member.step_s,
            )
            refuse("hydrographs", found, _("one time step"), _("change the time step first"))
        offsets.append(first.steps_in(member.start_s - start, "hydrograph.start"))
    length = max(
        offset + member.flow_m3s.size for offset, member in zip(offsets, members, strict=True)
    )
    flow = np.zeros(length)
    for offset, member in zip(offsets, members, strict=True):
        flow[offset : offset + member.flow_m3s.size] += member.flow_m3s
    return Hydrograph(flow, first.step_s, start)
