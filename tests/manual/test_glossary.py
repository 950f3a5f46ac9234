"""The glossary has the same pairs in both languages, with the words of the program."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from tests.conftest import ROOT

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def pairs(page, order):
    rows = ROW.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    return [
        tuple(row[place] for place in order) for row in rows if row[0] not in ("English", "中文")
    ]


def test_both_pages_have_the_same_terms():
    english, chinese = pairs("glossary.md", (0, 1)), pairs("zh/glossary.md", (1, 0))
    assert english == chinese
    assert len(dict(english)) == len(english) >= 45


def test_terms_are_those_of_the_program():
    file = ROOT / "hydrosim" / "locale" / "zh_CN" / "LC_MESSAGES" / "hydrosim.po"
    said: dict[str, set[str]] = {}
    with file.open("rb") as text:
        for message in read_po(text):
            if isinstance(message.id, str):
                said.setdefault(message.id.lower(), set()).add(str(message.string))
    known = [(one, other) for one, other in pairs("glossary.md", (0, 1)) if one in said]
    assert len(known) >= 30
    assert [pair for pair in known if pair[1] not in said[pair[0]]] == []
