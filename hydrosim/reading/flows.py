"""The flow at a node as it is read for statistics: by steps, by days, by months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.locale import _
from hydrosim.reading.items import NotJudged, items, position
from hydrosim.reading.steps import SECONDS_PER_DAY, seconds_of, totals, year_of_steps, years_of
from hydrosim.reading.supply import recorded_items, series
from hydrosim.reading.view import of_frame, of_result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]
    Dates = NDArray[np.datetime64]

__all__ = [
    "FlowKind",
    "daily_flow",
    "flow_at",
    "flowing_nodes",
    "longer_than_a_day",
    "monthly_flow",
    "water_year_start",
]

FlowKind = Literal["discharge", "natural"]
_VARIABLE = {"discharge": "discharge", "natural": "natural_discharge"}
_SLACK_S = 1.0


def flowing_nodes(dataset: Result, kind: FlowKind) -> list[str]:
    """Return the reaches, sections, springs and ends of the model whose flow was recorded."""
    recorded = recorded_items(dataset, _VARIABLE[kind])
    return sorted(name for at, name in enumerate(items(dataset, "reach")) if at in recorded)


@of_result
def flow_at(dataset: Result, node: str, kind: FlowKind) -> Floats:
    """Return the flow at a node [m3/s] (steps,); below a store what is released and spilled.

    Rounding of the allocation below 0 is 0.

    Raises
    ------
    NotJudged
        When the result does not hold it, or holds NaN.
    """
    stores = items(dataset, "store")
    if kind == "discharge" and node in stores and node not in items(dataset, "reach"):
        store = stores.index(node)
        flow = series(dataset, "release", store) + series(dataset, "spill", store)
    else:
        flow = series(dataset, _VARIABLE[kind], position(dataset, "reach", node))
    if not np.isfinite(flow).all():
        at = dataset.variables["time"].values[int(np.argmax(~np.isfinite(flow)))]
        raise NotJudged(
            _("the flow is not a number from {date} on", date=at.astype("datetime64[D]"))
        )
    return np.maximum(flow, 0.0)


@of_frame
def longer_than_a_day(dataset: Result) -> bool:
    """Return whether a step is longer than a day."""
    return float(np.max(seconds_of(dataset), initial=0.0)) > SECONDS_PER_DAY + _SLACK_S


def daily_flow(dataset: Result, flow: Floats) -> tuple[Dates, Floats]:
    """Return the days that were run whole and their mean flow, (days,) each.

    Raises
    ------
    NotJudged
        When steps are longer than a day.
    """
    if longer_than_a_day(dataset):
        raise NotJudged(_("steps are longer than a day, so that flows of days are unknown"))
    return _means(dataset, flow, "D")


def monthly_flow(dataset: Result, flow: Floats) -> tuple[Dates, Floats]:
    """Return the months that were run whole and their mean flow, (months,) each.

    A step counts for the month in which it starts.
    """
    return _means(dataset, flow, "M")


def _means(dataset: Result, flow: Floats, unit: Literal["D", "M"]) -> tuple[Dates, Floats]:
    of_step = dataset.variables["time"].values.astype(f"datetime64[{unit}]")
    part, place = np.unique(of_step, return_inverse=True)
    seconds = seconds_of(dataset)
    covered = totals(place, seconds, part.size)
    length = ((part + 1).astype("datetime64[s]") - part.astype("datetime64[s]")).astype(np.float64)
    whole = np.abs(covered - length) <= _SLACK_S
    means = totals(place, flow * seconds, part.size)[whole] / length[whole]
    return part[whole], means


@of_frame
def water_year_start(dataset: Result) -> tuple[int, int]:
    """Return month and day on which the water year starts: where its number changes.

    In a run of a single water year it is the first day where the year is complete, else 1 January.
    """
    changes = np.flatnonzero(np.diff(year_of_steps(dataset)))
    if changes.size:
        first = int(changes[0]) + 1
    elif years_of(dataset).complete.all():
        first = 0
    else:
        return (1, 1)
    day = dataset.variables["time"].values[first].astype("datetime64[D]").astype(object)
    return day.month, day.day
