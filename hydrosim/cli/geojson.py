"""The command `geojson`: the network of results for maps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE
from hydrosim.locale import _, listed

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from hydrosim.cli.console import Console

__all__ = ["geojson"]

MOST_NAMED = 12


def geojson(options: argparse.Namespace, console: Console) -> int:
    """Write nodes and links of results with what they brought and how they were judged."""
    from hydrosim.io.folder import results_file
    from hydrosim.io.netcdf import open_results
    from hydrosim.io.whole_file import write_whole_bytes
    from hydrosim.report.geojson import geojson_of

    file = results_file(options.results)
    judged = file.with_name("verdicts.json")
    verdicts = json.loads(judged.read_text(encoding="utf-8")) if judged.exists() else []
    with open_results(file) as dataset:
        made = geojson_of(dataset, verdicts)
    target: Path = options.out or _beside(file)
    write_whole_bytes(target, made.text.encode())
    console.line(target)
    if made.unplaced:
        more = len(made.unplaced) - MOST_NAMED
        names = [*made.unplaced[:MOST_NAMED], *[_("{count} more", count=more)] * (more > 0)]
        console.complain(
            _("nodes without coordinates, with no geometry: {names}", names=listed(names))
        )
    return FINE


def _beside(file: Path) -> Path:
    """Return the file beside the folder of results, which a run may replace."""
    from hydrosim.io.bounded import followed

    return file.parent.with_name(f"{followed(file.parent).name}.geojson")
