"""Origins of the ledger: each source, or the sources of a kind together."""

from __future__ import annotations

import runpy

import numpy as np
import pytest
import xarray as xr

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.supply import origins
from tests.conftest import ROOT

NETWORK = runpy.run_path(str(ROOT / "benchmarks" / "large.py"))["network"]


def run(more: str = "") -> xr.Dataset:
    """Return the result of four valleys in a tree with a shared import."""
    return hydrosim.run(config_from_text(NETWORK(4, "tree") + more))


def test_sources_of_a_kind_together_are_the_sum_of_each():
    each, joined = run(), run("ledger: {origins: by_kind}\n")
    assert list(joined["origin"].values) == ["all surface", "canal", "initial storage"]
    assert list(joined["origin_kind"].values) == ["surface", "yangtze", "surface"]
    for name in ("supplied_by_origin", "storage_by_origin"):
        brooks = each[name].sel(origin=[f"brook_{n}" for n in range(4)]).sum("origin")
        together = joined[name].sel(origin="all surface")
        scale = float(abs(brooks).max())
        assert scale > 0.0
        np.testing.assert_allclose(together.values, brooks.values, rtol=0, atol=1e-12 * scale)
    for name in ("in_lieu_booked", "in_lieu_credit"):
        canal = each[name].sel(origin="canal").values
        assert np.nansum(canal) > 0.0
        np.testing.assert_array_equal(canal, joined[name].sel(origin="canal").values)


def test_more_sources_than_the_bound_are_joined_unless_each_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(origins, "MOST_ORIGINS", 3)
    assert list(run()["origin"].values) == ["all surface", "canal", "initial storage"]
    assert len(run("ledger: {origins: each}\n")["origin"]) == 6
    monkeypatch.setattr(origins, "MOST_ORIGINS", 0)
    assert list(run()["origin"].values) == ["all surface", "all yangtze", "initial storage"]
