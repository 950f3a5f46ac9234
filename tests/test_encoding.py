"""Text that is not UTF-8 is told with its line, and as what it reads."""

import pytest

from hydrosim.encoding import NotUtf8, text_of


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
