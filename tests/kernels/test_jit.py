"""The decorators of kernels, and the folder of compiled ones: keyed on all sources."""

from pathlib import Path

import pytest

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


def test_is_compiled_looks_for_machine_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder, an absent or an empty one mean that the next call compiles."""
    monkeypatch.setattr(_jit, "cache_folder", lambda: None)
    assert not _jit.is_compiled()
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
