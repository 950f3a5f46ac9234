"""What the report of a folder of results is made from: its kind, its content, its pictures."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.handout.drawn import draw_figures, draw_pictures
from hydrosim.io.folder import (
    ABOUT,
    CHANGED,
    COMPARISON,
    DESIGN,
    DESIGN_HYDROGRAPHS,
    DESIGN_VALUES,
    DRY_YEARS,
    ENSEMBLE,
    FLOOD,
    GUARANTEE,
    OUTLOOK,
    OUTLOOK_SKILL,
    RESULTS,
    SCENARIOS,
    STANDARDS,
    TRADEOFF,
    results_file,
)
from hydrosim.io.json_file import json_of
from hydrosim.io.manifest import MANIFEST, refuse_damaged, sum_of, sums_in
from hydrosim.io.netcdf import open_results
from hydrosim.io.parallel import beside, may_copy
from hydrosim.locale import _, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

    from hydrosim.handout.model import Picture, Report
    from hydrosim.handout.run import RunResult
    from hydrosim.handout.scenarios import ScenarioResult
    from hydrosim.locale import Language
    from hydrosim.report.flood_planning import FloodResults

    Figures = Callable[[str, Language], list[Figure]]
    _Made = tuple[Report, Sequence[str]]

__all__ = ["Content", "content_of", "draw_run", "flood_results",
    "main_file", "result_of", "several_figures",
]  # fmt: skip


class Content(NamedTuple):
    """A report, notes on what is wrong with its pictures, and the folder of the results."""

    report: Report
    notes: Sequence[str]
    folder: Path


def content_of(
    results: Path,
    formats: Sequence[str],
    language: Language,
    progress: Callable[[float], None] | None = None,
) -> Content:
    """Return the report of results of any kind.

    Parameters
    ----------
    results
        A folder of results, or the main file of one.
    formats
        Forms that will be written; they say which pictures are drawn.
    language
        "en" or "zh".
    progress
        Called with the done share of the pictures of a run, which take longest.

    Raises
    ------
    DataError
        If there are no such results, or files of them are missing or damaged.
    """
    file = main_file(results)
    make = _MAKERS.get(file.name)
    if make is None:
        report, notes = _of_run_or_flood(file, formats, language, progress)
    else:
        report, notes = make(file, formats, language)
    return Content(report, notes, file.parent)


def main_file(results: Path) -> Path:
    """Return the file that says what results are of.

    Parameters
    ----------
    results
        A folder of results, or the main file of one.

    Raises
    ------
    DataError
        If there are no such results.
    """
    if results.is_dir():
        there = (results / name for name in _ORDER)
        found = next((file for file in there if file.exists()), None)
        return results_file(results) if found is None else found
    if results.name in _ORDER and results.exists():
        return results
    return results_file(results)


def result_of(folder: Path, dataset: xr.Dataset) -> RunResult:
    """Return what a run has left in a folder beside its result: verdicts, check sums.

    Parameters
    ----------
    folder
        The folder.
    dataset
        The result.
    """
    from hydrosim.handout.run import RunResult

    return RunResult(dataset, _verdicts_in(folder), sums_in(folder / MANIFEST) or {})


def _verdicts_in(folder: Path) -> list[dict[str, Any]]:
    judged = folder / "verdicts.json"
    return json.loads(judged.read_text(encoding="utf-8")) if judged.exists() else []


def draw_run(
    dataset: xr.Dataset,
    formats: Sequence[str],
    language: Language,
    plots: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[Picture], list[str]]:
    """Draw the pictures of a run, half of them in a copy of this process.

    Parameters
    ----------
    dataset
        The result.
    formats
        Forms of the report.
    language
        "en" or "zh".
    plots
        A folder with the same pictures as PNG, which are taken from there.
    progress
        Called with the done share in [0, 1].
    """
    from hydrosim.handout.run import PICTURES
    from hydrosim.reading.items import one_run

    if not {"html", "docx"} & set(formats):
        return [], []
    run = one_run(dataset)
    if not may_copy():
        return draw_pictures(run, PICTURES, language, formats, plots, progress)
    first, last = PICTURES[::2], PICTURES[1::2]
    with beside(draw_pictures, run, last, language, formats, plots) as second:
        pictures, notes = draw_pictures(run, first, language, formats, plots, progress)
        more, further = second.result()
    return [*pictures, *more], list(dict.fromkeys([*notes, *further]))


def _loaded(file: Path) -> xr.Dataset:
    with open_results(file) as opened:
        return opened.load()


def _of_run_or_flood(
    file: Path,
    formats: Sequence[str],
    language: Language,
    progress: Callable[[float], None] | None = None,
) -> _Made:
    """Return the report of a run or of floods."""
    results_file(file)
    dataset = _loaded(file)
    if dataset.attrs.get("engine") == "flood":
        return _of_flood(file.parent, dataset, formats, language)
    from hydrosim.handout.run import run_report

    pictures, notes = draw_run(dataset, formats, language, progress=progress)
    return run_report(result_of(file.parent, dataset), pictures, language), notes


def _of_flood(
    folder: Path, dataset: xr.Dataset, formats: Sequence[str], language: Language
) -> _Made:
    """Return the report of a folder of floods."""
    import pandas as pd

    from hydrosim.handout.flood import PICTURES, FloodResult, flood_report

    planned = flood_results(folder, dataset)
    held: dict[str, xr.Dataset] = {FLOOD: dataset}
    for name, one in ((DESIGN, planned.design), (DESIGN_HYDROGRAPHS, planned.hydrographs)):
        held |= {name: one} if one is not None else {}
    held |= {
        name: _loaded(folder / name)
        for name in PICTURES if name not in held and (folder / name).exists()
    }  # fmt: skip
    pictures: list[Picture] = []
    notes: list[str] = []
    for name, found in held.items():
        more, further = draw_pictures(found, PICTURES.get(name, ()), language, formats)
        pictures += more
        notes += further
    standards = folder / STANDARDS
    table = pd.read_csv(standards) if standards.exists() else None
    result = FloodResult(
        planned, _verdicts_in(folder), sums_in(folder / MANIFEST) or {}, table
    )  # fmt: skip
    return flood_report(result, pictures, language), list(dict.fromkeys(notes))


def flood_results(folder: Path, floods: xr.Dataset | None = None) -> FloodResults:
    """Return what `hydrosim flood` has left in a folder.

    Parameters
    ----------
    folder
        The folder.
    floods
        The floods of the configuration, where they are loaded already.

    Raises
    ------
    DataError
        If a file is damaged.
    """
    from hydrosim.report.flood_planning import FloodResults

    names = (DESIGN, DESIGN_VALUES, DESIGN_HYDROGRAPHS)
    refuse_damaged(*(folder / name for name in (FLOOD, *names) if (folder / name).exists()))
    first = _loaded(folder / FLOOD) if floods is None else floods
    return FloodResults(
        first, *(_loaded(folder / name) if (folder / name).exists() else None for name in names)
    )


def _of_one_file(file: Path, formats: Sequence[str], language: Language) -> _Made:
    """Return the report of an outlook, of outlooks of the past, of a sweep or of an ensemble."""
    from hydrosim.handout.ahead import outlook_report, skill_report, tradeoff_report
    from hydrosim.handout.ensemble import ensemble_report

    picture, make = {
        OUTLOOK: ("outlook", outlook_report),
        OUTLOOK_SKILL: ("reliability", skill_report),
        TRADEOFF: ("tradeoff", tradeoff_report),
        ENSEMBLE: ("ensemble", ensemble_report),
    }[file.name]
    dataset = _loaded(file)
    pictures, notes = draw_pictures(dataset, [picture], language, formats)
    return make(dataset, pictures, sums_in(file.parent / MANIFEST) or {}, language), notes


def _of_scenarios(file: Path, formats: Sequence[str], language: Language) -> _Made:
    """Return the report of a folder of scenarios, of those that are done."""
    from hydrosim.handout.scenarios import ScenarioResult, scenarios_report
    from hydrosim.report.planning import Run
    from hydrosim.scenarios.folder import scenario_axes

    folder = file.parent
    axes = scenario_axes(folder)
    for name in axes:
        refuse_damaged(folder / name / RESULTS, folder / name / "verdicts.json")
    sums = {f"{name}/{RESULTS}": sum_of(folder / name / RESULTS) for name in axes}
    with ExitStack() as opened:
        # Read as asked for: all of many long runs would not fit into memory.
        runs = {
            name: Run(own, opened.enter_context(open_results(folder / name / RESULTS)))
            for name, own in axes.items()
        }
        verdicts = {name: _verdicts_in(folder / name) for name in axes}
        result = ScenarioResult(runs, verdicts, sums)
        pictures, notes = draw_figures(_scenario_figures(result), ["scenarios"], language, formats)
        return scenarios_report(result, pictures, language), notes


def _scenario_figures(result: ScenarioResult) -> Figures:
    """Return what draws the picture of a set of scenarios."""
    from hydrosim.handout.scenarios import figure_frame, outcome_frame
    from hydrosim.plot.scenarios import pages

    return lambda _name, spoken: pages(figure_frame(result), outcome_frame(result), spoken)


def _comparison_figures(folder: Path) -> Figures:
    """Return what draws the pictures of a comparison, ``comparison`` and ``guarantee``."""
    from hydrosim.plot import comparison, guarantee

    refuse_damaged(*(folder / name for name in (COMPARISON, GUARANTEE, ABOUT)))
    table, kept = _frame(folder / COMPARISON), _frame(folder / GUARANTEE)
    reference = str(json_of(folder / ABOUT)["reference"])

    def figures(name: str, spoken: Language) -> list[Figure]:
        if name == "guarantee":
            return guarantee.pages(kept, spoken)
        return comparison.pages(table, reference, spoken)

    return figures


def several_figures(file: Path) -> tuple[Figures, tuple[str, ...]] | None:
    """Return what draws the pictures of several runs, and their names; None of other results.

    Parameters
    ----------
    file
        The main file of results, ``scenarios.json`` or ``comparison.csv``.

    Raises
    ------
    DataError
        If files of the results are missing or damaged.
    """
    if file.name == COMPARISON:
        return _comparison_figures(file.parent), ("comparison", "guarantee")
    if file.name != SCENARIOS:
        return None
    from hydrosim.handout.scenarios import ScenarioResult
    from hydrosim.report.planning import Run
    from hydrosim.scenarios.folder import scenario_axes

    runs, verdicts = {}, {}
    for name, axes in scenario_axes(file.parent).items():
        folder = file.parent / name
        refuse_damaged(folder / RESULTS, folder / "verdicts.json")
        runs[name] = Run(axes, _loaded(folder / RESULTS))
        verdicts[name] = _verdicts_in(folder)
    return _scenario_figures(ScenarioResult(runs, verdicts, {})), ("scenarios",)


def _of_comparison(file: Path, formats: Sequence[str], language: Language) -> _Made:
    """Return the report of a comparison."""
    from hydrosim.handout.compared import ComparedResult, comparison_report

    folder = file.parent
    names = [file.name, DRY_YEARS, GUARANTEE, CHANGED, ABOUT]
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        raise DataError(
            str(folder),
            found=_("a comparison without {names}", names=listed(missing)),
            expected=_("the folder that `hydrosim compare --out` writes"),
        )
    refuse_damaged(*(folder / name for name in names))
    table, dry, kept, changed = (_frame(folder / name) for name in names[:-1])
    sums = sums_in(folder / MANIFEST) or {}
    result = ComparedResult(json_of(folder / ABOUT), table, dry, kept, changed, sums)
    figures = _comparison_figures(folder)
    pictures, notes = draw_figures(figures, ["comparison", "guarantee"], language, formats)
    return comparison_report(result, pictures, language), notes


_TEXTS = ("figure", "title", "title_zh", "unit", "run", "use")


def _frame(file: Path) -> pd.DataFrame:
    """Read a table of a comparison: names stay texts, numbers keep all digits."""
    import pandas as pd

    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    for name in frame.columns if file.name != CHANGED else ():
        if name in _TEXTS:
            continue
        texts = frame[name].tolist()
        if texts and set(texts) <= {"True", "False"}:
            frame[name] = [text == "True" for text in texts]
        else:
            frame[name] = pd.Series([float(text or "nan") for text in texts], dtype=float)
    return frame


_MAKERS: dict[str, Callable[[Path, Sequence[str], Language], _Made]] = {
    SCENARIOS: _of_scenarios,
    OUTLOOK: _of_one_file,
    OUTLOOK_SKILL: _of_one_file,
    TRADEOFF: _of_one_file,
    ENSEMBLE: _of_one_file,
    COMPARISON: _of_comparison,
}
"""What makes the report, by the main file of the results; of runs and floods another does."""
_ORDER = (SCENARIOS, RESULTS, FLOOD, OUTLOOK, OUTLOOK_SKILL, TRADEOFF, ENSEMBLE, COMPARISON)
"""The main files in the order in which they are looked for."""
