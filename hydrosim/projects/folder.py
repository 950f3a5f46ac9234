"""The folder of a new project: checked before anything is made, there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.io.bounded import followed
from hydrosim.io.file_names import unusable
from hydrosim.io.reasons import reason_of
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["new_folder", "write_project"]


def new_folder(target: Path) -> Path:
    """Return the folder of a new project, which may be there if it is empty.

    Raises
    ------
    DataError
        When something stands there, or its name cannot be that of a file.
    """
    folder = followed(target)
    name = folder.name
    reason = unusable(name)
    if reason is None and name[0] in " .":
        reason = _("a blank or point at its beginning")
    if reason is not None:
        raise DataError(
            str(target),
            found=_("the name {name!r}: {reason}", name=name, reason=reason),
            expected=_("a name of letters, digits, - and _"),
        )
    expected = _("a folder that is new or empty")
    try:
        if folder.exists() and not folder.is_dir():
            raise DataError(str(target), found=_("a file"), expected=expected)
        if folder.is_dir() and any(folder.iterdir()):
            raise DataError(str(target), found=_("a folder that holds files"), expected=expected)
    except OSError as error:
        raise DataError(str(target), found=reason_of(error), expected=expected) from None
    return folder


def write_project(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a new project beside its place and move them there in one act.

    Raises
    ------
    DataError
        When it cannot be written, or something stands there by now.
    """
    partial: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part",
                                        dir=folder.parent))  # fmt: skip
        partial.chmod(0o755)
        for name, content in files.items():
            file = partial / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        if folder.is_dir():
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise DataError(
            str(folder), found=reason_of(error), expected=_("a folder that can be written")
        ) from None
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
