"""Words that verdicts, summaries and pictures share, in English and Chinese: one table for all."""

from __future__ import annotations

from typing import Literal

__all__ = ["LANGUAGES", "WORDS", "Language", "word"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

WORDS: dict[str, tuple[str, str]] = {
    # kinds of source
    "yangtze": ("Yangtze water", "引江水"),
    "yellow": ("Yellow River water", "引黄水"),
    "surface": ("local surface water", "当地地表水"),
    "groundwater_shallow": ("shallow groundwater", "浅层地下水"),
    "groundwater_deep": ("deep groundwater", "深层地下水"),
    "reclaimed": ("reclaimed water", "再生水"),
    "other": ("other", "其他"),
    "initial storage": ("initial storage", "初始蓄水"),
    # uses and kinds of claim
    "domestic": ("domestic", "生活"),
    "industry": ("industry", "工业"),
    "agriculture": ("agriculture", "农业"),
    "ecology": ("ecology", "生态"),
    "rural": ("rural life", "农村生活"),
    "recharge": ("recharge", "地下水回补"),
    "replenishment": ("replenishment", "生态补水"),
    "base_flow": ("base flow", "生态基流"),
    "landscape": ("landscape", "景观环境"),
    # tiers
    "city": ("city", "市级"),
    "county": ("county", "县级"),
    "township": ("township", "乡镇"),
    # outcomes and the board
    "pass": ("pass", "达标"),
    "fail": ("fail", "不达标"),
    "not provable": ("not provable", "样本不足"),
    "not judged": ("not judged", "未评判"),
    "verdicts": ("verdicts", "评判结果"),
    "subject": ("subject", "对象"),
    "quantity": ("quantity", "指标"),
    "required": ("required", "要求"),
    "achieved": ("achieved", "实际"),
    "margin": ("margin", "裕度"),
    "unit": ("unit", "单位"),
    "verdict": ("verdict", "结论"),
    "reason": ("reason", "说明"),
    "held_asked": ("T held/asked, a", "重现期 达到/要求"),
    # families of standards
    "guarantee": ("supply guarantee", "供水保证率"),
    "river_goal": ("river goals", "一河一策目标"),
    "lake_level": ("lake level", "湖泊水位"),
    "tennant": ("Tennant classes", "Tennant法流量等级"),
    "flood_limit": ("flood limit", "汛限水位"),
    "groundwater": ("groundwater", "地下水"),
    "spring_head": ("spring head", "泉域水位"),
    "coastal_head": ("coastal head", "滨海地下水位"),
    "efficiency": ("efficiency", "用水效率"),
    "total_use_cap": ("cap on total use", "用水总量控制"),
    "reclaimed_share": ("reclaimed water", "再生水利用"),
    "supply_structure": ("structure of supply", "供水结构"),
    "soil_conservation": ("soil conservation", "水土保持"),
    "flood_zone": ("flood protection zones", "防洪保护区"),
    "flood_reservoir": ("reservoirs in floods", "水库防洪"),
    "flood_channel": ("reaches and sections in floods", "河道防洪"),
    "flood_levee": ("levees", "堤防"),
    "flood_basin": ("detention basins", "蓄滞洪区"),
    "flood_peak": ("artificial peaks", "不造峰"),
    # amounts
    "total": ("total", "合计"),
    "demand": ("demand", "需水"),
    "supplied": ("supplied", "供水"),
    "shortage": ("shortage", "缺水"),
    # fluxes across the edge of the model
    "local_inflow": ("local inflow", "当地来水"),
    "import": ("import", "外调水"),
    "local_source": ("other sources", "其他水源"),
    "rain": ("rain", "降水"),
    "rain_recharge": ("rain recharge", "降水入渗"),
    "evaporation": ("evaporation", "水面蒸发"),
    "evapotranspiration": ("evapotranspiration", "蒸散发"),
    "consumption": ("consumption", "耗水"),
    "loss": ("losses", "损失"),
    "outflow": ("outflow", "出境水量"),
    "lateral_outflow": ("lateral outflow", "地下侧向流出"),
    "seepage": ("seepage", "渗漏"),
}


def word(key: str, language: Language) -> str:
    """Return a word of the table; an unknown key speaks for itself."""
    pair = WORDS.get(key)
    return key.replace("_", " ") if pair is None else pair[LANGUAGES.index(language)]
