"""The invariants that every run keeps, on small random cities and on the shipped configs."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.build import build_model
from hydrosim.config.load import load_config
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


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_storage_changes_are_what_crossed_the_edge_of_the_model(path):
    result = result_of(path)
    flux = (result["year_budget"] * result["budget_sign"]).sum().item()
    terms = float(np.abs(result["year_budget"]).sum())
    assert abs(flux) <= terms
    assert terms > 0.0


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
