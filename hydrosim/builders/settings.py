"""Settings of a run that node and rule types read while they lower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.units import Dimension, MonthDay

__all__ = ["RunSettings", "Use"]


@dataclass(frozen=True)
class Use:
    """A key of the configuration that takes the numbers of a rule.

    Attributes
    ----------
    label
        Where the key stands, such as ``nodes.city.flow``.
    dimension
        What the key holds, with its range.
    unit_fits
        Whether the unit of the rule is known to be one of the dimension.
    """

    label: str
    dimension: Dimension
    unit_fits: bool = True


@dataclass(frozen=True)
class RunSettings:
    """What holds for all nodes and rules of a run.

    Attributes
    ----------
    folder
        Folder from which names of data files count.
    mode, planning_year, water_year
        As the configuration says.
    series
        Names of the rules that stand under ``series:``.
    check_only
        Modelled series may be left out: names, data and units are checked, no flow is simulated.
    by_cost
        Whether costs decide, without a ladder.
    forced
        Rules that other hydrology replaces, with their numbers in SI, (steps,).
    uses
        By rule: the keys that take its numbers.
    """

    folder: Path
    mode: Literal["planning_level", "trajectory"] = "planning_level"
    planning_year: int | None = None
    water_year: MonthDay | None = None
    series: frozenset[str] = frozenset()
    check_only: bool = False
    by_cost: bool = False
    forced: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
