"""How a store lowers to a level pool of the flood engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.locale import _
from hydrosim.parts.flood_operation import FloodOperation, safety_level
from hydrosim.parts.storage_curve import read_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.nodes._store_schema import FloodStore

__all__ = ["lower_pool"]


def lower_pool(
    name: str,
    node: FloodStore[Any],
    builder: FloodBuilder,
    *,
    bounds_m: Sequence[float | None],
    crest_m: float | None,
    **further: Any,
) -> None:
    """Add a store as a level pool.

    Parameters
    ----------
    name, node
        The store; its levels, outlets, bands and limit are read.
    builder
        Receives the primitives of the flood engine.
    bounds_m
        Levels [m] that the store may not exceed; the first that is known is its safety level.
    crest_m
        Level of its crest [m].
    further
        What only some types have, see :class:`hydrosim.builders.flood.Pool`.
    """
    curve = read_curve(node.storage_curve, Path(builder.folder))
    dead = node.dead_m(curve)
    held = node.levels.normal
    if held is None and node.flood_limited_level is not None:
        held = max(node.flood_limited_level.stages.values())
    if held is None:
        builder.refuse(
            ("nodes", name, "levels"),
            _("neither a normal level nor a flood-limited level"),
            _(
                "`normal:` among its levels, or `flood_limited_level:`: floods start there, "
                "and gates hold it"
            ),
        )
        return
    operation = node.flood_operation or FloodOperation.model_validate({})
    ways = [
        (outlet.name, outlet.kind, outlet.to, *outlet.points(curve, dead))
        for outlet in node.outlets
    ]
    if not ways and curve.release_m3s is not None:
        ways = [("all", "gate", None, curve.level_m, curve.release_m3s)]
    if not ways:
        builder.refuse(
            ("nodes", name),
            _("a store on a flood path without a way out"),
            _("`outlets:`, or a column release_capacity_m3s in its storage curve"),
        )
        return
    builder.pool(
        name,
        curve=curve,
        dead_m=dead,
        normal_m=held,
        limit=node.flood_limited_level,
        safety_m=safety_level(operation, bounds_m),
        crest_m=crest_m,
        levels={
            key: level
            for key, level in node.levels.model_dump().items()
            if isinstance(level, float)
        },
        ways=ways,
        bands=[
            (band.up_to, None if isinstance(band.cap, str) else band.cap)
            for band in node.release_bands
        ],
        operation=operation,
        spill_to=node.spill_to,
        **further,
    )
