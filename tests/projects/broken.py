"""Broken cells: what is changed, where the fault has to be, and a part of what it has to say."""

from __future__ import annotations

import datetime

from hydrosim.projects.sheets import Refused

BROKEN: list[tuple[str, str, object, str, str]] = [
    # sheet, cell, new value, place of the fault ("" for the cell itself), part of the message
    # -- wrong type
    ("reservoirs", "C3", "high", "", "found     'high'"),
    ("reservoirs", "B3", True, "", "found     true"),
    ("demands", "C3", "a lot", "", "'a lot'"),
    ("settings", "B9", "soon", "", "'soon'"),
    ("settings", "B8", "fortnight", "", "'fortnight'"),
    ("demands", "B3", "fun", "", "'fun'"),
    ("aquifers", "C3", "~", "", "no specific_yield"),
    ("links", "E6", "hose", "", "found     'hose'"),
    ("rules", "B3", "profil", "", "nearest   'profile'"),
    ("standards", "B3", "guarante", "", "nearest   'guarantee'"),
    # -- units
    ("reservoirs", "C3", "200 m3", "", "'200 m3', a volume"),
    ("imports", "E3", "8 m3/x", "", "the unit 'x' is not known"),
    ("links", "C3", "12 km2", "", "'12 km2'"),
    ("imports", "C1", "quota [zillion m3/year]", "", "a unit that is known"),
    ("storage_curve", "C1", "storage_curve.storage[] [m]", "storage_curve!C3", "'0.2 m'"),
    ("aquifers", "B1", "area [m3]", "aquifers!B3", "'500 m3'"),
    ("rules", "C3", "m3/z", "", "'m3/z'"),
    # -- out of range
    ("imports", "C3", -1.2, "", "'-1.2 亿m3/year'"),
    ("links", "D3", 120, "", "'120 %'"),
    ("links", "D3", -5, "", "'-5 %'"),
    ("demands", "D3", 950, "", "'950 %'"),
    ("storage_curve", "C4", 0.1, "storage_curve!B3", "1000 万m3 after 2000 万m3"),
    ("storage_curve", "B5", 190, "storage_curve!B3", "190 m after 200 m"),
    ("reservoirs", "B3", 201, "", ""),
    ("settings", "B9", 99, "", "99"),
    # -- names
    ("links", "B3", "twon", "", "nearest   'town'"),
    ("links", "A5", "yangtse", "", "nearest   'yangtze'"),
    ("reservoirs", "I3", "well", "", "nearest   'wells'"),
    ("reservoirs", "G3", "inflw", "", "nearest   'inflow'"),
    ("limits", "C3", "hlf", "", "nearest   'half'"),
    ("limits", "A3", "yangtse", "", "nearest   'yangtze'"),
    ("settings", "B10", "drie", "", "'drie'"),
    ("ladder", "D5", "welz", "", "nearest   'wells'"),
    ("demands", "A4", "town", "", "first in cell A3"),
    ("aquifers", "A3", "town", "demands!A3", "first in the sheet 'aquifers'"),
    ("demands", "A3", None, "", "a name"),
    ("links", "A6", "lake", "", ""),
    ("settings", "A9", "planing_year", "", "nearest   'planning_year'"),
    # -- headings and sheets
    ("reservoirs", "C1", "levels.norma [m]", "", "nearest   'levels.normal'"),
    ("reservoirs", "F1", "colour", "", "which no key has"),
    ("demands", "D1", "amount [亿m3/year]", "", "first in cell C1"),
    ("demands", "T3", 5, "", "a column without a heading"),
    ("reservoir_x", "A1", "name", "", "the sheet 'reservoir_x'"),
    ("imports", "A1", "source", "", "the heading 'name'"),
    ("ladder", "B4", "two", "", "the number of an entry"),
    # -- missing values
    ("reservoirs", "C3", None, "", "levels.normal"),
    ("imports", "D3", None, "", ""),
    ("demands", "C3", None, "", ""),
    ("aquifers", "B3", None, "", "nodes.wells.area"),
    ("links", "B3", None, "", "the key 'to'"),
    ("rules", "E3", None, "", "no entry"),
    ("settings", "B6", None, "", "period.start"),
    # -- what spreadsheets do to cells
    ("reservoirs", "C3", "２００", "", "'２００ m'"),
    ("links", "C3", "１２ m3/s", "", "write 12 m3/s"),
    ("settings", "B6", "2001-13-45", "", "'2001-13-45'"),
    ("settings", "B7", "31/12/2004", "", "'31/12/2004'"),
    ("imports", "D3", "Nov 1", "", "'Nov 1'"),
    ("imports", "E3", datetime.datetime(2026, 8, 1), "", "'2026-08-01'"),
    ("aquifers", "B3", Refused("a formula without a value", "a value"), "", "a formula without"),
    ("aquifers", "B1", Refused("the error #REF!", "a value"), "", "#REF!"),
    ("settings", "A8", "period.start", "settings!B8", "one in the sheet 'settings', cell B6"),
]  # fmt: skip
