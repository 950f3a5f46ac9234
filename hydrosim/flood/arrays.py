"""The arrays that the flood kernel takes. Units are in the names; flows are rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = [
    "Basins",
    "Elements",
    "FloodEvents",
    "FloodRecord",
    "Groups",
    "Joint",
    "Parts",
    "Pools",
    "Reaches",
    "Rules",
    "Scratch",
]


class Elements(NamedTuple):
    """The places of a flood network in topological order."""

    plan: Integers  # (element, 4) kind, place among reaches or pools, element below, basins
    gain: Floats  # (element) share that arrives there
    segment: Integers  # (segment, 3) rivers or stores, first and last + 1 of its elements
    basin_first: Integers  # (element + 1) basins that an element may fill, in the order of use
    stage_first: Integers  # (element + 1)
    stage: Floats  # (row, 2) flow [m3/s], stage [m] of a section
    bounded: Integers  # (bounded) elements with a safe discharge
    safe_m3s: Floats  # (bounded)


class Reaches(NamedTuple):
    """Routed reaches; a set is the routing of a reach for floods of one size."""

    first: Integers  # (reach + 1) place in the state of reaches
    loss: Floats  # (reach, 2) share lost, largest loss [m3/s]
    kind: Integers  # (set)
    parts: Integers  # (set) sub-reaches, or whole steps of lag
    lag: Integers  # (set) whole steps of lag before the sub-reaches
    weight: Floats  # (set, 4) C0, C1, C2 | share of a step | ..., inverse spacing
    stored: Floats  # (set, 2) K_l [s] and x_l of a sub-reach: what steady water it holds
    row: Integers  # (set + 1) rows of the channel
    channel: Floats  # (row, 2) time through a part [s], cell Reynolds number


class Pools(NamedTuple):
    """Level pools; columns and numbers are told in ``kernels/flood/codes.py``."""

    first: Integers  # (pool + 1) rows of the table
    table: Floats  # (row, column)
    number: Floats  # (pool, number)
    overflow: Integers  # (pool) element that takes what passes the crest, or -1
    way_first: Integers  # (pool + 1) further ways out of a pool
    way_target: Integers  # (way) element, or -1
    way_row: Integers  # (way) first row of its flows
    way_flow: Floats  # (row, 2) capacity of its gates and flow of its free outlets [m3/s]


class Basins(NamedTuple):
    """Detention basins; numbers are told in ``kernels/flood/codes.py``."""

    number: Floats  # (basin, number)
    curve_first: Integers  # (basin + 1)
    curve: Floats  # (row, 2) level [m], storage [m3]
    rating_first: Integers  # (basin + 1)
    rating: Floats  # (row, 2) level [m], flow [m3/s]
    section: Integers  # (basin) element
    target: Integers  # (basin) element that takes the drained water, or -1


class Parts(NamedTuple):
    """The arrays of a flood network, in the order in which the kernels take them."""

    elements: Elements
    reaches: Reaches
    pools: Pools
    basins: Basins


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
    read_kind: Integers  # (read)
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
    member_element: Integers  # (member) element of its pool
    path_first: Integers  # (member + 1)
    path_element: Integers  # elements between a member and the next one below
    other_first: Integers  # (group + 1)
    other_pool: Integers  # pools above the section that are no members


class FloodEvents(NamedTuple):
    """Events of one length that start on one date."""

    dt_s: float
    source_element: Integers  # (source) element where a hydrograph enters
    source_mean_m3s: Floats  # (event, step, source) mean of the step
    source_end_m3s: Floats  # (event, point, source)
    limit_m3: Floats  # (point, pool)
    series: Floats  # (step, series) of the rules
    start_m3: Floats  # (event, pool)
    start_flow_m3s: Floats  # (event, element) outflow at the start; nan: steady
    reach_set: Integers  # (event, reach)
    all_open: Integers  # (event) 1 without operation
    member_lag: Integers  # (event, member) steps to the section
    member_spread: Integers  # (event, member) steps
    member_horizon: Integers  # (event, member) steps


class FloodRecord(NamedTuple):
    """What the kernel writes; where no series are kept, they have one row and one point."""

    series: Floats  # (row, point, element, 3) inflow, outflow [m3/s], storage [m3]
    pools: Floats  # (row, point, pool, 4) decided release, means of the step before [m3/s], rule
    basin_inflow_m3s: Floats  # (row, point, basin) mean of the step before
    basin_outflow_m3s: Floats  # (row, point, basin)
    basin_m3: Floats  # (row, point, basin)
    summary: Floats  # (event, field, element)
    basin_summary: Floats  # (event, basin, 2) most storage, volume taken
    pool_volume: Floats  # (event, pool, 2) over the crest, drawn by canals [m3]
    excess_m3: Floats  # (event, bounded, 2) above the safe discharge, by inflow and by outflow
    proof: Floats  # (event, field)


class Joint(NamedTuple):
    """Scratch of forecasts and joint operation of one thread."""

    local_mean_m3s: Floats  # (point, pool) mean inflow without the reservoirs' releases
    local_end_m3s: Floats  # (point, element)
    booked_m3s: Floats  # (group, step)
    allowed_m3s: Floats  # (pool)
    most: Floats  # (member)
    near: Floats  # (member)
    share: Floats  # (member)
    position_m3: Floats  # (member) its water, and what is under way to it, above its limit
    room_m3: Floats  # (member) flood storage


class Scratch(NamedTuple):
    """State of the event on its way in one thread."""

    flow: Floats  # (element, flow) inflow of the step, storage, sums
    peak: Floats  # (element, peak) largest inflow, outflow, storage and their points
    reach_mean_m3s: Floats  # (place) mean flow of the step at the places of reaches
    reach_end_m3s: Floats  # (place) flow at the end of the step
    part_m3: Floats  # (place, 2) storage of a part of a channel, for means and ends
    plan: Integers  # (reach, plan) the routing chosen for the event
    weight: Floats  # (reach, weight) its weights, share lost, largest loss [m3/s]
    tally: Floats  # (sum of the step)
    pool_state: Floats  # (pool, state)
    pool_hint: Integers  # (pool, look-up)
    basin_state: Floats  # (basin, state)
    passed_m3s: Floats  # (bounded) sum of mean outflows so far
    register: Floats  # (register)
