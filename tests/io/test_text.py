"""Encodings: UTF-8, GBK where it can be nothing else, and what is told of others."""

from __future__ import annotations

import pytest

from hydrosim.io.text import Decoded, NotUtf8, decoded, text_of


def test_utf8_with_and_without_its_mark():
    assert text_of("a,日期\n".encode()) == "a,日期\n"
    assert text_of("a,日期\n".encode("utf-8-sig")) == "a,日期\n"
    assert text_of(b"") == ""


def test_gbk_is_told_with_its_line():
    told = text_of("date,flow\n2001-01-01,3\n合计,流量总和\n".encode("gbk"))
    assert told == NotUtf8(
        "bytes that are not UTF-8 at position 23",
        3,
        "it reads as GBK, '合计,流量总和': save it as UTF-8",
    )


@pytest.mark.parametrize("raw", ["Fl\xfcsse\n".encode("latin-1"), b"a\n\xff\xff\xff\n"])
def test_other_bytes_are_not_called_gbk(raw):
    told = text_of(raw)
    assert isinstance(told, NotUtf8)
    assert told.note == "save it as UTF-8"


def test_utf16_is_told():
    told = text_of("date,flow\n".encode("utf-16"))
    assert told == NotUtf8("text in UTF-16", 1, "save it as UTF-8")


def test_data_in_gbk_is_read_and_told():
    text = "# 王快水库℃\n日期,流量\n2001-01-01,3\n"
    told = decoded(text.encode("gbk"))
    assert told == Decoded(
        text, NotUtf8("text in GBK, such as '# 王快水库℃'", 1, "`encoding: gbk` says so")
    )
    assert decoded(text.encode("gbk"), "gbk") == Decoded(text)
    assert decoded(text.encode("utf-8-sig"), "utf-8") == Decoded(text)


def test_data_in_utf16_with_its_mark_is_read_and_told():
    told = decoded("日期\t流量\n".encode("utf-16"))
    assert told == Decoded(
        "日期\t流量\n", NotUtf8("text in UTF-16", 1, "`encoding: utf-16` says so")
    )


@pytest.mark.parametrize(
    "raw",
    [
        "Größe;Abfluß\n".encode("latin-1"),
        "Débit moyen à l'écluse\n".encode("latin-1"),
        "流量".encode("big5"),
        "日,流\n".encode("shift-jis"),
        b"\xff\xfe\x00",
        b"a,b\n\x81\x30\x81\x30\n",
    ],
)
def test_what_may_be_something_else_is_not_read_as_gbk(raw):
    assert isinstance(decoded(raw), NotUtf8)


def test_an_encoding_of_the_config_that_does_not_fit():
    assert decoded(b"a\nb\xff\n", "utf-8") == NotUtf8(
        "bytes that are not utf-8 at position 3", 2, "name another, or save it as UTF-8"
    )
    assert decoded("Flüsse".encode("latin-1"), "latin-1") == Decoded("Flüsse")
