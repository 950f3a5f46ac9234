"""How a store lowers to a level pool of the flood engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.parts.flood_operation import FloodOperation, safety_level
from hydrosim.parts.storage_curve import read_curve

if TYPE_CHECKING:
    from hydrosim.nodes._store_schema import StoreNode

__all__ = ["lower_pool"]


def lower_pool(name: str, node: StoreNode[Any], builder: Any) -> None:
    """Add a store as a level pool.

    Parameters
    ----------
    name, node
        The store; its levels, outlets, bands and limit are read.
    builder
        Receives the primitives of the flood engine.
    """
    curve = read_curve(node.storage_curve, Path(builder.folder))
    levels: Any = node.levels
    dead = node.dead_m(curve)
    operation = getattr(node, "flood_operation", None) or FloodOperation.model_validate({})
    limit = getattr(node, "flood_limited_level", None)
    held = levels.normal
    if held is None and limit is not None:
        held = max(limit.stages.values())
    if held is None:
        builder.refuse(
            ("nodes", name, "levels"),
            "neither a normal level nor a flood-limited level",
            "`normal:` among its levels, or `flood_limited_level:`: floods start there, and gates "
            "hold it",
        )
        return
    ways = [
        (outlet.name, outlet.kind, outlet.to, *outlet.points(curve, dead))
        for outlet in node.outlets
    ]
    if not ways and curve.release_m3s is not None:
        ways = [("all", "gate", None, curve.level_m, curve.release_m3s)]
    if not ways:
        builder.refuse(
            ("nodes", name),
            "a store on a flood path without a way out",
            "`outlets:`, or a column release_capacity_m3s in its storage curve",
        )
        return
    builder.pool(
        name,
        curve=curve,
        dead_m=dead,
        normal_m=held,
        limit=limit,
        safety_m=safety_level(node),
        crest_m=getattr(levels, "crest", None),
        levels={
            key: level for key, level in levels.model_dump().items() if isinstance(level, float)
        },
        ways=ways,
        bands=[
            (band.up_to, None if isinstance(band.cap, str) else band.cap)
            for band in node.release_bands
        ],
        operation=operation,
        ramp_m3s2=getattr(node, "release_change", None),
        compensation=getattr(node, "compensation", None),
        forecast_s=getattr(node, "forecast", None),
        forecast_error=getattr(node, "forecast_error", 0.0),
        spill_to=node.spill_to,
    )
