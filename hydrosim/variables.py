"""The table of quantities: name, units, meaning and dimensions of all that a result can hold."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DIMENSIONS",
    "ENSEMBLE_VARIABLES",
    "FLOOD_VARIABLES",
    "TRADEOFF_VARIABLES",
    "VARIABLES",
    "Variable",
]

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
    long_name: str
    long_name_zh: str
    dimension: str
    cell_methods: str = "time: mean"
    standard_name: str = ""
    per_step: bool = False


_TABLE = (
    # stores
    Variable("storage", "m3", "storage", "蓄水量", "store", "time: point"),
    Variable("level", "m", "water level", "水位", "store", "time: point"),
    Variable("area", "m2", "water surface area", "水面面积", "store", "time: point"),
    Variable("depth_to_water", "m", "depth to groundwater", "地下水埋深", "store", "time: point"),
    Variable(
        "limit_storage",
        "m3",
        "storage at the flood-limited level",
        "汛限水位对应蓄量",
        "store",
        "time: point",
    ),
    Variable("limit_level", "m", "flood-limited level", "汛限水位", "store", "time: point"),
    Variable("local_inflow", "m3 s-1", "local inflow", "区间入流", "store", per_step=True),
    Variable("inflow", "m3 s-1", "inflow from links", "入流", "store", per_step=True),
    Variable("release", "m3 s-1", "controlled release", "下泄流量", "store", per_step=True),
    Variable("spill", "m3 s-1", "uncontrolled outflow", "弃水流量", "store", per_step=True),
    Variable(
        "evaporation",
        "m3 s-1",
        "open-water or phreatic evaporation",
        "蒸发",
        "store",
        per_step=True,
    ),
    Variable(
        "precipitation", "m3 s-1", "rain on the water surface", "水面降水", "store", per_step=True
    ),
    Variable("seepage", "m3 s-1", "seepage out of the store", "渗漏", "store", per_step=True),
    Variable("recharge", "m3 s-1", "recharge of the aquifer", "地下水补给", "store", per_step=True),
    Variable("pumped", "m3 s-1", "pumping from the aquifer", "地下水开采", "store", per_step=True),
    Variable(
        "zone_top", "m3", "storage at the top of the zone", "分区上限蓄量", "zone", "time: point"
    ),
    # claims
    Variable("demand", "m3 s-1", "wanted flow", "需水", "claim", per_step=True),
    Variable("supplied", "m3 s-1", "supplied flow", "供水", "claim", per_step=True),
    Variable("reason", "1", "code of the reason of a shortage", "缺水原因", "claim", "time: point"),
    # links, sources, accounts, reaches
    Variable("flow", "m3 s-1", "flow at the start of the link", "流量", "link", per_step=True),
    Variable("withdrawn", "m3 s-1", "water taken from the source", "取水", "source", per_step=True),
    Variable(
        "available", "m3 s-1", "water that the source offers", "可供水", "source", per_step=True
    ),
    Variable(
        "account_left",
        "m3",
        "volume left of the year's grant",
        "剩余指标",
        "account",
        "time: point",
    ),
    Variable("discharge", "m3 s-1", "discharge of the reach", "河道流量", "reach", per_step=True),
    Variable(
        "natural_discharge",
        "m3 s-1",
        "natural inflow of the reach",
        "天然来流",
        "reach",
        per_step=True,
    ),
    # ledger, by month
    Variable(
        "supplied_by_origin",
        "m3",
        "supplied volume by origin of the water",
        "按水源供水量",
        "claim origin",
        "month: sum",
    ),
    Variable(
        "storage_by_origin",
        "m3",
        "stored volume by origin of the water",
        "按水源蓄水量",
        "store origin",
        "month: point",
    ),
    Variable(
        "storage_by_age",
        "m3",
        "stored volume by water years since it came",
        "按来水年蓄水量",
        "store age",
        "month: point",
    ),
    Variable(
        "in_lieu_booked",
        "m3",
        "reservoir water saved by imports used in its place",
        "外调水置换新增水量",
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_used",
        "m3",
        "in-lieu credit drawn beyond the reservoir's own water",
        "置换水动用量",
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_lapsed",
        "m3",
        "in-lieu credit lost in spill and losses",
        "置换水弃损量",
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_moved",
        "m3",
        "in-lieu credit received from reservoirs above, less what was handed on",
        "置换水转入量",
        "store origin",
        "month: sum",
    ),
    Variable(
        "in_lieu_credit",
        "m3",
        "in-lieu credit standing",
        "置换水结存",
        "store origin",
        "month: point",
    ),
    # year table
    Variable("year_demand", "m3", "wanted volume", "年需水量", "claim", "water_year: sum"),
    Variable("year_supplied", "m3", "supplied volume", "年供水量", "claim", "water_year: sum"),
    Variable(
        "year_periods", "1", "periods with a demand", "有需水时段数", "claim", "water_year: sum"
    ),
    Variable("year_periods_short", "1", "periods short", "破坏时段数", "claim", "water_year: sum"),
    Variable(
        "year_longest_break",
        "1",
        "longest run of short periods",
        "最长破坏历时",
        "claim",
        "water_year: maximum",
    ),
    Variable(
        "year_deepest_break",
        "1",
        "largest short share of a period's demand",
        "最大破坏深度",
        "claim",
        "water_year: maximum",
    ),
    Variable("year_volume", "m3", "volume through the link", "年过水量", "link", "water_year: sum"),
    Variable(
        "year_withdrawn",
        "m3",
        "volume taken from the source",
        "年取水量",
        "source",
        "water_year: sum",
    ),
    Variable("year_cost", "yuan", "cost of the water", "年供水成本", "cost", "water_year: sum"),
    Variable(
        "year_storage_min", "m3", "smallest storage", "年最小蓄量", "store", "water_year: minimum"
    ),
    Variable(
        "year_storage_max", "m3", "largest storage", "年最大蓄量", "store", "water_year: maximum"
    ),
    Variable(
        "year_storage_end",
        "m3",
        "storage at the end of the water year",
        "年末蓄量",
        "store",
        "water_year: point",
    ),
    Variable(
        "year_storage_rise",
        "m3",
        "sum of the rises of storage",
        "年蓄入量",
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_storage_fall",
        "m3",
        "sum of the falls of storage",
        "年供出量",
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_days_above_limit",
        "1",
        "days above the flood-limited level",
        "超汛限天数",
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_depth_above_limit",
        "m",
        "largest depth above the flood-limited level",
        "最大超汛限水深",
        "store",
        "water_year: maximum",
    ),
    Variable(
        "year_days_flood_flow",
        "1",
        "days with floods that need the flood engine",
        "需用洪水模型复核的天数",
        "reach",
        "water_year: sum",
    ),
    Variable(
        "year_days_flood_level",
        "1",
        "days above the flood trigger level",
        "超启用水位天数",
        "store",
        "water_year: sum",
    ),
    Variable(
        "year_budget",
        "m3",
        "volume across the edge of the model",
        "年水量收支",
        "budget",
        "water_year: sum",
    ),
)

VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _TABLE}

_ENSEMBLE_TABLE = (
    Variable("reliability", "1", "share of months that are met", "时段供水保证率", "claim", ""),
    Variable(
        "volumetric_reliability", "1", "supplied part of the demand", "供水量保证率", "claim", ""
    ),
    Variable("resilience", "1", "chance that a break ends in a month", "可恢复性", "claim", ""),
    Variable("vulnerability", "1", "mean of deepest short shares", "脆弱性", "claim", ""),
    Variable(
        "year_discharge_max", "m3 s-1", "largest discharge of a step", "年最大流量", "reach",
        "water_year: maximum",
    ),
    Variable(
        "year_discharge_min", "m3 s-1", "smallest discharge of a step", "年最小流量", "reach",
        "water_year: minimum",
    ),
)  # fmt: skip

ENSEMBLE_VARIABLES: dict[str, Variable] = {variable.name: variable for variable in _ENSEMBLE_TABLE}
"""Quantities that only an ensemble keeps of each member."""

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
