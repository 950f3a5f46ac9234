"""Scenarios beside each other: what their users lack, and how many standards they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language, _
from hydrosim.plot.style import (
    OUTCOME_COLOURS,
    USE_COLOURS,
    add_labels,
    add_legend,
    chunks,
    page,
    share_y,
)
from hydrosim.plot.text import with_unit
from hydrosim.reading.words import word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["SHORT", "pages"]

SHORT = "shortage_"
"""What the columns of shortage by use begin with."""
ROW_IN = 0.19
PER_PAGE = 40
_LETTER_IN = 0.075
_M3_PER_WAN = 1e4


def pages(figures: pd.DataFrame, outcomes: pd.DataFrame, language: Language) -> list[Figure]:
    """Return pages with a bar a scenario: mean shortage by use, and verdicts by outcome.

    Parameters
    ----------
    figures
        A row a scenario, indexed by its name; columns ``shortage_USE`` [m3 a year].
    outcomes
        A row a scenario in the same order; columns are outcomes of verdicts, with their counts.
    language
        "en" or "zh".
    """
    names = [str(name) for name in figures.index]
    uses = [key for key in figures.columns if key.startswith(SHORT)]
    uses = [key for key in uses if bool((figures[key].fillna(0.0) > 0.0).any())]
    kinds = [key for key in outcomes.columns if bool((outcomes[key] > 0).any())]
    made: list[Figure] = []
    # The longest name says how much room all need.
    left_in = min(max(1.0, 0.35 + _LETTER_IN * max(map(len, names), default=0)), 3.0)
    for shown in chunks(list(range(len(names))), PER_PAGE):
        panels = [1.0] * (bool(uses) + bool(kinds))
        if not panels:
            return []
        figure, rows = page(
            panels, [max(0.5, ROW_IN * len(shown))], left_in=left_in, between_in=0.3, top_in=0.3,
            title=_("Scenarios").in_language(language),
            subtitle=_("mean of the complete water years").in_language(language),
        )  # fmt: skip
        axes = list(rows[0])
        handles: list[Any] = []
        if uses:
            values = {key: figures[key].to_numpy(float)[shown] / _M3_PER_WAN for key in uses}
            handles += _bars(axes[0], values, USE_COLOURS, SHORT, language)
            unit = _("10⁴ m³ a year").in_language(language)
            add_labels(axes[0], x=with_unit(word("shortage").in_language(language), unit))
        if kinds:
            counts = {key: outcomes[key].to_numpy(float)[shown] for key in kinds}
            handles += _bars(axes[-1], counts, OUTCOME_COLOURS, "", language)
            add_labels(axes[-1], x=word("verdicts").in_language(language))
        axes[0].set_yticks(range(len(shown)), [names[at] for at in reversed(shown)])
        axes[0].set_ylim(-0.6, len(shown) - 0.4)
        if len(axes) > 1:
            axes[1].set_yticks(range(len(shown)))
            share_y(axes[1], axes[0])
        add_legend(handles, figure=figure)
        made.append(figure)
    return made


def _bars(
    ax: Axes, values: dict[str, Any], colours: dict[str, str], prefix: str, language: Language
) -> list[Any]:
    """Draw stacked bars, the first scenario on top."""
    count = len(next(iter(values.values())))
    places = np.arange(count)[::-1]
    start = np.zeros(count)
    found: list[Any] = []
    for key, lengths in values.items():
        known = np.nan_to_num(lengths)
        name = key.removeprefix(prefix)
        found.append(
            ax.barh(
                places,
                known,
                left=start,
                height=0.68,
                color=colours.get(name, "#999999"),
                label=word(name).in_language(language),
            )
        )
        start += known
    ax.grid(axis="y", visible=False)
    ax.set_xlim(left=0.0)
    ax.locator_params(axis="x", nbins=5)
    return found
