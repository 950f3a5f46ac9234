"""What a record that is too short to prove a rate can refute all the same."""

from __future__ import annotations

import math

from hydrosim.locale import Message, _, percent

__all__ = ["LEAST_CHANCE", "chance_of_as_few", "is_refuted", "refuted_message"]

LEAST_CHANCE = 0.05
"""Chance below which so few full years refute the required rate."""


def chance_of_as_few(years: int, met: int, target: float) -> float:
    """Return the chance of so few full years, or fewer, if each were full at the required rate.

    The binomial distribution of independent years; dry years that follow each other make few full
    years likelier, so a rate just below the bound of :data:`LEAST_CHANCE` is no strong proof.

    Parameters
    ----------
    years
        Complete years judged.
    met
        Those with full supply.
    target
        Required rate, as a fraction.
    """
    return math.fsum(
        math.comb(years, k) * target**k * (1.0 - target) ** (years - k) for k in range(met + 1)
    )


def is_refuted(years: int, met: int, target: float) -> bool:
    """Return whether the years judged, however few, speak against the required rate.

    Parameters
    ----------
    years
        Complete years judged.
    met
        Those with full supply.
    target
        Required rate, as a fraction.
    """
    return met < years and chance_of_as_few(years, met, target) < LEAST_CHANCE


def refuted_message(years: int, met: int, target: float) -> Message:
    """Return why a record too short for a proof speaks against the required rate."""
    return _(
        "{n} complete water years are too few to prove {target}, but {met} full ones of {n} refute "
        "it: so few have a chance of {chance} at that rate",
        n=years,
        met=met,
        target=percent(target),
        chance=percent(chance_of_as_few(years, met, target)),
    )
