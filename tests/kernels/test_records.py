"""A named tuple of arrays, read and written by a kernel that knows only its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call_at
from hydrosim.kernels._flat import entries
from hydrosim.kernels._records import Record, opener

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = FloatTable = FloatCube = FloatBlock = NDArray[np.float64]
    Integers = IntegerTable = NDArray[np.int64]


class Case(NamedTuple):
    number: int
    line: Floats
    table: FloatTable
    cube: FloatCube
    block: FloatBlock
    factor: float
    places: IntegerTable
    double: int


open_case = opener(Case)


@apart
def double(address: int, place: int, _unused: int) -> int:
    case = open_case(address)
    case.line[place] *= 2.0
    return case.number


@apart
def work_through(address: int, first: int, last: int) -> int:
    case = open_case(address)
    tail = entries(case.line, first, case.line.size - first)
    rows, columns = case.table.shape
    for i in range(rows):
        for j in range(columns):
            case.table[i, j] = 10.0 * i + j
            for k in range(case.cube.shape[2]):
                case.cube[i, j, k] += case.places[i, 0] * case.table[i, j] + k
                case.block[i, j, k, 1] = case.cube[i, j, k] * case.factor
    tail[0] = tail.size + case.cube.shape[1]
    return call_at(case.double, address, last, 0)


def make_case(**changed: object) -> Case:
    content: dict[str, object] = {
        "number": 7,
        "line": np.arange(5.0),
        "table": np.zeros((2, 3)),
        "cube": np.ones((2, 3, 4)),
        "block": np.zeros((2, 3, 4, 2)),
        "factor": 0.1,
        "places": np.array([[1, 2], [3, 4]]),
        "double": double.address,
    }
    return Case(**{**content, **changed})  # type: ignore[arg-type]


def test_a_kernel_reads_and_writes_the_arrays_of_a_record():
    case = make_case()
    record = Record(case)
    assert work_through(record.address, 3, 1) == 7
    np.testing.assert_array_equal(case.line, [0, 2, 2, 5, 4])
    expected = np.add.outer(10.0 * np.arange(2), np.arange(3))
    np.testing.assert_array_equal(case.table, expected)
    factor = case.places[:, 0][:, None, None]
    np.testing.assert_array_equal(case.cube, 1 + factor * expected[..., None] + np.arange(4))
    np.testing.assert_array_equal(case.block[..., 1], case.cube * 0.1)
    assert not case.block[..., 0].any()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"line": np.zeros(3, dtype=np.int64)}, "Case.line: 1 extents of int64, not Floats"),
        ({"line": np.zeros((3, 1))}, "Case.line: 2 extents of float64, not Floats"),
        ({"table": np.zeros((3, 2)).T}, "Case.table: 2 extents of float64, not FloatTable"),
    ],
)
def test_an_array_that_is_not_as_annotated_is_refused(changed, told):
    with pytest.raises(TypeError, match=told):
        Record(make_case(**changed))


def other_case() -> type:
    class Case(NamedTuple):
        line: Floats

    return Case


open_other = opener(other_case())


@apart
def read_other(address: int, place: int, _unused: int) -> int:
    return int(open_other(address).line[place])


def test_records_of_one_name_are_told_apart():
    """This and the other ``Case`` have fields of one name at unlike places."""
    record = Record(other_case()(np.array([3.0, 8.0])))
    assert read_other(record.address, 1) == 8
    case = make_case()
    assert work_through(Record(case).address, 3, 1) == 7
