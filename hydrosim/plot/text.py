"""Words on the pictures in English and Chinese, numbers with units, and texts cut to a width."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.errors import DataError, nearest
from hydrosim.locale import LANGUAGES, Language, Message, _, pgettext
from hydrosim.plot.flood_text import FLOOD_WORDS
from hydrosim.reading.words import word
from hydrosim.standards.titles import item_title
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from hydrosim.reading.view import Result

__all__ = [
    "LANGUAGES",
    "PLOTS",
    "Language",
    "Scale",
    "capital",
    "check_language",
    "long_name",
    "month_names",
    "say",
    "text_width",
    "title_of",
    "volume_scale",
    "whole_percent",
    "with_unit",
    "wrapped",
]

PLOTS = "plots"
"""The place that faults of pictures name."""

_WORDS: dict[str, Message] = {
    # the outlook
    "title_outlook": _("Outlook"),
    "sub_outlook": _(
        "from {today} over {members} possible waters; share of them in which a danger comes"
    ),
    "title_reliability": _("Reliability of outlooks"),
    "sub_reliability": _(
        "{count} outlooks of {months} months, {first} to {last}; counts of cases by class of"
        " probability stand above"
    ),
    "perfect_outlook": _("perfect outlook"),
    "came_in_class": _("came, by class of probability"),
    "outlook_probability": _("probability"),
    "share_came": _("came in"),
    "danger_shortage": _("shortage"),
    "danger_drying": _("drying"),
    "danger_limit": _("above the flood limit"),
    "no_danger": _("No danger comes in any member."),
    "band_90_members": _("5-95 % of members"),
    "band_50_members": _("25-75 % of members"),
    # marks of supply
    "unmet": _("not met"),
    "offered": _("beyond the plan, from what is offered"),
    "demand_mark": _("demand (replenishment as released)"),
    # layers of a store, by ladder line
    "zone_dead": _("dead storage"),
    "zone_reserve": _("city reserve"),
    "zone_carryover": _("carry-over"),
    "zone_storage": _("conservation"),
    "zone_flood": _("flood storage"),
    "zone_lake": _("up to the lake's target"),
    "zone_flood_limit": pgettext("layer of a store", "above the flood limit"),
    "zone_dam_safety": _("above the flood-control level"),
    # lines and bands
    "limit_storage": _("storage at the flood-limited level"),
    "limit_level": _("flood-limited level"),
    "normal_storage": _("storage at the normal level"),
    "dead_storage": _("storage at the dead level"),
    "normal_level": _("normal level"),
    "dead_level": _("dead level"),
    "level_min": _("lowest allowed level"),
    "target_band": _("target band"),
    "median": _("median"),
    "band_80": _("10-90 % of the years"),
    "band_all": _("driest to wettest year"),
    "latest_limit": _("flood limit of {year}"),
    "depth_max": _("largest allowed depth"),
    "safe_discharge": _("safe discharge"),
    "natural": _("natural inflow"),
    "mean_natural": _("mean natural flow"),
    # year classes
    "wet": _("wet year"),
    "normal": _("normal year"),
    "dry": _("dry year"),
    "incomplete": _("incomplete year"),
    "net": _("net change over the year"),
    # axes
    "year": _("year"),
    "water_year": _("water year (starts in {month} of the year named)"),
    "month": _("month"),
    "date": _("date"),
    "exceedance": _("share of time at or above (%)"),
    "supply_year": _("supplied in the year"),
    "withdrawn_year": _("taken from sources in the year"),
    "supply_mean": _("mean supply per year"),
    "change_year": _("fall, rise"),
    "short_share": _("shortage, share of demand (%)"),
    "no_demand": _("No demand"),
    "no_shortage": _("no month lacks 1 % or more"),
    # titles
    "title_storages": _("Storage of reservoirs and lakes"),
    "title_lake_level": _("Lake level and its target band"),
    "title_groundwater": _("Depth to groundwater"),
    "title_supply": _("Water supply"),
    "title_by_source": _("Supply by source"),
    "title_withdrawn": _("Water taken by source"),
    "title_by_use": _("Supply by use"),
    "title_use_source": _("Sources of each use, mean of the complete years"),
    "title_shortage": _("Shortage by month"),
    "title_all_uses": _("all uses"),
    "title_flow_duration": _("Flow duration and requirements"),
    "title_wet_dry": _("Stored in wet years, used in dry years"),
    "title_all_stores": _("All reservoirs and lakes"),
    "title_verdicts": _("Verdicts"),
    "title_why": _("Why"),
    "title_accounts": _("Water left in the accounts"),
    "title_whose_water": _("Whose water is stored, and how old it is"),
    "title_network": _("Network"),
    "title_network_map": _("Network on the map"),
    "page_of": _("{title} ({page} of {pages})"),
    # subtitles and notes
    "sub_season": _("left: the run; right: the same by day of the year"),
    "sub_withdrawn": _("volumes at the sources, before losses; the run keeps no ledger"),
    "sub_wet_dry": _(
        "Seen with hindsight: a year's class is the rank of its local inflow in this "
        "very run\n(wet: rank m/(n+1) up to 37.5 %, dry: above 62.5 %). No operator "
        "knew it in that year."
    ),
    "mean_net": _("mean net change, {unit}: {means}"),
    "in_band": _("{share} % of the time in the band, {below} % below"),
    "too_deep": _("{share} % of the time deeper than allowed"),
    "met": _("{name} {value} m³/s, reached {share} % of the time"),
    "met_varying": _("{name} by step, at most {value} m³/s: reached {share} % of the time"),
    "largest_asked": _("{name}, the largest asked"),
    "dry_bed": _("below {value:g} m³/s in {share} % of the time"),
    "sub_accounts": _(
        "left: used and left at the end of each account year; right: what is left by day of it"
    ),
    "sub_whose_water": _(
        "end of month; left: by origin, line: saved by imports; right: water years since it came"
    ),
    "account_volume": _("volume"),
    "account_used": _("used"),
    "account_left": _("left at the end of the year"),
    "account_year": _("account year (starts on {day})"),
    "account_day": _("days since the start of the account year"),
    "account_extra": _("{title}: surplus"),
    "left_of_grant": _("volume left"),
    "age_0": _("of this water year"),
    "age_1": _("1 year old"),
    "age_more": _("{years} years old"),
    "age_older": _("older"),
    "all_years": _("mean of the years"),
    "range_years": _("least to most of the years"),
    "counts": _("{passed} pass, {failed} fail, {unproven} not provable, {unjudged} not judged"),
    "flow_direction": _("water runs from top to bottom"),
    "return_link": _("link against the order"),
    # node types
    "reservoir": _("reservoir"),
    "lake": _("lake"),
    "regulating_reservoir": _("regulating reservoir"),
    "aquifer": _("aquifer"),
    "spring": _("spring"),
    "inflow": pgettext("type of node", "inflow"),
    "junction": _("junction"),
    "reach": _("river reach"),
    "control_section": _("control section"),
    "treatment_plant": _("treatment plant"),
    "reclaimed_plant": _("reclaimed-water plant"),
    "irrigation_district": _("irrigation district"),
    "recharge_basin": _("recharge basin"),
    "detention_basin": _("detention basin"),
    "outlet": _("outlet of the system"),
    # link types
    "link_recharge": pgettext("type of link", "recharge"),
    "link_return": _("return flow"),
    "link_discharge": _("effluent to a river"),
    "link_passes_to": _("released water flows on"),
    "local_source": _("other source"),
    "demand": pgettext("type of node", "demand"),
    "river": _("river"),
    "canal": _("canal"),
    "pipe": _("pipe"),
    "pump": _("pump"),
    "tunnel": _("tunnel"),
    "link": _("link"),
}

_MONTHS = (
    pgettext("month", "Jan"), pgettext("month", "Feb"), pgettext("month", "Mar"),
    pgettext("month", "Apr"), pgettext("month", "May"), pgettext("month", "Jun"),
    pgettext("month", "Jul"), pgettext("month", "Aug"), pgettext("month", "Sep"),
    pgettext("month", "Oct"), pgettext("month", "Nov"), pgettext("month", "Dec"),
)  # fmt: skip


class Scale(NamedTuple):
    """A unit for an axis: numbers are divided by ``factor`` and shown in ``unit``."""

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
        found=_("language {language!r}", language=language),
        expected=_("en or zh"),
        nearest=nearest(language, LANGUAGES),
    )


def say(key: str, language: Language, **values: object) -> str:
    """Return the phrase ``key`` with its values filled in; an unknown key speaks for itself."""
    phrase = (_WORDS.get(key) or FLOOD_WORDS.get(key) or word(key)).in_language(language)
    return phrase.format(**values) if values else phrase


def whole_percent(share: float) -> str:
    """Return a share [%] without places; 0 and 100 stand only where they are exact."""
    if 0.0 < share < 0.5 or 99.5 <= share < 100.0:
        return f"{min(max(share, 0.1), 99.9):.1f}"
    return f"{share:.0f}"


def capital(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def title_of(dataset: Result, name: str, language: Language) -> str:
    """Return what readers call a node, reach or claim."""
    return capital(item_title(dataset, name).in_language(language))


def long_name(variable: str, language: Language) -> str:
    """Return the name of a quantity as variables.py tells it."""
    return capital(VARIABLES[variable].long_name.in_language(language))


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
        return Scale(1e8, _("10⁸ m³").in_language(language))
    if size >= 1e4:
        scale = (1e4, _("10⁴ m³")) if language == "zh" else (1e6, _("million m³"))
        return Scale(scale[0], scale[1].in_language(language))
    return Scale(1.0, "m³")


def month_names(language: Language) -> list[str]:
    """Return the twelve months as short names."""
    return [month.in_language(language) for month in _MONTHS]


def text_width(text: str) -> float:
    """Return the width of a text in units of the font size, a little on the wide side."""
    return sum(_character_width(character) for character in text)


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """Return a text broken into at most ``lines`` lines of ``width`` (in font sizes).

    Breaks stand at spaces, after hyphens, slashes, underscores and dots, and around Chinese
    characters, but not before punctuation that closes or after one that opens; what does not fit
    is cut and marked with an ellipsis.
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
        opened = bool(pieces[-1]) and _opens(pieces[-1][-1])
        if wide and pieces[-1] and not _closes(character) and not opened:
            pieces.append("")
        pieces[-1] += character
        breaks = character in "/_:>" or (character == " " and after != "%")
        if (
            (wide and not _opens(character))
            or breaks
            or (character in "-." and not after.isdigit())
        ):
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


def _opens(character: str) -> bool:
    return unicodedata.category(character) in ("Ps", "Pi")


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
