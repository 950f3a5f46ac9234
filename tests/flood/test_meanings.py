"""What a flood means: no ladder, no losses unasked, one answer whatever the step, told ends."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError
from hydrosim.flood.events import config_events
from hydrosim.flood.judging import check_floods
from hydrosim.flood.simulation import route
from hydrosim.report.flood import flood_frames, rising_at_end
from hydrosim.supply.build import check_model
from hydrosim.supply.simulation import run
from tests.flood.small import flood_config, reservoir, routed, series, told

ALONE = """
hydrosim: 1
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [100 m, 130 m], storage: [0 m3, 3 亿m3]}
    levels: {flood_control: 125 m}
    flood_limited_level: {stages: {07-01: 110 m}, until: 09-30}
    outlets: [{name: gate, capacity: 5000 m3/s, sill: 101 m}]
  sea: {type: outlet}
links: [{from: dam, to: sea, type: river}]
flood:
  events:
    e: {start: 2001-07-15T08:00, inflows: {dam: {flows: [100, 4000, 100], every: 12 h}}}
"""
RIVER = """
hydrosim: 1
period: {start: 1974-01-01, end: 1974-12-31, step: day}
ladder: [LINE]
nodes:
  top: {type: inflow, local_inflow: 1 m3/s}
  r: {type: reach, muskingum: [{k: 33 h, x: 0.4}]}
  sea: {type: outlet}
links: [{from: top, to: r, type: river}, {from: r, to: sea, type: river}]
flood:
  step: 6 h
  events: {e: {start: 1974-06-01, inflows: {top: {flows: [20, 60, 200, 90, 40, 20], every: 6 h}}}}
"""
WAVE = np.interp(np.arange(73), [0, 12, 24, 72], [50.0, 50.0, 900.0, 50.0])


def test_a_flood_alone_needs_no_period_ladder_or_levels_of_supply(tmp_path, capsys):
    file = tmp_path / "alone.yaml"
    file.write_text(ALONE, encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert "floods only: there is no `period:`" in capsys.readouterr().out
    result = route(load_config(file))
    assert float(result["peak_level"].sel(node="dam").item()) == pytest.approx(110.0)


def test_a_supply_run_of_floods_alone_says_what_is_missing():
    config = config_from_text(ALONE)
    with pytest.raises(ConfigError) as error:
        check_model(config)
    paths = {".".join(map(str, fault.path)) for fault in error.value.errors}
    wanted = {"period", "ladder", "nodes.dam.initial", "nodes.dam.levels.dead"}
    assert wanted | {"nodes.dam.levels.normal"} == paths
    assert {fault.engine for fault in error.value.errors} == {"supply"}


def test_gates_without_a_level_to_hold_are_refused():
    text = ALONE.replace("    flood_limited_level: {stages: {07-01: 110 m}, until: 09-30}\n", "")
    with pytest.raises(ConfigError, match="neither a normal level nor a flood-limited level"):
        route(config_from_text(text))


@pytest.mark.parametrize("line", ["domestic", "safe_discharge"])
def test_where_nobody_claims_water_any_ladder_passes(line, tmp_path, capsys):
    file = tmp_path / "river.yaml"
    text = RIVER.replace("LINE", line).replace("k: 33 h", "k: 3 h").replace("x: 0.4", "x: 0.2")
    file.write_text(text, encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert "no fault found" in capsys.readouterr().out


def test_a_reach_is_judged_by_the_engine_that_runs(tmp_path, capsys):
    file = tmp_path / "river.yaml"
    file.write_text(RIVER.replace("LINE", "domestic"), encoding="utf-8")
    assert float(route(load_config(file))["peak_discharge"].max()) > 50.0
    assert main(["check", str(file)]) == 2
    said = capsys.readouterr().err
    assert "nodes.r.muskingum[1]  (supply run only)" in said
    assert main(["run", str(file), "--out", str(tmp_path / "out")]) == 2


def test_losses_of_supply_stay_out_of_floods():
    reach = {"type": "reach", "travel_time": "2 h", "loss": "50 %"}
    nodes = {"top": {"type": "inflow", "local_inflow": "1 m3/s"}, "reach": reach}
    river = {"from": "top", "to": "reach", "type": "river", "loss": "20 %"}
    result = routed(nodes, river, "reach > sea", inflows={"top": WAVE})
    assert float(result["bed_loss"].item()) == 0.0
    assert float(result["reach_peak_inflow"].item()) == pytest.approx(900.0)


def test_a_bed_takes_what_a_flood_is_to_lose():
    reach = {"type": "reach", "travel_time": "2 h", "flood_loss": "40 m3/s"}
    nodes = {"top": {"type": "inflow", "local_inflow": "1 m3/s"}, "reach": reach}
    config = flood_config(nodes, "top > reach", "reach > sea", inflows={"top": WAVE})
    result = route(config)
    assert float(result["bed_loss"].item()) == pytest.approx(40.0 * 72 * 3600.0)
    lost = flood_frames(result)["channels"].set_index("place")["lost"]
    assert lost["reach"] == pytest.approx(40.0 * 72 * 3600.0 / 1e6)


def test_both_ends_of_a_reach_have_their_own_hour():
    nodes = {
        "top": {"type": "inflow", "local_inflow": "1 m3/s"},
        "reach": {"type": "reach", "travel_time": "5 h"},
    }
    result = route(flood_config(nodes, "top > reach", "reach > sea", inflows={"top": WAVE}))
    row = flood_frames(result)["channels"].set_index("place").loc["reach"]
    assert (row["upper_peak"], row["time_of_upper_peak"]) == (900.0, 24.0)
    assert (row["peak_discharge"], row["time_of_peak"]) == (900.0, 29.0)


RISING = {"dam": [10.0] * 6 + [3000.0] * 6}
FREE = [{"name": "free", "kind": "free", "rating": {"level": ["110 m", "130 m"],
                                                    "flow": ["0 m3/s", "3000 m3/s"]}}]  # fmt: skip


def test_a_flood_that_ends_while_the_pool_rises_says_so():
    config = flood_config({"dam": reservoir(outlets=FREE)}, "dam > sea", inflows=RISING)
    said = list(rising_at_end(route(config)))
    assert said[0].startswith("dam: the peak of the flood event is at its last step (hour 11)")
    assert "最后时段" in next(rising_at_end(route(config), "zh"))


def test_a_flood_until_peaks_goes_on():
    short, whole = (
        route(flood_config({"dam": reservoir(outlets=FREE)}, "dam > sea", inflows=RISING, event=e))
        for e in ({}, {"duration": "until_peaks"})
    )
    given = route(
        flood_config(
            {"dam": reservoir(outlets=FREE)}, "dam > sea", inflows=RISING,
            event={"duration": "10 days"},
        )
    )  # fmt: skip
    level = [float(one["peak_level"].sel(node="dam").item()) for one in (short, whole, given)]
    assert level[0] + 1.0 < level[1] == pytest.approx(level[2], abs=1e-9)
    assert list(rising_at_end(whole)) == []


def test_a_band_above_the_safety_level_is_told_until_it_acts():
    bands = [{"up_to": "120 m", "cap": "300 m3/s"}, {"up_to": "124 m", "cap": "450 m3/s"},
             {"cap": "inflow"}]  # fmt: skip
    inflow = {"dam": [3000.0] * 20 + [100.0] * 60}

    def config(**more):
        dam = reservoir(release_bands=bands, **more)
        return flood_config({"dam": dam}, "dam > sea", inflows=inflow)

    warned = [fault for fault in config().warnings if fault.path[-1] == 1]
    assert warned[0].found == (
        "a cap of 450 m3/s from 120 m to 124 m that never acts in floods: from 120 m on the dam's "
        "safety decides alone"
    )
    acting = config(flood_operation={"dam_safety": "124 m"})
    assert [fault for fault in acting.warnings if "release_bands" in fault.path] == []
    assert 450.0 in series(route(acting).isel(event=0), "release", "dam").round(9)
    assert 450.0 not in series(route(config()).isel(event=0), "release", "dam").round(9)


@pytest.mark.parametrize(
    ("bands", "found"),
    [
        (["1500 m3/s", "200 m3/s"], "200 m3/s above a band with 1500 m3/s"),
        (["1500 m3/s", "inflow", "200 m3/s"], "200 m3/s above a band with 1500 m3/s"),
        (["inflow", "200 m3/s"], "200 m3/s above a band that lets the inflow pass"),
    ],
)
@pytest.mark.parametrize("open_end", [True, False])
def test_caps_that_fall_are_refused(bands, found, open_end):
    entries = [{"up_to": f"{112 + place} m", "cap": cap} for place, cap in enumerate(bands)]
    if open_end:
        del entries[-1]["up_to"]
    dam = reservoir(release_bands=entries)
    faults = told({"dam": dam}, "dam > sea", inflows={"dam": WAVE})
    assert faults[f"nodes.dam.release_bands.{len(bands) - 1}.cap"][0] == found


def scaled(step: str, peak: str = "1000 m3/s", standards=None, **dam):
    typical = {"flows": [100.0, 300.0, 1000.0, 700.0, 400.0, 200.0, 100.0], "every": "3 h"}
    design = {
        "typical": {"t": {"event": "event"}},
        "scaling": {"same_ratio": "peak"},
        "tolerance": 0.002,
        "statistics": {"dam": {"peak": {"mean": peak, "cv": 0.8, "cs": 2.0}}},
    }
    return flood_config(
        {"dam": reservoir(**dam), "below": {"type": "control_section",
                                            "safe_discharge": "1200 m3/s"}},
        "dam > below", "below > sea", inflows={"dam": typical}, step=step, design=design,
        standards=standards or {},
    )  # fmt: skip


@pytest.mark.parametrize("step", ["3 h", "2 h", "1 h", "10 min"])
def test_a_design_peak_equal_to_the_typical_peak_gives_the_typical_flood(step):
    from hydrosim.flood.build import build_flood_model
    from hydrosim.flood.design import build_design_floods

    config = scaled(step)
    model = build_flood_model(config)
    design = build_design_floods(model)
    curve = design.statistics["dam"]["annual"].peak
    assert curve is not None
    made = design.event(design.cases[0], 1.0 / float(curve.exceedance(1000.0)))
    typical = config_events(config)[0].refined(model.dt_s, model.every)
    assert made is not None
    np.testing.assert_allclose(made.mean_m3s["dam"], typical.mean_m3s["dam"], rtol=1e-9)
    np.testing.assert_allclose(made.end_m3s["dam"], typical.end_m3s["dam"], rtol=1e-9)


GATE = [{"name": "gate", "sill": "101 m", "rating": {"level": ["101 m", "110 m", "112 m", "130 m"],
         "flow": ["0 m3/s", "900 m3/s", "1500 m3/s", "3000 m3/s"]}}]  # fmt: skip


def test_the_typical_peak_is_that_behind_the_start(tmp_path):
    """A larger flow before the start of the event is no part of it: the factor stays 1."""
    (tmp_path / "q.csv").write_text("time_h,q\n-6,2000\n0,50\n12,900\n48,50\n", encoding="utf-8")
    name = str(tmp_path / "q.csv")
    config = flood_config(
        {"top": {"type": "inflow"}}, "top > sea", inflows={"top": {"file": name, "column": "q"}}
    )
    (event,) = config_events(config)
    assert event.peak_m3s == {"top": 900.0}


@pytest.mark.parametrize("step", ["3 h", "1 h", "15 min"])
def test_a_cap_equal_to_the_safe_discharge_holds_in_steps_of_any_length(step):
    """Gates that open fully, and could pass more at the end of a step, pass the cap."""
    bands = [{"up_to": "119 m", "cap": "1200 m3/s"}, {"cap": "inflow"}]
    config = scaled(
        step, outlets=GATE, release_bands=bands, standards={"c": {"type": "flood_channel"}}
    )
    check = check_floods(config, return_periods=[2, 5, 10, 20, 50, 100, 1000])
    level = check.dataset["peak_level"].sel(node="dam").values
    out = check.dataset["peak_outflow"].sel(node="dam").values
    assert np.any(out[level < 119.0] > 1100.0)
    assert np.all(out[level < 119.0] <= 1200.0 * (1.0 + 1e-12))
    # Water flows above the cap from the flood on that fills the 9 m above the limit: 720 years.
    assert check.table()["reached"].item() == pytest.approx(720.0, rel=0.01)


def test_the_ramp_holds_for_pre_release_too():
    dam = reservoir(
        forecast="24 h",
        release_change="50 m3/s/h",
        flood_operation={"pre_release": {"to": "105 m", "when": "500 m3/s", "most": "800 m3/s"}},
    )
    inflow = np.interp(np.arange(97), [0, 24, 36, 96], [50.0, 50.0, 1500.0, 50.0])
    result = routed({"dam": dam}, "dam > sea", inflows={"dam": inflow})
    release = series(result, "release", "dam")
    level = series(result, "level", "dam")
    assert level[:30].min() < 109.9
    assert np.diff(release).max() <= 50.0 + 1e-6


def test_floods_alone_are_told_what_is_wrong_with_them_and_no_more(tmp_path, capsys):
    file = tmp_path / "alone.yaml"
    file.write_text(ALONE.replace("[100, 4000, 100]", "[100, -999, 100]"), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    found = capsys.readouterr().err
    assert "flood.events.e.inflows.dam.flows[2]\n  found     -999" in found
    assert "1 problem found" in found


def test_a_key_of_the_flood_block_that_is_refused_brings_no_other_faults_along(tmp_path, capsys):
    standard = "standards: {c: {type: flood_reservoir, works: {dam: {check_event: e}}}}"
    file = tmp_path / "alone.yaml"
    file.write_text(f"{ALONE.replace('12 h}', '12 h, factor: -1}')}{standard}", encoding="utf-8")
    assert main(["check", str(file)]) == 2
    found = capsys.readouterr().err
    assert "flood.events.e.inflows.dam.factor\n  found     -1" in found
    assert "1 problem found" in found


def test_floods_alone_have_their_warnings(tmp_path, capsys):
    bands = "release_bands: [{up_to: 127 m, cap: 500 m3/s}, {cap: 900 m3/s}]\n    outlets:"
    file = tmp_path / "alone.yaml"
    file.write_text(ALONE.replace("outlets:", bands), encoding="utf-8")
    assert main(["check", str(file), "--strict"]) == 3
    assert "a cap of 900 m3/s from 127 m that never acts in floods" in capsys.readouterr().err


def test_a_band_of_the_inflow_passes_behind_a_flood_what_the_band_below_it_does():
    """Both engines fall back to the limit with 300 m3/s: a cap never falls with the level."""
    dates = ["2001-01-01", "2001-07-02", "2001-07-04"]
    flows = {"type": "values", "dates": dates, "values": [20, 800, 20], "unit": "m3/s"}
    bands = [{"up_to": "112 m", "cap": "300 m3/s"}, {"cap": "inflow"}]
    dam = reservoir(initial="110 m", local_inflow="flows", release_bands=bands)
    inflow = [20.0, *[800.0] * 48, *[20.0] * 120]
    config = flood_config(
        {"dam": dam},
        "dam > sea",
        inflows={"dam": inflow},
        start="2001-07-02",
        rules={"flows": flows},
    )
    first = config.period.start.toordinal()
    release, level = (run(config)[name].values.ravel() for name in ("release", "level"))
    day = datetime.date(2001, 7, 4).toordinal() - first
    assert level[day - 1] == pytest.approx(110.0 + 500.0 * 86400.0 / 1e7)  # all 800 pass above 112
    assert release[day : day + 3] == pytest.approx(
        [300.0, 240.0, 20.0]
    )  # 24.2 and 19.0 of 43.2 Mm3
    assert level[day + 1] == pytest.approx(110.0)
    flood = route(config).isel(event=0)
    assert series(flood, "release", "dam")[60] == pytest.approx(300.0)
    assert series(flood, "level", "dam")[-1] == pytest.approx(110.0)


@pytest.mark.parametrize(("top", "warned"), [(108, True), (110, True), (111, False)])
def test_a_band_below_the_lowest_limit_never_acts(top, warned):
    bands = f"release_bands: [{{up_to: {top} m, cap: 500 m3/s}}, {{cap: 900 m3/s}}]\n    outlets:"
    config = config_from_text(ALONE.replace("outlets:", bands))
    found = [fault.found for fault in config.warnings]
    told_band = (
        f"a band up to {top} m that never acts in floods: below 110 m, the lowest limit of the "
        "year, water is held"
    )
    assert found == ([told_band] if warned else [])
    # The release is that of the band above, as if the band were not there.
    both = [route(config)]
    if warned:
        alone = bands.replace(f"{{up_to: {top} m, cap: 500 m3/s}}, ", "")
        both.append(route(config_from_text(ALONE.replace("outlets:", alone))))
        assert both[0]["outflow"].equals(both[1]["outflow"])


@pytest.mark.parametrize(
    ("flow", "unit", "error", "warning"),
    [
        ("1e20", "m3/s", "1e+20 m3/s, a usual code for a missing value", None),
        ("999999", "m3/s", "999999 m3/s, a usual code for a missing value", None),
        ("999999", "L/s", None, "999999 L/s, a usual code for a missing value"),
        ("9999", "m3/s", None, "9999 m3/s, a usual code for a missing value"),
        ("9998", "m3/s", None, None),
    ],
)
def test_codes_in_flows_of_the_configuration(flow, unit, error, warning):
    text = ALONE.replace("[100, 4000, 100]", f"[100, {flow}, 100], unit: {unit}")
    if error is not None:
        with pytest.raises(ConfigError) as caught:
            config_from_text(text)
        assert [fault.found for fault in caught.value.faults] == [error]
    else:
        found = [fault.found for fault in config_from_text(text).warnings]
        assert found == ([] if warning is None else [warning])
