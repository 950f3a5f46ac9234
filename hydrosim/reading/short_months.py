"""How much of a demand was missing in each calendar month, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import EMPTY, LANGUAGES, Bilingual, Message
from hydrosim.reading.items import has, require, values_of
from hydrosim.reading.steps import months_of, seconds_of, totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = ["ShortMonths", "reason_table", "short_months"]


class ShortMonths(NamedTuple):
    """What some claims wanted and lacked by calendar month.

    Attributes
    ----------
    years
        Calendar years, (years,).
    demand_m3, missing_m3
        Volumes [m3], (years, 12); NaN in months that the run does not touch.
    code
        Code of the reason that stands for most missing water, (years, 12); 0 for none.
    """

    years: NDArray[np.int64]
    demand_m3: Floats
    missing_m3: Floats
    code: NDArray[np.int64]


def short_months(dataset: Result, which: Sequence[int]) -> ShortMonths:
    """Return what claims lacked in each calendar month; a step counts for the month it starts in.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    which
        Places of the claims.

    Raises
    ------
    NotHeld
        If demand or supply were not recorded.
    """
    require(dataset, "demand", "supplied")
    wanted, given = (
        np.nan_to_num(values_of(dataset, name, "time", "claim")[:, list(which)])
        for name in ("demand", "supplied")
    )
    years, months = months_of(dataset)
    first = int(years.min())
    place = (years - first) * 12 + months - 1
    size = (int(years.max()) - first + 1) * 12
    seconds = seconds_of(dataset)
    untouched = np.bincount(place, minlength=size) == 0
    demand = totals(place, wanted.sum(axis=1) * seconds, size)
    missing = totals(place, (wanted - given).sum(axis=1) * seconds, size)
    demand[untouched], missing[untouched] = np.nan, np.nan
    code = np.zeros(size, dtype=np.int64)
    if has(dataset, "reason"):
        codes = values_of(dataset, "reason", "time", "claim")[:, list(which)]
        code = _main_codes(place, size, codes, (wanted - given) * seconds[:, None])
    shape = (-1, 12)
    return ShortMonths(
        np.arange(first, first + size // 12),
        demand.reshape(shape), missing.reshape(shape), code.reshape(shape),
    )  # fmt: skip


def _main_codes(
    place: NDArray[np.int64], size: int, codes: Floats, missing_m3: Floats
) -> NDArray[np.int64]:
    """Return the code with most missing water in each month; 0 where nothing is missing."""
    at = (missing_m3 > 0.0) & np.isfinite(codes) & (codes > 0)
    found = np.zeros(size, dtype=np.int64)
    if not at.any():
        return found
    known = codes[at].astype(np.int64)
    month = np.broadcast_to(place[:, None], codes.shape)[at]
    most = int(known.max()) + 1
    weight = totals(month * most + known, missing_m3[at], size * most).reshape(size, most)
    return np.where(weight.max(axis=1) > 0.0, weight.argmax(axis=1), 0)


def reason_table(dataset: Result) -> dict[int, Message]:
    """Return the reasons of shortage by code; code 0 is none.

    Parameters
    ----------
    dataset
        A result; without reasons the table has only the empty one.
    """
    found: dict[int, Message] = {0: EMPTY}
    if not has(dataset, "reason"):
        return found
    table = json.loads(dataset.variables["reason"].attrs.get("table", "{}"))
    for code, sentence in table.items():
        texts = sentence if isinstance(sentence, dict) else {"en": str(sentence)}
        english, chinese = (str(texts.get(language, "")) for language in LANGUAGES)
        found[int(code)] = Bilingual(english, chinese)
    return found
