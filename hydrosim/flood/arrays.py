"""The arrays that the flood kernel takes. Units are in the names; flows are rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["FloodEvents", "FloodProgram", "FloodRecord", "Groups", "Joint", "Rules", "Scratch"]


class FloodProgram(NamedTuple):
    """A flood network as arrays; elements stand in topological order.

    Packed numbers of pools and basins have the columns of ``kernels/flood/codes.py``.
    """

    dt_s: float
    kind: Integers  # (element)
    place: Integers  # (element) place among the reaches or pools
    target: Integers  # (element) element below, or -1
    gain: Floats  # (element) share that arrives there
    basin_first: Integers  # (element + 1) basins that an element may fill, in the order of use
    set_kind: Integers  # (set) routing of a reach for floods of one size
    set_count: Integers  # (set) sub-reaches, or whole steps of lag
    set_lag: Integers  # (set) whole steps of lag before the sub-reaches
    set_weight: Floats  # (set, 4) C0, C1, C2 | share of a step | ..., inverse spacing
    set_first: Integers  # (set + 1) rows of the channel
    channel: Floats  # (row, 2) time through a part [s], cell Reynolds number
    set_stored: Floats  # (set, 2) K_l and x_l of a sub-reach: what steady water it holds
    reach_first: Integers  # (reach + 1) place in the state of reaches
    reach_loss: Floats  # (reach, 2) share lost, largest loss [m3/s]
    pool_first: Integers  # (pool + 1) rows of the table
    pool_table: Floats  # (row, column)
    pool_number: Floats  # (pool, number)
    pool_overflow: Integers  # (pool) element that takes what passes the crest, or -1
    way_first: Integers  # (pool + 1) further ways out of a pool
    way_target: Integers  # (way)
    way_gain: Floats  # (way)
    way_row: Integers  # (way) first row of its shares
    way_flow: Floats  # (row, 2) capacity of its gates and flow of its free outlets [m3/s]
    basin_number: Floats  # (basin, number)
    basin_curve_first: Integers  # (basin + 1)
    basin_curve: Floats  # (row, 2) level [m], storage [m3]
    basin_rating_first: Integers  # (basin + 1)
    basin_rating: Floats  # (row, 2) level [m], flow [m3/s]
    basin_section: Integers  # (basin) element
    basin_target: Integers  # (basin) element that takes the drained water, or -1
    stage_first: Integers  # (element + 1)
    stage: Floats  # (row, 2) flow [m3/s], stage [m]
    local_pass: int  # 1 where forecasts need the local flows


class Rules(NamedTuple):
    """The tape of the rules that wish a release, and what it reads of the network."""

    opcode: Integers
    target: Integers
    argument: Integers
    curve_start: Integers
    curve_x: Floats
    curve_y: Floats
    series_register: Integers  # (series)
    read_register: Integers  # (read)
    read_kind: Integers  # (read) 0 storage of a pool, 1 arrived flow, 2 local flow
    read_element: Integers  # (read)
    wish_register: Integers  # (pool) or -1
    initial: Floats  # (register)


class Groups(NamedTuple):
    """Reservoirs that give way to a control section, section by section."""

    first: Integers  # (group + 1)
    section: Integers  # (group) element
    safe_m3s: Floats  # (group)
    member_pool: Integers  # (member)
    member_parent: Integers  # (member) the next member below, or -1
    other_first: Integers  # (group + 1)
    other_pool: Integers  # pools above the section that are no members


class FloodEvents(NamedTuple):
    """Events of one length that start on one date."""

    source_mean_m3s: Floats  # (event, step, source) mean of the step
    source_end_m3s: Floats  # (event, point, source)
    limit_m3: Floats  # (point, pool)
    series: Floats  # (step, series) of the rules
    start_m3: Floats  # (event, pool)
    start_basin_m3: Floats  # (event, basin)
    start_flow_m3s: Floats  # (event, element) outflow at the start; nan: steady
    reach_set: Integers  # (event, reach)
    all_open: Integers  # (event) 1 without operation
    member_lag: Integers  # (event, member) steps to the section
    member_spread: Integers  # (event, member) steps
    member_horizon: Integers  # (event, member) steps
    source_element: Integers  # (source) element where a hydrograph enters


class FloodRecord(NamedTuple):
    """What the kernel writes. Without series the arrays over points have none."""

    inflow_m3s: Floats  # (event, point, element)
    outflow_m3s: Floats  # (event, point, element)
    mean_outflow_m3s: Floats  # (event, point, element) mean of the step before the point
    storage_m3: Floats  # (event, point, element)
    release_m3s: Floats  # (event, point, pool) decided
    spill_m3s: Floats  # (event, point, pool) by level alone
    rule: Integers  # (event, point, pool)
    basin_inflow_m3s: Floats  # (event, point, basin) mean of the step before
    basin_outflow_m3s: Floats  # (event, point, basin)
    basin_m3: Floats  # (event, point, basin)
    summary: Floats  # (event, element, field)
    basin_summary: Floats  # (event, basin, 3) most storage, its step, volume taken
    overflow_m3: Floats  # (event, pool) over the crest
    proof: Floats  # (event, field)


class Joint(NamedTuple):
    """Scratch of forecasts and joint operation of one thread."""

    local_mean_m3s: Floats  # (step, element) inflow without the reservoirs' releases
    local_end_m3s: Floats  # (point, element)
    booked_m3s: Floats  # (group, step)
    allowed_m3s: Floats  # (pool)
    most: Floats  # (member)
    near: Floats  # (member)
    share: Floats  # (member)


class Scratch(NamedTuple):
    """State of the event on its way in one thread."""

    mean_m3s: Floats  # (element) inflow of the step
    end_m3s: Floats  # (element)
    reach_mean_m3s: Floats  # (place)
    reach_end_m3s: Floats  # (place)
    part_mean_m3: Floats  # (place) storage of a part of a channel, for means
    part_end_m3: Floats  # (place) the same for ends
    stored_m3: Floats  # (element)
    passed_m3s: Floats  # (element) end outflow of the step before
    arrived_m3s: Floats  # (element) end inflow of the step before
    local_m3s: Floats  # (element) hydrographs at the start of the step
    tally: Floats  # (sum of the step)
    pool_state: Floats  # (pool, state)
    pool_hint: Integers  # (pool, 9)
    basin_state: Floats  # (basin, state)
    register: Floats  # (register)
