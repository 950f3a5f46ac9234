"""No result holds what is no number, unless the variable says what that means.

Small shipped configs here; all of them and a thousand random networks in the long mode.
"""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest
import xarray as xr

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import load_config
from hydrosim.flood.simulation import route
from hydrosim.io.missing import ENDED, LACKS, NAN_MEANS, explain_missing
from tests.conftest import ROOT
from tests.flood.test_restart import regulated
from tests.models.every_type import every_type
from tests.models.random_city import load, random_city
from tests.models.random_flood import random_flood

LONG = os.environ.get("HYDROSIM_LONG") == "1"
SMALL = ("minimal", "month_lake", "pentad_transfer", "dekad_irrigation", "flood_plan")
LARGE = ("daqing_city", "county_plan") if LONG else ()
CONFIGS = [ROOT / f"configs/{name}.yaml" for name in (*SMALL, *LARGE)]
ALONG = {"scenario", "member", "time", "month", "water_year", "event"}


def unexplained(dataset):
    """Variables with values that are no numbers and without a word of what that means."""
    found = []
    for name, variable in dataset.variables.items():
        if variable.dtype.kind == "M" and np.isnat(variable.values).any():
            found.append(f"{name}: a time that is none")
        if variable.dtype.kind != "f":
            continue
        missing = np.isnan(variable.values)
        if np.isinf(variable.values).any():
            found.append(f"{name}: infinite")
        if missing.any() and not variable.attrs.get(NAN_MEANS):
            found.append(f"{name}: no number")
        if missing.any() and variable.attrs.get(NAN_MEANS) == str(LACKS):
            axes = tuple(n for n, dim in enumerate(variable.dims) if dim in ALONG)
            if (missing.any(axis=axes) != missing.all(axis=axes)).any():
                found.append(f"{name}: no number in a part of a series")
    return found


def refuse(constant):
    raise ValueError(constant)


def not_strict(text):
    """Whether a text is no JSON by the standard, which has no NaN."""
    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return True
    return False


def faults_of(dataset):
    texts = {key: value for key, value in dataset.attrs.items() if str(value)[:1] in ("{", "[")}
    return unexplained(dataset) + [key for key, value in texts.items() if not_strict(value)]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_runs_of_shipped_configs_hold_numbers(path):
    assert faults_of(hydrosim.run(load_config(path))) == []


def test_every_type_holds_numbers():
    ledger = {"draw": "first_in_first_out"}
    assert faults_of(hydrosim.run(every_type("2002-03-31", ledger=ledger))) == []


@pytest.mark.parametrize("seed", range(500 if LONG else 6))
def test_runs_of_random_networks_hold_numbers(seed):
    assert faults_of(hydrosim.run(load(random_city(seed, days=400 if seed % 2 else 60)))) == []


@pytest.mark.parametrize("seed", range(500 if LONG else 6))
def test_floods_of_random_networks_hold_numbers(seed):
    assert faults_of(route(random_flood(seed))) == []


def test_floods_of_unlike_length_say_where_they_end():
    from dataclasses import replace

    from hydrosim.flood.build import build_flood_model
    from hydrosim.flood.events import config_events

    model = build_flood_model(regulated())
    (event,) = config_events(model.config)
    shorter = replace(
        event, name="shorter",
        end_m3s={name: flow[:11] for name, flow in event.end_m3s.items()},
        mean_m3s={name: flow[:10] for name, flow in event.mean_m3s.items()},
    )  # fmt: skip
    routed = route(model, [event, shorter])
    assert faults_of(routed) == []
    assert routed["inflow"].attrs[NAN_MEANS] == str(ENDED)
    assert np.isnan(routed["inflow"].sel(event="shorter").values[11:]).all()


def test_files_of_commands_hold_numbers(tmp_path, capsys):
    config = str(ROOT / "configs/month_lake.yaml")
    state, run, many = (str(tmp_path / name) for name in ("state.npz", "run", "many"))
    assert main(["run", config, "--no-plots", "--out", run, "--save-state", state]) == 0
    assert main(["ensemble", config, "--members", "3", "--threads", "1", "--out", many]) == 0
    capsys.readouterr()
    files = [*tmp_path.rglob("*.nc"), *tmp_path.rglob("*.json")]
    assert {file.name for file in files} >= {"results.nc", "ensemble.nc", "certificate.json"}
    wrong = []
    for file in files:
        if file.suffix == ".json":
            wrong += [file.name] if not_strict(file.read_text(encoding="utf-8")) else []
        else:
            with xr.open_dataset(file) as opened:
                wrong += [f"{file.name}: {fault}" for fault in faults_of(opened)]
    assert wrong == []
    shutil.rmtree(tmp_path)


@pytest.mark.skipif(not LONG, reason="long: the floods, trade-off and fits of the demonstration")
@pytest.mark.parametrize("command", ["flood", "tradeoff", "run"])
def test_files_of_the_demonstration_hold_numbers(command, tmp_path, capsys):
    config = str(ROOT / "configs/daqing_city.yaml")
    plots = [] if command == "tradeoff" else ["--no-plots"]
    assert main([command, config, *plots, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    for file in (tmp_path / "out").glob("*.nc"):
        with xr.open_dataset(file) as opened:
            assert faults_of(opened) == [], file.name


def test_a_gap_in_a_series_is_not_explained_away():
    held = np.array([[1.0, np.nan], [np.nan, np.nan]])
    dataset = explain_missing(xr.Dataset({"held": (("time", "store"), held)}), over=("time",))
    assert dataset["held"].attrs[NAN_MEANS] == str(LACKS)
    assert unexplained(dataset) == ["held: no number in a part of a series"]
    late = xr.Dataset({"held": (("time", "store"), held[:, :1])})
    assert unexplained(explain_missing(late, over=("time",))) == ["held: no number"]
