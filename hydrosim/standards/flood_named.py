"""Floods of the config, such as that of August 1963, that a standard names for its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _
from hydrosim.reading.flood import flags, peaks
from hydrosim.standards.flood_works import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig

__all__ = ["EVENTS", "event_faults", "judged_by_name", "left_out"]

EVENTS = "Flood under `flood.events` that a place is to hold, instead of a return period."


def judged_by_name(dataset: Result, name: str, event: str | None) -> NDArray[np.bool_] | None:
    """Return the flood that judges a place, where it reaches it; None where none is named.

    Parameters
    ----------
    dataset
        Floods, those named among them.
    name
        A reach, section, lake or basin; a flood uses a basin where water enters it.
    event
        Name of the flood.
    """
    if event is None:
        return None
    named = np.asarray(dataset.variables["event"].values == event, dtype=bool)
    place = place_of(dataset, name)
    if place is None or place[0] == "basin":
        return named
    dimension, item = place
    key = "reach_peak_inflow" if dimension == "reach" else "peak_outflow"
    if dimension == "node" and flags(dataset, "node_is_store")[item]:
        key = "peak_inflow"
    return named & (peaks(dataset, key, item) > 0.0)


def left_out(key: str, chosen: Iterable[str] | None, **named: Iterable[str]) -> list[Fault]:
    """Return names with a flood or return period of their own that a list of places leaves out.

    Parameters
    ----------
    key, chosen
        The key that chooses what is judged, and what it names; None for all.
    **named
        Names by the key under which they stand.
    """
    if chosen is None:
        return []
    expected = _("a name under `{key}`, or none there so that all are judged", key=key)
    return [
        Fault((under, name), _("{name!r}, which `{key}` leaves out", name=name, key=key), expected)
        for under, names in named.items()
        for name in names
        if name not in chosen
    ]


def event_faults(
    config: WholeConfig, events: Mapping[str, str], years: Mapping[str, float]
) -> list[Fault]:
    """Return floods that the config does not have, and places with a return period too."""
    known = sorted(config.flood.events) if config.flood is not None else []
    expected = _("a flood under `flood.events` ({count} are defined)", count=len(known))
    faults = [
        Fault(("events", name), shown(event), expected, nearest(event, known))
        for name, event in events.items()
        if event not in known
    ]
    faults.extend(
        Fault(
            ("events", name),
            _("a flood and a return period for {name!r}", name=name),
            _("a return period or a flood"),
        )
        for name in events
        if name in years
    )
    return faults
