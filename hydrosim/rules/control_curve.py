"""A factor by zone of a store: limits on what is taken when it is low."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from hydrosim.expressions.functions import clip, maximum, where
from hydrosim.locale import _
from hydrosim.rules.profile import profile_series
from hydrosim.rules.shared import RuleType, config_fault, finite, quantity_value, rule_value
from hydrosim.units import NodeRef, NumberOrRule, RuleRef, reject
from hydrosim.units import dimensions as units

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value

__all__ = ["ControlCurve"]

Threshold = float | RuleRef | tuple[float, ...]
_DIMENSIONS = {
    "fraction": units.FRACTION.or_rule(),
    "storage": units.VOLUME.or_rule(),
    "level": units.LEVEL.or_rule(),
}


class ControlCurve(RuleType):
    """A factor by zone of a store; the zones lie between thresholds, the lowest first.

    With ``interpolate: none`` each zone has its factor, a quantity on a threshold being in the
    zone above it. With ``linear`` each threshold has its factor, joined by lines and held beyond
    the lowest and the highest.
    """

    type: Literal["control_curve"] = Field(description="The rule type.")
    node: NodeRef = Field(description="Node whose state decides.")
    of: Literal["fraction", "storage", "level"] = Field(
        "fraction", description="Quantity that decides; fraction is of the conservation storage."
    )
    thresholds: tuple[Threshold, ...] = Field(
        min_length=1,
        description="Upward: each a value with its unit, 12 of them by month, or a rule.",
    )
    factors: tuple[NumberOrRule, ...] = Field(
        description="Numbers or rules: one a zone from the lowest up, or one a threshold."
    )
    interpolate: Literal["none", "linear"] = Field(
        "none", description="none: one factor a zone; linear: lines between factors at thresholds."
    )

    @field_validator("thresholds", mode="before")
    @classmethod
    def _read_thresholds(cls, value: object, info: ValidationInfo) -> object:
        dimension = _DIMENSIONS[info.data.get("of", "fraction")]
        if not isinstance(value, (list, tuple)):
            return value
        read: list[Threshold] = []
        for item in value:
            if isinstance(item, (list, tuple)):
                if len(item) != 12:
                    reject(
                        item, _("12 values by month"), found=_("{count} values", count=len(item))
                    )
                numbers = [dimension.validate(number, info) for number in item]
                read.append(tuple(float(n) for n in numbers if not isinstance(n, RuleRef)))
                if len(numbers) != len(read[-1] if isinstance(read[-1], tuple) else ()):
                    reject(item, _("12 values by month, not rules"))
            else:
                read.append(dimension.validate(item, info))
        return tuple(read)

    @model_validator(mode="after")
    def _fits(self) -> ControlCurve:
        wanted = len(self.thresholds) + (self.interpolate == "none")
        if len(self.factors) != wanted:
            kind = "zone" if self.interpolate == "none" else "threshold"
            found = _(
                "{factors} factors for {thresholds} thresholds",
                factors=len(self.factors),
                thresholds=len(self.thresholds),
            )
            reject(None, _("{wanted} factors, one a {kind}", wanted=wanted, kind=kind), found=found)
        for low, high in pairwise(self.thresholds):
            if isinstance(low, RuleRef) or isinstance(high, RuleRef):
                continue
            if np.any(np.array(low) > np.array(high)):
                reject(
                    None,
                    _("thresholds from the lowest up"),
                    found=_("{high} above {low}", high=high, low=low),
                )
        return self

    def si_unit(self) -> str | None:
        """Return the unit of a number without dimension."""
        return "1"

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rules of thresholds and factors."""
        found: list[tuple[Path, str]] = []
        for key, items in (("thresholds", self.thresholds), ("factors", self.factors)):
            for place, item in enumerate(items):
                if isinstance(item, RuleRef):
                    found.append(((key, place), item.name))
        return found

    def reads(self) -> list[tuple[Path, str, str]]:
        """Return the quantity that decides."""
        return [(("node",), self.of, self.node)]

    def lower(self, builder: Builder) -> Value:
        """Return the factor at the start of the step."""
        state = quantity_value(builder, self.of, self.node, "node")
        thresholds = self._rising(builder)
        factors = [
            rule_value(builder, item.name, "factors", place)
            if isinstance(item, RuleRef)
            else builder.graph.constant(item)
            for place, item in enumerate(self.factors)
        ]
        result = factors[0]
        if self.interpolate == "none":
            for threshold, factor in zip(thresholds, factors[1:], strict=True):
                result = where(state >= threshold, factor, result)
            return finite(builder, result)
        for (low, high), (before, after) in zip(
            pairwise(thresholds), pairwise(factors), strict=True
        ):
            width = high - low
            part = where(width > 0.0, (state - low) / width, state >= low)
            result = result + (after - before) * clip(part, 0.0, 1.0)
        return finite(builder, result)

    def _rising(self, builder: Builder) -> list[Value]:
        """Return the thresholds; those that depend on the state never fall below the last."""
        result: list[Value] = []
        for place, item in enumerate(self.thresholds):
            if isinstance(item, RuleRef):
                value = rule_value(builder, item.name, "thresholds", place)
            elif isinstance(item, tuple):
                value = builder.graph.series(profile_series(np.array(item), builder.calendar))
            else:
                value = builder.graph.constant(item)
            if result:
                self._check_order(builder, result[-1], value, place)
                if value.known is None or result[-1].known is None:
                    value = maximum(value, result[-1])
            result.append(value)
        return result

    @staticmethod
    def _check_order(builder: Builder, low: Value, high: Value, place: int) -> None:
        if low.known is None or high.known is None:
            return
        falls = np.argwhere(low.known > high.known)
        if falls.size:
            day = str(builder.calendar.starts[int(falls[0][1])].astype("M8[D]"))
            found = _("threshold {upper} below threshold {lower} on {day}",
                      upper=place + 1, lower=place, day=day)  # fmt: skip
            expected = _("thresholds from the lowest up")
            raise config_fault(builder, found, expected, "thresholds", place)
