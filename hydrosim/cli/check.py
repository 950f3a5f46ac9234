"""The command `check`: all faults of a configuration, for each engine that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, NOT_MET
from hydrosim.io.collection import collection_paused
from hydrosim.locale import _, ngettext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hydrosim.builders.supply import Builder
    from hydrosim.cli.console import Console
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault
    from hydrosim.locale import Language
    from hydrosim.sanity import SanityPage

__all__ = ["check"]


@collection_paused()
def check(options: argparse.Namespace, console: Console) -> int:
    """Report all faults of a config, how its reaches are routed, and what looks unlikely."""
    from hydrosim.config.load import load_config
    from hydrosim.io.parallel import beside

    config = load_config(options.config)
    page: SanityPage | None = None
    if config.floods_alone:
        found = dict.fromkeys([*config.warnings, *_checked_floods(config)])
        warnings = _warn(config, list(found), console)
        missing = "`period:`" if not config.has_period else "`ladder:`"
        alone = _("floods only: there is no {key}, which `hydrosim run` asks for", key=missing)
        console.line(alone)
    else:
        with beside(_check_possible, config, options.lang) as possible:
            builder, found = _check_both(config)
            warnings = _warn(config, found, console)
            if not options.no_page:
                from hydrosim.sanity import page_of

                page = page_of(builder, config, found)
                warnings += _warn(config, page.warnings, console)
            warned, count = possible.result()
            console.complain(warned)
        warnings += count
        key = "routing_zh" if options.lang == "zh" else "routing"
        for name, reach in sorted(builder.items.get("reach", {}).items()):
            if key in reach:
                console.line(f"{name}: {reach[key]}")
    if page is not None:
        from hydrosim.cli.page import page_text

        console.line(page_text(page, options.lang))
    console.line(_("{config}: no fault found", config=options.config))
    if not (options.strict and warnings):
        return FINE
    console.complain(ngettext("--strict: {count} warning", "--strict: {count} warnings", warnings))
    return NOT_MET


def _warn(config: Config, faults: Sequence[Fault], console: Console) -> int:
    """Print warnings of what looks unlikely; return how many there are."""
    from hydrosim.errors import render_faults

    console.complain(render_faults(faults, config.source, console.language))
    return len(faults)


def _check_both(config: Config) -> tuple[Builder, list[Fault]]:
    """Check a supply run and, where there are, floods; return the lowered supply, and warnings.

    Raises
    ------
    ConfigError
        With the faults of both engines, each with the engine that it stops.
    """
    from hydrosim.errors import ConfigError, of_engine
    from hydrosim.supply.build import check_model

    builder: Builder | None = None
    warnings: list[Fault] = []
    stopped: list[Fault] = []
    try:
        builder, _ladder = check_model(config, check_only=True)
        warnings += [*config.warnings, *builder.warnings]
    except ConfigError as error:
        if config.flood is None:
            raise
        stopped.extend(of_engine(error.faults, "supply"))
    if config.flood is not None:
        try:
            warnings += _checked_floods(config)
        except ConfigError as error:
            stopped.extend(of_engine(error.faults, "flood") if stopped else error.faults)
    if stopped or builder is None:
        raise ConfigError(dict.fromkeys([*stopped, *warnings]), config.source)
    return builder, warnings


def _checked_floods(config: Config) -> list[Fault]:
    """Check the floods of a config; return what looks unlikely."""
    from hydrosim.flood.design import flood_warnings

    return flood_warnings(config)


def _check_possible(config: Config, language: Language) -> tuple[str, int]:
    """Check what may come beside the record: possible waters, and each scenario.

    Return the quotas that a scenario's period uses twice in a year, and how many there are.
    """
    from hydrosim.errors import render_faults
    from hydrosim.scenarios.expand import expand_scenarios, naming_scenario
    from hydrosim.supply.build import check_model
    from hydrosim.supply.quota_checks import two_quota_warnings

    if config.ensemble is not None:
        from hydrosim.ensemble.water import fit_water

        fit_water(config)
    if not config.has_scenarios:
        return "", 0
    scenarios = expand_scenarios(config)
    for scenario in scenarios:
        with naming_scenario(scenario):
            check_model(scenario.config, check_only=True)
    found = {fault: one.config for one in scenarios for fault in two_quota_warnings(one.config)}
    text = "\n".join(render_faults([fault], one.source, language) for fault, one in found.items())
    return text, len(found)
