"""Words on the pictures in English and Chinese, numbers with units, and texts cut to a width."""

from __future__ import annotations

import math
import unicodedata
from typing import NamedTuple

from hydrosim.errors import DataError, nearest
from hydrosim.plot.flood_text import FLOOD_WORDS
from hydrosim.reading.words import LANGUAGES, Language, word
from hydrosim.variables import VARIABLES

__all__ = [
    "LANGUAGES",
    "PLOTS",
    "RESULTS",
    "Language",
    "Scale",
    "capital",
    "check_language",
    "long_name",
    "month_names",
    "say",
    "text_width",
    "volume_scale",
    "whole_percent",
    "with_unit",
    "wrapped",
]

# The places that errors of pictures name.
PLOTS = "plots"
RESULTS = "results"

_WORDS: dict[str, tuple[str, str]] = {
    # the outlook
    "title_outlook": ("Outlook", "趋势研判"),
    "sub_outlook": (
        "from {today} over {members} possible waters; share of them in which a danger comes",
        "自 {today} 起, {members} 个可能来水; 各月出现风险的成员比例",
    ),
    "danger_shortage": ("shortage", "缺水"),
    "danger_drying": ("drying", "干涸"),
    "danger_limit": ("above the flood limit", "超汛限"),
    "no_danger": ("No danger comes in any member.", "所有成员均未出现风险。"),
    "band_90_members": ("5-95 % of members", "5-95 % 成员"),
    "band_50_members": ("25-75 % of members", "25-75 % 成员"),
    # marks of supply
    "unmet": ("not met", "未满足"),
    "offered": ("beyond the plan, from what is offered", "机会补水与回补"),
    "demand_mark": ("demand (replenishment as released)", "需水(机会补水按实际)"),
    # layers of a store, by ladder line
    "zone_dead": ("dead storage", "死库容"),
    "zone_reserve": ("city reserve", "城市备用"),
    "zone_carryover": ("carry-over", "跨年蓄存"),
    "zone_storage": ("conservation", "兴利"),
    "zone_flood": ("flood storage", "防洪"),
    "zone_lake": ("up to the lake's target", "湖泊目标以下"),
    "zone_flood_limit": ("above the flood limit", "汛限以上"),
    "zone_dam_safety": ("above the flood-control level", "防洪高水位以上"),
    # lines and bands
    "limit_storage": ("storage at the flood-limited level", "汛限水位对应蓄量"),
    "limit_level": ("flood-limited level", "汛限水位"),
    "normal_storage": ("storage at the normal level", "正常蓄水位对应蓄量"),
    "dead_storage": ("storage at the dead level", "死水位对应蓄量"),
    "normal_level": ("normal level", "正常蓄水位"),
    "dead_level": ("dead level", "死水位"),
    "level_min": ("lowest allowed level", "最低允许水位"),
    "target_band": ("target band", "目标水位区间"),
    "median": ("median", "中位数"),
    "band_80": ("10-90 % of the years", "10-90 % 年份"),
    "band_all": ("driest to wettest year", "历年最小至最大"),
    "latest_limit": ("flood limit of {year}", "{year} 年汛限"),
    "depth_max": ("largest allowed depth", "允许最大埋深"),
    "safe_discharge": ("safe discharge", "安全泄量"),
    "natural": ("natural inflow", "天然来流"),
    "mean_natural": ("mean natural flow", "多年平均天然流量"),
    "ecology_flow": ("ecological flow", "生态流量"),
    # year classes
    "wet": ("wet year", "丰水年"),
    "normal": ("normal year", "平水年"),
    "dry": ("dry year", "枯水年"),
    "incomplete": ("incomplete year", "不完整年"),
    "net": ("net change over the year", "年净变化"),
    # axes
    "year": ("year", "年份"),
    "water_year": (
        "water year (starts in {month} of the year named)",
        "水文年(自所标年份{month}起)",
    ),
    "month": ("month", "月份"),
    "date": ("date", "日期"),
    "exceedance": ("share of time at or above (%)", "等于或超过的时间占比 (%)"),
    "supply_year": ("supplied in the year", "年供水量"),
    "withdrawn_year": ("taken from sources in the year", "年取水量"),
    "supply_mean": ("mean supply per year", "年均供水量"),
    "change_year": ("fall, rise", "供出(-)与蓄入(+)"),
    "short_share": ("shortage, share of demand (%)", "缺水占需水比例 (%)"),
    "no_demand": ("No demand", "无需水"),
    "no_shortage": ("no month lacks 1 % or more", "各月缺水均不足 1 %"),
    # titles
    "title_storages": ("Storage of reservoirs and lakes", "水库与湖泊蓄水量"),
    "title_lake_level": ("Lake level and its target band", "湖泊水位与目标区间"),
    "title_groundwater": ("Depth to groundwater", "地下水埋深"),
    "title_supply": ("Water supply", "供水"),
    "title_by_source": ("Supply by source", "分水源供水"),
    "title_withdrawn": ("Water taken by source", "分水源取水"),
    "title_by_use": ("Supply by use", "分用途供水"),
    "title_use_source": (
        "Sources of each use, mean of the complete years",
        "各用途水源构成(完整年平均)",
    ),
    "title_shortage": ("Shortage by month", "逐月缺水"),
    "title_all_uses": ("all uses", "全部用途"),
    "title_flow_duration": ("Flow duration and requirements", "流量历时曲线与流量要求"),
    "title_wet_dry": ("Stored in wet years, used in dry years", "丰蓄枯用"),
    "title_all_stores": ("All reservoirs and lakes", "全部水库与湖泊"),
    "title_verdicts": ("Verdicts", "评判结果"),
    "title_why": ("Why", "说明"),
    "title_accounts": ("Water left in the accounts", "指标剩余水量"),
    "title_whose_water": ("Whose water is stored, and how old it is", "蓄水的来源与年龄"),
    "title_network": ("Network", "系统网络图"),
    "page_of": ("{title} ({page} of {pages})", "{title}({page}/{pages})"),
    # subtitles and notes
    "sub_season": ("left: the run; right: the same by day of the year", "左: 全过程; 右: 年内分布"),
    "sub_withdrawn": (
        "volumes at the sources, before losses; the run keeps no ledger",
        "为水源处取水量(未扣损失); 本次运算未记水源账",
    ),
    "sub_wet_dry": (
        "Seen with hindsight: a year's class is the rank of its local inflow in this very run\n"
        "(wet: rank m/(n+1) up to 37.5 %, dry: above 62.5 %). No operator knew it in that year.",
        "事后统计: 年型按本次运算自身的当地来水排频划分\n"
        "(丰: 频率 m/(n+1) 不超过 37.5 %, 枯: 超过 62.5 %), 当年调度并不预知。",
    ),
    "mean_net": (
        "{name}: mean net change {value:+.2f} {unit}",
        "{name}: 平均净变化 {value:+.2f} {unit}",
    ),
    "in_band": (
        "{share} % of the time in the band, {below} % below",
        "在区间内时间占 {share} %, 低于下限占 {below} %",
    ),
    "too_deep": (
        "{share} % of the time deeper than allowed",
        "超过允许埋深的时间占 {share} %",
    ),
    "met": (
        "{name} {value} m³/s, reached {share} % of the time",
        "{name} {value} m³/s, 达到的时间占 {share} %",
    ),
    "dry_bed": (
        "below {value:g} m³/s in {share} % of the time",
        "低于 {value:g} m³/s 的时间占 {share} %",
    ),
    "sub_accounts": (
        "left: used and left at the end of each account year; right: what is left by day of it",
        "左: 各指标年用水与年末剩余; 右: 指标年内剩余过程",
    ),
    "sub_whose_water": (
        "end of month; left: by origin, line: saved by imports; right: water years since it came",
        "月末; 左: 按来源, 黑线为外调水置换结存; 右: 按来水至今的水文年数",
    ),
    "account_volume": ("volume", "水量"),
    "account_used": ("used", "已用"),
    "account_left": ("left at the end of the year", "年末剩余"),
    "account_year": ("account year (starts on {day})", "指标年(自{day}起)"),
    "account_day": ("days since the start of the account year", "指标年第几天"),
    "account_extra": ("{title}: surplus", "{title}: 余量"),
    "left_of_grant": ("volume left", "剩余水量"),
    "age_0": ("of this water year", "本水文年"),
    "age_1": ("1 year old", "上一年"),
    "age_more": ("{years} years old", "前{years}年"),
    "age_older": ("older", "更早"),
    "all_years": ("mean of the years", "历年平均"),
    "range_years": ("least to most of the years", "历年范围"),
    "up_to": ("up to {value}", "最高 {value}"),
    "counts": (
        "{passed} pass, {failed} fail, {unproven} not provable, {unjudged} not judged",
        "达标 {passed}, 不达标 {failed}, 样本不足 {unproven}, 未评判 {unjudged}",
    ),
    "flow_direction": ("water runs from top to bottom", "水流自上而下"),
    "return_link": ("link against the order", "反向连接"),
    # node types
    "reservoir": ("reservoir", "水库"),
    "lake": ("lake", "湖泊"),
    "regulating_reservoir": ("regulating reservoir", "调蓄水库"),
    "aquifer": ("aquifer", "含水层"),
    "spring": ("spring", "泉"),
    "inflow": ("inflow", "来水"),
    "junction": ("junction", "节点"),
    "reach": ("river reach", "河段"),
    "control_section": ("control section", "控制断面"),
    "treatment_plant": ("treatment plant", "水厂"),
    "reclaimed_plant": ("reclaimed-water plant", "再生水厂"),
    "irrigation_district": ("irrigation district", "灌区"),
    "recharge_basin": ("recharge basin", "回补区"),
    "detention_basin": ("detention basin", "蓄滞洪区"),
    "outlet": ("outlet of the system", "系统出口"),
    # link types
    "link_recharge": ("recharge", "入渗补给"),
    "link_return": ("return flow", "退水"),
    "link_discharge": ("effluent to a river", "余水入河"),
    "link_passes_to": ("released water flows on", "补水入河"),
    "local_source": ("other source", "其他水源"),
    "demand": ("demand", "用户"),
    "river": ("river", "河道"),
    "canal": ("canal", "渠道"),
    "pipe": ("pipe", "管道"),
    "pump": ("pump", "泵站"),
    "tunnel": ("tunnel", "隧洞"),
    "link": ("link", "连接"),
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Scale(NamedTuple):
    """A unit for an axis: numbers are divided by ``factor`` and told in ``unit``."""

    factor: float
    unit: str


def check_language(language: str) -> Language:
    """Return the language if pictures speak it.

    Raises
    ------
    DataError
        If it is neither "en" nor "zh".
    """
    if language == "en":
        return "en"
    if language == "zh":
        return "zh"
    raise DataError(
        PLOTS,
        found=f"language {language!r}",
        expected="en or zh",
        nearest=nearest(language, LANGUAGES),
    )


def say(key: str, language: Language, **values: object) -> str:
    """Return the phrase ``key`` with its values filled in; an unknown key speaks for itself."""
    pair = _WORDS.get(key) or FLOOD_WORDS.get(key)
    if pair is None:
        return word(key, language)
    phrase = pair[LANGUAGES.index(language)]
    return phrase.format(**values) if values else phrase


def whole_percent(share: float) -> str:
    """Return a share [%] without places; all and nothing are told only of what is exactly that."""
    if 0.0 < share < 0.5 or 99.5 <= share < 100.0:
        return f"{min(max(share, 0.1), 99.9):.1f}"
    return f"{share:.0f}"


def capital(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def long_name(variable: str, language: Language) -> str:
    """Return the name of a quantity as variables.py tells it."""
    entry = VARIABLES[variable]
    return entry.long_name_zh if language == "zh" else capital(entry.long_name)


def with_unit(name: str, unit: str) -> str:
    """Return an axis label: name and unit."""
    return f"{name} ({unit})"


def volume_scale(largest_m3: float, language: Language) -> Scale:
    """Return the unit that suits volumes up to ``largest_m3`` [m3].

    From 0.2e8 m3 on it is 10^8 m3; below, million m3 in English and 10^4 m3 in Chinese, as is
    usual in each language; below 10^4 m3 plain m3.
    """
    size = abs(largest_m3)
    if size >= 0.2e8 or not math.isfinite(size):
        return Scale(1e8, "亿m³" if language == "zh" else "10⁸ m³")
    if size >= 1e4:
        return Scale(1e4, "万m³") if language == "zh" else Scale(1e6, "million m³")
    return Scale(1.0, "m³")


def month_names(language: Language) -> list[str]:
    """Return the twelve months as short names."""
    return [f"{k}月" for k in range(1, 13)] if language == "zh" else list(_MONTHS)


def text_width(text: str) -> float:
    """Return the width of a text in units of the font size, a little on the wide side."""
    return sum(_character_width(character) for character in text)


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """Return a text broken into at most ``lines`` lines of ``width`` (in font sizes).

    Breaks stand at spaces, after hyphens, slashes, underscores and dots, and around Chinese
    characters; what does not fit is cut and marked with an ellipsis.
    """
    rows: list[str] = []
    row = ""
    pieces = _pieces(text)
    for place, piece in enumerate(pieces):
        if not row or text_width((row + piece).rstrip()) <= width:
            row += piece
            continue
        if len(rows) == lines - 1:
            rows.append(_cut(row + "".join(pieces[place:]), width))
            return rows
        rows.append(_cut(row.rstrip(), width))
        row = piece.lstrip()
    if row.strip() or not rows:
        rows.append(_cut(row.rstrip(), width))
    return rows


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for place, character in enumerate(text):
        after = text[place + 1 : place + 2]
        wide = _is_wide(character)
        if wide and pieces[-1] and not _closes(character):
            pieces.append("")
        pieces[-1] += character
        breaks = character in "/_:>" or (character == " " and after != "%")
        if wide or breaks or (character in "-." and not after.isdigit()):
            pieces.append("")
    return [piece for piece in pieces if piece]


def _cut(text: str, width: float) -> str:
    if text_width(text) <= width:
        return text
    kept = ""
    room = width - _character_width("…")
    for character in text:
        room -= _character_width(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def _closes(character: str) -> bool:
    return unicodedata.category(character) in ("Pe", "Pf", "Po")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _character_width(character: str) -> float:
    if _is_wide(character):
        return 1.02
    if character in "mwMW@%—…":
        return 0.95
    if character in " .,;:'|!iljtf()[]-":
        return 0.38
    return 0.70 if character.isupper() else 0.63
