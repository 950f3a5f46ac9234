"""Which origins the ledger keeps apart: each source, or the sources of a kind together.

A table by origin has a number for each store and each origin in each month, and so has the water
that the kernel mixes: with thousands of sources both grow with the square of the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.reading.kinds import together

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder

__all__ = ["BY_KIND", "MOST_ORIGINS", "join_origins"]

MOST_ORIGINS = 120
BY_KIND = "by_kind"


def join_origins(builder: Builder, wanted: str | None) -> None:
    """Let the origins of a kind be one, where that is wanted or there are too many.

    Imports stay apart, as long as they are not too many themselves.

    Parameters
    ----------
    builder
        A lowered config; its origins are changed, and ``origin_of`` says which is part of which.
    wanted
        ``each``, ``by_kind`` or None, which leaves it to the number of origins.
    """
    known = builder.items.get("origin", {})
    if wanted == "each" or (wanted is None and len(known) <= MOST_ORIGINS):
        return
    imports = {one.name for one in builder.boundaries if one.kind == "import"}
    alone = {builder.columns[name].origin for name in imports if name in builder.columns}
    if len(alone) > MOST_ORIGINS:
        alone = set()
    joined: dict[str, dict[str, str]] = {}
    for name, item in known.items():
        kind = str(item.get("kind", "other"))
        label = name if name in alone else together(kind)
        builder.origin_of[name] = label
        joined[label] = {"kind": kind}
    builder.items["origin"] = {name: joined[name] for name in sorted(joined)}
