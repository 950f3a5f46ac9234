"""The verdict board: a line a verdict by family, and below it why some failed."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hydrosim.locale import SEMICOLON, Language, _, listed, unit_scale
from hydrosim.plot.style import OUTCOME_COLOURS, PAGE_WIDTH_IN, page, whole_figure
from hydrosim.plot.text import capital, say, wrapped
from hydrosim.standards import rank_of
from hydrosim.standards.board import details_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Columns = tuple[tuple[str, float, float, bool], ...]

__all__ = ["Judged", "draw", "pages", "sheet"]

_FONT = 7.2
_LINE_IN = 0.143
_HEAD_IN = 0.24
_PAGE_IN = 10.3
_WHY_WIDTH_IN = 7.55
_NAMES = 2
"""Columns that hold names: the subject and the quantity."""
_NAME_LINES = 3
_WHY_LINES = 4
_MARKS = {"pass": "o", "fail": "X", "not provable": "^", "not judged": "s"}
# name, left edge [inch], width [inch], right-aligned
_COLUMNS = (
    ("subject", 0.28, 2.44, False),
    ("quantity", 2.76, 2.20, False),
    ("required", 5.00, 0.68, True),
    ("achieved", 5.72, 0.68, True),
    ("margin", 6.44, 0.68, True),
    ("unit", 7.20, 0.80, False),
)
_FLOOD_COLUMNS = (
    ("subject", 0.28, 1.95, False),
    ("quantity", 2.28, 2.20, False),
    ("required", 4.48, 0.62, True),
    ("achieved", 5.14, 0.62, True),
    ("margin", 5.80, 0.66, True),
    ("unit", 6.54, 0.46, False),
    ("held_asked", 7.00, 0.98, True),
)
"""With the return periods reached and required, where any verdict has them."""


class Judged(Protocol):
    """A verdict: anything with ``as_dict()`` in the form that verdicts.json has."""

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as a dictionary."""
        ...


class _Line(NamedTuple):
    """A line of the board: a heading, a verdict with its cells, or a piece of a reason.

    ``more``: the rest of the names of the verdict above.
    """

    cells: tuple[str, ...]
    outcome: str = ""
    heading: bool = False
    more: bool = False

    @property
    def height_in(self) -> float:
        return _LINE_IN + (0.05 if self.heading else 0.0)


def sheet(
    dataset: xr.Dataset | None, verdicts: Sequence[Judged | Mapping[str, Any]], language: Language
) -> Axes:
    """Return the Axes of a board of its own, of fitting height."""
    del dataset
    contents = _contents(verdicts)
    title, counts = say("title_verdicts", language), _counts(contents, language)
    return _sheet(_lines(contents, language), title, counts)


def draw(
    ax: Axes,
    dataset: xr.Dataset | None,
    verdicts: Sequence[Judged | Mapping[str, Any]],
    language: Language,
) -> list[Any]:
    """Draw verdicts as a table: outcome by symbol and colour, numbers, margin, and reasons.

    The Dataset is not read: verdicts carry the names that readers know.
    """
    del dataset
    contents = _contents(verdicts)
    _draw(ax, _lines(contents, language), _columns(contents), language)
    return []


def pages(verdicts: Sequence[Judged | Mapping[str, Any]], language: Language) -> list[Figure]:
    """Return the verdict board on as many A4 pages as it needs."""
    contents = _contents(verdicts)
    lines = _lines(contents, language)
    if not contents:
        return []
    sheets: list[list[_Line]] = []
    room = 0.0
    for place, line in enumerate(lines):
        needed = line.height_in + _LINE_IN * _kept_below(lines, place)
        if needed > room:
            sheets.append([])
            room = _PAGE_IN
        sheets[-1].append(line)
        room -= line.height_in
    figures: list[Figure] = []
    for number, some in enumerate(sheets, start=1):
        title = say("title_verdicts", language)
        if len(sheets) > 1:
            title = say("page_of", language, title=title, page=number, pages=len(sheets))
        ax = _sheet(some, title, _counts(contents, language))
        _draw(ax, some, _columns(contents), language)
        figures.append(whole_figure(ax))
    return figures


def _columns(contents: list[dict[str, Any]]) -> Columns:
    """Return the columns of the board."""
    floods = any(content.get("return_period_reached") is not None for content in contents)
    return _FLOOD_COLUMNS if floods else _COLUMNS


def _kept_below(lines: list[_Line], place: int) -> int:
    """Return how many lines stay on the page of a line: two of a heading, the rest of a reason."""
    rest = lines[place + 1 :]
    if lines[place].heading:
        return min(2, len(rest))
    return next((k for k, line in enumerate(rest) if line.heading or line.outcome), len(rest))


def _contents(verdicts: Sequence[Judged | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return verdicts as dictionaries, by family, with their outcome as a word."""
    found: list[dict[str, Any]] = []
    for verdict in verdicts:
        content = verdict if hasattr(verdict, "keys") else verdict.as_dict()  # type: ignore[union-attr]
        found.append(dict(content))  # type: ignore[arg-type]
    for content in found:
        passed = content.get("pass", "not judged")
        content["outcome"] = {True: "pass", False: "fail"}.get(passed, passed)
    return sorted(found, key=lambda content: rank_of(str(content.get("standard", ""))))


def _sheet(lines: list[_Line], title: str, subtitle: str) -> Axes:
    height_in = _HEAD_IN + sum(line.height_in for line in lines)
    return page(
        [1.0],
        [height_in],
        title=title,
        subtitle=subtitle,
        left_in=0.15,
        right_in=0.1,
        top_in=0.12,
        bottom_in=0.34,
    )[1][0][0]


def _counts(contents: list[dict[str, Any]], language: Language) -> str:
    outcomes = [content["outcome"] for content in contents]
    return say(
        "counts",
        language,
        passed=outcomes.count("pass"),
        failed=outcomes.count("fail"),
        unproven=outcomes.count("not provable"),
        unjudged=outcomes.count("not judged"),
    )


def _lines(contents: list[dict[str, Any]], language: Language) -> list[_Line]:
    lines: list[_Line] = []
    columns = _columns(contents)
    family = ""
    for content in contents:
        known = str(content.get("standard", ""))
        if known and known != family:
            family = known
            lines.append(_Line((capital(say(family, language)),), heading=True))
        first, *rest = _cells(content, columns, language)
        lines.append(_Line(first, content["outcome"]))
        lines.extend(_Line(cells, more=True) for cells in rest)
    return lines + _reasons(contents, language)


def _text_of(content: Mapping[str, Any], key: str, language: Language) -> str:
    chinese = str(content.get(f"{key}_zh") or "") if language == "zh" else ""
    return chinese or str(content.get(key, ""))


def _cells(
    content: Mapping[str, Any], columns: Columns, language: Language
) -> list[tuple[str, ...]]:
    """Return the cells of a verdict, and the rest of long names below them."""
    numbers = [content.get(name) for name in ("required", "achieved", "margin")]
    known = [abs(float(value)) for value in numbers if _is_number(value)]  # type: ignore[arg-type]
    factor, unit = unit_scale(str(content.get("unit", "")), max(known, default=0.0), language)
    largest = max(known, default=0.0) / factor
    places = 0 if largest >= 1000 else 2
    cells = [
        _number(value, factor, places, signed=place == 2) for place, value in enumerate(numbers)
    ]
    short = "%" if unit.startswith("%") else unit.replace(" per ", "/").replace(" a year", "/year")
    texts = [
        capital(_text_of(content, "subject", language)),
        _text_of(content, "quantity", language),
        *cells,
        short if known else "",
        _years(content.get("return_period_reached"), content.get("return_period_required")),
    ]
    rows = [
        wrapped(text, width * 72.0 / _FONT, _NAME_LINES if place < _NAMES else 1)
        for place, (text, (_unused, _unused, width, _unused)) in enumerate(
            zip(texts, columns, strict=False)
        )
    ]
    return list(zip_longest(*rows, fillvalue=""))


def _years(reached: Any, required: Any) -> str:
    """Return the return period reached over the one required; empty without one."""
    if reached is None:
        return ""
    period = reached if isinstance(reached, str) else f"{float(f'{reached:.3g}'):g}"
    return period if required is None else f"{period} / {required:g}"


def _reasons(contents: list[dict[str, Any]], language: Language) -> list[_Line]:
    """Return why verdicts failed or could not be given; the same reason stands once."""
    shared: dict[tuple[str, str, str], list[str]] = {}
    for content in contents:
        if content["outcome"] != "pass":
            details = details_of(content, language)
            key = (content["outcome"], _text_of(content, "quantity", language), details)
            subject = capital(_text_of(content, "subject", language))
            if subject not in shared.setdefault(key, []):
                shared[key].append(subject)
    lines: list[_Line] = []
    for (outcome, quantity, details), subjects in shared.items():
        head = _(
            "{subjects}, {quantity}: ", subjects=listed(subjects, SEMICOLON), quantity=quantity
        )
        text = f"{head.in_language(language)}{details}"
        for number, piece in enumerate(wrapped(text, _WHY_WIDTH_IN * 72.0 / _FONT, _WHY_LINES)):
            lines.append(_Line((piece,), "" if number else outcome))
    if not lines:
        return []
    return [_Line((say("title_why", language),), heading=True), *lines]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any, factor: float, places: int, *, signed: bool) -> str:
    if not _is_number(value):
        return "-"
    scaled = float(value) / factor
    if 0.0 < abs(scaled) < 0.5 * 10.0**-places:
        places = 4
    return f"{scaled:+.{places}f}" if signed else f"{scaled:.{places}f}"


def _draw(ax: Axes, lines: list[_Line], columns: Columns, language: Language) -> None:
    box = ax.get_window_extent()
    height_in = _HEAD_IN + sum(line.height_in for line in lines)
    ax.set_xlim(0.0, max(PAGE_WIDTH_IN - 0.25, box.width / ax.figure.dpi))
    ax.set_ylim(-height_in, 0.0)
    ax.set_axis_off()
    heads = tuple(capital(say(name, language)) for name, *_unused in columns)
    _put(ax, heads, columns, -0.11, {"fontweight": "bold", "fontsize": _FONT + 0.2})
    y = -_HEAD_IN + 0.02
    ax.axhline(y, color="#555555", linewidth=0.9)
    points: dict[str, list[float]] = {}
    shaded = last = False
    for line in lines:
        middle = y - line.height_in + _LINE_IN / 2
        if line.heading:
            _put(ax, line.cells, columns, middle, {"fontweight": "bold", "x": 0.04})
            ax.axhline(y - line.height_in, color="#BBBBBB", linewidth=0.6)
            shaded = False
        else:
            last = last if line.more else shaded
            if last:
                ax.axhspan(y - line.height_in, y, color="#F4F4F4", linewidth=0, zorder=0)
            shaded = not last and len(line.cells) > 1
            points.setdefault(line.outcome, []).append(middle)
            _put(ax, line.cells, columns, middle, {"failed": line.outcome == "fail"})
        y -= line.height_in
    _key(ax, points, height_in, language)


def _key(ax: Axes, points: dict[str, list[float]], height_in: float, language: Language) -> None:
    handles: list[Any] = []
    for outcome, colour in OUTCOME_COLOURS.items():
        heights = points.get(outcome, [])
        handles.append(
            ax.scatter(
                [0.12] * len(heights),
                heights,
                marker=_MARKS[outcome],
                s=26,
                color=colour,
                linewidths=0,
                zorder=3,
                label=capital(say(outcome, language)),
            )
        )
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, -0.05 / height_in),
        ncols=4,
        borderaxespad=0.0,
        handletextpad=0.2,
    )


def _put(
    ax: Axes, cells: tuple[str, ...], columns: Columns, middle: float, look: dict[str, Any]
) -> None:
    from matplotlib.text import Text

    figure = ax.get_figure(root=True)
    assert figure is not None
    failed = bool(look.pop("failed", False))
    start = look.pop("x", None)
    for (name, left, width, right), cell in zip(columns, cells, strict=False):
        if not cell:
            continue
        strong = failed and name == "margin"
        more: dict[str, Any] = {"fontweight": "bold"} if strong else {}
        text = Text(
            left + width if right else left if start is None else start,
            middle,
            cell,
            va="center_baseline",
            ha="right" if right else "left",
            color=OUTCOME_COLOURS["fail"] if strong else "#222222",
            transform=ax.transData,
            **{"fontsize": _FONT, **look, **more},
        )
        # Not by ax.text: giving hundreds of texts a clip path takes longer than drawing them.
        figure.add_artist(text)
