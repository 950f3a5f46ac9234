import numpy as np
import pytest

from hydrosim.expressions.functions import clip, floor, maximum, minimum, where
from hydrosim.expressions.values import Graph, Stage


def test_arithmetic_on_constants_and_series_is_done_before_the_run():
    graph = Graph(3)
    rain = graph.series([1.0, 2.0, 4.0])
    value = 2.0 * rain - 1.0 / (rain + 1.0)
    assert value.stage is Stage.KNOWN
    assert value.known is not None
    np.testing.assert_allclose(value.known[0], [2 - 1 / 2, 4 - 1 / 3, 8 - 1 / 5])


def test_equal_expressions_are_one_value():
    graph = Graph(2)
    storage = graph.state("storage", 5.0)
    assert (storage + 1.0) is (storage + 1.0)
    assert graph.series([1.0, 2.0]) is graph.series([1.0, 2.0])
    assert graph.series([3.0, 3.0]) is graph.constant(3.0)


def test_a_value_is_as_late_as_its_latest_argument():
    graph = Graph(2)
    storage = graph.state("storage", 5.0)
    flow = graph.flow(0, "release")
    assert minimum(storage, 3.0).stage is Stage.START
    assert (storage - flow).stage is Stage.END


def test_neutral_elements_leave_no_instruction():
    graph = Graph(2)
    storage = graph.state("storage", 5.0)
    assert storage * 1.0 is storage
    assert storage + 0.0 is storage
    assert minimum(storage, np.inf) is storage
    assert maximum(storage, storage) is storage
    assert where(graph.constant(1.0), storage, 7.0) is storage
    assert (storage * 0.0).constant == 0.0


def test_curves_are_constant_beyond_their_ends():
    graph = Graph(4)
    curve = graph.curve([0.0, 10.0], [100.0, 200.0])
    value = curve(graph.series([-5.0, 0.0, 2.5, 50.0]))
    assert value.known is not None
    np.testing.assert_array_equal(value.known[0], [100.0, 100.0, 125.0, 200.0])


def test_a_state_is_advanced_once():
    graph = Graph(1)
    storage = graph.state("storage", 5.0)
    graph.advance(storage, storage + 1.0)
    with pytest.raises(ValueError, match="advanced twice"):
        graph.advance(storage, storage)
    with pytest.raises(ValueError, match="exists already"):
        graph.state("storage", 1.0)


def test_a_series_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 numbers for 3 steps"):
        Graph(3).series([1.0, 2.0], "rain")


def test_a_deferred_value_cannot_stand_for_a_flow():
    graph = Graph(1)
    later = graph.deferred("known_inflow(n)")
    with pytest.raises(ValueError, match="flow of the same step"):
        graph.bind(later, graph.flow(0, "release"))


def test_only_a_single_number_is_a_constant():
    graph = Graph(2)
    assert floor(graph.constant(2.7)).constant == 2.0
    assert clip(graph.constant(5.0), 0.0, 1.0).constant == 1.0
    with pytest.raises(ValueError, match="not one constant"):
        _ = graph.series([1.0, 2.0]).constant
