"""The points of a hydrograph in a file: hours from the start of an event, or dates with hour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import DataError, shown
from hydrosim.io.column_units import unlikely_in
from hydrosim.io.date_forms import DateTroubleError, read_moments
from hydrosim.io.forcing import read_cells, read_table
from hydrosim.io.layout import PLAIN
from hydrosim.io.ranges import Limits, Range, outside
from hydrosim.io.table import Notice, line_of
from hydrosim.io.tables import table_of
from hydrosim.io.times import iso_text, stamps_of
from hydrosim.locale import AND, _, listed
from hydrosim.units import FLOW, unit_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout
    from hydrosim.io.table import Table

    Floats = NDArray[np.float64]

__all__ = ["LONGEST_H", "read_hydrograph"]

HOUR_S = 3600.0
LONGEST_H = 366 * 24.0
TIME_COLUMN = "time_h"
_MOST_M3S = 150_000.0
_FORMS = {8: "yyyymmdd", 10: "yyyymmddHH", 12: "yyyymmddHHMM", 14: "yyyymmddHHMMSS"}
_LEAST_APART_H, _MOST_APART_H = 0.2, 48.0
_SERIAL = (10_000.0, 100_000.0)


def read_hydrograph(
    path: str | Path,
    column: str,
    start: np.datetime64,
    *,
    layout: Layout = PLAIN,
    unit: str = "m3/s",
    converted: bool = False,
    notices: list[Notice] | None = None,
) -> tuple[Floats, Floats]:
    """Return the points of a hydrograph: times from a start [s] and flows in the file's unit.

    Parameters
    ----------
    path
        A text table, a workbook or a .parquet file.
    column
        Name of the column of flows.
    start
        The moment from which times count.
    layout
        What the configuration tells of the file; its ``time`` names the column of times, which
        holds hours from the start, or dates with hour.
    unit
        Unit of the flows, for messages.
    converted
        Whether a factor brings the flows to the unit, so that those of the file have another.
    notices
        Receives what is worth telling of a file that is read all the same.

    Raises
    ------
    DataError
        When the file cannot be read, times do not increase or are no hours of an event, or flows
        are missing, negative or codes for missing values.
    """
    file = Path(path)
    table = table_of(file, layout)
    times_s, cells = _seconds(table, file, layout, start)
    flows = read_table(file, [column], layout=layout)[column]
    names = listed(_names(layout), AND)
    step = np.diff(times_s, prepend=-np.inf)
    _refuse(table, file, names, step <= 0, _("times that increase"), cells)
    possible = Range(0.0, None, _("flows of 0 or more"), _MOST_M3S / unit_factor(unit, FLOW))
    limits = Limits(unit, (possible,), converted=converted)
    found = outside(flows, limits)
    if found is not None:
        raise DataError(
            str(file),
            found=found.found,
            expected=found.expected,
            column=column,
            date=iso_text(_moment(start, times_s[found.row])),
            line=line_of(table, found.row),
            note=found.note,
        )
    if times_s.size < 2 or times_s[-1] <= 0:
        expected = _("two points or more")
        note = None
        if times_s.size > 1:
            first, last = (iso_text(_moment(start, times_s[row])) for row in (0, -1))
            note = _("its flows are of {first} to {last}, the event starts on {start}",
                     first=first, last=last, start=iso_text(start))  # fmt: skip
        raise DataError(
            str(file),
            found=_("no flow after the start"),
            expected=expected,
            column=names,
            note=note,
        )
    if notices is not None:
        notices.extend(table.notices)
        notices.extend(unlikely_in(table, file, column, flows, limits, has_maximum=False))
        if times_s[0] > 0.0 and flows[0] > 0.0:
            notices.append(_late(file, table, times_s, flows, unit))
        if not isinstance(cells, list) and layout.dates is None:
            notices.extend(_other_unit(file, table, times_s))
    return times_s, flows


def _names(layout: Layout) -> tuple[str, ...]:
    """Return the names of the columns of times."""
    return layout.time or (TIME_COLUMN,)


def _moment(start: np.datetime64, seconds: float) -> np.datetime64:
    return start.astype("M8[s]") + np.timedelta64(round(seconds), "s")


def _other_unit(file: Path, table: Table, times_s: Floats) -> list[Notice]:
    """Return the notice of numbers as times that are hardly hours."""
    apart_h = float(np.median(np.diff(times_s))) / HOUR_S
    if _LEAST_APART_H <= apart_h <= _MOST_APART_H:
        return []
    found = _("numbers as times, {apart:g} apart, which count as hours", apart=apart_h)
    note = _("minutes or days are brought to hours first")
    return [Notice(str(file), found, _("as a rule points of a flood minutes to a day apart"), note,
                   line_of(table, 0))]  # fmt: skip


def _late(file: Path, table: Table, times_s: Floats, flows: Floats, unit: str) -> Notice:
    """Return the notice of a hydrograph that begins after the start of its event."""
    return Notice(
        str(file),
        _("a first point {hours:g} h after the start of the event", hours=times_s[0] / HOUR_S),
        _("a point at the start"),
        _("its flow of {flow:g} {unit} counts from the start on", flow=flows[0], unit=unit),
        line_of(table, 0),
    )


def _seconds(
    table: Table, file: Path, layout: Layout, start: np.datetime64
) -> tuple[Floats, Floats | list[str]]:
    """Return times from the start, and the cells in which they stand."""
    names = _names(layout)
    cells, _unused = read_cells(file, names[0], layout=layout)
    if len(names) == 1 and layout.dates is None and not isinstance(cells, list):
        if layout.zone is not None:
            expected = _("dates with hour where `zone` is given")
            raise DataError(str(file), found=_("hours"), expected=expected, column=names[0])
        hours = read_table(file, [names[0]], layout=layout)[names[0]]
        _refuse_dates(table, file, names[0], hours)
        return hours * HOUR_S, cells
    if layout.dates is None and isinstance(cells, list) and len(names) == 1:
        _refuse_texts(table, file, names[0], cells)
    moments = stamps_of(table, file, layout).points
    seconds = (moments - start.astype("M8[s]")).astype(np.float64)
    far = np.flatnonzero(np.abs(seconds) > LONGEST_H * HOUR_S)
    if far.size:
        row = int(far[0])
        raise DataError(
            str(file),
            found=_("a flow of {moment}, the event starts on {start}",
                    moment=iso_text(moments[row]), start=iso_text(start)),
            expected=_("flows of the event, within a year of its start"),
            column=listed(names, AND),
            line=line_of(table, row),
        )  # fmt: skip
    return seconds, cells


def _refuse_texts(table: Table, file: Path, name: str, cells: list[str]) -> None:
    """Refuse text that is no date, in the words of a hydrograph."""
    try:
        read_moments(cells)
    except DateTroubleError as trouble:
        raise DataError(
            str(file),
            found=shown(cells[trouble.row]),
            expected=_("hours, or dates with hour such as 1963-08-01T08:00"),
            column=name,
            line=line_of(table, trouble.row),
            note=trouble.note,
        ) from None


def _refuse_dates(table: Table, file: Path, name: str, hours: Floats) -> None:
    """Refuse numbers that are no hours from the start of an event, such as dates in digits."""
    bad = np.flatnonzero(np.abs(hours) > LONGEST_H)
    if not bad.size:
        return
    row = int(bad[0])
    form = _FORMS.get(len(f"{abs(hours[row]):.0f}"))
    note = None
    low, high = _SERIAL
    if np.all((hours >= low) & (hours < high)):
        day = read_moments(hours[:1], "excel").times[0]
        note = _(
            "day numbers of Excel? {hours:.10g} is {day} there: write `dates: excel`",
            hours=hours[0],
            day=iso_text(day),
        )
    elif form is not None:
        try:
            day = read_moments(hours[row : row + 1]).times[0]
            note = _(
                "a date? {hours:.0f} may be {day}: write `dates: {form}`",
                hours=hours[row],
                day=iso_text(day),
                form=form,
            )
        except DateTroubleError:
            """A large number, and no date."""
    raise DataError(
        str(file),
        found=f"{hours[row]:.15g}",
        expected=_("hours from the start of the event, up to {longest_h:g}", longest_h=LONGEST_H),
        column=name,
        line=line_of(table, row),
        note=note,
    )


def _refuse(
    table: Table,
    file: Path,
    column: str,
    wrong: NDArray[np.bool_],
    expected: str,
    cells: Floats | list[str],
) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        row = int(rows[0])
        cell = cells[row]
        raise DataError(
            str(file),
            found=shown(cell) if isinstance(cell, str) else f"{float(cell):.10g}",
            expected=expected,
            column=column,
            line=line_of(table, row),
        )
