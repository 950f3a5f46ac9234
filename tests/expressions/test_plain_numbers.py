"""Operations on plain numbers give the bits of those on arrays; scaled numbers are rounded once."""

from __future__ import annotations

import itertools
import struct
from fractions import Fraction

import numpy as np
import pytest

from hydrosim.expressions.operations import OPERATIONS
from hydrosim.units.table import scaled

NUMBERS = (0.0, -0.0, 1.0, -2.5, 1e-310, 1e308, 0.1, 3.0, np.inf, -np.inf, np.nan)


@pytest.mark.parametrize(
    "name", [name for name, one in OPERATIONS.items() if one.of_numbers is not None]
)
def test_plain_numbers_give_the_bits_of_arrays(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.of_numbers is not None
    for a, b in itertools.product(NUMBERS, repeat=2):
        array = float(operation.function(np.array([[a]]), np.array([[b]]))[0, 0])
        plain = operation.of_numbers(a, b)
        same = struct.pack("d", plain) == struct.pack("d", array)
        assert same or (np.isnan(plain) and np.isnan(array)), (name, a, b)


@pytest.mark.parametrize("text", ["5.51", "-0.3", "1.2e9", "7E-5", ".5", "12.", "+3", "0.1e-3"])
@pytest.mark.parametrize("factor", [Fraction(1), Fraction(1, 3), Fraction(10**8, 31557600)])
def test_scaled_numbers_are_rounded_once(text: str, factor: Fraction) -> None:
    assert scaled(text, factor) == float(Fraction(text) * factor)
