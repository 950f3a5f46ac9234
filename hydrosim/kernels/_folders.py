"""The folder of compiled kernels: found, proved to be writable and ours, cleared of old ones.

Where the place that the environment names cannot be used, a folder of the user among the temporary
files takes it; where nothing can be written at all there is none, and kernels live in memory.
Compiled kernels are run as they stand, so a folder that belongs to somebody else is not used.
"""

import atexit
import errno
import os
import shutil
import stat
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

KEPT_FOLDERS = 3
"""Cache folders kept: the current one and the last used ones (two checkouts may alternate)."""
PROBE = bytes(4096)

ANOTHER_OWNER = "another owner"
NO_HOME = "no home"
MOVED = "moved"
IN_MEMORY = "in memory"
REBUILT = "rebuilt"


class Trouble(NamedTuple):
    """What was wrong with the cache of compiled kernels, and what was done instead.

    Attributes
    ----------
    outcome : str
        MOVED to another folder, IN_MEMORY only, or REBUILT.
    place : str
        The folder or file that could not be used.
    reason : Exception or str
        The system's error, ANOTHER_OWNER, NO_HOME, or empty for a damaged file.
    instead : str
        The folder used instead, where there is one.
    """

    outcome: str
    place: str
    reason: Exception | str
    instead: str = ""


_LOCK = threading.Lock()
_TROUBLES: list[Trouble] = []


def note(trouble: Trouble) -> None:
    """Remember what was wrong; of each outcome the first case only."""
    with _LOCK:
        if all(known.outcome != trouble.outcome for known in _TROUBLES):
            _TROUBLES.append(trouble)


def cache_troubles() -> tuple[Trouble, ...]:
    """Return what was wrong with the cache so far, and forget it."""
    with _LOCK:
        found = tuple(_TROUBLES)
        _TROUBLES.clear()
    return found


def cache_root() -> Path | None:
    """Return the folder that the environment names for compiled kernels; None without a home.

    Returns
    -------
    Path or None
        ``NUMBA_CACHE_DIR``, else ``XDG_CACHE_HOME``, else ``~/.cache`` (the local application
        folder on Windows), each with ``hydrosim`` appended.
    """
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        value = os.environ.get(name)
        if value:
            return Path(value) / "hydrosim"
    try:
        return Path.home() / ".cache" / "hydrosim"
    except RuntimeError:
        return None


def temporary_root() -> Path:
    """Return a folder of this user alone among the temporary files, and make it.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    user = os.geteuid() if hasattr(os, "geteuid") else os.environ.get("USERNAME", "user")
    known = Path(tempfile.gettempdir()) / f"hydrosim-{user}"
    known.mkdir(mode=0o700, exist_ok=True)
    found = known.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_mode & 0o022 == 0
    if (private or os.name == "nt") and is_ours(found):
        return known
    own = Path(tempfile.mkdtemp(prefix="hydrosim-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def is_ours(found: os.stat_result) -> bool:
    """Whether a file belongs to this user, or to the administrator."""
    return not hasattr(os, "geteuid") or found.st_uid in (os.geteuid(), 0)


def usable_folder(name: str, prefix: str) -> Path | None:
    """Make the cache folder of this name and remove old ones; None where none can be made.

    Parameters
    ----------
    name : str
        Name of the folder.
    prefix : str
        What the names of all cache folders of this build begin with.
    """
    root = cache_root()
    reason: Exception | str = NO_HOME
    if root is not None:
        failed = _opened(root / name)
        if failed is None:
            remove_old_folders(root, prefix, name)
            return root / name
        reason = failed
    place = "" if root is None else str(root)
    try:
        instead = temporary_root()
    except OSError:
        note(Trouble(IN_MEMORY, place, reason))
        return None
    if _opened(instead / name) is not None:
        note(Trouble(IN_MEMORY, place, reason))
        return None
    note(Trouble(MOVED, place, reason, str(instead)))
    remove_old_folders(instead, prefix, name)
    return instead / name


def _opened(folder: Path) -> Exception | str | None:
    """Make a folder and write into it; return what keeps it from being used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not is_ours(folder.stat()):
            return ANOTHER_OWNER
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(PROBE)
            probe.flush()
        _mark(folder)
    except OSError as error:
        if error.errno == errno.EEXIST:
            return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        return error
    return None


def _mark(folder: Path) -> None:
    """Mark a folder as the last used of its root, whatever the clock says."""
    others = (last_use(path) for path in folder.parent.iterdir() if path != folder)
    moment = max(time.time(), max(others, default=0.0) + 1.0)
    os.utime(folder, (moment, moment))


def remove_old_folders(root: Path, prefix: str, current: str = "", keep: int = KEPT_FOLDERS) -> int:
    """Remove all but the last used cache folders, never the current one.

    Parameters
    ----------
    root : Path
        Folder that holds the cache folders.
    prefix : str
        What their names begin with.
    current : str
        Name of the one in use.
    keep : int
        How many to keep.

    Returns
    -------
    int
        Number of folders removed.
    """
    if not root.is_dir():
        return 0
    folders = [path for path in root.iterdir() if path.name.startswith(prefix)]
    folders.sort(key=lambda path: (path.name == current, last_use(path)), reverse=True)
    for path in folders[keep:]:
        shutil.rmtree(path, ignore_errors=True)
    return len(folders[keep:])


def last_use(path: Path) -> float:
    """Return the time a folder was last used, 0 when another process has just removed it."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
