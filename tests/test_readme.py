"""What README shows is what the program does."""

import re

import hydrosim
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_lines_of_python_run_as_written(monkeypatch):
    import matplotlib

    matplotlib.use("Agg")
    monkeypatch.chdir(ROOT)
    names: dict = {}
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), names)
    assert names["result"]["storage"].sizes["time"] == 3652
    assert "guarantee" in repr(names["verdicts"])
    (line,) = matplotlib.pyplot.gca().lines
    assert line.get_ydata().size == 3652
    matplotlib.pyplot.close("all")


def test_the_tutorial_is_the_shipped_file():
    (shown,) = blocks("yaml")
    assert shown == (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")


def test_public_names_are_those_of_the_readme():
    (code,) = blocks("python")
    used = set(re.findall(r"hydrosim\.(\w+)\(", code))
    assert used == {"load_config", "run", "check"}
    assert used <= set(hydrosim.__all__)
