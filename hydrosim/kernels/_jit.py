"""The two decorators of every kernel and the cache folder that belongs to these sources.

Numba keys the cached machine code of a function on the file of that function alone, so a change
in a helper of another file would silently keep old numbers in its callers.  Here the cache
folder's name is a hash of *all* kernel sources (and of the numba, numpy and Python versions);
the processor is told apart by numba itself.
"""

import gc
import hashlib
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

from hydrosim.kernels._cached import KernelCache
from hydrosim.kernels._checked import CHECKED
from hydrosim.kernels._folders import usable_folder
from hydrosim.kernels._helpers import HelperCompiler, PlainCompiler
from hydrosim.kernels._numba import CFunc, config, event, normalize_signature, types, unliteral

FOLDER_PREFIX = "checked-" if CHECKED else "kernels-"
"""What the names of this build's cache folders begin with."""
_TESTS: dict[str, Any] = {"boundscheck": True} if CHECKED else {}
_HELPER: dict[str, Any] = {
    "_nrt": False,
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": True,
    "pipeline_class": HelperCompiler,
}


def hash_sources(folder: Path) -> str:
    """Return a hash of every Python file below a folder.

    Parameters
    ----------
    folder : Path
        Folder that holds the kernel sources.

    Returns
    -------
    str
        Sixteen hexadecimal digits; they change with any file's name or content and with the
        versions of numba, numpy and Python, and are others for the checked build.
    """
    digest = hashlib.sha256()
    versions = (numba.__version__, np.__version__, sys.version, *_TESTS)
    digest.update("\0".join(versions).encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_name() -> str:
    """Return the name of the cache folder of the kernel sources as they are now."""
    return FOLDER_PREFIX + hash_sources(Path(__file__).parent)


@cache
def cache_folder() -> Path | None:
    """Return the cache folder of the kernel sources as they are now, and make it.

    Returns
    -------
    Path or None
        The folder; None where none can be written, so that kernels are compiled in memory.
    """
    return usable_folder(cache_name(), FOLDER_PREFIX)


def is_compiled(module: str = "") -> bool:
    """Tell whether the cache folder of these sources already holds compiled kernels.

    Parameters
    ----------
    module : str
        Name of the kernel module asked for; by default any.

    Returns
    -------
    bool
        False when the next call has to compile (or when compilation is off).
    """
    folder = cache_folder()
    return folder is not None and any(folder.rglob(f"{module}*.nbc"))


class _CollectLater(event.Listener):
    """Let no garbage be collected while numba compiles: of its many objects hardly one is free."""

    def __init__(self) -> None:
        self.depth = 0
        self.was_on = False

    def on_start(self, event: event.Event) -> None:
        del event
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: event.Event) -> None:
        del event
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


event.register("numba:compile", _CollectLater())


def _keep(compiled: Any, function: Callable[..., Any]) -> None:
    """Let numba keep what it compiles in our folder, if there is one."""
    folder = cache_folder()
    if folder is not None:
        compiled._cache = KernelCache(function, folder)


def _call_plainly(resolve: Callable[..., Any], types_: Any, named: dict[str, Any]) -> Any:
    """Type a call by int64 where a constant stands: else each constant is compiled apart."""
    return resolve(
        [unliteral(kind) for kind in types_], {k: unliteral(v) for k, v in named.items()}
    )


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    if config.DISABLE_JIT:
        return function
    compiled = numba.njit(nogil=True, error_model="numpy", **_TESTS, **options)(function)
    if "pipeline_class" not in options:
        _keep(compiled, function)
    compiled.get_call_template = partial(_call_plainly, compiled.get_call_template)
    return compiled


def compile_apart(function: Callable[..., int]) -> Any:
    """Compile a function of three integers to one that is called by address.

    Parameters
    ----------
    function : callable
        ``function(address, first, second) -> int`` in numba's subset of Python.

    Returns
    -------
    object
        With ``address`` and ``ctypes``.
    """
    if CHECKED:
        return _CheckedApart(function)
    signature = normalize_signature("int64(int64, int64, int64)")
    options = {"error_model": "numpy", "_nrt": False}
    compiled = CFunc(function, signature, locals={}, options=options, pipeline_class=PlainCompiler)
    _keep(compiled, function)
    with event.trigger_event("numba:compile", data={"function": function}):
        compiled.compile()
    return compiled


class _CheckedApart:
    """As `compile_apart`, but other kernels call its native code, which hands on exceptions."""

    def __init__(self, function: Callable[..., int]) -> None:
        self.ctypes = _compile(function, _nrt=False)
        kinds = (types.int64, types.int64, types.int64)
        self.ctypes.compile(kinds)
        compiled = self.ctypes.overloads[kinds]
        native = compiled.fndesc.llvm_func_name
        self.address = compiled.library.get_pointer_to_function(native)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that owns a loop over time or prepares arrays.

    Parameters
    ----------
    function : callable
        Function in numba's subset of Python.

    Returns
    -------
    callable
        The compiled function (the function itself under ``NUMBA_DISABLE_JIT=1``).
    """
    return _compile(function)


def hot(function: Callable[..., Any]) -> Any:
    """Compile a function that is called inside the time loop, without reference counting.

    Such a function may not allocate, slice or return an array: numba then counts no references
    to its arguments, which otherwise costs hundreds of nanoseconds a call for a tuple of arrays.

    Parameters
    ----------
    function : callable
        Function in numba's subset of Python that allocates nothing.

    Returns
    -------
    callable
        The compiled function (the function itself under ``NUMBA_DISABLE_JIT=1``).
    """
    return _compile(function, _nrt=False, no_cfunc_wrapper=True)


def inner(function: Callable[..., Any]) -> Any:
    """Compile as `hot`, without an entry from Python: for callees of hot functions only.

    It has no machine code of its own and stands in no file: see `_helpers`.

    Parameters
    ----------
    function : callable
        Function in numba's subset of Python that allocates nothing and only kernels call.

    Returns
    -------
    callable
        The compiled function (the function itself under ``NUMBA_DISABLE_JIT=1``).
    """
    return _compile(function, **_HELPER)


def merged(function: Callable[..., Any]) -> Any:
    """Compile as `inner`, and merge the machine code into the caller.

    Parameters
    ----------
    function : callable
        Function in numba's subset of Python that allocates nothing and only kernels call.

    Returns
    -------
    callable
        The compiled function (the function itself under ``NUMBA_DISABLE_JIT=1``).
    """
    return _compile(function, forceinline=True, **_HELPER)
