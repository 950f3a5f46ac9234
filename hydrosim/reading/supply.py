"""How the standards read a result: series, periods, complete water years and reasons.

Everything takes the Dataset of one scenario and member. What a check needs and the run did not
record raises :class:`NotJudged`, whose text becomes the reason of the verdict.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import EMPTY, LANGUAGES, Bilingual, Message, _
from hydrosim.reading.view import Result, of_frame, of_result
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "SECONDS_PER_DAY",
    "NotJudged",
    "Years",
    "attributes",
    "by_year",
    "claims_of",
    "drawn_by",
    "has",
    "item_flags",
    "item_numbers",
    "item_texts",
    "items",
    "ledger_volumes",
    "longest_run",
    "position",
    "reason_of",
    "recorded_items",
    "seconds_of",
    "series",
    "totals",
    "whole_years",
    "year_of_steps",
    "year_table",
    "year_volumes",
    "years_of",
]

SECONDS_PER_DAY = 86_400.0
_SHORTEST_YEAR_S = 364.5 * SECONDS_PER_DAY


class NotJudged(Exception):
    """A check that cannot be made on this result, with the reason."""

    def __init__(self, told: Message) -> None:
        super().__init__(told)
        self.told = told


@dataclass(frozen=True)
class Years:
    """The water years of a run and which of them it covers whole."""

    year: Integers
    complete: Flags

    @property
    def whole(self) -> Integers:
        """The complete water years."""
        return self.year[self.complete]


def has(dataset: Result, *names: str) -> bool:
    """Return whether all variables were recorded."""
    return all(name in dataset.data_vars for name in names)


def _unrecorded(what: Message, name: str) -> Message:
    return _(
        "the run did not record {what} ({meaning})",
        what=what,
        meaning=VARIABLES[name].long_name,
    )


def _values(dataset: Result, name: str, *order: str) -> NDArray[Any]:
    """Return a variable as an array with its dimensions in some order.

    Past the DataArray on purpose: picking one of its items copies some forty coordinates.
    """
    if name not in dataset.data_vars:
        raise NotJudged(_unrecorded(Message(name), name))
    variable = dataset.variables[name]
    return np.transpose(variable.values, [variable.dims.index(dim) for dim in order])


def series(dataset: Result, name: str, which: int | Sequence[int] | Integers) -> Floats:
    """Return a variable on the run's steps, (steps,) for one item, (steps, items) for several.

    Raises
    ------
    NotJudged
        When the run did not record the variable.
    """
    values = _values(dataset, name, "time", VARIABLES[name].dimension)
    index = which if isinstance(which, int) else np.asarray(which, dtype=np.int64)
    return np.array(values[:, index], np.float64, copy=isinstance(index, int) or None)


@of_result
def recorded_items(dataset: Result, name: str) -> set[int]:
    """Return the positions of the items of which a variable on the steps was recorded."""
    if not has(dataset, name):
        return set()
    values = _values(dataset, name, "time", VARIABLES[name].dimension)
    return {int(i) for i in np.flatnonzero(~np.isnan(values).all(axis=0))}


def year_table(dataset: Result, name: str, which: int) -> Floats:
    """Return a variable of the year table, (water years,), for one item.

    Raises
    ------
    NotJudged
        When the run did not record the variable.
    """
    values = _values(dataset, name, "water_year", VARIABLES[name].dimension)
    return values[:, which].astype(np.float64)


def ledger_volumes(dataset: Result, which: Sequence[int]) -> Floats:
    """Return what claims got by origin [m3 a month], (claims, months, origins).

    Raises
    ------
    NotJudged
        When the run kept no ledger.
    """
    values = _values(dataset, "supplied_by_origin", "claim", "month", "origin")
    return values[np.asarray(which, dtype=np.int64)].astype(np.float64)


def attributes(dataset: Result, name: str) -> Any:
    """Return a JSON attribute of the result, or None when it is not set."""
    text = dataset.attrs.get(name)
    return _parsed(text) if isinstance(text, str) and text else text or None


@lru_cache(maxsize=16)
def _parsed(text: str) -> Any:
    """Return what a text of JSON says, once for all checks and members; it is only read."""
    return json.loads(text)


@of_frame
def items(dataset: Result, dimension: str) -> list[str]:
    """Return the names along a dimension; none when the result has no such dimension."""
    if dimension not in dataset.dims:
        return []
    return [str(name) for name in dataset.variables[dimension].values]


def position(dataset: Result, dimension: str, name: str) -> int:
    """Return where a name stands along a dimension.

    Raises
    ------
    NotJudged
        When the result holds no such item.
    """
    names = items(dataset, dimension)
    if name not in names:
        raise NotJudged(_("the result holds no {what} {name!r}", what=dimension, name=name))
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


@of_frame
def claims_of(
    dataset: Result,
    kinds: Sequence[str],
    *,
    nodes: Sequence[str] | None = None,
    rivers: Sequence[str] | None = None,
    uses: Sequence[str] | None = None,
) -> list[int]:
    """Return the positions of the claims of some kinds, in the order of their names.

    ``nodes`` may name a node or a claim.
    """
    names = items(dataset, "claim")
    node = item_texts(dataset, "claim", "claim_node")
    kind = item_texts(dataset, "claim", "claim_kind")
    river = item_texts(dataset, "claim", "claim_river")
    use = item_texts(dataset, "claim", "claim_use")
    found = [
        i
        for i, name in enumerate(names)
        if kind[i] in kinds
        and (nodes is None or node[i] in nodes or name in nodes)
        and (rivers is None or river[i] in rivers)
        and (uses is None or use[i] in uses)
    ]
    return sorted(found, key=lambda i: names[i])


@of_frame
def seconds_of(dataset: Result) -> Floats:
    """Return the length of each step [s]."""
    return dataset.variables["dt"].values.astype(np.float64)


@of_frame
def year_of_steps(dataset: Result) -> Integers:
    """Return the water year of each step."""
    return dataset.variables["water_year_of_time"].values.astype(np.int64)


@of_frame
def years_of(dataset: Result) -> Years:
    """Return the water years of the run, from the year table or else from the steps."""
    if "complete" in dataset.coords:
        year = dataset.variables["water_year"].values.astype(np.int64)
        return Years(year, dataset.variables["complete"].values.astype(np.bool_))
    year, of_step = np.unique(year_of_steps(dataset), return_inverse=True)
    covered = totals(of_step, seconds_of(dataset), year.size)
    return Years(year.astype(np.int64), covered >= _SHORTEST_YEAR_S)


def whole_years(dataset: Result) -> Integers:
    """Return the complete water years.

    Raises
    ------
    NotJudged
        When no water year was run whole.
    """
    years = years_of(dataset).whole
    if years.size == 0:
        raise NotJudged(_("no water year was run whole"))
    return years


def totals(group: NDArray[np.integer[Any]], values: Floats, groups: int) -> Floats:
    """Return the sums of values by their group number, (groups,)."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def year_volumes(
    dataset: Result, table: str | None, flow: str, which: int, years: Integers
) -> Floats:
    """Return volumes [m3] of an item in some water years, (years,).

    They come from the year table variable ``table``, if there is one for it, else from the step
    means of ``flow``.

    Raises
    ------
    NotJudged
        When neither was recorded.
    """
    if table is not None and has(dataset, table):
        all_years = dataset.variables["water_year"].values.astype(np.int64)
        return year_table(dataset, table, which)[np.searchsorted(all_years, years)]
    if not has(dataset, flow):
        either = _("{table} or {flow}", table=table, flow=flow)
        raise NotJudged(_unrecorded(either if table else Message(flow), flow))
    return by_year(dataset, series(dataset, flow, which) * seconds_of(dataset), years)


def by_year(dataset: Result, values: Floats, years: Integers) -> Floats:
    """Return the sums of values (steps,) in some water years, in rising order, (years,)."""
    place, inside = _place_of_steps(dataset, years)
    return totals(place, values[inside], years.size)


@of_frame
def _place_of_steps(dataset: Result, years: Integers) -> tuple[Integers, Flags]:
    """Return the place among some years of the steps inside them, and which steps these are."""
    of_step = year_of_steps(dataset)
    place = np.minimum(np.searchsorted(years, of_step), years.size - 1)
    inside = years[place] == of_step
    return place[inside], inside


def longest_run(flags: Flags) -> int:
    """Return the length of the longest unbroken run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def reason_of(dataset: Result, which: Sequence[int], steps: Flags) -> Message:
    """Return why claims were short on some steps: the reason that stands for most missing water.

    Empty when the run kept no reasons. The table of reasons gives by code a sentence, or one for
    each language.
    """
    if not has(dataset, "reason", "demand", "supplied"):
        return EMPTY
    table = json.loads(dataset.variables["reason"].attrs.get("table", "{}"))
    missing = series(dataset, "demand", which) - series(dataset, "supplied", which)
    code = series(dataset, "reason", which)
    at = steps[:, None] & (missing > 0) & np.isfinite(code) & (code > 0)
    if not at.any():
        return EMPTY
    lengths = np.broadcast_to(seconds_of(dataset)[:, None], at.shape)
    codes, where = np.unique(code[at].astype(np.int64), return_inverse=True)
    weight = totals(where, (missing * lengths)[at], codes.size)
    sentence = table.get(str(codes[int(np.argmax(weight))]), "")
    told = sentence if isinstance(sentence, dict) else {"en": str(sentence)}
    english, chinese = (str(told.get(language, "")) for language in LANGUAGES)
    return Bilingual(english.rstrip("."), chinese.rstrip("。."))


def drawn_by(dataset: Result, which: Sequence[int], years: Integers) -> dict[str, Floats]:
    """Return what claims got from each origin [m3] in some water years: origin -> (years,).

    Raises
    ------
    NotJudged
        When the run kept no ledger.
    """
    if not has(dataset, "supplied_by_origin"):
        raise NotJudged(
            _(
                "the run kept no ledger (supplied_by_origin), so the sources of its water "
                "are unknown"
            )
        )
    volume = ledger_volumes(dataset, which).sum(axis=0)
    of_month = month_years(dataset)
    return {
        origin: np.array([volume[of_month == year, k].sum() for year in years])
        for k, origin in enumerate(items(dataset, "origin"))
    }


@of_frame
def month_years(dataset: Result) -> Integers:
    """Return the water year of each month of the ledger."""
    month = dataset.variables["month"].values.astype("datetime64[M]")
    of_step = dataset.variables["time"].values.astype("datetime64[M]")
    first = np.minimum(np.searchsorted(of_step, month), of_step.size - 1)
    return year_of_steps(dataset)[first]
