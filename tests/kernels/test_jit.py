"""The cache of compiled kernels: keyed on all sources, old folders removed, told to the caller."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from numba.core import config

from hydrosim.kernels import _jit


def test_hash_follows_every_source(tmp_path: Path) -> None:
    """A changed byte, a new file and a renamed file each give another folder."""
    (tmp_path / "deep").mkdir()
    helper = tmp_path / "deep" / "helper.py"
    helper.write_text("x = 1\n", encoding="utf-8")
    first = _jit.hash_sources(tmp_path)
    assert first == _jit.hash_sources(tmp_path)
    helper.write_text("x = 2\n", encoding="utf-8")
    second = _jit.hash_sources(tmp_path)
    helper.rename(tmp_path / "helper.py")
    third = _jit.hash_sources(tmp_path)
    (tmp_path / "more.py").write_text("", encoding="utf-8")
    fourth = _jit.hash_sources(tmp_path)
    assert len({first, second, third, fourth}) == 4


def test_cache_root_honours_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """NUMBA_CACHE_DIR before XDG_CACHE_HOME before the home folder."""
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert _jit.find_cache_root() == Path.home() / ".cache" / "hydrosim"
    monkeypatch.setenv("XDG_CACHE_HOME", "there")
    assert _jit.find_cache_root() == Path("there") / "hydrosim"
    monkeypatch.setenv("NUMBA_CACHE_DIR", "here")
    assert _jit.find_cache_root() == Path("here") / "hydrosim"


def test_old_folders_go_and_the_last_used_stay(tmp_path: Path) -> None:
    """Only folders of this cache are touched; the newest are kept."""
    for age in range(5):
        folder = tmp_path / f"{_jit.FOLDER_PREFIX}{age}"
        folder.mkdir()
        os.utime(folder, (1e9 - age, 1e9 - age))
    (tmp_path / "other").mkdir()
    assert _jit.remove_old_folders(tmp_path, keep=2) == 3
    kept = {f"{_jit.FOLDER_PREFIX}{age}" for age in range(2)}
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "other"}
    assert _jit.remove_old_folders(tmp_path / "absent") == 0


def test_is_compiled_looks_for_machine_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An absent or empty folder means that the next call compiles."""
    folder = tmp_path / "kernels-x"
    monkeypatch.setattr(_jit, "cache_folder", lambda: folder)
    assert not _jit.is_compiled()
    (folder / "deep").mkdir(parents=True)
    assert not _jit.is_compiled()
    (folder / "deep" / "step.nbc").write_bytes(b"code")
    assert _jit.is_compiled()


def test_decorators_compute() -> None:
    """The decorated functions give what their Python sources give."""

    @_jit.hot
    def double(value: float) -> float:
        return 2.0 * value

    @_jit.kernel
    def total(count: int) -> float:
        result = 0.0
        for i in range(count):
            result += double(i)
        return result

    assert total(5) == 20.0


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
def test_no_thread_sees_the_folder_of_numba_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba's folder is one setting for all threads; half-way it would be the working directory."""
    seen: list[str] = []

    def njit(**_: object) -> Callable[[object], SimpleNamespace]:
        def decorate(_: object) -> SimpleNamespace:
            for _ in range(3):
                seen.append(config.CACHE_DIR)
                time.sleep(0.001)
            return SimpleNamespace(get_call_template=None)

        return decorate

    monkeypatch.setattr(_jit.numba, "njit", njit)
    before = config.CACHE_DIR
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_jit.hot, [len] * 20))
    assert set(seen) == {str(_jit.cache_folder())}
    assert before == config.CACHE_DIR
