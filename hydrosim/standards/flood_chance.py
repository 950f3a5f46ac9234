"""Yearly probability of exceeding the levels of a store, from the levels of a supply run."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from hydrosim.locale import _, sentences
from hydrosim.reading.flood import texts
from hydrosim.reading.items import items
from hydrosim.standards.flood_standard import Asked
from hydrosim.standards.flood_works import LEVEL_BOUNDS
from hydrosim.standards.flood_zone import FloodZone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hydrosim.reading.view import Result
    from hydrosim.standards.flood_standard import FloodStandard
    from hydrosim.standards.verdict import Verdict

__all__ = ["chance_verdicts", "chance_years"]

_PERCENT = 100.0


def chance_years(chance: float, smallest: float) -> float | str:
    """Return the return period of a yearly probability, or ``> 10000`` below the smallest routed.

    Parameters
    ----------
    chance
        Yearly probability.
    smallest
        Probability of the rarest flood routed.
    """
    if chance < smallest * (1.0 - 1e-9):
        return f"> {1.0 / smallest:g}"
    return 1.0 / chance


def chance_verdicts(
    floods: Result, chances: Result, standards: Iterable[FloodStandard]
) -> list[Verdict]:
    """Return a verdict on each level of a store for which a standard asks a return period.

    The probability in any year may not be above one in the return period. Floods rarer than those
    routed are left out; where they could change the verdict it is not provable.

    Parameters
    ----------
    floods
        Design floods, from which the standards read what is required.
    chances
        Result of ``start_level_floods``.
    standards
        The flood standards of the config.
    """
    stores = items(chances, "node")
    keys = {str(text): key for key, text in LEVEL_BOUNDS.items()}
    bounds = texts(chances, "bound")
    found: dict[tuple[str, str], Verdict] = {}
    # A zone asks of its reservoirs what they are asked by a standard of their own, if there is one.
    for standard in sorted(standards, key=lambda one: isinstance(one, FloodZone)):
        for asked in standard.asked(floods):
            if not isinstance(asked, Asked) or asked.years is None:
                continue
            store = asked.criterion.subject.name
            key = keys.get(asked.criterion.quantity, "")
            if store not in stores or key not in bounds or (store, key) in found:
                continue
            place = stores.index(store), bounds.index(key)
            if not math.isnan(float(chances["exceedance"].values[0][place])):
                found[store, key] = _verdict(standard, asked, place, chances)
    return list(found.values())


def _verdict(
    standard: FloodStandard, asked: Asked, place: tuple[int, int], chances: Result
) -> Verdict:
    assert asked.years is not None
    limit, run = (float(one[place]) for one in chances["exceedance"].values)
    most = float(chances["exceedance_most"].values[1][place])
    smallest = float(chances.attrs["smallest"])
    years = chance_years(run, smallest)
    chance = _(
        "once in {run} years from the levels of the run, in {limit} from the "
        "flood-limited level, start levels and floods taken as independent",
        run=_years_text(years),
        limit=_years_text(chance_years(limit, smallest)),
    )
    quantity = _("{level}, yearly chance", level=asked.criterion.quantity)
    required, achieved = _PERCENT / asked.years, _PERCENT * run
    if run * asked.years <= 1.0 < most * asked.years:
        rarer = _("floods rarer than those routed could exceed it")
        verdict = standard.not_judged(
            asked.criterion.subject, quantity, sentences(rarer, chance, asked.note),
            required=required, achieved=achieved, unit="%", outcome="not provable",
            basis=asked.basis,
        )  # fmt: skip
    else:
        verdict = standard.judge(
            asked.criterion.subject, quantity, required=required, achieved=achieved, unit="%",
            sense="at most", details=sentences(chance, asked.note), basis=asked.basis,
        )  # fmt: skip
    return replace(
        verdict, return_period_required=asked.years, return_period_reached=years
    )  # fmt: skip


def _years_text(years: float | str) -> str:
    return years if isinstance(years, str) else f"{float(f'{years:.3g}'):g}"
