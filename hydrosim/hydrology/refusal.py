"""One fault of a number or a name, raised by the functions of this package."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NoReturn

from hydrosim.errors import ConfigError, Fault, nearest
from hydrosim.locale import Message, _


def refuse(place: str, found: str, expected: str, note: str | None = None) -> NoReturn:
    """Raise the error that tells one fault.

    Parameters
    ----------
    place : str
        Name of the argument, dots between its parts.
    found, expected : str
        What was found and what is allowed, with units.
    note : str, optional
        A further sentence: the likely cause or what to do.

    Raises
    ------
    ConfigError
        Always.
    """
    raise ConfigError([Fault(tuple(place.split(".")), found, expected, note=note)])


def check_choice(place: str, found: str, allowed: Iterable[str]) -> None:
    """Refuse a word that is not among the allowed ones, and tell the nearest.

    Raises
    ------
    ConfigError
        If the word is unknown.
    """
    words = tuple(allowed)
    if found not in words:
        expected = _("one of {words}", words=", ".join(words))
        raise ConfigError([Fault((place,), repr(found), expected, nearest(found, words))])


def check_positive(place: str, value: float, unit: str) -> None:
    """Refuse a number that is not finite and above zero.

    Raises
    ------
    ConfigError
        If it is not.
    """
    if not (math.isfinite(value) and value > 0.0):
        expected = _("a number above 0")
        if unit:
            expected = _("a number above 0 {unit}", unit=unit)
        refuse(place, f"{value:g} {unit}".rstrip(), expected)


def impossible_for(fault: Fault) -> Message:
    """Return a fault as the reason for which something cannot be made."""
    return _("{found}; expected {expected}", found=fault.found, expected=fault.expected)
