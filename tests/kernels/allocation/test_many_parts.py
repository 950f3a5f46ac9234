"""Parts of a network that share one source: fair levels against filling by bisection."""

import os

import numpy as np
import pytest

from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    STATUS_FINE,
    build_allocation,
    build_allocation_state,
    codes,
    step_allocation,
)

LONG = bool(os.environ.get("HYDROSIM_LONG"))
STEPS = 6


def fair_levels(wanted: np.ndarray, own: np.ndarray, most: np.ndarray, shared: float) -> np.ndarray:
    """Return fulfilments when towns with water of their own share what a canal brings.

    All have the same level, but for those whose own water brings more or whose branch of the canal
    is full: the level is found by bisection.
    """

    def taken(level: float) -> np.ndarray:
        return np.clip(level * wanted - own, 0.0, most)

    low, high = 0.0, 1.0
    if taken(high).sum() > shared:
        for _unused in range(200):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if taken(middle).sum() > shared else (middle, high)
    return np.minimum(1.0, (np.minimum(own, wanted) + taken(high)) / wanted)


@pytest.mark.parametrize("towns", [80, 700, *([2000] if LONG else [])])
def test_towns_share_a_canal_fairly(towns: int) -> None:
    """Half the towns come first on the ladder; the rest share what these leave."""
    drawn = np.random.default_rng(towns)
    source = 3 * towns
    pointer, index, coefficient = [0], [], []
    for i in range(towns):
        for entries in ([(i, 1.0)], [(i, 1.0), (towns, -1.0)], [(i, -1.0)]):
            index += [row for row, _unused in entries]
            coefficient += [value for _unused, value in entries]
            pointer.append(len(index))
    index.append(towns)
    coefficient.append(1.0)
    pointer.append(len(index))
    towns_column = np.arange(towns) * 3 + 2
    first, second = np.arange(0, towns, 2), np.arange(1, towns, 2)
    model = build_allocation(
        pointer,
        index,
        coefficient,
        np.zeros(source + 1),
        1.0 + drawn.random(source + 1) / 2,
        towns_column,
        np.ones(towns),
        np.ones(towns),
        np.concatenate([first, second]),
        [0, first.size, towns],
        rows=towns + 1,
    )
    state = build_allocation_state(model)
    state.control[codes.WAY] = codes.WAY_GROUPS
    wanted = drawn.uniform(1.0, 5.0, towns)
    most = drawn.uniform(0.2, 4.0, towns)
    no_inflow = np.zeros(towns + 1)
    for share in drawn.uniform(0.05, 0.9, STEPS):
        own = drawn.uniform(0.0, 1.2, towns) * wanted
        upper = np.full(source + 1, 1e30)
        upper[0::3][:towns] = own
        upper[1::3] = most
        upper[towns_column] = wanted
        canal = share * np.clip(wanted - own, 0.0, most).sum()
        upper[source] = canal
        assert step_allocation(model, state, 0, 0, upper, wanted, no_inflow) == STATUS_FINE
        expected = np.empty(towns)
        left = canal
        for line in (first, second):
            expected[line] = fair_levels(wanted[line], own[line], most[line], left)
            left -= np.maximum(expected[line] * wanted[line] - own[line], 0.0).sum()
        assert state.fulfilment == pytest.approx(expected, abs=1e-9)
    counters = dict(zip(COUNTER_NAMES, state.counters, strict=True))
    assert counters["group_steps"] == STEPS
