from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.standards.flood_season import FloodLimit
from tests.standards.factory import days, make_dataset, only

START, END = "2000-06-01", "2002-06-01"
DAYS, DEPTH = "days above the flood limit", "depth above the flood limit"


def levels(**more: Any) -> Any:
    level = days(
        START, END, 190.0, ("2000-07-20", "2000-07-30", 193.5), ("2001-08-01", "2001-08-04", 193.8)
    )
    limit = days(START, END, 200.4, ("2000-07-01", "2000-09-01", 193.0),
                 ("2001-07-01", "2001-09-01", 193.0))  # fmt: skip
    dam = {"name": "wangkuai", "type": "reservoir", "river": "sha", "level": level,
           "limit_level": limit, **more}  # fmt: skip
    lake = {"name": "lake", "type": "lake", "level": 7.0}
    return make_dataset(START, END, items={"store": [dam, lake]})


def test_days_and_depth_from_levels() -> None:
    verdicts = FloodLimit(allowed_days=5, allowed_depth="0.9 m").check(levels())
    assert len(verdicts) == 2
    over = only(verdicts, "wangkuai", DAYS)
    assert (over.outcome, over.achieved, over.margin, over.river) == ("fail", 10.0, -5.0, "sha")
    assert "Above in 2 of 2 water years, 6.5 days a year in the mean" in over.reason
    assert "Worst water year 2000 with 10 days" in over.reason
    assert "deepest 0.8 m in 2001, on 2001-08-01" in over.reason
    depth = only(verdicts, "wangkuai", DEPTH)
    assert (depth.outcome, depth.achieved) == ("pass", pytest.approx(0.8))
    assert depth.margin == pytest.approx(0.1)


def test_a_tolerance_of_its_own_is_read_from_the_levels() -> None:
    table = {"year_days_above_limit": 10.0, "year_depth_above_limit": 0.8}
    one = FloodLimit(tolerance="0.6 m")
    (over, _depth) = one.check(levels(**table))
    assert over.achieved == 3.0  # of 2001 alone, 0.8 m deep; 0.5 m in 2000 do not count
    (over, _depth) = FloodLimit().check(levels(**table))
    assert over.achieved == 10.0
    without = levels(**table).drop_vars(["level", "limit_level"])
    (told, *_rest) = one.check(without)
    assert told.outcome == "not judged"
    assert "a tolerance of its own needs level and limit_level" in told.reason


def test_the_year_table_comes_first() -> None:
    dataset = levels(year_days_above_limit=[12.0, 0.0], year_depth_above_limit=[0.7, 0.0])
    over, depth = FloodLimit().check(dataset)
    assert (over.outcome, over.achieved) == ("fail", 12.0)
    assert (depth.achieved, depth.subject) == (0.7, "wangkuai")
    bare = dataset.drop_vars(["level", "limit_level"])
    assert "deepest 0.7 m in 2000." in FloodLimit().check(bare)[0].reason


def test_a_millimetre_is_not_above() -> None:
    dataset = levels(level=193.0005, limit_level=193.0)
    assert [v.outcome for v in FloodLimit().check(dataset)] == ["pass", "pass"]
    assert FloodLimit(tolerance="0 m").check(dataset)[0].achieved == 365.0
    assert "Never above the limit" in FloodLimit().check(dataset)[0].reason


def test_a_limit_that_stands_for_a_season_only() -> None:
    limit = days(START, END, np.nan, ("2000-07-25", "2000-09-01", 193.0))
    assert FloodLimit().check(levels(limit_level=limit))[0].achieved == 5.0


def test_what_cannot_be_judged() -> None:
    bare = levels().drop_vars(["level", "limit_level"])
    assert [v.outcome for v in FloodLimit().check(bare)] == ["not judged"]
    none = FloodLimit().check(levels(limit_level=np.nan))
    assert [(v.outcome, v.subject) for v in none] == [("not judged", "all reservoirs")]
    named = FloodLimit(stores=("lake",)).check(levels())
    assert [(v.outcome, v.subject) for v in named] == [("not judged", "lake")]
    unknown = FloodLimit(stores=("pond",)).check(levels())
    assert "no store 'pond'" in unknown[0].reason
    holes = days(START, END, 190.0, ("2001-01-01", "2001-01-02", np.nan))
    broken = FloodLimit(stores=("wangkuai",)).check(levels(level=holes))
    assert [v.outcome for v in broken] == ["not judged"]
