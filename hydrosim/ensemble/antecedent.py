"""Weights of an outlook's members by how wet their own past months were, beside those that came.

A member's water before today is replaced by the record's. What it would have been, the season
before the months that come, measures how like today's season it is: the weight of a member falls
with the difference of the logarithms of both inflows before today by a normal kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.ensemble.water import Water

    Floats = NDArray[np.float64]

__all__ = ["antecedent_weights", "effective_members", "weighted_quantiles", "weights_of"]

INFLOW = "inflow"
LEAST_EFFECTIVE = 0.2
"""Members that have to count, in parts of all: the kernel is widened until they do."""
WIDER = 1.25


def antecedent_weights(
    water: Water, today: np.datetime64, days: int, members: Sequence[int]
) -> Floats:
    """Return the weight of each member, with a sum of 1.

    Parameters
    ----------
    water
        The water of the members; its record stands before today.
    today
        Day from which members differ.
    days
        Days before today whose inflow is compared.
    members
        Numbers of the members.

    Raises
    ------
    ConfigError
        If members replace no series of the variable ``inflow``, or the period begins later.
    """
    starts = water.config.calendar.starts
    first = today - np.timedelta64(days, "D")
    before = (starts >= first) & (starts < today)
    rivers = water.names_of(INFLOW)
    if not rivers:
        fault = Fault(
            ("outlook", "antecedent_days"),
            _("no series of the variable {inflow!r} under `ensemble:`", inflow=INFLOW),
            _("a series of inflow that members replace"),
        )
        raise ConfigError([fault], water.config.source)
    if not before.any() or starts[0] > first:
        fault = Fault(
            ("outlook", "antecedent_days"),
            _("{days} days before {today}", days=days, today=str(today)),
            _("days within the period, from {start} on", start=str(starts[0])[:10]),
        )
        raise ConfigError([fault], water.config.source)
    seconds = water.config.calendar.dt_s[before]

    def volume(numbers: dict[str, Floats]) -> float:
        return sum(float((numbers[name][before] * seconds).sum()) for name in rivers)

    came = volume(water.base)
    own = np.array([volume(water.unreplaced(member)) for member in members])
    return weights_of(own, came)


def weights_of(own: Floats, came: float) -> Floats:
    """Return weights of volumes by a normal kernel about the one that came, with a sum of 1.

    The kernel's width is Silverman's (1986), ``1.06 s n^(-1/5)`` of the logarithms, widened until
    a fifth of the members count.
    """
    least = 1e-9 * max(float(own.max(initial=0.0)), came, 1e-300)
    apart = np.log(np.maximum(own, least)) - np.log(max(came, least))
    width = 1.06 * float(apart.std()) * own.size**-0.2
    if width <= 0.0:
        return np.full(own.size, 1.0 / own.size)
    while True:
        # The nearest has a kernel of one, however far it is.
        square = (apart / width) ** 2
        weight = np.exp(-0.5 * (square - square.min()))
        weight /= weight.sum()
        if effective_members(weight) >= LEAST_EFFECTIVE * own.size:
            return weight
        width *= WIDER


def effective_members(weight: Floats) -> float:
    """Return how many members of equal weight would tell as much (Kish 1965): 1 / sum of w^2."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def weighted_quantiles(values: Floats, weight: Floats, quantiles: Floats) -> Floats:
    """Return quantiles along the first axis of weighted members, shape (quantile, ...).

    Linear between members, each in the middle of its weight.
    """
    order = np.argsort(values, axis=0, kind="stable")
    rising = np.take_along_axis(values, order, axis=0)
    of_rising = weight[order]
    middle = np.cumsum(of_rising, axis=0) - 0.5 * of_rising
    flat, places = rising.reshape(len(values), -1), middle.reshape(len(values), -1)
    found = np.array([np.interp(quantiles, places[:, k], flat[:, k]) for k in range(flat.shape[1])])
    return found.T.reshape(len(quantiles), *values.shape[1:])
