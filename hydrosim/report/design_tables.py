"""The table of design floods (设计洪水成果表) and that of the curves behind it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hydrosim.locale import Language, Message, _, capital, pgettext
from hydrosim.reading.items import item_numbers, item_texts
from hydrosim.report.planning import WAN
from hydrosim.report.regulation import VOLUME
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.report.verdict_tables import CONFIDENCE
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["design_tables"]

DAY_S = 86400.0
_LAWS: dict[str, Message] = {
    "pearson3": _("Pearson III"),
    "log_pearson3": _("log-Pearson III"),
    "lognormal": _("lognormal"),
    "gumbel": _("Gumbel"),
}
_WAYS: dict[str, Message] = {
    "given": _("parameters given"),
    "factor": _("curve of the year times a factor"),
    "moments": _("moments"),
    "l_moments": _("L-moments"),
    "expected_moments": _("expected moments"),
    "curve_fitting:least_squares": _("curve fitting, least squares"),
    "curve_fitting:absolute": _("curve fitting, least absolute deviations"),
    "curve_fitting:relative": _("curve fitting, least relative squares"),
}


def design_tables(values: xr.Dataset, language: Language) -> list[Table]:
    """Return design values by site, season and quantity, and how their curves were found.

    Parameters
    ----------
    values
        The dataset ``design_values.nc``.
    language
        "en" or "zh".
    """
    return [_of_values(values, language), _of_curves(values, language)]


def _of_values(values: xr.Dataset, language: Language) -> Table:
    years = [float(one) for one in values["return_period"].values]
    heads = [
        *_names(),
        (_("unit"), 0),
        (_("mean of the curve"), 1),
        (Message("Cv"), 3),
        (Message("Cs/Cv"), 2),
    ]
    columns = [Column(_said(head, language), "", digits) for head, digits in heads]
    columns += [
        Column(_("T = {years:g} years (P = {chance:g} %)", years=one,
                 chance=float(f"{100.0 / one:.4g}")).in_language(language), "", 1)
        for one in years
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    volume = VOLUME.in_language(language)
    for place, own in enumerate(values["design_value"].values.tolist()):
        flow = item_texts(values, "curve", "unit")[place] == "m3/s"
        factor = 1.0 if flow else WAN
        mean, variation, skewness = _parameters(values, place)
        known = math.isfinite(skewness) and variation > 0.0
        rows.append((
            *_named(values, place, language), "m³/s" if flow else volume,
            Number(mean, 1, factor) if math.isfinite(mean) else None, variation,
            skewness / variation if known else None,
            *(Number(one, 0 if flow else 1, factor) for one in own),
        ))  # fmt: skip
    seasonal = any(item_texts(values, "curve", "season"))
    note = _("No value of a season stands above that of the year: the lesser of both is used.")
    return Table("design_floods", _("Design floods").in_language(language), tuple(columns),
                 tuple(rows), notes=(note.in_language(language),) if seasonal else ())  # fmt: skip


def _of_curves(values: xr.Dataset, language: Language) -> Table:
    heads = [
        *_names(), (_("law"), 0), (_("found by"), 0), (Message("Cv"), 3), (Message("Cs"), 3),
        (_("years of record"), 0), (_("survey period, years"), 0), (_("source"), 0),
        (_("confidence"), 0),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for place in range(values.sizes["curve"]):
        _mean, variation, skewness = _parameters(values, place)
        law, how, like, source, confidence = (
            item_texts(values, "curve", name)[place]
            for name in ("law", "how", "like", "source", "confidence")
        )
        way = _WAYS.get(how)
        if way is None:
            way = _("by area from {site}", site=item_title(values, like))
        sure = CONFIDENCE.get(confidence)
        unstated = pgettext("source or confidence", "not stated").in_language(language)
        rows.append((
            *_named(values, place, language), _said(_LAWS[law], language), _said(way, language),
            variation, skewness,
            *(_whole(values, name, place) for name in ("record_years", "survey_years")),
            source or unstated, _said(sure, language) if sure else confidence or unstated,
        ))  # fmt: skip
    return Table(
        "design_curves", _("Parameters and sources of the frequency curves").in_language(language),
        tuple(Column(_said(head, language), "", digits) for head, digits in heads), tuple(rows),
    )  # fmt: skip


def _names() -> list[tuple[Message, int]]:
    season = pgettext("of design floods", "season")
    return [(_("site"), 0), (season, 0), (_("peak or volume"), 0)]


def _named(values: xr.Dataset, place: int, language: Language) -> tuple[str, str, str]:
    """Return site, season and quantity of a curve."""
    site = item_texts(values, "curve", "site")[place]
    season = item_texts(values, "curve", f"season_title_{language}")[place]
    days = float(item_numbers(values, "curve", "duration")[place]) / DAY_S
    quantity = _("volume of {days:g} d", days=days) if days else _("peak")
    year = _("year").in_language(language)
    return (
        _said(item_title(values, site), language), capital(season or year, language),
        _said(quantity, language),
    )  # fmt: skip


def _parameters(values: xr.Dataset, place: int) -> tuple[float, float, float]:
    """Return mean, Cv and Cs of a curve; nan for what its law has not."""
    mean, variation, skewness = (
        float(item_numbers(values, "curve", name)[place])
        for name in ("mean", "variation", "skewness")
    )
    return mean, variation, skewness


def _whole(values: xr.Dataset, name: str, place: int) -> int | None:
    number = float(item_numbers(values, "curve", name)[place])
    return int(number) if math.isfinite(number) else None


def _said(text: Message | str, language: Language) -> str:
    return capital(text.in_language(language) if isinstance(text, Message) else text, language)
