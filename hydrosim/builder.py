"""What node and link types lower to: rows, columns, claims, states, boundaries and records.

The builder collects closed primitives and values by name. It knows no node type and no kernel;
``build.py`` turns what it holds into the arrays of the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.values import Graph, Value, maximum, minimum, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hydrosim.calendar import Calendar

__all__ = [
    "OUTSIDE",
    "PHYSICAL",
    "STORED",
    "WITHDRAWN",
    "Account",
    "Balance",
    "Boundary",
    "Builder",
    "Claim",
    "Column",
    "Ports",
    "Record",
    "Row",
    "Zone",
]

PHYSICAL = "physical"
STORED = "storage"
WITHDRAWN = ""
OUTSIDE = "outside"


@dataclass(eq=False)
class Row:
    """A balance: what leaves through columns equals what arrives plus the forced water [m3]."""

    name: str
    kind: str
    forced: list[tuple[Value, str]] = field(default_factory=list)
    index: int = -1


@dataclass(eq=False)
class Column:
    """A decided volume [m3 a step] in [0, upper] with its coefficients on rows.

    ``upper`` holds (bound [m3], name of the bound) pairs; the smallest counts, and its name is
    the reason that is told when the column is full.
    """

    name: str
    entries: list[tuple[Row, float]]
    upper: list[tuple[Value, str]]
    cost_yuan_per_m3: float = 0.0
    origin: str = ""
    index: int = -1
    flow: Value | None = None

    @property
    def volume(self) -> Value:
        """Volume of the step [m3], known after the allocation."""
        assert self.flow is not None
        return self.flow


@dataclass(eq=False)
class Claim:
    """A wish on one column: be ``wanted`` (sense +1), or stay unused (sense -1)."""

    name: str
    column: Column
    wanted: Value
    line: str
    sense: int = 1
    share: float = 1.0
    stock: bool = False
    index: int = -1


@dataclass(eq=False)
class Zone:
    """A layer of a store between two volumes, with the ladder line that fills it, if any."""

    name: str
    top_m3: Value
    line: str | None
    empty: bool = False


@dataclass(eq=False)
class Balance:
    """A stored volume with all that enters and leaves it in a step [m3]."""

    name: str
    state: Value
    start: Value
    end: Value
    gains: list[Value]
    losses: list[Value]


@dataclass(eq=False)
class Boundary:
    """Water that crosses the edge of the model: +1 enters, -1 leaves [m3 a step]."""

    name: str
    kind: str
    volume: Value
    sign: int


@dataclass(eq=False)
class Record:
    """One recorded quantity: a variable of ``variables.py`` for one item of its dimension."""

    variable: str
    item: str
    value: Value


@dataclass(eq=False)
class Account:
    """A volume that a calendar grants and that columns use up [m3]."""

    name: str
    state: Value
    start: Value
    granted: Value
    uses: list[Value] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Ports:
    """The rows where links end (inlet) and start (outlet) at a node."""

    inlet: Row | None = None
    outlet: Row | None = None
    river_inlet: Row | None = None


class Builder:
    """Collects the primitives of a supply model.

    Parameters
    ----------
    calendar
        The run's time axis.
    resolve
        Turns a rule's name into its schema object; raises KeyError for an unknown name.
    settings
        Run-wide settings: ``mode``, ``planning_year``, ``water_year`` and the like.
    """

    def __init__(
        self,
        calendar: Calendar,
        resolve: Callable[[str], Any],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.calendar = calendar
        self.settings = dict(settings or {})
        self.graph = Graph(calendar.dt_s.size)
        self.dt_s = self.graph.series(calendar.dt_s, "dt_s")
        self.rows: dict[str, Row] = {}
        self.columns: dict[str, Column] = {}
        self.claims: dict[str, Claim] = {}
        self.balances: dict[str, Balance] = {}
        self.boundaries: list[Boundary] = []
        self.records: dict[tuple[str, str], Record] = {}
        self.accounts: dict[str, Account] = {}
        self.ports: dict[str, Ports] = {}
        self.links: dict[str, tuple[Any, list[Column]]] = {}
        self.items: dict[str, dict[str, dict[str, Any]]] = {}
        self.year_claims: dict[str, dict[str, Any]] = {}
        self.quantities: dict[tuple[str, str], Value] = {}
        self.stores: dict[str, tuple[Value, Value]] = {}
        self.carried: dict[str, list[tuple[Column, float]]] = {}
        self._recharge: dict[str, list[tuple[Value, str]]] = {}
        self._resolve = resolve
        self._rules: dict[str, Value] = {}
        self._rule_stack: list[str] = []

    # -- values ------------------------------------------------------------------------------

    def value(self, quantity: Any, default: float | None = None) -> Value:
        """Return a number or rule reference of a schema as a value in SI units."""
        if quantity is None:
            if default is None:
                msg = "a value without a default is missing"
                raise ValueError(msg)
            quantity = default
        if isinstance(quantity, (int, float)):
            return self.graph.constant(float(quantity))
        if isinstance(quantity, Value):
            return quantity
        return self.rule(quantity.name)

    def rule(self, name: str) -> Value:
        """Return the rule ``name`` as a value.

        Raises
        ------
        ConfigError
            If rules depend on each other in a circle.
        """
        if name in self._rules:
            return self._rules[name]
        if name in self._rule_stack:
            from hydrosim.errors import ConfigError, Fault

            circle = " -> ".join([*self._rule_stack[self._rule_stack.index(name) :], name])
            raise ConfigError(
                [
                    Fault(
                        ("rules", name),
                        found=circle,
                        expected="rules that do not depend on each other in a circle",
                    )
                ]
            )
        self._rule_stack.append(name)
        try:
            value = self._resolve(name).lower(self)
        finally:
            self._rule_stack.pop()
        self._rules[name] = value
        return value

    @property
    def rule_values(self) -> dict[str, Value]:
        """The rules lowered so far, by name."""
        return dict(self._rules)

    @property
    def current_rule(self) -> str | None:
        """Name of the rule that is being lowered."""
        return self._rule_stack[-1] if self._rule_stack else None

    def volume(self, flow: Any) -> Value:
        """Return a flow [m3/s] (number, rule or value) as the volume of a step [m3]."""
        return self.value(flow) * self.dt_s

    def quantity(self, kind: str, node: str) -> Value:
        """Return a named start-of-step quantity of a node, for rules.

        ``kind`` is one of storage, level, account, local_inflow, known_inflow, depth, fraction.

        Raises
        ------
        KeyError
            If the node has no such quantity.
        """
        if kind == "known_inflow" and node in self.ports:
            return self.graph.deferred(f"known_inflow({node})")
        return self.quantities[kind, node]

    # -- primitives --------------------------------------------------------------------------

    def junction(self, name: str) -> Row:
        """Add a balance without storage."""
        return self._row(name, "junction")

    def _row(self, name: str, kind: str) -> Row:
        if name in self.rows:
            msg = f"row {name!r} exists already"
            raise ValueError(msg)
        row = Row(name, kind)
        self.rows[name] = row
        return row

    def force(self, row: Row, volume_m3: Value, origin: str) -> None:
        """Let a volume that is known at the start of the step arrive at a row.

        The caller books where the water comes from (a boundary or another balance). A negative
        volume is water taken before the allocation, with the origin ``WITHDRAWN``. ``origin``
        tells the ledger whose water it is: an origin's name, ``row:NAME`` for water of that row's
        mix, ``carry:NAME`` for what :meth:`carry` put under way, or ``STORED`` for the content of
        the row's store.
        """
        row.forced.append((volume_m3, origin))

    def column(
        self,
        name: str,
        start: Row | None,
        arrivals: Iterable[tuple[Row, float]],
        upper: Iterable[tuple[Value, str]] = (),
        *,
        cost_yuan_per_m3: float = 0.0,
        origin: str = "",
    ) -> Column:
        """Add a decided volume that leaves ``start`` and arrives with gains (sum <= 1).

        What ``start`` loses and no row receives is the caller's to book (:meth:`leaves`,
        :meth:`recharge` or a balance). ``origin`` names the source of water of a column
        without start.
        """
        if name in self.columns:
            msg = f"column {name!r} exists already"
            raise ValueError(msg)
        entries: dict[str, tuple[Row, float]] = {}
        if start is not None:
            entries[start.name] = (start, 1.0)
        gains = 0.0
        for row, gain in arrivals:
            gains += gain
            before = entries.get(row.name, (row, 0.0))[1]
            entries[row.name] = (row, before - gain)
        if gains > 1.0 + 1e-12:
            msg = f"column {name!r} gains {gains} of what it takes"
            raise ValueError(msg)
        column = Column(name, list(entries.values()), list(upper), cost_yuan_per_m3, origin)
        column.flow = self.graph.flow(len(self.columns), name)
        self.columns[name] = column
        return column

    def group(
        self,
        name: str,
        parts: Iterable[tuple[Column, float]],
        upper_m3: Value | float,
        reason: str = "group",
    ) -> Row:
        """Hold the weighted sum of columns at or below a volume (0 for a ratio)."""
        row = self._row(name, "side")
        for column, weight in parts:
            column.entries.append((row, weight))
        limit = self.graph.constant(upper_m3)
        self.column(f"{name}.slack", row, (), ((limit, reason),)) if not (
            limit.is_constant and limit.constant == 0.0
        ) else self.column(f"{name}.slack", row, ())
        self.force(row, limit, WITHDRAWN)
        return row

    def claim(
        self,
        name: str,
        column: Column,
        wanted_m3: Value,
        line: str,
        *,
        sense: int = 1,
        share: float = 1.0,
        stock: bool = False,
    ) -> Claim:
        """Claim a column for a ladder line."""
        if name in self.claims:
            msg = f"claim {name!r} exists already"
            raise ValueError(msg)
        claim = Claim(name, column, wanted_m3, line, sense, share, stock)
        self.claims[name] = claim
        return claim

    def spare(self, name: str, column: Column) -> Claim:
        """Let ladder lines ``spare: name`` keep a source column unused."""
        bound = minimum(*(value for value, _ in column.upper))
        return self.claim(f"spare:{column.name}", column, bound, f"spare:{name}", sense=-1)

    def overflow(self, name: str, row: Row, to_node: str | None) -> Column:
        """Add the uncapped way out of a row that is used only when nothing else can be."""
        target = self.river_inlet(to_node)
        column = self.column(f"{name}.overflow", row, ((target, 1.0),) if target else ())
        self.claim(f"{name}.overflow", column, self.graph.constant(np.inf), PHYSICAL, sense=-1)
        if target is None:
            self.leaves(f"{name}.overflow", "outflow", column.volume)
        return column

    def river_inlet(self, node: str | None) -> Row | None:
        """Row where natural water enters a node; None outside the model."""
        if node is None or node == OUTSIDE:
            return None
        ports = self.ports[node]
        return ports.river_inlet or ports.inlet

    # -- stored volumes ----------------------------------------------------------------------

    def stored(self, name: str, initial_m3: float) -> Value:
        """Declare a stored volume; :meth:`balance` says how it changes."""
        return self.graph.state(f"{name}.storage", initial_m3)

    def balance(
        self,
        name: str,
        state: Value,
        gains: Iterable[Value],
        losses: Iterable[Value],
        *,
        start: Value | None = None,
    ) -> Value:
        """Close the balance of a stored volume; return its volume at the end of the step."""
        gains, losses = list(gains), list(losses)
        begin = state if start is None else start
        change = self.graph.constant(0.0)
        for gain in gains:
            change = change + gain
        for loss in losses:
            change = change - loss
        end = begin + change
        self.graph.advance(state, end)
        self.balances[name] = Balance(name, state, begin, end, gains, losses)
        return end

    def store_row(
        self,
        name: str,
        state: Value,
        before_m3: Value,
        locked_m3: Value,
        zones: Iterable[Zone],
    ) -> tuple[Row, list[Column]]:
        """Open the row of a store with its stacked zones; the store's links use this row.

        Parameters
        ----------
        state
            The stored volume.
        before_m3
            Volume before the allocation: the state after losses and rain.
        locked_m3
            Part of it below the lowest outlet, which no column can take.
        zones
            From the lowest up; a zone marked ``empty`` claims to be empty.
        """
        self.stores[name] = (state, before_m3)
        row = self.rows.get(name) or self._row(name, "store")
        self.force(row, before_m3 - locked_m3, STORED)
        columns: list[Column] = []
        below = locked_m3
        for zone in zones:
            top = maximum(zone.top_m3, below)
            size = top - below
            column = self.column(f"{name}.{zone.name}", row, (), ((size, "full"),))
            columns.append(column)
            if zone.line is not None:
                self.claim(
                    f"{name}.{zone.name}",
                    column,
                    size,
                    zone.line,
                    sense=-1 if zone.empty else 1,
                    stock=True,
                )
            below = top
        return row, columns

    def declare_store_row(self, name: str) -> Row:
        """Open the row of a store before its zones are known."""
        return self._row(name, "store")

    # -- edges of the model, transfers between steps -------------------------------------------

    def enters(self, name: str, kind: str, volume_m3: Value) -> None:
        """Book water that enters the model."""
        self.boundaries.append(Boundary(name, kind, volume_m3, 1))

    def leaves(self, name: str, kind: str, volume_m3: Value) -> None:
        """Book water that leaves the model."""
        self.boundaries.append(Boundary(name, kind, volume_m3, -1))

    def arrive_next_step(self, node: str, name: str, volume_m3: Value, origin: str) -> None:
        """Let a volume of this step arrive at a node's inlet in the next one."""
        state = self.graph.state(f"{name}.under_way", 0.0)
        self.graph.advance(state, volume_m3)
        self.balances[f"{name}.under_way"] = Balance(
            f"{name}.under_way", state, state, volume_m3, [volume_m3], [state]
        )
        row = self.ports[node].inlet or self.ports[node].outlet
        assert row is not None
        self.force(row, state, origin)

    def carry(self, name: str, column: Column, share: float = 1.0) -> None:
        """Tell the ledger that a share of a column goes under way as ``carry:NAME``."""
        self.carried.setdefault(name, []).append((column, share))

    def recharge(self, aquifer: str, volume_m3: Value, kind: str) -> None:
        """Send a volume of this step to an aquifer's percolation."""
        self._recharge.setdefault(aquifer, []).append((volume_m3, kind))

    def recharge_of(self, aquifer: str) -> list[tuple[Value, str]]:
        """All that was sent to an aquifer; complete once every other node is lowered."""
        return self._recharge.get(aquifer, [])

    def lose(self, name: str, column: Column, share: float, to_aquifer: str | None) -> None:
        """Book the part of a column that no row receives: to an aquifer, or lost."""
        if share <= 0.0:
            return
        volume = column.volume * share
        if to_aquifer is None:
            self.leaves(name, "loss", volume)
        else:
            self.recharge(to_aquifer, volume, "seepage")

    def account(
        self,
        name: str,
        granted_m3: Value,
        month_day: Any,
        *,
        carry_over_frac: Value | float = 0.0,
        carry_over_limit_m3: Value | float = np.inf,
        first_part: float | None = None,
    ) -> Account:
        """Open a volume that is granted anew each year on ``month_day``.

        ``granted_m3`` is the grant in force in each step; the share ``carry_over_frac`` of what
        is left, up to a limit, passes into the new year. A run that starts within a year starts
        with the part ``first_part`` of the grant; by default the part that the rest of the year
        is of the whole.
        """
        opens = self.calendar.resets(month_day)
        part = self.remaining_part(month_day) if first_part is None else first_part
        first = granted_m3.known
        initial = 0.0 if opens[0] or first is None else float(first[0, 0]) * part
        state = self.graph.state(f"{name}.account", initial)
        carried = minimum(carry_over_frac * state, carry_over_limit_m3)
        start = where(self.graph.series(opens.astype(np.float64)), granted_m3 + carried, state)
        if first is None and not opens[0]:
            begins = np.zeros(opens.size)
            begins[0] = 1.0
            start = where(self.graph.series(begins), granted_m3 * part, start)
        account = Account(name, state, start, granted_m3)
        self.accounts[name] = account
        self.quantities["account", name] = start
        return account

    def remaining_part(self, month_day: Any) -> float:
        """Part of an account year that lies after the run's first day."""
        first = self.calendar.starts[0].astype("datetime64[D]")
        year = int(first.astype("datetime64[Y]").astype(int)) + 1970
        month, day = month_day
        begin = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
        if begin > first:
            begin = np.datetime64(f"{year - 1:04d}-{month:02d}-{day:02d}")
            end = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
        else:
            end = np.datetime64(f"{year + 1:04d}-{month:02d}-{day:02d}")
        return float((end - first) / (end - begin))

    # -- records -------------------------------------------------------------------------------

    def item(self, dimension: str, name: str, **attributes: Any) -> None:
        """Describe an item of a result dimension (store, claim, link, source, reach ...)."""
        self.items.setdefault(dimension, {}).setdefault(name, {}).update(attributes)

    def record(self, variable: str, item: str, value: Value | float) -> None:
        """Record a value as a variable of ``variables.py``."""
        self.records[variable, item] = Record(variable, item, self.graph.constant(value))

    def year_claim(
        self, name: str, wanted_m3: Value, supplied_m3: Value, period: str = "month"
    ) -> None:
        """Keep yearly sums and breaks of a claim, judged by month or dekad."""
        self.year_claims[name] = {
            "wanted": wanted_m3,
            "supplied": supplied_m3,
            "period": period,
        }

    # -- finish --------------------------------------------------------------------------------

    def finish(self) -> None:
        """Bind what was deferred and close the accounts."""
        for value in list(self.graph.values):
            if value.key[0] == "deferred" and value not in self.graph.bound:
                node = value.name.removeprefix("known_inflow(").removesuffix(")")
                self.graph.bind(value, self._known_inflow(node))
        for account in self.accounts.values():
            left = account.start
            for use in account.uses:
                left = left - use
            self.graph.advance(account.state, left)

    def _known_inflow(self, node: str) -> Value:
        total = self.graph.constant(0.0)
        ports = self.ports[node]
        rows = {id(r): r for r in (ports.inlet, ports.river_inlet, ports.outlet) if r is not None}
        for row in rows.values():
            for volume, origin in row.forced:
                if origin not in (STORED, WITHDRAWN):
                    total = total + volume
        return total / self.dt_s
