"""The book of worked examples shows what the tests compare, with our numbers as they are today."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.manual.worked import DATA_TABLES, TABLES

PAGE = (ROOT / "docs" / "worked_examples.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^<!-- table: (\w+) -->\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE))


def test_every_table_of_the_page_is_computed():
    assert SHOWN.keys() == {*TABLES, *DATA_TABLES, "pywr"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_that_of_today(name):
    assert SHOWN[name].splitlines() == TABLES[name]()


@pytest.mark.parametrize("name", DATA_TABLES)
def test_a_table_of_reference_data_is_that_of_today(name, shared_data):
    assert SHOWN[name].splitlines() == DATA_TABLES[name](shared_data)


def test_the_rows_of_pywr_are_those_of_the_benchmarks():
    measured = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").splitlines()
    rows = SHOWN["pywr"].splitlines()[2:]
    assert len(rows) >= 8
    assert set(rows) <= set(measured)
