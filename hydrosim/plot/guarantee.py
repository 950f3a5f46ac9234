"""Who keeps the guarantee in dry years, with what groundwater, and with what for the rivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.locale import Language, _
from hydrosim.plot.style import INK, LIMIT, QUIET, add_labels, add_legend, drawing, page
from hydrosim.reading.words import word

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "pages", "sheet", "write_guarantee"]

KEEPS, MISSES = "#009E73", LIMIT
ROW_IN = 0.19
GAP_IN = 0.25
FILE = "guarantee_in_dry_years.png"
_WORDS = {
    "title": _("The guarantee in dry years, and its price"),
    "subtitle": _("full: means of dry years; hollow: of all years; line: what is asked for"),
    "keeps": _("keeps the guarantee"),
    "unproven": _("record too short to prove"),
    "misses": _("does not keep it"),
    "all": _("all years"),
    "asked": _("asked for"),
    "full_years": _("{use}: years of full supply, %"),
    "groundwater_pumped": _("groundwater, 10⁸ m³ a year"),
    "replenished": _("to rivers, 10⁸ m³ a year"),
}


class _Panel(NamedTuple):
    """A column of a frame that is drawn, and that of all years beside it."""

    name: str
    beside: str


PANELS = (
    _Panel("full_years", "full_years_all"),
    _Panel("groundwater_pumped", "groundwater_pumped_all"),
    _Panel("replenished", "replenished_all"),
)


def _say(key: str, language: Language) -> str:
    return _WORDS[key].in_language(language)


def sheet(frame: pd.DataFrame, language: Language) -> Axes:
    """Return the Axes of a panel of its own."""
    del language
    return page([1.0], [max(1.0, ROW_IN * len(frame))], top_in=0.4, left_in=1.9)[1][0][0]


def draw(
    ax: Axes, frame: pd.DataFrame, language: Language, *, name: str = "full_years"
) -> list[Any]:
    """Draw one panel: a line a run, the mean of dry years and that of all years.

    ``name`` is ``full_years``, ``groundwater_pumped`` or ``replenished``.
    """
    _draw(ax, frame, next(one for one in PANELS if one.name == name), language)
    return []


def write_guarantee(frame: pd.DataFrame, folder: Path, language: str = "en") -> list[Path]:
    """Write the picture of the guarantee in dry years; none where nothing is known of them."""
    if not len(frame):
        return []
    with drawing(language) as spoken:
        pages(frame, spoken)[0].savefig(folder / FILE)
    return [folder / FILE]


def pages(frame: pd.DataFrame, language: Language) -> list[Figure]:
    """Return one page with a panel a figure; none where nothing is known of dry years."""
    if not len(frame):
        return []
    shown = [one for one in PANELS if bool(frame[one.name].notna().any())]
    figure, rows = page(
        [1.0] * len(shown),
        [max(0.8, ROW_IN * len(frame) + 0.1)],
        title=_say("title", language),
        subtitle=_say("subtitle", language),
        left_in=1.9,
        between_in=GAP_IN,
    )
    handles: dict[str, Any] = {}
    for place, (ax, panel) in enumerate(zip(rows[0], shown, strict=True)):
        handles |= _draw(ax, frame, panel, language)
        if place:
            ax.tick_params(labelleft=False)
    add_legend(list(handles.values()), figure=figure)
    return [figure]


def _draw(ax: Axes, frame: pd.DataFrame, panel: _Panel, language: Language) -> dict[str, Any]:
    handles: dict[str, Any] = {}
    records: list[Any] = frame.to_dict("records")
    for place, row in enumerate(records):
        y = len(records) - 1 - place
        key, colour = ("keeps", KEEPS) if row["keeps"] else ("misses", MISSES)
        if not row["provable"]:
            key, colour = "unproven", QUIET
        ends = [float(row[panel.name]), float(row[panel.beside])]
        ax.plot(ends, [y, y], color=colour, linewidth=0.8, alpha=0.5)
        (hollow,) = ax.plot(
            ends[1:], [y], marker="o", markersize=4, linestyle="none", markerfacecolor="white",
            markeredgecolor=QUIET, label=_say("all", language),
        )  # fmt: skip
        (mark,) = ax.plot(
            ends[:1], [y], color=colour, marker="o", markersize=4.5, linestyle="none",
            label=_say(key, language),
        )  # fmt: skip
        handles.setdefault(key, mark)
        handles.setdefault("all", hollow)
    if panel.name == "full_years":
        required = float(records[0]["required"])
        line = ax.axvline(
            required, color=INK, linewidth=0.9, linestyle="--", label=_say("asked", language)
        )
        handles["asked"] = line
        _from_below_to_all(ax, frame, required)
    ax.set_yticks(range(len(records)), [str(row["run"]) for row in reversed(records)])
    ax.set_ylim(-0.6, len(records) - 0.4)
    ax.locator_params(axis="x", nbins=4)
    use = str(records[0]["use"])
    spoken = word(use).in_language(language)
    add_labels(ax, x=_say(panel.name, language).format(use=spoken))
    return handles


def _from_below_to_all(ax: Axes, frame: pd.DataFrame, required: float) -> None:
    """Let the axis of a share end at all of it, and begin below what was reached and asked for."""
    lowest = float(np.nanmin([required, *frame["full_years"], *frame["full_years_all"]]))
    room = max(0.05 * (100.0 - lowest), 0.5)
    ax.set_xlim(max(lowest - room, 0.0) if lowest > 0.0 else -1.0, 100.0 + room)
