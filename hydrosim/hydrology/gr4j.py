"""GR4J with parameters, a state and fluxes, over the compiled kernel.

Perrin, Michel & Andreassian (2003), Journal of Hydrology 279, 275-289.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.locale import _, listed

_SMALLEST_X4_DAY = 0.5
_LARGEST_X4_DAY = 60.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gr4jParameters:
    """The four parameters of GR4J (Perrin, Michel & Andreassian 2003, table 1).

    Attributes
    ----------
    x1_mm : float
        Capacity of the production store [mm], above 0.
    x2_mm : float
        Groundwater exchange coefficient [mm/day]; negative loses water.
    x3_mm : float
        One-day capacity of the routing store [mm], above 0.
    x4_day : float
        Time base of the first unit hydrograph [day], 0.5 to 60.

    Raises
    ------
    ConfigError
        If a value is not finite or outside its range.
    """

    x1_mm: float
    x2_mm: float
    x3_mm: float
    x4_day: float

    def __post_init__(self) -> None:
        """Refuse values with which the equations have no meaning."""
        faults = [
            *fault_outside("x1_mm", self.x1_mm, 0.0, np.inf, "mm", above=True),
            *fault_outside("x2_mm", self.x2_mm, -np.inf, np.inf, "mm/day"),
            *fault_outside("x3_mm", self.x3_mm, 0.0, np.inf, "mm", above=True),
            *fault_outside("x4_day", self.x4_day, _SMALLEST_X4_DAY, _LARGEST_X4_DAY, "day"),
        ]
        if faults:
            raise ConfigError(faults)


@dataclass(frozen=True)
class Gr4jState:
    """Water in the model at a moment, all in mm over the catchment.

    Attributes
    ----------
    production_mm, routing_mm : float
        Contents of the two stores [mm].
    slow_queue_mm, fast_queue_mm : ndarray, shape (n,) and (m,)
        Water under way in the unit hydrographs of the routed and the direct branch [mm].
    """

    production_mm: float
    routing_mm: float
    slow_queue_mm: Floats
    fast_queue_mm: Floats

    @property
    def content_mm(self) -> float:
        """All water in the model [mm]."""
        queues = float(self.slow_queue_mm.sum() + self.fast_queue_mm.sum())
        return self.production_mm + self.routing_mm + queues


@dataclass(frozen=True)
class Gr4jRun:
    """Daily fluxes of a run and the state it ends in.

    Attributes
    ----------
    runoff_mm, evaporation_mm, exchange_mm : ndarray, shape (time,)
        Runoff, actual evaporation, realised exchange (positive into the catchment) [mm a day].
    state : Gr4jState
        State at the end of the last day.
    """

    runoff_mm: Floats
    evaporation_mm: Floats
    exchange_mm: Floats
    state: Gr4jState


def fault_outside(
    name: str, value: float, low: float, high: float, unit: str, *, above: bool = False
) -> list[Fault]:
    """Return a fault when a number is not finite or outside its range, else nothing.

    Parameters
    ----------
    name : str
        Name of the number.
    value : float
        The number, in `unit`.
    low, high : float
        The range; infinite where there is no limit.
    unit : str
        Unit, or nothing for a pure number.
    above : bool
        Whether `low` itself is outside.

    Returns
    -------
    list of Fault
        One fault or none.
    """
    inside = low < value <= high if above else low <= value <= high
    if inside and np.isfinite(value):
        return []
    parts = [_("a finite number")]
    if np.isfinite(low):
        parts.append(_("above {low:g}", low=low) if above else _("at least {low:g}", low=low))
    if np.isfinite(high):
        parts.append(_("at most {high:g}", high=high))
    expected = listed(parts)
    if unit:
        expected = _("{range} ({unit})", range=expected, unit=unit)
    return [Fault((name,), f"{value:g}", expected)]


def unit_hydrographs(x4_day: float) -> tuple[Floats, Floats]:
    """Ordinates of the two unit hydrographs of GR4J; each sums to one.

    Differences of the S-curves ``(t/x4)^(5/2)`` on [0, x4], and the symmetric curve on
    [0, 2 x4] (Perrin et al. 2003, equations 9 to 17).

    Parameters
    ----------
    x4_day : float
        Time base of the first unit hydrograph [day].

    Returns
    -------
    tuple of ndarray
        Slow (routed branch, ceil(x4) days) and fast (direct branch, ceil(2 x4) days) [1].
    """
    slow_days = np.arange(np.ceil(x4_day) + 1.0)
    slow_curve = np.minimum(slow_days / x4_day, 1.0) ** 2.5
    relative = np.minimum(np.arange(np.ceil(2.0 * x4_day) + 1.0) / x4_day, 2.0)
    rising = 0.5 * np.minimum(relative, 1.0) ** 2.5
    falling = 1.0 - 0.5 * (2.0 - np.maximum(relative, 1.0)) ** 2.5
    fast_curve = np.where(relative <= 1.0, rising, falling)
    return np.diff(slow_curve), np.diff(fast_curve)


def start_state(
    parameters: Gr4jParameters, production_frac: float = 0.3, routing_frac: float = 0.5
) -> Gr4jState:
    """State with stores filled to given fractions and nothing under way.

    Parameters
    ----------
    parameters : Gr4jParameters
        Parameters of the model.
    production_frac, routing_frac : float
        Content as a fraction of x1 and of x3 [1].

    Returns
    -------
    Gr4jState
        The state.
    """
    slow, fast = unit_hydrographs(parameters.x4_day)
    return Gr4jState(
        production_mm=production_frac * parameters.x1_mm,
        routing_mm=routing_frac * parameters.x3_mm,
        slow_queue_mm=np.zeros_like(slow),
        fast_queue_mm=np.zeros_like(fast),
    )


def simulate_gr4j(
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    parameters: Gr4jParameters,
    state: Gr4jState,
) -> Gr4jRun:
    """Run GR4J over days from a state; the given state is left as it is.

    Parameters
    ----------
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Rain and reference evapotranspiration [mm a day], finite and at least 0.
    parameters : Gr4jParameters
        Parameters of the model.
    state : Gr4jState
        State at the start of the first day.

    Returns
    -------
    Gr4jRun
        Fluxes and the state at the end. ``sum(P) + sum(exchange) = sum(runoff) +
        sum(evaporation) + change of content``.

    Raises
    ------
    DataError
        If the two series differ in length.
    """
    # numba stays unloaded until a series is simulated: a check needs none.
    from hydrosim.kernels.runoff import run_gr4j

    # Writeable too, whether written or not: another kind of array would compile the kernel anew.
    rain = np.require(precipitation_mm, np.float64, ["C", "W"])
    demand = np.require(evapotranspiration_mm, np.float64, ["C", "W"])
    if rain.shape != demand.shape or rain.ndim != 1:
        found = _(
            "rain of shape {rain}, evapotranspiration of shape {other}",
            rain=rain.shape,
            other=demand.shape,
        )
        raise DataError(file="weather", found=found, expected=_("two series of the same length"))
    slow_ordinates, fast_ordinates = unit_hydrographs(parameters.x4_day)
    stores = np.array([state.production_mm, state.routing_mm])
    slow_queue = state.slow_queue_mm.copy()
    fast_queue = state.fast_queue_mm.copy()
    runoff, evaporation, exchange = (np.empty_like(rain) for _unused in range(3))
    run_gr4j(
        rain,
        demand,
        parameters.x1_mm,
        parameters.x2_mm,
        parameters.x3_mm,
        slow_ordinates,
        fast_ordinates,
        stores,
        slow_queue,
        fast_queue,
        runoff,
        evaporation,
        exchange,
    )
    end = Gr4jState(float(stores[0]), float(stores[1]), slow_queue, fast_queue)
    return Gr4jRun(runoff, evaporation, exchange, end)


def spin_up(
    precipitation_mm: Floats,
    evapotranspiration_mm: Floats,
    parameters: Gr4jParameters,
    passes: int = 3,
) -> tuple[float, float]:
    """Fill the stores by running the same years again and again; gives the start fractions.

    Done once, when a catchment is fitted: the fractions become numbers of the configuration, so
    that a run's start does not depend on how long its weather series is.

    Parameters
    ----------
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Weather of the years to repeat, the rain factor applied [mm a day].
    parameters : Gr4jParameters
        Parameters of the model.
    passes : int
        How often the years are run.

    Returns
    -------
    tuple of float
        Production and routing store at the end as a fraction of x1 and x3 [1].
    """
    state = start_state(parameters)
    for _unused in range(passes):
        state = simulate_gr4j(precipitation_mm, evapotranspiration_mm, parameters, state).state
    return state.production_mm / parameters.x1_mm, state.routing_mm / parameters.x3_mm
