"""Expressions against hand-computed numbers, a naive evaluator and the state of a node."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.rules.language import parse_expression
from tests.naive.expressions import evaluate
from tests.rules.models import Whole, build, calendar, in_step, known, on_tape, rule, value_in_step

AXIS = calendar("2020-02-28", "2020-03-02")  # across a leap day
SERIES = {
    "a": (0.5, -1.25, 3.0, 0.0),
    "b": (2.0, 2.0, -0.75, 1e-3),
    "c": (7.0, 0.0, 1.0, 12.5),
}
DATES = ["2020-02-28", "2020-02-29", "2020-03-01", "2020-03-02"]
RULES = {
    name: {"type": "values", "dates": DATES, "values": numbers, "unit": "1"}
    for name, numbers in SERIES.items()
}
STATE = {("storage", "lake"): 4.5e7, ("level", "lake"): 200.25, ("fraction", "lake"): 0.3}


def numbers_in(step: int) -> dict[str, float]:
    month, day_of_year = [(2, 59), (2, 59), (3, 60), (3, 61)][step]
    dekad = [6, 6, 7, 7][step]
    told = {"month": month, "day_of_year": day_of_year, "dekad": dekad, "year": 2020, "days": 1.0}
    told |= {name: numbers[step] for name, numbers in SERIES.items()}
    return told | {f"{kind}:{node}": number for (kind, node), number in STATE.items()}


def expression(text: str, **more: str) -> dict[str, str]:
    return {"type": "expression", "expression": text, **more}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", [7.0] * 4),
        ("a + 2", [2.5, 0.75, 5.0, 2.0]),
        ("-a", [-0.5, 1.25, -3.0, 0.0]),
        ("7 // 2 + -7 // 2 + 7 % 3 + -7 % 3", [3 - 4 + 1 + 2] * 4),
        ("1.0 // 0.1", [9.0] * 4),
        ("2 ** 3 ** 2", [512.0] * 4),
        ("month", [2, 2, 3, 3]),
        ("day_of_year", [59, 59, 60, 61]),
        ("dekad", [6, 6, 7, 7]),
        ("0 < a <= 3", [1, 0, 1, 0]),
        ("a and b", [2.0, 2.0, -0.75, 0.0]),
        ("a or 9", [0.5, -1.25, 3.0, 9.0]),
        ("not a", [0, 0, 0, 1]),
        ("1 / c if c > 0 else 0", [1 / 7, 0, 1, 0.08]),
        ("clip(a, -1, 1)", [0.5, -1, 1, 0]),
        ("min(a, b, c) + max(a, b)", [2.5, 0.75, 2.25, 1e-3]),
        ("ceil(a) + floor(a) + abs(a)", [1.5, -1.75, 9.0, 0.0]),
        ("rule('a') != 0.5", [0, 1, 1, 1]),
    ],
)
def test_by_hand(text: str, expected: list[float]):
    result = known(AXIS, {**RULES, "x": expression(text)}, "x")
    np.testing.assert_allclose(result, expected, rtol=1e-14, atol=0)


def test_calendar_in_dekad_and_month_steps():
    months = calendar("2019-12-01", "2020-03-31", "month")
    assert known(months, {"x": expression("days")}, "x").tolist() == [31, 31, 29, 31]
    assert known(months, {"x": expression("year * 100 + month")}, "x").tolist() == [
        201912,
        202001,
        202002,
        202003,
    ]
    dekads = calendar("2020-02-01", "2020-03-10", "dekad")
    assert known(dekads, {"x": expression("dekad + days / 100")}, "x").tolist() == [
        4.10,
        5.10,
        6.09,
        7.10,
    ]


def test_result_is_read_in_its_unit():
    result = known(AXIS, {"x": expression("86.4", unit="万m3/day")}, "x")
    np.testing.assert_allclose(result, 10.0, rtol=1e-15)


def test_state_is_read_at_the_start_of_the_step():
    text = "0.1 * storage('lake') if level('lake') > 200 else 0"
    assert in_step(AXIS, {"x": expression(text)}, "x", STATE) == 4.5e6


def test_known_inflow_is_bound_later():
    builder = build(AXIS, {"x": expression("known_inflow('lake') * 2")})
    builder.quantities["known_inflow", "lake"] = builder.graph.deferred("known_inflow(lake)")
    assert builder.rule("x").known is None


NUMBER = st.sampled_from(["0", "1", "2.5", "0.3", "7", "1e3"])
LEAF = st.one_of(
    NUMBER,
    st.sampled_from([*SERIES, "month", "day_of_year", "dekad", "year", "days"]),
    st.sampled_from([f"{kind}('{node}')" for kind, node in STATE]),
)


def grown(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(part, part)
    return st.one_of(
        st.builds(
            lambda p, sign: f"({p[0]} {sign} {p[1]})",
            two,
            st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!="]),
        ),
        st.builds(lambda p, sign: f"({p[0]} {sign} {p[1]})", two, st.sampled_from(["and", "or"])),
        st.builds(lambda p, q: f"({p[0]} < {p[1]} <= {q})", two, part),
        st.builds(lambda p, n: f"({p} ** {n})", part, st.sampled_from(["2", "-1", "3", "0.5"])),
        st.builds(lambda p, q: f"({q} if {p[0]} else {p[1]})", two, part),
        st.builds(lambda p, sign: f"({sign}{p})", part, st.sampled_from(["-", "+", "not "])),
        st.builds(lambda p, f: f"{f}({p[0]}, {p[1]})", two, st.sampled_from(["min", "max"])),
        st.builds(lambda p, q: f"clip({q}, {p[0]}, {p[1]})", two, part),
        st.builds(
            lambda p, f: f"{f}({p})",
            part,
            st.sampled_from(["abs", "sqrt", "exp", "log", "floor", "ceil"]),
        ),
    )


def naive(text: str, step: int) -> float | None:
    """Python's own number, or None where Python refuses or the number is not plain."""
    try:
        number = evaluate(text, numbers_in(step))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None
    return number if math.isfinite(number) else None


@settings(max_examples=400, deadline=None)
@given(text=st.recursive(LEAF, grown, max_leaves=8), inside=st.booleans())
@example(text="storage('lake') % 0.1", inside=False)
@example(text="-storage('lake') // 0.3", inside=False)
@example(text="(fraction('lake') / fraction('lake')) // 0.1", inside=False)
def test_equals_python(text: str, inside: bool):
    """The same number in every step, from series known before the run, in NumPy and on the tape."""
    if parse_expression(text).offences:
        return
    rules = {**RULES, "x": expression(text)}
    states = {} if inside else STATE
    builder = build(AXIS, rules, states)
    if inside:
        for (kind, node), number in STATE.items():
            builder.quantities[kind, node] = builder.graph.constant(number)
    expected = [naive(text, step) for step in range(4)]
    try:
        value = builder.rule("x")
    except ConfigError:  # a number that is not finite in some step
        assert None in expected
        return
    taped = on_tape(builder.graph, value)
    for step, number in enumerate(expected):
        if number is not None:
            near = pytest.approx(number, rel=1e-12, abs=1e-300)
            assert value_in_step(builder.graph, value, step) == near
            assert taped[step] == near


def test_a_number_that_is_not_finite_names_its_day():
    with pytest.raises(ConfigError, match=r"inf on 2020-03-02") as caught:
        known(AXIS, {**RULES, "x": expression("1 / a")}, "x")
    assert "a finite number in every step" in str(caught.value)


def test_unknown_rule_quantity_and_offence_at_lowering():
    with pytest.raises(ConfigError, match="'missing'"):
        known(AXIS, {"x": expression("missing + 1")}, "x")
    with pytest.raises(ConfigError, match=r"storage\('lake'\)"):
        known(AXIS, {"x": expression("storage('lake')")}, "x")
    with pytest.raises(ConfigError, match="column 1"):
        known(AXIS, {"x": expression("inflow('lake')")}, "x")


def test_quantity_that_a_node_lacks_tells_those_it_has():
    with pytest.raises(ConfigError, match="one of storage, level, fraction"):
        in_step(AXIS, {"x": expression("account('lake')")}, "x", STATE)


def test_faults_without_a_model():
    made = rule(expression("0.5 * demnd + storage('laek') + max(1)"))
    config = Whole(rules={"demand": made}, nodes={"lake": object()})
    faults = made.faults(config)
    assert [(fault.path, fault.nearest) for fault in faults] == [
        (("expression",), None),
        (("expression",), "demand"),
        (("expression",), "lake"),
    ]
    assert "column 7 of" in faults[1].found
    assert faults[1].nearest_path == ("rules", "demand")
    assert made.references() == ["demnd"]
    assert [node for _, _, node in made.reads()] == ["laek"]


def test_circle_at_lowering_is_named():
    rules = {"x": expression("y + 1"), "y": expression("rule('z')"), "z": expression("-x")}
    with pytest.raises(ConfigError, match="x -> y -> z -> x"):
        known(AXIS, rules, "x")


def test_a_rule_of_the_state_is_no_negative_demand():
    """5 - 20 x 1 = -15 m3/s at a full dam: a demand of 0, as a literal or known -15 is refused."""
    result = hydrosim.run(
        config_from_text("""
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-05, step: day}
ladder: [domestic, flood_limit, storage]
rules: {wish: {type: expression, expression: "5 - 20 * fraction('dam')"},
  saved: {type: expression, expression: "3 * fraction('dam')"}}
nodes:
  dam: {type: reservoir, storage_curve: {level: [0 m, 10 m], storage: [0 Mm3, 10 Mm3]},
    levels: {dead: 0 m, normal: 10 m}, initial: 100 %, local_inflow: 1 m3/s}
  city: {type: demand, use: domestic, flow: wish}
  town: {type: demand, use: domestic, flow: 1 m3/s, saving: saved}
  sea: {type: outlet}
links:
  - {from: dam, to: city}
  - {from: dam, to: town}
  - {from: dam, to: sea, type: river}
""")
    ).isel(scenario=0, member=0)
    np.testing.assert_array_equal(result["demand"], 0.0)
