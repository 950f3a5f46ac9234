"""Record of the demonstration city: inflow of four reservoirs, rain and ET0 of three gauges."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from hydrosim.hydrology.record import SeriesName, SeriesRecord, build_series_record
from hydrosim.hydrology.runoff import Catchment, Gr4jParameters, blend_series, runoff_series

DATA = Path(__file__).parents[2] / "configs" / "data"
GAUGES = ("xinzhou", "yangquan", "dezhou")
MOUNTAIN = ("xinzhou", "yangquan")


@cache
def city_record() -> SeriesRecord:
    weather = {gauge: pd.read_csv(DATA / f"weather_{gauge}.csv.gz") for gauge in GAUGES}
    dates = weather["dezhou"]["date"].to_numpy().astype("datetime64[D]")
    series = {}
    for gauge, table in weather.items():
        series[SeriesName(gauge, "rain")] = table["precip_mm"].to_numpy()
        series[SeriesName(gauge, "et0")] = table["eto_mm"].to_numpy()
    for name, row in pd.read_csv(DATA / "catchments.csv", index_col=0).iterrows():
        weights = [row["xinzhou_weight"], row["yangquan_weight"]]
        rain = blend_series([weather[g]["precip_mm"].to_numpy() for g in MOUNTAIN], weights)
        demand = blend_series([weather[g]["eto_mm"].to_numpy() for g in MOUNTAIN], weights)
        factors = pd.read_csv(DATA / f"year_factors_{name}.csv", index_col=0)["factor"].to_dict()
        catchment = Catchment(
            row["area_m2"],
            row["rain_factor"],
            Gr4jParameters(row["x1_mm"], row["x2_mm"], row["x3_mm"], row["x4_day"]),
            row["production_frac"],
            row["routing_frac"],
        )
        inflow = runoff_series(dates, rain, demand, catchment, factors)
        series[SeriesName(str(name), "inflow")] = inflow
    return build_series_record(dates, series)
