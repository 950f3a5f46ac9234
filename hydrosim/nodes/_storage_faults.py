"""What can be wrong with a store: levels, amounts, zones, outlets and links."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hydrosim.builders.primitives import OUTSIDE
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._checks import of_supply
from hydrosim.nodes._outlets import band_faults
from hydrosim.nodes._storage import DAM_SAFETY, FLOOD_LIMIT, STORAGE
from hydrosim.parts.storage_curve import curve_faults, inside_fault
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from hydrosim.nodes._store_schema import FloodStore, StoreNode
    from hydrosim.nodes.base import WholeConfig
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["limit_faults", "store_faults"]


def store_faults(
    name: str, node: StoreNode[Any], config: WholeConfig
) -> tuple[StorageCurve | None, list[Fault]]:
    """Return the curve of a store and what is wrong with what all stores share."""
    curve, faults = curve_faults(node.storage_curve, config.folder, "storage_curve")
    faults.extend(of_supply(_zone_order_faults(node, config)))
    faults.extend(band_faults(node.release_bands, "release_bands"))
    faults.extend(_link_faults(name, node, config))
    faults.extend(of_supply(_missing_faults(node)))
    if curve is None:
        return None, faults
    dead, normal = node.dead_m(curve), node.levels.normal
    faults.extend(inside_fault(("levels", "dead"), _("dead level"), dead, curve))
    if normal is not None:
        faults.extend(inside_fault(("levels", "normal"), _("normal level"), normal, curve))
        if not dead < normal:
            found = _("dead level {dead:g} m, normal level {normal:g} m", dead=dead, normal=normal)
            faults.append(
                Fault(("levels", "dead"), found, _("a dead level below the normal level"))
            )
            return curve, faults
        faults.extend(of_supply(_amount_faults(node, curve, dead, normal)))
    for place, outlet in enumerate(node.outlets):
        faults.extend(outlet.faults(curve, "outlets", place))
    return curve, faults


def limit_faults(node: FloodStore[Any], curve: StorageCurve) -> list[Fault]:
    """Return what is wrong with the flood-limited level of a store."""
    limit = node.flood_limited_level
    if limit is None:
        return []
    normal = node.levels.normal
    if normal is None:
        normal = max(limit.stages.values(), default=curve.top_m)
    found = [
        fault.under("flood_limited_level") for fault in limit.faults(node.dead_m(curve), normal)
    ]
    drawdown = ("flood_limited_level", "drawdown")
    return [
        replace(fault, engine="supply") if fault.path[:2] == drawdown else fault for fault in found
    ]


def _missing_faults(node: StoreNode[Any]) -> list[Fault]:
    """Return what a supply run needs of a store and floods do not."""
    faults: list[Fault] = []
    for path in node.supply_keys:
        value: Any = node
        for key in path:
            value = dict(value)[key]
        if value is None:
            expected = _("`{path}:`, which floods do without and a supply run needs", path=path[-1])
            faults.append(Fault(path, _("no {path}", path=path[-1]), expected))
    return faults


def _amount_faults(
    node: StoreNode[Any], curve: StorageCurve, dead_m: float, normal_m: float
) -> list[Fault]:
    faults: list[Fault] = []
    dead_m3, normal_m3 = curve.storage_at(dead_m), curve.storage_at(normal_m)
    if node.initial is not None:
        if node.initial.kind == "level":
            faults.extend(inside_fault(("initial",), _("level"), node.initial.value, curve))
        initial = node.initial.storage_m3(curve, dead_m3, normal_m3)
        if initial > curve.top_m3:
            found = f"{initial / 1e4:.6g} 万m3"
            expected = _(
                "at most the storage at the curve's top, {top_m3:.6g} 万m3",
                top_m3=curve.top_m3 / 10000.0,
            )
            faults.append(Fault(("initial",), found, expected))
        elif initial < dead_m3 * (1 - 1e-9):
            faults.append(_initial_below_dead(node, initial, dead_m, dead_m3))
    below, below_name = dead_m3, _("dead storage")
    for zone, spec in node.zones.items():
        if isinstance(spec.top, RuleRef):
            continue
        top = spec.top.storage_m3(curve, dead_m3, normal_m3)
        zone_top = _("zone {zone!r} up to {top:.6g} 万m3", zone=zone, top=top / 1e4)
        if top < below:
            found = _(
                "{zone_top}, below the {below_name} of {below:.6g} 万m3",
                zone_top=zone_top,
                below_name=below_name,
                below=below / 10000.0,
            )
            faults.append(Fault(("zones", zone), found, _("zones from the lowest up")))
        elif top > normal_m3 * (1 + 1e-9):
            found = _(
                "{zone_top}, above the normal level {normal_m:g} m ({normal_m3:.6g} 万m3)",
                zone_top=zone_top,
                normal_m=normal_m,
                normal_m3=normal_m3 / 10000.0,
            )
            faults.append(Fault(("zones", zone), found, _("zones inside the conservation storage")))
        below, below_name = top, _("top of zone {zone!r}", zone=zone)
    return faults


def _initial_below_dead(
    node: StoreNode[Any], initial_m3: float, dead_m: float, dead_m3: float
) -> Fault:
    """Return the warning of a store that starts below its dead level."""
    assert node.initial is not None
    if node.initial.kind == "level":
        found = _("level {level:g} m, below the dead level {dead:g} m",
                  level=node.initial.value, dead=dead_m)  # fmt: skip
    else:
        found = _("{initial:.6g} 万m3, below the dead storage of {dead:.6g} 万m3",
                  initial=initial_m3 / 1e4, dead=dead_m3 / 1e4)  # fmt: skip
    expected = _("as a rule a start at the dead level or above")
    note = _("inflow first fills the dead storage, which no use can draw on")
    return Fault(("initial",), found, expected, note=note, severity="warning")


def _zone_order_faults(node: StoreNode[Any], config: WholeConfig) -> list[Fault]:
    """Return zones that stand above a zone whose class comes later on a ladder."""
    faults: list[Fault] = []
    names = list(node.zones)
    for reserved in (FLOOD_LIMIT, DAM_SAFETY, "free"):
        if reserved in node.zones:
            expected = _(
                "a name other than {flood_limit}, {dam_safety} and free",
                flood_limit=FLOOD_LIMIT,
                dam_safety=DAM_SAFETY,
            )
            faults.append(
                Fault(
                    ("zones", reserved), _("a zone named {reserved!r}", reserved=reserved), expected
                )
            )
    if STORAGE in names and names[-1] != STORAGE:
        expected = _("`storage` as the last zone: it reaches up to the normal level")
        faults.append(
            Fault(("zones", STORAGE), _("{names!r} above `storage`", names=names[-1]), expected)
        )
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
                        _(
                            "zone {high!r} (line {high_line!r}) above zone {low!r} "
                            "(line {low_line!r}), which the ladder of policy {policy!r} serves "
                            "later",
                            high=high,
                            high_line=high_line,
                            low=low,
                            low_line=low_line,
                            policy=policy,
                        ),
                        _("zones whose ladder lines never come earlier from the lowest up"),
                    )
                )
    return faults


def _link_faults(name: str, node: StoreNode[Any], config: WholeConfig) -> list[Fault]:
    leaving = config.link_ends.leaving(name)
    rivers = [link.label for link in leaving if link.is_river]
    faults: list[Fault] = []
    if len(rivers) > 1:
        found = _(
            "{count} rivers that leave: {rivers}", count=len(rivers), rivers=", ".join(rivers)
        )
        faults.append(Fault((), found, _("one river below a store; further ways are canals")))
    ends = {link.end for link in leaving}
    for place, outlet in enumerate(node.outlets):
        if outlet.to is not None and outlet.to not in ends and outlet.to != OUTSIDE:
            expected = _(
                "a node that a link from {name} leads to: {ends}",
                name=name,
                ends=", ".join(sorted(ends)),
            )
            faults.append(Fault(("outlets", place, "to"), repr(str(outlet.to)), expected))
    return faults
