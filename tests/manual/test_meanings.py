"""The small examples of docs/meanings.md run as they stand and give what the page says."""

from __future__ import annotations

import math
import re
from functools import cache

import pytest
from ruamel.yaml import YAML

import hydrosim
from hydrosim.config import changed
from hydrosim.config.load import config_from_text
from tests.conftest import ROOT

PAGES = {"en": ROOT / "docs" / "meanings.md", "zh": ROOT / "docs" / "zh" / "meanings.md"}
EXAMPLE = re.compile(
    r"<!-- example: (\w+)(?: from (\w+))? -->\n```yaml\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL
)
TEXTS = {language: page.read_text(encoding="utf-8") for language, page in PAGES.items()}
EXAMPLES = {
    language: {name: rest for name, *rest in EXAMPLE.findall(text)}
    for language, text in TEXTS.items()
}
NAMES = ("ladder", "fairness", "fairness_bound", "spare", "spare_below", "reserve", "no_reserve",
         "overflow", "account")  # fmt: skip


@cache
def config_of(language, name):
    base, text, _shown = EXAMPLES[language][name]
    if not base:
        return config_from_text(text)
    return changed(config_of(language, base), YAML(typ="safe").load(text))


@cache
def result_of(language, name):
    return hydrosim.run(config_of(language, name)).isel(scenario=0, member=0)


def line(result, quantity, item):
    values = result[quantity]
    (dimension,) = set(values.dims) - {"time"}
    numbers = [f"{round(float(one), 1):.10g}" for one in values.sel({dimension: item})]
    return f"{f'{quantity} {item}':<22} {' '.join(numbers)}"


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_gives_what_the_page_says(language, name):
    result = result_of(language, name)
    shown = EXAMPLES[language][name][2].splitlines()
    assert shown
    assert shown == [line(result, *one.split()[:2]) for one in shown]


@pytest.mark.parametrize("language", PAGES)
def test_every_block_of_the_page_is_run(language):
    assert tuple(EXAMPLES[language]) == NAMES
    assert TEXTS[language].count("```yaml") == len(NAMES)
    assert TEXTS[language].count("```text") == len(NAMES)


@pytest.mark.parametrize("language", PAGES)
def test_years_that_prove_a_guarantee(language):
    part = TEXTS[language].partition("<!-- years -->")[2]
    rows = re.findall(r"^\| (\d+) % \| (\d+) \|$", part, re.MULTILINE)
    assert len(rows) == 6
    for asked, years in rows:
        share = int(asked) / 100
        assert int(years) == math.ceil(round(share / (1 - share), 9))
