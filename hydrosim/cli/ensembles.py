"""The commands `ensemble` and `outlook`: progress on the terminal, tables, what was kept."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from hydrosim.config.schema import Config
    from hydrosim.ensemble.runner import EnsembleRun, Progress

__all__ = ["check_water", "ensemble_command", "outlook_command"]

SIGNS = 10
"""Lines of progress into a file or pipe."""


def check_water(config: Config) -> None:
    """Read the record of a config's ensemble and fit its method; without one do nothing.

    Raises
    ------
    ConfigError
        If the record does not suit the ensemble.
    """
    if config.ensemble is not None:
        from hydrosim.ensemble.water import fit_water

        fit_water(config)


def ensemble_command(options: argparse.Namespace, console: Console) -> tuple[int, str]:
    """Run ``hydrosim ensemble``; return the exit code and what is to be complained of.

    Raises
    ------
    ConfigError, DataError
        If the config or the folder is refused; nothing was run then.
    """
    from hydrosim.config.load import load_config
    from hydrosim.ensemble.runner import run_ensemble
    from hydrosim.scenarios import expand_scenarios

    config = load_config(options.config)
    out = options.out or Path("results") / f"{options.config.stem}_ensemble"
    seen: list[Progress] = []
    try:
        with _telling(console) as told:

            def progress(now: Progress) -> None:
                seen[:] = [now]
                told(now)

            run = run_ensemble(
                expand_scenarios(config, options.scenario),
                out,
                members=options.members,
                threads=options.threads,
                dask=options.dask,
                allow_unlike=options.allow_unlike,
                resume=options.resume,
                progress=progress,
            )
    except KeyboardInterrupt:
        if not seen:
            raise
        return 1, _stopped(out, seen[0])
    return _tell(run, options, console, out)


def outlook_command(options: argparse.Namespace, console: Console) -> tuple[int, str]:
    """Run ``hydrosim outlook``; return the exit code and what is to be complained of.

    Raises
    ------
    ConfigError, DataError
        If the config, the state or the folder is refused; nothing was run then.
    """
    import json

    from hydrosim.cli.write import write_outlook
    from hydrosim.config.load import load_config
    from hydrosim.ensemble.outlook import run_outlook
    from hydrosim.io.folder import result_folder, whole_folder
    from hydrosim.report.outlook import outlook_table
    from hydrosim.report.restart import restart_lines

    config = load_config(options.config)
    folder = result_folder(options.out or Path("results") / f"{options.config.stem}_outlook")
    dataset = run_outlook(
        config,
        options.from_state,
        months=options.months,
        members=options.members,
        threads=options.threads,
    )
    for line in restart_lines(dataset, options.lang):
        console.print(line)
    with whole_folder(folder) as partial:
        write_outlook(partial, dataset)
        if not options.no_plots:
            from hydrosim.plot.catalogue import plot_all

            for note in plot_all(dataset, [], partial / "plots", options.lang).notes:
                console.print(f"no picture: {note}")
    console.print(outlook_table(dataset, options.lang))
    console.print(f"outlook in {options.out or folder}", soft_wrap=True)
    failed = json.loads(dataset.attrs["failed"])
    lines = [f"member {member} failed: {why}" for member, why in failed.items()]
    return (1 if lines else 0), "\n".join(lines)


def _stopped(out: Path, at: Progress) -> str:
    kept = f"whole chunks of {at.before + at.done} of {at.total} members are kept in {out}"
    return f"stopped; {kept}: go on with --resume"


def _tell(
    run: EnsembleRun, options: argparse.Namespace, console: Console, out: Path
) -> tuple[int, str]:
    from hydrosim.report.ensemble import ensemble_tables, failed_lines, guarantee_lines

    for table in ensemble_tables(run.dataset, options.lang):
        console.print(table)
    for line in guarantee_lines(run.dataset, options.lang):
        console.print(line)
    console.print(f"ensemble in {out}", soft_wrap=True)
    lines = failed_lines(run.dataset, options.lang)
    return (1 if lines else 0), "\n".join(lines)


@contextmanager
def _telling(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Give what tells of progress, with the time left: a bar, or some lines into a file."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("members", total=None)
        yield lambda now: bar.update(task, completed=now.before + now.done, total=now.total)


class _Lines:
    """Tells each tenth of the members and how long the rest will take."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = time.monotonic()
        self._lock = Lock()
        self._told = -1

    def __call__(self, now: Any) -> None:
        with self._lock:
            done = now.before + now.done
            sign = SIGNS * done // now.total
            if sign == self._told:
                return
            self._told = sign
            line = f"{done} of {now.total} members"
            if now.done and done < now.total:
                left = (time.monotonic() - self._begun) / now.done * (now.total - done)
                line += f", about {_duration(left)} left"
            self._console.print(line)


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    minutes = seconds / 60.0
    return f"{minutes:.0f} min" if minutes < 90.0 else f"{minutes / 60.0:.1f} h"
