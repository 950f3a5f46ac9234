"""The times of a netCDF file: their coordinate, calendar, zone, bounds, and rounded numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout

    Times = NDArray[np.datetime64]

__all__ = ["OF_REAL_DATES", "lost_bounds", "on_the_clock", "opened", "starts_of", "time_name"]

OF_REAL_DATES = ("noleap", "365_day")
_REAL = ("standard", "gregorian", "proleptic_gregorian")
_ZONE = re.compile(r"since\s+\S+[T\s]\S*\d\s*(?!\+?-?0?0:?0?0?\s*$)([+-]\d{1,2}(?::?\d{1,2})?)\s*$")
_HOUR_S = 3600.0
_ROUNDED_S = 180.0  # times as numbers of 32 bit, of days since 1900, are as coarse as that
_WHOLE = 0.9  # share of the time between two rows that bounds must hold at least
WHY_NOT = {
    "360_day": _("years of 360 days, which are no days of the run"),
    "julian": _("dates of the Julian calendar"),
    "366_day": _("a 29 February in every year"),
    "all_leap": _("a 29 February in every year"),
}


def opened(file: Path) -> xr.Dataset:
    """Return a netCDF file with its times decoded.

    Raises
    ------
    DataError
        When it is no netCDF file, or its times are in units or an unknown calendar.
    """
    import xarray as xr

    try:
        return xr.open_dataset(file, decode_timedelta=False)
    except (OSError, ValueError):
        """Either no netCDF file, or times that cannot be decoded."""
    try:
        raw = xr.open_dataset(file, decode_times=False)
    except (OSError, ValueError):
        raise DataError(
            str(file), found=_("no netCDF file, or a damaged one"), expected=_("a netCDF file")
        ) from None
    with raw:
        given = [
            (str(name), str(one.attrs["units"]), str(one.attrs.get("calendar", "standard")))
            for name, one in raw.variables.items()
            if " since " in str(one.attrs.get("units", ""))
        ]
    name, units, calendar = given[0] if given else ("time", "", "standard")
    raise DataError(
        str(file),
        found=_("times in {units!r} of the calendar {calendar!r}, which cannot be read",
                units=units, calendar=calendar),
        expected=_("units such as 'days since 2001-01-01' in the calendar 'standard'"),
        column=name,
    )  # fmt: skip


def time_name(dataset: xr.Dataset, file: Path, layout: Layout) -> Hashable:
    """Return the name of the coordinate of times."""
    if layout.time is not None:
        (name, *more) = layout.time
        if more or name not in dataset.variables or dataset[name].ndim != 1:
            near = nearest(name, [str(one) for one in dataset.variables])
            expected = _("the name of one coordinate of dates")
            given = f"time: {', '.join(layout.time)}"
            raise DataError(str(file), found=given, expected=expected, nearest=near)
        return name
    dates = [name for name, one in dataset.variables.items() if _holds_dates(one)]
    along = [n for n in dates if dataset[n].dims == (n,)]
    found = [n for n in along if n == "time"] or (along if len(along) == 1 else [])
    if not found:
        expected = _("a coordinate 'time'")
        if along:
            expected = _("a coordinate 'time'; there are {names}: write `time:`",
                         names=", ".join(map(str, along)))  # fmt: skip
        raise DataError(str(file), found=_("no coordinate of dates"), expected=expected)
    return found[0]


def _holds_dates(variable: xr.Variable) -> bool:
    return variable.dtype.kind == "M" or (
        variable.dtype.kind == "O" and "calendar" in variable.encoding
    )


def _as_moments(values: NDArray[Any], calendar: str, file: Path) -> NDArray[np.datetime64]:
    """Return times of a calendar whose dates are real ones."""
    if values.dtype.kind == "M":
        return values.astype("M8[us]")
    if calendar in OF_REAL_DATES or calendar in _REAL:
        texts = [one.isoformat() for one in values.ravel()]
        return np.array(texts, "M8[us]").reshape(values.shape)
    why = WHY_NOT.get(calendar, _("dates that are not those of the run"))
    raise DataError(
        str(file),
        found=_("the calendar {calendar!r}: {why}", calendar=calendar, why=why),
        expected=_("the calendar 'standard', 'proleptic_gregorian' or 'noleap'"),
        note=_(
            "bring the data to the standard calendar first, with xarray's "
            "convert_calendar or `cdo setcalendar,standard`"
        ),
    )


def on_the_clock(coordinate: xr.DataArray, calendar: str, file: Path) -> Times:
    """Return the times of a coordinate to the second, without the rounding of their numbers.

    Times that are numbers with decimals are rounded where they were written: a day may come a
    second before midnight, and an hour of days since 1900 in 32 bit some minutes beside it.

    Raises
    ------
    DataError
        When the calendar has days that are none of the run.
    """
    return _rounded(_as_moments(coordinate.to_numpy(), calendar, file), coordinate)


def _rounded(moments: Times, coordinate: xr.DataArray) -> Times:
    """Return times of numbers with decimals on the hour, where all lie beside one."""
    times = moments.astype("M8[s]")
    if np.dtype(coordinate.encoding.get("dtype", "i8")).kind != "f" or times.size < 2:
        return times
    seconds = moments.astype("M8[us]").astype(np.int64) / 1e6
    hours = np.rint(seconds / _HOUR_S)
    between = np.abs(np.diff(np.sort(hours, axis=0), axis=0))
    if np.abs(seconds - hours * _HOUR_S).max() > _ROUNDED_S or np.median(between) < 1.0:
        return np.rint(seconds).astype(np.int64).astype("M8[s]")
    return (hours * _HOUR_S).astype(np.int64).astype("M8[s]")


def starts_of(
    dataset: xr.Dataset,
    time: Hashable,
    calendar: str,
    file: Path,
    layout: Layout,
) -> Times | None:
    """Return the starts of the periods of the values by the bounds of the times; None without.

    Raises
    ------
    DataError
        When bounds are no dates, end before they start, hold only a part of the time between two
        rows or overlap; or times have a zone or are a climatology.
    """
    coordinate = dataset[time]
    attributes = {**coordinate.encoding, **coordinate.attrs}
    zone = _ZONE.search(str(attributes.get("units", "")))
    if zone is not None:
        raise DataError(
            str(file),
            found=_("times with the zone {zone}", zone=zone[1]),
            expected=_("times without a zone: rewrite the units of the time"),
            column=str(time),
        )
    if "climatology" in attributes:
        expected = _("a series of single years")
        raise DataError(str(file), found=_("a climatology"), expected=expected, column=str(time))
    name = attributes.get("bounds")
    if name is None or layout.stamp is not None:
        return None
    if name not in dataset.variables:
        return None
    bounds = dataset[name]
    if bounds.ndim != 2 or bounds.shape[1] != 2:
        return None
    values = bounds.transpose(time, ...).to_numpy()
    if values.dtype.kind not in "MO":
        found = _("bounds {name!r} without dates", name=name)
        raise DataError(str(file), found=found, expected=_("bounds in the units of the times"))
    edges = _rounded(_as_moments(values, calendar, file), coordinate)
    if (edges[:, 1] <= edges[:, 0]).any():
        row = int(np.argmax(edges[:, 1] <= edges[:, 0]))
        raise DataError(
            str(file),
            found=_("bounds {low} to {high}", low=edges[row, 0], high=edges[row, 1]),
            expected=_("bounds with a start before their end"),
            column=str(name),
        )
    _refuse_parts(edges, str(name), file)
    return np.ascontiguousarray(edges[:, 0])


def lost_bounds(dataset: xr.Dataset, time: Hashable) -> str | None:
    """Return the name of bounds that the times name and the file does not hold."""
    coordinate = dataset[time]
    name = {**coordinate.encoding, **coordinate.attrs}.get("bounds")
    return None if name is None or name in dataset.variables else str(name)


def _refuse_parts(edges: Times, name: str, file: Path) -> None:
    """Refuse periods that are a part of the time between two rows, or longer than it."""
    if len(edges) < 2:
        return
    length_s = float(np.median((edges[:, 1] - edges[:, 0]).astype(np.int64)))
    between_s = float(np.median(np.abs(np.diff(edges[:, 1]).astype(np.int64))))
    if between_s and not _WHOLE <= length_s / between_s <= 1.0 / _WHOLE:
        raise DataError(
            str(file),
            found=_("bounds of {length:g} h, rows {between:g} h apart",
                    length=length_s / _HOUR_S, between=between_s / _HOUR_S),
            expected=_("bounds from one row to the next"),
            column=name,
            note=_("`stamp: start` or `stamp: end` leaves the bounds aside"),
        )  # fmt: skip
