"""Members out of the record itself: the index-sequential method and the block bootstrap.

Both give maps of whole (water) years, so that the season and the weather of all sites stay
together. `hydrosim.hydrology.member_plan.plan_of_years` turns a map into days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.streams import Purpose, uniforms
from hydrosim.locale import _

__all__ = ["block_bootstrap", "index_sequential"]


def index_sequential(member: int, record_years: int, years: int) -> NDArray[np.int64]:
    """Year map of the index-sequential method (Kendall & Dracup 1991).

    Member m begins with record year m and goes on in order; after the last year comes the first.
    A record of n years gives n different members; member m + n is member m.

    Parameters
    ----------
    member : int
        Number of the member, from 0.
    record_years, years : int
        Years of the record and of the member.

    Returns
    -------
    ndarray of int64, shape (years,)
        Place of the record year of each year.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """
    _check(record_years, years, member)
    return (member + np.arange(years, dtype=np.int64)) % record_years


def block_bootstrap(
    seed: int, member: int, record_years: int, years: int, block_years: int
) -> NDArray[np.int64]:
    """Year map of the circular block bootstrap (Politis & Romano 1992).

    Blocks of years that follow one another begin at years drawn at random with replacement, each
    record year with the same chance; a block that passes the record's end goes on at its begin.

    Parameters
    ----------
    seed, member : int
        Key of the member; the map depends on nothing else than these arguments, and a longer
        member begins with the shorter one.
    record_years, years : int
        Years of the record and of the member.
    block_years : int
        Length of a block, 1 to `record_years`.

    Returns
    -------
    ndarray of int64, shape (years,)
        Place of the record year of each year.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """
    _check(record_years, years, member)
    if not 1 <= block_years <= record_years:
        refuse(
            "block_years",
            str(block_years),
            _("a length from 1 to {record_years} years", record_years=record_years),
        )
    blocks = -(-years // block_years)
    drawn = uniforms(seed, member, Purpose.BLOCK, "", "", blocks)
    begins = np.floor(drawn * record_years).astype(np.int64)
    inside = np.arange(block_years, dtype=np.int64)
    return ((begins[:, np.newaxis] + inside) % record_years).ravel()[:years]


def _check(record_years: int, years: int, member: int) -> None:
    if record_years < 1 or years < 1:
        found = _(
            "{record_years} years of record, {years} years wanted",
            record_years=record_years,
            years=years,
        )
        refuse("years", found, _("at least one year each"))
    if member < 0:
        refuse("member", str(member), _("a member from 0"))
