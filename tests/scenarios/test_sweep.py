"""All combinations of values of some keys are the runs of the configurations changed by hand."""

from pathlib import Path

import numpy as np
import pytest

import hydrosim
from hydrosim.config import changed
from hydrosim.errors import ConfigError, DataError

ROOT = Path(__file__).parents[2]
AMOUNT, LOSS = "nodes.city.amount", "links.reservoir->city.loss"
AMOUNTS, LOSSES = ["4 亿m3/year", "2 亿m3/year", "3 亿m3/year"], [0.1, 0.0]


@pytest.fixture(scope="module")
def config():
    short = {"period.end": "2002-12-31"}
    return changed(hydrosim.load_config(ROOT / "configs" / "minimal.yaml"), short)


def test_each_run_is_that_of_the_changed_configuration(config):
    found = hydrosim.sweep(config, {AMOUNT: AMOUNTS, LOSS: LOSSES}, progress=False)
    assert found["year_supplied"].dims[:2] == (AMOUNT, LOSS)
    assert found[AMOUNT].values.tolist() == AMOUNTS
    assert found[LOSS].values.tolist() == LOSSES
    for amount, loss in ((AMOUNTS[0], 0.0), (AMOUNTS[2], 0.1)):
        own = hydrosim.run(changed(config, {AMOUNT: amount, LOSS: loss}))
        chosen = found.sel({AMOUNT: amount, LOSS: loss})
        for name in ("year_supplied", "year_volume", "year_storage_min"):
            np.testing.assert_array_equal(chosen[name].values, own[name].values[0])


def test_one_key(config):
    found = hydrosim.sweep(config, {AMOUNT: AMOUNTS[:2]}, workers=1, progress=False)
    supplied = found["year_supplied"].sel(water_year=2002).sum(["member", "claim"])
    assert supplied.dims == (AMOUNT,)
    assert float(supplied[0]) > float(supplied[1])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "no key"),
        ({AMOUNT: []}, "a list of values"),
        ({AMOUNT: "2 亿m3/year"}, "a list of values"),
        ({AMOUNT: ["2 亿m3/year", "2 亿m3/year"]}, "each value once"),
    ],
    ids=["nothing", "empty", "text", "twice"],
)
def test_what_is_no_sweep_is_refused(config, values, said):
    with pytest.raises(DataError, match=said):
        hydrosim.sweep(config, values)


def test_a_key_that_leads_nowhere_is_named(config):
    with pytest.raises(ConfigError, match="amuont"):
        hydrosim.sweep(config, {"nodes.city.amuont": ["2 亿m3/year"]})


def test_a_configuration_with_scenarios_is_refused():
    several = hydrosim.load_config(ROOT / "configs" / "county_plan.yaml")
    with pytest.raises(DataError, match="scenarios"):
        hydrosim.sweep(several, {AMOUNT: AMOUNTS})
