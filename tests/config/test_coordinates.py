"""Places of nodes: `at` with its bounds, and those of a GeoJSON file with courses of links."""

import json
import re

import pytest

from hydrosim import load_config
from hydrosim.errors import ConfigError
from tests.conftest import ROOT

MINIMAL = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")


def written(folder, text, features=None):
    file = folder / "town.yaml"
    file.write_text(text, encoding="utf-8")
    if features is not None:
        content = {"type": "FeatureCollection", "features": features}
        (folder / "places.geojson").write_text(json.dumps(content), encoding="utf-8")
    return file


def point(name, *position):
    geometry = {"type": "Point", "coordinates": list(position)}
    return {"type": "Feature", "geometry": geometry, "properties": {"name": name}}


def line(properties, *positions):
    geometry = {"type": "LineString", "coordinates": [list(one) for one in positions]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def at(place):
    return re.sub(r"(?m)^  sea: \{", f"  sea: {{at: {place}, ", MINIMAL)


FROM_FILE = MINIMAL.replace("nodes:", "coordinates: places.geojson\nnodes:", 1)


def test_a_place_is_longitude_and_latitude(tmp_path):
    config = load_config(written(tmp_path, at("[115.5, -38]")))
    assert config.nodes["sea"].at == (115.5, -38.0)
    assert config.nodes["city"].at is None


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("[38.9, 115.5]", "longitude comes first"),
        ("[190, 38]", "a longitude from -180 to 180"),
        ("[115, -91]", "a latitude from -90 to 90"),
        ("[115]", "[longitude, latitude] in degrees"),
        ("115 E", "[longitude, latitude] in degrees"),
        ("[115 deg, 38]", "degrees are plain numbers"),
        ("[true, 38]", "degrees are plain numbers"),
    ],
)
def test_a_wrong_place_is_refused_at_its_line(tmp_path, place, said):
    text = at(place)
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    number = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("  sea:"))
    assert f"town.yaml:{number}:" in str(caught.value)
    assert "nodes.sea.at" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_fills_what_is_not_written(tmp_path):
    features = [
        point("sea", 116.0, 38.5), point("city", 115.5, 38.9, 25.0),
        point("reservoir", 115.0, 39.0),
        line({"name": "reservoir->sea"}, (115.0, 39.0), (115.4, 38.6), (116.0, 38.5)),
        line({"from": "yangtze", "to": "city"}, (115.2, 38.2), (115.3, 38.4)),
        {"type": "Feature", "geometry": None, "properties": {"name": "yangtze"}},
    ]  # fmt: skip
    text = re.sub(r"(?m)^  sea: \{", "  sea: {at: [116.5, 38.5], ", FROM_FILE)
    config = load_config(written(tmp_path, text, features))
    places = {name: node.at for name, node in config.nodes.items() if node.at}
    assert places == {"sea": (116.5, 38.5), "city": (115.5, 38.9), "reservoir": (115.0, 39.0)}
    courses = {link.label: link.course for link in config.links if link.course}
    # The end at the place of its node is no part of the course; that of a moved node is.
    assert courses == {
        "reservoir->sea": ((115.4, 38.6), (116.0, 38.5)),
        "yangtze->city": ((115.2, 38.2), (115.3, 38.4)),
    }
    by_hand = text.replace("coordinates: places.geojson\n", "")
    by_hand = by_hand.replace("  city: {", "  city: {at: [115.5, 38.9], ")
    by_hand = by_hand.replace("  reservoir:\n", "  reservoir:\n    at: [115.0, 39.0]\n")
    by_hand = by_hand.replace(
        "to: sea, type: river", "to: sea, type: river, course: [[115.4, 38.6], [116.0, 38.5]]"
    ).replace("{from: yangtze, to: city", "{from: yangtze, to: city, "
              "course: [[115.2, 38.2], [115.3, 38.4]]")  # fmt: skip
    assert load_config(written(tmp_path, by_hand)).hash == config.hash


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([point("ctiy", 115.0, 38.0)], "nearest   'city'"),
        ([point("city", 38.0, 115.0)], "feature 1: [38.0, 115.0]"),
        ([point("city", 1.0, 2.0), point("city", 3.0, 4.0)], "'city' twice"),
        ([point("city", float("nan"), 2.0)], "feature 1"),
        ([line({"name": "city->sea"}, (1.0, 2.0), (2.0, 3.0))], "the name of a link"),
        ([line({"name": "reservoir->sea"}, (1.0, 2.0))], "a line of two positions or more"),
        ([{"type": "Feature", "geometry": {"type": "Polygon"}}], "a Point or a LineString"),
        (["text"], "a Feature"),
    ],
)
def test_a_wrong_file_is_named_with_its_feature(tmp_path, features, said):
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, FROM_FILE, features))
    assert "places.geojson" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        ("{", "places.geojson:1"),
        ("[" * 100_000, "no JSON"),
        ('{"type": "Feature"}', "a FeatureCollection"),
        ('{"type": "FeatureCollection"}', "no list of features"),
        ('{"type": "FeatureCollection", "features": [], "crs": {"name": "EPSG:4547"}}', "'crs'"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path, content, said):
    if content is not None:
        (tmp_path / "places.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, FROM_FILE))
    assert said in str(caught.value)


def test_a_course_between_nodes_without_places_is_warned_of(tmp_path):
    """It would be drawn from a place that nobody gave, or nowhere."""
    text = MINIMAL.replace("to: sea, type: river", "to: sea, type: river, course: [[115.4, 38.8]]")
    (warning,) = load_config(written(tmp_path, text)).warnings
    assert warning.path == ("links", 2, "course")
    assert "'reservoir', a node without `at`" in warning.found
    placed = text.replace("  sea: {", "  sea: {at: [116, 38], ")
    placed = placed.replace("    type: reservoir\n", "    type: reservoir\n    at: [115, 38]\n")
    assert not load_config(written(tmp_path, placed)).warnings
