"""The ways in which members of an ensemble get their water, found in this package."""

from __future__ import annotations

from hydrosim.members.base import Method
from hydrosim.registry import Types, types_of

__all__ = ["METHOD_TYPES"]

METHOD_TYPES: Types[Method] = types_of(__name__, __path__, Method)
