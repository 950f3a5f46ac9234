"""Words of the printed summary in English and Chinese."""

from __future__ import annotations

__all__ = ["words"]

_CHINESE = {
    "Supply by source and use, 10^8 m3 a year": "分水源分用途供水量（亿m³/年）",
    "Demand and shortage by use, 10^8 m3 a year": "分用途需水与缺水（亿m³/年）",
    "Stored in wet years, used in dry years, 10^8 m3 a year": "丰蓄枯用（亿m³/年）",
    "Replenished rivers and lakes, 10^8 m3 a year": "河湖生态补水（亿m³/年）",
    "Water budget, 10^8 m3 a year": "水量收支（亿m³/年）",
    "Verdicts": "评判结果",
    "total": "合计",
    "demand": "需水",
    "supplied": "供水",
    "shortage": "缺水",
    "shortage_share": "缺水率",
    "worst_year": "最枯年份",
    "worst_share": "该年缺水率",
    "mean_storage": "平均蓄量",
    "stored_in_wet_years": "丰水年年均蓄入",
    "drawn_in_dry_years": "枯水年年均供出",
    "lowest": "最低蓄量",
    "highest": "最高蓄量",
    "in": "收入",
    "out": "支出",
    "yangtze": "引江水",
    "yellow": "引黄水",
    "surface": "本地地表水",
    "groundwater_shallow": "浅层地下水",
    "groundwater_deep": "深层地下水",
    "reclaimed": "再生水",
    "other": "其他水源",
    "domestic": "生活",
    "industry": "工业",
    "agriculture": "农业",
    "ecology": "生态",
    "subject": "对象",
    "quantity": "指标",
    "required": "要求",
    "achieved": "实际",
    "margin": "裕度",
    "verdict": "结论",
    "reason": "说明",
    "pass": "达标",
    "fail": "不达标",
    "not provable": "样本不足以证明",
    "not judged": "不评判",
    "local_inflow": "本地来水",
    "import": "调水",
    "rain": "降水",
    "rain_recharge": "降水入渗",
    "evaporation": "水面蒸发",
    "evapotranspiration": "蒸散发",
    "consumption": "耗水",
    "loss": "损失",
    "outflow": "出境",
    "lateral_outflow": "地下侧向流出",
}


def words(text: str, language: str) -> str:
    """Return a word or heading in the language, ``en`` or ``zh``."""
    return _CHINESE.get(text, text) if language == "zh" else text.replace("_", " ")
