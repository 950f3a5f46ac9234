"""The table of quantities that floods, sweeps of limits and floods from a run's levels leave."""

from __future__ import annotations

from hydrosim.locale import _, pgettext
from hydrosim.variables import Variable

__all__ = ["FLOOD_VARIABLES", "START_VARIABLES", "TRADEOFF_VARIABLES"]

_FLOOD_TABLE = (
    Variable("inflow", "m3 s-1", _("inflow"), "node", "time: point"),
    Variable("outflow", "m3 s-1", _("outflow"), "node", "time: point"),
    Variable("mean_inflow", "m3 s-1", _("mean inflow of the step before"), "node"),
    Variable("mean_outflow", "m3 s-1", _("mean outflow of the step before"), "node"),
    Variable("release", "m3 s-1", pgettext("flood", "controlled release"), "node", "time: point"),
    Variable("spill", "m3 s-1", pgettext("flood", "uncontrolled outflow"), "node", "time: point"),
    Variable("level", "m", _("water level or stage"), "node", "time: point"),
    Variable("storage", "m3", _("storage"), "node", "time: point"),
    Variable("limit_level", "m", _("flood-limited level"), "node", "time: point"),
    Variable("operation", "1", _("rule that set the release"), "node", "time: point"),
    Variable("reach_inflow", "m3 s-1", _("inflow of the reach"), "reach", "time: point"),
    Variable("discharge", "m3 s-1", _("discharge at the lower end"), "reach", "time: point"),
    Variable("reach_storage", "m3", _("water in the reach"), "reach", "time: point"),
    Variable("basin_inflow", "m3 s-1", _("flow into the basin"), "basin"),
    Variable("basin_outflow", "m3 s-1", _("drained flow"), "basin"),
    Variable("basin_storage", "m3", _("water in the basin"), "basin", "time: point"),
    Variable("basin_level", "m", _("water level in the basin"), "basin", "time: point"),
    Variable("outlet_flow", "m3 s-1", _("flow of outlet"), "outlet", "time: point"),
    # what is left of each event
    Variable("start_level", "m", _("level at the start"), "node", "time: point"),
    Variable("peak_inflow", "m3 s-1", _("largest inflow"), "node", "time: maximum"),
    Variable("peak_outflow", "m3 s-1", _("largest outflow"), "node", "time: maximum"),
    Variable("peak_increase", "m3 s-1", _("outflow peak above inflow peak"), "node", ""),
    Variable("peak_level", "m", _("highest level"), "node", "time: maximum"),
    Variable("peak_storage", "m3", _("largest storage"), "node", "time: maximum"),
    Variable("time_of_peak_inflow", "h", _("time of the largest inflow"), "node", ""),
    Variable("time_of_peak_outflow", "h", _("time of largest outflow"), "node", ""),
    Variable("time_of_peak_level", "h", _("time of the highest level"), "node", ""),
    Variable(
        "volume_retained",
        "m3",
        _("volume retained: largest storage less that at the start"),
        "node",
        "",
    ),
    Variable("volume_in", "m3", _("inflow volume"), "node", "time: sum"),
    Variable("volume_out", "m3", _("outflow volume"), "node", "time: sum"),
    Variable(
        "reach_peak_inflow",
        "m3 s-1",
        _("largest inflow of the reach"),
        "reach",
        "time: maximum",
    ),
    Variable("peak_discharge", "m3 s-1", _("largest discharge"), "reach", "time: maximum"),
    Variable("time_of_peak_discharge", "h", _("time of the largest discharge"), "reach", ""),
    Variable(
        "time_of_reach_peak_inflow", "h", _("time of the largest inflow of the reach"), "reach", ""
    ),
    Variable("reach_peak_level", "m", _("highest stage"), "reach", "time: maximum"),
    Variable("bed_loss", "m3", _("volume that the bed took"), "reach", "time: sum"),
    Variable("volume_lost", "m3", _("volume lost on the river below"), "node", "time: sum"),
    Variable("excess_volume", "m3", _("volume above the safe discharge"), "node", "time: sum"),
    Variable(
        "reach_excess_volume",
        "m3",
        _("volume above the safe discharge of a reach"),
        "reach",
        "time: sum",
    ),
    Variable("volume_drawn", "m3", _("volume that canals took"), "node", "time: sum"),
    Variable("overflow", "m3", _("volume over the crest"), "node", "time: sum"),
    Variable(
        "basin_peak_storage",
        "m3",
        _("largest storage of the basin"),
        "basin",
        "time: maximum",
    ),
    Variable("basin_volume", "m3", _("volume that the basin took"), "basin", "time: sum"),
)

FLOOD_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _FLOOD_TABLE}
"""Quantities of a flood result, dims (event, time, item), or (event, item) for what is left."""

_TRADEOFF_TABLE = (
    Variable("limit_level", "m", _("flood-limited level"), "limit rise", ""),
    Variable("dry_year_supply", "m3 year-1", _("supply in dry years"), "limit rise", ""),
    Variable("dry_year_gain", "m3 year-1", _("gain in dry years"), "limit rise", ""),
    Variable("ecology_supply", "m3 year-1", _("water for ecology"), "limit rise", ""),
    Variable("ecology_gain", "m3 year-1", _("gain for ecology"), "limit rise", ""),
    Variable("peak_level", "m", _("highest level"), "limit rise flood", ""),
    Variable(
        "return_period_reached",
        "year",
        _("return period reached"),
        "limit rise bound",
        "",
    ),
)

TRADEOFF_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TRADEOFF_TABLE}
"""Quantities of a sweep of flood-limited levels."""

_START_TABLE = (
    Variable("exceedance", "1", _("yearly probability of exceeding"), "start node bound", ""),
    Variable(
        "exceedance_most",
        "1",
        _("the same with all rarer floods"),
        "start node bound",
        "",
    ),
    Variable("curve_level", "m", _("level"), "node point", ""),
    Variable(
        "curve_exceedance",
        "1",
        _("yearly probability of exceeding"),
        "start node point",
        "",
    ),
    Variable("start_level", "m", _("level at the start"), "season share node", ""),
    Variable(
        "start_level_of_day",
        "m",
        _("level at the start of the day"),
        "day quantile node",
        "",
    ),
    Variable("flood_start_level", "m", _("level at the start"), "flood node", ""),
    Variable("flood_peak_level", "m", _("highest level"), "flood node", "time: maximum"),
)

START_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _START_TABLE}
"""Quantities of floods from the levels of a supply run."""
