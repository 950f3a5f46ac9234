"""The standards, goals and targets, found in the modules of this package."""

from __future__ import annotations

from hydrosim.registry import Types, types_of
from hydrosim.standards.base import Standard

__all__ = ["STANDARD_TYPES"]

STANDARD_TYPES: Types[Standard] = types_of(__name__, __path__, Standard)
