"""Progress: a bar with the time left on a terminal, nothing in a pipe or with --quiet."""

import io
import re
import sys
import threading

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.console import Console
from hydrosim.cli.main import main
from tests.conftest import ROOT

MINIMAL = ROOT / "configs" / "minimal.yaml"
STEERS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SLOW = ("run", "flood", "tradeoff", "ensemble", "outlook", "report", "compare")


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch) -> Terminal:
    """Put a terminal in the place of the output; in a fixture pytest would set its own after it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    return made


def shown(terminal):
    return STEERS.sub("", terminal.getvalue())


@pytest.mark.parametrize("thread", [True, False])
def test_a_terminal_shows_share_and_time_left(monkeypatch, thread):
    terminal = on_terminal(monkeypatch)
    console = Console()
    with console.share_of("members", thread=thread) as advance:
        assert advance is not None
        advance(0.5)
        advance(1.0)
    text = shown(terminal)
    assert "members" in text
    assert "100%" in text
    assert "left" in text


def test_a_bar_without_thread_leaves_none_behind(monkeypatch):
    on_terminal(monkeypatch)
    before = threading.active_count()
    with Console().share_of("report", thread=False):
        assert threading.active_count() == before


@pytest.mark.parametrize("piped", [True, False])
def test_a_pipe_and_a_quiet_command_show_nothing(monkeypatch, piped):
    terminal = on_terminal(monkeypatch)
    if piped:
        monkeypatch.setattr(sys, "stdout", io.StringIO())
    console = Console()
    console.quiet = not piped
    with console.share_of("members") as advance:
        assert advance is None
    with console.progress("members", 1.0, signs=10 * (not piped)) as update:
        assert update is None
    assert terminal.getvalue() == ""


def test_commands_that_take_long_can_be_quiet():
    assert {name for name, one in COMMANDS.items() if "--quiet" in one.options.split()} == {*SLOW}


def test_a_run_and_a_comparison_show_bars_or_none(monkeypatch, tmp_path):
    terminal = on_terminal(monkeypatch)
    text = MINIMAL.read_text(encoding="utf-8").replace("2010-12-31", "2003-12-31")
    (tmp_path / "town.yaml").write_text(text, encoding="utf-8")
    out = str(tmp_path / "town")
    assert main(["run", str(tmp_path / "town.yaml"), "--no-plots", "--out", out]) == 0
    assert "simulating 2001-2003" in shown(terminal)
    assert "Delivered by source" in shown(terminal)
    assert main(["compare", out, out]) == 0
    assert "comparing" in shown(terminal)
    before = shown(terminal).count("comparing")
    assert main(["compare", out, out, "--quiet"]) == 0
    assert shown(terminal).count("comparing") == before
