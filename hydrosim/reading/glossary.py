"""The glossary: what each number of verdicts, tables and key figures means. One name, one number.

Labels of verdicts and tables take their names from here, ``hydrosim describe`` prints it, and the
page ``docs/numbers.md`` has a worked example of each entry.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from hydrosim.locale import Message, _
from hydrosim.reading.flood_terms import FLOOD_TERMS
from hydrosim.reading.term import Term

__all__ = ["GLOSSARY", "Term", "name_of", "term_of", "terms_of"]


_OWN = "hydrosim"
_SL = "planning practice (SL 104)"
_BULLETIN = "water resources bulletins"

GLOSSARY: dict[str, Term] = {
    # guarantee
    "guarantee": Term(
        _("guarantee"),
        _(
            "Years of full supply. Of n complete water years m are full: in each of"
            " their months or dekads with a demand at least 1 - tolerance of it came."
        ),
        "m / (n + 1)", "%", _SL, "guarantee",
    ),
    "guarantee_by_time": Term(
        _("guarantee by time"),
        _(
            "Full periods of all periods with a demand that lie wholly in the run."
            " It says nothing of how they fall on the years."
        ),
        "full periods / periods", "%", _SL, "guarantee",
        ("guarantee_by_time*",),
    ),
    "guarantee_of_summed_supply": Term(
        _("guarantee of summed supply"),
        _(
            "The guarantee of a group whose supply and demand are summed before they are compared,"
            " so that a small user's break may vanish in the sum. Without these words a group is"
            " full where each of its members is."
        ),
        "m / (n + 1) of the sums", "%", _OWN, "guarantee",
    ),
    "deepest_monthly_shortage": Term(
        _("deepest monthly shortage"),
        _(
            "Depth of a break: the largest missing share of the demand of a short month"
            " that lies wholly in the run; 0 where none is short. By dekads, seasons or years where"
            " the name says so: a season is an unbroken run of periods with a demand in a water"
            " year, and counts, as a year does, where one of its periods is short."
        ),
        "max(1 - supplied / demand)", "%", _SL, "guarantee",
        ("deepest_*shortage*",),
    ),
    # ecology
    "base_flow": Term(
        _("share of periods with base flow"),
        _(
            "Months or dekads in which at least 1 - tolerance of the required volume passed, of"
            " those with a requirement that lie wholly in the run. With `natural_limit` no more is"
            " required than nature brings in the period."
        ),
        "met periods / periods", "%", "Ministry of Water Resources 67 (2020)", "base_flow",
        ("share_of_periods_with_base_flow", "outflow"),
    ),
    "replenished_volume": Term(
        _("replenished volume"),
        _(
            "Water released by decision for rivers and lakes in the mean complete water year,"
            " counted once where it first enters, month by month and, with a ledger, by origin:"
            " what a place got by ways that no other such place lies on is new; what came by ways"
            " from places upstream is new as far as it exceeds their first entries. Ways lead"
            " through lakes and end at reservoirs. Spill, base flow and water for parks are left"
            " out."
        ),
        "mean of the sum of max(got - min(got, came by ways from upstream, entered upstream), 0)",
        "Mm3/year", _OWN, "replenishment",
    ),
    "days_with_flow": Term(
        _("days with flow"),
        _(
            "Share of the complete water years in which the driest chosen reach has at least the"
            " wanted number of days with at least the wanted flow."
        ),
        "years that reach it / years", "% of years", "plan of each river", "river_goal",
        ("days_with_flow", "goal"),
    ),
    "days_above_low_target": Term(
        _("share of days above the low target"),
        _("Days on which a lake stands at or above the foot of its target band, of all days."),
        "days with level >= low / days", "%", _OWN, "lake_level",
    ),
    "days_inside_band": Term(
        _("share of days inside the band"),
        _("Days on which a lake stands inside its target band, both ends among it, of all days."),
        "days with low <= level <= high / days", "%", _OWN, "lake_level",
    ),
    "tennant_class": Term(
        _("Tennant class"),
        _(
            "Mean flow of the half-year (October to March, April to September) in the complete"
            " water years, in percent of the mean natural flow of the same years."
        ),
        "mean flow of the half-year / natural mean", "% of natural mean flow", "Tennant 1976",
        "tennant", ("Tennant_class*",),
    ),
    # low flows
    "duration_flow": Term(
        _("duration flow"),
        _(
            "Flow that is exceeded a share of the time of the complete water years: Q90 is that of"
            " 90 %. Of n steps the m-th flow from above has m / (n + 1), and steps count by their"
            " length. In steps of months it is a flow of monthly means."
        ),
        "flow at m / (n + 1) = share", "m3/s", "Searcy 1959; WMO 1029 (2008)", "low_flow",
        ("duration_flow_Q*",),
    ),
    "low_flow": Term(
        _("low flow nQT"),
        _(
            "Flow below which the lowest mean of n days in a climatic year falls once in T years:"
            " 7Q10. Windows lie wholly in a complete climatic year. Log-Pearson III of the years"
            " with flow, with the share p0 of dry years: the flow of the non-exceedance"
            " (1/T - p0) / (1 - p0), and 0 where 1/T is at most p0. Or by plotting positions."
        ),
        "10^(mean + K deviation) of logarithms", "m3/s",
        "Riggs 1972; Jennings and Benson 1969; EPA 440/4-86-014", "low_flow", ("low_flow_*Q*",),
    ),
    "driest_month": Term(
        _("driest month of T years"),
        _(
            "Flow below which the mean of the driest calendar month of a year falls once in T"
            " years; that of 10 years is the 90 % of the Qp method. Frequency as of the low flow"
            " nQT."
        ),
        "10^(mean + K deviation) of logarithms", "m3/s", "SL/T 712-2021", "low_flow",
        ("driest_month_of_*_years",),
    ),
    "base_flow_index": Term(
        _("base-flow index"),
        _(
            "Volume of base flow over that of the flow in the complete water years. The lowest day"
            " of five turns where 0.9 of it is below those of the five days before and after, or"
            " where it is dry; base flow runs straight between turning points, never above the"
            " flow, and both volumes count from the first to the last of them."
        ),
        "base flow / flow", "", "Institute of Hydrology 1980; Gustard et al. 1992", "low_flow",
    ),
    # stores
    "days_above_flood_limit": Term(
        _("days above the flood limit"),
        _("Days above the staged limit in the water year that has most of them, whole or not."),
        "max over years of days with level > limit", "days a year", _OWN, "flood_limit",
    ),
    "depth_above_flood_limit": Term(
        _("depth above the flood limit"),
        _("Largest depth above the staged limit in any water year, whole or not; 0 where none."),
        "max(level - limit, 0)", "m", _OWN, "flood_limit",
    ),
    "pumped_volume": Term(
        _("pumped volume"),
        _(
            "Water taken from an aquifer in the complete year that has most of it: calendar years"
            " as caps on use and pumping count, or water years with `years: water`."
        ),
        "max over years of the sum", "Mm3/year", "caps on use and pumping", "groundwater",
    ),
    "days_with_level": Term(
        _("share of days with level"),
        _("Days on which depth to water, or head, keeps its bound, of all days of the run."),
        "days that keep it / days", "% of days", "caps on use and pumping", "groundwater",
        ("share_of_days_with_level", "volume_and_level"),
    ),
    "days_with_spring_head": Term(
        _("share of days with spring head"),
        _("Days on which the groundwater stands at or above the level that a spring needs."),
        "days with level >= head / days", "% of days", "plans of springs", "spring_head",
    ),
    "days_with_coastal_head": Term(
        _("share of days with coastal head"),
        _("Days on which the groundwater near the coast stands at or above the head that keeps the"
          " sea out."),
        "days with level >= head / days", "% of days", "plans of coasts", "coastal_head",
    ),
    # use
    "gross_use": Term(
        _("gross use"),
        _(
            "What sources gave for users and artificial ecology, with every loss of links, plants"
            " and networks on the way; in the complete calendar year that has most of it (water"
            " years with `years: water`), or in the mean. A source is an import, an aquifer, a"
            " reservoir, a lake, a river, reclaimed or other water. An import gives what its trunk"
            " delivers: the trunk's own `loss` lies before it. A regulating reservoir filled by"
            " links is none: its water counts by the mean losses of what filled it. What users got"
            " is called delivered."
        ),
        "sum over ways of delivered / product of (1 - loss)", "Mm3/year", _BULLETIN,
        "total_use_cap",
    ),
    "industrial_use_per_value_added": Term(
        _("industrial use per value added"),
        _(
            "Gross demand of industry in the mean complete water year, per 10^4 yuan of industrial"
            " value added: demand with the losses that the supply of the same year had. Not judged"
            " where industry lacks more than 2 %."
        ),
        "gross demand / value added", "m3 per 10^4 yuan", _BULLETIN, "efficiency",
    ),
    "total_use_per_gdp": Term(
        _("total use per GDP"),
        _(
            "Gross demand of all uses in the mean complete water year and, unless"
            " `ecological_use: false`, gross supply of artificial ecology, per 10^4 yuan of GDP."
        ),
        "gross demand / GDP", "m3 per 10^4 yuan", _BULLETIN, "efficiency",
    ),
    "share_of_main_sources": Term(
        _("share of the main sources"),
        _(
            "Gross supply from imports and local surface water, of all gross supply in the complete"
            " water years. The ledger says whose water it was."
        ),
        "gross of main kinds / gross", "%", _OWN, "supply_structure",
    ),
    "share_of_groundwater": Term(
        _("share of groundwater"),
        _(
            "Gross supply from groundwater, of all gross supply in the complete water years; also"
            " from deep groundwater alone, and from reclaimed water, where the name says so."
        ),
        "gross of the kinds / gross", "%", _OWN, "supply_structure",
        ("share_of_groundwater", "share_of_deep_groundwater", "share_of_reclaimed_water"),
    ),
    "reclaimed_share_of_supply": Term(
        _("reclaimed share of supply"),
        _("Gross supply from reclaimed water, of all gross supply in the complete water years."),
        "gross of reclaimed / gross", "%", "plans of reclaimed water", "reclaimed_share",
    ),
    "treated_area": Term(
        _("treated area"),
        _("Area of soil conservation treated in the year that has least of it, as it is given."),
        "min over years of the area", "km2/year", "plans of soil conservation",
        "soil_conservation",
    ),
    "reclaimed_share_of_effluent": Term(
        _("reclaimed share of effluent"),
        _("Reclaimed water used, of what the plants could have offered, in complete water years."),
        "withdrawn / available", "%", "plans of reclaimed water", "reclaimed_share",
    ),
    # tables and key figures
    "complete_year": Term(
        _("complete year"),
        _(
            "A year of which every day was run: 366 days where it holds 29 February, 365 where it"
            " does not."
        ),
        "days run = days of the year", "", _OWN,
    ),
    "year_class": Term(
        _("wet, normal and dry years"),
        _(
            "Class of the exceedance frequency m / (n + 1) of a complete water year's local inflow"
            " among those of the run: wet up to 37.5 %, dry above 62.5 %. Years whose inflow"
            " differs by less than 0.5 % share the mean of their ranks."
        ),
        "m / (n + 1)", "", "Weibull 1939",
    ),
    "shortage": Term(
        _("shortage"),
        _(
            "In the tables of a run: demand less delivered of all uses that have a demand, planned"
            " ecology among them, over the whole run, for a mean year of 365.2425 days. The key"
            " figure of scenarios is the mean of complete water years alone, and its name says so."
        ),
        "(demand - delivered) / years", "10^8 m3", _OWN,
    ),
    "released_at_each_place": Term(
        _("released for ecology, at each place"),
        _(
            "Key figure of scenarios: all artificial ecology of a complete water year, parks among"
            " it, counted again at each place that it serves. Counted once it is the replenished"
            " volume."
        ),
        "sum of delivered", "10^8 m3", _OWN,
    ),
    "full_years": Term(
        _("years full at 99 %"),
        _(
            "Key figure of scenarios: complete water years in which no period of a use lacks more"
            " than 1 %, of those with a demand, from the year table. A verdict counts m / (n + 1)"
            " at the tolerance of its standard."
        ),
        "full years / years", "%", _OWN,
    ),
    "used_in_dry_years": Term(
        _("used in dry years"),
        _(
            "Fall of a store's storage over a dry year without what evaporated, seeped away and"
            " spilled, never below 0: what was released beyond inflow and rain. `drawn in dry"
            " years` is the whole fall."
        ),
        "max(fall - evaporation - seepage - spill, 0)", "10^8 m3", _OWN,
    ),
    "year_longest_break": Term(
        _("longest run of short periods"),
        _(
            "`year_longest_break` of the year table: the longest run of short periods (below 99 %)"
            " that stood at some time of the year; those of earlier years count with it. A period"
            " without demand neither ends nor lengthens it."
        ),
        "max over the year of the running count", "1", _OWN,
    ),
    "year_deepest_break": Term(
        _("largest short share of a period's demand"),
        _(
            "`year_deepest_break` of the year table: the largest missing share of a short period"
            " (below 99 %) of the year, periods that the run cuts among them; 0 where none is"
            " short."
        ),
        "max(1 - supplied / demand)", "1", _OWN,
    ),
    **FLOOD_TERMS,
}  # fmt: skip


def name_of(key: str) -> Message:
    """Return what a number is called."""
    return GLOSSARY[key].name


def terms_of(standard: str) -> list[Term]:
    """Return the numbers that a type of standard judges."""
    return [term for term in GLOSSARY.values() if term.standard == standard]


def term_of(verdict: str) -> Term | None:
    """Return the number that a verdict is about, by its id; None where the glossary has none."""
    quantity = verdict.rpartition("/")[2].partition("#")[0]
    for term in GLOSSARY.values():
        patterns = term.ids or (str(term.name).replace(" ", "_"),)
        if any(fnmatchcase(quantity, pattern) for pattern in patterns):
            return term
    return None
