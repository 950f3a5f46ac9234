"""What `hydrosim run` does with a config that has scenarios, and what it prints meanwhile."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from hydrosim.cli.console import duration, time_left
from hydrosim.cli.exits import FAILED, FINE, INTERRUPTED, NOT_MET, STOPPED
from hydrosim.cli.report import report_if_wanted
from hydrosim.cli.results import check_font, draw, shortfalls, warnings_of_periods
from hydrosim.cli.write import out_of
from hydrosim.errors import render_faults
from hydrosim.io.bounded import followed
from hydrosim.io.folder import Made, check_replaced, write_made_by
from hydrosim.locale import Message, _
from hydrosim.scenarios.choice import read_choice
from hydrosim.scenarios.expand import expand_scenarios
from hydrosim.scenarios.folder import ScenarioFolder, is_scenario_folder
from hydrosim.scenarios.frequency import with_frequencies
from hydrosim.scenarios.runner import run_into
from hydrosim.scenarios.summary import scenario_tables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import xarray as xr

    from hydrosim.cli.console import Console
    from hydrosim.config.schema import Config
    from hydrosim.locale import Language
    from hydrosim.scenarios.expand import Scenario
    from hydrosim.scenarios.runner import Done, Outcome

__all__ = ["run_scenarios"]


def run_scenarios(options: argparse.Namespace, config: Config, console: Console) -> int:
    """Run the chosen scenarios of a config, each into its own folder, and print them together."""
    check_font(options)
    config = with_frequencies(config)
    scenarios = expand_scenarios(config, options.scenario)
    target = out_of(options)
    folder = followed(target)
    ScenarioFolder(folder, scenarios).check()
    # A choice of scenarios adds to a folder; with changed keys they are others of the same name.
    patch = read_choice(config, options.scenario).patch
    made = Made(options.command, [f"--scenario {key}={value}" for key, value in patch.items()])
    if not options.replace:
        check_replaced(target, made)
    chosen = bool(options.scenario) and not patch and is_scenario_folder(folder)
    console.complain(_warnings(config, scenarios, options.lang))

    def drawn(partial: Path, result: xr.Dataset, verdicts: list[Any]) -> None:
        draw(partial, result, verdicts, options, console)
        if options.report:
            from hydrosim.cli.report import report_of_run

            report_of_run(partial, result, options)

    with console.progress(_scenarios(0, len(scenarios)), len(scenarios)) as update:
        outcome = run_into(
            folder, scenarios, whole=expand_scenarios(config) if chosen else (),
            resume=options.resume, draw=drawn, done=_Lines(console, update),
            advance=update and (lambda part: update(advance=part)),
        )  # fmt: skip
    write_made_by(folder, made)
    if outcome.tables:
        coordinates = {one.name: one.coordinates for one in scenarios}
        tables = scenario_tables(outcome.tables, outcome.verdicts, coordinates, options.lang)
        for table in tables:
            console.print(table)
        console.line(_("results in {folder}", folder=target))
        report_if_wanted(target, options, console)
    return _code(outcome, len(scenarios), options, console)


class _Lines:
    """Prints a line for each scenario that is done, with the time that the rest will take."""

    def __init__(self, console: Console, update: Callable[..., None] | None) -> None:
        self._console = console
        self._update = update
        self._begun = time.monotonic()

    def __call__(self, done: Done) -> None:
        passed = time.monotonic() - self._begun
        rest = time_left(passed, done.number - done.before, done.total - done.number)
        proof = json.loads(done.result.attrs["certificate"])
        closure = max(proof["largest_row_closure"], proof["largest_network_closure"])
        self._console.line(
            _(
                "{number} of {total}: {name}, closes to {closure:.1e}, {duration}{left}",
                number=done.number, total=done.total, name=done.name, closure=closure,
                duration=duration(passed), left=rest,
            )
        )  # fmt: skip
        if self._update is not None:
            now = _scenarios(done.number, done.total)
            self._update(description=self._console.said(now))


def _scenarios(done: int, total: int) -> Message:
    return _("{done} of {total} scenarios", done=done, total=total)


def _code(outcome: Outcome, count: int, options: argparse.Namespace, console: Console) -> int:
    """Complain of what went wrong, and return the exit code."""
    console.complain(*outcome.failed.values())
    if outcome.stopped:
        done = len(outcome.tables)
        kept = _("stopped; {done} of {total} scenarios are done and kept", done=done, total=count)
        console.complain(kept if done else STOPPED)
        return INTERRUPTED
    if outcome.failed:
        return FAILED
    if not options.strict:
        return FINE
    failed = [
        f"{name}: {console.said(what)}"
        for name, verdicts in outcome.verdicts.items()
        for what in shortfalls(outcome.tables[name], verdicts)
    ]
    console.complain(*failed)
    return NOT_MET if failed else FINE


def _warnings(config: Config, scenarios: Sequence[Scenario], language: Language) -> str:
    """Return what looks unlikely in any scenario, each once."""
    sources = (config, *(one.config for one in scenarios))
    found = dict.fromkeys(fault for source in sources for fault in source.warnings)
    places = scenarios[0].config.source if len(scenarios) == 1 else config.source
    twice = warnings_of_periods([one.config for one in scenarios], language)
    return "\n".join(part for part in (render_faults(list(found), places, language), twice) if part)
