"""The checked build: an index outside ends with array, index and size; what ships stays inside."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from hydrosim.kernels import _checked
from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, open_book
from hydrosim.kernels._jit import hash_sources

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")

FAULTS = {
    "inside": "",
    "above": "read_amount: index 10 is out of bounds for amounts with size 10",
    "below": "read_amount: index -1 is out of bounds for amounts with size 10",
    "written": "write_place: index 4 is out of bounds for places with size 4",
    "unsigned": "read_row: index 6 is out of bounds for rows with size 6",
    "part": "read_part: index 2 is out of bounds for amounts with size 2",
    "part_inside": "",
    "part_begins_outside": "read_part: entries up to 11 are out of bounds for amounts with size 10",
    "lanes_inside": "",
    "lanes": "add_lanes: entries up to 8 are out of bounds for amounts with size 7",
    "no_function": "call_slot: x is not a function",
    "no_slot": "read_slot: slot 512 is out of bounds for a book with 256 slots",
    "table": "read_table: index 5 is out of bounds for axis 1 of Lake.table with size 5",
    "table_row": "read_table: index 2 is out of bounds for axis 0 of Lake.table with size 2",
    "cube": "write_cube: index -1 is out of bounds for axis 2 of Lake.cube with size 4",
    "entries": "read_entries: entries up to 5 are out of bounds for Lake.order with size 4",
    "called_at": "read_twice: index 3 is out of bounds for Lake.line with size 3",
    "called": "read_twice: index 3 is out of bounds for Lake.line with size 3",
    "called_by_kernel": "read_twice: index 4 is out of bounds for Lake.line with size 3",
    "inside_again": "",
}


def run_checked(*arguments: str, checked: str = "1") -> subprocess.CompletedProcess[str]:
    """Run Python in the checked build."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, _checked.SWITCH: checked, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_index_outside_names_array_index_and_size():
    done = run_checked("-m", "tests.kernels.out_of_bounds")
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stdout)
    assert messages.pop("numpy") == "IndexError: index is out of bounds"
    prefix = "OutOfBoundsError: __main__."
    assert messages == {name: f"{prefix}{text}" if text else "" for name, text in FAULTS.items()}
    assert done.stderr == ""


def test_a_fault_survives_the_way_between_processes():
    fault = _checked.OutOfBoundsError("kernel: index 4 is out of bounds for amounts with size 3")
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)


@pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: .ci/checked does it all")
def test_a_shipped_config_and_kernels_stay_inside():
    done = run_checked("-m", "tests.kernels.shipped", "minimal")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("checked build\nminimal: 3652 steps")
    tests = ("test_records.py", "test_vectors.py", "test_year_table.py", "test_runoff.py")
    files = [f"tests/kernels/{name}" for name in tests]
    done = run_checked("-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *files)
    assert done.returncode == 0, done.stdout
    done = run_checked("-m", "tests.kernels.allocation.fuzz", "--steps", "200")
    assert done.returncode == 0, done.stderr
    assert "200 steps" in done.stdout


@pytest.mark.skipif(_checked.CHECKED, reason="this is the ordinary build's")
def test_the_ordinary_build_holds_nothing_of_it():
    @apart
    def copy(address: int, place: int, _unused: int) -> int:
        book = open_book(address)
        floats(book, 1)[place] = floats(book, 2)[place]
        return 0

    copy.address  # noqa: B018
    code = copy._compiled.inspect_llvm()
    assert "hydrosim_note_fault" not in code
    assert "OutOfBounds" not in code


def test_the_checked_build_has_a_cache_of_its_own(tmp_path: Path):
    (tmp_path / "one.py").write_text("x = 1\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from hydrosim.kernels import _jit;"
        "print(_jit.FOLDER_PREFIX, _jit.hash_sources(Path(sys.argv[1])))"
    )
    printed = {
        switch: run_checked("-c", code, str(tmp_path), checked=switch).stdout.split()
        for switch in ("0", "1")
    }
    assert printed["0"][0] == "kernels-"
    assert printed["1"][0] == "checked-"
    assert printed["0"][1] != printed["1"][1]
    assert hash_sources(tmp_path) in (printed["0"][1], printed["1"][1])
