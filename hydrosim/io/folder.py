"""The folder of results: checked before a run, and written all at once: a part never looks whole.

Only a folder that is empty or holds results is replaced, and only by the same command, and by a
run that is narrowed by an option (one event, one store, a changed key) only where its results were
narrowed in the same way. ``made_by.json`` says what a folder was made by.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.errors import DataError
from hydrosim.io.bounded import followed, refuse_special
from hydrosim.io.json_file import json_of
from hydrosim.io.lock import only_writer
from hydrosim.io.manifest import MANIFEST, refuse_damaged, write_manifest
from hydrosim.locale import _, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = [
    "Made",
    "check_replaced",
    "picture_folder",
    "refuse_other_results",
    "result_folder",
    "results_file",
    "whole_folder",
    "write_certificate",
    "write_made_by",
    "writing_results",
]

RESULTS = "results.nc"
FLOOD = "flood.nc"
TRADEOFF = "tradeoff.nc"
OUTLOOK = "outlook.nc"
OUTLOOK_SKILL = "outlook_skill.nc"
START = "start_levels.nc"
EXCEEDANCE = "flood_exceedance.csv"
DESIGN = "design_floods.nc"
DESIGN_VALUES = "design_values.nc"
DESIGN_HYDROGRAPHS = "design_hydrographs.nc"
COMPARISON = "comparison.csv"
ABOUT = "comparison.json"
CHANGED = "changed_verdicts.csv"
DRY_YEARS = "dry_years.csv"
GUARANTEE = "guarantee_in_dry_years.csv"
STANDARDS = "flood_standards.csv"
FITS = "frequency_fits.nc"
FIT_TABLE = "frequency_fits.csv"
MADE_BY = "made_by.json"
REPORT = "report"
"""Folder of the report in that of the results."""
PLOTS = "plots"
COMPARISON_FOLDER = "comparison"
"""Folders of pictures, and of the comparison of scenarios."""
SCENARIOS = "scenarios.json"
ENSEMBLE = "ensemble.nc"
MAIN_FILES = {
    SCENARIOS: "run",
    RESULTS: "run",
    FLOOD: "flood",
    TRADEOFF: "tradeoff",
    OUTLOOK: "outlook",
    OUTLOOK_SKILL: "outlook",
    COMPARISON: "compare",
    ENSEMBLE: "ensemble",
}
"""Which command has made a folder that does not say so itself: by its main file."""
WRITTEN = frozenset(
    (
        RESULTS,
        "verdicts.json",
        "verdicts.csv",
        "certificate.json",
        PLOTS,
        REPORT,
        FLOOD,
        TRADEOFF,
        "tradeoff.csv",
        OUTLOOK,
        "outlook.csv",
        OUTLOOK_SKILL,
        "outlook_skill.csv",
        "outlook_reliability.csv",
        COMPARISON,
        ABOUT,
        CHANGED,
        DRY_YEARS,
        GUARANTEE,
        DESIGN,
        DESIGN_VALUES,
        DESIGN_HYDROGRAPHS,
        "flood_stores.csv",
        "flood_channels.csv",
        "flood_basins.csv",
        STANDARDS,
        FITS,
        FIT_TABLE,
        START,
        EXCEEDANCE,
        MADE_BY,
        MANIFEST,
    )
)
MOST_NAMES = 3
LONGEST_WORD = 60


@dataclass(frozen=True)
class Made:
    """By which command results are made, and which options narrow or widen them.

    Parameters
    ----------
    command
        Name of the command, such as ``flood``.
    narrowed
        Options that leave out a part of what the command makes, such as ``--event august_1963``.
    widened
        Options that add a part.
    """

    command: str
    narrowed: list[str] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = (
            word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}..."
            for word in (*self.narrowed, *self.widened)
        )  # fmt: skip
        return f"`{' '.join(('hydrosim', self.command, *words))}`"

    def may_replace(self, earlier: Made) -> bool:
        """Whether results that were made earlier have nothing that these leave out."""
        return (
            self.command == earlier.command
            and self.narrowed in ([], earlier.narrowed)
            and set(earlier.widened) <= set(self.widened)
        )


def result_folder(target: Path, made: Made | None = None) -> Path:
    """Return the place where a run may write its folder, with all links followed.

    Parameters
    ----------
    target
        The folder.
    made
        What will be written; None replaces any results.

    Raises
    ------
    DataError
        If nothing can be written there, or the folder holds what no run has written, or results
        that these may not replace.
    """
    folder = followed(target)
    if _runs_in(folder):
        raise DataError(
            str(target),
            found=_("the folder in which the command runs, or one above it"),
            expected=_("a folder that can be replaced as a whole, such as results/city"),
        )
    _writable(target, folder)
    if folder.is_dir():
        foreign = sorted(path.name for path in folder.iterdir() if path.name not in WRITTEN)
        if foreign:
            shown, more = foreign[:MOST_NAMES], ["..."] if len(foreign) > MOST_NAMES else []
            raise DataError(
                str(target),
                found=_("a folder with other files: {names}", names=listed([*shown, *more])),
                expected=_("a new folder, an empty one, or one that an earlier run has written"),
            )
    if made is not None:
        check_replaced(target, made)
    return folder


def _runs_in(folder: Path) -> bool:
    """Return whether the command runs in a folder, or below it; a deleted folder is nowhere."""
    try:
        return Path.cwd().is_relative_to(folder)
    except FileNotFoundError:
        return False


def check_replaced(target: Path, made: Made) -> None:
    """Refuse to replace results of another command, or whole results by a part.

    Raises
    ------
    DataError
        If the folder holds such results.
    """
    earlier = _made_by(target)
    if earlier is not None and not made.may_replace(earlier):
        raise DataError(
            str(target),
            found=_(
                "results of {earlier}, which those of {command} would replace",
                earlier=str(earlier),
                command=str(made),
            ),
            expected=_("another folder (--out DIR), or --replace to give up what is there"),
        )


def _made_by(folder: Path) -> Made | None:
    """Return what a folder of results says it was made by, else what its files tell."""
    try:
        return _made(json_of(folder / MADE_BY))
    except (OSError, ValueError, TypeError):
        found = (command for name, command in MAIN_FILES.items() if (folder / name).is_file())
        return next(map(Made, found), None)


def refuse_other_results(folder: Path, results: Path) -> None:
    """Refuse a folder of other results for the report of some.

    Raises
    ------
    DataError
        If the folder holds results, and not those of the report.
    """
    own = results if results.is_dir() else results.parent
    earlier = _made_by(folder)
    if earlier is not None and folder.resolve() != own.resolve():
        raise DataError(
            str(folder),
            found=_("other results, of {earlier}", earlier=str(earlier)),
            expected=_("a folder of its own for the report"),
        )


def _made(content: Any) -> Made:
    """Return what a file says that results were made by.

    Raises
    ------
    ValueError, TypeError
        If it says something else.
    """
    made = Made(**content)
    words = (made.command, *made.narrowed, *made.widened)
    if not all(isinstance(word, str) for word in words):
        raise ValueError(MADE_BY)
    return made


def write_made_by(folder: Path, made: Made | None) -> None:
    """Write what results are made by; without it nothing."""
    if made is not None:
        text = json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n"
        (folder / MADE_BY).write_text(text, encoding="utf-8")


def picture_folder(target: Path) -> Path:
    """Return a folder into which pictures may be written.

    Raises
    ------
    DataError
        If nothing can be written there.
    """
    _writable(target, followed(target))
    return target


def _writable(target: Path, folder: Path) -> None:
    """Refuse a folder that cannot be made or written."""
    expected = _("a folder that can be written")
    if folder.exists() and not folder.is_dir():
        raise DataError(str(target), found=_("a file"), expected=expected)
    above = folder
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        found = _("the file {name!r} on the way", name=above.name)
        raise DataError(str(target), found=found, expected=expected)
    if not os.access(above, os.W_OK | os.X_OK):
        found = _("no write permission in {folder}", folder=above)
        raise DataError(str(target), found=found, expected=expected)


def results_file(path: Path) -> Path:
    """Return the results file of a run, given itself or its folder.

    Raises
    ------
    DataError
        If there is none, or it is not what a run has written.
    """
    import xarray as xr

    expected = _(
        "{results} of a run, {floods} of floods, or a folder of one", results=RESULTS, floods=FLOOD
    )
    file = path / RESULTS if path.is_dir() else path
    if path.is_dir() and not file.exists() and (path / FLOOD).exists():
        file = path / FLOOD
    if not file.exists():
        found = _("a folder without {results} and {floods}", results=RESULTS, floods=FLOOD)
        found = found if path.is_dir() else _("no such file")
        raise DataError(str(path), found=found, expected=expected)
    refuse_special(file, expected)
    judged = file.with_name("verdicts.json")
    refuse_damaged(file, judged)
    try:
        with xr.open_dataset(file) as dataset:
            certified = "certificate" in dataset.attrs
    except (OSError, ValueError):
        found = _("a file that is not netCDF")
        raise DataError(str(path), found=found, expected=expected) from None
    if not certified:
        found = _("netCDF that no run has written")
        raise DataError(str(path), found=found, expected=expected)
    try:
        if judged.exists():
            json_of(judged)
    except (OSError, ValueError) as error:
        raise DataError(
            str(judged), found=str(error), expected=_("the verdicts of a run")
        ) from None
    return file


@contextmanager
def whole_folder(target: Path, made: Made | None = None) -> Iterator[Path]:
    """Give a hidden folder to write into; it takes the place of ``target`` at the end.

    A run that is killed leaves at most hidden folders, which the next one takes away.

    Raises
    ------
    DataError
        If another command is writing there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with only_writer(target):
        _clear_leftovers(target)
        partial = _hidden(target, ".part")
        try:
            partial.chmod(0o755)
            write_made_by(partial, made)
            yield partial
            write_manifest(partial)
            if target.exists():
                old = _hidden(target, ".old")
                target.replace(old / target.name)
                partial.replace(target)
                shutil.rmtree(old, ignore_errors=True)
            else:
                partial.replace(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _hidden(target: Path, ending: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=ending, dir=target.parent))


def _clear_leftovers(target: Path) -> None:
    """Take away what killed runs have left; results that were already set aside come back."""
    name = re.escape(target.name)
    left = re.compile(rf"\.{name}\.[a-z0-9_]{{8}}\.(part|old)")
    for path in sorted(target.parent.iterdir()):
        if left.fullmatch(path.name) is None:
            continue
        if path.suffix == ".old" and not target.exists() and (path / target.name).exists():
            (path / target.name).replace(target)
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing_results(target: Path, dataset: xr.Dataset, made: Made | None = None) -> Iterator[Path]:
    """Give a hidden folder as :func:`whole_folder`, with ``results.nc`` and ``certificate.json``.

    The results are written while the body adds to the folder; all is there at its end.
    """
    from hydrosim.io.netcdf import write_dataset
    from hydrosim.io.parallel import beside

    writing = (write_dataset, dataset)
    with whole_folder(target, made) as partial, beside(*writing, partial / RESULTS):
        write_certificate(partial, dataset)
        yield partial


def write_certificate(folder: Path, dataset: xr.Dataset) -> None:
    """Write ``certificate.json``: the proof of the balance."""
    certificate = json.loads(dataset.attrs["certificate"])
    text = json.dumps(certificate, ensure_ascii=False, indent=1) + "\n"
    (folder / "certificate.json").write_text(text, encoding="utf-8")
