"""The sanity page: an error of size, a lone import and an idle source strike the eye."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.cli.page import page_text
from hydrosim.errors import ConfigError
from hydrosim.hydrology.runoff import expected_runoff_mm
from hydrosim.sanity import sanity_page
from hydrosim.sanity.flows import INTO, Flows
from hydrosim.supply.build import check_model

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
MONTHS = [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]
MINIMAL = (CONFIGS / "minimal.yaml").read_text(encoding="utf-8")
PROFILE = "{type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]}"
RIVER = """
hydrosim: 1
period: {start: 2001-01-01, end: 2004-12-31, step: day}
ladder: [safe_discharge, domestic, agriculture, spare: wells]
series:
  flow: {type: series, file: flow.csv, column: flow, unit: m3/s}
nodes:
  head: {type: inflow, local_inflow: flow}
  reach: {type: reach, safe_discharge: 60 m3/s}
  town: {type: demand, use: domestic, amount: 0.5 亿m3/year}
  farm: {type: demand, use: agriculture, amount: 0.8 亿m3/year}
  wells: {type: local_source, quota: 0.1 亿m3/year, account_year: 01-01, capacity: 1 m3/s}
  sea: {type: outlet}
links:
  - {from: head, to: reach, type: river}
  - {from: reach, to: sea, type: river}
  - {from: reach, to: town, capacity: 3 m3/s}
  - {from: reach, to: farm, capacity: 5 m3/s}
  - {from: wells, to: town, capacity: 1 m3/s}
"""


def write(folder, text, factor=1.0):
    """A config and a file of daily flows, those of MONTHS times a factor."""
    day, rows = datetime.date(2001, 1, 1), ["date,flow"]
    while day.year < 2005:
        rows.append(f"{day},{factor * MONTHS[day.month - 1]!r}")
        day += datetime.timedelta(days=1)
    (folder / "flow.csv").write_text("\n".join(rows), encoding="utf-8")
    file = folder / "city.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def replaced(text, *pairs):
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def page_of(folder, text, factor=1.0):
    return hydrosim.sanity_page(hydrosim.load_config(write(folder, text, factor)))


def marked(folder, text, factor=1.0):
    """Paths of what the page marks."""
    return {fault.path for fault in page_of(folder, text, factor).warnings}


def struck(folder, text):
    """Paths of what a check tells: errors, what is marked, warnings of a key alone beside it."""
    try:
        config = hydrosim.load_config(write(folder, text))
        page = hydrosim.sanity_page(config)
        return {fault.path for fault in (*page.warnings, *config.warnings)}
    except ConfigError as error:
        return {fault.path for fault in error.faults}


# -- numbers by hand -----------------------------------------------------------------------------


def test_demand_and_supply_of_the_smallest_city(tmp_path):
    frames = page_of(tmp_path, MINIMAL).frames
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    inflow = float(np.sum(days * MONTHS) * 86400 / 1e8)
    uses = frames["uses"].loc["domestic"]
    assert uses["demand"] == pytest.approx(2.6, rel=1e-3)
    held = 0.6 * 1.8 / 10.0  # what the reservoir holds at the start, over ten years
    assert uses["possible"] == pytest.approx(inflow + 1.2 + held, rel=2e-3)
    sources = frames["sources"]
    assert sources.loc["yangtze", "possible"] == pytest.approx(1.2)
    assert sources.loc["yangtze", "carried"] == pytest.approx(8 * 365.25 * 86400 / 1e8)
    stores = frames["stores"].loc["reservoir"]
    assert stores["storage"] == pytest.approx(1.8)  # 182 m to 200 m
    assert stores["years"] == pytest.approx(1.8 / inflow, rel=2e-3)
    assert not any(frame["marked"].any() for frame in frames.values())


def test_capacities_against_what_they_should_carry(tmp_path):
    frame = page_of(tmp_path, RIVER).frames["capacities"]
    town = frame.loc["reach->town"]
    assert town["mean"] == pytest.approx(0.5e8 / (365.25 * 86400), rel=1e-3)
    assert town["ratio"] == pytest.approx(3 / town["mean"])
    assert frame.loc["reach", "largest"] == 26.0


def test_the_largest_flow_of_a_network():
    flows = Flows()
    for start, end, rate in ((INTO, "a", 7.0), (INTO, "b", 4.0), ("a", "c", 3.0), ("a", "b", 2.0),
                             ("b", "d", 5.0), ("c", "d", np.inf)):  # fmt: skip
        flows.add(start, end, rate)
    assert flows.most({"d"}) == 8.0
    assert flows.most({"c"}) == 3.0
    assert flows.most({"c", "b"}) == 9.0
    assert flows.most({"nowhere"}) == 0.0
    flows.add(INTO, "c", np.inf)
    assert flows.most({"d"}) == np.inf


def test_a_reverse_way_is_used():
    """The first way found takes the middle link, which the best flow leaves empty."""
    flows = Flows()
    for start, end in ((INTO, "a"), (INTO, "b"), ("a", "x"), ("a", "y"), ("b", "x"), ("y", "z"),
                       ("x", "z")):  # fmt: skip
        flows.add(start, end, 1.0)
    assert flows.most({"z"}) == 2.0


def test_what_the_mean_climate_lets_run_off():
    assert expected_runoff_mm(1000.0, 1000.0) == pytest.approx(306.16, abs=0.01)
    assert expected_runoff_mm(1000.0, 0.0) == 1000.0
    assert expected_runoff_mm(0.0, 1000.0) == 0.0
    assert expected_runoff_mm(500.0, 5000.0) < 0.01 * 500.0


def test_what_a_district_is_expected_to_want(tmp_path):
    text = replaced(
        RIVER,
        "series:\n", 'rules:\n  rain: {type: constant, value: 2 mm/day}\n'
        '  et0: {type: constant, value: 5 mm/day}\nseries:\n',
        "farm: {type: demand, use: agriculture, amount: 0.8 亿m3/year}",
        "farm: {type: irrigation_district, rain: rain, et0: et0, canal_efficiency: 0.5, fields: "
        "{all: {area: 1 km2, available_water: 15 %, root_depth: 1 m, crops: {grass: {sow: 01-01, "
        "harvest: 12-31, kc: {01-01: 1, 12-31: 1}}}}}}",
    )  # fmt: skip
    config = hydrosim.load_config(write(tmp_path, text))
    builder, _ladder = check_model(config, check_only=True)
    expected = config.nodes["farm"].expected("farm", builder)
    assert expected is not None
    a_year = np.broadcast_to(expected.known[0], len(config.calendar)).sum() / 4.0
    assert a_year == pytest.approx(0.003 * 365.25 * 1e6 / 0.5, rel=1e-6)


# -- errors of size ------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_the_inflow_of_a_store(tmp_path, factor):
    values = ", ".join(f"{factor * one:g}" for one in MONTHS)
    text = replaced(
        MINIMAL, "values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]", f"values: [{values}]"
    )
    assert ("nodes", "reservoir", "storage_curve") in struck(tmp_path, text)


@pytest.mark.parametrize(
    ("factor", "paths"),
    [
        (1e4, {("nodes", "head"), ("nodes", "reach", "safe_discharge")}),
        (1e-4, {("nodes", "farm"), ("nodes", "town")}),
    ],
)
def test_a_factor_in_a_series_from_a_file(tmp_path, factor, paths):
    assert not marked(tmp_path, RIVER)
    assert paths <= marked(tmp_path, RIVER, factor)


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_a_storage_curve(tmp_path, factor):
    storage = ", ".join(f"{factor * one:g} 亿m3" for one in (0.2, 2.2, 4.0))
    text = replaced(MINIMAL, "storage: [0.2 亿m3, 2.2 亿m3, 4.0 亿m3]", f"storage: [{storage}]")
    assert ("nodes", "reservoir", "storage_curve") in struck(tmp_path, text)
    # With areas of its own the curve alone cannot tell.
    area = "area: [1 km2, 10 km2, 20 km2], storage"
    assert ("nodes", "reservoir", "storage_curve") in struck(
        tmp_path, text.replace("storage: [", f"{area}: [")
    )


@pytest.mark.parametrize(("use", "amount"), [("town", 0.5), ("farm", 0.8)])
@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_a_demand(tmp_path, use, amount, factor):
    text = replaced(RIVER, f"{amount} 亿m3/year", f"{factor * amount:g} 亿m3/year")
    assert ("nodes", use) in {path[:2] for path in struck(tmp_path, text)}


@pytest.mark.parametrize(
    ("number", "label"), [(3, "reach->town"), (4, "reach->farm")]
)  # fmt: skip
@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_the_capacity_of_a_link(tmp_path, number, label, factor):
    del label
    place = number - 1
    old = "capacity: 3 m3/s" if place == 2 else "capacity: 5 m3/s"
    size = float(old.split()[1])
    text = replaced(RIVER, old, f"capacity: {factor * size:g} m3/s")
    assert ("links", place, "capacity") in marked(tmp_path, text)


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_the_capacity_of_a_source(tmp_path, factor):
    text = replaced(MINIMAL, "account_year: 11-01, capacity: 8 m3/s",
                    f"account_year: 11-01, capacity: {8 * factor:g} m3/s")  # fmt: skip
    assert ("nodes", "yangtze", "capacity") in marked(tmp_path, text)


@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_a_factor_in_a_quota(tmp_path, factor):
    text = replaced(MINIMAL, "quota: 1.2 亿m3/year", f"quota: {1.2 * factor:g} 亿m3/year")
    assert ("nodes", "yangtze", "capacity") in struck(tmp_path, text)


@pytest.mark.parametrize("safe", ["0.006 m3/s", "900000 m3/s"])
def test_a_factor_in_a_safe_discharge(tmp_path, safe):
    text = replaced(RIVER, "safe_discharge: 60 m3/s", f"safe_discharge: {safe}")
    assert ("nodes", "reach", "safe_discharge") in struck(tmp_path, text)


def test_outlets_that_pass_less_than_the_river_brings(tmp_path):
    outlets = "outlets: [{name: gate, rating: {level: [182 m, 210 m], flow: [0 m3/s, 0.2 m3/s]}}]"
    text = replaced(
        MINIMAL, "    local_inflow: inflow\n", f"    local_inflow: inflow\n    {outlets}\n"
    )
    page = page_of(tmp_path, text)
    fault = next(one for one in page.warnings if one.path == ("nodes", "reservoir"))
    assert fault.found.startswith("a capacity of 0.2 m3/s, where it should carry 6.7")


# -- what is idle or never used ------------------------------------------------------------------


def test_an_import_without_a_link_stops_the_check(tmp_path, capsys):
    text = replaced(MINIMAL, "  - {from: yangtze, to: city, capacity: 8 m3/s}\n", "")
    file = write(tmp_path, text)
    assert main(["check", str(file)]) == 2
    err = capsys.readouterr().err
    assert "city.yaml:16:3  nodes.yangtze" in err
    assert "its water reaches nobody" in err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("quota: 0.1 亿m3/year", "quota: 0 亿m3/year", "can give no water in any step"),
        ("capacity: 1 m3/s}\n  sea", "capacity: 0 m3/s}\n  sea", "can give no water in any step"),
        (
            "{from: wells, to: town, capacity: 1 m3/s}",
            "{from: wells, to: town, capacity: 1 m3/s, in_service: 2020-01-01}",
            "the ways that leave 'wells' carry no water",
        ),
        ("{from: wells, to: town, capacity: 1 m3/s}", "{from: wells, to: sea}", "reaches no use"),
    ],
)
def test_an_idle_source(tmp_path, capsys, old, new, words):
    file = write(tmp_path, replaced(RIVER, old, new))
    assert main(["check", str(file), "--strict"]) == 3
    out, err = capsys.readouterr()
    assert "city.yaml:12:3  nodes.wells  (warning)" in err
    assert words in err
    assert "\n! wells" in out


def test_an_idle_store_series_rule_and_node(tmp_path):
    text = replaced(
        RIVER,
        "spare: wells]", "spare: wells, flood_limit, storage]",
        "nodes:\n", "  spare: {type: series, file: flow.csv, column: flow, unit: m3/s}\nrules:\n"
        "  half: {type: scaled, of: other, factor: 0.5}\n"
        "  other: {type: constant, value: 1, unit: '1'}\nnodes:\n"
        "  place: {type: junction}\n"
        "  pond: {type: reservoir, storage_curve: {level: [1 m, 9 m], storage: [1 万m3, 900 万m3]},"
        " levels: {dead: 2 m, normal: 8 m}, initial: 50 %}\n",
        "  - {from: head, to: reach, type: river}\n",
        "  - {from: head, to: reach, type: river}\n  - {from: pond, to: sea, type: river}\n",
    )  # fmt: skip
    paths = marked(tmp_path, text)
    assert paths >= {("series", "spare"), ("rules", "half"), ("rules", "other"),
                     ("nodes", "place"), ("nodes", "pond")}  # fmt: skip
    assert ("series", "flow") not in paths


def test_an_inflow_of_floods_alone_is_not_idle(tmp_path):
    text = replaced(RIVER, "  reach: {", "  side: {type: inflow, local_inflow: 0 m3/s}\n  reach: {",
                    "links:\n", "links:\n  - {from: side, to: reach, type: river}\n")  # fmt: skip
    assert marked(tmp_path, text) == {("nodes", "side")}
    floods = """flood:
  events:
    storm:
      start: 2001-08-01T00:00
      inflows: {PLACE: {flows: [1, 50, 1], every: 6 h}}
"""
    assert marked(tmp_path, text + floods.replace("PLACE", "head")) == {("nodes", "side")}
    assert marked(tmp_path, text + floods.replace("PLACE", "side")) == set()


def test_columns_that_nothing_reads_are_listed_and_not_marked(tmp_path):
    file = write(tmp_path, RIVER)
    header, *rows = (tmp_path / "flow.csv").read_text(encoding="utf-8").splitlines()
    more = [f"{header},snow,rain,wind,level,note"] + [f"{row},1,2,3,4,x" for row in rows]
    (tmp_path / "flow.csv").write_text("\n".join(more), encoding="utf-8")
    page = hydrosim.sanity_page(hydrosim.load_config(file))
    row = page.frames["columns"].loc["flow.csv"]
    assert row["count"] == 5
    assert row["first"] == "snow, rain, wind and 2 more"
    assert page.warnings == []
    assert "\n  flow.csv        5  snow, rain, wind and 2 more" in page_text(page, "en")
    assert "无人读取" in page_text(page, "zh")
    axes = "scenarios: {axes: {inflow: {now: {}, other: {series.flow.column: wind}}}}\n"
    file.write_text(RIVER + axes, encoding="utf-8")
    row = hydrosim.sanity_page(hydrosim.load_config(file)).frames["columns"].loc["flow.csv"]
    assert row["first"] == "snow, rain, level and 1 more"


def test_no_column_is_listed_where_all_are_read(tmp_path):
    assert "columns" not in page_of(tmp_path, RIVER).frames


def test_further_columns_of_a_curve_and_the_file_of_an_unused_series(tmp_path):
    text = replaced(
        RIVER,
        "spare: wells]", "storage, spare: wells]",
        "nodes:\n", "  spare: {type: series, file: flow.csv, column: flow, unit: m3/s}\nnodes:\n"
        "  pond: {type: reservoir, storage_curve: curve.csv, local_inflow: 0.1 m3/s,"
        " levels: {dead: 2 m, normal: 8 m}, initial: 50 %}\n",
        "  - {from: head, to: reach, type: river}\n",
        "  - {from: head, to: reach, type: river}\n  - {from: pond, to: head, type: river}\n",
    ).replace("to: head, type", "to: reach, type")  # fmt: skip
    curve = "level_m,storage_m3,surveyed\n1,10000,1999\n9,9000000,1999\n"
    (tmp_path / "curve.csv").write_text(curve, encoding="utf-8")
    frames = page_of(tmp_path, text).frames
    assert frames["columns"].loc["curve.csv", "first"] == "surveyed"
    assert frames["unused"].loc["spare", "what"] == "series of the file flow.csv"


def test_a_rule_that_only_scenarios_use_is_used(tmp_path):
    text = replaced(
        RIVER, "nodes:\n", "rules:\n  more: {type: constant, value: 0.6 亿m3/year}\nnodes:\n"
    )
    assert ("rules", "more") in marked(tmp_path, text)
    text += "scenarios: {axes: {size: {now: {}, later: {nodes.town.amount: more}}}}\n"
    assert ("rules", "more") not in marked(tmp_path, text)


# -- the shipped configs, the text, the exit codes -----------------------------------------------

SHIPPED = ("minimal", "pentad_transfer", "dekad_irrigation", "month_lake", "daqing_city")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configs_have_no_mark(name):
    page = hydrosim.sanity_page(hydrosim.load_config(CONFIGS / f"{name}.yaml"))
    assert {fault.path for fault in page.warnings} == set()
    english, chinese = (page_text(page, language) for language in ("en", "zh"))
    for text, words in (
        (english, ("Demand, and the most", "Sources, and", "Stores: storage", "Capacities",
                   "Keys at their default", "years of inflow")),
        (chinese, ("需水与最大可能供水", "水源及其水", "蓄水体：库容", "过流能力", "取缺省值")),
    ):  # fmt: skip
        assert all(word in text for word in words)
    assert len(english.splitlines()) == len(chinese.splitlines())
    assert len(english.splitlines()) < 70
    assert max(map(len, english.splitlines()[:-2])) < 140


def test_the_marked_row_and_the_place(tmp_path, capsys):
    file = write(tmp_path, replaced(RIVER, "amount: 0.5 亿m3/year", "amount: 90 亿m3/year"))
    assert main(["check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "city.yaml:10:3  nodes.town  (warning)\n  found     a demand of 90 亿m3/year" in err
    assert "as a rule at most 3 times as much" in err
    assert any(line.startswith("!   town") for line in out.splitlines())
    assert out.endswith(f"{file}: no fault found\n")


def test_strict_turns_warnings_into_three(tmp_path, capsys):
    fine = write(tmp_path, RIVER)
    assert main(["check", str(fine), "--strict"]) == 0
    odd = write(tmp_path, replaced(RIVER, "capacity: 5 m3/s", "capacity: 50000 m3/s"))
    assert main(["check", str(odd)]) == 0
    capsys.readouterr()
    assert main(["check", str(odd), "--strict"]) == 3
    assert "--strict: 1 warning" in capsys.readouterr().err
    assert main(["check", str(odd), "--strict", "--lang", "zh"]) == 3
    assert "--strict：1 个警告" in capsys.readouterr().err
    assert main(["check", str(odd), "--strict", "--no-page"]) == 0
    out, err = capsys.readouterr()
    assert out == f"reach: no delay: no travel time is given\n{odd}: no fault found\n"
    assert err == ""


def test_strict_counts_warnings_beside_the_page(tmp_path, capsys):
    file = write(tmp_path, replaced(RIVER, ", spare: wells]", "]"))
    assert main(["check", str(file), "--strict", "--no-page"]) == 3
    assert "no line 'spare: wells'" in capsys.readouterr().err


def test_what_is_told_beside_the_page_is_marked_but_not_told_again(tmp_path, capsys):
    text = replaced(
        MINIMAL, "- {from: yangtze, to: city, capacity: 8 m3/s}", "- {from: yangtze, to: sea}"
    )
    file = write(tmp_path, text)
    main(["check", str(file)])
    out, err = capsys.readouterr()
    assert err.count("nodes.yangtze  (warning)") == 1
    assert any(line.startswith("! yangtze") for line in out.splitlines())


def test_a_page_in_python(tmp_path):
    page = page_of(tmp_path, RIVER)
    assert set(page.frames) == {"uses", "sources", "stores", "capacities", "defaults"} - {"stores"}
    assert repr(page).startswith("<hydrosim.SanityPage: uses, sources, capacities")
    assert page.frames["sources"].loc["head", "kind"] == "local surface water"
    assert list(page.frames["defaults"].columns) == ["default", "where", "marked"]


def test_a_page_that_could_not_look_at_all_says_so(monkeypatch):
    config = hydrosim.load_config(CONFIGS / "minimal.yaml")
    whole = sanity_page(config)
    assert not whole.is_short
    assert "too large" not in page_text(whole, "en")
    monkeypatch.setattr("hydrosim.sanity.water.Flows", lambda: Flows(visits=5))
    page = sanity_page(config)
    assert page.is_short
    assert "The network is too large for all searches of this page" in page_text(page, "en")
    assert "本页" in page_text(page, "zh")
