"""The validated configuration: SI values, ladders, rules, hash."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

import hydrosim
from hydrosim.config.ladder_line import LadderLine
from hydrosim.config.schema import Config
from hydrosim.units import RuleRef

pytestmark = pytest.mark.usefixtures("dummy_types")

TANK = "{type: tank, storage_max: 1 亿m3}"


def test_a_configuration_in_si(load):
    config = load("links: [{from: a, to: b, capacity: 3.6 km3/day}]\n")
    assert config.nodes["b"].storage_max == 2e8
    assert config.links[0].capacity == pytest.approx(3.6e9 / 86400)
    assert config.links[0].label == "a->b"
    assert config.calendar.start == date(1980, 1, 1)
    assert len(config.calendar) == 366
    assert config.water_year == (6, 1)
    assert config.start.state == "given"


def test_a_configuration_shows_itself_in_a_line(load):
    config = load("title: {en: Two tanks}\nlinks: [{from: a, to: b}]\n")
    assert repr(config) == (
        "<hydrosim.Config 'Two tanks': 2 nodes, 1 links, 1980-01-01 to 1980-12-31 by day>"
    )


def test_a_file_name_is_no_configuration():
    with pytest.raises(TypeError, match=r"load it first, hydrosim.load_config\('a.yaml'\)"):
        hydrosim.run("a.yaml")  # type: ignore[arg-type]


def test_a_configuration_cannot_be_changed(load):
    config = load()
    with pytest.raises(ValidationError):
        config.mode = "trajectory"


def test_a_link_is_a_canal_unless_it_says_otherwise(load):
    assert load("links: [{from: a, to: b}]\n").links[0].type == "canal"


def test_the_ladder_is_the_standard_policy(load):
    config = load("policies: {hedged: {ladder: [industry, {spare: a.plan}, domestic]}}\n")
    assert list(config.ladders) == ["standard", "hedged"]
    assert config.ladders["hedged"][1] == LadderLine("a.plan", spare=True)
    assert str(config.ladders["hedged"][1]) == "spare: a.plan"
    assert config.fixed_policy == "standard"
    assert config.policy_rule is None


def test_a_policy_is_chosen_by_name_or_by_a_rule(load):
    tail = "policies: {hedged: {ladder: [industry]}}\nrules: {season: {type: steady, value: 1}}\n"
    named = load(tail + "policy: hedged\n")
    assert (named.fixed_policy, named.policy_rule) == ("hedged", None)
    ruled = load(tail + "policy: season\n")
    assert (ruled.fixed_policy, ruled.policy_rule) == (None, RuleRef("season"))


def test_rules_and_series_share_their_names(load):
    config = load(
        "series: {inflows: {type: table, columns: [wangkuai]}}\n"
        "rules: {curve.city: {type: steady, value: 1}}\n"
    )
    assert config.rule_names == {"inflows", "inflows.wangkuai", "curve.city"}
    assert list(config.all_rules) == ["inflows", "curve.city"]


def test_the_hash_is_of_what_was_meant(load, head):
    config = load(f"nodes: {{a: {TANK}, b: {TANK}}}\n", head)
    same = load(
        f"nodes:\n  # other text\n  b: {TANK}\n  a: {{storage_max: 1e4 万m3, type: tank}}\n", head
    )
    other = load(f"nodes: {{a: {TANK}, b: {TANK}}}\nallocation: least_cost\n", head)
    assert config.hash == same.hash
    assert config.hash != other.hash
    assert len(config.hash) == 64
    rule = "links: [{{from: a, to: b, capacity: {}}}]\nrules: {{r: {{type: steady, value: 1}}}}\n"
    assert load(rule.format("r")).hash != load(rule.format("1 m3/s")).hash


def test_a_configuration_without_text(load):
    config = Config.model_validate(
        {
            "hydrosim": 1,
            "period": {"start": "1980-01-01", "end": "1980-01-31"},
            "ladder": ["domestic", {"spare": "a"}],
            "nodes": {"a": {"type": "tank", "storage_max": "1 亿m3"}},
        }
    )
    assert config.path is None
    assert config.source is None
    assert str(config.folder) == "."
    again = Config.model_validate(
        {
            "hydrosim": 1,
            "period": config.period,
            "ladder": config.ladder,
            "nodes": config.nodes,
        }
    )
    assert again.hash == config.hash
