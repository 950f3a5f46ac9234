"""Floods to route: hydrographs on the steps of the engine, as points and as means of steps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hydrosim.errors import ConfigError, DataError, Fault, nearest
from hydrosim.flood.hydrograph import read_hydrograph
from hydrosim.locale import _
from hydrosim.units import FLOW, unit_factor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hydrosim.config.flood import FloodEvent, Hydrograph
    from hydrosim.config.schema import Config
    from hydrosim.io.table import Notice

    Floats = NDArray[np.float64]

__all__ = ["Event", "config_events", "named_events", "on_steps"]


@dataclass(frozen=True, eq=False)
class Event:
    """A flood to route.

    Attributes
    ----------
    name
        Name in the results.
    start
        Moment of the first point.
    end_m3s
        Inflow at each point of time by place, shape (T + 1,); places left out bring nothing.
    mean_m3s
        Mean inflow of each step by place, shape (T,).
    start_levels_m
        Level of stores at the start; default the limit of the date.
    start_flows_m3s
        Outflow of reaches and stores at the start; default steady flow.
    operation
        ``rules``, or ``all_open`` with every gate fully open.
    attributes
        Further facts for the results: title, source, confidence, return period.
    peak_m3s
        Largest flow of each hydrograph, also between the edges of steps.
    recession_s
        Time in which inflows fall to 1/e where the event goes on until stores have risen to their
        peaks; None where it ends at a given time.
    points
        Times from the start [s] and flows [m3/s] of hydrographs whose points are known, so that
        steps of another length see the same flood.
    fall_s
        Time in which a hydrograph falls to 1/e behind its last point.
    step_s
        Length of its steps [s]; None: that of the flood block of the model that routes it.
    """

    name: str
    start: np.datetime64
    end_m3s: Mapping[str, Floats]
    mean_m3s: Mapping[str, Floats]
    start_levels_m: Mapping[str, float] = field(default_factory=dict)
    start_flows_m3s: Mapping[str, float] = field(default_factory=dict)
    operation: Literal["rules", "all_open"] = "rules"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    peak_m3s: Mapping[str, float] = field(default_factory=dict)
    recession_s: float | None = None
    points: Mapping[str, tuple[Floats, Floats]] = field(default_factory=dict)
    fall_s: float = math.inf
    step_s: float | None = None

    @property
    def steps(self) -> int:
        """Number of steps."""
        return next(iter(self.mean_m3s.values())).size

    def peak_of(self, place: str) -> float:
        """Return the largest flow [m3/s] of a hydrograph, whatever the steps."""
        known = self.peak_m3s.get(place)
        return float(np.max(self.end_m3s[place])) if known is None else known

    @classmethod
    def from_points(
        cls,
        name: str,
        start: np.datetime64,
        end_m3s: Mapping[str, Floats],
        **more: Any,
    ) -> Event:
        """Return an event from flows at the points of time, linear between them."""
        ends = {place: np.asarray(flow, dtype=np.float64) for place, flow in end_m3s.items()}
        means = {place: 0.5 * (flow[1:] + flow[:-1]) for place, flow in ends.items()}
        return cls(name, start.astype("M8[s]"), ends, means, **more)

    def scaled(self, factor: float | Mapping[str, float], name: str | None = None) -> Event:
        """Return the event with all its hydrographs, or those of some places, multiplied."""

        def by(place: str) -> float:
            return factor if isinstance(factor, (int, float)) else factor.get(place, 1.0)

        return replace(
            self,
            name=self.name if name is None else name,
            end_m3s={place: flow * by(place) for place, flow in self.end_m3s.items()},
            mean_m3s={place: flow * by(place) for place, flow in self.mean_m3s.items()},
            peak_m3s={place: peak * by(place) for place, peak in self.peak_m3s.items()},
            points={
                place: (times, flow * by(place)) for place, (times, flow) in self.points.items()
            },
        )

    def refined(self, step_s: float, parts: int) -> Event:
        """Return the event with each of its steps in several parts of a length [s].

        Where the points of a hydrograph are known, and it still is theirs, they are taken again;
        else the flow within a step is a straight line of the step's mean that leaves the range of
        its ends nowhere.
        """
        if parts == 1 or self.step_s == step_s:
            return self
        count = self.steps * parts
        ends: dict[str, Floats] = {}
        means: dict[str, Floats] = {}
        for place, mean in self.mean_m3s.items():
            if place not in self.end_m3s:
                means[place] = np.repeat(mean, parts)
                continue
            known = self.points.get(place)
            if known is None or not self._follows(place, known):
                ends[place], means[place] = _in_parts(self.end_m3s[place], mean, parts)
            else:
                ends[place], means[place] = on_steps(*known, step_s, count, self.fall_s)
        return replace(self, end_m3s=ends, mean_m3s=means, points={}, step_s=step_s)

    def _follows(self, place: str, points: tuple[Floats, Floats]) -> bool:
        """Whether a hydrograph is that of its points, and not replaced by another."""
        if self.step_s is None:
            return False
        end, mean = on_steps(*points, self.step_s, self.steps, self.fall_s)
        near = 1e-9 * float(points[1].max())
        pairs = ((end, self.end_m3s[place]), (mean, self.mean_m3s[place]))
        return all(np.allclose(own, given, rtol=1e-9, atol=near) for own, given in pairs)


def _in_parts(end_m3s: Floats, mean_m3s: Floats, parts: int) -> tuple[Floats, Floats]:
    """Return ends and means of equal parts of steps, each step with its mean and its ends."""
    first, last = mean_m3s - end_m3s[:-1], end_m3s[1:] - mean_m3s
    rise = np.where(first * last > 0.0, 2.0 * np.sign(last) * np.minimum(abs(first), abs(last)), 0)
    place = np.arange(parts) / parts
    start = mean_m3s[:, None] + rise[:, None] * (place - 0.5)
    means = start + rise[:, None] * (0.5 / parts)
    ends = np.append(start.ravel(), end_m3s[-1])
    ends[::parts] = end_m3s
    return ends, means.ravel()


def on_steps(
    times_s: Floats, flow_m3s: Floats, dt_s: float, steps: int, recession_s: float
) -> tuple[Floats, Floats]:
    """Return a hydrograph at the edges of steps and its exact means.

    Between its points the flow is linear; before the first it is that of the first; after the
    last it falls as exp(-t / recession).

    Parameters
    ----------
    times_s, flow_m3s
        Points of the hydrograph, times increasing from the start of the event.
    dt_s, steps
        Length and number of steps.
    recession_s
        Time in which the flow falls to 1/e.

    Returns
    -------
    end_m3s, mean_m3s
        Shapes (steps + 1,) and (steps,).
    """
    edges = np.arange(steps + 1) * dt_s
    inside = times_s[(times_s > 0.0) & (times_s < edges[-1])]
    points = np.union1d(edges, inside)
    flow = np.interp(points, times_s, flow_m3s)
    volume = np.concatenate(([0.0], np.cumsum(0.5 * (flow[1:] + flow[:-1]) * np.diff(points))))
    at = np.searchsorted(points, edges)
    end, total = flow[at], volume[at]
    last, late = float(flow_m3s[-1]), edges > times_s[-1]
    if np.any(late):
        since = edges[late] - times_s[-1]
        end[late] = last * np.exp(-since / recession_s)
        held = float(np.interp(times_s[-1], points, volume)) if times_s[-1] > 0.0 else 0.0
        total[late] = held - last * recession_s * np.expm1(-since / recession_s)
    return end, np.diff(total) / dt_s


def config_events(
    config: Config,
    names: Iterable[str] | None = None,
    step_s: float | None = None,
    *,
    warnings: list[Fault] | None = None,
) -> list[Event]:
    """Return the events of a configuration on the steps of its flood block.

    Parameters
    ----------
    config
        A loaded configuration with a flood block.
    names
        Events wanted; all by default.
    step_s
        Length of a step [s]; default that of the flood block.
    warnings
        Receives what is worth telling of files that are read all the same.

    Raises
    ------
    ConfigError
        With all that is wrong with the hydrographs.
    """
    flood = config.flood
    assert flood is not None
    faults: list[Fault] = []
    events: list[Event] = []
    for name in sorted(flood.events) if names is None else names:
        try:
            event = flood.events[name]
            events.append(_event(config, name, event, step_s or flood.step, warnings))
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults, config.source)
    return events


def named_events(config: Config, names: Iterable[str] | None) -> list[str]:
    """Return the names of the events wanted, all by default.

    Raises
    ------
    ConfigError
        If there is no flood block, no event, or none of a name.
    """
    if config.flood is None or not config.flood.events:
        path = ("flood",) if config.flood is None else ("flood", "events")
        found = _("no `flood:` block") if config.flood is None else _("no event")
        fault = Fault(path, found, _("`flood: {events: ...}` with hydrographs"))
        raise ConfigError([fault], config.source)
    known = config.flood.events
    wanted = sorted(known) if names is None else list(dict.fromkeys(names))
    faults = [
        Fault(
            ("flood", "events"),
            _("no event {name!r}", name=name),
            _("one of {known}", known=", ".join(sorted(known))),
            nearest(name, known),
        )
        for name in wanted
        if name not in known
    ]
    if faults:
        raise ConfigError(faults, config.source)
    return wanted


def _event(
    config: Config, name: str, event: FloodEvent, step_s: float, warnings: list[Fault] | None
) -> Event:
    flood = config.flood
    assert flood is not None
    start = np.datetime64(event.start, "s")
    points: dict[str, tuple[Floats, Floats]] = {}
    faults: list[Fault] = []
    for place, hydrograph in event.inflows.items():
        if hydrograph.of is None:
            path = ("flood", "events", name, "inflows", place, "file")
            notices: list[Notice] = []
            try:
                points[place] = _points(config, start, hydrograph, notices)
            except DataError as error:
                faults.append(error.fault(*path))
            if warnings is not None:
                warnings.extend(one.fault(*path) for one in notices)
    if faults:
        raise ConfigError(faults, config.source)
    longest = max(float(times[-1]) for times, _unused in points.values())
    duration = event.duration if isinstance(event.duration, float) else longest
    steps = max(1, int(np.ceil(duration / step_s - 1e-9)))
    ends: dict[str, Floats] = {}
    means: dict[str, Floats] = {}
    peaks: dict[str, float] = {}
    known: dict[str, tuple[Floats, Floats]] = {}
    for place, hydrograph in sorted(event.inflows.items()):
        times, flows = points[place if hydrograph.of is None else str(hydrograph.of)]
        factor = 1.0 if hydrograph.of is None else hydrograph.factor
        known[place] = times, flows * factor
        end, mean = on_steps(*known[place], step_s, steps, flood.recession)
        ends[place], means[place] = end, mean
        inside = (times >= 0.0) & (times <= steps * step_s)
        peaks[place] = float(max(np.max(flows[inside] * factor, initial=0.0), np.max(end)))
    facts = {"source": event.source, "confidence": event.confidence, "title": event.title}
    return Event(
        name,
        start,
        ends,
        means,
        {**flood.start_levels, **event.start_levels},
        dict(event.start_flows),
        event.operation or flood.operation,
        {key: fact for key, fact in facts.items() if fact is not None},
        peaks,
        flood.recession if event.duration == "until_peaks" else None,
        known,
        flood.recession,
        step_s,
    )


def _points(
    config: Config, start: np.datetime64, hydrograph: Hydrograph, notices: list[Notice]
) -> tuple[Floats, Floats]:
    """Return times from the start [s] and flows [m3/s] of a hydrograph."""
    factor = unit_factor(hydrograph.unit, FLOW) * hydrograph.factor
    if hydrograph.file is not None:
        assert hydrograph.column is not None
        path = config.folder / hydrograph.file
        times, flows = read_hydrograph(
            path,
            hydrograph.column,
            start,
            layout=hydrograph.layout,
            unit=hydrograph.unit,
            converted=hydrograph.factor != 1.0,
            notices=notices,
        )
        return times, flows * factor
    flows = np.array(hydrograph.flows) * factor
    if hydrograph.every is not None:
        return np.linspace(0.0, (flows.size - 1) * hydrograph.every, flows.size), flows
    return np.array(hydrograph.times), flows
