"""Set the demonstration city beside published figures.

Published figures: water bulletins of Hebei and Baoding 2024 (supply and use of Baoding, storages at
the ends of 2023 and 2024, mean inflows); irrigation depths of two Hebei-like plain prefectures
(C232, C238, means since 1990) from the CWatQIM data.
"""

from pathlib import Path

import numpy as np

import hydrosim
from hydrosim.report.tables import budget_table, supply_table

CONFIG = Path(__file__).parents[1] / "configs" / "daqing_city.yaml"
SUPPLY_2024 = {"local surface": 1.42, "transfer": 7.28, "groundwater": 11.11, "other": 2.64}
USE_2024 = {"agriculture": 11.18, "industry": 0.84, "domestic": 3.45, "ecology": 6.98}
YEAR_END = {
    "wangkuai": (5.864, 6.891),
    "xidayang": (5.534, 5.748),
    "angezhuang": (1.220, 1.536),
    "longmen": (0.518, 0.335),
}
INFLOW = {"wangkuai": 3.598, "xidayang": 2.276, "angezhuang": 1.360, "longmen": 0.238}
WHEAT_AND_MAIZE_MM = (600, 608)
YEAR_S = 365.2425 * 86400.0
KINDS = {
    "local surface": ("surface",),
    "transfer": ("yangtze", "yellow"),
    "groundwater": ("groundwater_shallow", "groundwater_deep"),
    "other": ("reclaimed", "other"),
}


def row(name, modelled, published):
    print(f"| {name} | {modelled:.2f} | {published} |")


def head(title, second="published"):
    print(f"\n{title}\n\n| | modelled mean | {second} |\n|---|---|---|")


def main() -> None:
    config = hydrosim.load_config(CONFIG)
    dataset = hydrosim.run(config)
    result = dataset.isel(scenario=0, member=0)
    supply = supply_table(dataset)

    head("Supply by source, 10^8 m3 a year", "2024")
    for name, kinds in KINDS.items():
        row(name, sum(supply["total"].get(kind, 0.0) for kind in kinds), SUPPLY_2024[name])
    row("total", supply.loc["total", "total"], f"{sum(SUPPLY_2024.values()):.2f}")

    head("Supply by use, 10^8 m3 a year", "2024")
    for use, published in USE_2024.items():
        modelled = supply.loc["total", use]
        row(
            use,
            modelled + (supply.loc["total"].get("recharge", 0.0) if use == "ecology" else 0.0),
            published,
        )

    head("Storage at the end of the year, 10^8 m3", "2023, 2024")
    december = result["storage"].where(result["time.month"] == 12).groupby("time.year").last()
    for name, published in YEAR_END.items():
        row(name, float(december.sel(store=name).mean()) / 1e8, f"{published[0]}, {published[1]}")

    head("Inflow of the reservoirs, 10^8 m3 a year")
    for name, published in INFLOW.items():
        row(name, float(result["local_inflow"].sel(store=name).mean()) * YEAR_S / 1e8, published)

    head("Balance of the shallow groundwater, 10^8 m3 a year", "wanted")
    store = {"store": "groundwater_shallow"}
    recharge = float(result["recharge"].sel(store).mean()) * YEAR_S / 1e8
    pumped = float(result["pumped"].sel(store).mean()) * YEAR_S / 1e8
    lateral = float(budget_table(dataset).loc["lateral_outflow", "out"])
    change = float(result["storage"].sel(store)[-1] - result["storage"].sel(store)[0]) / 1e8
    years = result.sizes["time"] / 365.2425
    row("recharge", recharge, "12.9")
    row("pumped", pumped, "9 to 11")
    row("lateral outflow", lateral, "1.8")
    row("change of storage", change / years, "2024: +1.97 m, about 23")

    head("Gross irrigation of the well-watered fields, mm a year", "C232, C238: wheat and maize")
    area = sum(field.area for field in config.nodes["well_district"].fields.values())
    gross = result["supplied"].sel(claim="well_district")
    row(
        "well district",
        float(gross.mean()) * YEAR_S / area * 1000.0,
        f"{WHEAT_AND_MAIZE_MM[0]}, {WHEAT_AND_MAIZE_MM[1]}",
    )
    months = gross.groupby("time.month").mean()
    share = 100.0 * months / months.sum()
    print("\nMonth shares of irrigation, %: " + ", ".join(f"{value:.0f}" for value in share.values))
    assert np.isfinite(share).all()


if __name__ == "__main__":
    main()
