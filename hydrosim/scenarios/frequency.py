"""Typical years of design frequencies as an axis of the scenarios of a config."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.config.frequency import AXIS
from hydrosim.config.load import config_from_source
from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.hydrology.margin import fit_margin
from hydrosim.hydrology.typical_year import typical_years
from hydrosim.locale import _, ngettext
from hydrosim.supply.lowering import open_builder
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.errors import Path
    from hydrosim.hydrology.typical_year import TypicalYear

    Floats = NDArray[np.float64]

__all__ = ["typical_years_of", "value_name", "with_frequencies"]

MONTHS = 12


def value_name(frequency: float) -> str:
    """Return the name of a frequency on the axis, such as P75 or P97_5."""
    return f"P{100.0 * frequency:.10g}".replace(".", "_")


def with_frequencies(config: Config) -> Config:
    """Return a config whose `frequency:` has become an axis of its scenarios, the last one.

    Raises
    ------
    ConfigError
        When the record has fewer than ten water years, or no typical year can be found in it.
    """
    if config.frequency is None or config.source is None:
        return config
    source = config.source
    values = {value_name(one.frequency): _patch(config, one) for one in typical_years_of(config)}
    scenarios = dict(source.tree.get("scenarios") or {})
    scenarios["axes"] = {**(scenarios.get("axes") or {}), AXIS: values}
    tree = {key: part for key, part in source.tree.items() if key != AXIS}
    place = source.place((AXIS,)) or (1, 1)
    keys: dict[Path, tuple[int, int]] = {**source.keys, ("scenarios", "axes", AXIS): place}
    files = {**source.files, ("scenarios", "axes", AXIS): source.file_of((AXIS,))}
    return config_from_source(
        replace(source, tree={**tree, "scenarios": scenarios}, keys=keys, files=files)
    )


def typical_years_of(config: Config) -> tuple[TypicalYear, ...]:
    """Return the typical years of a config with `frequency:`, in the order of its frequencies.

    Raises
    ------
    ConfigError
        As :func:`with_frequencies`.
    """
    block = config.frequency
    assert block is not None
    years, volumes = _by_month(config, block.of)
    if len(years) < 10:
        found = ngettext("{count} whole water year in the period",
                         "{count} whole water years in the period", len(years))  # fmt: skip
        fault = Fault((AXIS, "of"), found, _("at least 10, whose totals can be ranked"))
        raise ConfigError([fault], config.source)
    try:
        margin = fit_margin(volumes.sum(axis=1), block.cs_over_cv)
        return typical_years(years, volumes, margin, frequencies=block.values, near_frac=block.near)
    except DataError as error:
        fault = Fault((AXIS, "of"), error.found, error.expected, note=error.note)
        raise ConfigError([fault], config.source) from None


def _by_month(config: Config, names: tuple[str, ...]) -> tuple[list[int], Floats]:
    """Return the whole water years of the period, and the inflow of each of their months [m3].

    A step counts in the month in which it begins.
    """
    builder = open_builder(config)
    calendar = config.calendar
    flow = np.zeros(len(calendar))
    for name in names:
        known = builder.value(RuleRef(name)).known
        if known is None:
            fault = Fault((AXIS, "of"), name, _("a series that is known before the run"))
            raise ConfigError([fault], config.source)
        flow = flow + np.asarray(known).reshape(-1)
    label = calendar.water_year(config.water_year)
    month = (calendar.month - config.water_year.month) % MONTHS
    whole = []
    for year in np.unique(label).tolist():
        first = datetime.date(year, config.water_year.month, config.water_year.day)
        inside = config.period.start <= first and _day_before(first, 1) <= config.period.end
        whole += [year] if inside else []
    volumes = np.zeros((len(whole), MONTHS))
    for row, year in enumerate(whole):
        chosen = label == year
        np.add.at(volumes[row], month[chosen], (flow * calendar.dt_s)[chosen])
    return whole, volumes


def _day_before(first: datetime.date, years: int) -> datetime.date:
    return first.replace(year=first.year + years) - datetime.timedelta(days=1)


def _patch(config: Config, typical: TypicalYear) -> dict[str, Any]:
    """Return the changes that make a config one of a typical year."""
    block, source = config.frequency, config.source
    assert block is not None
    assert source is not None
    first = datetime.date(typical.year, config.water_year.month, config.water_year.day)
    patch: dict[str, Any] = {
        "period.start": first.isoformat(),
        "period.end": _day_before(first, 1).isoformat(),
        "start": {"state": block.start},
    }
    for name in block.of:
        own = source.value_at(("series", name, "factor"))
        patch[f"series.{name}.factor"] = typical.factor * (1.0 if own is None else float(own))
    return patch
