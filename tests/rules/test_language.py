"""What may be written in an expression, and where an offence stands."""

from __future__ import annotations

import pytest

from hydrosim.rules.language import parse_expression


def offence(text: str):
    read = parse_expression(text)
    assert read.offences, text
    return read.offences[0]


def test_names_used_are_told_with_their_columns():
    read = parse_expression(
        "min(demand, rule('a.b')) * fraction('湖') if month >= 6 else year_class()"
    )
    assert read.offences == ()
    assert [(use.name, use.column) for use in read.rules] == [
        ("demand", 5),
        ("a.b", 13),
        ("year_class", 61),
    ]
    assert [(use.kind, use.node, use.column) for use in read.nodes] == [("fraction", "湖", 28)]
    assert read.calendar == ("month",)


@pytest.mark.parametrize(
    "text",
    [
        "1",
        " -2.5e3 ",
        "+x ** 2",
        "1 < x <= 3 != y",
        "not (a and b or c)",
        "clip(x, 0, 1) // 2 % 3",
        "floor(x) + ceil(y) + abs(z) + sqrt(a) + exp(b) + log(c)",
        "(storage('n')\n  + level('n')\n  + depth('n') + account('n'))",
        "year_class('wetness') + local_inflow('n') / days",
        "白洋淀 * 2",
        "day_of_year + dekad + year",
        "+".join(["x"] * 100),
        "2 ** 64",
        "x ** -2",
    ],
)
def test_allowed(text: str):
    read = parse_expression(text)
    assert read.offences == ()
    assert read.tree is not None


OFFENCES = [
    ("", 1, "an empty text", None),
    ("1 +", 4, "the end", "invalid syntax"),
    ("(1 + 2", 1, "'(1'", "'(' was never closed"),
    ("x y", 3, "'y'", None),
    ("a.b + 1", 1, "an attribute, 'a.b',", "written rule('a.b')"),
    ("1 + x[0]", 5, "a subscript, 'x[0]',", None),
    ("2 * (lambda: 1)", 6, "a lambda, 'lambda: 1',", None),
    ("sum([i for i in x])", 1, "the function 'sum'", None),
    ("max(1, [i for i in x])", 8, "a comprehension, '[i for i in x]',", None),
    ("x + 'text'", 5, "the text 'text'", "quotes stand around"),
    ("f'{x}'", 1, "a formatted text", None),
    ("(1, 2)", 1, "a tuple", None),
    ("(y := 3)", 2, "an assignment", None),
    ("True", 1, "True", "1 is true"),
    ("None", 1, "None", None),
    ("2j", 1, "2j", None),
    ("1e999", 1, "the number 1e999", None),
    ("x ** 1000", 6, "the exponent 1000", None),
    ("x ** (10 * 10)", 7, "the exponent 100", None),
    ("9 ** 9 ** 9", 6, "the exponent 3.8742e+08", None),
    ("(0 - 8) ** 0.5", 1, "'(0 - 8) ** 0.5'", None),
    ("1e200 * 1e200", 1, "'1e200 * 1e200'", None),
    ("x / 0", 5, "a division by zero", None),
    ("x % (1 - 1)", 6, "a division by zero", None),
    ("~x", 1, "'~'", None),
    ("x @ y", 1, "'x @ y'", None),
    ("x << 2", 1, "'x << 2'", None),
    ("x in y", 6, "'in' or 'is'", None),
    ("x # remark", 3, "'#'", None),
    ("min(1)", 1, "min(...) with 1 argument", None),
    ("clip(x, 1)", 1, "clip(...) with 2 arguments", None),
    ("sqrt(x, y)", 1, "sqrt(...) with 2 arguments", None),
    ("max(1, 2, key=x)", 11, "the keyword 'key'", None),
    ("max(*x)", 5, "a starred argument", None),
    ("storage(lake)", 1, "'storage(lake)'", "write storage('lake')"),
    ("rule(curve.reserve)", 1, "'rule(curve.reserve)'", "write rule('curve.reserve')"),
    ("storage('a', 'b')", 1, """"storage('a', 'b')\"""", None),
    ("3 * storage", 5, "'storage'", "it is a function"),
    ("month()", 1, "month(...)", None),
    ("x(1)(2)", 1, "the function 'x'", None),
    ("previous('x')", 1, "previous(...)", "no memory"),
    ("x.real()", 1, "an attribute, 'x.real',", None),
    ("__import__('os')", 1, "the function '__import__'", None),
    ("x\x00", 2, "'\\x00'", None),
    ("白 + 洋.淀", 5, "an attribute, '洋.淀',", None),
    ("1 +\n  y.z", 7, "an attribute, 'y.z',", None),
]


@pytest.mark.parametrize(("text", "column", "found", "note"), OFFENCES)
def test_offence_and_its_column(text: str, column: int, found: str, note: str | None):
    first = offence(text)
    assert found in first.found
    assert first.column == column
    if note is not None:
        assert first.note is not None
        assert note in first.note


def test_all_offences_are_told_in_order():
    read = parse_expression("x.a + foo(1) + y[2]")
    assert [one.column for one in read.offences] == [1, 7, 16]


@pytest.mark.parametrize(
    ("text", "near"),
    [("storge('a')", "storage"), ("maximum(1, 2)", "max"), ("yearclass()", "year_class")],
)
def test_unknown_function_tells_the_nearest(text: str, near: str):
    assert offence(text).nearest == near


def test_inflow_names_what_to_use_instead():
    first = offence("0.3 * inflow('wangkuai')")
    assert first.column == 7
    assert first.expected == "local_inflow(...) or known_inflow(...)"
    assert first.note is not None
    assert "only after its allocation" in first.note


@pytest.mark.parametrize("text", ["year_class(hindsight=True)", "year_class('hindsight')"])
def test_hindsight_is_refused(text: str):
    first = offence(text)
    assert "hindsight" in first.found
    assert first.note is not None
    assert "allowed only in verdicts" in first.note


def test_depth_is_limited_where_it_stands():
    assert offence("-" * 500 + "x").column == 101
    assert offence("x" + "+x" * 300).found == "too deep a nesting"
    assert offence("(" * 900 + "x" + ")" * 900).found
    assert offence("x" * 2001).found == "2001 characters"


def test_brackets_alone_add_no_depth():
    assert parse_expression("(" * 90 + "x" + ")" * 90).offences == ()


def test_fault_tells_column_and_text():
    fault = parse_expression("1 + storge('a')").faults("expression")[0]
    assert fault.path == ("expression",)
    assert fault.found == """the function 'storge' at column 5 of "1 + storge('a')\""""
    assert fault.nearest == "storage"
