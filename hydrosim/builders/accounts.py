"""Accounts: volumes that a calendar grants anew each year and that columns use up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import Account
from hydrosim.expressions.functions import minimum, where
from hydrosim.expressions.values import Value

if TYPE_CHECKING:
    from hydrosim.calendar import Calendar
    from hydrosim.expressions.values import Graph
    from hydrosim.units import MonthDay

__all__ = ["close_account", "open_account", "remaining_part"]


def open_account(
    graph: Graph,
    calendar: Calendar,
    name: str,
    granted_m3: Value,
    month_day: MonthDay,
    *,
    carry_over_frac: Value | float,
    carry_over_limit_m3: Value | float,
    first_part: float | None,
) -> Account:
    """Open an account, see :meth:`hydrosim.builders.supply.Builder.account`."""
    opens = calendar.resets(month_day)
    part = remaining_part(calendar, month_day) if first_part is None else first_part
    first = granted_m3.known
    initial = 0.0 if opens[0] or first is None else granted_m3 * part
    state = graph.state(f"{name}.account", initial)
    carried = minimum(carry_over_frac * state, carry_over_limit_m3)
    start = where(graph.series(opens.astype(np.float64)), granted_m3 + carried, state)
    if first is None and not opens[0]:
        begins = np.zeros(opens.size)
        begins[0] = 1.0
        start = where(graph.series(begins), granted_m3 * part, start)
    return Account(name, state, start, granted_m3)


def close_account(graph: Graph, account: Account) -> Value:
    """Say what is left of an account after all uses of the step; return what they use [m3]."""
    left, used = account.start, graph.constant(0.0)
    for use in account.uses:
        left = left - use
        used = used + use
    graph.advance(account.state, left)
    return used


def remaining_part(calendar: Calendar, month_day: MonthDay) -> float:
    """Part of an account year that lies after the run's first day."""
    first = calendar.starts[0].astype("datetime64[D]")
    year = int(first.astype("datetime64[Y]").astype(int)) + 1970
    month, day = month_day
    begin = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
    if begin > first:
        begin = np.datetime64(f"{year - 1:04d}-{month:02d}-{day:02d}")
        end = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
    else:
        end = np.datetime64(f"{year + 1:04d}-{month:02d}-{day:02d}")
    return float((end - first) / (end - begin))
