"""Numbers that a key or a unit cannot take are refused before the run, wherever they come from."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError
from hydrosim.rules.ranges import month_shares, own_range
from hydrosim.supply.lowering import lower_config
from tests.rules.models import calendar, known

FIXED = """
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-01-31, step: {step}}}
mode: planning_level
planning_year: 2001
ladder: [flood_limit, domestic, base_flow, minimum, storage, spare: yangtze]
{section}:
  x: {rule}
nodes:
  dam:
    type: reservoir
    storage_curve: {{level: [100 m, 130 m], storage: [0 m3, 3 亿m3], area: [10 km2, 10 km2]}}
    levels: {{dead: 101 m, normal: 110 m}}
    initial: 50 %
    {dam}
  yangtze: {{type: import, quota: 1 亿m3/year, account_year: 11-01, capacity: 8 m3/s {yangtze}}}
  city: {{type: demand, use: domestic, {city}}}
  reach: {{type: reach {reach}}}
  sea: {{type: outlet}}
links:
  - {{from: dam, to: city {link}}}
  - {{from: yangtze, to: city}}
  - {{from: dam, to: reach, type: river}}
  - {{from: reach, to: sea, type: river}}
"""
PLACES = {
    "nodes.dam.precipitation": ("mm/day", {"dam": "precipitation: x"}),
    "nodes.dam.evaporation": ("mm/day", {"dam": "evaporation: x"}),
    "nodes.dam.evaporation_factor": (
        "1",
        {"dam": "{evaporation: 3 mm/day, evaporation_factor: x}"},
    ),
    "nodes.dam.seepage.flow": ("m3/s", {"dam": "seepage: {flow: x}"}),
    "nodes.dam.local_inflow": ("m3/s", {"dam": "local_inflow: x"}),
    "nodes.yangtze.availability": ("1", {"yangtze": ", availability: x"}),
    "nodes.yangtze.quota": ("亿m3/year", {"yangtze": ", quota: x"}),
    "nodes.city.flow": ("m3/s", {"city": "flow: x"}),
    "nodes.city.saving": ("1", {"city": "amount: 1 亿m3/year, saving: x"}),
    "nodes.city.pattern": ("1", {"city": "amount: 1 亿m3/year, pattern: x"}),
    "nodes.reach.base_flow.requirement": ("m3/s", {"reach": ", base_flow: {requirement: x}"}),
    "links.dam->city.capacity": ("m3/s", {"link": ", capacity: x"}),
    "links.dam->city.availability": ("1", {"link": ", capacity: 5 m3/s, availability: x"}),
}


def config(rule, *, step="day", section="series", **parts):
    given = {"dam": "", "yangtze": "", "reach": "", "link": "",
             "city": "flow: 1 m3/s", **parts}  # fmt: skip
    if given["dam"].startswith("{"):
        given["dam"] = given["dam"].strip("{}").replace(", ", "\n    ")
    if "quota" in given["yangtze"]:
        text = FIXED.replace("quota: 1 亿m3/year, ", "")
    else:
        text = FIXED
    text = "\n".join(line for line in text.splitlines() if not line.strip().startswith("wells:"))
    return text.replace(", spare: wells", "").format(rule=rule, step=step, section=section, **given)


def faults(text, folder=None):
    loaded = config_from_text(text) if folder is None else _in_folder(text, folder)
    with pytest.raises(ConfigError) as caught:
        lower_config(loaded)
    return caught.value.faults


def _in_folder(text, folder):
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def series(folder, number, unit, every="D", **more):
    """A file of ones in January 2001, with one other number on the tenth."""
    stamps = np.arange(np.datetime64("2001-01-01"), np.datetime64("2001-02-01")).astype("M8[h]")
    if every == "h":
        stamps = np.arange(stamps[0], stamps[-1] + 24)
    rows = [f"{s}:00,{number if str(s) == '2001-01-10T00' else 0.5}" for s in stamps]
    (folder / "x.csv").write_text("date,x\n" + "\n".join(rows) + "\n", encoding="utf-8")
    keys = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{type: series, file: x.csv, column: x, unit: '{unit}'{keys}}}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", [-9, -99, -999, -9999, -32768, 1e20, -3.4e38])
def test_a_missing_code_is_refused_wherever_a_series_is_used(tmp_path, place, number):
    unit, parts = PLACES[place]
    (fault,) = faults(config(series(tmp_path, number, unit), **parts), tmp_path)
    shown = f"{number:.10g} {unit}" if unit != "1" else f"{number:.10g}"
    assert fault.found == (f"{shown}, a usual code for a missing value in column 'x', 2001-01-10")
    assert (fault.path, fault.line) == (("series", "x", "file"), 11)
    assert fault.file is not None
    assert fault.file.endswith("x.csv")
    assert fault.note == "fill the gap in the file: nothing is filled in"


@pytest.mark.parametrize("place", [name for name, (unit, _) in PLACES.items() if unit == "1"])
def test_a_share_or_factor_has_its_range(tmp_path, place):
    unit, parts = PLACES[place]
    (fault,) = faults(config(series(tmp_path, 650, unit), **parts), tmp_path)
    assert fault.found == "650 in column 'x', 2001-01-10"
    kind = "a fraction between 0 and 1" if place.endswith("saving") else "a factor between 0 and"
    assert fault.expected.startswith(kind)
    assert fault.expected.endswith(f"as {place} takes")


def test_a_code_inside_the_mean_of_a_step_is_seen(tmp_path):
    unit, parts = PLACES["nodes.city.pattern"]
    (fault,) = faults(config(series(tmp_path, -9, unit, every="h"), **parts), tmp_path)
    assert fault.found == "-9, a usual code for a missing value in column 'x', 2001-01-10"


@pytest.mark.parametrize(
    "rule",
    [
        "{type: profile, unit: m3/s, values: [-2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]}",
        "{type: values, unit: m3/s, dates: [2001-01-01], values: [-2]}",
        "{type: by_year, unit: m3/s, values: {2001: -2}}",
        "{type: constant, value: -2 m3/s}",
        "{type: expression, expression: '1 - 3'}",
    ],
)
def test_a_rule_known_before_the_run_is_refused_with_its_date(rule):
    (fault,) = faults(config(rule, section="rules", city="flow: x"))
    assert fault.path == ("rules", "x")
    assert fault.found == "-2 m3/s on 2001-01-01"
    assert fault.expected == "a flow of 0 or more, as nodes.city.flow takes"


def test_a_percentage_without_its_unit_says_what_to_write():
    rule = "{type: constant, value: 65, unit: 1}"
    (fault,) = faults(config(rule, section="rules", link=", capacity: 5 m3/s, availability: x"))
    assert fault.found == "65 on 2001-01-01"
    assert fault.expected == "a factor between 0 and 10, as links.dam->city.availability takes"
    assert fault.note == "a percentage has the unit '%'"


def test_what_arithmetic_leaves_of_a_zero_is_none():
    rule = "{type: expression, expression: '0.3 - 0.1 - 0.2'}"
    lower_config(config_from_text(config(rule, section="rules", city="flow: x")))


def test_a_series_that_may_be_negative_says_so(tmp_path):
    rule = series(tmp_path, -3, "m3/s", minimum=-5)
    lower_config(_in_folder(config(rule), tmp_path))
    (fault,) = faults(config(series(tmp_path, -3, "m3/s")), tmp_path)
    assert fault.expected == "a flow of 0 or more"
    (fault,) = faults(config(series(tmp_path, -7, "m3/s", minimum=-5)), tmp_path)
    assert fault.expected == "-5 m3/s or more, as `minimum:` says"
    # The key that takes the numbers counts all the same.
    rule = series(tmp_path, -3, "m3/s", minimum=-5)
    (fault,) = faults(config(rule, dam="local_inflow: x"), tmp_path)
    assert fault.expected == "a flow of 0 or more, as nodes.dam.local_inflow takes"


def test_a_scale_of_the_rule_counts(tmp_path):
    rule = series(tmp_path, 40, "1", factor=0.01)
    lower_config(_in_folder(config(rule, city="amount: 1 亿m3/year, saving: x"), tmp_path))
    rule = series(tmp_path, 140, "1", factor=0.01)
    (fault,) = faults(config(rule, city="amount: 1 亿m3/year, saving: x"), tmp_path)
    assert fault.found == "140 in column 'x', 2001-01-10"


@pytest.mark.parametrize(
    ("unit", "low"),
    [("m3/s", 0.0), ("mm/day", 0.0), ("亿m3", 0.0), ("km2", 0.0), ("m", None), ("1", None),
     ("%", None), ("yuan/m3", None)],
)  # fmt: skip
def test_what_a_unit_allows(unit, low):
    found = own_range(unit)
    assert (found.low if found is not None else None) == low


def test_depths_are_no_levels():
    assert own_range("mm", is_amount=True).low == 0.0
    assert own_range("mm").low is None


def test_an_amount_a_month_is_that_of_the_calendar_month():
    axis = calendar("2001-01-01", "2001-03-31", "month")
    seconds = np.array([31, 28, 31]) * 86400.0
    np.testing.assert_allclose(month_shares(axis) * seconds, 2_629_800.0, rtol=1e-15)
    rule = {"type": "profile", "unit": "Mm3/month", "values": [10.0] * 12}
    np.testing.assert_allclose(known(axis, {"x": rule}, "x") * seconds, 1e7, rtol=1e-14)
    rule = {"type": "values", "unit": "Mm3/month", "dates": ["2001-01-01"], "values": [10.0]}
    np.testing.assert_allclose(known(axis, {"x": rule}, "x") * seconds, 1e7, rtol=1e-14)
    rule = {"type": "by_year", "unit": "Mm3/month", "values": {2001: 10.0}}
    made = known(axis, {"x": rule}, "x", mode="trajectory")
    np.testing.assert_allclose(made * seconds, 1e7, rtol=1e-14)


YEAR_OF = "values: [2, {}, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]"


def warnings_of(rule, **parts):
    text = config(rule, section="rules", **parts).replace("2001-01-31", "2001-02-28")
    return [one for one in lower_config(config_from_text(text)).warnings if one.path[1] == "x"]


@pytest.mark.parametrize("place", ["nodes.dam.local_inflow", "nodes.dam.precipitation"])
def test_numbers_written_in_the_configuration_are_no_codes(place):
    unit, parts = PLACES[place]
    rule = f"{{type: profile, unit: {unit}, {YEAR_OF.format('1e20')}}}"
    text = config(rule, section="rules", **parts).replace("2001-01-31", "2001-02-28")
    (fault,) = faults(text)
    assert fault.path == ("rules", "x")
    assert fault.found.endswith(" on 2001-02-01")
    assert fault.note == "a usual code for a missing value"
    (fault,) = faults(text.replace("1e20", "-999"))
    assert fault.expected.endswith(f" of 0 or more, as {place} takes")
    # A code beside another does not hide it.
    both = text.replace("[2, 1e20, 2", "[1e20, -999, 1e20")
    (fault,) = faults(both)
    assert fault.expected.endswith(f" of 0 or more, as {place} takes")


def test_numbers_of_an_unlikely_size_are_warned_of():
    rain = {"dam": "precipitation: x"}
    rule = "{type: profile, unit: mm/day, values: [2, %d, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]}"
    (fault,) = warnings_of(rule % 99999, **rain)
    assert fault.path == ("rules", "x")
    assert fault.found == "99999 mm/day on 2001-02-01"
    assert fault.expected == "as a rule a depth per time up to 1036.8 mm/day"
    assert warnings_of(rule % 200, **rain) == []
    quota = {"yangtze": ", quota: x"}
    rule = "{type: constant, value: %s 亿m3/year}"
    (fault,) = warnings_of(rule % 9999, **quota)
    assert fault.expected == "as a rule an annual volume up to 1000 亿m3/year"
    assert warnings_of(rule % 900, **quota) == []
