"""The arrays that the flood kernels take. Units are in the names; flows are rates.

A table has two extents, a cube three, a block four; `FloodWork` holds the addresses of the other
records. Columns are named in ``codes.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = FloatTable = FloatCube = FloatBlock = NDArray[np.float64]
    Integers = IntegerTable = NDArray[np.int64]

__all__ = [
    "Basins",
    "Elements",
    "FloodEvents",
    "FloodRecord",
    "FloodWork",
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

    plan: IntegerTable  # (element, plan) kind, place among reaches or pools, element below, basins
    gain: Floats  # (element) share that arrives there
    segment: IntegerTable  # (segment, 3) rivers or stores, first and end of its elements
    basin_first: Integers  # (element + 1) basins that an element may fill, in the order of use
    stage_first: Integers  # (element + 1)
    stage: FloatTable  # (row, 2) a curve: flow [m3/s], stage [m] of a section
    bounded: Integers  # (bounded) elements with a safe discharge
    safe_m3s: Floats  # (bounded)


class Reaches(NamedTuple):
    """Routed reaches; a set is the routing of a reach for floods of one size."""

    first: Integers  # (reach + 1) place in the state of reaches
    loss: FloatTable  # (reach, 2) share lost, largest loss [m3/s]
    kind: Integers  # (set)
    parts: Integers  # (set) sub-reaches, or whole steps of lag
    lag: Integers  # (set) whole steps of lag before the sub-reaches
    weight: FloatTable  # (set, 4) C0, C1, C2 or the share of a step; inverse spacing
    stored: FloatTable  # (set, 2) K_l [s] and x_l of a sub-reach: what steady water it holds
    row: Integers  # (set + 1) rows of the channel
    channel: FloatTable  # (row, 2) time through a part [s], cell Reynolds number


class Pools(NamedTuple):
    """Level pools.

    The table has two blocks a pool: one for whole steps, and behind those of all pools one for the
    parts of a step in which the rule changes.
    """

    parts: int  # parts of such a step
    first: Integers  # (block + 1) rows of the table
    table: FloatTable  # (row, column)
    number: FloatTable  # (pool, number)
    overflow: Integers  # (pool) element that takes what passes the crest, or -1
    way_first: Integers  # (pool + 1) further ways out of a pool
    way_target: Integers  # (way) element, or -1
    way_row: Integers  # (way) first row of its flows
    way_flow: FloatTable  # (row, 2) capacity of its gates and flow of its free outlets [m3/s]


class Basins(NamedTuple):
    """Detention basins."""

    number: FloatTable  # (basin, number)
    curve_first: Integers  # (basin + 1)
    curve: FloatTable  # (row, 2) a curve: level [m], storage [m3]
    rating_first: Integers  # (basin + 1)
    rating: FloatTable  # (row, 2) a curve: level [m], flow [m3/s]
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
    argument: IntegerTable  # (instruction, 3)
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
    every: int  # steps from one recorded point to the next
    source_element: Integers  # (source) element where a hydrograph enters
    source_mean_m3s: FloatCube  # (event, step, source) mean of the step
    source_end_m3s: FloatCube  # (event, edge of a step, source)
    limit_m3: FloatTable  # (edge of a step, pool)
    series: FloatTable  # (step, series) of the rules
    start_m3: FloatTable  # (event, pool)
    start_flow_m3s: FloatTable  # (event, element) outflow at the start; nan: steady
    reach_set: IntegerTable  # (event, reach)
    all_open: Integers  # (event) 1 without operation
    member_lag: IntegerTable  # (event, member) steps to the section
    member_spread: IntegerTable  # (event, member) steps
    member_horizon: IntegerTable  # (event, member) steps


class FloodRecord(NamedTuple):
    """What the kernel writes; where no series are kept, they have one row and one point.

    A point ends each ``every`` steps; means are those of all steps since the point before.
    """

    series: FloatBlock  # (row, point, element, 3) inflow, outflow [m3/s], storage [m3]
    pools: (
        FloatBlock  # (row, point, pool, 4) decided release, means of the step before [m3/s], rule
    )
    basin_inflow_m3s: FloatCube  # (row, point, basin) mean of the step before
    basin_outflow_m3s: FloatCube  # (row, point, basin)
    basin_m3: FloatCube  # (row, point, basin)
    summary: FloatCube  # (event, field, element)
    basin_summary: FloatCube  # (event, basin, 2) most storage, volume taken
    pool_volume: FloatCube  # (event, pool, 2) over the crest, drawn by canals [m3]
    excess_m3: FloatCube  # (event, bounded, 2) above the safe discharge, by inflow and by outflow
    proof: FloatTable  # (event, field)


class Joint(NamedTuple):
    """Scratch of forecasts and joint operation of one thread."""

    local_mean_m3s: FloatTable  # (point, pool) mean inflow without the reservoirs' releases
    local_end_m3s: FloatTable  # (point, element)
    booked_m3s: FloatTable  # (group, step)
    allowed_m3s: Floats  # (pool)
    most: Floats  # (member)
    near: Floats  # (member)
    share: Floats  # (member)
    position_m3: Floats  # (member) its water, and what is under way to it, above its limit
    room_m3: Floats  # (member) flood storage


class Scratch(NamedTuple):
    """State of the event on its way in one thread."""

    flow: FloatTable  # (element, flow) inflow of the step, storage, sums
    peak: FloatTable  # (element, peak) largest inflow, outflow, storage and their points
    reach_mean_m3s: Floats  # (place) mean flow of the step at the places of reaches
    reach_end_m3s: Floats  # (place) flow at the end of the step
    part_m3: FloatTable  # (place, 2) storage of a part of a channel, for means and ends
    plan: IntegerTable  # (reach, plan) the routing chosen for the event
    weight: FloatTable  # (reach, weight) its weights, share lost, largest loss [m3/s]
    tally: Floats  # (sum of the step)
    pool_state: FloatTable  # (pool, state)
    pool_order: FloatTable  # (pool, order) what rules and sections ask of the step
    pool_hint: IntegerTable  # (block, look-up)
    basin_state: FloatTable  # (basin, state)
    opened: Floats  # (basin) whether a breach was open before the step
    passed_m3s: Floats  # (bounded) sum of mean outflows so far
    register: Floats  # (register)


class FloodWork(NamedTuple):
    """All that the kernels of some events work on: addresses of the records, and what to route."""

    start: int  # first step; above 0 the records hold what the steps before have left
    stop: int  # step before which to end
    needs_local: int  # 1 where forecasts need the flow that no reservoir decides on
    elements: int
    reaches: int
    pools: int
    basins: int
    rules: int
    groups: int
    events: int
    record: int
    joint: int
    scratch: int
