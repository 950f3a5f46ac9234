"""Outlets of a store: gates and free outlets with rating curves, and the staged release caps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum, where
from hydrosim.locale import _
from hydrosim.units import Flow, Level, Name, NodeRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = [
    "Band",
    "Outlet",
    "RatingTable",
    "band_cap",
    "band_faults",
    "caps_by_storage",
    "flow_by_storage",
]

SHARP = 1e-9
"""Share of the largest storage over which an outlet at its sill opens in the supply engine."""
OPENING_M = 0.01
"""Height above the sill over which an outlet reaches its full flow."""


class RatingTable(BaseModel):
    """A rating curve: flow by level."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    level: tuple[Level, ...] = Field(min_length=1, description="Levels, increasing.")
    flow: tuple[Flow, ...] = Field(min_length=1, description="Flow at each level, never falling.")

    def faults(self, *path: str | int) -> list[Fault]:
        """Return what is wrong with the curve."""
        if len(self.level) != len(self.flow):
            found = _(
                "{levels} levels and {flows} flows", levels=len(self.level), flows=len(self.flow)
            )
            return [Fault(path, found, _("as many flows as levels"))]
        faults: list[Fault] = []
        for place in range(1, len(self.level)):
            if self.level[place] <= self.level[place - 1]:
                found = _(
                    "{level:g} m after {before:g} m",
                    level=self.level[place],
                    before=self.level[place - 1],
                )
                faults.append(Fault((*path, "level", place), found, _("levels that rise strictly")))
            if self.flow[place] < self.flow[place - 1]:
                found = _(
                    "{flow:g} m3/s after {before:g} m3/s",
                    flow=self.flow[place],
                    before=self.flow[place - 1],
                )
                faults.append(Fault((*path, "flow", place), found, _("flows that never fall")))
        return faults


class Outlet(BaseModel):
    """A way out of a store: a gate releases by decision, a free outlet by level alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    name: Name = Field(description="Name of the outlet.")
    kind: Literal["gate", "free"] = Field(
        "gate", description="gate: opened by decision; free: an ungated outlet or weir."
    )
    sill: Level | None = Field(
        None, description="Level below which nothing passes; default the rating's lowest level."
    )
    capacity: Flow | None = Field(None, description="Flow at any level above the sill.")
    rating: RatingTable | Literal["storage_curve"] | None = Field(
        None,
        description="Flow by level, fully open; storage_curve: the curve's release capacity.",
    )
    number: int = Field(1, ge=1, description="Number of equal outlets.")
    to: NodeRef | None = Field(
        None, description="Node that it releases to; default the river below the store."
    )

    def sill_m(self, dead_m: float) -> float:
        """Level [m] below which nothing passes, never below the dead level ``dead_m``."""
        sill = self.sill
        if sill is None and isinstance(self.rating, RatingTable):
            sill = self.rating.level[0]
        return max(dead_m, sill) if sill is not None else dead_m

    def flow_m3s(self, builder: Builder, curve: StorageCurve, level: Value, dead_m: float) -> Value:
        """Flow [m3/s] of the fully open outlet at a level [m]; 0 at or below its sill."""
        graph = builder.graph
        if self.capacity is not None:
            flow = graph.constant(self.capacity * self.number)
        elif isinstance(self.rating, RatingTable):
            flows = [number * self.number for number in self.rating.flow]
            flow = graph.curve(self.rating.level, flows)(level)
        else:
            assert curve.release_m3s is not None
            flow = graph.curve(curve.level_m.tolist(), curve.release_m3s.tolist())(level)
        return where(level > self.sill_m(dead_m), flow, 0.0)

    def open_m3s(self, curve: StorageCurve, level_m: float) -> float:
        """Flow [m3/s] of all its openings at a level [m], without regard to the sill."""
        if self.capacity is not None:
            return self.capacity * self.number
        if isinstance(self.rating, RatingTable):
            return float(np.interp(level_m, self.rating.level, self.rating.flow)) * self.number
        assert curve.release_m3s is not None
        return float(np.interp(level_m, curve.level_m, curve.release_m3s)) * self.number

    def points(
        self, curve: StorageCurve, dead_m: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Flow [m3/s] of all its openings by level [m], linear between the points.

        A flow that begins at the sill with more than 0 rises over the first centimetre, so that
        the curve is continuous.
        """
        sill = self.sill_m(dead_m)
        if self.capacity is not None:
            level, flow = np.array([sill]), np.array([self.capacity])
        elif isinstance(self.rating, RatingTable):
            level, flow = np.array(self.rating.level), np.array(self.rating.flow)
        else:
            assert curve.release_m3s is not None
            level, flow = curve.level_m, curve.release_m3s
        first = float(np.interp(sill, level, flow))
        start = [(sill, 0.0)] if first == 0.0 else [(sill, 0.0), (sill + OPENING_M, first)]
        points = start + [
            (float(z), float(q)) for z, q in zip(level, flow, strict=True) if z > start[-1][0]
        ]
        levels, flows = np.array(points).T
        return levels, flows * self.number

    def faults(self, curve: StorageCurve, *path: str | int) -> list[Fault]:
        """Return what is wrong with the outlet."""
        if (self.capacity is None) == (self.rating is None):
            found = _("both") if self.capacity is not None else _("neither")
            return [Fault(path, found, _("either `capacity` or `rating`"))]
        faults: list[Fault] = []
        if isinstance(self.rating, RatingTable):
            faults.extend(self.rating.faults(*path, "rating"))
        elif self.rating is not None and curve.release_m3s is None:
            faults.append(
                Fault(
                    (*path, "rating"),
                    _("a storage curve without release capacity"),
                    _("a column release_capacity_m3s in the storage curve, or a rating table"),
                )
            )
        if self.sill is not None and not curve.bottom_m <= self.sill < curve.top_m:
            found = f"{self.sill:g} m"
            expected = _(
                "a sill inside the curve, {bottom_m:g} to {top_m:g} m",
                bottom_m=curve.bottom_m,
                top_m=curve.top_m,
            )
            faults.append(Fault((*path, "sill"), found, expected))
        return faults


class Band(BaseModel):
    """A band of levels with the largest release allowed in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    up_to: Level | None = Field(
        None, description="The band holds below this level; without it, above all others."
    )
    cap: Flow | Literal["inflow"] = Field(
        description="Largest release; inflow: what flows in, or the cap of the bands below where "
        "that is more."
    )


def band_faults(bands: Sequence[Band], *path: str | int) -> list[Fault]:
    """Return what is wrong with the order of the bands."""
    faults: list[Fault] = []
    highest: float | None = None
    passes_inflow = False
    for place, band in enumerate(bands):
        if band.up_to is None and place + 1 < len(bands):
            found = _("a band without `up_to` before the last")
            faults.append(Fault((*path, place), found, _("`up_to` in every band but the last")))
        before = bands[place - 1].up_to if place else None
        if band.up_to is not None and before is not None and band.up_to <= before:
            found = _("{up_to:g} m after {before:g} m", up_to=band.up_to, before=before)
            faults.append(Fault((*path, place, "up_to"), found, _("bands from the lowest up")))
        if isinstance(band.cap, str):
            passes_inflow = True
            continue
        expected = _("a cap that never falls with the level")
        if highest is not None and band.cap < highest:
            found = _(
                "{cap:g} m3/s above a band with {highest:g} m3/s", cap=band.cap, highest=highest
            )
            faults.append(Fault((*path, place, "cap"), found, expected))
        elif passes_inflow:
            found = _("{cap:g} m3/s above a band that lets the inflow pass", cap=band.cap)
            note = _("the inflow may be more: write `inflow` here too, or a cap in the band below")
            faults.append(Fault((*path, place, "cap"), found, expected, note=note))
        highest = band.cap if highest is None else max(highest, band.cap)
    return faults


def band_cap(
    bands: Sequence[Band], level: Value, known_inflow_m3s: Value, full_m3s: Value
) -> Value:
    """Return the largest release [m3/s] at a level; above the last band it is ``full_m3s``.

    Caps never fall with the level: behind a flood a band of the inflow passes what those below do.
    """
    cap = full_m3s
    below = max((band.cap for band in bands if not isinstance(band.cap, str)), default=None)
    passing = known_inflow_m3s if below is None else maximum(known_inflow_m3s, below)
    for band in reversed(bands):
        allowed = passing if isinstance(band.cap, str) else band.cap
        inside = minimum(full_m3s, allowed)
        cap = inside if band.up_to is None else where(level < band.up_to, inside, cap)
    return cap


def caps_by_storage(
    caps: Sequence[tuple[float | None, float]], curve: StorageCurve, free_m3s: float
) -> tuple[list[float], list[float]]:
    """Return storages [m3] and the largest release at each [m3/s], linear between them.

    Parameters
    ----------
    caps
        Upper level of each band [m], None for the last, and its cap [m3/s].
    curve
        Level and storage of the store.
    free_m3s
        Release above the last band [m3/s].
    """
    above = [cap for _unused, cap in caps[1:]]
    storages, flows = [0.0], [caps[0][1]]
    for (top, cap), following in zip(caps, [*above, free_m3s], strict=True):
        if top is None or not curve.bottom_m < top < curve.top_m:
            break
        edge = max(curve.storage_at(top), storages[-1] + SHARP * curve.top_m3)
        storages += [edge, edge + SHARP * curve.top_m3]
        flows += [cap, following]
    return storages, flows


def flow_by_storage(
    outlets: Sequence[Outlet], curve: StorageCurve, dead_m: float
) -> tuple[list[float], list[float]]:
    """Return storages [m3] and the outlets' flow at each [m3/s], fully open, linear between them.

    A flow that begins at its sill with more than 0 does so at once: over a billionth of the
    storage, so that a pool may stand in balance at the sill.
    """
    sills = [outlet.sill_m(dead_m) for outlet in outlets]
    levels = set(curve.level_m.tolist()) | set(sills)
    for outlet in outlets:
        if isinstance(outlet.rating, RatingTable):
            levels |= set(outlet.rating.level)
    inside = sorted(z for z in levels if curve.bottom_m <= z <= curve.top_m)
    storages = [curve.storage_at(z) for z in inside]
    points: list[tuple[float, float]] = []
    for place, (z, storage) in enumerate(zip(inside, storages, strict=True)):
        before = sum(
            outlet.open_m3s(curve, z) for outlet, s in zip(outlets, sills, strict=True) if z > s
        )
        after = sum(
            outlet.open_m3s(curve, z) for outlet, s in zip(outlets, sills, strict=True) if z >= s
        )
        if points and storage <= points[-1][0]:
            continue
        points.append((storage, before))
        if after > before:
            gap = storages[place + 1] - storage if place + 1 < len(storages) else np.inf
            points.append((storage + min(SHARP * curve.top_m3, 0.5 * gap), after))
    return [storage for storage, _unused in points], [flow for _unused, flow in points]
