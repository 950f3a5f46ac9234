"""Means of months from recorded steps, across the step from which a run went on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.kernels.arrays import Recording
    from hydrosim.supply.build import Model
    from hydrosim.supply.resumed import Resumed

    Floats = NDArray[np.float64]

__all__ = ["month_starts", "month_sums", "monthly_means", "series_of"]

SECONDS = "seconds"


def series_of(model: Model, recording: Recording, name: str, *, spent: bool = False) -> Floats:
    """Return a recorded quantity in its unit, nan for items that have none; shape (step, item).

    With ``spent`` the record itself may be turned into it: nobody reads the record again.
    """
    variable = VARIABLES[name]
    keys = sorted(model.builder.records)
    items = sorted(model.builder.items.get(variable.dimension, {}))
    position = {item: place for place, item in enumerate(items)}
    columns = [c for c, key in enumerate(keys) if key[0] == name]
    places = [position[keys[c][1]] for c in columns]
    if places == list(range(len(items))):
        # Side by side in the record, in order of their names: no copy is needed.
        data = recording.record[:, columns[0] : columns[-1] + 1]
    else:
        data = np.full((model.calendar.dt_s.size, len(items)), np.nan)
        data[:, places] = recording.record[:, columns]
        spent = True
    if variable.per_step:
        return np.divide(data, model.calendar.dt_s[:, np.newaxis], out=data if spent else None)
    return data


def month_starts(model: Model) -> NDArray[np.datetime64]:
    """First day of each month of the run."""
    months = model.calendar.starts.astype("datetime64[M]")
    return np.arange(months[0], months[-1] + 1).astype("datetime64[ns]")


def _totals(
    model: Model, data: Floats, name: str, first: int, last: int, resumed: Resumed | None
) -> tuple[Floats, Floats]:
    """Return sums over the steps [first, last) of each month, and their seconds.

    Steps are added one by one, so a sum that goes on from a state has the bits of a whole one.
    """
    starts = model.calendar.starts.astype("datetime64[M]").astype(np.int64)
    index = starts - starts[0]
    weight = model.calendar.dt_s
    total = np.zeros((int(index[-1]) + 1, data.shape[1]))
    seconds = np.zeros(total.shape[0])
    if resumed is not None and name in resumed.month_sums:
        total[index[resumed.first]] = resumed.month_sums[name]
        seconds[index[resumed.first]] = resumed.month_sums[SECONDS][0]
    steps = slice(first, last)
    np.add.at(total, index[steps], data[steps] * weight[steps, np.newaxis])
    np.add.at(seconds, index[steps], weight[steps])
    return total, seconds


def monthly_means(model: Model, data: Floats, name: str, resumed: Resumed | None) -> Floats:
    """Means of months, each step weighted by its length; shape (month, item)."""
    first = 0 if resumed is None else resumed.first
    total, seconds = _totals(model, data, name, first, data.shape[0], resumed)
    with np.errstate(invalid="ignore"):
        return total / seconds[:, np.newaxis]


def month_sums(
    model: Model, recording: Recording, resumed: Resumed | None, step: int
) -> dict[str, Floats]:
    """Return the sums of the month before a step, by monthly quantity, and their seconds."""
    if recording.record.shape[0] == 0:
        return {}
    first = 0 if resumed is None else resumed.first
    month = model.calendar.starts[step - 1].astype("datetime64[M]")
    row = int((month - model.calendar.starts[0].astype("datetime64[M]")).astype(np.int64))
    sums: dict[str, Floats] = {}
    known = {variable for variable, _ in model.builder.records}
    for name in model.config.outputs.monthly:
        if name in known:
            data = series_of(model, recording, name)
            total, seconds = _totals(model, data, name, first, step, resumed)
            sums[name] = total[row]
            sums[SECONDS] = seconds[row : row + 1]
    return sums
