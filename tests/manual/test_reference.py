"""The pages of the reference: all types, keys, variables, units and commands, in both languages."""

from __future__ import annotations

import re

import pytest

import hydrosim
from hydrosim.cli.arguments import COMMANDS
from hydrosim.config.describe import inner_blocks, keys_of, registries
from hydrosim.config.schema import Config
from hydrosim.flood.variables import FLOOD_VARIABLES
from hydrosim.units.table import UNITS
from hydrosim.variables import VARIABLES
from tests.conftest import ROOT
from tools.manual import reference
from tools.manual.pages import BLOCK, WRITERS, filled

PAGES = ROOT / "docs" / "reference"


def terms(text):
    """Names of the entries of definition lists."""
    return re.findall(r"^`([^`]+)`\n: ", text, re.MULTILINE)


def all_keys(model, seen):
    seen.add(model)
    found = [key.name for key in keys_of(model) if key.name != "type"]
    for _name, inner in inner_blocks(model):
        if inner not in seen:
            found += all_keys(inner, seen)
    return found


@pytest.mark.parametrize("kind", list(registries()))
def test_every_type_and_key_has_its_entry(kind):
    text = reference.types_text(kind, "en")
    parts = dict(re.findall(r"^\([\w-]+\)=\n## (\S+)\n(.*?)(?=^\([\w-]+\)=|\Z)", text, re.M | re.S))
    types = {name.replace("_", r"\_"): model for name, model in registries()[kind].items()}
    assert parts.keys() == types.keys()
    for name, model in types.items():
        assert terms(parts[name]) == all_keys(model, set()), name


def test_every_key_of_a_configuration_has_its_entry():
    assert terms(reference.config_text("en")) == all_keys(Config, set())


def test_an_entry_has_form_unit_default_and_description():
    text = reference.types_text("link", "en")
    assert (
        "`capacity`\n: *flow, such as 30 m3/s or name of a rule [m3/s]; default none*".replace(
            "[", r"\["
        ).replace("]", r"\]")
        in text
    )
    part = text[text.index("## tunnel") :]
    assert "`invert`\n: *" in part


def test_a_key_has_the_words_of_the_language():
    english, chinese = (reference.types_text("link", one) for one in ("en", "zh"))
    assert terms(english) == terms(chinese)
    assert "default none" in english
    assert "default none" not in chinese
    assert "(zh-link-pump)=" in chinese


def test_every_variable_unit_and_command_has_its_entry():
    variables = terms(reference.variables_text("en"))
    assert variables == [*VARIABLES, *FLOOD_VARIABLES]
    units = re.findall(r"`([^`]+)`", reference.units_text("en"))
    assert sorted(units) == sorted(UNITS)
    commands = reference.commands_text("en")
    assert re.findall(r"^## (\S+)", commands, re.MULTILINE) == list(COMMANDS)
    assert "usage: hydrosim low-flow" in commands


def test_sizes_of_units_are_those_in_si():
    rows = reference.units_text("en")
    assert "| `亿m3`, `亿立方米`, `亿立方`, `亿方`, `亿吨`, `亿t` | 100000000 |" in rows
    assert "## m3/s\n" in rows
    assert "| 86400 |" in rows


def test_the_api_has_every_public_name():
    text = reference.api_text("en")
    for name in set(hydrosim.__all__) - {"__version__"}:
        assert re.search(rf"auto(?:class|function):: hydrosim\.{name}\n", text), name
    for name in ("ConfigError", "DataError", "SimulationError", "Fault"):
        assert f".. autoclass:: hydrosim.errors.{name}\n" in text


def test_signs_of_markup_stand_for_themselves():
    assert reference.plain_text("a_b <c> `d_e` ``f|g`` [h]") == r"a\_b \<c\> `d_e` ``f|g`` \[h\]"


def test_every_part_of_the_reference_stands_on_a_page(tmp_path):
    pages = {page.name: page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")}
    used = [block["what"] for text in pages.values() for block in BLOCK.finditer(text)]
    assert sorted(used) == sorted(WRITERS)
    for name, text in pages.items():
        assert text.count("{reference}") == 1, name
    assert "{reference}" not in filled(pages["links.md"], "en", tmp_path)
    assert "## canal" in filled(pages["links.md"], "en", tmp_path)
