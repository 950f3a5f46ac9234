"""Differences of runs from one of them with their intervals, a panel a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.locale import Language, _
from hydrosim.plot.style import LIMIT, QUIET, add_labels, add_legend, drawing, page

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages", "sheet", "write_comparison"]

BETTER, WORSE = "#009E73", LIMIT
PER_PAGE = 4
ROW_IN = 0.17
_WORDS = {
    "title": _("Differences from {reference}"),
    "subtitle": _(
        "mean of the paired differences with its interval; grey: the interval holds zero"
    ),
    "better": _("better"),
    "worse": _("worse"),
    "changed": _("changed"),
    "open": _("not clear"),
}


def _say(key: str, language: Language) -> str:
    return _WORDS[key].in_language(language)


def sheet(rows: pd.DataFrame, language: Language) -> Axes:
    """Return the Axes of a panel of its own."""
    del language
    return page([1.0], [max(1.0, ROW_IN * len(rows))], top_in=0.4, left_in=1.9)[1][0][0]


def draw(ax: Axes, rows: pd.DataFrame, language: Language) -> list[Any]:
    """Draw the rows of one key figure of a comparison: a difference a run with its interval."""
    _draw(ax, rows, language)
    return []


def write_comparison(
    table: pd.DataFrame, reference: str, folder: Path, language: str = "en"
) -> list[Path]:
    """Write the pictures of a comparison, ``comparison.png`` and further pages; return them."""
    files: list[Path] = []
    with drawing(language) as spoken:
        for number, figure in enumerate(pages(table, reference, spoken), start=1):
            file = folder / ("comparison.png" if number == 1 else f"comparison_{number}.png")
            figure.savefig(file)
            files.append(file)
    return files


def pages(table: pd.DataFrame, reference: str, language: Language) -> list[Figure]:
    """Return the pages of a comparison: a panel a key figure that changed, four to a page."""
    changed: Any = table.loc[table["difference"].abs() > 0.0, "figure"]
    names = list(dict.fromkeys(map(str, changed if len(changed) else table["figure"])))
    runs = len(set(table["run"]))
    height = max(0.8, ROW_IN * runs + 0.1)
    made: list[Figure] = []
    for first in range(0, len(names), PER_PAGE):
        chosen = names[first : first + PER_PAGE]
        figure, panels = page(
            [1.0],
            [height] * len(chosen),
            title=_say("title", language).format(reference=reference),
            subtitle=_say("subtitle", language),
            left_in=1.9,
            gap_in=0.75,
        )
        handles: dict[str, Any] = {}
        for name, (ax,) in zip(chosen, panels, strict=True):
            chosen_rows: Any = table.loc[table["figure"] == name]
            handles |= _draw(ax, chosen_rows, language)
        add_legend(list(handles.values()), figure=figure)
        made.append(figure)
    return made


def _draw(ax: Axes, rows: pd.DataFrame, language: Language) -> dict[str, Any]:
    handles: dict[str, Any] = {}
    records: list[Any] = rows.to_dict("records")
    for place, row in enumerate(records):
        key = "open"
        if row["clear"]:
            key = {1: "better", -1: "worse", 0: "changed"}[int(row["better"])]
        colour = {"better": BETTER, "worse": WORSE, "open": QUIET, "changed": "#0072B2"}[key]
        y = len(records) - 1 - place
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2.0)
        (mark,) = ax.plot(
            [row["difference"]], [y], color=colour, marker="o", markersize=4, linestyle="none",
            label=_say(key, language),
        )  # fmt: skip
        handles.setdefault(key, mark)
    ax.axvline(0.0, color="#999999", linewidth=0.8)
    ax.set_yticks(range(len(records)), [str(row["run"]) for row in reversed(records)])
    ax.set_ylim(-0.6, len(records) - 0.4)
    title = str(records[0]["title_zh" if language == "zh" else "title"])
    ax.set_title(f"{title[:1].upper()}{title[1:]}")
    add_labels(ax, x=str(records[0]["unit"]))
    return handles
