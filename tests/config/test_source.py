"""YAML 1.2 as a tree with places; what is wrong with the text itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.config import source
from hydrosim.config.source import PlacedText, parse_text, read_source
from hydrosim.errors import ConfigError

pytestmark = pytest.mark.usefixtures("dummy_types")

TEXT = """\
hydrosim: 1
a: {b: 1.2e9, c: 07-01, d: 1980-01-01, e: yes, f: 12 m3, g: 0x10, h: .5, i: '5', j: ~, k: true}
list: &list
  - 1
  - {from: a, to: b, loss: 3 %}
  - {name: tunnel}
again: *list
"""


def refused(text):
    with pytest.raises(ConfigError) as caught:
        parse_text(text, "city.yaml")
    return str(caught.value)


def faults(text):
    return [(f.path, f.found, f.expected, f.line, f.column) for f in parse_text(text).faults]


def test_only_numbers_of_yaml_1_2_are_numbers():
    tree = parse_text(TEXT).tree["a"]
    assert tree == {
        "b": 1.2e9,
        "c": "07-01",
        "d": "1980-01-01",
        "e": "yes",
        "f": "12 m3",
        "g": 16,
        "h": 0.5,
        "i": "5",
        "j": None,
        "k": True,
    }
    assert isinstance(tree["b"], float)
    assert isinstance(tree["g"], int)


def test_text_knows_its_path_also_behind_an_alias():
    tree = parse_text(TEXT).tree
    assert isinstance(tree["a"]["c"], PlacedText)
    assert tree["list"][1]["loss"].path == ("list", 1, "loss")
    assert tree["again"][1]["loss"].path == ("again", 1, "loss")


def test_places_of_keys_entries_and_missing_keys():
    source = parse_text(TEXT)
    assert source.place(("a", "c")) == (2, 15)
    assert source.place(("list", 1)) == (5, 5)
    assert source.place(("list", 1, "to")) == (5, 15)
    assert source.place(("list", 1, "capacity")) == (5, 5)
    assert source.place(("nowhere",)) == (1, 1)


def test_entries_of_a_list_are_named():
    source = parse_text(TEXT)
    assert source.label(("a", "b")) == "a.b"
    assert source.label(("list", 0)) == "list[1]"
    assert source.label(("list", 1, "loss")) == "list[a->b].loss"
    assert source.label(("list", 2, "loss")) == "list[tunnel].loss"
    assert source.label(("list", 9)) == "list[10]"


def test_numbers_keep_how_they_were_written():
    assert parse_text(TEXT).written[("a", "b")] == "1.2e9"


def test_a_duplicate_key_names_both_lines():
    assert faults("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        (("b", "c"), "the key 'c' twice, at lines 2 and 2", "each key once in a block", 2, 11),
        (("a",), "the key 'a' twice, at lines 1 and 3", "each key once in a block", 3, 1),
    ]


def test_what_yaml_allows_and_a_configuration_does_not():
    assert faults("a: .nan\nb: -.inf\n") == [
        (("a",), ".nan", "a finite number", 1, 4),
        (("b",), "-.inf", "a finite number", 2, 4),
    ]
    assert faults("a: !unit 3\n")[0][1] == "the tag !unit"
    assert faults("a: &a [*a]\n")[0][1] == "an alias to a block that holds it"
    assert faults("<<: 3\n")[0][1] == "the key '<<'"
    assert faults("? [a]\n: 3\n")[0][1] == "a list or block as a key"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a:\n\t- b\n",
            "city.yaml:2:1\n"
            "  found     text that is not YAML: found character '\\t' that cannot start any token\n"
            "  expected  YAML 1.2\n"
            "  note      a tab: indent with spaces\n"
            "1 problem found; nothing was run.",
        ),
        (
            "a: [1, 2\n",
            "city.yaml:2:1\n"
            "  found     text that is not YAML: expected ',' or ']', but got '<stream end>'\n"
            "  expected  YAML 1.2\n"
            "  note      the [ opened at line 1, column 4 is not closed, or a comma is missing\n"
            "1 problem found; nothing was run.",
        ),
        (
            "- a\n",
            "city.yaml:1:1\n"
            "  found     a list with 1 entry\n"
            "  expected  a block of keys such as period, ladder, nodes and links\n"
            "1 problem found; nothing was run.",
        ),
    ],
)
def test_text_that_is_no_configuration(text, message):
    assert refused(text) == message


def test_more_text_that_is_no_configuration():
    assert "found     an empty file" in refused("")
    assert "note      a ': ' inside a value" in refused("a: b: c\n")
    assert "found     text that is not YAML" in refused("a: 'x\n")
    assert "found     text that is not YAML" in refused("a: 1\n---\nb: 2\n")
    assert "found     text that is not YAML" in refused("a: \x01\n")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="no such file or directory"):
        read_source(tmp_path / "none.yaml")
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: Fl\xfcsse\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="bytes that are not UTF-8 at position 9"):
        read_source(path)


ROOT = Path(__file__).parents[2]
WRITTEN = sorted((*ROOT.glob("configs/*.yaml"), *ROOT.glob("tests/models/**/*.yaml")))
PIECES = (
    "a: ", "b:", "- ", "? ", ", ", "{", "}", "[", "]", "c", "1.5e3", "'d'", '"e"', "# f", "&g ",
    "*g", "!h ", "|\n", ">-\n", "\n", "\n  ", "\n    ", " ", "年", "~", "---\n", "%", "@", "::",
    "http://i", "<<: ", "07-01", "=", "\\", "...\n",
)  # fmt: skip


def both_ways(text):
    """Read text with the fast and with the careful reader; None where one leaves it alone."""
    fast = source._composed_fast(text)
    if fast is None:
        return None
    quick, careful = source.Source("f"), source.Source("f")
    trees = [
        source._Reader(quick).read(fast, (), ()),
        source._Reader(careful).read(source._composed(text, careful), (), ()),
    ]
    # An empty value stands behind its key for the one, before what follows for the other.
    places = [
        {path: place for path, place in one.values.items() if path not in one.keys}
        for one in (quick, careful)
    ]
    return [
        (repr(tree), one.keys, values, one.written, one.faults)
        for tree, one, values in zip(trees, (quick, careful), places, strict=True)
    ]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_the_fast_reader_builds_what_the_careful_one_builds(path):
    read = both_ways(path.read_text(encoding="utf-8"))
    assert read is None or read[0] == read[1]
    assert read is not None or "invalid" in path.parts


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_fast_reader_takes_no_text_for_another(text):
    read = both_ways(text)
    assert read is None or read[0] == read[1]


@pytest.mark.parametrize("text", ["a: !b c", "a:\tb", "%YAML 1.1\n--- a", '["a":1]', "a: >#b"])
def test_text_for_the_careful_reader_only(text):
    assert source._composed_fast(text) is None


def test_without_libyaml_the_careful_reader_reads_all(monkeypatch):
    expected = parse_text(TEXT)
    monkeypatch.delattr("yaml.CSafeLoader")
    assert source._composed_fast(TEXT) is None
    assert parse_text(TEXT) == expected


def test_a_full_width_colon_that_swallowed_a_block_is_one_fault():
    told = refused("nodes:\n  a: {type: lake}\n  out： {type: outlet}\n")
    assert told == (
        "city.yaml:3:3  nodes.out\n"
        "  found     the key 'out： {type'\n"
        "  expected  a name, ': ' and its value\n"
        "  note      a full-width '：': write ': '\n"
        "1 problem found; nothing was run."
    )
    assert parse_text("'a： b': {c: 1}").tree == {"a： b": {"c": 1}}
