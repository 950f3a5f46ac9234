"""All pictures by name, drawn and written: for ``run`` and for ``hydrosim plot``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.errors import DataError, nearest
from hydrosim.locale import Message, Phrase, _, values_in
from hydrosim.plot import (
    accounts,
    ensemble,
    flood_basins,
    flood_channels,
    flood_exceedance,
    flood_frequency,
    flood_network,
    flood_stores,
    flow_duration,
    frequency_fit,
    groundwater,
    lake,
    network_map,
    outlook,
    reliability,
    shortage,
    storage,
    supply,
    tradeoff,
    verdicts,
    wet_dry,
    whose_water,
)
from hydrosim.plot.files import PNG, Form, write_figure
from hydrosim.plot.fonts import missing_noted_once
from hydrosim.plot.style import drawing
from hydrosim.plot.text import PLOTS
from hydrosim.reading.flood import events_drawn, is_flood
from hydrosim.reading.items import one_run

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from matplotlib.figure import Figure

    from hydrosim.locale import Language

    Pages = Callable[[xr.Dataset, Language], list[Figure]]

__all__ = [
    "FLOOD_PLOT_NAMES",
    "PLOT_NAMES",
    "Drawn",
    "figures_of",
    "plot_all",
    "plot_figures",
    "plot_file",
]

_PAGES: dict[str, Pages] = {
    "network": network_map.pages,
    "storages": storage.pages,
    "lake_level": lake.pages,
    "groundwater_depth": groundwater.pages,
    "supply": supply.pages,
    "shortage": shortage.pages,
    "flow_duration": flow_duration.pages,
    "wet_dry": wet_dry.pages,
    "whose_water": whose_water.pages,
    "accounts": accounts.pages,
}
_FIRST_OF: dict[str, Callable[[int], Message]] = {
    "scenario": lambda count: _("drawn: the first of {count} scenarios", count=count),
    "member": lambda count: _("drawn: the first of {count} members", count=count),
}
_FLOOD_PAGES: dict[str, Pages] = {
    "flood_network": flood_network.pages,
    "flood_stores": flood_stores.pages,
    "flood_channels": flood_channels.pages,
    "flood_basins": flood_basins.pages,
    "flood_frequency": flood_frequency.pages,
    "design_stores": flood_stores.design_pages,
}
_OTHER_PAGES: dict[str, Pages] = {
    "tradeoff": tradeoff.pages,
    "flood_exceedance": flood_exceedance.pages,
    "frequency_fit": frequency_fit.pages,
    "outlook": outlook.pages,
    "ensemble": ensemble.pages,
    "reliability": reliability.pages,
}
_BESIDE = {
    "flood_frequency": "design_floods.nc",
    "design_stores": "design_hydrographs.nc",
    "frequency_fit": "frequency_fits.nc",
}
"""Pictures of floods that are drawn from another file than ``flood.nc``."""
_MAIN = ("results.nc", "flood.nc", "outlook.nc", "outlook_skill.nc", "tradeoff.nc", "ensemble.nc")
"""Files of results that are drawn, the first of a folder."""
PLOT_NAMES: tuple[str, ...] = (*_PAGES, "verdicts")
FLOOD_PLOT_NAMES: tuple[str, ...] = (*_FLOOD_PAGES, "frequency_fit", "verdicts")


@dataclass(frozen=True)
class Drawn:
    """What was drawn.

    Parameters
    ----------
    files
        The pictures written.
    notes
        A sentence for each picture that was left out.
    """

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = field(default=())


def plot_all(
    dataset: xr.Dataset,
    verdicts_of_run: Sequence[verdicts.Judged | Mapping[str, Any]],
    folder: str | os.PathLike[str],
    language: str = "en",
    names: Sequence[str] = (),
    part: tuple[int, int] = (1, 1),
    form: Form = PNG,
) -> Drawn:
    """Write the pictures of a run as files; each file appears whole or not at all.

    A picture whose variables the run did not record is left out with a note.

    Parameters
    ----------
    dataset
        Result; of an ensemble the first scenario and member are drawn, with a note.
    verdicts_of_run
        Verdicts, or the dictionaries of a verdicts.json; without any there is no board.
    folder
        Where the files go; it is made when absent.
    language
        "en" or "zh".
    names
        Pictures wanted (PLOT_NAMES, of floods FLOOD_PLOT_NAMES); all without it.
    part
        Which part of them, of how many: ``(2, 2)`` draws the second half.
    form
        PNG, SVG or PDF, and the resolution.

    Raises
    ------
    DataError
        If a name or the language is unknown, or no font carries the language.
    """
    known = _known(names, dataset)
    number, parts = part
    wanted = known[(number - 1) * len(known) // parts : number * len(known) // parts]
    target = Path(folder)
    notes: list[str] = []
    dataset = _first_run(dataset, notes)
    # Of a flood all it has data for is drawn; only pictures asked for by name leave a note.
    quiet = is_flood(dataset) and not names
    files: list[Path] = []
    with drawing(language) as spoken, missing_noted_once(notes):
        target.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            try:
                figures = figures_of(name, dataset, verdicts_of_run, spoken)
            except DataError as problem:
                if quiet:
                    continue
                notes.append(_("{picture} left out: {reason}", picture=name, reason=problem.found))
                continue
            if not figures and not quiet:
                notes.append(_("{picture} left out: nothing to show", picture=name))
            for number, figure in enumerate(figures, start=1):
                file = target / (f"{name}.png" if number == 1 else f"{name}_{number}.png")
                files.append(write_figure(figure, file, form))
    return Drawn(tuple(files), tuple(notes))


def figures_of(
    name: str,
    dataset: xr.Dataset,
    verdicts_of_run: Sequence[verdicts.Judged | Mapping[str, Any]],
    language: Language,
) -> list[Figure]:
    """Return the pages of a picture, drawn inside :func:`hydrosim.plot.style.drawing`.

    Parameters
    ----------
    name
        Name of the picture.
    dataset
        Result of one scenario and member.
    verdicts_of_run
        Verdicts, for their board.
    language
        "en" or "zh".
    """
    if name == "verdicts":
        return verdicts.pages(verdicts_of_run, language)
    return {**_PAGES, **_FLOOD_PAGES, **_OTHER_PAGES}[name](dataset, language)


def plot_file(
    results: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    folder: str | os.PathLike[str] | None = None,
    language: str = "en",
    form: Form = PNG,
) -> Drawn:
    """Draw the pictures of a saved run.

    Parameters
    ----------
    results
        The file results.nc or flood.nc, or the folder that holds it; verdicts.json beside it is
        used.
    names
        Pictures wanted (PLOT_NAMES, of floods FLOOD_PLOT_NAMES); all without it.
    folder
        Where the files go; the folder ``plots`` beside the results without it.
    language
        "en" or "zh".
    form
        PNG, SVG or PDF, and the resolution.

    Raises
    ------
    DataError
        If there is no such file, or as for :func:`plot_all`.
    """
    import xarray as xr

    file = Path(results)
    if file.is_dir():
        there = (file / name for name in _MAIN)
        file = next((one for one in there if one.exists()), file / _MAIN[0])
    if not file.exists():
        raise DataError(
            str(results), found=_("no such file"), expected=_("results.nc of a run, or its folder")
        )
    judged = file.with_name("verdicts.json")
    content: list[dict[str, Any]] = (
        json.loads(judged.read_text(encoding="utf-8")) if judged.exists() else []
    )
    target = Path(folder) if folder is not None else file.parent / "plots"
    with xr.open_dataset(file, decode_timedelta=True) as dataset:
        drawn = plot_all(dataset, content, target, language, names, form=form)
    for picture, name in _BESIDE.items() if file.name == "flood.nc" else ():
        beside = file.with_name(name)
        if not beside.exists() or (names and picture not in names):
            continue
        with xr.open_dataset(beside, decode_timedelta=True) as dataset:
            more = plot_all(dataset, [], target, language, [picture], form=form)
        kept = tuple(note for note in drawn.notes if picture not in values_in(note))
        notes = tuple(note for note in more.notes if not _says_part(note))
        drawn = Drawn((*drawn.files, *more.files), (*kept, *notes))
    return drawn


def _says_part(note: str) -> bool:
    """Whether a note says that the largest of the floods are drawn."""
    return isinstance(note, Phrase) and "drawn" in note.values


def _known(names: Sequence[str], dataset: xr.Dataset) -> tuple[str, ...]:
    valid = FLOOD_PLOT_NAMES if is_flood(dataset) else PLOT_NAMES
    valid = ("tradeoff",) if "rise" in dataset.dims else valid
    valid = ("outlook",) if "warning" in dataset.dims else valid
    valid = ("reliability",) if reliability.is_skill(dataset) else valid
    valid = ("flood_exceedance",) if flood_exceedance.is_start_levels(dataset) else valid
    valid = ("frequency_fit",) if frequency_fit.is_fits(dataset) else valid
    valid = ("ensemble",) if ensemble.is_ensemble(dataset) else valid
    for name in names:
        if name not in valid:
            raise DataError(
                PLOTS,
                found=repr(name),
                expected=_("one of {valid}", valid=", ".join(valid)),
                nearest=nearest(name, valid),
            )
    return tuple(names) or valid


def _first_run(dataset: xr.Dataset, notes: list[str]) -> xr.Dataset:
    if ensemble.is_ensemble(dataset):
        return dataset
    for dim in ("scenario", "member"):
        if dataset.sizes.get(dim, 1) > 1:
            notes.append(_FIRST_OF[dim](dataset.sizes[dim]))
            dataset = dataset.isel({dim: [0]})
    if is_flood(dataset) and len(drawn := events_drawn(dataset)) < dataset.sizes["event"]:
        if "time" in dataset.dims:
            notes.append(
                _("drawn in full: {drawn} of {all} floods, the largest",
                  drawn=len(drawn), all=dataset.sizes["event"])
            )  # fmt: skip
    return one_run(dataset)


def plot_figures(
    figures: Callable[[str, Language], list[Figure]],
    names: Sequence[str],
    folder: Path,
    language: str = "en",
    form: Form = PNG,
) -> Drawn:
    """Write pictures that a function draws as files.

    Parameters
    ----------
    figures
        Returns the pages of a picture by its name and the language.
    names
        The pictures.
    folder
        Where the files go; it is made when absent.
    language
        "en" or "zh".
    form
        PNG, SVG or PDF, and the resolution.
    """
    notes: list[str] = []
    files: list[Path] = []
    with drawing(language) as spoken, missing_noted_once(notes):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            for number, figure in enumerate(figures(name, spoken), start=1):
                file = folder / (f"{name}.png" if number == 1 else f"{name}_{number}.png")
                files.append(write_figure(figure, file, form))
    return Drawn(tuple(files), tuple(notes))
