"""The flood-limited level by day: stages, drawdown, rise, the way over the new year."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from hydrosim.calendar import Calendar
from hydrosim.parts.flood_limit import FloodLimitedLevel
from hydrosim.parts.storage_curve import StorageTable, read_curve

CURVE = read_curve(
    StorageTable.model_validate({"level": ["100 m", "120 m"], "storage": ["0 m3", "2000 万m3"]}),
    Path(),
)
NORMAL = 12e6


def level_by_day(block, start="2000-01-01", end="2002-12-31", step="day"):
    limit = FloodLimitedLevel.model_validate(block)
    calendar = Calendar(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), step)
    storage = limit.storage_m3(calendar.starts, calendar.ends, CURVE, NORMAL)
    days = calendar.starts.astype("M8[D]").astype(str)
    return dict(zip(days.tolist(), (100.0 + storage / 1e6).tolist(), strict=True))


def test_stages_hold_from_their_day_in_every_year():
    level = level_by_day({"stages": {"07-01": "108 m", "08-11": "110 m", "09-01": "112 m"}})
    for year in (2000, 2001, 2002):
        assert level[f"{year}-06-30"] == 112.0
        assert level[f"{year}-07-01"] == 108.0
        assert level[f"{year}-08-10"] == 108.0
        assert level[f"{year}-08-11"] == 110.0
        assert level[f"{year}-08-31"] == 110.0
        assert level[f"{year}-09-01"] == 112.0
        assert level[f"{year}-12-31"] == 112.0


def test_the_drawdown_ends_where_the_first_stage_begins():
    level = level_by_day(
        {"stages": {"07-01": "108 m", "09-01": "112 m"}, "drawdown": {"from": "06-01"}}
    )
    assert level["2001-05-31"] == 112.0
    assert level["2001-06-01"] == pytest.approx(112.0 - 4.0 / 30)
    assert level["2001-06-15"] == pytest.approx(110.0)
    assert level["2001-06-30"] == pytest.approx(108.0)
    fall = -np.diff([level[day] for day in level if "-06-" in day or day.endswith("05-31")])
    assert max(fall) == pytest.approx(4.0 / 30)


def test_the_rise_as_a_line():
    level = level_by_day(
        {
            "stages": {"07-01": "108 m", "09-01": "108 m", "10-01": "112 m"},
            "rise": "line",
        }
    )
    assert level["2001-08-31"] == 108.0
    assert level["2001-09-15"] == pytest.approx(110.0)
    assert level["2001-09-30"] == pytest.approx(112.0)
    assert level["2001-10-01"] == 112.0


def test_until_and_a_season_over_the_new_year():
    level = level_by_day(
        {
            "stages": {"11-01": "108 m", "01-15": "110 m"},
            "until": "03-01",
            "drawdown": {"from": "10-02"},
        }
    )
    assert level["2000-12-31"] == 108.0
    assert level["2001-01-14"] == 108.0
    assert level["2001-01-15"] == 110.0
    assert level["2001-02-28"] == 110.0
    assert level["2001-03-01"] == 112.0
    assert level["2001-10-31"] == pytest.approx(108.0)
    assert level["2001-10-01"] == 112.0


def test_dekads_and_months_take_the_limit_at_their_end():
    stages = {"stages": {"07-01": "108 m", "08-11": "110 m", "09-01": "112 m"}}
    dekads = level_by_day(stages, step="dekad")
    assert dekads["2001-06-21"] == 112.0
    assert dekads["2001-07-01"] == 108.0
    assert dekads["2001-08-01"] == 108.0
    assert dekads["2001-08-11"] == 110.0
    months = level_by_day(stages, step="month")
    assert [months[f"2001-0{month}-01"] for month in (6, 7, 8, 9)] == [112.0, 108.0, 110.0, 112.0]


def test_the_order_of_the_stages_in_the_file_changes_nothing():
    stages = {"07-01": "110 m", "08-11": "108 m"}
    given = level_by_day({"stages": stages, "until": "09-15"})
    turned = level_by_day({"stages": dict(reversed(stages.items())), "until": "09-15"})
    assert given == turned
    assert [turned[f"2001-{day}"] for day in ("01-15", "07-15", "08-20", "09-20")] == [
        112.0, 110.0, 108.0, 112.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "path", "found"),
    [
        ({"stages": {}}, ("stages",), "no stage"),
        (
            {"stages": {"07-01": "108 m", "08-01": "110 m"}},
            ("stages", "08-01"),
            "a last stage of 110 m, below the normal level 112 m, and no `until`",
        ),
        (
            {"stages": {"07-01": "108 m", "08-01": "110 m"}, "until": "07-15"},
            ("until",),
            "07-15",
        ),
        (
            {"stages": {"07-01": "108 m", "09-01": "112 m"}, "drawdown": {"from": "07-15"}},
            ("drawdown", "from"),
            "07-15",
        ),
        (
            {"stages": {"07-01": "101 m", "09-01": "112 m"}},
            ("stages", "07-01"),
            "101 m",
        ),
    ],
)
def test_faults(block, path, found):
    faults = FloodLimitedLevel.model_validate(block).faults(102.0, 112.0)
    assert (path, found) in [(fault.path, fault.found) for fault in faults]
