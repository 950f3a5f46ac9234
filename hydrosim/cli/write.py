"""What the commands write into a folder of results: Datasets, tables and proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.io.folder import (
    DESIGN,
    EXCEEDANCE,
    FLOOD,
    OUTLOOK,
    STANDARDS,
    START,
    TRADEOFF,
    write_certificate,
)
from hydrosim.io.netcdf import write_dataset

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from hydrosim.flood.judging import FloodCheck

__all__ = [
    "write_design_floods",
    "write_flood",
    "write_outlook",
    "write_start_levels",
    "write_tradeoff",
]


def write_flood(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``flood.nc``, the tables of peaks as CSV, and ``certificate.json``."""
    from hydrosim.report.flood import flood_frames

    write_dataset(dataset, folder / FLOOD)
    for name, frame in flood_frames(dataset).items():
        frame.to_csv(folder / f"flood_{name}.csv", index=False)
    write_certificate(folder, dataset)


def write_design_floods(folder: Path, check: FloodCheck) -> None:
    """Write ``design_floods.nc``, the verdicts, and the return periods reached as CSV."""
    from hydrosim.standards.board import write_verdicts

    write_dataset(check.dataset, folder / DESIGN)
    write_verdicts(check.verdicts, folder)
    check.table().to_csv(folder / STANDARDS, index=False)


def write_start_levels(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``start_levels.nc`` and ``flood_exceedance.csv``."""
    from hydrosim.report.start_levels import start_level_frame

    write_dataset(dataset, folder / START)
    start_level_frame(dataset).to_csv(folder / EXCEEDANCE, index=False)


def write_tradeoff(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``tradeoff.nc`` and ``tradeoff.csv``."""
    from hydrosim.report.tradeoff import tradeoff_frame

    write_dataset(dataset, folder / TRADEOFF)
    tradeoff_frame(dataset).to_csv(folder / "tradeoff.csv", index=False)


def write_outlook(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``outlook.nc`` and ``outlook.csv``."""
    from hydrosim.report.outlook import outlook_frame

    write_dataset(dataset, folder / OUTLOOK)
    outlook_frame(dataset).to_csv(folder / "outlook.csv", index=False)
