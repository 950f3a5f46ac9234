"""What users pay in a year: price, rising tiers (阶梯水价), fixed charge (两部制水价)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["TariffTable", "tariff_from_text"]

HALVINGS = 80
"""Steps of bisection: an interval as wide as its upper end shrinks below the last bit."""


@dataclass(frozen=True)
class TariffTable:
    """Prices of the water of a year.

    Parameters
    ----------
    prices
        Price of each tier [yuan/m3], not falling.
    limits
        Volume of a year at which each tier but the last ends [m3/year], rising.
    fixed
        Charge of a year whatever the volume [yuan/year].
    """

    prices: tuple[float, ...]
    limits: tuple[float, ...] = ()
    fixed: float = 0.0

    def volumetric(self, volume: ArrayLike) -> NDArray[np.float64]:
        """Return the part of the bill that grows with the volume of a year [yuan], any shape."""
        taken = np.asarray(volume, np.float64)
        lower = np.array([0.0, *self.limits])
        upper = np.array([*self.limits, np.inf])
        inside = np.clip(taken[..., np.newaxis] - lower, 0.0, upper - lower)
        return inside @ np.array(self.prices)

    def bill(self, volume: ArrayLike) -> NDArray[np.float64]:
        """Return the bill of a year by its volume [m3], fixed charge included [yuan]."""
        return self.volumetric(volume) + self.fixed

    def mean_price(self, volume: ArrayLike) -> NDArray[np.float64]:
        """Return the mean price without the fixed charge [yuan/m3]; of nothing the first tier's."""
        taken = np.asarray(volume, np.float64)
        paid = self.volumetric(taken)
        first = np.full(taken.shape, self.prices[0])
        return np.divide(paid, taken, out=first, where=taken > 0.0)

    def response(
        self, volume: ArrayLike, reference: float, elasticity: float
    ) -> NDArray[np.float64]:
        """Return the part of a wanted volume [m3/year] that is still wanted at these prices.

        D = A (p(D) / reference)^elasticity, with the mean price p of the volume itself (users of
        tiers react to their mean price: Shin 1985, Review of Economics and Statistics 67). p does
        not fall with D, so that D is the only root; it is found by bisection.
        """
        wanted = np.asarray(volume, np.float64)
        if elasticity == 0.0:
            return np.ones(wanted.shape)
        low = np.zeros(wanted.shape)
        high = wanted * (self.prices[0] / reference) ** elasticity
        if len(self.prices) == 1:
            return np.full(wanted.shape, (self.prices[0] / reference) ** elasticity)
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            asked = wanted * (self.mean_price(middle) / reference) ** elasticity
            low, high = (
                np.where(asked > middle, middle, low),
                np.where(asked > middle, high, middle),
            )
        return np.divide(high, wanted, out=np.ones(wanted.shape), where=wanted > 0.0)

    def as_text(self) -> str:
        """Return the table as text, for the attributes of a result."""
        return json.dumps(asdict(self))


def tariff_from_text(text: str) -> TariffTable:
    """Return the table that :meth:`TariffTable.as_text` wrote."""
    content = json.loads(text)
    return TariffTable(tuple(content["prices"]), tuple(content["limits"]), content["fixed"])
