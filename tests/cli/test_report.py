"""The command `report`, and `run --report`."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
import xarray as xr

from hydrosim.cli.main import main
from hydrosim.io.folder import result_folder
from hydrosim.io.netcdf import write_dataset
from hydrosim.reading.items import one_run
from hydrosim.scenarios.figures import key_figures
from tests.conftest import ROOT
from tests.handout.conftest import made_up
from tests.handout.reading import Page, numbers_of_document

PAIR = """\
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: month}
ladder: [domestic]
nodes:
  brook: {type: inflow, local_inflow: 1 m3/s}
  town: {type: demand, use: domestic, amount: 0.5 m3/s, guarantee: 95 %}
  sea: {type: outlet}
links: [{from: brook, to: town}, {from: brook, to: sea, type: river}]
standards: {guarantee: {type: guarantee}}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return a folder with a made-up result and its verdicts."""
    folder = tmp_path_factory.mktemp("results")
    made = made_up()
    dataset = made.dataset.assign_attrs(certificate=json.dumps({
        "largest_row_closure": 1e-16, "largest_network_closure": 1e-16}))  # fmt: skip
    write_dataset(dataset, folder / "results.nc")
    verdicts = [one for one in made.verdicts if "\ud800" not in one["subject"]]
    (folder / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
    return folder


def test_report_of_a_folder(results, capsys):
    assert main(["report", str(results), "--format", "xlsx"]) == 0
    assert capsys.readouterr().out.split() == [str(results / "report" / "report.xlsx")]
    assert [file.name for file in (results / "report").iterdir()] == ["report.xlsx"]


@pytest.mark.parametrize(("more", "message"), [
    (["--format", "html,pdf"], "--format takes html, docx or xlsx, not pdf"),
    (["elsewhere", "--out", "x"], "--out takes the report of one result"),
])  # fmt: skip
def test_options_that_are_refused(results, capsys, more, message):
    assert main(["report", str(results), *more]) == 2
    assert message in capsys.readouterr().err


def test_a_comparison_without_its_other_files_is_refused(tmp_path, capsys):
    (tmp_path / "comparison.csv").touch()
    assert main(["report", str(tmp_path)]) == 2
    assert "a comparison without dry_years.csv" in capsys.readouterr().err


def test_report_of_scenarios_and_of_their_comparison(results, tmp_path, capsys):
    folder = tmp_path / "plan"
    for name in ("now", "later"):
        shutil.copytree(results, folder / name, ignore=shutil.ignore_patterns("report"))
    listed = {
        name: {"coordinates": {"year": name}, "config_hash": "0"} for name in ("now", "later")
    }
    (folder / "scenarios.json").write_text(json.dumps(listed))
    assert main(["report", str(folder), "--format", "html", "--lang", "en"]) == 0
    page = Page((folder / "report" / "report.html").read_text(encoding="utf-8"))
    verdicts = json.loads((results / "verdicts.json").read_text(encoding="utf-8"))
    passed = str(sum(one["pass"] is True for one in verdicts))
    assert [[cell[0] for cell in row][:2] for _key, row in page.tables["counts"][1:]] == [
        ["now", passed], ["later", passed]
    ]  # fmt: skip
    with xr.open_dataset(results / "results.nc") as dataset:
        wanted = float(key_figures(one_run(dataset))["shortage"].mean()) * 1e-4
    assert {float(row[1][1]) for _key, row in page.tables["volumes"][1:]} == {wanted}
    out = tmp_path / "compared"
    pair = [str(folder / "now"), str(folder / "later")]
    command = ["compare", *pair, "--out", str(out), "--no-plots", "--lang", "en"]
    assert main(command) == 0
    assert main(["report", str(out), "--format", "docx"]) == 0
    numbers = numbers_of_document((out / "report" / "report.docx").read_bytes())["differences"]
    frame = pd.read_csv(out / "comparison.csv", dtype=str)
    assert [row[3] for row in numbers] == list(map(float, frame["reference"]))
    capsys.readouterr()


def test_run_with_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hydrosim.handout.run.PICTURES", ("network",))  # others cost seconds
    (tmp_path / "pair.yaml").write_text(PAIR)
    assert main(["run", "pair.yaml", "--no-plots", "--report"]) == 0
    folder = tmp_path / "results" / "pair"
    lines = capsys.readouterr().out.split("\n")
    assert [line.rsplit("/", 1)[-1] for line in lines if "report." in line] == [
        "report.html", "report.docx", "report.xlsx",
    ]  # fmt: skip
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    page = dict(Page((folder / "report" / "report.html").read_text()).tables["verdicts_exact"][1:])
    document = numbers_of_document((folder / "report" / "report.docx").read_bytes())
    for at, verdict in enumerate(verdicts):
        assert page[verdict["id"]][2][1] == repr(verdict["achieved"])
        assert document["verdicts_exact"][at][2] == verdict["achieved"]
    assert "report" not in (folder / "SHA256SUMS").read_text()
    assert result_folder(folder) == folder.resolve()  # a run may replace it


def test_report_of_floods(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "flood"
    assert main(["init", str(tmp_path / "dam"), "--template", "flood"]) == 0
    assert (
        main(["flood", str(tmp_path / "dam" / "dam.yaml"), "--out", str(folder), "--no-plots"]) == 0
    )
    monkeypatch.setattr("hydrosim.handout.flood.PICTURES", {"flood.nc": ("flood_network",)})
    assert main(["report", str(folder)]) == 0
    assert "report.docx" in capsys.readouterr().out
    page = Page((folder / "report" / "report.html").read_text(encoding="utf-8"))
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    exact = dict(page.tables["verdicts_exact"][1:])
    assert {one["id"]: repr(one["achieved"]) for one in verdicts if one["achieved"]} == {
        key: row[2][1] for key, row in exact.items() if row[2][1]
    }
    stores = pd.read_csv(folder / "flood_stores.csv")
    ((_key, cells),) = page.tables["flood_stores"][1:]
    assert float(cells[4][1]) == stores["peak_level"][0]
    cut = 1.0 - stores["peak_outflow"][0] / stores["peak_inflow"][0]
    assert float(cells[-1][1]) == cut
    assert cells[-1][0] == f"{100 * cut:.1f}"


def test_readme_names_the_command():
    assert "hydrosim report RESULTS" in (ROOT / "README.md").read_text(encoding="utf-8")
