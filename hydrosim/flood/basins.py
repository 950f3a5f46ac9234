"""Detention basins as arrays: triggers, inlets with tailwater, curves, drains, order of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.flood import Basin, Element, FloodBuilder, Pool
from hydrosim.flood.tables import storage_at
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.arrays import Basins
from hydrosim.locale import _
from hydrosim.parts.storage_curve import StorageCurve, read_curve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["basin_curve", "build_basins"]

WEIR_COEFFICIENT = 1.7
INLETS = {"gate": c.GATE_INLET, "weir": c.WEIR_INLET, "breach": c.BREACH_INLET}


def basin_curve(builder: FloodBuilder, basin: Basin) -> StorageCurve | None:
    """Return the storage curve of a basin; None for one given by its capacity alone."""
    source = basin.node.storage_curve
    return None if source is None else read_curve(source, builder.folder)


def _in_order(
    builder: FloodBuilder, elements: list[str], used: Mapping[str, Sequence[str]]
) -> list[Basin]:
    """Basins element by element, in the order of use."""

    def key(basin: Basin) -> tuple[int, int, int, str]:
        order = used.get(basin.section, ())
        own = order.index(basin.name) if basin.name in order else len(order)
        return elements.index(basin.section), own, basin.node.order, basin.name

    return sorted(builder.basins.values(), key=key)


def build_basins(
    builder: FloodBuilder, elements: list[str], used: Mapping[str, Sequence[str]]
) -> tuple[list[str], NDArray[np.int64], Basins]:
    """Return the names of the basins in index order, the first of each element, their arrays.

    ``used`` names the basins of elements in the order of their use; of others ``order`` counts.
    """
    basins = _in_order(builder, elements, used)
    place = {name: index for index, name in enumerate(elements)}
    counts = np.zeros(len(elements) + 1, dtype=np.int64)
    for basin in basins:
        counts[place[basin.section] + 1] += 1
    curves = [_curve_rows(basin_curve(builder, basin)) for basin in basins]
    ratings = [_rating_rows(basin) for basin in basins]
    numbers = [_numbers(builder, basin, curve) for basin, curve in zip(basins, curves, strict=True)]
    drains = [basin.node.drain for basin in basins]
    arrays = Basins(
        number=np.array(numbers).reshape(-1, c.BASIN_NUMBERS),
        curve_first=_starts(curves),
        curve=np.concatenate([*curves, np.zeros((0, 2))]),
        rating_first=_starts(ratings),
        rating=np.concatenate([*ratings, np.zeros((0, 2))]),
        section=np.array([place[basin.section] for basin in basins], dtype=np.int64),
        target=np.array(
            [-1 if drain is None else place.get(str(drain.to), -1) for drain in drains],
            dtype=np.int64,
        ),
    )
    return [basin.name for basin in basins], np.cumsum(counts), arrays


def _starts(parts: list[NDArray[np.float64]]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)


def _curve_rows(curve: StorageCurve | None) -> NDArray[np.float64]:
    return np.zeros((0, 2)) if curve is None else np.column_stack((curve.level_m, curve.storage_m3))


def _rating_rows(basin: Basin) -> NDArray[np.float64]:
    inlet = basin.node.inlet
    if inlet is None or inlet.rating is None:
        return np.zeros((0, 2))
    return np.column_stack((inlet.rating.level, inlet.rating.flow))


def _numbers(
    builder: FloodBuilder, basin: Basin, curve: NDArray[np.float64]
) -> NDArray[np.float64]:
    node, inlet, drain = basin.node, basin.node.inlet, basin.node.drain
    section = builder.elements[basin.section]
    row = np.zeros(c.BASIN_NUMBERS)
    row[c.TRIGGER] = _trigger(section, node.trigger)
    row[c.FULL] = float(curve[-1, 1]) if len(curve) else node.capacity
    row[c.INTAKE] = np.inf if inlet is None or inlet.capacity is None else inlet.capacity
    row[c.CREST] = -np.inf
    if inlet is not None:
        row[c.INLET_KIND] = INLETS[inlet.kind]
        _inlet(builder, basin, section, row)
    row[c.DRAIN] = 0.0 if drain is None else drain.capacity
    row[c.DRAIN_BELOW] = row[c.TRIGGER]
    if drain is not None and drain.below is not None:
        row[c.DRAIN_BELOW] = _at_level(section, drain.below)
        if row[c.DRAIN_BELOW] == -np.inf:
            builder.refuse(
                ("nodes", basin.name, "drain", "below"),
                _("a level at {section!r}, which has no rating curve", section=basin.section),
                _("no such key, or `rating_curve:` at the section"),
            )
    return row


def _inlet(builder: FloodBuilder, basin: Basin, section: Element, row: NDArray[np.float64]) -> None:
    """Fill what depends on levels: crest, weir, rating."""
    inlet = basin.node.inlet
    has_level = isinstance(section, Pool) or section.stage is not None
    hydraulic = inlet.crest is not None or inlet.rating is not None or inlet.kind != "gate"
    if not hydraulic:
        return
    path = ("nodes", basin.name, "inlet")
    if not has_level:
        builder.refuse(
            path,
            _("an inlet by level at {section!r}, which has no rating curve", section=basin.section),
            _("`rating_curve:` at the section, or a gate with a capacity only"),
        )
    if inlet.rating is not None:
        row[c.CREST] = inlet.rating.level[0] if inlet.crest is None else inlet.crest
    elif inlet.crest is not None:
        row[c.CREST] = inlet.crest
    else:
        builder.refuse(
            path,
            _("a {kind} without a crest", kind=inlet.kind),
            _("`crest:` and `width:`, or a rating"),
        )
    if inlet.width is not None:
        row[c.WEIR] = WEIR_COEFFICIENT * inlet.width
    elif inlet.rating is None and inlet.capacity is None:
        builder.refuse(
            path,
            _("a {kind} without a width", kind=inlet.kind),
            _("`width:`, a rating or a capacity"),
        )


def _trigger(section: Element, trigger: Any) -> float:
    return trigger.discharge if trigger.level is None else _at_level(section, trigger.level)


def _at_level(section: Element, level_m: float) -> float:
    """Storage [m3] of a pool, or flow [m3/s] of a section, at a level; -inf for neither."""
    if isinstance(section, Pool):
        return storage_at(section, level_m)
    if section.stage is None:
        return -np.inf
    flows, levels = section.stage
    return float(np.interp(level_m, levels, flows))
