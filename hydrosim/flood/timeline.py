"""What depends on the date of an event: flood-limited levels and the rules of the releases."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.rule_cache import RuleBook
from hydrosim.calendar import Calendar
from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.expressions.tape import compile_tape
from hydrosim.expressions.values import Graph, Value
from hydrosim.flood.tables import storage_at
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.arrays import Rules
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel

__all__ = ["FloodCalendar", "Timeline", "timeline"]


@dataclass(frozen=True, eq=False)
class FloodCalendar(Calendar):
    """The steps of an event: of any length, from any moment on."""

    first: np.datetime64 = field(default_factory=lambda: np.datetime64("1970-01-01"))
    count: int = 1
    length_s: float = 3600.0

    @cached_property
    def _edges(self) -> NDArray[np.datetime64]:
        seconds = np.rint(np.arange(self.count + 1) * self.length_s).astype("m8[s]")
        return self.first.astype("M8[s]") + seconds

    @classmethod
    def of(cls, start: np.datetime64, steps: int, dt_s: float) -> FloodCalendar:
        """Return the calendar of an event."""
        day = start.astype("M8[D]").astype(datetime.date)
        return cls(day, day, "day", first=start, count=steps, length_s=dt_s)


@dataclass(frozen=True, eq=False)
class Timeline:
    """The limits and rules of events that start at one moment.

    Attributes
    ----------
    limit_m3
        Storage at the flood-limited level at each point, shape (T + 1, pool).
    rules, series
        Tape of the release rules, and its series, shape (T, series).
    """

    limit_m3: NDArray[np.float64]
    rules: Rules
    series: NDArray[np.float64]


def timeline(model: FloodModel, start: np.datetime64, steps: int) -> Timeline:
    """Return what the date of an event says; made once for each start and length.

    Raises
    ------
    ConfigError
        If a release rule cannot be computed in an event.
    """
    key = (str(start), steps)
    if key not in model.timelines:
        calendar = FloodCalendar.of(start, steps, model.dt_s)
        rules, series = _rules(model, calendar)
        model.timelines[key] = Timeline(_limits(model, calendar), rules, series)
    return model.timelines[key]


def _limits(model: FloodModel, calendar: FloodCalendar) -> NDArray[np.float64]:
    points = np.concatenate((calendar.starts[:1] + np.timedelta64(1, "s"), calendar.ends))
    columns = []
    for name in model.pools:
        pool = model.builder.pools[name]
        normal = storage_at(pool, pool.normal_m)
        if pool.limit is None:
            columns.append(np.full(points.size, normal))
        else:
            assert pool.curve is not None
            columns.append(pool.limit.storage_m3(points, points, pool.curve, normal))
    return np.column_stack(columns) if columns else np.zeros((points.size, 0))


class _RuleBuilder:
    """What rules need to lower: a graph on the steps of the event, and quantities of nodes."""

    def __init__(self, model: FloodModel, calendar: FloodCalendar) -> None:
        self.model = model
        self.calendar = calendar
        self.graph = Graph(calendar.dt_s.size)
        self.dt_s = self.graph.series(calendar.dt_s, "dt_s")
        config = model.config
        self.settings = config.settings
        self.book = RuleBook(config.all_rules.__getitem__)
        self.reads: list[tuple[Value, int, int]] = []
        self.quantities: dict[tuple[str, str], Value] = {}
        for place, name in enumerate(model.elements):
            self._declare(place, name)

    def _read(self, kind: int, place: int, name: str) -> Value:
        value = self.graph.state(name, 0.0)
        self.reads.append((value, kind, place))
        return value

    def _declare(self, place: int, name: str) -> None:
        quantities = self.quantities
        quantities["local_inflow", name] = self._read(c.READ_LOCAL, place, f"{name}.local")
        quantities["known_inflow", name] = self._read(c.READ_INFLOW, place, f"{name}.inflow")
        if name not in self.model.pools:
            return
        pool, table = self.model.builder.pools[name], self.model.tables[name]
        storage = self._read(c.READ_STORAGE, place, f"{name}.storage")
        level, first = np.unique(table.level_m, return_index=True)
        curve = self.graph.curve(table.storage_m3[first].tolist(), level.tolist())
        dead, normal = storage_at(pool, pool.dead_m), storage_at(pool, pool.normal_m)
        quantities["storage", name] = storage
        quantities["level", name] = curve(storage)
        share = (storage - dead) / (normal - dead)
        quantities["fraction", name] = minimum(maximum(share, 0.0), 1.0)

    @property
    def current_rule(self) -> str | None:
        return self.book.current

    def rule(self, name: str) -> Value:
        return self.book.lower(name, self)

    def value(self, quantity: Any, default: float | None = None) -> Value:
        given = default if quantity is None else quantity
        assert given is not None
        return self.rule(given.name) if isinstance(given, RuleRef) else self.graph.constant(given)

    def quantity(self, kind: str, node: str) -> Value:
        return self.quantities[kind, node]


def _rules(model: FloodModel, calendar: FloodCalendar) -> tuple[Rules, NDArray[np.float64]]:
    builder = _RuleBuilder(model, calendar)
    wishes: dict[int, Value] = {}
    faults: list[Fault] = []
    for place, name in enumerate(model.pools):
        operation = model.builder.pools[name].operation
        if operation is None or operation.release is None:
            continue
        try:
            wishes[place] = builder.value(operation.release)
        except ConfigError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigError(faults, model.config.source)
    if not wishes:
        return _no_rules(len(model.pools)), np.zeros((calendar.dt_s.size, 0))
    tape = compile_tape(builder.graph, list(wishes.values()), [], [])
    used = [read for read in builder.reads if read[0] in tape.register]
    wish = np.full(len(model.pools), -1, dtype=np.int64)
    for place, value in wishes.items():
        wish[place] = tape[value]
    rules = Rules(
        opcode=tape.opcode,
        target=tape.target,
        argument=tape.argument,
        curve_start=tape.curve_start,
        curve_x=tape.curve_x,
        curve_y=tape.curve_y,
        series_register=tape.series_register,
        read_register=np.array([tape[value] for value, _, _ in used], dtype=np.int64),
        read_kind=np.array([kind for _, kind, _ in used], dtype=np.int64),
        read_element=np.array([place for _, _, place in used], dtype=np.int64),
        wish_register=wish,
        initial=tape.initial_register[0],
    )
    return rules, tape.series[0]


def _no_rules(pools: int) -> Rules:
    none = np.zeros(0, dtype=np.int64)
    return Rules(
        opcode=none,
        target=none,
        argument=np.zeros((0, 3), dtype=np.int64),
        curve_start=np.zeros(1, dtype=np.int64),
        curve_x=np.zeros(1),
        curve_y=np.zeros(1),
        series_register=none,
        read_register=none,
        read_kind=none,
        read_element=none,
        wish_register=np.full(pools, -1, dtype=np.int64),
        initial=np.zeros(1),
    )
