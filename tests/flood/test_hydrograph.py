"""Points of a hydrograph in a file: hours, dates in many forms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.cli.main import main
from hydrosim.errors import DataError
from hydrosim.flood.hydrograph import read_hydrograph
from hydrosim.io.layout import Layout

START = np.datetime64("2001-07-15T08:00")
HOURS = Layout(time=("t",))


def write(tmp_path, text):
    path = tmp_path / "flood.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path, text, notices=None, **layout):
    given = Layout(**{"time": ("t",), **layout})
    times, flows = read_hydrograph(write(tmp_path, text), "q", START, layout=given, notices=notices)
    return (times / 3600).tolist(), flows.tolist()


def refused(tmp_path, text, **layout):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, **layout)
    return str(caught.value).replace(str(tmp_path / "flood.csv"), "flood.csv")


POINTS = ([0.0, 6.0, 24.0], [500.0, 800.0, 50.0])


@pytest.mark.parametrize(
    ("stamps", "layout"),
    [
        (("0", "6", "24"), {}),
        (("2001-07-15T08:00", "2001-07-15T14:00", "2001-07-16T08:00"), {}),
        (("2001/7/15 8:00", "2001/7/15 14:00", "2001/7/16 8:00"), {}),
        (("15.7.2001 8:00", "15.7.2001 14:00", "16.7.2001 8:00"), {}),
        (("20010715080000", "20010715140000", "20010716080000"), {"dates": "yyyymmddHHMMSS"}),
        (("2001071508", "2001071514", "2001071608"), {"dates": "yyyymmddHH"}),
        (("37087.3333", "37087.58333", "37088.3333"), {"dates": "excel"}),
        (
            ("2001-07-15T00:00Z", "2001-07-15T06:00Z", "2001-07-16T00:00Z"),
            {"zone": ("", "+08:00")},
        ),
    ],
)
def test_points(tmp_path, stamps, layout):
    rows = "".join(f"{stamp},{flow}\n" for stamp, flow in zip(stamps, POINTS[1], strict=True))
    assert read(tmp_path, "t,q\n" + rows, **layout) == POINTS


def test_date_and_time_of_day_in_two_columns(tmp_path):
    text = "d;t;q\n15.07.2001;08:00;500\n15.07.2001;14:00;800\n16.07.2001;08:00;50\n"
    assert read(tmp_path, text, time=("d", "t")) == POINTS


def test_day_numbers_of_excel_are_no_hours(tmp_path):
    text = "t,q\n37087.333,500\n37087.4583,800\n37088.333,50\n"
    assert refused(tmp_path, text) == (
        "flood.csv:2  column 't'\n"
        "  found     37087.333\n"
        "  expected  hours from the start of the event, up to 8784\n"
        "  note      day numbers of Excel? 37087.333 is 2001-07-15T08:00 there: write "
        "`dates: excel`"
    )


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("20010715", "yyyymmdd"),
        ("2001071508", "yyyymmddHH"),
        ("200107150800", "yyyymmddHHMM"),
        ("20010715080000", "yyyymmddHHMMSS"),
    ],
)
def test_dates_in_digits_are_no_hours(tmp_path, number, form):
    message = refused(tmp_path, f"t,q\n{number},500\n{int(number) + 1},50\n")
    moment = "2001-07-15" if form == "yyyymmdd" else "2001-07-15T08:00"
    assert message.endswith(f"a date? {number} may be {moment}: write `dates: {form}`")
    assert f"found     {number}\n" in message


def test_other_large_numbers_are_no_hours(tmp_path):
    assert refused(tmp_path, "t,q\n0,500\n9000,50\n") == (
        "flood.csv:3  column 't'\n"
        "  found     9000\n"
        "  expected  hours from the start of the event, up to 8784"
    )


@pytest.mark.parametrize(
    ("flow", "found", "note"),
    [
        (
            "-999",
            "-999 m3/s, a usual code for a missing value",
            "\n  note      fill the gap in the file: nothing is filled in",
        ),
        (
            "1e20",
            "1e+20 m3/s, a usual code for a missing value",
            "\n  note      fill the gap in the file: nothing is filled in",
        ),
        ("-2", "-2 m3/s", ""),
    ],
)
def test_flows_that_are_none(tmp_path, flow, found, note):
    expected = "a number that was measured or counted" if flow == "1e20" else "flows of 0 or more"
    assert refused(tmp_path, f"t,q\n0,500\n6,{flow}\n24,50\n") == (
        "flood.csv:3  column 'q', 2001-07-15T14:00\n"
        f"  found     {found}\n"
        f"  expected  {expected}{note}"
    )


def test_times_that_do_not_increase_or_are_none(tmp_path):
    assert refused(tmp_path, "t,q\n0,1\n6,2\n6,3\n") == (
        "flood.csv:4  column 't'\n  found     6\n  expected  times that increase"
    )
    assert refused(tmp_path, "t,q\nnoon,1\n6,2\n") == (
        "flood.csv:2  column 't'\n"
        "  found     'noon'\n"
        "  expected  hours, or dates with hour such as 1963-08-01T08:00"
    )
    assert refused(tmp_path, "t,q\n-6,1\n-3,2\n") == (
        "flood.csv  column 't'\n  found     no flow after the start\n"
        "  expected  two points or more\n"
        "  note      its flows are of 2001-07-15T02:00 to 2001-07-15T05:00, the event starts on "
        "2001-07-15T08:00"
    )
    assert refused(tmp_path, "t,q\n0,1\n6,2\n", zone=("UTC", "+08:00")) == (
        "flood.csv  column 't'\n  found     hours\n"
        "  expected  dates with hour where `zone` is given"
    )


def test_a_zone_in_the_file_is_refused(tmp_path):
    text = "t,q\n2001-07-15T08:00+08:00,10\n2001-07-15T09:00+08:00,20\n"
    assert refused(tmp_path, text) == (
        "flood.csv:2  column 't'\n"
        "  found     times with a zone, such as '2001-07-15T08:00+08:00'\n"
        "  expected  local times without zone, or `zone:` with the zone whose days the run counts\n"
        "  note      `zone: '+08:00'` brings the times to that clock"
    )
    assert read(tmp_path, text, zone=("", "+08:00")) == ([0.0, 1.0], [10.0, 20.0])


def test_a_first_point_after_the_start_is_told(tmp_path):
    notices = []
    read(tmp_path, "t,q\n6,500\n9,800\n24,50\n", notices)
    (notice,) = notices
    assert notice.found == "a first point 6 h after the start of the event"
    assert notice.expected == "a point at the start"
    assert notice.note == "its flow of 500 m3/s counts from the start on"
    notices.clear()
    read(tmp_path, "t,q\n6,0\n9,800\n", notices)
    read(tmp_path, "t,q\n0,500\n9,800\n", notices)
    assert notices == []


@pytest.mark.parametrize("command", ["check", "flood"])
def test_commands_say_that_a_hydrograph_begins_late(tmp_path, capsys, command):
    (tmp_path / "late.csv").write_text("t,q\n6,500\n9,800\n12,100\n", encoding="utf-8")
    file = tmp_path / "late.yaml"
    file.write_text(
        """
hydrosim: 1
nodes:
  head: {type: junction}
  sea: {type: outlet}
links: [{from: head, to: sea, type: river}]
flood:
  step: 1 h
  events:
    e: {start: 2001-07-15T08:00, inflows: {head: {file: late.csv, column: q, time: t}}}
""",
        encoding="utf-8",
    )
    more = ["--no-plots", "--out", str(tmp_path / "out")] if command == "flood" else []
    assert main([command, str(file), "--lang", "en", *more]) == 0
    told = capsys.readouterr().err
    assert "late.csv:2  flood.events.e.inflows.head.file" in told
    assert "  found     a first point 6 h after the start of the event\n" in told
    assert "  note      its flow of 500 m3/s counts from the start on\n" in told


def test_codes_and_other_units_are_told(tmp_path):
    notices = []
    path = write(tmp_path, "t,flow (cfs)\n0,500\n9,9999\n18,400\n")
    read_hydrograph(path, "flow (cfs)", START, layout=Layout(time=("t",)), notices=notices)
    unit, code = notices
    assert unit.found == "'cfs' in the file, 'm3/s' in the configuration for 'flow (cfs)'"
    assert code.found == ("9999 m3/s, a usual code for a missing value, in column 'flow (cfs)'")
    assert code.expected == "as a rule no such number 3 times the next largest, 500 m3/s"
    assert code.line == 3


@pytest.mark.parametrize("year", [1963, 2010])
def test_a_flood_of_another_year_than_its_event(tmp_path, year):
    text = f"t,q\n{year}-07-15 08:00,10\n{year}-07-15 14:00,900\n"
    assert refused(tmp_path, text) == (
        "flood.csv:2  column 't'\n"
        f"  found     a flow of {year}-07-15T08:00, the event starts on 2001-07-15T08:00\n"
        "  expected  flows of the event, within a year of its start"
    )


def test_a_flood_that_ends_before_its_event_starts(tmp_path):
    text = refused(tmp_path, "t,q\n2001-07-14 08:00,10\n2001-07-14 14:00,900\n")
    assert "its flows are of 2001-07-14T08:00 to 2001-07-14T14:00" in text
    assert "the event starts on 2001-07-15T08:00" in text


@pytest.mark.parametrize(("apart", "shown"), [(120, "120"), (1 / 12, "0.0833333")])
def test_numbers_as_times_that_are_hardly_hours(tmp_path, apart, shown):
    notices = []
    read(tmp_path, "t,q\n" + "".join(f"{n * apart},{n}\n" for n in range(5)), notices)
    assert [one.found for one in notices] == [
        f"numbers as times, {shown} apart, which count as hours"
    ]
    assert notices[0].note == "minutes or days are brought to hours first"


def test_hours_of_a_flood_without_a_notice(tmp_path):
    for text in ("t,q\n0,1\n6,2\n24,3\n", "t,q\n0,1\n0.25,2\n0.5,3\n"):
        notices = []
        read(tmp_path, text, notices)
        assert notices == []


def test_a_fault_of_floods_alone_asks_for_nothing_of_a_supply_run(tmp_path, capsys):
    (tmp_path / "c.yaml").write_text(
        """
hydrosim: 1
nodes: {a: {type: inflow}, sea: {type: outlet}}
links: [{from: a, to: sea, type: river}]
flood:
  step: 1 h
  events:
    e: {start: 2001-07-15, inflows: {a: {file: q.csv, time: t, column: q, unit: 万m3}}}
""",
        encoding="utf-8",
    )
    assert main(["check", str(tmp_path / "c.yaml"), "--lang", "en"]) == 2
    assert capsys.readouterr().err.replace(str(tmp_path), "") == (
        "/c.yaml:8:75  flood.events.e.inflows.a.unit\n  found     '万m3'\n"
        "  expected  a unit of a flow, such as m3/s, L/s or cfs\n"
        "1 problem found; nothing was run.\n"
    )
