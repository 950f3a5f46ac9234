"""What is printed of dry years: the runs that keep the guarantee, and at what price."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hydrosim.comparison.dry_years import DRY_LIMIT
from hydrosim.locale import EMPTY, SEMICOLON, Message, _, in_language, language_of, listed
from hydrosim.reading.words import word
from hydrosim.scenarios.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

__all__ = ["guarantee_answer", "guarantee_table"]

HEADS = {
    "groundwater_pumped": _("pumped 10⁸ m³"),
    "replenished": _("to rivers 10⁸ m³"),
    "water_cost": _("cost 10⁸ yuan"),
}
SHOWN = tuple(HEADS)
"""Figures shown beside the guarantee: of dry years, and the difference in them."""


def guarantee_table(frame: pd.DataFrame, language: str = "en") -> Table:
    """Return the table of dry years: a row a run.

    Parameters
    ----------
    frame
        See :func:`hydrosim.comparison.dry_years.guarantee_frame`; not empty.
    language
        ``en`` or ``zh``.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    spoken = language_of(language)
    rows: list[Any] = frame.to_dict("records")
    members = any(math.isfinite(float(row["members_keeping"])) for row in rows)
    table = Table(
        title=_title(rows[0]).in_language(spoken),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column(_("run").in_language(spoken), vertical="bottom", no_wrap=True)
    shown = [name for name in SHOWN if bool(frame[name].notna().any())]
    for head in _heads(str(rows[0]["use"]), shown, members=members):
        table.add_column(
            in_language(head, spoken), justify="right", vertical="bottom", overflow="fold"
        )
    for row in rows:
        style, mark = ("green", "✓") if row["keeps"] else ("bold red", "✗")
        if not row["provable"]:
            style, mark = "yellow", "?"
        cells = [f"{row['full_years']:.1f} {mark}"]
        if members:
            cells.append(_number(row["members_keeping"], 0))
        for name in shown:
            cells += [_number(row[name], 2), _number(row[f"{name}_difference"], 2, sign=True)]
        table.add_row(str(row["run"]), Text(cells[0], style), *cells[1:])
    return table


def guarantee_answer(frame: pd.DataFrame, language: str = "en") -> str:
    """Return in a sentence which runs keep the guarantee in dry years, and which is best at what.

    Parameters
    ----------
    frame
        As for :func:`guarantee_table`.
    language
        ``en`` or ``zh``.
    """
    return _answer(frame).in_language(language_of(language))


def _answer(frame: pd.DataFrame) -> Message:
    rows: list[Any] = frame.to_dict("records")
    keeping = [row for row in rows if row["keeps"]]
    use, required = word(str(rows[0]["use"])), float(rows[0]["required"])
    if not any(row["provable"] for row in rows):
        best = max(rows, key=lambda row: row["full_years"])
        return _(
            "{years} dry years are too short to prove {required:g} % for {use} use: m of n full "
            "years count m / (n + 1), at most {most:.1f} %; the best is {run} with {share:.1f} %.",
            years=int(rows[0]["dry_years"]), required=required, use=use,
            most=100.0 * rows[0]["dry_years"] / (rows[0]["dry_years"] + 1.0),
            run=best["run"], share=best["full_years"],
        )  # fmt: skip
    if not keeping:
        best = max(rows, key=lambda row: row["full_years"])
        return _(
            "No run keeps {required:g} % for {use} use in dry years, counted by years; the best "
            "is {run} with {share:.1f} %.",
            required=required, use=use, run=best["run"], share=best["full_years"],
        )  # fmt: skip
    first = _(
        "{count} of {all} runs keep {required:g} % for {use} use in dry years, by years.",
        count=len(keeping), all=len(rows), required=required, use=use,
    )  # fmt: skip
    if len(keeping) == 1:
        first = _(
            "1 of {all} runs keeps {required:g} % for {use} use in dry years, by years.",
            all=len(rows), required=required, use=use,
        )  # fmt: skip
    figures = [part for name in SHOWN if (part := _best(keeping, name))]
    if not figures:
        return first
    return _("{first} Of these, {figures}.", first=first, figures=listed(figures, SEMICOLON))


def _best(rows: list[Any], name: str) -> Message:
    """Say which of some runs is the best in a figure in dry years."""
    known = [row for row in rows if math.isfinite(float(row[name]))]
    if not known:
        return EMPTY
    figure = FIGURES[name]
    best = max(known, key=lambda row: figure.better * float(row[name]))
    value = _amount(float(best[name]), figure.unit)
    if figure.better > 0:
        return _("most {figure}: {run} ({value} a year)", figure=figure.title, run=best["run"],
                 value=value)  # fmt: skip
    return _("least {figure}: {run} ({value} a year)", figure=figure.title, run=best["run"],
             value=value)  # fmt: skip


def _amount(number: float, unit: str) -> Message:
    """Write a number as a sentence does, with a power of ten that is its factor, not its unit."""
    if unit == "10⁸ m³":
        return _("{number:.2f} × 10⁸ m³", number=number)
    if unit == "10⁸ yuan":
        return _("{number:.2f} × 10⁸ yuan", number=number)
    return Message(f"{number:.2f} {unit}")


def _title(row: Any) -> Message:
    return _(
        "Dry years (inflow beyond P = {limit:g} %, {years} of them): who keeps {required:g} %, "
        "and at what price; Δ from the reference",
        limit=100.0 * DRY_LIMIT, years=int(row["dry_years"]), required=float(row["required"]),
    )  # fmt: skip


def _heads(use: str, shown: Sequence[str], *, members: bool) -> list[str]:
    heads: list[str] = [_("{use}, full years %", use=word(use))]
    if members:
        heads.append(_("members keeping %"))
    for name in shown:
        heads += [HEADS[name], "Δ"]
    return heads


def _number(value: Any, places: int, *, sign: bool = False) -> str:
    number = float(value)
    if not math.isfinite(number):
        return "-"
    return f"{number:+.{places}f}" if sign else f"{number:.{places}f}"
