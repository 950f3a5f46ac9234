"""Level, area and storage of a water body: read from a file or a table, checked, interpolated."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from hydrosim.errors import DataError, Fault, nearest, shown
from hydrosim.io.bounded import bytes_of
from hydrosim.io.text import NotUtf8, decoded
from hydrosim.locale import Message, _
from hydrosim.units import Area, Flow, Level, RuleRef, reject
from hydrosim.units import dimensions as units
from hydrosim.units.scalars import note_plainly, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hydrosim.errors import Path

__all__ = [
    "Amount",
    "AmountFormat",
    "StorageCurve",
    "StorageTable",
    "curve_faults",
    "read_curve",
]

COLUMNS = ("level_m", "area_m2", "storage_m3", "release_capacity_m3s")
REQUIRED = ("level_m", "storage_m3")
_AMOUNT = _(
    "a level, a volume or a share of the conservation storage, such as 195 m, 2 亿m3 or 30 %"
)


ENTRY = replace(units.VOLUME, plausible=None)
"""A volume of a curve: near its bottom it may be as small as it is; its top tells the unit."""
LARGEST_LAKE_M2 = 1e11
MOST_CURVE = 4 << 20
_NUMBER = re.compile(r"\s*[+-]?\.?\d")
_CURVE_FILE = _("a CSV file with a storage curve")
LARGE_LAKE_M2 = 5e9


class StorageTable(BaseModel):
    """A storage curve written into the configuration, from the lowest level up."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    level: tuple[Level, ...] = Field(description="Levels, increasing.")
    storage: tuple[Annotated[float, ENTRY], ...] = Field(
        description="Storage at each level, increasing."
    )
    area: tuple[Area, ...] | None = Field(
        None, description="Water surface at each level; default: from the slope of the storage."
    )
    release_capacity: tuple[Flow, ...] | None = Field(
        None, description="Flow that all outlets together can pass at each level."
    )

    @cached_property
    def _curve(self) -> StorageCurve:
        """The curve, made once: checks and both engines ask for it."""
        columns = {
            "level_m": self.level,
            "storage_m3": self.storage,
            "area_m2": self.area,
            "release_capacity_m3s": self.release_capacity,
        }
        given = {name: np.array(content) for name, content in columns.items() if content}
        return _checked(_("the table"), given, [])


class Amount(NamedTuple):
    """An amount of stored water, given as a level [m], a volume [m3] or a share [0..1]."""

    kind: Literal["level", "storage", "share"]
    value: float

    def storage_m3(self, curve: StorageCurve, dead_m3: float, normal_m3: float) -> float:
        """Return the amount as a volume; a share is of the storage between dead and normal."""
        if self.kind == "level":
            return curve.storage_at(self.value)
        if self.kind == "share":
            return dead_m3 + self.value * (normal_m3 - dead_m3)
        return self.value


@dataclass(frozen=True)
class AmountFormat:
    """Metadata that reads an amount of stored water; ``rule`` allows the name of a rule."""

    rule: bool = False

    def read(self, value: object) -> Amount | RuleRef:
        """Return an entry as an amount or a rule."""
        if isinstance(value, (Amount, RuleRef)):
            return value
        expected = _("{amount}, or the name of a rule", amount=_AMOUNT) if self.rule else _AMOUNT
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return Amount("share", float(value))
        if not isinstance(value, str):
            reject(value, expected)
        kinds: tuple[tuple[Literal["level", "storage", "share"], units.Dimension], ...] = (
            ("level", units.LEVEL),
            ("storage", units.VOLUME),
            ("share", units.FRACTION),
        )
        for kind, dimension in kinds:
            try:
                return Amount(kind, units.convert(value, dimension))
            except ValueError:
                continue
        if self.rule and value.strip() and not value.strip()[0].isdigit():
            return RuleRef(value.strip())
        reject(value, expected)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "examples": ["195 m", "2 亿m3", "30 %"]}


@dataclass(frozen=True, eq=False)
class StorageCurve:
    """Level, storage and area, shape (n,), n >= 2, level and storage strictly increasing.

    Attributes
    ----------
    level_m, storage_m3, area_m2
        The curve. Between points all three are linear.
    release_m3s
        Flow that the outlets can pass, or None.
    """

    level_m: NDArray[np.float64]
    storage_m3: NDArray[np.float64]
    area_m2: NDArray[np.float64]
    release_m3s: NDArray[np.float64] | None

    def storage_at(self, level_m: float) -> float:
        """Storage [m3] at a level; constant beyond the ends."""
        return float(np.interp(level_m, self.level_m, self.storage_m3))

    def level_at(self, storage_m3: NDArray[np.float64]) -> NDArray[np.float64]:
        """Level [m] at each storage [m3]; constant beyond the ends."""
        return np.interp(storage_m3, self.storage_m3, self.level_m)

    @property
    def top_m3(self) -> float:
        """Storage [m3] at the curve's top."""
        return float(self.storage_m3[-1])

    @property
    def bottom_m(self) -> float:
        """Lowest level [m]."""
        return float(self.level_m[0])

    @property
    def top_m(self) -> float:
        """Highest level [m]."""
        return float(self.level_m[-1])


def area_of_slope(
    level_m: NDArray[np.float64], storage_m3: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the area [m2] at each point as dV/dz, made non-decreasing with its mean kept.

    Pooling of adjacent violators (Ayer et al. 1955), each slope weighted with its height.
    """
    height = np.diff(level_m)
    pools: list[tuple[float, float, int]] = []
    for slope, weight in zip(np.diff(storage_m3) / height, height, strict=True):
        pool = (float(slope), float(weight), 1)
        while pools and pools[-1][0] > pool[0]:
            mean, mass, count = pools.pop()
            total = mass + pool[1]
            pool = ((mean * mass + pool[0] * pool[1]) / total, total, count + pool[2])
        pools.append(pool)
    slopes = np.concatenate([np.full(count, mean) for mean, _mass, count in pools])
    return np.concatenate((slopes[:1], 0.5 * (slopes[1:] + slopes[:-1]), slopes[-1:]))


def read_curve(source: str | StorageTable, folder: FilePath) -> StorageCurve:
    """Return the storage curve of a table or a CSV file.

    Parameters
    ----------
    source
        The table, or the name of a file with the columns level_m, storage_m3 and, if known,
        area_m2 and release_capacity_m3s.
    folder
        Folder from which the file's name counts.

    Raises
    ------
    DataError
        If the file or the table is not a curve.
    """
    if isinstance(source, StorageTable):
        return source._curve
    file = str(source)
    given, lines = _read_columns(file, folder / file)
    return _checked(file, given, lines)


def curve_faults(
    source: str | StorageTable, folder: FilePath, *path: str | int
) -> tuple[StorageCurve | None, list[Fault]]:
    """Return the curve, or what is wrong with it."""
    try:
        curve = read_curve(source, folder)
    except DataError as error:
        fault = error.fault(*path)
        if isinstance(source, StorageTable):
            return None, [Fault(path, error.found, error.expected, note=error.note)]
        return None, [fault]
    return curve, list(_size_faults(curve, path))


def _size_faults(curve: StorageCurve, path: Path) -> Iterator[Fault]:
    """Tell a curve whose volumes do not fit its levels and areas, as in a wrong unit.

    An error is what no lake on Earth has, or is a hundred times what its areas hold.
    """
    height = float(curve.level_m[-1] - curve.level_m[0])
    rise = float(curve.storage_m3[-1] - curve.storage_m3[0])
    mean = np.interp(0.5 * (curve.level_m[1:] + curve.level_m[:-1]), curve.level_m, curve.area_m2)
    by_area = float((mean * np.diff(curve.level_m)).sum())
    top = units.with_unit(curve.top_m3, units.VOLUME)
    low, high = units.VOLUME.plausible or (0.0, math.inf)
    if by_area > 0.0 and not 1 / 3 < rise / by_area < 3:
        yield Fault(
            path,
            _(
                "{volume} over {height:g} m of level, where the areas hold {by_area}",
                volume=units.with_unit(rise, units.VOLUME), height=height,
                by_area=units.with_unit(by_area, units.VOLUME),
            ),
            _("volumes that the areas hold: one of them has another unit"),
            severity="warning" if 0.01 < rise / by_area < 100 else "error",
        )  # fmt: skip
    elif rise / height > LARGE_LAKE_M2:
        own, largest = (f"{area / 1e6:.6g} km2" for area in (rise / height, LARGE_LAKE_M2))
        yield Fault(
            path,
            _(
                "{volume} over {height:g} m of level: a surface of {area}",
                volume=units.with_unit(rise, units.VOLUME), height=height,
                area=own,
            ),
            _("as a rule a surface of less than {area}", area=largest),
            note=_("are the volumes in another unit?"),
            severity="error" if rise / height > LARGEST_LAKE_M2 else "warning",
        )  # fmt: skip
    elif not low <= curve.top_m3 <= high:
        yield Fault(
            path,
            _("a largest storage of {volume}", volume=top),
            _(
                "as a rule between {low} and {high}",
                low=units.with_unit(low, units.VOLUME), high=units.with_unit(high, units.VOLUME),
            ),
            note=_("are the volumes in another unit?"),
            severity="warning",
        )  # fmt: skip


def _read_columns(file: str, path: FilePath) -> tuple[dict[str, NDArray[np.float64]], list[int]]:
    numbered = _numbered_lines(file, path)
    try:
        table = list(csv.reader(line for _number_of_line, line in numbered))
    except csv.Error as error:
        raise DataError(file, found=str(error), expected=_CURVE_FILE) from None
    header = [name.strip() for name in table[0]] if table else []
    if header and not any(_NUMBER.match(cell) for cells in table[1:] for cell in cells):
        raise DataError(file, found=_("no numbers"), expected=_CURVE_FILE)
    for name in REQUIRED:
        if name not in header:
            raise DataError(
                file,
                found=_("the columns {header}", header=", ".join(header))
                if header
                else _("the columns of an empty file"),
                expected=_(
                    "a column {name!r} beside {columns}",
                    name=name,
                    columns=", ".join(c for c in COLUMNS if c != name),
                ),
                nearest=nearest(name, header),
            )
    columns: dict[str, list[float]] = {name: [] for name in header if name in COLUMNS}
    lines = [number for number, _line in numbered[1:]]
    for number, cells in zip(lines, table[1:], strict=True):
        for name, content in columns.items():
            place = header.index(name)
            content.append(_number(file, name, number, cells[place] if place < len(cells) else ""))
    return {name: np.array(content) for name, content in columns.items()}, lines


def _numbered_lines(file: str, path: FilePath) -> list[tuple[int, str]]:
    """Return the lines of a CSV file that are neither empty nor comments, with their numbers."""
    try:
        text = decoded(bytes_of(path, _CURVE_FILE, MOST_CURVE))
    except DataError as error:
        raise DataError(file, found=error.found, expected=error.expected) from None
    if isinstance(text, NotUtf8):
        raise DataError(file, found=text.found, expected=_CURVE_FILE, line=text.line)
    lines = enumerate(text.text.splitlines(), start=1)
    return [one for one in lines if one[1].strip() and not one[1].lstrip().startswith("#")]


def _number(file: str, column: str, line: int, text: str) -> float:
    try:
        value = float(text) if plainly(text) is None else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            file,
            column=column,
            line=line,
            found=shown(text.strip()) if text.strip() else _("an empty entry"),
            expected=_("a number"),
            note=note_plainly(text),
        )
    return value


def _checked(file: str, given: dict[str, NDArray[np.float64]], lines: list[int]) -> StorageCurve:
    level, storage = given.get("level_m"), given.get("storage_m3")
    if level is None or storage is None or level.size < 2:
        raise DataError(file, found=_("fewer than two points"), expected=_("two points or more"))
    for name, content in given.items():
        if content.size != level.size:
            raise DataError(
                file,
                found=_(
                    "{levels} levels and {numbers} numbers of {name}",
                    levels=level.size,
                    numbers=content.size,
                    name=name,
                ),
                expected=_("as many numbers as levels"),
            )
        strict = name in REQUIRED
        step = np.diff(content)
        wrong = np.flatnonzero(step <= 0 if strict else step < 0)
        if wrong.size:
            at = int(wrong[0]) + 1
            raise DataError(
                file,
                column=name,
                line=lines[at] if lines else None,
                found=_(
                    "{value} after {before}",
                    value=_shown(content[at], name),
                    before=_shown(content[at - 1], name),
                ),
                expected=_("a curve that rises strictly")
                if strict
                else _("a curve that never falls"),
            )
        if name != "level_m" and content[0] < 0:
            raise DataError(
                file, column=name, found=f"{content[0]:.10g}", expected=_("numbers of 0 or more")
            )
    area = given.get("area_m2")
    return StorageCurve(
        level,
        storage,
        area_of_slope(level, storage) if area is None else area,
        given.get("release_capacity_m3s"),
    )


def _shown(number: float, column: str) -> str:
    """Return a number of a column with its unit."""
    kind = column.rsplit("_", 1)[-1]
    dimensions = {"m": units.LEVEL, "m2": units.AREA, "m3": units.VOLUME, "m3s": units.FLOW}
    return units.with_unit(float(number), dimensions[kind])


def level_said(name: str, level_m: float) -> Message:
    """Return a level with its name: ``normal level 200 m``."""
    return _("{name} {level:g} m", name=name, level=level_m)


def inside_fault(
    path: Path, name: str, level_m: float, curve: StorageCurve, *, severe: bool = True
) -> list[Fault]:
    """Return a fault when a level lies outside the curve."""
    if curve.bottom_m <= level_m <= curve.top_m:
        return []
    return [
        Fault(
            path,
            level_said(name, level_m),
            _(
                "a level inside the storage curve, {bottom_m:g} to {top_m:g} m",
                bottom_m=curve.bottom_m,
                top_m=curve.top_m,
            ),
            severity="error" if severe else "warning",
        )
    ]
