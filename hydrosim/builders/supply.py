"""Collects what node and link types lower to.

The builder holds primitives and values by name; the allocation sees of them what stands in the
matrix. It knows no node type and no kernel; ``build.py`` turns what it holds into the arrays of
the run.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.accounts import close_account, open_account
from hydrosim.builders.arrivals import Arrivals
from hydrosim.builders.matrix import Matrix
from hydrosim.builders.primitives import (
    OUTSIDE,
    PHYSICAL,
    STORED,
    WITHDRAWN,
    Account,
    Balance,
    Boundary,
    Column,
    Ports,
    Record,
    Row,
    Zone,
)
from hydrosim.builders.rule_cache import Lowers, RuleBook, held
from hydrosim.builders.ways_of_nodes import WaysOfNodes
from hydrosim.expressions.values import Graph, Value
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from hydrosim.builders.needs import Need
    from hydrosim.builders.settings import RunSettings
    from hydrosim.calendar import Calendar
    from hydrosim.errors import Fault
    from hydrosim.units import MonthDay

    Quantity = float | RuleRef | Value

__all__ = ["Builder"]


class Builder(Matrix):
    """Collects the primitives of a supply model.

    Parameters
    ----------
    calendar
        The run's time axis.
    resolve
        Turns a rule's name into its schema object; raises KeyError for an unknown name.
    settings
        What holds for all nodes and rules of the run.
    """

    def __init__(
        self,
        calendar: Calendar,
        resolve: Callable[[str], Lowers],
        settings: RunSettings,
    ) -> None:
        self.calendar = calendar
        self.settings = settings
        super().__init__(Graph(calendar.dt_s.size))
        self.dt_s = self.graph.series(calendar.dt_s, "dt_s")
        self.balances: dict[str, Balance] = {}
        self.boundaries: list[Boundary] = []
        self.records: dict[tuple[str, str], Record] = {}
        self.accounts: dict[str, Account] = {}
        self.ladder: tuple[str, ...] = ()
        self.needs: dict[str, Need] = {}
        self.ports: dict[str, Ports] = {}
        self.links = WaysOfNodes()
        self.items: dict[str, dict[str, dict[str, Any]]] = {}
        self.year_claims: dict[str, dict[str, Any]] = {}
        self.quantities: dict[tuple[str, str], Value] = {}
        self.stores: dict[str, tuple[Value, Value]] = {}
        self.lenders: set[str] = set()
        self.springs: dict[str, dict[str, tuple[float, float]]] = {}
        self.ratings: dict[str, Callable[[float], float | None]] = {}
        self.carried: dict[str, list[tuple[Column, float]]] = {}
        self.warnings: list[Fault] = []
        self.read: dict[str, list[str]] = {}
        self._inflow_of: dict[Value, tuple[str, str]] = {}
        self._when_lowered: dict[str, Callable[[Arrivals], None]] = {}
        self._recharge: dict[str, list[tuple[Value, str]]] = {}
        self._rules = RuleBook(resolve)

    def on_calendar(self, calendar: Calendar) -> Builder:
        """Return an empty builder with the same rules on another time axis, all of the record."""
        return Builder(calendar, self._rules.resolve, replace(self.settings, forced={}))

    # -- values ------------------------------------------------------------------------------

    def value(self, quantity: Quantity | None, default: float | None = None) -> Value:
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
        return held(quantity.name, self.rule(quantity.name), self)

    def rule(self, name: str) -> Value:
        """Return the rule ``name`` as a value.

        Raises
        ------
        ConfigError
            If rules depend on each other in a circle.
        """
        return self._rules.lower(name, self)

    def by_calendar(self, *quantities: object) -> bool:
        """Whether quantities of a schema are numbers, or rules that the calendar alone tells."""
        named = [quantity.name for quantity in quantities if isinstance(quantity, RuleRef)]
        return all(self._rules.by_calendar(name) for name in named)

    def note_read(self, numbers: NDArray[np.float64]) -> None:
        """Keep a hash of numbers that the current rule has read from a file."""
        if self.current_rule is not None:
            digest = hashlib.sha256(numbers.tobytes()).hexdigest()
            self.read.setdefault(self.current_rule, []).append(digest)

    @property
    def rule_values(self) -> dict[str, Value]:
        """The rules lowered so far, by name."""
        return self._rules.values

    @property
    def current_rule(self) -> str | None:
        """Name of the rule that is being lowered."""
        return self._rules.current

    def volume(self, flow: Quantity | None) -> Value:
        """Return a flow [m3/s] (number, rule or value) as the volume of a step [m3]."""
        return self.value(flow) * self.dt_s

    def quantity(self, kind: str, node: str) -> Value:
        """Return a named start-of-step quantity of a node, for rules.

        ``kind`` is one of storage, level, account, local_inflow, known_inflow, sure_inflow, depth,
        fraction. Known inflow is that of the place and what was under way; sure inflow has
        besides what rivers bring within the step whatever is decided.

        Raises
        ------
        KeyError
            If the node has no such quantity.
        """
        if kind in ("known_inflow", "sure_inflow") and node in self.ports:
            value = self.graph.deferred(f"{kind}({node})")
            self._inflow_of[value] = (kind, node)
            return value
        return self.quantities[kind, node]

    # -- the river network -----------------------------------------------------------------------

    def overflow(self, name: str, row: Row, to_node: str | None) -> Column:
        """Add the uncapped way out of a row, for what it can neither hold nor pass on."""
        target = self.river_inlet(to_node)
        column = self.column(f"{name}.overflow", row, ((target, 1.0),) if target else ())
        self.claim(f"{name}.overflow", column, self.graph.constant(np.inf), PHYSICAL, sense=-1)
        row.overflow = column
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
        row = self.rows.get(name) or self.open_row(name, "store")
        self.force(row, before_m3 - locked_m3, STORED)
        return row, self.stack_zones(row, locked_m3, zones)

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
        month_day: MonthDay,
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
        account = open_account(
            self.graph,
            self.calendar,
            name,
            granted_m3,
            month_day,
            carry_over_frac=carry_over_frac,
            carry_over_limit_m3=carry_over_limit_m3,
            first_part=first_part,
        )
        self.accounts[name] = account
        self.item("account", name, year=f"{month_day[0]:02d}-{month_day[1]:02d}")
        self.quantities["account", name] = account.start
        return account

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

    def when_lowered(self, row: Row, action: Callable[[Arrivals], None]) -> None:
        """Let :meth:`settle` do something for a row, after it has done so for the rows above it."""
        self._when_lowered[row.name] = action

    def settle(self) -> None:
        """Do what waited until all nodes are lowered, from the sources down."""
        arrivals = self._arrivals()
        for row in arrivals.downward(self.rows[name] for name in sorted(self._when_lowered)):
            action = self._when_lowered.pop(row.name, None)
            if action is not None:
                action(arrivals)

    def finish(self) -> None:
        """Bind what was deferred and close the accounts."""
        arrivals = self._arrivals()
        for value, (kind, node) in self._inflow_of.items():
            total = self._known_inflow(node)
            if kind == "sure_inflow":
                certain = arrivals.certain(self.rows[node])
                total = total if _is_zero(certain) else total + certain / self.dt_s
            self.graph.bind(value, total)
        for account in self.accounts.values():
            used = close_account(self.graph, account)
            self.record("account_used", account.name, used)

    def _arrivals(self) -> Arrivals:
        return Arrivals(self.graph, self.rows, self.columns)

    def _known_inflow(self, node: str) -> Value:
        total = self.graph.constant(0.0)
        ports = self.ports[node]
        rows = {id(r): r for r in (ports.inlet, ports.river_inlet, ports.outlet) if r is not None}
        for row in rows.values():
            for volume, origin in row.forced:
                if origin not in (STORED, WITHDRAWN):
                    total = total + volume
        return total / self.dt_s


def _is_zero(value: Value) -> bool:
    return value.is_constant and value.constant == 0.0
