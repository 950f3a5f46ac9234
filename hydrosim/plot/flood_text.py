"""Words on the pictures of floods, in English and Chinese."""

from __future__ import annotations

from hydrosim.locale import Message, _, pgettext

__all__ = ["FLOOD_WORDS"]

FLOOD_WORDS: dict[str, Message] = {
    # axes
    "flood_flow": _("flow"),
    "flood_level": _("level"),
    "flood_stage": _("stage"),
    "flood_dates": _("date, from {start} on"),
    "flood_elapsed": _("time since the start"),
    "return_period": _("return period"),
    "years_unit": _("years"),
    "held_asked": _("years held / asked"),
    # lines
    "flood_inflow": pgettext("store", "inflow"),
    "flood_outflow": pgettext("store", "outflow"),
    "outlet_of": _("outlet {name}"),
    "reach_inflow_line": _("flow at the upper end"),
    "reach_outflow_line": _("flow at the lower end"),
    "section_flow": pgettext("section", "flow"),
    "section_stage": pgettext("section", "stage"),
    "basin_in": _("flow into the basin"),
    "basin_out": _("drained flow"),
    "basin_held": _("water held"),
    "basin_capacity_line": _("capacity"),
    "peak_in_line": _("peak inflow"),
    "peak_out_line": pgettext("store", "largest outflow"),
    "peak_level_line": _("highest level"),
    # levels
    "level_limit": pgettext("mark of a level", "flood limit"),
    "level_dead": pgettext("mark of a level", "dead"),
    "level_normal": pgettext("mark of a level", "normal"),
    "level_flood_control": pgettext("mark of a level", "flood control"),
    "level_design": pgettext("mark of a level", "design"),
    "level_check": pgettext("mark of a level", "check"),
    "level_crest": pgettext("mark of a level", "crest"),
    "level_levee_crest": pgettext("mark of a level of a levee", "crest"),
    "level_warning": pgettext("mark of a level", "warning"),
    "level_guaranteed": pgettext("mark of a level", "guaranteed"),
    "limit_levels": _("characteristic level"),
    # rules in force
    "rule_no_gate": _("no gate"),
    "rule_hold": _("hold"),
    "rule_at_limit": _("at the limit: release = inflow"),
    "rule_band_cap": _("staged cap"),
    "rule_band_edge": _("at a band's edge"),
    "rule_fully_open": _("fully open"),
    "rule_wish": _("release rule"),
    "rule_no_artificial_peak": _("no artificial peak"),
    "rule_compensation": _("compensation"),
    "rule_ramp_up": _("limit of rise"),
    "rule_ramp_down": _("limit of fall"),
    "rule_pre_release": _("pre-release"),
    "rule_dam_safety": _("dam safety"),
    "rule_overtopped": _("overtopped"),
    "rule_refill": _("refill"),
    # frequency curves of records
    "title_frequency_fit": _("Frequency curves of annual floods"),
    "sub_frequency_fit": _(
        "on paper of normal probabilities; points at their empirical probability; design values "
        "as they are used"
    ),
    "fit_peak": _("peak"),
    "fit_volume": _("volume of {days:g} d"),
    "fit_season": _("{what}, season {season}"),
    "fit_in_season": _("{what}, {season}"),
    "of_which": _("{first}: {second}"),
    "two_notes": _("{first}; {second}"),
    "fit_ordinary": _("flood of the record"),
    "fit_extreme": _("extraordinary flood of the record"),
    "fit_historical": _("historical flood"),
    "fit_curve": _("fitted curve"),
    "fit_band": _("{share:g} % band"),
    "fit_design": _("design value"),
    "fit_record": _("record of {record} years"),
    "fit_survey": _("record of {record} years, survey period of {survey} years"),
    "fit_chance": _("probability of exceedance"),
    "law_pearson3": _("Pearson III"),
    "law_log_pearson3": _("log-Pearson III"),
    "law_lognormal": _("lognormal"),
    "law_gumbel": _("Gumbel"),
    # titles, subtitles and notes
    "title_flood_stores": _("Flood regulation: {event}"),
    "title_design_stores": _("Flood regulation: design floods"),
    "sub_design_stores": _(
        "of each return period required of a store the season, composition and form with the "
        "highest level"
    ),
    "title_flood_channels": _("Reaches and sections: {event}"),
    "title_flood_basins": _("Detention basins: {event}"),
    "title_flood_network": _("Peaks and capacities: {event}"),
    "title_flood_frequency": _("Level and flow by return period"),
    "sub_flood_stores": _("left: flows, with the rule in force along the top; right: level"),
    "sub_flood_channels": _("safe discharge dashed; stages where a rating curve is known"),
    "sub_flood_basins": _("left: flows; right: water held"),
    "unused_basins": _("not used: {names}"),
    "sub_flood_network": _(
        "from top to bottom; at each place peak / safe discharge (m³/s), highest "
        "level / level to hold (m), or held / capacity\nof a store the state is the "
        "height filled between the flood limit and the level to hold"
    ),
    "scheme_same_frequency": _("{leader} at the same frequency"),
    "scheme_site": _("its own flood"),
    "scheme_typical_year": _("as in the typical year"),
    "sub_flood_frequency": _("each point is one design flood routed through the whole system"),
    "flow_peaks": _("peak in {inflow}, out {outflow} m³/s"),
    "at_hour": _("at {hour:g} h"),
    "highest_level": _("highest {level:.2f} m, {when}"),
    "peak_flow": _("peak {peak} m³/s, {when}"),
    "reach_peaks": _("peak {above} → {below} m³/s"),
    "peak_reduced": _("peak reduced by {cut:.0f} %"),
    "flood_retained": _("{volume} {unit} retained"),
    "rarest_flood": _("T = {years:g} years"),
    "safe_above": _("safe discharge {safe} m³/s ↑"),
    "most_held": _("most {held} of {capacity} {unit}"),
    # states of a place in the network
    "state_free": _("up to 80 % of its bound"),
    "state_near": _("80 to 100 % of its bound"),
    "state_over": _("above its bound"),
    "state_unknown": _("no bound known"),
    "way_in_flood": _("way of the flood"),
    "way_of_basin": _("inlet and drain of a basin"),
    # flood-limited levels against supply
    "title_flood_exceedance": _("Floods from the levels of the supply run"),
    "sub_flood_exceedance": _(
        "left: levels at the start of each day of the flood season; right: yearly "
        "probability that a flood exceeds a level\nstart levels and floods are taken "
        "as independent; curves end at the rarest flood routed"
    ),
    "start_range_wide": _("5-95 % of days"),
    "start_range": _("25-75 % of days"),
    "start_median": _("median level at the start of a day"),
    "start_level_line": _("level at the start"),
    "start_limit": _("all floods from the flood-limited level"),
    "start_run": _("from the levels of the supply run"),
    "day_of_season": _("day of the season"),
    "yearly_chance": _("yearly probability of exceeding"),
    "title_tradeoff": _("Flood-limited level: water against floods"),
    "sub_tradeoff": _(
        "one limit is changed at a time; left: water gained over today's "
        "limit\nright: highest level, or return period reached (at the edge: beyond "
        "what was routed)"
    ),
    "gain": _("water gained"),
    "million_a_year": _("10⁶ m³/year"),
    "dry_year_gain": _("uses, mean of the dry years"),
    "ecology_gain": _("ecology, mean of the complete years"),
    "limit_now": _("limit of the configuration"),
    "reached_flood_control": _("below the flood-control level"),
    "reached_design": _("below the design flood level"),
    "reached_check": _("below the check flood level"),
}
