"""The steps of the tutorial: each runs, shows what its page says, and stands there as it is."""

from __future__ import annotations

import re
from functools import cache

import pytest

import hydrosim
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "tutorial"
PAGES = {"en": ROOT / "docs" / "tutorial.md", "zh": ROOT / "docs" / "zh" / "tutorial.md"}
LANGUAGES = tuple(PAGES)
STEPS = range(1, 9)
SHOWN = {"city", "works", "fields", "villages", "parks", "river.base_flow"}


def block(language, name):
    """Return the text block of a page that begins with a name."""
    text = PAGES[language].read_text(encoding="utf-8")
    found = re.search(rf"^```text\n{name}\.yaml\b.*\n((?:.*\n)*?)```$", text, re.MULTILINE)
    assert found, name
    return found[1].splitlines()


@cache
def config_of(step):
    return hydrosim.load_config(FOLDER / f"step_{step}.yaml")


@cache
def result_of(step):
    return hydrosim.run(config_of(step))


@cache
def scenarios_of(step):
    return {one.name: one for one in hydrosim.expand_scenarios(config_of(step))}


@cache
def scenario_result(step, name):
    return hydrosim.run(scenarios_of(step)[name].config)


def rows(result):
    """Wanted and supplied water of each user, 10^8 m3 a year, as the pages show them."""
    one = result.isel(scenario=0, member=0)
    first, last = (result["time"].values[place] for place in (0, -1))
    years = round((last - first).astype("timedelta64[D]").astype(float) / 365.25) or 1
    wanted, came = (
        one[name].sum("water_year") / 1e8 / years for name in ("year_demand", "year_supplied")
    )
    return [
        f"{name:<16} {float(wanted.sel(claim=name)):8.2f} {float(came.sel(claim=name)):8.2f}"
        for name in one["claim"].values
        if name in SHOWN
    ]


def verdict_rows(step):
    return [
        f"{one.id:<57} {one.required:6.1f} {one.achieved:6.1f}  {one.outcome}"
        for one in hydrosim.check(result_of(step), config_of(step).standards)
        if "/use_" not in one.id and one.achieved is not None
    ]


def short(result):
    """Wanted less supplied water of a year, 10^8 m3."""
    one = result.isel(scenario=0, member=0)
    return float((one["year_demand"] - one["year_supplied"]).sum()) / 1e8


def test_the_first_step_is_the_shipped_start():
    shipped = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")
    assert (FOLDER / "step_1.yaml").read_text(encoding="utf-8") == shipped
    assert {path.name for path in FOLDER.glob("*.yaml")} == {f"step_{n}.yaml" for n in STEPS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", range(1, 7))
def test_users_get_what_the_page_says(step, language):
    assert block(language, f"step_{step}") == rows(result_of(step))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", [4, 5, 6])
def test_verdicts_are_those_of_the_page(step, language):
    assert block(language, f"verdicts of step_{step}") == verdict_rows(step)


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenarios_lack_what_the_page_says(language):
    found = [f"{name:<16} {short(scenario_result(7, name)) / 30:8.2f}" for name in scenarios_of(7)]
    assert block(language, "step_7") == found
    chosen = ("2035-first-P95", "2035-second-P95", "2035-third-P95")
    assert len(scenarios_of(8)) == 18
    assert block(language, "step_8") == [
        f"{name:<16} {short(scenario_result(8, name)):8.2f}" for name in chosen
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_shown_are_those_of_the_files(language):
    text = PAGES[language].read_text(encoding="utf-8")
    sections = re.findall(r"^## (\d)\..*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert [int(number) for number, _ in sections] == list(STEPS)
    for number, section in sections:
        file = (FOLDER / f"step_{number}.yaml").read_text(encoding="utf-8")
        written = {line.strip() for line in file.splitlines()}
        for shown in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL):
            for line in shown.splitlines():
                assert line.strip() in written, (number, line)
        assert f"step_{number}.yaml" in section
