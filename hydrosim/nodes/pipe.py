"""A pipe: a closed conduit with a capacity and a loss."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.nodes._conveyance import Conveyance
from hydrosim.units import Length

__all__ = ["Pipe"]


class Pipe(Conveyance):
    """A pipe (管道)."""

    type: Literal["pipe"] = Field("pipe", description="A closed conduit.")
    symbol: ClassVar[str] = "pipe"
    fact_keys: ClassVar[tuple[str, ...]] = ("length",)

    length: Length | None = Field(None, description="Length of the pipe.")
