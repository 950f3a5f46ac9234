"""Runs the scenarios of a config side by side, each into its own folder, and tells them together.

A scenario's folder is whole as soon as it is there, so that whatever stops a run leaves what was
done. Models are run on threads: the kernel holds no interpreter.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.errors import SimulationError
from hydrosim.io.folder import RESULTS, writing_results
from hydrosim.io.lock import only_writer
from hydrosim.scenarios.expand import Scenario, expand_scenarios, naming_scenario
from hydrosim.scenarios.folder import ScenarioFolder
from hydrosim.scenarios.stack import stacked, year_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    import xarray as xr

    from hydrosim.config.schema import Config
    from hydrosim.standards.verdict import Verdict

__all__ = ["Done", "Outcome", "run_into", "run_scenarios", "simulated"]


class Stopped(Exception):
    """Raised inside a run that is to stop."""


class Done(NamedTuple):
    """Report that a scenario is done: its name, how many of how many are done, and its parts.

    ``before`` were done before this run.
    """

    name: str
    number: int
    total: int
    before: int
    result: xr.Dataset
    verdicts: list[Verdict]


@dataclass
class Outcome:
    """What came of a set of scenarios.

    Parameters
    ----------
    tables
        Year tables by scenario that is done.
    verdicts
        Verdicts by scenario.
    failed
        Why a scenario failed, by its name.
    stopped
        Whether the run was stopped before its end.
    """

    tables: dict[str, xr.Dataset] = field(default_factory=dict)
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


def run_scenarios(
    config: Config, chosen: Sequence[str] = (), *, workers: int | None = None
) -> xr.Dataset:
    """Run the scenarios of a config and return their year tables side by side.

    Parameters
    ----------
    config
        A loaded config with ``scenarios:``.
    chosen
        Words as behind ``--scenario``; by default all are run.
    workers
        Scenarios at a time; by default one a processor. The bits do not depend on it.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, member, water_year, ...), with the axes as ``axis_NAME`` by scenario.

    Raises
    ------
    ConfigError, DataError
        As :func:`expand_scenarios`.
    SimulationError
        If a scenario could not be computed; it names it.
    """
    scenarios = expand_scenarios(config, chosen)
    tables: dict[str, xr.Dataset] = {}
    for scenario, result in simulated(scenarios, workers, None):
        if isinstance(result, SimulationError):
            raise result
        tables[scenario.name] = year_tables(result)
    return stacked(tables, {one.name: one.coordinates for one in scenarios})


def run_into(
    folder: Path,
    scenarios: Sequence[Scenario],
    *,
    whole: Sequence[Scenario] = (),
    workers: int | None = None,
    resume: bool = False,
    draw: Callable[[Path, xr.Dataset, list[Verdict]], None] | None = None,
    done: Callable[[Done], None] | None = None,
    advance: Callable[[float], None] | None = None,
) -> Outcome:
    """Run scenarios, each into ``folder/NAME``, and write the tables of all that are done.

    Parameters
    ----------
    folder
        Where their folders go; see :class:`ScenarioFolder`.
    whole
        All scenarios of the config, for the tables; default those that are run.
    resume
        Run only scenarios without complete results.
    draw
        Called with the hidden folder, result and verdicts of each, to add to it.
    done
        Called after each.
    advance
        Called from the threads with each further part that is done, out of the number of
        scenarios.

    Returns
    -------
    Outcome
        A scenario that fails is named in it and the others go on; after an interrupt it tells
        what was done before.
    """
    from hydrosim.standards.board import check, write_verdicts

    with only_writer(folder):
        place = ScenarioFolder(folder, scenarios, whole)
        kept = place.open(resume=resume)
        outcome = Outcome()
        _add_missed(folder, kept, outcome)
        if advance is not None and kept:
            advance(float(len(kept)))
        left = [scenario for scenario in scenarios if scenario.name not in outcome.tables]
        try:
            for scenario, result in simulated(left, workers, advance):
                if isinstance(result, SimulationError):
                    outcome.failed[scenario.name] = result.full_message
                    continue
                with writing_results(folder / scenario.name, result) as partial:
                    verdicts = check(result, scenario.config.standards)
                    write_verdicts(verdicts, partial)
                    if draw is not None:
                        draw(partial, result, verdicts)
                outcome.tables[scenario.name] = year_tables(result)
                outcome.verdicts[scenario.name] = verdicts
                if done is not None:
                    number = len(outcome.tables) + len(outcome.failed)
                    done(Done(scenario.name, number, len(scenarios), len(kept), result, verdicts))
        except KeyboardInterrupt:
            outcome.stopped = True
            _add_missed(folder, scenarios, outcome)
        for name in [one.name for one in scenarios if one.name in outcome.tables]:
            outcome.tables[name] = outcome.tables.pop(name)
            outcome.verdicts[name] = outcome.verdicts.pop(name)
        everything = Outcome({**outcome.tables}, {**outcome.verdicts})
        _add_missed(folder, place.others(), everything)
        place.close(everything.tables, everything.verdicts)
        return outcome


def _add_missed(folder: Path, scenarios: Sequence[Scenario], outcome: Outcome) -> None:
    """Add scenarios that are whole on the disk: of a run before, or when an interrupt came."""
    from hydrosim.io.netcdf import open_results
    from hydrosim.standards.board import check

    for scenario in scenarios:
        file = folder / scenario.name / RESULTS
        if scenario.name in outcome.tables or not file.exists():
            continue
        with open_results(file) as result:
            outcome.tables[scenario.name] = year_tables(result)
            outcome.verdicts[scenario.name] = check(result.load(), scenario.config.standards)


def simulated(
    scenarios: Sequence[Scenario], workers: int | None, advance: Callable[[float], None] | None
) -> Iterator[tuple[Scenario, xr.Dataset | SimulationError]]:
    """Yield the results in the order of the scenarios, few of them in memory at a time."""
    count = max(1, min(workers or os.cpu_count() or 1, len(scenarios)))
    stop = Event()
    waiting: list[tuple[Scenario, Future[xr.Dataset | SimulationError]]] = []
    rest = iter(scenarios)
    pool = ThreadPoolExecutor(count)
    try:
        while True:
            while len(waiting) <= count and (scenario := next(rest, None)) is not None:
                waiting.append((scenario, pool.submit(_run, scenario, stop, advance)))
            if not waiting:
                return
            scenario, future = waiting.pop(0)
            yield scenario, future.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _run(
    scenario: Scenario, stop: Event, advance: Callable[[float], None] | None
) -> xr.Dataset | SimulationError:
    """Run one scenario; what fails in its steps is returned, so that the others go on."""
    import json

    from hydrosim.supply.build import build_model
    from hydrosim.supply.simulation import run

    shares = [0.0]

    def progress(share: float) -> None:
        if stop.is_set():
            raise Stopped
        shares.append(share)
        if advance is not None:
            advance(share - shares[-2])

    with naming_scenario(scenario):
        model = build_model(scenario.config)
    try:
        result = run(model, progress=progress)
    except SimulationError as error:
        return SimulationError(
            error.message,
            scenario=scenario.name,
            date=error.date,
            node=error.node,
            values=error.values,
        )
    result = result.assign_coords(scenario=[scenario.name])
    result.attrs["scenario"] = json.dumps(scenario.coordinates, ensure_ascii=False)
    return result
