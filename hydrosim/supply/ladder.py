"""The ladder: one list of lines from the top, and how it fits the claims of the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import PHYSICAL, REFILL
from hydrosim.errors import Fault, nearest
from hydrosim.locale import _
from hydrosim.nodes._storage import DAM_SAFETY, FLOOD_LIMIT, STORAGE
from hydrosim.nodes.reach import SAFE_DISCHARGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from hydrosim.builders.primitives import Claim
    from hydrosim.builders.supply import Builder
    from hydrosim.config.ladder_line import LadderLine
    from hydrosim.config.schema import Config

__all__ = [
    "complete_lines",
    "ladder_faults",
    "ladder_lines",
    "on_line",
    "policy_faults",
    "policy_ladders",
    "policy_numbers",
    "spare_warnings",
]

SPARE = "spare:"
SHARED = (DAM_SAFETY, SAFE_DISCHARGE, FLOOD_LIMIT, STORAGE)
"""Lines of works: a ladder may name them where no work claims them, so that models share it."""
_MOST_NAMES_SHOWN = 3


def ladder_lines(ladder: Sequence[LadderLine]) -> list[str]:
    """Lines as text: a claim's line, or ``spare:NAME``."""
    return [f"{SPARE}{line.name}" if line.spare else line.name for line in ladder]


def complete_lines(ladder: Sequence[LadderLine], claims: Iterable[Claim]) -> list[str]:
    """Return the lines as text, with the limits of stores that the ladder leaves out.

    What is to stay empty above a flood-limited level comes after all lines where no line says
    more, and what is to stay empty above the flood-control level just before it.
    """
    lines = ladder_lines(ladder)
    claimed = {claim.line for claim in claims}
    if FLOOD_LIMIT in claimed and FLOOD_LIMIT not in lines:
        lines.append(FLOOD_LIMIT)
    if DAM_SAFETY in claimed and DAM_SAFETY not in lines:
        lines.insert(lines.index(FLOOD_LIMIT), DAM_SAFETY)
    return lines


def policy_ladders(config: Config) -> dict[str, Sequence[LadderLine]]:
    """Return the ladder of each policy: the config's own first, the others by name."""
    own = [name for name in config.ladders if name not in config.policies]
    return {name: config.ladders[name] for name in [*own, *sorted(config.policies)]}


def policy_numbers(policies: Iterable[str]) -> str:
    """Return the policies as text, each with the number that a rule gives for it."""
    return ", ".join(f"{number} {name!r}" for number, name in enumerate(policies))


def policy_faults(builder: Builder, config: Config, policies: Iterable[str]) -> list[Fault]:
    """Return a fault where a rule known before the run gives a number that no policy has."""
    names = list(policies)
    if config.policy_rule is None:
        return []
    known = builder.value(config.policy_rule).known
    if known is None:
        return []
    numbers = np.broadcast_to(known[0], len(builder.calendar))
    wrong = np.flatnonzero(~((numbers >= 0.0) & (numbers < len(names))))
    if wrong.size == 0:
        return []
    date = str(builder.calendar.starts[wrong[0]].astype("datetime64[D]"))
    return [
        Fault(
            ("policy",),
            _(
                "{numbers:.6g} on {date}, by the rule {name!r}",
                numbers=numbers[wrong[0]],
                date=date,
                name=config.policy_rule.name,
            ),
            _("the number of a policy: {names}", names=policy_numbers(names)),
        )
    ]


def spare_warnings(
    builder: Builder, ladders: dict[str, Sequence[LadderLine]], policies: Collection[str]
) -> list[Fault]:
    """Return a warning for each ladder that leaves a source free to use.

    Parameters
    ----------
    builder
        The lowered config, with its claims.
    ladders
        The ladder of each policy.
    policies
        Names of the policies under ``policies:``; the other ladder is that of ``ladder:``.
    """
    spared = [c for c in builder.claims.values() if c.line.startswith(SPARE) and "@" not in c.line]
    found: list[Fault] = []
    for policy, ladder in ladders.items():
        lines = ladder_lines(ladder)
        by_intake = {line.partition("@")[0] for line in lines if "@" in line}
        free = {
            claim.line
            for claim in spared
            if claim.line.partition(".")[0] not in by_intake
            and not any(on_line(claim, line) for line in lines)
        }
        if free:
            found.append(_free(_path_of(policy, policies), sorted(free)))
    return found


def _free(path: tuple[str | int, ...], lines: Sequence[str]) -> Fault:
    """Return the warning of a ladder that does not say when some sources are to be spared."""
    names = [line.removeprefix(SPARE) for line in lines]
    missing = ", ".join(repr(f"spare: {name}") for name in names)
    sources = ", ".join(repr(name) for name in names)
    return Fault(
        path,
        _("no line {missing}", missing=missing),
        _("a `spare:` line below the lines that may use the source"),
        note=_("every line of the ladder is free to use {sources}", sources=sources),
        severity="warning",
    )


def _path_of(policy: str, policies: Collection[str]) -> tuple[str | int, ...]:
    """Return the place of a policy's ladder in the config."""
    return ("policies", policy, "ladder") if policy in policies else ("ladder",)


def on_line(claim: Claim, line: str) -> bool:
    """Whether a ladder line names a claim; ``spare: X`` names all parts of X."""
    return claim.line == line or (line.startswith(SPARE) and claim.line.startswith(f"{line}."))


def ladder_faults(
    builder: Builder, ladders: dict[str, Sequence[LadderLine]], policies: Collection[str]
) -> list[Fault]:
    """Lines that nothing claims, claims that no line names, and lines that mix kinds.

    Parameters
    ----------
    builder
        The lowered config, with its claims.
    ladders
        The ladder of each policy.
    policies
        Names of the policies under ``policies:``; the other ladder is that of ``ladder:``.
    """
    faults: list[Fault] = []
    claims = list(builder.claims.values())
    if all(claim.line == PHYSICAL for claim in claims):
        return []  # a river on which nobody claims water needs no order
    for policy, ladder in ladders.items():
        path = _path_of(policy, policies)
        lines = ladder_lines(ladder)
        unclaimed: dict[str, Fault] = {}
        for position, line in enumerate(lines):
            named = [claim for claim in claims if on_line(claim, line)]
            if line == PHYSICAL:
                faults.append(_built_in((*path, position)))
            elif not named and line not in SHARED:
                unclaimed[line] = _unclaimed((*path, position), line, lines, builder)
            elif len({claim.stock for claim in named}) > 1:
                faults.append(_mixed((*path, position), line, named))
        faults.extend(_without_slips(unclaimed, _unnamed(claims, lines, path)))
    return faults


@dataclass(frozen=True)
class _Unnamed:
    """A line that claims name and a ladder does not."""

    path: tuple[str | int, ...]
    line: str
    names: str  # of the claims
    nearest: str | None  # line of the ladder

    def fault(self) -> Fault:
        """Return it as a fault of the ladder."""
        return Fault(
            self.path,
            _("no line {line!r}, which {names} claims", line=self.line, names=self.names),
            _("a line {line!r} in the ladder", line=self.line),
            self.nearest,
        )


def _line_text(line: str) -> str:
    return line.replace(SPARE, "spare: ")


def _names(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _MOST_NAMES_SHOWN else ""
    return ", ".join(sorted(names)[:_MOST_NAMES_SHOWN]) + more


def _built_in(path: tuple[str | int, ...]) -> Fault:
    note = _("what a full store cannot hold overflows, whatever the ladder says")
    return Fault(path, repr(PHYSICAL), _("a ladder without this built-in class"), note=note)


def _mixed(path: tuple[str | int, ...], line: str, named: Sequence[Claim]) -> Fault:
    stocks = [claim.name for claim in named if claim.stock]
    flows = [claim.name for claim in named if not claim.stock]
    return Fault(
        path,
        _(
            "{line!r} with zones of stores ({stocks}) and flows ({flows})",
            line=_line_text(line),
            stocks=_names(stocks),
            flows=_names(flows),
        ),
        _("a line for zones of stores or for flows, not both"),
        note=_("give the zone or the flow a line of its own with the key `line`"),
    )


def _unclaimed(
    path: tuple[str | int, ...], line: str, lines: Sequence[str], builder: Builder
) -> Fault:
    """Tell a line that nothing claims, with what could stand there."""
    spare = line.startswith(SPARE)
    known = {claim.line for claim in builder.claims.values()} - {PHYSICAL}
    known = {name for name in known if not name.startswith(REFILL)}
    known |= {name.split(".")[0] for name in known if name.startswith(SPARE)}
    valid = sorted(name for name in known if name.startswith(SPARE) == spare)
    valid_lines = ", ".join(_line_text(name) for name in valid) or _("none")
    near = nearest(line.removeprefix(SPARE), (name.removeprefix(SPARE) for name in valid))
    if near is not None:
        near = f"spare: {near}" if spare else near
    note = None
    source, at, place = line.removeprefix(SPARE).partition("@")
    if at and f"{source}->{place}" not in builder.links:
        note = _("no link leads from {source} to {place}", source=source, place=place)
    elif near is not None and (SPARE + near.removeprefix("spare: ") if spare else near) in lines:
        note = _("the line {near!r} is there already", near=near)
    expected = _("a line that something claims: {lines}", lines=valid_lines)
    if spare:
        expected = _("a source that can stay unused: {lines}", lines=valid_lines)
    return Fault(path, repr(_line_text(line)), expected, near, note)


def _unnamed(claims: list[Claim], lines: list[str], path: tuple[str | int, ...]) -> list[_Unnamed]:
    missing: dict[str, list[str]] = {}
    for claim in claims:
        if claim.line in (PHYSICAL, FLOOD_LIMIT, DAM_SAFETY) or claim.line.startswith(
            (SPARE, REFILL)
        ):
            continue
        if claim.line not in lines:
            missing.setdefault(claim.line, []).append(claim.name)
    return [
        _Unnamed(
            path,
            line,
            _names(names),
            nearest(line, (other for other in lines if not other.startswith(SPARE))),
        )
        for line, names in sorted(missing.items())
    ]


def _without_slips(unclaimed: dict[str, Fault], unnamed: list[_Unnamed]) -> list[Fault]:
    """Report a misspelt line and the line that it was meant to be once."""
    meant = {fault.nearest: line for line, fault in unclaimed.items() if fault.nearest}
    kept: list[Fault] = []
    for one in unnamed:
        written = meant.get(one.line)
        if written is None or one.nearest != written:
            kept.append(one.fault())
        else:
            note = _("{names} claims {line!r}", names=one.names, line=one.line)
            unclaimed[written] = replace(unclaimed[written], note=note)
    return [*unclaimed.values(), *kept]
