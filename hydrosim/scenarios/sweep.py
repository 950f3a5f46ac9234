"""One configuration with several values of some keys, in one line of a script."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.config.overrides import changed
from hydrosim.errors import ConfigError, DataError, Fault, SimulationError, shown
from hydrosim.locale import _
from hydrosim.scenarios.expand import Scenario
from hydrosim.scenarios.runner import simulated
from hydrosim.scenarios.stack import AXIS, stacked, year_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    import xarray as xr

    from hydrosim.config.schema import Config

__all__ = ["sweep"]

SWEEP = "sweep"


def sweep(
    config: Config,
    values: Mapping[str, Sequence[Any]],
    *,
    workers: int | None = None,
    progress: bool = True,
) -> xr.Dataset:
    """Run a configuration with all combinations of values of some keys.

    Parameters
    ----------
    config
        A loaded configuration without ``scenarios:``.
    values
        Dotted keys, each with its values as they would stand in the file, such as
        ``{"nodes.yangtze.quota": ["1 亿m3/year", "2 亿m3/year"]}``. A link goes by its name:
        ``links.wangkuai->sha_river.capacity``.
    workers
        Runs at a time; by default one a processor. The bits do not depend on it.
    progress
        Whether to show a bar, on a terminal or in a notebook.

    Returns
    -------
    xarray.Dataset
        The year tables with a dim for each key, in the order of ``values``, then (member,
        water_year, ...). Coordinates of the keys are numbers where all values are, else text.

    Raises
    ------
    ConfigError
        If a key leads nowhere, or a value is wrong.
    DataError
        If there are no keys or values, a value stands twice, or the config has scenarios.
    SimulationError
        If a run could not be computed; it names it.

    Examples
    --------
    >>> hydrosim.sweep(config, {"nodes.city.amount": ["2 亿m3/year", "3 亿m3/year"]})
    """
    labels = _labels(config, values)
    runs = _runs(config, values, labels)
    tables: dict[str, xr.Dataset] = {}
    with _bar(len(runs), progress) as advance:
        for run, result in simulated(runs, workers, advance):
            if isinstance(result, SimulationError):
                raise result
            tables[run.name] = year_tables(result)
    return _by_key(stacked(tables, {run.name: run.coordinates for run in runs}), labels)


def _labels(config: Config, values: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """Return the values of each key as text."""
    if config.has_scenarios:
        raise DataError(
            SWEEP,
            found=_("a configuration with scenarios"),
            expected=_("a configuration of one run: `expand_scenarios` gives those of each"),
        )
    labels: dict[str, list[str]] = {}
    for key, given in values.items():
        if isinstance(given, str) or not len(given):
            raise DataError(
                SWEEP, found=_("{key!r} with {value}", key=key, value=shown(given)),
                expected=_("a list of values"),
            )  # fmt: skip
        labels[key] = [str(value) for value in given]
        if len(set(labels[key])) < len(labels[key]):
            raise DataError(
                SWEEP, found=_("{key!r} with a value twice", key=key),
                expected=_("each value once"),
            )  # fmt: skip
    if not labels:
        raise DataError(SWEEP, found=_("no key"), expected=_("keys, each with its values"))
    return labels


def _runs(
    config: Config, values: Mapping[str, Sequence[Any]], labels: Mapping[str, Sequence[str]]
) -> list[Scenario]:
    """Return one configuration for each combination, the last key varying fastest."""
    made: list[Scenario] = []
    faults: list[Fault] = []
    places = None
    for chosen, named in zip(product(*values.values()), product(*labels.values()), strict=True):
        coordinates = dict(zip(labels, named, strict=True))
        name = ", ".join(f"{key}={text}" for key, text in coordinates.items())
        try:
            patch = dict(zip(labels, chosen, strict=True))
            made.append(Scenario(name, coordinates, changed(config, patch)))
        except ConfigError as error:
            places = places or error.places
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise ConfigError(faults, places)
    return made


def _by_key(stack: xr.Dataset, labels: Mapping[str, Sequence[str]]) -> xr.Dataset:
    """Return a stack of runs with a dim for each key."""
    keys = list(labels)
    axes = [f"{AXIS}{key}" for key in keys]
    order = stack.drop_vars("scenario").set_index(scenario=axes)
    wide = order.unstack("scenario") if len(keys) > 1 else order.rename(scenario=axes[0])
    wide = wide.rename(dict(zip(axes, keys, strict=True)))
    wide = wide.sel({key: list(labels[key]) for key in keys})
    wide = wide.transpose(*keys, ...)
    return wide.assign_coords({key: _coordinate(labels[key]) for key in keys})


def _coordinate(texts: Sequence[str]) -> Any:
    try:
        return np.array([float(text) for text in texts])
    except ValueError:
        return np.array(texts)


@contextmanager
def _bar(count: int, wanted: bool) -> Generator[Callable[[float], None] | None]:
    """Show a bar on a terminal or in a notebook; yield what moves it by a share of a run."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not wanted or not (console.is_terminal or console.is_jupyter):
        yield None
        return
    columns = (TextColumn("{task.percentage:>3.0f}%"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown_bar:
        task = shown_bar.add_task(SWEEP, total=float(count))
        yield lambda share: shown_bar.advance(task, share)
