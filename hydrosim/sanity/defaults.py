"""Keys that are left at their default and change results much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.locale import _, listed, pgettext
from hydrosim.sanity.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config
    from hydrosim.nodes.base import Link, Node

__all__ = ["default_table"]

MOST_NAMES = 2


def default_table(config: Config) -> Table:
    """Return the keys of `reported_defaults` of each type that are not written."""
    where: dict[tuple[str, str, str], list[str]] = {}
    if "start" not in config.model_fields_set:
        where["start", "state", config.start.state] = [_("the run")]
    for name, part in _parts(config):
        for key in part.reported_defaults:
            field = type(part).model_fields[key]
            if key not in part.model_fields_set:
                default = _default_text(field.get_default(call_default_factory=True))
                where.setdefault((part.type_name, field.alias or key, default), []).append(name)
    rows = [
        Row((f"{kind}.{key}", default, _names(names)))
        for (kind, key, default), names in where.items()
    ]
    return Table(
        "defaults",
        _("Keys at their default that change results much"),
        {
            "key": pgettext("sanity page", "key"),
            "default": pgettext("sanity page", "default"),
            "where": pgettext("sanity page", "where"),
        },
        rows,
    )


def _parts(config: Config) -> Iterator[tuple[str, Node | Link]]:
    yield from config.nodes.items()
    yield from ((link.label, link) for link in config.links)


def _default_text(default: Any) -> str:
    if default is None:
        return _("none")
    return f"{default:g}" if isinstance(default, float) else str(default)


def _names(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return listed(names)
    more = len(names) - MOST_NAMES
    return _("{names} and {more} more", names=listed(names[:MOST_NAMES]), more=more)
