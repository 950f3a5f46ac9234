"""The arrays that the simulation kernel takes. Units are in the names; volumes are per step.

A table has two extents, a cube three; `Work` holds the addresses of the other records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = FloatTable = FloatCube = NDArray[np.float64]
    Integers = IntegerTable = IntegerCube = NDArray[np.int64]

__all__ = [
    "Certificate",
    "Credit",
    "InLieuPlan",
    "LedgerBook",
    "LedgerPlan",
    "Program",
    "Reasons",
    "Recording",
    "Work",
]


class Program(NamedTuple):
    """A supply model as arrays: the tape, and which registers feed the allocation."""

    opcode: Integers  # (instruction)
    target: Integers  # (instruction) register written
    argument: IntegerTable  # (instruction, 4) registers read; second a curve for CURVE, PASSED
    start_count: int  # instructions before the allocation
    curve_start: Integers  # (curve + 1)
    curve_x: Floats
    curve_y: Floats
    series: FloatCube  # (variant, step, series)
    series_register: Integers  # (series)
    upper_start: Integers  # (column + 1)
    upper_register: Integers  # bounds of columns [m3]
    source: Integers  # (column) 1 where the column brings water into the network
    wanted_register: Integers  # (claim) [m3]; -1 for a claim to stay unused
    claim_column: Integers  # (claim)
    rhs_start: Integers  # (row + 1)
    rhs_register: Integers  # forced volumes of rows [m3]
    policy_register: int
    flow_first: int  # first of the registers of column volumes [m3]
    column_start: Integers  # (column + 1) columns of the allocation matrix
    row_index: Integers
    coefficient: FloatTable  # (variant, nonzero)
    state_register: Integers  # (state)
    next_register: Integers  # (state)
    foreseen_register: Integers  # (foreseen) what the end of the step is taken for
    foreseen_start: Integers  # (foreseen) register to begin with
    foreseen_end: Integers  # (foreseen) what it turns out to be
    stored_start: Integers  # (balance) register at the start of the step [m3]
    stored_end: Integers  # (balance) register at the end of the step [m3]
    boundary_register: Integers  # (boundary) [m3]
    boundary_sign: Floats  # (boundary)
    short_claim: Integers  # (n) claims whose shortage gets a reason


class Recording(NamedTuple):
    """Where the kernel writes: the chosen series and the year table."""

    record_register: Integers  # (record)
    record: FloatTable  # (step, record), or (0, record) when nothing is kept
    year: Integers  # (step) index of the water year
    days: Floats  # (step) length [days]
    period_end: IntegerTable  # (period kind, step) 1 on the last step of a month or dekad
    claim_wanted: Integers  # (year claim) register [m3]
    claim_supplied: Integers  # (year claim) register [m3]
    claim_period: Integers  # (year claim) period kind
    claim_table: FloatCube  # (water year, year claim, field)
    claim_running: FloatTable  # (year claim, 3) wanted, supplied, length of the running break
    quantity_register: Integers  # (year quantity)
    threshold: FloatTable  # (year quantity, 4), nan where unused
    quantity_table: FloatCube  # (water year, year quantity, field)
    boundary_table: FloatTable  # (water year, boundary) [m3]
    reason: IntegerTable  # (step, n) code of the reason of a shortage, or (0, n)


class Reasons(NamedTuple):
    """The table of reasons of a run, and scratch of the search."""

    table: IntegerTable  # (entry, 2 + block): count, flags, blocks; -1 where unused
    used: Integers  # (1) entries in use
    entry: Integers  # (2 + block) scratch
    row_seen: Integers  # (row) scratch
    turned: Integers  # (column) scratch
    blocked: Integers  # (block) scratch
    kind: Integers  # (block) scratch
    outcome: Integers  # (2) scratch


class Certificate(NamedTuple):
    """What the kernel proves about a run; one-element arrays."""

    row_closure: Floats  # largest relative closure of a row
    row_place: Integers  # (2) step, row
    network_closure: Floats  # largest relative closure of the network
    network_place: Integers  # (1) step
    failure: Integers  # (3) status, step, register or row


class LedgerPlan(NamedTuple):
    """How tags pass through the network; constants of a model.

    Compositions come in blocks: rows, origins as they enter, what carriers let go, what stores
    hold, what carriers hold, what goes into carriers, and one for scratch. A tag is
    origin * cohorts + cohort.
    """

    cohorts: int
    first_carrier: int  # composition of what the first carrier lets go
    first_held: int  # composition of what the first store holds
    first_carried: int  # composition of what the first carrier holds
    first_filled: int  # composition of what goes into the first carrier
    scratch: int  # composition
    carrier_fifo: int  # 1 where the oldest water under way arrives first
    order: Integers  # rows in topological order, those of a circle several times
    last_turn: Integers  # (position in order) 1 where the row does not come again
    row_in_circle: Integers  # (row)
    row_store: Integers  # (row) store, or -1
    tag_start: Integers  # (composition + 1)
    tag_list: Integers  # tags that can reach a composition
    forced_start: Integers  # (row + 1)
    forced_register: Integers  # [m3]
    forced_kind: Integers  # store, carrier, or anything else
    forced_source: Integers  # composition
    into_start: Integers  # (row + 1) columns that arrive at a row
    into_column: Integers
    into_gain: Floats
    into_source: Integers  # composition
    store_start: Integers  # (store) register [m3]
    store_before: Integers  # (store) register after losses and rain [m3]
    store_end: Integers  # (store) register [m3]
    store_origin: Integers  # (store) tag of its rain
    store_fifo: Integers  # (store) 1 where the oldest water leaves first
    carrier_state: Integers  # (carrier) register of the water under way [m3]
    carrier_forced: Integers  # entries of forced water that come from carriers
    carry_start: Integers  # (carrier + 1)
    carry_column: Integers
    carry_share: Floats
    carry_source: Integers  # composition
    claim_supplied: Integers  # (claim) register of the supplied volume [m3]
    claim_source: Integers  # (claim) composition
    month: Integers  # (step)
    new_year: Integers  # (step) 1 where a water year starts


class LedgerBook(NamedTuple):
    """The tags of one scenario; a tag is (origin, cohort)."""

    amount: FloatTable  # (composition, tag) in any unit
    inverse: Floats  # (composition) one over the sum of its amounts, 0 for no water
    same_as: Integers  # (composition) the one that describes it
    supplied: FloatCube  # (month, claim, tag) [m3]
    stored: FloatCube  # (month, store, tag) [m3]
    correction: Floats  # (2) by how much tags differed from water, and the water, over the run
    of_age: Floats  # (cohort) scratch
    arriving: Floats  # (carrier) scratch
    filled: Floats  # (carrier) scratch


class InLieuPlan(NamedTuple):
    """Which reservoirs can stand in for which imports, claim by claim; constants of a model."""

    order: Integers  # reservoirs from the highest down
    store_start: Integers  # (reservoir) register of the storage at the start of the step [m3]
    store_before: Integers  # (reservoir) register after losses and rain [m3]
    store_end: Integers  # (reservoir) register at the end of the step [m3]
    dead_m3: Floats  # (reservoir) dead storage
    zone_start: Integers  # (reservoir + 1)
    zone_column: Integers  # (zone) from the lowest up
    zone_to_fill: Integers  # (zone) 0 where the zone is to stay empty
    out_start: Integers  # (reservoir + 1)
    out_column: Integers  # (way) columns by which water leaves
    out_kind: Integers  # (way) by link, by river or over
    out_store: Integers  # (way) reservoir where the water arrives at once, or -1
    out_gain: Floats  # (way)
    weir_start: Integers  # (reservoir + 1)
    weir_register: Integers  # forced outflow, negative [m3]
    import_of: Integers  # (tag) number of the import, or -1
    replaces: FloatTable  # (reservoir, import) 0 where the import may itself be stored there
    pair_store: Integers  # (pair) reservoir
    pair_claim: Integers  # (pair) column of the claim
    pair_source: Integers  # (pair) composition of the claim's water
    open_zone: IntegerCube  # (policy, pair, its zone) 1 where the claim's line is above
    route_start: Integers  # (pair + 1)
    route_column: Integers  # columns from the reservoir to the claim's row
    route_source: Integers  # composition of the water in the column
    route_imports: Integers  # 1 where imported water can be in the column
    route_slack: Integers  # column of what a group has left, or -1
    route_weight: Floats  # weight of the column in the group
    route_factor: Floats  # volume at the column's start for one at the claim's row


class Credit(NamedTuple):
    """In-lieu credits of one scenario [m3], by reservoir and import."""

    standing: FloatTable  # (reservoir, import)
    booked: FloatCube  # (month, reservoir, import)
    used: FloatCube  # (month, reservoir, import)
    lapsed: FloatCube  # (month, reservoir, import)
    moved: FloatCube  # (month, reservoir, import) net, into the reservoir
    at_end: FloatCube  # (month, reservoir, import)
    received: FloatTable  # (reservoir, import) scratch
    own_spill: Floats  # (reservoir) scratch
    release: Floats  # (reservoir) scratch
    sorted_step: Integers  # (reservoir) step of which spill and release are
    outflow: Floats  # (way) scratch: release positive, spill negative
    granted: Floats  # (column) scratch
    left: Floats  # (import) scratch
    share: FloatTable  # (composition, import) scratch
    share_step: Integers  # (composition) step of which the share is


class Work(NamedTuple):
    """All that the kernels of one scenario work on: addresses of its records, and arrays."""

    variant: int  # which series and coefficients hold
    solver: int  # address of the allocation's book
    program: int
    recording: int
    certificate: int
    reasons: int
    ledger: int
    book: int
    in_lieu: int
    credit: int
    step_reasons: int  # address of the function; 0 where nothing is explained
    step_ledger: int  # address of the function; 0 where the ledger is off
    step_in_lieu: int  # address of the function; 0 where nothing stands in for an import
    register: Floats
    balance_m3: Floats  # (row) scratch
    size_m3: Floats  # (row) scratch
    following: Floats  # (state) scratch
