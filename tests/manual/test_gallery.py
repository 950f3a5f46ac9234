"""The gallery shows every example; what is quick is run, pictures are drawn in both languages."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tools.manual import gallery
from tools.manual.pages import BLOCK, filled

PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")


def shown(kind):
    return [block["what"] for block in BLOCK.finditer(PAGE) if block["kind"] == kind]


def test_every_example_is_shown():
    assert sorted(shown("example")) == sorted(path.stem for path in gallery.EXAMPLES.glob("*.py"))
    assert set(shown("example")) >= gallery.PRINTED


def test_an_example_shows_its_purpose_its_code_and_what_it_prints():
    text = gallery.example_text("run_from_script")
    assert text.startswith("Run a scenario from a script and ask the result a few questions.\n\n")
    assert "```python\nfrom pathlib import Path\n" in text
    assert re.search(
        r"```text\n<hydrosim\.Model: .*\ncity: 26\.00 of 26\.00 x 10\^8 m3 supplied\n", text
    )
    assert "```text" not in gallery.example_text("plausibility")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("font_of_language")
def test_a_picture_is_drawn_beside_the_page(tmp_path, language):
    part = "```{picture} account yangtze\nplot(...)\n```\n"
    text = filled(part, language, tmp_path / "_images")
    assert text == (
        f'<img src="_images/gallery_account_yangtze_{language}.png" alt="account yangtze" '
        'loading="lazy">\n\n'
    )
    assert (tmp_path / "_images" / f"gallery_account_yangtze_{language}.png").stat().st_size > 8000
