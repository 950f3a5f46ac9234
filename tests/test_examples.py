"""Every example runs, and says what it promises."""

import ast
import json
import os
import runpy

import pytest

from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"


def load(name):
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_run_from_a_script(capsys):
    load("run_from_script")["main"]()
    said = capsys.readouterr().out
    assert "city:" in said
    assert "supplied" in said


def test_compare_policies(capsys):
    load("compare_policies")["main"]()
    said = capsys.readouterr().out
    rows = {line[:16].strip(): line.split() for line in said.splitlines()[1:]}
    standard, hedged = (float(x) for x in rows["lowest storage"][-4:-2])
    assert hedged > standard
    assert float(rows["agriculture"][-2]) < 100.0


def test_plot_from_a_saved_file(tmp_path, capsys):
    load("plot_from_file")["main"](tmp_path)
    assert (tmp_path / "reservoir.png").stat().st_size > 10_000
    assert "drawn" in capsys.readouterr().out


def test_plausibility_stands_beside_published_figures(capsys):
    load("plausibility")["main"]()
    said = capsys.readouterr().out
    rows = [line.split("|")[1:4] for line in said.splitlines() if line.startswith("| ")]
    told = {name.strip(): (value, published) for name, value, published in rows}
    for name in ("wangkuai", "xidayang"):
        assert name in told
    total, published = told["total"]
    assert abs(float(total) / float(published) - 1.0) < 0.1
    domestic, published = told["domestic"]
    assert abs(float(domestic) / float(published) - 1.0) < 0.02


def test_design_floods(capsys):
    load("design_floods")["main"]()
    said = capsys.readouterr().out
    documented = (ROOT / "docs" / "design_floods.md").read_text(encoding="utf-8")
    rows = [line for line in said.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 12
    for row in rows:
        assert row in documented
    assert "same_frequency:wangkuai" in said


def test_ensemble_of_a_lake(capsys):
    load("ensemble_of_a_lake")["main"]()
    said = capsys.readouterr().out
    lowest = [float(line.split()[-4]) for line in said.splitlines() if "lowest storage" in line]
    assert len(lowest) == 2
    assert lowest[0] < lowest[1], "less rain, less water"
    assert "holds in" in said
    assert said.count("the town lacks most in member") == 2


def test_scenarios(capsys):
    load("scenarios")["main"]()
    said = capsys.readouterr().out
    told = {line.split(":")[0]: line.split() for line in said.splitlines() if "shortage" in line}
    assert "2035-more: {" in said
    assert float(told["shortage of 2025-more"][3]) < 0.0
    assert float(told["shortage of 2035-plan"][3]) > 0.0


def test_every_example_is_run_here():
    text = (ROOT / "tests" / "test_examples.py").read_text(encoding="utf-8")
    for path in EXAMPLES.glob("*.py"):
        assert f'"{path.stem}"' in text


# -- the notebook --------------------------------------------------------------------------------

NOTEBOOK = EXAMPLES / "notebook.ipynb"


def cells_of(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_runs_cell_by_cell(monkeypatch):
    """Its code in this process: what the last line of each cell is shows itself."""
    monkeypatch.chdir(EXAMPLES)
    cells = cells_of(json.loads(NOTEBOOK.read_text(encoding="utf-8")))
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
    names, shown = {}, []
    for cell in cells:
        text = "".join(line for line in cell["source"] if not line.startswith("%"))
        *body, last = ast.parse(text).body
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(body, []), "cell", "exec"), names)
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
        else:
            exec(text, names)
    pages = [one._repr_html_() for one in shown if hasattr(type(one), "_repr_html_")]
    own = [page for page in pages if page and 'class="hydrosim"' in page]
    titles = [page.partition("<p><b>")[2].partition("</b>")[0] for page in own]
    assert [title.partition(" ")[0] for title in titles] == [
        "Configuration:", "Model:", "Verdicts", "Comparison"
    ]  # fmt: skip
    shares = shown[-2]
    assert len(shares) == 3
    assert shares.is_monotonic_decreasing
    assert shares.iloc[0] > shares.iloc[-1]


@pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="starts a kernel: long mode")
def test_the_notebook_runs_in_a_kernel():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    resources = {"metadata": {"path": str(EXAMPLES)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    results = [
        output["data"] for cell in cells_of(notebook) for output in cell["outputs"]
        if "data" in output
    ]  # fmt: skip
    assert sum("text/html" in data for data in results) >= 5
    assert any("image/png" in data for data in results)
