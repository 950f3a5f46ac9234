"""What every standard is: a frozen schema, and a check from a Dataset to verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from hydrosim.registry import Typed

if TYPE_CHECKING:
    import xarray as xr

    from hydrosim.errors import Fault
    from hydrosim.standards.verdict import Verdict

__all__ = ["Standard"]


class Standard(Typed):
    """A requirement the results are judged against. One file a family, with a literal ``type``."""

    engine: ClassVar[str] = "supply"
    """Whose results it judges: supply, or flood (design floods)."""

    source: str | None = Field(None, description="Where the requirement comes from.")
    clause: str | None = Field(None, description="Clause or table of the source.")
    confidence: str | None = Field(None, description="How sure the number is: H, M or L.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return the verdicts of this standard on one scenario and member of a result."""
        raise TypeError(type(self).__name__)

    def faults(self, config: Any) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del config
        return []
