"""A step of the allocation asked for from Python."""

from typing import Any

import numpy as np

from hydrosim.kernels.allocation.model import AllocationModel
from hydrosim.kernels.allocation.state import AllocationState
from hydrosim.kernels.allocation.step import solve_step

__all__ = ["step_allocation"]


def step_allocation(
    model: AllocationModel,
    state: AllocationState,
    variant: int,
    policy: int,
    upper: Any,
    wanted: Any,
    rhs: Any,
) -> int:
    """Allocate one step, from Python: see `solve_step`.

    Parameters
    ----------
    model : AllocationModel
        The network.
    state : AllocationState
        The scenario's solver, built from that model; results in ``x`` [m3], ``fulfilment`` [-].
    variant : int
        Which coefficients and costs hold today [-].
    policy : int
        Which ladder holds today [-].
    upper : array_like, shape (n,)
        Upper bounds [m3].
    wanted : array_like, shape (K,)
        Wanted volume of each claim [m3].
    rhs : array_like, shape (m,)
        Right-hand side [m3].

    Returns
    -------
    int
        STATUS_FINE or another status of codes.py; then ``control[OFFENDING_ROW]`` names a row.

    Raises
    ------
    ValueError
        When the state belongs to another model.
    """
    if state.model is not model:
        message = "the solver's state belongs to another model"
        raise ValueError(message)
    for name, values in (("upper", upper), ("wanted", wanted), ("rhs", rhs)):
        state.arrays[f"given_{name}"][:] = np.asarray(values, dtype=np.float64)
    return solve_step(state.address, variant, policy)
