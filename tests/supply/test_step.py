"""One step of the supply engine: limits, outlets, losses, accounts, calendars, failures."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.cli import main as cli
from hydrosim.errors import SimulationError
from hydrosim.supply.simulation import run
from tests.models.every_type import every_type
from tests.models.two_sources import FLOW_DAY_M3, by_day, reservoir, table, volume
from tests.nodes.small import config, simulated, volumes

LADDER = ("safe_discharge", "flood_limit", "domestic", "storage")


def expect(result, quantity, item, values, close=1e-6):
    assert table(result, quantity, item) == pytest.approx(values, abs=close)


# -- flood limit, outlets, dead storage ----------------------------------------------------------


def drawn_down(**more):
    """Reservoir of 20 at its normal level whose limit falls to 10 on 11 January.

    The river below carries 3 m3/s safely.
    """
    nodes = {
        "dam": reservoir(
            20,
            20,
            flood_limited_level={
                "stages": {"01-11": "105 m", "01-16": "110 m"},
                "drawdown": {"from": "01-06"},
            },
            **more,
        ),
        "river": {"type": "reach", "safe_discharge": "3 m3/s"},
        "sea": {"type": "outlet"},
        "city": {"type": "demand", "use": "domestic", "flow": "0.5 m3/s"},
    }
    return simulated(
        nodes,
        {"from": "dam", "to": "river", "type": "river"},
        {"from": "river", "to": "sea", "type": "river"},
        "dam > city",
        ladder=LADDER,
        period=("2001-01-01", "2001-01-20", "day"),
        rules={"inflow": by_day(0)},
    )


def test_the_drawdown_follows_its_ramp_and_serves_demands_from_it():
    # 6 to 10 January: the limit falls by 2 a day from 20 to 10. The city takes 0.5 a day from the
    # start: 17.5 are left on the evening of the 5th, so the limit (18, 16, ...) binds from the
    # 7th on: 17, then 16 (0.5 + 0.5 released), then 1.5 released a day down to 10; after that
    # the city alone.
    result = drawn_down()
    before = [19.5, 19, 18.5, 18, 17.5, 17]
    expect(result, "storage", "dam", [*before, 16, 14, 12, 10, *np.arange(9.5, 4.9, -0.5)])
    expect(result, "flow", "dam->river", [0] * 6 + [0.5, 1.5, 1.5, 1.5] + [0] * 10)
    expect(result, "limit_storage", "dam", [20] * 5 + [18, 16, 14, 12, 10] + [10] * 5 + [20] * 5)
    expect(result, "supplied", "city", [0.5] * 20)


def test_the_ramp_is_never_above_the_safe_discharge():
    # Without a city and with 2.5 of inflow the ramp asks for 4.5; the river below carries 3.
    # So the storage lags: it falls by 0.5 a day for as long as it stands above the limit.
    nodes = {
        "dam": reservoir(
            20,
            20,
            "inflow",
            flood_limited_level={
                "stages": {"01-11": "105 m", "01-16": "110 m"},
                "drawdown": {"from": "01-06"},
            },
        ),
        "river": {"type": "reach", "safe_discharge": "3 m3/s"},
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        {"from": "dam", "to": "river", "type": "river"},
        {"from": "river", "to": "sea", "type": "river"},
        ladder=("safe_discharge", "flood_limit", "storage"),
        period=("2001-01-01", "2001-01-20", "day"),
        rules={"inflow": by_day(2.5)},
    )
    falling = [20 - 0.5 * day for day in range(1, 11)]
    expect(result, "flow", "dam->river", [2.5] * 5 + [3] * 10 + [0, 0] + [2.5] * 3)
    expect(result, "storage", "dam", [20] * 5 + falling + [17.5, 20, 20, 20, 20])
    assert float(result["year_days_above_limit"].sel(store="dam").sum()) == 10
    # Evening of the 10th: 17.5 stored at a limit of 10; 2 a metre: 3.75 m too deep.
    assert float(result["year_depth_above_limit"].sel(store="dam").max()) == pytest.approx(3.75)


def test_band_caps_hold_back_what_stands_above_the_limit():
    # Limit 20 at 110 m, above it 4 a metre. Up to 112 m (28) at most 2 m3/s leave by the river,
    # above it 5. Level at the start of the days: 110, 111.5, 113, 113.75, 112.5, 111.25 m ...
    nodes = {
        "dam": reservoir(
            20,
            20,
            "inflow",
            release_bands=[{"up_to": "112 m", "cap": "2 m3/s"}, {"cap": "5 m3/s"}],
        ),
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        {"from": "dam", "to": "sea", "type": "river"},
        ladder=("flood_limit", "storage"),
        period=("2001-01-01", "2001-01-09", "day"),
        rules={"inflow": by_day(8, 8, 8, 0)},
    )
    expect(result, "storage", "dam", [26, 32, 35, 30, 25, 23, 21, 20, 20])
    expect(result, "flow", "dam->sea", [2, 2, 5, 5, 5, 2, 2, 1, 0])


def test_a_free_outlet_flows_by_the_level_at_the_start():
    # Sill at 105 m (10 stored), rating 0 to 4 m3/s over 105 to 110 m; 2 stored a metre.
    # 20 stored: level 110, flow 4; 16: 108 m, 2.4; 13.6: 106.8 m, 1.44; 12.16: 106.08 m, 0.864.
    nodes = {
        "dam": reservoir(
            20,
            20,
            outlets=[
                {
                    "name": "weir",
                    "kind": "free",
                    "rating": {"level": ["105 m", "110 m"], "flow": ["0 m3/s", "4 m3/s"]},
                }
            ],
        ),
        "lower": reservoir(20, 0),
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        {"from": "dam", "to": "lower", "type": "river"},
        {"from": "lower", "to": "sea", "type": "river"},
        ladder=("flood_limit", "storage"),
        period=("2001-01-01", "2001-01-04", "day"),
    )
    expect(result, "storage", "dam", [16, 13.6, 12.16, 11.296])
    expect(result, "storage", "lower", [4, 6.4, 7.84, 8.704])
    expect(result, "spill", "dam", [4, 2.4, 1.44, 0.864])
    # What arrives by the weir is the upper reservoir's first water, and no water is made.
    stored = result["storage_by_origin"].isel(month=0).sel(origin="initial storage")
    np.testing.assert_allclose(stored.values / FLOW_DAY_M3, [11.296, 8.704], rtol=1e-12)


def test_dead_storage_passes_on_what_flows_in():
    # Dead 4; 5 stored, inflow 2, wish 6: day 1 gives 3 and leaves the dead 4. From then on the
    # inflow of each day is passed on.
    nodes = {
        "dam": {**reservoir(20, 5, "inflow"), "levels": {"dead": "102 m", "normal": "110 m"}},
        "city": {"type": "demand", "use": "domestic", "flow": "6 m3/s"},
    }
    result = simulated(
        nodes,
        "dam > city",
        ladder=("flood_limit", "domestic", "storage"),
        rules={"inflow": by_day(2)},
        period=("2001-01-01", "2001-01-04", "day"),
    )
    expect(result, "storage", "dam", [4, 4, 4, 4])
    expect(result, "supplied", "city", [3, 2, 2, 2])


def test_what_evaporated_below_dead_level_is_filled_first():
    # A pan of 1 km2: 0.0864 m a flow-day. Dead 4, 4 stored, evaporation 1 a day, inflow 3 from
    # the third day: 3, 2, then 2 - 1 + 3 = 4, and from then on 3 - 1 = 2 a day for the city.
    surface = 1e6
    metre = surface / FLOW_DAY_M3
    nodes = {
        "dam": {
            "type": "reservoir",
            "storage_curve": {
                "level": ["100 m", "130 m"],
                "storage": ["0 m3", f"{30 * surface!r} m3"],
                "area": ["1 km2", "1 km2"],
            },
            "levels": {"dead": f"{100 + 4 / metre!r} m", "normal": "120 m"},
            "initial": volume(4),
            "local_inflow": "inflow",
            "evaporation": f"{1000 / metre!r} mm/day",
        },
        "city": {"type": "demand", "use": "domestic", "flow": "6 m3/s"},
    }
    result = simulated(
        nodes,
        "dam > city",
        ladder=("flood_limit", "domestic", "storage"),
        rules={"inflow": by_day(0, 0, 3, 3, 3)},
        period=("2001-01-01", "2001-01-05", "day"),
    )
    expect(result, "storage", "dam", [3, 2, 4, 4, 4])
    expect(result, "supplied", "city", [0, 0, 0, 2, 2])


def test_evaporation_ends_with_the_water():
    # 2.5 stored, 1 a day evaporates: 1.5, 0.5, 0; the last day only what is there.
    surface = 1e6
    metre = surface / FLOW_DAY_M3
    nodes = {
        "pond": {
            "type": "regulating_reservoir",
            "storage_curve": {
                "level": ["100 m", "130 m"],
                "storage": ["0 m3", f"{30 * surface!r} m3"],
                "area": ["1 km2", "1 km2"],
            },
            "levels": {"normal": "120 m"},
            "initial": volume(2.5),
            "evaporation": f"{1000 / metre!r} mm/day",
        }
    }
    result = simulated(nodes, ladder=("storage",), period=("2001-01-01", "2001-01-05", "day"))
    expect(result, "storage", "pond", [1.5, 0.5, 0, 0, 0])
    expect(result, "evaporation", "pond", [1, 1, 0.5, 0, 0])


# -- accounts and calendars ----------------------------------------------------------------------


def quota_case(start, end, *, flow="2 m3/s", step="day", **source):
    nodes = {
        "yangtze": {
            "type": "import",
            "quota": volume(365) + "/year",
            "account_year": "11-01",
            **source,
        },
        "city": {"type": "demand", "use": "domestic", "flow": flow},
    }
    return simulated(
        nodes,
        "yangtze > city",
        ladder=("domestic", {"spare": "yangtze"}),
        period=(start, end, step),
    )


def test_an_account_is_granted_anew_on_its_day():
    # 365 flow-days a year at 2 a day last 182 days and half of the next one.
    result = quota_case("2001-11-01", "2002-11-03")
    left = table(result, "account_left", "yangtze")
    assert left[0] == 363
    assert left[181:184] == [1, 0, 0]
    assert left[364:368] == [0, 363, 361, 359]
    expect(result, "supplied", "city", [2] * 182 + [1] + [0] * 182 + [2] * 3)


def test_a_share_of_what_is_left_is_carried_over_up_to_a_limit():
    # 1 a day from 1 November to 31 October uses 365; a leap year has a day more than the quota.
    result = quota_case(
        "2001-11-01", "2003-11-01", flow="0.8 m3/s", carry_over="50 %", carry_over_limit=volume(30)
    )
    left = table(result, "account_left", "yangtze")
    # First year: 365 - 292 = 73 left, half of it 36.5, at most 30: 395 - 0.8 on the first day.
    assert left[364] == pytest.approx(73)
    assert left[365] == pytest.approx(394.2)
    # Second year: 395 - 292 = 103, again 30.
    assert left[730] == pytest.approx(394.2)


def test_the_first_account_year_is_granted_in_part():
    # The run starts 92 days into the account year (1 November to 1 February) of 365 days: 273.
    result = quota_case("2002-02-01", "2002-02-03")
    expect(result, "account_left", "yangtze", [271, 269, 267])


def test_a_leap_year_spreads_the_same_amount_over_a_day_more():
    nodes = {
        "yellow": {"type": "import", "capacity": "500 m3/s"},
        "city": {"type": "demand", "use": "domestic", "amount": volume(366 * 365) + "/year"},
    }
    result = simulated(
        nodes,
        "yellow > city",
        ladder=("domestic", {"spare": "yellow"}),
        period=("2003-01-01", "2004-12-31", "day"),
        water_year="01-01",
    )
    supplied = table(result, "supplied", "city")
    assert supplied[0] == pytest.approx(366)
    assert supplied[365 + 59] == pytest.approx(365)
    np.testing.assert_allclose(
        result["year_supplied"].sel(claim="city"), 366 * 365 * FLOW_DAY_M3, rtol=1e-12
    )
    assert result["complete"].values.all()


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_a_linear_model_gives_the_same_years_in_every_step(step):
    # All limits are far away, so yearly volumes are those of the wishes: the import of the
    # months' plan, the city's monthly pattern with its loss, the store's rise.
    shares = [5, 5, 6, 7, 9, 11, 13, 13, 10, 8, 7, 6]
    nodes = {
        "yangtze": {"type": "import", "capacity": "100 m3/s", "loss": "10 %"},
        "river": {"type": "inflow", "local_inflow": "months"},
        "city": {
            "type": "demand",
            "use": "domestic",
            "amount": volume(730) + "/year",
            "pattern": [f"{share} %" for share in shares],
            "loss": "20 %",
        },
        "dam": reservoir(50000, 5000),
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        {"from": "river", "to": "dam", "type": "river", "loss": "5 %"},
        "yangtze > city",
        {"from": "dam", "to": "sea", "type": "river"},
        ladder=("flood_limit", "domestic", "storage", {"spare": "yangtze"}),
        rules={"months": {"type": "profile", "values": [float(m) for m in range(12)],
                          "unit": "m3/s"}},
        water_year="01-01",
        period=("2003-01-01", "2005-12-31", step),
    )  # fmt: skip
    supplied = result["year_supplied"].sel(claim="city").values / FLOW_DAY_M3
    np.testing.assert_allclose(supplied, 730.0, rtol=1e-12)
    taken = result["year_withdrawn"].sel(source="yangtze").values / FLOW_DAY_M3
    np.testing.assert_allclose(taken, 730.0 / 0.8 / 0.9, rtol=1e-12)
    lengths = np.array([[31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]] * 3)
    lengths[1, 1] = 29
    rise = 0.95 * (lengths * np.arange(12)).sum(axis=1)
    stored = result["year_storage_end"].sel(store="dam").values / FLOW_DAY_M3
    np.testing.assert_allclose(stored, 5000 + np.cumsum(rise), rtol=1e-12)
    np.testing.assert_allclose(
        result["year_storage_rise"].sel(store="dam").values / FLOW_DAY_M3, rise, rtol=1e-9
    )


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_days_above_the_limit_are_days_in_every_step(step):
    nodes = {
        "dam": reservoir(10, 20, flood_limited_level={"stages": {"01-01": "109 m"},
                                                      "until": "12-01"}),
    }  # fmt: skip
    result = simulated(
        nodes,
        ladder=("flood_limit", "storage"),
        water_year="01-01",
        period=("2003-01-01", "2003-12-31", step),
    )
    assert float(result["year_days_above_limit"].sel(store="dam").sum()) == 365


# -- failures --------------------------------------------------------------------------------------


PLACE = "scenario base, 2001-01-06"
RECIPROCAL = "1 / floor(storage('dam') / 1000 + 0.5)"


def broken(expression, wish="2 m3/s", inflow="ratio"):
    """Reservoir with 10 flow-days, emptied by 2 a day, and a rule that fails when it is empty."""
    nodes = {
        "dam": reservoir(20, 10, inflow),
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
        "farm": {"type": "demand", "use": "agriculture", "flow": wish},
    }
    return config(
        nodes,
        "dam > city",
        "dam > farm",
        ladder=("flood_limit", "domestic", "storage", "agriculture"),
        rules={"ratio": {"type": "expression", "expression": expression, "unit": "m3/s"}},
        period=("2001-01-01", "2001-01-09", "day"),
    )


def test_a_value_that_is_no_number_names_scenario_date_node_and_rule():
    # The dam is empty at the start of 6 January.
    with pytest.raises(SimulationError) as caught:
        run(broken(f"0 * {RECIPROCAL}", wish="0 m3/s"))
    assert str(caught.value) == f"{PLACE}, node dam: not a number (rule ratio = nan)"


def test_an_infinite_wish_is_a_failure_and_not_all_the_water_there_is():
    with pytest.raises(SimulationError) as caught:
        run(broken(RECIPROCAL, wish="ratio", inflow=None))
    assert str(caught.value) == f"{PLACE}, node farm: not a number (rule ratio = inf)"


def test_no_bound_hides_a_value_that_is_no_number():
    # A grant that is not a number would pass a maximum with 0 as 0, and the city go short in
    # silence.
    nodes = {
        "dam": reservoir(20, 0),
        "yangtze": {
            "type": "import",
            "quota": volume(365) + "/year",
            "account_year": "01-01",
            "availability": "ratio",
        },
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
    }
    rules = {"ratio": {"type": "expression", "expression": "storage('dam') / storage('dam')"}}
    case = config(
        nodes,
        "dam > city",
        "yangtze > city",
        ladder=("flood_limit", "domestic", "storage", {"spare": "yangtze"}),
        rules=rules,
    )
    with pytest.raises(SimulationError, match=r"2001-01-01, node yangtze.*rule ratio = nan"):
        run(case)


def test_the_command_line_ends_with_1(tmp_path, capsys):
    case = broken(f"0 * {RECIPROCAL}", wish="0 m3/s")
    file = tmp_path / "broken.yaml"
    file.write_text(json.dumps(case.source.tree, ensure_ascii=False))
    assert cli.main(["run", str(file), "--out", str(tmp_path / "out"), "--no-plots"]) == 1
    told = capsys.readouterr().err
    assert f"{PLACE}, node dam: not a number" in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


# -- all types together ----------------------------------------------------------------------------


def test_cutting_a_run_with_every_type_changes_no_earlier_day():
    whole = hydrosim.run(every_type("2001-12-31"))
    short = hydrosim.run(every_type("2001-07-15"))
    days = short.sizes["time"]
    compared = 0
    for name in short.data_vars:
        if "time" in short[name].dims:
            compared += 1
            np.testing.assert_array_equal(
                short[name].values, whole[name].isel(time=slice(0, days)).values, err_msg=name
            )
    assert compared > 15


def test_a_run_with_every_type_closes_and_gives_numbers():
    result = hydrosim.run(every_type("2001-12-31"))
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_row_closure"] <= 1e-12
    assert proof["largest_network_closure"] <= 1e-12
    assert proof["ledger_correction"] <= 1e-12
    assert proof["widened_steps"] == 0
    for name in ("storage", "supplied", "demand", "flow", "withdrawn", "year_supplied"):
        assert np.isfinite(result[name].values).all(), name
    assert volumes(result.isel(scenario=0, member=0), "supplied", "city").sum() > 0
