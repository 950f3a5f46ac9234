"""Lowers a config: each node, link and rule adds its primitives; all that is wrong at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from hydrosim.builders.supply import Builder
from hydrosim.errors import ConfigError, Fault
from hydrosim.supply.quota_needs import bind_needs, lines_as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.config.schema import Config

__all__ = ["known_rules", "lower_config", "open_builder"]


def lower_config(
    config: Config,
    *,
    check_only: bool = False,
    forced: Mapping[str, NDArray[np.float64]] | None = None,
) -> Builder:
    """Lower every node and link of a config to primitives.

    Parameters
    ----------
    config
        A loaded config.
    check_only
        Modelled series may be left out: names, data and units are checked, no flow is simulated.
    forced
        Rules that other hydrology may replace, with the numbers of the record in SI, (steps,).

    Raises
    ------
    ConfigError
        With all that is wrong with the data and rules that nodes and links use.
    """
    config.refuse_supply()
    builder = open_builder(config, check_only=check_only, forced=forced)
    _all_of([partial(builder.rule, name) for name in known_rules(config)], config)
    names = sorted(config.nodes)
    last = [name for name in names if config.nodes[name].lowers_last]
    _all_of([partial(config.nodes[name].declare, name, builder) for name in names], config)
    links = sorted(config.links, key=lambda one: one.label)
    _all_of([partial(link.lower_supply, builder) for link in links], config)
    order = [*(name for name in names if name not in last), *last]
    _all_of([partial(config.nodes[name].lower_supply, name, builder) for name in order], config)
    _all_of([builder.settle, partial(bind_needs, builder, config)], config)
    return builder


def open_builder(
    config: Config,
    *,
    check_only: bool = False,
    forced: Mapping[str, NDArray[np.float64]] | None = None,
) -> Builder:
    """Return the builder of a config with nothing in it yet; see :func:`lower_config`."""
    settings = replace(config.settings, check_only=check_only, forced=dict(forced or {}))
    builder = Builder(config.calendar, config.all_rules.__getitem__, settings)
    builder.ladder = tuple(next(iter(lines_as_text(config)), ()))
    return builder


def known_rules(config: Config) -> list[str]:
    """Return the rules that read no node, directly or through others: all their data at once."""
    rules = config.all_rules
    users: dict[str, list[str]] = {}
    for name, rule in rules.items():
        for used in rule.references():
            users.setdefault(used, []).append(name)
    reading: set[str] = set()
    waiting = [name for name, rule in rules.items() if rule.reads()]
    while waiting:
        name = waiting.pop()
        if name not in reading:
            reading.add(name)
            waiting.extend(users.get(name, ()))
    return sorted(rules.keys() - reading)


def _all_of(actions: Sequence[Callable[[], Any]], config: Config) -> None:
    """Lower one part after the other; what is wrong with any of them is reported at once."""
    faults: dict[tuple[Any, str], Fault] = {}
    for action in actions:
        try:
            action()
        except ConfigError as error:
            for fault in error.faults:
                placed = _placed(fault, config)
                faults.setdefault((placed.path, placed.found), placed)
        except (KeyError, AttributeError):
            # A part may miss what another one, refused before it, did not add.
            if not faults:
                raise
    if faults:
        raise ConfigError([*faults.values(), *config.warnings], config.source)


def _placed(fault: Fault, config: Config) -> Fault:
    """Return a fault where its rule or link is written: ``series:``, a link's place in the list."""
    if len(fault.path) < 2:
        return fault
    section, name, *rest = fault.path
    if section == "rules" and name in config.series:
        return replace(fault, path=("series", name, *rest))
    if section == "links" and isinstance(name, str):
        labels = [link.label for link in config.links]
        return replace(fault, path=("links", labels.index(name), *rest))
    return fault
