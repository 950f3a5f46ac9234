"""The entries of the glossary on floods."""

from __future__ import annotations

from hydrosim.locale import _
from hydrosim.reading.term import Term

__all__ = ["FLOOD_TERMS"]

_OWN = "hydrosim"

FLOOD_TERMS: dict[str, Term] = {
    "peak_level": Term(
        _("peak level"),
        _(
            "Highest level in the design flood of the required return period, or in a named flood,"
            " against the flood-control, design, check, guaranteed or warning level that the"
            " verdict names; water over a crest fails whatever the level."
        ),
        "max over time of the level", "m", "SL 252", "flood_reservoir",
        ("peak_level", "flood-control_level", "design_flood_level", "check_flood_level",
         "guaranteed_level", "warning_level", "crest"),
    ),
    "flood_peak": Term(
        _("flood peak"),
        _(
            "Largest flow of a section, or of a reach at the larger of its two ends, in the design"
            " flood of the required return period, against the safe discharge. The margin in"
            " volume is what passed above it."
        ),
        "max(inflow, outflow)", "m3 s-1", _OWN, "flood_channel", ("flood_peak", "safe_discharge"),
    ),
    "crest_less_freeboard": Term(
        _("crest less freeboard"),
        _(
            "Highest level at a levee against its crest less the freeboard of its class. Without"
            " a rating curve the safe discharge stands for it."
        ),
        "crest - freeboard", "m", "GB 50286", "flood_levee",
        ("crest_less_freeboard", "safe_discharge_of_the_levee"),
    ),
    "storage_of_the_basin": Term(
        _("storage of the basin"),
        _("Most water in a detention basin, against its capacity; a full basin fails."),
        "max over time of the storage", "Mm3", _OWN, "flood_basin",
    ),
    "return_period_of_the_chain": Term(
        _("return period of the chain"),
        _(
            "Least of the return periods that the works of a protected zone reach; the work that"
            " fails first is named."
        ),
        "min over works of the return period reached", "years", "GB 50201", "flood_zone",
    ),
    "outflow_of_inflow_peak": Term(
        _("outflow peak of inflow peak"),
        _(
            "Largest outflow of a store behind the start of a flood, in percent of the largest"
            " inflow, in the flood in which it is largest."
        ),
        "max over floods of outflow peak / inflow peak", "%", _OWN, "flood_peak",
        ("outflow_peak_of_inflow_peak",),
    ),
    "return_period_reached": Term(
        _("return period reached"),
        _(
            "Largest return period that a bound holds below the smallest at which it fails, in the"
            " worst season, composition and form; > or < where all or none of the floods hold."
        ),
        "max T that holds below min T that fails", "years", _OWN,
    ),
    "yearly_chance": Term(
        _("yearly chance"),
        _(
            "Probability that a level is exceeded in a year, from the levels of a supply run and"
            " the design floods, taken as independent; against one in the required return period."
        ),
        "1 - product over seasons of (1 - mean over starts of P)", "%", _OWN, "",
        ("*,_yearly_chance",),
    ),
}  # fmt: skip
