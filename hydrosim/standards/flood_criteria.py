"""What design floods did to a work, against its bound: criteria read from a flood Dataset.

The Dataset holds design floods of many return periods (``event_return_period``), seasons, schemes
of composition and typical floods. A criterion compares one work with one bound in each of them;
:func:`reached` tells the smallest return period at which it fails.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.standards.reading import NotJudged
from hydrosim.standards.telling import Subject
from hydrosim.standards.text import Text
from hydrosim.standards.titles import node_title

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "CASE_KEYS",
    "STORE_BOUNDS",
    "Criterion",
    "Reached",
    "basin_criterion",
    "levee_criterion",
    "member_criteria",
    "names_of",
    "reach_criterion",
    "reached",
    "section_criterion",
    "store_criterion",
    "zone_years",
]

CASE_KEYS = ("season", "scheme", "typical")
SEVERAL = "*"
FULL = 1.0 - 1e-9
"""Share of its capacity from which a basin counts as full."""
_NO_FLOOD = Text("no design flood arrives there", "无设计洪水到达")
_MEET = Text(
    "design floods of several sites meet there: `flood.design.composition` must say how",
    "多处设计洪水在此汇合：须在 flood.design.composition 给出地区组成",
)
STORE_BOUNDS = {
    "flood_control": Text("flood-control level", "防洪高水位"),
    "design": Text("design flood level", "设计洪水位"),
    "check": Text("check flood level", "校核洪水位"),
    "guaranteed": Text("guaranteed level", "保证水位"),
    "warning": Text("warning level", "警戒水位"),
    "crest": Text("crest", "堤坝顶高程"),
}
_FLOW = Text("safe discharge", "安全泄量")
_HELD = Text("storage of the basin", "滞洪容量")
_LEVEE = Text("crest less freeboard", "堤顶高程减超高")


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
    quantity: Text
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
        """Name that no other criterion has."""
        return f"{self.subject.name}/{self.quantity.en}"


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
    def told(self) -> str:
        """The answer for readers."""
        answer = self.answer
        return answer if isinstance(answer, str) else f"{float(f'{answer:.3g}'):g}"


def names_of(dataset: xr.Dataset, dimension: str) -> list[str]:
    """Return the names along node, reach or basin; none without that dimension."""
    return texts(dataset, dimension) if dimension in dataset.coords else []


def texts(dataset: xr.Dataset, coordinate: str) -> list[str]:
    """Return a coordinate of texts."""
    return list(dataset.variables[coordinate].values.astype(str).tolist())


def numbers(dataset: xr.Dataset, name: str, item: int) -> Floats:
    """Return a summary of the floods for one item, shape (events,)."""
    variable = dataset.variables[name]
    axis = 1 - variable.dims.index("event")
    return np.asarray(np.take(variable.values, item, axis=axis), dtype=np.float64)


def periods(dataset: xr.Dataset) -> Floats:
    """Return period of each flood [year], shape (events,)."""
    return np.asarray(dataset.variables["event_return_period"].values, dtype=np.float64)


def bound_of(dataset: xr.Dataset, coordinate: str, item: int) -> float:
    """Return a bound, nan where it is not known."""
    if coordinate not in dataset.coords:
        return math.nan
    return float(dataset.variables[coordinate].values[item])


def judged_events(dataset: xr.Dataset, dimension: str, item: int) -> Flags:
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


def _subject(dataset: xr.Dataset, dimension: str, item: int) -> Subject:
    name = names_of(dataset, dimension)[item]
    river = texts(dataset, f"{dimension}_river")[item]
    tier = texts(dataset, f"{dimension}_tier")[item]
    return Subject(name, tier, river, node_title(dataset, name))


def store_criterion(dataset: xr.Dataset, name: str, key: str) -> Criterion | None:
    """Return the peak level of a store against one of its levels, None where it is not known.

    Parameters
    ----------
    dataset
        Design floods.
    name
        A reservoir or lake.
    key
        flood_control, design, check, guaranteed, warning or crest.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = names_of(dataset, "node").index(name)
    bound = bound_of(dataset, f"{key}_level", item)
    if math.isnan(bound):
        return None
    judged = judged_events(dataset, "node", item)
    level = numbers(dataset, "peak_level", item)
    over = numbers(dataset, "overflow", item)
    stored = bound_of(dataset, f"{key}_storage", item)
    volume = stored - numbers(dataset, "peak_storage", item)
    return Criterion(
        _subject(dataset, "node", item),
        STORE_BOUNDS[key],
        "m",
        bound,
        level,
        judged,
        judged & ((level > bound + 1e-9) | (over > 0.0)),
        level_margin=bound - level,
        volume_margin=None if math.isnan(stored) else volume - np.maximum(over, 0.0),
        overflow=over,
    )


def reach_criterion(dataset: xr.Dataset, name: str) -> Criterion | None:
    """Return the peak of a reach, at its upper or lower end, against its safe discharge.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = names_of(dataset, "reach").index(name)
    bound = bound_of(dataset, "reach_safe_discharge", item)
    if math.isnan(bound):
        return None
    judged = judged_events(dataset, "reach", item)
    ends = [numbers(dataset, key, item) for key in ("peak_discharge", "reach_peak_inflow")]
    peak = np.maximum(*ends)
    return Criterion(
        _subject(dataset, "reach", item),
        _FLOW,
        "m3 s-1",
        bound,
        peak,
        judged,
        judged & (peak > bound * (1.0 + 1e-9)),
        flow_margin=bound - peak,
        volume_margin=0.0 - numbers(dataset, "reach_excess_volume", item),
    )


def section_criterion(dataset: xr.Dataset, name: str, key: str) -> Criterion | None:
    """Return a section's peak against ``safe_discharge``, or its stage against a level.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = names_of(dataset, "node").index(name)
    flow = key == "safe_discharge"
    bound = bound_of(dataset, key if flow else f"{key}_level", item)
    value = numbers(dataset, "peak_outflow" if flow else "peak_level", item)
    if math.isnan(bound) or np.isnan(value).all():
        return None
    judged = judged_events(dataset, "node", item)
    left = bound - value
    return Criterion(
        _subject(dataset, "node", item),
        _FLOW if flow else STORE_BOUNDS[key],
        "m3 s-1" if flow else "m",
        bound,
        value,
        judged,
        judged & (left < -1e-9 * max(1.0, abs(bound))),
        level_margin=None if flow else left,
        flow_margin=left if flow else None,
        volume_margin=0.0 - numbers(dataset, "excess_volume", item) if flow else None,
    )


def basin_criterion(dataset: xr.Dataset, name: str) -> Criterion:
    """Return the most water in a detention basin against what it holds; full is a failure.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = names_of(dataset, "basin").index(name)
    bound = bound_of(dataset, "basin_capacity", item)
    judged = judged_events(dataset, "basin", item)
    held = numbers(dataset, "basin_peak_storage", item)
    return Criterion(
        _subject(dataset, "basin", item),
        _HELD,
        "m3",
        bound,
        held,
        judged,
        judged & (held >= bound * FULL),
        volume_margin=bound - held,
    )


def levee_criterion(dataset: xr.Dataset, name: str, freeboard_m: float) -> Criterion | None:
    """Return the peak level at a levee against its crest less the freeboard.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = names_of(dataset, "node").index(name)
    crest = bound_of(dataset, "crest_level", item)
    level = numbers(dataset, "peak_level", item)
    if math.isnan(crest) or np.isnan(level).all():
        return None
    judged = judged_events(dataset, "node", item)
    over = np.nan_to_num(numbers(dataset, "overflow", item))
    bound = crest - freeboard_m
    return Criterion(
        _subject(dataset, "node", item),
        _LEVEE,
        "m",
        bound,
        level,
        judged,
        judged & ((level > bound + 1e-9) | (over > 0.0)),
        level_margin=bound - level,
        overflow=over,
    )


def member_criteria(dataset: xr.Dataset, name: str) -> list[Criterion]:
    """Return the criteria by which a work protects what lies below or beside it.

    A reservoir its flood-control level (else design, check, crest), a lake or section its
    guaranteed level (else flood-control level or safe discharge, crest), a reach its safe
    discharge, a basin its capacity.

    Raises
    ------
    NotJudged
        Where it has no bound, or no flood judges it.
    """
    found: Criterion | None = None
    if name in names_of(dataset, "reach"):
        found = reach_criterion(dataset, name)
    elif name in names_of(dataset, "basin"):
        found = basin_criterion(dataset, name)
    elif name in (nodes := names_of(dataset, "node")):
        kind = texts(dataset, "node_type")[nodes.index(name)]
        if kind == "control_section":
            keys = ("guaranteed", "safe_discharge", "crest")
            tried = (section_criterion(dataset, name, key) for key in keys)
        else:
            order = ("flood_control", "design", "check", "crest")
            keys = order if kind == "reservoir" else ("guaranteed", *order)
            tried = (store_criterion(dataset, name, key) for key in keys)
        found = next((one for one in tried if one is not None), None)
    if found is None:
        raise NotJudged(
            Text(f"{name} has no level or flow that it must hold", f"{name} 未给出控制水位或流量")
        )
    return [found]


def reached(
    dataset: xr.Dataset, criterion: Criterion, case: tuple[str, ...] | None = None
) -> Reached:
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


def zone_years(dataset: xr.Dataset, name: str) -> float | None:
    """Return the largest return period that a protected zone asks of a work, None without one."""
    zones: list[dict[str, Any]] = json.loads(str(dataset.attrs.get("zones") or "[]"))
    asked = [float(zone["years"]) for zone in zones if name in zone["members"]]
    return max(asked, default=None)
