"""Verdicts on low flows: duration flow, nQT, driest month, base-flow index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.hydrology import base_flow_index, low_flow_frequency
from hydrosim.report.low_flow import low_flow_table, low_flow_tables
from hydrosim.standards.low_flow import LowFlow
from tests.standards.factory import make_dataset, only

TWELVE = ("2000-06-01", "2012-06-01")
LOWS = [1.0, 0.8, 1.2, 0.5, 2.0, 0.9, 1.1, 0.7, 1.5, 0.6, 1.3, 0.4]


def twelve_years(lows: Any = LOWS, high: float = 10.0) -> np.ndarray:
    """Return a flow whose lowest ten days of each water year, from 1 February, are given."""
    days = np.arange(*TWELVE, dtype="datetime64[D]")
    flow = np.full(days.size, high)
    for k, low in enumerate(lows):
        first = np.datetime64(f"{2001 + k}-02-01")
        flow[(days >= first) & (days < first + 10)] = low
    return flow


def river(flow: Any, start: str = TWELVE[0], end: str = TWELVE[1], **more: Any) -> Any:
    step = more.pop("step", "D")
    attrs = more.pop("attrs", {})
    reach = {"name": "bed", "river": "sha", "discharge": flow, **more}
    return make_dataset(start, end, step=step, items={"reach": [reach]}, **attrs)


def test_7q10_of_twelve_years() -> None:
    standard = LowFlow(low_flow="0.4 m3/s")
    verdict = only(standard.check(river(twelve_years())), "bed", "low flow 7Q10")
    expected = low_flow_frequency(LOWS).quantile(10)
    assert verdict.achieved == pytest.approx(expected)
    assert verdict.outcome == "pass"
    assert verdict.margin == pytest.approx(expected - 0.4)
    assert verdict.unit == "m3/s"
    assert verdict.river == "sha"
    assert verdict.details == (
        "12 climatic years from 06-01, the lowest with 0.4 m3/s from 2012-02-01 on. By plotting "
        "positions 0.43 m3/s."
    )
    by_plotting = LowFlow(low_flow="0.45 m3/s", frequency="empirical").check(river(twelve_years()))
    # The lowest of twelve has 1 / 13, the next 2 / 13: 1 / 10 lies 0.3 of the way.
    assert by_plotting[0].achieved == pytest.approx(0.43)
    assert by_plotting[0].outcome == "fail"


def test_dry_years_count_by_conditional_probability() -> None:
    lows = [0.0, 1e-5, *LOWS[2:]]
    verdict = LowFlow(low_flow="0.1 m3/s", return_period=5).check(river(twelve_years(lows)))[0]
    assert verdict.quantity == "low flow 7Q5"
    assert verdict.achieved == pytest.approx(low_flow_frequency([0, 0, *LOWS[2:]]).quantile(5))
    assert "2 of 12 years fall dry" in verdict.details
    ten = LowFlow(low_flow="0.1 m3/s", return_period=6).check(river(twelve_years(lows)))[0]
    assert ten.achieved == 0.0
    assert ten.outcome == "fail"


def test_a_year_is_begun_where_the_config_says() -> None:
    flow = twelve_years()
    cut = LowFlow(low_flow="0.1 m3/s", year_start="02-05").check(river(flow))[0]
    # The eleven years from 5 February to 4 February hold the end of one drought and the begin
    # of the next, which touch their edges: six days and four.
    assert "11 climatic years from 02-05" in cut.details
    assert "11 of 11 minima touch an end of their climatic year" in cut.details


def test_duration_flow_by_hand() -> None:
    flow = np.concatenate([np.full(365 - 40, 5.0), np.full(40, 1.0)])
    dataset = river(flow, "2001-06-01", "2002-06-01")
    verdict = LowFlow(duration_flow="1 m3/s").check(dataset)[0]
    assert (verdict.quantity, verdict.achieved, verdict.outcome) == ("duration flow Q90", 1, "pass")
    q85 = LowFlow(duration_flow="1 m3/s", exceedance=0.85).check(dataset)[0]
    assert (q85.quantity, q85.achieved) == ("duration flow Q85", 5.0)
    assert q85.details == "Mean flow 4.562 m3/s in 1 complete water years."


def test_incomplete_water_years_are_left_out() -> None:
    flow = np.concatenate([np.zeros(100), np.full(365, 2.0), np.zeros(99)])
    dataset = river(flow, "2001-02-21", "2002-09-08")
    dataset = dataset.sel(time=slice("2001-02-21", "2002-09-07"))
    verdict = LowFlow(duration_flow="1 m3/s", exceedance=0.99).check(dataset)[0]
    assert verdict.achieved == 2.0
    short = river(np.ones(300), "2001-07-01", "2002-04-27")
    verdict = LowFlow(duration_flow="1 m3/s").check(short)[0]
    assert verdict.outcome == "not judged"
    assert "no water year was run whole" in verdict.reason


def test_long_steps_tell_a_duration_flow_and_no_days() -> None:
    months = np.arange(*TWELVE, dtype="datetime64[M]").size
    flow = np.tile([4.0, 9, 8, 5, 3, 2.5, 2, 1.5, 1, 1.2, 1.6, 2.2], 12)[:months]
    dataset = river(flow, "2000-06", "2012-06", step="M")
    standard = LowFlow(
        duration_flow="1 m3/s", low_flow="1 m3/s", driest_month="0.9 m3/s", base_flow_index=0.5
    )
    verdicts = standard.check(dataset)
    duration = only(verdicts, "bed", "duration flow Q90")
    assert duration.outcome == "pass"
    assert "means of steps longer than a day" in duration.details
    driest = only(verdicts, "bed", "driest month of 10 years")
    assert (driest.achieved, driest.outcome) == (pytest.approx(1.0), "pass")
    for name in ("low flow 7Q10", "base-flow index"):
        verdict = only(verdicts, "bed", name)
        assert verdict.outcome == "not judged"
        assert "steps are longer than a day, so that flows of days are unknown" in verdict.reason


def test_hours_are_taken_together_to_days() -> None:
    days = twelve_years()[: 365 * 11 + 2]
    wave = np.tile(1 + 0.5 * np.sin(2 * np.pi * (np.arange(24) + 0.5) / 24), days.size)
    flow = np.repeat(days, 24) * wave
    dataset = river(flow, "2000-06-01T00", "2011-06-01T00", step="h")
    verdicts = LowFlow(low_flow="0.1 m3/s", base_flow_index=0.2).check(dataset)
    expected = low_flow_frequency(LOWS[:11]).quantile(10)
    assert only(verdicts, "bed", "low flow 7Q10").achieved == pytest.approx(expected)
    assert only(verdicts, "bed", "base-flow index").achieved == pytest.approx(base_flow_index(days))


def test_the_driest_month_of_ten_years() -> None:
    # Ten days of the low in February, the rest at 10: of 28 days or 29.
    verdict = LowFlow(driest_month="6 m3/s").check(river(twelve_years()))[0]
    lengths = [28, 28, 28, 29, 28, 28, 28, 29, 28, 28, 28, 29]
    means = [(10 * low + (n - 10) * 10) / n for low, n in zip(LOWS, lengths, strict=True)]
    assert verdict.achieved == pytest.approx(low_flow_frequency(means).quantile(10))


@pytest.mark.parametrize("method", ["smoothed_minima", "lyne_hollick", "eckhardt"])
def test_the_base_flow_index(method: str) -> None:
    dataset = river(twelve_years())
    verdict = LowFlow(base_flow_index=0.5, separation=method).check(dataset)[0]
    assert verdict.unit == ""
    assert 0.5 < verdict.achieved < 1.0
    assert verdict.outcome == "pass"
    dry = LowFlow(base_flow_index=0.5, separation=method).check(river(0.0))[0]
    assert dry.outcome == "not judged"
    assert "no flow on any day" in dry.reason


def test_stores_are_judged_by_what_leaves_them() -> None:
    dam = {"name": "dam", "river": "sha", "release": twelve_years(), "spill": 1.0}
    dataset = make_dataset(*TWELVE, items={"store": [dam]})
    verdict = LowFlow(nodes=("dam",), low_flow="1 m3/s").check(dataset)[0]
    expected = low_flow_frequency(np.add(LOWS, 1)).quantile(10)
    assert verdict.achieved == pytest.approx(expected)
    (natural,) = LowFlow(nodes=("dam",), flow="natural", low_flow="1 m3/s").check(dataset)
    assert natural.outcome == "not judged"


def test_too_few_years_prove_nothing() -> None:
    flow = twelve_years()[: 365 * 9 + 2]
    dataset = river(flow, "2000-06-01", "2009-06-01")
    verdict = LowFlow(low_flow="0.1 m3/s").check(dataset)[0]
    assert verdict.outcome == "not provable"
    assert verdict.required == 0.1
    assert "9 complete climatic years from 06-01; a frequency asks for 10" in verdict.reason
    fifty = LowFlow(low_flow="0.1 m3/s", return_period=50, frequency="empirical")
    verdict = fifty.check(river(twelve_years()))[0]
    assert verdict.outcome == "not provable"
    assert "1.08333 to 13 years, which 12 minima tell" in verdict.reason
    rare = LowFlow(duration_flow="0.1 m3/s", exceedance=0.9999).check(river(twelve_years()))[0]
    assert rare.outcome == "not provable"


def test_a_trajectory_has_no_frequency_but_its_nature_has() -> None:
    attrs = {"mode": "trajectory"}
    dataset = river(twelve_years(), natural_discharge=twelve_years(), attrs=attrs)
    both = LowFlow(low_flow="0.1 m3/s", duration_flow="0.1 m3/s").check(dataset)
    assert only(both, "bed", "low flow 7Q10").outcome == "not judged"
    assert only(both, "bed", "duration flow Q90").outcome == "pass"
    (natural,) = LowFlow(flow="natural", low_flow="0.1 m3/s").check(dataset)
    assert natural.outcome == "pass"


def test_a_flow_that_is_no_number_is_not_judged() -> None:
    flow = twelve_years()
    flow[100] = np.nan
    for verdict in LowFlow(low_flow="0.1 m3/s", base_flow_index=0.1).check(river(flow)):
        assert verdict.outcome == "not judged"
        assert "the flow is not a number from 2000-09-09 on" in verdict.reason


def test_a_result_without_rivers() -> None:
    (verdict,) = LowFlow(low_flow="1 m3/s").check(make_dataset(*TWELVE))
    assert verdict.subject == "all rivers"
    assert "the flow of no node was recorded" in verdict.reason


TOWN = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: day}
ladder: [domestic]
nodes:
  spring: {type: inflow, local_inflow: 1 m3/s}
  bed: {type: reach}
  sea: {type: outlet}
links: [{from: spring, to: bed, type: river}, {from: bed, to: sea, type: river}]
standards:
  lows: {type: low_flow, STANDARD}
"""


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("nodes: [bde], low_flow: 1 m3/s", "nearest   'bed'"),
        ("nodes: [bed]", "at least one of duration_flow, low_flow, driest_month or base_flow"),
        ("duration_flow: 1 m3/s, days: 30", "days without low_flow"),
        ("low_flow: 1 m3/s, exceedance: 95 %", "exceedance without duration_flow"),
        ("base_flow_index: 40 %, return_period: 5", "return_period without low_flow or driest"),
        ("low_flow: 1 m3/s, separation: eckhardt", "separation without base_flow_index"),
        ("low_flow: 1 m3/s, days: 366", "366"),
        ("low_flow: 1", "m3/s"),
    ],
)
def test_keys_that_are_wrong_or_without_effect(keys: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config_from_text(TOWN.replace("STANDARD", keys), "town.yaml")
    assert words in str(caught.value)


def test_the_table_of_low_flows() -> None:
    dataset = river(twelve_years(), natural_discharge=2.0)
    table, reasons = low_flow_table(dataset)
    assert reasons == {}
    assert list(table.index) == [("bed", "discharge"), ("bed", "natural")]
    assert table.loc[("bed", "natural")].tolist() == pytest.approx([2.0] * 7 + [1.0])
    assert table.loc[("bed", "discharge"), "7Q10"] == pytest.approx(
        low_flow_frequency(LOWS).quantile(10)
    )
    short, reasons = low_flow_table(river(np.ones(365), "2001-06-01", "2002-06-01"))
    assert short["Q95"].tolist() == [1.0]
    assert short["7Q10"].isna().all()
    ((reason, columns),) = reasons.items()
    assert "1 complete climatic years" in reason
    assert columns == ["7Q2", "7Q10", "driest_month_10"]
    assert len(low_flow_tables(dataset, language="zh")) == 2
