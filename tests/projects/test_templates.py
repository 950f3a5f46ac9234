"""A new project from a template: it is checked without a fault, and nothing is ever overwritten."""

from __future__ import annotations

import sys
import tomllib
from types import ModuleType

import pytest

import hydrosim
from hydrosim.cli.arguments import OPTIONS
from hydrosim.cli.main import main
from hydrosim.projects import templates
from hydrosim.projects.templates import TEMPLATES, template_files, templates_folder
from tests.conftest import ROOT
from tools import messages


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_project_of_each_template_is_checked_without_fault(template, tmp_path, capsys):
    folder = tmp_path / "north plan"
    assert main(["init", str(folder), "--template", template]) == 0
    printed = capsys.readouterr().out
    assert f"hydrosim check '{folder}/north plan.yaml'" in printed
    for config in sorted(folder.glob("*.yaml")):
        loaded = hydrosim.load_config(config)
        assert loaded.nodes
        assert config.name.startswith("north plan")
        assert config.read_text(encoding="utf-8").startswith("# north plan")
        shipped = hydrosim.load_config(
            templates_folder() / TEMPLATES[template].configs[config.stem.removeprefix("north plan")]
        )
        if loaded.base is None:
            assert loaded.hash == shipped.hash
    assert list(tmp_path.iterdir()) == [folder]


def test_the_data_bring_whose_they_are():
    files = template_files("plan", "county")
    assert {"data/NOTICE", "data/LICENSE-weather", "data/weather_xinzhou.csv.gz"} <= set(files)
    assert not [name for name in template_files("plan", "minimal") if name.startswith("data")]


def test_the_remark_at_the_head_speaks_the_language():
    text = template_files("plan", "minimal", "zh")["plan.yaml"].decode()
    assert text.startswith("# plan.yaml")
    assert "hydrosim run plan.yaml" in text
    assert "remark" not in text
    assert "hydrosim flood plan.yaml" in template_files("plan", "flood")["plan.yaml"].decode()


@pytest.mark.parametrize("what", ["file in it", "a file", "name"])
def test_what_is_there_is_not_overwritten(what, tmp_path, capsys):
    folder = tmp_path / ("plan" if what != "name" else "pl?an")
    if what == "file in it":
        folder.mkdir()
        (folder / "mine.txt").write_text("mine", encoding="utf-8")
    elif what == "a file":
        folder.write_text("mine", encoding="utf-8")
    assert main(["init", str(folder)]) == 2
    found = {"file in it": "a folder that holds files", "a file": "a file",
             "name": "the name 'pl?an': the sign '?', which no file name has on Windows",
             }[what]  # fmt: skip
    assert f"found     {found}\n" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == {
        "file in it": ["plan", "mine.txt"], "a file": ["plan"], "name": []}[what]  # fmt: skip


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "plan").mkdir()
    assert main(["init", str(tmp_path / "plan"), "--template", "minimal"]) == 0
    assert [path.name for path in (tmp_path / "plan").iterdir()] == ["plan.yaml"]


def test_a_wheel_has_the_templates_where_they_are_looked_for(tmp_path, monkeypatch):
    # The builder itself is not among what tests need.
    parent = "hatchling.builders.hooks.plugin.interface"
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks",
                 "hatchling.builders.hooks.plugin", parent):  # fmt: skip
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules[parent].BuildHookInterface = object
    monkeypatch.delitem(sys.modules, "hatch_build", raising=False)
    from hatch_build import CatalogueHook

    monkeypatch.setattr(messages, "compile_catalogues", list)
    hook = CatalogueHook()
    hook.root, hook.target_name = str(ROOT), "wheel"
    build = {"force_include": {}}
    hook.initialize("editable", build)
    assert build["force_include"] == {}
    hook.initialize("standard", build)
    assert build["force_include"] == {"configs": "hydrosim/templates"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "configs" in project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    packed = tmp_path / "hydrosim" / "templates"
    packed.mkdir(parents=True)
    monkeypatch.setattr(templates, "PACKAGE", tmp_path / "hydrosim")
    assert templates_folder() == packed


def test_every_template_can_be_asked_for():
    assert OPTIONS["--template"]["choices"] == tuple(TEMPLATES)
