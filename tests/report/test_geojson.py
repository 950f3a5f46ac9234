"""GeoJSON out: its form after RFC 7946, its numbers, and that it comes back."""

import json
import re

import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text
from hydrosim.errors import DataError
from hydrosim.report.geojson import geojson_of
from tests.conftest import ROOT

MINIMAL = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
TITLE = "<script>alert(1)</script> =1+1"
PLACED = (
    MINIMAL.replace("  city: {", "  city: {at: [115.5, 38.8], ")
    .replace("  reservoir:\n", "  reservoir:\n    at: [115.0, 39.0]\n")
    .replace("{en: City, zh: 城市}", f"'{TITLE}'")
    .replace("capacity: 12 m3/s,", "capacity: 12 m3/s, course: [[115.2, 38.7]],")
)


@pytest.fixture(scope="module")
def run():
    config = config_from_text(PLACED, str(ROOT / "configs" / "placed.yaml"))
    dataset = hydrosim.run(hydrosim.build_model(config))
    verdicts = [one.as_dict() for one in hydrosim.check(dataset, config.standards)]
    verdicts[0]["margin"] = float("nan")
    return dataset, verdicts


@pytest.fixture(scope="module")
def made(run):
    return geojson_of(*run)


def refuse(name):
    raise AssertionError(name)


def test_its_form_is_that_of_the_standard(made):
    content = json.loads(made.text, parse_constant=refuse)
    assert content["type"] == "FeatureCollection"
    assert "crs" not in content
    for feature in content["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        geometry = feature["geometry"]
        if geometry is None:
            continue
        points = geometry["coordinates"]
        points = [points] if geometry["type"] == "Point" else points
        assert all(len(one) == 2 and abs(one[0]) <= 180 and abs(one[1]) <= 90 for one in points)
        assert geometry["type"] == "Point" or len(points) >= 2
    assert made.unplaced == ["sea", "yangtze"]


def features(made):
    found = json.loads(made.text)["features"]
    return {one["properties"]["name"]: one for one in found}


def test_longitude_comes_first_and_links_keep_their_course(made):
    found = features(made)
    assert found["city"]["geometry"] == {"type": "Point", "coordinates": [115.5, 38.8]}
    assert found["sea"]["geometry"] is None
    course = found["reservoir->city"]["geometry"]
    assert course["coordinates"] == [[115.0, 39.0], [115.2, 38.7], [115.5, 38.8]]
    assert found["yangtze->city"]["geometry"] is None


def test_results_by_year_and_their_mean(made, run):
    dataset = run[0].isel(scenario=0, member=0)
    whole = dataset["water_year"].values[dataset["complete"].values]
    own = features(made)["city"]["properties"]
    supplied = dataset["year_supplied"].sel(water_year=whole)
    supplied = supplied.isel(claim=dataset["claim_node"].values == "city").sum("claim")
    for year, volume in zip(whole, supplied.values, strict=True):
        assert own[f"supplied_m3_{year}"] == pytest.approx(float(volume), rel=1e-12)
    assert own["supplied_m3"] == pytest.approx(float(supplied.mean()), rel=1e-12)
    first = int(dataset["water_year"].values[0])
    assert f"supplied_m3_{first}" not in own
    link = features(made)["reservoir->city"]["properties"]
    volume = dataset["year_volume"].sel(water_year=whole, link="reservoir->city").mean()
    assert link["volume_m3"] == pytest.approx(float(volume), rel=1e-12)
    store = features(made)["reservoir"]["properties"]
    assert store[f"storage_end_m3_{whole[-1]}"] == pytest.approx(
        float(dataset["year_storage_end"].sel(water_year=whole[-1]).values.ravel()[0]))  # fmt: skip


def test_verdicts_stand_at_their_node(made, run):
    own = features(made)["city"]["properties"]
    judged = [one for one in run[1] if one["id"].startswith("guarantee/city_")]
    assert [one["id"] for one in own["verdicts"]] == [one["id"] for one in judged]
    assert own["verdict"] == "not provable"
    assert own["verdicts"][0]["margin"] is None
    assert "verdicts" not in features(made)["reservoir"]["properties"]
    assert len(json.loads(made.text)["verdicts"]) == len(run[1])


def test_names_are_text(made):
    assert features(made)["city"]["properties"]["title"] == TITLE


def test_it_comes_back(made, tmp_path):
    (tmp_path / "places.geojson").write_text(made.text, encoding="utf-8")
    bare = re.sub(r"at: \[[^\]]*\],? ?|course: \[\[[^\]]*\]\],", "", PLACED)
    bare = bare.replace("nodes:", "coordinates: places.geojson\nnodes:", 1)
    (tmp_path / "back.yaml").write_text(bare, encoding="utf-8")
    back = hydrosim.load_config(tmp_path / "back.yaml")
    assert back.hash == config_from_text(PLACED, str(tmp_path / "x.yaml")).hash


def test_without_any_place_it_is_refused(run):
    network = json.dumps({"nodes": [{"name": "city"}], "links": []})
    with pytest.raises(DataError, match="a network without coordinates"):
        geojson_of(run[0].assign_attrs(network=network))


def test_the_command_writes_beside_the_results_and_names_what_has_no_place(tmp_path, capsys):
    short = PLACED.replace("end: 2010-12-31", "end: 2001-12-31")
    (tmp_path / "town.yaml").write_text(short, encoding="utf-8")
    out = tmp_path / "town"
    assert main(["run", str(tmp_path / "town.yaml"), "--out", str(out), "--no-plots"]) == 0
    capsys.readouterr()
    assert main(["geojson", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(tmp_path / "town.geojson")
    assert "nodes without coordinates, with no geometry: sea, yangtze" in said.err
    assert json.loads((tmp_path / "town.geojson").read_text())["type"] == "FeatureCollection"
