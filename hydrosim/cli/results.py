"""What commands do with any result: warn, draw, and judge it for `--strict`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    import xarray as xr

    from hydrosim.cli.console import Console
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault
    from hydrosim.locale import Language
    from hydrosim.standards.verdict import Verdict

__all__ = ["check_font", "draw", "shortfalls", "warnings_of", "warnings_of_periods"]


def warnings_of(config: Config, warnings: Sequence[Fault], language: Language) -> str:
    """Return what looks unlikely in a config and its model; empty where nothing does."""
    from hydrosim.errors import render_faults

    found = [*config.warnings, *warnings]
    return render_faults(found, config.source, language) if found else ""


def warnings_of_periods(configs: Sequence[Config], language: Language) -> str:
    """Return the quotas that periods of scenarios use twice in a year, each once."""
    from hydrosim.errors import render_faults
    from hydrosim.supply.quota_checks import two_quota_warnings

    found = {fault: one for one in configs for fault in two_quota_warnings(one)}
    return "\n".join(render_faults([fault], one.source, language) for fault, one in found.items())


def shortfalls(dataset: xr.Dataset, verdicts: Sequence[Verdict]) -> list[str]:
    """Return what ``--strict`` complains of: verdicts that fail, steps at a wider tolerance."""
    import json

    failed = sum(verdict.outcome == "fail" for verdict in verdicts)
    widened = int(json.loads(dataset.attrs["certificate"]).get("widened_steps", 0))
    found: list[str] = []
    if failed:
        found.append(_("{failed} of {count} verdicts failed", failed=failed, count=len(verdicts)))
    if widened:
        found.append(_("{count} steps needed a wider tolerance", count=widened))
    return found


def check_font(options: argparse.Namespace) -> None:
    """Refuse pictures in a language whose font is missing before the run, not after it."""
    given = vars(options)
    drawn = not given.get("no_plots", True) or given.get("report", False)
    if drawn and options.lang != "en":
        from hydrosim.plot.style import drawing

        with drawing(options.lang):
            return


def draw(
    folder: Path,
    dataset: xr.Dataset,
    verdicts: list[Verdict],
    options: argparse.Namespace,
    console: Console,
    names: Sequence[str] = (),
) -> None:
    """Write the pictures of a result, unless none are wanted; say what was left out."""
    if options.no_plots:
        return
    from hydrosim.io.parallel import beside, give_memory_back, may_copy
    from hydrosim.plot.catalogue import plot_all

    give_memory_back()
    wanted = (dataset, verdicts, folder / "plots", options.lang, names)
    if may_copy() and len(names) != 1:
        with beside(plot_all, *wanted, (2, 2)) as second:
            first = plot_all(*wanted, part=(1, 2))
            notes = (*first.notes, *second.result().notes)
    else:
        notes = plot_all(*wanted).notes
    for note in dict.fromkeys(notes):
        console.line(_("pictures: {note}", note=note))
