"""The loop of the flood engine: events, points of time, elements in topological order."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, kernel
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import advance_basins, drain_basins, fill_from_section
from hydrosim.kernels.flood.joint import share_out
from hydrosim.kernels.flood.operate import run_pool
from hydrosim.kernels.flood.reach import run_rivers
from hydrosim.kernels.flood.start import reach_stored, start_event
from hydrosim.kernels.tape import run_tape

__all__ = ["route_events"]


@inner
def read_rules(step, event, rules, events, register, flow):
    """Run the tape of the release rules on what is known at the start of the step.

    Writes register.
    """
    for s in range(rules.series_register.size):
        register[rules.series_register[s]] = events.series[step, s]
    for i in range(rules.read_register.size):
        e = rules.read_element[i]
        value = flow[e, c.STORED]
        if rules.read_kind[i] == c.READ_INFLOW:
            value = flow[e, c.IN]
        elif rules.read_kind[i] == c.READ_LOCAL:
            value = 0.0
            for s in range(events.source_element.size):
                if events.source_element[s] == e:
                    value += events.source_end_m3s[event, step, s]
        register[rules.read_register[i]] = value
    run_tape(
        0, rules.opcode.size, rules.opcode, rules.target, rules.argument, register,
        rules.curve_start, rules.curve_x, rules.curve_y,
    )  # fmt: skip


@inner
def open_event(event, row, groups, events, record, joint, scratch):
    """Clear the sums of an event, write its first point, book what is under way to sections."""
    for field in range(c.PROOF_FIELDS):
        record.proof[event, field] = 0.0
    for p in range(scratch.pool_state.shape[0]):
        record.pool_volume[event, p, 0] = 0.0
        record.pool_volume[event, p, 1] = 0.0
        record.pools[row, 0, p, c.RELEASE] = scratch.pool_state[p, c.RELEASED]
        record.pools[row, 0, p, c.MEAN_INFLOW] = scratch.pool_state[p, c.ARRIVED]
        record.pools[row, 0, p, c.MEAN_OUTFLOW] = scratch.pool_state[p, c.PASSED]
        record.pools[row, 0, p, c.RULE] = c.HOLD
    for b in range(scratch.basin_state.shape[0]):
        record.basin_summary[event, b, 0] = 0.0
        record.basin_summary[event, b, 1] = 0.0
        record.basin_m3[row, 0, b] = 0.0
        record.basin_inflow_m3s[row, 0, b] = 0.0
        record.basin_outflow_m3s[row, 0, b] = 0.0
    for b in range(scratch.passed_m3s.size):
        scratch.passed_m3s[b] = 0.0
        record.excess_m3[event, b, 0] = 0.0
        record.excess_m3[event, b, 1] = 0.0
    for e in range(scratch.flow.shape[0]):
        record.series[row, 0, e, c.INFLOW] = scratch.flow[e, c.IN]
        record.series[row, 0, e, c.OUTFLOW] = scratch.flow[e, c.OUT]
        record.series[row, 0, e, c.STORAGE_SERIES] = scratch.flow[e, c.STORED]
        for field in range(c.PEAKS):
            scratch.peak[e, field] = 0.0
        scratch.peak[e, c.HIGHEST_IN] = scratch.flow[e, c.IN]
        scratch.peak[e, c.HIGHEST_OUT] = scratch.flow[e, c.OUT]
        scratch.peak[e, c.MOST_STORED] = scratch.flow[e, c.STORED]
    for g in range(groups.section.size):
        for k in range(joint.booked_m3s.shape[1]):
            joint.booked_m3s[g, k] = 0.0
        for m in range(groups.first[g], groups.first[g + 1]):
            if groups.member_parent[m] < 0:
                passed = scratch.pool_state[groups.member_pool[m], c.PASSED]
                for k in range(events.member_lag[event, m]):
                    joint.booked_m3s[g, k] += passed


@inner
def close_event(event, elements, reaches, events, record, scratch):
    """Write peaks and volumes of an event; compare what reaches hold.

    The water in a reach by its state is set against what flowed in less what flowed out.
    Writes record.summary[event, field, element], record.proof.
    """
    dt_s = events.dt_s
    summary = record.summary
    for e in range(elements.gain.size):
        for field in range(c.PEAKS):
            summary[event, field, e] = scratch.peak[e, field]
        summary[event, c.VOLUME_IN, e] = dt_s * scratch.flow[e, c.SUM_IN]
        summary[event, c.VOLUME_OUT, e] = dt_s * scratch.flow[e, c.SUM_OUT]
        summary[event, c.VOLUME_LOST, e] = dt_s * scratch.flow[e, c.SUM_LOST]
    for e in range(elements.gain.size):
        if elements.plan[e, c.KIND] == c.REACH:
            r = elements.plan[e, c.PLACE]
            held = reach_stored(
                r, dt_s, reaches, scratch.plan, scratch.reach_mean_m3s, scratch.part_m3
            )
            size = held + summary[event, c.VOLUME_IN, e]
            difference = abs(held - scratch.flow[e, c.STORED])
            if difference > record.proof[event, c.CLOSURE] * size and size > 0.0:
                record.proof[event, c.CLOSURE] = difference / size
                record.proof[event, c.CLOSURE_STEP] = events.source_mean_m3s.shape[1] - 1
                record.proof[event, c.CLOSURE_ELEMENT] = e


@inner
def open_step(step, event, dt_s, elements, basins, events, scratch):
    """Let hydrographs and drained basins enter; returns what entered, and drained out [m3/s].

    Writes scratch.flow, scratch.basin_state.
    """
    flow = scratch.flow
    for e in range(elements.gain.size):
        flow[e, c.MEAN] = 0.0
        flow[e, c.END] = 0.0
    entered = 0.0
    for s in range(events.source_element.size):
        e = events.source_element[s]
        flow[e, c.MEAN] += events.source_mean_m3s[event, step, s]
        flow[e, c.END] += events.source_end_m3s[event, step + 1, s]
        entered += events.source_mean_m3s[event, step, s]
    drained = 0.0
    if basins.section.size > 0:
        drained = drain_basins(dt_s, elements, basins, scratch.basin_state, flow)
    return entered, drained


@inner
def add_excess(event, dt_s, elements, flow, passed_m3s, excess_m3):
    """Add what flows above the safe discharge in a step, by mean inflow and mean outflow.

    Writes excess_m3[event, bounded, :], passed_m3s.
    """
    for b in range(elements.bounded.size):
        e = elements.bounded[b]
        safe = elements.safe_m3s[b]
        out = flow[e, c.SUM_OUT] - passed_m3s[b]
        passed_m3s[b] = flow[e, c.SUM_OUT]
        excess_m3[event, b, 0] += dt_s * max(flow[e, c.MEAN] - safe, 0.0)
        excess_m3[event, b, 1] += dt_s * max(out - safe, 0.0)


@inner
def keep_local(point, flow, elements, joint):
    """Keep the inflow of each element, and the mean of pools, where no reservoir decides on it.

    Writes joint.local_end_m3s, local_mean_m3s.
    """
    for e in range(elements.gain.size):
        joint.local_end_m3s[point, e] = flow[e, c.IN]
        if elements.plan[e, c.KIND] == c.POOL:
            joint.local_mean_m3s[point, elements.plan[e, c.PLACE]] = flow[e, c.MEAN]


@inner
def route_event(
    event, row, blocked, start, stop, elements, reaches, pools, basins, rules, groups, events,
    record, joint, scratch,
):  # fmt: skip
    """Route the steps [start, stop) of one event; ``blocked`` closes gated pools and basins.

    From step 0 the event begins anew; from a later one scratch, joint and record hold what the
    steps before have left. Returns 0, or NOT_A_NUMBER with its step in record.proof.
    """
    dt_s = events.dt_s
    flow = scratch.flow
    state = scratch.pool_state
    if start == 0:
        start_event(event, blocked, elements, reaches, pools, basins, events, scratch)
        open_event(event, row, groups, events, record, joint, scratch)
    if blocked == 1:
        keep_local(0, flow, elements, joint)
    kept = record.series.shape[1] > 1
    event &= c.NOT_NEGATIVE
    row &= c.NOT_NEGATIVE
    reads = rules.opcode.size + rules.read_register.size + rules.series_register.size
    for number in range(start, stop):
        step = number & c.NOT_NEGATIVE
        point = step + 1
        at = (point if kept else 0) & c.NOT_NEGATIVE
        if reads > 0:
            read_rules(step, event, rules, events, scratch.register, flow)
        if groups.section.size > 0 and blocked == 0 and events.all_open[event] == 0:
            share_out(step, event, dt_s, groups, events, pools.number, state, flow, joint)
        entered, left = open_step(step, event, dt_s, elements, basins, events, scratch)
        scratch.tally[c.LEFT] = 0.0
        change = 0.0
        size = 0.0
        for part in range(elements.segment.shape[0]):
            first = elements.segment[part, 1]
            last = elements.segment[part, 2]
            if elements.segment[part, 0] == c.RIVERS:
                more, gained, held = run_rivers(
                    first, last, row, at, point, dt_s, elements.plan, elements.gain, scratch.plan,
                    scratch.weight, scratch.reach_mean_m3s, scratch.reach_end_m3s, scratch.part_m3,
                    reaches.channel, flow, scratch.peak, record.series,
                )  # fmt: skip
                left += more
                change += gained
                size += held
                continue
            for place in range(first, last):
                e = place & c.NOT_NEGATIVE
                mean = flow[e, c.MEAN]
                end = flow[e, c.END]
                record.series[row, at, e, c.INFLOW] = end
                flow[e, c.IN] = end
                if end > scratch.peak[e, c.HIGHEST_IN]:
                    scratch.peak[e, c.HIGHEST_IN] = end
                    scratch.peak[e, c.HIGHEST_IN_POINT] = point
                flow[e, c.SUM_IN] += mean
                if elements.plan[e, c.KIND] == c.POOL:
                    p = elements.plan[e, c.PLACE] & c.NOT_NEGATIVE
                    rule = c.HOLD
                    record.pools[row, at, p, c.MEAN_INFLOW] = mean
                    if blocked == 1 and pools.number[p, c.GATED] == 1.0:
                        mean = 0.0
                        end = 0.0
                        state[p, c.PASSED] = 0.0
                        state[p, c.PASSED_MEAN] = 0.0
                    else:
                        before = flow[e, c.STORED]
                        mean, end, stored, rule = run_pool(
                            step, event, e, p, mean, end, elements, pools, basins, rules, groups,
                            events, record, joint, scratch,
                        )  # fmt: skip
                        flow[e, c.STORED] = stored
                        change += stored - before
                        size += before
                    record.pools[row, at, p, c.RELEASE] = state[p, c.RELEASED]
                    record.pools[row, at, p, c.MEAN_OUTFLOW] = state[p, c.PASSED_MEAN]
                    record.pools[row, at, p, c.RULE] = rule
                    flow[e, c.OUT] = state[p, c.PASSED]
                    flow[e, c.SUM_OUT] += state[p, c.PASSED_MEAN]
                else:
                    if blocked == 0:
                        mean, end = fill_from_section(
                            e, mean, end, dt_s, elements, basins, scratch.basin_state
                        )
                    flow[e, c.OUT] = end
                    flow[e, c.SUM_OUT] += mean
                record.series[row, at, e, c.OUTFLOW] = flow[e, c.OUT]
                record.series[row, at, e, c.STORAGE_SERIES] = flow[e, c.STORED]
                if flow[e, c.OUT] > scratch.peak[e, c.HIGHEST_OUT]:
                    scratch.peak[e, c.HIGHEST_OUT] = flow[e, c.OUT]
                    scratch.peak[e, c.HIGHEST_OUT_POINT] = point
                if flow[e, c.STORED] > scratch.peak[e, c.MOST_STORED]:
                    scratch.peak[e, c.MOST_STORED] = flow[e, c.STORED]
                    scratch.peak[e, c.MOST_STORED_POINT] = point
                target = elements.plan[e, c.TARGET]
                if target < 0:
                    left += mean
                else:
                    gain = elements.gain[e]
                    flow[target, c.MEAN] += mean * gain
                    flow[target, c.END] += end * gain
                    left += mean * (1.0 - gain)
                    flow[e, c.SUM_LOST] += mean * (1.0 - gain)
        if elements.bounded.size > 0:
            add_excess(event, dt_s, elements, flow, scratch.passed_m3s, record.excess_m3)
        if basins.section.size > 0:
            gained, held = advance_basins(event, row, at, dt_s, scratch.basin_state, record)
            change += gained
            size += held
        if blocked == 1:
            keep_local(point, flow, elements, joint)
        left += scratch.tally[c.LEFT]
        balance = abs(change - dt_s * (entered - left))
        size += dt_s * (abs(entered) + abs(left))
        if not math.isfinite(balance):
            record.proof[event, c.NETWORK_STEP] = step
            return c.NOT_A_NUMBER
        if balance > record.proof[event, c.NETWORK_CLOSURE] * size and blocked == 0:
            record.proof[event, c.NETWORK_CLOSURE] = balance / size
            record.proof[event, c.NETWORK_STEP] = step
    return c.FINE


@kernel
def route_events(
    first, last, start, stop, needs_local, elements, reaches, pools, basins, rules, groups, events,
    record, joint, scratch,
):  # fmt: skip
    """Route the steps [start, stop) of the events [first, last), one after another.

    Balance: every element and the network close in each step: what is stored changes by inflow
    less outflow, lost and drawn water; the largest closures are in record.proof.

    Arguments: needs_local (1: forecasts need the flow that no reservoir decides on, which is
    routed first over all steps, with gates closed), elements, reaches, pools, basins, rules, groups
    (constants of the model), events (their data), record, joint and scratch (of one thread).
    A start above 0 goes on from what scratch, joint and record hold; then needs_local is 0, for
    its routing would take the place of that state.
    Reads the model and events; writes record, joint, scratch; peaks and volumes after the last
    step of an event.
    Returns 0, or NOT_A_NUMBER with its place in record.proof.
    """
    steps = events.source_mean_m3s.shape[1]
    for event in range(first, last):
        row = event if record.series.shape[1] > 1 else 0
        for p in range(joint.allowed_m3s.size):
            joint.allowed_m3s[p] = math.inf
        status = c.FINE
        for blocked in range(needs_local, -1, -1):
            status = route_event(
                event, row, blocked, start if blocked == 0 else 0, stop if blocked == 0 else steps,
                elements, reaches, pools, basins, rules, groups, events, record, joint, scratch,
            )  # fmt: skip
        if status != c.FINE:
            return status
        if stop == steps:
            close_event(event, elements, reaches, events, record, scratch)
    return c.FINE
