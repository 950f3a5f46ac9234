"""The words of the expression language and what a read expression tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.errors import Fault, shown
from hydrosim.locale import _

if TYPE_CHECKING:
    import ast

__all__ = [
    "CALENDAR_NAMES",
    "CALLS",
    "DEEPEST_NESTING",
    "FUNCTIONS",
    "LARGEST_EXPONENT",
    "LONGEST_TEXT",
    "QUANTITIES",
    "YEAR_CLASS",
    "Expression",
    "NodeUse",
    "Offence",
    "RuleUse",
]

# Function -> least and largest number of arguments (None: no limit).
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (2, None),
    "max": (2, None),
    "clip": (3, 3),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "floor": (1, 1),
    "ceil": (1, 1),
}
QUANTITIES = (
    "storage",
    "level",
    "fraction",
    "account",
    "depth",
    "local_inflow",
    "known_inflow",
)
CALENDAR_NAMES = ("month", "day_of_year", "dekad", "year", "days")
YEAR_CLASS = "year_class"
CALLS = (*FUNCTIONS, *QUANTITIES, "rule", YEAR_CLASS)

LONGEST_TEXT = 2000
DEEPEST_NESTING = 100
LARGEST_EXPONENT = 64


@dataclass(frozen=True)
class RuleUse:
    """A rule that an expression names, and the column (from 1) where it does."""

    name: str
    column: int


@dataclass(frozen=True)
class NodeUse:
    """A quantity of a node that an expression reads, and the column (from 1) where it does."""

    kind: str
    node: str
    column: int


@dataclass(frozen=True)
class Offence:
    """Something that the language does not allow, with its column (from 1)."""

    column: int
    found: str
    expected: str
    nearest: str | None = None
    note: str | None = None

    def fault(self, text: str, *path: str | int) -> Fault:
        """Return the offence as a fault of the configuration entry that holds the text."""
        found = _(
            "{found} at column {column} of {text}",
            found=self.found,
            column=self.column,
            text=shown(text),
        )
        return Fault(tuple(path), found, self.expected, self.nearest, self.note)


@dataclass(frozen=True)
class Expression:
    """A read expression.

    Parameters
    ----------
    text
        As written.
    tree
        Its syntax tree; None when the syntax itself is wrong.
    rules, nodes, calendar
        What it uses: rules, quantities of nodes, names of the calendar.
    offences
        All that is not allowed; without any the expression can be lowered.
    """

    text: str
    tree: ast.expr | None
    rules: tuple[RuleUse, ...] = ()
    nodes: tuple[NodeUse, ...] = ()
    calendar: tuple[str, ...] = ()
    offences: tuple[Offence, ...] = ()

    def faults(self, *path: str | int) -> list[Fault]:
        """Return the offences as faults at a path of the configuration."""
        return [offence.fault(self.text, *path) for offence in self.offences]
