"""Every class of errors has its entry, and every message shown is one that the program gives."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
INVALID = ROOT / "tests" / "models" / "invalid"
BASES = {"Exception", "ValueError", "IndexError", "RuntimeError", "KeyError", "OSError"}


def error_classes():
    """Names of all exceptions of the package, by its sources."""
    classes: dict[str, list[str]] = {}
    for file in (ROOT / "hydrosim").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]

    def is_error(name):
        return name in BASES or any(is_error(base) for base in classes.get(name, []))

    return sorted(name for name in classes if is_error(name) and not name.startswith("_"))


def entry(name):
    found = re.search(rf"^### {name}\n(.*?)(?=^#)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def test_every_class_of_errors_has_its_entry():
    names = error_classes()
    assert {"ConfigError", "DataError", "SimulationError", "UsageError"} <= set(names)
    inside = entry("Errors that become one of these")
    for name in names:
        own = entry(name)
        if own:
            assert "**Cause.**" in own, name
            assert "**Cure.**" in own, name
        else:
            assert f"`{name}`" in inside, name


@pytest.mark.parametrize("name", ["ConfigError", "DataError", "SimulationError"])
def test_the_public_errors_have_an_entry_of_their_own(name):
    assert entry(name)


def test_messages_shown_are_those_of_the_program():
    shown = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) >= 15
    known = [path.read_text(encoding="utf-8") for path in INVALID.glob("*.txt")]
    for message in shown:
        assert any(text.startswith(message) for text in known), message
