from __future__ import annotations

import copy
import json
import pickle

import pytest

from hydrosim.locale import (
    EMPTY,
    Bilingual,
    Composed,
    Message,
    Phrase,
    amount,
    catalogue,
    counted,
    in_all_languages,
    in_language,
    listed,
    ngettext,
    number,
    percent,
    pgettext,
    sentences,
    short,
    unit_scale,
    volume,
)


class Chinese:
    """A catalogue of few words, in place of the one that ships."""

    TEXTS = {  # noqa: RUF012
        "storage": "蓄水量",
        "the {what} of {node!r} is {value}": "{node!r} 的{what}为 {value}",
        "half of {share:.1f} %": "{share:.1f} % 的一半",
        "context\x04storage": "库容",
    }

    def gettext(self, text):
        return self.TEXTS.get(text, text)

    def pgettext(self, context, text):
        return self.TEXTS.get(f"{context}\x04{text}", text)

    def ngettext(self, one, many, count):
        return "{count} 座水库" if one == "{count} reservoir" else many


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr("hydrosim.locale.message.catalogue", lambda language: Chinese())


@pytest.mark.usefixtures("chinese")
def test_a_phrase_is_its_english_text_and_can_be_said_in_chinese():
    told = Phrase("the {what} of {node!r} is {value}", {"what": Phrase("storage"), "node": "a",
                                                        "value": 12345.6})  # fmt: skip
    assert told == "the storage of 'a' is 12,346"
    assert isinstance(told, str)
    assert hash(told) == hash("the storage of 'a' is 12,346")
    assert told.in_language("zh") == "'a' 的蓄水量为 12,346"
    assert type(told.in_language("zh")) is type(told.in_language("en")) is str
    assert json.dumps(told) == "\"the storage of 'a' is 12,346\""
    assert Phrase("half of {share:.1f} %", {"share": 5.0}).in_language("zh") == "5.0 % 的一半"


@pytest.mark.usefixtures("chinese")
def test_context_and_number_choose_the_translation():
    assert pgettext("context", "storage") == "storage"
    assert pgettext("context", "storage").in_language("zh") == "库容"
    assert ngettext("{count} reservoir", "{count} reservoirs", 1) == "1 reservoir"
    assert ngettext("{count} reservoir", "{count} reservoirs", 3) == "3 reservoirs"
    assert ngettext("{count} reservoir", "{count} reservoirs", 3).in_language("zh") == "3 座水库"


@pytest.mark.usefixtures("chinese")
def test_what_the_catalogue_lacks_stays_english_and_braces_without_values_are_text():
    assert Phrase("no {such} thing").in_language("zh") == "no {such} thing"
    assert Phrase("").in_language("zh") == ""


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "text",
    [
        Phrase("storage"),
        Phrase("half of {share:.1f} %", {"share": 5.0}),
        pgettext("context", "storage"),
        ngettext("{count} reservoir", "{count} reservoirs", 3),
        Bilingual("lake", "湖"),
        listed([Bilingual("lake", "湖"), Phrase("storage")]),
        Message("the same"),
    ],
)
def test_a_message_is_the_same_after_a_journey(text):
    for again in (pickle.loads(pickle.dumps(text)), copy.copy(text), copy.deepcopy(text)):
        assert type(again) is type(text)
        assert again == text
        assert again.in_language("zh") == text.in_language("zh")


def test_texts_that_are_no_messages_are_the_same_in_all_languages():
    assert in_language("reservoir", "zh") == "reservoir"
    assert in_language(3, "zh") == "3"
    assert Message("a").in_language("zh") == "a"
    assert in_all_languages(Bilingual("lake", "湖")) == {"en": "lake", "zh": "湖"}
    assert Bilingual("lake").in_language("zh") == "lake"


def test_a_composed_text_is_written_anew_in_each_language():
    def write(language, part, text):
        return f"{in_language(part, language)}{':' if language == 'en' else '：'}{text}"

    told = Composed(write, Bilingual("lake", "湖"), "x")
    assert told == "lake:x"
    assert told.in_language("zh") == "湖：x"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (95.0, "95"),
        (94.7368, "94.74"),
        (12345.6, "12,346"),
        (2.5e9, "2.5e+09"),
        (0.0, "0"),
        (-1.3e-13, "0"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_have_four_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1500.0, "1500"), (12345.6, "12346"), (99.96, "100"), (0.04567, "0.0457"), (0.0, "0")],
)
def test_short_numbers_have_three_digits_and_no_power_of_ten(value, text):
    assert short(value) == text


def test_percentages():
    assert percent(0.9474) == "94.74 %"


def test_sentences_begin_with_a_capital_and_end_with_the_stop_of_the_language():
    parts = (
        Bilingual("one", "甲"), EMPTY, Bilingual("two: B.", "乙。"), Bilingual(" three ", " 丙 "),
    )  # fmt: skip
    told = sentences(*parts)
    assert told == "One. Two: B. Three."
    assert told.in_language("zh") == "甲。乙。丙。"
    assert sentences(EMPTY) == ""
    assert sentences(EMPTY).in_language("zh") == ""


def test_lists_and_counts_are_said_in_each_language():
    told = listed([Bilingual("a", "甲"), Bilingual("b", "乙")])
    assert (told, told.in_language("zh")) == ("a, b", "甲、乙")
    assert in_all_languages(counted(1, "month")) == {"en": "1 month", "zh": "1个月"}
    assert in_all_languages(counted(3, "dekad")) == {"en": "3 dekads", "zh": "3个旬"}


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (volume(1.1e9, a_year=True), "1100 Mm3/year", "11 亿m³/年"),
        (volume(3e6), "3 Mm3", "300 万m³"),
        (amount(13.0, "m3 per 10^4 yuan"), "13 m3 per 10^4 yuan", "13 m³/万元"),
        (amount(97.4, "% of days"), "97.4 % of days", "97.4 %(天数)"),
        (amount(0.0, ""), "0", "0"),
        (amount(12.0, "m3 s-1"), "12 m3 s-1", "12 m³/s"),
    ],
)
def test_amounts_take_the_unit_that_each_language_uses(text, english, chinese):
    assert text == english
    assert text.in_language("zh") == chinese


def test_units_of_tables():
    assert unit_scale("Mm3/year", 20.0, "zh") == (100.0, "亿m³/年")
    assert unit_scale("Mm3", 19.9, "zh") == (0.01, "万m³")
    assert unit_scale("Mm3/year", 20.0, "en") == (1.0, "Mm³/year")


def test_the_english_of_the_code_needs_no_catalogue():
    assert catalogue("en").gettext("storage") == "storage"
