"""Each kind of work against each of its bounds: stores, reaches, sections, levees, basins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Message, _
from hydrosim.reading.flood import flags, number_of, peaks, texts
from hydrosim.reading.items import NotJudged, items
from hydrosim.standards.flood_criteria import Criterion, judged_events
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "FULL",
    "LEVEL_BOUNDS",
    "basin_criterion",
    "flow_criterion",
    "levee_criterion",
    "member_criteria",
    "place_of",
    "stage_criterion",
    "store_criterion",
]

FULL = 1.0 - 1e-9
"""Share of its capacity from which a basin counts as full."""
SAME_M = 1e-9
"""Levels this close count as equal."""
LEVEL_BOUNDS = {
    "flood_control": _("flood-control level"),
    "design": _("design flood level"),
    "check": _("check flood level"),
    "guaranteed": _("guaranteed level"),
    "warning": _("warning level"),
    "crest": _("crest"),
}
FLOW = _("safe discharge")
HELD = _("storage of the basin")
LEVEE = _("crest less freeboard")
LEVEE_FLOW = _("safe discharge of the levee")


def place_of(dataset: Result, name: str) -> tuple[str, int] | None:
    """Return the dimension and index of a work; None where no flood passes it."""
    for dimension in ("reach", "basin", "node"):
        if name in (names := items(dataset, dimension)):
            return dimension, names.index(name)
    return None


def _criterion(
    dataset: Result,
    place: tuple[str, int],
    bound: tuple[Message, str, float],
    value: Floats,
    failed: Flags,
    judged: Flags | None,
    **margins: Any,
) -> Criterion:
    """Return a criterion; ``bound`` is (quantity, unit, value), margins those of Criterion.

    Raises
    ------
    NotJudged
        Where no flood judges the place and none is given.
    """
    dimension, item = place
    count = judged_events(dataset, *place) if judged is None else judged
    name = items(dataset, dimension)[item]
    tier, river = (texts(dataset, f"{dimension}_{key}")[item] for key in ("tier", "river"))
    subject = Subject(name, tier, river, node_title(dataset, name))
    return Criterion(subject, *bound, value, count, count & failed, **margins)


def _level_criterion(
    dataset: Result,
    place: tuple[str, int],
    bound: tuple[Message, float],
    level: Floats,
    judged: Flags | None,
    *,
    over: Floats | None = None,
    volume_margin: Floats | None = None,
) -> Criterion:
    """Return peak levels [m] against a level; water over the crest [m3] fails whatever they are.

    Raises
    ------
    NotJudged
        Where no flood judges the place and none is given.
    """
    quantity, bound_m = bound
    failed = level > bound_m + SAME_M
    return _criterion(
        dataset,
        place,
        (quantity, "m", bound_m),
        level,
        failed if over is None else failed | (over > 0.0),
        judged,
        level_margin=bound_m - level,
        volume_margin=volume_margin,
        overflow=over,
    )


def store_criterion(
    dataset: Result, name: str, key: str, judged: Flags | None = None
) -> Criterion | None:
    """Return the peak level of a store against one of its levels, None where it is not known.

    Parameters
    ----------
    dataset
        Design floods.
    name
        A reservoir or lake.
    key
        flood_control, design, check, guaranteed, warning or crest.
    judged
        Floods that count, shape (events,); by default those of its control point.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = items(dataset, "node").index(name)
    bound = number_of(dataset, f"{key}_level", item)
    if math.isnan(bound):
        return None
    level = peaks(dataset, "peak_level", item)
    over = peaks(dataset, "overflow", item)
    stored = number_of(dataset, f"{key}_storage", item)
    volume = stored - peaks(dataset, "peak_storage", item) - np.maximum(over, 0.0)
    return _level_criterion(
        dataset,
        ("node", item),
        (LEVEL_BOUNDS[key], bound),
        level,
        judged,
        over=over,
        volume_margin=None if math.isnan(stored) else volume,
    )


def flow_criterion(
    dataset: Result, name: str, quantity: Message = FLOW, judged: Flags | None = None
) -> Criterion | None:
    """Return the peak of a reach or section against its safe discharge, None without one.

    Of a reach the larger of the peaks at its two ends counts.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    place = place_of(dataset, name)
    assert place is not None
    dimension, item = place
    reach = dimension == "reach"
    bound = number_of(dataset, "reach_safe_discharge" if reach else "safe_discharge", item)
    if math.isnan(bound):
        return None
    if reach:
        ends = [peaks(dataset, key, item) for key in ("peak_discharge", "reach_peak_inflow")]
        peak = np.maximum(*ends)
    else:
        peak = peaks(dataset, "peak_outflow", item)
    excess = peaks(dataset, "reach_excess_volume" if reach else "excess_volume", item)
    return _criterion(
        dataset,
        place,
        (quantity, "m3 s-1", bound),
        peak,
        peak > bound * (1.0 + 1e-9),
        judged,
        flow_margin=bound - peak,
        volume_margin=0.0 - excess,
    )


def _stage(dataset: Result, place: tuple[str, int], key: str) -> tuple[float, Floats | None]:
    """Return one of the levels of a place, and its peak levels; None where they are not known."""
    dimension, item = place
    reach = dimension == "reach"
    bound = number_of(dataset, f"reach_{key}_level" if reach else f"{key}_level", item)
    name = "reach_peak_level" if reach else "peak_level"
    if name not in dataset.variables:
        return bound, None
    level = peaks(dataset, name, item)
    return bound, None if np.isnan(level).all() else level


def stage_criterion(
    dataset: Result, name: str, key: str, judged: Flags | None = None
) -> Criterion | None:
    """Return the peak stage of a reach or section against a level, None without a rating.

    Parameters
    ----------
    dataset
        Design floods.
    name
        A reach or control section.
    key
        guaranteed, warning or crest.
    judged
        Floods that count, shape (events,); by default those of its control point.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    place = place_of(dataset, name)
    assert place is not None
    bound, level = _stage(dataset, place, key)
    if math.isnan(bound) or level is None:
        return None
    return _level_criterion(dataset, place, (LEVEL_BOUNDS[key], bound), level, judged)


def levee_criterion(
    dataset: Result, name: str, freeboard_m: float, judged: Flags | None = None
) -> Criterion | None:
    """Return the peak level at a levee against its crest less the freeboard.

    Where a reach or section has a crest and no rating, its safe discharge stands for the level
    that the levee may hold.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    place = place_of(dataset, name)
    assert place is not None
    crest, level = _stage(dataset, place, "crest")
    if math.isnan(crest):
        return None
    if level is None:
        return flow_criterion(dataset, name, LEVEE_FLOW, judged)
    dimension, item = place
    over = np.zeros(level.size)
    if dimension == "node":
        over = np.nan_to_num(peaks(dataset, "overflow", item))
    bound = (LEVEE, crest - freeboard_m)
    return _level_criterion(dataset, place, bound, level, judged, over=over)


def basin_criterion(dataset: Result, name: str, judged: Flags | None = None) -> Criterion:
    """Return the most water in a detention basin against what it holds; full is a failure.

    Raises
    ------
    NotJudged
        Where no flood judges it.
    """
    item = items(dataset, "basin").index(name)
    bound = number_of(dataset, "basin_capacity", item)
    held = peaks(dataset, "basin_peak_storage", item)
    return _criterion(
        dataset,
        ("basin", item),
        (HELD, "m3", bound),
        held,
        held >= bound * FULL,
        judged,
        volume_margin=bound - held,
    )


def member_criteria(dataset: Result, name: str) -> list[Criterion]:
    """Return the criteria by which a work protects what lies below or beside it.

    A reservoir its flood-control level (else design, check, crest), a lake its guaranteed level
    (else flood-control level, crest), a section its guaranteed level (else safe discharge,
    crest), a reach its safe discharge (else guaranteed level, crest), a basin its capacity.

    Raises
    ------
    NotJudged
        Where it has no bound, or no flood judges it.
    """
    place = place_of(dataset, name)
    found: Criterion | None = None
    if place is not None and place[0] == "basin":
        found = basin_criterion(dataset, name)
    elif place is not None:
        dimension, item = place
        order = texts(dataset, f"{dimension}_flood_bounds")[item].split()
        store = flags(dataset, f"{dimension}_is_store")[item]
        tried = (_bound_criterion(dataset, name, key, store=store) for key in order)
        found = next((one for one in tried if one is not None), None)
    if found is None:
        raise NotJudged(_("{name} has no level or flow that it must hold", name=name))
    return [found]


def _bound_criterion(dataset: Result, name: str, key: str, *, store: bool) -> Criterion | None:
    if key == "safe_discharge":
        return flow_criterion(dataset, name)
    return (store_criterion if store else stage_criterion)(dataset, name, key)
