"""Why the system refused a file, as a message."""

from __future__ import annotations

import errno

from hydrosim.locale import Message, _

__all__ = ["reason_of"]

_REASONS = {
    errno.ENOENT: _("no such file or directory"),
    errno.EACCES: _("permission denied"),
    errno.EPERM: _("operation not permitted"),
    errno.EISDIR: _("is a directory"),
    errno.ENOTDIR: _("not a directory"),
    errno.EEXIST: _("file exists"),
    errno.ENOSPC: _("no space left on device"),
    errno.EDQUOT: _("disk quota exceeded"),
    errno.EROFS: _("read-only file system"),
    errno.ENAMETOOLONG: _("file name too long"),
    errno.EIO: _("input/output error"),
    errno.EMFILE: _("too many open files"),
    errno.EFBIG: _("file too large"),
}


def reason_of(error: Exception) -> Message:
    """Return why a file could not be read or written; others in the system's words."""
    known = _REASONS.get(getattr(error, "errno", None) or 0)
    if known is not None:
        return known
    return Message((getattr(error, "strerror", None) or str(error)).lower())
