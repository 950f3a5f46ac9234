"""Texts that all scenarios of an ensemble share, such as tariffs."""

import numpy as np
import pytest
import xarray as xr

from hydrosim.config.load import config_from_text
from hydrosim.ensemble.plan import _coordinates
from tests.ensemble.small import town_text


def template(tariff: str) -> xr.Dataset:
    texts = {"claim_tariff": ("claim", [tariff, ""]), "claim_use": ("claim", ["domestic", ""])}
    return xr.Dataset(coords={"claim": ["city", "lake"], **texts})


@pytest.mark.parametrize(("other", "kept"), [("4 yuan", True), ("5 yuan", False), ("", False)])
def test_a_tariff_is_kept_where_all_scenarios_share_it(other: str, kept: bool) -> None:
    found = _coordinates([template("4 yuan"), template(other)], {"claim": ["city", "lake"]})
    assert ("claim_tariff" in found) is kept
    assert np.array_equal(found["claim_use"][1], ["domestic", ""])


RUNOFF = """
series:
  rain: {type: series, file: river.csv, column: rain, unit: mm/day}
  flow: {type: runoff, area: 100 km2, rain: rain, et0: rain, x1: 300 mm, x2: 0 mm/day, x3: 60 mm,
    x4: 1.5 days}
"""


@pytest.mark.parametrize(
    ("changed", "warned"),
    [("[{variable: rain, factor: 90 %}]", True),
     ("[{variable: rain, factor: 90 %}, {variable: inflow, factor: 80 %}]", False),
     ("[]", False)],
)  # fmt: skip
def test_weather_that_changes_without_its_rivers_is_warned_of(changed, warned):
    ensemble = f"""
  method: {{type: block_bootstrap}}
  series: {{rain: rain, flow: inflow}}
  climate: {changed}
"""
    text = town_text()
    text = text[: text.index("series:")] + RUNOFF.lstrip() + text[text.index("rules:") :]
    text = text.replace("river * 0.9 + 0.0", "flow * 0.9")
    text = text[: text.index("  grant:")] + text[text.index("nodes:") :]
    text = text.replace("natural: river", "natural: flow").replace(
        "quota: grant", "quota: 0.2 亿m3/year"
    )
    text = text[: text.index("ensemble:")] + "ensemble:" + ensemble
    told = [str(fault.found) for fault in config_from_text(text).warnings]
    about = "a changed rain that leaves 'flow' as it was"
    assert (about in told) is warned
