"""Tables of single users and accounts as data for reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import Language, _, capital, pgettext
from hydrosim.reading.items import has, item_texts, items, one_run, values_of
from hydrosim.reading.steps import seconds_of, years_of
from hydrosim.reading.supply import firm_claims, reason_of, uses_of_claims
from hydrosim.reading.words import word
from hydrosim.report.table import Column, Number, Table
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["claim_table"]

_YI = 1e8
_SECONDS_A_YEAR = 365.2425 * 86400.0
_LEAST_SHARE = 1e-6


def claim_table(dataset: xr.Dataset, language: Language) -> Table:
    """Return demand, supply and shortage of each user with a demand of its own, and the reason.

    Parameters
    ----------
    dataset
        A result of one scenario and member with its year table.
    language
        "en" or "zh".
    """
    data = one_run(dataset)
    which = firm_claims(data)
    years = float(seconds_of(data).sum()) / _SECONDS_A_YEAR if "time" in data.dims else 1.0
    demand, supplied = (
        np.nan_to_num(values_of(data, name, "water_year", "claim").astype(np.float64))[:, which]
        for name in ("year_demand", "year_supplied")
    )
    share = 1.0 - _ratio(supplied.sum(axis=0), demand.sum(axis=0))
    order = sorted(range(len(which)), key=lambda at: (-share[at], items(data, "claim")[which[at]]))
    uses, tiers = uses_of_claims(data), item_texts(data, "claim", "claim_tier")
    rows, details, keys = [], [], []
    every = np.ones(data.sizes.get("time", 0), dtype=np.bool_)
    for at in order:
        claim = which[at]
        name = items(data, "claim")[claim]
        wanted, got = demand[:, at], supplied[:, at]
        numbers = (float(one.sum()) / years / _YI for one in (wanted, got, wanted - got))
        title = capital(item_title(data, name).in_language(language), language)
        use, tier = (
            capital(word(key).in_language(language), language) if key else ""
            for key in (uses[claim], tiers[claim])
        )
        rows.append((title, use, tier, *numbers, Number(float(share[at]), 1, 0.01),
                     *_worst(data, wanted, got)))  # fmt: skip
        lacks = share[at] > _LEAST_SHARE and has(data, "reason", "demand", "supplied")
        details.append(reason_of(data, [claim], every).in_language(language) if lacks else "")
        keys.append(name)
    return Table(
        "users", _("Demand and shortage of each user").in_language(language), _columns(language),
        tuple(rows), details=tuple(details), keys=tuple(keys),
        marks=tuple("short" if detail else "" for detail in details),
    )  # fmt: skip


def _columns(language: Language) -> tuple[Column, ...]:
    """Return the columns of the table of users."""
    a_year = _("10⁸ m³ a year").in_language(language)
    heads = (
        (_("user"), "", 0), (pgettext("kind of user", "use"), "", 0),
        (pgettext("tier of a user", "tier"), "", 0), (word("demand"), a_year, 3),
        (word("supplied"), a_year, 3), (word("shortage"), a_year, 3),
        (_("share short"), "%", 1), (_("years short"), "", 0), (_("worst year"), "", 0),
        (_("short in it"), "%", 1),
    )  # fmt: skip
    return tuple(
        Column(capital(head.in_language(language), language), unit, digits)
        for head, unit, digits in heads
    )


def _worst(data: xr.Dataset, wanted: Floats, got: Floats) -> tuple[int, int | None, Number | None]:
    """Return how many complete years were short by 1 % or more, the worst, and its share."""
    found = years_of(data)
    missing = np.where(found.complete, wanted - got, 0.0)
    share = np.where(wanted > 0.0, missing / np.where(wanted > 0.0, wanted, 1.0), 0.0)
    worst = int(np.argmax(missing))
    if missing[worst] <= _LEAST_SHARE * wanted[worst]:
        return 0, None, None
    count = int(np.count_nonzero(share >= 0.01))
    return count, int(found.year[worst]), Number(float(share[worst]), 1, 0.01)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return parts of wholes, 1 where there is nothing."""
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 1.0)
