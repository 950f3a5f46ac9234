"""A configuration goes out into a workbook and comes back; each broken cell is named."""

from __future__ import annotations

import datetime
import io
import os
import zipfile

import numpy as np
import openpyxl
import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import config_from_source, config_from_text, load_config
from hydrosim.config.source import parse_text
from hydrosim.errors import ConfigError, DataError, cell_name
from hydrosim.projects import sheets as sheets_module
from hydrosim.projects.assemble import read_book, source_of
from hydrosim.projects.book_write import book_of
from hydrosim.projects.cells import Percent, value_of
from hydrosim.projects.from_book import book_files
from hydrosim.projects.headings import Heading, heading_of, path_text, steps
from hydrosim.projects.layout import laid_out
from hydrosim.projects.sheets import read_sheets
from hydrosim.projects.yaml_text import yaml_of
from tests.conftest import ROOT
from tests.projects.books import FILE, TEXT, book, faults_with, sheets_of
from tests.projects.broken import BROKEN


def plain(part):
    """A tree without places, to be compared; the types of numbers count."""
    if isinstance(part, dict):
        return {str(key): plain(item) for key, item in part.items()}
    if isinstance(part, list):
        return [plain(item) for item in part]
    return (type(part).__name__, part) if not isinstance(part, str) else str(part)


def arrays_of(model):
    """Every array of a built model, by its place in it."""
    found, waiting = {}, [("model", model)]
    while waiting:
        name, part = waiting.pop()
        if isinstance(part, np.ndarray):
            found[name] = part
        elif isinstance(part, dict):
            waiting += [(f"{name}.{key}", value) for key, value in part.items()]
        elif isinstance(part, (tuple, list)):
            fields = getattr(part, "_fields", range(len(part)))
            waiting += [(f"{name}.{key}", value) for key, value in zip(fields, part, strict=True)]
        elif type(part).__module__.startswith("hydrosim.supply") and hasattr(part, "__dict__"):
            waiting += [(f"{name}.{key}", value) for key, value in vars(part).items()]
    return found


@pytest.mark.parametrize("name", ["town", "daqing_city", "flood_plan"])
def test_a_configuration_comes_back_to_the_same_bits(name, tmp_path):
    city = config_from_text(TEXT) if name == "town" else load_config(ROOT / f"configs/{name}.yaml")
    file = tmp_path / "book.xlsx"
    file.write_bytes(book_of(city, "zh", str(ROOT / "configs")))
    back = config_from_source(read_book(file))
    assert back.hash == city.hash
    assert back.plain == city.plain
    if name == "town" or os.environ.get("HYDROSIM_LONG") == "1":
        before, after = (arrays_of(hydrosim.build_model(one)) for one in (city, back))
        assert len(before) > 50
        assert before.keys() == after.keys()
        for key, array in before.items():
            assert array.dtype == after[key].dtype
            assert array.tobytes() == after[key].tobytes(), key


def test_a_nested_part_may_be_called_as_a_type_of_node(tmp_path):
    gate = "    outlets: [{name: gate, sill: 181 m, capacity: 200 m3/s}]\n    initial: 60 %"
    text = TEXT.replace("    initial: 60 %", gate).replace("  sea: {type: outlet}\n", "")
    town = config_from_text(text.replace("  - {from: lake, to: sea, type: river}\n", ""))
    assert "outlets" in {grid.sheet for grid in laid_out(town.source.tree)[0]}
    file = tmp_path / "book.xlsx"
    file.write_bytes(book_of(town))
    assert config_from_source(read_book(file)).hash == town.hash


def test_a_project_of_a_book_has_yaml_of_the_same_meaning(tmp_path, capsys):
    config = ROOT / "configs/county_plan.yaml"
    out = tmp_path / "books" / "county.xlsx"
    assert main(["export-excel", str(config), "--out", str(out), "--lang", "zh"]) == 0
    assert main(["export-excel", str(config), "--out", str(out)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["export-excel", str(config), "--out", str(out), "--replace"]) == 0
    folder = tmp_path / "plan"
    assert main(["init", str(folder), "--from-excel", str(out)]) == 0
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "weather_xinzhou.csv.gz", "weather_yangquan.csv.gz"]  # fmt: skip
    assert load_config(folder / "plan.yaml").hash == load_config(config).hash
    assert main(["init", str(tmp_path / "b"), "--from-excel", str(out), "--template", "month"]) == 2


def test_the_yaml_of_a_book_reads_back_as_the_same_tree():
    tree = {"hydrosim": 1, "notes": "a: b # c", "rules": {"a b": {"n": "1", "m": -1.5, "t": "true"},
            "x": {"v": [1, 2.0, None, True, "07-01", "-0.3 mm", "- a", "~", "", " a", "１", "0x1f",
                        "1e5", "a,b", "[x]", "{y}", "\"q\"", "line\nbreak", "null", "2001-01-01"]}},
            "links": [{"from": "a", "to": "b"}, {}], "empty": {}, "none": []}  # fmt: skip
    text = yaml_of(tree, "A remark\nin two lines")
    assert plain(parse_text(text).tree) == plain(tree)
    assert text.startswith("# A remark\n# in two lines\nhydrosim: 1\n")


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case[0]}-{case[1]}-{case[2]!r}"[:40])
def test_each_broken_cell_is_named(case):
    sheet, cell, value, place, text = case
    error = faults_with({(sheet, cell): value})
    assert error is not None
    where, at = place.split("!") if place else (sheet, cell)
    heads = [line.partition("  ")[0] for line in str(error).splitlines() if line.startswith(FILE)]
    assert f"{FILE}, sheet {where}, cell {at}" in heads
    assert text in str(error)


def test_there_are_fifty_broken_cells_and_the_whole_book_has_no_fault():
    assert len(BROKEN) >= 50
    assert faults_with({}) is None
    zh = faults_with({("links", "B3"): "twon"}).render("zh")
    assert "town.xlsx，工作表 links，单元格 B3" in zh
    assert "位于 town.xlsx，工作表 demands，单元格 A3" in zh


def changed(tmp_path, *, computed=None, **cells):
    """The book as a file, with cells changed by a program that computes no formula."""
    file = tmp_path / FILE
    opened = openpyxl.load_workbook(io.BytesIO(book()))
    for name, value in cells.items():
        sheet, _unused, cell = name.rpartition("_")
        if value == "merge":
            opened[sheet].merge_cells(cell)
        else:
            opened[sheet][cell] = value
            if computed:
                opened[sheet][cell].number_format = computed
    opened.save(file)
    return file


def test_what_a_spreadsheet_makes_of_cells_is_named(tmp_path):
    cells = {"aquifers_B3": "=250*2", "settings_B6": "=TODAY()", "demands_A3:B3": "merge",
             "links_A4:A5": "merge", "imports_E3": "#REF!"}  # fmt: skip
    found = {"aquifers, cell B3": "a formula without a value",
             "settings, cell B6": "a formula without a value",
             "demands, cell A3": "the merged cells A3:B3",
             "links, cell A4": "the merged cells A4:A5",
             "imports, cell E3": "the error #REF!"}  # fmt: skip
    with pytest.raises(ConfigError) as error:
        read_book(changed(tmp_path, **cells))
    for place, text in found.items():
        assert f"sheet {place}\n  found     {text}" in str(error.value)


def test_a_cell_means_what_it_shows(tmp_path):
    file = changed(tmp_path, computed="0.0%", demands_D3=0.955, links_D3=0.05)
    config = config_from_source(read_book(file))
    assert config.nodes["town"].guarantee == 0.955
    assert config.links[0].loss == 0.05
    file = changed(tmp_path, imports_D3=datetime.datetime(2026, 11, 1),
                   settings_B6=datetime.datetime(2001, 1, 1))  # fmt: skip
    config = config_from_source(read_book(file))
    assert str(config.nodes["yangtze"].account_year) == "11-01"
    assert config.period.start == datetime.date(2001, 1, 1)
    assert value_of(Percent("95.50"), "%") == "95.5 %"
    assert value_of(3, None, is_text=True) == "3"
    assert value_of('"~"', None) == "~"


def test_a_sheet_of_data_in_the_book_is_no_fault(tmp_path):
    rows = sheets_of()
    rows["flows"] = type(rows["links"])("flows", {(1, 1): "date", (1, 2): "q", (2, 1): "2001-01"})
    with pytest.raises(ConfigError, match="the sheet 'flows'"):
        source_of(FILE, rows.values())
    rows["rules"].cells.update({(5, 1): "q", (5, 2): "series", (5, 3): "m3/s", (1, 17): "file",
                                (5, 17): FILE, (1, 18): "sheet", (5, 18): "flows",
                                (1, 19): "column", (5, 19): "q"})  # fmt: skip
    assert source_of(FILE, rows.values()).tree["rules"]["q"]["sheet"] == "flows"


@pytest.mark.parametrize("damage", ["xls", "text", "cut", "part", "bomb", "large", "missing"])
def test_a_file_that_is_no_book_is_refused_by_name(damage, tmp_path, monkeypatch):
    file = tmp_path / ("book.xls" if damage == "xls" else "book.xlsx")
    content = {"xls": b"\xd0\xcf\x11\xe0" * 100, "text": b"a,b\n1,2\n", "cut": book()[:-900]}
    if damage in content:
        file.write_bytes(content[damage])
    elif damage != "missing":
        file.write_bytes(book())
    if damage == "part":
        with zipfile.ZipFile(io.BytesIO(book())) as whole, zipfile.ZipFile(file, "w") as part:
            for name in whole.namelist():
                text = whole.read(name)
                part.writestr(name, text[: len(text) // 2] if "sheet2" in name else text)
    monkeypatch.setattr(sheets_module, "MOST_TEXT", 1 << 12 if damage == "bomb" else 1 << 27)
    monkeypatch.setattr(sheets_module, "MOST_PLACES", 9 if damage == "large" else 10**6)
    found = {
        "xls": "the ending '.xls'", "text": "a file that is no workbook", "cut": "no workbook",
        "part": "a workbook that cannot be read", "bomb": "unpacks to more than",
        "large": "the sheet 'settings' of 10 rows and 3 columns", "missing": "no such file",
    }[damage]  # fmt: skip
    with pytest.raises(DataError) as error:
        read_sheets(file)
    assert str(file) in str(error.value)
    assert found.casefold() in str(error.value).casefold()


def test_nothing_is_written_where_the_book_has_faults(tmp_path, capsys):
    file = changed(tmp_path, links_B3="twon")
    assert main(["init", str(tmp_path / "plan"), "--from-excel", str(file)]) == 2
    assert f"{file}, sheet links, cell B3" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_files_outside_the_folder_of_the_book_keep_their_place(tmp_path):
    (tmp_path / "books").mkdir()
    (tmp_path / "flow.csv").write_text("date,q\n", encoding="utf-8")
    series = "  q: {type: series, file: ../flow.csv, column: q, unit: m3/s}\nnodes:"
    lines = [f"2001-{month:02d}-01,1" for month in range(1, 13)]
    years = [line.replace("2001", str(year)) for year in range(2001, 2005) for line in lines]
    (tmp_path / "flow.csv").write_text("date,q\n" + "\n".join(years), encoding="utf-8")
    file = tmp_path / "books" / FILE
    file.write_bytes(book_of(config_from_text(TEXT.replace("nodes:", series, 1))))
    text = book_files("plan", file)["plan.yaml"].decode()
    assert str((tmp_path / "flow.csv").resolve()) in text


def test_headings_say_paths_and_units():
    for text in ("levels.dead [m]", "values[3]", "stages.* [month-day]", "bands.#",
                 "curve.level[] [m]", 'axes."a.b".c', '"#x"'):  # fmt: skip
        assert path_text(*heading_of(text)) == text
    assert heading_of("value [m3/s]") == Heading(("value",), "m3/s")
    assert [steps(text) for text in ("", "a..b", "[1]", "a[0]", "a.", 'a."')] == [None] * 6
    assert [cell_name(1, column) for column in (1, 26, 27, 702, 703)] == [
        "A1", "Z1", "AA1", "ZZ1", "AAA1"]  # fmt: skip
