"""The time loop of one scenario: forcing, tape, allocation, tape, balance, records."""

from __future__ import annotations

import math

from hydrosim.kernels._apart import call, floats, open_book
from hydrosim.kernels._jit import hot, kernel
from hydrosim.kernels.allocation.slots import (
    GIVEN_RHS,
    GIVEN_UPPER,
    GIVEN_WANTED,
    SOLVE_STEP,
    X,
)
from hydrosim.kernels.in_lieu import step_in_lieu
from hydrosim.kernels.ledger import shift_cohorts, step_ledger
from hydrosim.kernels.reasons import step_reasons
from hydrosim.kernels.tape import run_tape
from hydrosim.kernels.year_table import step_year_claims, step_year_quantities

__all__ = ["FAILURES", "simulate"]

OK = 0
NOT_A_NUMBER = 1
NOT_SOLVED = 2
FAILURES = {NOT_A_NUMBER: "not a number", NOT_SOLVED: "the allocation was not solved"}


@hot
def gather(program, register, upper_m3, wanted_m3, rhs_m3):
    """Read bounds, wanted volumes and forced volumes of the step from the registers.

    An uncapped column gets all water of the network in this step, which no flow can exceed.
    Returns -1, or the register that holds no number.
    Reads program, register; writes upper_m3[n], wanted_m3[K], rhs_m3[m].
    """
    water_m3 = 0.0
    for row in range(rhs_m3.size):
        total = 0.0
        for e in range(program.rhs_start[row], program.rhs_start[row + 1]):
            value = register[program.rhs_register[e]]
            if not math.isfinite(value):
                return program.rhs_register[e]
            total += value
            water_m3 += abs(value)
        rhs_m3[row] = total
    for j in range(upper_m3.size):
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
    for j in range(upper_m3.size):
        if upper_m3[j] > water_m3:
            upper_m3[j] = water_m3
    for k in range(wanted_m3.size):
        if program.wanted_register[k] < 0:
            wanted_m3[k] = upper_m3[program.claim_column[k]]
        else:
            value = register[program.wanted_register[k]]
            if not math.isfinite(value):
                return program.wanted_register[k]
            wanted_m3[k] = value if value > 0.0 else 0.0
    return -1


@hot
def check_rows(step, variant, program, flow_m3, rhs_m3, balance_m3, size_m3, certificate):
    """Keep the largest relative closure of a row: |rhs - A x| over |rhs| + sum |a x|.

    Reads program, flow_m3[n], rhs_m3[m]; writes scratch balance_m3[m], size_m3[m], certificate.
    """
    for row in range(rhs_m3.size):
        balance_m3[row] = rhs_m3[row]
        size_m3[row] = abs(rhs_m3[row])
    for j in range(flow_m3.size):
        volume = flow_m3[j]
        if volume != 0.0:
            for e in range(program.column_start[j], program.column_start[j + 1]):
                term = program.coefficient[variant, e] * volume
                balance_m3[program.row_index[e]] -= term
                size_m3[program.row_index[e]] += abs(term)
    for row in range(rhs_m3.size):
        if abs(balance_m3[row]) > certificate.row_closure[0] * size_m3[row]:
            if size_m3[row] > 0.0:
                certificate.row_closure[0] = abs(balance_m3[row]) / size_m3[row]
                certificate.row_place[0] = step
                certificate.row_place[1] = row


@hot
def check_network(step, program, register, certificate):
    """Keep the largest relative closure of the network: storage change against its edges.

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
    if abs(balance) > certificate.network_closure[0] * size and size > 0.0:
        certificate.network_closure[0] = abs(balance) / size
        certificate.network_place[0] = step
    return True


@kernel
def simulate(
    first_step,
    last_step,
    variant,
    program,
    solver,
    register,
    recording,
    certificate,
    ledger,
    book,
    in_lieu,
    credit,
    reasons,
    scratch,
):
    """Simulate steps [first_step, last_step) of one scenario.

    Balance: every row of the allocation and the network as a whole close in each step; the
    largest closures are kept in the certificate.

    Arguments: program, solver (address of the allocation's book), register [SI], recording,
    certificate, ledger and book (without rows where the ledger is off), in_lieu and credit,
    reasons, scratch (rows of at least max(m, n, K, states)).
    Reads program, ledger, in_lieu; writes register, the solver, recording, certificate, book,
    credit, scratch.
    Returns 0, or a failure whose place is in certificate.failure.
    """
    row_count = program.rhs_start.size - 1
    column_count = program.upper_start.size - 1
    book_of_solver = open_book(solver)
    upper_m3 = floats(book_of_solver, GIVEN_UPPER)
    wanted_m3 = floats(book_of_solver, GIVEN_WANTED)
    rhs_m3 = floats(book_of_solver, GIVEN_RHS)
    solved_m3 = floats(book_of_solver, X)
    balance_m3 = scratch[0, :row_count]
    size_m3 = scratch[1, :row_count]
    following = scratch[2, : program.state_register.size]
    flow_m3 = register[program.flow_first : program.flow_first + column_count]
    instruction_count = program.opcode.size
    for step in range(first_step, last_step):
        for s in range(program.series_register.size):
            register[program.series_register[s]] = program.series[variant, step, s]
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
            certificate.failure[0] = NOT_A_NUMBER
            certificate.failure[1] = step
            certificate.failure[2] = place
            return NOT_A_NUMBER
        policy = int(register[program.policy_register])
        status = call(book_of_solver, SOLVE_STEP, variant, policy)
        if status != 0:
            certificate.failure[0] = NOT_SOLVED
            certificate.failure[1] = step
            certificate.failure[2] = status
            return NOT_SOLVED
        for j in range(column_count):
            flow_m3[j] = solved_m3[j]
        if recording.reason.shape[0] > 0:
            step_reasons(step, variant, policy, program, solver, register, recording, reasons)
        run_tape(
            program.start_count,
            instruction_count,
            program.opcode,
            program.target,
            program.argument,
            register,
            program.curve_start,
            program.curve_x,
            program.curve_y,
        )
        check_rows(step, variant, program, flow_m3, rhs_m3, balance_m3, size_m3, certificate)
        if not check_network(step, program, register, certificate):
            certificate.failure[0] = NOT_A_NUMBER
            certificate.failure[1] = step
            certificate.failure[2] = -1
            return NOT_A_NUMBER
        for r in range(recording.record.shape[1] if recording.record.shape[0] > 0 else 0):
            recording.record[step, r] = register[recording.record_register[r]]
        year = recording.year[step]
        for e in range(program.boundary_register.size):
            recording.boundary_table[year, e] += register[program.boundary_register[e]]
        step_year_claims(step, register, recording)
        step_year_quantities(step, register, recording)
        if ledger.order.size > 0:
            if ledger.new_year[step] == 1:
                shift_cohorts(book.amount, ledger.cohorts, ledger.first_held, ledger.first_filled)
            step_ledger(step, register, flow_m3, ledger, book)
            if in_lieu.pair_store.size > 0:
                step_in_lieu(
                    step,
                    int(register[program.policy_register]),
                    register,
                    flow_m3,
                    upper_m3,
                    ledger,
                    book,
                    in_lieu,
                    credit,
                )
        for s in range(program.state_register.size):
            following[s] = register[program.next_register[s]]
        for s in range(program.state_register.size):
            register[program.state_register[s]] = following[s]
    return OK
