"""Peak levels of design floods from many start levels, and what a year makes of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.flood.context import start_levels_of
from hydrosim.flood.exceedance import SAME_M, exceedance_of, rest_of_year, union_of_seasons
from hydrosim.flood.results import build_flood_dataset
from hydrosim.flood.simulation import route_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.design import DesignFloods, FloodCase
    from hydrosim.flood.events import Event
    from hydrosim.hydrology.curves import FrequencyCurve
    from hydrosim.hydrology.site_statistics import SiteStatistics

    Floats = NDArray[np.float64]

__all__ = ["Peaks", "StartPeaks", "Store", "size_of", "yearly"]

MOST_ROUNDS = 40
AT_LIMIT = -1
"""Class of the start levels that are the flood-limited levels."""


class Peaks(NamedTuple):
    """Peak levels [m] of the pools, shape (periods, pools), by return period [year]."""

    years: Floats
    level_m: Floats
    start_m: Floats


class Store(NamedTuple):
    """A store, its place among the pools, the floods that judge it, and its levels [m]."""

    name: str
    place: int
    cases: list[FloodCase]
    bounds_m: Floats


@dataclass(eq=False)
class StartPeaks:
    """Design floods from the limits and from classes of start levels, routed where asked.

    Attributes
    ----------
    levels
        Start levels by season and store, of each class [m].
    found
        Peak levels by case and class; class -1 starts at the limits.
    """

    model: FloodModel
    made: DesignFloods
    levels: Mapping[str, Mapping[str, Floats]]
    classes: int
    threads: int | None
    found: dict[tuple[FloodCase, int], Peaks] = field(default_factory=dict)
    _tried: set[tuple[FloodCase, int, float]] = field(default_factory=set)

    def scan(self, periods: Sequence[float]) -> None:
        """Route all cases from all start levels at these return periods."""
        for case in self.made.cases:
            self._route(
                (case, k, years) for k in range(AT_LIMIT, self.classes) for years in periods
            )

    def narrow(self, stores: Iterable[Store]) -> None:
        """Halve the interval in which each level is passed until it is as narrow as of verdicts."""
        every = list(stores)
        for _unused in range(MOST_ROUNDS):
            wanted = {
                (case, k, years)
                for store in every
                for case in store.cases
                for k in range(AT_LIMIT, self.classes)
                for years in self._between(store, self.found[case, k])
            }
            if not self._route(sorted(wanted)):
                return

    def _between(self, store: Store, one: Peaks) -> list[float]:
        """Return a return period for each level whose crossing is not narrow yet."""
        level = np.maximum.accumulate(
            np.maximum(one.level_m[:, store.place], one.start_m[store.place])
        )
        asked: list[float] = []
        for bound in store.bounds_m[np.isfinite(store.bounds_m)]:
            over = np.flatnonzero(level > bound + SAME_M)
            if over.size and over[0] > 0:
                low, high = float(one.years[over[0] - 1]), float(one.years[over[0]])
                if high > low * (1.0 + self.made.tolerance):
                    asked.append(math.sqrt(low * high))
        return asked

    def _route(self, wanted: Iterable[tuple[FloodCase, int, float]]) -> bool:
        """Route floods that have not been, and keep their peaks; return whether there were any."""
        keys: list[tuple[FloodCase, int, float]] = []
        events: list[Event] = []
        for key in wanted:
            if key in self._tried:
                continue
            self._tried.add(key)
            case, k, years = key
            event = self.made.event(case, years)
            if event is not None:
                at = {} if k == AT_LIMIT else {
                    name: float(some[k]) for name, some in self.levels[case.season].items()
                }  # fmt: skip
                levels = {**event.start_levels_m, **at}
                keys.append(key)
                events.append(replace(event, name=f"{event.name}/{k}", start_levels_m=levels))
        if not events:
            return False
        parts = route_events(self.model, events, keep_series=False, threads=self.threads)
        dataset = build_flood_dataset(self.model, events, parts)
        nodes = [str(name) for name in dataset["node"].values]
        columns = [nodes.index(name) for name in self.model.pools]
        level = dataset["peak_level"].values[:, columns]
        start = start_levels_of(self.model, self.model.pools, events, parts)
        rows: dict[tuple[FloodCase, int], list[int]] = {}
        for row, (case, k, _years) in enumerate(keys):
            rows.setdefault((case, k), []).append(row)
        for place, some in rows.items():
            years = np.array([keys[row][2] for row in some])
            self._keep(place, Peaks(years, level[some], start[some[0]]))
        return True

    def _keep(self, place: tuple[FloodCase, int], new: Peaks) -> None:
        known = self.found.get(place)
        years = new.years if known is None else np.concatenate([known.years, new.years])
        level = new.level_m if known is None else np.concatenate([known.level_m, new.level_m])
        order = np.argsort(years, kind="stable")
        self.found[place] = Peaks(years[order], level[order], new.start_m)


def yearly(
    peaks: StartPeaks,
    store: Store,
    wanted: Floats,
    days: Mapping[str, int],
    *,
    from_run: bool,
    beyond: bool = False,
) -> Floats:
    """Return the yearly probability at some levels, in the worst scheme and typical flood.

    Seasons that have the curve of the year share the floods of the year that come in no season with
    a curve of its own, so that with equal start levels the year exceeds a level as often as its
    curve says.

    Parameters
    ----------
    peaks
        Floods routed.
    store
        Whose levels.
    wanted
        Levels [m].
    days
        Days of each season.
    from_run
        From the levels of the run, else from the limits.
    beyond
        Count floods rarer than those routed as exceeding.
    """
    control = store.cases[0].control
    made, annual = peaks.made, peaks.made.annual[control]
    seasons = made.statistics[control]
    own = {season for season, curves in seasons.items() if curves is not annual}
    smallest = 1.0 / max(made.return_periods)
    by_season: dict[str, Floats] = {}
    for case in store.cases:
        each = []
        for k in range(peaks.classes) if from_run else [AT_LIMIT]:
            one = peaks.found[case, k]
            rarest = 1.0 / float(one.years[-1]) if beyond else 0.0
            level, start = one.level_m[:, store.place], float(one.start_m[store.place])
            chance = exceedance_of(wanted, one.years, level, start, rarest)
            if case.season not in own:
                others = [size_of(seasons[name]) for name in sorted(own)]
                chance = rest_of_year(chance, size_of(annual), others, smallest)
            each.append(chance)
        mean = np.mean(each, axis=0)
        known = by_season.get(case.season)
        by_season[case.season] = mean if known is None else np.maximum(known, mean)
    return union_of_seasons(by_season, days, own & by_season.keys())


def size_of(statistics: SiteStatistics) -> FrequencyCurve:
    """Return the curve by which floods of a site are compared: peaks, else the shortest volumes."""
    return statistics.peak if statistics.peak is not None else statistics.volumes[0][1]
