"""The flood network as a result describes it: ways of the water and basins beside their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.flood.lowering import edges

if TYPE_CHECKING:
    from hydrosim.flood.build import FloodModel

__all__ = ["flood_network"]


def flood_network(model: FloodModel) -> dict[str, list[dict[str, Any]]]:
    """Return the ways between elements, and the basins with their sections and drains.

    Parameters
    ----------
    model
        A flood model.

    Returns
    -------
    dict
        ``links`` with ``from`` and ``to``; ``basins`` with ``name``, ``section``, ``order`` and
        ``drain`` (empty without one).
    """
    basins = [model.builder.basins[name] for name in model.basins]
    return {
        "links": [
            {"from": above, "to": below} for above, below in sorted(set(edges(model.builder)))
        ],
        "basins": [
            {
                "name": basin.name,
                "section": basin.section,
                "order": basin.node.order,
                "drain": "" if basin.node.drain is None else str(basin.node.drain.to),
            }
            for basin in basins
        ],
    }
