"""Two planning years by two quotas of one small city, side by side and compared."""

import hydrosim
from hydrosim.config.load import config_from_text

CITY = """
hydrosim: 1
title: {en: A city of two waters, zh: 双水源城市}
period: {start: 1991-01-01, end: 2010-12-31, step: month}
ladder: [dam_safety, domestic, flood_limit, storage, spare: yangtze]
rules:
  inflow: {type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]}
nodes:
  reservoir:
    type: reservoir
    storage_curve: {level: [180 m, 200 m, 210 m], storage: [0.2 亿m3, 2.2 亿m3, 4.0 亿m3]}
    levels: {dead: 182 m, normal: 200 m, flood_control: 205 m}
    initial: 60 %
    local_inflow: inflow
  yangtze: {type: import, quota: 1.2 亿m3/year, account_year: 11-01, capacity: 8 m3/s}
  city: {type: demand, use: domestic, amount: 3.8 亿m3/year, guarantee: 95 %}
  sea: {type: outlet}
links:
  - {from: reservoir, to: city, capacity: 12 m3/s, loss: 5 %}
  - {from: yangtze, to: city, capacity: 8 m3/s}
  - {from: reservoir, to: sea, type: river}
standards:
  guarantee: {type: guarantee}
scenarios:
  axes:
    year:
      2025: {planning_year: 2025}
      2035:
        planning_year: 2035
        nodes.city.growth: {rate: 1.5 %, from: 2025}
        nodes.city.saving: 6 %
    quota:
      plan: {}
      more: {nodes.yangtze.quota: 1.8 亿m3/year}
"""


def main() -> None:
    """Run the scenarios and print what each changes against today's."""
    config = config_from_text(CITY)
    for scenario in hydrosim.expand_scenarios(config):
        print(f"{scenario.name}: {scenario.coordinates}")
    tables = hydrosim.run_scenarios(config)
    comparison = hydrosim.compare(tables, reference="2025-plan")
    shortage = comparison.table[comparison.table["figure"] == "shortage"]
    for row in shortage.to_dict("records"):
        interval = f"{row['low']:+.3f} to {row['high']:+.3f}"
        print(f"shortage of {row['run']}: {row['difference']:+.3f} {row['unit']} ({interval})")


if __name__ == "__main__":
    main()
