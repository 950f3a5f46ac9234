"""The table of quantities: name, units, meaning and dimensions of all that a result can hold."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DIMENSIONS",
    "ENSEMBLE_VARIABLES",
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
