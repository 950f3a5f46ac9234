"""Compare the standard and the hedged ladder of the demonstration city over the drought 1997-2003.

The standard ladder gives irrigation the pools before they are filled for later; the hedged one
keeps a reserve and the carry-over first and lets irrigation go short early.
"""

from pathlib import Path

import hydrosim
from hydrosim.config import changed

CONFIGS = Path(__file__).parents[1] / "configs"
DROUGHT = {"period.start": "1997-01-01", "period.end": "2003-12-31"}
USES = ("domestic", "industry", "ecology", "agriculture")


def supplied_share(result, use):
    """Supplied over wanted volume of a use, without what is only offered."""
    mine = (result["claim_use"] == use) & ~result["claim_kind"].isin(["replenishment", "recharge"])
    wanted = result["year_demand"].where(mine).sum()
    return float(result["year_supplied"].where(mine).sum() / wanted)


def main() -> None:
    base = hydrosim.load_config(CONFIGS / "daqing_city.yaml")
    rows = {}
    for policy in ("standard", "hedged"):
        config = changed(base, {**DROUGHT, "policy": policy})
        result = hydrosim.run(config).isel(scenario=0, member=0)
        rows[policy] = [supplied_share(result, use) for use in USES]
        reservoirs = result["storage"].where(result["store_type"] == "reservoir")
        lowest = float(reservoirs.sum("store").min()) / 1e8
        pumped = float(result["pumped"].sel(store="groundwater_shallow").mean()) * 31.5576e6 / 1e8
        rows[policy] += [lowest, pumped]

    heads = [*USES, "lowest storage", "pumped a year"]
    print(f"{'':>16} " + " ".join(f"{policy:>10}" for policy in rows))
    for number, head in enumerate(heads):
        scale, unit = (100.0, "%") if number < len(USES) else (1.0, "10^8 m3")
        values = " ".join(f"{row[number] * scale:10.2f}" for row in rows.values())
        print(f"{head:>16} {values} {unit}")


if __name__ == "__main__":
    main()
