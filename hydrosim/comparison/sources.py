"""What can be compared: results, folders of runs, of scenarios and of ensembles, and Datasets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from hydrosim.ensemble.reduce import OUTCOME_CODES
from hydrosim.ensemble.store import FORM, RESULT, open_ensemble
from hydrosim.errors import DataError
from hydrosim.io.bounded import followed
from hydrosim.io.folder import RESULTS, results_file
from hydrosim.io.json_file import json_of
from hydrosim.io.manifest import refuse_damaged
from hydrosim.locale import _
from hydrosim.scenarios.figures import TABLES
from hydrosim.scenarios.folder import is_scenario_folder, read_scenarios
from hydrosim.scenarios.stack import year_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["NAMES", "Judged", "Side", "read_sides"]

NAMES = ("subject", "quantity", "subject_zh", "quantity_zh")
HEADER = ("hydrosim_version", "step", "mode", "seed")


class Judged(NamedTuple):
    """A verdict of a side: who and what, the outcome in words, the share of members passing.

    ``required`` is in the verdict's unit, nan where nothing is.
    """

    subject: str
    quantity: str
    outcome: str
    share: float
    subject_zh: str = ""
    quantity_zh: str = ""
    required: float = float("nan")


@dataclass
class Side:
    """One run, scenario or ensemble of a scenario.

    Parameters
    ----------
    name
        How it is called in the comparison.
    tables
        Year tables with dims (member, water_year, ...).
    verdicts
        Verdicts by id.
    header
        What has to agree between sides.
    records
        Hashes of the records that its water comes from, by rule.
    record_years
        Length of the record that members are made from [year]; None where it is not known.
    block_years
        Years to a block in which members keep the order of the record; None where they keep it
        throughout.
    """

    name: str
    tables: xr.Dataset
    verdicts: dict[str, Judged] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    record_years: int | None = None
    block_years: int | None = None


def read_sides(sources: Sequence[str | Path | xr.Dataset]) -> list[Side]:
    """Return all runs of some sources, in their order, each with a name of its own.

    Parameters
    ----------
    sources
        ``results.nc`` of a run or its folder, a folder of scenarios or of an ensemble, or a
        Dataset of results or year tables.

    Raises
    ------
    DataError
        If a source is none of these.
    """
    groups = [(_label(source), _sides(source)) for source in sources]
    names = [side.name for _unused, sides in groups for side in sides]
    for label, sides in groups:
        for side in sides:
            if names.count(side.name) > 1 and label and label != side.name:
                side.name = f"{label}/{side.name}"
    found = [side for _unused, sides in groups for side in sides]
    seen: dict[str, int] = {}
    for side in found:
        seen[side.name] = seen.get(side.name, 0) + 1
        if seen[side.name] > 1:
            side.name = f"{side.name}#{seen[side.name]}"
    return found


def _label(source: str | Path | xr.Dataset) -> str:
    if isinstance(source, xr.Dataset):
        return ""
    path = followed(Path(source))
    return path.parent.name if path.name == RESULTS else path.name


def _sides(source: str | Path | xr.Dataset) -> list[Side]:
    if isinstance(source, xr.Dataset):
        return list(_of_dataset(source, ""))
    path = Path(source)
    if (path / FORM).is_file():
        return list(_of_ensemble(path))
    if path.is_dir() and is_scenario_folder(path):
        return [
            side
            for name, (tables, verdicts) in read_scenarios(path).items()
            for side in _of_dataset(tables, name, _of_run(verdicts))
        ]
    file = results_file(path)
    judged = file.with_name("verdicts.json")
    verdicts = json_of(judged) if judged.exists() else []
    with xr.open_dataset(file) as result:
        if "water_year" not in result.dims:
            expected = _("results of a run, of scenarios or of an ensemble")
            raise DataError(str(path), found=_("results without year tables"), expected=expected)
        return list(_of_dataset(year_tables(result), _label(path), _of_run(verdicts)))


def _of_dataset(
    dataset: xr.Dataset, label: str, verdicts: Mapping[str, Judged] | None = None
) -> Iterator[Side]:
    """Yield the scenarios of results; one named by its file where it is the only one."""
    tables = year_tables(dataset)
    names = [str(name) for name in np.atleast_1d(tables["scenario"].values)]
    header = {key: str(dataset.attrs[key]) for key in HEADER if key in dataset.attrs}
    for place, name in enumerate(names):
        one = tables.isel(scenario=place) if "scenario" in tables.dims else tables
        called = label or name if len(names) == 1 else name
        records = json.loads(str(dataset.attrs.get("water_records", "{}")))
        yield Side(called, one, dict(verdicts or {}), header, records)


def _of_run(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, Judged]:
    found: dict[str, Judged] = {}
    for verdict in verdicts:
        passed = verdict["pass"]
        outcome = {True: "pass", False: "fail"}[passed] if isinstance(passed, bool) else str(passed)
        share = float(passed) if isinstance(passed, bool) else float("nan")
        key = str(verdict["id"])
        required = verdict.get("required")
        found[key] = Judged(
            str(verdict["subject"]),
            str(verdict["quantity"]),
            outcome,
            share,
            str(verdict.get("subject_zh", "")),
            str(verdict.get("quantity_zh", "")),
            float("nan") if required is None else float(required),
        )
    return found


def _of_ensemble(folder: Path) -> Iterator[Side]:
    """Yield the scenarios of an ensemble; it has to be finished."""
    if not (folder / RESULT).is_file():
        expected = _("a finished ensemble: go on with `hydrosim ensemble --resume`")
        raise DataError(str(folder), found=_("an unfinished ensemble"), expected=expected)
    refuse_damaged(folder / RESULT)
    with xr.open_dataset(folder / RESULT) as reduced:
        header = {key: str(reduced.attrs[key]) for key in HEADER if key in reduced.attrs}
        verdicts = [_passing(reduced, place) for place in range(reduced.sizes["scenario"])]
        water = json.loads(str(reduced.attrs.get("scenario_water", "{}")))
        lengths = json.loads(str(reduced.attrs.get("record_years", "[]")))
    tables = open_ensemble(folder)
    names = [name for name in TABLES if name in tables.data_vars]
    years = tables[names]
    for place, name in enumerate(str(one) for one in tables["scenario"].values):
        own = water.get(name, {})
        method = {"method": str(own["method"])} if "method" in own else {}
        side = Side(name, years.isel(scenario=place).load(), verdicts[place], {**header, **method})
        side.records.update(own.get("water_records", {}))
        side.record_years = int(lengths[place]) if lengths else None
        if method:
            side.block_years = json.loads(method["method"])["method"].get("block_years")
        yield side


def _passing(reduced: xr.Dataset, place: int) -> dict[str, Judged]:
    """Return the verdicts of a scenario of an ensemble with the share of members that pass."""
    if "members_passing" not in reduced:
        return {}
    one = reduced.isel(scenario=place)
    found: dict[str, Judged] = {}
    ids = [str(name) for name in one["verdict"].values]
    shares = np.asarray(one["members_passing"].values, np.float64)
    outcomes = np.asarray(one["outcome"].values)
    required = np.asarray(one["required"].values, np.float64)
    for row, key in enumerate(ids):
        words = {what: str(one[f"verdict_{what}"].values[row]) for what in NAMES}
        asked = required[np.isfinite(required[:, row]), row]
        share = float(shares[row])
        codes = outcomes[:, row]
        unjudged = (
            "not provable" if (codes == OUTCOME_CODES["not provable"]).any() else "not judged"
        )
        outcome = f"{100.0 * share:.0f} % of members" if np.isfinite(share) else unjudged
        middle = float(np.median(asked)) if asked.size else float("nan")
        found[key] = Judged(outcome=outcome, share=share, required=middle, **words)
    return found
