"""What is promised beside the code: public names, pages with true names, fonts, benchmarks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

import hydrosim
from hydrosim.plot import fonts
from tests.conftest import ROOT

PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", ".ci/run", ".ci/coverage",
         ".ci/checked", ".ci/font", ".ci/office", ".pre-commit-config.yaml")  # fmt: skip
ABSENT = {"configs/city.yaml"}
"""Files that pages name as examples."""


def test_the_public_names_are_shown():
    names = {"load_config", "build_model", "run", "check", "open_results", "run_scenarios",
             "check_floods", "compare", "run_ensemble", "run_outlook"}  # fmt: skip
    assert names <= set(dir(hydrosim))
    assert set(hydrosim.__all__) <= set(dir(hydrosim))
    for name in hydrosim.__all__:
        assert getattr(hydrosim, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        hydrosim.no_such_name  # noqa: B018


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_files_that_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    folders = "hydrosim|tests|docs|benchmarks|configs|tools|examples"
    named = set(re.findall(rf"(?<![\w/.])(?:{folders})/[\w/]+\.(?:py|md|yaml|pyi|po)\b", text))
    assert sorted(name for name in named - ABSENT if not (ROOT / name).is_file()) == []


def test_the_changelog_has_a_section_for_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert sections[0] == hydrosim.__version__
    assert "0.1.0" in sections


def test_the_checks_are_those_that_are_installed():
    """Every hook of a commit is a tool of the extra `dev`, and the hosted check is `.ci/run`."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    tools = {entry.split()[0] for entry in re.findall(r"entry: (.+)", hooks)}
    assert {"ruff", "codespell", "end-of-file-fixer", "trailing-whitespace-fixer", "check-yaml",
            "check-added-large-files"} == tools  # fmt: skip
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = " ".join(project["optional-dependencies"]["dev"])
    for package in ("ruff", "codespell", "pre-commit", "pre-commit-hooks"):
        assert re.search(rf"(?<![\w-]){package}(?![\w-])", extra)
    hosted = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.+)", hosted) == [".ci/run"]


# -- a font for Chinese pictures -----------------------------------------------------------------


def test_the_fixture_gives_a_font_that_is_installed(chinese_font):
    assert chinese_font in fonts.installed_fonts()


def test_the_fixture_skips_with_the_reason_where_there_is_no_font(request, monkeypatch):
    monkeypatch.setattr(fonts, "installed_fonts", lambda: frozenset({"DejaVu Sans"}))
    monkeypatch.setattr(fonts, "refresh_fonts", lambda: None)
    with pytest.raises(pytest.skip.Exception, match="no font with Chinese characters is installed"):
        request.getfixturevalue("chinese_font")


# -- benchmarks ----------------------------------------------------------------------------------

INSTALLED = """\
import runpy, sys
from pathlib import Path

site, root, *scripts = map(Path, sys.argv[1:])
elsewhere = [place for place in sys.path if place and Path(place).resolve() != root]
for script in scripts:
    sys.path[:] = [str(script.parent), str(site), *elsewhere]
    sys.argv = [str(script), "--help"]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        assert end.code == 0, script
"""
"""Runs scripts where hydrosim is installed, and its sources are not on the path."""


def test_benchmarks_start_where_hydrosim_is_installed_alone(tmp_path):
    (tmp_path / "hydrosim").symlink_to(ROOT / "hydrosim")
    names = ("core", "ensemble", "flood", "ledger", "peers")
    scripts = [str(ROOT / "benchmarks" / f"{name}.py") for name in names]
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED, str(tmp_path), str(ROOT), *scripts],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("usage: ") == len(names)
    assert done.stdout.count("  --json") == len(names)
