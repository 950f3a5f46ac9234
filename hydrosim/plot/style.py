"""One look for all pictures: colours, fonts, pages and legends (drawn with Agg, no windows)."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from hydrosim.locale import Language
from hydrosim.plot.fonts import chinese_font, lent_font
from hydrosim.plot.text import check_language, text_width

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "CLASS_COLOURS",
    "DPI",
    "INK",
    "LIMIT",
    "OUTCOME_COLOURS",
    "QUIET",
    "SOURCE_COLOURS",
    "SOURCE_KINDS",
    "USE_COLOURS",
    "WATER",
    "ZONE_COLOURS",
    "add_labels",
    "add_legend",
    "drawing",
    "few_ticks",
    "grow_bottom",
    "new_axes",
    "page",
    "share_x",
    "share_y",
    "zone_colours",
]

DPI = 110
PAGE_WIDTH_IN = 8.27
INK = "#222222"
QUIET = "#666666"
WATER = "#0072B2"
LIMIT = "#D55E00"

# Okabe and Ito (2008), with wine and grey after Tol (2021): safe for colour-blind readers.
SOURCE_COLOURS: dict[str, str] = {
    "surface": "#56B4E9",
    "yangtze": "#0072B2",
    "yellow": "#E69F00",
    "reclaimed": "#009E73",
    "groundwater_shallow": "#D55E00",
    "groundwater_deep": "#882255",
    "other": "#999999",
}
SOURCE_KINDS = tuple(SOURCE_COLOURS)
USE_COLOURS: dict[str, str] = {
    "domestic": "#332288",
    "industry": "#CC79A7",
    "agriculture": "#DDCC77",
    "ecology": "#44AA99",
    "recharge": "#8C6D46",
    "other": "#999999",
}
CLASS_COLOURS = {
    "wet": "#0072B2",
    "normal": "#999999",
    "dry": "#D55E00",
    "incomplete": "#DDDDDD",
}
OUTCOME_COLOURS = {
    "pass": "#0072B2",
    "fail": "#D55E00",
    "not provable": "#E69F00",
    "not judged": "#777777",
}
# Pale tints after Tol (2021), behind dark lines.
ZONE_COLOURS = {
    "dead": "#DDDDDD",
    "reserve": "#FFCCCC",
    "carryover": "#EEEEBB",
    "lake": "#CCDDAA",
    "storage": "#CCEEFF",
    "flood": "#E3DAEE",
    "flood_limit": "#E3DAEE",
    "dam_safety": "#F4E4D6",
}
_OTHER_TINTS = (
    "#BBCCEE", "#D5EDE5", "#E9DCC3", "#F0D5E2", "#F7D08A", "#C9C2E8",
    "#A9D3DE", "#F5B9A8", "#B8E0A8", "#D8B4D0", "#C8B79E", "#E4EC8C",
)  # fmt: skip


@lru_cache(maxsize=8)
def _settings(families: tuple[str, ...], chinese: bool) -> dict[Any, Any]:
    return {
        "font.family": list(families),
        "font.size": 8.5,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 5.0,
        "axes.labelsize": 8.5,
        "axes.labelcolor": INK,
        "axes.edgecolor": "#888888",
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": not chinese,
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.6,
        "xtick.labelsize": 8.0,
        "ytick.labelsize": 8.0,
        "xtick.color": "#444444",
        "ytick.color": "#444444",
        "axes.titley": 1.0,
        "xtick.bottom": False,
        "ytick.left": False,
        "xtick.major.pad": 4.0,
        "ytick.major.pad": 4.0,
        "legend.fontsize": 8.0,
        "legend.frameon": False,
        "legend.handlelength": 1.6,
        "legend.columnspacing": 1.6,
        "lines.linewidth": 1.1,
        "hatch.linewidth": 0.5,
        "path.simplify": True,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
        "text.color": INK,
    }


@contextmanager
def drawing(language: str) -> Generator[Language]:
    """Set fonts and lines for the pictures drawn inside; yield the checked language.

    Raises
    ------
    DataError
        If the language is unknown or no installed font carries it.
    """
    import matplotlib as mpl

    known = check_language(language)
    if known == "zh":
        families = (chinese_font(), "DejaVu Sans")
    else:
        # Names of nodes may be Chinese in an English picture.
        lent = lent_font()
        families = ("DejaVu Sans", lent) if lent else ("DejaVu Sans",)
    with mpl.rc_context(_settings(families, known == "zh")):
        yield known


def new_axes(height_in: float, left_in: float) -> Axes:
    """Return the Axes of a new figure of A4 width."""
    return page([1.0], [height_in], top_in=0.35, left_in=left_in)[1][0][0]


def page(
    widths: Sequence[float],
    heights_in: Sequence[float],
    *,
    title: str = "",
    subtitle: str = "",
    left_in: float = 0.8,
    right_in: float = 0.25,
    top_in: float = 0.3,
    bottom_in: float = 0.55,
    gap_in: float = 0.55,
    between_in: float = 0.6,
    width_in: float = PAGE_WIDTH_IN,
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure of A4 width and its Axes, by row and column.

    Parameters
    ----------
    widths
        Relative widths of the columns.
    heights_in
        Heights of the rows [inch].
    title, subtitle
        Heading of the page; the top margin grows for them.
    left_in, right_in, top_in, bottom_in, gap_in, between_in
        Margins and the distances between rows and columns [inch].
    width_in
        Width of the page [inch].
    """
    from matplotlib.figure import Figure

    from hydrosim.plot.canvas import QuickCanvas

    subtitle_lines = subtitle.count("\n") + 1 if subtitle else 0
    head_in = (0.38 if title else 0.0) + 0.17 * subtitle_lines
    height_in = top_in + head_in + sum(heights_in) + gap_in * (len(heights_in) - 1) + bottom_in
    figure = Figure(figsize=(width_in, height_in), dpi=DPI)
    QuickCanvas(figure)
    if title:
        _add_heading(figure, title, subtitle)
    room = width_in - left_in - right_in - between_in * (len(widths) - 1)
    rows: list[list[Axes]] = []
    y_in = height_in - top_in - head_in
    for row_in in heights_in:
        x_in = left_in
        row: list[Axes] = []
        for share in widths:
            column_in = room * share / sum(widths)
            corner = (x_in / width_in, (y_in - row_in) / height_in)
            size = (column_in / width_in, row_in / height_in)
            row.append(figure.add_axes((*corner, *size)))
            x_in += column_in + between_in
        rows.append(row)
        y_in -= row_in + gap_in
    return figure, rows


def _add_heading(figure: Figure, title: str, subtitle: str) -> None:
    width_in, height_in = (float(size) for size in figure.get_size_inches())
    x, y = 0.2 / width_in, 1.0 - 0.14 / height_in
    figure.text(x, y, title, fontsize=12.5, fontweight="bold", va="top", ha="left")
    figure.text(
        x,
        y - 0.27 / height_in,
        subtitle,
        fontsize=8.0,
        color=QUIET,
        va="top",
        ha="left",
        linespacing=1.35,
    )


def whole_figure(ax: Axes) -> Figure:
    """Return the figure that an Axes stands in."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def chunks(panels: list[T], count: int) -> list[list[T]]:
    """Return what stands on each page: at most ``count`` panels each."""
    return [panels[first : first + count] for first in range(0, len(panels), count)]


def grow_bottom(figure: Figure, inches: float) -> None:
    """Add room below everything that a figure holds."""
    width, height = (float(size) for size in figure.get_size_inches())
    taller = height + inches
    boxes = [(legend, legend.get_bbox_to_anchor()) for legend in figure.legends]
    anchors = [(legend, (box.x0 / figure.dpi, box.y0 / figure.dpi)) for legend, box in boxes]
    figure.set_size_inches(width, taller)
    for ax in figure.axes:
        box = ax.get_position()
        ax.set_position(
            (box.x0, (box.y0 * height + inches) / taller, box.width, box.height * height / taller)
        )
    for text in figure.texts:
        x, y = text.get_position()
        text.set_position((x, (y * height + inches) / taller))
    for legend, (x, y) in anchors:
        legend.set_bbox_to_anchor((x / width, (y + inches) / taller), figure.transFigure)


def add_legend(
    handles: Sequence[Any], *, figure: Figure | None = None, ax: Axes | None = None
) -> None:
    """Put a legend below a whole figure (which grows), or below one Axes that the caller gave.

    Parameters
    ----------
    handles
        Artists with labels; a label that came before is left out.
    figure
        The figure, when it is all ours.
    ax
        The Axes, when the figure belongs to the caller.
    """
    chosen: dict[str, Any] = {}
    for handle in handles:
        label = str(handle.get_label())
        if label and not label.startswith("_"):
            chosen.setdefault(label, handle)
    if not chosen:
        return
    widest = max(text_width(label) for label in chosen) * 8.0 / 72.0 + 0.45
    keys, artists = list(chosen), list(chosen.values())
    if figure is not None:
        width, height = (float(size) for size in figure.get_size_inches())
        columns = max(1, min(len(keys), int((width - 0.6) / widest)))
        rows = -(-len(keys) // columns)
        columns = -(-len(keys) // rows)
        grow_bottom(figure, 0.18 * rows + 0.12)
        height = float(figure.get_size_inches()[1])
        figure.legend(
            artists,
            keys,
            loc="lower left",
            bbox_to_anchor=(0.2 / width, 0.06 / height),
            ncols=columns,
            borderaxespad=0.0,
        )
    elif ax is not None:
        box = ax.get_window_extent()
        inches = box.width / ax.figure.dpi, box.height / ax.figure.dpi
        columns = max(1, min(len(keys), int(inches[0] / widest)))
        columns = -(-len(keys) // -(-len(keys) // columns))
        ax.legend(
            artists,
            keys,
            loc="upper left",
            bbox_to_anchor=(0.0, -0.5 / inches[1]),
            ncols=columns,
            borderaxespad=0.0,
        )


def add_labels(ax: Axes, x: str = "", y: str = "") -> None:
    """Label the axes at fixed distances; an empty text leaves a label as it is.

    matplotlib would measure every tick label first, which takes longer than drawing the curve.
    """
    box = ax.get_window_extent()
    dpi = ax.figure.dpi
    if x:
        ax.set_xlabel(x, va="top")
        ax.xaxis.set_label_coords(0.5, -0.26 * dpi / box.height)
    if y:
        ax.set_ylabel(y)
        ax.yaxis.set_label_coords(-0.42 * dpi / box.width, 0.5)


def share_x(upper: Sequence[Axes]) -> None:
    """Leave the names of the ticks along x, and the label, to the lowest panel of a column."""
    for ax in upper:
        ax.tick_params(labelbottom=False)
        ax.set_xlabel("")


def share_y(right: Axes, left: Axes) -> None:
    """Give a panel the range of the one to its left, which keeps the names of the ticks."""
    right.set_ylim(left.get_ylim())
    right.yaxis.set_major_locator(left.yaxis.get_major_locator())
    right.tick_params(labelleft=False)
    right.set_ylabel("")


def few_ticks(ax: Axes, count: int = 4) -> None:
    """Put at most about ``count`` ticks along y."""
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]))


def zone_colours(lines: Iterable[str]) -> dict[str, str]:
    """Return the tint of each ladder line: fixed for the usual ones, by name for others."""
    names = sorted(set(lines))
    others = [line for line in names if line not in ZONE_COLOURS]
    tints = {line: _OTHER_TINTS[i % len(_OTHER_TINTS)] for i, line in enumerate(others)}
    return {line: ZONE_COLOURS.get(line) or tints[line] for line in names}
