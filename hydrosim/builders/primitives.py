"""What types lower to: rows, columns, claims, zones, balances, boundaries, accounts, records.

They are closed: the kernels know nothing else. A node type makes them through the
:class:`hydrosim.builders.supply.Builder`; ``build.py`` turns them into arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from hydrosim.expressions.values import Value

__all__ = [
    "LIMIT",
    "OUTSIDE",
    "PHYSICAL",
    "REFILL",
    "STORED",
    "WITHDRAWN",
    "Account",
    "Balance",
    "Boundary",
    "Claim",
    "Column",
    "Ports",
    "Record",
    "Row",
    "Way",
    "Zone",
]

PHYSICAL = "physical"
REFILL = "refill:"
"""How the line begins that fills a store to its dead level; the name of the store follows."""
STORED = "storage"
WITHDRAWN = ""
OUTSIDE = "outside"
LIMIT = "limit:"
"""How the name of a bound begins that a user has named."""


class Way(Protocol):
    """What primitives know of a link."""

    is_river: ClassVar[bool]

    @property
    def label(self) -> str:
        """Its name."""
        ...

    @property
    def start(self) -> str:
        """Node where the water leaves."""
        ...

    @property
    def end(self) -> str:
        """Node where the water arrives."""
        ...

    @property
    def intake_m(self) -> float | None:
        """Level below which it takes nothing from a store; None where nothing is said of it."""
        ...

    @property
    def cycle(self) -> str | None:
        """``allowed`` where it closes a circle within the step on purpose."""
        ...


@dataclass(eq=False)
class Row:
    """A balance: what leaves through columns equals what arrives plus the forced water [m3].

    ``zones`` are the layers of a store, ``overflow`` the way out that waits until it is full.
    """

    name: str
    kind: str
    forced: list[tuple[Value, str]] = field(default_factory=list)
    zones: list[Column] = field(default_factory=list)
    overflow: Column | None = None
    index: int = -1


@dataclass(eq=False)
class Column:
    """A decided volume [m3 a step] in [0, upper] with its coefficients on rows.

    ``upper`` holds (bound [m3], name of the bound) pairs; the smallest counts, and its name is
    the reason given when the column is full. ``travel_s`` is how long its water takes in
    nature, though it arrives within the step.
    """

    name: str
    entries: list[tuple[Row, float]]
    upper: list[tuple[Value, str]]
    cost_yuan_per_m3: float = 0.0
    origin: str = ""
    travel_s: float = 0.0
    index: int = -1
    flow: Value | None = None

    @property
    def volume(self) -> Value:
        """Volume of the step [m3], known after the allocation."""
        assert self.flow is not None
        return self.flow


@dataclass(eq=False)
class Claim:
    """A wish on one column: be ``wanted`` (sense +1), or stay unused (sense -1).

    ``limits`` marks what holds where costs alone decide: a minimum flow, a safe discharge, the
    storage above a limit.
    """

    name: str
    column: Column
    wanted: Value
    line: str
    sense: int = 1
    share: float = 1.0
    stock: bool = False
    limits: bool = False
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
