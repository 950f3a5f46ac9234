"""What a notebook shows of a configuration and of a model, in light and dark."""

import re

from hydrosim import build_model, load_config
from hydrosim.config.load import config_from_text
from tests.conftest import ROOT

CONFIGS = ROOT / "configs"


def cells(page):
    """Return the lines of a table of facts as texts."""
    bare = re.sub(r"</?code>", "", page)
    return dict(re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", bare))


def test_a_configuration_shows_its_size_period_and_ladder():
    shown = cells(load_config(CONFIGS / "minimal.yaml")._repr_html_())
    assert shown == {
        "period": "2001-01-01 to 2010-12-31, 3652 steps of a day",
        "mode": "planning level",
        "nodes": "4: 1 demand, 1 import, 1 outlet, 1 reservoir",
        "links": "3: 2 canal, 1 river",
        "ladder": "dam_safety › domestic › flood_limit › storage › spare: yangtze",
        "rules": "1 rules, 0 series",
        "standards": "1: 1 guarantee",
        "file": "minimal.yaml",
    }


def test_scenarios_and_floods_are_named(monkeypatch):
    county = cells(load_config(CONFIGS / "county_plan.yaml")._repr_html_())
    assert county["mode"] == "planning level, planning year 2024"
    assert county["scenarios"].split("<br>")[-1] == "frequency: 50 %, 75 %, 95 %"
    config = load_config(CONFIGS / "flood_plan.yaml")
    assert cells(config._repr_html_())["floods"] == "1 event, design floods"
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert cells(config._repr_html_())["时段"] == "2001-01-01 至 2006-12-31，按月共 72 步"


def test_titles_are_text():
    text = (CONFIGS / "minimal.yaml").read_text(encoding="utf-8")
    title = "title: '<script>alert(1)</script> & $x$'\n"
    page = config_from_text(re.sub(r"(?m)^title:.*\n", title, text))._repr_html_()
    assert "<b>Configuration: &lt;script&gt;alert(1)&lt;/script&gt; &amp; $x$</b>" in page
    assert "<script" not in page


def test_a_model_shows_what_it_became():
    model = build_model(load_config(CONFIGS / "minimal.yaml"))
    shown = cells(model._repr_html_())
    assert (shown["nodes"], shown["links"], shown["steps"]) == ("4", "3", "3652")
    assert shown["size"].startswith(f"{len(model.rows)} rows, {len(model.columns)} columns, ")
    assert "1 domestic" in shown["claims"]


def test_colours_are_those_of_the_notebook():
    page = load_config(CONFIGS / "minimal.yaml")._repr_html_()
    style = page.partition("<style>")[2].partition("</style>")[0]
    badges = [rule for rule in style.split("}") if "badge" in rule or " b." in rule]
    plain = [rule for rule in style.split("}") if rule not in badges]
    assert not re.search(r"#[0-9a-f]{3}", "".join(plain))
    assert "color:inherit" in style
