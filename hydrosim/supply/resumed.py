"""Where a run went on from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from hydrosim.locale import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


__all__ = ["Resumed"]


@dataclass(frozen=True)
class Resumed:
    """Where a run went on from, and how.

    Attributes
    ----------
    first
        The first step it ran.
    solver
        ``continued`` or ``cold``.
    notes
        What is worth telling, in English and Chinese.
    year_days
        Days of the first water year that stand in its sums already [days].
    month_sums
        Sums of the first month by monthly quantity, and their seconds, from before.
    """

    first: int
    solver: Literal["continued", "cold"]
    notes: tuple[Message, ...] = ()
    year_days: float = 0.0
    month_sums: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
