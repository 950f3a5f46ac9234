"""The words that verdicts, tables and pictures share."""

from __future__ import annotations

import pytest

from hydrosim.reading.kinds import USES
from hydrosim.reading.words import WORDS, word


@pytest.mark.parametrize("key", WORDS)
def test_each_word_is_told_in_both_languages(key: str) -> None:
    english, chinese = (WORDS[key].in_language(language) for language in ("en", "zh"))
    assert english
    assert chinese != english
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_each_use_has_a_word() -> None:
    assert set(USES) <= WORDS.keys()


def test_an_unknown_key_speaks_for_itself() -> None:
    assert str(word("snow_melt")) == "snow melt"
    assert word("base_flow").in_language("zh") == "生态基流"
