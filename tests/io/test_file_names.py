"""Names of files and folders that some system does not take, or takes as one."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError, DataError
from hydrosim.io import bounded
from hydrosim.io.file_names import alike, refused_part, unusable
from hydrosim.projects.folder import new_folder
from tests.conftest import ROOT

MINIMAL = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
DEVICE = "the name of a device on Windows"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("con", DEVICE), ("NUL", DEVICE), ("Aux.txt", DEVICE), ("com1", DEVICE),
        ("lpt9.tar.gz", DEVICE), ("com¹", DEVICE), ("nul .txt", DEVICE), ("CONOUT$", DEVICE),
        ("plan.", "a blank or point at its end"), ("plan ", "a blank or point at its end"),
        ("a:b", "the sign ':'"), ("what?", "the sign '?'"), ("a*b", "the sign"),
        ("a|b", "the sign"), ('a"b', "the sign"), ("a/b", "the sign"), ("a\\b", "the sign"),
        ("a\nb", "the sign"), ("a\x00b", "the sign"), ("", "without letters"),
        (" . ", "without letters"), ("..", "without letters"),
        ("n" * 151, "a name of 151 bytes, at most 150"), ("水" * 51, "a name of 153 bytes"),
    ],
)  # fmt: skip
def test_names_that_windows_does_not_take(name, reason):
    assert reason in unusable(name)


@pytest.mark.parametrize(
    "name", ["plan", "console", "com10", "nulla", "水资源", "2030-plan", "a.b", "north plan", "lpt"]
)
def test_names_that_every_system_takes(name):
    assert unusable(name) is None


def test_names_that_differ_by_case_alone():
    assert list(alike(["Plan", "half", "plan", "HALF"])) == [("plan", "Plan"), ("HALF", "half")]
    assert list(alike(["straße", "STRASSE"])) == [("STRASSE", "straße")]
    assert list(alike(["\u00e9", "e\u0301"])) == [("e\u0301", "\u00e9")]
    assert list(alike(["a", "a", "b"])) == []


def faults_of(block):
    with pytest.raises(ConfigError) as caught:
        config_from_text(f"{MINIMAL}\nscenarios:\n  {block}\n", "city.yaml")
    assert all(fault.path[0] == "scenarios" for fault in caught.value.errors)
    return str(caught.value)


@pytest.mark.parametrize("name", ["aux", "NUL", "com1"])
def test_a_scenario_cannot_be_named_as_a_device(name):
    text = faults_of(f"axes: {{one: {{base: {{}}, {name}: {{planning_year: 2030}}}}}}")
    assert f"the scenario {name!r}: {DEVICE}" in text
    assert "city.yaml:" in text
    listed = f"axes: {{one: {{base: {{}}}}}}\n  combine: list\n  list: {{{name}: {{one: base}}}}"
    assert DEVICE in faults_of(listed)
    joined = f"axes: {{one: {{{name}: {{}}}}, two: {{base: {{}}}}}}"
    config_from_text(f"{MINIMAL}\nscenarios:\n  {joined}\n")


@pytest.mark.parametrize("name", ["report", "Plots", "comparison"])
def test_a_scenario_cannot_take_the_folder_of_something_else(name):
    text = faults_of(f"axes: {{one: {{{name}: {{}}, other: {{planning_year: 2030}}}}}}")
    assert "one of the folders 'comparison', 'plots', 'report'" in " ".join(text.split())


def test_scenarios_that_differ_by_case_alone_are_refused():
    text = faults_of("axes: {one: {Dry: {}, dry: {planning_year: 2030}}, two: {a: {}, b: {}}}")
    assert "'Dry' and 'dry', one folder where capitals do not count" in text


def test_a_scenario_whose_joined_name_is_too_long_is_refused():
    long = "n" * 80
    text = faults_of(f"axes: {{one: {{{long}: {{}}}}, two: {{{long}: {{}}}}}}")
    assert "a name of 161 bytes, at most 150" in text


@pytest.mark.parametrize("name", ["con", "nul.d", "a:b", "plan ", "x" * 151])
def test_a_project_cannot_have_such_a_name(name, tmp_path, capsys):
    assert main(["init", str(tmp_path / name)]) == 2
    assert "expected  a name of letters, digits, - and _" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError, match="the name "):
        new_folder(tmp_path / name)


def test_windows_paths_are_judged_part_by_part():
    assert refused_part(PureWindowsPath("C:\\results\\aux\\city"), "nt") == ("aux", DEVICE)
    assert refused_part(PureWindowsPath("..\\a?b"), "nt")[0] == "a?b"
    assert refused_part(PureWindowsPath("city."), "nt")[0] == "city."
    for taken in ("C:\\results\\city", "\\\\server\\share\\city", "..\\city", "city", ".", "C:"):
        assert refused_part(PureWindowsPath(taken), "nt") is None
    assert refused_part(PurePosixPath("results/aux"), "posix") is None


def test_a_folder_of_results_that_windows_does_not_take_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "refused_part", lambda path: refused_part(path, "nt"))
    assert bounded.followed(tmp_path / "city") == (tmp_path / "city").resolve()
    with pytest.raises(DataError, match="'nul': the name of a device on Windows"):
        bounded.followed(tmp_path / "nul")
