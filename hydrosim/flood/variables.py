"""The table of quantities that floods, sweeps of limits and floods from a run's levels leave."""

from __future__ import annotations

from hydrosim.variables import Variable

__all__ = ["FLOOD_VARIABLES", "START_VARIABLES", "TRADEOFF_VARIABLES"]

_FLOOD_TABLE = (
    Variable("inflow", "m3 s-1", "inflow", "入流", "node", "time: point"),
    Variable("outflow", "m3 s-1", "outflow", "出流", "node", "time: point"),
    Variable("mean_inflow", "m3 s-1", "mean inflow of the step before", "时段平均入流", "node"),
    Variable(
        "mean_outflow", "m3 s-1", "mean outflow of the step before", "时段平均出流", "node"
    ),
    Variable("release", "m3 s-1", "controlled release", "控制下泄流量", "node", "time: point"),
    Variable("spill", "m3 s-1", "uncontrolled outflow", "自由溢流", "node", "time: point"),
    Variable("level", "m", "water level or stage", "水位", "node", "time: point"),
    Variable("storage", "m3", "storage", "蓄水量", "node", "time: point"),
    Variable("limit_level", "m", "flood-limited level", "汛限水位", "node", "time: point"),
    Variable("operation", "1", "rule that set the release", "调度规则", "node", "time: point"),
    Variable("reach_inflow", "m3 s-1", "inflow of the reach", "河段入流", "reach", "time: point"),
    Variable(
        "discharge", "m3 s-1", "discharge at the lower end", "河段出流", "reach", "time: point"
    ),
    Variable("reach_storage", "m3", "water in the reach", "河段槽蓄量", "reach", "time: point"),
    Variable("basin_inflow", "m3 s-1", "flow into the basin", "分洪流量", "basin"),
    Variable("basin_outflow", "m3 s-1", "drained flow", "退水流量", "basin"),
    Variable("basin_storage", "m3", "water in the basin", "滞洪量", "basin", "time: point"),
    Variable("basin_level", "m", "water level in the basin", "滞洪水位", "basin", "time: point"),
    Variable("outlet_flow", "m3 s-1", "flow of outlet", "泄流设施流量", "outlet", "time: point"),
    # what is left of each event
    Variable("start_level", "m", "level at the start", "起调水位", "node", "time: point"),
    Variable("peak_inflow", "m3 s-1", "largest inflow", "入流洪峰", "node", "time: maximum"),
    Variable("peak_outflow", "m3 s-1", "largest outflow", "出流洪峰", "node", "time: maximum"),
    Variable("peak_increase", "m3 s-1", "outflow peak above inflow peak", "造峰流量", "node", ""),
    Variable("peak_level", "m", "highest level", "最高水位", "node", "time: maximum"),
    Variable("peak_storage", "m3", "largest storage", "最大蓄量", "node", "time: maximum"),
    Variable("time_of_peak_inflow", "h", "time of the largest inflow", "入流峰现时间", "node", ""),
    Variable("time_of_peak_outflow", "h", "time of largest outflow", "出流峰现时间", "node", ""),
    Variable("time_of_peak_level", "h", "time of the highest level", "最高水位时间", "node", ""),
    Variable("volume_in", "m3", "inflow volume", "入流洪量", "node", "time: sum"),
    Variable("volume_out", "m3", "outflow volume", "出流洪量", "node", "time: sum"),
    Variable(
        "reach_peak_inflow", "m3 s-1", "largest inflow of the reach", "河段入流洪峰", "reach",
        "time: maximum",
    ),
    Variable("peak_discharge", "m3 s-1", "largest discharge", "最大流量", "reach", "time: maximum"),
    Variable(
        "time_of_peak_discharge", "h", "time of the largest discharge", "峰现时间", "reach", ""
    ),
    Variable(
        "time_of_reach_peak_inflow", "h", "time of the largest inflow of the reach",
        "河段入流峰现时间", "reach", "",
    ),
    Variable("reach_peak_level", "m", "highest stage", "河段最高水位", "reach", "time: maximum"),
    Variable("bed_loss", "m3", "volume that the bed took", "河道渗漏量", "reach", "time: sum"),
    Variable(
        "volume_lost", "m3", "volume lost on the river below", "河道损失水量", "node", "time: sum"
    ),
    Variable(
        "excess_volume", "m3", "volume above the safe discharge", "超额洪量", "node", "time: sum"
    ),
    Variable(
        "reach_excess_volume", "m3", "volume above the safe discharge of a reach", "河段超额洪量",
        "reach", "time: sum",
    ),
    Variable("volume_drawn", "m3", "volume that canals took", "渠道引水量", "node", "time: sum"),
    Variable("overflow", "m3", "volume over the crest", "漫顶水量", "node", "time: sum"),
    Variable(
        "basin_peak_storage", "m3", "largest storage of the basin", "最大滞洪量", "basin",
        "time: maximum",
    ),
    Variable("basin_volume", "m3", "volume that the basin took", "分洪总量", "basin", "time: sum"),
)  # fmt: skip

FLOOD_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _FLOOD_TABLE}
"""Quantities of a flood result, dims (event, time, item), or (event, item) for what is left."""

_TRADEOFF_TABLE = (
    Variable("limit_level", "m", "flood-limited level", "汛限水位", "limit rise", ""),
    Variable("dry_year_supply", "m3 year-1", "supply in dry years", "枯水年供水", "limit rise", ""),
    Variable("dry_year_gain", "m3 year-1", "gain in dry years", "枯水年增供量", "limit rise", ""),
    Variable("ecology_supply", "m3 year-1", "water for ecology", "生态供水量", "limit rise", ""),
    Variable("ecology_gain", "m3 year-1", "gain for ecology", "生态增供量", "limit rise", ""),
    Variable("peak_level", "m", "highest level", "最高水位", "limit rise flood", ""),
    Variable(
        "return_period_reached", "year", "return period reached", "达到的重现期",
        "limit rise bound", "",
    ),
)  # fmt: skip

TRADEOFF_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TRADEOFF_TABLE}
"""Quantities of a sweep of flood-limited levels."""

_START_TABLE = (
    Variable(
        "exceedance", "1", "yearly probability of exceeding", "年超越概率", "start node bound", ""
    ),
    Variable(
        "exceedance_most", "1", "the same with all rarer floods", "年超越概率上限",
        "start node bound", "",
    ),
    Variable("curve_level", "m", "level", "水位", "node point", ""),
    Variable(
        "curve_exceedance", "1", "yearly probability of exceeding", "年超越概率",
        "start node point", "",
    ),
    Variable("start_level", "m", "level at the start", "起调水位", "season share node", ""),
    Variable(
        "start_level_of_day", "m", "level at the start of the day", "逐日起调水位",
        "day quantile node", "",
    ),
)  # fmt: skip

START_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _START_TABLE}
"""Quantities of floods from the levels of a supply run."""
