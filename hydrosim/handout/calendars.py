"""Calendars of shortage: the share of the demand of a use that was missing, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.handout.model import Calendar
from hydrosim.locale import Language, _, capital, listed, pgettext, sentences
from hydrosim.plot.text import month_names
from hydrosim.reading.items import has
from hydrosim.reading.kinds import USES
from hydrosim.reading.short_months import reason_table, short_months
from hydrosim.reading.supply import firm_claims, uses_of_claims
from hydrosim.reading.words import word
from hydrosim.report.table import Cell, Column, Number, Table

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["calendar_table", "calendars", "of_short"]


def calendars(dataset: xr.Dataset, language: Language) -> list[Calendar]:
    """Return a calendar for each use with a demand; none where steps were not recorded.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    language
        "en" or "zh".
    """
    if not has(dataset, "demand", "supplied") or "time" not in dataset.dims:
        return []
    reasons = {code: reason.in_language(language) for code, reason in reason_table(dataset).items()}
    uses = uses_of_claims(dataset)
    months = tuple(month_names(language))
    found: list[Calendar] = []
    for use in USES:
        which = [place for place in firm_claims(dataset) if uses[place] == use]
        if not which:
            continue
        short = short_months(dataset, which)
        asked = np.nan_to_num(short.demand_m3) > 0.0
        share = 100.0 * np.clip(short.missing_m3 / np.where(asked, short.demand_m3, 1.0), 0.0, 1.0)
        found.append(
            Calendar(
                use, capital(word(use).in_language(language), language), months,
                tuple(short.years.tolist()),
                tuple(
                    tuple(value if known else None for value, known in zip(*row, strict=True))
                    for row in zip(share.tolist(), asked.tolist(), strict=True)
                ),
                tuple(tuple(reasons.get(code, "") for code in row) for row in short.code.tolist()),
            )
        )  # fmt: skip
    return found


def of_short(some: list[Calendar], language: Language) -> list[Calendar | str]:
    """Return the calendars of uses that were short, and a sentence on those that were not.

    Parameters
    ----------
    some
        The calendars.
    language
        "en" or "zh".
    """
    short = [
        one for one in some if any(share >= 1.0 for row in one.shares for share in row if share)
    ]
    full = listed([one.title for one in some if one not in short])
    text = sentences(_("no month lacks 1 % or more: {uses}", uses=full)).in_language(language)
    return [*([text] if full else []), *short]


def calendar_table(some: list[Calendar], language: Language) -> Table | None:
    """Return the months in which a use lacked 1 % or more, with the reason; None without any.

    Parameters
    ----------
    some
        The calendars.
    language
        "en" or "zh".
    """
    rows: list[tuple[Cell, ...]] = []
    for one in some:
        for year, shares, reasons in zip(one.years, one.shares, one.reasons, strict=True):
            for month, (share, reason) in enumerate(zip(shares, reasons, strict=True), start=1):
                if share is not None and share >= 1.0:
                    rows.append((one.title, year, month, Number(share, 1), reason))
    heads = (
        pgettext("kind of user", "use"),
        _("year"),
        _("month"),
        _("missing share"),
        _("reason"),
    )
    units = ("", "", "", "%", "")
    return Table(
        "short_months", _("Months in which a use lacked 1 % or more").in_language(language),
        tuple(
            Column(capital(head.in_language(language), language), unit, 0)
            for head, unit in zip(heads, units, strict=True)
        ),
        tuple(rows), beside=True,
    ) if rows else None  # fmt: skip
