"""The rule types, found in the modules of this package."""

from __future__ import annotations

from hydrosim.registry import Types, types_of
from hydrosim.rules.base import Rule

__all__ = ["RULE_TYPES"]

RULE_TYPES: Types[Rule] = types_of(__name__, __path__, Rule)
