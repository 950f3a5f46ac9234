"""What each account granted, gave and kept, account year by account year, as data for reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.locale import Language, _, capital
from hydrosim.reading.accounts import account_years, is_limited
from hydrosim.reading.items import has, item_texts, items, one_run
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["account_summary", "account_table"]

_YI = 1e8
_USED_UP = 1e-3
"""Part of the grant below which an account counts as used up."""


def account_table(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return the account years of limited accounts [10^8 m3]; None where a result has none.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    language
        "en" or "zh".
    """
    data = one_run(dataset)
    if "time" not in data.dims or not has(data, "account_left", "account_used"):
        return None
    rows: list[tuple[Cell, ...]] = []
    for account in items(data, "account"):
        if not is_limited(data, account):
            continue
        found = account_years(data, account)
        title = _title(data, account, language)
        volumes = zip(found.year.tolist(), found.used_m3.tolist(), found.left_m3.tolist(),
                      strict=True)  # fmt: skip
        for year, used, left in volumes:
            granted = used + left
            share = Number(used / granted, 1, 0.01) if granted > 0.0 else None
            rows.append((title, found.start_day, int(year), used / _YI, left / _YI,
                         granted / _YI, share))  # fmt: skip
    return Table("accounts", _("Account years of limited quotas").in_language(language),
                 _columns(language), tuple(rows), beside=True) if rows else None  # fmt: skip


def account_summary(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return what each limited account granted and gave in the mean account year [10^8 m3].

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    language
        "en" or "zh".
    """
    data = one_run(dataset)
    if "time" not in data.dims or not has(data, "account_left", "account_used"):
        return None
    rows: list[tuple[Cell, ...]] = []
    for account in items(data, "account"):
        found = account_years(data, account) if is_limited(data, account) else None
        if found is None or not found.year.size:
            continue
        used, left = found.used_m3 / _YI, found.left_m3 / _YI
        granted = used + left
        full = int((left <= _USED_UP * granted).sum())
        rows.append((_title(data, account, language), found.start_day, int(found.year.size),
                     float(granted.mean()), float(used.mean()), float(used.max()),
                     float(left.min()), full))  # fmt: skip
    volume = _("10⁸ m³").in_language(language)
    heads = (
        (_("account"), "", 0), (_("starts on"), "", 0), (_("whole account years"), "", 0),
        (_("granted, mean"), volume, 3), (_("used, mean"), volume, 3),
        (_("used, most"), volume, 3), (_("left, least"), volume, 3), (_("years used up"), "", 0),
    )  # fmt: skip
    columns = tuple(
        Column(capital(head.in_language(language), language), unit, digits)
        for head, unit, digits in heads
    )
    title = _("Limited quotas over the account years").in_language(language)
    return Table("account_summary", title, columns, tuple(rows)) if rows else None


def _columns(language: Language) -> tuple[Column, ...]:
    volume = _("10⁸ m³").in_language(language)
    heads = (
        (_("account"), "", 0, ()), (_("starts on"), "", 0, ()), (_("account year"), "", 0, ()),
        (_("used in the year"), volume, 3, ()), (_("left at its end"), volume, 3, ()),
        (_("granted"), volume, 3, (3, 4)), (_("share used"), "%", 1, ()),
    )  # fmt: skip
    return tuple(
        Column(capital(head.in_language(language), language), unit, digits, sums)
        for head, unit, digits, sums in heads
    )


def _title(dataset: xr.Dataset, account: str, language: Language) -> str:
    """Return what readers call an account."""
    node = item_texts(dataset, "account", "account_node")[items(dataset, "account").index(account)]
    title = capital(item_title(dataset, node or account).in_language(language), language)
    extra = account.partition(".")[2] == "extra"
    return _("{title}: surplus", title=title).in_language(language) if extra else title
