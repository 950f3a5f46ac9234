"""Every flood verdict, computed a second time from the results file alone by the definitions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hydrosim.flood.judging import check_floods
from hydrosim.io.netcdf import write_dataset
from hydrosim.reading.glossary import term_of
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.board import Board
from tests.flood.small import flood_config, reservoir
from tests.recomputed import floods

DEFINITIONS = {
    "flood_reservoir": floods.flood_reservoir,
    "flood_channel": floods.flood_channel,
    "flood_levee": floods.flood_levee,
    "flood_basin": floods.flood_basin,
    "flood_zone": floods.flood_zone,
    "flood_peak": floods.flood_peak,
}
STANDARDS: dict[str, Any] = {
    "dams": {"type": "flood_reservoir"},
    "dams_of_concrete": {
        "type": "flood_reservoir", "dam": "concrete", "terrain": "plain",
        "works": {"dam": {"protection": 30, "level": 3}},
    },
    "dams_by_event": {"type": "flood_reservoir", "works": {"dam": {"check_event": "event"}}},
    "channels": {"type": "flood_channel", "return_periods": {"river": 10, "lake": 20}},
    "channels_by_event": {"type": "flood_channel", "places": ["gauge", "dry"],
                          "events": {"gauge": "event", "dry": "event"}},
    "levees": {"type": "flood_levee", "return_periods": {"river": 20}},
    "levees_by_event": {"type": "flood_levee", "freeboard": "1.5 m", "places": ["gauge"],
                        "events": {"gauge": "event"}},
    "basins": {"type": "flood_basin", "return_periods": {"pond": 50}},
    "basins_of_zones": {"type": "flood_basin"},
    "town": {"type": "flood_zone", "kind": "urban", "population": "30 万人",
             "protects": ["gauge", "lake"]},
    "fields": {"type": "flood_zone", "kind": "rural", "farmland": "40 万亩",
               "title": {"en": "Fields on the river", "zh": "沿河农田"}, "protects": ["river"]},
    "plant": {"type": "flood_zone", "kind": "industry", "size": "large", "protects": ["pond"]},
    "peaks": {"type": "flood_peak"},
    "peaks_of_lakes": {"type": "flood_peak", "stores": ["lake", "dam"]},
}  # fmt: skip
RATING = {"level": ["20 m", "24 m", "26 m", "30 m"],
          "flow": ["0 m3/s", "400 m3/s", "800 m3/s", "3000 m3/s"]}  # fmt: skip
STORM = [0.0, 20.0, 60.0, 250.0, 400.0, 350.0, 180.0, 90.0, 50.0, 20.0, *[0.0] * 14]


def network(**changes: Any) -> Any:
    """Return a dam, a levee reach, a section with a basin and a lake in a row, with all standards.

    The floods come in two seasons, so that each bound is judged in several cases.
    """
    limit = {"stages": {"07-01": "108 m", "08-21": "112 m"}, "drawdown": {"from": "06-01"}}
    dam = reservoir(
        levels={"dead": "101 m", "normal": "112 m", "flood_control": "113 m", "design": "114 m",
                "check": "118 m"},
        flood_limited_level=limit,
        outlets=[{"name": "gate", "capacity": "900 m3/s", "sill": "105 m"}],
        **changes.pop("dam", {}),
    )  # fmt: skip
    nodes = {
        "dam": dam,
        "river": {"type": "reach", "muskingum": {"k": "2 h", "x": 0.2}, "crest": "9 m",
                  "safe_discharge": changes.pop("safe", "500 m3/s")},
        "gauge": {"type": "control_section", "safe_discharge": "600 m3/s", "rating_curve": RATING,
                  "guaranteed_stage": "25.2 m", "warning_stage": "22 m", "crest": "27 m"},
        "pond": {"type": "detention_basin", "section": "gauge",
                 "trigger": {"discharge": "450 m3/s"}, "capacity": "3 Mm3",
                 "inlet": {"kind": "gate", "capacity": "100 m3/s"}},
        "lake": {"type": "lake", "initial": "6 m",
                 "storage_curve": {"level": ["5 m", "10 m"], "storage": ["0 m3", "0.6 亿m3"]},
                 "levels": {"dead": "5.2 m", "normal": "6 m", "warning": "6.5 m",
                            "guaranteed": "8 m", "crest": "9.5 m"},
                 "outlets": [{"name": "weir", "kind": "free", "capacity": "400 m3/s",
                              "sill": "6 m"}]},
        "dry": {"type": "reach", "muskingum": {"k": "1 h", "x": 0.2}, "safe_discharge": "9 m3/s"},
    }  # fmt: skip
    design = {
        "typical": {"storm": {"event": "event"}},
        "scaling": {"same_ratio": "peak"},
        "return_periods": [2, 10, 50, 200, 1000],
        "tolerance": 0.3,
        "statistics": {"dam": {"peak": {"mean": "300 m3/s", "cv": 1.1, "cs_over_cv": 2.5}}},
    }
    return flood_config(
        nodes, "dam > river", "river > gauge", "gauge > lake", "lake > sea", "dry > sea",
        inflows={"dam": STORM}, design=design, standards=STANDARDS, **changes,
    )  # fmt: skip


def judged(config: Any, folder: Path) -> dict[str, dict[str, int]]:
    """Compare all verdicts with their second computation; count outcomes by type."""
    check = check_floods(config, keep_series=True)
    write_dataset(check.dataset, folder / "design_floods.nc")
    record = floods.Floods(folder / "design_floods.nc")
    peaks_are_those_of_hydrographs(record)
    view = Board([]).view(check.dataset)
    counts: dict[str, dict[str, int]] = {}
    for name, standard in config.standards.items():
        kind = standard.type_name
        given = json.loads(standard.model_dump_json())
        verdicts = {verdict.id: verdict for verdict in Board([standard]).judge(view)}
        expected = DEFINITIONS[kind](record, {"name": name, **given})
        assert [place for place in verdicts if term_of(place) is None] == []
        assert set(verdicts) == set(expected), (name, set(verdicts) ^ set(expected))
        for place, said in expected.items():
            compare(verdicts[place], said, place)
            outcomes = counts.setdefault(kind, {})
            outcomes[said["outcome"]] = outcomes.get(said["outcome"], 0) + 1
    return counts


def compare(verdict: Any, said: dict[str, Any], place: str) -> None:
    """Check that a verdict says what was computed."""
    assert verdict.outcome == said["outcome"], place
    pairs = {
        "achieved": verdict.achieved,
        "reached": verdict.return_period_reached,
        "level": verdict.margin_level,
        "flow": verdict.margin_flow,
        "volume": verdict.margin_volume,
    }
    for key, value in pairs.items():
        wanted = said.get(key)
        if wanted is None or isinstance(wanted, str):
            assert value == wanted, (place, key)
        else:
            assert value is not None, (place, key)
            assert math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-6), (place, key)


def peaks_are_those_of_hydrographs(record: floods.Floods) -> None:
    """Check what is left of each flood against its hydrograph, where that was kept."""
    pairs = (
        ("peak_inflow", "inflow"), ("peak_outflow", "outflow"), ("peak_level", "level"),
        ("peak_storage", "storage"), ("peak_discharge", "discharge"),
        ("reach_peak_inflow", "reach_inflow"), ("basin_peak_storage", "basin_storage"),
    )  # fmt: skip
    compared = 0
    for peak, series in pairs:
        axis = record.dims[series].index("time")
        there = np.isfinite(record.values[series]).any(axis=axis)
        most = np.nanmax(np.where(np.isnan(record.values[series]), -np.inf, record.values[series]),
                         axis=axis)  # fmt: skip
        assert record.values[peak][there] == pytest.approx(most[there], rel=1e-9), peak
        compared += int(there.sum())
    assert compared > 50


def test_every_type_of_the_floods_has_a_definition() -> None:
    kinds = {name for name, kind in STANDARD_TYPES.items() if kind.engine == "flood"}
    assert kinds == set(DEFINITIONS)
    assert {standard["type"] for standard in STANDARDS.values()} == kinds


def test_a_river_with_all_works(tmp_path: Path) -> None:
    counts = judged(network(), tmp_path)
    assert set(counts) == set(DEFINITIONS)
    assert all(set(of_type) & {"pass", "fail"} for of_type in counts.values()), counts


def test_a_dam_that_makes_peaks_and_a_narrow_river(tmp_path: Path) -> None:
    """Other sides of the same bounds: what held fails."""
    high = {"flood_operation": {"artificial_peak": True, "dam_safety": "112.5 m"}}
    counts = judged(network(safe="60 m3/s", dam=high), tmp_path)
    assert counts["flood_channel"]["fail"] >= 1
    assert counts["flood_peak"]["fail"] >= 1


def test_a_second_computation_can_fail(tmp_path: Path) -> None:
    """A verdict that is a trifle beside the definition is found."""
    config = network()
    check = check_floods(config)
    write_dataset(check.dataset, tmp_path / "design_floods.nc")
    record = floods.Floods(tmp_path / "design_floods.nc")
    said = floods.flood_basin(record, json.loads(config.standards["basins"].model_dump_json()))
    (place,) = said
    (verdict,) = config.standards["basins"].check(Board([]).view(check.dataset))
    compare(verdict, said[place], place)
    for key in ("achieved", "volume"):
        with pytest.raises(AssertionError):
            compare(verdict, {**said[place], key: said[place][key] + 1.0}, place)
