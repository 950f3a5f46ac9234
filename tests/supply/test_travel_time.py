"""Travel time from stores to claims: warned where it exceeds a step, and only there."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import load_config
from hydrosim.errors import render_faults
from hydrosim.supply.build import check_model
from tests.nodes.river_models import config, content, reservoir

SECOND = np.timedelta64(1, "s")
ROOT = Path(__file__).parents[2]
CITY = {"type": "demand", "use": "domestic", "flow": "1 m3/s"}


LADDER = ("dam_safety", "flood_limit", "domestic", "storage")


def warned(nodes, links, ladder=LADDER, **sections):
    model = content(nodes, links, ladder=ladder, **sections)
    return check_model(config(model))[0].warnings


def chain(*hours, step="day", **city):
    """A reservoir, reaches with travel times, and a city at their end."""
    names = [f"reach_{number}" for number in range(1, len(hours) + 1)]
    nodes = {
        "dam": reservoir(),
        **{
            name: {"type": "reach", "travel_time": f"{hour} h"}
            for name, hour in zip(names, hours, strict=True)
        },
        "city": {**CITY, **city},
    }
    places = ["dam", *names]
    links = [{"from": a, "to": b, "type": "river"} for a, b in pairwise(places)]
    return nodes, [*links, {"from": places[-1], "to": "city"}]


def test_a_city_two_days_below_a_dam():
    (warning,) = warned(*chain(48))
    assert (warning.path, warning.severity) == (("nodes", "city"), "warning")
    assert warning.found == (
        "water from the store 'dam' travels 48 h to the claim 'city' (line 'domestic') by "
        "reach_1: 2 steps"
    )
    assert warning.expected.startswith("at most one step (24 h): what is ordered arrives in")
    told = render_faults([warning], None, "zh")
    assert told.splitlines()[0] == "nodes.city  (警告)"
    assert (
        "发现        水库 'dam' 的水经 reach_1 到达用水要求 'city'(优先级 'domestic')"
        "需 48 小时，即 2 个时段" in told
    )
    assert "应为" in told
    assert "说明" in told


@pytest.mark.parametrize(
    ("hours", "steps"),
    [((24,), None), ((11, 11), None), ((10, 10, 10), "1.25"), ((11, 14), "1.04")],
)
def test_reaches_add_up_even_where_each_is_below_half_a_step(hours, steps):
    found = [warning.found for warning in warned(*chain(*hours))]
    if steps is None:
        assert found == []
    else:
        assert [text.endswith(f": {steps} steps") for text in found] == [True]


def test_a_longer_step_takes_the_water_in():
    (warning,) = warned(*chain(48), step="pentad", days=31)
    assert warning.path == ("nodes", "reach_1")  # that pentads do not show 48 h, not the claim


def test_the_muskingum_time_counts():
    nodes, links = chain(0)
    nodes["reach_1"] = {"type": "reach", "muskingum": {"k": "30 h", "x": 0.2}}
    (warning,) = warned(nodes, links)
    assert "travels 30 h" in warning.found


def test_a_store_on_the_way_answers_itself():
    nodes, links = chain(48)
    nodes["lower"] = reservoir()
    links[-1:] = [{"from": "reach_1", "to": "lower"}, {"from": "lower", "to": "city"}]
    (warning,) = warned(nodes, links)
    # The upper dam can still be asked to fill the lower one; the city is served from there.
    assert warning.path == ("nodes", "lower")
    assert "to the claim 'lower.storage' (line 'storage')" in warning.found


def test_the_fastest_way_counts():
    nodes, links = chain(48)
    canal = {"from": "dam", "to": "city", "capacity": "1 m3/s"}
    assert warned(nodes, [*links, canal]) == []


def test_a_base_flow_is_measured_at_the_lower_end():
    nodes, links = chain(48)
    nodes["reach_1"]["base_flow"] = {"requirement": "0.1 m3/s"}
    ladder = ("dam_safety", "flood_limit", "domestic", "base_flow", "storage")
    told = [warning.found for warning in warned(nodes, links, ladder=ladder)]
    assert len(told) == 2
    assert "to the claim 'reach_1.base_flow' (line 'base_flow')" in told[1]


def test_forced_water_warns_of_nothing():
    nodes, links = chain(48)
    nodes["dam"] = {"type": "inflow", "local_inflow": "3 m3/s"}
    assert warned(nodes, links, ladder=("domestic",)) == []


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_configs_have_no_claim_beyond_a_step(path):
    warnings = check_model(load_config(path), check_only=True)[0].warnings
    assert [one.found for one in warnings if " travels " in one.found] == []


def test_check_tells_the_warning_and_the_form_of_routing(tmp_path, capsys):
    file = tmp_path / "far.yaml"
    file.write_text(
        json.dumps(content(*chain(48), ladder=LADDER), ensure_ascii=False), encoding="utf-8"
    )
    assert main(["check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "travels 48 h" in err
    assert "reach_1: a lag of 2 steps; mean travel time 2 steps (wanted 2)" in out
    assert main(["check", str(file), "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert "需 48 小时" in err
    assert "reach_1: 滞后 2 个时段" in out
    assert out.endswith("未发现错误\n")


@pytest.mark.parametrize(
    ("step", "days", "has"),
    [("month", 20, "30.4"), ("month", 12, "0"), ("pentad", 3, "5.07"), ("dekad", 4, "0"),
     ("month", 2, None), ("month", 28, None), ("month", 45, None), ("day", 0.4, None),
     ("pentad", 7, None)],
)  # fmt: skip
def test_a_travel_time_that_long_steps_cannot_show(step, days, has):
    nodes = {"head": {"type": "inflow", "local_inflow": "3 m3/s"},
             "bed": {"type": "reach", "travel_time": f"{days} days"}}  # fmt: skip
    links = [{"from": "head", "to": "bed", "type": "river"},
             {"from": "bed", "to": "sea", "type": "river"}]  # fmt: skip
    nodes["sea"] = {"type": "outlet"}
    period = {"start": "2001-01-01", "end": "2001-12-31", "step": step}
    found = warned(nodes, links, ("storage",), period=period)
    assert [one.path for one in found] == ([] if has is None else [("nodes", "bed")])
    if has is not None:
        text = f"a travel time of {days} days, where the steps of the run give {has}"
        assert found[0].found == text


@pytest.mark.parametrize(("step", "days"), [("month", 20), ("month", 45), ("pentad", 3)])
def test_long_steps_pass_the_same_water_within_half_a_step(step, days):
    """What has left a reach differs from days by no more than half a step of the largest flow."""
    nodes = {"head": {"type": "inflow", "local_inflow": "wave"},
             "bed": {"type": "reach", "travel_time": f"{days} days"},
             "sea": {"type": "outlet"}}  # fmt: skip
    links = [{"from": "head", "to": "bed", "type": "river"},
             {"from": "bed", "to": "sea", "type": "river"}]  # fmt: skip
    wave = {"type": "profile", "unit": "m3/s", "values": [1, 2, 6, 9, 5, 3, 2, 1, 1, 1, 1, 1]}
    left = {}
    for one in ("day", step):
        period = {"start": "2001-01-01", "end": "2002-12-31", "step": one}
        model = content(nodes, links, ladder=("storage",), rules={"wave": wave}, period=period)
        flow = hydrosim.run(config(model))["discharge"].sel(reach="bed")
        seconds = np.diff([*flow["time"].values, np.datetime64("2003-01-01")]) / SECOND
        left[one] = (flow["time"].values[1:], np.cumsum(flow.values.ravel() * seconds)[:-1])
    at = np.isin(left["day"][0], left[step][0])
    away = np.abs(left["day"][1][at] - left[step][1])
    length = {"month": 31, "pentad": 6}[step] * 86400.0
    rounded = {20: 0.5, 3: 0.5}.get(days, 0.25)
    assert away.max() <= rounded * length * 9.0
    assert away.max() > 0.0
