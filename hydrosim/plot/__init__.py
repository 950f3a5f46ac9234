"""Pictures for a report: from a Dataset to matplotlib Axes, and all of them to files.

``plot(NAME, result, ...)`` draws one picture of the table PICTURES; ``plot_NAME(result, ...)`` is
the same under its own name. :func:`plot_all` writes the whole set as PNG files and
:func:`plot_file` does so for a saved run. matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from hydrosim.plot.catalogue import FLOOD_PLOT_NAMES, PLOT_NAMES, Drawn, plot_all, plot_file
from hydrosim.plot.pictures import PICTURES, plot

__all__ = [
    "FLOOD_PLOT_NAMES",
    "PICTURES",
    "PLOT_NAMES",
    "Drawn",
    "plot",
    "plot_all",
    "plot_file",
]


def __getattr__(name: str) -> Any:
    """Return what draws one picture of the table, such as ``plot_storage``."""
    picture = name.removeprefix("plot_")
    if picture == name or picture not in PICTURES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return partial(plot, picture)


def __dir__() -> list[str]:
    return sorted([*globals(), *(f"plot_{name}" for name in PICTURES)])
