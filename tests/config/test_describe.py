"""The reference from the schemas and the JSON Schema."""

from __future__ import annotations

import json

import pytest

from hydrosim.config.describe import describe, json_schema, keys_of
from hydrosim.config.schema import Config

pytestmark = pytest.mark.usefixtures("dummy_types")


def test_the_reference_of_a_node_type():
    lines = describe("tank").split("\n")
    assert lines[:2] == ["node tank", "  A tank for tests."]
    text = "\n".join(" ".join(line.split()) for line in lines)
    assert "storage_max volume, such as 13.89 亿m3 [m3]; required\nLargest storage." in text
    assert "limit block by month-day of: level, such as 200.4 m or name of a rule [m]" in text
    assert "share fraction, such as 80 % or 0.8; default 0.5" in text
    assert "use domestic | industry; default domestic" in text
    assert "outlets of type gate:\nwidth flow, such as 30 m3/s [m3/s]; required" in text
    assert "downstream name of a node; default none" in text


def test_the_reference_of_the_configuration_lists_the_types():
    text = describe()
    assert text == describe("config")
    assert "types of node: tank" in text
    assert "types of rule: steady, table" in text
    assert "ladder         list of: name of a class or {spare: SOURCE}; default none" in text
    assert text.count("  title:") == 1


def test_an_unknown_type_gets_the_nearest():
    with pytest.raises(KeyError, match="no type 'tnak' is known, the nearest is 'tank'"):
        describe("tnak")
    with pytest.raises(KeyError, match="no type 'xyz' is known"):
        describe("xyz")


def test_every_key_of_the_configuration_has_a_description():
    assert all(key.description and key.form for key in keys_of(Config))


def test_the_json_schema_holds_all_types_and_units():
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$defs"]["any node"] == {"oneOf": [{"$ref": "#/$defs/node.tank"}]}
    tank = schema["$defs"]["node.tank"]
    assert tank["properties"]["storage_max"]["x-unit"] == "m3"
    assert tank["properties"]["levels"]["anyOf"][0]["$ref"] == "#/$defs/node.tank.Levels"
    assert schema["properties"]["nodes"]["patternProperties"]
    for reference in _references(schema):
        assert reference.removeprefix("#/$defs/") in schema["$defs"], reference


def _references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)
