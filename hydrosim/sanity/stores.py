"""Stores against the water that flows to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import _, pgettext, short
from hydrosim.sanity.table import YI, Row, Table, finite, mark
from hydrosim.sanity.water import SECONDS_A_YEAR

if TYPE_CHECKING:
    from hydrosim.errors import Fault
    from hydrosim.sanity.water import Water

__all__ = ["store_table"]

MOST_YEARS, MOST_YEARS_BELOW_GROUND = 100.0, 3000.0
"""Years of inflow that a store holds, above which it is marked."""
LEAST_DAYS = 0.5
"""Days of inflow that a store holds, below which it is marked."""
DAYS_A_YEAR = 365.25


def store_table(water: Water) -> Table:
    """Return the storage of each store as years and days of the most that could flow to it.

    Of a reservoir or lake that is the volume between dead and normal level, and all that natural
    water and ways could bring; of an aquifer what stands above its floor at the start, and the
    recharge from outside that is known before the run.
    """
    items = water.builder.items.get("store", {})
    rows = [
        _ground_row(name, water) if item.get("groundwater") else _row(name, item, water)
        for name, item in sorted(items.items())
    ]
    return Table(
        "stores",
        _("Stores: storage, 10⁸ m³, and inflow, 10⁸ m³ a year"),
        {
            "store": pgettext("sanity page", "store"),
            "storage": pgettext("sanity page", "storage"),
            "inflow": _("could flow in"),
            "years": _("years of inflow"),
            "days": _("days of inflow"),
        },
        rows,
    )


def _cells(name: str, storage: float, inflow: float) -> tuple[str | float | None, ...]:
    known = finite(inflow)
    years = storage / (known * SECONDS_A_YEAR) if known else None
    days = None if years is None else years * DAYS_A_YEAR
    yearly = None if known is None else known * SECONDS_A_YEAR / YI
    return name, storage / YI, yearly, years, days


def _row(name: str, item: dict[str, Any], water: Water) -> Row:
    storage = float(item["normal_storage_m3"]) - float(item["dead_storage_m3"])
    inflow = water.flows.most({name})
    return Row(
        _cells(name, storage, inflow), _marks(name, str(item["shown_by"]), storage, inflow, water)
    )


def _marks(
    name: str, shown_by: str, storage: float, inflow: float, water: Water
) -> tuple[Fault, ...]:
    path = ("nodes", name)
    if inflow <= 0.0 and dict(water.config.nodes[name]).get("precipitation") is None:
        return mark(path, _("a store to which no water flows"), _("an inflow, or a link to it"))
    if shown_by == "storage" and not _is_used(name, water):
        return mark(path, _("a store whose water reaches no use and no other claim"),
                    _("a way from it to a use"))  # fmt: skip
    return _size_marks((*path, "storage_curve"), storage, inflow, MOST_YEARS, LEAST_DAYS)


def _is_used(name: str, water: Water) -> bool:
    """Whether a use, a claim that is no supply, or another store, takes the water of a store."""
    return bool(water.reached(name)) or water.passes(name) or water.feeds(name, others=True)


def _ground_row(name: str, water: Water) -> Row:
    content, gain = water.content_m3(name) or 0.0, water.known_gain(name)
    marks: tuple[Fault, ...] = ()
    if gain > 0.0:
        marks = _size_marks(("nodes", name), content, gain, MOST_YEARS_BELOW_GROUND, LEAST_DAYS)
    return Row(_cells(name, content, gain if gain > 0.0 else np.inf), marks)


def _size_marks(
    path: tuple[str, ...], storage: float, inflow: float, most_years: float, least_days: float
) -> tuple[Fault, ...]:
    if not np.isfinite(inflow) or inflow <= 0.0:
        return ()
    years = storage / (inflow * SECONDS_A_YEAR)
    note = _("is the storage, or the inflow, in another unit?")
    found = _(
        "a storage of {storage} 亿m3 for an inflow of {inflow} 亿m3/year",
        storage=short(storage / YI), inflow=short(inflow * SECONDS_A_YEAR / YI),
    )  # fmt: skip
    if years > most_years:
        return mark(path, found, _("as a rule at most {years:g} years of inflow", years=most_years),
                    note)  # fmt: skip
    if years * DAYS_A_YEAR < least_days:
        return mark(path, found, _("as a rule at least {days:g} days of inflow", days=least_days),
                    note)  # fmt: skip
    return ()
