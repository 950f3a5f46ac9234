"""The invariants that every run keeps, on small random cities and on the shipped configs."""

import json
from datetime import date

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import load_config
from hydrosim.supply.build import build_model
from tests.conftest import ROOT
from tests.models.random_city import load, random_city, shuffled

SEEDS = range(12)
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
CLOSURE = 1e-12
RESULTS: dict = {}


def result_of(path):
    if path not in RESULTS:
        RESULTS[path] = hydrosim.run(load_config(path))
    return RESULTS[path]


def equal(first, second):
    for name in first.data_vars:
        np.testing.assert_array_equal(first[name].values, second[name].values, err_msg=name)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_node_and_the_network_close_in_every_step(seed):
    proof = json.loads(hydrosim.run(load(random_city(seed))).attrs["certificate"])
    assert proof["largest_row_closure"] <= CLOSURE
    assert proof["largest_network_closure"] <= CLOSURE


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_close_in_every_step(path):
    proof = json.loads(result_of(path).attrs["certificate"])
    assert proof["largest_row_closure"] <= CLOSURE
    assert proof["largest_network_closure"] <= CLOSURE


@pytest.mark.parametrize("seed", [*SEEDS, None], ids=lambda seed: f"city {seed}")
def test_storage_changes_are_what_crossed_the_edge_of_the_model(seed):
    """Year by year, from the published numbers alone; no water is under way or in soil here."""
    config = load_config(ROOT / "configs/minimal.yaml") if seed is None else load(random_city(seed))
    result = hydrosim.run(config)
    crossed = (result["year_budget"] * result["budget_sign"]).sum("budget").squeeze().values
    change = np.diff(result["year_storage_end"].sum("store").squeeze().values)
    scale = float(np.abs(result["year_budget"]).max())
    np.testing.assert_allclose(crossed[1:], change, rtol=0.0, atol=1e-10 * scale)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_the_file_changes_no_array_and_no_bit(seed):
    content = random_city(seed)
    first, second = build_model(load(content)), build_model(load(shuffled(content, seed + 1)))
    assert first.columns == second.columns
    assert first.claims == second.claims
    for one, other in zip(first.program, second.program, strict=True):
        np.testing.assert_array_equal(one, other)
    for name, array in vars(first.allocation).items():
        np.testing.assert_array_equal(array, getattr(second.allocation, name), err_msg=name)
    equal(hydrosim.run(first), hydrosim.run(second))


@pytest.mark.parametrize("seed", SEEDS)
def test_cutting_a_run_short_changes_no_earlier_day(seed):
    whole = hydrosim.run(load(random_city(seed, days=500)))
    short = hydrosim.run(load(random_city(seed, days=300)))
    days = short.sizes["time"]
    assert days < whole.sizes["time"]
    for name in short.data_vars:
        if "time" in short[name].dims:
            np.testing.assert_array_equal(
                short[name].values, whole[name].isel(time=slice(0, days)).values, err_msg=name
            )


def shortened(path, years):
    """Return a shipped config over its first years, from the state that its nodes give."""
    config = load_config(path)
    first = config.period.start
    end = date(first.year + years - 1, 12, 31)
    period = config.period.model_copy(update={"end": end})
    start = config.start.model_copy(update={"state": "given", "years": None})
    copied = config.model_copy(update={"period": period, "start": start})
    vars(copied).pop("calendar", None)  # remembered by the whole one
    return copied


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_cutting_a_shipped_config_short_changes_no_earlier_day(path):
    whole = hydrosim.run(shortened(path, 5), ledger=False)
    short = hydrosim.run(shortened(path, 3), ledger=False)
    steps = short.sizes["time"]
    assert steps < whole.sizes["time"]
    in_time = [name for name in short.data_vars if "time" in short[name].dims]
    assert {"storage", "flow", "supplied", "level"} <= set(in_time)
    for name in in_time:
        if name == "reason":  # a code into the table of the run
            continue
        np.testing.assert_array_equal(
            short[name].values, whole[name].isel(time=slice(0, steps)).values, err_msg=name
        )


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_order_of_a_shipped_file_changes_no_array(path):
    config = shortened(path, 2)
    turned = config.model_copy(
        update={
            "nodes": dict(reversed(config.nodes.items())),
            "rules": dict(reversed(config.rules.items())),
            "series": dict(reversed(config.series.items())),
            "links": tuple(reversed(config.links)),
        }
    )
    first, second = build_model(config), build_model(turned)
    assert first.columns == second.columns
    assert first.claims == second.claims
    for name, one in first.program._asdict().items():
        np.testing.assert_array_equal(one, getattr(second.program, name), err_msg=name)
    for name, one in vars(first.allocation).items():
        np.testing.assert_array_equal(one, getattr(second.allocation, name), err_msg=name)


@pytest.mark.parametrize("day", ["2015-08-03", "2018-08-14"])
def test_no_base_flow_of_the_city_is_cut_while_wangkuai_holds_water(day):
    """On both days the lake below stands at its limit or above and its outlet is full."""
    whole = result_of(ROOT / "configs/daqing_city.yaml").sel(time=day).squeeze()
    assert float(whole["level"].sel(store="baiyangdian")) >= 7.0 - 1e-9
    assert float(whole["storage"].sel(store="wangkuai")) > 3e8
    for claim in whole["claim"].values:
        if str(claim).endswith(".base_flow"):
            one = whole.sel(claim=claim)
            assert float(one["supplied"]) == pytest.approx(float(one["demand"]), abs=1e-9)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_gives_only_numbers(path):
    result = result_of(path)
    withdrawn = ["withdrawn"] if "source" in result.dims else []
    for name in ("storage", "supplied", "flow", "demand", *withdrawn):
        assert np.isfinite(result[name].values).all(), name
    assert (result["supplied"] <= result["demand"] * (1 + 1e-9) + 1e-9).all()


def test_a_second_run_of_one_model_has_the_same_bits():
    model = build_model(load(random_city(3)))
    equal(hydrosim.run(model), hydrosim.run(model))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_result_is_negative_or_missing(seed):
    result = hydrosim.run(load(random_city(seed)))
    for name in ("storage", "supplied", "flow", "withdrawn"):
        values = result[name].values
        assert np.isfinite(values).all()
        assert values.min() >= -1e-6 * max(1.0, values.max())
    assert (result["supplied"] <= result["demand"] * (1 + 1e-9) + 1e-9).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_sums_to_the_volumes(seed):
    result = hydrosim.run(load(random_city(seed)))
    supplied = result["supplied_by_origin"].sum(["month", "origin"])
    np.testing.assert_allclose(
        supplied.values, result["year_supplied"].sum("water_year").values, rtol=1e-9
    )
    stored = result["storage_by_origin"].isel(month=-1).sum("origin")
    np.testing.assert_allclose(
        stored.values, result["storage"].isel(time=-1).values, rtol=1e-9, atol=1e-3
    )
    np.testing.assert_allclose(
        result["storage_by_age"].sum("age").values,
        result["storage_by_origin"].sum("origin").values,
        rtol=1e-9,
        atol=1e-3,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_more_demand_below_takes_nothing_from_above_on_the_first_day(seed):
    content = random_city(seed, days=2)
    base = hydrosim.run(load(content))
    greedy = json.loads(json.dumps(content))
    for node in greedy["nodes"].values():
        if node.get("use") == "agriculture":
            node["amount"] = "9 亿m3/year"
    more = hydrosim.run(load(greedy))
    for claim in base["claim"].values:
        node = content["nodes"].get(str(claim), {})
        if node.get("use") in ("domestic", "industry"):
            np.testing.assert_allclose(
                more["supplied"].sel(claim=claim).isel(time=0).values,
                base["supplied"].sel(claim=claim).isel(time=0).values,
                rtol=1e-7,
            )
