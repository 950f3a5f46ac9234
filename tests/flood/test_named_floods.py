"""Floods that the config names judge works: the PMF, artificial peaks. Levees of reaches."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.flood.judging import check_floods
from tests.flood.small import flood_config, reservoir, routed

AREA_M2 = 1e7
RATING = {"level": ["20 m", "24 m", "26 m"], "flow": ["0 m3/s", "400 m3/s", "800 m3/s"]}


def closed_dam(**works):
    """A reservoir of 10 km2 that holds all water below its gate's sill at 129 m."""
    dam = reservoir(
        outlets=[{"name": "gate", "capacity": "2000 m3/s", "sill": "129 m"}],
        levels={"dead": "101 m", "normal": "112 m", "design": "121 m", "check": "125 m"},
    )
    pmf = {
        "title": {"en": "Probable maximum flood", "zh": "可能最大洪水"},
        "start": "2001-08-01",
        "inflows": {"dam": {"flows": [2000.0] * 25, "every": "1 h"}},
    }
    return {
        "nodes": {"dam": dam},
        "rivers": ["dam > sea"],
        "standards": {"dams": {"type": "flood_reservoir", "works": {"dam": works}}},
        "events": {"pmf": pmf},
    }


def config_of(parts, **flood):
    config = flood_config(
        parts["nodes"], *parts["rivers"], inflows={"dam": [100.0] * 25}, **flood
    )  # fmt: skip
    tree = json.loads(json.dumps(config.source.tree, default=str))
    tree["flood"]["events"] |= parts["events"]
    tree["standards"] = parts["standards"]
    return config_from_text(json.dumps(tree, ensure_ascii=False), "flood.yaml")


DESIGN = {
    "typical": {"flat": {"event": "event"}},
    "scaling": {"same_ratio": "1 d"},
    "return_periods": [2, 10, 100],
    "statistics": {"dam": {"volumes": {"1 d": {"mean": "3e7 m3", "cv": 1.2, "cs": 3.0}}}},
}


def test_a_flood_of_the_config_is_the_check_flood():
    # 2000 m3/s for a day are 1.728e8 m3 on 10 km2: 17.28 m above the normal level of 112 m.
    config = config_of(closed_dam(check_event="pmf", design=10), design=DESIGN)
    check = check_floods(config)
    verdicts = {v.quantity: v for v in check.verdicts}
    pmf = verdicts["check flood level"]
    peak = check.dataset["peak_level"].sel(node="dam", event="pmf").item()
    assert pmf.outcome == "fail"
    assert pmf.achieved == peak > 129.0
    assert pmf.margin_level == pytest.approx(125.0 - peak)
    assert (pmf.return_period_required, pmf.return_period_reached) == (None, None)
    assert "In the flood Probable maximum flood" in pmf.reason
    assert "可能最大洪水" in pmf.reason_zh
    # What is judged by return periods stays so, and the PMF is none of these floods.
    assert verdicts["design flood level"].return_period_required == 10.0
    table = check.table()
    assert set(table["quantity"]) == {"design flood level"}
    assert "pmf" not in table["subject"].values


def test_a_named_flood_judges_without_design_floods():
    config = config_of(closed_dam(check_event="pmf", design_event="event"))
    verdicts = {v.quantity: v for v in check_floods(config).verdicts}
    assert verdicts["check flood level"].outcome == "fail"
    # 100 m3/s for a day: 0.864 m.
    design = verdicts["design flood level"]
    assert design.outcome == "pass"
    assert design.achieved == pytest.approx(112.864, abs=1e-9)
    assert design.margin_volume == pytest.approx((121.0 - 112.864) * AREA_M2)


def test_the_command_writes_the_verdict_on_the_pmf(tmp_path, capsys):
    config = config_of(closed_dam(check_event="pmf"))
    file = tmp_path / "flood.yaml"
    file.write_text(json.dumps(config.source.tree, default=str), encoding="utf-8")
    out = tmp_path / "out"
    code = main(["flood", str(file), "--no-plots", "--strict", "--lang", "zh", "--out", str(out)])
    captured = capsys.readouterr()
    assert code == 3
    assert "校核洪水位" in captured.out
    found = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    assert [v["pass"] for v in found if v["quantity"] == "check flood level"] == [False]


def test_a_flood_that_does_not_reach_a_work_does_not_judge_it():
    parts = closed_dam()
    parts["nodes"] = {**parts["nodes"], "other": reservoir(
        levels={"dead": "101 m", "normal": "110 m", "check": "125 m"})}  # fmt: skip
    parts["rivers"] = ["dam > sea", "other > sea"]
    parts["standards"] = {
        "dams": {"type": "flood_reservoir", "works": {"other": {"check_event": "pmf"}}}
    }
    verdicts = check_floods(config_of(parts)).verdicts
    (found,) = [v for v in verdicts if v.quantity == "check flood level" and v.subject == "other"]
    assert found.outcome == "not judged"
    assert found.reason == "Not judged: the flood pmf does not reach it."


def test_names_that_are_no_floods_are_told():
    with pytest.raises(ConfigError) as refused:
        config_of(closed_dam(check_event="pmt", check=5000))
    told = {".".join(map(str, f.path)): (f.found, f.nearest) for f in refused.value.faults}
    assert told["standards.dams.works.dam.check_event"] in (
        ("'pmt'", "pmf"),
        ("both `check` and `check_event`", None),
    )
    assert len(refused.value.faults) == 2


def test_a_weir_makes_no_peak():
    weir = {"level": ["101 m", "111 m", "112 m"], "flow": ["0 m3/s", "0 m3/s", "900 m3/s"]}
    dam = reservoir(outlets=[{"name": "weir", "kind": "free", "rating": weir}])
    config = flood_config(
        {"dam": dam}, "dam > sea", inflows={"dam": [300.0] * 3 + [600.0] * 3 + [0.0] * 20},
        event={"start_levels": {"dam": "110.9 m"}}, standards={"peaks": {"type": "flood_peak"}},
    )  # fmt: skip
    (verdict,) = check_floods(config).verdicts
    assert (verdict.outcome, verdict.achieved) == ("pass", 100.0)
    assert "in no flood does it release more than its inflow peak" in verdict.reason.lower()


# -- levees of reaches ---------------------------------------------------------------------------


def leveed(**bed):
    reach = {"type": "reach", "muskingum": {"k": "3 h", "x": 0.2}, **bed}
    design = {
        **DESIGN,
        "statistics": {"top": {"volumes": {"1 d": {"mean": "3e7 m3", "cv": 1.2, "cs": 3.0}}}},
    }
    return flood_config(
        {"top": {"type": "junction"}, "bed": reach}, "top > bed", "bed > sea",
        inflows={"top": [100.0] * 25}, design=design,
        standards={
            "levees": {"type": "flood_levee", "return_periods": {"bed": 10}},
            "channels": {"type": "flood_channel", "return_periods": {"bed": 10}},
        },
    )  # fmt: skip


def stage(flow):
    return np.interp(flow, [0.0, 400.0, 800.0], [20.0, 24.0, 26.0]) + max(flow - 800.0, 0.0) / 200.0


def test_a_levee_along_a_reach_is_judged_by_its_rating():
    config = leveed(rating_curve=RATING, crest="27.6 m", guaranteed_stage="25 m",
                    warning_stage="23 m")  # fmt: skip
    check = check_floods(config)
    verdicts = {v.quantity: v for v in check.verdicts}
    at = check.dataset.isel(event=list(check.dataset["event_return_period"].values).index(10.0))
    peak = max(at["reach_peak_inflow"].item(), at["peak_discharge"].item())
    level = stage(peak)
    assert at["reach_peak_level"].item() == pytest.approx(level, abs=1e-12)
    levee = verdicts["crest less freeboard"]
    # A levee that is to hold a flood of 10 years is of class 5: 0.5 m of freeboard.
    assert levee.required == pytest.approx(27.1)
    assert levee.achieved == pytest.approx(level, abs=1e-12)
    assert levee.margin_level == pytest.approx(27.1 - level, abs=1e-12)
    assert levee.return_period_required == 10.0
    assert verdicts["guaranteed level"].required == 25.0
    assert verdicts["guaranteed level"].outcome == ("pass" if level <= 25.0 else "fail")
    # Without a safe discharge, what the rating says of the guaranteed stage stands for it.
    assert verdicts["safe discharge"].required == pytest.approx(600.0)
    assert verdicts["warning level"].outcome == "not judged"


def test_above_its_rating_a_reach_goes_on_rising():
    config = leveed(rating_curve=RATING, crest="26 m", safe_discharge="800 m3/s")
    check = check_floods(config)
    biggest = check.dataset["reach_peak_level"].values.max()
    peaks = np.maximum(check.dataset["reach_peak_inflow"], check.dataset["peak_discharge"])
    assert float(peaks.max()) > 1000.0
    assert biggest == pytest.approx(stage(float(peaks.max())), abs=1e-9)


def test_without_a_rating_the_safe_discharge_stands_for_the_levee():
    check = check_floods(leveed(crest="27 m", safe_discharge="500 m3/s"))
    levee = {v.standard: v for v in check.verdicts}["flood_levee"]
    assert levee.quantity == "safe discharge of the levee"
    assert (levee.required, levee.unit) == (500.0, "m3 s-1")
    assert levee.margin_flow is not None
    assert "no rating curve: judged by its safe discharge" in levee.reason.lower()
    nothing = {v.standard: v for v in check_floods(leveed(crest="27 m")).verdicts}["flood_levee"]
    assert "neither a rating curve nor a safe discharge" in nothing.reason


def test_a_section_with_a_crest_is_judged_and_stages_are_in_order():
    section = {"type": "control_section", "rating_curve": RATING, "crest": "25 m"}
    result = routed({"top": {"type": "junction"}, "gauge": section}, "top > gauge", "gauge > sea",
                    inflows={"top": [200.0] * 5})  # fmt: skip
    assert float(result["crest_level"].sel(node="gauge")) == 25.0
    assert float(result["peak_level"].sel(node="gauge")) == pytest.approx(22.0)
    with pytest.raises(ConfigError, match="a guaranteed stage below the crest"):
        leveed(rating_curve=RATING, crest="24 m", guaranteed_stage="25 m")
    with pytest.raises(ConfigError, match="a stage inside the rating curve, 20 to 26 m"):
        leveed(rating_curve=RATING, warning_stage="19 m")
