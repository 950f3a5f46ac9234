"""What the header of a state must hold: of each entry its kind, before anything reads it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["FLOOD", "faults_of"]

FLOOD = "flood"
"""What the key ``kind`` of the state of a flood says; that of a run of days has no such key."""
FIRST, LAST = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31", "s")
DAYS = 367.0
"""Days that a water year has at most, and one more."""
MOST_COUNT = 10**9


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_there(value: Any) -> bool:
    return value is not None


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_text_table(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_COUNT


def _is_count(value: Any) -> bool:
    return _is_whole(value) and value >= 0


def _is_days(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0.0 <= value <= DAYS


def _is_moment(value: Any) -> bool:
    try:
        moment = np.datetime64(value, "s") if isinstance(value, str) else np.datetime64("NaT")
    except ValueError:
        return False
    return bool(FIRST <= moment <= LAST)


_COMMON: dict[str, Callable[[Any], bool]] = {
    "time": _is_moment,
    "step": _is_text,
    "config": _is_table,
    "config_hash": _is_text,
    "machine": _is_text_table,
    "machine.hydrosim": _is_text,
    "machine.kernels": _is_text,
    "machine.processor": _is_text,
    "names": _is_table,
    "names.states": _is_texts,
    "names.stores": _is_texts,
}
_SUPPLY: dict[str, Callable[[Any], bool]] = {
    "config.water_year": _is_there,
    "model": _is_text,
    "ledger": _is_flag,
    "water_year": _is_whole,
    "year_days": _is_days,
    "month": _is_whole,
    "names.carriers": _is_texts,
    "names.origins": _is_texts,
    "names.ages": _is_count,
    "names.first_held": _is_count,
    "names.claims": _is_texts,
    "names.quantities": _is_texts,
    "names.boundaries": _is_texts,
    "names.reservoirs": _is_texts,
    "names.imports": _is_texts,
}
_FLOOD: dict[str, Callable[[Any], bool]] = {
    "kind": _is_text,
    "step_number": _is_count,
    "event": _is_text,
    "start": _is_moment,
    "network": _is_text_table,
    "parts": _is_table,
    "parts.stores": _is_text_table,
    "parts.basins": _is_text,
    "parts.rules": _is_text,
    "parts.limits": _is_text_table,
    "parts.operation": _is_text,
    "past": _is_text,
}


def faults_of(header: Mapping[str, Any]) -> Iterator[Message]:
    """Yield what is missing in a header, or of another kind than a run writes."""
    own = _FLOOD if header.get("kind") == FLOOD else _SUPPLY
    for path, fits in (_COMMON | own).items():
        value: Any = header
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if not fits(value):
            yield _("its entry {entry} is missing or of another kind", entry=path)
            return
    if own is _SUPPLY and not _agree(header):
        yield _("its date, month and water year do not belong together")


def _agree(header: Mapping[str, Any]) -> bool:
    """Whether the step before the time of a state of a run is in the month and year it names."""
    time = np.datetime64(header["time"], "s")
    month, year = (int(time.astype(f"M8[{unit}]").astype(np.int64)) for unit in ("M", "Y"))
    return month - 1 <= header["month"] <= month and abs(header["water_year"] - year - 1970) <= 1
