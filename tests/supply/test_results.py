"""Arrays to a Dataset: names, units, meaning of the numbers, files."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config import changed, load_config
from hydrosim.io.netcdf import open_results, write_dataset
from hydrosim.variables import DIMENSIONS, VARIABLES
from tests.conftest import ROOT
from tests.models.every_type import every_type
from tests.models.two_sources import FLOW_DAY_M3


@pytest.fixture(scope="module")
def result():
    """Run of a year with every type of node."""
    return hydrosim.run(every_type("2001-12-31"))


def test_every_quantity_has_its_unit_name_and_dims(result):
    assert result.attrs["Conventions"].startswith("CF-")
    for name, array in result.data_vars.items():
        variable = VARIABLES[name]
        assert array.attrs["units"] == variable.units
        assert array.attrs["long_name"] == variable.long_name
        assert array.dims[:2] == ("scenario", "member")
        assert array.dims[3:] == tuple(variable.dimension.split())
    for name in result.dims:
        assert result[name].attrs["long_name"] == DIMENSIONS[name]


def test_every_declared_dimension_item_is_in_the_result(result):
    assert "east" in result["store"].values
    assert {"yangtze", "yellow", "plain", "deep", "reclaimed", "rainwater"} == set(
        result["source"].values
    )
    assert set(result["claim"].values) >= {"city", "factories", "fields", "park", "gravel",
                                           "reach.base_flow"}  # fmt: skip
    assert result["store_normal_level_m"].sel(store="east") == 120.0
    assert np.isnan(result["store_normal_level_m"].sel(store="plain"))
    assert str(result["claim_use"].sel(claim="city").values) == "domestic"


def test_fluxes_are_means_and_stocks_are_values_at_the_end(result):
    one = result.isel(scenario=0, member=0)
    pond = one.sel(store="pond")
    change = pond["storage"].diff("time").values
    came = one["flow"].sel(link="yangtze->pond").values[1:] * FLOW_DAY_M3
    went = one["flow"].sel(link="pond->factories").values[1:] * FLOW_DAY_M3
    lost = pond["evaporation"].values[1:] * FLOW_DAY_M3
    spilt = pond["spill"].values[1:] * FLOW_DAY_M3
    np.testing.assert_allclose(change, came - went - lost - spilt, atol=1e-3)


def test_the_budget_has_one_sign_a_kind(result):
    signs = dict(zip(result["budget"].values, result["budget_sign"].values, strict=True))
    assert signs["import"] == signs["rain"] == signs["local_inflow"] == 1
    assert signs["evaporation"] == signs["consumption"] == signs["outflow"] == -1
    assert (result["year_budget"] >= -1e-6).all()


def test_the_certificate_tells_what_was_proved(result):
    proof = json.loads(result.attrs["certificate"])
    assert set(proof) == {
        "largest_row_closure", "largest_row_closure_at", "largest_network_closure",
        "largest_network_closure_at", "largest_bound_overshoot_m3", "widened_steps",
        "ledger_correction", "cycles_of_start", "restart", "config_hash", "hydrosim_version",
    }  # fmt: skip
    assert proof["config_hash"] == result.attrs["config_hash"]
    assert proof["hydrosim_version"] == hydrosim.__version__
    assert result.attrs["widened_steps"] == 0
    without = hydrosim.run(every_type("2001-01-03"), ledger=False)
    assert json.loads(without.attrs["certificate"])["ledger_correction"] is None


def test_a_file_holds_all_and_is_written_whole(result, tmp_path):
    write_dataset(result, tmp_path / "deep" / "results.nc")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["results.nc"]
    with open_results(tmp_path / "deep") as back:
        assert set(back.data_vars) == set(result.data_vars)
        for name in result.data_vars:
            np.testing.assert_array_equal(back[name].values, result[name].values, err_msg=name)
            assert back[name].attrs == result[name].attrs
        np.testing.assert_array_equal(back["time"].values, result["time"].values)
        assert back.attrs["certificate"] == result.attrs["certificate"]


def test_a_failed_write_leaves_no_file(result, tmp_path):
    broken = result.assign_attrs(wrong=object())
    with pytest.raises(TypeError):
        write_dataset(broken, tmp_path / "results.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_result_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no result at"):
        open_results(tmp_path)


def test_outputs_choose_what_is_kept_at_which_resolution():
    config = load_config(ROOT / "configs" / "minimal.yaml")
    whole = hydrosim.run(config)
    kept = {"outputs": {"daily": ["storage"], "monthly": ["supplied", "storage"]}}
    some = hydrosim.run(changed(config, kept))
    assert "storage" in some
    assert "flow" not in some
    assert "supplied" not in some
    np.testing.assert_array_equal(some["storage"].values, whole["storage"].values)
    january = whole["supplied"].sel(time="2003-01").mean("time").values
    monthly = some["supplied_monthly"].sel(month="2003-01-01").values
    np.testing.assert_allclose(monthly, january, rtol=1e-12)
    assert some["storage_monthly"].sizes["month"] == 120
    np.testing.assert_array_equal(some["year_supplied"].values, whole["year_supplied"].values)
