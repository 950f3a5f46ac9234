"""Names along the dimensions of a result, what is known of each item, and what was recorded.

Everything takes a result of one scenario and member. What a result does not hold raises
:class:`NotHeld`: for standards the reason why nothing is judged, for all others a fault in data.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest
from hydrosim.locale import Message, _
from hydrosim.reading.view import of_frame
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = [
    "RESULTS",
    "NotHeld",
    "NotJudged",
    "attributes",
    "has",
    "item_flags",
    "item_numbers",
    "item_texts",
    "items",
    "nodes_of",
    "one_run",
    "position",
    "require",
    "values_of",
]

RESULTS = "results"
"""The place that faults of results name."""
_MOST_NAMES = 12


class NotJudged(Exception):
    """A check that cannot be made on this result, with the reason."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class NotHeld(NotJudged, DataError):
    """A variable or an item that a result does not hold."""

    def __init__(
        self, reason: Message, *, found: str, expected: str, nearest: str | None = None
    ) -> None:
        DataError.__init__(self, RESULTS, found=found, expected=expected, nearest=nearest)
        self.reason = reason


def one_run(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result of one scenario and member without these dimensions.

    Raises
    ------
    DataError
        If it holds several; choose one with ``dataset.isel(scenario=..., member=...)``.
    """
    for dim in ("scenario", "member"):
        if dim not in dataset.dims:
            continue
        if dataset.sizes[dim] != 1:
            raise DataError(
                RESULTS,
                found=f"{dataset.sizes[dim]} {dim}s",
                expected=_("one {dim}", dim=dim),
                note=_("choose it with dataset.isel({dim}=0)", dim=dim),
            )
        dataset = dataset.isel({dim: 0}, drop=True)
    return dataset


def has(dataset: Result, *names: str) -> bool:
    """Return whether all variables were recorded, each for at least one item."""
    return all(
        name in dataset.data_vars
        and all(dataset.sizes.get(dim, 1) > 0 for dim in dataset.variables[name].dims)
        for name in names
    )


def require(dataset: Result, *names: str) -> None:
    """Check that variables were recorded.

    Raises
    ------
    NotHeld
        If one was not.
    """
    for name in names:
        if not has(dataset, name):
            raise _unrecorded(Message(name), name)


def _unrecorded(what: Message, name: str) -> NotHeld:
    """Return the fault of a variable that a run did not record; ``what`` may name others too."""
    known = VARIABLES.get(name)
    return NotHeld(
        _(
            "the run did not record {what} ({meaning})",
            what=what,
            meaning=known.long_name if known else Message(name),
        ),
        found=_("no variable {name!r}", name=name),
        expected=_("a run that records {name!r} (see 'outputs:' in the config)", name=name),
    )


def unrecorded_either(table: str, flow: str) -> NotHeld:
    """Return the fault of a volume that neither the year table nor the steps of a run tell."""
    return _unrecorded(_("{table} or {flow}", table=table, flow=flow), flow)


def values_of(dataset: Result, name: str, *order: str) -> NDArray[Any]:
    """Return a variable as an array, with its dimensions in some order where one is given.

    Past the DataArray on purpose: picking one of its items copies some forty coordinates.

    Raises
    ------
    NotHeld
        If the result holds no such variable.
    """
    if name not in dataset.variables:
        raise _unrecorded(Message(name), name)
    variable = dataset.variables[name]
    if not order or variable.dims == order:
        return np.asarray(variable.values)
    return np.transpose(variable.values, [variable.dims.index(dim) for dim in order])


def attributes(dataset: Result, name: str) -> Any:
    """Return a JSON attribute of the result, or None when it is not set."""
    text = dataset.attrs.get(name)
    return _parsed(text) if isinstance(text, str) and text else text or None


@lru_cache(maxsize=16)
def _parsed(text: str) -> Any:
    """Return what a text of JSON says, once for all checks and members; it is only read."""
    return json.loads(text)


def nodes_of(dataset: Result) -> list[dict[str, Any]]:
    """Return the nodes that a result describes: name, type, title, tier, river."""
    network: dict[str, Any] = attributes(dataset, "network") or {}
    return network.get("nodes", [])


@of_frame
def items(dataset: Result, dimension: str) -> list[str]:
    """Return the names along a dimension; none when the result has no such dimension."""
    if dimension not in dataset.dims:
        return []
    if dimension not in dataset.coords:
        return [str(place) for place in range(dataset.sizes[dimension])]
    return [str(name) for name in dataset.variables[dimension].values]


def position(dataset: Result, dimension: str, name: str) -> int:
    """Return where a name stands along a dimension.

    Raises
    ------
    NotHeld
        When the result holds no such item.
    """
    names = items(dataset, dimension)
    if name not in names:
        what = "flood" if dimension == "event" else dimension
        some = (
            _("one of {names}", names=", ".join(names))
            if len(names) <= _MOST_NAMES
            else _("one of {count}", count=len(names))
        )
        raise NotHeld(
            _("the result holds no {what} {name!r}", what=what, name=name),
            found=_("no {what} {name!r}", what=what, name=name),
            expected=some if names else _("a result with a {what}", what=what),
            nearest=nearest(name, names),
        )
    return names.index(name)


@of_frame
def item_texts(dataset: Result, dimension: str, name: str, default: str = "") -> list[str]:
    """Return a text coordinate of the items, with ``default`` where it is not set."""
    if name not in dataset.coords:
        return [default] * len(items(dataset, dimension))
    found = [str(text) for text in dataset.variables[name].values]
    return [default if text in ("", "nan", "None") else text for text in found]


@of_frame
def item_numbers(dataset: Result, dimension: str, name: str) -> Floats:
    """Return a number coordinate of the items, NaN where it is not set."""
    if name not in dataset.coords:
        return np.full(len(items(dataset, dimension)), np.nan)
    return dataset.variables[name].values.astype(np.float64)


def item_flags(dataset: Result, dimension: str, name: str) -> list[bool]:
    """Return a yes-or-no coordinate of the items, no where it is not set."""
    return [value == 1.0 for value in item_numbers(dataset, dimension, name)]
