"""What a run tells of the state it went on from, and of the one it wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hydrosim.locale import _, language_of

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
    recorded = json.loads(dataset.attrs["certificate"]).get("restart")
    if recorded is None:
        return
    exact = recorded["solver"] == "continued"
    spoken = language_of(language)
    start = recorded["from"]
    sentence = _("goes on from {start}", start=start)
    if exact:
        sentence = _("goes on from {start}, bit for bit", start=start)
    yield sentence.in_language(spoken)
    for note in recorded["notes"]:
        yield f"  {note[spoken]}"


def saved_line(dataset: xr.Dataset, file: Path, at: str | None, language: str = "en") -> str:
    """Return of which day a state was written, and where it stands."""
    end = dataset["time"].values[-1] + dataset["dt"].values[-1].astype("timedelta64[s]")
    day = at or str(end.astype("datetime64[D]"))
    return _("state of {day} in {file}", day=day, file=file).in_language(language_of(language))
