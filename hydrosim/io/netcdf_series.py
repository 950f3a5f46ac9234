"""Series over time in netCDF: times with their bounds and calendar, a point of a grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest, shown
from hydrosim.io.netcdf_times import (
    OF_REAL_DATES,
    lost_bounds,
    on_the_clock,
    opened,
    starts_of,
    time_name,
)
from hydrosim.io.table import Table
from hydrosim.locale import AND, _, listed

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout

__all__ = ["read_netcdf"]

_AXES_OF_MAPS = ("lat", "latitude", "lon", "longitude", "x", "y", "rlat", "rlon")
_CELL_ALONE = 2.5  # size of a single cell, in degrees: the coarsest of usual grids
_METHOD = re.compile(r"((?:\w+:\s*)+)(maximum|minimum)")
_FILLS = (-32768.0, -32767.0, 32767.0, -2147483648.0, -2147483647.0, 2147483647.0)
_LARGEST_LABELLED = 2000  # entries of a second dimension that are columns of their own


def read_netcdf(file: Path, layout: Layout) -> Table:
    """Return the series of a netCDF file that run over time alone, or over one further dimension.

    Raises
    ------
    DataError
        When the file has no times, a calendar without the days of the run, or no such point.
    """
    with opened(file) as dataset:
        time = time_name(dataset, file, layout)
        calendar = str(dataset[time].encoding.get("calendar", "standard"))
        times = on_the_clock(dataset[time], calendar, file)
        starts = starts_of(dataset, time, calendar, file, layout)
        if layout.select is not None:
            dataset = _selected(dataset, dict(layout.select), file)
        columns: dict[str, Any] = {}
        units: dict[str, str] = {}
        left_out: dict[str, str] = {}
        extremes: dict[str, str] = {}
        for name, variable in dataset.data_vars.items():
            if time not in variable.dims or variable.dtype.kind not in "iuf":
                continue
            try:
                made = _series_of(str(name), variable, time)
            except (TypeError, ValueError):  # numbers in lists of unlike length
                continue
            if made is None:
                left_out[str(name)] = _dimensions(dataset, variable, time)
            else:
                columns.update(made)
                units.update(dict.fromkeys(made, str(variable.attrs.get("units", ""))))
                extremes.update(dict.fromkeys(made, _extreme_of(variable, str(time))))
        return Table(
            columns,
            times=times,
            starts=starts,
            units=units,
            left_out=left_out,
            extremes=extremes,
            lost_bounds=lost_bounds(dataset, time),
            calendar=calendar if calendar in OF_REAL_DATES else None,
        )


def _extreme_of(variable: xr.DataArray, time: str) -> str:
    """Return ``maximum`` or ``minimum`` where a variable is that of its periods, else nothing."""
    method = _METHOD.search(str(variable.attrs.get("cell_methods", "")))
    return method[2] if method is not None and time in method[1] else ""


def _selected(dataset: xr.Dataset, point: dict[str, str | float], file: Path) -> xr.Dataset:
    """Return what a dataset holds at a point: the nearest cell, or the entry of a name."""
    for dimension, wanted in point.items():
        if dimension not in dataset.dims:
            names = [str(name) for name in dataset.dims]
            raise DataError(
                str(file),
                found=_("no dimension {dimension!r} to select from", dimension=dimension),
                expected=_("one of {names}", names=", ".join(names)),
                nearest=nearest(dimension, names),
            )
        if dimension in dataset.coords:
            labels = dataset[dimension].to_numpy()
        else:
            labels = np.arange(dataset.sizes[dimension])
        dataset = dataset.isel({dimension: _place(labels, wanted, dimension, file)})
    return dataset


def _place(labels: NDArray[Any], wanted: str | float, dimension: str, file: Path) -> int:
    """Return the index of a label, or of the cell in which a number lies."""
    texts = [
        label.decode() if isinstance(label, bytes) else str(label) for label in labels.tolist()
    ]
    # Whole numbers are names, as of stations, where the dimension is no axis of a map.
    is_place = labels.dtype.kind == "f" or (
        labels.dtype.kind in "iu" and dimension.lower() in _AXES_OF_MAPS
    )
    if is_place and not isinstance(wanted, str):
        away = np.abs(labels - wanted)
        index = int(np.argmin(away))
        size = float(np.abs(np.diff(labels)).max()) if labels.size > 1 else _CELL_ALONE
        if away[index] <= 0.5 * size * (1.0 + 1e-9):
            return index
        expected = _(
            "a place on the grid, {low:g} to {high:g}",
            low=labels.min(),
            high=labels.max(),
        )
        raise DataError(str(file), found=f"{dimension} {wanted:g}", expected=expected)
    wanted = f"{wanted:g}" if isinstance(wanted, float) else wanted
    if wanted in texts:
        return texts.index(wanted)
    shown_labels = ", ".join(texts[:12]) + (", ..." if len(texts) > 12 else "")
    raise DataError(
        str(file),
        found=_("no {dimension} {wanted}", dimension=dimension, wanted=shown(wanted)),
        expected=_("one of {shown_labels}", shown_labels=shown_labels),
        nearest=nearest(str(wanted), texts),
    )


def _valid(variable: xr.DataArray) -> xr.DataArray:
    """Return a variable without numbers outside its ``valid_range``, which are missing (CF 2.5.1).

    The limits are in the unit of the numbers as they are packed in the file.
    """
    variable = _without_default_fill(variable)
    attributes: dict[str, Any] = variable.attrs
    limits = (attributes.get("valid_min"), attributes.get("valid_max"))
    low, high = attributes.get("valid_range", limits)
    packed = variable.encoding
    scale, offset = packed.get("scale_factor"), packed.get("add_offset")
    for limit, is_low in ((low, True), (high, False)):
        if limit is None or not np.isscalar(limit) or isinstance(limit, str):
            continue
        given: Any = limit
        edge = float(given) * (1.0 if scale is None else float(scale))
        edge += 0.0 if offset is None else float(offset)
        slack = 1e-6 * abs(edge)
        inside = variable >= edge - slack if is_low else variable <= edge + slack
        variable = variable.where(inside)
    return variable


def _without_default_fill(variable: xr.DataArray) -> xr.DataArray:
    """Return a packed variable without the codes that netCDF writes where nothing was written.

    Only where the file names no code itself, and the code is far from all other numbers.
    """
    packed = variable.encoding
    scale = packed.get("scale_factor")
    named = {"_FillValue", "missing_value"} & packed.keys()
    if scale is None or named or np.dtype(packed.get("dtype", "f8")).kind != "i":
        return variable
    raw = np.rint((variable.to_numpy() - packed.get("add_offset", 0.0)) / scale)
    codes = np.isin(raw, _FILLS)
    others = raw[~codes & np.isfinite(raw)]
    if not codes.any() or not others.size:
        return variable
    low, high = float(others.min()), float(others.max())
    far = (raw < low - (high - low)) | (raw > high + (high - low))
    return variable.where(~(codes & far))


def _series_of(name: str, variable: xr.DataArray, time: Hashable) -> dict[str, Any] | None:
    """Return the columns of a variable: one, or one a label of its second dimension."""
    more = [dim for dim in variable.dims if dim != time and variable.sizes[dim] > 1]
    single = [dim for dim in variable.dims if dim != time and dim not in more]
    label = variable[single[0]].to_numpy()[0] if len(single) == 1 else None
    variable = variable.isel(dict.fromkeys(single, 0))
    if not more:
        values = _valid(variable).to_numpy().astype(np.float64)
        return {name: values} if label is None else {name: values, f"{name}:{label}": values}
    if len(more) > 1 or variable.sizes[more[0]] > _LARGEST_LABELLED:
        return None
    turned = _valid(variable).transpose(time, more[0])
    labels = turned[more[0]].to_numpy()
    values = turned.to_numpy().astype(np.float64)
    return {f"{name}:{label}": values[:, place] for place, label in enumerate(labels)}


def _dimensions(dataset: xr.Dataset, variable: xr.DataArray, time: Hashable) -> str:
    """Return the dimensions of a grid with their ranges, and the key that selects a point."""
    axes: list[str] = []
    keys: list[str] = []
    for dimension in variable.dims:
        if dimension == time:
            continue
        labels = dataset[dimension].to_numpy() if dimension in dataset.coords else np.arange(
            variable.sizes[dimension]
        )  # fmt: skip
        ends = (
            _("{first:g} to {last:g}", first=labels[0], last=labels[-1])
            if labels.dtype.kind in "iuf"
            else f"{labels[0]} ..."
        )
        axes.append(_("{name} ({detail})", name=dimension, detail=ends))
        keys.append(
            f"{dimension}: {labels[0]:g}"
            if labels.dtype.kind in "iuf"
            else f"{dimension}: {labels[0]}"
        )
    return _(
        "a grid over {axes}: write `select: {{{point}}}` with your point",
        axes=listed(axes, AND),
        point=", ".join(keys),
    )
