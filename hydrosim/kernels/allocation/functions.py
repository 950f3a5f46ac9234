"""Which function stands in which slot of an allocation's book."""

from hydrosim.kernels._apart import Apart
from hydrosim.kernels.allocation import slots
from hydrosim.kernels.allocation.bounds import keep_bounds
from hydrosim.kernels.allocation.cuts import add_cut, store_cut
from hydrosim.kernels.allocation.factor import factorise
from hydrosim.kernels.allocation.group_basis import exchange
from hydrosim.kernels.allocation.group_dual import enter_for_row
from hydrosim.kernels.allocation.group_moves import find_move
from hydrosim.kernels.allocation.group_primal import move_claim
from hydrosim.kernels.allocation.group_solve import solve_by_groups
from hydrosim.kernels.allocation.live_cuts import enliven_cut, wake_cuts
from hydrosim.kernels.allocation.mixing import mix_cuts
from hydrosim.kernels.allocation.newton import run_newton
from hydrosim.kernels.allocation.overflow import settle_overflow
from hydrosim.kernels.allocation.reach import measure_reach
from hydrosim.kernels.allocation.simplex import run_simplex
from hydrosim.kernels.allocation.step import solve_once, solve_step
from hydrosim.kernels.allocation.waterfill import fill_classes

FUNCTIONS: dict[int, Apart] = {
    slots.SOLVE_STEP: solve_step,
    slots.SOLVE_ONCE: solve_once,
    slots.SETTLE_OVERFLOW: settle_overflow,
    slots.MEASURE_REACH: measure_reach,
    slots.FACTORISE: factorise,
    slots.RUN_SIMPLEX: run_simplex,
    slots.KEEP_BOUNDS: keep_bounds,
    slots.FILL_CLASSES: fill_classes,
    slots.STORE_CUT: store_cut,
    slots.ENLIVEN_CUT: enliven_cut,
    slots.ADD_CUT: add_cut,
    slots.WAKE_CUTS: wake_cuts,
    slots.MIX_CUTS: mix_cuts,
    slots.RUN_NEWTON: run_newton,
    slots.SOLVE_BY_GROUPS: solve_by_groups,
    slots.EXCHANGE: exchange,
    slots.ENTER_FOR_ROW: enter_for_row,
    slots.MOVE_CLAIM: move_claim,
    slots.FIND_MOVE: find_move,
}


def compile_all() -> None:
    """Compile all functions of the allocation, or load them from the cache."""
    for function in FUNCTIONS.values():
        function.address  # noqa: B018
