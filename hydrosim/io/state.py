"""The state of a run at the start of a step, and its file.

A state holds all that the steps before have left behind: stored volumes, delays, accounts, soil
water, the ledger, the running sums of the year table, and the solver whole. The file is a zip
archive of NumPy arrays (``.npz``) with a JSON header; nothing in it is executed when it is read.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["State", "load_state", "machine"]

FORMAT = 1
HEADER = "header.json"
EXPECTED = _("a state that `hydrosim run` or `flood --save-state` has written")


@dataclass(frozen=True, eq=False)
class State:
    """What a run has left behind at the start of a step.

    Attributes
    ----------
    header
        Plain data: time, names, config, and what it was computed with (:func:`machine`).
    arrays
        By name; see ``restart.py``.
    """

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]

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
        partial = path.with_name(f".{path.name}.part")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                text = json.dumps(dict(self.header), ensure_ascii=False, sort_keys=True)
                archive.writestr(HEADER, text)
                for name in sorted(self.arrays):
                    written = io.BytesIO()
                    np.lib.format.write_array(written, self.arrays[name], allow_pickle=False)
                    archive.writestr(f"{name}.npy", written.getvalue())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def load_state(path: str | Path) -> State:
    """Read a state from its file.

    Raises
    ------
    DataError
        If there is no such file, it is damaged, or no run has written it.
    """
    path = Path(path)
    if not path.is_file():
        found = _("a folder") if path.is_dir() else _("no such file")
        raise DataError(str(path), found=found, expected=EXPECTED)
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read(HEADER))
            arrays = {
                name.removesuffix(".npy"): np.lib.format.read_array(
                    io.BytesIO(archive.read(name)), allow_pickle=False
                )
                for name in archive.namelist()
                if name != HEADER
            }
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        found = _("a file that is cut off, damaged, or no state")
        raise DataError(str(path), found=found, expected=EXPECTED) from error
    if header.get("format") != FORMAT:
        found = _("a state in format {format}", format=header.get("format"))
        raise DataError(
            str(path), found=found, expected=_("a state in format {format}", format=FORMAT)
        )
    return State(header, arrays)


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
    from hydrosim.kernels._jit import cache_folder

    features = llvm.get_host_cpu_features().flatten()
    kernels = cache_folder().name.rpartition("-")[2]
    digest = hashlib.sha256(features.encode()).hexdigest()[:8]
    return {
        "hydrosim": __version__,
        "kernels": f"{kernels} (not compiled)" if getattr(config, "DISABLE_JIT", 0) else kernels,
        "processor": f"{llvm.get_host_cpu_name()} {digest}",
    }
