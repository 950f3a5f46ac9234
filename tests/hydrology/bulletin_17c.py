"""Annual peaks [ft3/s] and results of the worked examples of Bulletin 17C, appendix 10.

England, J.F., Cohn, T.A., Faber, B.A., Stedinger, J.R., Thomas, W.O., Veilleux, A.G., Kiang, J.E. &
Mason, R.R. (2019): Guidelines for determining flood flow frequency - Bulletin 17C, U.S. Geological
Survey Techniques and Methods 4-B5, version 1.1. Moments are those of the station skew, of log10.
"""

from __future__ import annotations

from typing import NamedTuple

from hydrosim.hydrology import KnownRange

CHANCES = (0.5, 0.2, 0.1, 0.04, 0.02, 0.01, 0.005, 0.002)


class Example(NamedTuple):
    """One example: record, years known by ranges, low-outlier threshold, printed moments."""

    peaks: tuple[float, ...]
    ranges: tuple[KnownRange, ...]
    low_outliers: str | float
    moments: tuple[float, float, float]


MOOSE = Example(
    (2080, 1670, 1480, 2940, 1560, 2380, 2720, 2860, 2620, 1710, 1370, 2180,
     1160, 2780, 1580, 2110, 2160, 2750, 1190, 1560, 1800, 1600, 2400, 3010,
     1490, 2920, 4940, 2550, 1250, 2670, 2020, 1460, 1620, 1460, 1570, 2890,
     1840, 2950, 1380, 2350, 4180, 1700, 2200, 3430, 2270, 2180, 1900, 2760,
     4536, 2160, 1860, 2680, 1540, 2110, 2950, 2410, 2230, 1980, 1610, 2640,
     1930, 1940, 1810, 1900, 3140, 1370, 2180, 4250),
    (), "multiple_grubbs_beck", (3.3286, 0.1403, 0.3966),
)  # fmt: skip
"""Example 1: Moose River at Victory, Vermont, 1947-2014."""

MOOSE_QUANTILES = {0.1: 3261.0, 0.04: 3911.0, 0.02: 4422.0, 0.01: 4957.0, 0.005: 5519.0,
                   0.002: 6313.0}  # fmt: skip
"""Table 10-5, station skew; with the regional skew 0.44 of MSE 0.078 the skew is 0.421."""

ORESTIMBA = Example(
    (4260, 345, 516, 1320, 1200, 2180, 3230, 115, 3440, 3070, 1880, 6450, 1290, 5970, 782, 0, 0,
     335, 175, 2920, 3660, 147, 0, 16, 5620, 1440, 10200, 5380, 448, 0, 1740, 8300, 156, 560, 128,
     4200, 0, 5080, 1010, 584, 0, 1510, 922, 1010, 0, 0, 4360, 1270, 5210, 1130, 5550, 6360, 991,
     50, 6990, 112, 0, 0, 4, 1260, 888, 4190, 12, 12000, 3130, 3320, 9470, 833, 2550, 958, 425,
     2790, 2990, 1820, 1630, 0, 2110, 310, 4400, 4440, 0, 6250),
    (), "multiple_grubbs_beck", (3.0227, 0.6821, -0.9291),
)  # fmt: skip
"""Example 2: Orestimba Creek near Newman, California, 1932-2013: 12 years without flow."""

ORESTIMBA_QUANTILES = dict(
    zip(CHANCES, (1339, 4026, 6328, 9426, 11690, 13820, 15800, 18150), strict=True)
)
"""Table 10-9."""

BACK_CREEK = Example(
    (8750, 15500, 4060, 22000, 6300, 3130, 4160, 6700, 22400, 3880, 8050, 4020, 1600, 4460, 4230,
     3010, 9150, 5100, 9820, 6200, 10700, 3880, 3420, 3240, 6800, 3740, 4700, 4380, 5190, 3960,
     5600, 4670, 7080, 4640, 536, 6680, 8360, 18700, 5210, 4680, 7940, 11800, 8730, 2300, 13900,
     4190, 6370, 9460, 6560, 2000, 5040, 7670, 4830, 9070, 10300, 4650),
    (KnownRange(6, 0.0, 21000.0), KnownRange(17, 0.0, 21000.0), KnownRange(5, 0.0, 21000.0)),
    2000.0, (3.7598, 0.2434, 0.1444),
)  # fmt: skip
"""Example 3: Back Creek near Jones Springs, West Virginia: a broken record."""

ARKANSAS = Example(
    (6100, 16500, 4300, 7500, 8800, 7600, 11100, 30000, 10500, 8500, 8000, 11000,
     6600, 7600, 5800, 8400, 3700, 10500, 7800, 7500, 17000, 8900, 6800, 9600, 6300,
     8500, 8850, 25600, 6510, 4930, 4520, 12400, 7800, 10500, 6050, 3560, 4380, 8630,
     2580, 9880, 11200, 9300, 11200, 2910, 3860, 7560, 10300, 3320, 5980, 9290, 7050,
     7280, 10900, 12800, 8700, 9300, 4740, 6770, 10200, 11100, 8010, 9070, 4540, 2820,
     5260, 5760, 3540, 8360, 2840, 23500, 10600, 5870, 5190, 6620, 6300, 3360, 3360,
     6760, 5440, 10200, 12800),
    (KnownRange(1, 41000.0, 60000.0), KnownRange(1, 20000.0, 25000.0),
     KnownRange(1, 35000.0, 40000.0), KnownRange(1, 80000.0, 103000.0),
     KnownRange(694, 0.0, 150000.0), KnownRange(33, 0.0, 40000.0), KnownRange(28, 0.0, 20000.0)),
    "multiple_grubbs_beck", (3.8858, 0.2459, 0.8178),
)  # fmt: skip
"""Example 4: Arkansas River at Pueblo, Colorado: historical floods and palaeoflood bounds."""

BEAR_CREEK = Example(
    (4000, 1180, 2880, 1310, 1420, 3130, 1180, 1620, 1570, 2060, 705, 3340, 3530,
     2010, 1830, 2240, 2770, 4030, 2180, 1780, 1610, 1910, 990, 899, 1820, 3120,
     1850, 1840, 2410, 1400, 1560, 3130, 714, 1940, 2840, 3520, 2430, 2670, 560,
     3000, 859, 710, 2390, 3160, 2520, 3750, 2600, 1450, 3850, 1200),
    (), 1200.0, (3.2787, 0.2331, -0.9254),
)  # fmt: skip
"""Example 5: Bear Creek at Ottumwa, Iowa: crest-stage gauge."""

SANTA_CRUZ = Example(
    (1650, 4520, 2560, 550, 3320, 1570, 4300, 1360, 688, 380, 243, 625, 1120,
     8, 2390, 2330, 4810, 1780, 1870, 986, 484, 880, 2830, 2070, 1490, 1730,
     3330, 3540, 1130, 12000, 1060, 406, 1110, 2640, 1120, 12000, 850, 4210,
     291, 804, 871, 3510, 17, 483, 4880, 478, 2020, 1860, 2970, 1110, 4870,
     2240, 1080, 2, 22, 256, 73, 5940, 3060, 1180, 1530, 392, 95, 12, 612),
    (KnownRange(22, 0.0, 12000.0),), "multiple_grubbs_beck", (3.0691, 0.4898, -0.4623),
)  # fmt: skip
"""Example 6: Santa Cruz River near Lochiel, Arizona: historical bound and low outliers."""

AMERICAN = Example(
    (24200, 59700, 156000, 10300, 119000, 81300, 74100, 47900, 40700, 42300, 67500, 20100,
     39200, 31600, 39000, 14000, 99500, 27400, 67700, 163000, 24400, 9900, 21100, 16500,
     22600, 60900, 58300, 33000, 114000, 10900, 89200, 38800, 83200, 152000, 20100, 94400,
     42200, 27900, 21000, 37500, 34400, 180000, 37200, 49700, 42600, 10800, 219000, 42000,
     54000, 20000, 75000, 8000, 40000, 240000, 24000, 260000, 6500, 46000, 30000, 120000,
     122000, 48000, 12000, 69000, 55000, 46000, 15000, 40000, 33000, 175000, 20000, 152000,
     93000, 88000, 17000, 259000, 298000),
    (KnownRange(1, 600000.0, 850000.0), KnownRange(3, 400000.0, 550000.0),
     KnownRange(1, 262000.0, 300000.0), KnownRange(1300, 0.0, 599000.0),
     KnownRange(543, 0.0, 399000.0), KnownRange(56, 0.0, 261000.0), KnownRange(19, 0.0, 150000.0)),
    "multiple_grubbs_beck", (4.6535, 0.3767, -0.1012),
)  # fmt: skip
"""Example 7: American River at Fair Oaks, California: palaeofloods of 2000 years."""

EXAMPLES = {
    "moose": MOOSE, "orestimba": ORESTIMBA, "back_creek": BACK_CREEK, "arkansas": ARKANSAS,
    "bear_creek": BEAR_CREEK, "santa_cruz": SANTA_CRUZ, "american": AMERICAN,
}  # fmt: skip
