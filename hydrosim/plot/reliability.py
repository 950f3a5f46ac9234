"""The reliability diagram of outlooks: how often a danger came where it was given a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.style import INK, QUIET, WATER, add_labels, add_legend, page
from hydrosim.plot.text import capital, say, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "heading", "is_skill", "pages"]

_COLUMNS = 2
_PANEL_IN = 2.0
_FONT = 6.0


def is_skill(dataset: xr.Dataset) -> bool:
    """Tell whether a result is the skill of outlooks of past years."""
    return "bin_probability" in dataset.variables


def heading(dataset: xr.Dataset, danger: str, language: Language) -> str:
    """Return a danger in words."""
    del dataset
    return capital(say(f"danger_{danger}", language))


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return one page with a panel a danger."""
    dangers = [str(danger) for danger in dataset["danger"].to_numpy()]
    rows = -(-len(dangers) // _COLUMNS)
    days = dataset["start"].to_numpy().astype("datetime64[D]")
    figure, panels = page(
        [1.0] * _COLUMNS,
        [_PANEL_IN] * rows,
        title=say("title_reliability", language),
        subtitle=say(
            "sub_reliability",
            language,
            count=days.size,
            months=dataset.attrs["months"],
            first=str(days[0]),
            last=str(days[-1]),
        ),
        top_in=0.45,
        gap_in=0.95,
    )
    axes = [one for row in panels for one in row]
    handles: list[Any] = []
    for ax, danger in zip(axes, dangers, strict=False):
        ax.set_title(heading(dataset, danger, language), pad=14)
        handles += draw(ax, dataset, danger, language)
    for ax in axes[len(dangers) :]:
        ax.set_axis_off()
    add_legend(handles, figure=figure)
    return [figure]


def draw(ax: Axes, dataset: xr.Dataset, danger: str, language: Language) -> list[Any]:
    """Draw how often a danger came in each class of its probability, with the counts of cases.

    The counts stand above the classes; a perfect outlook lies on the diagonal.
    """
    place = [str(one) for one in dataset["danger"].to_numpy()].index(danger)
    probability, came, count = (
        dataset[name].to_numpy()[place]
        for name in ("bin_probability", "bin_frequency", "bin_count")
    )
    known = count > 0
    (perfect,) = ax.plot(
        [0, 100], [0, 100], color=QUIET, linewidth=0.9, linestyle="--",
        label=say("perfect_outlook", language),
    )  # fmt: skip
    (points,) = ax.plot(
        100.0 * probability[known], 100.0 * came[known], marker="o", color=WATER, linewidth=1.0,
        markersize=4.0, label=say("came_in_class", language), clip_on=False, zorder=3,
    )  # fmt: skip
    for number in np.flatnonzero(known).tolist():
        centre = (number + 0.5) / known.size
        ax.text(
            centre, 1.02, str(int(count[number])), transform=ax.transAxes, ha="center",
            va="bottom", fontsize=_FONT, color=INK,
        )  # fmt: skip
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 100)
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.set_yticks([0, 25, 50, 75, 100])
    add_labels(
        ax,
        with_unit(say("outlook_probability", language), "%"),
        with_unit(say("share_came", language), "%"),
    )
    return [points, perfect]
