"""What only the whole configuration can tell."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("dummy_types")


def problems(text):
    """Return the problems of a message as lists of stripped lines."""
    result = []
    for line in text.split("\n")[:-1]:
        if line.startswith(" "):
            result[-1].append(line.strip())
        else:
            result.append([line])
    return result


@pytest.mark.parametrize(
    ("tail", "lines"),
    [
        (
            "links: [{from: a, to: b, capacity: flood_contrl}]\n"
            "rules:\n  flood_control: {type: steady, value: 1}\n",
            [
                "city.yaml:7:26  links[a->b].capacity",
                "found     'flood_contrl'",
                "expected  the name of a rule under `rules:` (1 is defined)",
                "nearest   'flood_control', defined at line 9",
            ],
        ),
        (
            "links: [{from: a, to: b, capacity: inflows.wangkui}]\n"
            "series: {inflows: {type: table, columns: [wangkuai, longmen]}}\n",
            [
                "city.yaml:7:26  links[a->b].capacity",
                "found     'inflows.wangkui'",
                "expected  the name of a series under `series:` (1 is defined)",
                "nearest   'inflows.wangkuai', defined at line 8",
            ],
        ),
        (
            "links: [{from: a, to: b, capacity: x}]\n",
            [
                "city.yaml:7:26  links[a->b].capacity",
                "found     'x'",
                "expected  the name of a rule under `rules:` (none is defined)",
            ],
        ),
        (
            "links: [{from: a, to: b, capacity: quux}]\n"
            "rules: {r: {type: steady, value: 1}}\nseries: {s: {type: steady, value: 1}}\n",
            [
                "city.yaml:7:26  links[a->b].capacity",
                "found     'quux'",
                "expected  the name of a rule under `rules:` or of a series (1 and 1 are defined)",
            ],
        ),
        (
            "standards: {lake: {type: goal, subject: c}}\n",
            [
                "city.yaml:7:32  standards.lake.subject",
                "found     'c'",
                "expected  the name of a node (2 are defined)",
            ],
        ),
        (
            "links: [{from: a, to: A}]\n",
            [
                "city.yaml:7:19  links[a->A].to",
                "found     'A'",
                "expected  the name of a node (2 are defined)",
                "nearest   'a', defined at line 5",
            ],
        ),
        (
            "links: [{from: a, to: a}]\n",
            [
                "city.yaml:7:19  links[a->a].to",
                "found     'a'",
                "expected  another node than `from`",
            ],
        ),
        (
            "links:\n  - {from: a, to: b}\n  - {from: a, to: b}\n",
            [
                "city.yaml:9:5  links[a->b]",
                "found     the link 'a->b' twice, at lines 8 and 9",
                "expected  each link once, or another `name` for each",
            ],
        ),
        (
            "rules: {r: {type: steady, value: 1}}\nseries: {r: {type: steady, value: 1}}\n",
            [
                "city.yaml:7:9  rules.r",
                "found     'r' as a rule and as a series",
                "expected  each name once among `series:` and `rules:`",
            ],
        ),
        (
            "policies: {dry: {ladder: [domestic, industry, domestic]}}\n",
            [
                "city.yaml:7:47  policies.dry.ladder[3]",
                "found     'domestic' twice, as lines 1 and 3",
                "expected  each line once",
            ],
        ),
        (
            "policies: {dry: {ladder: [domestic, {spare: ab.plan}]}}\n",
            [
                "city.yaml:7:37  policies.dry.ladder[2]",
                "found     'ab.plan'",
                "expected  the name of a source: a node, with its part (.plan) or intake (@city)",
                "nearest   'a', defined at line 5",
            ],
        ),
        (
            "policies: {standard: {ladder: [domestic]}}\n",
            [
                "city.yaml:7:12  policies.standard",
                "found     a policy 'standard' beside `ladder:`, which has that name",
                "expected  another name",
            ],
        ),
        (
            "policies: {hedged: {ladder: [domestic]}}\npolicy: hedgd\n",
            [
                "city.yaml:8:1  policy",
                "found     'hedgd'",
                "expected  the name of a policy (standard, hedged) or of a rule",
                "nearest   'hedged'",
            ],
        ),
        (
            "mode: trajectory\nplanning_year: 2024\n",
            [
                "city.yaml:8:1  planning_year",
                "found     2024",
                "expected  no planning year with `mode: trajectory`, which has works of each "
                "calendar year",
            ],
        ),
        (
            "outputs: {daily: [storage, storge]}\n",
            [
                "city.yaml:7:28  outputs.daily[2]",
                "found     'storge'",
                "nearest   'storage'",
            ],
        ),
        (
            "scenarios: {axes: {works: {new: {nodes.twon.use: industry}}}}\n",
            [
                "city.yaml:7:34  scenarios.axes.works.new.nodes.twon.use",
                "found     a change of 'nodes.twon.use'",
                "expected  a key of the configuration",
            ],
        ),
    ],
)
def test_one_problem(told, tail, lines):
    (found,) = problems(told(tail))
    assert [line for line in found if "quantity" not in line] == lines


def test_a_configuration_without_ladder(told, head):
    text = told(
        "nodes: {a: {type: tank, storage_max: 1 亿m3}}\n",
        head.replace("ladder: [domestic, industry]\n", ""),
    )
    assert problems(text) == [
        [
            "city.yaml:1:1  ladder",
            "found     no ladder",
            "expected  `ladder:` or `policies:` with the classes in order",
        ]
    ]


def test_references_in_a_node(told, head):
    text = told(
        "nodes: {a: {type: tank, storage_max: r, zones: {city: s}, downstream: bb}, "
        "b: {type: tank, storage_max: 1 亿m3, limit: {07-01: q}}}\n".replace(": r,", ": 1 亿m3,"),
        head,
    )
    assert [found[0].split("  ")[1] for found in problems(text)] == [
        "nodes.a.zones.city",
        "nodes.a.downstream",
        "nodes.b.limit.07-01",
    ]


def test_each_part_is_asked_for_its_own_faults(told, load, head):
    tank = "nodes: {{x: {{type: tank, storage_max: 1 亿m3, share: {}}}}}\n"
    assert problems(told(tank.format(0.25), head)) == [
        ["city.yaml:4:45  nodes.x.share", "found     0.25", "expected  not 0.25 in x"]
    ]
    config = load(tank.format(0.75), head)
    assert [(w.path, w.found) for w in config.warnings] == [(("nodes", "x", "share"), "0.75")]


def test_spare_lines_name_a_node_its_part_or_an_intake(load):
    tail = "policies: {dry: {ladder: [{spare: a}, {spare: a.plan}, {spare: a@b}]}}\n"
    assert [line.name for line in load(tail).ladders["dry"]] == ["a", "a.plan", "a@b"]
