"""Root zone of a field as a bucket: stress, need and balance after FAO-56.

Source: Allen, Pereira, Raes and Smith (1998), Crop evapotranspiration, FAO Irrigation and Drainage
Paper 56, equations 82 to 85. Volumes are m3 on the field's area; the bucket holds the water that
plants can take (total available water), so its depletion is capacity - water.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.expressions.functions import clip, maximum, minimum

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["RootZone", "Season", "parts_of_step"]

LONGEST_PART_S = 6 * 86400.0


def parts_of_step(builder: Builder) -> int:
    """Return in how many parts a drying step is computed: 1 up to a pentad, 6 for a month."""
    return max(1, math.ceil(builder.calendar.longest_s / LONGEST_PART_S))


@dataclass(frozen=True)
class Season:
    """What the calendar tells of a field, all known before the run.

    Attributes
    ----------
    potential_m3
        Evapotranspiration of the crop without stress, Kc ET0 (a step).
    stress_frac
        Depletion at which stress starts, as a share of the capacity (p of FAO-56).
    allowed_frac
        Depletion up to which the field is not irrigated, as a share of the capacity.
    asked_frac
        Part of the step in which the crop may be irrigated.
    watering_m3
        Scheduled watering of the step, such as the one before winter.
    """

    potential_m3: Value
    stress_frac: Value
    allowed_frac: Value
    asked_frac: Value
    watering_m3: Value


@dataclass(frozen=True)
class RootZone:
    """The bucket of a field at the start of a step.

    Attributes
    ----------
    capacity_m3
        Total available water.
    water_m3, rain_m3
        Water at the start, and the rain that enters in the step.
    season
        What the calendar tells.
    parts
        Number of parts of a drying step.
    """

    capacity_m3: float
    water_m3: Value
    rain_m3: Value
    season: Season
    parts: int = 1

    def _stress(self, water: Value) -> Value:
        """Ks = (TAW - Dr) / ((1 - p) TAW), at most 1 (equation 84)."""
        return clip(water / ((1.0 - self.season.stress_frac) * self.capacity_m3), 0.0, 1.0)

    def need(self) -> Value:
        """Net need of irrigation [m3]: today's depletion beyond the allowed one, and waterings.

        What was short before has lowered the soil water and is not asked again: beyond the
        allowed depletion the need is the step's Kc ET0 less its rain. Waterings fill the bucket
        at most.
        """
        depletion = self.capacity_m3 - self.water_m3
        allowed = self.season.allowed_frac * self.capacity_m3
        after = depletion + self.season.potential_m3 - self.rain_m3
        crop = maximum(after - maximum(depletion, allowed), 0.0) * self.season.asked_frac
        return crop + maximum(minimum(self.season.watering_m3, after - crop), 0.0)

    def dry_evapotranspiration(self) -> Value:
        """Actual evapotranspiration [m3] without irrigation: Ks Kc ET0, at most the water."""
        water = self.water_m3
        total = water.graph.constant(0.0)
        for _ in range(self.parts):
            wet = minimum(water + self.rain_m3 / self.parts, self.capacity_m3)
            held = water + self.rain_m3 / self.parts if self.parts == 1 else wet
            taken = minimum(self._stress(water) * self.season.potential_m3 / self.parts, held)
            total = total + taken
            water = wet - minimum(taken, wet)
        return total

    def wet_evapotranspiration(self, need: Value, dry: Value) -> Value:
        """Actual evapotranspiration [m3] when the whole need is delivered.

        Steps of up to a pentad take the stress at their start; in longer ones irrigation during
        the step keeps the stress from growing.
        """
        if self.parts == 1:
            return dry
        potential = self._stress(self.water_m3) * self.season.potential_m3
        return maximum(dry, minimum(potential, self.water_m3 + self.rain_m3 + need))

    def close(
        self, builder: Builder, name: str, net_m3: Value, fulfilment: Value
    ) -> tuple[Value, Value]:
        """Close the step's balance (equation 85).

        Parameters
        ----------
        name
            Name of the balance.
        net_m3
            Irrigation water that reached the root zone.
        fulfilment
            Its share of the need.

        Returns
        -------
        tuple
            Evapotranspiration and deep percolation [m3].
        """
        dry = self.dry_evapotranspiration()
        wet = self.wet_evapotranspiration(self.need(), dry)
        actual = dry if wet is dry else dry + fulfilment * (wet - dry)
        filled = self.water_m3 + self.rain_m3 + net_m3 - actual
        percolation = maximum(filled - self.capacity_m3, 0.0)
        builder.balance(name, self.water_m3, [self.rain_m3, net_m3], [actual, percolation])
        return actual, percolation
