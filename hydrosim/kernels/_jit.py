"""The two decorators of every kernel and the cache folder that belongs to these sources.

Numba keys the cached machine code of a function on the file of that function alone, so a change
in a helper of another file would silently keep old numbers in its callers.  Here the cache
folder's name is a hash of *all* kernel sources (and of the numba, numpy and Python versions);
the processor is told apart by numba itself.
"""

import gc
import hashlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

from hydrosim.kernels._checked import CHECKED
from hydrosim.kernels._numba import config, event, types, unliteral

KEPT_FOLDERS = 3
"""Cache folders kept: the current one and the last used ones (two checkouts may alternate)."""

FOLDER_PREFIX = "checked-" if CHECKED else "kernels-"
"""What the names of this build's cache folders begin with."""
_TESTS: dict[str, Any] = {"boundscheck": True} if CHECKED else {}


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


def find_cache_root() -> Path:
    """Return the folder below which hydrosim keeps compiled kernels.

    Returns
    -------
    Path
        ``NUMBA_CACHE_DIR``, else ``XDG_CACHE_HOME``, else ``~/.cache`` (the local application
        folder on Windows), each with ``hydrosim`` appended.
    """
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        value = os.environ.get(name)
        if value:
            return Path(value) / "hydrosim"
    return Path.home() / ".cache" / "hydrosim"


@cache
def cache_folder() -> Path:
    """Return the cache folder of the kernel sources as they are now.

    Returns
    -------
    Path
        The folder; it need not exist yet.
    """
    return find_cache_root() / (FOLDER_PREFIX + hash_sources(Path(__file__).parent))


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
    return folder.is_dir() and any(folder.rglob(f"{module}*.nbc"))


def remove_old_folders(root: Path, keep: int = KEPT_FOLDERS) -> int:
    """Remove all but the last used cache folders.

    Parameters
    ----------
    root : Path
        Folder that holds the cache folders.
    keep : int
        How many to keep.

    Returns
    -------
    int
        Number of folders removed.
    """
    if not root.is_dir():
        return 0
    folders = [path for path in root.iterdir() if path.name.startswith(FOLDER_PREFIX)]
    folders.sort(key=_last_use, reverse=True)
    for path in folders[keep:]:
        shutil.rmtree(path, ignore_errors=True)
    return len(folders[keep:])


def _last_use(path: Path) -> float:
    """Return the time a folder was last used, 0 when another process has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


@cache
def prepare_folder() -> str:
    """Make the current cache folder, mark it as used, remove old ones; return its path."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        # A read-only home: numba then falls back to its own choice of folder.
        return ""
    remove_old_folders(folder.parent)
    return str(folder)


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


_CACHE_DIR_LOCK = threading.RLock()


@contextmanager
def _cached_here() -> Generator[None]:
    """Let numba cache in our folder; its setting is global, so one thread at a time."""
    with _CACHE_DIR_LOCK:
        before = config.CACHE_DIR
        config.CACHE_DIR = prepare_folder() or before
        try:
            yield
        finally:
            config.CACHE_DIR = before


def _call_plainly(resolve: Callable[..., Any], types_: Any, named: dict[str, Any]) -> Any:
    """Type a call by int64 where a constant stands: else each constant is compiled apart."""
    return resolve(
        [unliteral(kind) for kind in types_], {k: unliteral(v) for k, v in named.items()}
    )


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    if config.DISABLE_JIT:
        return function
    with _cached_here():
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy", **_TESTS, **options)(
            function
        )
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
    with _cached_here(), event.trigger_event("numba:compile", data={"function": function}):
        return numba.cfunc(
            "int64(int64, int64, int64)", cache=True, error_model="numpy", _nrt=False
        )(function)


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

    Leaving the entry out saves about half a second of compilation for each function that takes
    the allocation's tuples of arrays.

    Parameters
    ----------
    function : callable
        Function in numba's subset of Python that allocates nothing and only kernels call.

    Returns
    -------
    callable
        The compiled function (the function itself under ``NUMBA_DISABLE_JIT=1``).
    """
    return _compile(function, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True)


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
    return _compile(
        function, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True, forceinline=True
    )
