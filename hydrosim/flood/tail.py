"""Floods that go on behind their last point until what they fill has risen to its peak.

An event with `duration: until_peaks` does not end with the last point of its hydrographs where a
store, reach or section still rises then: the inflow recedes for as long as it takes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.flood.events import config_events
from hydrosim.flood.routed import Routed, rows_of
from hydrosim.flood.tables import level_at
from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event

    Floats = NDArray[np.float64]

__all__ = ["continued", "extended", "with_tails"]

FIRST_S = 86400.0
LONGEST_S = 64 * 86400.0
RISE_M = 0.01
"""Rise of a level [m] behind the end that does not matter."""
RISE_SHARE = 1e-3
"""Rise of a flow behind the end that does not matter, as a share of it."""


def extended(event: Event, more_s: float, model: FloodModel) -> Event:
    """Return an event whose inflows recede for a further time [s] behind its end.

    Flows fall as exp(-t / recession) from their last value; means of steps are exact.
    """
    assert event.recession_s is not None
    dt_s = model.dt_s
    count = max(1, round(more_s / model.step_s)) * model.every
    fall = np.exp(-np.arange(count + 1) * dt_s / event.recession_s)
    mean_fall = -np.diff(fall) * event.recession_s / dt_s
    return replace(
        event,
        end_m3s={p: np.append(flow, flow[-1] * fall[1:]) for p, flow in event.end_m3s.items()},
        mean_m3s={
            p: np.append(flow, event.end_m3s[p][-1] * mean_fall)
            for p, flow in event.mean_m3s.items()
        },
    )


def with_tails(
    model: FloodModel,
    parts: list[Routed],
    route: Callable[[Sequence[Event]], list[Routed]],
) -> list[Routed]:
    """Return routed events, those that ended before a peak routed again for longer.

    Later parts hold the events that take the place of those of the same name before them.

    Parameters
    ----------
    model
        The flood model.
    parts
        Events as they were given.
    route
        Routes events.
    """
    pending = [
        (part.events[i], part, i)
        for part in parts
        for i in range(len(part.events))
        if part.events[i].recession_s is not None and _rises(model, part, i)
    ]
    found = list(parts)
    more = FIRST_S
    while pending and more <= LONGEST_S:
        longer = [extended(event, more, model) for event, _, _ in pending]
        made = route(longer)
        found.extend(made)
        rows = rows_of(made)
        rising: list[tuple[Event, Routed, int]] = []
        for event, part, i in pending:
            later, place = rows[event.name]
            if not _higher(model, (part, i), (later, place)):
                later.dropped.add(event.name)
            elif _rises(model, later, place):
                rising.append((later.events[place], later, place))
        pending = rising
        more *= 2.0
    return found


def continued(model: FloodModel, names: Sequence[str]) -> list[Event]:
    """Return floods of the config to the end of their hydrographs, and a day of recession behind.

    Those that are routed until their peaks already are left out.

    Parameters
    ----------
    model
        The flood model.
    names
        Floods under ``flood.events``.
    """
    flood = model.config.flood
    assert flood is not None
    cut = [name for name in names if flood.events[name].duration != "until_peaks"]
    whole = {
        name: event.model_copy(update={"duration": "until_peaks"} if name in cut else {})
        for name, event in flood.events.items()
    }
    config = model.config.model_copy(update={"flood": flood.model_copy(update={"events": whole})})
    events = [event.refined(model.dt_s, model.every) for event in config_events(config, cut)]
    return [extended(event, FIRST_S, model) for event in events]


def _rises(model: FloodModel, part: Routed, i: int) -> bool:
    """Return whether the peak of a storage or outflow stands at the end of an event."""
    summary, last = part.record.summary[i], part.events[i].steps
    places = [model.place(name) for name in model.pools]
    return bool(
        np.any(summary[c.PEAK_STORAGE_STEP, places] == last)
        or np.any(summary[c.PEAK_OUTFLOW_STEP] == last)
    )


def _higher(model: FloodModel, before: tuple[Routed, int], after: tuple[Routed, int]) -> bool:
    """Return whether a longer event has a peak that is higher by more than what matters."""
    old, new = (part.record.summary[i] for part, i in (before, after))
    if np.any(new[c.PEAK_OUTFLOW] > old[c.PEAK_OUTFLOW] * (1.0 + RISE_SHARE)):
        return True
    for name in model.pools:
        place = model.place(name)
        stored = np.array([old[c.PEAK_STORAGE, place], new[c.PEAK_STORAGE, place]])
        low, high = level_at(model.tables[name], stored)
        if high > low + RISE_M:
            return True
    return False
