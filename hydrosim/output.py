"""Writes the folder of a run: all files at once, or none that looks whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hydrosim.results import write_dataset
from hydrosim.standards.board import write_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xarray as xr

    from hydrosim.standards.verdict import Verdict

__all__ = ["whole_folder", "write_results"]


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder to write into; it takes the place of ``target`` at the end.

    A run that is killed leaves at most a hidden folder ending in ``.part``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    partial.chmod(0o755)
    try:
        yield partial
        if target.exists():
            old = Path(
                tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent)
            )
            os.replace(target, old / target.name)
            os.replace(partial, target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_results(
    folder: Path, dataset: xr.Dataset, verdicts: Sequence[Verdict]
) -> None:
    """Write ``results.nc``, ``verdicts.json``, ``verdicts.csv`` and ``certificate.json``."""
    write_dataset(dataset, folder / "results.nc")
    write_verdicts(verdicts, folder)
    certificate = json.loads(dataset.attrs["certificate"])
    text = json.dumps(certificate, ensure_ascii=False, indent=1) + "\n"
    (folder / "certificate.json").write_text(text, encoding="utf-8")
