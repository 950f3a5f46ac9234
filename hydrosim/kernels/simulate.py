"""The time loop of one scenario: forcing, tape, allocation, tape, balance, records."""

from __future__ import annotations

import math

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, call_at, floats, floats_from, open_book
from hydrosim.kernels._flat import entries
from hydrosim.kernels._jit import hot, merged
from hydrosim.kernels.allocation import slots
from hydrosim.kernels.openers import open_certificate, open_program, open_recording, open_work
from hydrosim.kernels.tape import run_tape
from hydrosim.kernels.year_table import step_year_claims, step_year_quantities

__all__ = ["FAILURES", "simulate"]


MOST_PASSES = 8
FORESEEN_FRAC = 1e-5
"""Share of a volume by which the end of a step may differ from what was foreseen for it."""
DAMPED_PASSES = 4
"""Passes after which the mean of two is tried, for pools so shallow that they would alternate."""
OK = 0
NOT_A_NUMBER = 1
NOT_SOLVED = 2
MOST_POLICIES = 1e6
FAILURES = {NOT_A_NUMBER: "not a number", NOT_SOLVED: "the allocation was not solved"}


@hot
def gather(program, register, upper_m3, wanted_m3, rhs_m3):
    """Read bounds, wanted volumes and forced volumes of the step from the registers.

    An uncapped column gets all water of the network in this step, which no flow can exceed.
    Returns -1, or the register that holds no number.
    Reads program, register; writes upper_m3[n], wanted_m3[K], rhs_m3[m].
    """
    water_m3 = 0.0
    for row in range(program.rhs_start.size - 1):
        total = 0.0
        for e in range(program.rhs_start[row], program.rhs_start[row + 1]):
            value = register[program.rhs_register[e]]
            if not math.isfinite(value):
                return program.rhs_register[e]
            total += value
            water_m3 += abs(value)
        rhs_m3[row] = total
    for j in range(program.upper_start.size - 1):
        bound = math.inf
        for e in range(program.upper_start[j], program.upper_start[j + 1]):
            value = register[program.upper_register[e]]
            if math.isnan(value):
                return program.upper_register[e]
            if value < bound:
                bound = value
        if bound < 0.0:
            bound = 0.0
        upper_m3[j] = bound
        if program.source[j] == 1 and math.isfinite(bound):
            water_m3 += bound
    for j in range(program.upper_start.size - 1):
        if upper_m3[j] > water_m3:
            upper_m3[j] = water_m3
    for k in range(program.wanted_register.size):
        if program.wanted_register[k] < 0:
            wanted_m3[k] = upper_m3[program.claim_column[k]]
        else:
            value = register[program.wanted_register[k]]
            if not math.isfinite(value):
                return program.wanted_register[k]
            wanted_m3[k] = value if value > 0.0 else 0.0
    return -1


@merged
def fail(certificate, status, step, place):
    """Write down where a run failed. Writes certificate.failure; returns the status."""
    certificate.failure[0] = status
    certificate.failure[1] = step
    certificate.failure[2] = place
    return status


@hot
def check_rows(
    step, variant, program, flow_m3, rhs_m3, least, scale, balance_m3, size_m3, certificate
):
    """Keep the largest relative closure of a row: |rhs - A x| over |rhs| + sum |a x|.

    Volumes below the solver's tolerance of the row, `least`[m] in its row `scale`[m], are none: a
    river that falls dry passes on less and less, down to numbers that no flow could balance.
    Reads program, flow_m3[n], rhs_m3[m]; writes scratch balance_m3[m], size_m3[m], certificate.
    """
    for row in range(balance_m3.size):
        balance_m3[row] = rhs_m3[row]
        size_m3[row] = abs(rhs_m3[row])
    for j in range(program.column_start.size - 1):
        volume = flow_m3[j]
        if volume != 0.0:
            for e in range(program.column_start[j], program.column_start[j + 1]):
                term = program.coefficient[variant, e] * volume
                balance_m3[program.row_index[e]] -= term
                size_m3[program.row_index[e]] += abs(term)
    for row in range(balance_m3.size):
        size = max(size_m3[row], least[row] / scale[row])
        if abs(balance_m3[row]) > certificate.row_closure[0] * size and size > 0.0:
            certificate.row_closure[0] = abs(balance_m3[row]) / size
            certificate.row_place[0] = step
            certificate.row_place[1] = row


@hot
def check_network(step, program, register, certificate, least_m3=0.0):
    """Keep the largest relative closure of the network: storage change against its edges.

    Volumes below `least_m3`, the solver's largest tolerance of a row, are none, as in `check_rows`:
    what is under way in a dry river dies away to numbers that no sum could balance.
    Reads program, register; writes certificate.
    """
    balance = 0.0
    size = 0.0
    for s in range(program.stored_start.size):
        start = register[program.stored_start[s]]
        balance += register[program.stored_end[s]] - start
        size += abs(start)
    for e in range(program.boundary_register.size):
        value = register[program.boundary_register[e]]
        balance -= program.boundary_sign[e] * value
        size += abs(value)
    if not math.isfinite(balance):
        return False
    size = max(size, least_m3)
    if abs(balance) > certificate.network_closure[0] * size and size > 0.0:
        certificate.network_closure[0] = abs(balance) / size
        certificate.network_place[0] = step
    return True


@hot
def look_ahead(program, register, passes):
    """Compare what was foreseen with the end of the step; True if another pass is needed.

    The losses of a long step act on the mean of the areas at its start and its end, and the end
    follows from the releases of the same step: the step is computed again from the end that it
    had, until both agree.
    Reads program; reads and writes the foreseen values among the registers.
    """
    again = False
    for f in range(program.foreseen_register.size):
        place = program.foreseen_register[f]
        foreseen = register[place]
        end = register[program.foreseen_end[f]]
        size = abs(end) + abs(register[program.foreseen_start[f]])
        if not abs(end - foreseen) <= FORESEEN_FRAC * size:
            again = True
        if passes < MOST_PASSES:
            register[place] = end if passes < DAMPED_PASSES else 0.5 * (end + foreseen)
    return again and passes < MOST_PASSES


@apart
def simulate(address: int, first_step: int, last_step: int) -> int:
    """Simulate steps [first_step, last_step) of one scenario.

    Balance: every row of the allocation and the network as a whole close in each step; the
    largest closures are kept in the certificate.

    Parameters
    ----------
    address : int
        The scenario's `Work`; reads its program and plans; writes its registers, solver,
        recording, certificate, ledger, credit, reasons and scratch.
    first_step, last_step : int
        Which steps.

    Returns
    -------
    int
        0, or a failure whose place is in ``certificate.failure``.
    """
    work = open_work(address)
    program = open_program(work.program)
    recording = open_recording(work.recording)
    certificate = open_certificate(work.certificate)
    register = work.register
    variant = work.variant
    solver = open_book(work.solver)
    upper_m3 = floats(solver, slots.GIVEN_UPPER)
    wanted_m3 = floats(solver, slots.GIVEN_WANTED)
    rhs_m3 = floats(solver, slots.GIVEN_RHS)
    solved_m3 = floats(solver, slots.X)
    least = floats_from(solver, slots.TOLERANCE, program.column_start.size - 1)
    row_scale = floats(solver, slots.ROW_SCALE)
    column_count = program.upper_start.size - 1
    flow_m3 = entries(register, program.flow_first, column_count)
    following = work.following
    least_m3 = 0.0
    for row in range(program.rhs_start.size - 1):
        least_m3 = max(least_m3, least[row] / row_scale[row])
    for step in range(first_step, last_step):
        for s in range(program.series_register.size):
            register[program.series_register[s]] = program.series[variant, step, s]
        for f in range(program.foreseen_register.size):
            register[program.foreseen_register[f]] = register[program.foreseen_start[f]]
        passes = 0
        policy = 0
        again = True
        while again:
            run_tape(
                0,
                program.start_count,
                program.opcode,
                program.target,
                program.argument,
                register,
                program.curve_start,
                program.curve_x,
                program.curve_y,
            )
            place = gather(program, register, upper_m3, wanted_m3, rhs_m3)
            if place >= 0:
                return fail(certificate, NOT_A_NUMBER, step, place)
            number = register[program.policy_register]
            # What no integer can hold, or below zero, is no policy: the solver refuses it.
            policy = int(number) if 0.0 <= number < MOST_POLICIES else -1
            status = call(solver, slots.SOLVE_STEP, variant, policy)
            if status != 0:
                return fail(certificate, NOT_SOLVED, step, status)
            for j in range(column_count):
                flow_m3[j] = solved_m3[j]
            run_tape(
                program.start_count,
                program.opcode.size,
                program.opcode,
                program.target,
                program.argument,
                register,
                program.curve_start,
                program.curve_x,
                program.curve_y,
            )
            passes += 1
            again = look_ahead(program, register, passes)
        if work.step_reasons != 0:
            call_at(work.step_reasons, address, step, policy)
        check_rows(
            step,
            variant,
            program,
            flow_m3,
            rhs_m3,
            least,
            row_scale,
            work.balance_m3,
            work.size_m3,
            certificate,
        )
        if not check_network(step, program, register, certificate, least_m3):
            return fail(certificate, NOT_A_NUMBER, step, -1)
        for r in range(recording.record.shape[1] if recording.record.shape[0] > 0 else 0):
            recording.record[step, r] = register[recording.record_register[r]]
        year = recording.year[step]
        for e in range(program.boundary_register.size):
            recording.boundary_table[year, e] += register[program.boundary_register[e]]
        step_year_claims(step, register, recording)
        step_year_quantities(step, register, recording)
        if work.step_ledger != 0:
            call_at(work.step_ledger, address, step, policy)
        if work.step_in_lieu != 0:
            call_at(work.step_in_lieu, address, step, policy)
        for s in range(following.size):
            following[s] = register[program.next_register[s]]
        for s in range(following.size):
            register[program.state_register[s]] = following[s]
    return OK
