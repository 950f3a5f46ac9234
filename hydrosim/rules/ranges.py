"""What the numbers of a data file can be: by their unit, and by the keys that take them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.io.ranges import Limits, Range
from hydrosim.locale import _
from hydrosim.rules.shared import si_factor
from hydrosim.units import (
    AREA,
    CONDUCTANCE_FLOW,
    DEPTH_RATE,
    FLOW,
    LENGTH,
    LEVEL,
    MONEY,
    PERSONS,
    USE_PER_PERSON,
    VOLUME,
    WATER_INTENSITY,
    Dimension,
)
from hydrosim.units.table import tidy, unit_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar

__all__ = ["column_limits", "month_shares", "own_range"]

MEAN_MONTH_S = 2_629_800.0  # the month of units/table.py
_MOST_DEPTH_M = 9.5  # of water in a step: the most rain of any month was 9.3 m (Cherrapunji 1861)
_NEVER_NEGATIVE = (
    FLOW, VOLUME, DEPTH_RATE, AREA, CONDUCTANCE_FLOW, PERSONS, USE_PER_PERSON, WATER_INTENSITY,
    MONEY,
)  # fmt: skip


def own_range(unit: str, *, is_amount: bool = False) -> Range | None:
    """Return what a number in a unit can be, in that unit; None where all is possible.

    Parameters
    ----------
    unit
        Unit of a column.
    is_amount
        Whether a length is a depth of water, which a level need not be.
    """
    if unit in ("1", "-"):
        return None
    kind = unit_of(tidy(unit))[1]
    own = si_factor(unit)
    for dimension in _NEVER_NEGATIVE:
        if unit_of(tidy(dimension.unit))[1] == kind:
            return Range(0.0, None, dimension.rule_phrase, _likely(dimension, own))
    if unit_of(LENGTH.unit)[1] == kind:
        if is_amount:
            return Range(0.0, None, _("a depth of 0 or more"), _MOST_DEPTH_M / own)
        return Range(None, None, _("a level"), _likely(LEVEL, own))
    return None


def _likely(dimension: Dimension, own: float) -> float | None:
    return None if dimension.plausible is None else dimension.plausible[1] / own


def column_limits(
    builder: Builder,
    unit: str,
    *,
    factor: float = 1.0,
    minimum: float | None = None,
    maximum: float | None = None,
    is_amount: bool = False,
    by_use: bool = True,
) -> Limits:
    """Return what the numbers of a column can be that the current rule reads.

    Parameters
    ----------
    builder
        Knows the rule that is being lowered, and the keys that take its numbers.
    unit
        Unit of the column.
    factor
        Factor of the rule on all its numbers.
    minimum, maximum
        Limits that the configuration states, instead of that of the unit.
    is_amount
        Whether the numbers are amounts of a step.
    by_use
        Whether the rule gives these numbers, so that what the keys take is asked of them.
    """
    ranges: list[Range] = []
    own = own_range(unit, is_amount=is_amount)
    if own is not None:
        ranges.append(own if minimum is None else replace(own, low=None))
    scale, name = si_factor(unit) * factor, builder.current_rule
    uses = builder.settings.uses.get(name, ()) if name is not None else ()
    for use in uses if by_use and scale else ():
        low, high = (None if end is None else end / scale for end in use.dimension.rule_range)
        if scale < 0:
            low, high = high, low
        phrase = _("{quantity}, as {label} takes",
                   quantity=use.dimension.rule_phrase, label=use.label)  # fmt: skip
        ranges.append(Range(low, high, phrase))
    shown = "" if unit in ("1", "-") else unit
    return Limits(shown, tuple(ranges), minimum, maximum, converted=factor != 1.0)


def month_shares(calendar: Calendar) -> NDArray[np.float64]:
    """Return by step the mean month over the calendar month in which the step lies, (T,).

    An amount a month times this is what the calendar month has: 10 Mm3/month are 10 in February.
    """
    months = calendar.starts.astype("M8[M]")
    length = (months + 1).astype("M8[s]") - months.astype("M8[s]")
    return MEAN_MONTH_S / length.astype(np.int64).astype(np.float64)
