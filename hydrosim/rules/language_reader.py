"""Walks the syntax tree of an expression: what it uses, what is not allowed, and where."""

from __future__ import annotations

import ast
import math
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hydrosim.errors import nearest, shown
from hydrosim.locale import OR, Message, _, listed, ngettext
from hydrosim.rules.language_terms import (
    CALENDAR_NAMES,
    CALLS,
    FUNCTIONS,
    LARGEST_EXPONENT,
    QUANTITIES,
    YEAR_CLASS,
    NodeUse,
    Offence,
    RuleUse,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Reader", "column_of"]

_REFUSED_CALLS = {
    "inflow": (
        listed(["local_inflow(...)", "known_inflow(...)"], OR),
        _(
            "the whole inflow of a step is known only after its allocation: local_inflow is what "
            "the catchment gives, known_inflow adds what is already under way"
        ),
    ),
    "previous": (
        _("quantities at the start of the step, such as storage('name')"),
        _("a rule has no memory of its own values; storage, level and account carry the past"),
    ),
}
_OTHER_WORDS = {"maximum": "max", "minimum": "min", "ln": "log", "ceiling": "ceil"}
_ALLOWED = _(
    "numbers, names, + - * / // % **, comparisons, and, or, not, 'a if c else b' and {functions}",
    functions=", ".join(CALLS),
)
_COMPREHENSION = _("a comprehension")
_SYNTAX_NAMES: dict[type[ast.AST], str] = {
    ast.Attribute: _("an attribute"),
    ast.Subscript: _("a subscript"),
    ast.Lambda: _("a lambda"),
    ast.ListComp: _COMPREHENSION,
    ast.SetComp: _COMPREHENSION,
    ast.DictComp: _COMPREHENSION,
    ast.GeneratorExp: _COMPREHENSION,
    ast.List: _("a list"),
    ast.Tuple: _("a tuple"),
    ast.Set: _("a set"),
    ast.Dict: _("a dictionary"),
    ast.NamedExpr: _("an assignment"),
    ast.Starred: _("a starred argument"),
    ast.JoinedStr: _("a formatted text"),
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def column_of(line: str, byte_offset: int) -> int:
    """Return the column, from 1, of an offset that counts UTF-8 bytes."""
    return len(line.encode()[:byte_offset].decode(errors="ignore")) + 1


@dataclass
class Reader:
    """Walks a syntax tree once, notes what it uses and what is not allowed."""

    line: str
    blanks: int
    rules: list[RuleUse] = field(default_factory=list[RuleUse])
    nodes: list[NodeUse] = field(default_factory=list[NodeUse])
    calendar: list[str] = field(default_factory=list[str])
    offences: list[Offence] = field(default_factory=list[Offence])

    def _column(self, node: ast.AST) -> int:
        return column_of(self.line, getattr(node, "col_offset", 0)) + self.blanks

    def _source(self, node: ast.AST) -> str:
        first = column_of(self.line, getattr(node, "col_offset", 0)) - 1
        last = column_of(self.line, getattr(node, "end_col_offset", 0)) - 1
        return self.line[first:last]

    def _refuse(
        self,
        node: ast.AST,
        found: str,
        expected: str = _ALLOWED,
        near: str | None = None,
        note: str | None = None,
    ) -> None:
        self.offences.append(Offence(self._column(node), found, expected, near, note))

    def read(self, node: ast.AST) -> float | None:
        """Check a part; return its number when it is made of numbers only."""
        match node:
            case ast.Constant():
                return self._read_constant(node)
            case ast.Name():
                self._read_name(node)
            case ast.UnaryOp(op=ast.Invert()):
                self._refuse(node, "'~'")
            case ast.UnaryOp():
                number = self.read(node.operand)
                return self._signed(node, number)
            case ast.BinOp():
                return self._read_operation(node)
            case ast.BoolOp():
                for value in node.values:
                    self.read(value)
            case ast.Compare():
                self._read_comparison(node)
            case ast.IfExp():
                for part in (node.test, node.body, node.orelse):
                    self.read(part)
            case ast.Call():
                self._read_call(node)
            case ast.Attribute():
                note = None
                if self._source(node).replace(".", "").isidentifier():
                    note = _(
                        "a rule with a dot in its name is written rule({node!r})",
                        node=self._source(node),
                    )
                self._refuse(node, self._syntax(node, _SYNTAX_NAMES[ast.Attribute]), note=note)
            case _:
                kind = _SYNTAX_NAMES.get(type(node), _("this syntax"))
                self._refuse(node, self._syntax(node, kind))
        return None

    def _syntax(self, node: ast.AST, kind: str) -> Message:
        return _("{kind}, {text},", kind=kind, text=shown(self._source(node)))

    @staticmethod
    def _signed(node: ast.UnaryOp, number: float | None) -> float | None:
        if number is None:
            return None
        if isinstance(node.op, ast.Not):
            return float(not number)
        return -number if isinstance(node.op, ast.USub) else number

    def _read_constant(self, node: ast.Constant) -> float | None:
        value = node.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = _finite(value)
            if number is None:
                self._refuse(node, f"the number {self._source(node)[:20]}", "a number below 1e308")
            return number
        if isinstance(value, str):
            note = _(
                "quotes stand around the name of a node or rule in a call, as in storage('lake')"
            )
            self._refuse(node, f"the text {shown(value)}", note=note)
        else:
            note = _("1 is true and 0 is false") if isinstance(value, bool) else None
            self._refuse(node, self._source(node), "a number", note=note)
        return None

    def _read_name(self, node: ast.Name) -> None:
        name = self._source(node)
        if name in CALENDAR_NAMES:
            self.calendar.append(name)
        elif name in CALLS:
            self._refuse(node, shown(name), "a number or name", f"{name}(...)", "it is a function")
        else:
            self.rules.append(RuleUse(name, self._column(node)))

    def _read_operation(self, node: ast.BinOp) -> float | None:
        left, right = self.read(node.left), self.read(node.right)
        function = _OPERATORS.get(type(node.op))
        if function is None:
            self._refuse(node, shown(self._source(node)), "one of + - * / // % **")
            return None
        if right == 0.0 and isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)):
            self._refuse(node.right, "a division by zero", "a divisor other than 0")
            return None
        if isinstance(node.op, ast.Pow) and right is not None and abs(right) > LARGEST_EXPONENT:
            self._refuse(
                node.right,
                f"the exponent {right:g}",
                f"an exponent between -{LARGEST_EXPONENT} and {LARGEST_EXPONENT}",
            )
            return None
        if left is None or right is None:
            return None
        try:
            number = _finite(function(left, right))
        except (OverflowError, ZeroDivisionError):
            number = None
        if number is None:
            self._refuse(node, shown(self._source(node)), "a finite real number")
        return number

    def _read_comparison(self, node: ast.Compare) -> None:
        for part in (node.left, *node.comparators):
            self.read(part)
        for sign, right in zip(node.ops, node.comparators, strict=True):
            if not isinstance(sign, _COMPARISONS):
                self._refuse(right, "'in' or 'is'", "one of < <= > >= == !=")

    def _read_call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Name):
            self.read(node.func)
            return
        name = self._source(node.func)
        if name == YEAR_CLASS:
            self._read_year_class(node)
            return
        for keyword in node.keywords:
            self._refuse(
                keyword, f"the keyword {keyword.arg or '**'!r}", "arguments without keywords"
            )
        if name in FUNCTIONS:
            self._read_function(node, name)
        elif name in QUANTITIES:
            text = self._text_argument(node, name, of_rule=False)
            if text is not None:
                self.nodes.append(NodeUse(name, text, self._column(node)))
        elif name == "rule":
            text = self._text_argument(node, name, of_rule=True)
            if text is not None:
                self.rules.append(RuleUse(text, self._column(node)))
        else:
            self._refuse_call(node, name)

    def _refuse_call(self, node: ast.Call, name: str) -> None:
        if name in _REFUSED_CALLS:
            expected, note = _REFUSED_CALLS[name]
            self._refuse(node, f"{name}(...)", expected, note=note)
        elif name in CALENDAR_NAMES:
            self._refuse(node, f"{name}(...)", _("the name {name} without brackets", name=name))
        else:
            near = _OTHER_WORDS.get(name) or nearest(name, CALLS)
            self._refuse(
                node,
                _("the function {name!r}", name=name),
                _("one of {names}", names=", ".join(CALLS)),
                near,
            )

    def _read_function(self, node: ast.Call, name: str) -> None:
        for argument in node.args:
            self.read(argument)
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return
        least, most = FUNCTIONS[name]
        count = len(node.args)
        if count < least or (most is not None and count > most):
            given = ngettext(
                "{name}(...) with {count} argument", "{name}(...) with {count} arguments", count,
                name=name,
            )  # fmt: skip
            wanted = ngettext("{count} argument", "{count} arguments", least)
            if most is None:
                wanted = _("{least} or more arguments", least=least)
            self._refuse(node, given, wanted)

    def _text_argument(self, node: ast.Call, name: str, *, of_rule: bool) -> str | None:
        argument = node.args[0] if len(node.args) == 1 else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
        note = None
        if isinstance(argument, (ast.Name, ast.Attribute)):
            note = _("write {name}('{argument}')", name=name, argument=self._source(argument))
        wanted = _("{name}('name of a node')", name=name)
        if of_rule:
            wanted = _("{name}('name of a rule')", name=name)
        self._refuse(node, shown(self._source(node)), wanted, note=note)
        return None

    def _read_year_class(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg == "hindsight":
                self._refuse(
                    keyword,
                    "year_class(hindsight=...)",
                    _("year_class() of the past, or of a forecast"),
                    note=_(
                        "the class of the whole year is known only after it; hindsight is allowed "
                        "only in verdicts"
                    ),
                )
            else:
                given = _("the keyword {name!r}", name=keyword.arg or "**")
                self._refuse(keyword, given, _("arguments without keywords"))
        if not node.args:
            if not node.keywords:
                self.rules.append(RuleUse(YEAR_CLASS, self._column(node)))
            return
        text = self._text_argument(node, YEAR_CLASS, of_rule=True)
        if text == "hindsight":
            self._refuse(
                node, "year_class('hindsight')", "year_class()",
                note=_("hindsight is allowed only in verdicts"),
            )  # fmt: skip
        elif text is not None:
            self.rules.append(RuleUse(text, self._column(node)))


def _finite(value: object) -> float | None:
    """Return a real number as a finite float, or None."""
    if not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
