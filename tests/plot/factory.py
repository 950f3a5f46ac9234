"""A made-up result in the form that a run returns: plausible seasons, exact in its own sums."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from hydrosim.nodes import NODE_TYPES
from hydrosim.variables import VARIABLES


class Store(NamedTuple):
    """A store and the numbers it is made from."""

    name: str
    title: dict[str, str]
    kind: str
    river: str
    normal_m3: float
    dead_m3: float
    limit_m3: float
    inflow_m3_year: float
    low_m: float
    metres_per_m3: float


STORES = (
    Store("wangkuai", {"en": "Wangkuai", "zh": "王快水库"}, "reservoir", "sha",
          7.0e8, 1.08e8, 4.33e8, 3.6e8, 178.0, 3.2e-8),
    Store("xidayang", {"en": "Xidayang", "zh": "西大洋水库"}, "reservoir", "tang",
          5.77e8, 0.78e8, 3.61e8, 2.3e8, 120.0, 3.6e-8),
    Store("angezhuang", {"en": "Angezhuang", "zh": "安格庄水库"}, "reservoir", "zhongyi",
          1.76e8, 0.06e8, 1.12e8, 1.36e8, 130.0, 1.7e-7),
    Store("longmen", {"en": "Longmen", "zh": "龙门水库"}, "reservoir", "cao",
          0.455e8, 0.04e8, 0.34e8, 0.24e8, 110.0, 2.6e-7),
    Store("baiyangdian", {"en": "Lake Baiyangdian", "zh": "白洋淀"}, "lake", "daqing",
          3.1e8, 0.5e8, np.nan, 1.0e8, 5.2, 0.62e-8),
    Store("shallow", {"en": "Shallow aquifer", "zh": "浅层含水层"}, "aquifer", "",
          60e8, 0.0, np.nan, 0.0, 0.0, 0.0),
    Store("deep", {"en": "Deep aquifer", "zh": "深层含水层"}, "aquifer", "",
          20e8, 0.0, np.nan, 0.0, 0.0, 0.0),
)  # fmt: skip

# name, node, kind, use, tier, mean demand [m3/s], guarantee, shares by origin, short in drought
CLAIMS = (
    ("city", "city", "demand", "domestic", "city", 10.9, 0.95, (0.75, 0.05, 0.2, 0, 0, 0), 0.02),
    ("county_towns", "county_towns", "demand", "domestic", "county", 6.2, 0.95,
     (0.6, 0, 0.1, 0.2, 0.1, 0), 0.05),
    ("townships", "townships", "demand", "domestic", "township", 3.1, 0.95,
     (0.3, 0, 0, 0.6, 0.1, 0), 0.08),
    ("industry_city", "industry_city", "demand", "industry", "city", 5.4, 0.9,
     (0.4, 0, 0.2, 0, 0, 0.4), 0.2),
    ("industry_county", "industry_county", "demand", "industry", "county", 3.2, 0.9,
     (0.3, 0, 0.1, 0.4, 0, 0.2), 0.25),
    ("sha_tang_district", "sha_tang_district", "irrigation", "agriculture", "county", 14.0, 0.5,
     (0, 0.05, 0.55, 0.4, 0, 0), 0.8),
    ("yi_district", "yi_district", "irrigation", "agriculture", "county", 7.0, 0.5,
     (0, 0, 0.4, 0.6, 0, 0), 0.75),
    ("well_fields", "well_fields", "irrigation", "agriculture", "township", 16.0, 0.5,
     (0, 0, 0, 0.97, 0.03, 0), 0.3),
    ("parks", "parks", "demand", "ecology", "city", 1.2, 0.0, (0, 0, 0.1, 0, 0, 0.9), 0.2),
    ("lake_replenishment", "baiyangdian", "replenishment", "ecology", "", 5.0, 0.0,
     (0.35, 0.35, 0.3, 0, 0, 0), 0.7),
    ("sha_base_flow", "sha_river", "base_flow", "ecology", "", 1.6, 0.9, (0, 0, 1, 0, 0, 0), 0.3),
    ("tang_base_flow", "tang_river", "base_flow", "ecology", "", 1.1, 0.9, (0, 0, 1, 0, 0, 0), 0.4),
)  # fmt: skip
ORIGINS = (
    ("yangtze", "yangtze"),
    ("yellow", "yellow"),
    ("local", "surface"),
    ("shallow", "groundwater_shallow"),
    ("deep", "groundwater_deep"),
    ("reclaimed", "reclaimed"),
)
REACHES = ("sha_river", "tang_river", "zhongyi_river", "cao_river")
_FEEDING = {"sha_river": 0, "tang_river": 1, "zhongyi_river": 2, "cao_river": 3}
_MONTH_FLOW = np.array([3.5, 3.5, 4.5, 4, 3.5, 5, 18, 30, 11, 7, 5.5, 4.5]) / 100 * 12
_IRRIGATION = np.array([0, 0, 2.2, 3.0, 2.8, 1.6, 0.3, 0.2, 0.4, 0.5, 1.0, 0])


def city(years: int = 39, step: str = "day", first_year: int = 1980, seed: int = 7) -> xr.Dataset:
    """Return a result of ``years`` years of days or months, water years from 1 June."""
    end = f"{first_year + years}-01-01"
    frequency = {"day": "D", "month": "MS"}[step]
    edges = pd.date_range(f"{first_year}-01-01", end, freq=frequency)
    starts = edges[:-1]
    dt_s = np.diff(edges.values) / np.timedelta64(1, "s")
    rng = np.random.default_rng(seed)
    month = starts.month.to_numpy() - 1
    row = starts.year.to_numpy() - first_year
    wetness = np.exp(rng.normal(-0.25, 0.7, years))[row]
    dryness = np.clip(1.05 - wetness, 0.0, 1.0)

    series = _stores(starts, dt_s, month, wetness, rng)
    demand, supplied = _claims(month, dryness, rng)
    water_year = starts.year.to_numpy() - (month < 5)
    coords = _coordinates(starts, dt_s, water_year)
    data: dict[str, tuple[tuple[str, ...], Any]] = {
        name: (("time", "store"), values) for name, values in series.items()
    }
    tops, zones = _zones(month)
    coords |= zones
    data["zone_top"] = (("time", "zone"), tops)
    data["demand"] = (("time", "claim"), demand)
    data["supplied"] = (("time", "claim"), supplied)
    outflow = np.nan_to_num(series["release"] + series["spill"])
    data["discharge"] = (("time", "reach"), 0.4 * outflow[:, : len(REACHES)])
    data["natural_discharge"] = (
        ("time", "reach"),
        series["local_inflow"][:, : len(REACHES)].copy(),
    )
    data |= _ledger(starts, dt_s, supplied, coords)
    data |= _stored(series["storage"], starts, coords)
    left = _accounts(starts)
    data["account_left"] = (("time", "account"), left)
    used = np.maximum(-np.diff(left, axis=0, prepend=left[:1]), 0.0)
    data["account_used"] = (("time", "account"), used / dt_s[:, None])
    data |= _year_table(water_year, dt_s, demand, supplied, series["storage"], starts)
    dataset = xr.Dataset(
        {name: (dims, values, _attrs(name)) for name, (dims, values) in data.items()},
        coords=coords,
        attrs={
            "title_en": "Demonstration city on the Daqing river",
            "title_zh": "大清河示范市",
            "mode": "planning_level",
            "step": step,
            "conventions": "CF-1.12",
            "network": json.dumps(network(), ensure_ascii=False),
        },
    )
    return dataset.expand_dims({"scenario": ["base"], "member": [0]})


def _attrs(name: str) -> dict[str, str]:
    variable = VARIABLES[name]
    return {"units": variable.units, "long_name": variable.long_name}


def _stores(
    starts: pd.DatetimeIndex,
    dt_s: np.ndarray,
    month: np.ndarray,
    wetness: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    steps = starts.size
    shape = (steps, len(STORES))
    out = {
        name: np.full(shape, np.nan)
        for name in ("storage", "level", "limit_storage", "limit_level", "depth_to_water")
    }
    for name in ("local_inflow", "release", "spill"):
        out[name] = np.zeros(shape)
    noise = np.exp(rng.normal(-0.3, 0.8, steps))
    flood = (month >= 6) & (month <= 7)
    after = month == 8
    for k, store in enumerate(STORES):
        if store.kind == "aquifer":
            seasonal = np.sin((month + 1.0) / 12 * 2 * np.pi)
            fall = np.cumsum((0.85 - np.minimum(wetness, 2.0)) * dt_s) / (365.25 * 86400)
            depth = (16.0 + 0.35 * fall if store.name == "shallow" else 55.0 + 0.7 * fall) + (
                1.2 * seasonal
            )
            out["depth_to_water"][:, k] = depth
            out["storage"][:, k] = store.normal_m3 * (1.0 - depth / 200.0)
            continue
        inflow = store.inflow_m3_year / 31557600 * _MONTH_FLOW[month] * wetness * noise
        out["local_inflow"][:, k] = inflow
        limit = np.where(flood, store.limit_m3, store.normal_m3)
        limit = np.where(after, 0.5 * (store.limit_m3 + store.normal_m3), limit)
        if np.isnan(store.limit_m3):
            limit = np.full(steps, store.normal_m3 * 1.3)
        wish = 0.8 * store.inflow_m3_year / 31557600 * (0.4 + 0.35 * _IRRIGATION[month])
        now = 0.5 * store.normal_m3
        for t in range(steps):
            now += inflow[t] * dt_s[t]
            out["release"][t, k] = min(wish[t], max(0.0, now - store.dead_m3) / dt_s[t])
            now -= out["release"][t, k] * dt_s[t]
            out["spill"][t, k] = (
                max(0.0, now - limit[t]) / dt_s[t] * min(1.0, 0.1 * dt_s[t] / 86400)
            )
            now -= out["spill"][t, k] * dt_s[t]
            out["storage"][t, k] = now
        out["level"][:, k] = store.low_m + store.metres_per_m3 * out["storage"][:, k]
        if store.kind == "reservoir":
            out["limit_storage"][:, k] = limit
            out["limit_level"][:, k] = store.low_m + store.metres_per_m3 * limit
    return out


def _claims(
    month: np.ndarray, dryness: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    demand = np.empty((month.size, len(CLAIMS)))
    supplied = np.empty_like(demand)
    for k, (_, _, kind, _, _, mean, _, _, short) in enumerate(CLAIMS):
        pattern = _IRRIGATION[month] if kind == "irrigation" else np.ones(month.size)
        if kind == "base_flow":
            pattern = np.where((month >= 3) & (month <= 8), 1.4, 0.6)
        elif kind == "demand":
            pattern = 1.0 + 0.12 * np.sin((month - 3) / 12 * 2 * np.pi)
        demand[:, k] = mean * pattern
        lack = np.clip(short * (dryness - 0.15) * 1.6 + rng.normal(0, 0.03, month.size), 0, 0.98)
        supplied[:, k] = demand[:, k] * (1.0 - np.where(dryness > 0.15, lack, 0.0))
    return demand, supplied


def _coordinates(starts: pd.DatetimeIndex, dt_s: np.ndarray, water_year: np.ndarray) -> dict:
    years = np.unique(water_year)
    seconds = np.array([dt_s[water_year == year].sum() for year in years])
    text = {
        "store_type": [store.kind for store in STORES],
        "store_shown_by": [
            {"lake": "level", "aquifer": "depth"}.get(store.kind, "storage") for store in STORES
        ],
        "store_river": [store.river for store in STORES],
    }
    numbers = {
        "store_normal_storage_m3": [
            s.normal_m3 if s.kind == "reservoir" else np.nan for s in STORES
        ],
        "store_dead_storage_m3": [s.dead_m3 if s.kind == "reservoir" else np.nan for s in STORES],
        "store_target_low_m": [6.5 if s.kind == "lake" else np.nan for s in STORES],
        "store_target_high_m": [7.0 if s.kind == "lake" else np.nan for s in STORES],
        "store_level_min_m": [5.8 if s.kind == "lake" else np.nan for s in STORES],
        "store_depth_max_m": [{"shallow": 18.0, "deep": 60.0}.get(s.name, np.nan) for s in STORES],
    }
    claim = list(zip(*CLAIMS, strict=True))
    coords: dict[str, Any] = {
        "time": starts.values.astype("datetime64[ns]"),
        "dt": ("time", dt_s),
        "water_year_of_time": ("time", water_year),
        "water_year": years,
        "complete": ("water_year", seconds > 364.5 * 86400),
        "month": pd.date_range(starts[0], starts[-1], freq="MS").values.astype("datetime64[ns]"),
        "store": [store.name for store in STORES],
        "store_confined": ("store", [store.name == "deep" for store in STORES]),
        "claim": list(claim[0]),
        "claim_node": ("claim", list(claim[1])),
        "claim_kind": ("claim", list(claim[2])),
        "claim_use": ("claim", list(claim[3])),
        "claim_tier": ("claim", list(claim[4])),
        "claim_guarantee": ("claim", list(claim[6])),
        "origin": [name for name, _ in ORIGINS],
        "origin_kind": ("origin", [kind for _, kind in ORIGINS]),
        "source": [name for name, _ in ORIGINS],
        "source_kind": ("source", [kind for _, kind in ORIGINS]),
        "account": ["yangtze", "deep", "yangtze.extra"],
        "account_node": ("account", ["yangtze", "deep", "yangtze"]),
        "account_year": ("account", ["11-01", "01-01", "11-01"]),
        "reach": list(REACHES),
        "reach_river": ("reach", [name.removesuffix("_river") for name in REACHES]),
        "reach_safe_discharge_m3s": ("reach", [800.0, 300.0, np.nan, 60.0]),
    }
    coords |= {name: ("store", values) for name, values in (text | numbers).items()}
    return coords


def _zones(month: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    names, owners, lines, tops = [], [], [], []
    season = np.where((month >= 5) & (month <= 8), 0.6, 1.0)
    for store in STORES[:2]:
        full = store.normal_m3 - store.dead_m3
        for line, share in (
            ("dead", 0.0),
            ("reserve", 0.15),
            ("carryover", 0.45),
            ("storage", 1.0),
        ):
            names.append(f"{store.name}.{line}")
            owners.append(store.name)
            lines.append(line)
            part = share * full * (1.0 if line != "carryover" else season)
            tops.append(np.full(month.size, store.dead_m3) + part)
    coords = {
        "zone": names,
        "zone_store": ("zone", owners),
        "zone_line": ("zone", lines),
    }
    return np.stack(tops, axis=1), coords


def _ledger(
    starts: pd.DatetimeIndex, dt_s: np.ndarray, supplied: np.ndarray, coords: dict[str, Any]
) -> dict[str, Any]:
    months = coords["month"]
    place = (starts.values.astype("M8[M]") - months[0].astype("M8[M]")).astype(int)
    shares = np.array([claim[7] for claim in CLAIMS])
    volumes = np.zeros((months.size, len(CLAIMS)))
    np.add.at(volumes, place, supplied * dt_s[:, None])
    return {
        "supplied_by_origin": (("month", "claim", "origin"), volumes[:, :, None] * shares[None])
    }


def _stored(
    storage: np.ndarray, starts: pd.DatetimeIndex, coords: dict[str, Any]
) -> dict[str, Any]:
    """Return what is stored at the end of each month by origin and age: fixed shares."""
    months = coords["month"].astype("M8[M]")
    place = np.searchsorted(starts.values.astype("M8[M]"), months, side="right") - 1
    end = np.nan_to_num(storage[place])
    origins = np.array([0.1, 0.1, 0.7, 0.0, 0.0, 0.1])
    ages = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    coords["age"] = np.arange(ages.size)
    return {
        "storage_by_origin": (("month", "store", "origin"), end[:, :, None] * origins),
        "storage_by_age": (("month", "store", "age"), end[:, :, None] * ages),
        "in_lieu_credit": (
            ("month", "store", "origin"),
            0.2 * end[:, :, None] * np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
        ),
    }


def _accounts(starts: pd.DatetimeIndex) -> np.ndarray:
    """Return what is left of a grant of 5e8 m3 from 1 November, of one from 1 January, and of one
    without limit."""
    since = starts - pd.to_datetime((starts.year - (starts.month < 11)).astype(str) + "-11-01")
    autumn = 5e8 * (1.0 - since.days.to_numpy() / 400.0)
    winter = 1e8 * (1.0 - (starts.day_of_year.to_numpy() - 1) / 366.0)
    return np.stack([autumn, winter, np.full(starts.size, 6e15)], axis=1)


def _year_table(
    water_year: np.ndarray,
    dt_s: np.ndarray,
    demand: np.ndarray,
    supplied: np.ndarray,
    storage: np.ndarray,
    starts: pd.DatetimeIndex,
) -> dict[str, Any]:
    years, place = np.unique(water_year, return_inverse=True)

    def by_year(values: np.ndarray) -> np.ndarray:
        out = np.zeros((years.size, values.shape[1]))
        np.add.at(out, place, values)
        return out

    change = np.diff(storage, axis=0, prepend=storage[:1])
    volumes = supplied * dt_s[:, None]
    shares = np.array([claim[7] for claim in CLAIMS])
    return {
        "year_demand": (("water_year", "claim"), by_year(demand * dt_s[:, None])),
        "year_supplied": (("water_year", "claim"), by_year(volumes)),
        "year_withdrawn": (("water_year", "source"), by_year(volumes) @ shares * 1.03),
        "year_storage_rise": (("water_year", "store"), by_year(np.maximum(change, 0.0))),
        "year_storage_fall": (("water_year", "store"), by_year(np.maximum(-change, 0.0))),
    }


_NODES = """
wangkuai_catchment inflow 王快来水|xidayang_catchment inflow 西大洋来水
angezhuang_catchment inflow 安格庄来水|longmen_catchment inflow 龙门来水
wangkuai reservoir 王快水库|xidayang reservoir 西大洋水库|angezhuang reservoir 安格庄水库
longmen reservoir 龙门水库|sha_river reach 沙河|tang_river reach 唐河|zhongyi_river reach 中易水
cao_river reach 漕河|zhulong_river reach 潴龙河|fu_river reach 府河
baigou_river reach 白沟引河|baiyangdian lake 白洋淀|zaolinzhuang control_section 枣林庄断面
daqing_river reach 大清河|outlet_daqing outlet 大清河出口|yangtze import 南水北调中线
yellow import 引黄入冀补淀|yangtze_canal junction 天津干渠分水口|xiheishan junction 西黑山分水口
plain_reservoir regulating_reservoir 平原调蓄水库|city_plant treatment_plant 城市水厂
county_plant treatment_plant 县级水厂|city demand 中心城区生活|county_towns demand 县城生活
townships demand 乡镇生活|industry_city demand 城区工业|industry_county demand 县域工业
parks demand 城市绿地与河湖|sha_tang_district irrigation_district 沙河唐河灌区
yi_district irrigation_district 易水灌区|well_fields irrigation_district 井灌区
city_return junction 城市排水|county_return junction 县城排水
city_reclaimed reclaimed_plant 城市再生水厂|county_reclaimed reclaimed_plant 县级再生水厂
shallow aquifer 浅层含水层|deep aquifer 深层含水层|yimuquan spring 一亩泉
sha_fan recharge_basin 沙河冲洪积扇回补区|xiaoguan detention_basin 小关蓄滞洪区
tunnel_mouth junction 王快西大洋连通隧洞
"""
_LINKS = """
wangkuai_catchment>wangkuai xidayang_catchment>xidayang angezhuang_catchment>angezhuang
longmen_catchment>longmen wangkuai>sha_river xidayang>tang_river angezhuang>zhongyi_river
longmen>cao_river sha_river>zhulong_river zhulong_river>baiyangdian tang_river>baiyangdian
cao_river>baiyangdian zhongyi_river>baigou_river baigou_river>baiyangdian fu_river>baiyangdian
baiyangdian>zaolinzhuang zaolinzhuang>daqing_river daqing_river>outlet_daqing
wangkuai>tunnel_mouth:tunnel tunnel_mouth>xidayang:tunnel yangtze>yangtze_canal:canal
yangtze_canal>xiheishan:canal xiheishan>plain_reservoir:canal xiheishan>city_plant:pipe
yangtze_canal>county_plant:pipe yellow>plain_reservoir:canal yellow>baiyangdian:canal
plain_reservoir>city_plant:pump xidayang>city_plant:pipe city_plant>city:pipe
city_plant>industry_city:pipe county_plant>county_towns:pipe county_plant>industry_county:pipe
county_plant>townships:pipe shallow>townships:pump shallow>well_fields:pump deep>well_fields:pump
deep>county_towns:pump sha_river>sha_tang_district:canal tang_river>sha_tang_district:canal
zhongyi_river>yi_district:canal city>city_return:pipe county_towns>county_return:pipe
city_return>city_reclaimed:pipe county_return>county_reclaimed:pipe city_reclaimed>parks:pipe
city_reclaimed>industry_city:pipe city_reclaimed>fu_river county_reclaimed>industry_county:pipe
county_reclaimed>baigou_river shallow>yimuquan:recharge yimuquan>fu_river sha_river>sha_fan:canal
sha_fan>shallow:recharge sha_tang_district>shallow:recharge daqing_river>xiaoguan
yangtze_canal>sha_river:canal
"""


def network() -> dict[str, list[dict[str, Any]]]:
    """Return a schematic of 45 nodes with a cycle through return flows."""
    nodes = []
    for entry in _NODES.replace("\n", "|").split("|"):
        if entry:
            name, kind, title = entry.split(" ")
            english = name.replace("_", " ").capitalize()
            nodes.append(
                {
                    "name": name,
                    "type": kind,
                    "symbol": NODE_TYPES[kind].symbol if kind in NODE_TYPES else "place",
                    "title": english,
                    "title_zh": title,
                    "tier": "",
                    "river": "",
                }
            )
    links = []
    for entry in _LINKS.split():
        way, _, kind = entry.partition(":")
        start, end = way.split(">")
        kind = kind or "river"
        links.append({"name": way, "from": start, "to": end, "type": kind, "symbol": kind})
    return {"nodes": nodes, "links": links}


def judged(count: int = 28) -> list[dict[str, Any]]:
    """Return verdicts in the form of verdicts.json, of every outcome."""
    kinds = (
        ("city", "guarantee of supply by month", 95.0, 97.4, 2.4, "%", True, ""),
        ("sha_tang_district", "guarantee of irrigation by dekad", 50.0, 41.2, -8.8, "%", False,
         "23 of 39 years met; the deepest break is 81 % in 1999"),
        ("county_towns", "guarantee of supply by month", 99.0, 97.5, None, "%", "not provable",
         "39 years prove at most 97.5 %; the target is 99 %"),
        ("baiyangdian", "lake level in its band", 6.5, 6.61, 0.11, "m", True, ""),
        ("total_use", "water use cap", 2730.0, 2610.0, 120.0, "Mm3/year", True, ""),
        ("shallow", "depth to groundwater", 18.0, 22.4, -4.4, "m", False,
         "pumping of the irrigation wells stays above the recharge in 27 of 39 years"),
        ("industry_city", "water per 10^4 yuan of value added", 13.0, None, None, "m3/10^4 yuan",
         "not judged", "shortage is 4.1 % of demand; above 2 % the figure is not judged"),
        ("yimuquan", "spring head", 0.0, 0.031, 0.031, "m", True, ""),
    )  # fmt: skip
    rows = []
    for place in range(count):
        subject, quantity, required, achieved, margin, unit, passed, reason = kinds[
            place % len(kinds)
        ]
        rows.append(
            {
                "id": f"{subject}.{place}",
                "subject": subject,
                "quantity": quantity,
                "required": required,
                "achieved": achieved,
                "margin": margin,
                "unit": unit,
                "pass": passed,
                "reason": reason,
                "source": "GB/T 50095",
                "clause": "5.2",
                "confidence": "M",
            }
        )
    return rows
