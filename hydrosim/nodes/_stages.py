"""Stages of a river: rating curve, warning and guaranteed stage, crest of the embankments."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import numpy as np
from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _, listed
from hydrosim.nodes._outlets import RatingTable
from hydrosim.nodes.base import Node
from hydrosim.parts.storage_curve import level_said
from hydrosim.units import Flow, Level

__all__ = ["Stages"]


class Stages(Node):
    """A place on a river with embankments; reaches and sections derive from it."""

    is_surface_water: ClassVar[bool] = True
    measures_flow: ClassVar[bool] = True
    is_embanked: ClassVar[bool] = True

    rating_curve: RatingTable | None = Field(None, description="Flow by stage (水位流量关系).")
    warning_stage: Level | None = Field(None, description="Warning stage (警戒水位).")
    guaranteed_stage: Level | None = Field(None, description="Guaranteed stage (保证水位).")
    crest: Level | None = Field(None, description="Crest of its embankments (堤顶高程).")
    safe_discharge: Flow | None = Field(
        None, description="Flow that its embankments carry (安全泄量)."
    )

    @property
    def rating_known(self) -> bool:
        """Whether its rating curve is known."""
        return self.rating_curve is not None

    @property
    def carried_m3s(self) -> float | None:
        """What its embankments carry in floods: the safe discharge, else that of the stage."""
        return self.safe_discharge or self.discharge_at(self.guaranteed_stage)

    @property
    def stages_m(self) -> dict[str, float | None]:
        """Its levels by name [m]."""
        return {
            "warning": self.warning_stage,
            "guaranteed": self.guaranteed_stage,
            "crest": self.crest,
        }

    @property
    def stage_by_flow(self) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
        """Flows [m3/s] and levels [m] of its rating curve; None without one."""
        curve = self.rating_curve
        return None if curve is None else (curve.flow, curve.level)

    def discharge_at(self, stage_m: float | None) -> float | None:
        """Flow [m3/s] at a stage by the rating curve; None without either."""
        if stage_m is None or self.rating_curve is None:
            return None
        return float(np.interp(stage_m, self.rating_curve.level, self.rating_curve.flow))

    def stage_faults(self) -> list[Fault]:
        """Return what is wrong with stages, crest and rating curve."""
        faults: list[Fault] = []
        curve = self.rating_curve
        if curve is not None:
            faults.extend(curve.faults("rating_curve"))
        order = (
            ("warning_stage", _("warning stage"), self.warning_stage),
            ("guaranteed_stage", _("guaranteed stage"), self.guaranteed_stage),
            ("crest", _("crest"), self.crest),
        )
        known = [one for one in order if one[2] is not None]
        for (key, low_name, low), (_unused, high_name, high) in pairwise(known):
            if low is not None and high is not None and low >= high:
                found = listed([level_said(low_name, low), level_said(high_name, high)])
                faults.append(
                    Fault(
                        (key,),
                        found,
                        _(
                            "a {low_name} below the {high_name}",
                            low_name=low_name,
                            high_name=high_name,
                        ),
                    )
                )
        if curve is None:
            if self.guaranteed_stage is not None:
                found = _(
                    "a guaranteed stage of {guaranteed_stage:g} m without a rating curve",
                    guaranteed_stage=self.guaranteed_stage,
                )
                expected = _(
                    "`rating_curve:` beside it, by which floods are judged against the stage"
                )
                note = _("where only a flow is known, give `safe_discharge:` instead")
                faults.append(Fault(("guaranteed_stage",), found, expected, note=note))
            return faults
        for key, _unused, stage in known:
            low, high = curve.level[0], curve.level[-1]
            if stage is not None and key != "crest" and not low <= stage <= high:
                expected = _(
                    "a stage inside the rating curve, {low:g} to {high:g} m", low=low, high=high
                )
                faults.append(Fault((key,), f"{stage:g} m", expected))
        return faults
