"""What design floods did to a work, against its bound: criteria read from a flood Dataset.

The Dataset holds design floods of many return periods (``event_return_period``), seasons, schemes
of composition and typical floods. A criterion compares one work with one bound in each of them;
:func:`reached` returns the smallest return period at which it fails.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Message, _
from hydrosim.reading.flood import periods, texts
from hydrosim.reading.items import NotJudged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.telling import Subject

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "CASE_KEYS",
    "Criterion",
    "Reached",
    "judged_events",
    "reached",
    "zone_years",
]

CASE_KEYS = ("season", "scheme", "typical")
SEVERAL = "*"
_NO_FLOOD = _("no design flood arrives there")
_MEET = _("design floods of several sites meet there: `flood.design.composition` must say how")


@dataclass(frozen=True, eq=False)
class Criterion:
    """One work and one bound in all floods of a Dataset.

    Attributes
    ----------
    subject, quantity
        What is judged.
    unit
        Unit of bound and value: m, m3 s-1 or m3.
    bound
        What may not be exceeded.
    value
        What was reached in each flood, shape (events,).
    judged, failed
        Floods that count, and those in which the bound was exceeded, shape (events,).
    level_margin, flow_margin, volume_margin
        What was left in each flood [m, m3/s, m3], shape (events,); None without meaning.
    overflow
        Water over the crest [m3], shape (events,); None without a crest.
    """

    subject: Subject
    quantity: Message
    unit: str
    bound: float
    value: Floats
    judged: Flags
    failed: Flags
    level_margin: Floats | None = None
    flow_margin: Floats | None = None
    volume_margin: Floats | None = None
    overflow: Floats | None = None

    @property
    def key(self) -> str:
        """Unique name of the criterion; levees with two freeboards have two."""
        return f"{self.subject.name}/{self.quantity}/{self.bound!r}"


@dataclass(frozen=True)
class Reached:
    """The return period that a criterion stands.

    Attributes
    ----------
    years
        Largest return period held below the smallest that fails [year]; 0 where the smallest one
        routed fails, infinite where none fails.
    fails_at
        Smallest return period that fails [year], infinite where none fails.
    lowest, highest
        Range of the return periods that were routed [year].
    case
        Season, scheme and typical flood of the smallest failure (of the largest value without).
    """

    years: float
    fails_at: float
    lowest: float
    highest: float
    case: tuple[str, ...]

    @property
    def answer(self) -> float | str:
        """Return period as a number, or ``> 10000`` or ``< 2`` outside what was routed."""
        if self.years == 0.0:
            return f"< {self.lowest:g}"
        if math.isinf(self.years):
            return f"> {self.highest:g}"
        return self.years

    @property
    def text(self) -> str:
        """The answer for readers."""
        answer = self.answer
        return answer if isinstance(answer, str) else f"{float(f'{answer:.3g}'):g}"


def judged_events(dataset: Result, dimension: str, item: int) -> Flags:
    """Return which floods judge an item: those of its control point, shape (events,).

    Raises
    ------
    NotJudged
        Where no design flood arrives, or floods of several sites meet.
    """
    control = texts(dataset, f"{dimension}_control")[item]
    if control in ("", SEVERAL):
        raise NotJudged(_MEET if control else _NO_FLOOD)
    return np.asarray(dataset.variables["event_control"].values == control, dtype=bool)


def reached(dataset: Result, criterion: Criterion, case: tuple[str, ...] | None = None) -> Reached:
    """Return the return period that a criterion stands, in one case or in the worst of all.

    Parameters
    ----------
    dataset
        Design floods.
    criterion
        What is asked.
    case
        Season, scheme and typical flood; by default all.
    """
    years = periods(dataset)
    labels = list(zip(*(texts(dataset, f"event_{key}") for key in CASE_KEYS), strict=True))
    count = [i for i in np.flatnonzero(criterion.judged) if case is None or labels[i] == case]
    low, high = float(years[count].min()), float(years[count].max())
    best: Reached | None = None
    for one in sorted({labels[i] for i in count}):
        own = sorted((i for i in count if labels[i] == one), key=lambda i: years[i])
        failing = [i for i in own if criterion.failed[i]]
        if not failing:
            continue
        fails = float(years[failing[0]])
        held = [float(years[i]) for i in own if years[i] < fails]
        if best is None or fails < best.fails_at:
            best = Reached(held[-1] if held else 0.0, fails, low, high, one)
    if best is not None:
        return best
    worst = max(count, key=lambda i: (years[i], criterion.value[i] - criterion.bound))
    return Reached(math.inf, math.inf, low, high, labels[worst])


def zone_years(dataset: Result, name: str) -> float | None:
    """Return the largest return period that a protected zone asks of a work, None without one."""
    zones: list[dict[str, Any]] = json.loads(str(dataset.attrs.get("zones") or "[]"))
    asked = [float(zone["years"]) for zone in zones if name in zone["members"]]
    return max(asked, default=None)
