"""Compiled kernels in files that prove themselves: numba's cache with a check sum a file.

Numba loads what it finds: a file that is cut off or damaged ends the process, or worse. Here a
file is its check sum and its content. What does not fit, belongs to somebody else or cannot be
read is compiled again; what cannot be written stays in memory. The folder's name is a hash of all
sources, so no time of a file counts: a clock that goes back costs nothing.
"""

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

from hydrosim.kernels._folders import IN_MEMORY, REBUILT, Trouble, is_ours, note
from hydrosim.kernels._numba import (
    CacheLocator,
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
)

DIGEST = 16


class KernelCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function, in a folder of the house.

    Parameters
    ----------
    function : callable
        The function.
    folder : Path
        Folder of all compiled kernels.
    """

    def __init__(self, function: Any, folder: Path) -> None:
        class Locator(_Locator):
            root = folder

        class Form(CompileResultCacheImpl):  # type: ignore[misc]
            _locator_classes = (Locator,)

        self._impl_class = Form
        super().__init__(function)
        locator = self._impl.locator
        self._cache_file = _SummedFile(
            locator.get_cache_path(), self._impl.filename_base, locator.get_source_stamp()
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what was compiled before; None where there is nothing that can be used."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            # Whole, but written by something else than this numba: compiled again.
            note(Trouble(REBUILT, str(self._cache_file.index), ""))
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, where it can be written."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            note(Trouble(IN_MEMORY, str(self.cache_path), error))


class _Locator(CacheLocator):  # type: ignore[misc]
    """Where the files of a function stand, and nothing that depends on a clock."""

    root: Path

    def __init__(self, function: Any, file: str) -> None:
        self._line = function.__code__.co_firstlineno
        self._py_file = file
        self._path = self.root / self.get_suitable_cache_subpath(file)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "_Locator":
        return cls(py_func, py_file)

    def get_cache_path(self) -> str:
        return str(self._path)

    def get_source_stamp(self) -> str:
        return self.root.name

    def get_disambiguator(self) -> str:
        return str(self._line)


class _SummedFile(IndexDataCacheFile):  # type: ignore[misc]
    """Index and data files, each behind its check sum."""

    @property
    def index(self) -> Path:
        """The index file."""
        return Path(self._index_path)

    def _load_index(self) -> Any:
        content = _content(self.index)
        if content is None:
            return {}
        version, stamp, overloads = pickle.loads(content)
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: Any) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        content = _content(Path(self._data_path(name)))
        if content is None:
            raise FileNotFoundError(name)
        return pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(path) as stream:
            stream.write(_sum(content) + content)


def _sum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST).digest()


def _content(path: Path) -> bytes | None:
    """Return what stands behind the check sum of a file; None where it cannot be used."""
    try:
        with path.open("rb") as stream:
            ours = is_ours(os.fstat(stream.fileno()))
            raw = stream.read() if ours else b""
    except FileNotFoundError:
        return None
    except OSError:
        raw = b""
    content = raw[DIGEST:]
    if raw and _sum(content) == raw[:DIGEST]:
        return content
    note(Trouble(REBUILT, str(path), ""))
    return None
