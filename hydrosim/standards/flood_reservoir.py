"""Reservoirs in floods: protection of the river below, design flood, check flood of the dam."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import EMPTY, Bilingual, Message, _, alternatives
from hydrosim.reading.flood import flags, number_of, peaks
from hydrosim.reading.items import NotJudged, items
from hydrosim.standards.flood_criteria import zone_years
from hydrosim.standards.flood_named import left_out
from hydrosim.standards.flood_standard import Asked, FloodStandard
from hydrosim.standards.flood_works import LEVEL_BOUNDS, store_criterion
from hydrosim.standards.tables import basis_of, load_table, row_of
from hydrosim.standards.telling import Basis, Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Name, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hydrosim.reading.view import Result
    from hydrosim.standards.base import Place, WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodReservoir", "ReservoirWork", "is_embanked", "name_faults", "reservoir_rank"]

HUNDRED_MILLION = 1e8
_LEVEL = _("peak level")
_NO_LEVELS = _("the store has no flood-control, design or check level")
_NO_LEVEL = _("the store has no such level")
_BY_NAME = ("works", "return_periods", "events")
"""Keys under which names lead to values, not a list of names."""


class ReservoirWork(BaseModel):
    """What a reservoir's own documents say, instead of the tables."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    level: Literal[1, 2, 3, 4, 5] | None = Field(
        None, description="Level of its main structures (建筑物级别); default by total storage."
    )
    dam: Literal["earth", "concrete"] | None = Field(None, description="Kind of dam.")
    terrain: Literal["hill", "plain"] | None = Field(None, description="Where it lies.")
    protection: ReturnPeriod | None = Field(
        None, description="Flood from which it protects the river below; default that of zones."
    )
    design: ReturnPeriod | None = Field(None, description="Design flood; default by its level.")
    check_flood: ReturnPeriod | None = Field(
        None, alias="check", description="Check flood; default by its level."
    )
    protection_event: Name | None = Field(
        None, description="Flood under `flood.events` that stands for that of protection."
    )
    design_event: Name | None = Field(
        None, description="Flood under `flood.events` that is its design flood."
    )
    check_event: Name | None = Field(
        None, description="Flood under `flood.events` that is its check flood, such as the PMF."
    )

    @property
    def events(self) -> dict[str, str]:
        """Floods of the config by the level that they judge."""
        given = {
            "flood_control": self.protection_event,
            "design": self.design_event,
            "check": self.check_event,
        }
        return {key: name for key, name in given.items() if name is not None}

    @property
    def years(self) -> dict[str, float]:
        """Return periods of its own [year] by the level that they judge."""
        given = {
            "flood_control": self.protection,
            "design": self.design,
            "check": self.check_flood,
        }
        return {key: years for key, years in given.items() if years is not None}


class FloodReservoir(FloodStandard):
    """Peak levels of reservoirs against 防洪高水位, 设计洪水位 and 校核洪水位.

    The level in the flood of the protected zones may not exceed `flood_control`, that in the design
    and check flood `design` and `check`. The return periods of the dam follow from its level by
    SL 252, from the lower end of the range; the level from its total storage, that below the check
    flood level.
    """

    rank: ClassVar[int] = 16
    nothing: ClassVar[Message] = _("no reservoir has a flood-control, design or check level")
    type: Literal["flood_reservoir"] = Field("flood_reservoir", description="Type of the standard.")
    reservoirs: tuple[Name, ...] | None = Field(
        None, description="Reservoirs that are judged; default all."
    )
    dam: Literal["earth", "concrete"] = Field("earth", description="Kind of dam.")
    terrain: Literal["hill", "plain"] = Field("hill", description="hill, or plain and coast.")
    works: dict[Name, ReservoirWork] = Field(
        {}, description="By reservoir: level, kind of dam, return periods."
    )

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods that works name."""
        del config
        return {name for work in self.works.values() for name in work.events.values()}

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield three criteria for each reservoir."""
        dams = flags(dataset, "node_is_dam")
        nodes = items(dataset, "node")
        every = [name for name, dam in zip(nodes, dams, strict=True) if dam]
        for name in self.reservoirs or sorted({*every, *self.works}):
            if name not in nodes:
                reason = _("no flood passes it")
                subject = Subject(name, title=node_title(dataset, name))
                yield self.not_judged(subject, _LEVEL, reason)
                continue
            found = list(self._of(dataset, name))
            yield from found
            if not found and (self.reservoirs is not None or name in self.works):
                subject = Subject(name, title=node_title(dataset, name))
                yield self.not_judged(subject, _LEVEL, _NO_LEVELS)

    def _of(self, dataset: Result, name: str) -> Iterator[Asked | Verdict]:
        subject = Subject(name, title=node_title(dataset, name))
        try:
            work = self.works.get(name)
            events = {} if work is None else work.events
            for key, event in events.items():
                item = items(dataset, "node").index(name)
                reached = peaks(dataset, "peak_inflow", item) > 0.0
                judged = reached & (dataset.variables["event"].values == event)
                criterion = store_criterion(dataset, name, key, judged)
                if criterion is not None:
                    yield Asked(criterion, None, None, EMPTY, event)
                else:
                    yield self.not_judged(subject, LEVEL_BOUNDS[key], _NO_LEVEL)
            asked = {} if work is None else work.years
            for key, years, basis, note in self._bounds(dataset, name):
                criterion = None if key in events else store_criterion(dataset, name, key)
                if criterion is not None:
                    yield Asked(criterion, years, basis, note)
                elif key in asked:
                    yield self.not_judged(subject, LEVEL_BOUNDS[key], _NO_LEVEL)
        except NotJudged as missing:
            yield self.not_judged(subject, _LEVEL, missing.reason)

    def _bounds(
        self, dataset: Result, name: str
    ) -> list[tuple[str, float | None, Basis | None, Message]]:
        work = self.works.get(name) or ReservoirWork.model_validate({})
        item = items(dataset, "node").index(name)
        level, level_text = self._level(work, number_of(dataset, "check_storage", item))
        protection = work.protection or zone_years(dataset, name)
        found: list[tuple[str, float | None, Basis | None, Message]] = [
            ("flood_control", protection, None, EMPTY)
        ]
        terrain, dam = work.terrain or self.terrain, work.dam or self.dam
        row = None if level is None else row_of("reservoir_flood", f"{terrain}_{level}")
        for key, column, own in (
            ("design", "design", work.design),
            ("check", f"check_{dam}", work.check_flood),
        ):
            if own is not None:
                found.append((key, own, None, EMPTY))
            elif row is None:
                found.append((key, None, None, level_text))
            else:
                low, high = row[column]
                span = _(
                    "{level}, range {low} to {high} years", level=level_text, low=low, high=high
                )
                found.append((key, float(low), basis_of("reservoir_flood", row), span))
        return found

    def _level(self, work: ReservoirWork, total_m3: float) -> tuple[int | None, Message]:
        if work.level is not None:
            return work.level, _("level {n} by the config", n=work.level)
        row = reservoir_rank(total_m3)
        if row is None:
            return None, _("no total storage known for its rank")
        level_text = _(
            "total storage {total} 10^8 m3: rank {rank} {title}, level {level}",
            total=total_m3 / HUNDRED_MILLION,
            rank=row["name"],
            level=row["structure_level"],
            title=Bilingual(row["title"]["en"], row["title"]["zh"]),
        )
        return int(row["structure_level"]), level_text

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return reservoirs and floods it names that the config does not have."""
        faults = [
            fault
            for path, names in (
                (("reservoirs",), self.reservoirs or ()),
                (("works",), tuple(self.works)),
            )
            for fault in name_faults(config, path, names, lambda kind: kind.is_dam)
        ]
        faults.extend(left_out("reservoirs", self.reservoirs, works=self.works))
        known = sorted(config.flood.events) if config.flood is not None else []
        for name, work in self.works.items():
            for key, event, own in (
                ("protection", work.protection_event, work.protection),
                ("design", work.design_event, work.design),
                ("check", work.check_event, work.check_flood),
            ):
                path = ("works", name, f"{key}_event")
                if event is not None and event not in known:
                    expected = _(
                        "a flood under `flood.events` ({count} are defined)", count=len(known)
                    )
                    faults.append(Fault(path, shown(event), expected, nearest(event, known)))
                if event is not None and own is not None:
                    found = _("both `{key}` and `{key}_event`", key=key)
                    faults.append(Fault(path, found, _("a return period or a flood")))
        return faults


def reservoir_rank(total_m3: float) -> dict[str, Any] | None:
    """Return the row of the rank of a reservoir by total storage [m3] (SL 252, table 3.0.1).

    Below the smallest rank, or with an unknown storage, there is none.
    """
    if math.isnan(total_m3):
        return None
    rows: list[dict[str, Any]] = load_table("project_rank")["rows"]
    return next((row for row in rows if total_m3 >= row["total_storage"] * HUNDRED_MILLION), None)


def is_embanked(kind: type[Place]) -> bool:
    """Whether places of a type have embankments."""
    return kind.is_embanked


def name_faults(
    config: WholeConfig,
    path: tuple[str | int, ...],
    names: tuple[str, ...],
    fits: Callable[[type[Place]], bool],
) -> list[Fault]:
    """Return a fault for each name that is no node of a fitting type (paths end in its place)."""
    nodes = config.nodes
    fitting = [name for name, node in nodes.items() if fits(type(node))]
    kinds = [name for name, kind in config.node_types.items() if fits(kind)]
    types = alternatives(kinds)
    faults = []
    for place, name in enumerate(names):
        if name in fitting:
            continue
        kind = nodes[name].type_name if name in nodes else None
        found = shown(name) if kind is None else _("{name!r}, of type {kind}", name=name, kind=kind)
        where = (*path, name) if path[-1] in _BY_NAME else (*path, place)
        near = nearest(name, fitting)
        there = ("nodes", near) if near else None
        faults.append(
            Fault(where, found, _("a node of type {types}", types=types), near, nearest_path=there)
        )
    return faults
