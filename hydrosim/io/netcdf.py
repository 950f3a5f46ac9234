"""Datasets in netCDF files: written whole and compressed, opened again."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import xarray as xr

from hydrosim.io.manifest import refuse_damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["open_results", "write_dataset"]

COMPRESSION = {"zlib": True, "complevel": 1, "shuffle": False}
"""Many columns of a result are constant or zero for long: shuffled bytes pack worse and slower."""


_ONE_AT_A_TIME = RLock()
PROBE = 1 << 20
"""What a disk that has room takes beside a file that could not be written [byte]."""
CHUNK_CACHE = 1 << 16
"""Less than a part of a series [byte]."""


def write_dataset(dataset: xr.Dataset, path: str | Path) -> None:
    """Write a result as netCDF-4, compressed and at once: a killed write leaves no file.

    Threads write one after the other: the library of netCDF is for one at a time.

    Parameters
    ----------
    dataset
        A result of :func:`hydrosim.run`.
    path
        File to write.

    Raises
    ------
    OSError
        If it cannot be written, as where the disk is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    encoding: dict[str, dict[str, Any]] = {
        str(name): {**COMPRESSION, "chunksizes": _chunk(variable)}
        for name, variable in dataset.data_vars.items()
        if variable.dtype.kind in "fi" and variable.size > 1
    }
    if "time" in dataset.coords and dataset["time"].dtype.kind == "M":
        encoding["time"] = {"units": "days since 1900-01-01", "dtype": "float64"}
    try:
        with _ONE_AT_A_TIME, _written_through():
            dataset.to_netcdf(partial, engine="netcdf4", encoding=encoding)
        partial.replace(path)
    except (OSError, RuntimeError) as error:
        raise (_cause(path) or error) from error
    finally:
        partial.unlink(missing_ok=True)


def _cause(path: Path) -> OSError | None:
    """Return what keeps files beside one from being written; the netCDF library does not say."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(PROBE))
            probe.flush()
    except OSError as error:
        return OSError(error.errno, error.strerror, str(path))
    return None


@contextmanager
def _written_through() -> Iterator[None]:
    """Keep no parts of variables in memory until the file is closed: each is written once."""
    import netCDF4

    before = netCDF4.get_chunk_cache()
    netCDF4.set_chunk_cache(size=CHUNK_CACHE)
    try:
        yield
    finally:
        netCDF4.set_chunk_cache(*before)


def _chunk(variable: xr.Variable | xr.DataArray) -> tuple[int, ...]:
    """Return the part of a variable that is packed by itself: of a series, one column.

    A column packs better than rows of unlike columns do, and is what is read most.
    """
    sizes = dict(zip(variable.dims, variable.shape, strict=True))
    sizes.update(dict.fromkeys(("scenario", "member"), 1))
    if "time" in sizes:
        sizes.update({dim: 1 for dim in sizes if dim != "time"})
    return tuple(sizes[dim] for dim in variable.dims)


def open_results(path: str | Path) -> xr.Dataset:
    """Open the results of a run: the folder, or its ``results.nc``.

    Raises
    ------
    FileNotFoundError
        If there is no result.
    DataError
        If the file is not what was written.
    """
    path = Path(path)
    file = path / "results.nc" if path.is_dir() else path
    if not file.exists():
        msg = f"there is no result at {file}"
        raise FileNotFoundError(msg)
    refuse_damaged(file)
    with _ONE_AT_A_TIME:
        return xr.open_dataset(file)
