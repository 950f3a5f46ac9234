"""Cells of CSV text: the quick way and the careful one give the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.errors import DataError
from hydrosim.io import text as csv_text
from hydrosim.io.text import NotUtf8, text_of

FILE = Path("q.csv")
CELL = st.text(st.sampled_from(" 0123456789.-e#年月nan"), max_size=6)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n))))
def test_the_quick_way_gives_what_the_careful_one_gives(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows) + "\n"
    quick = csv_text._plain_cells(text)
    if quick is None:
        return
    careful = csv_text._any_cells(text, FILE)
    assert quick[:2] == careful[:2]
    np.testing.assert_array_equal(quick[2], careful[2])


def test_lines_count_from_the_top_of_the_file() -> None:
    header, cells, lines = csv_text.columns_of_text("# source\na, b\n\n1,2\n#,\n3,4", FILE)
    assert (header, cells) == (["a", "b"], [["1", "3"], ["2", "4"]])
    assert lines.tolist() == [4, 6]


@pytest.mark.parametrize("text", ['a,b\n"1,0",2\n', "a,b\r\n1,0,2\r\n"])
def test_quotes_and_rows_of_another_width_go_the_careful_way(text: str) -> None:
    assert csv_text._plain_cells(text) is None


def test_a_quoted_comma_parts_nothing() -> None:
    assert csv_text.columns_of_text('a,b\n"1,0",2\n', FILE)[1] == [["1,0"], ["2"]]


@pytest.mark.parametrize(
    ("text", "told"), [("a,b\n1\n", "q.csv:2\n  found     1 entries"), ("a,b\n", "no rows")]
)
def test_refused(text: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        csv_text.columns_of_text(text, FILE)
    assert told in str(caught.value)


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
