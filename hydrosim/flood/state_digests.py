"""Digests of what the state of a flood belongs to, and of what may change at its moment."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import _

if TYPE_CHECKING:
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event
    from hydrosim.flood.timeline import Timeline

__all__ = [
    "PARTS_OF_NETWORK",
    "digest_of_past",
    "digests_of_network",
    "digests_of_parts",
    "digests_of_stores",
]


def _digest(*arrays: Any) -> str:
    digest = hashlib.sha256()
    for one in arrays:
        array = np.ascontiguousarray(one)
        digest.update(f"{array.dtype} {array.shape}\0".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:32]


PARTS_OF_NETWORK = {
    "step": _("step"),
    "places": _("places"),
    "routing": _("routing"),
    "outlets to other places": _("outlets to other places"),
    "detention basins": _("detention basins"),
    "compensation": _("compensation"),
    "safe discharges": _("safe discharges"),
}


def digests_of_network(model: FloodModel) -> dict[str, str]:
    """Return digests of what a state belongs to."""
    elements, reaches, pools, basins = model.parts
    return {
        "step": _digest(np.array([model.step_s, model.dt_s])),
        "places": _digest(np.array(model.elements, dtype=str), elements.plan, elements.gain),
        "routing": _digest(np.array(model.reaches, dtype=str), *reaches),
        "outlets to other places": _digest(pools.way_first, pools.way_target, pools.overflow),
        "detention basins": _digest(np.array(model.basins, dtype=str), basins.section),
        "compensation": _digest(*model.groups),
        "safe discharges": _digest(elements.bounded),
    }


def digests_of_stores(model: FloodModel) -> dict[str, str]:
    """Return a digest of the table and numbers of each store."""
    pools = model.parts.pools
    return {
        name: _digest(pools.table[pools.first[p] : pools.first[p + 1]], pools.number[p])
        for p, name in enumerate(model.pools)
    }


def digests_of_parts(model: FloodModel, dates: Timeline, event: Event) -> dict[str, Any]:
    """Return digests of what may change at the moment of a state."""
    elements, _unused, pools, basins = model.parts
    return {
        "stores": digests_of_stores(model),
        "basins": _digest(*basins, elements.stage_first, elements.stage, elements.basin_first),
        "rules": _digest(*dates.rules, pools.way_row, pools.way_flow),
        "limits": {
            name: _digest(np.array(repr(model.builder.pools[name].limit))) for name in model.pools
        },
        "operation": event.operation,
    }


def digest_of_past(event: Event, step: int) -> str:
    """Return a digest of what flowed in before a step."""
    places = sorted(name for name, flow in event.end_m3s.items() if np.any(flow[: step + 1]))
    flows = [event.end_m3s[name][: step + 1] for name in places]
    means = [event.mean_m3s[name][:step] for name in places]
    return _digest(np.array(places, dtype=str), *flows, *means)
