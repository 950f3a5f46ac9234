"""Daily rainfall-runoff model GR4J of Perrin, Michel & Andreassian (2003), J. Hydrology 279."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hydrosim.kernels._jit import kernel

# Places in the array `stores_mm`.
PRODUCTION = 0
ROUTING = 1

FAST_SHARE = 0.1  # share of the effective rain that bypasses the routing store
PERCOLATION_SCALE = 4.0 / 9.0


@kernel
def gr4j_production(
    precipitation_mm: float, evapotranspiration_mm: float, x1_mm: float, production_mm: float
) -> tuple[float, float, float]:
    """Soil moisture accounting store: interception, infiltration, evaporation, percolation.

    Keeps ``precipitation = evaporation + effective rain + change of the store``
    (Perrin et al. 2003, equations 1 to 8).

    Parameters
    ----------
    precipitation_mm : float
        Rain of the day [mm].
    evapotranspiration_mm : float
        Potential evapotranspiration of the day [mm].
    x1_mm : float
        Capacity of the production store [mm].
    production_mm : float
        Content at the start of the day [mm].

    Returns
    -------
    tuple of float
        Content at the end, effective rain, actual evaporation (interception included) [mm].
    """
    fraction = production_mm / x1_mm
    if precipitation_mm >= evapotranspiration_mm:
        net_rain = precipitation_mm - evapotranspiration_mm
        scaled = math.tanh(net_rain / x1_mm)
        infiltration = x1_mm * (1.0 - fraction * fraction) * scaled / (1.0 + fraction * scaled)
        infiltration = min(infiltration, net_rain)
        evaporation = evapotranspiration_mm
        content = production_mm + infiltration
    else:
        net_rain = 0.0
        infiltration = 0.0
        scaled = math.tanh((evapotranspiration_mm - precipitation_mm) / x1_mm)
        from_store = production_mm * (2.0 - fraction) * scaled / (1.0 + (1.0 - fraction) * scaled)
        from_store = min(from_store, production_mm)
        evaporation = precipitation_mm + from_store
        content = production_mm - from_store
    percolation = content * (1.0 - (1.0 + (PERCOLATION_SCALE * content / x1_mm) ** 4) ** -0.25)
    return content - percolation, percolation + (net_rain - infiltration), evaporation


@kernel
def pass_unit_hydrograph(
    entering_mm: float, ordinates: NDArray[np.float64], queue_mm: NDArray[np.float64]
) -> float:
    """Spread an input over the coming days and return what arrives today.

    Keeps ``entering = arriving + change of sum(queue_mm)`` for ordinates of sum one.

    Parameters
    ----------
    entering_mm : float
        Water entering today [mm].
    ordinates : ndarray, shape (n,)
        Shares that arrive today, tomorrow ... [1].
    queue_mm : ndarray, shape (n,)
        Water under way by day of arrival [mm]; read and written.

    Returns
    -------
    float
        Water arriving today [mm].
    """
    last = queue_mm.shape[0] - 1
    arriving = queue_mm[0] + ordinates[0] * entering_mm
    for day in range(last):
        queue_mm[day] = queue_mm[day + 1] + ordinates[day + 1] * entering_mm
    queue_mm[last] = 0.0
    return arriving


@kernel
def step_gr4j(
    precipitation_mm: float,
    evapotranspiration_mm: float,
    x1_mm: float,
    x2_mm: float,
    x3_mm: float,
    slow_ordinates: NDArray[np.float64],
    fast_ordinates: NDArray[np.float64],
    stores_mm: NDArray[np.float64],
    slow_queue_mm: NDArray[np.float64],
    fast_queue_mm: NDArray[np.float64],
) -> tuple[float, float, float]:
    """One day of GR4J: production store, two unit hydrographs, exchange, routing store.

    Keeps ``precipitation + exchange = runoff + evaporation + change of (both stores + both
    queues)``; the exchange is the realised one, so that neither branch goes below zero
    (Perrin et al. 2003, equations 9 to 22).

    Parameters
    ----------
    precipitation_mm, evapotranspiration_mm : float
        Rain and potential evapotranspiration of the day [mm].
    x1_mm, x2_mm, x3_mm : float
        Production capacity [mm], exchange coefficient [mm/day], routing capacity [mm].
    slow_ordinates, fast_ordinates : ndarray, shape (n,) and (m,)
        Unit hydrographs of the routed and the direct branch [1].
    stores_mm : ndarray, shape (2,)
        Content of the production and the routing store [mm]; read and written.
    slow_queue_mm, fast_queue_mm : ndarray, shape (n,) and (m,)
        Water under way in the unit hydrographs [mm]; read and written.

    Returns
    -------
    tuple of float
        Runoff, actual evaporation, realised exchange (positive into the catchment) [mm].
    """
    content, effective, evaporation = gr4j_production(
        precipitation_mm, evapotranspiration_mm, x1_mm, stores_mm[PRODUCTION]
    )
    stores_mm[PRODUCTION] = content
    fast_entering = FAST_SHARE * effective
    slow = pass_unit_hydrograph(effective - fast_entering, slow_ordinates, slow_queue_mm)
    fast = pass_unit_hydrograph(fast_entering, fast_ordinates, fast_queue_mm)

    potential_exchange = x2_mm * (stores_mm[ROUTING] / x3_mm) ** 3.5
    available = stores_mm[ROUTING] + slow
    slow_exchange = max(potential_exchange, -available)
    level = available + slow_exchange
    routed = level * (1.0 - (1.0 + (level / x3_mm) ** 4) ** -0.25)
    stores_mm[ROUTING] = level - routed
    fast_exchange = max(potential_exchange, -fast)
    return routed + (fast + fast_exchange), evaporation, slow_exchange + fast_exchange


@kernel
def run_gr4j(
    precipitation_mm: NDArray[np.float64],
    evapotranspiration_mm: NDArray[np.float64],
    x1_mm: float,
    x2_mm: float,
    x3_mm: float,
    slow_ordinates: NDArray[np.float64],
    fast_ordinates: NDArray[np.float64],
    stores_mm: NDArray[np.float64],
    slow_queue_mm: NDArray[np.float64],
    fast_queue_mm: NDArray[np.float64],
    runoff_mm: NDArray[np.float64],
    evaporation_mm: NDArray[np.float64],
    exchange_mm: NDArray[np.float64],
) -> None:
    """Run GR4J over a series of days; the balance is that of `step_gr4j`, day by day.

    Parameters
    ----------
    precipitation_mm, evapotranspiration_mm : ndarray, shape (time,)
        Rain and potential evapotranspiration [mm a day]; read.
    x1_mm, x2_mm, x3_mm : float
        Production capacity [mm], exchange coefficient [mm/day], routing capacity [mm].
    slow_ordinates, fast_ordinates : ndarray, shape (n,) and (m,)
        Unit hydrographs [1]; read.
    stores_mm : ndarray, shape (2,)
        Content of the production and the routing store [mm]; read and written.
    slow_queue_mm, fast_queue_mm : ndarray, shape (n,) and (m,)
        Water under way [mm]; read and written.
    runoff_mm, evaporation_mm, exchange_mm : ndarray, shape (time,)
        Runoff, actual evaporation, realised exchange [mm a day]; written.
    """
    for day in range(precipitation_mm.shape[0]):
        runoff, evaporation, exchange = step_gr4j(
            precipitation_mm[day],
            evapotranspiration_mm[day],
            x1_mm,
            x2_mm,
            x3_mm,
            slow_ordinates,
            fast_ordinates,
            stores_mm,
            slow_queue_mm,
            fast_queue_mm,
        )
        runoff_mm[day] = runoff
        evaporation_mm[day] = evaporation
        exchange_mm[day] = exchange
