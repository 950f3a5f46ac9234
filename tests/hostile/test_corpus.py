"""Hostile and odd inputs end with a sentence: no hang, no crash, no internal error, no leak.

Each case runs in this process; in the long mode each runs in a process of its own, with its time
and its memory measured.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from hydrosim.cli.main import main
from tests.hostile.corpus import CASES

LONG = os.environ.get("HYDROSIM_LONG") == "1"
SECONDS = 20
MOST_KIB = 1 << 20
LONGEST_OUTPUT = 120_000
SECRETS = ("root:", "daemon", "secret words")


class Hung(BaseException):
    """A case that did not end."""


@pytest.fixture
def bounded():
    def hung(*_unused):
        raise Hung

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(6 * SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def controls(text: str) -> list[str]:
    """Signs that steer a terminal."""
    return [sign for sign in text if (sign < " " and sign not in "\n\t") or "\x7f" <= sign < "\xa0"]


def judge(name: str, code: int, text: str) -> None:
    case = CASES[name]
    assert code in case.exits, text[:2000]
    assert case.says in text, text[:2000]
    assert "internal error" not in text, text[:2000]
    assert "Traceback" not in text, text[:2000]
    assert len(text) <= LONGEST_OUTPUT
    assert not controls(text)
    assert not any(secret in text for secret in SECRETS), text[:2000]


def test_there_are_enough_kinds():
    assert len(CASES) >= 120


@pytest.mark.parametrize("name", list(CASES))
def test_a_hostile_input_ends_with_a_sentence(name, tmp_path, capsys, bounded):
    arguments = CASES[name].build(tmp_path)
    began = time.process_time()
    code = main(arguments)
    assert time.process_time() - began < SECONDS
    streams = capsys.readouterr()
    judge(name, code, streams.out + streams.err)


@pytest.mark.skipif(not LONG, reason="long: a process for each case")
@pytest.mark.parametrize("name", list(CASES) if LONG else ["all"])
def test_a_hostile_input_costs_little(name, tmp_path):
    arguments = CASES[name].build(tmp_path)
    with (tmp_path / "printed").open("wb") as printed:
        child = subprocess.Popen(
            [sys.executable, "-m", "hydrosim", *arguments],
            stdout=printed, stderr=printed, stdin=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS)),
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
    text = (tmp_path / "printed").read_text(encoding="utf-8", errors="replace")
    judge(name, os.waitstatus_to_exitcode(status), text)
    assert usage.ru_utime + usage.ru_stime < SECONDS
    assert usage.ru_maxrss < MOST_KIB
