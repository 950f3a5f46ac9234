"""The Chinese pages keep in step with the English ones.

Whole pages have the same headings, code, rows of tables and numbers. Guides say less than the
English page of their name: what code, names and numbers they have stand there too.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.conftest import ROOT

ENGLISH = ROOT / "docs"
CHINESE = ENGLISH / "zh"
WHOLE = ("start", "tutorial", "meanings", "data_files", "excel", "quotas")
GUIDES = ("report", "planning", "scenarios", "floods", "ensembles")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d+(?:[ .,:-]\d+)*(?![\d.]*\w)")
NAME = re.compile(r"`([^`]+)`")


def page(folder, name):
    return (folder / f"{name}.md").read_text(encoding="utf-8")


def code(text):
    """Return the code of a page: of results what is computed, without their first line."""
    blocks = FENCE.findall(text)
    return [
        (kind, body.partition("\n")[2] if kind == "text" and ".yaml" in body[:30] else body)
        for kind, body in blocks
    ]


def prose(text):
    """Return a page without code, comments, addresses of links and powers of ten of units."""
    text = re.sub(r"<!--.*?-->", "", FENCE.sub("", text))
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return re.sub(r"10\^[48] m3|亿m3|万m3", "", NAME.sub(" ", text))


def numbers(text):
    found = [re.sub(r"\s", "", number) for number in NUMBER.findall(prose(text))]
    return Counter(number for number in found if len(number) > 1)


def levels(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


def rows(text):
    return len(re.findall(r"^\|", FENCE.sub("", text), re.MULTILINE))


def test_every_page_is_compared():
    assert {path.stem for path in CHINESE.glob("*.md")} == {*WHOLE, *GUIDES, "index", "glossary"}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_page_is_in_step(name):
    english, chinese = page(ENGLISH, name), page(CHINESE, name)
    assert levels(chinese) == levels(english)
    assert code(chinese) == code(english)
    assert rows(chinese) == rows(english)
    assert numbers(chinese) == numbers(english)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_page_has_the_same_names_of_keys_and_files(name):
    english, chinese = (set(NAME.findall(FENCE.sub("", page(folder, name))))
                        for folder in (ENGLISH, CHINESE))  # fmt: skip
    assert chinese - {"hydrosim run 文件"} == english - {"hydrosim run FILE"}


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_says_nothing_that_the_english_page_does_not(name):
    english, chinese = page(ENGLISH, name), page(CHINESE, name)
    lines = {line for _kind, body in code(english) for line in body.splitlines()}
    shown = [line for _kind, body in code(chinese) for line in body.splitlines()]
    assert len(shown) >= 3 or not FENCE.search(english)
    assert [line for line in shown if line not in lines] == []
    known = re.sub(r"\s", "", english)
    assert [number for number in numbers(chinese) if number not in known] == []
    named = NAME.findall(FENCE.sub("", chinese))
    assert [one for one in named if one.split()[0].rstrip(":") not in english] == []
