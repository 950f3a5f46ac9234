"""What sources with a quota share: parts of it that are reserved for a use or a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.builders.needs import Need
from hydrosim.builders.quotas import RESERVED_REASON, Part, parts_of, reserved_cuts
from hydrosim.errors import Fault
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["RESERVED_TEXT", "reserved_faults", "reserved_parts"]

RESERVED_TEXT = (
    "Part of the quota that is kept for a use or a line of the ladder, such as "
    "{domestic: 1.2 亿m3/year}: lower lines leave it, or what the rest of the account year needs "
    "of it, in the account."
)


def reserved_faults(reserved: Mapping[str, float], quota: object) -> Iterator[Fault]:
    """Tell reserved parts without a quota, and parts of more than the quota."""
    if not reserved:
        return
    if quota is None:
        yield Fault(
            ("reserved",), _("reserved parts without a quota"), _("a quota, or no such key")
        )
    total = sum(reserved.values())
    if isinstance(quota, float) and total > quota * (1.0 + 1e-9):
        found = _(
            "{total:.6g} m3/year reserved of a quota of {quota:.6g} m3/year",
            total=total,
            quota=quota,
        )
        yield Fault(("reserved",), found, _("parts that sum to at most the quota"))


def reserved_parts(
    name: str,
    builder: Builder,
    reserved: Mapping[str, float],
    begin: Any,
    left: Value,
    label: str,
) -> list[Part]:
    """Return the parts of a quota without plan: the reserved ones, and what all may take."""
    if not reserved:
        return [Part(label, name, left, "account")]
    row = builder.ports[name].outlet
    assert row is not None
    need = builder.needs[name] = Need(row, 1.0, begin)
    cuts = [cut for _unused, cut in reserved_cuts(name, builder, need, reserved, left)]
    return parts_of(left, cuts, label, name, RESERVED_REASON)
