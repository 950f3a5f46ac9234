"""What the command line does beside its main thread, where that holds no interpreter.

The kernel, and the compression of a file, leave the interpreter to others. While they work, a
second thread imports what comes next, and the first one judges and draws.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

__all__ = ["DRAWING", "TELLING", "allocation_compiled_meanwhile", "imported_meanwhile"]

TELLING = (
    "hydrosim.supply.results",
    "netCDF4",
    "hydrosim.report.summary",
    "hydrosim.standards.board",
)
"""Modules that a run needs after its simulation, in the order of their use."""
DRAWING = ("matplotlib.figure", "hydrosim.plot.canvas", "hydrosim.plot.catalogue")
"""Modules that pictures need besides."""


@contextmanager
def imported_meanwhile(modules: Sequence[str]) -> Generator[None]:
    """Import modules in a second thread while the body runs; a failure shows at their use."""
    with ThreadPoolExecutor(1) as second:
        second.submit(_import_all, modules)
        yield


def _import_all(modules: Sequence[str]) -> None:
    with suppress(ImportError):
        for module in modules:
            import_module(module)


@contextmanager
def allocation_compiled_meanwhile() -> Generator[None]:
    """Compile the allocation in a second process while the body compiles the rest.

    The compiler holds the interpreter, so threads would not help. What the second process fails
    to leave in the cache is compiled here at its use.
    """
    code = "from hydrosim.kernels.allocation.functions import compile_all; compile_all()"
    quiet = subprocess.DEVNULL
    second = subprocess.Popen([sys.executable, "-c", code], stdout=quiet, stderr=quiet)
    try:
        yield
    except BaseException:
        second.terminate()
        raise
    finally:
        second.wait()
