"""The standards, goals and targets, found in the modules of this package."""

from __future__ import annotations

from hydrosim.registry import Types, types_of
from hydrosim.standards.base import Standard

__all__ = ["STANDARD_TYPES", "rank_of"]

STANDARD_TYPES: Types[Standard] = types_of(__name__, __path__, Standard)


def rank_of(type_name: str) -> int:
    """Return where the verdicts of a type of standard stand; those of an unknown type come last."""
    return STANDARD_TYPES.get(type_name, Standard).rank
