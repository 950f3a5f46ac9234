"""Words on the pictures of floods, in English and Chinese."""

from __future__ import annotations

__all__ = ["FLOOD_WORDS"]

FLOOD_WORDS: dict[str, tuple[str, str]] = {
    # axes
    "flood_flow": ("flow", "流量"),
    "flood_level": ("level", "水位"),
    "flood_stage": ("stage", "水位"),
    "flood_hours": ("time since {start}", "自 {start} 起时间"),
    "flood_elapsed": ("time since the start", "自起始时刻起时间"),
    "return_period": ("return period", "重现期"),
    "years_unit": ("years", "年"),
    "held_asked": ("years held / asked", "重现期 达到/要求"),
    # lines
    "flood_inflow": ("inflow", "入库流量"),
    "flood_outflow": ("outflow", "出库流量"),
    "outlet_of": ("outlet {name}", "泄流设施 {name}"),
    "reach_inflow_line": ("flow at the upper end", "河段上断面流量"),
    "reach_outflow_line": ("flow at the lower end", "河段下断面流量"),
    "section_flow": ("flow", "断面流量"),
    "section_stage": ("stage", "断面水位"),
    "basin_in": ("flow into the basin", "分洪流量"),
    "basin_out": ("drained flow", "退水流量"),
    "basin_held": ("water held", "滞洪量"),
    "basin_capacity_line": ("capacity", "滞洪容量"),
    "peak_in_line": ("peak inflow", "入库洪峰"),
    "peak_out_line": ("largest outflow", "最大出库流量"),
    "peak_level_line": ("highest level", "最高水位"),
    # levels
    "level_limit": ("flood limit", "汛限"),
    "level_dead": ("dead", "死水位"),
    "level_normal": ("normal", "正常蓄水"),
    "level_flood_control": ("flood control", "防洪高"),
    "level_design": ("design", "设计"),
    "level_check": ("check", "校核"),
    "level_crest": ("crest", "坝顶"),
    "level_warning": ("warning", "警戒"),
    "level_guaranteed": ("guaranteed", "保证"),
    "limit_levels": ("characteristic level", "特征水位"),
    # rules in force
    "rule_no_gate": ("no gate", "无闸控制"),
    "rule_hold": ("hold", "拦蓄"),
    "rule_at_limit": ("at the limit: release = inflow", "维持汛限(出库=入库)"),
    "rule_band_cap": ("staged cap", "分级控泄"),
    "rule_band_edge": ("at a band's edge", "分级界水位维持"),
    "rule_fully_open": ("fully open", "敞泄"),
    "rule_wish": ("release rule", "按规则下泄"),
    "rule_no_artificial_peak": ("no artificial peak", "不造峰"),
    "rule_compensation": ("compensation", "补偿错峰"),
    "rule_ramp_up": ("limit of rise", "泄量增幅限制"),
    "rule_ramp_down": ("limit of fall", "泄量减幅限制"),
    "rule_pre_release": ("pre-release", "预泄"),
    "rule_dam_safety": ("dam safety", "保坝"),
    "rule_overtopped": ("overtopped", "漫顶"),
    "rule_refill": ("refill", "回蓄"),
    # titles, subtitles and notes
    "title_flood_stores": ("Flood regulation: {event}", "水库调洪过程: {event}"),
    "title_flood_channels": ("Reaches and sections: {event}", "河段与断面洪水过程: {event}"),
    "title_flood_basins": ("Detention basins: {event}", "蓄滞洪区运用过程: {event}"),
    "title_flood_network": ("Peaks and capacities: {event}", "洪峰与过流能力: {event}"),
    "title_flood_frequency": ("Level by return period", "水位—重现期关系"),
    "sub_flood_stores": (
        "left: flows, with the rule in force along the top; right: level",
        "左: 流量过程, 上缘色条为当时起控制作用的调度规则; 右: 水位过程",
    ),
    "sub_flood_channels": (
        "safe discharge dashed; stages where a rating curve is known",
        "虚线为安全泄量; 有水位流量关系的断面附水位过程",
    ),
    "sub_flood_basins": ("left: flows; right: water held", "左: 流量过程; 右: 滞洪量过程"),
    "unused_basins": ("not used: {names}", "未启用: {names}"),
    "sub_flood_network": (
        "from top to bottom; at each place peak / safe discharge (m³/s), highest level / level to "
        "hold (m), or held / capacity\nof a store the state is the height filled between the "
        "flood limit and the level to hold",
        "水流自上而下; 各处标注 洪峰/安全泄量 (m³/s)、最高水位/控制水位 (m) 或 滞洪量/容量\n"
        "水库状态按汛限水位至控制水位之间已用高度划分",
    ),
    "scheme_same_frequency": ("{leader} at the same frequency", "{leader}同频率"),
    "scheme_site": ("its own flood", "本站设计洪水"),
    "scheme_typical_year": ("as in the typical year", "典型年组成"),
    "sub_flood_frequency": (
        "each point is one design flood routed through the whole system",
        "每点为一场设计洪水经全系统调洪演算的结果",
    ),
    "flows_told": ("peak in {inflow}, out {outflow} m³/s", "洪峰 入 {inflow} 出 {outflow} m³/s"),
    "level_told": ("highest {level:.2f} m at {hour:g} h", "最高 {level:.2f} m (第 {hour:g} h)"),
    "peak_told": ("peak {peak} m³/s at {hour:g} h", "洪峰 {peak} m³/s (第 {hour:g} h)"),
    "reach_told": ("peak {above} → {below} m³/s", "洪峰 {above} → {below} m³/s"),
    "safe_above": ("safe discharge {safe} m³/s ↑", "安全泄量 {safe} m³/s ↑"),
    "held_told": ("most {held} of {capacity} {unit}", "最大 {held} / 容量 {capacity} {unit}"),
    # states of a place in the network
    "state_free": ("up to 80 % of its bound", "不超过限值的 80%"),
    "state_near": ("80 to 100 % of its bound", "限值的 80%—100%"),
    "state_over": ("above its bound", "超过限值"),
    "state_unknown": ("no bound known", "无限值"),
    "way_in_flood": ("way of the flood", "洪水通道"),
    "way_of_basin": ("inlet and drain of a basin", "分洪与退水通道"),
    # flood-limited levels against supply
    "title_flood_exceedance": (
        "Floods from the levels of the supply run",
        "长系列起调水位的防洪风险",
    ),
    "sub_flood_exceedance": (
        "left: levels at the start of each day of the flood season; right: yearly probability that "
        "a flood exceeds a level\n"
        "start levels and floods are taken as independent; curves end at the rarest flood routed",
        "左: 汛期逐日起调水位; 右: 超过各水位的年概率\n"
        "起调水位与洪水按相互独立计; 曲线止于最稀遇的演算洪水",
    ),
    "start_range_wide": ("5-95 % of days", "5~95 % 分位"),
    "start_range": ("25-75 % of days", "25~75 % 分位"),
    "start_median": ("median level at the start of a day", "起调水位中值"),
    "start_level_line": ("level at the start", "起调水位"),
    "start_limit": ("all floods from the flood-limited level", "汛限水位起调"),
    "start_run": ("from the levels of the supply run", "长系列水位起调"),
    "day_of_season": ("day of the season", "汛期日期"),
    "yearly_chance": ("yearly probability of exceeding", "年超越概率"),
    "title_tradeoff": ("Flood-limited level: water against floods", "汛限水位: 兴利与防洪"),
    "sub_tradeoff": (
        "one limit is changed at a time; left: water gained over today's limit\n"
        "right: highest level, or return period reached (at the edge: beyond what was routed)",
        "每次只改变一个汛限水位; 左: 增加的供水\n右: 最高水位或达到的重现期(边界处超出演算范围)",
    ),
    "gain": ("water gained", "增供水量"),
    "million_a_year": ("10⁶ m³/year", "10⁶ m³/年"),
    "dry_year_gain": ("uses, mean of the dry years", "用户供水(枯水年平均)"),
    "ecology_gain": ("ecology, mean of the complete years", "生态供水(完整年平均)"),
    "limit_now": ("limit of the configuration", "现行汛限水位"),
    "reached_flood_control": ("below the flood-control level", "不超过防洪高水位"),
    "reached_design": ("below the design flood level", "不超过设计洪水位"),
    "reached_check": ("below the check flood level", "不超过校核洪水位"),
}
