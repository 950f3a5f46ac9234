"""Messages: place, found, expected, nearest; the nearest of valid names."""

from __future__ import annotations

import pytest

from hydrosim.errors import (
    ConfigError,
    DataError,
    Fault,
    SimulationError,
    nearest,
    render_faults,
    shown,
)

KNOWN = {
    ("nodes", "wangkuai", "release_rule"): (31, 5),
    ("rules", "flood_control"): (72, 3),
    ("title",): (2, 1),
}


class Places:
    """A few known paths of a file."""

    file = "configs/city.yaml"
    in_cells = False

    def place(self, path):
        return KNOWN.get(path, (1, 1))

    def file_of(self, path):
        return self.file

    def label(self, path):
        return ".".join(path)


UNKNOWN_RULE = Fault(
    ("nodes", "wangkuai", "release_rule"),
    "'flood_contrl'",
    "the name of a rule under `rules:` (4 are defined)",
    "flood_control",
    nearest_path=("rules", "flood_control"),
)


def test_the_message_of_the_house():
    assert str(ConfigError([UNKNOWN_RULE], Places())) == (
        "configs/city.yaml:31:5  nodes.wangkuai.release_rule\n"
        "  found     'flood_contrl'\n"
        "  expected  the name of a rule under `rules:` (4 are defined)\n"
        "  nearest   'flood_control', defined at line 72\n"
        "1 problem found; nothing was run."
    )


def test_errors_stand_before_warnings_in_the_order_of_the_file():
    unlikely = Fault(("title",), "'x'", "a longer title", severity="warning")
    other = Fault(("period",), "nothing", "a period")
    error = ConfigError([unlikely, UNKNOWN_RULE, other], Places())
    heads = [line for line in str(error).split("\n") if not line.startswith(" ")]
    assert heads == [
        "configs/city.yaml:1:1  period",
        "configs/city.yaml:31:5  nodes.wangkuai.release_rule",
        "configs/city.yaml:2:1  title  (warning)",
        "2 problems found; nothing was run.",
    ]
    assert error.errors == (UNKNOWN_RULE, other)
    assert error.warnings == (unlikely,)


def test_without_places_the_path_is_told():
    assert render_faults([Fault(("links", 3, "to"), "'a'", "a node")]) == (
        "links.3.to\n  found     'a'\n  expected  a node"
    )


def test_a_fault_of_a_data_file_keeps_its_own_place():
    fault = Fault(("a",), "x", "y", file="data/q.csv", line=7, note="look there")
    assert render_faults([fault], Places()) == (
        "data/q.csv:7  a  (configs/city.yaml:1:1)\n"
        "  found     x\n  expected  y\n  note      look there"
    )
    no_line = Fault(("a",), "x", "", file="data/q.csv")
    assert render_faults([no_line], Places()) == (
        "data/q.csv  a  (configs/city.yaml:1:1)\n  found     x"
    )


def test_a_fault_of_a_part_is_put_under_the_part():
    fault = Fault(("levels", "dead"), "1", "2").under("nodes", "wangkuai")
    assert fault.path == ("nodes", "wangkuai", "levels", "dead")


def test_a_data_error_names_file_column_and_date():
    error = DataError(
        "data/q.csv",
        found="nothing (NaN)",
        expected="a finite number in each row",
        column="inflow",
        date="1980-02-03",
        line=35,
        nearest="outflow",
    )
    assert str(error) == (
        "data/q.csv:35  column 'inflow', 1980-02-03\n"
        "  found     nothing (NaN)\n"
        "  expected  a finite number in each row\n"
        "  nearest   'outflow'"
    )
    fault = error.fault("series", "inflow")
    assert fault.path == ("series", "inflow")
    assert fault.found == "nothing (NaN) in column 'inflow', 1980-02-03"
    assert (fault.file, fault.line) == ("data/q.csv", 35)


def test_a_data_error_of_a_whole_file():
    error = DataError("q.csv", found="no such file or directory", expected="a data file")
    assert str(error) == "q.csv\n  found     no such file or directory\n  expected  a data file"


def test_a_simulation_error_names_scenario_date_node_and_values():
    error = SimulationError(
        "storage is negative",
        scenario="dry_75",
        date="1984-04-03",
        node="mosul",
        values={"storage": (-3.25e6, "m3"), "fill": (0.5, "")},
    )
    assert str(error) == (
        "scenario dry_75, 1984-04-03, node mosul: storage is negative "
        "(storage = -3.25e+06 m3; fill = 0.5)"
    )
    assert str(SimulationError("stopped")) == "stopped"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        ("x" * 70, repr("x" * 60 + "...")),
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (30, "30"),
        (1.5, "1.5"),
        ({}, "an empty block"),
        ({"a": 1}, "a block with 1 key"),
        ({"a": 1, "b": 2}, "a block with 2 keys"),
        ([], "an empty list"),
        ([1], "a list with 1 entry"),
        ([1, 2], "a list with 2 entries"),
    ],
)
def test_what_was_found_is_shown_shortly(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("name", "valid", "expected"),
    [
        ("flood_contrl", ["flood_control", "flow"], "flood_control"),
        ("resevoir", ["reservoir", "reach"], "reservoir"),
        ("Reservoir", ["reservoir"], "reservoir"),
        ("storagemax", ["storage_max", "storage_min"], "storage_max"),
        ("tpye", ["type", "tier"], "type"),
        ("北京", ["北京市", "天津市"], "北京市"),
        ("canl", ["canal", "pipe", "pump"], "canal"),
        ("xx", ["ab", "cd"], None),
        ("a", ["b"], None),
        ("", ["b"], None),
        ("ice", [], None),
        ("bat", ["cat", "bar"], "bar"),
    ],
)
def test_the_nearest_name(name, valid, expected):
    assert nearest(name, valid) == expected
