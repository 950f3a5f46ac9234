"""What a store below its dead level lacks up to it: filled before any line that draws on the store.

Nothing leaves a store below its dead level. Inflow that is sure fills it in any case; what other
stores and sources send down by decision would not be sent as long as it can not go on. So the lack
is a claim of its own, which stands just before the first line that the store can serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builders.primitives import REFILL, Zone

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["refill_zones"]


def refill_zones(name: str, builder: Builder, dead_m3: Value) -> list[Zone]:
    """Return the layer up to the dead storage; none where decisions bring the store no water.

    Parameters
    ----------
    name
        The store; the links are lowered.
    builder
        Its model.
    dead_m3
        Volume at its dead level [m3].
    """
    empty = dead_m3.is_constant and dead_m3.constant == 0.0
    if empty or builder.settings.by_cost or not _is_fed(name, builder):
        return []
    return [Zone("dead_storage", dead_m3, f"{REFILL}{name}")]


def _is_fed(name: str, builder: Builder) -> bool:
    """Whether water may come to a node by a decision within the step."""
    waiting = [name]
    known = {name}
    while waiting:
        for link, columns in builder.links.reaching(waiting.pop()):
            starts = [row for column in columns for row, weight in column.entries if weight > 0.0]
            if not link.is_river or any(row.kind == "store" for row in starts):
                return True
            if link.start not in known:
                known.add(link.start)
                waiting.append(link.start)
    return False
