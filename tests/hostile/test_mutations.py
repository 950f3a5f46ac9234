"""Mutated configs end with exit 0, 2 or 3: no trace of the program, no hang, a file and a line.

Mutations are drawn from their numbers, so that each can be tried again alone. Some run here; five
thousand in the long mode (``HYDROSIM_MUTATIONS`` gives another number of them).
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import shutil
import signal
import time
from collections import Counter
from contextlib import chdir, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from hydrosim.cli.main import main
from tests.conftest import ROOT
from tests.hostile.mutations import encoded, mutate, mutate_table
from tests.hostile.test_corpus import SECONDS, Hung, controls

LONG = os.environ.get("HYDROSIM_LONG") == "1"
NUMBER = int(os.environ.get("HYDROSIM_MUTATIONS", "5000" if LONG else "40"))
FIRST = int(os.environ.get("HYDROSIM_FIRST_MUTATION", "0"))
MOST_KIB = 1 << 20
MOST_GROWTH_KIB = MOST_KIB // 2
FINE = (0, 2, 3)
PLACE = re.compile(r"[\w./-]+\.(yaml|csv|csv\.gz)(:\d+)?")


class Subject(NamedTuple):
    """A config that is mutated, its period cut short, and what can be done with it."""

    path: Path
    shorter: dict[str, str]
    commands: tuple[str, ...]
    weight: int


SUBJECTS = (
    Subject(ROOT / "configs/minimal.yaml", {"end: 2010-12-31": "end: 2001-09-30"},
            ("check", "run", "run", "compare"), 4),
    Subject(ROOT / "configs/month_lake.yaml", {},
            ("check", "run", "ensemble", "outlook", "compare"), 5),
    Subject(ROOT / "configs/pentad_transfer.yaml", {}, ("check", "run", "run", "compare"), 4),
    Subject(ROOT / "configs/dekad_irrigation.yaml", {}, ("check", "run", "run", "compare"), 4),
    Subject(ROOT / "tests/models/coast.yaml", {}, ("check", "run", "run"), 4),
    Subject(ROOT / "tests/hostile/basin.yaml", {}, ("check", "run", "flood", "flood"), 4),
    Subject(ROOT / "configs/daqing_city.yaml",
            {"end: 2018-12-31": "end: 1980-02-29", "years: 5": "years: 1"},
            ("check", "check", "check", "run", "flood"), 3),
    Subject(ROOT / "configs/daqing_scenarios.yaml", {}, ("check",), 1),
    Subject(ROOT / "configs/flood_plan.yaml", {}, ("check", "run", "flood", "flood"), 3),
    Subject(ROOT / "configs/county_plan.yaml",
            {"start: 1980-01-01, end: 2018-12-31": "start: 1980-01-01, end: 1983-12-31"},
            ("check", "check", "scenario"), 2),
)  # fmt: skip
"""Every shipped config, and two of the tests that have what no shipped one has."""


def shortened(subject):
    text = subject.path.read_text(encoding="utf-8")
    for before, after in subject.shorter.items():
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """Folder of each subject: the config, its data as links, a result and a state of it."""
    folders = {}
    for subject in SUBJECTS:
        folder = tmp_path_factory.mktemp(subject.path.stem)
        (folder / "data").mkdir()
        for file in (ROOT / "configs/data").iterdir():
            (folder / "data" / file.name).symlink_to(file)
        if subject.path.stem == "daqing_scenarios":
            (folder / "daqing_city.yaml").symlink_to(subject.path.parent / "daqing_city.yaml")
        (folder / "whole.yaml").write_text(shortened(subject), encoding="utf-8")
        if {"compare", "outlook"} & set(subject.commands):
            made = [str(folder / "whole.yaml"), "--no-plots", "--out", str(folder / "base"),
                    "--save-state", str(folder / "state.npz")]  # fmt: skip
            assert main(["run", *made]) == 0
        if subject.path.stem == "basin":
            # The kernels of floods are compiled here: no mutation has to wait for them.
            with chdir(folder):
                assert main(["flood", "whole.yaml", "--no-plots", "--out", "base"]) == 0
        folders[subject.path.stem] = folder
    return folders


def written(subject, folder, rng):
    """Write a mutated config, or a mutated table of it, into its folder; return what was done."""
    text, tables = shortened(subject), sorted((folder / "data").glob("*.csv*"))
    used = [file for file in tables if f"data/{file.name}" in text]
    if used and rng.random() < 0.25:
        table = rng.choice(used)
        raw = (ROOT / "configs/data" / table.name).read_bytes()
        packed = table.suffix == ".gz"
        wrong, what = mutate_table((gzip.decompress(raw) if packed else raw).decode(), rng)
        content, form = encoded(wrong, rng)
        if packed and rng.random() < 0.9:
            content = gzip.compress(content, 1)
        name = f"mutant_{table.name}"
        (folder / "data" / name).write_bytes(content)
        text, what = text.replace(f"data/{table.name}", f"data/{name}"), f"{name} {what} {form}"
        (folder / "mutant.yaml").write_text(text, encoding="utf-8")
        return what
    text, what = mutate(text, rng)
    content, form = encoded(text, rng)
    (folder / "mutant.yaml").write_bytes(content)
    return f"{what} {form}"


def calls(command, rng):
    """Return the arguments of the commands of a mutation; they run in its folder."""
    config, quiet = "mutant.yaml", ["--no-plots", "--replace"]
    if command == "check":
        return [["check", config]]
    if command == "scenario":
        return [["run", config, "--scenario", "year=2024,balance=third", *quiet, "--out", "one"]]
    if command == "compare":
        run = ["run", config, *quiet, "--out", "one"]
        return [run, ["compare", "base", "one", "--other-water", "--no-plots"]]
    if command == "ensemble":
        return [["ensemble", config, "--members", "2", "--threads", "1", "--replace",
                 "--out", "many"]]  # fmt: skip
    if command == "outlook":
        return [["outlook", config, "--from-state", "state.npz", "--months", "2", "--members", "3",
                 "--threads", "1", *quiet, "--out", "ahead"]]  # fmt: skip
    return [[command, config, *quiet, "--out", command]]


@contextmanager
def ended_after(seconds):
    """End the body where it computes longer; what a busy machine makes it wait does not count."""

    def hung(*_unused):
        raise Hung

    before = signal.signal(signal.SIGPROF, hung)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Seen:
    """How the commands ended: exit codes, and the slowest."""

    def __init__(self):
        self.codes = Counter()
        self.slowest = (0.0, "")

    def __str__(self):
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        return f"{dict(sorted(self.codes.items()))}, slowest {self.slowest}, {mib} MiB"


def attempt(number, folders, capsys, seen):
    """Run one mutation; return what is wrong with how it ended, or None."""
    rng = Random(number)
    subject = rng.choices(SUBJECTS, [one.weight for one in SUBJECTS])[0]
    folder = folders[subject.path.stem]
    command = rng.choice(subject.commands)
    what = written(subject, folder, rng)
    head = f"{number}: {subject.path.name} {command}: {what}"
    for arguments in calls(command, rng):
        began = time.process_time()
        with chdir(folder), ended_after(3 * SECONDS):
            try:
                code = main(arguments)
            except SystemExit as ended:
                code = ended.code
            except Hung:
                capsys.readouterr()
                return f"{head}: hung"
        seconds = time.process_time() - began
        seen.codes[code] += 1
        seen.slowest = max(seen.slowest, (round(seconds, 1), head))
        streams = capsys.readouterr()
        text = streams.out + streams.err
        fault = judged(code, text, seconds)
        if fault is not None:
            return f"{head}: {fault}"
        if code == 2:
            break
    return None


def judged(code, text, seconds):
    """Return what is wrong with an end."""
    if code not in FINE:
        return f"exit {code}: {text[-600:]}"
    if "Traceback" in text or "internal error" in text:
        return f"internal: {text[-600:]}"
    if seconds > SECONDS:
        return f"{seconds:.0f} s"
    if code == 2 and PLACE.search(text) is None:
        return f"no place: {text[-600:]}"
    if controls(text):
        return f"control characters: {controls(text)!r}"
    return None


def test_mutations_end_with_a_sentence(bases, capsys):
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong, seen = [], Seen()
    log = os.environ.get("HYDROSIM_MUTATION_LOG")
    for number in range(FIRST, FIRST + NUMBER):
        fault = attempt(number, bases, capsys, seen)
        if fault is not None:
            wrong.append(fault)
            if log is not None:
                with Path(log).open("a", encoding="utf-8", errors="replace") as stream:
                    stream.write(f"{fault}\n\n")
        if log is not None:
            Path(f"{log}.number").write_text(f"{number} {seen}\n", encoding="utf-8")
        for folder in bases.values():
            for name in ("one", "many", "ahead", "run", "flood"):
                shutil.rmtree(folder / name, ignore_errors=True)
    assert not wrong, "\n\n".join(wrong[:20])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < MOST_GROWTH_KIB
