"""The verdict board: a table of what standards, goals and targets say about a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hydrosim.plot.data import nodes_of, titled
from hydrosim.plot.style import OUTCOME_COLOURS, PAGE_WIDTH_IN, drawing, page
from hydrosim.plot.text import Language, capital, say, volume_scale, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Judged", "pages", "plot_verdicts"]

_FONT = 7.2
_LINE_IN = 0.125
_PAGE_IN = 9.6
_MARKS = {"pass": "o", "fail": "X", "not provable": "^", "not judged": "s"}
# name, left edge [inch], width [inch], lines at most, right-aligned
_COLUMNS = (
    ("head_subject", 0.32, 1.45, 2, False),
    ("head_quantity", 1.85, 1.75, 2, False),
    ("head_required", 3.66, 0.62, 1, True),
    ("head_achieved", 4.34, 0.62, 1, True),
    ("head_margin", 5.02, 0.62, 1, True),
    ("head_unit", 5.74, 0.58, 2, False),
    ("head_reason", 6.36, 1.60, 5, False),
)


class Judged(Protocol):
    """A verdict: anything with ``as_dict()`` in the form that verdicts.json has."""

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as a dictionary."""
        ...


class _Row(NamedTuple):
    outcome: str
    cells: list[list[str]]

    @property
    def lines(self) -> int:
        return max(len(cell) for cell in self.cells)

    @property
    def height_in(self) -> float:
        return _LINE_IN * self.lines + 0.07


def plot_verdicts(
    dataset: xr.Dataset | None,
    verdicts: Sequence[Judged | Mapping[str, Any]],
    *,
    ax: Axes | None = None,
    language: str = "en",
) -> Axes:
    """Draw verdicts as a table: outcome by symbol and colour, numbers, margin and reason.

    Parameters
    ----------
    dataset
        The result judged, for the names that readers know; None shows the bare names.
    verdicts
        Verdicts, or the dictionaries of a verdicts.json.
    ax
        Where to draw (about 8 inches wide); a new figure of fitting height without it.
    language
        "en" or "zh".
    """
    with drawing(language) as spoken:
        rows = _rows(dataset, verdicts, spoken)
        if ax is None:
            ax = _sheet(rows, 0.0, say("title_verdicts", spoken), _counts(rows, spoken))
        _draw(ax, rows, spoken)
        return ax


def pages(
    dataset: xr.Dataset | None,
    verdicts: Sequence[Judged | Mapping[str, Any]],
    language: str = "en",
) -> list[Figure]:
    """Return the verdict board on as many A4 pages as it needs."""
    with drawing(language) as spoken:
        rows = _rows(dataset, verdicts, spoken)
        sheets: list[list[_Row]] = []
        room = 0.0
        for row in rows:
            if row.height_in > room:
                sheets.append([])
                room = _PAGE_IN
            sheets[-1].append(row)
            room -= row.height_in
        figures: list[Figure] = []
        for number, some in enumerate(sheets, start=1):
            title = say("title_verdicts", spoken)
            if len(sheets) > 1:
                title = say("page_of", spoken, title=title, page=number, pages=len(sheets))
            ax = _sheet(some, 0.0, title, _counts(rows, spoken))
            _draw(ax, some, spoken)
            figure = ax.get_figure(root=True)
            assert figure is not None
            figures.append(figure)
        return figures


def _sheet(rows: list[_Row], extra_in: float, title: str, subtitle: str) -> Axes:
    height_in = 0.3 + sum(row.height_in for row in rows) + extra_in
    return page(
        [1.0],
        [height_in],
        title=title,
        subtitle=subtitle,
        left_in=0.2,
        right_in=0.1,
        top_in=0.2,
        bottom_in=0.38,
    )[1][0][0]


def _counts(rows: list[_Row], language: Language) -> str:
    outcomes = [row.outcome for row in rows]
    return say(
        "counts",
        language,
        passed=outcomes.count("pass"),
        failed=outcomes.count("fail"),
        unproven=outcomes.count("not provable"),
        unjudged=outcomes.count("not judged"),
    )


def _rows(
    dataset: xr.Dataset | None,
    verdicts: Sequence[Judged | Mapping[str, Any]],
    language: Language,
) -> list[_Row]:
    nodes = nodes_of(dataset) if dataset is not None else []
    titles: dict[str, Any] = {str(node["name"]): node.get("title") for node in nodes}
    rows: list[_Row] = []
    for verdict in verdicts:
        content = verdict if hasattr(verdict, "keys") else verdict.as_dict()  # type: ignore[union-attr]
        rows.append(_row(dict(content), titles, language))  # type: ignore[arg-type]
    return rows


def _row(content: dict[str, Any], titles: Mapping[str, Any], language: Language) -> _Row:
    passed = content.get("pass", "not judged")
    outcome = (
        {True: "pass", False: "fail"}.get(passed, passed) if passed in (True, False) else passed
    )
    name = str(content.get("subject", ""))
    subject = titled(titles[name], name, language) if name in titles else name.replace("_", " ")
    unit = str(content.get("unit", ""))
    numbers = [content.get(key) for key in ("required", "achieved", "margin")]
    factor = 1.0
    if unit == "m3":
        known = [abs(float(value or 0.0)) for value in numbers if _is_number(value)]
        factor, unit = volume_scale(max(known, default=0.0), language)
    unit = _unit(unit, language)
    texts = [
        capital(subject),
        capital(str(content.get("quantity", ""))),
        *(_number(value, factor, sign=place == 2) for place, value in enumerate(numbers)),
        unit,
        capital(str(content.get("reason", ""))),
    ]
    cells = [
        wrapped(text, width * 72.0 / _FONT, lines)
        for text, (_, _, width, lines, _) in zip(texts, _COLUMNS, strict=True)
    ]
    return _Row(str(outcome), cells)


def _unit(unit: str, language: Language) -> str:
    """Return a unit as readers write it."""
    if unit in ("", "1", "frac"):
        return "-"
    pretty = unit.replace("m3 s-1", "m³/s").replace("m3", "m³").replace("10^4", "10⁴")
    return pretty.replace("10⁴ yuan", "万元").replace("yuan", "元") if language == "zh" else pretty


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _number(value: Any, factor: float, *, sign: bool) -> str:
    if not _is_number(value):
        return "-"
    scaled = float(value) / factor
    places = 0 if abs(scaled) >= 1000 else 1 if abs(scaled) >= 100 else 2
    if 0.0 < abs(scaled) < 0.1:
        places = 3 if abs(scaled) >= 0.001 else 5
    return f"{scaled:+.{places}f}" if sign else f"{scaled:.{places}f}"


def _draw(ax: Axes, rows: list[_Row], language: Language) -> None:
    box = ax.get_window_extent()
    height_in = 0.3 + sum(row.height_in for row in rows)
    ax.set_xlim(0.0, max(PAGE_WIDTH_IN - 0.3, box.width / ax.figure.dpi))
    ax.set_ylim(-height_in, 0.0)
    ax.set_axis_off()
    for name, left, width, _, right in _COLUMNS:
        ax.text(
            left + width if right else left,
            -0.13,
            capital(say(name, language)),
            fontsize=_FONT + 0.4,
            fontweight="bold",
            va="center",
            ha="right" if right else "left",
        )
    y = -0.26
    ax.axhline(y, color="#555555", linewidth=0.9)
    points: dict[str, list[float]] = {}
    for place, row in enumerate(rows):
        if place % 2:
            ax.axhspan(y - row.height_in, y, color="#F4F4F4", linewidth=0, zorder=0)
        middle = y - row.height_in / 2
        points.setdefault(row.outcome, []).append(middle)
        _draw_cells(ax, row, middle)
        y -= row.height_in
    ax.axhline(y, color="#555555", linewidth=0.9)
    handles: list[Any] = []
    for outcome, colour in OUTCOME_COLOURS.items():
        heights = points.get(outcome, [])
        handles.append(
            ax.scatter(
                [0.14] * len(heights),
                heights,
                marker=_MARKS[outcome],
                s=34,
                color=colour,
                linewidths=0,
                zorder=3,
                label=capital(say(outcome, language)),
            )
        )
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, -0.06 * 1.0 / height_in),
        ncols=4,
        borderaxespad=0.0,
        handletextpad=0.2,
    )


def _draw_cells(ax: Axes, row: _Row, middle: float) -> None:
    failed = row.outcome == "fail"
    for (name, left, width, _, right), cell in zip(_COLUMNS, row.cells, strict=True):
        strong = failed and name == "head_margin"
        ax.text(
            left + width if right else left,
            middle,
            "\n".join(cell),
            fontsize=_FONT,
            va="center",
            ha="right" if right else "left",
            linespacing=1.18,
            color=OUTCOME_COLOURS["fail"] if strong else "#222222",
            fontweight="bold" if strong else "normal",
        )
