"""The `frequency:` block: typical years of design frequencies as an axis of the scenarios."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _
from hydrosim.units import Fraction, Number, RuleKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.builders.settings import RunSettings
    from hydrosim.config.axes import Scenarios
    from hydrosim.rules.base import Rule

__all__ = ["AXIS", "Frequency", "frequency_faults"]

AXIS = "frequency"
"""Name of the axis."""


class Frequency(BaseModel):
    """Typical years (典型年) of design frequencies of inflow, each run as a year by itself.

    Totals of the water years of the period are ranked; of the years near the total of a frequency
    the one with the most adverse course is taken, and its inflow is scaled to that total. Rain and
    evaporation are those of the year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    of: tuple[RuleKey, ...] = Field(
        min_length=1,
        description="Series of inflow, of type series or runoff, whose sum is ranked and scaled.",
    )
    values: tuple[Fraction, ...] = Field(
        (0.5, 0.75, 0.95), min_length=1, description="Exceedance frequencies, rising."
    )
    near: Fraction = Field(
        0.1, le=0.5, description="How near the total of a year has to be, as a share of the design."
    )
    start: Literal["given", "cyclic"] = Field(
        "given",
        description="State at the start of the year. given: as the nodes say; cyclic: that of its "
        "end, as if the year came again and again.",
    )
    cs_over_cv: Number | None = Field(
        None, description="Ratio Cs / Cv of the yearly totals; default from the record."
    )


class WithFrequency(Protocol):
    """What the checks read of a configuration."""

    frequency: Frequency | None
    scenarios: Scenarios | None

    @cached_property
    def all_rules(self) -> dict[str, Rule]:
        """Series and rules by name."""
        ...

    @cached_property
    def settings(self) -> RunSettings:
        """What says which of them are series."""
        ...


def frequency_faults(config: WithFrequency) -> Iterator[Fault]:
    """Yield what is wrong with the block; paths from the root of the config."""
    block = config.frequency
    if block is None:
        return
    for number, name in enumerate(block.of):
        path = (AXIS, "of", number)
        rule = config.all_rules.get(name) if name in config.settings.series else None
        if rule is None:
            expected = _("the name of a series under `series:`")
            yield Fault(path, shown(name), expected, nearest(name, config.settings.series))
        elif "factor" not in type(rule).model_fields:
            expected = _("a series of the type series or runoff")
            yield Fault(path, _("a series that has no `factor`"), expected)
        elif name in block.of[:number]:
            yield Fault(path, _("{name} twice", name=shown(name)), _("each series once"))
    rising = all(before < after for before, after in pairwise(block.values))
    if not rising or not 0.0 < block.values[0] <= block.values[-1] < 1.0:
        yield Fault((AXIS, "values"), ", ".join(f"{100.0 * one:g} %" for one in block.values),
                    _("frequencies between 0 and 100 %, rising"))  # fmt: skip
    if config.scenarios is not None and AXIS in config.scenarios.axes:
        found = _("an axis {axis!r} beside `frequency:`", axis=AXIS)
        yield Fault(("scenarios", "axes", AXIS), found, _("another name"))
