"""Each method of members: index_sequential, block_bootstrap, synthetic."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology.record import SeriesName, build_series_record
from hydrosim.members.block_bootstrap import BlockBootstrap
from hydrosim.members.index_sequential import IndexSequential
from hydrosim.members.synthetic import Synthetic

YEARS = 24


@pytest.fixture(scope="module")
def record():
    random = np.random.default_rng(3)
    months = np.arange("1990-01", "2014-01", dtype="datetime64[M]")
    wetness = np.repeat(random.gamma(5.0, 0.2, YEARS), 12)
    series = {
        SeriesName(site, "inflow"): wetness * random.uniform(0.5, 1.5, months.size) * size
        for site, size in (("east", 3.0), ("west", 1.0))
    }
    return build_series_record(months.astype("datetime64[D]"), series, step="month")


def test_index_sequential_goes_round_the_record(record):
    draw = IndexSequential(type="index_sequential").fit(record, {}, 1)
    assert draw(22, 2030, 4).plan.record_year.tolist() == [2012, 2013, 1990, 1991]
    assert draw(22, 2030, 4).import_years == {}


def test_block_bootstrap_keeps_the_order_within_blocks(record):
    draw = BlockBootstrap(type="block_bootstrap", block_years=4).fit(record, {}, 1)
    years = draw(0, 2030, 40).plan.record_year.reshape(10, 4)
    assert (np.diff((years - 1990) % YEARS, axis=1) % YEARS == 1).all()
    assert not np.array_equal(years.ravel(), draw(1, 2030, 40).plan.record_year)
    with pytest.raises(ConfigError, match="block_years"):
        BlockBootstrap(type="block_bootstrap", block_years=25).fit(record, {}, 1)


def test_synthetic_goes_beyond_the_record(record):
    draw = Synthetic(type="synthetic").fit(record, {}, 1)
    totals = [draw(m, 2030, 30).plan.expand(record).reshape(2, 30, 12).sum(2) for m in range(20)]
    assert np.max(totals) > record.totals.max()
    assert np.mean(totals) == pytest.approx(record.totals.mean(), rel=0.05)


@pytest.mark.parametrize("turned", [False, True])
def test_a_copula_ties_an_import_to_the_inflow(record, turned):
    total = record.totals.sum(axis=0)
    rank = np.argsort(np.argsort(-total if turned else total))
    method = Synthetic(type="synthetic", encounter="copula")
    draw = method.fit(record, {"canal": rank}, 1)
    made, offered = [], []
    for member in range(40):
        drawn = draw(member, 2030, 30)
        made.append(drawn.plan.expand(record).reshape(2, 30, 12).sum((0, 2)))
        offered.append(rank[drawn.import_years["canal"] - 1990])
    correlation = np.corrcoef(np.concatenate(made), np.concatenate(offered))[0, 1]
    assert correlation < -0.8 if turned else correlation > 0.8
    # Each record year is offered about as often as any other.
    counts = np.bincount(np.concatenate(offered), minlength=YEARS)
    assert counts.min() > 20
    assert counts.max() < 90


@pytest.mark.parametrize("classes", [3, 5])
def test_classes_that_years_share_keep_their_tau(record, classes):
    from scipy.stats import kendalltau

    total = record.totals.sum(axis=0)
    noise = np.random.default_rng(2).normal(0.0, 0.15, YEARS)
    rank = np.argsort(np.argsort(np.log(total) + noise)) * classes // YEARS
    draw = Synthetic(type="synthetic", encounter="copula").fit(record, {"canal": rank}, 1)
    made, offered = [], []
    for member in range(60):
        drawn = draw(member, 2030, 30)
        made.append(drawn.plan.expand(record).reshape(2, 30, 12).sum((0, 2)))
        offered.append(rank[drawn.import_years["canal"] - 1990])
    told = kendalltau(np.concatenate(made), np.concatenate(offered)).statistic
    assert told == pytest.approx(kendalltau(total, rank).statistic, abs=0.02)


def test_a_copula_needs_inflow_and_one_or_two_imports(record):
    method = Synthetic(type="synthetic", encounter="copula")
    with pytest.raises(ConfigError, match="2 series of inflow and 0 imports"):
        method.fit(record, {}, 1)
    ranks = {name: np.arange(YEARS) for name in "abc"}
    with pytest.raises(ConfigError, match="2 series of inflow and 3 imports"):
        method.fit(record, ranks, 1)
