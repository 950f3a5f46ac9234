"""A canal: an open conduit with a capacity and a loss."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.nodes._conveyance import Conveyance
from hydrosim.units import Area, Length

__all__ = ["Canal"]


class Canal(Conveyance):
    """A canal (渠道). Its loss can recharge an aquifer."""

    type: Literal["canal"] = Field("canal", description="An open conduit.")
    symbol: ClassVar[str] = "canal"
    fact_keys: ClassVar[tuple[str, ...]] = ("length", "commands")

    length: Length | None = Field(None, description="Length of the canal.")
    commands: Area | None = Field(None, description="Area that it commands.")
