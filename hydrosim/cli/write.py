"""Where the commands write, and what: Datasets, tables and proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.io.folder import (
    DESIGN,
    DESIGN_HYDROGRAPHS,
    DESIGN_VALUES,
    EXCEEDANCE,
    FIT_TABLE,
    FITS,
    FLOOD,
    OUTLOOK,
    OUTLOOK_SKILL,
    STANDARDS,
    START,
    TRADEOFF,
    Made,
    result_folder,
    whole_folder,
    write_certificate,
)
from hydrosim.io.netcdf import write_dataset

if TYPE_CHECKING:
    import argparse

    import xarray as xr

    from hydrosim.comparison import Comparison
    from hydrosim.config.schema import Config
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.design import DesignFloods
    from hydrosim.flood.judging import FloodCheck

__all__ = [
    "Target",
    "made_by",
    "out_of",
    "target_of",
    "write_comparison",
    "write_decisive",
    "write_design_floods",
    "write_design_values",
    "write_fits",
    "write_flood",
    "write_outlook",
    "write_outlook_skill",
    "write_start_levels",
    "write_tradeoff",
]


class Target(NamedTuple):
    """The folder into which a command writes, and what is recorded of it there."""

    folder: Path
    made: Made


def out_of(options: argparse.Namespace) -> Path:
    """Return the folder that the user asks for, or that of the config's name."""
    return options.out or Path("results") / f"{options.config.stem}{options.about.suffix}"


def made_by(options: argparse.Namespace) -> Made:
    """Return what a command makes with these options."""
    about = options.about
    return Made(options.command, _given(options, about.narrowing), _given(options, about.widening))


def _given(options: argparse.Namespace, names: tuple[str, ...]) -> list[str]:
    """Return the options that were given, with their values where these are not files."""
    given: list[str] = []
    for name in names:
        value, option = vars(options)[name], f"--{name.replace('_', '-')}"
        if isinstance(value, Path):
            given.append(option)
        elif value:
            given += [f"{option} {one}" for one in (value if isinstance(value, list) else [value])]
    return given


def target_of(options: argparse.Namespace) -> Target:
    """Return where a command writes.

    Raises
    ------
    DataError
        If the folder cannot be written, or holds what may not be replaced.
    """
    made = made_by(options)
    return Target(result_folder(out_of(options), None if options.replace else made), made)


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


def write_design_values(folder: Path, config: Config, check: FloodCheck) -> None:
    """Write ``design_values.nc``: the curves of all sites at the return periods routed or asked."""
    from hydrosim.flood.design_values import design_values

    asked = {years for _criterion, years in check.required()}
    values = design_values(config, check.design, [*{*check.design.return_periods, *asked}])
    if values is not None:
        write_dataset(values, folder / DESIGN_VALUES)


def write_decisive(folder: Path, model: FloodModel, check: FloodCheck) -> xr.Dataset | None:
    """Write ``design_hydrographs.nc``: the design floods that decide on the levels of stores."""
    from hydrosim.flood.decisive import route_decisive

    routed = route_decisive(model, check)
    if routed is not None:
        write_dataset(routed, folder / DESIGN_HYDROGRAPHS)
    return routed


def write_fits(folder: Path, config: Config, design: DesignFloods) -> xr.Dataset | None:
    """Write ``frequency_fits.nc`` and ``.csv`` where curves were fitted to records."""
    from hydrosim.flood.fit_tables import fit_frame, fits_dataset

    fits = fits_dataset(config, design)
    if fits is not None:
        write_dataset(fits, folder / FITS)
        fit_frame(design).to_csv(folder / FIT_TABLE, index=False)
    return fits


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


def write_outlook_skill(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``outlook_skill.nc``, and scores and reliability diagram as CSV."""
    from hydrosim.report.outlook_skill import reliability_frame, skill_frame

    write_dataset(dataset, folder / OUTLOOK_SKILL)
    skill_frame(dataset).to_csv(folder / "outlook_skill.csv", index=False)
    reliability_frame(dataset).to_csv(folder / "outlook_reliability.csv", index=False)


def write_comparison(target: Target, found: Comparison, language: str | None) -> None:
    """Write the tables of a comparison as CSV, and its pictures where a language is given."""
    from hydrosim.comparison.files import write_tables

    with whole_folder(*target) as folder:
        write_tables(found, folder)
        if language is not None:
            from hydrosim.plot.comparison import write_comparison
            from hydrosim.plot.guarantee import write_guarantee

            (folder / "plots").mkdir()
            write_comparison(found.table, found.reference, folder / "plots", language)
            write_guarantee(found.guarantee, folder / "plots", language)
