"""From a config with axes to one checked config a scenario."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hydrosim.config.load import config_from_source
from hydrosim.config.patches import patched
from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import SEMICOLON, _, listed
from hydrosim.scenarios.choice import chosen_names, read_choice
from hydrosim.scenarios.frequency import with_frequencies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hydrosim.config.schema import Config

__all__ = ["Scenario", "expand_scenarios", "naming_scenario", "one_config"]

UNNAMED = "scenario"


@dataclass(frozen=True)
class Scenario:
    """One combination of the axes of a config.

    Parameters
    ----------
    name
        The values of its axes joined by ``-``, or its name in the list; without axes the name of
        the config.
    coordinates
        Its value on each axis.
    config
        The changed config, checked as a whole; it has no axes.
    """

    name: str
    coordinates: dict[str, str]
    config: Config


def expand_scenarios(config: Config, chosen: Sequence[str] = ()) -> tuple[Scenario, ...]:
    """Return the scenarios of a config, in the order of the file.

    Parameters
    ----------
    config
        A loaded config. Without ``scenarios:`` it is the only scenario itself.
    chosen
        Words as behind ``--scenario``: ``axis=value,...`` keeps the scenarios with these values,
        a scenario's name keeps it; ``KEY=VALUE`` with the key path of another key changes all.

    Returns
    -------
    tuple of Scenario
        At least one.

    Raises
    ------
    ConfigError
        With the faults of all scenarios, each once, at the line of the change that made it.
    DataError
        If a choice names no axis, value or scenario, or no scenario is left.
    """
    config = with_frequencies(config)
    choice = read_choice(config, chosen)
    name = config.path.stem if config.path else UNNAMED
    if config.scenarios is None and not choice.patch:
        return (Scenario(name, {}, config),)
    names = chosen_names(config, choice)
    combinations = {name: {}} if config.scenarios is None else config.scenarios.combinations()
    made: list[Scenario] = []
    faults: dict[Fault, list[str]] = {}
    places = None
    for one, coordinates in combinations.items():
        if one not in names:
            continue
        try:
            made.append(Scenario(one, coordinates, _changed(config, coordinates, choice.patch)))
        except ConfigError as error:
            places = places or error.places
            for fault in error.faults:
                faults.setdefault(fault, []).append(one)
    if faults:
        named = config.scenarios is not None
        named_faults = [
            _in_scenarios(fault, where) if named else fault for fault, where in faults.items()
        ]
        raise ConfigError(named_faults, places)
    return tuple(made)


def one_config(config: Config, chosen: Sequence[str]) -> Config:
    """Return the config of a single scenario; without a choice that of no scenario.

    Raises
    ------
    ConfigError, DataError
        As :func:`expand_scenarios`, and if more than one scenario is left.
    """
    if chosen:
        config = with_frequencies(config)
    choice = read_choice(config, chosen)
    if config.scenarios is None or not (choice.values or choice.names):
        if not choice.patch:
            return config
        return _changed(config, {}, choice.patch)
    first, *others = expand_scenarios(config, chosen)
    if others:
        raise choice.too_many([first.name, *(one.name for one in others)])
    return first.config


@contextmanager
def naming_scenario(scenario: Scenario) -> Iterator[None]:
    """Add the name of the scenario to faults raised inside."""
    try:
        yield
    except ConfigError as error:
        if not scenario.coordinates:
            raise
        faults = [_in_scenarios(fault, [scenario.name]) for fault in error.faults]
        raise ConfigError(faults, error.places) from None


def _changed(config: Config, coordinates: Mapping[str, str], last: Mapping[str, object]) -> Config:
    """Return the config of one combination of the axes, with further changes."""
    source = config.source
    if source is None:
        msg = "only a configuration that was read from a file or text has scenarios"
        raise ValueError(msg)
    written = source
    tree = {key: value for key, value in source.tree.items() if key != "scenarios"}
    after = replace(source, tree=tree)
    faults: list[Fault] = []
    if config.scenarios is not None:
        for axis, value in coordinates.items():
            path = ("scenarios", "axes", axis, value)
            patch = written.value_at(path) or {}
            after, wrong = patched(after, patch, written, path)
            faults += wrong
    after, wrong = patched(after, last)
    if faults or wrong:
        raise ConfigError([*faults, *wrong], after)
    return config_from_source(after)


def _in_scenarios(fault: Fault, names: Sequence[str]) -> Fault:
    """Say in which scenarios a fault is one."""
    where = _("in the scenario {name}", name=names[0])
    if len(names) > 1:
        where = _("in the scenario {name} and {more} more", name=names[0], more=len(names) - 1)
    return replace(fault, note=listed([fault.note, where], SEMICOLON) if fault.note else where)
