"""Random numbers that follow from a key and a place, not from the numbers drawn before.

Philox4x64-10 (Salmon, Moraes, Dror & Shaw 2011, SC'11) is a function of a key and a counter. The
key is (seed, hash of site and variable), the counter (place, 0, purpose, member). So any number
of any member can be made alone, in any process, with the same bits; a longer series begins with
the shorter one; and adding a site changes no number of another.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = ["Purpose", "normal_quantile", "uniforms"]

_LARGEST = 2**64


class Purpose(IntEnum):
    """What numbers of a stream are drawn for; each purpose has a stream of its own."""

    ANNUAL = 0
    NEIGHBOUR = 1
    BLOCK = 2
    ENCOUNTER = 3
    BOOTSTRAP = 4


@lru_cache(maxsize=1024)
def _name_key(site: str, variable: str) -> int:
    """Return 64 bits that belong to a site and a variable on every machine."""
    text = f"{site}\0{variable}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def uniforms(
    seed: int, member: int, purpose: Purpose, site: str, variable: str, count: int
) -> NDArray[np.float64]:
    """Uniform numbers strictly between 0 and 1, on a grid of 2^-52.

    Parameters
    ----------
    seed, member : int
        Seed of the ensemble and number of the member, 0 to 2^64 - 1.
    purpose : Purpose
        What they are for.
    site, variable : str
        Name of the series.
    count : int
        How many; the first ones do not depend on it.

    Returns
    -------
    ndarray, shape (count,)
        The numbers.

    Raises
    ------
    ConfigError
        If the seed or the member is negative or too large.
    """
    for name, number in (("seed", seed), ("member", member)):
        if not 0 <= number < _LARGEST:
            refuse(name, str(number), _("a whole number from 0 to 2^64 - 1"))
    key = np.array([seed, _name_key(site, variable)], dtype=np.uint64)
    counter = np.array([0, 0, int(purpose), member], dtype=np.uint64)
    raw = np.random.Philox(key=key, counter=counter).random_raw(count)
    # With 53 bits the largest number would round to 1.
    grid = (np.asarray(raw, np.uint64) >> np.uint64(12)).astype(np.float64)
    return (grid + 0.5) * 2.0**-52


def normal_quantile(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn uniform numbers into standard normal ones, of the same shape."""
    from scipy.special import ndtri

    return np.asarray(ndtri(chances), dtype=np.float64)
