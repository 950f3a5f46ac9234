"""The look at a version of numba that nobody tested: once, and with a clear end where it fails."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numba.core import config

from hydrosim.kernels import _self_test
from hydrosim.kernels._numba import TESTED, VERSION
from hydrosim.kernels._self_test import UntestedNumbaError, require_sound_numba
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")


@pytest.fixture
def untested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A version that is none of the tested ones, with an empty cache folder."""
    monkeypatch.setattr(_self_test, "VERSION", "9.99.1")
    monkeypatch.setattr(_self_test, "cache_folder", lambda: tmp_path)
    require_sound_numba.cache_clear()
    yield tmp_path
    require_sound_numba.cache_clear()


def test_books_lanes_and_records_work_with_this_version():
    assert _self_test.failures() == []


def test_an_untested_version_is_looked_at_once(untested, monkeypatch):
    looks = []
    monkeypatch.setattr(_self_test, "failures", lambda: looks.append(1) or [])
    for _ in range(2):
        require_sound_numba()
        require_sound_numba.cache_clear()
    assert looks == [1]
    assert [path.name for path in untested.iterdir()] == ["self-test-9.99.1"]


def test_a_tested_version_is_not_looked_at(untested, monkeypatch):
    monkeypatch.setattr(_self_test, "VERSION", f"{TESTED[-1]}.7")
    monkeypatch.setattr(_self_test, "failures", lambda: ["looked"])
    require_sound_numba()
    assert list(untested.iterdir()) == []


def test_wrong_numbers_end_with_the_version_and_the_tested_ones(untested, monkeypatch):
    arrays = _self_test._arrays

    def other() -> dict[int, np.ndarray]:
        changed = arrays()
        changed[_self_test.Y][:] += next(shifts)
        return changed

    shifts = iter([0.0, 1.0])
    monkeypatch.setattr(_self_test, "_arrays", other)
    monkeypatch.setattr(_self_test, "_test_lanes", lambda: None)
    monkeypatch.setattr(_self_test, "_test_record", lambda: None)
    with pytest.raises(UntestedNumbaError) as caught:
        require_sound_numba()
    message = str(caught.value)
    assert message.startswith(f"numba {VERSION} does not fit the kernels of hydrosim: books: Value")
    assert message.endswith(f"; tested: numba {', '.join(TESTED)}")
    assert list(untested.iterdir()) == []


def test_what_does_not_compile_is_named(untested, monkeypatch):
    def refuse(_function):
        raise TypeError("no such\nthing")  # noqa: EM101

    monkeypatch.setattr(_self_test, "compile_apart", refuse)
    with pytest.raises(UntestedNumbaError, match=r"books: TypeError: no such; lanes: TypeError"):
        require_sound_numba()


def test_the_bound_of_the_package_is_what_is_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (bound,) = [one for one in project["dependencies"] if one.startswith("numba")]
    least, most = re.fullmatch(r"numba>=(0\.\d+),<0\.(\d+)", bound).groups()
    assert least == TESTED[0]
    assert f"0.{int(most) - 1}" == TESTED[-1]
