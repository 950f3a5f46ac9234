"""Key figures and verdicts of several scenarios as tables."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from hydrosim.locale import _, capital, language_of, pgettext
from hydrosim.reading.words import OUTCOME_STYLES, word
from hydrosim.scenarios.figures import FIGURES, key_figures
from hydrosim.standards.board import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from rich.table import Table

    from hydrosim.standards.verdict import Verdict

__all__ = ["scenario_tables", "summary_frame", "verdict_frame"]

SHOWN = {
    "shortage": _("short 10⁸ m³"),
    "reliability_domestic": _("domestic %"),
    "full_years_domestic": _("full years %"),
    "reliability_industry": _("industry %"),
    "reliability_agriculture": _("farms %"),
    "replenished": _("to rivers 10⁸ m³"),
    "groundwater_pumped": _("pumped 10⁸ m³"),
    "water_cost": _("cost 10⁸ yuan"),
    "water_bill": _("bills 10⁸ yuan"),
}
"""Figures that are printed, with their heads."""
MOST_LISTED = 4
_WORDS = {
    "figures": _(
        "Scenarios, means of the complete water years; % of periods, or of years, of full supply"
    ),
    "verdicts": _("Verdicts that differ between the scenarios"),
    "counts": _("Verdicts by scenario"),
    "scenario": _("scenario"),
    "where": pgettext("scenarios", "in"),
    "outcome": _("outcome"),
    "more": _("{count} more"),
}


def _word(key: str, language: str) -> str:
    return (_WORDS.get(key) or word(key)).in_language(language_of(language))


def summary_frame(
    tables: Mapping[str, xr.Dataset], coordinates: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Return the mean of each key figure over the complete water years, in SI, a row a scenario."""
    rows: list[dict[str, Any]] = []
    for name, dataset in tables.items():
        means = key_figures(dataset).mean()
        row: dict[str, Any] = {"scenario": name, **coordinates.get(name, {})}
        row |= {str(key): float(value) for key, value in means.data_vars.items()}
        rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    last = [name for name in FIGURES if name in names]
    return pd.DataFrame(rows, columns=[*(name for name in names if name not in FIGURES), *last])


def verdict_frame(
    verdicts: Mapping[str, Sequence[Verdict]], coordinates: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Return all verdicts of all scenarios, a row each, with the scenario and its axes first."""
    rows = [
        {"scenario": name, **coordinates.get(name, {}), **verdict.as_dict()}
        for name, given in verdicts.items()
        for verdict in given
    ]
    return pd.DataFrame(rows)


def scenario_tables(
    tables: Mapping[str, xr.Dataset],
    verdicts: Mapping[str, Sequence[Verdict]],
    coordinates: Mapping[str, Mapping[str, str]],
    language: str = "en",
) -> list[Table]:
    """Return what is printed of several scenarios: key figures, and verdicts that differ."""
    made = [_figure_table(summary_frame(tables, {}), language)]
    if any(verdicts.values()):
        made.append(_count_table(verdicts, language))
        made += _difference_table(verdicts, coordinates, language)
    return made


def _empty(title: str, language: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(
        title=_word(title, language),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _figure_table(frame: pd.DataFrame, language: str) -> Table:
    known = {name for name in SHOWN if name in frame.columns and bool(frame[name].notna().any())}
    names = [name for name in SHOWN if name in known]
    table = _empty("figures", language)
    table.add_column(_word("scenario", language), no_wrap=True, vertical="bottom")
    for name in names:
        head = SHOWN[name].in_language(language_of(language))
        table.add_column(head, justify="right", vertical="bottom", min_width=6)
    for row in frame.to_dict("records"):
        numbers = [(float(row[name]) * FIGURES[name].factor, FIGURES[name].unit) for name in names]
        cells = [f"{number:.1f}" if unit == "%" else f"{number:.3f}" for number, unit in numbers]
        table.add_row(str(row["scenario"]), *cells)
    return table


def _count_table(verdicts: Mapping[str, Sequence[Verdict]], language: str) -> Table:
    table = _empty("counts", language)
    table.add_column(_word("scenario", language), no_wrap=True)
    for outcome in OUTCOMES:
        table.add_column(_word(outcome, language), justify="right")
    for name, given in verdicts.items():
        outcomes = [verdict.outcome for verdict in given]
        table.add_row(name, *(str(outcomes.count(outcome)) for outcome in OUTCOMES))
    return table


def _difference_table(
    verdicts: Mapping[str, Sequence[Verdict]],
    coordinates: Mapping[str, Mapping[str, str]],
    language: str,
) -> list[Table]:
    """Return the verdicts whose outcome is not the same in all scenarios, and where it is which."""
    from rich.text import Text

    found: dict[str, dict[str, Verdict]] = {}
    for name, given in verdicts.items():
        for verdict in given:
            found.setdefault(verdict.id, {})[name] = verdict
    table = _empty("verdicts", language)
    for head in ("", _word("outcome", language), _word("where", language)):
        table.add_column(head, vertical="top")
    for one in found.values():
        outcomes = {name: verdict.outcome for name, verdict in one.items()}
        usual = max(OUTCOMES, key=list(outcomes.values()).count)
        first = next(iter(one.values()))
        spoken = language_of(language)
        title = pgettext(
            "a verdict in a table", "{subject}, {quantity}",
            subject=capital(first.text("subject", spoken)), quantity=first.text("quantity", spoken),
        ).in_language(spoken)  # fmt: skip
        for outcome in OUTCOMES:
            names = [name for name, found in outcomes.items() if found == outcome]
            if outcome == usual or not names:
                continue
            where = _where(names, {name: coordinates.get(name, {}) for name in one}, language)
            table.add_row(
                title, Text(_word(outcome, language), style=OUTCOME_STYLES[outcome]), where
            )
    return [table] if table.row_count else []


def _where(
    names: Sequence[str], coordinates: Mapping[str, Mapping[str, str]], language: str
) -> str:
    """Say which scenarios, by values of one or two axes where that tells it."""
    pairs = list(dict.fromkeys(pair for name in names for pair in coordinates[name].items()))
    choices = [(pair,) for pair in pairs] + list(combinations(pairs, 2))
    for choice in choices:
        fitting = [name for name, own in coordinates.items() if _fits(own, choice)]
        if fitting == list(names):
            return ", ".join(f"{axis}={value}" for axis, value in choice)
    listed = ", ".join(names[:MOST_LISTED])
    more = len(names) - MOST_LISTED
    return f"{listed}, {_word('more', language).format(count=more)}" if more > 0 else listed


def _fits(own: Mapping[str, str], choice: Sequence[tuple[str, str]]) -> bool:
    return all(own.get(axis) == value for axis, value in choice)
