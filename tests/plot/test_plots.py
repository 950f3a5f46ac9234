"""Each picture: the numbers drawn are the result's, axes have units, the language switches."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import xarray as xr
from factory import judged, network
from matplotlib.collections import PolyCollection

from hydrosim import plot
from hydrosim.errors import DataError
from hydrosim.plot import fonts, style
from hydrosim.plot.flow_duration import duration_curve
from hydrosim.plot.style import zone_colours
from hydrosim.plot.wet_dry import year_classes
from hydrosim.reading.items import one_run
from hydrosim.reading.steps import starts_days

# Chinese is drawn without a Chinese font here: the labels count, not their look.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing from font")


def one(dataset: xr.Dataset, variable: str, item: str) -> np.ndarray:
    """Return the series of one item."""
    array = dataset[variable].isel(scenario=0, member=0)
    return array.sel({array.dims[-1]: item}).values


def line(ax: Any, label: str) -> Any:
    """Return the line with a label that starts so."""
    return next(entry for entry in ax.get_lines() if str(entry.get_label()).startswith(label))


def bars_of(ax: Any, gid: str) -> list[Any]:
    """Return the corners of the bars drawn under a name."""
    (found,) = (c for c in ax.collections if isinstance(c, PolyCollection) and c.get_gid() == gid)
    return [path.vertices for path in found.get_paths()]


DRAW = {
    "storage": lambda ds, **k: plot.plot_storage(ds, "wangkuai", **k),
    "storage_season": lambda ds, **k: plot.plot_storage_season(ds, "wangkuai", **k),
    "lake": lambda ds, **k: plot.plot_lake_level(ds, "baiyangdian", **k),
    "groundwater": lambda ds, **k: plot.plot_groundwater_depth(ds, "shallow", **k),
    "by_source": plot.plot_supply_by_source,
    "by_use": plot.plot_supply_by_use,
    "use_by_source": plot.plot_use_by_source,
    "flow_duration": lambda ds, **k: plot.plot_flow_duration(ds, "sha_river", **k),
    "wet_dry": plot.plot_wet_dry,
    "shortage": plot.plot_shortage,
}
UNIT = re.compile(r"\((10⁸ m³|million m³|m³|m³/s|m|%)\)")
WORDS = re.compile(r"Month|Year|Date|Water year|水文年|年份|月份|日期")


@pytest.mark.parametrize("name", DRAW)
@pytest.mark.parametrize("steps", ["days", "months"])
def test_every_axis_tells_its_unit(name: str, steps: str, request: pytest.FixtureRequest) -> None:
    ax = DRAW[name](request.getfixturevalue(steps))
    labels = [ax.get_xlabel(), ax.get_ylabel()]
    for label in labels:
        assert UNIT.search(label) or WORDS.search(label) or (name == "use_by_source" and not label)
    if name != "shortage":
        assert any(UNIT.search(label) for label in labels)
    else:
        assert any("(%)" in key.get_xlabel() for key in ax.figure.axes if key is not ax)


@pytest.mark.parametrize("name", DRAW)
def test_draws_on_given_axes_and_returns_them(name: str, months: xr.Dataset) -> None:
    _, ((ax,),) = style.page([1.0], [3.0])
    assert DRAW[name](months, ax=ax) is ax


@pytest.mark.parametrize("name", DRAW)
def test_chinese_changes_the_labels(
    name: str, months: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Sans")
    english, chinese = DRAW[name](months), DRAW[name](months, language="zh")
    for ax, expected in ((english, False), (chinese, True)):
        told = ax.get_title(loc="left") + ax.get_xlabel() + ax.get_ylabel()
        assert bool(re.search(r"[\u4e00-\u9fff]", told)) is expected


def test_storage_line_is_the_storage_at_the_end_of_each_step(months: xr.Dataset) -> None:
    ax = plot.plot_storage(months, "wangkuai")
    drawn = line(ax, "Storage")
    np.testing.assert_array_equal(drawn.get_ydata(), one(months, "storage", "wangkuai") / 1e8)
    np.testing.assert_allclose(
        drawn.get_xdata(),
        starts_days(months) + months["dt"].values / 86400.0,
        rtol=0,
        atol=0,
    )
    limit = line(ax, "Storage at the flood")
    np.testing.assert_allclose(
        limit.get_ydata() * 1e8, one(months, "limit_storage", "wangkuai"), rtol=1e-15
    )


def test_zones_are_stacked_up_to_their_tops(months: xr.Dataset) -> None:
    ax = plot.plot_storage(months, "xidayang")
    fills = {c.get_label(): c for c in ax.collections}
    assert set(fills) == {"Dead storage", "City reserve", "Carry-over", "Conservation"}
    top = one(months, "zone_top", "xidayang.carryover").max() / 1e8
    assert fills["Carry-over"].get_paths()[0].vertices[:, 1].max() == pytest.approx(top, rel=1e-12)
    bottom = one(months, "zone_top", "xidayang.reserve").min() / 1e8
    assert fills["Carry-over"].get_paths()[0].vertices[:, 1].min() == pytest.approx(bottom)


def test_a_line_has_one_tint_in_all_stores_and_no_two_lines_share_one() -> None:
    lines = [f"zone_{number}" for number in range(8)]
    tints = zone_colours([*lines, "reserve", "storage"])
    assert len(set(tints.values())) == 10
    assert zone_colours(reversed([*lines, "storage", "reserve"])) == tints


def test_season_median_is_the_median_over_the_years(months: xr.Dataset) -> None:
    drawn = line(plot.plot_storage_season(months, "wangkuai"), "Median")
    table = one(months, "storage", "wangkuai").reshape(-1, 12) / 1e8
    np.testing.assert_allclose(drawn.get_ydata(), np.median(table, axis=0), rtol=1e-13)


def test_small_volumes_are_told_in_smaller_units(months: xr.Dataset) -> None:
    small = months.assign(storage=months["storage"] / 1000.0).drop_vars(
        ["zone_top", "limit_storage", "store_normal_storage_m3"]
    )
    ax = plot.plot_storage(small, "wangkuai")
    assert "(million m³)" in ax.get_ylabel()
    np.testing.assert_allclose(
        line(ax, "Storage").get_ydata() * 1e6, one(small, "storage", "wangkuai"), rtol=1e-15
    )


def test_long_lines_keep_every_extreme(long_run: xr.Dataset) -> None:
    values = one(long_run, "storage", "longmen")
    drawn = line(plot.plot_storage(long_run, "longmen"), "Storage").get_ydata() * 1e8
    assert drawn.size < 1500 < values.size
    assert drawn.max() == values.max()
    assert drawn.min() == values.min()
    assert np.isin(np.round(drawn), np.round(values)).all()


def test_lake_level_and_band(days: xr.Dataset) -> None:
    ax = plot.plot_lake_level(days, "baiyangdian")
    level = one(days, "level", "baiyangdian")
    assert np.isin(line(ax, "Water level").get_ydata(), level).all()
    inside = 100 * np.mean((level >= 6.5) & (level <= 7.0))
    assert f"{inside:.0f} % of the time in the band" in ax.get_title(loc="left")


def test_groundwater_depth_runs_downward(days: xr.Dataset) -> None:
    ax = plot.plot_groundwater_depth(days, "deep")
    drawn = line(ax, "Depth to groundwater").get_ydata()
    assert np.isin(drawn, one(days, "depth_to_water", "deep")).all()
    low, high = ax.get_ylim()
    assert low > high
    assert line(ax, "Largest allowed depth").get_ydata()[0] == 60.0


def test_bars_by_source_are_the_ledger(months: xr.Dataset) -> None:
    ax = plot.plot_supply_by_source(months)
    ledger = months["supplied_by_origin"].isel(scenario=0, member=0)
    counted = ledger.isel(claim=months["claim_kind"].values != "base_flow")
    stamps = counted["month"].to_index()
    year = stamps.year - (stamps.month < 6)
    for origin, kind in (
        ("yangtze", "yangtze"),
        ("local", "surface"),
        ("deep", "groundwater_deep"),
    ):
        wanted = counted.sel(origin=origin).sum("claim").to_series().groupby(year).sum() / 1e8
        heights = [v[:, 1].max() - v[:, 1].min() for v in bars_of(ax, kind)]
        np.testing.assert_allclose(heights, wanted.values, rtol=1e-9, atol=1e-12)


def test_bars_by_source_without_ledger_say_so(months: xr.Dataset) -> None:
    bare = months.drop_vars("supplied_by_origin")
    ax = plot.plot_supply_by_source(bare)
    assert ax.get_title(loc="left") == "Water taken by source"
    heights = [v[:, 1].max() - v[:, 1].min() for v in bars_of(ax, "yellow")]
    np.testing.assert_allclose(
        heights, one(bare, "year_withdrawn", "yellow") / 1e8, rtol=1e-9, atol=1e-12
    )


def test_bars_by_use_reach_the_demand(months: xr.Dataset) -> None:
    ax = plot.plot_supply_by_use(months)
    one_run = months.isel(scenario=0, member=0)
    kinds = months["claim_kind"].values
    firm, offered = ~np.isin(kinds, ("base_flow", "replenishment")), kinds == "replenishment"
    demand = one_run["year_demand"].isel(claim=firm).sum("claim") / 1e8
    taken = one_run["year_supplied"].isel(claim=offered).sum("claim") / 1e8
    tops = [c.get_paths()[0].vertices[:, 1].max() for c in ax.collections]
    assert tops[-2] == pytest.approx(float(demand[0]), rel=1e-9)  # the hatch of what is not met
    assert tops[-1] == pytest.approx(float(demand[0] + taken[0]), rel=1e-9)
    highest = max(p.vertices[:, 1].max() for c in ax.collections for p in c.get_paths())
    assert ax.get_ylim()[1] > highest == pytest.approx(float((demand + taken).max()))


def test_shortage_share_of_each_month(months: xr.Dataset) -> None:
    ax = plot.plot_shortage(months, use="agriculture")
    chosen = months.isel(scenario=0, member=0, claim=months["claim_use"].values == "agriculture")
    wanted = chosen["demand"].sum("claim").values.reshape(-1, 12)
    given = chosen["supplied"].sum("claim").values.reshape(-1, 12)
    shown = ax.get_images()[0].get_array().T
    assert (shown.mask == (wanted == 0)).all()
    asked = wanted > 0
    np.testing.assert_allclose(
        np.asarray(shown)[asked], 100 * (1 - given[asked] / wanted[asked]), atol=1e-9
    )


def test_duration_curve_by_hand() -> None:
    share, flow = duration_curve(np.array([1.0, 4.0, np.nan, 2.0]), np.array([1.0, 1.0, 9.0, 2.0]))
    np.testing.assert_allclose(flow, [4.0, 2.0, 1.0])
    np.testing.assert_allclose(share, [12.5, 50.0, 87.5])


def test_flow_duration_draws_requirements_and_goals(months: xr.Dataset) -> None:
    ax = plot.plot_flow_duration(months, "sha_river", goals={"Tennant 10 %": 1.25})
    drawn = line(ax, "Discharge")
    flow = np.sort(one(months, "discharge", "sha_river"))[::-1]
    np.testing.assert_array_equal(drawn.get_ydata(), flow)
    told = " ".join(text.get_text() for text in ax.texts)
    demand = one(months, "demand", "sha_base_flow")
    reached = one(months, "discharge", "sha_river") >= demand * (1 - 1e-6)
    share = 100 * np.average(reached, weights=months["dt"].values)
    varying = f"2.24 m³/s: reached {share:.0f} % of the time"
    assert f"Base flow by step, at most {varying}" in told
    asked = line(ax, "Base flow, the largest asked")
    assert asked.get_ydata()[0] == pytest.approx(2.24, abs=0.005)
    assert "Tennant 10 % 1.25 m³/s" in told


def test_year_classes_follow_the_rank_of_inflow(months: xr.Dataset) -> None:
    run = one_run(months)
    classes = year_classes(run)
    assert classes[0] == classes[-1] == "incomplete"
    kinds = months["store_type"].values
    inflow = run["local_inflow"].values[:, kinds != "aquifer"].sum(axis=1) * months["dt"].values
    volume = [
        inflow[months["water_year_of_time"].values == y].sum() for y in months["water_year"].values
    ][1:-1]
    order = np.argsort(volume)[::-1]
    assert [classes[1:-1][k] for k in order] == ["wet"] * 4 + ["normal"] * 3 + ["dry"] * 4


def test_wet_dry_bars_are_rises_and_falls(months: xr.Dataset) -> None:
    ax = plot.plot_wet_dry(months, stores=["wangkuai"])
    for gid, sign in (("rise", 1.0), ("fall", -1.0)):
        far = [sign * np.abs(v[:, 1]).max() for v in bars_of(ax, gid)]
        volumes = one(months, f"year_storage_{gid}", "wangkuai") / 1e8
        np.testing.assert_allclose(far, sign * volumes, rtol=1e-12, atol=1e-15)
    assert "hindsight" in " ".join(text.get_text() for text in ax.figure.texts)


def test_network_labels_do_not_collide(months: xr.Dataset, monkeypatch: Any) -> None:
    monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Sans")
    for language in ("en", "zh"):
        ax = plot.plot_network(months, language=language)
        figure = ax.figure
        figure.canvas.draw()
        boxes = [
            text.get_window_extent().shrunk(0.98, 0.98) for text in ax.texts if text.get_text()
        ]
        assert len(boxes) == 45
        for k, box in enumerate(boxes):
            assert figure.bbox.x0 <= box.x0
            assert box.x1 <= figure.bbox.x1
            assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_no_link_of_the_network_crosses_a_label(months: xr.Dataset) -> None:
    """Ten towns with names of three lines between two places: the outer links run wide."""
    towns = [f"water works of the old town in district {n}" for n in range(10)]
    nodes = [{"name": name, "type": "demand", "symbol": "user"} for name in ("spring", *towns)]
    nodes.append({"name": "sea", "type": "outlet", "symbol": "end"})
    links = [{"from": "spring", "to": town, "type": "pipe", "symbol": "pipe"} for town in towns]
    links += [{"from": town, "to": "sea", "type": "river", "symbol": "river"} for town in towns]
    wide = months.assign_attrs(network=json.dumps({"nodes": nodes, "links": links}))
    ax = plot.plot_network(wide)
    ax.figure.canvas.draw()
    ways = [
        ax.transData.transform_path(path)
        for drawn in ax.collections if drawn.get_gid() == "links"
        for path in drawn.get_paths()
    ]  # fmt: skip
    assert len(ways) == 20
    labels = [text for text in ax.texts if text.get_text()]
    assert max(text.get_text().count("\n") for text in labels) == 2
    crossed = [
        text.get_text() for text in labels
        if any(way.intersects_bbox(text.get_window_extent(), filled=False) for way in ways)
    ]  # fmt: skip
    assert crossed == []


def test_network_shows_each_type(months: xr.Dataset) -> None:
    ax = plot.plot_network(months)
    told = {str(c.get_label()) for c in ax.collections}
    kinds = {node["type"] for node in network()["nodes"]}
    assert len(kinds) == 17
    assert {"Reservoir", "Lake", "Irrigation district", "Control section"} <= told


def texts_of(ax: Any) -> list[str]:
    figure = ax.get_figure(root=True)
    return [text.get_text() for text in (*figure.texts, *figure.artists)]


def test_verdict_board_tells_numbers_and_outcomes(months: xr.Dataset) -> None:
    ax = plot.plot_verdicts(months, judged(8))
    told = texts_of(ax)
    assert "lake level in its band" in told
    assert "+120" in told
    assert "Mm³/year" in told
    assert "-8.80" in told
    counts = {str(c.get_label()): len(c.get_offsets()) for c in ax.collections if c.get_label()}
    assert counts["Pass"] == 4
    # One mark a verdict, and one for each reason below the board.
    assert counts["Fail"] == 2 + 2
    assert counts["Not provable"] == counts["Not judged"] == 1 + 1


def test_names_that_differ_at_their_end_stay_apart_on_the_board() -> None:
    name = "Municipal drinking water supply zone number {} of the northern district"
    rows = [{**judged(1)[0], "subject": name.format(number)} for number in (1, 2)]
    said = texts_of(plot.plot_verdicts(None, rows))
    assert not any("…" in text for text in said)
    for number in (1, 2):
        assert any(f"number {number} of" in text for text in said)


def test_verdict_board_in_chinese_by_family_with_reasons_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Sans")
    row = judged(2)[1] | {
        "standard": "guarantee", "subject_zh": "沙河灌区", "quantity_zh": "供水保证率",
        "unit": "Mm3/year", "required": 110.0, "achieved": 92.0, "margin": -18.0,
        "reason_zh": "要求不低于 1.1 亿m³，实际 0.92 亿m³：相差 0.18 亿m³。最差 1999。",
        "details_zh": "最差 1999。",
    }  # fmt: skip
    told = texts_of(plot.plot_verdicts(None, [row], language="zh"))
    why = "沙河灌区，供水保证率：最差 1999。"
    for expected in ("供水保证率", "沙河灌区", "-0.18", "亿m³/年", why):
        assert expected in told
    (line_of_failure,) = [text for text in told if text.startswith("沙河灌区，")]
    assert "要求" not in line_of_failure


def test_accounts_by_their_own_year(months: xr.Dataset) -> None:
    from hydrosim.plot.accounts import pages

    with style.drawing("en") as english:
        (figure,) = pages(one_run(months), english)
    titles = [ax.get_title(loc="left") for ax in figure.axes if ax.get_title(loc="left")]
    assert titles == ["Yangtze", "Deep"]  # the third has no limit
    assert figure.axes[0].get_xlabel() == "Account year (starts on 11-01)"
    ax = plot.plot_account(months, "yangtze")
    mean = line(ax, "Mean of the years").get_ydata()
    assert mean[0] == pytest.approx(5.0)
    assert (np.diff(mean) <= 0).all()


def test_an_account_is_drawn_in_the_year_that_used_it(months: xr.Dataset) -> None:
    from hydrosim.plot.accounts import pages

    run = one_run(months).copy()
    starts = run["time"].to_index()
    used = np.zeros((starts.size, run.sizes["account"]))
    year = starts.year.to_numpy() - (starts.month < 11)
    used[year == 1983] = 1.0  # of the account year from November 1983 alone
    run["account_used"] = (("time", "account"), used)
    with style.drawing("en") as english:
        (figure,) = pages(run, english)
    (bars,) = [part for part in figure.axes[0].collections if part.get_gid() == "used"]
    corners = [path.vertices for path in bars.get_paths()]
    heights = {round(c[:, 0].mean()): float(np.ptp(c[:, 1])) for c in corners}
    seconds = float((run["dt"].values * (year == 1983)).sum())
    assert heights[1983] == pytest.approx(seconds / 1e8)
    assert [number for number, height in heights.items() if height > 0.0] == [1983]
    assert min(heights) == int(year.min()) + 1  # the run starts within the year before


def test_whose_water_adds_up_to_the_storage(months: xr.Dataset) -> None:
    for by in ("origin", "age"):
        ax = plot.plot_whose_water(months, "wangkuai", by=by)
        top = max(p.vertices[:, 1].max() for c in ax.collections for p in c.get_paths())
        assert top == pytest.approx(float(one(months, "storage", "wangkuai").max()) / 1e8)


@pytest.mark.usefixtures("font_of_language")
@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "In-lieu credit standing"),
        ("zh", "置换水结存"),
    ],
)
def test_whose_water_tells_the_credit_of_imports(
    months: xr.Dataset, language: str, label: str, request: pytest.FixtureRequest
) -> None:
    if language == "zh":
        request.getfixturevalue("chinese_font")
    ax = plot.plot_whose_water(months, "wangkuai", language=language)
    credit = np.asarray(line(ax, label).get_ydata())
    stored = months["storage_by_origin"].sel(store="wangkuai").sum("origin").values.squeeze()
    np.testing.assert_allclose(credit, 0.2 * stored / 1e8)
    assert not plot.plot_whose_water(months, "wangkuai", by="age").lines


def test_zones_above_the_axis_are_left_out(months: xr.Dataset) -> None:
    high = months.assign(zone_top=months["zone_top"] + 0.0)
    high["zone_top"].loc[{"zone": "wangkuai.storage"}] = 60e8
    ax = plot.plot_storage(high, "wangkuai")
    assert ax.get_ylim()[1] < 12.0


def test_verdict_objects_are_read_by_as_dict() -> None:
    class Line:
        def as_dict(self) -> dict[str, Any]:
            return judged(1)[0]

    ax = plot.plot_verdicts(None, [Line()])
    assert "City" in texts_of(ax)


def test_one_store_without_limits_or_titles() -> None:
    time = np.arange("2001-01-01", "2002-01-01", dtype="M8[D]").astype("M8[ns]")
    dataset = xr.Dataset(
        {"storage": (("time", "store"), np.linspace(1e6, 2e6, 365)[:, None])},
        coords={"time": time, "store": ["pond"]},
    )
    ax = plot.plot_storage(dataset, "pond")
    assert ax.get_title(loc="left") == "Pond"
    assert ax.get_ylabel() == "Storage (million m³)"
    assert [tick.get_text() for tick in ax.get_xticklabels()][:2] == ["2001-01", "2001-03"]
    plot.plot_storage_season(dataset, "pond")


def test_one_year(months: xr.Dataset) -> None:
    short = months.isel(time=slice(0, 12), water_year=slice(0, 2), month=slice(0, 12))
    for draw in DRAW.values():
        draw(short).figure.canvas.draw()


def test_missing_variable_and_unknown_item_are_told(months: xr.Dataset) -> None:
    with pytest.raises(DataError, match="no variable 'depth_to_water'"):
        plot.plot_groundwater_depth(months.drop_vars("depth_to_water"), "shallow")
    with pytest.raises(DataError, match="nearest   'wangkuai'"):
        plot.plot_storage(months, "wangkua")
    with pytest.raises(DataError, match="no attribute 'network'"):
        plot.plot_network(months.drop_attrs())
    with pytest.raises(DataError, match="expected  one member"):
        plot.plot_storage(xr.concat([months, months], "member"), "wangkuai")
    with pytest.raises(DataError, match="expected  en or zh"):
        plot.plot_storage(months, "wangkuai", language="de")


def test_error_names_the_font_to_install(
    months: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "installed_fonts", lambda: frozenset({"DejaVu Sans"}))
    monkeypatch.setattr(fonts, "refresh_fonts", lambda: None)
    with pytest.raises(DataError) as caught:
        plot.plot_storage(months, "wangkuai", language="zh")
    told = str(caught.value)
    assert "no font with Chinese characters" in told
    assert "apt-get install fonts-noto-cjk" in told
    assert "pip install mplfonts" in told
    plot.plot_storage(months, "wangkuai", language="en")


def test_first_installed_chinese_font_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        fonts, "installed_fonts", lambda: frozenset({"SimHei", "WenQuanYi Micro Hei", "Arial"})
    )
    assert fonts.chinese_font() == "WenQuanYi Micro Hei"


def test_titles_may_be_a_text_or_absent(months: xr.Dataset) -> None:
    content = json.dumps({"nodes": [{"name": "wangkuai", "title": "Wang Kuai"}], "links": []})
    told = months.assign_attrs(network=content)
    assert plot.plot_storage(told, "wangkuai").get_title(loc="left") == "Wang Kuai"
    assert plot.plot_storage(told, "xidayang").get_title(loc="left") == "Xidayang"


def test_a_font_installed_since_lends_its_characters_to_english_pictures(monkeypatch) -> None:
    known: set[str] = {"DejaVu Sans"}
    monkeypatch.setattr(fonts, "installed_fonts", lambda: frozenset(known))
    monkeypatch.setattr(fonts, "refresh_fonts", lambda: known.add(fonts.CHINESE_FONTS[0]))
    assert fonts.lent_font() == fonts.CHINESE_FONTS[0]
