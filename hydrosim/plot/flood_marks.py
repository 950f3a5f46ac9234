"""Characteristic levels on an axis of levels: lines, each named at the right edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language, short
from hydrosim.plot.layout import spaced
from hydrosim.plot.style import INK, LIMIT, QUIET
from hydrosim.plot.text import capital, say, text_width, volume_scale
from hydrosim.reading.flood import event_start, flags, peak_reduction, retained
from hydrosim.reading.items import items
from hydrosim.standards.titles import flood_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = [
    "LEVEL_DASHES",
    "flood_title",
    "flow_text",
    "heading",
    "level_lines",
    "moment_text",
    "reduction_text",
    "retained_text",
    "with_kind_of_crest",
    "within",
]

LEVEL_DASHES: dict[str, tuple[float, ...]] = {
    "normal": (6, 2),
    "warning": (6, 2),
    "guaranteed": (3, 1.5),
    "flood_control": (3, 1.5),
    "design": (7, 2, 1.5, 2),
    "check": (1.2, 1.5),
    "crest": (1, 0),
    "levee_crest": (1, 0),
}
_FONT = 7.2
_NOTE = 7.4
_TITLE = 8.8
_LINE_IN = 0.125


def heading(ax: Axes, title: str, note: str) -> None:
    """Put a title at the left above an axis and a note at the right; inside where both are long."""
    ax.set_title(title, fontsize=_TITLE)
    room_in = ax.get_window_extent().width / ax.figure.dpi
    look: dict[str, Any] = {"fontsize": _NOTE, "color": QUIET}
    if 0.96 * text_width(title) * _TITLE + 0.9 * text_width(note) * _NOTE <= 72.0 * room_in:
        ax.set_title(note, loc="right", fontweight="normal", **look)
    else:
        ax.text(0.99, 0.925, note, ha="right", va="top", transform=ax.transAxes, zorder=6, **look)


def with_kind_of_crest(
    dataset: Result, place: str, levels: Mapping[str, float]
) -> dict[str, float]:
    """Return levels by name, the crest of what is no dam under that of a levee."""
    if "node_is_dam" not in dataset.variables:
        return dict(levels)
    if dict(zip(items(dataset, "node"), flags(dataset, "node_is_dam"), strict=True))[place]:
        return dict(levels)
    return {"levee_crest" if key == "crest" else key: one for key, one in levels.items()}


def level_lines(
    ax: Axes, levels: Mapping[str, float], language: Language, *, labelled: bool = True
) -> list[Any]:
    """Draw a line a level; name them beside the axis, or return them for a legend.

    Parameters
    ----------
    ax
        Where to draw; its limits along y are set.
    levels
        Levels [m] by name; ``limit`` is named only, its line is a series.
    language
        Language of the names.
    labelled
        Name the lines at the right edge, apart from each other; else in the legend.
    """
    handles: list[Any] = []
    for key, level in levels.items():
        if key == "limit" and labelled:
            continue
        label = f"{capital(say(f'level_{key}', language))} {level:.2f} m"
        dashes = LEVEL_DASHES.get(key, (2, 2))
        line = ax.axhline(
            level, color="#555555", linewidth=0.9, dashes=dashes, zorder=2.5,
            label="_" if labelled else label,
        )  # fmt: skip
        if key == "limit":
            line.remove()
            continue
        handles.append(line)
    if labelled:
        _name_lines(ax, levels, language)
        return []
    return handles


def _name_lines(ax: Axes, levels: Mapping[str, float], language: Language) -> None:
    low, high = ax.get_ylim()
    height_in = ax.get_window_extent().height / ax.figure.dpi
    order = sorted(levels, key=lambda key: (levels[key], list(levels).index(key)))
    wanted = [(levels[key] - low) / (high - low) * height_in for key in order]
    places = spaced(wanted, [_LINE_IN] * (len(order) - 1))
    for key, at, natural in zip(order, places, wanted, strict=True):
        ax.annotate(
            f"{say(f'level_{key}', language)} {levels[key]:.2f}",
            (1.0, natural / height_in),
            xycoords="axes fraction",
            xytext=(9.0, (at - natural) * 72.0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_FONT,
            color=LIMIT if key == "limit" else INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.5, "shrinkA": 0,
                        "shrinkB": 0},
        )  # fmt: skip


def flood_title(dataset: Result, event: str, language: Language) -> str:
    """Return what readers call a flood: its title, what design flood it is, else its name."""
    return capital(flood_name(dataset, event).in_language(language))


def moment_text(dataset: Result, event: str, hour: float, language: Language) -> str:
    """Return a time of a flood: month, day and clock, or hours where the flood has no date."""
    start = event_start(dataset, event)
    if start is None or not np.isfinite(hour):
        return say("at_hour", language, hour=hour)
    moment = start + np.timedelta64(round(60.0 * hour), "m")
    return str(moment.astype("M8[m]"))[5:].replace("T", " ")


def reduction_text(dataset: Result, event: str, store: str, language: Language) -> str:
    """Return by how much a store reduces the peak of a flood (削峰率); empty without inflow."""
    cut = peak_reduction(dataset, event, store)
    return say("peak_reduced", language, cut=100.0 * cut) if np.isfinite(cut) else ""


def retained_text(dataset: Result, event: str, store: str, language: Language) -> str:
    """Return what a store retains of a flood (拦蓄量); empty where a result does not say."""
    volume = retained(dataset, event, store)
    if not np.isfinite(volume):
        return ""
    scale = volume_scale(volume, language)
    shown = f"{volume / scale.factor:.3g}"
    return say("flood_retained", language, volume=shown, unit=scale.unit)


def within(values: Floats) -> bool:
    """Tell whether a series holds any number."""
    return bool(np.isfinite(values).any())


def flow_text(flow_m3s: float) -> str:
    """Return a flow [m3/s] with the digits that matter."""
    if not np.isfinite(flow_m3s):
        return "-"
    return short(flow_m3s)
