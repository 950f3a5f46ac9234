"""What a run tells of the state it went on from, and of the one it wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xarray as xr

__all__ = ["restart_lines", "saved_line"]


def restart_lines(dataset: xr.Dataset, language: str = "en") -> Iterator[str]:
    """Yield from which day a run went on, whether bit for bit, and what else is worth telling.

    Parameters
    ----------
    dataset
        A result; one that began at the start of its period has nothing to tell.
    language
        "en" or "zh".
    """
    told = json.loads(dataset.attrs["certificate"]).get("restart")
    if told is None:
        return
    exact = told["solver"] == "continued"
    if language == "zh":
        yield f"自 {told['from']} 起续算{'，逐位一致' if exact else ''}"
    else:
        yield f"goes on from {told['from']}{', bit for bit' if exact else ''}"
    for note in told["notes"]:
        yield f"  {note['zh' if language == 'zh' else 'en']}"


def saved_line(dataset: xr.Dataset, file: Path, at: str | None, language: str = "en") -> str:
    """Return of which day a state was written, and where it stands."""
    end = dataset["time"].values[-1] + dataset["dt"].values[-1].astype("timedelta64[s]")
    day = at or str(end.astype("datetime64[D]"))
    return f"{day} 的状态存于 {file}" if language == "zh" else f"state of {day} in {file}"
