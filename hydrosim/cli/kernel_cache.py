"""What a command says of the cache of compiled kernels, where something was wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hydrosim.io.reasons import reason_of
from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.kernels._folders import Trouble

__all__ = ["cache_lines"]


def cache_lines() -> Iterator[Message]:
    """Yield a line for each kind of trouble since the last time; none costs no import."""
    if "hydrosim.kernels._folders" in sys.modules:
        from hydrosim.kernels._folders import cache_troubles

        yield from map(_line, cache_troubles())


def _line(trouble: Trouble) -> Message:
    from hydrosim.kernels._folders import MOVED, REBUILT

    reason = _reason(trouble)
    if trouble.outcome == REBUILT:
        return _("compiled kernels: {place} was damaged, and is compiled again",
                 place=trouble.place)  # fmt: skip
    if trouble.outcome == MOVED:
        return _(
            "compiled kernels: {place} cannot be used ({reason}); they are kept in {instead}",
            place=trouble.place or "~", reason=reason, instead=trouble.instead,
        )  # fmt: skip
    return _(
        "compiled kernels: {place} cannot be written ({reason}); they are compiled in memory, "
        "anew in each run",
        place=trouble.place or "~", reason=reason,
    )  # fmt: skip


def _reason(trouble: Trouble) -> Message:
    from hydrosim.kernels._folders import ANOTHER_OWNER

    if isinstance(trouble.reason, Exception):
        return reason_of(trouble.reason)
    if trouble.reason == ANOTHER_OWNER:
        return _("it belongs to another user")
    return _("there is no home folder")
