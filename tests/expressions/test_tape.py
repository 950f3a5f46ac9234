import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.expressions.functions import maximum, where
from hydrosim.expressions.operations import OPERATIONS
from hydrosim.expressions.tape import CircularRulesError, compile_tape
from hydrosim.expressions.values import Graph, Stage
from hydrosim.kernels.tape import run_tape
from tests.naive.tape import evaluate

BINARY = sorted(
    n for n in OPERATIONS if n not in ("where", "negate", "sqrt", "exp", "log", "floor", "absolute")
)
UNARY = ["negate", "sqrt", "exp", "log", "floor", "absolute"]


def run(tape, register, first, last):
    with np.errstate(all="ignore"):
        _run(tape, register, first, last)


def _run(tape, register, first, last):
    run_tape(
        first,
        last,
        tape.opcode,
        tape.target,
        tape.argument,
        register,
        tape.curve_start,
        tape.curve_x,
        tape.curve_y,
    )


@st.composite
def programs(draw):
    graph = Graph(2)
    numbers = st.floats(-20, 20, allow_nan=False)
    values = [
        graph.constant(draw(numbers)),
        graph.series([draw(numbers), draw(numbers)]),
        graph.state("first", draw(numbers)),
        graph.state("second", draw(numbers)),
        graph.flow(0, "flow"),
    ]
    curve = graph.curve([-3.0, 0.0, 1.0, 9.0], [1.0, -2.0, 4.0, 4.5])
    for _ in range(draw(st.integers(1, 25))):
        pick = st.sampled_from(values)
        kind = draw(st.integers(0, 3))
        if kind == 0:
            values.append(graph.apply(draw(st.sampled_from(BINARY)), draw(pick), draw(pick)))
        elif kind == 1:
            values.append(graph.apply(draw(st.sampled_from(UNARY)), draw(pick)))
        elif kind == 2:
            values.append(curve(draw(pick)))
        else:
            values.append(graph.apply("where", draw(pick), draw(pick), draw(pick)))
    return graph, values


@given(programs(), st.floats(-20, 20))
def test_the_tape_computes_what_the_graph_says(program, flow):
    graph, values = program
    start = [value for value in values if value.stage is not Stage.END]
    end = [value for value in values if value.stage is Stage.END]
    tape = compile_tape(graph, start, end, [0])
    register = tape.initial_register[0].copy()
    for step in range(2):
        register[tape.series_register] = tape.series[0, step]
        run(tape, register, 0, tape.start_count)
        register[tape.flow_first] = flow
        run(tape, register, tape.start_count, tape.opcode.size)
        states = {state: register[tape[state]] for state in graph.initial}
        for value in values:
            expected = evaluate(graph, value, step, states, {0: flow})
            found = register[tape[value]]
            if math.isfinite(expected):
                assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
            else:
                assert not math.isfinite(found)


def test_start_values_come_before_end_values():
    graph = Graph(1)
    storage = graph.state("storage", 4.0)
    bound = maximum(storage - 1.0, 0.0)
    after = storage - graph.flow(0, "release")
    graph.advance(storage, after)
    tape = compile_tape(graph, [bound], [], [0])
    assert tape.start_count == 2
    assert tape.opcode.size == 3
    register = tape.initial_register[0].copy()
    run(tape, register, 0, tape.start_count)
    assert register[tape[bound]] == 3.0
    register[tape.flow_first] = 2.5
    run(tape, register, tape.start_count, 3)
    assert register[tape.next_register[0]] == 1.5


def test_deferred_values_are_computed_in_the_order_of_their_meaning():
    graph = Graph(1)
    storage = graph.state("storage", 4.0)
    later = graph.deferred("known_inflow(n)")
    doubled = later * 2.0
    graph.bind(later, storage + 1.0)
    tape = compile_tape(graph, [doubled], [], [])
    register = tape.initial_register[0].copy()
    run(tape, register, 0, tape.start_count)
    assert register[tape[doubled]] == 10.0


def test_a_circle_of_deferred_values_is_named():
    graph = Graph(1)
    first, second = graph.deferred("known_inflow(a)"), graph.deferred("known_inflow(b)")
    graph.bind(first, second + graph.state("s", 1.0))
    graph.bind(second, first * 2.0)
    with pytest.raises(CircularRulesError, match=r"known_inflow"):
        compile_tape(graph, [first], [], [])


def test_nan_passes_through_curves_and_choices():
    graph = Graph(1)
    missing = graph.state("missing", math.nan)
    curve = graph.curve([0.0, 1.0], [5.0, 6.0])
    chosen = where(missing > 0.0, 1.0, 2.0)
    tape = compile_tape(graph, [curve(missing), chosen], [], [])
    register = tape.initial_register[0].copy()
    run(tape, register, 0, tape.start_count)
    assert math.isnan(register[tape[curve(missing)]])
    assert register[tape[chosen]] == 2.0
    assert np.isnan(register).sum() == 2


def test_the_logarithm_of_nothing_is_the_same_before_and_in_the_run():
    graph = Graph(1)
    known, state = graph.constant(0.0), graph.state("store", 0.0)
    small = [graph.apply("divide", graph.constant(-1.0), graph.apply("log", one))
             for one in (known, state)]  # fmt: skip
    tape = compile_tape(graph, small, [], [])
    register = tape.initial_register[0].copy()
    run(tape, register, 0, tape.start_count)
    assert [register[tape[value]] for value in small] == [0.0, 0.0]
