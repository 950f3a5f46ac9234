import math

import numpy as np
import pytest

from hydrosim.kernels.arrays import Certificate, Program
from hydrosim.kernels.simulate import check_network, check_rows, gather

INTEGERS = np.zeros(0, dtype=np.int64)


def program(**content):
    """Program of which only some parts are told."""
    empty = {name: INTEGERS for name in Program._fields}
    empty.update(start_count=0, policy_register=0, flow_first=0)
    return Program(**{**empty, **content})


def certificate():
    return Certificate(
        np.zeros(1), np.zeros(2, dtype=np.int64), np.zeros(1), np.zeros(1, dtype=np.int64),
        np.zeros(3, dtype=np.int64),
    )  # fmt: skip


def gathered(register, **content):
    """Two rows (3 + 4, -2), columns without bound, with two, of a source; two claims."""
    case = program(
        rhs_start=np.array([0, 2, 3]),
        rhs_register=np.array([0, 1, 2]),
        upper_start=np.array([0, 0, 2, 3]),
        upper_register=np.array([3, 4, 5]),
        source=np.array([0, 0, 1]),
        wanted_register=np.array([6, -1]),
        claim_column=np.array([1, 2]),
        **content,
    )
    upper, wanted, rhs = np.empty(3), np.empty(2), np.empty(2)
    place = gather(case, np.asarray(register, dtype=np.float64), upper, wanted, rhs)
    return place, upper, wanted, rhs


REGISTER = (3.0, 4.0, -2.0, 8.0, 6.0, 5.0, 2.5)


def test_an_uncapped_column_gets_all_water_of_the_step():
    # Water of the step: 3 + 4 + 2 forced and 5 of the source.
    place, upper, wanted, rhs = gathered(REGISTER)
    assert place == -1
    np.testing.assert_array_equal(rhs, [7, -2])
    np.testing.assert_array_equal(upper, [14, 6, 5])
    np.testing.assert_array_equal(wanted, [2.5, 5])


def test_bounds_and_wishes_below_zero_are_zero():
    register = list(REGISTER)
    register[4], register[6] = -1.0, -3.0
    _, upper, wanted, _ = gathered(register)
    assert upper[1] == 0.0
    assert wanted[0] == 0.0


def test_a_source_without_bound_brings_no_infinite_water():
    register = list(REGISTER)
    register[5] = math.inf
    _, upper, wanted, _ = gathered(register)
    np.testing.assert_array_equal(upper, [9, 6, 9])
    assert wanted[1] == 9.0


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, math.nan), (2, math.inf), (3, math.nan), (5, math.nan), (6, math.nan), (6, math.inf)],
)
def test_what_is_no_number_is_named_by_its_register(place, value):
    register = list(REGISTER)
    register[place] = value
    assert gathered(register)[0] == place


def test_row_closure_is_relative_to_what_the_row_passes():
    # Row 0: 5 = 2 + 2 + 1 less 0.25 missing; 10 passed. Row 1: 2 in, 2 out.
    case = program(
        column_start=np.array([0, 1, 3, 4]),
        row_index=np.array([0, 0, 1, 0]),
        coefficient=np.array([[1.0, 1.0, -1.0, 0.75]]),
    )
    proof = certificate()
    rhs = np.array([5.0, -2.0])
    # What counts as none, in the solver's scale of each row.
    least, scale = np.array([1e-10, 3e-11]), np.array([1.0, 0.5])
    own = (least, scale, np.empty(2), np.empty(2))
    check_rows(7, 0, case, np.array([2.0, 2.0, 1.0]), rhs, *own, proof)
    assert proof.row_closure[0] == pytest.approx(0.25 / 9.75)
    assert proof.row_place.tolist() == [7, 0]
    check_rows(8, 0, case, np.array([2.0, 2.0, 4 / 3]), rhs, *own, proof)
    assert proof.row_place.tolist() == [7, 0]


def test_what_is_nothing_to_the_solver_does_not_open_a_row():
    case = program(
        column_start=np.array([0, 1]), row_index=np.array([0]), coefficient=np.array([[1.0]])
    )
    proof = certificate()
    rhs, flow, scale = np.array([1e-20]), np.array([0.0]), np.array([0.5])
    check_rows(0, 0, case, flow, rhs, np.array([1e-5]), scale, np.empty(1), np.empty(1), proof)
    assert proof.row_closure[0] <= 1e-12
    check_rows(1, 0, case, flow, rhs, np.array([0.0]), scale, np.empty(1), np.empty(1), proof)
    assert proof.row_closure[0] == 1.0


def test_network_closure_compares_storage_with_the_edges():
    # 100 -> 104 stored; 6 came in and 1 left: 1 is missing of 100 + 7.
    case = program(
        stored_start=np.array([0]),
        stored_end=np.array([1]),
        boundary_register=np.array([2, 3]),
        boundary_sign=np.array([1.0, -1.0]),
    )
    proof = certificate()
    assert check_network(5, case, np.array([100.0, 104.0, 6.0, 1.0]), proof)
    assert proof.network_closure[0] == pytest.approx(1 / 107)
    assert proof.network_place[0] == 5
    assert not check_network(6, case, np.array([100.0, math.nan, 6.0, 1.0]), proof)
    assert not check_network(6, case, np.array([100.0, 104.0, math.inf, 1.0]), proof)
