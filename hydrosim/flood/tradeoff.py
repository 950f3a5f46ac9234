"""Sweeps flood-limited levels: water won in dry years and for rivers, against floods held.

One limit is changed at a time, all else stays. Supply runs tell the volumes, the flood engine the
peak level and, with design floods, the return period reached.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from hydrosim.config.overrides import changed
from hydrosim.errors import ConfigError, Fault, nearest
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.events import config_events
from hydrosim.flood.judging import check_floods
from hydrosim.flood.simulation import route
from hydrosim.flood.variables import TRADEOFF_VARIABLES
from hydrosim.io.missing import explain_missing
from hydrosim.locale import _
from hydrosim.reading.items import NotJudged
from hydrosim.reading.kinds import REPLENISHED, WATER_USE
from hydrosim.standards.flood_criteria import Criterion, reached
from hydrosim.standards.flood_works import store_criterion
from hydrosim.standards.year_classes import year_classes
from hydrosim.supply.attributes import base_attributes
from hydrosim.supply.simulation import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config

__all__ = ["RISES_M", "Limit", "limits_of", "tradeoff"]

RISES_M = (-2.0, -1.0, 0.0, 1.0, 2.0)
BOUNDS = ("flood_control", "design", "check")
ANNUAL = "annual"
NOT_RUN = _("the limit lies outside the dead and the normal level, or there is no such number")


class Limit(NamedTuple):
    """A stage of the flood-limited level of a store; level, dead and normal level in m."""

    store: str
    stage: str
    level_m: float
    dead_m: float
    normal_m: float


def limits_of(config: Config, stores: Sequence[str] | None = None) -> list[Limit]:
    """Return the stages below the normal level of some stores, of all by default.

    Raises
    ------
    ConfigError
        If there is no flood block, or a store has no stage below its normal level.
    """
    if config.flood is None:
        found = [
            Fault(("flood",), _("no `flood:` block"), _("`flood: {events: ...}` with hydrographs"))
        ]
        raise ConfigError(found, config.source)
    known: dict[str, list[Limit]] = {}
    for name, node in sorted(config.nodes.items()):
        given = node.flood_limit
        if given is None:
            continue
        known[name] = [
            Limit(name, str(day), level, given.dead_m, given.normal_m)
            for day, level in given.limit.stages.items()
            if level < given.normal_m
        ]
    fitting = [name for name, limits in known.items() if limits]
    expected = _(
        "a store with a flood-limited level below its normal level: {fitting}",
        fitting=", ".join(fitting),
    )
    wanted = fitting if not stores else list(dict.fromkeys(stores))
    faults = [
        Fault(
            ("nodes", name),
            _("{name!r} without such a stage", name=name),
            expected,
            nearest(name, fitting),
        )
        for name in wanted
        if name not in fitting
    ]
    if not fitting and not faults:
        faults = [Fault(("nodes",), _("no flood-limited level"), expected)]
    if faults:
        raise ConfigError(faults, config.source)
    return [limit for name in wanted for limit in known[name]]


def tradeoff(
    config: Config,
    stores: Sequence[str] | None = None,
    rises_m: Sequence[float] = RISES_M,
    *,
    progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Sweep the flood-limited level of stores, a stage at a time.

    Parameters
    ----------
    config
        A loaded config with supply, limits and a flood block.
    stores
        Names of reservoirs or lakes; all with a limit below their normal level by default.
    rises_m
        Rise of the limit [m] over that of the config; 0 is always among them. A level that is not
        above the dead level, or is above the normal level, stays nan.
    progress
        Called with the done share in [0, 1].

    Returns
    -------
    xarray.Dataset
        Dims (limit, rise, flood or bound), see ``TRADEOFF_VARIABLES``. ``flood`` is a return
        period [year], or an event where there are no design floods. Dry years are those of the
        run with the limits of the config, in hindsight.

    Raises
    ------
    ConfigError
        If a store has no limit that can be swept, or the configuration makes no model.
    SimulationError
        If a run fails.
    """
    limits = limits_of(config, stores)
    rises = np.array(sorted({0.0, *map(float, rises_m)}))
    made = _Sweep(config)
    shape = (len(limits), rises.size)
    level = np.full(shape, np.nan)
    supplied = np.full((*shape, 2), np.nan)
    peaks = np.full((*shape, len(made.floods)), np.nan)
    years = np.full((*shape, len(BOUNDS)), np.nan)
    for row, limit in enumerate(limits):
        for column, rise in enumerate(rises.tolist()):
            at = limit.level_m + rise
            if limit.dead_m < at <= limit.normal_m:
                level[row, column] = at
                supplied[row, column] = made.supply(limit, rise)
                peaks[row, column], years[row, column] = made.flood(limit, rise)
            if progress is not None:
                progress((row * rises.size + column + 1) / level.size)
    return _dataset(config, limits, rises, level, supplied, peaks, years, made)


class _Sweep:
    """Runs of a configuration with one limit changed; the unchanged supply run is made once."""

    def __init__(self, config: Config) -> None:
        flood = config.flood
        assert flood is not None
        self.config = config
        self.base: tuple[float, float] | None = None
        self.dry: NDArray[np.bool_] | None = None
        self.design: Any = None
        self.designed = flood.design is not None
        floods = flood.design.return_periods if flood.design is not None else sorted(flood.events)
        self.floods = [f"{one:g}" if self.designed else str(one) for one in floods]

    def patched(self, limit: Limit, rise_m: float) -> Config:
        """Return the configuration with one limit changed."""
        if rise_m == 0.0:
            return self.config
        key = f"nodes.{limit.store}.flood_limited_level.stages.{limit.stage}"
        return changed(self.config, {key: f"{limit.level_m + rise_m!r} m"})

    def supply(self, limit: Limit, rise_m: float) -> tuple[float, float]:
        """Return the mean supply to uses in dry years and to ecology in all years [m3/year]."""
        if self.base is None:
            self.base = self._supply(self.config)
        return self.base if rise_m == 0.0 else self._supply(self.patched(limit, rise_m))

    def _supply(self, config: Config) -> tuple[float, float]:
        result = run(config, keep_series=False, ledger=False)
        result = result.isel(scenario=0, member=0)
        complete = np.asarray(result["complete"].values, dtype=bool)
        if self.dry is None:
            classes = year_classes(result) or []
            self.dry = np.array([one == "dry" for one in classes] or [False] * complete.size)
        volumes = np.nan_to_num(np.asarray(result["year_supplied"].values, dtype=np.float64))
        kinds = [str(kind) for kind in result["claim_kind"].values]
        uses = np.array([kind in WATER_USE for kind in kinds], dtype=bool)
        ecology = np.array([kind in REPLENISHED for kind in kinds], dtype=bool)
        return (
            _mean(volumes[self.dry][:, uses].sum(axis=1)),
            _mean(volumes[complete][:, ecology].sum(axis=1)),
        )

    def flood(self, limit: Limit, rise_m: float) -> tuple[list[float], list[float]]:
        """Return peak level by flood [m] and return period reached by bound [year]."""
        config = self.patched(limit, rise_m)
        if not self.designed:
            return self._given(config, limit), [np.nan] * len(BOUNDS)
        check = check_floods(config, design=self.design)
        self.design = check.design
        data = check.dataset
        seasons = [str(season) for season in data["event_season"].values]
        season = self._season(limit.stage)
        at = np.array([one in (season, ANNUAL) for one in seasons], dtype=bool)
        place = [str(name) for name in data["node"].values].index(limit.store)
        level = np.asarray(data["peak_level"].values, dtype=np.float64)[:, place]
        periods = np.asarray(data["event_return_period"].values, dtype=np.float64)
        found = [_criterion(data, limit.store, key) for key in BOUNDS]
        judged = next((one.judged for one in found if one is not None), at) & at
        peaks = [_most(level[judged & np.isclose(periods, float(flood))]) for flood in self.floods]
        return peaks, [_reached(data, criterion, season) for criterion in found]

    def _season(self, stage: str) -> str:
        """Return the season in force on the first day of a stage."""
        flood = self.config.flood
        assert flood is not None
        assert flood.design is not None
        days = {name: str(day) for name, day in flood.design.season_days(self.config.nodes).items()}
        before = [name for name, day in days.items() if day <= stage]
        return max(before, key=lambda name: days[name]) if before else ANNUAL

    def _given(self, config: Config, limit: Limit) -> list[float]:
        """Return peak levels of the given floods as if they came on the second day of a stage."""
        events = []
        for event in config_events(config, self.floods):
            clock = event.start - event.start.astype("M8[D]")
            year = str(event.start.astype("M8[Y]"))
            start = np.datetime64(f"{year}-{limit.stage}", "s") + np.timedelta64(1, "D") + clock
            levels = {n: level for n, level in event.start_levels_m.items() if n != limit.store}
            events.append(replace(event, start=start, start_levels_m=levels))
        result = route(build_flood_model(config), events, keep_series=False)
        return result["peak_level"].sel(node=limit.store).values.tolist()


def _criterion(dataset: xr.Dataset, store: str, bound: str) -> Criterion | None:
    """Return a store's level against a bound; None where none is known or no flood judges it."""
    try:
        return store_criterion(dataset, store, bound)
    except NotJudged:
        return None


def _reached(dataset: xr.Dataset, criterion: Criterion | None, season: str) -> float:
    """Return the smallest return period reached in a season; inf above what was routed."""
    if criterion is None:
        return np.nan
    columns = [dataset[f"event_{key}"].values for key in ("season", "scheme", "typical")]
    cases = {tuple(str(v) for v in one) for one in zip(*columns, strict=True)}
    judged = {tuple(str(column[i]) for column in columns) for i in np.flatnonzero(criterion.judged)}
    own = sorted(case for case in cases & judged if case[0] in (season, ANNUAL))
    return min((float(reached(dataset, criterion, case).years) for case in own), default=np.nan)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else np.nan


def _most(values: NDArray[np.float64]) -> float:
    return float(np.nanmax(values)) if values.size and np.isfinite(values).any() else np.nan


def _dataset(
    config: Config,
    limits: list[Limit],
    rises: NDArray[np.float64],
    level: NDArray[np.float64],
    supplied: NDArray[np.float64],
    peaks: NDArray[np.float64],
    years: NDArray[np.float64],
    made: _Sweep,
) -> xr.Dataset:
    base = supplied[:, [int(np.flatnonzero(rises == 0.0)[0])]]
    data: dict[str, tuple[tuple[str, ...], NDArray[np.float64]]] = {
        "limit_level": (("limit", "rise"), level),
        "dry_year_supply": (("limit", "rise"), supplied[..., 0]),
        "dry_year_gain": (("limit", "rise"), (supplied - base)[..., 0]),
        "ecology_supply": (("limit", "rise"), supplied[..., 1]),
        "ecology_gain": (("limit", "rise"), (supplied - base)[..., 1]),
        "peak_level": (("limit", "rise", "flood"), peaks),
    }
    if made.designed:
        data["return_period_reached"] = (("limit", "rise", "bound"), years)
    arrays: dict[str, Any] = {}
    for name, (dims, values) in data.items():
        variable = TRADEOFF_VARIABLES[name]
        about = {"units": variable.units, "long_name": str(variable.long_name)}
        arrays[name] = (dims, values, about)
    coordinates: dict[str, Any] = {
        "limit": [f"{limit.store} {limit.stage}" for limit in limits],
        "store": ("limit", [limit.store for limit in limits]),
        "stage": ("limit", [limit.stage for limit in limits]),
        "rise": ("rise", rises, {"units": "m", "long_name": "rise of the limit"}),
        "flood": made.floods,
        "flood_kind": "return period" if made.designed else "event",
    }
    if made.designed:
        coordinates["bound"] = list(BOUNDS)
    dry = 0 if made.dry is None else int(made.dry.sum())
    attributes = {**base_attributes(config), "dry_years": dry, "bounds": json.dumps(list(BOUNDS))}
    return explain_missing(xr.Dataset(arrays, coordinates, attributes), NOT_RUN)
