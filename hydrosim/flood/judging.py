"""Judges works by design floods: a scan of return periods, then bisection of all at once.

All floods of a round go to the kernel together. A return period is narrowed between the largest
that holds and the smallest that fails, by the geometric mean, for every criterion, season, scheme
and typical flood, until the two differ by less than the tolerance of the design block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.config.schema import Config
from hydrosim.errors import ConfigError, Fault, nearest
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.context import described
from hydrosim.flood.design import DesignFloods, FloodCase, build_design_floods
from hydrosim.flood.events import config_events
from hydrosim.flood.results import build_flood_dataset
from hydrosim.flood.routed import Routed
from hydrosim.flood.simulation import route_events
from hydrosim.flood.tail import continued
from hydrosim.locale import _
from hydrosim.reading.flood import texts
from hydrosim.standards.board import check
from hydrosim.standards.flood_criteria import CASE_KEYS, reached
from hydrosim.standards.flood_standard import FloodStandard, cut_short
from hydrosim.units import MonthDay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd
    import xarray as xr

    from hydrosim.flood.events import Event
    from hydrosim.standards.flood_criteria import Criterion
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodCheck", "check_floods", "with_limits"]

SCAN, LEFT = 0.4, 0.75
"""Share of the work of a check that its scan takes, and of the rest that a round leaves."""
MOST_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class FloodCheck:
    """Design floods of a configuration and what they say of its works.

    Attributes
    ----------
    dataset
        All floods routed, scan and bisection: dims (event, node | reach | basin) and, for the
        floods whose series are kept, time. ``event_return_period``, ``event_control``,
        ``event_season``, ``event_scheme``, ``event_typical`` tell which flood it is.
    verdicts
        Verdicts of all flood standards of the configuration.
    design
        The design floods, to be given to a further check of the same configuration.
    rounds
        Calls of the kernel for the bisection.
    """

    dataset: xr.Dataset
    verdicts: list[Verdict]
    design: DesignFloods
    rounds: int
    standards: tuple[FloodStandard, ...] = ()

    def required(self) -> list[tuple[Criterion, float]]:
        """Return the criteria of which a return period is required, with it [year]."""
        return [
            (criterion, years)
            for criterion, asked in _criteria(self.dataset, self.standards)
            for years in asked
        ]

    def table(self) -> pd.DataFrame:
        """Return the return period reached by work, bound and case.

        Returns
        -------
        pandas.DataFrame
            Columns subject, quantity, unit, bound, required (years or nan), season, scheme,
            typical, reached (years; 0 below and inf above what was routed), fails_at, answer.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for criterion, years in _criteria(self.dataset, self.standards):
            for case in _cases_of(self.dataset, criterion):
                stands = reached(self.dataset, criterion, case)
                rows.append(
                    {
                        "subject": criterion.subject.name,
                        "quantity": str(criterion.quantity),
                        "unit": criterion.unit,
                        "bound": criterion.bound,
                        "required": years[0] if years else math.nan,
                        **dict(zip(CASE_KEYS, case, strict=True)),
                        "reached": stands.years,
                        "fails_at": stands.fails_at,
                        "answer": str(stands.text),
                    }
                )
        return pd.DataFrame(rows)


@dataclass(eq=False)
class _Run:
    """Floods routed so far."""

    model: FloodModel
    design: DesignFloods
    start_levels_m: dict[str, float] | None
    threads: int | None
    events: list[Event] = field(default_factory=list)
    parts: list[Routed] = field(default_factory=list)
    done: set[tuple[FloodCase, float]] = field(default_factory=set)
    longer: list[Routed] = field(default_factory=list)
    """Named floods that end while something rises, as they would go on."""

    def add(self, wanted: Iterable[tuple[FloodCase, float]], keep_series: bool = False) -> bool:
        """Route floods that have not been; return whether there were any."""
        events: list[Event] = []
        for case, years in sorted(set(wanted) - self.done):
            self.done.add((case, years))
            event = self.design.event(case, years, self.start_levels_m)
            if event is not None:
                events.append(event)
        if not events:
            return False
        self.events.extend(events)
        self.parts.extend(
            route_events(self.model, events, keep_series=keep_series, threads=self.threads)
        )
        return True

    def add_named(self, names: Iterable[str]) -> None:
        """Route floods of the config that a standard names, such as the PMF."""
        facts = {"return_period": math.nan, **dict.fromkeys(("control", *CASE_KEYS), "")}

        def labelled(floods: Iterable[Event]) -> list[Event]:
            return [replace(one, attributes={**facts, **one.attributes}) for one in floods]

        events = labelled(config_events(self.model.config, sorted(names)))
        if events:
            self.events.extend(events)
            self.parts.extend(self._routed(events))
            longer = labelled(continued(self.model, [event.name for event in events]))
            self.longer.extend(self._routed(longer) if longer else [])

    def _routed(self, events: Sequence[Event]) -> list[Routed]:
        return route_events(self.model, events, keep_series=False, threads=self.threads)

    def dataset(self, longer: Sequence[Routed] = ()) -> xr.Dataset:
        """Return all floods as one Dataset.

        Those that are longer take the place of their own, and no flood has its series then.
        """
        parts = [*self.parts, *longer]
        if longer:
            parts = [replace(part, kept=0) for part in parts]
        dataset = build_flood_dataset(self.model, self.events, parts)
        return described(self.model, self.design, dataset)

    def judge(self, dataset: xr.Dataset, standards: Sequence[FloodStandard]) -> list[Verdict]:
        """Return the verdicts; what only holds because a named flood ends is not proved."""
        verdicts = check(dataset, standards)
        if not self.longer:
            return verdicts
        later = check(self.dataset(self.longer), standards)
        lost = {(one.id, one.required) for one in later if one.outcome == "fail"}
        return [
            cut_short(one) if one.outcome == "pass" and (one.id, one.required) in lost else one
            for one in verdicts
        ]


def check_floods(
    source: Config | FloodModel,
    *,
    start_levels_m: Mapping[str, float] | None = None,
    limits_m: Mapping[str, Mapping[str, float]] | None = None,
    return_periods: Iterable[float] | None = None,
    design: DesignFloods | None = None,
    keep_series: bool = False,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> FloodCheck:
    """Route the design floods of a configuration and judge its works by them.

    Floods that the standards name, such as the PMF, are routed beside them; without
    ``flood.design`` they alone, and what asks for design floods is not judged and says so.

    Parameters
    ----------
    source
        A loaded config with ``flood.design`` and flood standards, or a model built from one.
    start_levels_m
        Level of stores at the start of each flood [m]; by default the flood-limited level of
        the season (起调水位 = 汛限水位).
    limits_m
        Other flood-limited levels: store -> first day of a stage, ``"07-01"`` -> level [m]. They
        replace those of the config, as start and as limit of the operation.
    return_periods
        Return periods of the scan [year]; by default those of the design block.
    design
        Design floods of an earlier check of the same design block, which saves making them.
    keep_series
        Keep the hydrographs of the scan; those of the bisection are never kept.
    threads
        Number of threads; no bit depends on it.
    progress
        Called with about the done share in [0, 1]: how many rounds the bisection takes is not
        known before.

    Returns
    -------
    FloodCheck
        Dataset, verdicts and a table of the return periods reached by season and scheme.

    Raises
    ------
    ConfigError
        If there is no design block, or statistics, typical floods, levels or limits do not fit.
    SimulationError
        If a balance does not close.
    """
    if limits_m:
        config = source if isinstance(source, Config) else source.config
        source = with_limits(config, limits_m)
    model = source if isinstance(source, FloodModel) else build_flood_model(source)
    made = design or _design_floods(model)
    levels = None if start_levels_m is None else dict(start_levels_m)
    run = _Run(model, made, levels, threads)
    periods = sorted(made.return_periods if return_periods is None else return_periods)
    tell = progress or (lambda _done: None)
    run.add(((case, years) for case in made.cases for years in periods), keep_series)
    tell(SCAN)
    standards = tuple(
        standard
        for _unused, standard in sorted(model.config.standards.items())
        if isinstance(standard, FloodStandard)
    )
    rounds = _narrow(run, standards, tell) if made.cases else 0
    named = {name for one in standards for name in one.named_floods(model.config)}
    if not (made.cases or named) and model.config.flood is not None:
        named = set(model.config.flood.events)  # what no standard asks: each says why
    run.add_named(named)
    dataset = run.dataset()
    verdicts = run.judge(dataset, standards)
    tell(1.0)
    return FloodCheck(dataset, verdicts, made, rounds, standards)


def _design_floods(model: FloodModel) -> DesignFloods:
    """Return the design floods of a config; none where it has standards and no design block."""
    config = model.config
    if config.flood is not None and config.flood.design is None and config.flood.events:
        if any(isinstance(one, FloodStandard) for one in config.standards.values()):
            return DesignFloods((), (), 0.01, {})
    return build_design_floods(model)


def with_limits(config: Config, limits_m: Mapping[str, Mapping[str, float]]) -> Config:
    """Return a configuration with other flood-limited levels.

    Parameters
    ----------
    config
        A loaded configuration.
    limits_m
        Store -> first day of a stage, ``"07-01"`` -> level [m].

    Raises
    ------
    ConfigError
        If a store has no such stage, or a level does not lie between dead and normal level.
    """
    faults: list[Fault] = []
    nodes = dict(config.nodes)
    for name, levels in limits_m.items():
        node = nodes.get(name)
        given = node.flood_limit if node is not None else None
        if node is None or given is None:
            fitting = [n for n, one in nodes.items() if one.flood_limit is not None]
            expected = _(
                "a store with a flood-limited level: {fitting}", fitting=", ".join(fitting)
            )
            faults.append(Fault(("limits", name), repr(name), expected, nearest(name, fitting)))
            continue
        stages: dict[MonthDay, float] = dict(given.limit.stages)
        days = {str(day): day for day in stages}
        for day, level in levels.items():
            if day not in days:
                expected = _("a stage of its limit: {days}", days=", ".join(days))
                faults.append(Fault(("limits", name, day), repr(day), expected))
                continue
            stages[days[day]] = float(level)
        changed = given.limit.model_copy(update={"stages": stages})
        found = changed.faults(given.dead_m, given.normal_m)
        wrong = [fault for fault in found if fault.severity == "error"]
        faults.extend(fault.under("limits", name) for fault in wrong)
        nodes[name] = node.with_flood_limit(changed)
    if faults:
        raise ConfigError(faults, config.source)
    changed = config.model_copy(update={"nodes": nodes})
    vars(changed).pop("hash", None)  # that of the copied model, where it had been asked for
    return changed


def _criteria(
    dataset: xr.Dataset, standards: Iterable[FloodStandard]
) -> list[tuple[Criterion, list[float]]]:
    """Return the criteria of all standards, each once, with all return periods asked of it."""
    found: dict[str, tuple[Criterion, list[float]]] = {}
    for standard in standards:
        for criterion, years in standard.criteria(dataset):
            known = found.setdefault(criterion.key, (criterion, []))
            if years is not None and years not in known[1]:
                known[1].append(years)
    return list(found.values())


def _labels(dataset: xr.Dataset) -> list[tuple[str, ...]]:
    columns = [texts(dataset, f"event_{key}") for key in CASE_KEYS]
    return list(zip(*columns, strict=True))


def _cases_of(dataset: xr.Dataset, criterion: Criterion) -> list[tuple[str, ...]]:
    labels = _labels(dataset)
    return sorted({labels[i] for i in np.flatnonzero(criterion.judged)})


def _narrow(
    run: _Run, standards: tuple[FloodStandard, ...], tell: Callable[[float], None]
) -> int:  # fmt: skip
    """Bisect every bracket until it is narrow; return the number of rounds."""
    tolerance = run.design.tolerance
    known: dict[tuple[str, FloodCase], dict[float, bool]] = {}
    seen = 0
    for number in range(MOST_ROUNDS):
        fresh = _Run(run.model, run.design, None, None, run.events[seen:], run.parts)
        seen = len(run.events)
        dataset = fresh.dataset()
        wanted = _learned(run, dataset, standards, known, first=number == 0)
        for (_unused, case), outcomes in known.items():
            high = min((years for years, failed in outcomes.items() if failed), default=math.inf)
            low = max((years for years in outcomes if years < high), default=0.0)
            if low > 0.0 and math.isfinite(high) and high > low * (1.0 + tolerance):
                wanted.add((case, math.sqrt(low * high)))
        if not run.add(wanted):
            return number
        tell(1.0 - (1.0 - SCAN) * LEFT ** (number + 1))
    return MOST_ROUNDS


def _learned(
    run: _Run,
    dataset: xr.Dataset,
    standards: tuple[FloodStandard, ...],
    known: dict[tuple[str, FloodCase], dict[float, bool]],
    *,
    first: bool,
) -> set[tuple[FloodCase, float]]:
    """Take up what new floods say; return floods that the standards ask and nobody routed."""
    years = np.asarray(dataset.variables["event_return_period"].values, dtype=np.float64)
    control = texts(dataset, "event_control")
    labels = _labels(dataset)
    wanted: set[tuple[FloodCase, float]] = set()
    for criterion, required in _criteria(dataset, standards):
        for i in np.flatnonzero(criterion.judged):
            case = FloodCase(control[i], *labels[i])
            outcomes = known.setdefault((criterion.key, case), {})
            outcomes[float(years[i])] = bool(criterion.failed[i])
            if first:
                wanted.update((case, one) for one in required if (case, one) not in run.done)
    return wanted
