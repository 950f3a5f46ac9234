"""The block `ledger:` of a configuration: whose water is followed, and how far back."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.units import Name

__all__ = ["Ledger"]

Draw = Literal["proportional", "first_in_first_out"]


class Ledger(BaseModel):
    """How far back the ledger tells the age of stored water, and which water leaves first."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    years: int = Field(
        default=3, ge=0, le=20, description="Past water years kept apart before all older water."
    )
    draw: Draw = Field(
        default="proportional",
        description="Which water leaves stores and rivers: proportional, a part of all that is "
        "there; first_in_first_out, that of the oldest water year first.",
    )
    stores: dict[Name, Draw] = Field(
        default={}, description="Stores whose water leaves in another way."
    )
    origins: Literal["each", "by_kind"] | None = Field(
        default=None,
        description="Sources that are kept apart: each, or all of a kind together except imports; "
        "default each, and by_kind with more than 120 sources.",
    )
