"""Every verdict, computed a second time from results.nc alone by the definitions."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

import hydrosim
from hydrosim.config.load import config_from_text, load_config
from hydrosim.io.netcdf import write_dataset
from hydrosim.reading.glossary import term_of
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.board import Board
from tests.recomputed import ecology, guarantee, low_flow, replenishment, stores, use
from tests.recomputed.networks import BATTERY, network
from tests.recomputed.record import Record

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("HYDROSIM_LONG") == "1"
SMALL = ("minimal", "month_lake", "dekad_irrigation", "pentad_transfer")
DEFINITIONS = {
    "guarantee": guarantee.guarantee,
    "base_flow": ecology.base_flow,
    "lake_level": ecology.lake_level,
    "low_flow": low_flow.low_flow,
    "tennant": ecology.tennant,
    "replenishment": replenishment.replenishment,
    "river_goal": replenishment.river_goal,
    "flood_limit": stores.flood_limit,
    "groundwater": stores.groundwater,
    "spring_head": stores.spring_head,
    "coastal_head": stores.coastal_head,
    "efficiency": use.efficiency,
    "total_use_cap": use.total_use_cap,
    "supply_structure": use.supply_structure,
    "reclaimed_share": use.reclaimed_share,
    "soil_conservation": use.soil_conservation,
}
AT_MOST = (
    "shortage", "above the flood limit", "pumped", "use per", "total use", "gross use",
    "share of groundwater", "share of deep groundwater", "share of reclaimed",
)  # fmt: skip


def judged(config: Any, folder: Path | None = None) -> dict[str, int]:
    """Compare all verdicts of a config with their second computation; count them by type.

    With a folder the result is saved there, and read from the file.
    """
    dataset = hydrosim.run(config)
    record = Record.of_dataset(dataset)
    if folder is not None:
        write_dataset(dataset, folder / "results.nc")
        record = Record.of_file(folder / "results.nc")
    view = Board([]).view(dataset)
    given = json.loads(record.attrs["standards"])
    counts: dict[str, int] = {}
    for name, standard in config.standards.items():
        kind = standard.type_name
        if standard.engine != "supply":
            continue
        verdicts = {v.id: v for v in Board([standard]).judge(view)}
        assert [place for place in verdicts if term_of(place) is None] == []
        expected = DEFINITIONS[kind](record, given[name])
        reached = {i for i, v in verdicts.items() if v.achieved is not None}
        assert reached == set(expected), (name, reached ^ set(expected))
        for place, value in expected.items():
            verdict = verdicts[place]
            assert verdict.achieved is not None
            assert math.isclose(verdict.achieved, value, rel_tol=1e-9, abs_tol=1e-9), (
                name, place, verdict.achieved, value,
            )  # fmt: skip
            _outcome(verdict, value)
        counts[kind] = counts.get(kind, 0) + len(expected)
    return counts


def _outcome(verdict: Any, value: float) -> None:
    """Check that a verdict passes where its number, as computed here, keeps what is required."""
    if verdict.outcome == "not provable":
        return
    assert verdict.required is not None
    low = any(words in verdict.quantity for words in AT_MOST)
    margin = verdict.required - value if low else value - verdict.required
    if abs(margin) > 1e-6 * max(1.0, abs(verdict.required)):
        assert verdict.outcome == ("pass" if margin > 0 else "fail"), (verdict.id, value)


def with_standards(name: str) -> Any:
    """Return a shipped config that is judged by its own standards and by all others."""
    folder = ROOT / "configs"
    others = {
        f"standards.further_{key}": standard
        for key, standard in BATTERY.items()
        if name != "daqing_city" and standard["type"] != "river_goal"
    }
    content = {"hydrosim": 1, "base": f"{name}.yaml", **others}
    return config_from_text(json.dumps(content, ensure_ascii=False), str(folder / "with.yaml"))


def test_every_type_of_a_supply_run_has_a_definition() -> None:
    supply = {name for name, kind in STANDARD_TYPES.items() if kind.engine == "supply"}
    assert supply == set(DEFINITIONS)


@pytest.mark.parametrize("name", SMALL)
def test_small_configs(name: str, tmp_path: Path) -> None:
    counts = judged(with_standards(name), tmp_path)
    assert sum(counts.values()) >= 3


def test_low_flows_of_twelve_years(tmp_path: Path) -> None:
    """A run that is long enough for a frequency, which the others are not."""
    config = load_config(ROOT / "tests" / "models" / "low_flow.yaml")
    assert judged(config, tmp_path) == {"low_flow": 15}


@pytest.mark.skipif(not LONG, reason="long: the demonstration city")
def test_the_city(tmp_path: Path) -> None:
    counts = judged(with_standards("daqing_city"), tmp_path)
    assert sum(counts.values()) >= 60


def test_random_networks() -> None:
    """A hundred networks with `HYDROSIM_LONG=1`, else ten."""
    counts: dict[str, int] = {}
    for seed in range(100 if LONG else 10):
        text = json.dumps(network(seed), ensure_ascii=False)
        for kind, count in judged(config_from_text(text, "network.yaml")).items():
            counts[kind] = counts.get(kind, 0) + count
    assert set(counts) == set(DEFINITIONS)
    assert min(counts.values()) >= 10, counts
