"""Year tables of several scenarios as one Dataset with the dimension scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.io.missing import explain_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = ["stacked", "year_tables"]

SHARED = ("Conventions", "hydrosim_version", "mode", "step", "source")
AXIS = "axis_"


def year_tables(result: xr.Dataset) -> xr.Dataset:
    """Return what a result tells by water year, with what describes its items; no series."""
    names = [name for name, array in result.data_vars.items() if "water_year" in array.dims]
    tables = result[names]
    return tables.drop_dims([dim for dim in ("time", "month") if dim in tables.dims]).load()


def stacked(
    tables: Mapping[str, xr.Dataset], coordinates: Mapping[str, Mapping[str, str]]
) -> xr.Dataset:
    """Return the year tables of scenarios side by side.

    Parameters
    ----------
    tables
        Year tables by scenario, each with dims (scenario of size 1, ...).
    coordinates
        Value on each axis, by scenario.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, ...). Items are those of all scenarios; of an item that a scenario does
        not have the numbers are nan. What describes items (``claim_use``) stands by item, or by
        scenario and item where scenarios differ in it; axes stand as ``axis_NAME`` by scenario.
    """
    labels = _labels(tables)
    aligned = [_placed(one, labels) for one in tables.values()]
    arrays: dict[str, Any] = {}
    for name in sorted({str(name) for one in aligned for name in one.data_vars}):
        have = [one.get(name) for one in aligned]
        first = next(array for array in have if array is not None)
        filled = [np.full(first.shape, np.nan) if array is None else array.values for array in have]
        arrays[name] = (first.dims, np.concatenate(filled), first.attrs)
    described = _described(tables, labels)
    axes = dict.fromkeys(axis for one in coordinates.values() for axis in one)
    first = next(iter(tables.values()))
    attributes = {key: first.attrs[key] for key in SHARED if key in first.attrs}
    stack = xr.Dataset(
        arrays,
        {
            "scenario": np.array(list(tables), dtype=str),
            **{
                f"{AXIS}{axis}": ("scenario", [coordinates[name].get(axis, "") for name in tables])
                for axis in axes
            },
            "member": first["member"].values,
            **labels,
            **described,
        },
        attributes,
    )
    return explain_missing(stack)


def _labels(tables: Mapping[str, xr.Dataset]) -> dict[str, NDArray[Any]]:
    """Return the items of all scenarios along each dimension."""
    found: dict[str, set[Any]] = {}
    for one in tables.values():
        for dim in one.dims:
            if dim not in ("scenario", "member"):
                found.setdefault(str(dim), set()).update(one[dim].values.tolist())
    return {dim: np.array(sorted(items)) for dim, items in sorted(found.items())}


def _placed(tables: xr.Dataset, labels: Mapping[str, NDArray[Any]]) -> xr.Dataset:
    own = {str(dim): labels[str(dim)] for dim in tables.dims if str(dim) in labels}
    bare = tables.reset_coords(drop=True)
    return bare.reindex(own)


def _described(
    tables: Mapping[str, xr.Dataset], labels: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    """Return the coordinates that describe items, by scenario where scenarios differ."""
    dims: dict[str, str] = {}
    for one in tables.values():
        for name, coordinate in one.coords.items():
            if len(coordinate.dims) == 1 and name not in labels:
                dims.setdefault(str(name), str(coordinate.dims[0]))
    result: dict[str, Any] = {}
    for name, dim in sorted(dims.items()):
        if dim not in labels:
            continue
        rows = [_row(one, name, dim, labels[dim].tolist()) for one in tables.values()]
        shared = [_first(column) for column in zip(*rows, strict=True)]
        same = all(value in (None, shared[k]) for row in rows for k, value in enumerate(row))
        if same:
            result[name] = (dim, _packed([shared])[0])
        else:
            result[name] = (("scenario", dim), _packed(rows))
    return result


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _row(tables: xr.Dataset, name: str, dim: str, items: list[Any]) -> list[Any]:
    """Return what describes each item, None for what a scenario does not have or say."""
    if dim not in tables.dims:
        return [None] * len(items)
    own = tables[dim].values.tolist()
    said = tables[name].values.tolist() if name in tables.coords else [None] * len(own)
    known = {item: None if value in ("", None) or value != value else value
             for item, value in zip(own, said, strict=True)}  # fmt: skip
    return [known.get(item) for item in items]


def _packed(rows: list[list[Any]]) -> NDArray[Any]:
    given = [value for row in rows for value in row if value is not None]
    if given and all(isinstance(value, bool) for value in given):
        return np.array([[bool(value) for value in row] for row in rows])
    if given and all(isinstance(value, (int, float)) for value in given):
        return np.array([[np.nan if v is None else float(v) for v in row] for row in rows])
    return np.array([["" if v is None else str(v) for v in row] for row in rows], dtype=str)
