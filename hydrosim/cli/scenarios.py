"""What `hydrosim run` does with a config that has scenarios, and what it tells meanwhile."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.errors import render_faults
from hydrosim.locale import Language, _
from hydrosim.scenarios.expand import expand_scenarios
from hydrosim.scenarios.folder import ScenarioFolder
from hydrosim.scenarios.runner import run_into
from hydrosim.scenarios.summary import scenario_tables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    import xarray as xr
    from rich.console import Console

    from hydrosim.config.schema import Config
    from hydrosim.scenarios.expand import Scenario
    from hydrosim.scenarios.runner import Done, Outcome

__all__ = ["compare_command", "run_command"]

OTHER_WATER = _("The runs had other water: differences are not those of works and policies alone.")
FINE, FAILED, NOT_MET = 0, 1, 3


def run_command(
    options: argparse.Namespace, config: Config, console: Console, draw: Callable[..., None]
) -> tuple[int, list[str]]:
    """Run the chosen scenarios of a config and print what came of them.

    Parameters
    ----------
    options
        Those of ``hydrosim run``.
    draw
        Draws the pictures of one run: folder, result, verdicts, options, console.

    Returns
    -------
    tuple
        The exit code, and what is to be complained of.
    """
    scenarios = expand_scenarios(config, options.scenario)
    target = options.out or Path("results") / options.config.stem
    folder = target.resolve()
    ScenarioFolder(folder, scenarios).check()
    complaints = _warnings(config, scenarios, options.lang)

    def drawn(partial: Path, result: xr.Dataset, verdicts: list[Any]) -> None:
        draw(partial, result, verdicts, options, console)

    with _progress(console, len(scenarios)) as (advance, done):
        outcome = run_into(
            folder, scenarios, resume=options.resume, draw=drawn, done=done, advance=advance
        )
    if outcome.tables:
        coordinates = {one.name: one.coordinates for one in scenarios}
        tables = scenario_tables(outcome.tables, outcome.verdicts, coordinates, options.lang)
        for table in tables:
            console.print(table)
        console.print(f"results in {target}", soft_wrap=True)
    return _code(outcome, scenarios, options, complaints), complaints


def compare_command(options: argparse.Namespace, console: Console) -> None:
    """Compare results, print the differences, and write them where a folder is given.

    Raises
    ------
    DataError
        If something cannot be read or compared; nothing is written then.
    """
    from hydrosim.comparison import compare
    from hydrosim.comparison.guarantee import guarantee_answer
    from hydrosim.comparison.telling import comparison_tables
    from hydrosim.io.folder import (
        CHANGED,
        COMPARISON,
        DRY_YEARS,
        GUARANTEE,
        result_folder,
        whole_folder,
    )

    folder = None if options.out is None else result_folder(options.out)
    told = compare(
        *options.results,
        reference=options.reference,
        by=options.by,
        block=options.block,
        seed=options.seed,
        other_water=options.other_water,
    )
    if not told.same_water:
        console.print(OTHER_WATER.in_language(options.lang), style="yellow")
    for table in comparison_tables(told, options.lang):
        console.print(table)
    if len(told.guarantee):
        console.print(guarantee_answer(told.guarantee, options.lang))
    if folder is None:
        return
    with whole_folder(folder) as partial:
        told.table.to_csv(partial / COMPARISON, index=False)
        told.dry.to_csv(partial / DRY_YEARS, index=False)
        told.guarantee.to_csv(partial / GUARANTEE, index=False)
        told.verdicts.to_csv(partial / CHANGED, index=False)
        if not options.no_plots:
            from hydrosim.plot.comparison import write_comparison
            from hydrosim.plot.guarantee import write_guarantee

            (partial / "plots").mkdir()
            write_comparison(told.table, told.reference, partial / "plots", options.lang)
            write_guarantee(told.guarantee, partial / "plots", options.lang)
    console.print(f"results in {options.out}", soft_wrap=True)


def _code(
    outcome: Outcome,
    scenarios: Sequence[Scenario],
    options: argparse.Namespace,
    complaints: list[str],
) -> int:
    complaints.extend(outcome.failed.values())
    if outcome.stopped:
        kept = f"{len(outcome.tables)} of {len(scenarios)} scenarios are done and kept"
        complaints.append(f"stopped; {kept}" if outcome.tables else "stopped; nothing was written")
    if outcome.failed or outcome.stopped:
        return FAILED
    if not options.strict:
        return FINE
    told: list[str] = []
    for name, verdicts in outcome.verdicts.items():
        failed = sum(verdict.outcome == "fail" for verdict in verdicts)
        widened = int(outcome.tables[name].attrs.get("widened_steps", 0))
        if failed:
            told.append(f"{name}: {failed} of {len(verdicts)} verdicts failed")
        if widened:
            told.append(f"{name}: {widened} steps needed a wider tolerance")
    complaints.extend(told)
    return NOT_MET if told else FINE


def _warnings(config: Config, scenarios: Sequence[Scenario], language: Language) -> list[str]:
    """Return what looks unlikely in any scenario, each once."""
    found = dict.fromkeys(
        fault
        for source in (config, *(one.config for one in scenarios))
        for fault in source.warnings
    )
    if not found:
        return []
    places = scenarios[0].config.source if len(scenarios) == 1 else config.source
    return [render_faults(list(found), places, language)]


@contextmanager
def _progress(
    console: Console, total: int
) -> Iterator[tuple[Callable[[float], None] | None, Callable[[Done], None]]]:
    """Show what is done and the time left: a bar on a terminal, else a line a scenario."""
    begun = time.monotonic()

    def line(done: Done) -> None:
        passed = time.monotonic() - begun
        left = passed / (done.number - done.before) * (done.total - done.number)
        rest = f", {_span(left)} left" if done.number < done.total else ""
        proof = json.loads(done.result.attrs["certificate"])
        closure = (
            f"closes to {max(proof['largest_row_closure'], proof['largest_network_closure']):.1e}"
        )
        console.print(
            f"{done.number} of {done.total}: {done.name}, {closure}, {_span(passed)}{rest}",
            soft_wrap=True,
        )

    if not console.is_terminal:
        yield None, line
        return
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"0 of {total} scenarios", total=float(total))

        def shown(done: Done) -> None:
            line(done)
            progress.update(task, description=f"{done.number} of {total} scenarios")

        yield (lambda part: progress.update(task, advance=part)), shown


def _span(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"
