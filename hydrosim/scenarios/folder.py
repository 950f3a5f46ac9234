"""The folder of a set of scenarios: one folder a scenario, and the tables of all that are done."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from hydrosim.errors import DataError
from hydrosim.io.folder import (
    COMPARISON_FOLDER,
    MADE_BY,
    REPORT,
    RESULTS,
    SCENARIOS,
    WRITTEN,
    result_folder,
)
from hydrosim.io.json_file import json_of
from hydrosim.io.manifest import refuse_damaged
from hydrosim.io.whole_file import write_whole
from hydrosim.locale import _
from hydrosim.scenarios.expand import naming_scenario
from hydrosim.scenarios.stack import stacked, year_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import xarray as xr

    from hydrosim.scenarios.expand import Scenario
    from hydrosim.standards.verdict import Verdict

__all__ = [
    "SCENARIOS",
    "TABLES",
    "ScenarioFolder",
    "is_scenario_folder",
    "read_scenarios",
    "scenario_axes",
]

TABLES = "scenarios.nc"
SUMMARY, VERDICTS = "summary.csv", "verdicts.csv"
OWN = (SCENARIOS, TABLES, SUMMARY, VERDICTS, COMPARISON_FOLDER, REPORT, MADE_BY)
MOST_NAMES = 3


class ScenarioFolder:
    """The folder in which scenarios are written.

    Parameters
    ----------
    folder
        The folder; made when absent.
    scenarios
        Those that are run.
    whole
        All scenarios of the config, in its order; default those that are run. The tables have
        those that are not run too, where they are there whole.
    """

    def __init__(
        self, folder: Path, scenarios: Sequence[Scenario], whole: Sequence[Scenario] = ()
    ) -> None:
        self.folder = folder
        self.scenarios = tuple(scenarios)
        self.whole = tuple(whole) or self.scenarios

    def check(self) -> None:
        """Refuse a folder that holds what no set of scenarios has written.

        Raises
        ------
        DataError
            If nothing can be written there, or something else is in it.
        """
        if not self.folder.is_dir() or not any(self.folder.iterdir()):
            result_folder(self.folder)
            return
        found = {path.name for path in self.folder.iterdir()}
        if found <= WRITTEN:
            return
        known = set(_listed(self.folder)) | set(OWN)
        foreign = sorted(name for name in found if name not in known and not _is_part(name))
        if foreign or not is_scenario_folder(self.folder):
            names = foreign or sorted(found)
            more = ", ..." if len(names) > MOST_NAMES else ""
            raise DataError(
                str(self.folder),
                found=_(
                    "a folder with other files: {names}{more}",
                    names=", ".join(names[:MOST_NAMES]),
                    more=more,
                ),
                expected=_("a new folder, an empty one, or one that scenarios were written to"),
            )

    def open(self, *, resume: bool = False) -> list[Scenario]:
        """Make the folder, take away what will be run anew, and list what belongs to it.

        Parameters
        ----------
        resume
            Keep the scenarios that are there whole, of the same config, version and records.

        Returns
        -------
        list of Scenario
            Those that are kept.
        """
        self.check()
        kept = [one for one in self.scenarios if resume and _is_done(self.folder / one.name, one)]
        self.folder.mkdir(parents=True, exist_ok=True)
        if not is_scenario_folder(self.folder):
            _remove(self.folder, WRITTEN)
        again = {one.name for one in self.scenarios} - {one.name for one in kept}
        before = {
            name: entry
            for name, entry in _listed(self.folder).items()
            if name not in again and (self.folder / name).is_dir()
        }
        _remove(self.folder, [*again, TABLES, SUMMARY, VERDICTS, REPORT])
        entries = {
            one.name: {"coordinates": one.coordinates, "config_hash": one.config.hash}
            for one in self.scenarios
        }
        content = json.dumps({**before, **entries}, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.folder / SCENARIOS, content)
        return kept

    def others(self) -> list[Scenario]:
        """Return the scenarios of the config that are not run and are there whole."""
        run = {one.name for one in self.scenarios}
        rest = (one for one in self.whole if one.name not in run)
        return [one for one in rest if _is_done(self.folder / one.name, one)]

    def close(
        self, tables: Mapping[str, xr.Dataset], verdicts: Mapping[str, list[Verdict]]
    ) -> None:
        """Write the year tables, key figures and verdicts of the scenarios that are done."""
        from hydrosim.io.netcdf import write_dataset
        from hydrosim.scenarios.summary import summary_frame, verdict_frame

        coordinates = {one.name: one.coordinates for one in self.whole if one.name in tables}
        if not coordinates:
            return
        tables = {name: tables[name] for name in coordinates}
        verdicts = {name: verdicts[name] for name in coordinates}
        write_dataset(stacked(tables, coordinates), self.folder / TABLES)
        frames = {
            SUMMARY: summary_frame(tables, coordinates),
            VERDICTS: verdict_frame(verdicts, coordinates),
        }
        for name, frame in frames.items():
            write_whole(self.folder / name, frame.to_csv(index=False))


def _is_done(folder: Path, scenario: Scenario) -> bool:
    """Whether a scenario was run whole, by this version, of this config and its records."""
    from hydrosim._version import __version__
    from hydrosim.io.netcdf import open_results
    from hydrosim.supply.lowering import known_rules, open_builder
    from hydrosim.supply.provenance import water_records, water_rules

    if not (folder / RESULTS).is_file():
        return False
    try:
        with open_results(folder) as result:
            attributes = dict(result.attrs)
        refuse_damaged(folder / "verdicts.json")
    except (DataError, OSError, ValueError):
        return False
    config = scenario.config
    if (attributes.get("config_hash"), attributes.get("hydrosim_version")) != (
        config.hash,
        __version__,
    ):
        return False
    builder = open_builder(config)
    known = set(known_rules(config))
    with naming_scenario(scenario):
        for name in water_rules(config):
            if name in known:
                builder.rule(name)
    return json.loads(attributes.get("water_records", "{}")) == water_records(config, builder)


def is_scenario_folder(folder: Path) -> bool:
    """Tell whether scenarios were written into a folder."""
    return (folder / SCENARIOS).is_file()


def read_scenarios(folder: Path) -> dict[str, tuple[xr.Dataset, list[dict[str, Any]]]]:
    """Return year tables and verdicts of each scenario that is done in a folder.

    Raises
    ------
    DataError
        If none is.
    """
    from hydrosim.io.netcdf import open_results

    found: dict[str, tuple[xr.Dataset, list[dict[str, Any]]]] = {}
    for name in _listed(folder):
        if not (folder / name / RESULTS).exists():
            continue
        with open_results(folder / name) as result:
            tables = year_tables(result)
        judged = folder / name / "verdicts.json"
        refuse_damaged(judged)
        verdicts = json_of(judged) if judged.exists() else []
        found[name] = (tables, verdicts)
    if not found:
        expected = _("a folder of scenarios of which at least one was done")
        raise DataError(str(folder), found=_("no scenario that was done"), expected=expected)
    return found


def scenario_axes(folder: Path) -> dict[str, dict[str, str]]:
    """Return the values on the axes of each scenario that is done in a folder.

    Raises
    ------
    DataError
        If none is.
    """
    found = {
        name: {str(axis): str(value) for axis, value in one["coordinates"].items()}
        for name, one in _listed(folder).items()
        if (folder / name / RESULTS).exists()
    }
    if not found:
        expected = _("a folder of scenarios of which at least one was done")
        raise DataError(str(folder), found=_("no scenario that was done"), expected=expected)
    return found


def _listed(folder: Path) -> dict[str, Any]:
    if not is_scenario_folder(folder):
        return {}
    file = folder / SCENARIOS
    try:
        listed = json_of(file)
    except (OSError, ValueError) as error:
        found, expected = str(error), _("the list of scenarios as it was written")
        raise DataError(str(file), found=found, expected=expected) from None
    if not isinstance(listed, dict) or not all(map(_is_name, listed)):
        found, expected = _("no list of scenarios"), _("the list of scenarios as it was written")
        raise DataError(str(file), found=found, expected=expected)
    return listed


def _is_name(name: str) -> bool:
    """Whether a name is that of a folder in this one."""
    return name not in ("", ".", "..") and not set(name) & set("/\\\0")


def _is_part(name: str) -> bool:
    return name.startswith(".") and name.endswith((".part", ".old", ".lock"))


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
