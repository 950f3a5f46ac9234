"""Run a scenario from a script and ask the result a few questions."""

from pathlib import Path

import hydrosim

CONFIGS = Path(__file__).parents[1] / "configs"


def main() -> None:
    config = hydrosim.load_config(CONFIGS / "minimal.yaml")
    model = hydrosim.build_model(config)
    print(model)

    result = hydrosim.run(model).isel(scenario=0, member=0)
    supplied = result["year_supplied"].sum("water_year") / 1e8
    wanted = result["year_demand"].sum("water_year") / 1e8
    for claim in result["claim"].values:
        print(
            f"{claim}: {float(supplied.sel(claim=claim)):.2f} of "
            f"{float(wanted.sel(claim=claim)):.2f} x 10^8 m3 supplied"
        )

    for verdict in hydrosim.check(result, config.standards):
        print(f"{verdict.outcome:>12}  {verdict.subject}: {verdict.reason}")


if __name__ == "__main__":
    main()
