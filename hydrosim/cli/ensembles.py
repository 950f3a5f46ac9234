"""The commands `ensemble` and `outlook`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FAILED, FINE, INTERRUPTED, month_day, refuse
from hydrosim.cli.report import report_if_wanted
from hydrosim.cli.results import check_font, draw
from hydrosim.cli.write import made_by, out_of, target_of, write_outlook, write_outlook_skill
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from hydrosim.cli.console import Console
    from hydrosim.ensemble.runner import EnsembleRun, Progress

__all__ = ["ensemble", "outlook"]


def ensemble(options: argparse.Namespace, console: Console) -> int:
    """Run the members of the chosen scenarios of a config and sum them up."""
    from hydrosim.config.load import load_config
    from hydrosim.ensemble.runner import run_ensemble
    from hydrosim.io.folder import check_replaced, write_made_by
    from hydrosim.scenarios import expand_scenarios

    config = load_config(options.config)
    out, made = out_of(options), made_by(options)
    check_font(options)
    if not options.replace:
        check_replaced(out, made)
    seen: list[Progress] = []
    try:
        with console.progress(_("members"), 1.0, signs=10) as update:

            def progress(now: Progress) -> None:
                seen[:] = [now]
                if update is None:
                    return
                done = now.before + now.done
                now_done = _("{done} of {total} members", done=done, total=now.total)
                update(completed=done / now.total, description=console.said(now_done))

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
        console.complain(
            _(
                "stopped; whole chunks of {done} of {total} members are kept in {folder}: go on "
                "with --resume",
                done=seen[0].before + seen[0].done, total=seen[0].total, folder=out,
            )
        )  # fmt: skip
        return INTERRUPTED
    write_made_by(out, made)
    return _show(run, options, console, out)


def outlook(options: argparse.Namespace, console: Console) -> int:
    """Tell from today's state what may come in the next months, and how likely."""
    from hydrosim.config.load import load_config
    from hydrosim.ensemble.outlook import run_outlook
    from hydrosim.io.folder import whole_folder
    from hydrosim.report.outlook import left_out_lines, outlook_table
    from hydrosim.report.restart import restart_lines

    refuse(
        (options.from_state is None) == (options.hindcast is None),
        _("one of --from-state and --hindcast is needed"),
    )
    if options.hindcast is not None:
        return _hindcasts(options, console)
    config = load_config(options.config)
    target = target_of(options)
    check_font(options)
    with console.share_of(_("members")) as advance:
        dataset = run_outlook(
            config,
            options.from_state,
            months=options.months or 6,
            members=options.members,
            threads=options.threads,
            leave_out=options.leave_out or "later",
            progress=advance,
        )
    for line in restart_lines(dataset, options.lang):
        console.print(line)
    with whole_folder(*target) as partial:
        write_outlook(partial, dataset)
        draw(partial, dataset, [], options, console)
    console.print(outlook_table(dataset, options.lang))
    for line in left_out_lines(dataset, options.lang):
        console.print(line)
    console.line(_("outlook in {folder}", folder=options.out or target.folder))
    report_if_wanted(target.folder, options, console)
    failed = json.loads(dataset.attrs["failed_zh" if options.lang == "zh" else "failed"])
    for member, why in failed.items():
        console.complain(_("member {member} failed: {reason}", member=member, reason=why))
    return FAILED if failed else FINE


def _hindcasts(options: argparse.Namespace, console: Console) -> int:
    """Make the outlooks of past years and show how good they were."""
    from hydrosim.config.load import load_config
    from hydrosim.ensemble.skill import run_hindcasts
    from hydrosim.io.folder import whole_folder
    from hydrosim.report.outlook_skill import skill_tables

    start = month_day("--hindcast", options.hindcast)
    config = load_config(options.config)
    target = target_of(options)
    check_font(options)
    with console.progress(_("outlooks"), 1.0, signs=10) as update:
        dataset = run_hindcasts(
            config,
            start,
            months=options.months or 6,
            members=options.members,
            threads=options.threads,
            leave_out=options.leave_out or "own",
            progress=update
            and (lambda done: update(completed=done, description=console.said(_("outlooks")))),
        )
    with whole_folder(*target) as partial:
        write_outlook_skill(partial, dataset)
        draw(partial, dataset, [], options, console)
    for table in skill_tables(dataset, options.lang):
        console.print(table)
    console.line(_("skill of outlooks in {folder}", folder=options.out or target.folder))
    report_if_wanted(target.folder, options, console)
    return FINE


def _show(run: EnsembleRun, options: argparse.Namespace, console: Console, out: Path) -> int:
    from hydrosim.report.ensemble import ensemble_tables, failed_lines, guarantee_lines

    for table in ensemble_tables(run.dataset, options.lang):
        console.print(table)
    for line in guarantee_lines(run.dataset, options.lang):
        console.print(line)
    console.line(_("ensemble in {folder}", folder=out))
    report_if_wanted(out, options, console)
    failed = failed_lines(run.dataset, options.lang)
    console.complain(*failed)
    return FAILED if failed else FINE
