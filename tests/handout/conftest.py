"""Reports that the tests share: of a made-up result, in both languages, without pictures."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from hydrosim.handout.drawn import draw_pictures
from hydrosim.handout.html import html_of
from hydrosim.handout.model import Report
from hydrosim.handout.run import RunResult, run_report
from hydrosim.handout.word import word_of
from hydrosim.handout.workbook import workbook_of
from hydrosim.reading.items import one_run
from tests.plot import factory

HOSTILE = (
    "<b>bold</b><script>alert(1)</script>", "$\\frac{1}{2}$ [red]markup[/]", "=HYPERLINK(\"x\")",
    "\x1b[31mred \x00nul", "half \ud800 sign", "a \"quoted\" id=\"x\" & co", "{{ 7 * 7 }} {% if %}",
)  # fmt: skip
"""Titles that are text wherever they stand."""
PROOF = {
    "largest_row_closure": 1.2345678901234567e-16,
    "largest_row_closure_at": ["1981-05-01", "city"],
    "largest_network_closure": 7.1e-17,
    "largest_network_closure_at": "1981-06-01",
    "config_hash": "0" * 64,
}


class Written(NamedTuple):
    """A report, and its three files."""

    report: Report
    verdicts: list[dict[str, Any]]
    html: str
    docx: bytes
    xlsx: bytes


def made_up() -> RunResult:
    """Return three years of months with hostile titles, and verdicts with all digits."""
    dataset = factory.city(years=3, step="month")
    network = json.loads(dataset.attrs["network"])
    drawn = [title for title in HOSTILE if title.isascii()]  # no file of results holds the half
    for node, title in zip(network["nodes"], drawn, strict=False):
        node["title"] = node["title_zh"] = title
    dataset.attrs["network"] = json.dumps(network)
    dataset.attrs["certificate"] = json.dumps(PROOF)
    dataset.attrs["water_records"] = json.dumps({"=rain": "abc"})
    short = dataset["demand"] - dataset["supplied"] > 1e-9
    said = f"{HOSTILE[0]}: at capacity"
    reason = short.astype(float).assign_attrs(table=json.dumps({"0": "", "1": {"en": said}}))
    dataset["reason"] = reason
    verdicts = factory.judged(len(HOSTILE) + 9)
    for place, verdict in enumerate(verdicts):
        verdict["standard"] = "guarantee"
        for key in ("required", "achieved", "margin"):
            if verdict[key] is not None:
                verdict[key] = verdict[key] / 3.0 + 1e-7 * place
    for verdict, title in zip(verdicts, HOSTILE, strict=False):
        verdict["subject"] = verdict["subject_zh"] = title
    return RunResult(dataset, verdicts, {"results.nc": "f" * 64})


def written(language: str) -> Written:
    """Return a report with one picture, and its files."""
    result = made_up()
    pictures, _notes = draw_pictures(
        one_run(result.dataset), ["supply"], language, ("html", "docx")
    )
    report = run_report(result, pictures, language)
    return Written(
        report, list(result.verdicts), html_of(report).decode(), word_of(report),
        workbook_of(report),
    )  # fmt: skip


@pytest.fixture(scope="session")
def english() -> Written:
    """Return the report in English."""
    return written("en")


@pytest.fixture(scope="session")
def chinese(chinese_font_of_session: None) -> Written:
    """Return the report in Chinese."""
    return written("zh")


@pytest.fixture(scope="session")
def chinese_font_of_session() -> None:
    """Skip what is drawn in Chinese where no font has its characters."""
    from hydrosim.errors import DataError
    from hydrosim.plot import fonts

    try:
        fonts.chinese_font()
    except DataError:
        pytest.skip("no font with Chinese characters is installed, such as fonts-wqy-microhei")
