"""Which yearly sums and extremes every run keeps, from what its nodes record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.expressions.functions import maximum

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["YearQuantity", "year_quantities"]

SHOWN_FIELDS = {
    "year_storage_min": "minimum",
    "year_storage_max": "maximum",
    "year_storage_end": "last",
    "year_storage_rise": "sum",
    "year_storage_fall": "sum",
    "year_days_above_limit": "above_1",
    "year_depth_above_limit": "maximum",
    "year_days_flood_flow": "above_1",
    "year_days_flood_level": "above_1",
    "year_volume": "sum",
    "year_withdrawn": "sum",
    "year_cost": "sum",
}
LIMIT_TOLERANCE_M = 0.001


@dataclass(frozen=True, eq=False)
class YearQuantity:
    """A value of which a field of the year table becomes one or more variables."""

    item: str
    value: Value
    variables: tuple[str, ...]
    thresholds: tuple[float, ...] = ()


def year_quantities(builder: Builder) -> list[YearQuantity]:
    """Yearly quantities of stores, links and sources, in name order."""
    found: list[YearQuantity] = []
    for (variable, item), record in sorted(builder.records.items()):
        if variable == "storage":
            found.append(
                YearQuantity(
                    item,
                    record.value,
                    ("year_storage_min", "year_storage_max", "year_storage_end"),
                )
            )
            change = record.value - _start_of(builder, item, record.value)
            found.append(YearQuantity(item, maximum(change, 0.0), ("year_storage_rise",)))
            found.append(YearQuantity(item, maximum(-change, 0.0), ("year_storage_fall",)))
        elif variable == "limit_level" and ("level", item) in builder.records:
            above = maximum(builder.records["level", item].value - record.value, 0.0)
            found.append(
                YearQuantity(
                    item,
                    above,
                    ("year_days_above_limit", "year_depth_above_limit"),
                    (LIMIT_TOLERANCE_M,),
                )
            )
        elif variable == "flow":
            found.append(YearQuantity(item, record.value, ("year_volume",)))
        elif variable == "withdrawn":
            found.append(YearQuantity(item, record.value, ("year_withdrawn",)))
        found.extend(_flood_days(builder, variable, item, record.value))
    return [*found, *_costs(builder)]


def _costs(builder: Builder) -> list[YearQuantity]:
    """Return what the water costs at each source, work and link with a price [yuan]."""
    costs: dict[str, Value] = {}
    for name, column in sorted(builder.columns.items()):
        owner = name if name in builder.links else name.rpartition(".")[0]
        # The cost of a reach only keeps ordered and free water apart.
        if column.cost_yuan_per_m3 == 0.0 or owner in builder.items.get("reach", {}):
            continue
        paid = column.volume * column.cost_yuan_per_m3
        costs[owner] = costs[owner] + paid if owner in costs else paid
    for owner in sorted(costs):
        builder.item("cost", owner, kind="link" if owner in builder.links else "node")
    return [YearQuantity(owner, costs[owner], ("year_cost",)) for owner in sorted(costs)]


def _flood_days(builder: Builder, variable: str, item: str, value: Value) -> list[YearQuantity]:
    """Days that a daily run cannot show well: above a trigger or the safe discharge."""
    if variable == "discharge":
        described = builder.items.get("reach", {}).get(item, {})
        bounds = [described.get(key) for key in ("flood_trigger_m3s", "safe_discharge_m3s")]
        given = [bound for bound in bounds if bound is not None]
        if given:
            flow = value / builder.dt_s
            return [YearQuantity(item, flow, ("year_days_flood_flow",), (min(given),))]
    if variable == "level":
        trigger = builder.items.get("store", {}).get(item, {}).get("flood_trigger_m")
        if trigger is not None:
            return [YearQuantity(item, value, ("year_days_flood_level",), (trigger,))]
    return []


def _start_of(builder: Builder, item: str, end: Value) -> Value:
    balance = builder.balances.get(item)
    return balance.start if balance is not None else end
