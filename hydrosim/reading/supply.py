"""How a supply result is read: series, year tables, claims, the ledger and reasons of shortage.

Everything takes the result of one scenario and member.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import EMPTY, LANGUAGES, Bilingual, Message, _
from hydrosim.reading.items import (
    NotJudged,
    has,
    item_texts,
    items,
    position,
    require,
    unrecorded_either,
    values_of,
)
from hydrosim.reading.kinds import is_firm, is_supply, use_of
from hydrosim.reading.steps import (
    YearKind,
    by_year,
    labels_of,
    month_seconds,
    month_years,
    seconds_of,
    totals,
)
from hydrosim.reading.view import of_frame, of_result
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "claims_of",
    "column",
    "drawn_by",
    "firm_claims",
    "ledger_volumes",
    "reason_of",
    "recorded_items",
    "series",
    "shown_items",
    "supply_claims",
    "uses_of_claims",
    "volumes_in",
    "year_table",
    "year_volumes",
]


def series(dataset: Result, name: str, which: int | Sequence[int] | Integers) -> Floats:
    """Return a variable on the run's steps, (steps,) for one item, (steps, items) for several.

    Raises
    ------
    NotHeld
        When the run did not record the variable.
    """
    values = values_of(dataset, name, "time", VARIABLES[name].dimension)
    index = which if isinstance(which, int) else np.asarray(which, dtype=np.int64)
    return np.array(values[:, index], np.float64, copy=isinstance(index, int) or None)


def column(dataset: Result, variable: str, item: str) -> Floats:
    """Return the series of one item of a variable (time or water_year,).

    Raises
    ------
    NotHeld
        If the variable or the item is absent.
    """
    require(dataset, variable)
    place = position(dataset, str(dataset.variables[variable].dims[-1]), item)
    return np.asarray(values_of(dataset, variable)[:, place], dtype=np.float64)


@of_result
def recorded_items(dataset: Result, name: str) -> set[int]:
    """Return the positions of the items of which a variable was recorded."""
    if not has(dataset, name):
        return set()
    dims = dataset.variables[name].dims
    others = tuple(k for k, dim in enumerate(dims) if dim != VARIABLES[name].dimension)
    return {int(i) for i in np.flatnonzero(~np.isnan(values_of(dataset, name)).all(axis=others))}


def year_table(dataset: Result, name: str, which: int) -> Floats:
    """Return a variable of the year table, (water years,), for one item.

    Raises
    ------
    NotHeld
        When the run did not record the variable.
    """
    values = values_of(dataset, name, "water_year", VARIABLES[name].dimension)
    return values[:, which].astype(np.float64)


def ledger_volumes(dataset: Result, which: Sequence[int]) -> Floats:
    """Return what claims got by origin [m3 a month], (claims, months, origins).

    Raises
    ------
    NotJudged
        When the run kept no ledger.
    """
    values = values_of(dataset, "supplied_by_origin", "claim", "month", "origin")
    return values[np.asarray(which, dtype=np.int64)].astype(np.float64)


def shown_items(dataset: Result, variable: str, *marks: str) -> list[str]:
    """Return the items of which a variable was recorded; with marks those that are shown by one.

    What a type is shown by stands in the coordinate ``store_shown_by``; an item without such a
    mark is shown by all.
    """
    dimension = VARIABLES[variable].dimension
    recorded = recorded_items(dataset, variable)
    shown_by = item_texts(dataset, dimension, f"{dimension}_shown_by")
    return [
        name
        for place, name in enumerate(items(dataset, dimension))
        if place in recorded and (not marks or shown_by[place] in ("", *marks))
    ]


def supply_claims(dataset: Result) -> list[int]:
    """Return the places of the claims that count as supply: uses and artificial ecology."""
    kinds = item_texts(dataset, "claim", "claim_kind")
    return [place for place, kind in enumerate(kinds) if is_supply(kind)]


def firm_claims(dataset: Result) -> list[int]:
    """Return the places of the claims that count as supply and have a demand of their own."""
    kinds = item_texts(dataset, "claim", "claim_kind")
    return [place for place, kind in enumerate(kinds) if is_firm(kind)]


def uses_of_claims(dataset: Result) -> list[str]:
    """Return the use of each claim, by its kind where it names none that is known."""
    kinds = item_texts(dataset, "claim", "claim_kind")
    uses = item_texts(dataset, "claim", "claim_use")
    return [use_of(kind, use) for kind, use in zip(kinds, uses, strict=True)]


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
        if table is not None:
            raise unrecorded_either(table, flow)
        require(dataset, flow)
    return by_year(dataset, series(dataset, flow, which) * seconds_of(dataset), years)


def volumes_in(
    dataset: Result, names: tuple[str | None, str], which: int, kind: YearKind, years: Integers
) -> Floats:
    """Return volumes [m3] of an item in some water or calendar years, (years,).

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    names
        Variable of the year table, if there is one for it, and the flow on the steps.
    which
        Place of the item.
    kind
        Whether ``years`` are water years or calendar years.
    years
        The years, rising.

    Raises
    ------
    NotJudged
        When such volumes are unknown.
    """
    table, flow = names
    if kind == "water":
        return year_volumes(dataset, table, flow, which, years)
    if has(dataset, flow):
        return by_year(dataset, series(dataset, flow, which) * seconds_of(dataset), years, kind)
    monthly = f"{flow}_monthly"
    if has(dataset, monthly) and "time" in dataset.variables:
        values = values_of(dataset, monthly, "month", VARIABLES[flow].dimension)[:, which]
        volume = values.astype(np.float64) * month_seconds(dataset)
        label = labels_of(dataset, "month", kind)
        return np.array([volume[label == year].sum() for year in years])
    labels = labels_of(dataset, "water_year", kind)
    if table is None:
        require(dataset, flow)
    if table is None or not has(dataset, table):
        raise unrecorded_either(str(table), flow)
    return year_table(dataset, table, which)[np.searchsorted(labels, years)]


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
    texts = sentence if isinstance(sentence, dict) else {"en": str(sentence)}
    english, chinese = (str(texts.get(language, "")) for language in LANGUAGES)
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
