"""The node and link types, found in the modules of this package."""

from __future__ import annotations

from hydrosim.nodes.base import Link, Node
from hydrosim.registry import Types, types_of

__all__ = ["LINK_TYPES", "NODE_TYPES"]

NODE_TYPES: Types[Node] = types_of(__name__, __path__, Node)
LINK_TYPES: Types[Link] = types_of(__name__, __path__, Link, group="hydrosim.links")
