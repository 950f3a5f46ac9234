"""The sentences of reasons of shortage: true, and in the words of the config."""

import json

import pytest

import hydrosim
from hydrosim.builders.primitives import LIMIT
from hydrosim.config.load import config_from_text, load_config
from hydrosim.kernels.allocation import codes
from hydrosim.locale import in_language
from hydrosim.supply import reasons as sentences
from hydrosim.supply.build import build_model
from hydrosim.supply.reasons import CAUSES, WISHES, _title
from tests.conftest import ROOT
from tests.models.every_type import every_type

MODEL = """
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-01-03, step: day}}
ladder: [safe_discharge, {lines}, storage]
rules:
  none: {{type: constant, value: 0 mm/day}}
  et: {{type: constant, value: 5 mm/day}}
nodes:
  dam:
    type: reservoir
    storage_curve: {{level: [0 m, 10 m], storage: [0 Mm3, 100 Mm3]}}
    levels: {{dead: 0 m, normal: 10 m}}
    initial: 50 %
    local_inflow: 1 m3/s
    spill_to: sea
  sea: {{type: outlet}}
  {nodes}
links:
  {links}
"""
TOWN = "town: {type: demand, use: domestic, flow: 3 m3/s}"


def reasons(lines, nodes, links):
    """Return the reason of each claim on the first day, in English and Chinese."""
    text = MODEL.format(lines=lines, nodes="\n  ".join(nodes), links="\n  ".join(links))
    result = hydrosim.run(config_from_text(text)).isel(scenario=0, member=0)
    table = json.loads(result["reason"].attrs["table"])
    first = result["reason"].isel(time=0)
    return {str(c): table[str(int(first.sel(claim=c)))] for c in result["claim"].values}


def test_a_minimum_that_the_demand_downstream_does_not_take():
    found = reasons(
        "domestic, minimum",
        ["works: {type: treatment_plant, capacity: 30 m3/s}", TOWN],
        [
            "- {from: dam, to: works, minimum: 5 m3/s}",
            "- {from: works, to: town}",
        ],
    )
    assert found["town"] == {"en": "", "zh": ""}
    assert found["dam->works.minimum"] == {
        "en": "nobody downstream takes more",
        "zh": "下游无用户需要更多水量",
    }


def test_a_minimum_that_stops_at_a_canal_further_down():
    found = reasons(
        "domestic, minimum",
        ["works: {type: treatment_plant, capacity: 30 m3/s}", TOWN],
        [
            "- {from: dam, to: works, minimum: 5 m3/s}",
            "- {from: works, to: town, capacity: 2 m3/s}",
        ],
    )
    assert found["dam->works.minimum"]["en"] == "works to town: at capacity"
    assert found["town"]["en"] == "works to town: at capacity"


@pytest.mark.parametrize(
    ("lines", "nodes", "links", "claim", "reason"),
    [
        (
            "domestic, minimum",
            [TOWN],
            ["- {from: dam, to: sea, type: canal, capacity: 5 m3/s, minimum: 5 m3/s,",
             "  availability: 0.4}",
             "- {from: dam, to: town}"],
            "dam->sea.minimum",
            "dam to sea: not available",
        ),
        (
            "agriculture",
            ["fields: {type: irrigation_district, rain: none, et0: et, canal_efficiency: 0.5,",
             "  capacity: 0.1 m3/s, fields: {rice: {area: 100 km2, available_water: 15 %,",
             "  root_depth: 1 m, initial_depletion: 100 %, crops: {rice: {sow: 01-01,",
             "  harvest: 04-30, stress_depletion: 10 %, kc: {01-01: 1, 04-30: 1}}}}}}"],
            ["- {from: dam, to: fields}"],
            "fields",
            "fields: at capacity",
        ),
    ],
    ids=["link", "district"],
)  # fmt: skip
def test_a_bound_of_the_claim_itself_is_its_reason(lines, nodes, links, claim, reason):
    assert reasons(lines, nodes, links)[claim]["en"] == reason


def test_nodes_without_a_title_have_their_name():
    found = reasons(
        "base_flow",
        [
            "high: {type: inflow, local_inflow: 4 m3/s}",
            "r: {type: reach, safe_discharge: 2 m3/s}",
            "low: {type: reach, base_flow: {requirement: 9 m3/s}}",
        ],
        [
            "- {from: high, to: r, type: river}",
            "- {from: dam, to: r, type: river}",
            "- {from: r, to: low, type: river}",
            "- {from: low, to: sea, type: river}",
        ],
    )
    assert found["low.base_flow"] == {
        "en": "r: at its safe discharge; water went to equal or higher priorities",
        "zh": "r：已达安全泄量；水量供给了同级或更高优先级",
    }


def test_the_flags_of_the_search_are_those_of_the_sentences():
    for name in ("FLAG_USED_ABOVE", "FLAG_NO_WATER", "FLAG_NO_TAKER", "FLAG_NO_ROOM"):
        assert getattr(sentences, name) == getattr(codes, name)


MODELS = [
    *(path for path in (ROOT / "configs").glob("*.yaml") if not path.stem.startswith("daqing")),
    ROOT / "tests/models/coast.yaml",
]


@pytest.mark.parametrize("path", [None, *MODELS], ids=lambda p: p.stem if p else "every_type")
def test_every_bound_has_words_and_every_column_a_name_of_the_config(path):
    """No name of a primitive, such as `r.within_safe`, and no word of the code gets out."""
    model = build_model(load_config(path) if path else every_type("2001-01-02"))
    config, builder = model.config, model.builder
    owners = {*config.nodes, *(link.label for link in config.links)}
    for name, column in builder.columns.items():
        for _value, bound in column.upper:
            assert bound in CAUSES or bound in WISHES or bound.startswith(LIMIT)
        assert any(name == owner or name.startswith(f"{owner}.") for owner in owners)
        for language in ("en", "zh"):
            text = in_language(_title(model, name), language)
            assert "." not in text
            assert "->" not in text


def test_a_limit_that_the_user_named_is_said_by_its_name():
    found = reasons(
        "domestic",
        [
            "ditch: {type: import, capacity: 2 m3/s, limits: {ice: 0.5}}",
            TOWN,
        ],
        ["- {from: ditch, to: town}"],
    )
    assert found["town"] == {"en": "ditch: limited by `ice`", "zh": "ditch：受`ice`限制"}
