"""Random numbers by key and place."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology.streams import Purpose, normal_quantile, uniforms

# Seen once; ensembles of one seed must stay the same for ever.
PINNED = [0.44942618151203206, 0.6474800615947492, 0.3264930785019825]


def test_the_generator_gives_its_published_answer():
    # Known answer of philox4x64-10 for key and counter zero (Random123); the counter is raised
    # before each block.
    full = 2**64 - 1
    raw = np.random.Philox(key=[0, 0], counter=[full] * 4).random_raw(4)
    assert [f"{int(word):016x}" for word in raw] == [
        "16554d9eca36314c",
        "db20fe9d672d0fdc",
        "d7e772cee186176b",
        "7e68b68aec7ba23b",
    ]


def test_numbers_of_one_key_are_fixed():
    told = uniforms(7, 3, Purpose.ANNUAL, "wangkuai", "rain", 3)
    assert told.tolist() == PINNED


def test_numbers_depend_on_every_part_of_the_key_and_not_on_the_count():
    key = (1, 2, Purpose.ANNUAL, "a", "rain")
    first = uniforms(*key, 50)
    np.testing.assert_array_equal(first[:7], uniforms(*key, 7))
    others = [
        (2, 2, Purpose.ANNUAL, "a", "rain"),
        (1, 3, Purpose.ANNUAL, "a", "rain"),
        (1, 2, Purpose.BLOCK, "a", "rain"),
        (1, 2, Purpose.ANNUAL, "b", "rain"),
        (1, 2, Purpose.ANNUAL, "a", "et0"),
        (1, 2, Purpose.ANNUAL, "ar", "ain"),
    ]
    for other in others:
        assert not np.isin(first, uniforms(*other, 50)).any()


def test_numbers_are_uniform_and_normal():
    numbers = np.concatenate([uniforms(5, m, Purpose.ANNUAL, "a", "b", 500) for m in range(40)])
    assert 0.0 < numbers.min()
    assert numbers.max() < 1.0
    # Kolmogorov-Smirnov at the 1 % level.
    gap = np.abs(np.sort(numbers) - (np.arange(20_000) + 0.5) / 20_000).max()
    assert gap < 1.63 / np.sqrt(20_000)
    scores = normal_quantile(numbers)
    assert abs(scores.mean()) < 0.02
    assert scores.std() == pytest.approx(1.0, abs=0.015)


@pytest.mark.parametrize(("seed", "member"), [(-1, 0), (0, -1), (2**64, 0)])
def test_keys_out_of_range(seed, member):
    with pytest.raises(ConfigError, match=r"a whole number from 0 to 2\^64 - 1"):
        uniforms(seed, member, Purpose.ANNUAL, "a", "b", 1)
