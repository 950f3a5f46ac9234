"""A copula whose classes have the record's tau-b."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.hydrology.copula import ArchimedeanCopula, GaussianCopula, gaussian_pair
from hydrosim.hydrology.copula_classes import copula_behind_classes
from hydrosim.hydrology.copula_fit import kendall_tau


def classed(copula, count=6000, classes=3):
    """Return a sample of a copula, its sources but the first cut into classes."""
    chances = np.random.default_rng(4).random((count, copula.dimension))
    points = copula.sample(chances)
    points[:, 1:] = np.floor(points[:, 1:] * classes)
    return points


@pytest.mark.parametrize(
    "true", [gaussian_pair(0.9), gaussian_pair(-0.6), ArchimedeanCopula("clayton", 3.0),
             ArchimedeanCopula("frank", 9.0), ArchimedeanCopula("gumbel", 2.5)],
)  # fmt: skip
def test_the_dependence_behind_classes_is_found_again(true):
    values = classed(true)
    weak = (
        gaussian_pair(0.1)
        if isinstance(true, GaussianCopula)
        else ArchimedeanCopula(true.name, 1.1, 2)
    )
    found = copula_behind_classes(values, weak)
    assert found.parameters[0] == pytest.approx(true.parameters[0], rel=0.08)


def test_three_sources_keep_each_pair():
    matrix = np.array([[1.0, 0.8, 0.5], [0.8, 1.0, 0.3], [0.5, 0.3, 1.0]])
    values = classed(GaussianCopula(matrix))
    found = copula_behind_classes(values, GaussianCopula(np.eye(3)))
    np.testing.assert_allclose(found.parameters, (0.8, 0.5, 0.3), atol=0.04)
    alike = copula_behind_classes(values, ArchimedeanCopula("frank", 2.0, 3))
    again = kendall_tau(classed(alike))[np.triu_indices(3, 1)].mean()
    assert again == pytest.approx(kendall_tau(values)[np.triu_indices(3, 1)].mean(), abs=0.02)


def test_without_classes_nothing_changes():
    values = np.random.default_rng(1).random((40, 2))
    copula = gaussian_pair(0.4)
    assert copula_behind_classes(values, copula) is copula
