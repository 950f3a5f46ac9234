"""The rule types, found in the modules of this package."""

from __future__ import annotations

from hydrosim.registry import types_of
from hydrosim.rules.base import Rule

__all__ = ["RULE_TYPES"]

RULE_TYPES: dict[str, type[Rule]] = types_of(__name__, __path__, Rule)
