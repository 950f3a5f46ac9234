"""The loop of the flood engine: events, points of time, elements in topological order."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, kernel, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import drain_basins, fill_from_section
from hydrosim.kernels.flood.joint import share_out
from hydrosim.kernels.flood.operate import run_pool
from hydrosim.kernels.flood.reach import step_cunge, step_lag, step_muskingum
from hydrosim.kernels.flood.start import reach_stored, start_event
from hydrosim.kernels.tape import run_tape

__all__ = ["route_events"]


@merged
def step_reach(step, e, route, mean_m3s, end_m3s, program, scratch):
    """Route a step through a reach; returns mean and end outflow [m3/s].

    Reads program; writes the state of the reach in scratch.
    """
    r = program.place[e]
    first = program.reach_first[r]
    count = program.set_count[route]
    kind = program.set_kind[route]
    if kind == c.MUSKINGUM:
        if program.set_lag[route] > 0:
            mean_m3s, end_m3s = step_lag(
                first + count + 1, program.set_lag[route], 0.0, step, scratch.reach_mean_m3s,
                scratch.reach_end_m3s, mean_m3s, end_m3s,
            )  # fmt: skip
        return step_muskingum(
            first, count, program.set_weight, route, scratch.reach_mean_m3s,
            scratch.reach_end_m3s, mean_m3s, end_m3s,
        )  # fmt: skip
    if kind == c.LAG:
        return step_lag(
            first, count, program.set_weight[route, 0], step, scratch.reach_mean_m3s,
            scratch.reach_end_m3s, mean_m3s, end_m3s,
        )  # fmt: skip
    return step_channel(first, count, route, mean_m3s, end_m3s, program, scratch)


@inner
def step_channel(first, count, route, mean_m3s, end_m3s, program, scratch):
    """Route a step through the parts of a channel; returns mean and end outflow [m3/s].

    Writes scratch.reach_mean_m3s, reach_end_m3s, part_mean_m3, part_end_m3.
    """
    spacing = program.set_weight[route, 3]
    low = program.set_first[route]
    high = program.set_first[route + 1]
    before_mean = scratch.reach_mean_m3s[first]
    before_end = scratch.reach_end_m3s[first]
    scratch.reach_mean_m3s[first] = mean_m3s
    scratch.reach_end_m3s[first] = end_m3s
    for part in range(first + 1, first + count + 1):
        old_mean = scratch.reach_mean_m3s[part]
        old_end = scratch.reach_end_m3s[part]
        mean_m3s, scratch.part_mean_m3[part] = step_cunge(
            program.dt_s, before_mean, mean_m3s, old_mean, scratch.part_mean_m3[part], spacing,
            low, high, program.channel,
        )  # fmt: skip
        end_m3s, scratch.part_end_m3[part] = step_cunge(
            program.dt_s, before_end, end_m3s, old_end, scratch.part_end_m3[part], spacing, low,
            high, program.channel,
        )  # fmt: skip
        scratch.reach_mean_m3s[part] = mean_m3s
        scratch.reach_end_m3s[part] = end_m3s
        before_mean = old_mean
        before_end = old_end
    return mean_m3s, end_m3s


@inner
def read_rules(step, rules, events, scratch):
    """Run the tape of the release rules on what is known at the start of the step.

    Writes scratch.register.
    """
    for s in range(rules.series_register.size):
        scratch.register[rules.series_register[s]] = events.series[step, s]
    for i in range(rules.read_register.size):
        e = rules.read_element[i]
        value = scratch.stored_m3[e]
        if rules.read_kind[i] == c.READ_INFLOW:
            value = scratch.arrived_m3s[e]
        elif rules.read_kind[i] == c.READ_LOCAL:
            value = scratch.local_m3s[e]
        scratch.register[rules.read_register[i]] = value
    run_tape(
        0,
        rules.opcode.size,
        rules.opcode,
        rules.target,
        rules.argument,
        scratch.register,
        rules.curve_start,
        rules.curve_x,
        rules.curve_y,
    )


@inner
def keep(event, point, e, inflow_m3s, outflow_m3s, mean_m3s, record, scratch):
    """Write the series of an element at a point of time."""
    record.inflow_m3s[event, point, e] = inflow_m3s
    record.outflow_m3s[event, point, e] = outflow_m3s
    record.mean_outflow_m3s[event, point, e] = mean_m3s
    record.storage_m3[event, point, e] = scratch.stored_m3[e]


@inner
def keep_pool(event, point, p, rule, record, scratch):
    """Write what a pool released and spilled at a point of time, and by which rule."""
    record.release_m3s[event, point, p] = scratch.pool_state[p, c.RELEASED]
    passed = scratch.pool_state[p, c.PASSED]
    record.spill_m3s[event, point, p] = passed - scratch.pool_state[p, c.RELEASED]
    record.rule[event, point, p] = rule


@inner
def keep_basins(event, point, program, record, scratch):
    """Advance and write what basins hold, took and gave back in a step.

    Balance: H2 = H1 + dt (taken - drained). Returns the change of their storage and its size [m3].
    """
    change = 0.0
    size = 0.0
    state = scratch.basin_state
    for b in range(program.basin_number.shape[0]):
        before = state[b, c.HELD]
        held = before + program.dt_s * (state[b, c.TAKEN] - state[b, c.DRAINED])
        state[b, c.HELD] = held
        change += held - before
        size += before
        record.basin_summary[event, b, 2] += program.dt_s * state[b, c.TAKEN]
        if held > record.basin_summary[event, b, 0]:
            record.basin_summary[event, b, 0] = held
            record.basin_summary[event, b, 1] = point
        if record.basin_m3.shape[1] > 0:
            record.basin_m3[event, point, b] = held
            record.basin_inflow_m3s[event, point, b] = state[b, c.TAKEN]
            record.basin_outflow_m3s[event, point, b] = state[b, c.DRAINED]
    return change, size


@merged
def note_extremes(event, point, e, inflow_m3s, outflow_m3s, stored_m3, record):
    """Keep the largest inflow, outflow and storage of an element."""
    if inflow_m3s > record.summary[event, e, c.PEAK_INFLOW]:
        record.summary[event, e, c.PEAK_INFLOW] = inflow_m3s
        record.summary[event, e, c.PEAK_INFLOW_STEP] = point
    if outflow_m3s > record.summary[event, e, c.PEAK_OUTFLOW]:
        record.summary[event, e, c.PEAK_OUTFLOW] = outflow_m3s
        record.summary[event, e, c.PEAK_OUTFLOW_STEP] = point
    if stored_m3 > record.summary[event, e, c.PEAK_STORAGE]:
        record.summary[event, e, c.PEAK_STORAGE] = stored_m3
        record.summary[event, e, c.PEAK_STORAGE_STEP] = point


@inner
def open_step(step, event, program, events, scratch):
    """Let hydrographs and drained basins enter; returns what entered and what drained out [m3/s].

    Writes scratch.mean_m3s, end_m3s, basin_state.
    """
    for e in range(program.kind.size):
        scratch.mean_m3s[e] = 0.0
        scratch.end_m3s[e] = 0.0
    entered = 0.0
    for s in range(events.source_element.size):
        e = events.source_element[s]
        scratch.mean_m3s[e] += events.source_mean_m3s[event, step, s]
        scratch.end_m3s[e] += events.source_end_m3s[event, step + 1, s]
        entered += events.source_mean_m3s[event, step, s]
    return entered, drain_basins(program, scratch)


@inner
def route_local(event, program, rules, groups, events, record, joint, scratch):
    """Route an event with gated pools closed: the flow that no reservoir decides on.

    Writes joint.local_mean_m3s, local_end_m3s (inflow of each element); the record is written
    over by the event itself.
    """
    start_event(event, 1, program, events, scratch)
    for e in range(program.kind.size):
        joint.local_end_m3s[0, e] = scratch.end_m3s[e]
    for step in range(events.source_mean_m3s.shape[1]):
        open_step(step, event, program, events, scratch)
        for e in range(program.kind.size):
            mean = scratch.mean_m3s[e]
            end = scratch.end_m3s[e]
            joint.local_mean_m3s[step, e] = mean
            joint.local_end_m3s[step + 1, e] = end
            if program.kind[e] == c.REACH:
                r = program.place[e]
                route = events.reach_set[event, r]
                share = program.reach_loss[r, 0]
                most = program.reach_loss[r, 1]
                mean -= min(share * mean, most)
                end -= min(share * end, most)
                mean, end = step_reach(step, e, route, mean, end, program, scratch)
            elif program.kind[e] == c.POOL:
                if program.pool_number[program.place[e], c.GATED] == 1.0:
                    mean = 0.0
                    end = 0.0
                else:
                    mean, end, _, _, _ = run_pool(
                        step, event, e, mean, end, program, rules, groups, events, record, joint,
                        scratch,
                    )  # fmt: skip
            if program.target[e] >= 0:
                scratch.mean_m3s[program.target[e]] += mean * program.gain[e]
                scratch.end_m3s[program.target[e]] += end * program.gain[e]


@inner
def open_event(event, program, groups, events, record, joint, scratch):
    """Set the start of an event and write it at the first point; clear its sums."""
    start_event(event, 0, program, events, scratch)
    for field in range(record.proof.shape[1]):
        record.proof[event, field] = 0.0
    for p in range(program.pool_number.shape[0]):
        record.overflow_m3[event, p] = 0.0
    for b in range(program.basin_number.shape[0]):
        record.basin_summary[event, b, 0] = scratch.basin_state[b, c.HELD]
        record.basin_summary[event, b, 1] = 0.0
        record.basin_summary[event, b, 2] = 0.0
        if record.basin_m3.shape[1] > 0:
            record.basin_m3[event, 0, b] = scratch.basin_state[b, c.HELD]
    for e in range(program.kind.size):
        for field in range(record.summary.shape[2]):
            record.summary[event, e, field] = 0.0
        inflow = scratch.end_m3s[e]
        outflow = scratch.passed_m3s[e]
        record.summary[event, e, c.PEAK_INFLOW] = inflow
        record.summary[event, e, c.PEAK_OUTFLOW] = outflow
        record.summary[event, e, c.PEAK_STORAGE] = scratch.stored_m3[e]
        scratch.arrived_m3s[e] = inflow
        if record.inflow_m3s.shape[1] > 0:
            keep(event, 0, e, inflow, outflow, outflow, record, scratch)
            if program.kind[e] == c.POOL:
                keep_pool(event, 0, program.place[e], c.HOLD, record, scratch)
    for g in range(groups.section.size):
        for k in range(joint.booked_m3s.shape[1]):
            joint.booked_m3s[g, k] = 0.0
        for m in range(groups.first[g], groups.first[g + 1]):
            if groups.member_parent[m] < 0:
                passed = scratch.pool_state[groups.member_pool[m], c.PASSED]
                for k in range(events.member_lag[event, m]):
                    joint.booked_m3s[g, k] += passed


@inner
def close_reaches(event, step, program, events, record, scratch):
    """Compare what reaches hold by their state with what flowed in less what flowed out."""
    for e in range(program.kind.size):
        if program.kind[e] == c.REACH:
            r = program.place[e]
            held = reach_stored(r, events.reach_set[event, r], step, program, scratch)
            size = held + record.summary[event, e, c.VOLUME_IN]
            difference = abs(held - scratch.stored_m3[e])
            if difference > record.proof[event, c.CLOSURE] * size and size > 0.0:
                record.proof[event, c.CLOSURE] = difference / size
                record.proof[event, c.CLOSURE_STEP] = step
                record.proof[event, c.CLOSURE_ELEMENT] = e


# One function on purpose: the one loop that owns the indexing.
@inner
def route_event(event, program, rules, groups, events, record, joint, scratch):
    """Route one event from its start; see `route_events`."""
    open_event(event, program, groups, events, record, joint, scratch)
    dt_s = program.dt_s
    steps = events.source_mean_m3s.shape[1]
    elements = program.kind.size
    keeps = record.inflow_m3s.shape[1] > 0
    for step in range(steps):
        point = step + 1
        if rules.opcode.size > 0:
            for s in range(events.source_element.size):
                scratch.local_m3s[events.source_element[s]] = 0.0
            for s in range(events.source_element.size):
                e = events.source_element[s]
                scratch.local_m3s[e] += events.source_end_m3s[event, step, s]
            read_rules(step, rules, events, scratch)
        if groups.section.size > 0 and events.all_open[event] == 0:
            share_out(step, groups, event, events, program, joint, scratch)
        entered, drained_out = open_step(step, event, program, events, scratch)
        scratch.tally[c.LEFT] = drained_out
        change = 0.0
        size = 0.0
        for e in range(elements):
            in_mean = scratch.mean_m3s[e]
            in_end = scratch.end_m3s[e]
            mean = in_mean
            end = in_end
            stored = 0.0
            if program.kind[e] == c.REACH:
                r = program.place[e]
                lost = min(program.reach_loss[r, 0] * mean, program.reach_loss[r, 1])
                mean -= lost
                end -= min(program.reach_loss[r, 0] * end, program.reach_loss[r, 1])
                arrived = mean
                route = events.reach_set[event, r]
                mean, end = step_reach(step, e, route, mean, end, program, scratch)
                before = scratch.stored_m3[e]
                stored = before + dt_s * (arrived - mean)
                change += stored - before
                size += abs(before)
                scratch.stored_m3[e] = stored
                scratch.tally[c.LEFT] += lost
                record.summary[event, e, c.VOLUME_LOST] += dt_s * lost
            elif program.kind[e] == c.POOL:
                before = scratch.stored_m3[e]
                mean, end, out, stored, rule = run_pool(
                    step, event, e, mean, end, program, rules, groups, events, record, joint,
                    scratch,
                )  # fmt: skip
                change += stored - before
                size += before
                scratch.stored_m3[e] = stored
                record.summary[event, e, c.VOLUME_OUT] += dt_s * (out - mean)
                if keeps:
                    keep_pool(event, point, program.place[e], rule, record, scratch)
            elif program.basin_first[e + 1] > program.basin_first[e]:
                mean, end = fill_from_section(e, mean, end, program, scratch)
            scratch.arrived_m3s[e] = in_end
            scratch.passed_m3s[e] = end
            if keeps:
                keep(event, point, e, in_end, end, mean, record, scratch)
            note_extremes(event, point, e, in_end, end, stored, record)
            record.summary[event, e, c.VOLUME_IN] += dt_s * in_mean
            record.summary[event, e, c.VOLUME_OUT] += dt_s * mean
            target = program.target[e]
            if target >= 0:
                gain = program.gain[e]
                scratch.mean_m3s[target] += mean * gain
                scratch.end_m3s[target] += end * gain
                scratch.tally[c.LEFT] += mean * (1.0 - gain)
            else:
                scratch.tally[c.LEFT] += mean
        basin_change, basin_size = keep_basins(event, point, program, record, scratch)
        change += basin_change
        size += basin_size
        left = scratch.tally[c.LEFT]
        balance = abs(change - dt_s * (entered - left))
        size += dt_s * (abs(entered) + abs(left))
        if not math.isfinite(balance):
            record.proof[event, c.NETWORK_STEP] = step
            return c.NOT_A_NUMBER
        if balance > record.proof[event, c.NETWORK_CLOSURE] * size and size > 0.0:
            record.proof[event, c.NETWORK_CLOSURE] = balance / size
            record.proof[event, c.NETWORK_STEP] = step
    close_reaches(event, steps - 1, program, events, record, scratch)
    return c.FINE


@kernel
def route_events(first, last, program, rules, groups, events, record, joint, scratch):
    """Route events [first, last), one after another.

    Balance: every element and the network close in each step: what is stored changes by inflow
    less outflow, lost and drawn water; the largest closures are in record.proof.

    Arguments: program, rules, groups (constants of the model), events (their data), record,
    joint and scratch (of one thread).
    Reads program, rules, groups, events; writes record, joint, scratch.
    Returns 0, or NOT_A_NUMBER with its place in record.proof.
    """
    for event in range(first, last):
        for p in range(joint.allowed_m3s.size):
            joint.allowed_m3s[p] = math.inf
        if program.local_pass == 1:
            route_local(event, program, rules, groups, events, record, joint, scratch)
        status = route_event(event, program, rules, groups, events, record, joint, scratch)
        if status != c.FINE:
            return status
    return c.FINE
