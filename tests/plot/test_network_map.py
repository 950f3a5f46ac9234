"""The network on a map: true proportions, labels apart, what has no coordinates."""

import json
import math

import pytest
import xarray as xr

from hydrosim import plot
from hydrosim.errors import DataError
from hydrosim.plot import network_map
from hydrosim.plot.geography import KM_OF_DEGREE, between_neighbours, labels_apart, sheet_of
from hydrosim.plot.style import drawing
from tests.plot import factory
from tests.plot.text_boxes import faults_of

PLACES = {"wangkuai": (114.5, 38.75), "xidayang": (114.8, 38.75), "baiyangdian": (116.0, 38.9)}


@pytest.fixture(scope="module")
def months():
    return xr.Dataset(attrs={"network": json.dumps(factory.network())})


def placed(dataset, places, extra=()):
    network = json.loads(dataset.attrs["network"])
    for node in network["nodes"]:
        if node["name"] in places:
            node["at"] = list(places[node["name"]])
    network["nodes"] += extra
    return dataset.assign_attrs(network=json.dumps(network))


def test_a_kilometre_is_as_long_in_both_directions():
    sheet = sheet_of([(115.0, 60.0), (116.0, 60.5)], 6.0, 9.0, 1.0)
    west, east, north = sheet.spot(115.0, 60.25), sheet.spot(116.0, 60.25), sheet.spot(115.0, 60.5)
    across_km = KM_OF_DEGREE * math.cos(math.radians(60.25))
    down_km = 0.25 * KM_OF_DEGREE
    across, down = east[0] - west[0], west[1] - north[1]
    assert across / across_km == pytest.approx(down / down_km, rel=1e-12)
    assert across == pytest.approx(6.0)


def test_the_date_line_does_not_part_a_map():
    sheet = sheet_of([(179.5, 0.0), (-179.5, 0.5)], 5.0, 9.0, 1.0)
    west, east = sheet.spot(179.5, 0.0), sheet.spot(-179.5, 0.0)
    assert (west[0], east[0]) == pytest.approx((0.0, 5.0))


def test_one_place_alone_stands_in_the_middle():
    sheet = sheet_of([(115.0, 38.0)], 6.0, 9.0, 2.0)
    assert sheet.spot(115.0, 38.0) == pytest.approx((3.0, 1.0))


def test_a_node_without_coordinates_stands_amid_its_neighbours():
    spots = {"a": (0.0, 0.0), "b": (4.0, 0.0)}
    links = [("a", "m"), ("m", "b"), ("m", "n"), ("x", "y")]
    found = between_neighbours(spots, ["m", "n", "x", "y"], links, 0.3)
    assert set(found) == {"m", "n"}
    assert 1.5 < found["m"][0] < 2.5
    assert math.dist(found["m"], found["n"]) >= 0.3


def test_labels_of_a_crowd_stay_apart():
    spots = {f"n{k}": (2.0 + 0.12 * (k % 4), 2.0 + 0.12 * (k // 4)) for k in range(12)}
    boxes = labels_apart(spots, dict.fromkeys(spots, (0.6, 0.12)), 0.05, (5.0, 5.0))
    rest = list(boxes.values())
    assert not any(one.overlap(other) for k, one in enumerate(rest) for other in rest[k + 1 :])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_map_is_a_second_page_and_its_texts_stand_apart(months, language, font_of_language):
    assert len(network_map.pages(months, "en")) == 1
    lonely = {"name": "isle", "type": "junction", "symbol": "junction", "title": "<b>$Isle$"}
    dataset = placed(months, PLACES, [lonely])
    with drawing(language) as spoken:
        schematic, drawn = network_map.pages(dataset, spoken)
        assert faults_of(drawn) == []
    texts = [text.get_text() for text in drawn.axes[0].texts]
    assert "N" in texts
    assert any(text.endswith(" km") for text in texts)
    told = " ".join(text.get_text() for text in drawn.texts)
    assert "$Isle$" in told.replace("\\", "")
    assert len(schematic.axes) == 1


def test_it_is_drawn_by_name_or_refused(months):
    ax = plot.plot("network_map", placed(months, PLACES))
    origin, far = ax.transData.transform([(0.0, 0.0), (1.0, 1.0)])
    assert far[0] - origin[0] == pytest.approx(origin[1] - far[1], rel=1e-9)
    with pytest.raises(DataError, match="a network without coordinates"):
        plot.plot("network_map", months)
