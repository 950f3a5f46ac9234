"""Reasons of shortage are true: loosening what they name helps, or shows another reason."""

import os

import pytest

from hydrosim.config.load import load_config
from tests.conftest import ROOT
from tests.supply.true_reasons import untrue_of_config, untrue_on_networks

NEVER_SHORT = ("flood_plan", "minimal", "month_lake", "pentad_transfer")
LONG = os.environ.get("HYDROSIM_LONG") == "1"
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
SHORT = [path for path in CONFIGS if LONG or not path.stem.startswith("daqing")]


def test_reasons_on_random_networks_are_true():
    """With `HYDROSIM_LONG=1` 500 networks, else 12 of them."""
    wrong, tried = untrue_on_networks(500 if LONG else 12, seed=1)
    assert tried > 50
    assert wrong == []


@pytest.mark.parametrize("path", SHORT, ids=lambda path: path.stem)
def test_reasons_of_a_shipped_config_are_true(path):
    """The demonstration city only with `HYDROSIM_LONG=1`."""
    wrong, tried = untrue_of_config(load_config(path))
    assert wrong == []
    assert (tried > 0) == (path.stem not in NEVER_SHORT)
