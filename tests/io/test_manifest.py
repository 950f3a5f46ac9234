"""Folders of results are proved when they are opened, and written by one command at a time."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hydrosim.errors import DataError
from hydrosim.io.folder import whole_folder
from hydrosim.io.lock import only_writer
from hydrosim.io.manifest import MANIFEST, refuse_damaged


def write(target: Path, text: str = "numbers") -> Path:
    with whole_folder(target) as partial:
        (partial / "results.nc").write_text(text, encoding="utf-8")
        (partial / "plots").mkdir()
        (partial / "plots" / "one.png").write_bytes(b"picture")
    return target / "results.nc"


def test_the_manifest_names_all_but_pictures_as_sha256sum_does(tmp_path):
    file = write(tmp_path / "run")
    digest = hashlib.sha256(b"numbers").hexdigest()
    assert (tmp_path / "run" / MANIFEST).read_text() == f"{digest}  results.nc\n"
    refuse_damaged(file)
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "-c", MANIFEST], cwd=tmp_path / "run", check=True)


def test_one_changed_bit_is_found(tmp_path):
    file = write(tmp_path / "run")
    raw = bytearray(file.read_bytes())
    raw[3] ^= 1
    file.write_bytes(raw)
    with pytest.raises(DataError, match="another content than SHA256SUMS") as refused:
        refuse_damaged(file)
    assert "run again, or restore it" in str(refused.value)


@pytest.mark.parametrize("damaged", [b"", b"\xff\xfe\xfa", b"0123  other.nc\n"])
def test_a_damaged_manifest_proves_nothing(tmp_path, damaged):
    file = write(tmp_path / "run")
    (tmp_path / "run" / MANIFEST).write_bytes(damaged)
    with pytest.raises(DataError, match="another content than SHA256SUMS"):
        refuse_damaged(file)


def test_a_file_without_manifest_is_taken_as_it_is(tmp_path):
    (tmp_path / "results.nc").write_text("x")
    refuse_damaged(tmp_path / "results.nc", tmp_path / "nothing.json")


def test_the_second_writer_is_refused_and_a_dead_one_locks_nothing(tmp_path):
    target = tmp_path / "run"
    with only_writer(target), pytest.raises(DataError, match="another command is writing"):
        write(target)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom hydrosim.io.lock import only_writer\n"
        "with only_writer(Path(sys.argv[1])):\n    print('locked', flush=True)\n"
        "    time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"locked\n"
    with pytest.raises(DataError, match="another command is writing"):
        write(target)
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    write(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]


def test_leftovers_of_killed_runs_are_taken_away(tmp_path):
    target = tmp_path / "run"
    for name in (".run.abcd1234.part", ".other.abcd1234.part", ".run.mine"):
        (tmp_path / name).mkdir()
    write(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".other.abcd1234.part", ".run.mine", "run",
    ]  # fmt: skip


def test_results_set_aside_by_a_killed_run_come_back(tmp_path):
    target = tmp_path / "run"
    write(target, "old")
    aside = tmp_path / ".run.abcd1234.old"
    aside.mkdir()
    target.replace(aside / "run")
    with pytest.raises(RuntimeError), whole_folder(target):
        raise RuntimeError
    assert (target / "results.nc").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_large_file_costs_little(tmp_path):
    file = write(tmp_path / "run", "x" * 20_000_000)
    began = time.perf_counter()
    for _time in range(20):
        refuse_damaged(file)
    assert time.perf_counter() - began < 2.0
