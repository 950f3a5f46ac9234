"""Runs an ensemble: plan, chunks, statistics, the worst members kept whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.ensemble.executors import on_dask, on_threads
from hydrosim.ensemble.local_cluster import LOCAL, prepare_workers
from hydrosim.ensemble.plan import EnsemblePlan, make_plan, runner_of
from hydrosim.ensemble.store import RESULT, WORST, EnsembleStore, create_store
from hydrosim.io.bounded import followed
from hydrosim.io.lock import only_writer
from hydrosim.io.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr

    from hydrosim.config.schema import Config
    from hydrosim.scenarios import Scenario

__all__ = ["EnsembleRun", "Progress", "run_ensemble"]


class Progress(NamedTuple):
    """How far an ensemble is: members done before this run, done since, of how many."""

    before: int
    done: int
    total: int


@dataclass
class EnsembleRun:
    """What an ensemble has given.

    Attributes
    ----------
    dataset
        Its statistics, see ``docs/ensembles.md``.
    plan
        What was computed, and where it is.
    failed
        Members that could not be run, by (scenario, member), each with the reason.
    seconds
        Processor time of the chunks of this run by part: water, build, run, judge [s].
    """

    dataset: xr.Dataset
    plan: EnsemblePlan
    failed: dict[tuple[str, int], str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def run_ensemble(
    config: Config | Sequence[Scenario],
    out: str | Path,
    *,
    members: int | None = None,
    threads: int | None = None,
    dask: str | None = None,
    allow_unlike: bool = False,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> EnsembleRun:
    """Run the members of all scenarios of a config and sum them up.

    Parameters
    ----------
    config
        A config with an ``ensemble:`` block; its scenarios are run all. Or chosen scenarios.
    out
        Folder of the ensemble: new, or with ``resume`` one that an interrupted run has left.
    members
        Number of members instead of that of the config.
    threads
        Threads, or workers of a local Dask cluster; default the processors.
    dask
        Address of a Dask scheduler, or ``local``; chunks then run on its workers.
    allow_unlike
        Let workers of other versions or processors take part; bits may differ then.
    resume
        Go on with what an interrupted run has left; it ends in the same bits.
    progress
        Called with the number of members done, from any thread.

    Returns
    -------
    EnsembleRun
        The statistics, and what failed. A member that fails is named; the rest is run.

    Raises
    ------
    ConfigError
        If a scenario does not make a model or its record does not suit the ensemble.
    DataError
        If the folder cannot be taken, or the cluster is refused.
    """
    from hydrosim.config.schema import Config
    from hydrosim.scenarios import expand_scenarios

    if dask == LOCAL:
        prepare_workers()
    scenarios = expand_scenarios(config) if isinstance(config, Config) else list(config)
    plan = make_plan(scenarios, followed(Path(out)), members)
    with only_writer(plan.folder):
        store = create_store(plan, resume=resume)
        run = EnsembleRun(None, plan)  # type: ignore[arg-type]
        _run_parts(run, store, threads or os.cpu_count() or 1, dask, allow_unlike, progress)
        from hydrosim.ensemble.reduce import reduce_ensemble

        run.dataset = reduce_ensemble(plan, store)
        run.failed = _failed_of(run.dataset)
        _keep_worst(run)
        _write(run)
    return run


def _failed_of(dataset: xr.Dataset) -> dict[tuple[str, int], str]:
    """Return the reasons of members that failed, by scenario and member."""
    return {
        (str(scenario), int(member)): reason
        for scenario, reasons in json.loads(dataset.attrs["failed"]).items()
        for member, reason in reasons.items()
    }


def _run_parts(
    run: EnsembleRun,
    store: EnsembleStore,
    threads: int,
    dask: str | None,
    allow_unlike: bool,
    progress: Callable[[Progress], None] | None,
) -> None:
    plan = run.plan
    parts = [*plan.parts()]
    left = [part for part in parts if not store.done(part)]
    total = plan.members * len(plan.scenarios)
    before = total - sum(part.last - part.first for part in left)
    done = [0]

    def advance(count: int) -> None:
        done[0] += count
        if progress is not None:
            progress(Progress(before, done[0], total))

    advance(0)
    if not left:
        return
    if dask is None:
        outcomes = on_threads(plan, left, threads, advance)
    else:
        outcomes = on_dask(plan, left, dask, advance, workers=threads, allow_unlike=allow_unlike)
    for outcome in outcomes:
        for what, seconds in outcome.seconds.items():
            run.seconds[what] = run.seconds.get(what, 0.0) + seconds


def _keep_worst(run: EnsembleRun) -> None:
    """Run the members of the largest shortage again and keep their results whole."""
    from hydrosim.io.folder import writing_results
    from hydrosim.standards.board import check, write_verdicts

    plan = run.plan
    for scenario, one in enumerate(plan.scenarios):
        for member in run.dataset["worst_member"].to_numpy()[scenario].tolist():
            folder = plan.folder / WORST / f"{one.name}_member{member:05d}"
            if member < 0 or folder.exists():
                continue
            runner = runner_of(plan, scenario)
            dataset = runner.dataset(member, ledger=True).assign_coords(
                scenario=[one.name], member=[member]
            )
            with writing_results(folder, dataset) as partial:
                write_verdicts(check(dataset, one.config.standards), partial)


def _write(run: EnsembleRun) -> None:
    from hydrosim.io.manifest import write_manifest
    from hydrosim.io.netcdf import write_dataset

    folder, dataset = run.plan.folder, run.dataset
    proof: dict[str, Any] = json.loads(dataset.attrs["certificate"])
    write_whole(folder / "certificate.json", json.dumps(proof, ensure_ascii=False, indent=1))
    from hydrosim.report.ensemble import verdict_frame

    write_whole(folder / "verdicts.csv", verdict_frame(dataset).to_csv(index=False))
    write_dataset(dataset, folder / RESULT)
    write_manifest(folder, [RESULT, "certificate.json", "verdicts.csv"])
