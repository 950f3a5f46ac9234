"""The ladder against the claims of a network."""

from __future__ import annotations

import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.supply.build import check_model
from hydrosim.supply.ladder import complete_lines, ladder_lines, on_line, policy_ladders

CITY = """\
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-01-10}}
ladder: [{ladder}]
nodes:
  canal: {{type: import, quota: 1.2 亿m3/year, account_year: 11-01, capacity: 8 m3/s, {plan}}}
  city: {{type: demand, use: domestic, flow: 2 m3/s}}
  mill: {{type: demand, use: industry, flow: 1 m3/s}}
links:
  - {{from: canal, to: city}}
  - {{from: canal, to: mill}}
{tail}
"""
PLAN = f"plan: [{', '.join(['8 %'] * 4 + ['8.5 %'] * 8)}]"


def city(ladder, plan="", tail=""):
    return config_from_text(CITY.format(ladder=ladder, plan=plan, tail=tail), "city.yaml")


def faults(*arguments, **keys):
    with pytest.raises(ConfigError) as caught:
        check_model(city(*arguments, **keys))
    return [(fault.path, fault.found, fault.nearest, fault.note) for fault in caught.value.faults]


DAM = """\
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-01-03}}
ladder: [{ladder}]
nodes:
  upper: {{type: inflow, local_inflow: 9 m3/s}}
  dam:
    type: reservoir
    storage_curve: {{level: [0 m, 10 m, 12 m], storage: [0 Mm3, 10 Mm3, 13 Mm3]}}
    levels: {{dead: 0 m, normal: 10 m, flood_control: 11 m}}
    initial: 100 %
  city: {{type: demand, use: domestic, flow: 2 m3/s}}
  brook: {{type: reach, base_flow: {{requirement: 1 m3/s}}}}
  sea: {{type: outlet}}
links:
  - {{from: upper, to: brook, type: river}}
  - {{from: brook, to: dam, type: river}}
  - {{from: dam, to: city}}
  - {{from: dam, to: sea, type: river}}
"""


def dam(ladder):
    return config_from_text(DAM.format(ladder=ladder), "dam.yaml")


@pytest.mark.parametrize(
    ("ladder", "lines"),
    [
        ("domestic, base_flow, storage", ["storage", "dam_safety", "flood_limit"]),
        ("domestic, base_flow, flood_limit, storage", ["dam_safety", "flood_limit", "storage"]),
        ("dam_safety, domestic, base_flow, storage", ["storage", "flood_limit"]),
    ],
)
def test_limits_that_the_ladder_leaves_out_have_a_place(ladder, lines):
    builder, ladders = check_model(dam(ladder))
    assert complete_lines(ladders["standard"], builder.claims.values())[-len(lines) :] == lines


def test_a_limit_left_out_is_kept_after_all_else():
    """At its brim the dam passes on what comes in, though no line asks for it."""
    import hydrosim

    result = hydrosim.run(dam("domestic, base_flow, storage")).squeeze()
    assert result["storage"].values.tolist() == pytest.approx([10e6] * 3)
    assert result["flow"].sel(link="dam->sea").values.tolist() == pytest.approx([7.0] * 3)


def test_models_share_a_ladder_that_names_works_they_do_not_have():
    check_model(city("dam_safety, safe_discharge, flood_limit, domestic, industry, storage"))


def test_a_limit_above_a_line_whose_water_reaches_its_store_is_a_warning():
    builder, _ = check_model(dam("flood_limit, domestic, base_flow, storage"))
    (warning,) = [fault for fault in builder.warnings if "flood_limit" in fault.found]
    assert warning.path == ("ladder", 0)
    assert warning.severity == "warning"
    assert warning.found == (
        "'flood_limit' above 'base_flow' (brook.base_flow), whose water reaches 'dam' within the "
        "step"
    )
    builder, _ = check_model(dam("domestic, base_flow, flood_limit, storage"))
    assert builder.warnings == []


def test_lines_as_text():
    config = city("domestic, industry, spare: canal, spare: canal@city")
    assert ladder_lines(config.ladders["standard"]) == [
        "domestic", "industry", "spare:canal", "spare:canal@city",
    ]  # fmt: skip


def test_the_own_ladder_comes_first_then_the_policies_by_name():
    tail = "policies: {b: {ladder: [domestic, industry]}, a: {ladder: [industry, domestic]}}"
    assert list(policy_ladders(city("domestic, industry", tail=tail))) == ["standard", "a", "b"]


@pytest.mark.parametrize(
    ("plan", "ladder", "named"),
    [
        ("", "spare: canal", ["spare:canal.intake"]),
        (PLAN, "spare: canal", ["spare:canal.plan", "spare:canal.surplus"]),
        (PLAN, "spare: canal.plan", ["spare:canal.plan"]),
        (PLAN, "spare: canal.surplus", ["spare:canal.surplus"]),
    ],
)
def test_a_spare_line_names_all_parts_or_one(plan, ladder, named):
    builder, ladders = check_model(city(f"domestic, industry, {ladder}", plan))
    line = ladder_lines(ladders["standard"])[-1]
    assert sorted(c.name for c in builder.claims.values() if on_line(c, line)) == named


def test_a_spare_line_may_name_an_intake_with_a_bound():
    tail = "  - {from: canal, to: mill, name: second, capacity: 1 m3/s}"
    builder, _ = check_model(city("domestic, industry, spare: canal@mill", tail=tail))
    assert builder.claims["spare:second"].line == "spare:canal@mill"


def test_a_line_that_nothing_claims():
    assert faults("domestic, industry, ecology") == [(("ladder", 2), "'ecology'", None, None)]


def test_a_misspelt_line_is_told_once():
    assert faults("domestic, industri") == [
        (("ladder", 1), "'industri'", "industry", "mill claims 'industry'")
    ]


def test_a_claim_that_no_line_names():
    ((path, found, _, _),) = faults("domestic")
    assert (path, found) == (("ladder",), "no line 'industry', which mill claims")


def test_each_policy_is_told_at_its_own_place():
    tail = "policies: {hedged: {ladder: [industry]}}"
    ((path, found, _, _),) = faults("domestic, industry", tail=tail)
    assert path == ("policies", "hedged", "ladder")
    assert found == "no line 'domestic', which city claims"


def test_spare_lines_that_name_nothing():
    told = faults("domestic, industry, spare: canal.plan, spare: canal@sea, spare: mill")
    assert [(found, near, note) for _, found, near, note in told] == [
        ("'spare: canal.plan'", "spare: canal", None),
        ("'spare: canal@sea'", "spare: canal", "no link leads from canal to sea"),
        ("'spare: mill'", None, None),
    ]


def test_the_built_in_class_stands_on_no_ladder():
    ((path, found, _, _),) = faults("physical, domestic, industry")
    assert (path, found) == (("ladder", 0), "'physical'")
