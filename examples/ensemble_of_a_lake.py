"""Thirty possible waters of a lake: how often is its target held, and in the record's own years?"""

import tempfile
from pathlib import Path

import hydrosim
from hydrosim.config import changed

CONFIGS = Path(__file__).parents[1] / "configs"
# The record itself, each member begun in another year, and no change of climate.
AS_RECORDED = {"ensemble.method": {"type": "index_sequential"}, "ensemble.climate": []}


def main() -> None:
    config = hydrosim.load_config(CONFIGS / "month_lake.yaml")
    with tempfile.TemporaryDirectory() as folder:
        for name, one in (("drier", config), ("recorded", changed(config, AS_RECORDED))):
            run = hydrosim.run_ensemble(one, Path(folder) / name)
            result = run.dataset.isel(scenario=0)
            lowest = result["year_storage_min_quantile"].sel(store="lake", quantile=0.1) / 1e8
            print(f"{name}: lowest storage of a year in one of ten, {float(lowest):.2f} x 10^8 m3")
            for verdict in result["verdict"].values:
                share = result["members_passing"].sel(verdict=verdict)
                print(f"  {verdict} holds in {float(share):.0%} of members")

            tables = hydrosim.open_ensemble(run.plan.folder)
            short = (tables["year_demand"] - tables["year_supplied"]).sel(claim="town")
            worst = int(short.sum("water_year").isel(scenario=0).argmax("member"))
            print(f"  the town lacks most in member {worst}")


if __name__ == "__main__":
    main()
