"""The loop of the flood engine: events, points of time, elements in topological order."""

from __future__ import annotations

import math

from hydrosim.kernels._apart import apart
from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import advance_basins, drain_basins, fill_from_section
from hydrosim.kernels.flood.joint import share_out
from hydrosim.kernels.flood.notes import add_excess, enter_place, leave_place, record_mean
from hydrosim.kernels.flood.openers import (
    open_basins,
    open_elements,
    open_events,
    open_groups,
    open_joint,
    open_pools,
    open_reaches,
    open_record,
    open_rules,
    open_scratch,
    open_work,
)
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
def open_event(work, event, row):
    """Clear the sums of an event, write its first point, book what is under way to sections."""
    groups = open_groups(work.groups)
    events = open_events(work.events)
    record = open_record(work.record)
    joint = open_joint(work.joint)
    scratch = open_scratch(work.scratch)
    for field in range(c.PROOF_FIELDS):
        record.proof[event, field] = 0.0
    for p in range(scratch.pool_state.shape[0]):
        record.pool_volume[event, p, c.OVER_CREST] = 0.0
        record.pool_volume[event, p, c.DRAWN] = 0.0
        record.pools[row, 0, p, c.RELEASE] = scratch.pool_state[p, c.RELEASED]
        record.pools[row, 0, p, c.MEAN_INFLOW] = scratch.pool_state[p, c.ARRIVED]
        record.pools[row, 0, p, c.MEAN_OUTFLOW] = scratch.pool_state[p, c.PASSED]
        record.pools[row, 0, p, c.RULE] = c.HOLD
    for b in range(scratch.basin_state.shape[0]):
        record.basin_summary[event, b, c.MOST_HELD] = 0.0
        record.basin_summary[event, b, c.VOLUME_TAKEN] = 0.0
        record.basin_m3[row, 0, b] = 0.0
        record.basin_inflow_m3s[row, 0, b] = 0.0
        record.basin_outflow_m3s[row, 0, b] = 0.0
    for b in range(scratch.passed_m3s.size):
        scratch.passed_m3s[b] = 0.0
        record.excess_m3[event, b, c.EXCESS_IN] = 0.0
        record.excess_m3[event, b, c.EXCESS_OUT] = 0.0
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
def close_event(work, event):
    """Write peaks and volumes of an event; compare what reaches hold.

    The water in a reach by its state is set against what flowed in less what flowed out.
    Writes record.summary[event, field, element], record.proof.
    """
    elements = open_elements(work.elements)
    reaches = open_reaches(work.reaches)
    events = open_events(work.events)
    record = open_record(work.record)
    scratch = open_scratch(work.scratch)
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
            held = reach_stored(r, dt_s, reaches, scratch)
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
def keep_local(point, flow, elements, joint):
    """Keep the inflow of each element, and the mean of pools, where no reservoir decides on it.

    Writes joint.local_end_m3s, local_mean_m3s.
    """
    for e in range(elements.gain.size):
        joint.local_end_m3s[point, e] = flow[e, c.IN]
        if elements.plan[e, c.KIND] == c.POOL:
            joint.local_mean_m3s[point, elements.plan[e, c.PLACE]] = flow[e, c.MEAN]


@merged
def run_store(work, step, event, row, at, e, p, mean, end):
    """Carry a pool through a step and record it.

    Writes the pool's state, scratch.flow, record.pools[row, at, p, :].
    Returns mean and end outflow of its main way [m3/s].
    """
    scratch = open_scratch(work.scratch)
    series = open_record(work.record).pools
    every = open_events(work.events).every
    flow = scratch.flow
    state = scratch.pool_state
    record_mean(series, row, at, p, c.MEAN_INFLOW, mean, step, every)
    mean, end, stored, rule = run_pool(work, step, event, e, p, mean, end)
    flow[e, c.STORED] = stored
    series[row, at, p, c.RELEASE] = state[p, c.RELEASED]
    record_mean(series, row, at, p, c.MEAN_OUTFLOW, state[p, c.PASSED_MEAN], step, every)
    series[row, at, p, c.RULE] = rule
    flow[e, c.OUT] = state[p, c.PASSED]
    flow[e, c.SUM_OUT] += state[p, c.PASSED_MEAN]
    return mean, end


@merged
def hold_store(work, row, at, e, p, mean):
    """Let a pool with closed gates pass nothing in a step, and record it.

    Writes the pool's state, scratch.flow, record.pools[row, at, p, :].
    """
    scratch = open_scratch(work.scratch)
    series = open_record(work.record).pools
    state = scratch.pool_state
    state[p, c.PASSED] = 0.0
    state[p, c.PASSED_MEAN] = 0.0
    series[row, at, p, c.MEAN_INFLOW] = mean
    series[row, at, p, c.RELEASE] = state[p, c.RELEASED]
    series[row, at, p, c.MEAN_OUTFLOW] = 0.0
    series[row, at, p, c.RULE] = c.HOLD
    scratch.flow[e, c.OUT] = 0.0


@merged
def run_stores(work, event, blocked, part, row, at, step, left, change, size):
    """Carry the stores, and the places with basins, of a segment through a step, and hand on.

    Arguments: blocked (1: gated pools let nothing through), part (segment); left [m3/s], change and
    size [m3]: what left the network and what is stored so far in the step.
    Writes the state of pools and basins, scratch.flow, scratch.peak, record.
    Returns left, change and size with those of the segment.
    """
    elements = open_elements(work.elements)
    pools = open_pools(work.pools)
    scratch = open_scratch(work.scratch)
    dt_s = open_events(work.events).dt_s
    series = open_record(work.record).series
    plan = elements.plan
    flow = scratch.flow
    peak = scratch.peak
    for e in range(elements.segment[part, c.SEGMENT_FIRST], elements.segment[part, c.SEGMENT_END]):
        mean = flow[e, c.MEAN]
        end = flow[e, c.END]
        start = flow[e, c.IN]
        enter_place(e, step + 1, flow, peak)
        if plan[e, c.KIND] == c.POOL:
            p = plan[e, c.PLACE]
            if blocked == 1 and pools.number[p, c.GATED] == 1.0:
                hold_store(work, row, at, e, p, mean)
                mean = 0.0
                end = 0.0
            else:
                before = flow[e, c.STORED]
                mean, end = run_store(work, step, event, row, at, e, p, mean, end)
                change += flow[e, c.STORED] - before
                size += before
        else:
            if blocked == 0:
                basins = open_basins(work.basins)
                mean, end = fill_from_section(
                    e, start, mean, end, dt_s, pools.parts, elements, basins,
                    scratch.basin_state, scratch.opened,
                )  # fmt: skip
            flow[e, c.OUT] = end
            flow[e, c.SUM_OUT] += mean
        series[row, at, e, c.INFLOW] = flow[e, c.IN]
        series[row, at, e, c.OUTFLOW] = flow[e, c.OUT]
        series[row, at, e, c.STORAGE_SERIES] = flow[e, c.STORED]
        leave_place(e, step + 1, flow, peak)
        target = plan[e, c.TARGET]
        if target < 0:
            left += mean
        else:
            gain = elements.gain[e]
            flow[target, c.MEAN] += mean * gain
            flow[target, c.END] += end * gain
            left += mean * (1.0 - gain)
            flow[e, c.SUM_LOST] += mean * (1.0 - gain)
    return left, change, size


@inner
def route_event(work, event, row, blocked, start, stop):
    """Route the steps [start, stop) of one event; ``blocked`` closes gated pools and basins.

    From step 0 the event begins anew; from a later one scratch, joint and record hold what the
    steps before have left. Returns 0, or NOT_A_NUMBER with its step in record.proof.
    """
    elements = open_elements(work.elements)
    basins = open_basins(work.basins)
    rules = open_rules(work.rules)
    groups = open_groups(work.groups)
    events = open_events(work.events)
    record = open_record(work.record)
    joint = open_joint(work.joint)
    scratch = open_scratch(work.scratch)
    dt_s = events.dt_s
    flow = scratch.flow
    if start == 0:
        start_event(work, event, blocked)
        open_event(work, event, row)
    if blocked == 1:
        keep_local(0, flow, elements, joint)
    kept = record.series.shape[1] > 1
    every = events.every
    reads = rules.opcode.size + rules.read_register.size + rules.series_register.size
    shares = groups.section.size > 0 and blocked == 0 and events.all_open[event] == 0
    for step in range(start, stop):
        point = step + 1
        at = step // every + 1 if kept else 0
        if reads > 0:
            read_rules(step, event, rules, events, scratch.register, flow)
        if shares:
            share_out(work, step, event)
        entered, left = open_step(step, event, dt_s, elements, basins, events, scratch)
        scratch.tally[c.LEFT] = 0.0
        change = 0.0
        size = 0.0
        for part in range(elements.segment.shape[0]):
            if elements.segment[part, c.SEGMENT_KIND] == c.RIVERS:
                first = elements.segment[part, c.SEGMENT_FIRST]
                end = elements.segment[part, c.SEGMENT_END]
                more, gained, held = run_rivers(work, first, end, row, at, point)
                left += more
                change += gained
                size += held
            else:
                left, change, size = run_stores(
                    work, event, blocked, part, row, at, step, left, change, size
                )
        if elements.bounded.size > 0:
            add_excess(event, dt_s, elements, flow, scratch.passed_m3s, record.excess_m3)
        if basins.section.size > 0:
            gained, held = advance_basins(event, step, row, at, events, scratch.basin_state, record)
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


@apart
def route_events(address: int, first: int, end: int) -> int:
    """Route the steps ``[start, stop)`` of some events, one after another.

    Balance: every element and the network close in each step: what is stored changes by inflow
    less outflow, lost and drawn water; the largest closures are in record.proof.

    Where forecasts need the flow that no reservoir decides on, that is routed first over all steps,
    with gates closed.  A start above 0 goes on from what scratch, joint and record hold; then
    ``needs_local`` is 0, for its routing would take the place of that state.

    Parameters
    ----------
    address : int
        A `FloodWork`; reads the model and the events; writes record, joint and scratch, and peaks
        and volumes after the last step of an event.
    first, end : int
        Which events: [first, end).

    Returns
    -------
    int
        0, or NOT_A_NUMBER with its place in record.proof.
    """
    work = open_work(address)
    record = open_record(work.record)
    joint = open_joint(work.joint)
    steps = open_events(work.events).source_mean_m3s.shape[1]
    for event in range(first, end):
        row = event if record.series.shape[1] > 1 else 0
        for p in range(joint.allowed_m3s.size):
            joint.allowed_m3s[p] = math.inf
        status = c.FINE
        for blocked in range(work.needs_local, -1, -1):
            begin = work.start if blocked == 0 else 0
            until = work.stop if blocked == 0 else steps
            status = route_event(work, event, row, blocked, begin, until)
        if status != c.FINE:
            return status
        if work.stop == steps:
            close_event(work, event)
    return c.FINE
