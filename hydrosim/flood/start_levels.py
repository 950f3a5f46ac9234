"""Floods from the levels of a supply run: yearly probability of exceeding each level (起调水位).

Standard practice lets a design flood begin at the flood-limited level. In a supply run stores stand
elsewhere, mostly lower. With start levels and floods independent of each other, the yearly
probability that the peak exceeds a level is that of each start level times that of a flood which
lifts it so far (total probability; USACE EM 1110-2-1420, 2018, on reservoir stage-frequency).
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from hydrosim.errors import DataError
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.context import start_levels_of
from hydrosim.flood.design import DesignFloods, FloodCase, build_design_floods
from hydrosim.flood.design_sites import controls_of
from hydrosim.flood.exceedance import (
    SWITCH,
    Sample,
    exceedance_of,
    level_sample,
    opened_levels,
    union_of_seasons,
)
from hydrosim.flood.results import build_flood_dataset
from hydrosim.flood.simulation import route_events
from hydrosim.flood.statistics import ANNUAL
from hydrosim.flood.variables import START_VARIABLES
from hydrosim.locale import _
from hydrosim.standards.flood_chance import chance_verdicts
from hydrosim.supply.attributes import base_attributes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.flood.events import Event
    from hydrosim.flood.judging import FloodCheck

    Floats = NDArray[np.float64]

__all__ = ["CLASSES", "judged_from_run", "start_level_floods"]

CLASSES = 10
"""Classes of equal probability into which the start levels of a season are parted."""
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
BOUNDS = ("flood_control", "design", "check", "guaranteed", "crest")
POINTS = 60
FINER = 3
"""Parts into which each interval between the return periods of the scan is divided."""
LIMIT, RUN = "limit", "run"
INDEPENDENCE = _(
    "Start levels and floods are independent. Floods of seasons with curves of their own are "
    "independent of each other; seasons without have the flood of the year, in proportion to their "
    "days. All stores stand at the same quantile of their levels."
)


class _Peaks(NamedTuple):
    """Peak levels [m] of the pools, shape (periods, pools), by return period [year]."""

    years: Floats
    level_m: Floats
    start_m: Floats


def start_level_floods(
    source: Config | FloodModel,
    results: xr.Dataset | str | os.PathLike[str],
    *,
    classes: int = CLASSES,
    design: DesignFloods | None = None,
    threads: int | None = None,
) -> xr.Dataset:
    """Return the yearly probability of exceeding levels, from the levels of a supply run.

    Parameters
    ----------
    source
        A loaded config with ``flood.design``, or a model built from one.
    results
        Result of a supply run of the same stores, or its file.
    classes
        Classes of equal probability into which the levels of a season are parted; each is
        represented by its median.
    design
        Design floods of an earlier check of the same design block.
    threads
        Number of threads; no bit depends on it.

    Returns
    -------
    xarray.Dataset
        Dims (start, node, bound or point), (season, share, node), (day, quantile, node): see
        ``START_VARIABLES``. ``start`` is ``limit`` (all floods from the flood-limited level) or
        ``run``.

    Raises
    ------
    ConfigError
        If there is no design block or a start level lies outside a storage curve.
    DataError
        If the result holds none of the stores, or no levels by day.
    SimulationError
        If a balance does not close.
    """
    model = source if isinstance(source, FloodModel) else build_flood_model(source)
    made = design or build_design_floods(model)
    opened = results if isinstance(results, xr.Dataset) else opened_levels(results)
    stores = [name for name in model.pools if name in set(opened["store"].values.astype(str))]
    if not stores:
        told = _("a run of the same stores: {pools}", pools=", ".join(model.pools))
        raise DataError(SWITCH, found=_("none of the stores"), expected=told)
    samples = {name: level_sample(opened, name) for name in stores}
    seasons = _season_days(model, made)
    shares = (np.arange(classes) + 0.5) / classes
    levels = {
        season: {name: _quantiles(samples[name], days, shares, season) for name in stores}
        for season, days in seasons.items()
    }
    peaks = _routed(model, made, levels, classes, threads)
    judged = _judged_stores(model, made, stores)
    return _dataset(model, made, opened, peaks, judged, levels, samples, seasons, shares)


def judged_from_run(
    model: FloodModel, check: FloodCheck, results: str | os.PathLike[str] | None
) -> xr.Dataset | None:
    """Return floods from the levels of a run and add their verdicts to a check; None without a run.

    Raises
    ------
    ConfigError, DataError, SimulationError
        As ``start_level_floods``.
    """
    if results is None:
        return None
    starts = start_level_floods(model, results, design=check.design)
    check.verdicts.extend(chance_verdicts(check.dataset, starts, check.standards))
    return starts


def _season_days(model: FloodModel, made: DesignFloods) -> dict[str, list[str]]:
    """Return the days of each season, ``MM-DD``; the last one ends with the flood season."""
    assert model.config.flood is not None
    design = model.config.flood.design
    assert design is not None
    every = [str(d)[5:] for d in np.arange("2000-01-01", "2001-01-01", dtype="M8[D]")]
    firsts = {name: str(day) for name, day in design.season_days(model.config.nodes).items()}
    if not firsts:
        return {ANNUAL: every}
    ordered = sorted(firsts.items(), key=lambda one: one[1])
    ends = [day for _unused, day in ordered[1:]] + [str(design.seasons_end)]
    return {
        name: [day for day in every if first <= day < end]
        for (name, first), end in zip(ordered, ends, strict=True)
    }


def _quantiles(sample: Sample, days: list[str], shares: Floats, season: str) -> Floats:
    inside = sample.level_m[np.isin(sample.day, days)]
    if inside.size == 0:
        expected = _(
            "a run over days of the season {season}, {first} to {last}",
            season=season,
            first=days[0],
            last=days[-1],
        )
        raise DataError(SWITCH, found=_("no levels of these days"), expected=expected)
    return np.quantile(inside, shares)


def _routed(
    model: FloodModel,
    made: DesignFloods,
    levels: Mapping[str, Mapping[str, Floats]],
    classes: int,
    threads: int | None,
) -> dict[tuple[FloodCase, int], _Peaks]:
    """Route all cases from all start levels; return peaks by case and class (-1: the limit)."""
    periods = _between(made.return_periods)
    found: dict[tuple[FloodCase, int], _Peaks] = {}
    for case in made.cases:
        floods = [(years, made.event(case, years)) for years in periods]
        years = np.array([one for one, event in floods if event is not None])
        quantiles = levels[case.season]
        events: list[Event] = []
        for k in range(-1, classes):
            at = {} if k < 0 else {name: float(q[k]) for name, q in quantiles.items()}
            events += [
                replace(e, name=f"{e.name}/{k}", start_levels_m={**e.start_levels_m, **at})
                for _unused, e in floods
                if e is not None
            ]
        parts = route_events(model, events, keep_series=False, threads=threads)
        dataset = build_flood_dataset(model, events, parts)
        nodes = [str(name) for name in dataset["node"].values]
        shape = (classes + 1, years.size, len(model.pools))
        columns = [nodes.index(name) for name in model.pools]
        level = dataset["peak_level"].values[:, columns].reshape(shape)
        start = start_levels_of(model, model.pools, events, parts).reshape(shape)
        for k in range(-1, classes):
            found[case, k] = _Peaks(years, level[k + 1], start[k + 1, 0])
    return found


def _between(periods: tuple[float, ...]) -> list[float]:
    """Return return periods with more of them between, so that a level held at a band is seen."""
    steps = [np.geomspace(low, high, FINER + 1)[:-1] for low, high in pairwise(periods)]
    return [float(one) for one in np.concatenate([*steps, periods[-1:]])]


def _judged_stores(
    model: FloodModel, made: DesignFloods, stores: list[str]
) -> dict[str, list[FloodCase]]:
    """Return the cases that judge each store; stores without any are left out."""
    controls = controls_of(model)
    found = {
        name: [case for case in made.cases if case.control == controls.get(name)] for name in stores
    }
    return {name: cases for name, cases in found.items() if cases}


def _dataset(
    model: FloodModel,
    made: DesignFloods,
    opened: xr.Dataset,
    peaks: Mapping[tuple[FloodCase, int], _Peaks],
    judged: Mapping[str, list[FloodCase]],
    levels: Mapping[str, Mapping[str, Floats]],
    samples: Mapping[str, Sample],
    seasons: Mapping[str, list[str]],
    shares: Floats,
) -> xr.Dataset:
    """Return the result: probabilities at bounds and along a curve, and the start levels."""
    nodes = list(judged)
    bounds = _bounds(model, nodes)
    curve = np.full((len(nodes), POINTS), math.nan)
    chance, most = (np.full((2, len(nodes), len(BOUNDS)), math.nan) for _unused in range(2))
    along = np.full((2, len(nodes), POINTS), math.nan)
    for i, name in enumerate(nodes):
        place = model.pools.index(name)
        all_peaks = np.concatenate(
            [
                one.level_m[:, place]
                for (case, _unused), one in peaks.items()
                if case in judged[name]
            ]
        )
        low = min(float(levels[s][name].min()) for s in levels)
        curve[i] = np.linspace(low, float(all_peaks.max()), POINTS)
        for j in range(2):
            kind = (judged[name], place, seasons, levels, name, j == 1)
            along[j, i] = _yearly(made, peaks, curve[i], *kind)
            chance[j, i] = _yearly(made, peaks, bounds[i], *kind)
            most[j, i] = _yearly(made, peaks, bounds[i], *kind, beyond=True)
    chance[:, np.isnan(bounds)] = most[:, np.isnan(bounds)] = math.nan
    days = [day for some in seasons.values() for day in some]
    start = np.stack([np.stack([levels[s][n] for n in nodes], axis=-1) for s in seasons])
    arrays: dict[str, Any] = {
        "exceedance": chance,
        "exceedance_most": most,
        "curve_level": curve,
        "curve_exceedance": along,
        "start_level": start,
        "start_level_of_day": _levels_of_days([samples[name] for name in nodes], days),
    }
    return xr.Dataset(
        {name: _variable(name, values) for name, values in arrays.items()},
        coords={
            "start": [LIMIT, RUN],
            "node": nodes,
            "bound": list(BOUNDS),
            "season": list(seasons),
            "share": shares,
            "day": days,
            "quantile": list(SHARES),
            "bound_level": (("node", "bound"), bounds, {"units": "m"}),
        },
        attrs={
            **base_attributes(model.config),
            "engine": "flood",
            "assumption": str(INDEPENDENCE),
            "assumption_zh": INDEPENDENCE.in_language("zh"),
            "smallest": 1.0 / max(made.return_periods),
            "source_run": json.dumps({"config_hash": opened.attrs.get("config_hash", "")}),
        },
    )


def _bounds(model: FloodModel, nodes: list[str]) -> Floats:
    """Return the levels that stores are judged by, (node, bound), nan where one has none."""
    bounds = np.full((len(nodes), len(BOUNDS)), math.nan)
    for i, name in enumerate(nodes):
        pool = model.builder.pools[name]
        known = {**pool.levels}
        if pool.crest_m is not None:
            known.setdefault("crest", pool.crest_m)
        bounds[i] = [known.get(key, math.nan) for key in BOUNDS]
    return bounds


def _levels_of_days(samples: list[Sample], days: list[str]) -> Floats:
    """Return quantiles of the run's levels by day of the year, (day, quantile, node)."""
    by_day = np.full((len(days), len(SHARES), len(samples)), math.nan)
    for i, sample in enumerate(samples):
        for d, day in enumerate(days):
            inside = sample.level_m[sample.day == day]
            if inside.size:
                by_day[d, :, i] = np.quantile(inside, SHARES)
    return by_day


def _variable(name: str, values: Floats) -> tuple[tuple[str, ...], Floats, dict[str, str]]:
    variable = START_VARIABLES[name]
    attributes = {"units": variable.units, "long_name": str(variable.long_name)}
    return tuple(variable.dimension.split()), values, attributes


def _yearly(
    made: DesignFloods,
    peaks: Mapping[tuple[FloodCase, int], _Peaks],
    wanted: Floats,
    cases: list[FloodCase],
    place: int,
    seasons: Mapping[str, list[str]],
    levels: Mapping[str, Mapping[str, Floats]],
    name: str,
    from_run: bool,
    *,
    beyond: bool = False,
) -> Floats:
    """Return the yearly probability at some levels, in the worst scheme and typical flood."""
    by_season: dict[str, Floats] = {}
    for case in cases:
        picked = range(levels[case.season][name].size) if from_run else [-1]
        each = []
        for k in picked:
            one = peaks[case, k]
            rarest = 1.0 / float(one.years[-1]) if beyond else 0.0
            level, start = one.level_m[:, place], float(one.start_m[place])
            each.append(exceedance_of(wanted, one.years, level, start, rarest))
        chance = np.mean(each, axis=0)
        known = by_season.get(case.season)
        by_season[case.season] = chance if known is None else np.maximum(known, chance)
    curves = {
        season: repr(
            [made.statistics[cases[0].control][season].design_values(t) for t in (10, 100)]
        )
        for season in by_season
    }
    # Seasons with the same curve have the flood of the year between them.
    every = list(curves.values())
    own = {season for season, curve in curves.items() if every.count(curve) == 1}
    days = {season: len(seasons[season]) for season in by_season}
    return union_of_seasons(by_season, days, own)
