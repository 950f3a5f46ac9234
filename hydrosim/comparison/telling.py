"""What is printed of a comparison: differences with their intervals, and changed verdicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hydrosim.comparison.guarantee import guarantee_table
from hydrosim.comparison.sources import NAMES

if TYPE_CHECKING:
    from rich.table import Table

    from hydrosim.comparison.compare import Comparison

__all__ = ["comparison_tables"]

MANY = 6
MAIN = (
    "shortage", "reliability_domestic", "full_years_domestic", "replenished", "groundwater_pumped",
    "water_cost",
)  # fmt: skip
"""Figures that are printed where there are many runs; the table on disk has all."""
STYLES = {1: "green", -1: "bold red", 0: ""}
OUTCOMES_ZH = {
    "pass": "达标", "fail": "不达标", "not provable": "无法证明", "not judged": "未判定",
}  # fmt: skip
OF_MEMBERS = " % of members"
OUTCOME_STYLES = {"pass": "green", "fail": "bold red", "not provable": "yellow"}


def comparison_tables(comparison: Comparison, language: str = "en") -> list[Table]:
    """Return the tables of a comparison in a language, ``en`` or ``zh``."""
    chinese = language == "zh"
    made = [_differences(comparison, chinese=chinese)]
    if len(comparison.guarantee):
        made.append(guarantee_table(comparison.guarantee, language))
    if len(comparison.verdicts):
        made.append(_verdicts(comparison, chinese=chinese))
    return made


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _differences(comparison: Comparison, *, chinese: bool) -> Table:
    share = f"{100.0 * comparison.confidence:.0f} %"
    if chinese:
        paired = "成员" if comparison.by == "member" else f"水文年（{comparison.block} 年一块）"
        title = f"与 {comparison.reference} 之差：按{paired}配对，{share} 区间；* 为区间不含零"
        heads = ("指标", "方案", "均值", "差值", "区间", "")
    else:
        blocks = f"water years in blocks of {comparison.block}"
        paired = "members" if comparison.by == "member" else blocks
        title = (
            f"Differences from {comparison.reference}, paired by {paired}, with {share} intervals; "
            "* where zero lies outside"
        )
        heads = ("figure", "run", "mean", "difference", "interval", "")
    table = _table(title)
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place in (0, 1, 5) else "right", vertical="top")
    many = len(set(comparison.table["run"])) > MANY
    before = ""
    rows: list[Any] = comparison.table.to_dict("records")
    for row in rows:
        name = str(row["figure"])
        if many and name not in MAIN:
            continue
        if name != before:
            title = str(row["title_zh" if chinese else "title"])
            reference = _number(float(row["reference"]))
            head = f"{title[:1].upper()}{title[1:]}, {row['unit']}"
            table.add_row(head, comparison.reference, reference, style="bold")
            before = name
        low, high = float(row["low"]), float(row["high"])
        known = math.isfinite(low) and math.isfinite(high)
        interval = f"{_number(low, sign=True)} … {_number(high, sign=True)}" if known else "-"
        table.add_row(
            "",
            str(row["run"]),
            _number(float(row["mean"])),
            _number(float(row["difference"]), sign=True),
            interval,
            "*" if row["clear"] else "",
            style=STYLES[int(row["better"])],
        )
    return table


def _number(value: float, *, sign: bool = False) -> str:
    if not math.isfinite(value):
        return "-"
    places = 1 if abs(value) >= 100.0 else 3
    return f"{value:+.{places}f}" if sign else f"{value:.{places}f}"


def _verdicts(comparison: Comparison, *, chinese: bool) -> Table:
    """Return the verdicts that changed: a row for each run that differs from the reference."""
    from rich.text import Text

    title = f"与 {comparison.reference} 不同的判定" if chinese else "Verdicts that changed"
    table = _table(title)
    now = "判定" if chinese else "outcome"
    runs = "方案" if chinese else "runs"
    for head in ("", comparison.reference, now, runs):
        table.add_column(head, vertical="top")
    names = [name for name in comparison.verdicts.columns if name not in ("id", *NAMES)]
    for row in comparison.verdicts.to_dict("records"):
        subject, before = str(row["subject"]), str(row[comparison.reference])
        told = f"{subject[:1].upper()}{subject[1:]}, {row['quantity']}"
        if chinese and row["subject_zh"]:
            told = f"{row['subject_zh']}，{row['quantity_zh']}"
        groups: dict[str, list[str]] = {}
        for name in names:
            if row[name] and row[name] != before:
                groups.setdefault(str(row[name]), []).append(name)
        for outcome, found in groups.items():
            table.add_row(
                told,
                _outcome(before, chinese=chinese),
                Text(_outcome(outcome, chinese=chinese), OUTCOME_STYLES.get(outcome, "")),
                ", ".join(found),
            )
    return table


def _outcome(words: str, *, chinese: bool) -> str:
    """Return an outcome, or the share of members that pass, in the language."""
    if not chinese:
        return words
    share = words.removesuffix(OF_MEMBERS)
    return f"{share} % 的成员" if share != words else OUTCOMES_ZH.get(words, words)
