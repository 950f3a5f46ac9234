"""How reservoirs, lakes and regulating reservoirs lower: losses, zones, outlets, balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import WITHDRAWN, Ports, Zone
from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.functions import maximum, minimum, power, where
from hydrosim.expressions.values import Value
from hydrosim.locale import _
from hydrosim.nodes._dead_storage import refill_zones
from hydrosim.nodes._outlets import flow_by_storage
from hydrosim.nodes._releases import Pool, bound_releases
from hydrosim.parts.storage_curve import StorageCurve, read_curve
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes._store_schema import Seepage, StoreNode

__all__ = [
    "DAM_SAFETY",
    "FLOOD_LIMIT",
    "STORAGE",
    "declare_store",
    "downstream_of",
    "lower_store",
    "not_negative",
]

FLOOD_LIMIT = "flood_limit"
DAM_SAFETY = "dam_safety"
STORAGE = "storage"
MONTH_S = 2629800.0


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
    def of(cls, node: StoreNode[Any], builder: Builder) -> _Shape:
        curve = read_curve(node.storage_curve, builder.settings.folder)
        dead_m, normal_m = node.dead_m(curve), node.normal_m
        dead_m3, normal_m3 = curve.storage_at(dead_m), curve.storage_at(normal_m)
        initial_m3 = node.initial_m3(curve)
        return cls(curve, dead_m, normal_m, dead_m3, normal_m3, initial_m3)


def declare_store(name: str, node: StoreNode[Any], builder: Builder, **attributes: Any) -> None:
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
    if node.lends_in_lieu:
        builder.lenders.add(name)
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
        type=node.type_name,
        shown_by=node.shown_by,
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
    node: StoreNode[Any],
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
    area, foreseen = _area(name, node, builder, shape, state)
    rain, evaporation, seepage = _losses(name, node, builder, state, area)
    before = state + rain - evaporation - seepage
    known = maximum(builder.quantity("sure_inflow", name), 0.0) * builder.dt_s
    # What flows in for certain fills the dead storage first; only the rest can be released.
    locked = minimum(before + known, shape.dead_m3)
    if node.local_inflow is not None:
        not_negative(name, builder)
        builder.force(row, local, name)
        builder.enters(f"{name}.local_inflow", "local_inflow", local)
        builder.record("local_inflow", name, local)

    downstream = downstream_of(name, node.spill_to, builder)
    pool = Pool(before, known)
    free, drawn = _free_outlets(name, node, builder, shape, pool, locked, downstream)
    zones = _zones(node, graph.constant(shape.dead_m3), shape, limit, builder)
    if keeps_empty:
        zones.extend(_flood_zones(shape, limit, flood_control_m))
    refill = refill_zones(name, builder, graph.constant(shape.dead_m3))
    _unused, columns = builder.store_row(name, state, before, locked, [*refill, *zones])
    _describe_zones(name, zones, builder)
    inflow = known if free is None else known - free
    own = Pool(before, inflow)
    bound_releases(name, node, builder, shape.curve, own, is_refilled=bool(refill))
    overflow = builder.overflow(name, row, downstream)

    kept = _total(column.volume for column in columns)
    end = builder.balance(
        name,
        state,
        [rain, kept - (before - locked)],
        [evaporation, seepage],
    )
    if foreseen is not None:
        graph.turns_out(foreseen, end)
    release = _released(name, builder)
    if drawn is not None:
        graph.turns_out(drawn, graph.constant(release))
    _record(name, builder, shape, end, row)
    builder.record("spill", name, overflow.volume if free is None else overflow.volume + free)
    if limit_m3 is not None:
        builder.record("limit_storage", name, limit)
        builder.record("limit_level", name, graph.series(shape.curve.level_at(limit_m3)))
    return end


def downstream_of(name: str, spill_to: str | None, builder: Builder) -> str | None:
    """Return the natural downstream neighbour: as written, or the end of the first river."""
    if spill_to is not None:
        return spill_to
    rivers = [link for link, _unused in builder.links.leaving(name) if link.is_river]
    return min(rivers, key=lambda link: link.label).end if rivers else None


def _area(
    name: str, node: StoreNode[Any], builder: Builder, shape: _Shape, state: Value
) -> tuple[Value, Value | None]:
    """Return the water surface on which rain and losses act [m2], and the end that it foresees.

    Over a day that is the surface at the start. In longer steps the surface moves with the water:
    the mean of the areas at the start and at the end that the step turns out to have.
    """
    curve = shape.curve
    area_curve = builder.graph.curve(curve.storage_m3.tolist(), curve.area_m2.tolist())
    area = area_curve(state)
    acts = node.evaporation is not None or node.precipitation is not None
    acts = acts or (node.seepage is not None and node.seepage.depth is not None)
    if not acts or builder.calendar.step in ("hour", "day"):
        return area, None
    foreseen = builder.graph.foreseen(f"{name}.end", state)
    return 0.5 * (area + area_curve(foreseen)), foreseen


def _losses(
    name: str, node: StoreNode[Any], builder: Builder, state: Value, area: Value
) -> tuple[Value, Value, Value]:
    """Rain, evaporation and seepage of the step [m3], the losses within the water present."""
    graph = builder.graph
    rain_m = builder.volume(node.precipitation) if node.precipitation is not None else None
    wanted_m = graph.constant(0.0)
    if node.evaporation is not None:
        wanted_m = builder.volume(node.evaporation) * builder.value(node.evaporation_factor)
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
    node: StoreNode[Any], dead: Value, shape: _Shape, limit: Value, builder: Builder
) -> list[Zone]:
    """Named layers up to the limit; the last one is `storage`."""
    zones: list[Zone] = []
    conservation = shape.normal_m3 - shape.dead_m3
    for name, spec in node.zones.items():
        if isinstance(spec.top, RuleRef):
            by_rule = builder.rule(spec.top.name)
            top = where(by_rule <= 1.0, dead + by_rule * conservation, by_rule)
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
    node: StoreNode[Any],
    builder: Builder,
    shape: _Shape,
    pool: Pool,
    locked: Value,
    downstream: str | None,
) -> tuple[Value | None, Value | None]:
    """Force the flow of the ungated outlets out of the store [m3].

    Over a day that is the flow at the level of its start. In longer steps it follows the level,
    with the inflow that is sure less what the links take in the step: that is foreseen.

    Returns
    -------
    tuple of Value or None
        The flow, None without such outlets; what is foreseen of the links, None over a day.
    """
    free = [outlet for outlet in node.outlets if outlet.kind == "free"]
    if not free:
        return None, None
    graph = builder.graph
    drawn = None
    if builder.calendar.step in ("hour", "day"):
        water = pool.storage - locked
        level = builder.quantities["level", name]
        total = graph.constant(0.0)
        for outlet in free:
            above = shape.curve.storage_at(outlet.sill_m(shape.dead_m)) - shape.dead_m3
            flow = outlet.flow_m3s(builder, shape.curve, level, shape.dead_m) * builder.dt_s
            total = total + minimum(flow, maximum(water - above, 0.0))
    else:
        water = pool.storage + pool.inflow - locked
        drawn = graph.foreseen(f"{name}.drawn", graph.constant(shape.curve.top_m3))
        rating = graph.curve(*flow_by_storage(free, shape.curve, shape.dead_m))
        inflow = pool.inflow - minimum(drawn, maximum(water, 0.0))
        total = graph.passed(rating, pool.storage, inflow, builder.dt_s)
    total = minimum(total, maximum(water, 0.0))
    builder.force(builder.rows[name], -total, WITHDRAWN)
    target = builder.river_inlet(downstream)
    if target is None:
        builder.leaves(f"{name}.free_outlets", "outflow", total)
    else:
        builder.force(target, total, f"row:{name}")
    return total, drawn


def _record(name: str, builder: Builder, shape: _Shape, end: Value, row: Row) -> None:
    graph, curve = builder.graph, shape.curve
    builder.record("storage", name, end)
    storage, level, area = (
        numbers.tolist() for numbers in (curve.storage_m3, curve.level_m, curve.area_m2)
    )
    builder.record("level", name, graph.curve(storage, level)(end))
    builder.record("area", name, graph.curve(storage, area)(end))
    known = builder.quantity("known_inflow", name) * builder.dt_s
    arrived = _total(
        column.volume * _gain(column, row)
        for _link, columns in builder.links.reaching(name)
        for column in columns
    )
    local = builder.quantities["local_inflow", name] * builder.dt_s
    builder.record("inflow", name, arrived + maximum(known - local, 0.0))
    builder.record("release", name, _released(name, builder))


def _released(name: str, builder: Builder) -> Any:
    """Volume of all links that leave a store [m3]."""
    return _total(
        column.volume for _link, columns in builder.links.leaving(name) for column in columns
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
                _("{known:.6g} m3/s on {day}", known=known[0, step], day=day),
                _("an inflow of 0 or more in every step"),
                note=_("enter losses of a catchment or river under `seepage` or `loss`"),
            )
        ]
    )
