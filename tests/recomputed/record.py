"""A saved result as plain arrays, for verdicts that are computed a second time from definitions.

Nothing here or beside it uses the package's own readers or standards: a fault there shows itself
as a disagreement.
"""

from __future__ import annotations

import datetime
import json
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
    """Variables of a results.nc of one scenario and member, read by netCDF4 alone."""

    def __init__(self, path: Path) -> None:
        with netCDF4.Dataset(path) as file:
            self.attrs = {name: file.getncattr(name) for name in file.ncattrs()}
            self.values: dict[str, Any] = {}
            self.dims: dict[str, tuple[str, ...]] = {}
            for name, variable in file.variables.items():
                dims = variable.dimensions
                values = variable[...]
                values = np.ma.filled(values, np.nan) if values.dtype.kind == "f" else values
                values = np.asarray(values)
                if "calendar" in variable.ncattrs():
                    dates = netCDF4.num2date(variable[...], variable.units, variable.calendar)
                    values = np.array([one.isoformat() for one in dates], dtype="datetime64[s]")
                place = tuple(0 if dim in ("scenario", "member") else slice(None) for dim in dims)
                self.values[name] = values[place] if place else values
                self.dims[name] = tuple(d for d in dims if d not in ("scenario", "member"))
        network = json.loads(self.attrs["network"])
        self.nodes = {node["name"]: node for node in network["nodes"]}
        self.ways = network["links"]
        self.time = self.values["time"]
        self.seconds = np.asarray(self.values["dt"], dtype=np.float64)
        self.month_of_step = self.time.astype("datetime64[M]")
        self.calendar_year = self.time.astype("datetime64[Y]").astype(int) + 1970
        self.water_year = np.asarray(self.values["water_year_of_time"], dtype=int)

    def has(self, name: str) -> bool:
        """Return whether a variable was saved."""
        return name in self.values

    def names(self, dimension: str) -> list[str]:
        """Return the names along a dimension."""
        return [str(name) for name in self.values.get(dimension, [])]

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
        year = np.array([self.water_year[of_step == p][0] for p in range(len(keys))])
        whole = []
        for p, (number, third) in enumerate(keys):
            start = np.datetime64(number, "M")
            length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(
                int
            )
            if kind == "dekad":
                length = 10 if third < 2 else length - 20
            covered = self.seconds[of_step == p].sum() / DAY_S
            whole.append(round(covered) >= length)
        return of_step, year, np.array(whole)

    def claims(self, *kinds: str) -> list[int]:
        """Return the places of the claims of some kinds."""
        return [
            k for k, kind in enumerate(self.texts("claim_kind", "claim")) if kind in kinds
        ]


def by_period(of_step: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sums of values of steps by period."""
    return np.array([values[of_step == p].sum() for p in range(of_step.max() + 1)])


def key(*parts: str) -> str:
    """Return the id of a verdict."""
    return "/".join(part.replace(" ", "_") for part in parts)
