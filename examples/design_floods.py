"""Design floods of the demonstration city, from statistics to a hydrograph at each site.

The statistics are placeholders (confidence L, docs/design_floods.md), the typical flood is made up:
a wave over base flow. Run: python examples/design_floods.py
"""

import numpy as np

from hydrosim.hydrology import (
    RETURN_PERIODS,
    Hydrograph,
    PearsonIII,
    SiteStatistics,
    SubArea,
    compose_all,
    same_frequency,
)

HOUR, DAY = 3600.0, 86400.0
AREA_KM2 = {"wangkuai": 3770.0, "xidayang": 4420.0, "angezhuang": 476.0, "longmen": 470.0}
WANGKUAI = SiteStatistics(
    "wangkuai",
    PearsonIII(mean=1300.0, variation=1.6, skewness=4.0),
    (
        (1 * DAY, PearsonIII(mean=0.775e8, variation=1.5, skewness=3.75)),
        (3 * DAY, PearsonIII(mean=1.35e8, variation=1.4, skewness=3.5)),
        (7 * DAY, PearsonIII(mean=1.75e8, variation=1.3, skewness=3.25)),
    ),
    source="demonstration",
)


def typical_flood(area_km2, peak_hour):
    """Return ten days of a made-up flood, one-hour steps."""
    into = np.clip((np.arange(240.0) - peak_hour + 22.0) / 22.0, 0.0, None)
    peak = 9600.0 * area_km2 / AREA_KM2["wangkuai"]
    return Hydrograph(0.02 * peak + peak * (into * np.exp(1.0 - into)) ** 3, HOUR)


def main():
    """Print quantiles, one design hydrograph and the composition above the lake."""
    print("Wangkuai, placeholders of confidence L")
    print("| T, years | peak, m3/s | W1 | W3 | W7, 亿 m3 |")
    print("|---|---|---|---|---|")
    for years, row in zip(RETURN_PERIODS, WANGKUAI.quantile_table(), strict=True):
        volumes = " | ".join(f"{volume / 1e8:.2f}" for volume in row[1:])
        print(f"| {years:.0f} | {row[0]:.0f} | {volumes} |")

    sites = {
        name: WANGKUAI.transferred(name, area / AREA_KM2["wangkuai"])
        for name, area in AREA_KM2.items()
    }
    flood = same_frequency(typical_flood(AREA_KM2["wangkuai"], 80.0), WANGKUAI.design_values(100))
    print("\nfactors at Wangkuai, 100 years:", dict(flood.factors))

    areas = [
        SubArea(name, typical_flood(area, 80.0 + 3.0 * number), 10 * HOUR)
        for number, (name, area) in enumerate(AREA_KM2.items())
    ]
    total = sum(AREA_KM2.values())
    lake = WANGKUAI.transferred("lake", total / AREA_KM2["wangkuai"])
    leaders = {name: site.design_values(100) for name, site in sites.items()}
    found = compose_all(areas, lake.design_values(100), leaders)
    print("\nvolume of 7 d above the lake, 亿 m3, 100 years")
    for one in found.possible:
        parts = ", ".join(f"{name} {part[-1] / 1e8:.2f}" for name, part in one.volumes_m3.items())
        print(f"{one.scheme}: {parts}")
    for scheme, reason in found.impossible.items():
        print(f"{scheme}: not possible, {reason}")


if __name__ == "__main__":
    main()
