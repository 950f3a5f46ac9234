"""Faults of the schema, each in the words of whoever wrote the configuration."""

from __future__ import annotations

import pytest

from hydrosim.config.load import load_config

pytestmark = pytest.mark.usefixtures("dummy_types")

END = "\n1 problem found; nothing was run."


def only(text):
    """Return the lines of a message with one problem, without the closing count."""
    assert text.endswith(END), text
    return text.removesuffix(END).split("\n")


def test_a_typo_in_a_link(told):
    assert only(told("links: [{from: a, to: b, capcity: 3 m3/s}]\n")) == [
        "city.yaml:7:26  links[a->b].capcity",
        "  found     the key 'capcity'",
        "  expected  one of the keys capacity, course, cycle, from, name, reason, tier, to, type",
        "  nearest   'capacity'",
    ]


def test_a_typo_and_the_missing_key_it_caused_are_one_problem(told, head):
    assert only(told("nodes:\n  a: {type: tank, storagemax: 1 亿m3}\n", head)) == [
        "city.yaml:5:19  nodes.a.storagemax",
        "  found     the key 'storagemax'",
        "  expected  one of the keys at, count, downstream, levels, limit, outlets, parts, river, "
        "share, storage_max, tier, title, type, unit, use, zones",
        "  nearest   'storage_max'",
        "  note      the key 'storage_max' is missing",
    ]


def test_a_missing_key_is_reported_at_its_parent(told, head):
    assert only(told("nodes:\n  a: {type: tank, share: 0.5}\n", head)) == [
        "city.yaml:5:3  nodes.a.storage_max",
        "  found     only the keys type, share",
        "  expected  the key 'storage_max': a volume with its unit, such as 13.89 亿m3",
    ]


def test_missing_keys_of_the_configuration(told):
    text = told("", "hydrosim: 1\nladder: [domestic]\n")
    assert text.split("\n") == [
        "city.yaml:1:1  period",
        "  found     only the keys hydrosim, ladder",
        "  expected  the key 'period': first and last day, and the step",
        "city.yaml:1:1  nodes",
        "  found     only the keys hydrosim, ladder",
        "  expected  the key 'nodes': nodes by name",
        "2 problems found; nothing was run.",
    ]


def test_a_typo_of_a_key_that_is_there_already(told):
    lines = only(told("nods: {}\n"))
    assert lines[0] == "city.yaml:7:1  nods"
    assert lines[3:] == ["  nearest   'nodes'", "  note      that key is there already"]


def test_an_unknown_type_gets_the_nearest(told, head):
    assert only(told("nodes:\n  a: {type: tnak}\n", head)) == [
        "city.yaml:5:7  nodes.a.type",
        "  found     'tnak'",
        "  expected  a type of node: tank",
        "  nearest   'tank'",
    ]


def test_a_missing_or_misspelt_type(told, head):
    assert only(told("nodes:\n  a: {storage_max: 1 亿m3}\n", head)) == [
        "city.yaml:5:3  nodes.a.type",
        "  found     no type",
        "  expected  a type of node: tank",
    ]
    assert only(told("rules: {r: {tpye: steady, value: 1}}\n")) == [
        "city.yaml:7:13  rules.r.tpye",
        "  found     the key 'tpye'",
        "  expected  a type of rule: steady, table",
        "  nearest   'type'",
    ]
    assert "found     3" in told("rules: {r: {type: 3}}\n")


def test_what_is_no_block(told):
    assert only(told("rules: {r: 3}\n")) == [
        "city.yaml:7:9  rules.r",
        "  found     3",
        "  expected  a rule: a block of keys with a type, such as {type: steady, ...}",
    ]
    assert only(told("standards: 3\n"))[1:] == [
        "  found     3",
        "  expected  a block of keys",
    ]
    assert only(told("links: {a: b}\n"))[1:] == [
        "  found     a block with 1 key",
        "  expected  a list",
    ]


TANK = "nodes:\n  a: {{type: tank, storage_max: 1 亿m3, {}}}\n"


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (
            "levels: {dead: 178.0 m, normal: 170 m}",
            ["levels.normal", "found     170 m", "expected  a level above `dead`"],
        ),
        ("levels: 3", ["levels", "found     3", "expected  a block of keys"]),
        (
            "limit: {07-01: 193.0}",
            [
                "limit.07-01",
                "found     193.0, a bare number",
                "expected  a level with its unit, such as 200.4 m, or the name of a rule",
            ],
        ),
        (
            "limit: {02-30: 193.0 m}",
            [
                "limit.02-30",
                "found     '02-30'",
                "expected  a day of the year as month-day, such as 07-01",
                "note      there is no such day",
            ],
        ),
        (
            "outlets: [{type: gat, width: 3 m3/s}]",
            [
                "outlets[1].type",
                "found     'gat'",
                "expected  one of gate, weir",
                "nearest   'gate'",
            ],
        ),
        (
            "outlets: [{width: 3 m3/s}]",
            ["outlets[1].type", "found     nothing", "expected  one of gate, weir"],
        ),
        (
            "outlets: [{type: gate, widht: 3 m3/s}]",
            [
                "outlets[1].widht",
                "found     the key 'widht'",
                "expected  one of the keys type, width",
                "nearest   'width'",
                "note      the key 'width' is missing",
            ],
        ),
        (
            "outlets: [{type: weir, crest: 3 m3}]",
            [
                "outlets[1].crest",
                "found     '3 m3', a volume",
                "expected  a level with its unit, such as 200.4 m",
            ],
        ),
        (
            "share: 80",
            [
                "share",
                "found     80",
                "expected  a fraction between 0 and 1, such as 80 % or 0.8",
                "note      80 % is written '80 %'",
            ],
        ),
        (
            "parts: abc d",
            [
                "parts",
                "found     'abc d'",
                "expected  a list or a flow with its unit, such as 30 m3/s, or the name of a rule",
            ],
        ),
        ("parts: [1, x]", ["parts[2]", "found     'x'", "expected  a number, such as 0.65"]),
        ("count: 0", ["count", "found     0", "expected  a number of 1 or more"]),
        ("count: 1.5", ["count", "found     1.5", "expected  a whole number"]),
        ("count: many", ["count", "found     'many'", "expected  a whole number"]),
        (
            "use: domestik",
            [
                "use",
                "found     'domestik'",
                "expected  domestic or industry",
                "nearest   'domestic'",
            ],
        ),
        ("river: 3", ["river", "found     3", "expected  text"]),
        (
            "title: [a]",
            ["title", "found     a list with 1 entry", "expected  text or a block of keys"],
        ),
        (
            "zones: {reserve: [1]}",
            [
                "zones.reserve",
                "found     a list with 1 entry",
                "expected  a volume with its unit, such as 13.89 亿m3, or the name of a rule",
            ],
        ),
    ],
)
def test_faults_inside_a_node(told, head, entry, lines):
    found = only(told(TANK.format(entry), head))
    assert found[0].split("  ")[1] == f"nodes.a.{lines[0]}"
    assert [line.strip() for line in found[1:]] == lines[1:]


@pytest.mark.parametrize(
    ("tail", "lines"),
    [
        (
            "water_year: 6-1x\n",
            [
                "water_year",
                "found     '6-1x'",
                "expected  a day of the year as month-day, such as 07-01",
            ],
        ),
        (
            "mode: planing_level\n",
            [
                "mode",
                "found     'planing_level'",
                "expected  planning_level or trajectory",
                "nearest   'planning_level'",
            ],
        ),
        (
            "start: {state: warm_up}\n",
            [
                "start",
                "found     no `years`",
                "expected  `years` with `state: warm_up`, and only there",
            ],
        ),
        (
            "start: {years: 3}\n",
            [
                "start",
                "found     `years` with `state: given`",
                "expected  `years` with `state: warm_up`, and only there",
            ],
        ),
        (
            "policies: {dry: {ladder: []}}\n",
            ["policies.dry.ladder", "found     an empty list", "expected  at least 1 entry"],
        ),
        (
            "policies: {dry: {ladder: [{sprae: a}]}}\n",
            [
                "policies.dry.ladder[1]",
                "found     a block with 1 key",
                "expected  the name of a class such as domestic, or {spare: SOURCE}",
            ],
        ),
        (
            "rules: {9a: {type: steady, value: 1}}\n",
            [
                "rules.9a",
                "found     '9a'",
                "expected  a name that starts with a letter: letters, digits, underscores and dots",
            ],
        ),
        (
            "title: .nan\n",
            ["title", "found     .nan", "expected  a finite number"],
        ),
        (
            "period: {start: 1980-01-01, end: 1980-12-31}\n",
            [
                "period",
                "found     the key 'period' twice, at lines 2 and 7",
                "expected  each key once in a block",
            ],
        ),
    ],
)
def test_faults_of_the_configuration(told, tail, lines):
    found = only(told(tail))
    assert found[0].split("  ")[1] == lines[0]
    assert [line.strip() for line in found[1:]] == lines[1:]


@pytest.mark.parametrize(
    ("period", "lines"),
    [
        (
            "{start: 1980-01-02, end: 1980-12-31, step: month}",
            [
                "period.start",
                "found     the start 1980-01-02 is not on the edge of a month: take 1980-01-01",
                "expected  whole steps of a month from start to end",
            ],
        ),
        (
            "{start: 1980-01-01, end: 1979-12-31}",
            [
                "period.end",
                "found     the end 1979-12-31 is before the start 1980-01-01",
                "expected  days in order from start to end",
            ],
        ),
        (
            "{start: 1981-02-29, end: 1989-12-31}",
            [
                "period.start",
                "found     '1981-02-29'",
                "expected  a date as year-month-day, such as 1980-01-01",
                "note      there is no such day",
            ],
        ),
        (
            "{start: 1981-01-01, end: 1989-12-31, step: dekd}",
            [
                "period.step",
                "found     'dekd'",
                "expected  hour, day, pentad, dekad or month",
                "nearest   'dekad'",
            ],
        ),
    ],
)
def test_faults_of_the_period(told, period, lines):
    head = f"hydrosim: 1\nperiod: {period}\nladder: [a]\n" + TANK.format("share: 0.5")
    found = only(told("", head))
    assert found[0].split("  ")[1] == lines[0]
    assert [line.strip() for line in found[1:]] == lines[1:]


def test_another_version_of_the_format(told, head):
    text = told(TANK.format("share: 0.5"), head.replace("hydrosim: 1", "hydrosim: 2"))
    assert only(text)[:2] == ["city.yaml:1:1  hydrosim", "  found     2"]


def test_a_number_is_shown_as_it_was_written(told, head):
    text = told("nodes:\n  a: {type: tank, storage_max: 1.2e9}\n", head)
    assert only(text)[1] == "  found     1.2e9, a bare number"


def test_all_faults_of_a_stage_are_told_at_once(told, head):
    text = told("nodes:\n  a: {type: tank, storage_max: 3, share: 2}\n  b-c: 3\nx: 1\n", head)
    assert text.endswith("5 problems found; nothing was run.")
    assert "city.yaml:6:3  nodes.b-c" in text


def test_no_word_of_the_machinery_is_told(told, head):
    text = told(TANK.format("outlets: [{type: gate}], levels: {}, parts: {}, limit: []"), head)
    for word in ("Input", "tag", "pydantic", "function-", "tank.", "dict", "str"):
        assert word not in text, text


def test_an_absurd_magnitude_is_a_warning_at_its_place(load, head):
    config = load("nodes:\n  a: {type: tank, storage_max: 13890 m3}\n", head)
    (warning,) = config.warnings
    assert warning.path == ("nodes", "a", "storage_max")
    assert warning.found == "'13890 m3'"
    assert warning.expected == "as a rule a volume between 5 万m3 and 1000 亿m3"
    assert warning.note == "the likely unit is 万m3"
    assert config.source.place(warning.path) == (5, 19)


def test_warnings_are_told_with_errors_but_not_counted(told, head):
    text = told("nodes:\n  a: {type: tank, storage_max: 13890 m3, share: 2}\n", head)
    assert "nodes.a.storage_max  (warning)" in text
    assert text.endswith(END)


def test_a_file_is_loaded_with_its_place(tmp_path, head):
    path = tmp_path / "city.yaml"
    path.write_text(head + TANK.format("share: 80 %"), encoding="utf-8")
    config = load_config(str(path))
    assert config.path == path
    assert config.folder == tmp_path
    assert config.nodes["a"].share == 0.8
    assert config.warnings == ()
