"""Local sources: flow, yearly volume, faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.small import lowered, simulated, states, told, volumes

DAY = 86400.0
FARM = {"type": "demand", "use": "agriculture", "flow": "2 m3/s"}
LADDER = ("agriculture", {"spare": "rain"})


def source(**keys: Any) -> dict[str, Any]:
    return {"rain": {"type": "local_source", **keys}, "farm": FARM}


def test_lowers_to_a_column_with_its_bounds():
    nodes = source(capacity="1 m3/s", quota="20 万m3/year", account_year="01-01")
    builder = lowered(nodes, "rain > farm", ladder=LADDER)
    column = builder.columns["rain.intake"]
    assert [reason for _, reason in column.upper] == ["capacity", "account"]
    assert builder.claims["spare:rain.intake"].line == "spare:rain"
    assert builder.items["source"]["rain"]["kind"] == "other"


def test_flow_and_yearly_volume_bound_it():
    nodes = source(capacity="1 m3/s", quota="20 万m3/year", account_year="01-03")
    result = simulated(
        nodes, "rain > farm", ladder=LADDER, period=("2001-01-01", "2001-01-08", "day")
    )
    supplied = volumes(result, "supplied", "farm")
    start = 2e5 * 2 / 366  # of the year from 3 January 2000
    np.testing.assert_allclose(
        supplied, [start, 0, DAY, DAY, 2e5 - 2 * DAY, 0, 0, 0], rtol=1e-9, atol=1e-3
    )
    left = states(result, "account_left", "rain")
    assert left[2] == pytest.approx(2e5 - DAY, rel=1e-9)
    used = volumes(result, "account_used", "rain")
    np.testing.assert_allclose(used, supplied, rtol=1e-9, atol=1e-3)
    assert str(result["account_year"].sel(account="rain").item()) == "01-03"


def test_a_rule_gives_its_season():
    rules = {"summer": {"type": "profile", "values": [0.0] + [0.5] * 11, "unit": 1}}
    result = simulated(
        source(capacity="1 m3/s", factor="summer"), "rain > farm", ladder=LADDER, rules=rules,
        period=("2001-01-31", "2001-02-01", "day"),
    )  # fmt: skip
    np.testing.assert_allclose(volumes(result, "supplied", "farm") / DAY, [0, 0.5], atol=1e-12)


def test_faults_in_engineers_words():
    found = told(source(factor=0.5), "rain > farm", ladder=LADDER)
    assert found["nodes.rain"] == ("neither quota nor capacity", "a quota, a capacity or both")
    assert found["nodes.rain.factor"] == ("factor without a capacity", "the key `capacity`")
    found = told(source(quota="20 万m3/year"), "rain > farm", ladder=LADDER)
    assert found["nodes.rain.account_year"][0] == "a quota without a calendar"
    found = told(source(capacity="1 m3/s", account_year="01-01"), "rain > farm", ladder=LADDER)
    assert found["nodes.rain.account_year"][0] == "account_year without a quota"


def test_no_link_ends_at_it():
    nodes = {**source(capacity="1 m3/s"), "well": {"type": "local_source", "capacity": "1 m3/s"}}
    found = told(nodes, "well > rain", "rain > farm", ladder=LADDER)
    assert found["links.0.to"] == (
        "'rain', of type local_source",
        "a node that takes water from links",
    )
