"""A saved result as plain arrays, for verdicts that are computed a second time from definitions.

Nothing here or beside it uses the package's own readers or standards: a fault there shows itself
as a disagreement.
"""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

DAY_S = 86_400.0
MEGA = 1e6
USES = ("demand", "irrigation")
REPLENISHED = ("ecology", "replenishment")
FIRM = ("demand", "irrigation", "ecology")


class Record:
    """Variables of a result of one scenario and member, with what follows from their names."""

    def __init__(
        self,
        attrs: dict[str, Any],
        values: dict[str, np.ndarray],
        dims: dict[str, tuple[str, ...]],
    ) -> None:
        self.attrs, self.dims, self.values = attrs, {}, {}
        for name, found in values.items():
            single = [dim in ("scenario", "member") for dim in dims[name]]
            place = tuple(0 if one else slice(None) for one in single)
            self.values[name] = found[place] if place else found
            self.dims[name] = tuple(
                dim for dim, one in zip(dims[name], single, strict=True) if not one
            )
        network = json.loads(self.attrs["network"])
        self.nodes = {node["name"]: node for node in network["nodes"]}
        self.ways = network["links"]
        self.time = self.values["time"].astype("datetime64[s]")
        self.seconds = np.asarray(self.values["dt"], dtype=np.float64)
        self.month_of_step = self.time.astype("datetime64[M]")
        self.calendar_year = self.time.astype("datetime64[Y]").astype(int) + 1970
        self.water_year = np.asarray(self.values["water_year_of_time"], dtype=int)

    @classmethod
    def of_file(cls, path: Path) -> Record:
        """Return a results.nc, read by netCDF4 alone."""
        values: dict[str, np.ndarray] = {}
        with netCDF4.Dataset(path) as file:
            for name, variable in file.variables.items():
                found = variable[...]
                if found.dtype.kind == "f":
                    found = np.ma.filled(found, np.nan)
                if "calendar" in variable.ncattrs():
                    dates = netCDF4.num2date(found, variable.units, variable.calendar)
                    found = np.array([one.isoformat() for one in dates], dtype="datetime64[s]")
                values[name] = np.asarray(found)
            dims = {name: variable.dimensions for name, variable in file.variables.items()}
            attrs = {name: file.getncattr(name) for name in file.ncattrs()}
        return cls(attrs, values, dims)

    @classmethod
    def of_dataset(cls, dataset: Any) -> Record:
        """Return a result in memory, which a file would hold alike."""
        found = {str(name): variable for name, variable in dataset.variables.items()}
        return cls(
            dict(dataset.attrs),
            {name: np.asarray(variable.values) for name, variable in found.items()},
            {name: tuple(variable.dims) for name, variable in found.items()},
        )

    def has(self, name: str) -> bool:
        """Return whether a variable was saved."""
        return name in self.values

    def names(self, dimension: str) -> list[str]:
        """Return the names along a dimension."""
        return [str(name) for name in self.values.get(dimension, [])]

    @cache  # noqa: B019
    def texts(self, name: str, dimension: str) -> list[str]:
        """Return a text coordinate, empty where there is none."""
        found = self.values.get(name)
        size = len(self.names(dimension))
        return [""] * size if found is None else [str(one) for one in found]

    def numbers(self, name: str, dimension: str) -> np.ndarray:
        """Return a number coordinate, NaN where there is none."""
        found = self.values.get(name)
        size = len(self.names(dimension))
        return np.full(size, np.nan) if found is None else np.asarray(found, dtype=float)

    def series(self, name: str, item: int) -> np.ndarray:
        """Return a variable on the steps for one item."""
        return np.asarray(self.values[name], dtype=float)[:, item]

    def volume(self, name: str, item: int) -> np.ndarray:
        """Return the volume of each step of a flow [m3]."""
        return self.series(name, item) * self.seconds

    def labels(self, kind: str) -> np.ndarray:
        """Return the water or calendar year of each step."""
        return self.calendar_year if kind == "calendar" else self.water_year

    @cache  # noqa: B019
    def whole_years(self, kind: str) -> list[int]:
        """Return the years of which every day was run, 29 February among them."""
        labels = self.labels(kind)
        first = datetime.date(2001, 1, 1)
        if kind == "water":
            changes = np.flatnonzero(np.diff(labels))
            first = self.time[changes[0] + 1].astype("datetime64[D]").astype(object)
        found = []
        for year in np.unique(labels):
            begin = datetime.date(int(year), first.month, first.day)
            end = datetime.date(int(year) + 1, first.month, first.day)
            days = self.seconds[labels == year].sum() / DAY_S
            if round(days) == (end - begin).days:
                found.append(int(year))
        return found

    def by_year(self, values: np.ndarray, kind: str = "water") -> np.ndarray:
        """Return sums of values of steps in the whole years."""
        labels = self.labels(kind)
        return np.array([values[labels == year].sum() for year in self.whole_years(kind)])

    @cache  # noqa: B019
    def periods(self, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the period of each step, the year of each period, and which were run whole."""
        days = self.time.astype("datetime64[D]")
        month = days.astype("datetime64[M]")
        part = np.zeros(days.size, dtype=int)
        if kind == "dekad" and self.seconds.max() < 11.5 * DAY_S:
            part = np.minimum((days - month.astype("datetime64[D]")).astype(int) // 10, 2)
        else:
            kind = "month"
        keys: list[tuple[Any, int]] = []
        of_step = np.zeros(days.size, dtype=int)
        for k, key in enumerate(zip(month.astype(int).tolist(), part.tolist(), strict=True)):
            if not keys or keys[-1] != key:
                keys.append(key)
            of_step[k] = len(keys) - 1
        first = np.searchsorted(of_step, np.arange(len(keys)))
        year = self.water_year[first]
        seconds = np.bincount(of_step, weights=self.seconds)
        whole = []
        for p, (number, third) in enumerate(keys):
            start = np.datetime64(number, "M")
            length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(
                int
            )
            if kind == "dekad":
                length = 10 if third < 2 else length - 20
            whole.append(round(seconds[p] / DAY_S) >= length)
        return of_step, year, np.array(whole)

    def claims(self, *kinds: str) -> list[int]:
        """Return the places of the claims of some kinds."""
        return [k for k, kind in enumerate(self.texts("claim_kind", "claim")) if kind in kinds]


def by_period(of_step: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sums of values of steps by period."""
    return np.bincount(of_step, weights=values)


def key(*parts: str) -> str:
    """Return the id of a verdict."""
    return "/".join(part.replace(" ", "_") for part in parts)
