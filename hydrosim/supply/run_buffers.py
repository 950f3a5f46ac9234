"""What runs of one model with other series have in common, one run at a time.

A member of an ensemble is a run of the same model: the same steps, names and tables. A workspace
keeps what only these decide, and lends each run the same memory for its series: new memory costs
more than writing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.supply.recording import open_recording, renewed
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.kernels.arrays import Recording
    from hydrosim.supply.build import Model

    Floats = NDArray[np.float64]

__all__ = ["Workspace"]

BLOCK = 256
"""Steps that are turned at a time: all their recorded numbers stay in the cache."""
LARGEST_BLOCK = 31 * 2**20


class Workspace:
    """Memory and constants for runs of a model, of which one at a time may use it.

    The Dataset of a run holds what the next run with the workspace writes over.

    Parameters
    ----------
    model
        Any of the models: they differ in their forced series alone.

    Attributes
    ----------
    template
        The Dataset of the first run, whose names, times and header are those of all.
    """

    def __init__(self, model: Model) -> None:
        keep_freed_memory()
        self.template: xr.Dataset | None = None
        self._recording = open_recording(model, keep_series=True)
        self._seconds = model.calendar.dt_s
        items = {dim: sorted(known) for dim, known in model.builder.items.items()}
        number = {dim: {name: n for n, name in enumerate(names)} for dim, names in items.items()}
        keys = sorted(model.builder.records)
        self._rows: dict[str, slice] = {}
        first = 0
        for name in sorted({name for name, _ in keys}):
            count = len(items.get(VARIABLES[name].dimension, []))
            self._rows[name] = slice(first, first + count)
            first += count
        self._places = np.array(
            [
                self._rows[name].start + number[VARIABLES[name].dimension][item]
                for name, item in keys
            ],
            dtype=np.int64,
        )
        self._columns = np.full((first, self._seconds.size), np.nan)

    def recording(self, *, keep_series: bool) -> Recording:
        """Return where the next run is recorded."""
        return renewed(self._recording, keep_series=keep_series)

    def series(self, recording: Recording) -> dict[str, Floats]:
        """Return the recorded quantities in their units, nan for items that have none.

        Each has the shape (step, item) and all steps of an item side by side in memory, as those
        read them who judge item by item.
        """
        record, columns = recording.record, self._columns
        for first in range(0, record.shape[0], BLOCK):
            steps = slice(first, first + BLOCK)
            columns[self._places, steps] = record[steps].T
        found: dict[str, Floats] = {}
        for name, rows in self._rows.items():
            of_items = columns[rows]
            if VARIABLES[name].per_step:
                np.divide(of_items, self._seconds, out=of_items)
            found[name] = of_items.T
        return found

    def filled(self, arrays: dict[str, Any], attributes: dict[str, Any]) -> xr.Dataset:
        """Return the Dataset of a further run, which differs from the template in numbers alone.

        Arrays are given as for a Dataset: dimensions, numbers, attributes.
        """
        assert self.template is not None
        numbers = {name: data for name, (_, data, _) in arrays.items()}
        dataset = self.template.copy(data=numbers)
        for name, (_, _, attrs) in arrays.items():
            dataset.variables[name].attrs = attrs
        return dataset.assign_attrs(attributes)


def keep_freed_memory() -> None:
    """Let the process keep memory that a run frees, instead of asking for it anew in the next.

    The C library of Linux takes the largest block that was ever given back, up to 32 MiB, as the
    measure of what it keeps; each page that is asked for anew costs as much as to fill it. Other
    libraries are not touched by it.
    """
    np.empty(LARGEST_BLOCK, dtype=np.uint8)
