"""What an ensemble is to do: scenarios, members, chunks; and the names of what it keeps."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.ensemble.measures import DAYS_OF_YEAR, DISCHARGE_EDGES
from hydrosim.ensemble.member import MemberRunner
from hydrosim.errors import ConfigError, Fault
from hydrosim.io.state import machine
from hydrosim.locale import OR, _, listed
from hydrosim.scenarios.expand import naming_scenario
from hydrosim.variables import ENSEMBLE_VARIABLES, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.scenarios import Scenario

__all__ = ["EnsemblePlan", "Layout", "Part", "make_plan", "runner_of"]

FORMAT = 2
KEPT_RUNNERS = 2
"""Models that a process keeps at a time: chunks come scenario by scenario."""
COMMON = ("seed", "years", "chunk", "storage_bins")
TARIFF = "claim_tariff"
MEASURES = {
    "claim": ("reliability", "volumetric_reliability", "resilience", "vulnerability"),
    "reach": ("year_discharge_max", "year_discharge_min"),
}


class Part(NamedTuple):
    """One chunk: members [first, last) of a scenario."""

    scenario: int
    chunk: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """Name of its marker."""
        return f"{self.scenario:03d}_{self.chunk:05d}"


@dataclass(frozen=True, eq=False)
class Layout:
    """Names of all that the scenarios keep, together.

    Attributes
    ----------
    items
        Names along each dimension, sorted.
    water_years, complete
        Calendar year in which each water year starts; whether it is run whole.
    variables
        Dimensions of each kept table behind (scenario, member).
    coordinates
        What is known of the items, by name of the coordinate.
    edges
        Edges between classes of storage [m3], (scenario, store, edge).
    """

    items: Mapping[str, list[str]]
    water_years: list[int]
    complete: list[bool]
    variables: Mapping[str, tuple[str, ...]]
    coordinates: Mapping[str, tuple[str, NDArray[Any]]]
    edges: NDArray[np.float64]

    def size(self, dimension: str) -> int:
        """Return the length of a dimension."""
        if dimension == "water_year":
            return len(self.water_years)
        sizes = {
            "day_of_year": DAYS_OF_YEAR,
            "storage_class": self.edges.shape[2] + 1,
            "discharge_class": DISCHARGE_EDGES.size + 1,
        }
        return sizes[dimension] if dimension in sizes else len(self.items[dimension])


@dataclass(frozen=True, eq=False)
class EnsemblePlan:
    """What is computed, and where it goes; the same for all threads and workers.

    Attributes
    ----------
    folder
        Folder of the ensemble.
    scenarios
        In the order of the config.
    members, chunk
        Number of members, and how many are computed at a time.
    layout
        Names of what is kept.
    records
        Hashes of the record that the members are made from, by scenario and rule.
    record_years
        Length of the record that the members are made from [year], by scenario.
    """

    folder: Path
    scenarios: tuple[Scenario, ...]
    members: int
    chunk: int
    layout: Layout
    records: tuple[Mapping[str, str], ...]
    record_years: tuple[int, ...] = ()

    @property
    def header(self) -> dict[str, Any]:
        """What has to be alike for a resumed ensemble to end in the same bits."""
        ensemble = self.scenarios[0].config.ensemble
        assert ensemble is not None
        return {
            "format": FORMAT,
            "machine": machine(),
            "members": self.members,
            "chunk": self.chunk,
            "seed": ensemble.seed,
            "scenarios": [
                {
                    "name": one.name,
                    "coordinates": dict(one.coordinates),
                    "hash": one.config.hash,
                    "water_records": dict(records),
                    "method": _method(one.config),
                }
                for one, records in zip(self.scenarios, self.records, strict=True)
            ],
        }

    @cached_property
    def key(self) -> str:
        """Hash of the header and the folder."""
        text = json.dumps([str(self.folder), self.header], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def parts(self) -> Iterator[Part]:
        """Yield all chunks, scenario by scenario."""
        for scenario in range(len(self.scenarios)):
            for chunk, first in enumerate(range(0, self.members, self.chunk)):
                yield Part(scenario, chunk, first, min(first + self.chunk, self.members))


def make_plan(scenarios: Sequence[Scenario], folder: Path, members: int | None) -> EnsemblePlan:
    """Build every scenario once, so that all faults are reported before the first member.

    Parameters
    ----------
    scenarios
        At least one, each with an ensemble block.
    folder
        Folder of the ensemble.
    members
        Number of members, instead of that of the config.

    Raises
    ------
    ConfigError
        If a scenario does not make a model, or scenarios differ in period or ensemble.
    """
    first = scenarios[0].config.ensemble
    templates, records, lengths = [], [], []
    edges: list[dict[str, NDArray[np.float64]]] = []
    runners: list[MemberRunner] = []
    for one in scenarios:
        with naming_scenario(one):
            runner = MemberRunner(one.config)
        if _common(one.config) != _common(scenarios[0].config):
            found = _(
                "another period, or other {common} in the scenario {name!r}",
                common=listed(COMMON, OR),
                name=one.name,
            )
            fault = Fault(("ensemble",), found, _("the same for all scenarios"))
            raise ConfigError([fault], one.config.source)
        if len(runners) < KEPT_RUNNERS:
            runners.append(runner)
        templates.append(runner.template())
        records.append(runner.water.records)
        lengths.append(runner.water.record.years)
        stores = sorted(runner.model.builder.items.get("store", {}))
        edges.append(dict(zip(stores, runner.edges, strict=True)))
    assert first is not None
    count = members or first.members
    layout = _layout(templates, edges, first.storage_bins)
    plan = EnsemblePlan(
        folder, tuple(scenarios), count, first.chunk, layout, tuple(records), tuple(lengths)
    )
    with _lock:
        # Chunks of the first scenarios come first: their models are not built again.
        for scenario, runner in enumerate(runners):
            _keep(plan, scenario, runner)
    return plan


def _method(config: Config) -> str:
    """Return how members are drawn and what they replace, for those who compare."""
    ensemble = config.ensemble
    assert ensemble is not None
    water = ensemble.model_dump(mode="json", include={"method", "series", "imports"})
    return json.dumps(water, sort_keys=True, ensure_ascii=False)


def _common(config: Config) -> tuple[Any, ...]:
    """Return what all scenarios of an ensemble have in common."""
    keys = dict(config.ensemble or ())
    return (config.period, *(keys[name] for name in COMMON))


def _layout(
    templates: Sequence[xr.Dataset], edges: Sequence[Mapping[str, NDArray[np.float64]]], bins: int
) -> Layout:
    items: dict[str, list[str]] = {}
    variables: dict[str, tuple[str, ...]] = {}
    for template in templates:
        for name, variable in template.data_vars.items():
            dims = tuple(str(dim) for dim in variable.dims[2:])
            if dims and dims[0] == "water_year":
                variables[str(name)] = dims
        for dimension, names in MEASURES.items():
            if dimension in template.dims:
                leading = ("water_year",) if dimension == "reach" else ()
                variables |= dict.fromkeys(names, (*leading, dimension))
        for dimension in {dim for dims in variables.values() for dim in dims} - {"water_year"}:
            found = template[dimension].to_numpy().tolist() if dimension in template.dims else []
            items[dimension] = sorted({*items.get(dimension, []), *map(str, found)})
    first = templates[0]
    stores = items.get("store", [])
    whole = np.zeros((len(templates), len(stores), bins + 1))
    for scenario, known in enumerate(edges):
        for store, limits in known.items():
            whole[scenario, stores.index(store)] = limits
    return Layout(
        items,
        [int(year) for year in first["water_year"].to_numpy()],
        [bool(flag) for flag in first["complete"].to_numpy()],
        dict(sorted(variables.items())),
        _coordinates(templates, items),
        whole,
    )


def _coordinates(
    templates: Sequence[xr.Dataset], items: Mapping[str, list[str]]
) -> dict[str, tuple[str, NDArray[Any]]]:
    """Return the text coordinates of the items, from the first scenario that has an item.

    A tariff that scenarios do not share is left out, and with it the bills: one table would be
    applied to all of them.
    """
    found: dict[str, tuple[str, dict[str, str]]] = {}
    unlike = False
    for template in reversed(templates):
        for name, coordinate in template.coords.items():
            dims = coordinate.dims
            if len(dims) == 1 and dims[0] in items and name != dims[0]:
                if coordinate.dtype.kind == "U":
                    _unused, known = found.setdefault(str(name), (str(dims[0]), {}))
                    labels = template[dims[0]].to_numpy().tolist()
                    texts = dict(zip(labels, coordinate.to_numpy().tolist(), strict=True))
                    if name == TARIFF:
                        unlike |= any(known.get(item, text) != text for item, text in texts.items())
                    known.update(texts)
    if unlike:
        del found[TARIFF]
    return {
        name: (dim, np.array([known.get(item, "") for item in items[dim]], dtype=str))
        for name, (dim, known) in sorted(found.items())
    }


def described(name: str) -> dict[str, str]:
    """Return the attributes of a kept table."""
    variable = ENSEMBLE_VARIABLES.get(name) or VARIABLES[name]
    return {"units": variable.units, "long_name": str(variable.long_name)}


_runners: OrderedDict[tuple[str, int], MemberRunner] = OrderedDict()
_lock = RLock()


def runner_of(plan: EnsemblePlan, scenario: int) -> MemberRunner:
    """Return what runs the members of a scenario; a process builds it once for a while."""
    key = (plan.key, scenario)
    with _lock:
        runner = _runners.get(key)
        if runner is None:
            runner = MemberRunner(plan.scenarios[scenario].config)
            _keep(plan, scenario, runner)
        _runners.move_to_end(key)
    return runner


def _keep(plan: EnsemblePlan, scenario: int, runner: MemberRunner) -> None:
    _runners[plan.key, scenario] = runner
    while len(_runners) > KEPT_RUNNERS:
        _runners.popitem(last=False)
