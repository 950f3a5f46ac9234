"""Pictures of floods: the numbers drawn are the result's, axes have units, both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from numpy.testing import assert_allclose

from hydrosim import plot
from hydrosim.errors import DataError
from hydrosim.plot.catalogue import figures_of
from hydrosim.plot.flood_network import state_of
from hydrosim.plot.style import drawing

pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing from font")

HOURS = np.arange(49.0)
YEARS = (10.0, 100.0, 1000.0)
UNIT = re.compile(r"\((10⁸ m³|million m³|亿m³|万m³|m³|m³/s|m|h|years|年)\)$")

DATED = re.compile(r"2001-07-15 06:00")


def flood(events: int = 1, **return_periods: Any) -> xr.Dataset:
    """Return a result of a reservoir with two outlets, a reach, a gauge and a basin."""
    scale = 1.0 + np.arange(events)[:, None]
    wave = scale * (100.0 + 900.0 * np.exp(-(((HOURS - 20.0) / 8.0) ** 2)))
    held = scale * (1e6 + 2e4 * np.cumsum(np.ones_like(HOURS))[None])
    blank = np.full_like(wave, np.nan)
    nodes = ("upper", "gauge")

    def nodal(upper: Any, gauge: Any) -> Any:
        return ("event", "time", "node"), np.stack([upper, gauge], axis=-1)

    def most(values: Any) -> Any:
        return np.nanmax(values, axis=1)

    level, stage = 100.0 + wave / 100.0, 20.0 + wave / 200.0
    arrays: dict[str, Any] = {
        "inflow": nodal(wave, 0.8 * wave),
        "outflow": nodal(0.8 * wave, 0.7 * wave),
        "storage": nodal(held, blank),
        "level": nodal(level, stage),
        "limit_level": nodal(np.full_like(wave, 102.0), blank),
        "operation": nodal(np.where(HOURS < 10, 1.0, 2.0) * np.ones_like(wave), blank),
        "reach_inflow": (("event", "time", "reach"), 0.8 * wave[..., None]),
        "discharge": (("event", "time", "reach"), 0.75 * wave[..., None]),
        "basin_inflow": (("event", "time", "basin"), 0.1 * wave[..., None]),
        "basin_outflow": (("event", "time", "basin"), 0.0 * wave[..., None]),
        "basin_storage": (("event", "time", "basin"), held[..., None]),
        "outlet_flow": (
            ("event", "time", "outlet"),
            np.stack([0.5 * wave, 0.3 * wave], axis=-1),
        ),
        "peak_inflow": (("event", "node"), np.stack([most(wave), most(0.8 * wave)], -1)),
        "peak_outflow": (("event", "node"), np.stack([most(0.8 * wave), most(0.7 * wave)], -1)),
        "peak_level": (("event", "node"), np.stack([most(level), most(stage)], -1)),
        "peak_storage": (("event", "node"), np.stack([most(held), most(held) * np.nan], -1)),
        "reach_peak_inflow": (("event", "reach"), most(0.8 * wave)[:, None]),
        "peak_discharge": (("event", "reach"), most(0.75 * wave)[:, None]),
        "basin_peak_storage": (("event", "basin"), most(held)[:, None]),
    }
    for name in ("time_of_peak_level", "time_of_peak_outflow"):
        arrays[name] = (("event", "node"), np.full((events, 2), 20.0))
    titles = ["Storm", *(f"Storm {k}" for k in range(2, events + 1))]
    coordinates: dict[str, Any] = {
        "event": [f"storm_{k}" for k in range(events)],
        "event_title": ("event", titles),
        "event_title_zh": ("event", ["暴雨洪水"] * events),
        "event_steps": ("event", [40] * events),
        "start": ("event", np.array(["2001-07-15T06:00"] * events, dtype="M8[ns]")),
        "time": ("time", HOURS, {"units": "h"}),
        "node": list(nodes),
        "node_type": ("node", ["reservoir", "control_section"]),
        "node_measures_flow": ("node", [False, True]),
        "safe_discharge": ("node", [np.nan, 600.0]),
        "normal_level": ("node", [104.0, np.nan]),
        "flood_control_level": ("node", [112.0, np.nan]),
        "crest_level": ("node", [118.0, np.nan]),
        "warning_level": ("node", [np.nan, 22.0]),
        "guaranteed_level": ("node", [np.nan, 23.0]),
        "reach": ["hill"],
        "reach_safe_discharge": ("reach", [1000.0]),
        "basin": ["west"],
        "basin_capacity": ("basin", [5e6]),
        "outlet": ["upper.tunnel", "upper.gates"],
        "outlet_node": ("outlet", ["upper", "upper"]),
        **return_periods,
    }
    ways = [("upper", "hill"), ("hill", "gauge")]
    network = {
        "links": [{"from": start, "to": end} for start, end in ways],
        "basins": [{"name": "west", "section": "gauge", "order": 1, "drain": ""}],
    }
    attributes = {
        "flood_network": json.dumps(network),
        "rules": json.dumps({"1": "hold", "2": "band_cap"}),
        "certificate": "{}",
    }
    return xr.Dataset(arrays, coordinates, attributes)


def design() -> xr.Dataset:
    """Return floods of three return periods."""
    return flood(3, event_return_period=("event", list(YEARS)))


DRAW: dict[str, Any] = {
    "flows": lambda **k: plot.plot_flood_flows(flood(), "upper", **k),
    "level": lambda **k: plot.plot_flood_level(flood(), "upper", **k),
    "reach": lambda **k: plot.plot_flood_discharge(flood(), "hill", **k),
    "section": lambda **k: plot.plot_flood_discharge(flood(), "gauge", **k),
    "stage": lambda **k: plot.plot_flood_stage(flood(), "gauge", **k),
    "basin_flows": lambda **k: plot.plot_basin_flows(flood(), "west", **k),
    "basin_storage": lambda **k: plot.plot_basin_storage(flood(), "west", **k),
    "frequency": lambda **k: plot.plot_flood_frequency(design(), "upper", **k),
    "flow_frequency": lambda **k: plot.plot_flow_frequency(design(), "upper", **k),
}


def line(ax: Any, label: str) -> Any:
    """Return the line with a label that starts so."""
    return next(one for one in ax.get_lines() if str(one.get_label()).startswith(label))


@pytest.mark.parametrize("name", DRAW)
@pytest.mark.usefixtures("chinese_font")
def test_every_axis_tells_its_unit_and_speaks_both_languages(name: str) -> None:
    english, chinese = DRAW[name](), DRAW[name](language="zh")
    for ax in (english, chinese):
        dated = DATED.search(ax.get_xlabel())
        assert dated or UNIT.search(ax.get_xlabel()), ax.get_xlabel()
        assert UNIT.search(ax.get_ylabel()), ax.get_ylabel()
    assert english.get_ylabel() != chinese.get_ylabel()
    assert english.get_ylabel().isascii() or "³" in english.get_ylabel()


def test_a_design_flood_has_hours_and_no_date() -> None:
    result = flood().assign_coords(event_return_period=("event", [100.0]))
    ax = plot.plot_flood_level(result, "upper")
    assert ax.get_xlabel() == "Time since the start (h)"
    notes = [text.get_text() for figure in pages_of("flood_stores", result) for ax in figure.axes
             for text in (*ax.texts, ax._right_title)]  # fmt: skip
    assert any("at 20 h" in note for note in notes)
    assert not any("07-16" in note for note in notes)


def pages_of(name: str, result: xr.Dataset, language: str = "en") -> list[Any]:
    with drawing(language) as spoken:
        return figures_of(name, result, [], spoken)


@pytest.mark.usefixtures("chinese_font")
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("peak reduced by 20 %", "0.4 million m³ retained", "07-16 02:00")),
     ("zh", ("削峰率 20%", "拦蓄量 40万m³", "07-16 02:00"))],
)  # fmt: skip
def test_pictures_of_stores_say_what_was_cut_and_kept(language: str, said: tuple[str, ...]) -> None:
    result = flood()
    result["volume_retained"] = (("event", "node"), np.array([[0.4e6, np.nan]]))
    for name in ("flood_stores", "flood_network"):
        (figure,) = pages_of(name, result, language)
        notes = [text.get_text() for ax in figure.axes for text in
                 (*ax.texts, ax.title, ax._left_title, ax._right_title)]  # fmt: skip
        for one in said if name == "flood_stores" else said[:2]:
            assert any(one in note for note in notes), (name, one, notes)


def test_hydrographs_are_those_of_the_result_up_to_the_end_of_the_flood() -> None:
    result = flood()
    ax = plot.plot_flood_flows(result, "upper")
    for label, variable in (("Inflow", "inflow"), ("Outflow", "outflow")):
        drawn = line(ax, label)
        assert_allclose(drawn.get_xdata(), HOURS[:41])
        assert_allclose(drawn.get_ydata(), result[variable].sel(node="upper")[0, :41])
    assert ax.get_xlabel() == "Date, from 2001-07-15 06:00 on"
    ticks = dict(
        zip(ax.get_xticks(), (one.get_text() for one in ax.get_xticklabels()), strict=True)
    )
    assert ticks[6.0] == "12:00"
    assert ticks[18.0] == "07-16"
    reach = plot.plot_flood_discharge(result, "hill")
    assert_allclose(
        line(reach, "Flow at the lower end").get_ydata(), result["discharge"][0, :41, 0]
    )
    assert line(reach, "Safe discharge").get_ydata()[0] == 1000.0


def test_strip_tells_the_rule_of_each_step() -> None:
    ax = plot.plot_flood_flows(flood(), "upper")
    pieces = [(p.get_gid(), p.get_x(), p.get_width()) for p in ax.patches if p.get_gid()]
    # The value at a point is the rule of the step before it.
    assert pieces == [("rule hold", 0.0, 9.0), ("rule band_cap", 9.0, 31.0)]


def test_outlets_stand_one_above_the_other() -> None:
    result = flood()
    ax = plot.plot_flood_flows(result, "upper")
    tops = [c.get_paths()[0].vertices[:, 1].max() for c in ax.collections]
    peaks = result["outlet_flow"][0, :41].max("time").values
    assert_allclose(tops, np.cumsum(peaks))


def test_all_limit_levels_stand_beside_the_level() -> None:
    ax = plot.plot_flood_level(flood(), "upper")
    told = {str(one.get_label()): one.get_ydata()[0] for one in ax.get_lines()}
    for label, level in (
        ("Normal 104.00 m", 104.0),
        ("Flood control 112.00 m", 112.0),
        ("Crest 118.00 m", 118.0),
        ("Flood-limited level", 102.0),
    ):
        assert told[label] == level
    low, high = ax.get_ylim()
    assert low < 102.0 < 118.0 < high


def test_network_tells_peak_and_capacity() -> None:
    ax = plot.plot_flood_network(flood())
    texts = {text.get_text() for text in ax.texts}
    assert "hill\n800/1000" in {text.lower() for text in texts}
    assert any(text.endswith("700/600") for text in texts)
    assert any("110.00/112.00 m\npeak reduced by 20 %" in text for text in texts)


def test_volumes_of_basins_are_written_in_full() -> None:
    result = flood()
    result["basin_peak_storage"] = result["basin_peak_storage"] * 0.0 + 1.5e7
    result = result.assign_coords(basin_capacity=("basin", [1.23e7]))
    ax = plot.plot_flood_network(result, language="zh")
    assert any(text.get_text().endswith("1500/1230 万m³") for text in ax.texts)


@pytest.mark.parametrize(
    ("load", "state"),
    [
        (0.8, "state_free"),
        (0.81, "state_near"),
        (1.0, "state_near"),
        (1.01, "state_over"),
        (np.nan, "state_unknown"),
    ],
)
def test_states(load: float, state: str) -> None:
    assert state_of(load) == state


def test_level_by_return_period() -> None:
    result = design()
    ax = plot.plot_flood_frequency(result, "upper")
    drawn = line(ax, "Highest level")
    assert_allclose(drawn.get_xdata(), YEARS)
    assert_allclose(drawn.get_ydata(), result["peak_level"].sel(node="upper"))
    assert ax.get_xscale() == "log"


def test_one_return_period_is_no_curve() -> None:
    with pytest.raises(DataError, match="no return periods"):
        plot.plot_flood_frequency(flood(3), "upper")
    same = flood(2, event_return_period=("event", [50.0, 50.0]))
    with pytest.raises(DataError, match="fewer than two return"):
        plot.plot_flood_frequency(same, "upper")


def test_unknown_flood_and_place_are_told_with_the_nearest() -> None:
    with pytest.raises(DataError, match="nearest   'storm_0'"):
        plot.plot_flood_flows(flood(), "upper", event="storm_1")
    with pytest.raises(DataError, match="nearest   'upper'"):
        plot.plot_flood_level(flood(), "uper")


def test_pictures_of_a_saved_flood(tmp_path: Path) -> None:
    design().to_netcdf(tmp_path / "flood.nc")
    drawn = plot.plot_file(tmp_path, folder=tmp_path / "plots")
    names = {file.stem for file in drawn.files}
    assert {re.sub(r"_\d$", "", name) for name in names} == (
        {*plot.FLOOD_PLOT_NAMES} - {"verdicts", "frequency_fit", "design_stores"}
    )
    assert {"flood_stores", "flood_stores_2", "flood_stores_3"} <= names
    assert drawn.notes == ()
    with pytest.raises(DataError, match="nearest   'flood_stores'"):
        plot.plot_file(tmp_path, ["flood_store"], folder=tmp_path / "more")
    asked = plot.plot_file(tmp_path, ["verdicts"], folder=tmp_path / "more")
    assert asked.notes == ("verdicts left out: nothing to show",)


def test_of_many_floods_the_largest_are_drawn(tmp_path: Path) -> None:
    drawn = plot.plot_all(flood(8), [], tmp_path, names=["flood_stores"])
    assert drawn.notes == ("drawn in full: 6 of 8 floods, the largest",)
    assert len(drawn.files) == 6


def test_curves_are_those_of_the_floods_that_judge_the_store(tmp_path: Path) -> None:
    result = flood(
        4,
        event_return_period=("event", [10.0, 100.0, 10.0, 100.0]),
        event_control=("event", ["upper", "upper", "gauge", "gauge"]),
        event_season=("event", ["07-01"] * 4),
        event_scheme=("event", ["site", "site", "typical_year", "typical_year"]),
        node_control=("node", ["upper", "gauge"]),
    )
    ax = plot.plot_flood_frequency(result, "upper")
    drawn = line(ax, "Highest level")
    assert_allclose(drawn.get_ydata(), result["peak_level"].sel(node="upper")[:2])
    flood().to_netcdf(tmp_path / "flood.nc")
    result.to_netcdf(tmp_path / "design_floods.nc")
    names = {file.stem for file in plot.plot_file(tmp_path, folder=tmp_path / "plots").files}
    assert {"flood_stores", "flood_frequency"} <= names


@pytest.mark.usefixtures("font_of_language")
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Upper at the same frequency", "As in the typical year"]),
        ("zh", ["Upper同频率", "典型年组成"]),
    ],
)
def test_compositions_are_told_in_the_language_of_the_picture(
    language: str, told: list[str], request: pytest.FixtureRequest
) -> None:
    if language == "zh":
        request.getfixturevalue("chinese_font")
    result = flood(
        4,
        event_return_period=("event", [10.0, 100.0, 10.0, 100.0]),
        event_control=("event", ["gauge"] * 4),
        event_season=("event", ["07-01"] * 4),
        event_scheme=("event", ["typical_year"] * 2 + ["same_frequency:upper"] * 2),
        node_control=("node", ["gauge", "gauge"]),
    )
    ax = plot.plot_flood_frequency(result, "upper", language=language)
    assert [one.get_label() for one in ax.lines][:2] == told
