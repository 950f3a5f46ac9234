"""Texts that all scenarios of an ensemble share, such as tariffs."""

import numpy as np
import pytest
import xarray as xr

from hydrosim.ensemble.plan import _coordinates


def template(tariff: str) -> xr.Dataset:
    texts = {"claim_tariff": ("claim", [tariff, ""]), "claim_use": ("claim", ["domestic", ""])}
    return xr.Dataset(coords={"claim": ["city", "lake"], **texts})


@pytest.mark.parametrize(("other", "kept"), [("4 yuan", True), ("5 yuan", False), ("", False)])
def test_a_tariff_is_kept_where_all_scenarios_share_it(other: str, kept: bool) -> None:
    found = _coordinates([template("4 yuan"), template(other)], {"claim": ["city", "lake"]})
    assert ("claim_tariff" in found) is kept
    assert np.array_equal(found["claim_use"][1], ["domestic", ""])
