"""Check sums of a folder of results: written with it, compared when it is opened.

``SHA256SUMS`` has the form of the tool of that name, so that ``sha256sum -c SHA256SUMS`` in the
folder says the same without hydrosim. Pictures and reports are made from the results and have no
sum.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.io.bounded import refuse_special
from hydrosim.io.reasons import reason_of
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MANIFEST", "refuse_damaged", "sum_of", "sums_in", "write_manifest"]

MANIFEST = "SHA256SUMS"
_DRAWN = ("plots", "report")


def write_manifest(folder: Path, names: Sequence[str] | None = None) -> None:
    """Write the check sums of files in a folder: those named, else all below it but pictures."""
    found = folder.rglob("*") if names is None else (folder / name for name in names)
    files = sorted(
        path.relative_to(folder) for path in found if path.is_file() and path.name != MANIFEST
    )
    lines = [
        f"{sum_of(folder / file)}  {file.as_posix()}\n"
        for file in files
        if file.parts[0] not in _DRAWN
    ]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def refuse_damaged(*files: Path) -> None:
    """Refuse files that are not what was written into their folder.

    A file without a manifest beside it is taken as it is; so is one that was never there.

    Raises
    ------
    DataError
        If the check sum of a file differs from that of the manifest, or is missing in it.
    """
    for file in files:
        refuse_special(file, _("the file as it was written"))
        sums = sums_in(file.parent / MANIFEST)
        expected = sums.get(file.name) if sums is not None else None
        if sums is None or (expected is None and not file.exists()):
            continue
        try:
            state = file.stat()
            found = _remembered_sum(str(file), state.st_mtime_ns, state.st_size)
        except OSError as error:
            raise DataError(
                str(file), found=reason_of(error), expected=_("the file as it was written")
            ) from None
        if found != expected:
            raise DataError(
                str(file),
                found=_("another content than {manifest} beside it has", manifest=MANIFEST),
                expected=_("the file as it was written"),
                note=_("damaged or changed since: run again, or restore it"),
            )


def sums_in(manifest: Path) -> dict[str, str] | None:
    """Return the check sums by name; None where there is no manifest."""
    refuse_special(manifest, _("a list of check sums"))
    try:
        text = manifest.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    pairs = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _blanks, name in pairs}


@lru_cache(maxsize=64)
def _remembered_sum(name: str, modified_ns: int, size: int) -> str:
    del modified_ns, size
    return sum_of(Path(name))


def sum_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
