"""The command `check`: all faults of a configuration, for each engine that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.cli.exits import FINE
from hydrosim.cli.results import warnings_of, warnings_of_periods
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse

    from hydrosim.cli.console import Console
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault
    from hydrosim.locale import Language

__all__ = ["check"]


def check(options: argparse.Namespace, console: Console) -> int:
    """Report all faults of a config, how its reaches are routed, and what looks unlikely."""
    from hydrosim.config.load import load_config
    from hydrosim.io.parallel import beside

    config = load_config(options.config)
    if config.floods_alone:
        _check_floods(config, console, options.lang)
        missing = "`period:`" if not config.has_period else "`ladder:`"
        alone = _("floods only: there is no {key}, which `hydrosim run` asks for", key=missing)
        console.line(alone)
    else:
        with beside(_check_possible, config, options.lang) as possible:
            reaches = _check_both(config, console, options.lang)
            console.complain(possible.result())
        key = "routing_zh" if options.lang == "zh" else "routing"
        for name, reach in sorted(reaches.items()):
            if key in reach:
                console.line(f"{name}: {reach[key]}")
    console.line(_("{config}: no fault found", config=options.config))
    return FINE


def _check_both(config: Config, console: Console, language: Language) -> dict[str, dict[str, Any]]:
    """Check a supply run and, where there are, floods; return the reaches of the supply run.

    Raises
    ------
    ConfigError
        With the faults of both engines, each with the engine that it stops.
    """
    from hydrosim.errors import ConfigError, of_engine
    from hydrosim.supply.build import check_model

    reaches: dict[str, dict[str, Any]] = {}
    stopped: list[Fault] = []
    try:
        builder, _ladder = check_model(config, check_only=True)
        console.complain(warnings_of(config, builder.warnings, language))
        reaches = builder.items.get("reach", {})
    except ConfigError as error:
        if config.flood is None:
            raise
        stopped.extend(of_engine(error.faults, "supply"))
    if config.flood is not None:
        try:
            _check_floods(config, console, language)
        except ConfigError as error:
            stopped.extend(of_engine(error.faults, "flood") if stopped else error.faults)
    if stopped:
        raise ConfigError(dict.fromkeys(stopped), config.source)
    return reaches


def _check_floods(config: Config, console: Console, language: Language) -> None:
    """Check the floods of a config; complain of what looks unlikely."""
    from hydrosim.errors import render_faults
    from hydrosim.flood.design import flood_warnings

    console.complain(render_faults(flood_warnings(config), config.source, language))


def _check_possible(config: Config, language: Language) -> str:
    """Check what may come beside the record: possible waters, and each scenario.

    Return the quotas that a scenario's period uses twice in a year.
    """
    from hydrosim.scenarios.expand import expand_scenarios, told_in
    from hydrosim.supply.build import check_model

    if config.ensemble is not None:
        from hydrosim.ensemble.water import fit_water

        fit_water(config)
    if config.scenarios is None:
        return ""
    scenarios = expand_scenarios(config)
    for scenario in scenarios:
        with told_in(scenario):
            check_model(scenario.config, check_only=True)
    return warnings_of_periods([one.config for one in scenarios], language)
