"""What the generator keeps, on the demonstration city and on a public record of many sites."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hydrosim.config.load import load_config
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError
from hydrosim.hydrology.kept_statistics import Tolerance, kept_statistics, kept_table
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.record import SeriesName, build_series_record
from hydrosim.hydrology.synthetic import fit_synthetic_model
from tests.hydrology.city_record import city_record
from tests.hydrology.test_synthetic import dry_record

long = pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: many members")

SEED = 20240101
STATISTICS = [
    "mean",
    "variation",
    "skewness",
    "low_quantile",
    "zero_share",
    "lowest_year",
    "driest_five_years",
    "lag_one",
    "cross_correlation",
    "longest_dry_run",
    "drought_deficit",
    "month_share",
    "seam_correlation",
    "low_flow_run",
    "longest_low_flow_run",
]


@pytest.fixture(scope="module")
def city_model():
    return fit_synthetic_model(city_record())


@long
def test_the_demonstration_city_keeps_its_statistics(city_model):
    rows = kept_statistics(city_model, SEED)
    found = list(dict.fromkeys(row.statistic for row in rows))
    assert sorted(found) == sorted([*STATISTICS, "longest_dry_spell"])
    assert [row for row in rows if not row.kept] == []
    by_name = {(row.statistic, row.series): row for row in rows}
    assert by_name["mean", "wangkuai.inflow"].record * 86400 == pytest.approx(3.598e8, rel=1e-3)
    assert by_name["lag_one", "xidayang.inflow"].record == pytest.approx(0.37, abs=0.005)
    pair = by_name["cross_correlation", "wangkuai.inflow ~ xidayang.inflow"]
    assert pair.record == pytest.approx(0.93, abs=0.005)
    table = kept_table(rows)
    assert table.count("\n") == len(rows) + 1
    assert "| longest_dry_run | wangkuai.inflow | 10 |" in table


def test_the_shipped_ensemble_passes_its_own_table():
    config = load_config(Path(__file__).parents[2] / "configs" / "daqing_city.yaml")
    assert config.ensemble is not None
    record = fit_water(config).record
    assert (record.first_month, len(record.names)) == (6, 9)
    rows = kept_statistics(fit_synthetic_model(record), config.ensemble.seed)
    assert [row for row in rows if not row.kept] == []


def test_it_is_the_record_that_members_are_compared_with():
    """Margins that miss the record's low end are found, though members have what they ask for."""
    record = dry_record()
    mean = float(record.totals[1].mean())
    wrong = {SeriesName("wild", "inflow"): Pearson3Margin(mean, 0.4, 0.8)}
    rows = kept_statistics(fit_synthetic_model(record, margins=wrong), SEED, members=60)
    lost = {row.statistic for row in rows if not row.kept and row.series == "wild.inflow"}
    assert {"zero_share", "lowest_year", "low_quantile", "variation"} <= lost


@long
def test_twelve_sites_of_the_colorado_keep_their_statistics(shared_data):
    path = shared_data / "colorado_natural_flow" / "monthly_total_natural_flow_acft.csv"
    table = pd.read_csv(path, index_col="month")
    dates = table.index.to_numpy().astype("datetime64[M]").astype("datetime64[D]")
    # Three of 16 596 months lie below zero, an artefact of taking use and storage out.
    series = {SeriesName(site, "inflow"): table[site].clip(lower=0.0).to_numpy() for site in table}
    record = build_series_record(dates, series, first_month=10, step="month")
    assert (record.years, len(record.names)) == (115, 12)
    model = fit_synthetic_model(record)
    rows = kept_statistics(model, SEED, members=200)
    assert list(dict.fromkeys(row.statistic for row in rows)) == STATISTICS
    # The San Juan remembers more across 1 October than its record does: docs, "Not kept".
    lost = {(row.statistic, row.series) for row in rows if not row.kept}
    assert lost <= {("seam_correlation", "09379500.inflow")}
    seam = {row.series: row for row in rows if row.statistic == "seam_correlation"}
    assert max(abs(row.generated - row.record) for row in seam.values()) < 0.25
    assert model.annual.largest_change < 1e-9


def test_a_wrong_model_is_found(city_model):
    annual = dataclasses.replace(
        city_model.annual, mixing=np.eye(10), score_lag_one=0.0 * city_model.annual.score_lag_one
    )
    rows = kept_statistics(dataclasses.replace(city_model, annual=annual), SEED, members=50)
    lost = {row.statistic for row in rows if not row.kept}
    assert {"lag_one", "cross_correlation"} <= lost
    narrow = {"variation": Tolerance(relative=1e-9)}
    rows = kept_statistics(city_model, SEED, members=50, tolerances=narrow)
    assert not any(row.kept for row in rows if row.statistic == "variation")


def test_arguments_without_a_meaning(city_model):
    with pytest.raises(ConfigError, match="at least 50 members"):
        kept_statistics(city_model, SEED, members=10)
    with pytest.raises(ConfigError, match="'skew'"):
        kept_statistics(city_model, SEED, tolerances={"skew": Tolerance()})
