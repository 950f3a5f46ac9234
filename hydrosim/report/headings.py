"""What the tables of a run are called, and their rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.locale import _, capital, pgettext
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import nodes_of
from hydrosim.reading.words import WORDS, word
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr

    from hydrosim.locale import Language, Message

__all__ = ["HEADINGS", "heading", "node_names", "row_name"]

HEADINGS = {
    "supply_title": _("Delivered by source and use, 10⁸ m³ a year"),
    "shortage_title": _("Demand and shortage by use, 10⁸ m³ a year"),
    "storage_title": _(
        "Storage, 10⁸ m³; stored in wet years, drawn and used in dry years, 10⁸ m³ a year"
    ),
    "replenishment_title": _("Replenished rivers and lakes by source, 10⁸ m³ a year"),
    "in_lieu_title": _("In-lieu credit of imports, 10⁸ m³ a year; standing, 10⁸ m³"),
    "in_lieu_booked": _("booked"),
    "in_lieu_moved": _("moved in"),
    "in_lieu_used": pgettext("in-lieu credit", "used"),
    "in_lieu_lapsed": _("lapsed"),
    "in_lieu_credit": _("standing"),
    "in_lieu_largest": _("largest"),
    "budget_title": _("Water budget, 10⁸ m³ a year"),
    "shortage_share": _("share short"),
    "worst_year": _("worst year"),
    "worst_share": _("short in it"),
    "mean_storage": _("mean"),
    "stored_in_wet_years": _("stored in wet years"),
    "drawn_in_dry_years": _("drawn in dry years"),
    "used_in_dry_years": name_of("used_in_dry_years"),
    "gross_use": name_of("gross_use"),
    "counted_once": _("counted once"),
    "lowest": _("lowest"),
    "highest": _("highest"),
    "all_reservoirs_and_lakes": _("all reservoirs and lakes"),
    "in": pgettext("water budget", "in"),
    "out": pgettext("water budget", "out"),
    "storage_change": _("from (in) or to (out) storage"),
    "why": _("Why"),
    "offered_note": _(
        "Without replenishment and recharge that take what is offered: they have no demand."
    ),
    "storage_note": _(
        "Stored and drawn are net changes of such a year; below 0 the storage went the other way."
    ),
    "in_lieu_note": _(
        "Water that a reservoir kept because an import supplied its users: a credit of the import."
    ),
}


def heading(key: str) -> Message:
    """Return what a table, row or column of a run is called."""
    return HEADINGS.get(key) or word(key)


def node_names(dataset: xr.Dataset) -> set[str]:
    """Return the names of all nodes."""
    return {str(node["name"]) for node in nodes_of(dataset)}


def row_name(dataset: xr.Dataset, plain: str, nodes: set[str], language: Language) -> str:
    """Return what a row is called: the title of one of the nodes, else a word of the tables.

    Parameters
    ----------
    dataset
        Knows the titles of nodes.
    plain
        Plain name of the row.
    nodes
        Names of nodes; empty for a table whose rows are none.
    language
        "en" or "zh".
    """
    if plain not in nodes and (plain in WORDS or plain in HEADINGS):
        return capital(heading(plain).in_language(language))
    return capital(item_title(dataset, plain).in_language(language))
