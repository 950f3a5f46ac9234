"""Checks that several node types share: accounts, month shares and the types of named nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hydrosim.errors import Fault, nearest, shown
from hydrosim.nodes._pattern import shares_fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hydrosim.errors import Path
    from hydrosim.units import MonthDay

__all__ = [
    "SURFACE_WATERS",
    "account_faults",
    "node_of",
    "of_supply",
    "share_faults",
    "target_faults",
]

SURFACE_WATERS = (
    "junction",
    "reach",
    "control_section",
    "reservoir",
    "lake",
    "regulating_reservoir",
    "outlet",
)


def of_supply(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults as those of a supply run only, warnings too: floods are routed all the same."""
    for fault in faults:
        yield fault if fault.engine is not None else replace(fault, engine="supply")


def node_of(config: Any, name: str | None) -> Any:
    """Return the node of a name, or None; an unknown name is told by the check of names."""
    return config.nodes.get(name) if name is not None else None


def target_faults(
    config: Any, path: Path, target: str | None, types: Collection[str], meaning: str
) -> Iterator[Fault]:
    """Tell a named node that is of none of the types that make sense there.

    Parameters
    ----------
    path
        Path of the key inside the node.
    types
        Names of node types that are allowed.
    meaning
        What is expected, in words.
    """
    node = node_of(config, target)
    if node is None or node.type in types:
        return
    fitting = [name for name, other in config.nodes.items() if other.type in types]
    near = nearest(str(target), fitting)
    if near is None and len(fitting) == 1:
        near = fitting[0]
    yield Fault(
        path,
        f"{shown(str(target))}, which is of type {node.type!r}",
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
            "a quota without a calendar",
            "the day on which the quota is granted anew, such as account_year: 11-01",
        )
    if quota is None:
        given = [*(["account_year"] if account_year is not None else []), *dependent]
        for key in given:
            yield Fault((*path, key), f"{key} without a quota", "a quota, or no such key")


def share_faults(shares: Sequence[float], path: Path) -> Iterator[Fault]:
    """Tell month shares that are not twelve or do not sum to 100 %."""
    wrong = shares_fault(shares)
    if wrong is not None:
        yield Fault(path, *wrong)
