"""What stands behind `--scenario`: a choice of values of axes, scenarios by name, changes of keys.

A word whose parts between commas all are `axis=value` chooses; a word without `=` is the name of
a scenario; any other is `KEY=VALUE` and changes a key of the config. An axis goes before a key of
the same name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hydrosim.config.overrides import SCENARIO, patch_of
from hydrosim.errors import DataError, nearest, shown
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hydrosim.config.schema import Config

__all__ = ["Choice", "chosen_names", "read_choice"]

MOST_SHOWN = 5


@dataclass
class Choice:
    """Chosen values by axis, scenarios by name, and changes of keys."""

    values: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    patch: dict[str, Any] = field(default_factory=dict)

    def too_many(self, names: Sequence[str]) -> DataError:
        """Return the error of a choice that leaves more than one scenario."""
        shown_names = ", ".join(names[:MOST_SHOWN]) + (", ..." if len(names) > MOST_SHOWN else "")
        found = _("{count} scenarios: {shown_names}", count=len(names), shown_names=shown_names)
        return DataError(
            SCENARIO, found=found, expected=_("one: a value of each axis, or its name")
        )


def read_choice(config: Config, texts: Sequence[str]) -> Choice:
    """Return what the words behind ``--scenario`` say.

    Raises
    ------
    DataError
        If a word names no value of an axis and no scenario, or is no ``KEY=VALUE``.
    """
    choice = Choice()
    changes: list[str] = []
    for text in texts:
        pairs = _pairs(config, text)
        if pairs is not None:
            for axis, value in pairs:
                _choose(config, choice, axis, value)
        elif "=" not in text and config.scenarios is not None:
            choice.names.append(_known_name(config, text.strip()))
        else:
            changes.append(text)
    choice.patch = patch_of(changes)
    return choice


def chosen_names(config: Config, choice: Choice) -> set[str]:
    """Return the names of the scenarios that a choice keeps.

    Raises
    ------
    DataError
        If it keeps none.
    """
    if config.scenarios is None:
        return {config.path.stem if config.path else "scenario"}
    kept = {
        name
        for name, coordinates in config.scenarios.combinations().items()
        if (not choice.names or name in choice.names)
        and all(coordinates[axis] == value for axis, value in choice.values.items())
    }
    if not kept:
        words = [*choice.names, *(f"{axis}={value}" for axis, value in choice.values.items())]
        expected = _("a choice that some scenario of the config fits")
        raise DataError(SCENARIO, found=shown(",".join(words)), expected=expected)
    return kept


def _pairs(config: Config, text: str) -> list[tuple[str, str]] | None:
    """Return the axes and values of a word, or None when it is something else."""
    if config.scenarios is None:
        return None
    pairs = [
        (axis.strip(), value.strip())
        for axis, sign, value in (part.partition("=") for part in text.split(","))
        if sign
    ]
    known = [axis in config.scenarios.axes for axis, _unused in pairs]
    if len(pairs) == text.count(",") + 1 and all(known):
        return pairs
    first = text.partition("=")[0].strip()
    if len(pairs) > 1 and any(known) and "{" not in text and "[" not in text:
        wrong = next(axis for (axis, _unused), fine in zip(pairs, known, strict=True) if not fine)
        raise _no_axis(config, wrong)
    if "=" in text and first.isidentifier() and first not in type(config).model_fields:
        raise _no_axis(config, first)
    return None


def _choose(config: Config, choice: Choice, axis: str, value: str) -> None:
    assert config.scenarios is not None
    if axis in choice.values:
        raise DataError(
            SCENARIO, found=_("{axis!r} twice", axis=axis), expected=_("each axis once")
        )
    if value not in config.scenarios.axes[axis]:
        known = config.scenarios.axes[axis]
        what = _("a value of the axis {axis!r}: {known}", axis=axis, known=_some(known))
        raise _unknown_choice(what, value, known)
    choice.values[axis] = value


def _known_name(config: Config, name: str) -> str:
    assert config.scenarios is not None
    names = config.scenarios.combinations()
    if name not in names:
        what = _("axis=value, KEY=VALUE or the name of a scenario: {known}", known=_some(names))
        raise _unknown_choice(what, name, names)
    return name


def _no_axis(config: Config, name: str) -> DataError:
    assert config.scenarios is not None
    known = config.scenarios.axes
    return _unknown_choice(_("the name of an axis: {axes}", axes=_some(known)), name, known)


def _some(names: Iterable[str]) -> str:
    known = list(names)
    more = ", ..." if len(known) > MOST_SHOWN else ""
    return f"{', '.join(known[:MOST_SHOWN])}{more}"


def _unknown_choice(expected: str, name: str, known: Iterable[str]) -> DataError:
    near = nearest(name, known)
    return DataError(SCENARIO, found=shown(name), expected=expected, nearest=near)
