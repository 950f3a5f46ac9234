"""Annual 4-day lows [ft3/s] and log-Pearson III quantiles of the sample output of SWSTAT 4.1.

SWSTAT 4.1 (2002), surface-water statistics of the U.S. Geological Survey (program A193), with three
stations in California, 15 June to 15 September of 1960 to 1982; as printed in the source of the
frequency report of BASINS (U.S. Environmental Protection Agency). Works of the U.S. government.
"""

from __future__ import annotations

from typing import NamedTuple

PERIODS = (100, 50, 20, 10, 5, 3, 2, 1.25)
"""Return periods [year]; SWSTAT prints the non-exceedance 0.3333 for that of 3 years."""


class Station(NamedTuple):
    """Lows of 22 or 23 years, printed mean, deviation and skew of log10, and quantiles."""

    lows: tuple[float, ...]
    moments: tuple[float, float, float]
    quantiles: tuple[float, ...]


SHASTA = Station(
    (6.025, 9.875, 11.75, 36.5, 11.125, 33.25, 9.35, 15.5, 6.775, 21.25, 13.25, 23, 17, 10.55,
     42.5, 38, 12.25, 7.175, 29, 11.3, 12.5, 3.4, 32.75),
    (1.167, 0.290, -0.101), (2.965, 3.605, 4.816, 6.209, 8.413, 11.1, 14.858, 25.829),
)  # fmt: skip
"""11517500 Shasta River near Yreka."""

IRON_GATE = Station(
    (718.25, 669.75, 714, 775, 708, 662, 695.75, 695.75, 690.5, 699, 712.75, 693, 666.25, 725,
     708.75, 711.5, 707.25, 727, 697, 730.75, 726, 709.25),
    (2.849, 0.015, 0.368),
    (658.118, 662.68, 669.934, 676.811, 685.709, 694.562, 704.6, 726.168),
)  # fmt: skip
"""11516530 Klamath River below Iron Gate Dam."""

SEIAD = Station(
    (1060, 1026.25, 1032.75, 994.5, 1032.5, 1030, 951.75, 1137.5, 910.5, 1105, 970, 1335, 1027.5,
     810.75, 1322.5, 1310, 916.25, 792.5, 1077.5, 933.5, 993.25, 810.25, 1142.5),
    (3.009, 0.062, 0.174),
    (746.119, 771.978, 813.348, 852.91, 904.684, 956.84, 1017.109, 1150.205),
)  # fmt: skip
"""11520500 Klamath River near Seiad Valley."""

STATIONS = {"shasta": SHASTA, "iron_gate": IRON_GATE, "seiad": SEIAD}
