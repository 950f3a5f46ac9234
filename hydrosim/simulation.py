"""Runs a model and returns its results as one Dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.build import Model, build_model
from hydrosim.cyclic_start import started_register
from hydrosim.engine import advance, open_engine
from hydrosim.failures import prove_balance

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    from hydrosim.config.schema import Config

__all__ = ["run"]


def run(
    source: Config | Model,
    *,
    progress: Callable[[float], None] | None = None,
    keep_series: bool = True,
    ledger: bool = True,
) -> xr.Dataset:
    """Simulate a config or model over its period.

    Parameters
    ----------
    source
        A loaded config, or a model built from one.
    progress
        Called with the done share in [0, 1].
    keep_series
        Keep the series of every step; without them only the year table is returned.
    ledger
        Follow the water by origin and water year.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, member, time, ...), see ``variables.py``. ``attrs["certificate"]`` holds
        the proof of the balance.

    Raises
    ------
    ConfigError
        If the config does not make a model.
    SimulationError
        If a step could not be computed or a balance did not close; it names date, place and
        values.
    """
    from hydrosim.kernels.allocation import COUNTER_NAMES

    model = source if isinstance(source, Model) else build_model(source)
    register = model.tape.initial_register[0].copy()
    register, cycles = started_register(model, register)
    engine = open_engine(model, register, keep_series=keep_series, ledger=ledger)
    advance(engine, 0, model.calendar.dt_s.size, progress)
    prove_balance(engine)
    # Imported here, so that it can be loaded while the kernel runs.
    from hydrosim.results import RunRecord, build_dataset

    return build_dataset(
        model,
        RunRecord(
            engine.recording,
            engine.certificate,
            dict(zip(COUNTER_NAMES, engine.solver.counters.tolist(), strict=True)),
            engine.register,
            engine.book if ledger else None,
            engine.credit,
            engine.reasons,
            cycles,
        ),
    )
