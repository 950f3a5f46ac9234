"""The flood engine in plain Python: names instead of indices, bisection instead of tables.

Nothing is shared with the kernels but the primitives of the builder. What a store releases is a
function of the storage at the end of the step, and that storage is found by bisection of the
balance. Compensation, pre-release and inlets by level have tests by hand instead.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from hydrosim.flood.lowering import topological_order
from hydrosim.flood.tables import crest_levels, storage_at
from hydrosim.flood.timeline import timeline

BISECTIONS = 200


def solve(function, value, low, high):
    """Smallest storage at which a rising function reaches a value, within the ends."""
    if function(high) <= value:
        return high
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if function(middle) >= value:
            high = middle
        else:
            low = middle
    return high


class PlainPool:
    """One store: its outlets by storage, and what it has released."""

    def __init__(self, primitive, stored, dt):
        self.primitive, self.stored, self.dt = primitive, stored, dt
        curve, weir = primitive.curve, primitive.operation.crest
        self.crest = primitive.crest_m if primitive.crest_m is not None else curve.top_m
        self.bottom = storage_at(primitive, curve.bottom_m)
        self.top = storage_at(primitive, self.crest + (weir.height if weir else 0.0))
        sills = [way.level_m[0] for way in primitive.ways if way.gated]
        self.sill = storage_at(primitive, min(sills)) if sills else math.inf
        self.peak = self.released = 0.0

    def level(self, stored):
        curve = self.primitive.curve
        area = np.diff(curve.storage_m3)[-1] / np.diff(curve.level_m)[-1]
        above = max(stored - curve.storage_m3[-1], 0.0) / area
        return float(np.interp(stored, curve.storage_m3, curve.level_m)) + above

    def flow(self, stored, *, gated, to=None):
        """Flow of the open gates, or of the free outlets, at a storage; to one place, or all."""
        level, weir = self.level(stored), self.primitive.operation.crest
        ways = [w for w in self.primitive.ways if w.gated == gated and to in (None, w.to)]
        total = sum(float(np.interp(level, w.level_m, w.flow_m3s, left=0.0)) for w in ways)
        if weir is not None and not gated and to is None:
            points = crest_levels(self.primitive)
            flows = weir.coefficient * weir.length * (points - self.crest) ** 1.5
            total += float(np.interp(level, points, flows))
        return total

    def cap(self, stored, inflow):
        """What the bands allow: never less than the band below."""
        level, cap = self.level(stored), 0.0
        for up_to, given in self.primitive.bands:
            cap = max(cap, inflow if given is None else given)
            if up_to is None or level < up_to:
                return cap
        return math.inf

    def step(self, mean, end, limit, side, *, all_open):
        """Advance by a step; returns mean release, mean free flow and mean overflow."""
        primitive, dt, start = self.primitive, self.dt, self.stored
        operation = primitive.operation
        self.peak = max(self.peak, end)
        if operation.refill is not None and end < operation.refill.below < self.peak:
            limit = max(limit, storage_at(primitive, operation.refill.level))
        free, gate = self.flow(start, gated=False), self.flow(start, gated=True)
        available = start + dt * (mean - side) - 0.5 * dt * free

        def closed(stored):
            return stored + 0.5 * dt * self.flow(stored, gated=False)

        highest = self.flow(solve(closed, available, self.bottom, self.top), gated=False)
        upper = math.inf if operation.artificial_peak else self.peak - max(highest, free)
        ramp = math.inf if primitive.ramp_m3s2 is None else primitive.ramp_m3s2 * dt
        before = self.released
        least = before - 0.5 * ramp if before >= ramp else 0.5 * before**2 / ramp
        safety = primitive.safety_m
        safe_m3 = math.inf if safety is None else storage_at(primitive, safety)

        def wanted(stored):
            if isinstance(operation.release, float):
                return min(operation.release, max(upper, 0.0))
            return 0.0 if stored <= limit else min(self.cap(stored, mean), max(upper, 0.0))

        def asked(stored):
            if all_open or stored > safe_m3:
                return math.inf
            return max(min(wanted(stored), before + 0.5 * ramp), least)

        def solved(function):
            """Storage and mean release where gates could pass anything."""
            found = solve(
                lambda s: closed(s) + dt * min(function(s), 1e12), available, self.bottom, self.top
            )
            return found, (available - found) / dt - 0.5 * self.flow(found, gated=False)

        def release(stored):
            if stored < self.sill:
                return 0.0
            return min(asked(stored), 0.5 * (gate + self.flow(stored, gated=True)))

        def balance(stored):
            return closed(stored) + dt * release(stored)

        self.stored = solve(balance, available, self.bottom, self.top)
        free_end = self.flow(self.stored, gated=False)
        left = (available - self.stored) / dt - 0.5 * free_end
        full = 0.5 * (gate + self.flow(self.stored, gated=True))
        released = min(max(left, 0.0), full) if primitive.gated else 0.0
        overflow = max(left - released, 0.0) if self.stored >= self.top else 0.0
        gates = self.flow(self.stored, gated=True)
        if not primitive.gated or overflow > 0.0:
            self.released = min(released, gates)
        elif abs(released - full) <= 1e-9 * full and self.stored > self.sill:
            # What rules ask of gates that could pass anything: open ones pass no more.
            most = math.inf if all_open else solved(asked)[1]
            self.released = min(gates, max(most, released))
        else:
            held = max(end - side - free_end, 0.0), max(self.peak - free_end, 0.0)
            last = self.last(
                released, mean, end, held, limit, safe_m3, before, ramp, solved, wanted
            )
            self.released = min(gates, last)
        return released, 0.5 * (free + free_end), overflow

    def last(self, released, mean, end, held, limit, safe_m3, before, ramp, solved, wanted):
        """Release at the end of a step: a storage that is held passes on what then flows in."""
        passed, upper = held
        operation, stored = self.primitive.operation, self.stored

        def at(edge):
            return math.isfinite(edge) and abs(stored - edge) <= 1e-9 * edge

        if at(safe_m3):
            return max(passed, min(released, self.cap(stored * (1 + 1e-9), end)))
        if ramp < math.inf:
            free = solved(wanted)[1]
            if free > before + 0.5 * ramp and stored > solved(wanted)[0]:
                return min(before + ramp, max(free, released))
            if stored < solved(wanted)[0]:
                return max(before - ramp, min(free, released), 0.0)
        if isinstance(operation.release, float) or stored < limit * (1 - 1e-12):
            return released
        upper = math.inf if operation.artificial_peak else upper
        edges = [storage_at(self.primitive, up_to) for up_to, _ in self.primitive.bands if up_to]
        above = self.cap(stored * (1 + 1e-9), end) if self.primitive.bands else math.inf
        if at(limit):
            passed = min(passed, above)
        elif any(at(edge) for edge in edges):
            passed = min(max(passed, self.cap(stored * (1 - 1e-9), mean)), above)
        elif abs(released - self.cap(stored, mean)) <= 1e-9 * released:
            passed = self.cap(stored, end)
        else:
            return released
        passed = min(passed, upper)
        return min(max(passed, before - ramp), before + ramp)


class PlainReach:
    """A reach as the lists of all flows (mean, end) that entered its parts."""

    def __init__(self, routing, inflow, outflow):
        lag = routing.kind == "lag"
        self.routing = routing
        self.entered = [(outflow if lag else inflow,) * 2]
        parts = 0 if lag else routing.count
        self.parts = [[(inflow, inflow)], *([(outflow, outflow)] for _ in range(parts))]

    def late(self, steps):
        return self.entered[max(len(self.entered) - 1 - steps, 0)]

    def step(self, mean, end):
        self.entered.append((mean, end))
        routing = self.routing
        if routing.kind == "lag":
            part = routing.weights[0]
            both = zip(self.late(routing.count), self.late(routing.count + 1), strict=True)
            return tuple((1 - part) * now + part * before for now, before in both)
        self.parts[0].append(self.late(routing.lag))
        c0, c1, c2 = routing.weights
        for above, below in zip(self.parts[:-1], self.parts[1:], strict=True):
            flows = zip(above[-1], above[-2], below[-1], strict=True)
            below.append(tuple(c0 * a + c1 * b + c2 * o for a, b, o in flows))
        return self.parts[-1][-1]


class PlainRouter:
    """Routes one event; ``inflow``, ``outflow`` and ``storage`` hold series by name."""

    def __init__(self, model, event, routings):
        self.model, self.builder, self.event, self.dt = model, model.builder, event, model.dt_s
        self.order = topological_order(self.builder)
        dates = timeline(model, event.start, event.steps)
        self.limit = {name: dates.limit_m3[:, p] for p, name in enumerate(model.pools)}
        self.draws = model.config.flood.draws
        self.held = dict.fromkeys(self.builder.basins, 0.0)
        self.took = dict.fromkeys(self.builder.basins, 0.0)
        self.inflow, self.outflow, self.storage, self.basin = (defaultdict(list) for _ in range(4))
        self.overflow = defaultdict(float)
        self.pools, self.reaches = {}, {}
        self._start(routings)
        for step in range(event.steps):
            self._step(step)

    def _keep(self, name, inflow, outflow, stored):
        self.inflow[name].append(inflow)
        self.outflow[name].append(outflow)
        self.storage[name].append(stored)

    def _start(self, routings):
        ends = defaultdict(float, {n: q[0] for n, q in self.event.end_m3s.items()})
        for name in self.order:
            element, inflow = self.builder.elements[name], ends[name]
            outflow, stored, main = inflow, 0.0, inflow
            if name in self.builder.reaches:
                inflow_less = inflow - lost(element, inflow)
                outflow = main = self.event.start_flows_m3s.get(name, inflow_less)
                self.reaches[name] = PlainReach(routings[name], inflow_less, outflow)
                stored = None
            elif name in self.builder.pools:
                level = self.event.start_levels_m.get(name)
                start = self.limit[name][0] if level is None else storage_at(element, level)
                pool = self.pools[name] = PlainPool(element, start, self.dt)
                pool.peak, stored = inflow, start
                pool.released = self._first_release(name, pool, inflow)
                free = pool.flow(start, gated=False)
                outflow = pool.released + free
                main = outflow - self._aside(pool, pool.released, free, ends)
            self._keep(name, inflow, outflow, stored)
            ends[element.target] += main * element.gain
        for basin in self.held:
            self.basin[basin].append(0.0)

    def _first_release(self, name, pool, inflow):
        gate = pool.flow(pool.stored, gated=True)
        if self.event.operation == "all_open":
            return gate
        if pool.stored < self.limit[name][0] * (1 - 1e-12):
            return 0.0
        free = pool.flow(pool.stored, gated=False)
        kept = max(inflow - self.draws.get(name, 0.0) - free, 0.0)
        return min(kept, gate, pool.cap(pool.stored, inflow))

    def _aside(self, pool, released, free, flows):
        """Send what goes to other places than the river, by capacity; returns its sum."""
        ways, total = pool.primitive.ways, 0.0
        gate_all = pool.flow(pool.stored, gated=True)
        free_all = pool.flow(pool.stored, gated=False)
        for to in sorted({str(w.to) for w in ways if w.to not in (None, pool.primitive.target)}):
            flow = 0.0
            if gate_all > 0:
                flow += pool.flow(pool.stored, gated=True, to=to) / gate_all * released
            if free_all > 0:
                flow += pool.flow(pool.stored, gated=False, to=to) / free_all * free
            flows[to] += flow
            total += flow
        return total

    def _step(self, step):
        means = defaultdict(float, {n: q[step] for n, q in self.event.mean_m3s.items()})
        ends = defaultdict(float, {n: q[step + 1] for n, q in self.event.end_m3s.items()})
        given = self._drain(means, ends)
        for name in self.order:
            element, mean, end = self.builder.elements[name], means[name], ends[name]
            inflow, stored = end, 0.0
            if name in self.builder.reaches:
                mean, end = mean - lost(element, mean), end - lost(element, end)
                mean, end = self.reaches[name].step(mean, end)
                stored = None
                self._keep(name, inflow, end, stored)
            elif name in self.builder.pools:
                mean, end = self._pool(name, step, mean, end, given, means, ends)
            else:
                mean, end = self._divert(name, mean, end, given)
                self._keep(name, inflow, end, stored)
            means[element.target] += mean * element.gain
            ends[element.target] += end * element.gain
        for basin in self.held:
            self.held[basin] += self.dt * (self.took[basin] - given[basin])
            self.basin[basin].append(self.held[basin])

    def _pool(self, name, step, mean, end, given, means, ends):
        pool, dt = self.pools[name], self.dt
        start, free = pool.stored, pool.flow(pool.stored, gated=False)
        before = pool.released
        side = min(self.draws.get(name, 0.0), max(start / dt + mean - 0.5 * free, 0.0))
        options = {"all_open": self.event.operation == "all_open"}
        limit = self.limit[name][step + 1]
        released, free_mean, over = pool.step(mean, end, limit, side, **options)
        taken = self._fill(name, pool.stored + over * dt, given)
        if taken > 0:
            pool.stored, pool.released = start, before
            released, free_mean, over = pool.step(mean, end, limit, side + taken, **options)
        self.overflow[name] += over * dt
        free = pool.flow(pool.stored, gated=False)
        self._keep(name, end, pool.released + free + over, pool.stored)
        mean_out = released + free_mean - self._aside(pool, released, free_mean, means)
        end_out = pool.released + free - self._aside(pool, pool.released, free, ends)
        own = pool.primitive
        gain = own.gain if own.overflow_to == own.target else 1.0
        means[own.overflow_to] += over * gain
        ends[own.overflow_to] += over * gain
        return mean_out, end_out

    def _basins(self, name):
        return [b for b in self.model.basins if self.builder.basins[b].section == name]

    def _room(self, basin, given):
        node = self.builder.basins[basin].node
        room = max((node.capacity - self.held[basin]) / self.dt + given[basin], 0.0)
        inlet = math.inf if node.inlet is None or node.inlet.capacity is None else None
        return room, node.inlet.capacity if inlet is None else inlet

    def _divert(self, name, mean, end, given):
        for basin in self._basins(name):
            trigger = self.builder.basins[basin].node.trigger.discharge
            room, inlet = self._room(basin, given)
            took, took_end = (min(max(flow - trigger, 0.0), inlet) for flow in (mean, end))
            if took > room:
                took, took_end = room, min(took_end, room)
            self.took[basin] = took
            mean, end = mean - took, end - took_end
        return mean, end

    def _fill(self, name, above, given):
        total = 0.0
        for basin in self._basins(name):
            trigger = self.builder.basins[basin].node.trigger.level
            room, inlet = self._room(basin, given)
            excess = above - total * self.dt - storage_at(self.builder.pools[name], trigger)
            self.took[basin] = min(max(excess / self.dt, 0.0), inlet, room)
            total += self.took[basin]
        return total

    def _drain(self, means, ends):
        given = dict.fromkeys(self.held, 0.0)
        for basin in self.held:
            node, section = self.builder.basins[basin].node, self.builder.basins[basin].section
            outside, limit = self.outflow[section][-1], node.trigger.discharge
            if section in self.builder.pools:
                outside = self.storage[section][-1]
                limit = storage_at(self.builder.pools[section], node.trigger.level)
            if node.drain is None or self.took[basin] > 0 or outside >= limit:
                continue
            given[basin] = min(node.drain.capacity, max(self.held[basin], 0.0) / self.dt)
            means[str(node.drain.to)] += given[basin]
            ends[str(node.drain.to)] += given[basin]
        return given


def lost(reach, flow):
    """What the bed takes of a flow."""
    most = math.inf if reach.most_loss_m3s is None else reach.most_loss_m3s
    return min(reach.loss * flow, most)
