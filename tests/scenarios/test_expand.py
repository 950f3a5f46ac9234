"""From axes to checked configs, and what stands behind ``--scenario``."""

import pytest

from hydrosim import expand_scenarios
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError, DataError
from hydrosim.scenarios.expand import one_config
from tests.conftest import ROOT

MINIMAL = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
AXES = """
scenarios:
  axes:
    year:
      2025: {planning_year: 2025}
      2030: {planning_year: 2030, nodes.city.amount: 3.0 亿m3/year}
    quota:
      plan: {}
      half: {nodes.yangtze.quota: 0.6 亿m3/year}
"""


@pytest.fixture(scope="module")
def city():
    return config_from_text(MINIMAL + AXES, "city.yaml")


def test_a_config_without_axes_is_its_own_scenario():
    config = load_config(ROOT / "configs" / "minimal.yaml")
    (only,) = expand_scenarios(config)
    assert (only.name, only.coordinates, only.config) == ("minimal", {}, config)


def test_each_combination_is_a_checked_config(city):
    scenarios = expand_scenarios(city)
    assert [one.name for one in scenarios] == ["2025-plan", "2025-half", "2030-plan", "2030-half"]
    last = scenarios[-1]
    assert last.coordinates == {"year": "2030", "quota": "half"}
    assert last.config.scenarios is None
    assert last.config.planning_year == 2030
    assert last.config.nodes["yangtze"].quota == pytest.approx(0.6e8)
    assert last.config.nodes["city"].amount == pytest.approx(3.0e8)
    assert len({one.config.hash for one in scenarios}) == 4
    assert city.nodes["city"].amount == pytest.approx(2.6e8)


def test_a_scenario_is_the_config_with_its_changes_written_in(city):
    text = MINIMAL.replace("1.2 亿m3/year", "0.6 亿m3/year") + "\nplanning_year: 2025\n"
    (half,) = expand_scenarios(city, ["year=2025,quota=half"])
    assert half.config.hash == config_from_text(text).hash


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (["year=2030,quota=half"], ["2030-half"]),
        (["year=2030", "quota=half"], ["2030-half"]),
        (["quota=plan"], ["2025-plan", "2030-plan"]),
        (["2025-half"], ["2025-half"]),
        (["nodes.city.guarantee=90 %"], ["2025-plan", "2025-half", "2030-plan", "2030-half"]),
    ],
)
def test_a_choice(city, chosen, names):
    assert [one.name for one in expand_scenarios(city, chosen)] == names


def test_a_change_comes_on_top_of_a_choice(city):
    chosen = ["quota=half,year=2030", "nodes.yangtze.quota=0.9 亿m3/year"]
    (one,) = expand_scenarios(city, chosen)
    assert one.config.nodes["yangtze"].quota == pytest.approx(0.9e8)
    assert one.config.planning_year == 2030


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("yaer=2030", ["found     'yaer'", "the name of an axis: year, quota", "nearest   'year'"]),
        ("year=2030,qota=half", ["found     'qota'", "nearest   'quota'"]),
        ("year=2031", ["found     '2031'", "a value of the axis 'year': 2025, 2030"]),
        ("2030-hal", ["found     '2030-hal'", "nearest   '2030-half'"]),
    ],
)
def test_a_choice_of_nothing_that_is(city, word, lines):
    with pytest.raises(DataError) as told:
        expand_scenarios(city, [word])
    assert str(told.value).startswith("--scenario\n")
    for line in lines:
        assert line in str(told.value)


def test_a_choice_that_leaves_no_scenario(city):
    with pytest.raises(DataError, match="a choice that some scenario of the config fits"):
        expand_scenarios(city, ["2025-half", "year=2030"])
    with pytest.raises(DataError, match="'year' twice"):
        expand_scenarios(city, ["year=2025", "year=2030"])


def test_one_config_is_that_of_no_scenario_without_a_choice(city):
    assert one_config(city, []) is city
    assert one_config(city, ["year=2030,quota=half"]).planning_year == 2030
    assert one_config(city, ["policy=standard"]).planning_year is None
    with pytest.raises(DataError, match=r"2 scenarios: 2030-plan, 2030-half"):
        one_config(city, ["year=2030"])


def test_a_fault_of_several_scenarios_is_told_once_at_its_line():
    wrong = AXES.replace("0.6 亿m3/year", "0.6 m")
    config = config_from_text(MINIMAL + wrong, "city.yaml")
    with pytest.raises(ConfigError) as told:
        expand_scenarios(config)
    line = (MINIMAL + wrong).split("\n").index("      half: {nodes.yangtze.quota: 0.6 m}") + 1
    assert str(told.value).count("yangtze") == 1
    assert f"city.yaml:{line}:14  nodes.yangtze.quota" in str(told.value)
    assert "note      in the scenario 2025-half and 1 more" in str(told.value)
