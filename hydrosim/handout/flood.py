"""The report of floods: peaks, works judged by design floods, pictures, proof."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.handout.model import Part
from hydrosim.handout.proof import certificate_table, file_table
from hydrosim.handout.sections import (
    board,
    closure_sentence,
    named,
    report_of,
    result_title,
    section,
    verdict_sentence,
)
from hydrosim.locale import Language, Message, _, listed, ngettext, sentences
from hydrosim.reading.flood import event_title
from hydrosim.reading.items import items
from hydrosim.report.flood import artificial_peaks, rising_at_end
from hydrosim.report.flood_planning import flood_planners_tables
from hydrosim.report.flood_tables import peak_tables, standard_table
from hydrosim.report.verdict_tables import source_table
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import xarray as xr

    from hydrosim.handout.model import Picture, Report
    from hydrosim.report.flood_planning import FloodResults

__all__ = ["PICTURES", "FloodResult", "flood_report"]

PICTURES = {
    "flood.nc": ("flood_network", "flood_stores", "flood_channels", "flood_basins"),
    "design_floods.nc": ("flood_frequency",),
    "design_hydrographs.nc": ("design_stores",),
    "frequency_fits.nc": ("frequency_fit",),
    "start_levels.nc": ("flood_exceedance",),
}
"""Pictures of floods, by the file that they are drawn from."""
_MOST = 4


class FloodResult(NamedTuple):
    """What `hydrosim flood` has left.

    Attributes
    ----------
    floods
        Floods of the config, design floods, their values and hydrographs.
    verdicts
        Verdicts as verdicts.json holds them.
    sums
        SHA-256 of the files of the folder.
    standards
        Return periods held; None where nothing was judged.
    """

    floods: FloodResults
    verdicts: Sequence[Mapping[str, Any]]
    sums: Mapping[str, str] = {}
    standards: pd.DataFrame | None = None


def flood_report(result: FloodResult, pictures: Sequence[Picture], language: Language) -> Report:
    """Return the report of floods.

    Parameters
    ----------
    result
        What the command has left.
    pictures
        Its pictures, as far as they were drawn.
    language
        "en" or "zh".
    """
    dataset, verdicts = result.floods.floods, result.verdicts
    drawn = named(pictures)
    held: list[Part] = []
    design = result.floods.design
    if design is not None and result.standards is not None and len(result.standards):
        held.append(standard_table(result.standards, design, verdicts, language))
    works = [*drawn("design_stores"), *drawn("flood_frequency"), *drawn("flood_exceedance")]
    planned = flood_planners_tables(result.floods, language)
    floods = [one for name in PICTURES["flood.nc"] for one in drawn(name)]
    notes = [*artificial_peaks(dataset, language), *rising_at_end(dataset, language)]
    sections = (
        section("summary", _("Summary"), [*_sentences(result, language), *notes], language),
        section("verdicts", _("Verdicts"), board(verdicts, language), language),
        section("floods", _("Floods"), [*peak_tables(dataset, language), *floods], language),
        section("planning", _("Design floods and regulation"),
                [*planned, *drawn("frequency_fit")], language),
        section("works", _("Works in design floods"), [*held, *works], language),
        section("inputs", _("Sources and confidence"),
                [source_table(verdicts, language)] if verdicts else [], language),
        section("proof", _("Certificate and check sums"),
                [certificate_table(dataset, language), file_table(result.sums, language)],
                language),
    )  # fmt: skip
    subtitle = _("Report of floods routed by hydrosim {version}",
                 version=dataset.attrs.get("hydrosim_version", ""))  # fmt: skip
    title = result_title(dataset, language) or "hydrosim"
    return report_of(title, subtitle, sections, language)


def _sentences(result: FloodResult, language: Language) -> list[str]:
    dataset = result.floods.floods
    events = items(dataset, "event")
    names = [event_title(dataset, name, language) or name for name in events]
    more = [_("and {count} more", count=len(names) - _MOST)] if len(names) > _MOST else []
    title = result_title(dataset, language) or "hydrosim"
    shown = listed([*map(Message, names[:_MOST]), *more])
    routed = ngettext(
        "{title}: {count} flood was routed: {names}",
        "{title}: {count} floods were routed: {names}",
        len(names), title=title, names=shown,
    )  # fmt: skip
    found: list[Message] = [routed]
    if (largest := _largest(dataset)) is not None:
        found.append(largest)
    if result.floods.design is not None:
        found.append(
            _("design floods ({count} routed) say which return period each work holds",
              count=len(items(result.floods.design, "event")))
        )  # fmt: skip
    if result.verdicts:
        found.append(verdict_sentence(result.verdicts, language))
    proof = json.loads(dataset.attrs["certificate"])
    closure = max(proof["largest_element_closure"], proof["largest_network_closure"])
    found.append(closure_sentence(closure))
    return [sentences(one).in_language(language) for one in found]


def _largest(dataset: xr.Dataset) -> Message | None:
    """Return a sentence on the largest inflow peak of a store, and what it let go."""
    stores = dataset["node_is_store"].values.astype(float) == 1.0
    into = np.where(stores[None, :], dataset["peak_inflow"].values.astype(float), np.nan)
    if not np.isfinite(into).any():
        return None
    event, node = np.unravel_index(int(np.nanargmax(into)), into.shape)
    out = float(dataset["peak_outflow"].values[event, node])
    peak = float(into[event, node])
    if not (peak > 0.0 and math.isfinite(out)):
        return None
    return _(
        "the largest inflow, {peak:.0f} m³/s, came to {store}, which released {out:.0f} m³/s at "
        "most and cut the peak by {cut:.0f} %",
        peak=peak, store=item_title(dataset, items(dataset, "node")[int(node)]), out=out,
        cut=100.0 * (1.0 - out / peak),
    )  # fmt: skip
