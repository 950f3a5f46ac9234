"""Exact, fair, order-independent allocation; the mathematics is in docs/allocation.md."""

from hydrosim.kernels.allocation.codes import (
    COUNTER_NAMES,
    MODE_FAIR,
    MODE_LEAST_COST,
    STATUS_FINE,
    STATUS_INFEASIBLE,
    STATUS_NO_POLICY,
    STATUS_NOT_FINITE,
    STATUS_TEXT,
    STATUS_TROUBLE,
)
from hydrosim.kernels.allocation.model import (
    TOLERANCE,
    AllocationModel,
    Overflows,
    build_allocation,
)
from hydrosim.kernels.allocation.reasons import explain
from hydrosim.kernels.allocation.solver import step_allocation
from hydrosim.kernels.allocation.state import AllocationState, build_allocation_state
from hydrosim.kernels.allocation.step import solve_step

__all__ = [
    "COUNTER_NAMES",
    "MODE_FAIR",
    "MODE_LEAST_COST",
    "STATUS_FINE",
    "STATUS_INFEASIBLE",
    "STATUS_NOT_FINITE",
    "STATUS_NO_POLICY",
    "STATUS_TEXT",
    "STATUS_TROUBLE",
    "TOLERANCE",
    "AllocationModel",
    "AllocationState",
    "Overflows",
    "build_allocation",
    "build_allocation_state",
    "explain",
    "solve_step",
    "step_allocation",
]
