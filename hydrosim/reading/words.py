"""Words that verdicts, summaries and pictures share: one table for all."""

from __future__ import annotations

from hydrosim.locale import Message, _, pgettext
from hydrosim.reading.kinds import together

__all__ = ["OUTCOME_STYLES", "SEASONS", "WORDS", "word"]

OUTCOME_STYLES = {
    "pass": "green",
    "fail": "bold red",
    "not provable": "yellow",
    "not judged": "dim",
}
"""How the outcome of a verdict is printed on a terminal."""

WORDS: dict[str, Message] = {
    # kinds of source
    "yangtze": _("Yangtze water"),
    "yellow": _("Yellow River water"),
    "surface": _("local surface water"),
    "groundwater_shallow": _("shallow groundwater"),
    "groundwater_deep": _("deep groundwater"),
    "reclaimed": _("reclaimed water"),
    "other": _("other"),
    "initial storage": _("initial storage"),
    # uses and kinds of claim
    "domestic": _("domestic"),
    "industry": _("industry"),
    "agriculture": _("agriculture"),
    "ecology": _("ecology"),
    "rural": _("rural life"),
    "recharge": _("recharge"),
    "replenishment": _("replenishment"),
    "base_flow": _("base flow"),
    "landscape": _("landscape"),
    # times
    "season": _("season"),
    "year": _("year"),
    # tiers
    "city": _("city"),
    "county": _("county"),
    "township": _("township"),
    # outcomes and the board
    "pass": _("pass"),
    "fail": _("fail"),
    "not provable": _("not provable"),
    "not judged": _("not judged"),
    "verdicts": _("verdicts"),
    "subject": _("subject"),
    "quantity": _("quantity"),
    "required": _("required"),
    "achieved": _("achieved"),
    "margin": _("margin"),
    "unit": _("unit"),
    "verdict": _("verdict"),
    "reason": _("reason"),
    "held_asked": _("T held/asked, a"),
    # families of standards
    "guarantee": _("supply guarantee"),
    "river_goal": _("river goals"),
    "lake_level": _("lake level"),
    "low_flow": _("low flows"),
    "tennant": _("Tennant classes"),
    "flood_limit": _("flood limit"),
    "groundwater": _("groundwater"),
    "spring_head": _("spring head"),
    "coastal_head": _("coastal head"),
    "efficiency": _("efficiency"),
    "total_use_cap": _("cap on total use"),
    "reclaimed_share": pgettext("family of standards", "reclaimed water"),
    "supply_structure": _("structure of supply"),
    "soil_conservation": pgettext("family of standards", "soil conservation"),
    "flood_zone": _("flood protection zones"),
    "flood_reservoir": _("reservoirs in floods"),
    "flood_channel": _("reaches and sections in floods"),
    "flood_levee": _("levees"),
    "flood_basin": _("detention basins"),
    "flood_peak": _("artificial peaks"),
    # amounts
    "total": _("total"),
    "demand": _("demand"),
    "supplied": _("supplied"),
    "shortage": _("shortage"),
    # fluxes across the edge of the model
    "local_inflow": pgettext("water budget", "local inflow"),
    "import": _("import"),
    "local_source": _("other sources"),
    "rain": _("rain"),
    "rain_recharge": _("rain recharge"),
    "evaporation": _("evaporation"),
    "evapotranspiration": _("evapotranspiration"),
    "consumption": _("consumption"),
    "loss": _("losses"),
    "outflow": pgettext("water budget", "outflow"),
    "lateral_outflow": _("lateral outflow"),
    "seepage": _("seepage"),
    "rounding": _("rounding"),
}
WORDS.update(
    (together(kind), WORDS[kind])
    for kind in (
        "yangtze", "yellow", "surface", "groundwater_shallow", "groundwater_deep", "reclaimed",
        "other",
    )
)  # fmt: skip


def word(key: str) -> Message:
    """Return a word of the table; an unknown key speaks for itself."""
    known = WORDS.get(key)
    return Message(key.replace("_", " ")) if known is None else known


SEASONS: dict[str, Message] = {
    "early": _("early flood season"),
    "main": _("main flood season"),
    "late": _("late flood season"),
}
"""Seasons of floods by the names that configurations use for them (前汛期、主汛期、后汛期)."""
