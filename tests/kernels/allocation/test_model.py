"""What the kernels take for granted of a model: its shapes, whatever the ladders name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.kernels.allocation import (
    STATUS_FINE,
    STATUS_NO_POLICY,
    AllocationModel,
    build_allocation,
    build_allocation_state,
    slots,
    step_allocation,
)
from hydrosim.kernels.allocation.functions import FUNCTIONS

CITY, FARM, PLANT = range(3)


def model(claim_order: Any, class_ptr: Any) -> AllocationModel:
    """One source with room for 6, a plant for 3, a city and a farm; the plant may be spared."""
    # Rows: the water and the farm's field. Columns: city, farm, plant, what is left.
    return build_allocation(
        column_ptr=[0, 1, 2, 3, 4],
        row_index=[0, 0, 0, 0],
        coefficient=[[1.0, 1.0, -1.0, 1.0]],
        cost=[[0.0, 0.0, 0.0, 0.0]],
        tie_break=[1.1, 1.2, 1.3, 1.4],
        claim_column=[CITY, FARM, PLANT],
        claim_sense=[1, 1, -1],
        claim_share=[1.0, 1.0, 1.0],
        claim_order=claim_order,
        class_ptr=class_ptr,
        rows=1,
    )


def served(one: AllocationModel, policy: int) -> list[float]:
    """Return what city and farm get and the plant gives with 4 of water in the source."""
    state = build_allocation_state(one)
    status = step_allocation(one, state, 0, policy, [4.0, 4.0, 3.0, 9.0], [4.0, 4.0, 3.0], [4.0])
    assert status == STATUS_FINE
    return state.x[:3].tolist()


def test_a_policy_that_leaves_claims_out_is_read_at_its_own_place():
    narrow = model([[CITY, FARM], [FARM, CITY]], [[0, 1, 2], [0, 1, 2]])
    wide = model([[CITY, FARM, -1], [FARM, CITY, -1]], [[0, 1, 2], [0, 1, 2]])
    wider = model([[CITY, FARM, -1, -1], [FARM, CITY, -1, -1]], [[0, 1, 2], [0, 1, 2]])
    for one in (narrow, wide, wider):
        np.testing.assert_array_equal(one.claim_order, [[CITY, FARM, -1], [FARM, CITY, -1]])
        assert served(one, 0) == [4.0, 3.0, 3.0]
        assert served(one, 1) == [3.0, 4.0, 3.0]


def test_a_spared_source_gives_to_the_lines_above_it_only():
    one = model([[CITY, PLANT, FARM], [FARM, PLANT, CITY]], [[0, 1, 2, 3], [0, 1, 2, 3]])
    assert served(one, 0) == [4.0, 0.0, 0.0]
    assert served(one, 1) == [0.0, 4.0, 0.0]


@pytest.mark.parametrize("policy", [-1, 2, 2**40])
def test_a_policy_that_is_not_there_is_refused(policy):
    one = model([[CITY, FARM], [FARM, CITY]], [[0, 1, 2], [0, 1, 2]])
    state = build_allocation_state(one)
    bounds, wanted = [4.0, 4.0, 3.0, 9.0], [4.0, 4.0, 3.0]
    assert step_allocation(one, state, 0, policy, bounds, wanted, [4.0]) == STATUS_NO_POLICY
    assert state.counters.sum() == 0.0
    assert step_allocation(one, state, 0, 1, bounds, wanted, [4.0]) == STATUS_FINE


def test_every_slot_of_a_book_holds_the_array_or_function_of_its_name():
    one = model([[CITY, FARM], [FARM, CITY]], [[0, 1, 2], [0, 1, 2]])
    state = build_allocation_state(one)
    held = {**vars(one), **state.arrays}
    names = [name.lower() for name, slot in vars(slots).items() if isinstance(slot, int)]
    names.remove("last_of_model")
    assert set(names) == {"book", "slots", *held, *(f.__name__ for f in FUNCTIONS.values())}
    for name, array in held.items():
        slot = getattr(slots, name.upper())
        assert state.book[2 * slot : 2 * slot + 2].tolist() == [array.ctypes.data, array.size]
    for slot, function in FUNCTIONS.items():
        assert getattr(slots, function.__name__.upper()) == slot
        assert state.book[2 * slot] == function.address
