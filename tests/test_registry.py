"""Types of other packages: found by their entry points, described, checked and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import xarray as xr

from hydrosim import registry
from hydrosim.errors import DataError
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.nodes.base import Node
from hydrosim.registry import Types
from hydrosim.rules import RULE_TYPES
from hydrosim.standards import STANDARD_TYPES
from tests.conftest import ROOT
from tests.ensemble.small import town_text, write_data

OUTSIDE = ROOT / "tests" / "outside"
MORE = """\
  well: {type: fountain, flow: 0.5 m3/s}
links:
  - {from: well, to: town, type: aqueduct, length: 10 km, leak: 1 %, capacity: 0.8 m3/s,
     availability: works}
"""
SAID = """\
import io, json, sys
from contextlib import redirect_stdout
from hydrosim.cli.main import main

said = []
for command in json.loads(sys.argv[1]):
    with redirect_stdout(io.StringIO()) as text:
        code = main(command)
    said.append([code, text.getvalue()])
print(json.dumps(said))
"""
"""Runs commands one after the other in one process; prints exit codes and what each said."""


def install(folder: Path, entries: str, name: str = "hydrosim-fountains") -> Path:
    """Put a package into a folder as an installer does: its module and what tells of it."""
    told = folder / f"{name.replace('-', '_')}-0.3.dist-info"
    told.mkdir(parents=True)
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.3\n"
    (told / "METADATA").write_text(head, encoding="utf-8")
    (told / "entry_points.txt").write_text(entries, encoding="utf-8")
    shutil.copy(OUTSIDE / "hydrosim_fountains.py", folder)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of packages with that of the fountains."""
    entries = (OUTSIDE / "entry_points.txt").read_text(encoding="utf-8")
    return install(tmp_path_factory.mktemp("site"), entries)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The town of the ensembles, with a type of each kind from outside."""
    folder = tmp_path_factory.mktemp("fountain")
    write_data(folder)
    text = town_text(method="backwards").replace("links:\n", MORE)
    text = text.replace("rules:\n", "rules:\n  works: {type: every_second_step, share: 50 %}\n")
    text = text.replace("standards:\n", "standards:\n  mean: {type: mean_supply, least: 1 m3/s}\n")
    path = folder / "fountain.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def ran(site: Path, *arguments: object) -> tuple[int, str, str]:
    """Run Python where the packages of a folder are installed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))},
        capture_output=True, text=True, check=False, encoding="utf-8", cwd=ROOT,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_types_of_another_package_are_checked_and_run(site, config, tmp_path):
    out = tmp_path / "out"
    commands = [["check", str(config)], ["run", str(config), "--out", str(out), "--no-plots"]]
    code, text, err = ran(site, "-c", SAID, json.dumps(commands))
    assert (code, err) == (0, "")
    (checked, found), (run, table) = json.loads(text)
    assert (checked, run) == (0, 0)
    assert found.endswith(f"{config}: no fault found\n")
    assert "All supply" in table
    with xr.open_dataset(out / "results.nc") as result:
        flow = result["flow"].squeeze().sel(link="well->town")
        assert flow.values[:4] == pytest.approx([0.5, 0.4, 0.5, 0.4])
        assert float(result["link_loss"].sel(link="well->town")) == pytest.approx(1.0 - 0.99**10)
    verdicts = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    assert [one["pass"] for one in verdicts if one["id"].startswith("mean_supply")] == [True]


DESCRIBED = (
    ("fountain", "node", "flow"),
    ("aqueduct", "link", "leak"),
    ("every_second_step", "rule", "share"),
    ("mean_supply", "standard", "least"),
    ("backwards", "method", "type"),
)


@pytest.fixture(scope="module")
def said(site):
    """What `describe` says of each type, and `schema` of all."""
    commands = [*(["describe", name] for name, _kind, _key in DESCRIBED), ["schema"]]
    code, text, err = ran(site, "-c", SAID, json.dumps(commands))
    assert (code, err) == (0, "")
    answers = json.loads(text)
    assert [code for code, _text in answers] == [0] * len(commands)
    names = [*(name for name, _kind, _key in DESCRIBED), "schema"]
    return dict(zip(names, (text for _code, text in answers), strict=True))


@pytest.mark.parametrize(("name", "kind", "key"), DESCRIBED)
def test_types_of_another_package_are_described(said, name, kind, key):
    assert said[name].startswith(f"{kind} {name}\n")
    assert key in said[name] or key == "type"


def test_types_are_in_the_schema_of_editors(said):
    known = set(json.loads(said["schema"])["$defs"])
    assert {"node.fountain", "link.aqueduct", "method.backwards"} <= known


def test_the_package_may_be_imported_first(site):
    script = (
        "import hydrosim_fountains as own; from hydrosim.nodes import NODE_TYPES; "
        "print(NODE_TYPES['fountain'] is own.Fountain, 'reservoir' in NODE_TYPES)"
    )
    assert ran(site, "-c", script) == (0, "True True\n", "")


def test_help_looks_for_no_package(site):
    script = (
        "import sys; from hydrosim.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print('loaded:', 'importlib.metadata' in sys.modules, 'hydrosim_fountains' in sys.modules)"
    )
    assert "loaded: False False" in ran(site, "-c", script)[1]


def test_a_package_that_cannot_be_imported_is_named(tmp_path, config):
    install(tmp_path, "[hydrosim.nodes]\nfountain = hydrosim_fountains:Fountain\n")
    (tmp_path / "hydrosim_fountains.py").write_text("import not_there\n", encoding="utf-8")
    code, out, err = ran(tmp_path, "-m", "hydrosim", "check", config)
    assert (code, out) == (2, "")
    assert err == (
        "hydrosim.nodes fountain (hydrosim-fountains 0.3)\n"
        "  found     hydrosim_fountains:Fountain, which cannot be loaded: ModuleNotFoundError: "
        "No module named 'not_there'\n"
        "  expected  a class that can be imported\n"
        "  note      correct the package hydrosim-fountains 0.3, or uninstall it: nothing can be "
        "read while it is installed\n"
    )


def test_the_page_shows_the_package_that_is_tested():
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(toml|python|yaml)\n(.*?)```", page, re.DOTALL))
    assert blocks["python"] == (OUTSIDE / "hydrosim_fountains.py").read_text(encoding="utf-8")
    told = tomllib.loads(blocks["toml"])["project"]["entry-points"]
    tested = ConfigParser()
    tested.read_string((OUTSIDE / "entry_points.txt").read_text(encoding="utf-8"))
    assert told == {group: dict(tested[group]) for group in tested.sections()}


# -- the registry itself -------------------------------------------------------------------------


@pytest.fixture
def types_with(tmp_path, monkeypatch):
    """Return a function that installs entry points and returns a registry that has not looked."""

    def made(entries: str, name: str = "hydrosim-fountains") -> Types[Node]:
        install(tmp_path / name, entries, name)
        monkeypatch.syspath_prepend(tmp_path / name)
        registry._entries.cache_clear()
        return Types({"reservoir": NODE_TYPES["reservoir"]}, "hydrosim.nodes", Node)

    yield made
    monkeypatch.undo()
    registry._entries.cache_clear()
    sys.modules.pop("hydrosim_fountains", None)


def test_types_stand_in_the_order_of_their_names(types_with):
    types = types_with("[hydrosim.nodes]\nfountain = hydrosim_fountains:Fountain\n")
    assert list(types) == ["fountain", "reservoir"]
    assert len(types) == 2
    assert types["fountain"].__name__ == "Fountain"
    assert [chosen.__name__ for chosen in types.values()] == ["Fountain", "Reservoir"]


def test_entry_points_of_other_groups_are_left_alone(types_with):
    types = types_with("[hydrosim.rules]\nfountain = hydrosim_fountains:gone\n[other]\na = b:c\n")
    assert list(types) == ["reservoir"]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("fountain = hydrosim_fountains:Source", "AttributeError: module 'hydrosim_fountains' has"),
        ("fountain = hydrosim_fountains:MeanSupply", "MeanSupply, which is no type"),
        ("fountain = hydrosim_fountains:MORE", "cannot be loaded: AttributeError"),
        ("well = hydrosim_fountains:Fountain", "Fountain with the names 'fountain'"),
        ("reservoir = hydrosim_fountains:Fountain", "the name of a type of hydrosim\n"),
    ],
)
def test_what_is_refused_names_the_package(types_with, entry, found):
    types = types_with(f"[hydrosim.nodes]\n{entry}\n")
    for _ in range(2):  # it is not forgotten after the first time
        with pytest.raises(DataError, match=r"\(hydrosim-fountains 0\.3\)") as refused:
            list(types)
        assert found in str(refused.value)


def test_two_packages_with_one_name_are_both_named(types_with):
    entries = "[hydrosim.nodes]\nfountain = hydrosim_fountains:Fountain\n"
    types_with(entries, "first")
    types = types_with(entries, "second")
    with pytest.raises(DataError) as refused:
        list(types)
    assert "first 0.3" in str(refused.value)
    assert "second 0.3" in str(refused.value)


def test_a_type_may_be_put_in_and_taken_out(types_with):
    types = types_with("")
    types["other"] = types.pop("reservoir")
    assert list(types) == ["other"]


@pytest.mark.parametrize(
    "types",
    [NODE_TYPES, LINK_TYPES, RULE_TYPES, STANDARD_TYPES],
    ids=["nodes", "links", "rules", "standards"],
)
def test_types_are_in_order_of_their_names_whatever_ran_before(types):
    """Faults and tables follow this order: tests that lend other types give it back."""
    assert list(types) == sorted(types)
