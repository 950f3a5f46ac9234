"""Threads of one process run and write different configs side by side, with the same bits."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.io.collection import collection_paused
from hydrosim.io.netcdf import write_dataset
from tests.conftest import ROOT

MINIMAL = (ROOT / "configs" / "minimal.yaml").read_text(encoding="utf-8")


def written(number: int, path: Path) -> None:
    """Run the minimal config over its own number of years and write what comes out."""
    text = MINIMAL.replace("end: 2010-12-31", f"end: {2001 + number}-12-31")
    text = text.replace("amount: 2.6", f"amount: {2.2 + 0.1 * number:.1f}")
    write_dataset(hydrosim.run(config_from_text(text)), path)


def numbers(path: Path) -> dict[str, bytes]:
    """Return the bytes of each variable of a file."""
    with xr.open_dataset(path) as found:
        return {str(name): found[name].values.tobytes() for name in found.variables}


def test_threads_write_what_each_would_write_alone(tmp_path):
    for number in range(4):
        written(number, tmp_path / f"alone_{number}.nc")
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(written, number % 4, tmp_path / f"beside_{number}.nc")
            for number in range(8)
        ]
        for job in jobs:
            job.result()
    assert gc.isenabled()
    for number in range(8):
        alone = numbers(tmp_path / f"alone_{number % 4}.nc")
        assert numbers(tmp_path / f"beside_{number}.nc") == alone
        assert len(alone) > 30


def test_the_search_for_unused_objects_is_paused_until_the_last_block_ends():
    assert gc.isenabled()
    with collection_paused():
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def memory_and_files() -> tuple[float, int]:
    """Return the resident memory of this process [MiB] and its open files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc on this system")
def test_runs_in_one_process_leave_no_memory_and_no_file(tmp_path):
    """Twelve runs, or a thousand in the long mode; memory of the first third is warm-up."""
    runs = 1000 if os.environ.get("HYDROSIM_LONG") == "1" else 12
    seen: list[tuple[float, int]] = []
    gc.collect()
    gc.freeze()  # only what the runs make is searched
    for _unused in range(runs):
        written(0, tmp_path / "results.nc")
        with hydrosim.open_results(tmp_path / "results.nc") as found:
            assert float(found["supplied"].sum()) > 0.0
        gc.collect()
        seen.append(memory_and_files())
    warm = seen[runs // 3 :]
    assert {files for _memory, files in warm} == {warm[0][1]}
    memory = np.array([one for one, _files in warm])
    slope = np.polyfit(np.arange(memory.size), memory, 1)[0]
    assert slope * memory.size <= 8.0, f"{slope:.3f} MiB a run"
