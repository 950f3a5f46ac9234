"""Cells of text tables: the quick way and the careful one give the same; layouts of real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.errors import DataError
from hydrosim.io import cells
from hydrosim.io.cells import columns_of_text, numbers_of
from hydrosim.io.forcing import read_table
from hydrosim.io.layout import Layout

FILE = Path("q.csv")
CELL = st.text(st.sampled_from(" 0123456789.-e#年月nan"), max_size=6)


def refused(text: str, layout: Layout | None = None) -> str:
    with pytest.raises(DataError) as caught:
        columns_of_text(text, FILE, layout or Layout())
    return str(caught.value)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n))))
def test_the_quick_way_gives_what_the_careful_one_gives(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows) + "\n"
    quick = cells._plain_cells(text)
    if quick is None:
        return
    careful = cells._any_cells(text, FILE)
    assert quick[:2] == careful[:2]
    np.testing.assert_array_equal(quick[2], careful[2])


def test_lines_count_from_the_top_of_the_file() -> None:
    header, columns, lines, _ = columns_of_text("# source\na, b\n\n1,2\n#,\n3,4", FILE)
    assert (header, columns) == (["a", "b"], [["1", "3"], ["2", "4"]])
    assert lines.tolist() == [4, 6]


@pytest.mark.parametrize("text", ['a,b\n"1,0",2\n', "a,b\r\n1,0,2\r\n", "a;b\n1;2\n", "a b\n1 2\n"])
def test_other_text_goes_the_careful_way(text: str) -> None:
    assert cells._plain_cells(text) is None


def test_a_quoted_comma_parts_nothing() -> None:
    assert columns_of_text('a,b\n"1,0",2\n', FILE)[1] == [["1,0"], ["2"]]
    text = 'a,b\n"1,\n0",2\n#x\n3,4\n'
    assert columns_of_text(text, FILE)[2].tolist() == [2, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_any_line_end_is_read(end: str, quote: str) -> None:
    rows = ["a,b", f"{quote}1{quote},2", "3,4"]
    header, columns, lines, _ = columns_of_text(end.join(rows) + end, FILE)
    assert (header, columns) == (["a", "b"], [["1", "3"], ["2", "4"]])
    assert lines.tolist() == [2, 3]


def test_mixed_line_ends_are_read() -> None:
    assert columns_of_text("a,b\r1,2\n3,4\r\n5,6", FILE)[1] == [["1", "3", "5"], ["2", "4", "6"]]


@pytest.mark.parametrize("sign", [";", "\t", "|", " ", "   "])
def test_other_signs_part_columns(sign: str) -> None:
    text = "\n".join(sign.join(row) for row in (("a", "b"), ("1", "2"), ("3", "4")))
    assert columns_of_text(text, FILE)[:2] == (["a", "b"], [["1", "3"], ["2", "4"]])


def test_a_sign_that_parts_all_rows_alike_is_taken() -> None:
    text = "day;flow, m3/s\n2001-01-01;1,5\n2001-01-02;2\n"
    assert columns_of_text(text, FILE)[0] == ["day", "flow, m3/s"]


def test_empty_cells_behind_all_rows_are_left_out() -> None:
    assert columns_of_text("a,b,\n1,2,\n3,4,\n", FILE)[:2] == (["a", "b"], [["1", "3"], ["2", "4"]])
    assert columns_of_text("a,b\n1,2,\n3,4,,\n", FILE)[:2] == (["a", "b"], [["1", "3"], ["2", "4"]])


def test_columns_without_name_have_their_number() -> None:
    assert columns_of_text(",flow\n2001-01-01,2\n", FILE)[0] == ["1", "flow"]


def test_lines_above_the_header_and_above_the_data() -> None:
    text = "39.5\n1013\na b\nm m\n1 2\n3 4\n"
    header, columns, lines, _ = columns_of_text(text, FILE, Layout(header=3, data_from=5))
    assert (header, columns, lines.tolist()) == (["a", "b"], [["1", "3"], ["2", "4"]], [5, 6])
    commented = columns_of_text("# date,flow\n2001,1\n", FILE, Layout(header=1))
    assert commented[0] == ["date", "flow"]


def test_files_without_header() -> None:
    text = "01013500 1980 01   655.00 A\n01013500 1980 02   640.00 A\n"
    assert columns_of_text(text, FILE, Layout(header="none"))[0] == ["1", "2", "3", "4", "5"]
    names = Layout(columns=("gauge", "year", "month", "flow", "flag"))
    header, columns, lines, _ = columns_of_text(text, FILE, names)
    assert header == ["gauge", "year", "month", "flow", "flag"]
    assert columns[3] == ["655.00", "640.00"]
    assert lines.tolist() == [1, 2]
    assert refused(text, Layout(columns=("a", "b"))) == (
        "q.csv:1\n  found     5 entries\n  expected  2 entries, as `columns:` has"
    )


def test_widths_of_columns_below_a_header_of_the_usgs_are_left_out() -> None:
    text = "# USGS\nagency_cd\tdatetime\tflow\n5s\t20d\t14n\nUSGS\t2001-01-01\t12.3\n"
    header, columns, lines, _ = columns_of_text(text, FILE)
    assert (header[2], columns[2], lines.tolist()) == ("flow", ["12.3"], [4])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a,b\n1\n",
            "q.csv:2\n  found     1 entry\n  expected  2 entries, as the header has\n"
            "  note      where the header stands below other lines: `header:` with its line",
        ),
        ("a,b\n", "q.csv\n  found     no rows\n  expected  a header and rows"),
        ("", "q.csv\n  found     no rows\n  expected  a header and rows"),
        (
            "日期，流量\n2001-01-01，1\n",
            "q.csv:1\n  found     a header parted by '，'\n"
            "  expected  columns parted by commas, semicolons, tabs, bars or blanks",
        ),
        (
            "1013 5 a\n1014 6 b\n",
            "q.csv:1\n  found     a first line that begins with the number 1013\n"
            "  expected  a header with the names of the columns\n"
            "  note      `header:` with its line where it stands below; `columns:` with the names, "
            "or `header: none`, where there is none",
        ),
        (
            "a,a\n1,2\n",
            "q.csv  column 'a'\n  found     the name twice\n  expected  each name once\n"
            "  note      `columns:` gives all columns other names, with `data_from:` for the first "
            "row",
        ),
    ],
)
def test_refused(text: str, told: str) -> None:
    assert refused(text) == told


def test_a_cell_beyond_all_bounds_is_refused_with_its_line() -> None:
    text = f'a,b\n1,2\n3,"{"x" * 140_000}"\n'
    assert refused(text) == (
        "q.csv:3\n  found     a cell of more than 131072 signs\n  expected  cells of text"
    )


@pytest.mark.parametrize(
    ("column", "decimal", "commas_part", "numbers"),
    [
        (["1", "2.5", "1e3"], None, True, [1, 2.5, 1000]),
        (["1", "", "NA", " --- ", "缺测", "nan"], None, True, [1, *[np.nan] * 5]),
        (["1,5", "2"], None, False, [1.5, 2]),
        (["1.234,5", "2.000"], None, False, [1234.5, 2000]),
        (["1.234", "2.000"], None, False, [1.234, 2]),
        (["1.234", "2"], "comma", False, [1234, 2]),
        (["1,234.5", "2"], "point", True, [1234.5, 2]),
        (["1,5", "2"], None, True, None),
        (["875", "2,125", "14,250"], None, False, None),
        (["875", "2,125", "14,25"], None, False, [875, 2.125, 14.25]),
        (["0,875", "2,125"], None, False, [0.875, 2.125]),
        (["1.5", "2,5"], None, False, None),
        (["2001-01-01", ""], None, True, None),
        (["a", "1"], None, True, None),
    ],
)
def test_numbers_of_cells(column, decimal, commas_part, numbers) -> None:
    made = numbers_of(column, decimal, commas_part=commas_part)
    if numbers is None:
        assert made is None
        return
    assert made is not None
    np.testing.assert_array_equal(made[0], numbers)
    assert len(made[1]) in (0, sum(cell.strip() not in ("1",) for cell in column))


@pytest.mark.parametrize(
    ("cell", "plain"),
    [("1_000", "1000"), ("\uff11\uff12", "12"), ("\uff11\uff0e\uff15", "1.5"), ("1_0.5", "10.5")],
)
def test_underscores_and_wide_digits_are_no_numbers(tmp_path, cell, plain):
    """Python takes 1_000 and the digits of a Chinese keyboard for numbers; a file may not."""
    file = tmp_path / "flow.csv"
    for others in (("2", "3"), ("", "3")):
        rows = "\n".join(f"2001-01-0{n},{c}" for n, c in enumerate((*others, cell), 1))
        file.write_text(f"date,flow\n{rows}\n", encoding="utf-8")
        with pytest.raises(DataError) as caught:
            read_table(file, ["flow"])
        if others[0]:
            assert f"write {plain}" in str(caught.value)
            assert caught.value.line == 4


def test_blanks_that_are_no_ascii_around_a_number_are_blanks():
    numbers, words = numbers_of(["1", "\u30002\u00a0"])
    assert (numbers.tolist(), words) == ([1.0, 2.0], {})
