"""A flood cut at any step and continued from its saved state ends in the same bits."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.cli.main import main
from hydrosim.errors import DataError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.events import config_events
from hydrosim.flood.restart import route_on, route_saving
from hydrosim.flood.simulation import route
from hydrosim.io.state import load_state
from tests.flood.small import flood_config, reservoir
from tests.models.random_flood import STEPS, random_flood

HOUR = np.timedelta64(1, "h")


def same(first, second):
    assert set(first.data_vars) == set(second.data_vars)
    for name in first.data_vars:
        np.testing.assert_array_equal(first[name].values, second[name].values, err_msg=name)


def continued(config, step, folder):
    """Cut the one flood of a config, and compare the rest with the uncut flood, bit by bit."""
    model = build_flood_model(config)
    (event,) = config_events(config)
    whole = route(model, [event])
    saving, state = route_saving(model, event, event.start + step * HOUR)
    same(whole, saving)
    state.save(folder / "state.npz")
    rest = route_on(
        build_flood_model(config), event, load_state(folder / "state.npz"), restart="exact"
    )
    same(whole.isel(time=slice(step + 1, None)), rest)
    told = json.loads(rest.attrs["certificate"])["restart"]
    assert told == {"from": str(state.time), "solver": "continued", "notes": []}


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, STEPS - 1))
def test_random_networks_go_on_bit_for_bit(tmp_path_factory, seed, step):
    continued(random_flood(seed), step, tmp_path_factory.mktemp("state"))


def regulated(**changes):
    """Pre-release, two reservoirs that give way, a channel, a lag, a basin with a weir."""
    wave = [20, 40, 120, 380, 800, 1100, 900, 600, 350, 200, 120, 80, 60, 50, 40, *[30] * 5]
    upper = reservoir(
        compensation="gauge",
        forecast="6 h",
        forecast_error=0.1,
        release_change="40 m3/s/h",
        flood_operation={"pre_release": {"when": "300 m3/s", "to": "108 m"}, **changes},
    )
    nodes = {
        "upper": upper,
        "lower": reservoir(compensation="gauge", forecast="4 h"),
        "bed": {"type": "reach", "safe_discharge": "600 m3/s",
                "channel": {"length": "20 km", "width": "60 m", "slope": 0.0008,
                            "roughness": 0.035, "reference": "500 m3/s"}},
        "gauge": {"type": "control_section", "safe_discharge": "700 m3/s",
                  "rating_curve": {"level": ["20 m", "24 m", "28 m"],
                                   "flow": ["0 m3/s", "400 m3/s", "1600 m3/s"]}},
        "tail": {"type": "reach", "travel_time": "3.5 h"},
        "hollow": {"type": "detention_basin", "section": "gauge",
                   "storage_curve": {"level": ["20 m", "26 m"], "storage": ["0 m3", "8 Mm3"]},
                   "trigger": {"discharge": "500 m3/s"},
                   "inlet": {"kind": "weir", "crest": "24 m", "width": "30 m"},
                   "drain": {"to": "gauge", "capacity": "50 m3/s", "below": "23 m"}},
    }  # fmt: skip
    rivers = ("upper > bed", "bed > gauge", "lower > gauge", "gauge > tail", "tail > sea")
    inflows = {"upper": wave, "lower": [0.8 * q for q in wave], "gauge": [0.5 * q for q in wave]}
    return flood_config(nodes, *rivers, inflows=inflows)


@pytest.mark.parametrize("step", [1, 4, 9, 18])
def test_forecasts_shares_and_water_under_way_go_on_bit_for_bit(tmp_path, step):
    continued(regulated(), step, tmp_path)


def cut(config, step=5):
    model = build_flood_model(config)
    (event,) = config_events(config)
    return model, event, route_saving(model, event, event.start + step * HOUR)[1]


def notes_of(result):
    return [note["en"] for note in json.loads(result.attrs["certificate"])["restart"]["notes"]]


def test_a_new_forecast_changes_what_comes_and_nothing_before():
    model, event, state = cut(regulated())
    more = {name: np.where(np.arange(flow.size) > 7, 1.3 * flow, flow)
            for name, flow in event.end_m3s.items()}  # fmt: skip
    other = replace(event, end_m3s=more,
                    mean_m3s={k: 0.5 * (q[1:] + q[:-1]) for k, q in more.items()})  # fmt: skip
    rest = route_on(model, other, state, restart="exact")
    volume = rest["volume_in"].sel(node="upper").item()
    assert volume == pytest.approx(3600.0 * other.mean_m3s["upper"].sum(), rel=1e-12)
    assert volume > 1.05 * route(model, [event])["volume_in"].sel(node="upper").item()
    assert rest["time"].values[0] == 6.0
    assert notes_of(rest) == []


def test_what_differs_is_told_and_refused_where_bits_count():
    _, event, state = cut(regulated())
    opened = replace(event, operation="all_open")
    model = build_flood_model(regulated(artificial_peak=True))
    rest = route_on(model, opened, state)
    assert notes_of(rest) == [
        "outlets and operation of stores differ: upper",
        "ways of operation differ",
    ]
    with pytest.raises(DataError, match="without `--restart exact` the flood goes on"):
        route_on(model, opened, state, restart="exact")
    wet = replace(event, end_m3s={k: 1.1 * q for k, q in event.end_m3s.items()},
                  mean_m3s={k: 1.1 * q for k, q in event.mean_m3s.items()})  # fmt: skip
    told = notes_of(route_on(build_flood_model(regulated()), wet, state))
    assert told == ["the inflow before the state differs: the past is that of the state"]


def test_states_that_do_not_fit_are_refused():
    model, event, state = cut(regulated())
    with pytest.raises(DataError, match="a state of the flood 'event' from 2001-07-15"):
        route_on(model, replace(event, name="other"), state)
    alone = build_flood_model(
        flood_config({"upper": reservoir()}, "upper > sea", inflows={"upper": [1.0] * 20})
    )
    with pytest.raises(DataError, match="a state of another network: places, routing"):
        route_on(alone, replace(event, end_m3s={}, mean_m3s=event.mean_m3s), state)
    older = replace(state, header={**state.header, "machine": {
        **state.header["machine"], "hydrosim": "0.0.1"}})  # fmt: skip
    with pytest.raises(DataError, match="found     hydrosim"):
        route_on(model, event, older)
    daily = replace(state, header={**state.header, "kind": None})
    with pytest.raises(DataError, match="the state of a run of days"):
        route_on(model, event, daily)
    for moment in ("2001-07-15", "2001-07-16T00:30", "2001-09-01", "tomorrow"):
        with pytest.raises(DataError, match="an edge of a step of 1 h between 2001-07-15T00"):
            route_saving(model, event, moment)


def test_the_command_writes_a_state_and_goes_on_from_it(tmp_path, capsys):
    config = regulated()
    file = tmp_path / "flood.yaml"
    file.write_text(json.dumps(config.source.tree, default=str), encoding="utf-8")
    state, rest = tmp_path / "now.npz", tmp_path / "rest"
    moment = "2001-07-15T08:00"
    first = ["flood", str(file), "--no-plots", "--out", str(tmp_path / "whole")]
    assert main([*first, "--save-state", str(state), "--at", moment]) == 0
    assert f"state of {moment}:00 in {state}" in capsys.readouterr().out.replace("\n", "")
    second = ["flood", str(file), "--no-plots", "--out", str(rest), "--from-state", str(state)]
    assert main([*second, "--restart", "exact"]) == 0
    assert f"goes on from {moment}:00, bit for bit" in capsys.readouterr().out
    certificate = json.loads((rest / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["restart"]["solver"] == "continued"
    assert main([*first, "--save-state", str(state)]) == 2
    assert "--save-state needs --at" in capsys.readouterr().err
    assert main([*second, "--save-state", str(state), "--at", moment]) == 2
    assert "exclude each other" in capsys.readouterr().err
    assert main([*first, "--restart", "exact"]) == 2
    assert "--restart needs --from-state" in capsys.readouterr().err


def test_a_run_of_days_refuses_the_state_of_a_flood(tmp_path, capsys):
    _, _, state = cut(regulated())
    state.save(tmp_path / "flood.npz")
    run = ["run", "configs/minimal.yaml", "--no-plots", "--out", str(tmp_path / "run")]
    assert main([*run, "--from-state", str(tmp_path / "flood.npz")]) == 2
    assert "a state of a flood" in capsys.readouterr().err
