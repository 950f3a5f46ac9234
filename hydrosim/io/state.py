"""The state of a run at the start of a step, and its file.

A state holds all that the steps before have left behind: stored volumes, delays, accounts, soil
water, the ledger, the running sums of the year table, and the solver whole. The file is a zip
archive of NumPy arrays (``.npz``) with a JSON header; nothing in it is executed when it is read.
Its comment is the SHA-256 of all bytes before it, which is compared before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.io.bounded import MIB, bytes_of
from hydrosim.io.state_header import faults_of
from hydrosim.io.whole_file import write_whole_bytes
from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["FORMAT", "MOST_STATE", "State", "damaged", "load_state", "machine"]

FORMAT = 2
HEADER = "header.json"
EXPECTED = _("a state that `hydrosim run` or `flood --save-state` has written")
CUT_OFF = _("a file that is cut off, damaged, or no state")
ANEW = _("write it again: run up to its date with `--save-state`")
SUM = b"sha256 "
DIGITS = 64
MOST_STATE = 1024 * MIB
"""Largest state, as a file and unpacked [byte]."""
MOST_HEADER = 64 * MIB
TYPES = ("<f8", "<i8", "<u4")
_WRONG = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, OSError,
    RuntimeError, SyntaxError, OverflowError, MemoryError,
)  # fmt: skip
"""What reading an archive and its arrays may raise where bytes are not what they should be."""


@dataclass(frozen=True, eq=False)
class State:
    """What a run has left behind at the start of a step.

    Attributes
    ----------
    header
        Plain data: time, names, config, and what it was computed with (:func:`machine`).
    arrays
        By name; see ``restart.py``.
    file
        The file it was read from, for messages.
    """

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    file: str = ""

    @property
    def time(self) -> np.datetime64:
        """Start of the step that comes next."""
        return np.datetime64(self.header["time"], "s")

    def __repr__(self) -> str:
        names = self.header["names"]
        return (
            f"<hydrosim.State at {np.datetime_as_string(self.time, unit='D')}: "
            f"{len(names['states'])} states, {len(names['stores'])} stores, "
            f"hydrosim {self.header['machine']['hydrosim']}>"
        )

    def save(self, path: str | Path) -> None:
        """Write the state at once: a killed write leaves no file.

        Parameters
        ----------
        path
            File to write.
        """
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.comment = SUM + b"0" * DIGITS
            text = json.dumps(dict(self.header), ensure_ascii=False, sort_keys=True)
            archive.writestr(HEADER, text)
            for name in sorted(self.arrays):
                written = io.BytesIO()
                flat = np.ascontiguousarray(self.arrays[name])
                np.lib.format.write_array(written, flat, allow_pickle=False)
                archive.writestr(f"{name}.npy", written.getvalue())
        content = packed.getvalue()[:-DIGITS]
        write_whole_bytes(path, content + hashlib.sha256(content).hexdigest().encode())


def damaged(file: str, what: Message) -> DataError:
    """Return the error of a state whose content cannot be that of a run."""
    return DataError(
        file or _("the state"),
        found=_("a damaged state: {what}", what=what),
        expected=EXPECTED,
        note=ANEW,
    )


def load_state(path: str | Path) -> State:
    """Read a state from its file.

    Raises
    ------
    DataError
        If there is no such file, it is damaged, too large, of an older form, or no run has
        written it.
    """
    path = Path(path)
    content = bytes_of(path, EXPECTED, MOST_STATE)
    whole = _has_its_sum(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            header = _header_of(archive)
            _refuse_other_formats(str(path), header)
            if not whole:
                raise DataError(str(path), found=CUT_OFF, expected=EXPECTED, note=ANEW)
            arrays = _arrays_of(archive)
    except _WRONG as error:
        raise DataError(str(path), found=CUT_OFF, expected=EXPECTED, note=ANEW) from error
    fault = next(faults_of(header), None)
    if fault is not None:
        raise damaged(str(path), fault)
    return State(header, arrays, str(path))


def _has_its_sum(content: bytes) -> bool:
    """Whether a file ends with the check sum of all that stands before it."""
    body, digest = content[:-DIGITS], content[-DIGITS:]
    return body.endswith(SUM) and hashlib.sha256(body).hexdigest().encode() == digest


def _header_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the header of a state.

    Raises
    ------
    ValueError
        If it is too large or no mapping.
    """
    header = json.loads(_unpacked(archive, HEADER, MOST_HEADER))
    if not isinstance(header, dict):
        raise ValueError(HEADER)
    return header


def _refuse_other_formats(file: str, header: Mapping[str, Any]) -> None:
    """Refuse a state of an older or a later form, and say what to do."""
    form = header.get("format")
    if form == FORMAT:
        return
    expected = _("a state in format {format}", format=FORMAT)
    if not isinstance(form, int) or isinstance(form, bool):
        raise DataError(file, found=CUT_OFF, expected=EXPECTED, note=ANEW)
    note = ANEW
    if form > FORMAT:
        note = _("written by a later version of hydrosim: read it with that version")
    found = _("a state in format {format}", format=form)
    raise DataError(file, found=found, expected=expected, note=note)


def _arrays_of(archive: zipfile.ZipFile) -> dict[str, NDArray[Any]]:
    """Return the arrays of a state by name.

    Raises
    ------
    ValueError
        If one is no array of numbers, or all together are too large.
    """
    left = MOST_STATE
    arrays: dict[str, NDArray[Any]] = {}
    for file in archive.namelist():
        if file == HEADER:
            continue
        name, dot, ending = file.rpartition(".")
        if (dot, ending) != (".", "npy") or name in arrays:
            raise ValueError(file)
        raw = _unpacked(archive, file, left)
        left -= len(raw)
        arrays[name] = _array_of(raw)
    return arrays


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return the bytes of an entry of an archive.

    Raises
    ------
    ValueError
        If there are more of them than may be.
    """
    with archive.open(name) as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise ValueError(name)
    return raw


def _array_of(raw: bytes) -> NDArray[Any]:
    """Return an array of numbers from the bytes of a ``.npy`` file.

    Raises
    ------
    ValueError
        If its type is none of those of a state, or its size not that of the bytes.
    """
    stream = io.BytesIO(raw)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(stream)
    size = len(raw) - stream.tell()
    if by_column or dtype.str not in TYPES or prod(shape) * dtype.itemsize != size:
        raise ValueError
    return np.frombuffer(raw, dtype, offset=stream.tell()).reshape(shape).copy()


@cache
def machine() -> dict[str, str]:
    """Return what the bits of a run depend on beside its model: versions and processor.

    Returns
    -------
    dict
        ``hydrosim``: version; ``kernels``: hash of the compiled sources with the versions of
        numba, NumPy and Python; ``processor``: its type and a hash of its features.
    """
    import llvmlite.binding as llvm
    from numba.core import config

    from hydrosim._version import __version__
    from hydrosim.kernels._jit import cache_name

    features = llvm.get_host_cpu_features().flatten()
    kernels = cache_name().rpartition("-")[2]
    digest = hashlib.sha256(features.encode()).hexdigest()[:8]
    return {
        "hydrosim": __version__,
        "kernels": f"{kernels} (not compiled)" if getattr(config, "DISABLE_JIT", 0) else kernels,
        "processor": f"{llvm.get_host_cpu_name()} {digest}",
    }
