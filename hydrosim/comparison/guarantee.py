"""What is printed of dry years: the runs that keep the guarantee, and at what price."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hydrosim.comparison.dry_years import DRY_LIMIT
from hydrosim.scenarios.figures import FIGURES, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

__all__ = ["guarantee_answer", "guarantee_table"]

HEADS = {
    "groundwater_pumped": ("pumped 10⁸ m³", "开采 10⁸ m³"),
    "replenished": ("to rivers 10⁸ m³", "补水 10⁸ m³"),
    "water_cost": ("cost 10⁸ yuan", "成本 亿元"),
}
SHOWN = tuple(HEADS)
"""Figures told beside the guarantee: of dry years, and the difference in them."""
USES_ZH = {"domestic": "生活", "industry": "工业", "agriculture": "农业", "ecology": "生态"}


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

    chinese = language == "zh"
    rows: list[Any] = frame.to_dict("records")
    members = any(math.isfinite(float(row["members_keeping"])) for row in rows)
    table = Table(
        title=_title(rows[0], chinese=chinese),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("方案" if chinese else "run", vertical="bottom", no_wrap=True)
    shown = [name for name in SHOWN if bool(frame[name].notna().any())]
    for head in _heads(str(rows[0]["use"]), shown, members=members, chinese=chinese):
        table.add_column(head, justify="right", vertical="bottom", overflow="fold")
    for row in rows:
        style = "green" if row["keeps"] else "bold red"
        cells = [f"{row['full_years']:.1f} {'✓' if row['keeps'] else '✗'}"]
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
    chinese = language == "zh"
    rows: list[Any] = frame.to_dict("records")
    keeping = [row for row in rows if row["keeps"]]
    use, required = str(rows[0]["use"]), float(rows[0]["required"])
    spoken = USES_ZH[use] if chinese else use
    if not keeping:
        best = max(rows, key=lambda row: row["full_years"])
        if chinese:
            return (
                f"枯水年{spoken} {required:g} % 保证率（按年）：无一方案达到；"
                f"最高为 {best['run']}（{best['full_years']:.1f} %）。"
            )
        return (
            f"No run keeps {required:g} % for {use} use in dry years, counted by years; the best "
            f"is {best['run']} with {best['full_years']:.1f} %."
        )
    told = [_best(keeping, name, chinese=chinese) for name in SHOWN]
    rest = [part for part in told if part]
    if chinese:
        first = f"枯水年{spoken} {required:g} % 保证率（按年）："
        first += f"{len(rows)} 个方案中 {len(keeping)} 个达到"
        return f"{first}。" + (f"其中：{'；'.join(rest)}。" if rest else "")
    keep = "keeps" if len(keeping) == 1 else "keep"
    first = f"{len(keeping)} of {len(rows)} runs {keep} {required:g} % for {use} use in dry years"
    first += ", by years."
    return f"{first} Of these, {'; '.join(rest)}." if rest else first


def _best(rows: list[Any], name: str, *, chinese: bool) -> str:
    """Say which of some runs is the best in a figure in dry years."""
    known = [row for row in rows if math.isfinite(float(row[name]))]
    if not known:
        return ""
    figure = FIGURES[name]
    best = max(known, key=lambda row: figure.better * float(row[name]))
    title = title_of(name, "zh" if chinese else "en")
    value = _amount(float(best[name]), figure.unit, chinese=chinese)
    if chinese:
        return f"{title}{'最多' if figure.better > 0 else '最少'}的是 {best['run']}（{value}/年）"
    return f"{'most' if figure.better > 0 else 'least'} {title}: {best['run']} ({value} a year)"


def _amount(number: float, unit: str, *, chinese: bool) -> str:
    """Write a number as a sentence does, with a power of ten that is its factor, not its unit."""
    if chinese:
        unit = unit.replace("10⁸ ", "亿").replace("yuan", "元")
        return f"{number:.2f} {unit}"
    return f"{number:.2f} × {unit}" if unit.startswith("10") else f"{number:.2f} {unit}"


def _title(row: Any, *, chinese: bool) -> str:
    limit, years, asked = 100.0 * DRY_LIMIT, int(row["dry_years"]), f"{row['required']:g} %"
    if chinese:
        return (
            f"枯水年（来水频率 P > {limit:g} %，{years} 个年份）能否保证 {asked} 及其代价；"
            "Δ 为与基准之差"
        )
    return (
        f"Dry years (inflow beyond P = {limit:g} %, {years} of them): who keeps {asked}, and at "
        "what price; Δ from the reference"
    )


def _heads(use: str, shown: Sequence[str], *, members: bool, chinese: bool) -> list[str]:
    heads = [f"{USES_ZH[use]}足额年 %" if chinese else f"{use}, full years %"]
    if members:
        heads.append("达标成员 %" if chinese else "members keeping %")
    for name in shown:
        heads += [HEADS[name][1 if chinese else 0], "Δ"]
    return heads


def _number(value: Any, places: int, *, sign: bool = False) -> str:
    number = float(value)
    if not math.isfinite(number):
        return "-"
    return f"{number:+.{places}f}" if sign else f"{number:.{places}f}"
