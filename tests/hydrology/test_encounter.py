"""Copulas and wet-dry encounters: closed forms, tables, fits on real pairs, samples."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.copula import ArchimedeanCopula, GaussianCopula, gaussian_pair
from hydrosim.hydrology.copula_fit import (
    choose_copula,
    fit_copula,
    goodness_of_fit,
    kendall_tau,
    pseudo_observations,
)
from hydrosim.hydrology.encounter import (
    EncounterModel,
    encounter_table,
    observed_encounters,
)
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.normal_probability import normal_probability
from hydrosim.hydrology.sample_statistics import moments

MATRIX = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.3], [0.2, 0.3, 1.0]])
PAIRS = [
    ArchimedeanCopula("clayton", 2.0),
    ArchimedeanCopula("gumbel", 2.0),
    ArchimedeanCopula("frank", 5.0),
    ArchimedeanCopula("frank", -5.0),
    gaussian_pair(0.5),
    gaussian_pair(-0.7),
]
TRIPLES = [
    ArchimedeanCopula("clayton", 1.5, 3),
    ArchimedeanCopula("gumbel", 1.8, 3),
    ArchimedeanCopula("frank", 4.0, 3),
    GaussianCopula(MATRIX),
]
# Rows dry, normal, wet of X; columns of Y; 37.5 and 62.5 % (closed forms).
TABLES = [
    (
        gaussian_pair(0.0),
        [0.140625, 0.093750, 0.140625, 0.093750, 0.062500, 0.093750, 0.140625, 0.093750, 0.140625],
        0.343750,
    ),
    (
        PAIRS[0],
        [0.275010, 0.064586, 0.035404, 0.064586, 0.088482, 0.096931, 0.035404, 0.096931, 0.242665],
        0.606156,
    ),
    (
        PAIRS[1],
        [0.249798, 0.087218, 0.037984, 0.087218, 0.090202, 0.072580, 0.037984, 0.072580, 0.264435],
        0.604435,
    ),
    (
        PAIRS[4],
        [0.217405, 0.089305, 0.068290, 0.089305, 0.071389, 0.089305, 0.068290, 0.089305, 0.217405],
        0.506199,
    ),
]


def told(copula):
    return f"{copula.family}-{copula.dimension}-{copula.parameters[0]:g}"


def evenly(count, sources):
    """Uniform numbers that fill the cube evenly, without chance."""
    steps = np.sqrt([2.0, 3.0, 7.0])[:sources] % 1.0
    return (np.arange(1, count + 1)[:, np.newaxis] * steps) % 1.0


# -- closed forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(("copula", "cells", "synchronous"), TABLES, ids=lambda x: str(x)[:9])
def test_tables_of_closed_forms(copula, cells, synchronous):
    table = encounter_table(copula, ("X", "Y"))
    np.testing.assert_allclose(table.probabilities.ravel(), cells, atol=1e-6)
    assert table.synchronous == pytest.approx(synchronous, abs=1e-6)
    assert table.complementary == pytest.approx(cells[2] + cells[6], abs=2e-6)
    assert table.helped == pytest.approx(0.75 - 2 * cells[0], abs=2e-6)
    assert table.all_dry == pytest.approx(cells[0], abs=1e-6)


@pytest.mark.parametrize("copula", [*PAIRS, *TRIPLES], ids=told)
def test_margins_of_a_table_are_the_class_widths(copula):
    table = encounter_table(copula, ("X", "Y", "Z")[: copula.dimension])
    assert table.probabilities.min() > 0.0
    for axis in range(copula.dimension):
        others = tuple(k for k in range(copula.dimension) if k != axis)
        np.testing.assert_allclose(
            table.probabilities.sum(axis=others), [0.375, 0.25, 0.375], atol=1e-12
        )


def test_two_normal_variables():
    # Orthant probability 1/4 + asin(rho) / (2 pi) (Sheppard 1898), and what ends give.
    for rho in (-0.9, -0.3, 0.0, 0.5, 0.99):
        matrix = np.array([[1.0, rho], [rho, 1.0]])
        points = np.array([[0.0, 0.0], [0.0, np.inf], [0.7, np.inf], [0.7, -np.inf], [0.0, -0.4]])
        value = normal_probability(points, matrix)
        assert value[0] == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-14)
        np.testing.assert_allclose(value[1:4], [0.5, 0.758036347776927, 0.0], atol=1e-14)
        # Continuous where one limit is zero.
        beside = normal_probability(np.array([1e-9, -0.4]), matrix)
        assert value[4] == pytest.approx(float(beside), abs=1e-8)


def test_three_normal_variables():
    # Orthant: 1/8 + sum of asin / (4 pi); with an independent third one the product.
    asines = np.arcsin([0.5, 0.2, 0.3]).sum()
    orthant = float(normal_probability(np.zeros(3), MATRIX))
    assert orthant == pytest.approx(0.125 + asines / (4 * np.pi), abs=1e-13)
    apart = np.eye(3)
    apart[0, 1] = apart[1, 0] = 0.8
    point = np.array([0.3, -0.5, 1.1])
    product_of = float(normal_probability(point[:2], apart[:2, :2])) * 0.8643339390536173
    assert float(normal_probability(point, apart)) == pytest.approx(product_of, abs=1e-13)


@pytest.mark.parametrize("copula", [*PAIRS, *TRIPLES], ids=told)
def test_densities_are_the_mixed_derivative_of_the_copula(copula):
    point, step = np.array([0.3, 0.55, 0.6])[: copula.dimension], 2e-3
    difference = sum(
        np.prod(signs) * float(copula.probability(point + step * np.array(signs)))
        for signs in product((-1.0, 1.0), repeat=copula.dimension)
    )
    density = difference / (2.0 * step) ** copula.dimension
    assert np.exp(float(copula.log_density(point))) == pytest.approx(density, rel=1e-4)


@pytest.mark.parametrize("copula", [*PAIRS, *TRIPLES], ids=told)
def test_samples_follow_the_copula(copula):
    numbers = copula.sample(evenly(20_000, copula.dimension))
    for point in ([0.375, 0.375, 0.375], [0.1, 0.2, 0.5], [0.9, 0.6, 0.8]):
        share = (numbers <= point[: copula.dimension]).all(axis=1).mean()
        assert share == pytest.approx(
            float(copula.probability(point[: copula.dimension])), abs=0.004
        )
    assert numbers.mean(axis=0) == pytest.approx([0.5] * copula.dimension, abs=0.004)


@pytest.mark.parametrize("copula", PAIRS, ids=told)
def test_tau_of_a_sample_gives_the_parameter_back(copula):
    numbers = copula.sample(evenly(3000, 2))
    for method in ("tau", "likelihood"):
        fit = fit_copula(numbers, copula.family, method)
        assert fit.copula.parameters == pytest.approx(copula.parameters, rel=0.05)


@pytest.mark.parametrize("copula", TRIPLES, ids=told)
def test_three_sources_are_fitted(copula):
    numbers = copula.sample(evenly(2000, 3))
    for method in ("tau", "likelihood"):
        fit = fit_copula(numbers, copula.family, method)
        assert fit.copula.parameters == pytest.approx(copula.parameters, abs=0.1)
    assert choose_copula(numbers).best.copula.family == copula.family


# -- fits ----------------------------------------------------------------------------------------


def test_ranks_and_tau_by_hand():
    values = np.array([[float(i), float(-i)] for i in range(10)])
    np.testing.assert_allclose(pseudo_observations(values)[:, 0], np.arange(1, 11) / 11)
    assert kendall_tau(values)[0, 1] == pytest.approx(-1.0)
    # One pair of 45 discordant.
    values[:, 1] = [1, 0, 2, 3, 4, 5, 6, 7, 8, 9]
    assert kendall_tau(values)[0, 1] == pytest.approx(43 / 45)


def test_negative_dependence_refuses_clayton_and_gumbel():
    numbers = PAIRS[3].sample(evenly(200, 2))
    choice = choose_copula(numbers)
    assert set(choice.refused) == {"clayton", "gumbel"}
    assert "which clayton cannot have" in choice.refused["clayton"]
    theta = {fit.copula.family: fit.copula.parameters[0] for fit in choice.fits}
    assert theta["frank"] == pytest.approx(-5.0, rel=0.1)
    assert theta["gaussian"] < -0.5
    with pytest.raises(ConfigError, match="or the families gaussian and"):
        fit_copula(numbers, "gumbel")
    with pytest.raises(ConfigError, match="a family that can have this dependence"):
        choose_copula(numbers, ["clayton"])


def test_the_true_family_passes_and_a_false_one_fails():
    draw = np.random.Generator(np.random.Philox(5))
    numbers = ArchimedeanCopula("clayton", 3.0).sample(draw.random((120, 2)))
    right, wrong = fit_copula(numbers, "clayton", "tau"), fit_copula(numbers, "gumbel", "tau")
    assert right.aic < wrong.aic
    assert right.bic - right.aic == pytest.approx(np.log(120) - 2.0)
    assert goodness_of_fit(numbers, right, samples=60).p_value > 0.1
    assert goodness_of_fit(numbers, wrong, samples=60).p_value < 0.02
    again = goodness_of_fit(numbers, right, samples=60)
    assert again == goodness_of_fit(numbers, right, samples=60)


def yearly(folder, month_from=10):
    """Water-year flow of the Feather (Oroville), the American (Folsom) and the Colorado."""
    feather = pd.read_csv(folder / "ca_reservoirs_daily" / "FTO-FNF.csv", index_col=0)["FNF_AF"]
    american = pd.read_csv(folder / "ca_reservoirs_daily" / "folsom-annual-flow.csv", index_col=0)
    path = folder / "colorado_natural_flow" / "monthly_total_natural_flow_acft.csv"
    colorado = pd.read_csv(path, index_col="month")["09380000"]
    tables = []
    for series in (feather, colorado):
        months = pd.to_datetime(series.index)
        year = months.year + (months.month >= month_from)
        tables.append(series.groupby(np.asarray(year)).sum())
    tables.insert(1, american["FNF_TAF"].set_axis(pd.to_datetime(american.index).year + 1))
    return pd.concat(tables, axis=1, join="inner").loc[1906:2020].to_numpy()


def test_real_neighbours_and_a_real_third_river(shared_data):
    flows = yearly(shared_data)
    assert flows.shape == (115, 3)
    neighbours = choose_copula(flows[:, :2])
    assert len(neighbours.fits) == 4
    assert [fit.aic for fit in neighbours.fits] == sorted(fit.aic for fit in neighbours.fits)
    best = neighbours.best
    assert best.copula.family == "gaussian"
    assert best.copula.parameters[0] == pytest.approx(0.961, abs=0.002)
    assert goodness_of_fit(flows[:, :2], best, samples=40).p_value > 0.05
    table = encounter_table(best.copula, ("Feather", "American"))
    seen = observed_encounters(flows[:, :2], ("Feather", "American"))
    np.testing.assert_allclose(seen.probabilities, table.probabilities, atol=0.05)
    assert table.synchronous > 0.8
    # Beyond the mountains the years meet nearly by chance.
    far = encounter_table(choose_copula(flows[:, [0, 2]]).best.copula, ("Feather", "Colorado"))
    assert 0.35 < far.synchronous < 0.55
    three = choose_copula(flows).best
    assert three.copula.family == "gaussian"
    assert three.copula.parameters[0] == pytest.approx(0.961, abs=0.005)
    model = encounter_table(three.copula, ("Feather", "American", "Colorado"))
    seen = observed_encounters(flows, ("Feather", "American", "Colorado"))
    assert model.probabilities.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(seen.probabilities, model.probabilities, atol=0.06)


# -- tables and samples --------------------------------------------------------------------------


def test_rows_name_the_cells_in_both_languages():
    table = encounter_table(gaussian_pair(0.5), ("Yangtze", "local"))
    rows = table.rows()
    assert rows[0][:2] == ("Yangtze dry, local dry", "枯枯")
    assert rows[5][:2] == ("Yangtze normal, local wet", "平丰")
    assert sum(row[2] for row in rows) == pytest.approx(1.0)
    assert len(encounter_table(TRIPLES[3], ("a", "b", "c")).rows()) == 27


def test_observed_encounters_by_hand():
    first = np.arange(1.0, 12.0)
    table = observed_encounters(np.stack([first, first[::-1]], axis=1), ("a", "b"))
    # Ranks m/12: four dry, three normal, four wet.
    expected = np.array([[0, 0, 4], [0, 3, 0], [4, 0, 0]]) / 11
    np.testing.assert_allclose(table.probabilities, expected)
    assert table.complementary == pytest.approx(8 / 11)


MARGINS = (
    Pearson3Margin(7.47, 0.84, 1.68),
    Pearson3Margin(1.0, 0.233, 0.466),
    Pearson3Margin(1.0, 0.233, 0.466),
)
SOURCES = ("local", "yangtze", "yellow")


@pytest.mark.parametrize("copula", TRIPLES, ids=told)
def test_samples_keep_the_encounter_and_the_margins(copula):
    model = EncounterModel(SOURCES, copula, MARGINS)
    drawn = np.concatenate([model.sample(3, member, 200) for member in range(40)], axis=1)
    for row, margin in zip(drawn, MARGINS, strict=True):
        sample = moments(row)
        assert sample.mean == pytest.approx(margin.mean, rel=0.03)
        assert sample.variation == pytest.approx(margin.variation, rel=0.05)
    seen = observed_encounters(drawn.T, SOURCES)
    np.testing.assert_allclose(seen.probabilities, model.table().probabilities, atol=0.012)
    np.testing.assert_array_equal(model.sample(3, 7, 39), model.sample(3, 7, 200)[:, :39])


def test_imports_meet_local_water_that_is_known():
    copula = ArchimedeanCopula("gumbel", 1.5, 3)
    model = EncounterModel(SOURCES, copula, MARGINS)
    local = model.sample(8, 0, 6000)[0]
    drawn = model.sample_given(local, 3, 1)
    np.testing.assert_array_equal(drawn[0], local)
    seen = observed_encounters(drawn.T, SOURCES)
    np.testing.assert_allclose(seen.probabilities, model.table().probabilities, atol=0.015)
    assert moments(drawn[1]).variation == pytest.approx(0.233, rel=0.05)
    # Another local water leaves the numbers behind the imports as they are: common random numbers.
    drier = model.sample_given(0.7 * local, 3, 1)
    assert (drier[1] < drawn[1]).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ArchimedeanCopula("frnk", 1.0), ConfigError, "nearest   'frank'"),  # type: ignore[arg-type]
        (lambda: ArchimedeanCopula("clayton", -0.5), ConfigError, "-0.5 for clayton with 2"),
        (lambda: ArchimedeanCopula("frank", -2.0, 3), ConfigError, "-2 for frank with 3 sources"),
        (lambda: ArchimedeanCopula("frank", 0.0), ConfigError, "not 0"),
        (lambda: ArchimedeanCopula("frank", 1.0, 4), ConfigError, "2 or 3 sources"),
        (lambda: gaussian_pair(1.0), ConfigError, "a positive definite correlation matrix"),
        (lambda: GaussianCopula(np.eye(4)), ConfigError, r"a matrix of shape \(4, 4\)"),
        (lambda: encounter_table(gaussian_pair(0.1), ("a",)), ConfigError, "2 names"),
        (
            lambda: encounter_table(gaussian_pair(0.1), ("a", "b"), dry_below=0.7),
            ConfigError,
            "0 < dry_below < wet_above < 1",
        ),
        (lambda: EncounterModel(("a",), PAIRS[0], MARGINS[:2]), ConfigError, "2 of each"),
        (lambda: fit_copula(np.ones((5, 2)), "frank"), DataError, "at least 10 years of 2 or 3"),
        (lambda: fit_copula(np.full((12, 2), np.nan), "frank"), DataError, "no number in year 0"),
        (lambda: fit_copula(evenly(20, 2), "t"), ConfigError, "one of gaussian, frank"),  # type: ignore[arg-type]
        (lambda: fit_copula(evenly(20, 2), "frank", "m"), ConfigError, "one of likelihood, tau"),  # type: ignore[arg-type]
        (lambda: choose_copula(evenly(20, 2), criterion="c"), ConfigError, "one of aic, bic"),  # type: ignore[arg-type]
        (lambda: observed_encounters(evenly(20, 2), ("a",)), ConfigError, "2 names"),
        (
            lambda: goodness_of_fit(
                evenly(20, 2), fit_copula(evenly(20, 2), "gaussian"), samples=5
            ),
            ConfigError,
            "at least 20 samples",
        ),
    ],
)
def test_arguments_without_a_meaning(call, error, message):
    with pytest.raises(error, match=message):
        call()
