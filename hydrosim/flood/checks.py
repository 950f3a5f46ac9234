"""What is wrong with events in view of the flood network, and what looks unlikely in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import ConfigError, Fault
from hydrosim.flood.events import config_events
from hydrosim.flood.timeline import timeline
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event

__all__ = ["check_config_events", "check_events"]


def check_config_events(model: FloodModel) -> None:
    """Read all hydrographs of the configuration and lower the rules of each date; route nothing.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    warnings: list[Fault] = []
    events = [
        event.refined(model.dt_s, model.every)
        for event in config_events(model.config, warnings=warnings)
    ]
    model.builder.faults.extend(warnings)
    check_events(model, events)
    for event in events:
        timeline(model, event.start, event.steps)


def check_events(model: FloodModel, events: Sequence[Event]) -> None:
    """Refuse hydrographs outside the flood network and levels outside a store's table.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    faults: list[Fault] = []
    for event in events:
        for place, flow in event.end_m3s.items():
            path = ("flood", "events", event.name, "inflows", place)
            if place not in model.elements:
                expected = _("a place in the flood network")
                faults.append(Fault(path, _("a hydrograph at {place!r}", place=place), expected))
            elif not np.isfinite(flow).all() or np.any(flow < 0):
                faults.append(Fault(path, _("a flow that is no number of 0 or more"), _("flows")))
        for place, level in event.start_levels_m.items():
            path = ("flood", "events", event.name, "start_levels", place)
            table = model.tables.get(place)
            if table is None:
                faults.append(Fault(path, _("a level at {place!r}", place=place), _("a store")))
            elif not table.level_m[0] <= level <= table.level_m[-1]:
                low, high = float(table.level_m[0]), float(table.level_m[-1])
                expected = _("a level between {low:g} and {high:g} m", low=low, high=high)
                faults.append(Fault(path, f"{level:g} m", expected))
    if faults:
        raise ConfigError(faults, model.config.source)
