"""The table of quantities: name, units, meaning and dimensions of all that a result can hold."""

from __future__ import annotations

from dataclasses import dataclass

from hydrosim.locale import Message, _, pgettext

__all__ = [
    "DIMENSIONS",
    "ENSEMBLE_VARIABLES",
    "LARGEST_CLOSURE",
    "VARIABLES",
    "Variable",
]

LARGEST_CLOSURE = 1e-12
"""What the balance of a step may miss of the volumes in it; above, a run fails."""

DIMENSIONS: dict[str, str] = {
    "scenario": "scenario",
    "member": "member of the ensemble",
    "time": "start of the step",
    "month": "start of the month",
    "water_year": "calendar year in which the water year starts",
    "store": "reservoir, lake, regulating reservoir or aquifer",
    "zone": "layer of a store",
    "claim": "wish for water: a demand, a base flow or a replenishment",
    "link": "way for water between two nodes",
    "source": "source of supply: import, groundwater, reclaimed or other water",
    "account": "volume that a calendar grants",
    "reach": "river reach or control section",
    "origin": "where water came from",
    "age": "water years since the water came; the last stands for older",
    "budget": "flux across the edge of the model",
    "cost": "source, work or link at which water costs",
    "event": "flood",
    "node": "place in the flood network",
    "basin": "detention basin",
    "outlet": "outlet of a store",
}


@dataclass(frozen=True)
class Variable:
    """One quantity of a result.

    ``per_step`` marks a volume a step inside the kernel that the result shows as a mean flow.
    """

    name: str
    units: str
    long_name: Message
    dimension: str
    cell_methods: str = "time: mean"
    standard_name: str = ""
    per_step: bool = False


_TABLE = (
    # stores
    Variable("storage", "m3", _("storage"), "store", "time: point"),
    Variable("level", "m", _("water level"), "store", "time: point"),
    Variable("area", "m2", _("water surface area"), "store", "time: point"),
    Variable("depth_to_water", "m", _("depth to groundwater"), "store", "time: point"),
    Variable(
        "limit_storage",
        "m3",
        _("storage at the flood-limited level"),
        "store",
        "time: point",
    ),
    Variable("limit_level", "m", _("flood-limited level"), "store", "time: point"),
    Variable("local_inflow", "m3 s-1", _("local inflow"), "store", per_step=True),
    Variable("inflow", "m3 s-1", _("inflow from links"), "store", per_step=True),
    Variable("release", "m3 s-1", _("controlled release"), "store", per_step=True),
    Variable("spill", "m3 s-1", _("uncontrolled outflow"), "store", per_step=True),
    Variable(
        "evaporation",
        "m3 s-1",
        _("open-water or phreatic evaporation"),
        "store",
        per_step=True,
    ),
    Variable("precipitation", "m3 s-1", _("rain on the water surface"), "store", per_step=True),
    Variable("seepage", "m3 s-1", _("seepage out of the store"), "store", per_step=True),
    Variable("recharge", "m3 s-1", _("recharge of the aquifer"), "store", per_step=True),
    Variable("pumped", "m3 s-1", _("pumping from the aquifer"), "store", per_step=True),
    Variable(
        "surface_outflow",
        "m3 s-1",
        _("outflow at the ground of a full aquifer"),
        "store",
        per_step=True,
    ),
    Variable("zone_top", "m3", _("storage at the top of the zone"), "zone", "time: point"),
    # claims
    Variable("demand", "m3 s-1", _("wanted flow"), "claim", per_step=True),
    Variable("supplied", "m3 s-1", _("supplied flow"), "claim", per_step=True),
    Variable("reason", "1", _("code of the reason of a shortage"), "claim", "time: point"),
    # links, sources, accounts, reaches
    Variable("flow", "m3 s-1", _("flow at the start of the link"), "link", per_step=True),
    Variable("withdrawn", "m3 s-1", _("water taken from the source"), "source", per_step=True),
    Variable("available", "m3 s-1", _("water that the source offers"), "source", per_step=True),
    Variable(
        "account_left",
        "m3",
        _("volume left of the year's grant"),
        "account",
        "time: point",
    ),
    Variable("account_used", "m3 s-1", _("use of the year's grant"), "account", per_step=True),
    Variable("discharge", "m3 s-1", _("discharge of the reach"), "reach", per_step=True),
    Variable(
        "natural_discharge",
        "m3 s-1",
        _("natural inflow of the reach"),
        "reach",
        per_step=True,
    ),
    # ledger, by month
    Variable(
        "supplied_by_origin",
        "m3",
        _("supplied volume by origin of the water"),
        "claim origin",
        "month: sum",
    ),
    Variable(
        "storage_by_origin",
        "m3",
        _("stored volume by origin of the water"),
        "store origin",
        "month: point",
    ),
    Variable(
        "storage_by_age",
        "m3",
        _("stored volume by water years since it came"),
        "store age",
        "month: point",
    ),
    Variable(
        "in_lieu_booked",
        "m3",
        _("reservoir water saved by imports used in its place"),
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_used",
        "m3",
        _("in-lieu credit drawn beyond the reservoir's own water"),
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_lapsed",
        "m3",
        _("in-lieu credit lost in spill and losses"),
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_moved",
        "m3",
        _("in-lieu credit received from reservoirs above, less what was handed on"),
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_credit",
        "m3",
        _("in-lieu credit standing"),
        "store origin",
        "month: point",
    ),
    # year table
    Variable("year_demand", "m3", _("wanted volume"), "claim", "water_year: sum"),
    Variable("year_supplied", "m3", _("supplied volume"), "claim", "water_year: sum"),
    Variable("year_periods", "1", _("periods with a demand"), "claim", "water_year: sum"),
    Variable("year_periods_short", "1", _("periods short"), "claim", "water_year: sum"),
    Variable(
        "year_longest_break",
        "1",
        _("longest run of short periods"),
        "claim",
        "water_year: maximum",
    ),
    Variable(
        "year_deepest_break",
        "1",
        _("largest short share of a period's demand"),
        "claim",
        "water_year: maximum",
    ),
    Variable("year_volume", "m3", _("volume through the link"), "link", "water_year: sum"),
    Variable(
        "year_withdrawn",
        "m3",
        _("volume taken from the source"),
        "source",
        "water_year: sum",
    ),
    Variable(
        "year_cost", "yuan", pgettext("in a year", "cost of the water"), "cost", "water_year: sum"
    ),
    Variable("year_storage_min", "m3", _("smallest storage"), "store", "water_year: minimum"),
    Variable(
        "year_storage_max",
        "m3",
        pgettext("in a year", "largest storage"),
        "store",
        "water_year: maximum",
    ),
    Variable(
        "year_storage_end",
        "m3",
        _("storage at the end of the water year"),
        "store",
        "water_year: point",
    ),
    Variable(
        "year_storage_rise",
        "m3",
        _("sum of the rises of storage"),
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_storage_fall",
        "m3",
        _("sum of the falls of storage"),
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_days_above_limit",
        "1",
        _("days above the flood-limited level"),
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_depth_above_limit",
        "m",
        _("largest depth above the flood-limited level"),
        "store",
        "water_year: maximum",
    ),
    Variable(
        "year_days_flood_flow",
        "1",
        _("days with floods that need the flood engine"),
        "reach",
        "water_year: sum",
    ),
    Variable(
        "year_days_flood_level",
        "1",
        _("days above the flood trigger level"),
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_budget",
        "m3",
        _("volume across the edge of the model"),
        "budget",
        "water_year: sum",
    ),
)

VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TABLE}

_ENSEMBLE_TABLE = (
    Variable("reliability", "1", _("share of months that are met"), "claim", ""),
    Variable("volumetric_reliability", "1", _("supplied part of the demand"), "claim", ""),
    Variable("resilience", "1", _("chance that a break ends in a month"), "claim", ""),
    Variable("vulnerability", "1", _("mean of deepest short shares"), "claim", ""),
    Variable(
        "year_discharge_max",
        "m3 s-1",
        _("largest discharge of a step"),
        "reach",
        "water_year: maximum",
    ),
    Variable(
        "year_discharge_min",
        "m3 s-1",
        _("smallest discharge of a step"),
        "reach",
        "water_year: minimum",
    ),
)

ENSEMBLE_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _ENSEMBLE_TABLE}
"""Quantities that only an ensemble keeps of each member."""
