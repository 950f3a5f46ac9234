"""How a store is operated in floods beyond its levels and bands, and how it lowers to a pool."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.units import Flow, FlowOrRule, Length, Level, Number

__all__ = ["CrestWeir", "FloodOperation", "dead_bands", "operation_faults", "safety_level"]

if TYPE_CHECKING:
    from collections.abc import Sequence

BROAD_CREST = 1.7


class PreRelease(BaseModel):
    """Release before a flood that the forecast shows (预泄)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    to: Level = Field(description="Lowest level to which water is released beforehand.")
    when: Flow = Field(description="Forecast inflow above which water is released beforehand.")
    most: Flow | None = Field(
        None, description="Largest pre-release; default the safe discharge below."
    )


class Refill(BaseModel):
    """Keeping the end of a flood (拦蓄洪尾)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    level: Level = Field(description="Level up to which the end of a flood may be kept.")
    below: Flow = Field(
        description="Inflow below which a flood that has been above it counts as over."
    )


class CrestWeir(BaseModel):
    """The dam's crest as a weir, for floods that pass over it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    length: Length = Field(description="Length over which water passes.")
    coefficient: Number = Field(BROAD_CREST, description="C of Q = C L h^1.5, in m0.5/s.")
    height: Length = Field(5.0, description="Depth over the crest up to which the weir counts.")


class FloodOperation(BaseModel):
    """Operation of a store in floods."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    release: FlowOrRule | None = Field(
        None, description="Wished release, such as a rule of level and inflow; default the bands."
    )
    artificial_peak: bool = Field(
        False, description="Whether more than the highest inflow so far may be released."
    )
    pre_release: PreRelease | None = Field(
        None, description="Release before a flood; default none."
    )
    dam_safety: Level | None = Field(
        None,
        description="Level above which the dam's safety alone decides (大坝安全): release bands "
        "hold below it; default the flood-control level, else the next level that is known.",
    )
    refill: Refill | None = Field(None, description="Keeping the end of a flood; default none.")
    crest: CrestWeir | None = Field(
        None, description="The crest as a weir; default all above the crest passes at once."
    )


def safety_level(
    operation: FloodOperation | None, bounds_m: Sequence[float | None]
) -> float | None:
    """Level [m] above which the dam's safety alone decides; None where no such level is known.

    It is that of the operation, else the first known level of those that may not be exceeded.
    """
    if operation is not None and operation.dam_safety is not None:
        return operation.dam_safety
    return next((level for level in bounds_m if level is not None), None)


def dead_bands(
    bands: Sequence[tuple[float | None, float | str]],
    safety_m: float | None,
    lowest_m: float = -math.inf,
) -> list[Fault]:
    """Return a warning for each band that begins where the dam's safety decides already.

    Parameters
    ----------
    bands
        Upper level [m] and cap [m3/s] of each band, from the lowest up; ``inflow`` caps nothing
        that safety would release.
    safety_m
        Level above which the dam's safety alone decides [m]; None where there is none.
    lowest_m
        Lowest limit of the year, below which water is held [m].
    """
    faults: list[Fault] = []
    above = -math.inf
    for place, (up_to, cap) in enumerate(bands):
        if up_to is not None and up_to <= lowest_m:
            found = _(
                "a band up to {up_to:g} m that never acts in floods: below {limit:g} m, the "
                "lowest limit of the year, water is held",
                up_to=up_to,
                limit=lowest_m,
            )
            expected = _("bands above the limit")
            path = ("release_bands", place)
            faults.append(Fault(path, found, expected, severity="warning", engine="flood"))
        if safety_m is not None and above >= safety_m and not isinstance(cap, str):
            span = _("from {above:g} m", above=above)
            if up_to is not None:
                span = _("from {above:g} m to {up_to:g} m", above=above, up_to=up_to)
            faults.append(
                Fault(
                    ("release_bands", place),
                    _(
                        "a cap of {cap:g} m3/s {span} that never acts in floods: "
                        "from {safety_m:g} m on the dam's safety decides alone",
                        cap=cap,
                        span=span,
                        safety_m=safety_m,
                    ),
                    _(
                        "bands below that level, or `flood_operation: {dam_safety: ...}` with a "
                        "level above the band"
                    ),
                    severity="warning",
                    engine="flood",
                )
            )
        above = math.inf if up_to is None else up_to
    return faults


def operation_faults(
    operation: FloodOperation | None,
    dead: float,
    normal: float,
    top: float,
    crest_m: float | None,
) -> list[Fault]:
    """Return what is wrong with the operation of a store in floods (paths relative to the store).

    Parameters
    ----------
    dead, normal, top
        Dead and normal level, and that up to which the end of a flood may be kept at most [m].
    crest_m
        Level of the crest [m]; None where it is not known.
    """
    if operation is None:
        return []
    faults: list[Fault] = []
    if operation.pre_release is not None and not dead < operation.pre_release.to < normal:
        found = f"{operation.pre_release.to:g} m"
        expected = _(
            "a level between dead {dead:g} m and normal {normal:g} m", dead=dead, normal=normal
        )
        faults.append(Fault(("flood_operation", "pre_release", "to"), found, expected))
    if operation.dam_safety is not None and not dead < operation.dam_safety:
        found = f"{operation.dam_safety:g} m"
        expected = _("a level above dead {dead:g} m", dead=dead)
        faults.append(Fault(("flood_operation", "dam_safety"), found, expected))
    if operation.refill is not None:
        if not dead < operation.refill.level <= top:
            found = f"{operation.refill.level:g} m"
            expected = _("a level above dead {dead:g} m and at most {top:g} m", dead=dead, top=top)
            faults.append(Fault(("flood_operation", "refill", "level"), found, expected))
    if operation.crest is not None:
        if crest_m is None:
            expected = _("`crest:` among the levels, at which the weir begins")
            faults.append(
                Fault(("flood_operation", "crest"), _("a weir without a level"), expected)
            )
        weir = operation.crest
        sizes = {"length": weir.length, "coefficient": weir.coefficient, "height": weir.height}
        for key, size in sizes.items():
            if size <= 0:
                path = ("flood_operation", "crest", key)
                faults.append(Fault(path, "0", _("a number above 0")))
    return faults
