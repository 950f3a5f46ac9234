"""The `scenarios:` block: axes of changes and which of their combinations are run."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hydrosim.errors import Fault, nearest, shown
from hydrosim.io.file_names import alike, unusable
from hydrosim.io.folder import COMPARISON_FOLDER, PLOTS, REPORT
from hydrosim.locale import _, listed
from hydrosim.units import Name, reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hydrosim.errors import Path

__all__ = ["JOINT", "Scenarios", "axis_faults"]

JOINT = "-"
"""Stands between the values of the axes in the name of a scenario; it is in no name."""
Choice = dict[Name, Name]
TAKEN = (COMPARISON_FOLDER, PLOTS, REPORT)
"""Folders of other things beside those of the scenarios."""
IN_FOLDERS = _("another name: each scenario is written into the folder of its name")
_PARTS = {"product": None, "list": "list", "subset": "keep"}


class Scenarios(BaseModel):
    """Changes of the configuration that are run side by side.

    Each axis has values by name, each a block of changes: the key path of what is changed
    (`nodes.yangtze.quota`, `links.wangkuai->sha_river.capacity`, `policy`) and its new value as it
    would stand in the file; nothing (`~`) takes the key away, an empty block `{}` changes nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    axes: dict[Name, dict[Name, dict[str, Any]]] = Field(
        min_length=1, description="Axes by name, each with its values by name: blocks of changes."
    )
    combine: Literal["product", "list", "subset"] = Field(
        "product",
        description="product: each value with each of the other axes; list: those of `list`; "
        "subset: those of the product that `keep` names.",
    )
    list: dict[Name, Choice] = Field(
        {},
        description="With `combine: list`: scenarios by name, each with a value of some axes; of "
        "an axis left out the first.",
    )
    keep: tuple[dict[Name, Name | tuple[Name, ...]], ...] = Field(
        (),
        description="With `combine: subset`: a combination is run when it fits one entry, that is "
        "has the named value, or one of the named values, on each axis that the entry names.",
    )

    @field_validator("axes", mode="before")
    @classmethod
    def _nothing_is_an_empty_patch(cls, axes: object) -> object:
        if not isinstance(axes, dict):
            return axes
        for name, values in axes.items():
            if isinstance(values, dict) and not values:
                reject(values, _("values by name with their changes"), key=str(name))
        return {
            name: {value: {} if patch is None else patch for value, patch in values.items()}
            if isinstance(values, dict)
            else values
            for name, values in axes.items()
        }

    def combinations(self) -> dict[str, dict[str, str]]:
        """Return the value on each axis of each scenario, by its name, in the order of the file."""
        if self.combine == "list":
            first = {axis: next(iter(values)) for axis, values in self.axes.items()}
            return {name: {**first, **choice} for name, choice in self.list.items()}
        chosen = [
            dict(zip(self.axes, one, strict=True)) for one in itertools.product(*self._values)
        ]
        if self.combine == "subset":
            chosen = [one for one in chosen if any(_fits(one, entry) for entry in self.keep)]
        return {JOINT.join(one.values()): one for one in chosen}

    @property
    def _values(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(values) for values in self.axes.values())


def _fits(choice: Mapping[str, str], entry: Mapping[str, Any]) -> bool:
    return all(choice.get(axis) in _names(values) for axis, values in entry.items())


def _names(values: Any) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def axis_faults(scenarios: Scenarios) -> Iterator[Fault]:
    """Return what is wrong with the block by itself; paths from the root of the config."""
    wanted = _PARTS[scenarios.combine]
    for key, given in (("list", scenarios.list), ("keep", scenarios.keep)):
        if key == wanted and not given:
            expected = _("the key {key!r}, or `combine: product`", key=key)
            yield Fault(
                ("scenarios", key),
                _("`combine: {combine}` alone", combine=scenarios.combine),
                expected,
            )
        elif key != wanted and given:
            needs = next(name for name, part in _PARTS.items() if part == key)
            found = _("{key!r} with `combine: {combine}`", key=key, combine=scenarios.combine)
            yield Fault(("scenarios", key), found, _("`combine: {needs}` beside it", needs=needs))
    for name, choice in scenarios.list.items():
        yield from _choice_faults(scenarios, choice, ("scenarios", "list", name))
    for number, entry in enumerate(scenarios.keep):
        yield from _choice_faults(scenarios, entry, ("scenarios", "keep", number))
    if scenarios.combine == "subset" and scenarios.keep and not scenarios.combinations():
        expected = _("an entry that some combination of the axes fits")
        yield Fault(("scenarios", "keep"), _("entries that no combination fits"), expected)
    yield from _hidden_faults(scenarios)
    yield from _folder_faults(scenarios)


def _folder_faults(scenarios: Scenarios) -> Iterator[Fault]:
    """Find names of scenarios of which no folder can be made, or one folder of two of them."""
    lists: dict[Path, Sequence[str]] = {("scenarios", "list"): tuple(scenarios.list)}
    if scenarios.combine != "list":
        lists = {("scenarios", "axes", axis): tuple(on) for axis, on in scenarios.axes.items()}
        if len(lists) > 1:  # joined by a sign that no value has: only the whole may be too long
            longest = [max(on, key=lambda name: len(name.encode())) for on in lists.values()]
            yield from _unusable_faults(JOINT.join(longest), ("scenarios", "axes"))
    for path, names in lists.items():
        for name in names if len(lists) == 1 else ():
            yield from _unusable_faults(name, (*path, name))
        for name, before in alike(names):
            found = _(
                "{before} and {name}, one folder where capitals do not count",
                before=shown(before), name=shown(name),
            )  # fmt: skip
            yield Fault((*path, name), found, IN_FOLDERS)


def _unusable_faults(name: str, path: Path) -> Iterator[Fault]:
    reason = unusable(name)
    if name.lower() in TAKEN:
        reason = _("one of the folders {names}", names=listed(map(repr, TAKEN)))
    if reason is not None:
        found = _("the scenario {name}: {reason}", name=shown(name), reason=reason)
        yield Fault(path, found, IN_FOLDERS)


def _choice_faults(scenarios: Scenarios, choice: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for axis, values in choice.items():
        place = (*path, axis)
        if axis not in scenarios.axes:
            expected = _("the name of an axis: {axes}", axes=", ".join(scenarios.axes))
            yield Fault(place, shown(axis), expected, nearest(axis, scenarios.axes))
            continue
        known = scenarios.axes[axis]
        for value in _names(values):
            if value not in known:
                expected = _(
                    "a value of the axis {axis!r}: {known}", axis=axis, known=", ".join(known)
                )
                yield Fault(place, shown(value), expected, nearest(value, known))


def _hidden_faults(scenarios: Scenarios) -> Iterator[Fault]:
    """Tell a change that would hide one of an axis before it."""
    before: list[tuple[str, str, str]] = []
    for axis, values in scenarios.axes.items():
        own: list[tuple[str, str, str]] = []
        for value, patch in values.items():
            for key in patch:
                own.append((axis, value, key))
                hidden = next((one for one in before if _hides(key, one[2])), None)
                if hidden is not None:
                    yield Fault(
                        ("scenarios", "axes", axis, value, key),
                        _(
                            "a change of {key}, which {axis}={value} changes as well",
                            key=shown(key),
                            axis=hidden[0],
                            value=hidden[1],
                        ),
                        _("each key changed by one axis only"),
                    )
        before += own


def _hides(later: str, earlier: str) -> bool:
    return earlier == later or earlier.startswith(f"{later}.")
