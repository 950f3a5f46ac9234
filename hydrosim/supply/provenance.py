"""Which records a run's water comes from, as hashes: runs that are compared have to share them.

A hash is that of the numbers as they were read on the steps of the run, before any factor, unit or
land cover: levers of a scenario leave it alone, another file or another column does not.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config
    from hydrosim.nodes.base import Node

__all__ = ["water_records", "water_rules"]

LENGTH = 16


def water_rules(config: Config) -> list[str]:
    """Return the rules that the local inflow and weather of the nodes follow from, by name."""
    waiting = [name for node in config.nodes.values() for name in _named(node)]
    if config.ensemble is not None:
        waiting += [str(name) for name in config.ensemble.series]
    found: set[str] = set()
    known = config.all_rules
    while waiting:
        name = waiting.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        waiting.extend(known[name].references())
    return sorted(found)


def water_records(config: Config, builder: Builder) -> dict[str, str]:
    """Return a hash of the numbers that each rule of the water has read, by name of the rule.

    Parameters
    ----------
    config
        The config.
    builder
        What has lowered its rules; rules that read no file are left out.
    """
    return {
        name: hashlib.sha256("".join(builder.read[name]).encode()).hexdigest()[:LENGTH]
        for name in water_rules(config)
        if name in builder.read
    }


def _named(node: Node) -> Iterator[str]:
    keys = dict(node)
    for key in node.water_keys:
        given = keys.get(key)
        if isinstance(given, RuleRef):
            yield given.name
