"""Design floods judge works: bisection against a closed form, chains, limits, start levels."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.design import build_design_floods
from hydrosim.flood.judging import check_floods, with_limits
from hydrosim.hydrology.curves import PearsonIII
from hydrosim.reading.flood import season_titles
from tests.conftest import ROOT
from tests.flood.small import reservoir

DAY_S = 86400.0
AREA_M2 = 1e7
CURVE = PearsonIII(3e7, 1.2, 3.0)
"""Volumes of one day at the small reservoir."""


def closed_config(**more: Any) -> Any:
    """A reservoir of 10 km2 without release below 129 m: it rises by the volume over the area.

    The typical flood is one day of constant flow, the statistics those of one-day volumes.
    """
    from tests.flood.small import flood_config

    dam = reservoir(
        outlets=[{"name": "gate", "capacity": "2000 m3/s", "sill": "129 m"}],
        levels={
            "dead": "101 m",
            "normal": "112 m",
            "flood_control": more.pop("flood_control", "120 m"),
            "check": "129 m",
        },
        **more.pop("dam", {}),
    )
    design = {
        "typical": {"flat": {"event": "event"}},
        "scaling": {"same_ratio": "1 d"},
        "statistics": {
            "dam": {"volumes": {"1 d": {"mean": "3e7 m3", "cv": 1.2, "cs": 3.0}},
                    **more.pop("statistics", {})},
        },
        **more.pop("design", {}),
    }  # fmt: skip
    return flood_config(
        {"dam": dam, **more.pop("nodes", {})},
        "dam > sea",
        *more.pop("rivers", ()),
        inflows={"dam": more.pop("inflow", [100.0] * 25)},
        design=design,
        standards=more.pop("standards", {"dams": {"type": "flood_reservoir"}}),
        **more,
    )


def held_volume(limit_m: float = 112.0, bound_m: float = 120.0) -> float:
    return (bound_m - limit_m) * AREA_M2


def test_the_return_period_reached_is_that_of_the_volume_that_fits():
    """V(T) = (120 - 112) m * 10 km2 = 0.8e8 m3 has a return period that the curve tells."""
    exact = 1.0 / float(CURVE.exceedance(held_volume()))
    check = check_floods(closed_config(design={"tolerance": 0.001}))
    table = check.table().set_index("quantity")
    row = table.loc["flood-control level"]
    assert row["reached"] <= exact < row["fails_at"] <= row["reached"] * 1.001
    assert exact == pytest.approx(11.97, abs=0.01)


def test_levels_follow_the_quantiles_of_the_curve():
    check = check_floods(closed_config())
    years = check.dataset["event_return_period"].values
    levels = check.dataset["peak_level"].sel(node="dam").values
    stored = np.minimum(CURVE.quantile(1.0 / years), 17.0 * AREA_M2)
    below = stored < 17.0 * AREA_M2  # below the gate's sill
    assert levels[below] == pytest.approx(112.0 + stored[below] / AREA_M2, abs=1e-9)


def test_the_peak_of_a_design_flood_is_the_design_peak():
    storm = [0.0, 20.0, 60.0, 400.0, 180.0, 50.0, 0.0, 0.0]
    statistics = {"dam": {"peak": {"mean": "300 m3/s", "cv": 1.1, "cs_over_cv": 2.5}}}
    config = closed_config(
        statistics={}, design={"statistics": statistics, "scaling": {"same_ratio": "peak"}},
        inflow=storm,
    )  # fmt: skip
    check = check_floods(config)
    years = check.dataset["event_return_period"].values
    peaks = check.dataset["peak_inflow"].sel(node="dam").values
    assert peaks == pytest.approx(PearsonIII(300.0, 1.1, 2.75).quantile(1.0 / years), rel=1e-9)


def test_the_start_level_moves_the_answer():
    low = check_floods(closed_config(), start_levels_m={"dam": 105.0}).table()
    exact = 1.0 / float(CURVE.exceedance(held_volume(105.0)))
    row = low.set_index("quantity").loc["flood-control level"]
    assert row["reached"] <= exact < row["fails_at"]


def test_margins_at_the_required_return_period():
    standards = {"dams": {"type": "flood_reservoir", "works": {"dam": {"protection": 10}}}}
    check = check_floods(closed_config(standards=standards))
    verdict = next(v for v in check.verdicts if v.quantity == "flood-control level")
    rise = float(CURVE.quantile(1.0 / 10.0)) / AREA_M2
    assert verdict.outcome == "pass"
    assert verdict.achieved == pytest.approx(112.0 + rise, abs=1e-9)
    assert verdict.margin_level == pytest.approx(8.0 - rise, abs=1e-9)
    assert verdict.margin_volume == pytest.approx((8.0 - rise) * AREA_M2, rel=1e-9)
    assert verdict.return_period_required == 10.0


@pytest.mark.parametrize(
    ("level", "answer"), [("112.1 m", "< 2"), ("120 m", "> 10")], ids=["below", "above"]
)
def test_answers_outside_what_is_routed(level, answer):
    works = {"dam": {"design": 10, "check": 10}}
    config = closed_config(
        flood_control=level,
        design={"return_periods": [2, 5, 10]},
        standards={"dams": {"type": "flood_reservoir", "works": works}},
    )
    verdict = next(v for v in check_floods(config).verdicts if v.quantity == "flood-control level")
    assert verdict.return_period_reached == answer
    assert verdict.outcome == "not judged"  # no zone asks anything of it


def test_other_limits_are_start_and_stage():
    config = closed_config(
        dam={"flood_limited_level": {"stages": {"07-01": "110 m", "08-21": "112 m"},
                                     "drawdown": {"from": "06-01"}}},
    )  # fmt: skip
    rows = check_floods(config, limits_m={"dam": {"07-01": 106.0}}).table()
    rows = rows[rows["quantity"] == "flood-control level"].set_index("season")
    for season, limit in (("07-01", 106.0), ("08-21", 112.0)):
        exact = 1.0 / float(CURVE.exceedance(held_volume(limit)))
        assert rows.loc[season, "reached"] <= exact < rows.loc[season, "fails_at"]


def test_limits_that_do_not_fit_are_told():
    config = closed_config(
        dam={"flood_limited_level": {"stages": {"07-01": "110 m", "08-21": "112 m"},
                                     "drawdown": {"from": "06-01"}}},
    )  # fmt: skip
    with pytest.raises(ConfigError, match="a stage of its limit: 07-01, 08-21"):
        with_limits(config, {"dam": {"07-02": 106.0}})
    with pytest.raises(ConfigError, match="a store with a flood-limited level: dam"):
        with_limits(config, {"dan": {"07-01": 106.0}})
    with pytest.raises(ConfigError, match="above the dead level 101 m"):
        with_limits(config, {"dam": {"07-01": 90.0}})


def test_a_composition_that_cannot_be_is_a_warning():
    from hydrosim.flood.build import build_flood_model
    from tests.flood.small import flood_config

    storm = [0.0, 50.0, 200.0, 400.0, 200.0, 50.0, 0.0, 0.0]

    def site(peak: str, volume: str, cv: float) -> dict[str, Any]:
        more = {"cv": cv, "cs_over_cv": 2.0}
        return {"peak": {"mean": peak, **more}, "volumes": {"6 h": {"mean": volume, **more}}}

    design = {
        "typical": {"storm": {"event": "event"}},
        "scaling": {"same_ratio": "peak"},
        "return_periods": [2, 100],
        "statistics": {
            "north": site("300 m3/s", "2.4e6 m3", 1.2),
            "south": site("400 m3/s", "3e6 m3", 1.0),
            "gauge": site("500 m3/s", "5e6 m3", 0.3),
        },
        "composition": {
            "gauge": {
                "areas": {"north": {}, "south": {}},
                "schemes": ["typical_year", {"same_frequency": "north"}],
            }
        },
    }
    config = flood_config(
        {name: {"type": "junction"} for name in ("north", "south")}
        | {"gauge": {"type": "control_section", "safe_discharge": "900 m3/s"}},
        "north > gauge", "south > gauge", "gauge > sea",
        inflows={"north": storm, "south": storm}, design=design,
    )  # fmt: skip
    model = build_flood_model(config)
    made = build_design_floods(model)
    (warning,) = [w for w in model.builder.warnings if "no flood by" in w.found]
    assert warning.severity == "warning"
    assert warning.path == ("flood", "design", "composition", "gauge")
    assert "same_frequency:north" in warning.found
    assert "T = 100 years" in warning.found
    assert warning.note == "the scheme judges without them"
    assert [years for _, years in made.impossible] == [100.0]


@pytest.mark.parametrize(
    ("design", "titles", "chinese"),
    [
        ({}, ["07-01 to 08-20", "08-21 to 09-30"], ["07-01 至 08-20", "08-21 至 09-30"]),
        (
            {"seasons": {"main_flood": "07-01", "late": "08-21"}, "seasons_end": "09-16"},
            ["main flood (07-01 to 08-20)", "late flood season (08-21 to 09-15)"],
            ["main flood（07-01 至 08-20）", "后汛期（08-21 至 09-15）"],
        ),
    ],
)
def test_seasons_are_told_by_their_days(design, titles, chinese):
    limit = {"stages": {"07-01": "110 m", "08-21": "112 m"}, "until": "10-01",
             "drawdown": {"from": "05-20"}}  # fmt: skip
    config = closed_config(dam={"flood_limited_level": limit}, design=design)
    result = check_floods(config)
    found = season_titles(result.dataset)
    assert {str(one): one.in_language("zh") for one in found.values()} == dict(
        zip(titles, chinese, strict=True)
    )
    assert set(found) == set(design.get("seasons", ("07-01", "08-21")))
    (verdict,) = [one for one in result.verdicts if one.quantity == "flood-control level"]
    by_season = re.search(r"Years by season: (.*) [0-9.]+, (.*) [0-9.]+\.", verdict.details)
    assert by_season is not None
    assert set(by_season.groups()) == set(titles)
    worst = titles[1] if design else f"season {titles[1]}"
    assert f"({worst}, its own flood, form of flat)" in verdict.details


def test_a_rare_flood_that_cannot_be_made_is_a_fault_of_the_file():
    """A peak that grows with the return period far beyond the water of its day."""
    text = (ROOT / "configs" / "flood_plan.yaml").read_text(encoding="utf-8")
    text = text.replace("cv: 1.1", "cv: 3.0").replace("0.42 亿m3, cv: 1.0", "0.2 亿m3, cv: 0.1")
    text = text.replace("0.75 亿m3, cv: 0.95", "0.4 亿m3, cv: 0.1")
    model = build_flood_model(config_from_text(text, "plan.yaml"))
    with pytest.raises(ConfigError) as caught:
        build_design_floods(model)
    assert str(caught.value).startswith("plan.yaml:48:")
    assert "reservoir: design.volumes: part 1 with less water than its peak" in str(caught.value)
