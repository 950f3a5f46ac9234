"""Irrigation: the root zone by hand, shortage, waterings, losses, rotations, faults."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.nodes.small import lowered, simulated, told, volumes

DAY = 86400.0
AREA = 1e7  # m2
TAW = 0.15 * 1.0 * AREA  # m3 that plants can take
CROP = {
    "sow": "01-01",
    "harvest": "12-31",
    "kc": {"01-01": 1.0},
    "stress_depletion": 0.5,
    "allowed_depletion": 0.4,
}
FIELD = {
    "area": "10 km2",
    "available_water": 0.15,
    "root_depth": "1 m",
    "initial_depletion": 0.4,
    "crops": {"maize": CROP},
}
RULES = {
    "rain": {"type": "profile", "values": [0, 0, 12, 0, 0, *[0] * 360], "unit": "mm/day"},
    "et0": {"type": "profile", "values": [5, 6, 4, 5, 7, *[5] * 360], "unit": "mm/day"},
}
LADDER = ("agriculture", {"spare": "canal"})
ROTATION = {
    "wheat": {
        "sow": "10-10",
        "harvest": "06-10",
        "kc": {"10-10": 0.6, "12-01": 0.6, "12-20": 0.4, "03-01": 0.5, "04-20": 1.15, "06-10": 0.4},
        "irrigation": {"from": "03-01", "to": "05-31"},
    },
    "maize": {
        "sow": "06-15",
        "harvest": "09-30",
        "kc": {"06-15": 0.5, "07-25": 1.2, "08-31": 1.2, "09-30": 0.6},
    },
}


def district(field: dict[str, Any] | None = None, **keys: Any) -> dict[str, Any]:
    return {
        "canal": {"type": "import", "capacity": "50 m3/s"},
        "plain": {
            "type": "irrigation_district",
            "rain": "rain",
            "et0": "et0",
            "canal_efficiency": 0.6,
            "field_efficiency": 0.9,
            "fields": {"east": {**FIELD, **(field or {})}},
            **keys,
        },
    }


def watered(nodes: dict[str, Any], **keys: Any) -> xr.Dataset:
    return simulated(nodes, "canal > plain", ladder=LADDER, **{"rules": RULES, **keys})


def by_hand(supply_m: np.ndarray | float, days: int = 5) -> tuple[list[float], list[float]]:
    """Gross need and actual evapotranspiration [m] of FAO-56, day by day, with a supply limit."""
    rain = np.array([0, 0, 12, 0, 0]) / 1000
    potential = np.array([5, 6, 4, 5, 7]) / 1000
    taw, depletion = 0.15, 0.06
    wanted, actual = [], []
    for day in range(days):
        stress = min(1.0, (taw - depletion) / (0.5 * taw))
        need = max(0.0, depletion + potential[day] - rain[day] - max(depletion, 0.4 * taw))
        water = min(need, float(np.broadcast_to(supply_m, 5)[day]) * 0.54)
        depletion = max(0.0, depletion - rain[day] - water + stress * potential[day])
        wanted.append(need / 0.54)
        actual.append(stress * potential[day])
    return wanted, actual


def test_lowers_to_one_claim_and_a_balance_for_each_field():
    builder = lowered(district(), "canal > plain", rules=RULES, ladder=LADDER)
    assert builder.claims["plain"].line == "agriculture"
    balance = builder.balances["plain.east.soil"]
    assert (len(balance.gains), len(balance.losses)) == (2, 2)
    kinds = {b.name: (b.kind, b.sign) for b in builder.boundaries if b.name.startswith("plain.")}
    assert kinds == {
        "plain.east.rain": ("rain", 1),
        "plain.east.evapotranspiration": ("evapotranspiration", -1),
        "plain.east.percolation": ("outflow", -1),
        "plain.loss": ("loss", -1),
    }
    item = builder.items["claim"]["plain"]
    assert item["net_factor"] == pytest.approx(0.54)
    assert (item["kind"], item["period"], item["area_m2"]) == ("irrigation", "dekad", AREA)


@pytest.mark.parametrize("supply_m3s", [50.0, 0.5, 0.0])
def test_the_root_zone_of_five_days_by_hand(supply_m3s: float):
    nodes = district()
    nodes["canal"]["capacity"] = f"{supply_m3s} m3/s"
    result = watered(nodes)
    wanted, actual = by_hand(supply_m3s * DAY / AREA)
    np.testing.assert_allclose(
        volumes(result, "demand", "plain") / AREA, wanted, rtol=1e-9, atol=1e-12
    )
    budget = result["year_budget"].sum("water_year") / AREA
    assert float(budget.sel(budget="evapotranspiration")) == pytest.approx(sum(actual), rel=1e-9)


def test_shortage_lowers_soil_water_and_is_not_asked_again():
    full, none = district(), district()
    none["canal"]["capacity"] = "0 m3/s"
    rules = {"rain": {"type": "constant", "value": 0.0, "unit": "mm/day"}, "et0": RULES["et0"]}
    period = ("2001-01-06", "2001-01-31", "day")
    served, dry = (watered(nodes, rules=rules, period=period) for nodes in (full, none))
    one_day = 0.005 * AREA / 0.54
    np.testing.assert_allclose(volumes(served, "demand", "plain"), one_day, rtol=1e-9)
    np.testing.assert_allclose(volumes(dry, "demand", "plain"), one_day, rtol=1e-9)
    budgets = [one["year_budget"].sum("water_year") for one in (served, dry)]
    evaporated = [float(one.sel(budget="evapotranspiration")) for one in budgets]
    assert evaporated[0] == pytest.approx(26 * 0.005 * AREA, rel=1e-9)
    assert evaporated[1] < 0.8 * evaporated[0]  # the crop is under stress


def test_losses_and_percolation_reach_the_aquifer():
    nodes = district(aquifer="shallow", loss_to_aquifer=0.25, percolation_to_aquifer=0.5)
    nodes["plain"]["fields"]["east"]["initial_depletion"] = 0.0
    nodes["shallow"] = {
        "type": "aquifer",
        "area": "100 km2",
        "specific_yield": 0.1,
        "initial_depth": "15 m",
        "floor_depth": "30 m",
    }
    rules = {**RULES, "rain": {**RULES["rain"], "values": [25] * 365}}
    result = watered(nodes, rules=rules)
    surplus = (0.025 - np.array([5, 6, 4, 5, 7]) / 1000) * AREA
    np.testing.assert_allclose(volumes(result, "recharge", "shallow"), 0.5 * surplus, rtol=1e-9)
    nodes["plain"]["fields"]["east"]["initial_depletion"] = 0.4
    result = watered(nodes)
    supplied = volumes(result, "supplied", "plain")
    np.testing.assert_allclose(
        volumes(result, "recharge", "shallow"), 0.25 * 0.46 * supplied, rtol=1e-9, atol=1e-6
    )


def test_watering_before_winter_fills_up_at_most():
    winter = {"winter": {"from": "01-02", "to": "01-04", "depth": "45 mm"}}
    crop = {**CROP, "irrigated": False}
    nodes = district({"waterings": winter, "crops": {"wheat": crop}, "initial_depletion": 0.2})
    rules = {**RULES, "rain": {"type": "constant", "value": 0.0, "unit": "mm/day"}}
    wanted = 0.54 * volumes(watered(nodes, rules=rules), "demand", "plain") / AREA
    # depletion 30 mm, ET 5, 6, 4 mm: room for 15 + 15 + 15 mm, the last fills up to 0
    np.testing.assert_allclose(wanted, [0, 0.015, 0.015, 0.015, 0], atol=1e-9)
    nodes["plain"]["fields"]["east"]["initial_depletion"] = 0.0
    wanted = 0.54 * volumes(watered(nodes, rules=rules), "demand", "plain") / AREA
    np.testing.assert_allclose(wanted, [0, 0.011, 0.004, 0.005, 0], atol=1e-9)


def test_fields_share_what_arrives_by_their_need():
    nodes = district()
    nodes["canal"]["capacity"] = "0.5 m3/s"
    nodes["plain"]["fields"]["west"] = {**FIELD, "area": "30 km2"}
    builder_links = ("canal > plain",)
    result = simulated(nodes, *builder_links, ladder=LADDER, rules=RULES)
    one, _ = by_hand(0.25 * 0.5 * DAY / AREA)
    np.testing.assert_allclose(
        volumes(result, "demand", "plain"), 4 * AREA * np.array(one), rtol=1e-9, atol=1e-6
    )


def test_head_canal_bounds_it():
    result = watered(district(capacity="0.4 m3/s"))
    wanted = volumes(result, "demand", "plain")
    supplied = volumes(result, "supplied", "plain")
    np.testing.assert_allclose(supplied, np.minimum(wanted, 0.4 * DAY), rtol=1e-9, atol=1e-6)


RAIN_MM_A_MONTH = (3, 5, 10, 22, 30, 65, 160, 120, 50, 28, 14, 4)
ET0_MM_A_DAY = (0.8, 1.4, 2.6, 4.2, 5.2, 5.8, 4.9, 4.3, 3.4, 2.2, 1.2, 0.8)


def next_date(text: str, since: date) -> date:
    """The first day of that month and day which is not before another."""
    month, day = (int(part) for part in text.split("-"))
    found = date(since.year, month, day)
    return found if found >= since else date(since.year + 1, month, day)


def crop_of(day: date) -> tuple[float, float, bool]:
    """Kc, depletion at which stress starts, and whether it is watered."""
    for crop in ROTATION.values():
        sown = next_date(crop["sow"], date(day.year - 1, 1, 1))
        while next_date(crop["sow"], sown + timedelta(1)) <= day:
            sown = next_date(crop["sow"], sown + timedelta(1))
        if sown <= day <= next_date(crop["harvest"], sown):
            points = [((next_date(on, sown) - sown).days, kc) for on, kc in crop["kc"].items()]
            window = crop.get("irrigation", {"from": "01-01", "to": "12-31"})
            inside = window["from"] <= f"{day:%m-%d}" <= window["to"]
            return float(np.interp((day - sown).days, *zip(*points, strict=True))), 0.55, inside
    return 0.3, 0.5, False


def rotation_by_hand(years: int) -> tuple[float, float]:
    """Net irrigation and evapotranspiration [m/a] of FAO-56, day by day from 2001."""
    taw, depletion, net, actual = 0.15, 0.3 * 0.15, 0.0, 0.0
    for day in (date(2001, 1, 1) + timedelta(n) for n in range(365 * years)):
        kc, p, watered_now = crop_of(day)
        rain = RAIN_MM_A_MONTH[day.month - 1] / monthrange(day.year, day.month)[1] / 1000
        potential = kc * ET0_MM_A_DAY[day.month - 1] / 1000
        need = max(0.0, depletion + potential - rain - max(depletion, p * taw)) * watered_now
        taken = min(1.0, (taw - depletion) / ((1.0 - p) * taw)) * potential
        depletion = max(0.0, depletion - rain - need + taken)
        net, actual = net + need, actual + taken
    return net / years, actual / years


@pytest.mark.parametrize(
    ("step", "within"), [("day", 1e-6), ("pentad", 0.005), ("dekad", 0.01), ("month", 0.03)]
)
def test_a_rotation_of_wheat_and_maize_in_every_step(step: str, within: float):
    field = {"crops": ROTATION, "initial_depletion": 0.3}
    rules = {
        "rain": {"type": "profile", "values": list(RAIN_MM_A_MONTH), "unit": "mm/month"},
        "et0": {"type": "profile", "values": list(ET0_MM_A_DAY), "unit": "mm/day"},
    }
    period = ("2001-01-01", "2003-12-31", step)
    result = watered(district(field), rules=rules, period=period)
    assert (volumes(result, "supplied", "plain") >= -1e-6).all()
    np.testing.assert_allclose(
        volumes(result, "supplied", "plain"),
        volumes(result, "demand", "plain"),
        rtol=1e-9,
        atol=1e-6,
    )
    net = 0.54 * volumes(result, "supplied", "plain") / AREA / 3
    months = result["time"].dt.month.values
    assert net[(months < 3) | (months > 9)].sum() == 0.0
    evaporated = result["year_budget"].sel(budget="evapotranspiration").sum() / AREA / 3
    expected_net, expected_evaporated = rotation_by_hand(3)
    assert net.sum() == pytest.approx(expected_net, rel=within)
    assert float(evaporated) == pytest.approx(expected_evaporated, rel=within)


def test_faults_in_engineers_words():
    bad = district(
        {
            "area": "0 km2",
            "crops": {
                "wheat": {**CROP, "sow": "10-10", "harvest": "06-10", "kc": {"08-01": 1.0}},
                "maize": {**CROP, "sow": "06-05", "harvest": "09-30", "kc": {}},
                "rice": {**CROP, "sow": "10-01", "harvest": "10-05", "stress_depletion": 1.0,
                         "kc": {"10-01": 1.0}},
            },
        },
        canal_efficiency=0.0,
        loss_to_aquifer=0.5,
        share=0,
    )  # fmt: skip
    found = told(bad, "canal > plain", rules=RULES, ladder=LADDER)
    prefix = "nodes.plain."
    east = prefix + "fields.east."
    assert found[prefix + "canal_efficiency"] == ("0", "an efficiency above 0 and at most 1")
    assert found[prefix + "aquifer"] == ("loss_to_aquifer without aquifer", "the key `aquifer`")
    assert found[prefix + "share"] == ("0", "a weight above 0, such as 1")
    assert found[east + "area"] == ("0", "more than 0")
    assert found[east + "crops.wheat.kc.08-01"] == (
        "a crop coefficient on 08-01",
        "a date from sowing on 10-10 to harvest on 06-10",
    )
    assert found[east + "crops.maize"] == (
        "06-05 to 09-30, while 'wheat' stands on the field",
        "crops of one field one after the other",
    )
    assert found[east + "crops.maize.kc"][0] == "no crop coefficient"
    assert found[east + "crops.rice.stress_depletion"][1] == (
        "a share between 0 and 1, such as 0.55"
    )
    found = told(district({"crops": {}}, aquifer="canal"), "canal > plain", rules=RULES)
    assert found[east + "crops"] == ("no crop", "at least one crop")
    assert found[prefix + "aquifer"] == ("'canal', which is of type 'import'", "the aquifer below")
    found = told(district(fields={}), "canal > plain", rules=RULES)
    assert found[prefix + "fields"] == ("no field", "at least one field")
