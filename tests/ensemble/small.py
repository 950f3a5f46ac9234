"""A town on one reservoir and one import, by months of thirty years: enough for an ensemble."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hydrosim.config.load import config_from_text, load_config
from hydrosim.config.schema import Config

LAKE_AND_TOWN = """\
nodes:
  lake:
    type: reservoir
    storage_curve: {level: [180 m, 200 m], storage: [0.1 亿m3, 0.6 亿m3], area: [1 km2, 4 km2]}
    levels: {dead: 182 m, normal: 198 m}
    initial: 60 %
    local_inflow: river
    precipitation: RAIN
  town: {type: demand, use: domestic, flow: 1.2 m3/s, guarantee: 95 %}
  sea: {type: outlet}
links:
  - {from: lake, to: town, capacity: 4 m3/s}
  - {from: lake, to: sea, type: river}
standards:
  guarantee: {type: guarantee}
"""
"""A network on the series ``river`` and one of rain, whose name stands for RAIN."""
YEARS = range(1981, 2011)
TEXT = """\
hydrosim: 1
title: {en: Town, zh: 镇}
period: {start: 1981-01-01, end: 2010-12-31, step: month}
water_year: 06-01
ladder: [dam_safety, flood_limit, domestic, agriculture, storage, spare: canal]
series:
  river: {type: series, file: river.csv, column: river, unit: m3/s}
  rain: {type: series, file: river.csv, column: rain, unit: mm/day}
  offered: {type: quota_year_series, file: offered.csv, column: part, starts: 11-01, unit: "1"}
  extra: {type: quota_year_series, file: offered.csv, column: extra, starts: 11-01, unit: "1"}
rules:
  inflow: {type: expression, unit: m3/s, expression: river * 0.9 + INFLOW}
  grant: {type: expression, unit: 亿m3/year, expression: 0.2 * offered + 0.1 * extra}
nodes:
  lake:
    type: reservoir
    storage_curve:
      level: [180 m, 200 m, 210 m]
      storage: [0.1 亿m3, 0.6 亿m3, 1.2 亿m3]
      area: [1 km2, 4 km2, 6 km2]
    levels: {dead: 182 m, normal: 200 m, flood_control: 205 m}
    flood_limited_level: {stages: {07-01: 198 m, 09-01: 200 m}, drawdown: {from: 05-15}}
    initial: 60 %
    local_inflow: inflow
    precipitation: rain
  brook: {type: reach, natural: river}
  canal: {type: import, quota: grant, account_year: 11-01, capacity: 2 m3/s}
  town: {type: demand, use: domestic, flow: 1.2 m3/s, guarantee: 95 %}
  farms: {type: demand, use: agriculture, flow: 1.0 m3/s, guarantee: 50 %}
links:
  - {from: lake, to: town, capacity: 4 m3/s}
  - {from: lake, to: farms, capacity: 4 m3/s}
  - {from: canal, to: town, capacity: 2 m3/s}
  - {from: lake, to: brook, type: river}
standards:
  guarantee: {type: guarantee}
  limit: {type: flood_limit, allowed_days: 40, allowed_depth: 5 m}
ensemble:
  method: {type: METHOD}
  members: 12
  seed: 5
  chunk: 4
  worst: 1
  storage_bins: 20
  series: {river: inflow, rain: rain}
  imports: {canal: [offered, extra]}
MORE
"""


def write_data(folder: Path) -> None:
    """Write the series of the town: wet and dry years, an import that goes with them."""
    random = np.random.default_rng(11)
    wetness = random.gamma(6.0, 1.0 / 6.0, len(YEARS))
    season = np.array([0.3, 0.3, 0.4, 0.5, 0.6, 1.0, 2.6, 3.0, 1.6, 0.8, 0.5, 0.4])
    lines = ["month,river,rain"]
    for wet, year in zip(wetness, YEARS, strict=True):
        noise = random.uniform(0.8, 1.2, (2, 12))
        for month in range(12):
            river, rain = 1.9 * wet * season[month] * noise[:, month] / [1.0, 1.2]
            lines.append(f"{year}-{month + 1:02d},{float(river)!r},{float(rain)!r}")
    (folder / "river.csv").write_text("\n".join(lines), encoding="utf-8")
    rows = ["year,part,extra", "1980,0.8,0.0"]
    rows += [
        f"{year},{float(min(0.7 * wet, 1.0))!r},{float(max(0.7 * wet - 1.0, 0.0))!r}"
        for wet, year in zip(wetness, YEARS, strict=True)
    ]
    (folder / "offered.csv").write_text("\n".join(rows), encoding="utf-8")


def town_text(method: str = "block_bootstrap", more: str = "", inflow: str = "0.0") -> str:
    """Text of the config of the town."""
    return TEXT.replace("METHOD", method).replace("MORE", more).replace("INFLOW", inflow)


def town(folder: Path, method: str = "block_bootstrap", more: str = "", **keys: str) -> Config:
    """Config of the town with its data in a folder."""
    if not (folder / "river.csv").exists():
        write_data(folder)
    return config_from_text(town_text(method, more, **keys), str(folder / "town.yaml"))


def town_file(folder: Path, method: str = "block_bootstrap", more: str = "") -> Path:
    """File of the config of the town."""
    write_data(folder)
    path = folder / "town.yaml"
    path.write_text(town_text(method, more), encoding="utf-8")
    assert load_config(path).ensemble is not None
    return path
