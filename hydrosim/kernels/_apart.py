"""Functions compiled apart and called by address.

Numba links and optimises a callee again in every caller, and hands over every pointer and length
of a tuple of arrays at each call.  A large kernel that is called from another one is compiled on
its own instead: it takes the address of a *book* (see `_book`) or of a *record* (see `_records`),
opens the arrays that it needs and costs its caller two nanoseconds.
"""

from collections.abc import Callable
from typing import Any

from hydrosim.kernels._book import plain_address
from hydrosim.kernels._jit import compile_apart
from hydrosim.kernels._numba import config
from hydrosim.kernels._self_test import require_sound_numba


class Apart:
    """A kernel that is compiled on its own at first use.

    Parameters
    ----------
    function : callable
        ``function(address, first, second) -> int`` in numba's subset of Python.
    """

    def __init__(self, function: Callable[..., int]) -> None:
        self.function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self._compiled: Any = None

    @property
    def address(self) -> int:
        """Address to store in a book (a mere number where compilation is off)."""
        if config.DISABLE_JIT:
            return plain_address(self.function)
        if self._compiled is None:
            require_sound_numba()
            self._compiled = compile_apart(self.function)
        return int(self._compiled.address)

    def __call__(self, address: int, first: int = 0, second: int = 0) -> int:
        """Call it from Python."""
        if config.DISABLE_JIT:
            return int(self.function(address, first, second))
        self.address  # noqa: B018
        return int(self._compiled.ctypes(address, first, second))


def apart(function: Callable[..., int]) -> Apart:
    """Compile a large kernel apart; others call it by ``call(book, slot, first, second)``.

    Parameters
    ----------
    function : callable
        ``function(address, first, second) -> int`` in numba's subset of Python.

    Returns
    -------
    Apart
        The kernel; compiled when its address is asked for.
    """
    return Apart(function)
