"""What the kernel left of one scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.kernels.arrays import Certificate, Credit, LedgerBook, Reasons, Recording
    from hydrosim.supply.resumed import Resumed

__all__ = ["RunRecord"]


@dataclass(frozen=True, eq=False)
class RunRecord:
    """What the kernel left of one scenario."""

    recording: Recording
    certificate: Certificate
    counters: dict[str, float]
    register: NDArray[np.float64]
    book: LedgerBook | None
    credit: Credit
    reasons: Reasons
    cycles: int
    resumed: Resumed | None = None
