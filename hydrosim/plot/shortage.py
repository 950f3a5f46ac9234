"""Heat map of shortage: year by month, as a share of the demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Language
from hydrosim.plot.style import (
    USE_COLOURS,
    add_labels,
    grow_bottom,
    page,
    share_x,
)
from hydrosim.plot.text import capital, month_names, say
from hydrosim.reading.items import items, require
from hydrosim.reading.steps import monthly_volumes
from hydrosim.reading.supply import firm_claims, uses_of_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["add_key", "draw", "pages"]

# Classes [%]; up to 1 % a period counts as met. White to dark through orange: lightness alone
# tells the order, in grey print too.
_CLASSES = (0, 1, 5, 10, 20, 40, 60, 80, 100)
_COLOURS = (
    "#FFFFFF",
    "#FFF3D6",
    "#FEE0A3",
    "#FBC26F",
    "#F29A44",
    "#D9701E",
    "#9E4208",
    "#4A1C00",
)


def pages(dataset: xr.Dataset, language: Language) -> list[Figure]:
    """Return one page with a heat map for each use that has claims."""
    require(dataset, "demand", "supplied")
    uses = uses_of_claims(dataset)
    members = firm_claims(dataset)
    shown = [use for use in USE_COLOURS if any(uses[place] == use for place in members)]
    if not shown:
        return []
    figure, rows = page(
        [1.0],
        [1.45] * len(shown),
        title=say("title_shortage", language),
        gap_in=0.3,
        left_in=0.65,
    )
    image = None
    for (ax,), use in zip(rows, shown, strict=True):
        image = _draw(ax, dataset, _members(dataset, use, None), language)
        ax.set_title(capital(say(use, language)))
    assert image is not None
    share_x([ax for (ax,) in rows[:-1]])
    add_key([image], figure=figure, language=language)
    return [figure]


def draw(
    ax: Axes,
    dataset: xr.Dataset,
    language: Language,
    *,
    use: str | None = None,
    claim: str | None = None,
) -> list[Any]:
    """Draw the share of the demand that was short, by year and month: of a use, claim or all."""
    image = _draw(ax, dataset, _members(dataset, use, claim), language)
    title = claim or say(use or "title_all_uses", language)
    ax.set_title(f"{say('title_shortage', language)}: {title}")
    return [image]


def _members(dataset: xr.Dataset, use: str | None, claim: str | None) -> list[int]:
    if claim is not None:
        return [place for place, name in enumerate(items(dataset, "claim")) if name == claim]
    uses = uses_of_claims(dataset)
    return [place for place in firm_claims(dataset) if use is None or uses[place] == use]


def _draw(ax: Axes, dataset: xr.Dataset, members: list[int], language: Language) -> AxesImage:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    require(dataset, "demand", "supplied")
    demand, supplied = (
        np.nan_to_num(dataset.variables[name].isel(claim=members).values).sum(axis=-1)
        for name in ("demand", "supplied")
    )
    years, wanted_m3 = monthly_volumes(dataset, demand)
    _, given_m3 = monthly_volumes(dataset, supplied)
    share = np.full(wanted_m3.shape, np.nan)
    asked = np.nan_to_num(wanted_m3) > 0.0
    share[asked] = 100.0 * np.clip(1.0 - given_m3[asked] / wanted_m3[asked], 0.0, 1.0)
    colours = ListedColormap(_COLOURS).with_extremes(bad="#D9D9D9")
    image = ax.imshow(
        np.ma.masked_invalid(share.T),
        cmap=colours,
        norm=BoundaryNorm(_CLASSES, len(_COLOURS)),
        aspect="auto",
        interpolation="nearest",
        extent=(years[0] - 0.5, years[-1] + 0.5, 12.5, 0.5),
    )
    from hydrosim.plot.axes import year_axis

    if asked.any() and float(np.nanmax(share)) < _CLASSES[1]:
        ax.text(
            0.5,
            0.5,
            say("no_shortage", language),
            transform=ax.transAxes,
            ha="center",
            va="center",
            fontsize=8.0,
            color="#555555",
        )
    year_axis(ax, years, capital(say("year", language)))
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    labels = month_names(language)
    shown = [1, 4, 7, 10] if ax.get_window_extent().height / ax.figure.dpi < 1.7 else range(1, 13)
    ax.set_yticks(list(shown), [labels[month - 1] for month in shown])
    add_labels(ax, y=capital(say("month", language)))
    ax.grid(False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)
    return image


def add_key(handles: Sequence[Any], *, figure: Figure, language: Language) -> None:
    """Put the colour scale below a figure, with a patch for months without demand."""
    from matplotlib.patches import Rectangle

    (image,) = handles
    grow_bottom(figure, 0.5)
    width, height = (float(size) for size in figure.get_size_inches())
    ax = figure.add_axes((0.65 / width, 0.38 / height, 3.4 / width, 0.13 / height))
    figure.colorbar(image, cax=ax, orientation="horizontal", spacing="uniform")
    ax.tick_params(length=0)
    ax.set_xlabel(capital(say("short_share", language)), labelpad=2)
    left, bottom = 4.6 / width, 0.38 / height
    figure.add_artist(
        Rectangle(
            (left, bottom),
            0.3 / width,
            0.13 / height,
            facecolor="#D9D9D9",
            edgecolor="#888888",
            linewidth=0.6,
            transform=figure.transFigure,
        )
    )
    figure.text(
        left + 0.4 / width,
        bottom + 0.065 / height,
        say("no_demand", language),
        fontsize=8.0,
        va="center",
    )
