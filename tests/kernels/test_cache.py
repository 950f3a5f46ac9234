"""The cache of compiled kernels: damaged files are compiled again, places that fail are left.

Small kernels of a file of its own stand in for those of the house; a counter says which were
compiled and which were read.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from numba.core import config

from hydrosim.cli.kernel_cache import cache_lines
from hydrosim.kernels import _cached, _folders, _jit
from hydrosim.kernels._folders import IN_MEMORY, MOVED, REBUILT, cache_troubles, usable_folder
from hydrosim.kernels._numba import event

compiled_only = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
SOURCE = """
from hydrosim.kernels._jit import kernel

@kernel
def twice(value):
    return 2.0 * value
"""
NAME, PREFIX = "kernels-now", "kernels-"


class Compiled(event.Listener):
    """Counts what numba compiles."""

    count = 0

    def on_start(self, event):
        self.count += 1

    def on_end(self, event):
        pass


@pytest.fixture(autouse=True)
def forgotten():
    cache_troubles()
    yield
    cache_troubles()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A file of a kernel, and a folder for what is compiled of it."""
    (tmp_path / "small.py").write_text(SOURCE, encoding="utf-8")
    folder = tmp_path / "cache" / NAME
    folder.mkdir(parents=True)
    monkeypatch.setattr(_jit, "cache_folder", lambda: folder)
    return tmp_path


def call(place):
    """Load the kernel's file anew and call it; return how many functions were compiled."""
    spec = importlib.util.spec_from_file_location("small", place / "small.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    counter = Compiled()
    with event.install_listener("numba:compile", counter):
        assert module.twice(4.0) == 8.0
    return counter.count


def files(place, ending):
    return sorted((place / "cache").rglob(f"*.{ending}"))


def outcomes():
    return [trouble.outcome for trouble in cache_troubles()]


@compiled_only
def test_what_was_compiled_is_read_again(place):
    assert call(place) == 1
    assert call(place) == 0
    assert outcomes() == []


def cut(raw):
    return raw[: len(raw) // 2]


def emptied(raw):
    return b""


def bent(raw):
    return raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 1]) + raw[len(raw) // 2 + 1 :]


def foreign(raw):
    return b"not a kernel"


@compiled_only
@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", [cut, emptied, bent, foreign])
def test_a_damaged_file_is_compiled_again(place, ending, damage):
    call(place)
    (file,) = files(place, ending)
    file.write_bytes(damage(file.read_bytes()))
    assert call(place) == 1
    (line,) = cache_lines()
    assert str(line) == f"compiled kernels: {file} was damaged, and is compiled again"
    assert call(place) == 0
    assert outcomes() == []


@compiled_only
def test_random_damages_never_end_the_process(place):
    call(place)
    rng = np.random.default_rng(5)
    for number in range(20):
        (file,) = files(place, ("nbi", "nbc")[number % 2])
        raw = bytearray(file.read_bytes())
        raw[int(rng.integers(len(raw)))] ^= 1 << int(rng.integers(8))
        file.write_bytes(raw)
        assert call(place) == 1
    assert call(place) == 0


@compiled_only
def test_a_whole_file_that_numba_cannot_read_is_compiled_again(place):
    call(place)
    (file,) = files(place, "nbc")
    content = b"whole, but no kernel"
    file.write_bytes(_cached._sum(content) + content)
    assert call(place) == 1
    assert outcomes() == [REBUILT]
    assert call(place) == 0


@compiled_only
def test_a_folder_in_place_of_a_file_leaves_kernels_in_memory(place):
    call(place)
    (file,) = files(place, "nbc")
    file.unlink()
    file.mkdir()
    assert call(place) == 1
    assert sorted(outcomes()) == [IN_MEMORY, REBUILT]


@compiled_only
def test_a_full_disk_leaves_kernels_in_memory(place, monkeypatch):
    def full(*_unused, **_more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_cached._SummedFile, "_open_for_write", full)
    assert call(place) == 1
    (line,) = cache_lines()
    assert "cannot be written (no space left on device); they are compiled in memory" in str(line)


@compiled_only
def test_kernels_of_another_owner_are_not_run(place, monkeypatch):
    call(place)
    monkeypatch.setattr(_cached, "is_ours", lambda _found: False)
    assert call(place) == 1
    assert outcomes() == [REBUILT]


@compiled_only
@pytest.mark.parametrize("back_s", [3600.0, 40 * 365 * 86400.0])
def test_a_clock_that_goes_back_costs_nothing(place, back_s):
    call(place)
    moment = time.time() - back_s
    for file in (*files(place, "nbi"), *files(place, "nbc"), place / "small.py"):
        os.utime(file, (moment, moment))
    assert call(place) == 0


@compiled_only
def test_without_any_folder_kernels_are_compiled_in_memory(place, monkeypatch):
    monkeypatch.setattr(_jit, "cache_folder", lambda: None)
    assert call(place) == 1
    assert files(place, "nbc") == []


def test_cache_root_honours_the_environment(monkeypatch):
    """NUMBA_CACHE_DIR before XDG_CACHE_HOME before the home folder."""
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert _folders.cache_root() == Path.home() / ".cache" / "hydrosim"
    monkeypatch.setenv("XDG_CACHE_HOME", "there")
    assert _folders.cache_root() == Path("there") / "hydrosim"
    monkeypatch.setenv("NUMBA_CACHE_DIR", "here")
    assert _folders.cache_root() == Path("here") / "hydrosim"


@pytest.fixture
def roots(tmp_path, monkeypatch):
    """The folder that the environment names, and the temporary one beside it."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "named"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


def test_a_file_in_the_way_moves_the_cache(roots):
    (roots / "named").write_text("", encoding="utf-8")
    found = usable_folder(NAME, PREFIX)
    assert found is not None
    assert found.is_relative_to(roots / "temporary")
    (line,) = cache_lines()
    assert str(line) == (
        f"compiled kernels: {roots / 'named' / 'hydrosim'} cannot be used (not a directory); "
        f"they are kept in {found.parent}"
    )
    assert found.parent.stat().st_mode & 0o077 == 0
    assert usable_folder(NAME, PREFIX) == found


def test_a_folder_of_another_owner_moves_the_cache(roots, monkeypatch):
    owned = _folders.is_ours
    named = roots / "named" / "hydrosim" / NAME
    named.mkdir(parents=True)
    inode = named.stat().st_ino
    monkeypatch.setattr(_folders, "is_ours", lambda found: found.st_ino != inode and owned(found))
    found = usable_folder(NAME, PREFIX)
    assert found is not None
    assert found.is_relative_to(roots / "temporary")
    (line,) = cache_lines()
    assert "cannot be used (it belongs to another user)" in str(line)


def test_a_home_that_is_not_there_moves_the_cache(roots, monkeypatch):
    def nowhere():
        raise RuntimeError

    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert usable_folder(NAME, PREFIX) is not None
    (line,) = cache_lines()
    assert "(there is no home folder)" in str(line)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_where_nothing_can_be_written_there_is_no_folder(roots, monkeypatch, number):
    def refused(*_unused, **_more):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_folders.tempfile, "TemporaryFile", refused)
    assert usable_folder(NAME, PREFIX) is None
    assert outcomes() == [IN_MEMORY]


def test_a_temporary_folder_that_others_may_write_is_not_used(roots):
    user = os.geteuid() if hasattr(os, "geteuid") else "user"
    open_to_all = roots / "temporary" / f"hydrosim-{user}"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (roots / "named").write_text("", encoding="utf-8")
    found = usable_folder(NAME, PREFIX)
    assert found is not None
    assert not found.is_relative_to(open_to_all)
    assert outcomes() == [MOVED]


def test_old_folders_go_and_the_last_used_stay(tmp_path):
    """Only folders of this cache are touched; the newest and the current one are kept."""
    for age in range(5):
        folder = tmp_path / f"{PREFIX}{age}"
        folder.mkdir()
        os.utime(folder, (1e9 - age, 1e9 - age))
    (tmp_path / "other").mkdir()
    assert _folders.remove_old_folders(tmp_path, PREFIX, f"{PREFIX}4", keep=2) == 3
    assert {path.name for path in tmp_path.iterdir()} == {f"{PREFIX}0", f"{PREFIX}4", "other"}
    assert _folders.remove_old_folders(tmp_path / "absent", PREFIX) == 0


def test_the_current_folder_stays_though_the_clock_went_back(roots):
    root = roots / "named" / "hydrosim"
    future = time.time() + 1e7
    for number in range(3):
        (root / f"{PREFIX}{number}").mkdir(parents=True)
        os.utime(root / f"{PREFIX}{number}", (future, future))
    found = usable_folder(NAME, PREFIX)
    assert found == root / NAME
    assert found.stat().st_mtime > future
    assert outcomes() == []


@pytest.mark.skipif(os.name == "nt", reason="folders without write permission")
def test_a_program_without_home_and_without_writable_places_says_one_line(tmp_path):
    """In a process of its own: kernels are not needed for `check`, but their folder is."""
    code = (
        "import errno, os, tempfile\n"
        "def refused(*_, **__): raise OSError(errno.EROFS, os.strerror(errno.EROFS))\n"
        "tempfile.TemporaryFile = refused\n"
        "from hydrosim.kernels import _jit\n"
        "print(_jit.cache_folder())\n"
        "from hydrosim.cli.kernel_cache import cache_lines\n"
        "print(*cache_lines(), sep='\\n')\n"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path),
                   "TMPDIR": str(tmp_path)}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    first, *lines = done.stdout.splitlines()
    assert first == "None"
    assert len(lines) == 1
    assert "(read-only file system); they are compiled in memory" in lines[0]
