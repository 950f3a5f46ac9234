"""The arrays that the simulation kernel takes. Units are in the names; volumes are per step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Certificate", "LedgerBook", "LedgerPlan", "Program", "Reasons", "Recording"]


class Program(NamedTuple):
    """A supply model as arrays: the tape, and which registers feed the allocation."""

    opcode: Integers  # (instruction)
    target: Integers  # (instruction) register written
    argument: Integers  # (instruction, 3) registers read; a curve's index for CURVE
    start_count: int  # instructions before the allocation
    curve_start: Integers  # (curve + 1)
    curve_x: Floats
    curve_y: Floats
    series: Floats  # (variant, step, series)
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
    coefficient: Floats  # (variant, nonzero)
    state_register: Integers  # (state)
    next_register: Integers  # (state)
    stored_start: Integers  # (balance) register at the start of the step [m3]
    stored_end: Integers  # (balance) register at the end of the step [m3]
    boundary_register: Integers  # (boundary) [m3]
    boundary_sign: Floats  # (boundary)
    short_claim: Integers  # (n) claims whose shortage gets a reason


class Recording(NamedTuple):
    """Where the kernel writes: the chosen series and the year table."""

    record_register: Integers  # (record)
    record: Floats  # (step, record), or (0, record) when nothing is kept
    year: Integers  # (step) index of the water year
    days: Floats  # (step) length [days]
    period_end: Integers  # (period kind, step) 1 on the last step of a month or dekad
    claim_wanted: Integers  # (year claim) register [m3]
    claim_supplied: Integers  # (year claim) register [m3]
    claim_period: Integers  # (year claim) period kind
    claim_table: Floats  # (water year, year claim, field)
    claim_running: Floats  # (year claim, 3) wanted, supplied, length of the running break
    quantity_register: Integers  # (year quantity)
    threshold: Floats  # (year quantity, 4), nan where unused
    quantity_table: Floats  # (water year, year quantity, field)
    boundary_table: Floats  # (water year, boundary) [m3]
    reason: Integers  # (step, n) code of the reason of a shortage, or (0, n)


class Reasons(NamedTuple):
    """The table of reasons of a run, and scratch of the search."""

    table: Integers  # (entry, 2 + block): count, flags, blocks; -1 where unused
    used: Integers  # (1) entries in use
    entry: Integers  # (2 + block) scratch
    row_seen: Integers  # (row) scratch
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
    """How tags pass through the network; constants of a model."""

    cohorts: int
    order: Integers  # rows in topological order, those of a circle several times
    forced_start: Integers  # (row + 1)
    forced_register: Integers  # [m3]
    forced_kind: Integers  # origin, store, carrier or row
    forced_source: Integers  # tag, store, carrier or row
    into_start: Integers  # (row + 1) columns that arrive at a row
    into_column: Integers
    into_gain: Floats
    into_row: Integers  # row where the column starts; -1 for a source
    into_origin: Integers  # tag of a source
    row_store: Integers  # (row) store, or -1
    store_start: Integers  # (store) register [m3]
    store_before: Integers  # (store) register after losses and rain [m3]
    store_end: Integers  # (store) register [m3]
    store_origin: Integers  # (store) tag of its rain
    carrier_state: Integers  # (carrier) register of the water under way [m3]
    carry_target: Integers
    carry_column: Integers
    carry_share: Floats
    carry_row: Integers
    claim_supplied: Integers  # (claim) register of the supplied volume [m3]
    claim_row: Integers  # (claim) row where its column starts, or -1
    claim_origin: Integers  # (claim) tag where the column has no start
    month: Integers  # (step)
    new_year: Integers  # (step) 1 where a water year starts


class LedgerBook(NamedTuple):
    """The tags of one scenario [m3]; a tag is (origin, cohort)."""

    share: Floats  # (row, tag) composition of the step
    content: Floats  # (store, tag)
    carried: Floats  # (carrier, tag)
    mix: Floats  # (tag)
    supplied: Floats  # (month, claim, tag)
    stored: Floats  # (month, store, tag)
    total: Floats  # (row) sum of the tags that met in the row in the step
    brought: Floats  # (row) water that met in the row in the step
    correction: Floats  # (2) differences of the two, and the water, summed over the run
