"""What reservoirs, lakes and regulating reservoirs share: losses, zones, outlets, balance."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.builder import OUTSIDE, Ports, Zone
from hydrosim.errors import ConfigError, Fault
from hydrosim.nodes._outlets import Band, Outlet, band_cap, band_faults, rating
from hydrosim.nodes._storage_curve import (
    Amount,
    AmountFormat,
    StorageCurve,
    StorageTable,
    curve_faults,
    inside_fault,
    read_curve,
)
from hydrosim.nodes.base import Node
from hydrosim.units import (
    DepthRateOrRule,
    FactorOrRule,
    FlowOrRule,
    Fraction,
    Level,
    Name,
    NodeRef,
    RuleRef,
)
from hydrosim.values import Value, maximum, minimum, power, where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hydrosim.builder import Builder, Column, Row

__all__ = [
    "Seepage",
    "StoreLevels",
    "StoreNode",
    "ZoneSpec",
    "declare_store",
    "downstream_of",
    "lower_store",
    "not_negative",
    "store_faults",
]

FLOOD_LIMIT = "flood_limit"
DAM_SAFETY = "dam_safety"
STORAGE = "storage"
LONG_STEP_DAYS = 20.0
MONTH_S = 2629800.0


class StoreLevels(BaseModel):
    """Characteristic levels of a store that all types have."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    dead: Level | None = Field(
        None, description="Level below which nothing can be released; default the curve's bottom."
    )
    normal: Level = Field(description="Level up to which water is stored for use.")


class Seepage(BaseModel):
    """Water that a store loses into the ground; the parts given are added."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    flow: FlowOrRule | None = Field(None, description="Constant or given flow.")
    depth: DepthRateOrRule | None = Field(None, description="Depth a time on the water surface.")
    share_per_month: Fraction | None = Field(None, description="Share of the storage a month.")
    to: NodeRef | None = Field(None, description="Aquifer that receives it; default lost.")


class ZoneSpec(BaseModel):
    """A layer of the conservation storage."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    top: Annotated[Amount | RuleRef, AmountFormat(rule=True)] = Field(
        description="Top of the zone: a level, a storage, a share of the conservation storage, or "
        "a rule (up to 1 a share, above 1 a storage in m3)."
    )
    line: Name | None = Field(None, description="Ladder line that fills it; default its name.")

    @model_validator(mode="before")
    @classmethod
    def _from_top(cls, value: Any) -> Any:
        return value if isinstance(value, (dict, ZoneSpec)) else {"top": value}


class StoreNode(Node):
    """A water body with level, area and storage."""

    storage_curve: str | StorageTable = Field(
        description="File with level_m, area_m2, storage_m3 and, if known, release_capacity_m3s; "
        "or a table."
    )
    levels: StoreLevels = Field(description="Characteristic levels.")
    initial: Annotated[Amount, AmountFormat()] = Field(
        description="Water at the start: a level, a storage or a share of the conservation storage."
    )
    zones: dict[Name, ZoneSpec] = Field(
        {}, description="Layers of the conservation storage from the lowest up, by name."
    )
    precipitation: DepthRateOrRule | None = Field(
        None, description="Rain on the water surface; default none."
    )
    evaporation: DepthRateOrRule | None = Field(
        None, description="Reference evapotranspiration or pan evaporation; default none."
    )
    evaporation_factor: FactorOrRule = Field(
        1.0, description="Open-water evaporation over `evaporation` (a pan coefficient)."
    )
    seepage: Seepage | None = Field(None, description="Water lost into the ground; default none.")
    local_inflow: FlowOrRule | None = Field(
        None, description="Inflow from its own catchment; default none."
    )
    outlets: tuple[Outlet, ...] = Field(
        (), description="Gates and free outlets; default the curve's release capacity."
    )
    release_bands: tuple[Band, ...] = Field(
        (), description="Largest release by level, from the lowest band up."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node below; default the end of the first river that leaves it."
    )

    def dead_m(self, curve: StorageCurve) -> float:
        """Level [m] below which nothing can be released."""
        return curve.bottom_m if self.levels.dead is None else self.levels.dead


@dataclass(frozen=True)
class _Shape:
    """Constants of a store, in SI."""

    curve: StorageCurve
    dead_m: float
    normal_m: float
    dead_m3: float
    normal_m3: float
    initial_m3: float

    @classmethod
    def of(cls, node: Any, builder: Builder) -> _Shape:
        curve = read_curve(node.storage_curve, Path(builder.settings.get("folder", ".")))
        dead_m, normal_m = node.dead_m(curve), node.levels.normal
        dead_m3, normal_m3 = curve.storage_at(dead_m), curve.storage_at(normal_m)
        initial_m3 = node.initial.storage_m3(curve, dead_m3, normal_m3)
        return cls(curve, dead_m, normal_m, dead_m3, normal_m3, initial_m3)


def declare_store(name: str, node: StoreNode, builder: Builder, **attributes: Any) -> None:
    """Open the row, state and quantities of a store.

    Parameters
    ----------
    name, node
        The store; ``node.levels`` holds its levels.
    builder
        Receives the primitives.
    attributes
        Further coordinates of the store in the results.
    """
    shape = _Shape.of(node, builder)
    graph, curve = builder.graph, shape.curve
    state = builder.stored(name, shape.initial_m3)
    row = builder.declare_store_row(name)
    builder.ports[name] = Ports(inlet=row, outlet=row, river_inlet=row)
    level = graph.curve(curve.storage_m3.tolist(), curve.level_m.tolist())(state)
    builder.quantities["storage", name] = state
    builder.quantities["level", name] = level
    conservation = shape.normal_m3 - shape.dead_m3
    share = (state - shape.dead_m3) / conservation
    builder.quantities["fraction", name] = minimum(maximum(share, 0.0), 1.0)
    builder.quantities["local_inflow", name] = builder.value(node.local_inflow, 0.0)
    builder.item(
        "store",
        name,
        type=getattr(node, "type", ""),
        river=node.river or "",
        tier=node.tier or "",
        dead_level_m=shape.dead_m,
        normal_level_m=shape.normal_m,
        dead_storage_m3=shape.dead_m3,
        normal_storage_m3=shape.normal_m3,
        **attributes,
    )
    if node.local_inflow is not None or node.precipitation is not None:
        builder.item("origin", name, kind="surface")


def lower_store(
    name: str,
    node: StoreNode,
    builder: Builder,
    *,
    limit_m3: NDArray[np.float64] | None = None,
    flood_control_m: float | None = None,
    keeps_empty: bool = True,
) -> Value:
    """Add losses, zones, outlets and balance of a store; return its storage at the step's end.

    Parameters
    ----------
    name, node
        The store.
    builder
        Receives the primitives; its links are lowered already.
    limit_m3
        Largest storage allowed at the end of each step, shape (T,); None: the normal storage.
    flood_control_m
        Level above which the dam's safety rules.
    keeps_empty
        Whether the storage above the limit is to stay empty. Without it the limit is the brim.
    """
    shape = _Shape.of(node, builder)
    graph = builder.graph
    state = builder.quantities["storage", name]
    row = builder.rows[name]
    limit = graph.constant(shape.normal_m3) if limit_m3 is None else graph.series(limit_m3)
    local = builder.quantities["local_inflow", name] * builder.dt_s
    rain, evaporation, seepage = _losses(name, node, builder, shape, state, local, limit)
    before = state + rain - evaporation - seepage
    locked = minimum(before, shape.dead_m3)
    if node.local_inflow is not None:
        not_negative(name, builder)
        builder.force(row, local, name)
        builder.enters(f"{name}.local_inflow", "local_inflow", local)
        builder.record("local_inflow", name, local)

    downstream = downstream_of(name, node.spill_to, builder)
    free = _free_outlets(name, node, builder, shape, before - locked, downstream)
    zones = _zones(node, graph.constant(shape.dead_m3), shape, limit, builder)
    if keeps_empty:
        zones.extend(_flood_zones(shape, limit, flood_control_m))
    _, columns = builder.store_row(name, state, before, locked, zones)
    _describe_zones(name, zones, builder)
    _bound_releases(name, node, builder, shape, before, known=local)
    overflow = builder.overflow(name, row, downstream)

    kept = _total(column.volume for column in columns)
    end = builder.balance(
        name,
        state,
        [rain, kept - (before - locked)],
        [evaporation, seepage],
    )
    _record(name, builder, shape, end, row)
    builder.record("spill", name, overflow.volume if free is None else overflow.volume + free)
    if limit_m3 is not None:
        builder.record("limit_storage", name, limit)
        builder.record("limit_level", name, graph.series(shape.curve.level_at(limit_m3)))
    return end


def downstream_of(name: str, spill_to: str | None, builder: Builder) -> str | None:
    """Return the natural downstream neighbour: as told, or the end of the first river."""
    if spill_to is not None:
        return spill_to
    rivers = sorted(
        label
        for label, (link, _) in builder.links.items()
        if link.start == name and link.type == "river"
    )
    return builder.links[rivers[0]][0].end if rivers else None


def _losses(
    name: str,
    node: StoreNode,
    builder: Builder,
    shape: _Shape,
    state: Value,
    local: Value,
    limit: Value,
) -> tuple[Value, Value, Value]:
    """Rain, evaporation and seepage of the step [m3], the losses within the water present."""
    graph, curve = builder.graph, shape.curve
    area_curve = graph.curve(curve.storage_m3.tolist(), curve.area_m2.tolist())
    rain_m = builder.volume(node.precipitation) if node.precipitation is not None else None
    wanted_m = graph.constant(0.0)
    if node.evaporation is not None:
        wanted_m = builder.volume(node.evaporation) * builder.value(node.evaporation_factor)
    net_m = -wanted_m if rain_m is None else rain_m - wanted_m
    area = area_curve(state)
    if float(builder.calendar.days.max()) > LONG_STEP_DAYS:
        # Over a month the surface moves with the water: the area of a forecast end, which the
        # outlets keep at or below the limit, is averaged with that of the start.
        forecast = minimum(state + local + net_m * area, maximum(limit, state))
        area = 0.5 * (area + area_curve(forecast))
    rain = graph.constant(0.0) if rain_m is None else rain_m * area
    water = maximum(state + rain, 0.0)
    evaporation = minimum(wanted_m * area, water)
    seepage = graph.constant(0.0)
    if node.seepage is not None:
        wanted = _seepage_wanted(node.seepage, builder, area, state)
        seepage = minimum(wanted, maximum(water - evaporation, 0.0))
        if node.seepage.to is not None:
            builder.recharge(node.seepage.to, seepage, "seepage")
        else:
            builder.leaves(f"{name}.seepage", "seepage", seepage)
        builder.record("seepage", name, seepage)
    if rain_m is not None:
        builder.enters(f"{name}.rain", "rain", rain)
        builder.record("precipitation", name, rain)
    if node.evaporation is not None:
        builder.leaves(f"{name}.evaporation", "evaporation", evaporation)
        builder.record("evaporation", name, evaporation)
    return rain, evaporation, seepage


def _seepage_wanted(seepage: Seepage, builder: Builder, area: Value, state: Value) -> Value:
    wanted = builder.graph.constant(0.0)
    if seepage.flow is not None:
        wanted = wanted + builder.volume(seepage.flow)
    if seepage.depth is not None:
        wanted = wanted + builder.volume(seepage.depth) * area
    if seepage.share_per_month is not None:
        stays = builder.graph.constant(1.0 - seepage.share_per_month)
        wanted = wanted + maximum(state, 0.0) * (1.0 - power(stays, builder.dt_s / MONTH_S))
    return wanted


def _zones(
    node: StoreNode, dead: Value, shape: _Shape, limit: Value, builder: Builder
) -> list[Zone]:
    """Named layers up to the limit; the last one is `storage`."""
    zones: list[Zone] = []
    conservation = shape.normal_m3 - shape.dead_m3
    for name, spec in node.zones.items():
        if isinstance(spec.top, RuleRef):
            told = builder.rule(spec.top.name)
            top = where(told <= 1.0, dead + told * conservation, told)
        else:
            volume = spec.top.storage_m3(shape.curve, shape.dead_m3, shape.normal_m3)
            top = builder.graph.constant(volume)
        zones.append(Zone(name, minimum(top, limit), spec.line or name))
    if STORAGE not in node.zones:
        zones.append(Zone(STORAGE, limit, STORAGE))
    elif zones:
        zones.append(Zone("free", limit, None))
    return zones


def _flood_zones(shape: _Shape, limit: Value, flood_control_m: float | None) -> list[Zone]:
    """Layers above the limit that are to stay empty."""
    top = limit.graph.constant(shape.curve.top_m3)
    if flood_control_m is None:
        return [Zone(FLOOD_LIMIT, top, FLOOD_LIMIT, empty=True)]
    control = limit.graph.constant(shape.curve.storage_at(flood_control_m))
    return [
        Zone(FLOOD_LIMIT, maximum(control, limit), FLOOD_LIMIT, empty=True),
        Zone(DAM_SAFETY, top, DAM_SAFETY, empty=True),
    ]


def _describe_zones(name: str, zones: Sequence[Zone], builder: Builder) -> None:
    below: Value | None = None
    for zone in zones:
        item = f"{name}.{zone.name}"
        top = zone.top_m3 if below is None else maximum(zone.top_m3, below)
        builder.item("zone", item, store=name, line=zone.line or "")
        builder.record("zone_top", item, top)
        below = top


def _free_outlets(
    name: str,
    node: StoreNode,
    builder: Builder,
    shape: _Shape,
    water: Value,
    downstream: str | None,
) -> Value | None:
    """Force the flow of the ungated outlets out of the store; return it [m3]."""
    free = [outlet for outlet in node.outlets if outlet.kind == "free"]
    if not free:
        return None
    level = builder.quantities["level", name]
    total = builder.graph.constant(0.0)
    for outlet in free:
        above = shape.curve.storage_at(outlet.sill_m(shape.dead_m)) - shape.dead_m3
        flow = outlet.flow_m3s(builder, shape.curve, level, shape.dead_m) * builder.dt_s
        total = total + minimum(flow, maximum(water - above, 0.0))
    total = minimum(total, maximum(water, 0.0))
    builder.force(builder.rows[name], -total, "storage")
    target = builder.river_inlet(downstream)
    if target is None:
        builder.leaves(f"{name}.free_outlets", "outflow", total)
    else:
        builder.force(target, total, f"row:{name}")
    return total


def _bound_releases(
    name: str, node: StoreNode, builder: Builder, shape: _Shape, before: Value, known: Value
) -> None:
    """Bound what leaves by decision: outlet ratings, band caps, nothing from dead storage."""
    level = builder.quantities["level", name]
    inflow_m3s = maximum(builder.quantity("known_inflow", name), 0.0)
    long_step = float(builder.calendar.days.max()) > LONG_STEP_DAYS
    wet = (before + known if long_step else before) > shape.dead_m3
    gates = [outlet for outlet in node.outlets if outlet.kind == "gate"]
    for link, columns in builder.links.values():
        if link.start != name:
            continue
        is_river = link.type == "river"
        own = [one for one in gates if one.to == link.end or (is_river and one.to is None)]
        flow = rating(own, builder, shape.curve, level, shape.dead_m)
        if is_river and not node.outlets and shape.curve.release_m3s is not None:
            whole = Outlet.model_validate({"name": "all", "rating": "storage_curve"})
            flow = whole.flow_m3s(builder, shape.curve, level, shape.dead_m)
        elif is_river and node.outlets and not own:
            flow = builder.graph.constant(0.0)
        for column in columns:
            column.upper.append((where(wet, np.inf, 0.0), "dead storage"))
            if flow is not None:
                bound = where(flow > 0.0, flow + inflow_m3s, 0.0) if is_river else flow
                column.upper.append((bound * builder.dt_s, "outlet rating"))
            if is_river and node.release_bands:
                unlimited = builder.graph.constant(np.inf)
                cap = band_cap(node.release_bands, level, inflow_m3s, unlimited)
                column.upper.append((cap * builder.dt_s, "release band"))


def _record(name: str, builder: Builder, shape: _Shape, end: Value, row: Row) -> None:
    graph, curve = builder.graph, shape.curve
    builder.record("storage", name, end)
    storage, level, area = (
        numbers.tolist() for numbers in (curve.storage_m3, curve.level_m, curve.area_m2)
    )
    builder.record("level", name, graph.curve(storage, level)(end))
    builder.record("area", name, graph.curve(storage, area)(end))
    links = [(link, column) for link, columns in builder.links.values() for column in columns]
    known = builder.quantity("known_inflow", name) * builder.dt_s
    arrived = _total(
        column.volume * _gain(column, row) for link, column in links if link.end == name
    )
    local = builder.quantities["local_inflow", name] * builder.dt_s
    builder.record("inflow", name, arrived + maximum(known - local, 0.0))
    builder.record(
        "release", name, _total(column.volume for link, column in links if link.start == name)
    )


def _gain(column: Column, row: Row) -> float:
    return sum(-weight for other, weight in column.entries if other is row)


def _total(values: Iterable[Value | float]) -> Any:
    total: Any = 0.0
    for value in values:
        total = value + total
    return total


def not_negative(name: str, builder: Builder) -> None:
    """Refuse a local inflow that is known to be negative in some step."""
    known = builder.quantities["local_inflow", name].known
    if known is None or not np.any(known < 0):
        return
    step = int(np.argwhere(known < 0)[0][1])
    day = builder.calendar.starts[step].astype("M8[D]")
    raise ConfigError(
        [
            Fault(
                ("nodes", name, "local_inflow"),
                f"{known[0, step]:.6g} m3/s on {day}",
                "an inflow of 0 or more in every step",
                note="losses of a catchment or river are told as seepage or loss",
            )
        ]
    )


# -- faults ----------------------------------------------------------------------------------------


def store_faults(name: str, node: Any, config: Any) -> tuple[StorageCurve | None, list[Fault]]:
    """Return the curve of a store and what is wrong with what all stores share."""
    curve, faults = curve_faults(node.storage_curve, config.folder, "storage_curve")
    faults.extend(_zone_order_faults(node, config))
    faults.extend(band_faults(node.release_bands, "release_bands"))
    faults.extend(_link_faults(name, node, config))
    if curve is None:
        return None, faults
    dead, normal = node.dead_m(curve), node.levels.normal
    faults.extend(inside_fault(("levels", "dead"), "dead level", dead, curve))
    faults.extend(inside_fault(("levels", "normal"), "normal level", normal, curve))
    if not dead < normal:
        found = f"dead level {dead:g} m, normal level {normal:g} m"
        faults.append(Fault(("levels", "dead"), found, "a dead level below the normal level"))
        return curve, faults
    faults.extend(_amount_faults(node, curve, dead, normal))
    for place, outlet in enumerate(node.outlets):
        faults.extend(outlet.faults(curve, "outlets", place))
    return curve, faults


def _amount_faults(node: Any, curve: StorageCurve, dead_m: float, normal_m: float) -> list[Fault]:
    faults: list[Fault] = []
    dead_m3, normal_m3 = curve.storage_at(dead_m), curve.storage_at(normal_m)
    if node.initial.kind == "level":
        faults.extend(inside_fault(("initial",), "level", node.initial.value, curve))
    initial = node.initial.storage_m3(curve, dead_m3, normal_m3)
    if initial > curve.top_m3:
        found = f"{initial / 1e4:.6g} 万m3"
        expected = f"at most the storage at the curve's top, {curve.top_m3 / 1e4:.6g} 万m3"
        faults.append(Fault(("initial",), found, expected))
    below, below_name = dead_m3, "dead storage"
    for zone, spec in node.zones.items():
        if isinstance(spec.top, RuleRef):
            continue
        top = spec.top.storage_m3(curve, dead_m3, normal_m3)
        told = f"zone {zone!r} up to {top / 1e4:.6g} 万m3"
        if top < below:
            found = f"{told}, below the {below_name} of {below / 1e4:.6g} 万m3"
            faults.append(Fault(("zones", zone), found, "zones from the lowest up"))
        elif top > normal_m3 * (1 + 1e-9):
            found = f"{told}, above the normal level {normal_m:g} m ({normal_m3 / 1e4:.6g} 万m3)"
            faults.append(Fault(("zones", zone), found, "zones inside the conservation storage"))
        below, below_name = top, f"top of zone {zone!r}"
    return faults


def _zone_order_faults(node: Any, config: Any) -> list[Fault]:
    """Return zones that stand above a zone whose class comes later on a ladder."""
    faults: list[Fault] = []
    names = list(node.zones)
    for reserved in (FLOOD_LIMIT, DAM_SAFETY, "free"):
        if reserved in node.zones:
            expected = f"a name other than {FLOOD_LIMIT}, {DAM_SAFETY} and free"
            faults.append(Fault(("zones", reserved), f"a zone named {reserved!r}", expected))
    if STORAGE in names and names[-1] != STORAGE:
        expected = "`storage` as the last zone: it reaches up to the normal level"
        faults.append(Fault(("zones", STORAGE), f"{names[-1]!r} above `storage`", expected))
    lines = [(name, spec.line or name) for name, spec in node.zones.items()]
    if STORAGE not in names:
        lines.append((STORAGE, STORAGE))
    for policy, ladder in config.ladders.items():
        place = {line.name: number for number, line in enumerate(ladder) if not line.spare}
        for (low, low_line), (high, high_line) in pairwise(lines):
            if low_line in place and high_line in place and place[high_line] < place[low_line]:
                faults.append(
                    Fault(
                        ("zones", high if high in names else low),
                        f"zone {high!r} (line {high_line!r}) above zone {low!r} (line "
                        f"{low_line!r}), which the ladder of policy {policy!r} serves later",
                        "zones whose ladder lines never come earlier from the lowest up",
                    )
                )
    return faults


def _link_faults(name: str, node: Any, config: Any) -> list[Fault]:
    leaving = [link for link in config.links if link.start == name]
    rivers = [link.label for link in leaving if link.type == "river"]
    faults: list[Fault] = []
    if len(rivers) > 1:
        found = f"{len(rivers)} rivers that leave: {', '.join(rivers)}"
        faults.append(Fault((), found, "one river below a store; further ways are canals"))
    ends = {link.end for link in leaving}
    for place, outlet in enumerate(node.outlets):
        if outlet.to is not None and outlet.to not in ends and outlet.to != OUTSIDE:
            expected = f"a node that a link from {name} leads to: {', '.join(sorted(ends))}"
            faults.append(Fault(("outlets", place, "to"), repr(str(outlet.to)), expected))
    return faults
