"""The page of numbers has each entry of the glossary, and its examples come out as they say."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import hydrosim
from hydrosim.config.describe import describe
from hydrosim.config.load import config_from_text
from hydrosim.flood.exceedance import union_of_seasons
from hydrosim.hydrology import base_flow_index as index_of
from hydrosim.reading.glossary import GLOSSARY
from hydrosim.reading.steps import years_of
from hydrosim.report.tables import shortage_table
from hydrosim.scenarios.figures import key_figures
from hydrosim.standards.board import Board, check
from hydrosim.standards.ecology import BaseFlow, LakeLevel
from hydrosim.standards.efficiency import Efficiency, SoilConservation
from hydrosim.standards.flood_basin import FloodBasin
from hydrosim.standards.flood_channel import FloodChannel
from hydrosim.standards.flood_levee import FloodLevee
from hydrosim.standards.flood_peak import FloodPeak
from hydrosim.standards.flood_reservoir import FloodReservoir
from hydrosim.standards.flood_season import FloodLimit
from hydrosim.standards.groundwater import CoastalHead, Groundwater, SpringHead
from hydrosim.standards.low_flow import LowFlow
from hydrosim.standards.replenishment import RiverGoal
from hydrosim.standards.structure import ReclaimedShare, SupplyStructure
from hydrosim.standards.supply import Guarantee
from hydrosim.standards.tennant import Tennant
from hydrosim.standards.year_classes import year_classes
from tests.standards.factory import days, make_dataset
from tests.standards.test_flood_peak import result as peaks_of_dam
from tests.standards.test_flood_standards import YEARS, result, zone

PAGE = Path(__file__).parents[2] / "docs" / "numbers.md"
YEAR = ("2000-06-01", "2001-06-01")
FOUR = ("2000-06-01", "2004-06-01")
DAY_S = 86_400.0


def sections() -> dict[str, str]:
    """Return the sections of the page by the key of their example."""
    parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {re.search(r"```yaml\n# (\w+)", part)[1]: part for part in parts}  # type: ignore[index]


def example(key: str) -> dict[str, Any]:
    """Return the numbers of an example, as the page has them."""
    return yaml.safe_load(re.search(r"```yaml\n(.*?)```", sections()[key], re.DOTALL)[1])  # type: ignore[index]


def by_years(values: list[float]) -> np.ndarray:
    """Return a flow for each day of four water years."""
    changes = [(f"{2000 + k}-06-01", f"{2001 + k}-06-01", value) for k, value in enumerate(values)]
    return days(*FOUR, 0.0, *changes)


def by_months(values: list[float]) -> np.ndarray:
    """Return a flow for each day of a water year by its months from June."""
    months = np.arange("2000-06", "2001-07", dtype="datetime64[M]").astype("datetime64[D]")
    changes = [(str(months[k]), str(months[k + 1]), value) for k, value in enumerate(values)]
    return days(*YEAR, 0.0, *changes)


def claim(name: str, supplied: Any, **more: Any) -> dict[str, Any]:
    """Return a demand of 1 m3/s."""
    return {
        "name": name, "node": name, "kind": "demand", "use": "domestic", "demand": 1.0,
        "supplied": supplied, **more,
    }  # fmt: skip


def achieved(verdicts: Any, words: str) -> float:
    """Return the number of the one verdict about a quantity."""
    (found,) = [v for v in verdicts if v.id.endswith("/" + words.replace(" ", "_"))]
    return found.achieved


def guarantee(given: dict[str, Any]) -> float:
    dataset = make_dataset(*FOUR, items={"claim": [claim("city", by_years(given["supplied"]))]})
    standard = Guarantee(by=("node",), tolerance=given["tolerance"], targets={"domestic": 0.5})
    return achieved(standard.check(dataset), "guarantee")


def guarantee_by_time(given: dict[str, Any]) -> float:
    dataset = make_dataset(*YEAR, items={"claim": [claim("city", by_months(given["supplied"]))]})
    standard = Guarantee(by=("node",), tolerance=given["tolerance"], measures=("time",))
    return achieved(standard.check(dataset), "guarantee by time")


def guarantee_of_summed_supply(given: dict[str, Any]) -> float:
    users = [claim(name, by_years(given[name])) for name in ("first", "second")]
    dataset = make_dataset(*FOUR, items={"claim": users})
    standard = Guarantee(
        by=("use",), tolerance=given["tolerance"], groups=("members", "sums"),
        targets={"domestic": 0.5},
    )  # fmt: skip
    verdicts = standard.check(dataset)
    assert achieved(verdicts, "guarantee") == pytest.approx(given["members"])
    return achieved(verdicts, "guarantee of summed supply")


def deepest_monthly_shortage(given: dict[str, Any]) -> float:
    farm = claim("farm", by_months(given["supplied"]), depth_limit=0.5)
    dataset = make_dataset(*YEAR, items={"claim": [farm]})
    standard = Guarantee(by=("node",), tolerance=given["tolerance"])
    return achieved(standard.check(dataset), "deepest monthly shortage")


def base_flow(given: dict[str, Any]) -> float:
    reach = claim("reach", by_months(given["flow"])) | {"kind": "base_flow"}
    dataset = make_dataset(*YEAR, items={"claim": [reach]})
    standard = BaseFlow(rate=0.9, tolerance=given["tolerance"])
    return achieved(standard.check(dataset), "share of periods with base flow")


def run_of_year(
    ladder: list[Any], nodes: dict[str, Any], links: list[dict[str, Any]], standard: dict[str, Any]
) -> float:
    """Return the first number of a standard about a run of 2001 in days."""
    content = {
        "hydrosim": 1,
        "period": {"start": "2001-01-01", "end": "2001-12-31", "step": "day"},
        "water_year": "01-01",
        "ladder": ladder, "nodes": nodes, "links": links, "standards": {"asked": standard},
    }  # fmt: skip
    config = config_from_text(json.dumps(content), "example.yaml")
    board = Board([config.standards["asked"]])
    found = board.judge(board.view(hydrosim.run(config)))[-1].achieved
    assert found is not None
    return found


def flow(volume: float) -> str:
    """Return a volume of the year [Mm3] as a flow."""
    return f"{volume * 1e6 / (365 * DAY_S)!r} m3/s"


def replenished_volume(given: dict[str, Any]) -> float:
    again = given["by_ways_from_upstream"]
    nodes = {
        "south": {"type": "import", "capacity": "9 m3/s"},
        "upper": {"type": "demand", "use": "ecology", "river": "sha", "flow": flow(given["upper"]),
                  "passes_to": "bed", "passes_same_step": True},
        "bed": {"type": "reach", "river": "sha"},
        "lower": {"type": "demand", "use": "ecology", "river": "sha", "flow": flow(given["lower"]),
                  "passes_to": "sea"},
        "sea": {"type": "outlet"},
    }  # fmt: skip
    links = [
        {"from": "south", "to": "upper"},
        {"from": "bed", "to": "lower", "type": "canal", "capacity": flow(again)},
        {"from": "bed", "to": "sea", "type": "river"},
        {"from": "south", "to": "lower", "capacity": flow(given["lower"] - again)},
    ]
    return run_of_year(["ecology"], nodes, links, {"type": "replenishment"})


def days_with_flow(given: dict[str, Any]) -> float:
    flow = np.zeros(3 * 365)
    for year, count in enumerate(given["days"]):
        flow[365 * year : 365 * year + count] = 1.0
    reach = {"name": "bed", "river": "sha", "discharge": flow}
    dataset = make_dataset("2000-06-01", "2003-06-01", items={"reach": [reach]})
    standard = RiverGoal(river="sha", days=given["wanted"])
    return achieved(standard.check(dataset), "days with flow")


def days_above_low_target(given: dict[str, Any]) -> float:
    lake = {"name": "lake", "level": given["level"], "target_low_m": given["low"]}
    dataset = make_dataset("2000-06-01", "2000-06-09", items={"store": [lake]})
    return achieved(LakeLevel().check(dataset), "share of days above the low target")


def tennant_class(given: dict[str, Any]) -> float:
    reach = {"name": "bed", "discharge": given["flow"], "mean_natural_m3s": given["natural"]}
    dataset = make_dataset(*YEAR, items={"reach": [reach]})
    return achieved(Tennant().check(dataset), "Tennant class October-March")


def duration_flow(given: dict[str, Any]) -> list[float]:
    flow = np.repeat(given["flow"], given["days"])
    dataset = make_dataset(*YEAR, items={"reach": [{"name": "bed", "discharge": flow}]})
    standards = [LowFlow(duration_flow="1 m3/s", exceedance=share) for share in given["exceedance"]]
    return [standard.check(dataset)[0].achieved for standard in standards]


def lows_of_years(lowest: list[float], until: str) -> Any:
    """Return a result whose water years carry little from 1 February until a day."""
    end = f"{2000 + len(lowest)}-06-01"
    spells = [(f"{y}-02-01", f"{y}-{until}", low) for y, low in enumerate(lowest, start=2001)]
    flow = days("2000-06-01", end, 20.0, *spells)
    return make_dataset("2000-06-01", end, items={"reach": [{"name": "bed", "discharge": flow}]})


def low_flow(given: dict[str, Any]) -> float:
    standard = LowFlow(low_flow="1 m3/s", return_period=given["return_period"])
    found = standard.check(lows_of_years(given["lowest"], "02-08"))
    return achieved(found, "low flow 7Q10")


def driest_month(given: dict[str, Any]) -> float:
    standard = LowFlow(driest_month="1 m3/s", return_period=given["return_period"])
    found = standard.check(lows_of_years(given["driest"], "03-01"))
    return achieved(found, "driest month of 10 years")


def base_flow_index(given: dict[str, Any]) -> float:
    flow = np.full(5 * len(given["lowest"]), float(given["others"]))
    flow[2::5] = given["lowest"]
    return index_of(flow)


def days_above_flood_limit(given: dict[str, Any]) -> float:
    level = np.full(2 * 365, 9.0)
    for year, count in enumerate(given["days"]):
        level[365 * year : 365 * year + count] = 11.0
    dam = {"name": "dam", "level": level, "limit_level": 10.0}
    dataset = make_dataset("2000-06-01", "2002-06-01", items={"store": [dam]})
    return achieved(FloodLimit().check(dataset), "days above the flood limit")


def pumped_volume(given: dict[str, Any]) -> float:
    first, second, third = given["flow"]
    flow = days("2000-06-01", "2002-06-01", first, ("2001-01-01", "2002-01-01", second),
                ("2002-01-01", "2002-06-01", third))  # fmt: skip
    wells = {"name": "wells", "type": "aquifer", "pumped": flow, "depth_to_water": 1.0}
    dataset = make_dataset("2000-06-01", "2002-06-01", items={"store": [wells]})
    standard = Groundwater(pumping_cap="50 Mm3/year", depth_max="2 m")
    return achieved(standard.check(dataset), "pumped volume")


def days_with_level(given: dict[str, Any]) -> float:
    wells = {"name": "wells", "type": "aquifer", "depth_to_water": given["depth"]}
    dataset = make_dataset("2000-06-01", "2000-06-09", items={"store": [wells]})
    standard = Groundwater(depth_max=f"{given['most']} m")
    return achieved(standard.check(dataset), "share of days with level")


def gross_use(given: dict[str, Any]) -> float:
    first, second = given["delivered"]
    pipe, plant, end, network = given["losses"][0]
    assert given["losses"][1] == [network]
    lost = (1 - pipe) * (1 - plant) * (1 - end) * (1 - network)
    nodes = {
        "south": {"type": "import", "capacity": flow(first / lost)},
        "plant": {"type": "treatment_plant", "capacity": "9 m3/s", "loss": plant},
        "wells": {"type": "aquifer", "area": "900 km2", "specific_yield": 0.1,
                  "initial_depth": "5 m", "floor_depth": "60 m"},
        "works": {"type": "demand", "use": "industry", "flow": flow(first + second),
                  "loss": network},
    }  # fmt: skip
    links = [
        {"from": "south", "to": "plant", "loss": pipe},
        {"from": "plant", "to": "works", "loss": end},
        {"from": "wells", "to": "works", "type": "pump", "capacity": "9 m3/s"},
    ]
    standard = {"type": "total_use_cap", "cap": "1 亿m3/year"}
    return run_of_year(["industry", {"spare": "wells"}], nodes, links, standard)


def industrial_use_per_value_added(given: dict[str, Any]) -> float:
    mill = claim("mill", given["demand"], demand=given["demand"], use="industry",
                 gross_factor=1 / (1 - given["loss"]))  # fmt: skip
    economy = {"industrial_value_added": given["value_added"], "base_year": 2020}
    dataset = make_dataset(*YEAR, items={"claim": [mill]}, economy=economy)
    return achieved(Efficiency().check(dataset), "industrial use per value added")


def total_use_per_gdp(given: dict[str, Any]) -> float:
    homes = claim("homes", given["demand"], demand=given["demand"])
    river = claim("river", given["released"], kind="replenishment", use="ecology")
    economy = {"gdp": given["gdp"], "base_year": 2020}
    dataset = make_dataset(*YEAR, items={"claim": [homes, river]}, economy=economy)
    return achieved(Efficiency().check(dataset), "total use per GDP")


def by_kinds(given: dict[str, Any]) -> Any:
    """Return a result with a supply by kind of source [Mm3]."""
    kinds = [kind for kind in given if kind != "result"]
    total = sum(given[kind] for kind in kinds)
    homes = claim("homes", total * 1e6 / (365 * DAY_S))
    origins = [{"name": kind, "kind": kind} for kind in kinds]
    ledger = {("homes", kind): given[kind] * 1e6 / 12 for kind in kinds}
    return make_dataset(*YEAR, items={"claim": [homes], "origin": origins}, ledger=ledger)


def share_of_main_sources(given: dict[str, Any]) -> float:
    return achieved(SupplyStructure().check(by_kinds(given)), "share of the main sources")


def reclaimed_share_of_effluent(given: dict[str, Any]) -> float:
    plant = {"name": "plant", "kind": "reclaimed", "withdrawn": given["used"],
             "available": given["offered"]}  # fmt: skip
    dataset = make_dataset(*YEAR, items={"source": [plant]})
    standard = ReclaimedShare(share=0.25, of="effluent")
    return achieved(standard.check(dataset), "reclaimed share of effluent")


def days_inside_band(given: dict[str, Any]) -> float:
    lake = {"name": "lake", "level": given["level"], "target_low_m": given["low"],
            "target_high_m": given["high"]}  # fmt: skip
    dataset = make_dataset("2000-06-01", "2000-06-09", items={"store": [lake]})
    verdicts = LakeLevel(measure="inside").check(dataset)
    return achieved(verdicts, "share of days inside the band")


def depth_above_flood_limit(given: dict[str, Any]) -> float:
    dam = {"name": "dam", "level": given["level"], "limit_level": given["limit"]}
    dataset = make_dataset("2000-06-01", "2000-06-05", items={"store": [dam]})
    return achieved(FloodLimit().check(dataset), "depth above the flood limit")


def _heads(given: dict[str, Any]) -> Any:
    end = np.datetime64("2000-06-01") + len(given["level"])
    wells = {"name": "wells", "type": "aquifer", "level": given["level"]}
    return make_dataset("2000-06-01", str(end), items={"store": [wells]})


def days_with_spring_head(given: dict[str, Any]) -> float:
    standard = SpringHead(store="wells", level=f"{given['head']} m")
    return achieved(standard.check(_heads(given)), "share of days with spring head")


def days_with_coastal_head(given: dict[str, Any]) -> float:
    standard = CoastalHead(store="wells", level=f"{given['head']} m")
    return achieved(standard.check(_heads(given)), "share of days with coastal head")


def share_of_groundwater(given: dict[str, Any]) -> float:
    standard = SupplyStructure(groundwater_share=0.5, deep_share=0.1)
    verdicts = standard.check(by_kinds(given))
    assert achieved(verdicts, "share of deep groundwater") == pytest.approx(5)
    return achieved(verdicts, "share of groundwater")


def reclaimed_share_of_supply(given: dict[str, Any]) -> float:
    verdicts = ReclaimedShare(share=0.1).check(by_kinds(given))
    return achieved(verdicts, "reclaimed share of supply")


def treated_area(given: dict[str, Any]) -> float:
    treated = {str(year): f"{area} km2" for year, area in given["treated"].items()}
    standard = SoilConservation(goal="280 km2", treated=treated)
    return achieved(standard.check(make_dataset(*YEAR)), "treated area")


def peak_level(given: dict[str, Any]) -> float:
    works = {"dam": {"protection": given["required"]}}
    floods = result(levels=given["level"], years=given["years"])
    return achieved(FloodReservoir(works=works).check(floods), "flood-control level")


def flood_peak(given: dict[str, Any]) -> float:
    verdicts = FloodChannel(return_periods={"river": 50}).check(result())
    assert max(given["upper"], given["lower"]) == achieved(verdicts, "safe discharge")
    return achieved(verdicts, "safe discharge")


def crest_less_freeboard(given: dict[str, Any]) -> float:
    (verdict,) = FloodLevee(return_periods={"lake": given["years"]}).check(result())
    return verdict.required


def storage_of_the_basin(given: dict[str, Any]) -> float:
    (verdict,) = FloodBasin(return_periods={"basin": given["years"]}).check(result())
    return verdict.achieved


def return_period_of_the_chain(given: dict[str, Any]) -> float:
    reservoir, levee = given["reached"]
    # The reservoir holds its level up to its return period; so does the reach with its levee.
    levels = [104.0 if years <= reservoir else 105.0 for years in YEARS]
    peaks = [1000.0 if years <= levee else 1001.0 for years in YEARS]
    floods = result(levels=levels)
    for name in ("peak_discharge", "reach_peak_inflow"):
        floods[name] = (("event", "reach"), np.array(peaks)[:, None])
    (verdict,) = check(floods, [zone(population="60 万人", protects=["dam", "river"])])
    assert verdict.achieved is not None
    return verdict.achieved


def outflow_of_inflow_peak(given: dict[str, Any]) -> float:
    into, out = (np.array([*given[name], 0.0]) for name in ("inflow", "outflow"))
    more = np.maximum(out - into, 0.0)
    floods = peaks_of_dam(more.tolist())
    floods["peak_inflow"] = (("event", "node"), np.stack([into, into], axis=1))
    (verdict,) = check(floods, [FloodPeak(type="flood_peak")])
    assert verdict.achieved is not None
    return verdict.achieved


def return_period_reached(given: dict[str, Any]) -> float:
    floods = result(levels=given["level"], years=given["years"])
    verdicts = FloodReservoir(works={"dam": {"protection": 50}}).check(floods)
    (found,) = [one for one in verdicts if one.quantity == "flood-control level"]
    return found.return_period_reached


def yearly_chance(given: dict[str, Any]) -> float:
    chances = {season: np.array([np.mean(given[season])]) for season in ("early", "late")}
    whole = union_of_seasons(chances, {"early": 51, "late": 41}, ("early", "late"))
    return 100 * float(whole[0])


def complete_year(given: dict[str, Any]) -> float:
    end = np.datetime64(given["end"]) + 1
    dataset = make_dataset(str(given["start"]), str(end)).drop_vars("complete")
    dataset = dataset.drop_dims("water_year")
    return float(years_of(dataset).complete.sum())


def year_class(given: dict[str, Any]) -> list[str]:
    dataset = make_dataset(*FOUR)
    inflow = np.array(given["inflow"])[:, None] * 1e8
    dataset = dataset.assign_coords(budget=["local_inflow"])
    dataset["year_budget"] = (("water_year", "budget"), inflow)
    return year_classes(dataset) or []


def shortage(given: dict[str, Any]) -> float:
    demand, delivered = (np.array(given[name]) * 1e8 for name in ("demand", "delivered"))
    town = claim("town", np.nan, year_demand=demand, year_supplied=delivered)
    dataset = make_dataset("2000-06-01", "2002-06-01", items={"claim": [town]})
    return float(shortage_table(dataset).loc["domestic", "shortage"])


def released_at_each_place(given: dict[str, Any]) -> float:
    names = ("upper", "lower", "parks")
    claims = [
        claim(name, 1.0, kind="ecology", use="ecology", year_demand=1e8,
              year_supplied=given[name] * 1e8)
        for name in names
    ]  # fmt: skip
    dataset = make_dataset(*YEAR, items={"claim": claims})
    return float(key_figures(dataset)["replenished"].mean()) / 1e8


def full_years(given: dict[str, Any]) -> float:
    town = claim("town", 1.0, year_demand=1e8, year_supplied=1e8, year_periods=12,
                 year_periods_short=given["short"])  # fmt: skip
    dataset = make_dataset(*FOUR, items={"claim": [town]})
    return 100 * float(key_figures(dataset)["full_years_domestic"].mean())


def used_in_dry_years(given: dict[str, Any]) -> float:
    lost = given["evaporation"] + given["seepage"] + given["spill"]
    return max(given["fall"] - lost, 0.0)


def months_of_years(years: list[list[float]]) -> Any:
    """Return a run whose city wants water in the first months of years, and gets a part of it."""
    wanted = len(years[0])
    parts = np.ones((len(years), 12))
    parts[:, :wanted] = years
    first = np.datetime64("2001-01")
    rows = [f"{first + place}-01,{part!r}" for place, part in enumerate(parts.ravel().tolist())]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "flow.csv").write_text("\n".join(["date,flow", *rows]), encoding="utf-8")
        pattern = {"type": "profile", "values": [1] * wanted + [0] * (12 - wanted)}
        content = {
            "hydrosim": 1,
            "period": {"start": "2001-01-01", "end": f"{2000 + len(years)}-12-31", "step": "month"},
            "water_year": "01-01",
            "ladder": ["domestic"],
            "rules": {
                "wanted": {**pattern, "unit": "m3/s"},
                "given": {"type": "series", "file": "flow.csv", "column": "flow", "unit": "m3/s"},
            },
            "nodes": {"south": {"type": "import", "capacity": "given"},
                      "city": {"type": "demand", "use": "domestic", "flow": "wanted"}},
            "links": [{"from": "south", "to": "city"}],
        }  # fmt: skip
        config = config_from_text(json.dumps(content), str(Path(folder) / "example.yaml"))
        return hydrosim.run(config).isel(scenario=0, member=0).sel(claim="city")


def year_longest_break(given: dict[str, Any]) -> list[int]:
    years = [[0.5 if short else 1.0 for short in year] for year in given["short"]]
    return months_of_years(years)["year_longest_break"].values.tolist()


def year_deepest_break(given: dict[str, Any]) -> float:
    return float(months_of_years([given["part"]])["year_deepest_break"].values[0])


@pytest.mark.parametrize("key", GLOSSARY)
def test_each_example_comes_out(key: str) -> None:
    given = example(key)
    result = globals()[key](given)
    if isinstance(given["result"], list):
        assert list(result) == given["result"]
    else:
        assert result == pytest.approx(given["result"], rel=2e-6, abs=1e-12)


@pytest.mark.parametrize("key", GLOSSARY)
def test_each_section_says_what_the_glossary_says(key: str) -> None:
    term, text = GLOSSARY[key], " ".join(sections()[key].split())
    assert text.lower().startswith(str(term.name).lower())
    for part in (str(term.definition), f"`{term.formula}`", f"Source: {term.source}"):
        assert " ".join(part.split()) in text


def test_the_page_has_nothing_else() -> None:
    assert set(sections()) == set(GLOSSARY)
    names = [str(term.name) for term in GLOSSARY.values()]
    assert len(names) == len(set(names))


def test_describe_prints_the_glossary() -> None:
    whole = describe("numbers")
    for term in GLOSSARY.values():
        assert str(term.definition) in whole
    assert str(GLOSSARY["gross_use"].definition) in describe("total_use_cap")
    assert "毛用水量" in describe("numbers", "zh")
