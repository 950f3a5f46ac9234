"""The summary that a run prints: tables and the verdict board on the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text as Line

from hydrosim.locale import Language, _, capital, listed, pgettext, unit_scale
from hydrosim.reading.words import OUTCOME_STYLES, word
from hydrosim.report import tables
from hydrosim.report.headings import heading, node_names, row_name
from hydrosim.standards import rank_of
from hydrosim.standards.board import OUTCOMES, details_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import xarray as xr
    from rich.console import Console, ConsoleOptions, RenderableType

    from hydrosim.standards.verdict import Verdict

__all__ = ["VerdictBoard", "summary_tables", "verdict_board"]

SHARES = ("shortage_share", "worst_share")
WHOLE = ("worst_year",)
OF_NODES = ("storage_title", "replenishment_title", "in_lieu_title")
"""Tables whose rows are nodes."""
LONGEST_NAME = 40
"""Width from which on a name is broken before the headings are."""


def _shown(column: str, value: Any) -> str:
    if not math.isfinite(value):
        return "-"
    if column in SHARES:
        return f"{100.0 * value:.1f} %"
    return f"{value:.0f}" if column in WHOLE else f"{value + 0.0:.3f}"


def _table(
    dataset: xr.Dataset, title: str, frame: pd.DataFrame, language: Language, note: str = ""
) -> Group:
    """Return a table below its title, which is not broken at the width of the table.

    Parameters
    ----------
    dataset
        Knows the titles of nodes.
    title
        Key of the title.
    frame
        The numbers.
    language
        "en" or "zh".
    note
        Key of a sentence below the table; empty for none.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    nodes = node_names(dataset) if title in OF_NODES else set()
    names = [row_name(dataset, str(plain), nodes, language) for plain in frame.index]
    longest = max([Line(name).cell_len for name in names], default=0)
    table.add_column("", overflow="fold", min_width=min(longest, LONGEST_NAME))
    for column in frame.columns:
        head = heading(str(column)).in_language(language)
        table.add_column(head, justify="right", vertical="bottom")
    last = {"total", "gross_use", "counted_once", "all_reservoirs_and_lakes", "storage_change"}
    columns = [str(column) for column in frame.columns]
    numbers = frame.to_numpy(dtype=float)
    for plain, name, row in zip(frame.index, names, numbers.tolist(), strict=True):
        cells = [_shown(column, value) for column, value in zip(columns, row, strict=True)]
        table.add_row(name, *cells, style="bold" if plain in last else "")
    notes = [Line(f"{heading(note).in_language(language)}\n")] if note else []
    return Group(Line(heading(title).in_language(language), style="bold"), table, *notes)


def _language(language: str) -> Language:
    return "zh" if language == "zh" else "en"


def summary_tables(dataset: xr.Dataset, language: str = "en") -> Iterator[Group]:
    """Yield the tables of a run: supply, shortage, storage, replenishment, credits, budget.

    Parameters
    ----------
    dataset
        A result of one scenario and member; a table whose variables it lacks is left out.
    language
        "en" or "zh".
    """
    spoken = _language(language)
    if tables.has_ledger(dataset):
        supply = tables.supply_table(dataset)
        if len(supply) > 1:
            yield _table(dataset, "supply_title", supply, spoken)
    if "year_demand" in dataset:
        shortage = tables.shortage_table(dataset)
        if len(shortage):
            offered = tables.has_offered(dataset)
            note = "offered_note" if offered else ""
            yield _table(dataset, "shortage_title", shortage, spoken, note)
    if "year_storage_end" in dataset:
        storage = tables.storage_table(dataset)
        yield _table(dataset, "storage_title", storage, spoken, "storage_note")
    if tables.has_ledger(dataset):
        replenished = tables.replenishment_table(dataset)
        if len(replenished):
            yield _table(dataset, "replenishment_title", replenished, spoken)
    if "in_lieu_booked" in dataset:
        credit = tables.in_lieu_table(dataset)
        if len(credit):
            yield _table(dataset, "in_lieu_title", credit, spoken, "in_lieu_note")
    if "year_budget" in dataset:
        yield _table(dataset, "budget_title", tables.budget_table(dataset), spoken)


def verdict_board(verdicts: Sequence[Verdict], language: str = "en") -> VerdictBoard:
    """Return the verdict board as something that a console prints."""
    return VerdictBoard(verdicts, _language(language))


class VerdictBoard:
    """The verdict board: a line a verdict, by family, then why some failed or are not judged.

    Parameters
    ----------
    verdicts
        Verdicts in the order in which they are shown.
    language
        "en" or "zh".
    """

    def __init__(self, verdicts: Sequence[Verdict], language: Language) -> None:
        self.verdicts = tuple(verdicts)
        self.language: Language = language
        self._floods = any(one.return_period_reached is not None for one in verdicts)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Yield the board and the reasons at the width of the console."""
        del console
        yield Group(
            Line(f"{capital(self._word('verdicts'))}: {self._counts()}", style="bold"),
            self._lines(options.max_width),
            *self._reasons(),
        )

    def _word(self, key: str) -> str:
        return word(key).in_language(self.language)

    def _counts(self) -> str:
        outcomes = [verdict.outcome for verdict in self.verdicts]
        counts = [
            _("{count} {outcome}", count=outcomes.count(outcome), outcome=word(outcome))
            for outcome in OUTCOMES
        ]
        return listed(counts, pgettext("between counts", ", ")).in_language(self.language)

    def _lines(self, width: int) -> Table:
        rows = [(verdict, self._cells(verdict)) for verdict in self.verdicts]
        heads = [self._word(name) for name in ("required", "achieved", "margin", "unit", "verdict")]
        if self._floods:
            heads.insert(4, self._word("held_asked"))
        used = [
            max([Line(heads[k]).cell_len, *(Line(cells[k]).cell_len for _unused, cells in rows)])
            for k in range(len(heads))
        ]
        room = max(width - sum(used) - len(heads) - 1, 24)
        subjects = max([Line(self._subject(one)).cell_len for one in self.verdicts], default=0) + 1
        # The names of families stand in the first column: they get what the quantities leave.
        titles = {Line(self._word(one)).cell_len for one in self._headings()}
        quantities = [Line(self._quantity(one)).cell_len for one in self.verdicts]
        subjects = max(subjects, min(max(titles), room - max(quantities, default=0)))
        subject = min(subjects, max(room - 27, room // 3))
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column(capital(self._word("subject")), width=subject, overflow="fold")
        table.add_column(self._word("quantity"), max_width=room - subject, overflow="fold")
        for name, size in zip(heads, used, strict=True):
            right = name in heads[:3]
            table.add_column(name, width=size, justify="right" if right else "left", no_wrap=True)
        family = ""
        for verdict, cells in sorted(rows, key=lambda row: rank_of(row[0].standard)):
            if verdict.standard != family:
                family = verdict.standard
                title = capital(self._word(family))
                table.add_row(Line(title, style="bold"))
            table.add_row(
                f" {self._subject(verdict)}",
                self._quantity(verdict),
                *cells,
                style=OUTCOME_STYLES[verdict.outcome],
            )
        return table

    def _headings(self) -> set[str]:
        """Return the names of the first column: its own and those of the families."""
        return {"subject", *(one.standard for one in self.verdicts)}

    def _cells(self, verdict: Verdict) -> list[str]:
        numbers = (verdict.required, verdict.achieved, verdict.margin)
        known = [abs(value) for value in numbers if value is not None and math.isfinite(value)]
        factor, unit = unit_scale(verdict.unit, max(known, default=0.0), self.language)
        short = unit.replace(" per ", "/").replace(" a year", "/year")
        unit = "%" if unit.startswith("%") else short
        places = _places(max(known, default=0.0) / factor)
        cells = [
            "-"
            if value is None or not math.isfinite(value)
            else _number(value / factor, places, signed=sign)
            for value, sign in zip(numbers, (False, False, True), strict=True)
        ]
        years = [_years(verdict)] if self._floods else []
        return [*cells, unit if known else "", *years, self._word(verdict.outcome)]

    def _subject(self, verdict: Verdict) -> str:
        return capital(verdict.text("subject", self.language), self.language)

    def _quantity(self, verdict: Verdict) -> str:
        return verdict.text("quantity", self.language)

    def _reasons(self) -> list[Line]:
        """Return why verdicts failed or could not be given; one line for the same reason."""
        shared: dict[tuple[str, str, str], list[str]] = {}
        for verdict in self.verdicts:
            if verdict.outcome == "pass":
                continue
            details = details_of(verdict.as_dict(), self.language)
            key = (verdict.outcome, self._quantity(verdict), details)
            subjects = shared.setdefault(key, [])
            if self._subject(verdict) not in subjects:
                subjects.append(self._subject(verdict))
        lines: list[Line] = []
        for (outcome, quantity, details), subjects in shared.items():
            head = _("{subjects}, {quantity}: ", subjects="; ".join(subjects), quantity=quantity)
            line = Line()
            line.append(head.in_language(self.language), style=OUTCOME_STYLES[outcome])
            line.append(details)
            lines.append(line)
        why = heading("why").in_language(self.language)
        return [Line(""), Line(why, style="bold"), *lines] if lines else []


def _years(verdict: Verdict) -> str:
    """Return the return period reached over the one required; floods only."""
    reached, required = verdict.return_period_reached, verdict.return_period_required
    if reached is None:
        return ""
    period = reached if isinstance(reached, str) else f"{float(f'{reached:.3g}'):g}"
    return period if required is None else f"{period} / {required:g}"


def _places(largest: float) -> int:
    """Return how many decimals the numbers of a line have."""
    return 0 if largest >= 1000 else 2


def _number(value: float, places: int, *, signed: bool) -> str:
    """Return a number; one that would round to nothing keeps more decimals."""
    if 0.0 < abs(value) < 0.5 * 10.0**-places:
        places = 4
    return f"{value:+.{places}f}" if signed else f"{value:.{places}f}"
