"""Checks that several node types share: accounts, month shares and the types of named nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _
from hydrosim.nodes._pattern import shares_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from hydrosim.errors import Path, Severity
    from hydrosim.nodes.base import Node, WholeConfig
    from hydrosim.units import MonthDay

__all__ = [
    "account_faults",
    "aquifer_faults",
    "node_of",
    "of_supply",
    "return_faults",
    "share_faults",
    "surface_water_faults",
    "unlinked_faults",
]


def of_supply(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults as those of a supply run only, warnings too: floods are routed all the same."""
    for fault in faults:
        yield fault if fault.engine is not None else replace(fault, engine="supply")


def node_of(config: WholeConfig, name: str | None) -> Node | None:
    """Return the node of a name, or None; an unknown name is reported by the check of names."""
    return config.nodes.get(name) if name is not None else None


def aquifer_faults(
    config: WholeConfig, path: Path, target: str | None, meaning: str = _("an aquifer")
) -> Iterator[Fault]:
    """Tell a named node that is no aquifer; ``meaning`` says which one is expected."""
    return _target_faults(config, path, target, lambda node: node.is_aquifer, meaning)


def surface_water_faults(config: WholeConfig, path: Path, target: str | None) -> Iterator[Fault]:
    """Tell a named node to which no natural water flows."""
    meaning = _("a river, lake, reservoir or junction")
    return _target_faults(config, path, target, lambda node: node.is_surface_water, meaning)


def return_faults(config: WholeConfig, path: Path, target: str | None) -> Iterator[Fault]:
    """Tell a named node to which no water comes back after use."""
    meaning = _("a node that can pass on or store what returns")
    return _target_faults(config, path, target, _takes_returns, meaning)


def _takes_returns(node: Node) -> bool:
    return node.takes_returns or node.is_surface_water or node.is_aquifer


def _target_faults(
    config: WholeConfig,
    path: Path,
    target: str | None,
    fits: Callable[[Node], bool],
    meaning: str,
) -> Iterator[Fault]:
    """Tell a named node that does not fit what names it.

    Parameters
    ----------
    path
        Path of the key inside the node that names it.
    fits
        What the node has to answer.
    meaning
        What is expected, in words.
    """
    node = node_of(config, target)
    if node is None or fits(node):
        return
    fitting = [name for name, other in config.nodes.items() if fits(other)]
    near = nearest(str(target), fitting)
    if near is None and len(fitting) == 1:
        near = fitting[0]
    yield Fault(
        path,
        _(
            "{target}, which is of type {type_name!r}",
            target=shown(str(target)),
            type_name=node.type_name,
        ),
        meaning,
        near,
        nearest_path=("nodes", near) if near else None,
    )


def account_faults(
    quota: object, account_year: MonthDay | None, path: Path = (), *, dependent: Sequence[str] = ()
) -> Iterator[Fault]:
    """Tell a quota without the day on which it is granted, and what needs a quota.

    Parameters
    ----------
    dependent
        Keys that are set and mean nothing without a quota.
    """
    if quota is not None and account_year is None:
        yield Fault(
            (*path, "account_year"),
            _("a quota without a calendar"),
            _("the day on which the quota is granted anew, such as account_year: 11-01"),
        )
    if quota is None:
        given = [*(["account_year"] if account_year is not None else []), *dependent]
        for key in given:
            yield Fault(
                (*path, key), _("{key} without a quota", key=key), _("a quota, or no such key")
            )


def unlinked_faults(
    name: str, config: WholeConfig, water: str, *, severity: Severity = "warning"
) -> Iterator[Fault]:
    """Tell a source from which no link leads, so that nobody gets its water.

    Parameters
    ----------
    water
        What stays unused, in words.
    severity
        A source that is there for nothing else is an error.
    """
    if not config.link_ends.leaving(name):
        yield Fault(
            (),
            _(
                "{name!r} without a link that starts from it: {water} reaches nobody",
                name=name,
                water=water,
            ),
            _("a link such as {{from: {name}, to: ...}}, or no such node", name=name),
            # Without any link a misspelt key is the likelier fault, and reported as such.
            severity=severity if config.links else "warning",
            engine="supply",
        )


def share_faults(shares: Sequence[float], path: Path) -> Iterator[Fault]:
    """Tell month shares that are not twelve or do not sum to 100 %."""
    wrong = shares_fault(shares)
    if wrong is not None:
        yield Fault(path, *wrong)
