"""Series of amounts, such as mm or 万m3, where the keys that name them take a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.errors import Fault
from hydrosim.locale import _, listed, ngettext
from hydrosim.rules.series import Series
from hydrosim.rules.unit_check import fits, named_rules
from hydrosim.units import DEPTH_RATE, FLOW
from hydrosim.units.table import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hydrosim.errors import Path
    from hydrosim.rules.base import Rule

__all__ = ["amount_faults"]

MOST_NAMED = 3
_RATES = {DEPTH_RATE: "mm/day", FLOW: "m3/s"}


def amount_faults(
    parts: Mapping[str, Any], rules: Mapping[str, Rule], series: Mapping[str, Rule]
) -> Iterator[tuple[Fault, set[Path]]]:
    """Yield one fault for each series of amounts that keys take for a rate.

    The fault stands at the unit of the series and not at each key that names it: there the unit
    or the kind is wrong.

    Parameters
    ----------
    parts
        Sections of the config by name.
    rules
        All rules by name.
    series
        Those that stand in the section ``series``.

    Yields
    ------
    tuple
        The fault, and the keys that it is about.
    """
    found: dict[str, tuple[str, set[Path]]] = {}
    for place, name, dimensions in named_rules(parts):
        rule = rules.get(name)
        if not isinstance(rule, Series) or rule.kind == "sum" or rule.rate is None:
            continue
        if not dimensions or any(fits(str(rule.si_unit()), one) for one in dimensions):
            continue
        own = unit_of(rule.rate)[1]
        for dimension, example in _RATES.items():
            if unit_of(dimension.unit)[1] == own and any(fits(example, d) for d in dimensions):
                found.setdefault(name, (example, set()))[1].add(place)
    for name, (example, places) in found.items():
        unit = str(rules[name].si_unit())
        labels = [".".join(str(key) for key in place) for place in sorted(places, key=str)]
        if len(labels) > MOST_NAMED:
            rest = len(labels) - MOST_NAMED
            labels = [
                *labels[:MOST_NAMED],
                ngettext("{count} further key", "{count} further keys", rest),
            ]
        yield (
            Fault(
                ("series" if name in series else "rules", name, "unit"),
                _("{unit}, an amount, where a rate is expected: {keys}",
                  unit=unit, keys=listed(labels)),
                _("a rate such as {example}, or `kind: sum` where each row has the amount of its "
                  "own day or month", example=example),
            ),
            places,
        )  # fmt: skip
