"""The `flood:` block of a configuration: step, events with their hydrographs, starts, operation."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from hydrosim.config.design_flood import Design
from hydrosim.errors import Fault
from hydrosim.io.ranges import Limits, Range, outside, suspicious
from hydrosim.locale import AND, Message, _, listed
from hydrosim.parts.data_file import LAYOUT_KEYS, ColumnName, ColumnNames, FlowUnit, LaidOut
from hydrosim.units import (
    FLOW,
    Duration,
    Factor,
    Flow,
    Level,
    Name,
    NodeRef,
    Number,
    reject,
    unit_factor,
)
from hydrosim.units.scalars import is_form_of_date

if TYPE_CHECKING:
    pass

__all__ = ["Flood", "FloodEvent", "Hydrograph", "Moment", "late_point"]


class MomentFormat:
    """Metadata that reads a date, or a date with its hour."""

    def read(self, value: object) -> datetime.datetime:
        """Return an entry as a moment."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            moment = datetime.datetime.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            note = _("there is no such day or time") if is_form_of_date(value) else None
            expected = _("a date, or a date with its hour, such as 1963-08-01T08:00")
            reject(value, expected, note=note)
        if moment.tzinfo is not None:
            reject(value, _("a local time without zone, such as 1963-08-01T08:00"))
        return moment

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "examples": ["1963-08-01T08:00"]}


Moment = Annotated[datetime.datetime, MomentFormat()]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_IDLE = _("none: a hydrograph has flows at points of time, in text or a workbook")
_NO_FILE = _("keys of a layout beside `file`")


class Hydrograph(LaidOut, _Block):
    """The inflow at a place in an event: from a file, written out, or as a multiple of another.

    Between its points the flow is linear; after the last it recedes.
    """

    file: str | None = Field(None, description="CSV file with a column of times.")
    column: ColumnName | None = Field(None, description="Column of the flow in the file.")
    time: ColumnNames | None = Field(
        ("time_h",),
        description="Column of times: hours from the start of the event, or dates with hour, "
        "perhaps in two columns.",
    )
    flows: tuple[Number, ...] = Field((), description="Flows in `unit`, at `every` or `times`.")
    every: Duration | None = Field(None, description="Time between the flows.")
    times: tuple[Duration, ...] = Field((), description="Time of each flow from the start on.")
    unit: FlowUnit = Field("m3/s", description="Unit of the flows, such as m3/s, L/s or cfs.")
    of: NodeRef | None = Field(None, description="Place whose hydrograph is multiplied.")
    factor: Factor = Field(1.0, description="Multiplies all flows.")

    def faults(self) -> list[Fault]:
        """Return what does not fit together (paths relative to it)."""
        given = [
            key
            for key, value in (("file", self.file), ("flows", self.flows), ("of", self.of))
            if value
        ]
        if len(given) != 1:
            found = listed([f"`{key}`" for key in given], AND) or _("none of them")
            return [Fault((), found, _("one of `file`, `flows` and `of`"))]
        idle = self.given("stamp", "select") if self.file else self.given(*LAYOUT_KEYS)
        if idle:
            return [
                Fault(
                    (idle[0],),
                    _("the key `{idle}`", idle=idle[0]),
                    _IDLE if self.file else _NO_FILE,
                )
            ]
        if self.file is not None and self.column is None:
            return [Fault(("column",), _("a file without the name of its column"), _("`column:`"))]
        return self._flow_faults() if self.flows else []

    def _flow_faults(self) -> list[Fault]:
        if (self.every is None) == (not self.times):
            found = _("both of `every` and `times`")
            if self.every is None:
                found = _("neither of `every` and `times`")
            return [Fault((), found, _("one of them beside `flows`"))]
        if self.times and len(self.times) != len(self.flows):
            found = _(
                "{flows} flows and {times} times", flows=len(self.flows), times=len(self.times)
            )
            return [Fault(("times",), found, _("as many times as flows"))]
        faults: list[Fault] = []
        for place in range(1, len(self.times)):
            before, now = self.times[place - 1], self.times[place]
            if now <= before:
                found = _("{now:g} h after {before:g} h", now=now / 3600, before=before / 3600)
                faults.append(Fault(("times", place), found, _("times that increase")))
        faults += [*self._flows_out_of_range(), *self._late()]
        if self.every is not None and self.every <= 0:
            faults.append(Fault(("every",), "0", _("a time between two flows")))
        if len(self.flows) < 2:
            faults.append(Fault(("flows",), _("one flow"), _("two flows or more")))
        return faults

    def _late(self) -> list[Fault]:
        """Return the warning of a first point behind the start, whose flow counts before it."""
        if not self.times or self.times[0] <= 0.0 or self.flows[0] <= 0.0:
            return []
        texts = late_point(self.times[0], self.flows[0], self.unit)
        return [Fault(("times", 0), *texts[:2], note=texts[2], severity="warning")]

    def _flows_out_of_range(self) -> list[Fault]:
        """Return flows that are none, and codes for missing values."""
        most = 1.5e5 / unit_factor(self.unit, FLOW)
        possible = Range(0.0, None, _("flows of 0 or more"), most)
        flows, limits = np.array(self.flows, np.float64), Limits(self.unit, (possible,))
        faults = [
            Fault(("flows", place), f"{flow:g}", possible.expected)
            for place, flow in enumerate(self.flows)
            if flow < 0
        ]
        wrong = None if faults else outside(flows, limits)
        if wrong is not None:
            return [Fault(("flows", wrong.row), wrong.found, wrong.expected)]
        odd = None if faults else suspicious(flows, limits)
        if odd is not None:
            path = ("flows", odd.row)
            faults.append(Fault(path, odd.found, odd.expected, severity="warning"))
        return faults


def late_point(first_s: float, flow: float, unit: str) -> tuple[Message, Message, Message]:
    """Return what is found, expected and noted of a first point behind the start of its event.

    Parameters
    ----------
    first_s
        Time of the point from the start [s].
    flow, unit
        Its flow, and the unit of it.
    """
    return (
        _("a first point {hours:g} h after the start of the event", hours=first_s / 3600.0),
        _("a point at the start"),
        _("its flow of {flow:g} {unit} counts from the start on", flow=flow, unit=unit),
    )


class FloodEvent(_Block):
    """A flood: hydrographs from one moment on."""

    title: str | dict[str, str] | None = Field(None, description="Name shown to readers.")
    start: Moment = Field(description="Moment of the first point, such as 1963-08-01T08:00.")
    inflows: dict[Name, Hydrograph] = Field(
        min_length=1, description="Hydrograph by place; other places bring nothing."
    )
    duration: Duration | Literal["until_peaks"] | None = Field(
        None,
        description="Length; default to the end of the longest hydrograph. until_peaks: as long as "
        "it takes, with receding inflows, until no level or flow rises.",
    )
    start_levels: dict[Name, Level] = Field(
        {}, description="Level of a store at the start; default its limit on that date."
    )
    start_flows: dict[Name, Flow] = Field(
        {}, description="Outflow of a reach or store at the start; default steady flow."
    )
    operation: Literal["rules", "all_open"] | None = Field(
        None, description="As for all events; here for this one."
    )
    source: str | None = Field(None, description="Where the numbers come from.")
    confidence: Literal["S", "H", "M", "L", "demo"] | None = Field(
        None, description="S read in the source; H, M, L general knowledge; demo demonstration."
    )


class Flood(_Block):
    """What the flood engine routes, and how."""

    step: Duration = Field(3600.0, description="Length of a step, a part of a day.")
    inner_step: Duration | None = Field(
        None,
        description="Length of the parts in which a step is routed; default as short as results "
        "need that do not depend on the step.",
    )
    recession: Duration = Field(
        86400.0, description="Time in which inflow falls to 1/e behind a hydrograph's last point."
    )
    operation: Literal["rules", "all_open"] = Field(
        "rules", description="rules: gates by the rules of each store; all_open: fully open (敞泄)."
    )
    start_levels: dict[Name, Level] = Field(
        {}, description="Level of a store at the start of each event; default its limit."
    )
    draws: dict[Name, Flow] = Field(
        {}, description="Flow that canals take from a store in floods; default none."
    )
    events: dict[Name, FloodEvent] = Field({}, description="Floods by name.")
    design: Design | None = Field(None, description="Design floods, by which works are judged.")
