"""Which design floods judge which element: the sites above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.flood.lowering import edges, topological_order

if TYPE_CHECKING:
    from hydrosim.flood.build import FloodModel

__all__ = ["SEVERAL", "controls_of", "upstream"]

SEVERAL = "*"


def upstream(model: FloodModel) -> dict[str, set[str]]:
    """Return the elements above each element."""
    above: dict[str, set[str]] = {name: set() for name in model.elements}
    below: dict[str, list[str]] = {name: [] for name in model.elements}
    for start, end in edges(model.builder):
        below[start].append(end)
    for name in topological_order(model.builder):
        for under in below[name]:
            above[under] |= above[name] | {name}
    return above


def controls_of(model: FloodModel) -> dict[str, str]:
    """Return by element the site whose floods judge it: itself, or the nearest above.

    Empty where no design flood arrives, ``*`` where those of several sites meet without a
    composition.
    """
    assert model.config.flood is not None
    design = model.config.flood.design
    if design is None:
        return dict.fromkeys(model.elements, "")
    found: dict[str, set[str]] = {name: set() for name in model.elements}
    below: dict[str, list[str]] = {name: [] for name in model.elements}
    for start, end in edges(model.builder):
        below[start].append(end)
    for name in model.elements:
        if name in design.statistics:
            found[name] = {name}
        for under in below[name]:
            found[under] |= found[name]
    return {
        name: "" if not sites else (SEVERAL if len(sites) > 1 else min(sites))
        for name, sites in found.items()
    }
