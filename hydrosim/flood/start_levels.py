"""Floods from the levels of a supply run: yearly probability of exceeding each level (起调水位).

Standard practice lets a design flood begin at the flood-limited level. In a supply run stores stand
elsewhere, mostly lower. With start levels and floods independent of each other, the yearly
probability that the peak exceeds a level is that of each start level times that of a flood which
lifts it so far (total probability; USACE EM 1110-2-1420, 2018, on reservoir stage-frequency).
"""

from __future__ import annotations

import json
import math
from dataclasses import astuple, fields, is_dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.errors import DataError
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.design import DesignFloods, FloodCase, build_design_floods
from hydrosim.flood.design_sites import controls_of
from hydrosim.flood.exceedance import SWITCH, Sample, level_sample, opened_levels
from hydrosim.flood.start_peaks import StartPeaks, Store, size_of, yearly
from hydrosim.flood.statistics import ANNUAL
from hydrosim.flood.variables import START_VARIABLES
from hydrosim.io.missing import explain_missing
from hydrosim.locale import _
from hydrosim.standards.flood_chance import chance_verdicts
from hydrosim.supply.attributes import base_attributes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
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
    "independent of each other; seasons without share what these leave of the curve of the year, "
    "in proportion to their days. All stores stand at the same quantile of their levels."
)


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
        expected = _("a run of the same stores: {pools}", pools=", ".join(model.pools))
        raise DataError(SWITCH, found=_("none of the stores"), expected=expected)
    samples = {name: level_sample(opened, name) for name in stores}
    seasons = _season_days(model, made)
    shares = (np.arange(classes) + 0.5) / classes
    levels = {
        season: {name: _quantiles(samples[name], days, shares, season) for name in stores}
        for season, days in seasons.items()
    }
    judged = _judged_stores(model, made, stores)
    peaks = StartPeaks(model, made, levels, classes, threads)
    peaks.scan(_between(made.return_periods))
    peaks.narrow(judged)
    return _dataset(peaks, judged, opened, samples, seasons, shares)


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


def _between(periods: tuple[float, ...]) -> list[float]:
    """Return return periods with more of them between, so that a level held at a band is seen."""
    steps = [np.geomspace(low, high, FINER + 1)[:-1] for low, high in pairwise(periods)]
    return [float(one) for one in np.concatenate([*steps, periods[-1:]])]


def _judged_stores(model: FloodModel, made: DesignFloods, stores: list[str]) -> list[Store]:
    """Return the stores that a flood judges, each with its cases and levels."""
    controls = controls_of(model)
    found: list[Store] = []
    for name in stores:
        cases = [case for case in made.cases if case.control == controls.get(name)]
        if cases:
            found.append(Store(name, model.pools.index(name), cases, _bounds(model, name)))
    return found


def _dataset(
    peaks: StartPeaks,
    judged: list[Store],
    opened: xr.Dataset,
    samples: Mapping[str, Sample],
    seasons: Mapping[str, list[str]],
    shares: Floats,
) -> xr.Dataset:
    """Return the result: probabilities at bounds and along a curve, and the start levels."""
    nodes = [store.name for store in judged]
    levels = peaks.levels
    bounds = np.array([store.bounds_m for store in judged]).reshape(len(nodes), len(BOUNDS))
    curve = np.full((len(nodes), POINTS), math.nan)
    chance, most = (np.full((2, len(nodes), len(BOUNDS)), math.nan) for _unused in range(2))
    along = np.full((2, len(nodes), POINTS), math.nan)
    counts = {season: len(some) for season, some in seasons.items()}
    for i, store in enumerate(judged):
        highest = max(
            float(one.level_m[:, store.place].max())
            for (case, _unused), one in peaks.found.items()
            if case in store.cases
        )
        low = min(float(levels[s][store.name].min()) for s in levels)
        curve[i] = np.linspace(low, highest, POINTS)
        for j, from_run in enumerate((False, True)):
            along[j, i] = yearly(peaks, store, curve[i], counts, from_run=from_run)
            chance[j, i] = yearly(peaks, store, bounds[i], counts, from_run=from_run)
            most[j, i] = yearly(peaks, store, bounds[i], counts, from_run=from_run, beyond=True)
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
    routed, labels = _routed(peaks, judged)
    arrays |= routed
    result = xr.Dataset(
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
            "season_days": ("season", np.array(list(counts.values())), {"units": "d"}),
            "node_control": ("node", np.array([store.cases[0].control for store in judged])),
            **labels,
        },
        attrs={
            **base_attributes(peaks.model.config),
            "engine": "flood",
            "assumption": str(INDEPENDENCE),
            "assumption_zh": INDEPENDENCE.in_language("zh"),
            "smallest": 1.0 / max(peaks.made.return_periods),
            "curves": json.dumps(_curves(peaks.made, judged), ensure_ascii=False),
            "source_run": json.dumps({"config_hash": opened.attrs.get("config_hash", "")}),
        },
    )
    return explain_missing(result)


def _routed(peaks: StartPeaks, judged: list[Store]) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Return the floods that probabilities are made of: start and peak levels, and what each is."""
    rows = [
        (case, k, row) for case, k in sorted(peaks.found)
        for row in range(peaks.found[case, k].years.size)
    ]  # fmt: skip
    columns = [store.place for store in judged]
    found = [peaks.found[case, k] for case, k, _row in rows]
    shape = (len(rows), len(columns))
    levels = {
        "flood_start_level": np.array([one.start_m[columns] for one in found]).reshape(shape),
        "flood_peak_level": np.array(
            [one.level_m[row, columns] for one, (_case, _k, row) in zip(found, rows, strict=True)]
        ).reshape(shape),
    }
    cases = [astuple(case) for case, _k, _row in rows]
    labels: dict[str, Any] = {
        f"flood_{key.name}": ("flood", np.array([case[place] for case in cases], dtype=str))
        for place, key in enumerate(fields(FloodCase))
    }
    labels["flood_class"] = ("flood", np.array([k for _case, k, _row in rows], dtype=np.int64))
    periods = [one.years[row] for one, (_case, _k, row) in zip(found, rows, strict=True)]
    labels["flood_return_period"] = ("flood", np.array(periods), {"units": "year"})
    return levels, labels


def _curves(made: DesignFloods, judged: list[Store]) -> dict[str, Any]:
    """Return by site the curve of the year and those of seasons that have one of their own."""
    found: dict[str, Any] = {}
    for control in sorted({store.cases[0].control for store in judged}):
        annual = made.annual[control]
        own = {
            season: _law(size_of(curves))
            for season, curves in made.statistics[control].items()
            if curves is not annual
        }
        found[control] = {"annual": _law(size_of(annual)), "seasons": own}
    return found


def _law(curve: object) -> dict[str, Any]:
    """Return a curve by the name of its law and its parameters, or the curves it is made of."""
    parts = {
        name: _law(value) if is_dataclass(value) else float(value)
        for name, value in vars(curve).items()
    }
    return {"law": type(curve).__name__, **parts}


def _bounds(model: FloodModel, name: str) -> Floats:
    """Return the levels that a store is judged by, nan where it has none."""
    pool = model.builder.pools[name]
    known = {**pool.levels}
    if pool.crest_m is not None:
        known.setdefault("crest", pool.crest_m)
    return np.array([known.get(key, math.nan) for key in BOUNDS])


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
