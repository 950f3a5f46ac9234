"""The summary that a run prints: tables and the verdict board on the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text as Line

from hydrosim.reading.text import unit_scale
from hydrosim.reading.words import LANGUAGES, WORDS, Language, word
from hydrosim.report import tables
from hydrosim.standards import rank_of
from hydrosim.standards.board import OUTCOMES, details_of
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import xarray as xr
    from rich.console import Console, ConsoleOptions, RenderableType

    from hydrosim.standards.verdict import Verdict

__all__ = ["VerdictBoard", "summary_tables", "verdict_board"]

SHARES = ("shortage_share", "worst_share")
WHOLE = ("worst_year",)
STYLES = {"pass": "green", "fail": "bold red", "not provable": "yellow", "not judged": "dim"}
_WORDS = {
    "supply_title": ("Supply by source and use, 10⁸ m³ a year", "分水源分用途供水量（亿m³/年）"),
    "shortage_title": ("Demand and shortage by use, 10⁸ m³ a year", "分用途需水与缺水（亿m³/年）"),
    "storage_title": (
        "Storage, 10⁸ m³, and stored in wet years, used in dry years, 10⁸ m³ a year",
        "蓄水量（亿m³）与丰蓄枯用（亿m³/年）",
    ),
    "replenishment_title": (
        "Replenished rivers and lakes by source, 10⁸ m³ a year",
        "河湖生态补水分水源（亿m³/年）",
    ),
    "in_lieu_title": (
        "In-lieu credit of imports, 10⁸ m³ a year; standing, 10⁸ m³",
        "外调水置换水库水量（亿m³/年）与结存（亿m³）",
    ),
    "in_lieu_booked": ("booked", "置换新增"),
    "in_lieu_moved": ("moved in", "转入"),
    "in_lieu_used": ("used", "动用"),
    "in_lieu_lapsed": ("lapsed", "弃损"),
    "in_lieu_credit": ("standing", "期末结存"),
    "in_lieu_largest": ("largest", "最大结存"),
    "budget_title": ("Water budget, 10⁸ m³ a year", "水量收支（亿m³/年）"),
    "shortage_share": ("share short", "缺水率"),
    "worst_year": ("worst year", "缺水最多年份"),
    "worst_share": ("short in it", "该年缺水率"),
    "mean_storage": ("mean", "平均蓄量"),
    "stored_in_wet_years": ("stored in wet years", "丰水年年均蓄入"),
    "drawn_in_dry_years": ("drawn in dry years", "枯水年年均供出"),
    "lowest": ("lowest", "最低"),
    "highest": ("highest", "最高"),
    "all_reservoirs_and_lakes": ("all reservoirs and lakes", "水库湖泊合计"),
    "in": ("in", "收入"),
    "out": ("out", "支出"),
    "storage_change": ("from (in) or to (out) storage", "蓄变量（收入为释出，支出为蓄入）"),
    "why": ("Why", "说明"),
}


def _say(key: str, language: Language) -> str:
    pair = _WORDS.get(key)
    return word(key, language) if pair is None else pair[LANGUAGES.index(language)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(column: str, value: Any) -> str:
    if not math.isfinite(value):
        return "-"
    if column in SHARES:
        return f"{100.0 * value:.1f} %"
    return f"{value:.0f}" if column in WHOLE else f"{value + 0.0:.3f}"


def _table(dataset: xr.Dataset, title: str, frame: pd.DataFrame, language: Language) -> Table:
    table = Table(
        title=_say(title, language),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    for column in frame.columns:
        table.add_column(_say(str(column), language), justify="right", vertical="bottom")
    last = {"total", "all_reservoirs_and_lakes", "storage_change"}
    columns = [str(column) for column in frame.columns]
    numbers = frame.to_numpy(dtype=float)
    for plain, row in zip((str(name) for name in frame.index), numbers.tolist(), strict=True):
        told = (
            _say(plain, language)
            if plain in WORDS or plain in _WORDS
            else item_title(dataset, plain, language)
        )
        cells = [_shown(column, value) for column, value in zip(columns, row, strict=True)]
        table.add_row(_capital(told), *cells, style="bold" if plain in last else "")
    return table


def _language(language: str) -> Language:
    return "zh" if language == "zh" else "en"


def summary_tables(dataset: xr.Dataset, language: str = "en") -> Iterator[Table]:
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
        yield _table(dataset, "shortage_title", tables.shortage_table(dataset), spoken)
    if "year_storage_end" in dataset:
        yield _table(dataset, "storage_title", tables.storage_table(dataset), spoken)
    if tables.has_ledger(dataset):
        replenished = tables.replenishment_table(dataset)
        if len(replenished):
            yield _table(dataset, "replenishment_title", replenished, spoken)
    if "in_lieu_booked" in dataset:
        credit = tables.in_lieu_table(dataset)
        if len(credit):
            yield _table(dataset, "in_lieu_title", credit, spoken)
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
        Verdicts in the order in which they are told.
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
            Line(f"{_capital(self._word('verdicts'))}: {self._counts()}", style="bold"),
            self._lines(options.max_width),
            *self._reasons(),
        )

    def _word(self, key: str) -> str:
        return word(key, self.language)

    def _counts(self) -> str:
        outcomes = [verdict.outcome for verdict in self.verdicts]
        told = [
            f"{outcomes.count(outcome)} {self._word(outcome)}"
            if self.language == "en"
            else f"{self._word(outcome)} {outcomes.count(outcome)}"
            for outcome in OUTCOMES
        ]
        return ", ".join(told) if self.language == "en" else "，".join(told)

    def _lines(self, width: int) -> Table:
        rows = [(verdict, self._cells(verdict)) for verdict in self.verdicts]
        heads = [self._word(name) for name in ("required", "achieved", "margin", "unit", "verdict")]
        if self._floods:
            heads.insert(4, self._word("held_asked"))
        used = [
            max([Line(heads[k]).cell_len, *(Line(cells[k]).cell_len for _, cells in rows)])
            for k in range(len(heads))
        ]
        room = max(width - sum(used) - len(heads) - 1, 24)
        subjects = max([Line(self._subject(one)).cell_len for one in self.verdicts], default=0) + 1
        subject = min(subjects, max(room - 27, room // 3))
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column(_capital(self._word("subject")), width=subject, no_wrap=True)
        table.add_column(self._word("quantity"), max_width=room - subject, no_wrap=True)
        for name, size in zip(heads, used, strict=True):
            right = name in heads[:3]
            table.add_column(name, width=size, justify="right" if right else "left", no_wrap=True)
        family = ""
        for verdict, cells in sorted(rows, key=lambda row: rank_of(row[0].standard)):
            if verdict.standard != family:
                family = verdict.standard
                title = _capital(self._word(family))
                table.add_row(Line(title, style="bold", overflow="ellipsis"))
            table.add_row(
                f" {self._subject(verdict)}",
                self._quantity(verdict),
                *cells,
                style=STYLES[verdict.outcome],
            )
        return table

    def _cells(self, verdict: Verdict) -> list[str]:
        numbers = (verdict.required, verdict.achieved, verdict.margin)
        known = [abs(value) for value in numbers if value is not None and math.isfinite(value)]
        factor, unit = unit_scale(verdict.unit, max(known, default=0.0), self.language)
        short = unit.replace(" per ", "/").replace(" a year", "/year")
        unit = "%" if unit.startswith("%") else short
        places = _places(max(known, default=0.0) / factor)
        told = [
            "-"
            if value is None or not math.isfinite(value)
            else _number(value / factor, places, signed=sign)
            for value, sign in zip(numbers, (False, False, True), strict=True)
        ]
        years = [_years(verdict)] if self._floods else []
        return [*told, unit if known else "", *years, self._word(verdict.outcome)]

    def _subject(self, verdict: Verdict) -> str:
        chinese = self.language == "zh" and verdict.subject_zh
        return verdict.subject_zh if chinese else _capital(verdict.subject)

    def _quantity(self, verdict: Verdict) -> str:
        chinese = self.language == "zh" and verdict.quantity_zh
        return verdict.quantity_zh if chinese else verdict.quantity

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
        colon, comma = ("：", "，") if self.language == "zh" else (": ", ", ")
        for (outcome, quantity, details), subjects in shared.items():
            line = Line()
            line.append(f"{'; '.join(subjects)}{comma}{quantity}{colon}", style=STYLES[outcome])
            line.append(details)
            lines.append(line)
        return [Line(""), Line(_say("why", self.language), style="bold"), *lines] if lines else []


def _years(verdict: Verdict) -> str:
    """Return the return period reached over the one required; floods only."""
    reached, required = verdict.return_period_reached, verdict.return_period_required
    if reached is None:
        return ""
    told = reached if isinstance(reached, str) else f"{float(f'{reached:.3g}'):g}"
    return told if required is None else f"{told} / {required:g}"


def _places(largest: float) -> int:
    """Return how many decimals the numbers of a line have."""
    return 0 if largest >= 1000 else 2


def _number(value: float, places: int, *, signed: bool) -> str:
    """Return a number; one that would round to nothing keeps more decimals."""
    if 0.0 < abs(value) < 0.5 * 10.0**-places:
        places = 4
    return f"{value:+.{places}f}" if signed else f"{value:.{places}f}"
