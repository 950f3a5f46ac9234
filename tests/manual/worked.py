"""The tables of docs/worked_examples.md: published numbers and ours beside them.

Published numbers stand in the tests that compare them; ours are computed here, in the same way.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from hydrosim.hydrology import at_return_period, sample_moments
from hydrosim.hydrology.curves import PearsonIII
from hydrosim.hydrology.encounter import encounter_table
from hydrosim.hydrology.pearson import frequency_factor
from hydrosim.hydrology.reliability import supply_measures
from hydrosim.hydrology.storage_yield import operate_standard_policy
from tests.flood.small import routed, series
from tests.flood.test_published import (
    ACFT,
    CFS,
    CHOW_INFLOW,
    CHOW_OUTFLOW,
    CHOW_Q,
    FT,
    MUSKINGUM,
    columns,
    table,
    us_dam,
)
from tests.hydrology.test_encounter import TABLES as ENCOUNTERS
from tests.hydrology.test_frequency import continuous, with_history
from tests.hydrology.test_pearson import EXCEEDANCE, PHI
from tests.hydrology.test_supply_statistics import RESERVOIR_X

__all__ = ["DATA_TABLES", "TABLES"]


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def level_pool(folder):
    """HEC-HMS modified Puls of a dam, at its highest level and on some hours around it."""
    rating = table(folder / "usace_rfar" / "cherry_cricket_resmodel.csv")
    hms = table(folder / "usace_rfar" / "cherry_cricket_hms_results.csv")
    result = us_dam(columns(rating, "elev_ft", "stor_acft", "outflow_cfs"), hms["inflow_cfs"], 5565)
    level = series(result, "level", "dam") / FT
    flow = series(result, "outflow", "dam") / CFS
    storage = series(result, "storage", "dam") / ACFT
    lines = head(
        "hour", "inflow, cfs", "level, ft: HEC-HMS", "ours", "outflow, cfs: HEC-HMS", "ours"
    )
    top = int(hms["elevation_ft"].argmax())
    for hour in (top - 48, top - 24, top - 12, top, top + 12, top + 24, top + 48):
        there = hms[hour]
        lines.append(
            row(
                hour,
                f"{there['inflow_cfs']:.1f}",
                f"{there['elevation_ft']:.4f}",
                f"{level[hour]:.4f}",
                f"{there['outflow_cfs']:.4f}",
                f"{flow[hour]:.4f}",
            )
        )
    assert np.abs(storage - hms["storage_acft"]).max() < 1e-4
    return lines


@cache
def _pond():
    head_ft = np.arange(21) * 0.5
    node = {
        "type": "reservoir",
        "storage_curve": {
            "level": [f"{h * FT:.17g} m" for h in head_ft],
            "storage": [f"{43560 * h * CFS:.17g} m3" for h in head_ft],
            "release_capacity": [f"{q * CFS:.17g} m3/s" for q in CHOW_Q],
        },
        "levels": {"dead": "0 m", "normal": "1 m"},
        "initial": "0 m3",
        "outlets": [{"name": "pipe", "kind": "free", "rating": "storage_curve"}],
    }
    flows = {"pond": np.array(CHOW_INFLOW) * CFS}
    levels = {"start_levels": {"pond": "0 m"}}
    return routed({"pond": node}, "pond > sea", inflows=flows, event=levels, step="10 min")


def chow_pond():
    """Chow, Maidment, Mays (1988), examples 8.2.1 and 8.2.2."""
    ours = series(_pond(), "outflow", "pond") / CFS
    lines = head("minutes", "inflow, cfs", "outflow of the example, cfs", "ours")
    for number, (inflow, printed) in enumerate(zip(CHOW_INFLOW, CHOW_OUTFLOW, strict=True)):
        lines.append(row(10 * number, inflow, f"{printed:.2f}", f"{ours[number]:.2f}"))
    return lines


def muskingum(name):
    """A reach of a textbook: inflow, outflow printed, ours."""
    parameters, step, first, inflow, printed, _tolerance = MUSKINGUM[name]
    nodes = {"top": {"type": "junction"}, "reach": {"type": "reach", "muskingum": parameters}}
    result = routed(
        nodes, "top > reach", "reach > sea", inflows={"top": inflow},
        event={"start_flows": {"reach": f"{first} m3/s"}}, step=step, inner_step=step,
    )  # fmt: skip
    ours = series(result, "discharge", "reach")
    lines = head("step", "inflow", "outflow printed", "ours")
    for number, (flow, book) in enumerate(zip(inflow, printed, strict=True)):
        lines.append(row(number, f"{flow:g}", f"{book:g}", f"{ours[number]:.2f}"))
    return lines


def frequency_factors():
    """The table of Phi of Pearson III: printed and ours."""
    columns_shown = [EXCEEDANCE.index(chance) for chance in (0.001, 0.01, 0.05, 0.5, 0.95)]
    chances = [EXCEEDANCE[number] for number in columns_shown]
    lines = head("Cs", *(f"P = {100 * chance:g} %" for chance in chances))
    for skewness, text in PHI.items():
        printed = text.split()
        ours = frequency_factor(skewness, chances)
        cells = [
            f"{float(printed[number]):.5f} / {own + 0.0:.5f}"
            for number, own in zip(columns_shown, ours, strict=True)
        ]
        lines.append(row(f"{skewness:g}", *cells))
    return lines


def flood_moments():
    """Two series of a Chinese textbook: moments, and quantiles of a trial curve."""
    plain, history = sample_moments(continuous()), sample_moments(with_history())
    lines = head("", "mean, m3/s", "Cv", "Cs")
    for name, found in (("21 years", plain), ("30 years and two floods of 102", history)):
        lines.append(
            row(name, *(f"{x:.4f}" for x in (found.mean, found.variation, found.skewness)))
        )
    return lines


def trial_curve():
    """Quantiles of a curve of mean 1246.19, Cv 0.5, Cs 1.25."""
    lines = head("T, years", "of the book, m3/s", "ours")
    periods, printed = (1000, 100, 50, 20, 10), (4290, 3228, 2895, 2441, 2081)
    ours = at_return_period(PearsonIII(26170 / 21, 0.5, 1.25), periods)
    for period, book, own in zip(periods, printed, ours, strict=True):
        lines.append(row(period, book, f"{own:.1f}"))
    return lines


def reliability(folder):
    """Reliability, resilience, vulnerability of a reservoir of the package `reservoir`."""
    path = folder / "resx_monthly" / "resx_inflow.csv"
    inflow = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    water = inflow["inflow_mm3"].astype(float)
    names = ("annual", "time", "volume", "resilience", "vulnerability")
    lines = head("capacity, Mm3", "demand / mean inflow", *names)
    for k, part, *printed in RESERVOIR_X:
        demand = part * water.mean()
        run = operate_standard_policy(water, demand, 61.9 * k)
        found = supply_measures(run.supplied, demand, periods_per_year=12, decimals=5)
        ours = (
            found.annual_reliability, found.time_reliability, found.volumetric_reliability,
            found.resilience, found.vulnerability_frac,
        )  # fmt: skip
        cells = ["-" if one is None else f"{one:.6f} / {own:.6f}"
                 for one, own in zip(printed, ours, strict=True)]  # fmt: skip
        lines.append(row(f"{61.9 * k:g}", part, *cells))
    return lines


def measures_by_hand():
    """Ten periods with a demand of 10."""
    found = supply_measures([10, 10, 8, 6, 10, 10, 9, 10, 10, 5], 10)
    lines = head("measure", "by hand", "ours")
    for name, hand, ours in (
        ("reliability by time", "6 / 10", found.time_reliability),
        ("reliability by volume", "88 / 100", found.volumetric_reliability),
        ("resilience", "3 / 4", found.resilience),
        ("vulnerability", "(4 + 1 + 5) / 3", found.vulnerability),
    ):
        lines.append(row(name, hand, f"{ours:.4f}"))
    return lines


def encounters():
    """Two sources, dry, normal and wet: chance that both are dry, and that they are alike."""
    names = ("independent (Gauss, 0)", "Clayton, 2", "Gumbel, 2", "Gauss, 0.5")
    lines = head("copula", "both dry: closed form", "ours", "alike: closed form", "ours")
    for name, (copula, cells, alike) in zip(names, ENCOUNTERS, strict=True):
        found = encounter_table(copula, ("X", "Y"))
        lines.append(
            row(
                name, f"{cells[0]:.6f}", f"{found.all_dry:.6f}",
                f"{alike:.6f}", f"{found.synchronous:.6f}",
            )
        )  # fmt: skip
    return lines


TABLES = {
    "chow_pond": chow_pond,
    "muskingum_chow": lambda: muskingum("chow"),
    "muskingum_ponce": lambda: muskingum("ponce"),
    "muskingum_subramanya": lambda: muskingum("subramanya"),
    "frequency_factors": frequency_factors,
    "flood_moments": flood_moments,
    "trial_curve": trial_curve,
    "measures_by_hand": measures_by_hand,
    "encounters": encounters,
}
DATA_TABLES = {"level_pool": level_pool, "reliability": reliability}
"""Those that need the reference data beside the project."""
