"""The low flows of a node of a result, for verdicts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.low_flow import (
    AnnualMinima,
    LowFlowFrequency,
    annual_minima,
    driest_months,
    flow_duration,
    low_flow_frequency,
)
from hydrosim.hydrology.refusal import impossible_for
from hydrosim.hydrology.separation import SeparationRules, base_flow_index
from hydrosim.locale import _, as_message
from hydrosim.reading.flows import FlowKind, daily_flow, flow_at, monthly_flow, water_year_start
from hydrosim.reading.items import NotJudged
from hydrosim.reading.steps import seconds_of
from hydrosim.standards.periods import in_whole_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FEWEST_YEARS", "LEAST_FLOW_M3S", "Frequency", "NotProvable", "RiverFlow", "YearlyLows"]

FEWEST_YEARS = 10
"""Climatic years of which a frequency is given, as the U.S. Geological Survey asks."""
LEAST_FLOW_M3S = 3e-4
"""Flow below which a year counts as dry [m3/s]: 0.01 ft3/s, the least that is published."""
Frequency = Literal["log_pearson3", "empirical"]
Separation = Literal["smoothed_minima", "lyne_hollick", "eckhardt"]


class NotProvable(NotJudged):
    """A number that the run is too short for."""


class YearlyLows(NamedTuple):
    """Lowest means of the climatic years of a run, and the flow of a return period.

    Attributes
    ----------
    minima
        The lowest means [m3/s].
    frequency
        How often they return.
    flow_m3s
        Flow of the return period [m3/s].
    """

    minima: AnnualMinima
    frequency: LowFlowFrequency
    flow_m3s: float


@dataclass(frozen=True)
class RiverFlow:
    """The flow at a node of a result of one scenario and member.

    Attributes
    ----------
    dataset
        The result.
    node
        Name of a reach, section, spring, end of the model or store.
    kind
        The flow as it runs, or the natural flow.
    """

    dataset: Any
    node: str
    kind: FlowKind = "discharge"

    @cached_property
    def steps(self) -> Floats:
        """Flow of each step [m3/s] (steps,).

        Raises
        ------
        NotJudged
            When the result does not hold it.
        """
        return flow_at(self.dataset, self.node, self.kind)

    @cached_property
    def whole_years(self) -> tuple[Floats, Floats]:
        """Flow [m3/s] and length [s] of the steps in complete water years.

        Raises
        ------
        NotJudged
            When no water year was run whole, or the result does not hold the flow.
        """
        inside = in_whole_years(self.dataset)
        if not inside.any():
            raise NotJudged(_("no water year was run whole"))
        return self.steps[inside], seconds_of(self.dataset)[inside]

    @property
    def mean_m3s(self) -> float:
        """Mean flow of the complete water years [m3/s]."""
        flow, seconds = self.whole_years
        return float((flow * seconds).sum() / seconds.sum())

    @property
    def dry_frac(self) -> float:
        """Share of the time of the complete water years without flow [1]."""
        flow, seconds = self.whole_years
        return float(seconds[flow == 0.0].sum() / seconds.sum())

    def duration_flow(self, exceedance_frac: float) -> float:
        """Return the flow that is exceeded a share of the time [m3/s].

        Raises
        ------
        NotJudged
            When the result does not hold the flow; NotProvable when the run is too short.
        """
        flow, seconds = self.whole_years
        try:
            return float(flow_duration(flow, exceedance_frac, seconds))
        except ConfigError as error:
            raise NotProvable(impossible_for(error.faults[0])) from None

    def lows(
        self,
        days: int | None,
        return_period_years: float,
        *,
        frequency: Frequency = "log_pearson3",
        zero_below: float = LEAST_FLOW_M3S,
        year_start: tuple[int, int] | None = None,
    ) -> YearlyLows:
        """Return yearly lowest means and the flow of a return period.

        Parameters
        ----------
        days
            Length of the window; None for the driest calendar month.
        return_period_years
            Return period [year].
        frequency
            A curve, or plotting positions.
        zero_below
            Flow below which a year counts as dry [m3/s].
        year_start
            First month and day of a climatic year; those of the water year without it.

        Raises
        ------
        NotJudged
            When steps are longer than a day, or demands change along the run; NotProvable when
            the climatic years are too few.
        """
        if self.kind == "discharge" and self.dataset.attrs.get("mode") == "trajectory":
            raise NotJudged(
                _(
                    "demands and works change along a trajectory, so its years are no sample of "
                    "one planning year; run mode planning_level"
                )
            )
        start = year_start or water_year_start(self.dataset)
        if days is None:
            minima = driest_months(*monthly_flow(self.dataset, self.steps), year_start=start)
        else:
            dates, flow = daily_flow(self.dataset, self.steps)
            minima = annual_minima(dates, flow, days=days, year_start=start)
        if minima.values.size < FEWEST_YEARS:
            first = f"{start[0]:02d}-{start[1]:02d}"
            raise NotProvable(
                _(
                    "{count} complete climatic years from {start}; a frequency asks for {least}",
                    count=minima.values.size,
                    start=first,
                    least=FEWEST_YEARS,
                )
            )
        found = low_flow_frequency(minima.values, frequency, zero_below=zero_below)
        try:
            return YearlyLows(minima, found, found.quantile(return_period_years))
        except ConfigError as error:
            raise NotProvable(impossible_for(error.faults[0])) from None

    def base_flow_index(self, method: Separation = "smoothed_minima") -> float:
        """Return the share of base flow in the flow of the complete water years [1].

        Raises
        ------
        NotJudged
            When steps are longer than a day, nothing flows, or no base flow can be drawn.
        """
        dates, flow = daily_flow(self.dataset, self.steps)
        time = self.dataset.variables["time"].values[in_whole_years(self.dataset)]
        inside = np.isin(dates, time.astype("datetime64[D]"))
        if not inside.any():
            raise NotJudged(_("no water year was run whole"))
        try:
            return base_flow_index(flow[inside], SeparationRules(method))
        except DataError as error:
            raise NotJudged(as_message(error.found)) from None
