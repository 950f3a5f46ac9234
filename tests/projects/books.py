"""A small configuration as a workbook, and what is found when some of its cells are changed."""

from __future__ import annotations

import copy
import tempfile
from functools import cache
from pathlib import Path

from openpyxl.utils import coordinate_to_tuple

from hydrosim.config.load import config_from_source, config_from_text
from hydrosim.errors import ConfigError
from hydrosim.projects.assemble import source_of
from hydrosim.projects.book_write import book_of
from hydrosim.projects.sheets import read_sheets

TEXT = """\
hydrosim: 1
title: {en: A town, zh: 小镇}
period: {start: 2001-01-01, end: 2004-12-31, step: month}
planning_year: 2025
ladder: [dam_safety, domestic, {spare: wells}, flood_limit, storage]
policy: standard
policies:
  dry: {title: "dry, \\"hard\\" = 1", ladder: [domestic, storage, {spare: wells}, flood_limit, dam_safety]}
rules:
  inflow: {type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 0.30000000000000004]}
  half: {type: expression, unit: "1", expression: 0.5 if month > 6 else 1}
nodes:
  lake:
    type: reservoir
    storage_curve: {level: [180 m, 200 m, 210 m], storage: [0.2 亿m3, 2.2 亿m3, 4.0 亿m3]}
    levels: {dead: 182 m, normal: 200 m, flood_control: 205 m}
    flood_limited_level: {stages: {07-01: 196 m, 08-21: 200 m}, drawdown: {from: 05-15}}
    release_bands: [{up_to: 203 m, cap: 300 m3/s}, {cap: inflow}]
    initial: 60 %
    local_inflow: inflow
    seepage: {share_per_month: 0.3 %, to: wells}
  yangtze: {type: import, source_kind: yangtze, quota: 1.2 亿m3/year, account_year: 11-01, capacity: 8 m3/s, limits: {season: half}}
  wells: {type: aquifer, area: 500 km2, specific_yield: 0.05, initial_depth: 4 m, floor_depth: 80 m}
  town: {type: demand, use: domestic, amount: 2.6 亿m3/year, guarantee: 95 %, growth: {rate: 1 %, from: 2024}}
  works: {type: demand, use: domestic, amount: 9000 万m3/year, pattern: [10 %, 10 %, 10 %, 10 %, 5 %, 5 %, 5 %, 5 %, 10 %, 10 %, 10 %, 10 %]}
  sea: {type: outlet}
links:
  - {from: lake, to: town, capacity: 12 m3/s, loss: 5 %}
  - {from: lake, to: works, capacity: 4000 L/s}
  - {from: yangtze, to: town, capacity: 8 m3/s}
  - {from: wells, to: works, type: pump, capacity: 1 m3/s}
  - {from: lake, to: sea, type: river}
standards:
  guarantee: {type: guarantee, targets: {domestic: 95 %}}
"""  # noqa: E501
FILE = "town.xlsx"


@cache
def book() -> bytes:
    return book_of(config_from_text(TEXT))


@cache
def _sheets():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(book())
        return read_sheets(file)


def sheets_of():
    """The sheets of the book by name, to be changed at will."""
    return {sheet.name: copy.deepcopy(sheet) for sheet in _sheets()}


def faults_with(changes):
    """What is found when cells (sheet, cell) have other values; None empties a cell."""
    sheets = sheets_of()
    for (name, cell), value in changes.items():
        cells = sheets.setdefault(name, type(next(iter(sheets.values())))(name)).cells
        place = coordinate_to_tuple(cell)
        if value is None:
            cells.pop(place)
        else:
            cells[place] = value
    try:
        config_from_source(source_of(FILE, sheets.values()))
    except ConfigError as error:
        return error
    return None
