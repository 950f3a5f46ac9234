"""The ladder: one list of lines from the top, and how it fits the claims of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builder import PHYSICAL
from hydrosim.errors import Fault, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hydrosim.builder import Builder, Claim
    from hydrosim.config.schema import Config, LadderLine

__all__ = ["ladder_faults", "ladder_lines", "on_line", "policy_ladders"]



def ladder_lines(ladder: Sequence[LadderLine]) -> list[str]:
    """Lines as text: a claim's line, or ``spare:NAME``."""
    return [f"spare:{line.name}" if line.spare else line.name for line in ladder]


def policy_ladders(config: Config) -> dict[str, Sequence[LadderLine]]:
    """Return the ladder of each policy: the config's own first, the others by name."""
    own = [name for name in config.ladders if name not in config.policies]
    return {name: config.ladders[name] for name in [*own, *sorted(config.policies)]}


def on_line(claim: Claim, line: str) -> bool:
    """Whether a ladder line names a claim; ``spare: X`` names all parts of X."""
    return claim.line == line or (line.startswith("spare:") and claim.line.startswith(f"{line}."))


def ladder_faults(
    builder: Builder, ladders: dict[str, Sequence[LadderLine]], policies: Collection[str]
) -> list[Fault]:
    """Lines that nothing claims, claims that no line names, and lines that mix kinds."""
    faults: list[Fault] = []
    claims = list(builder.claims.values())
    known = {claim.line for claim in claims} | {
        claim.line.split(".")[0] for claim in claims if claim.line.startswith("spare:")
    }
    for policy, ladder in ladders.items():
        path = ("ladder",) if policy not in policies else ("policies", policy, "ladder")
        lines = ladder_lines(ladder)
        for position, line in enumerate(lines):
            named = [claim for claim in claims if on_line(claim, line)]
            shown = line.replace("spare:", "spare: ")
            if not named:
                faults.append(
                    Fault(
                        (*path, position),
                        found=repr(shown),
                        expected="a line that a claim of the network names",
                        nearest=nearest(line, sorted(known - set(lines))),
                    )
                )
            elif len({claim.stock for claim in named}) > 1:
                stocks = sorted(claim.name for claim in named if claim.stock)
                flows = sorted(claim.name for claim in named if not claim.stock)
                faults.append(
                    Fault(
                        (*path, position),
                        found=f"{shown!r} with zones ({', '.join(stocks[:3])}) and flows "
                        f"({', '.join(flows[:3])})",
                        expected="a line for zones of stores or for flows, not both",
                    )
                )
        faults.extend(_unnamed(claims, lines, path))
    return faults


def _unnamed(claims: list[Claim], lines: list[str], path: tuple[str | int, ...]) -> list[Fault]:
    faults: list[Fault] = []
    missing: dict[str, list[str]] = {}
    for claim in claims:
        if claim.line == PHYSICAL or claim.line.startswith("spare:"):
            continue
        if claim.line not in lines:
            missing.setdefault(claim.line, []).append(claim.name)
    for line, names in sorted(missing.items()):
        faults.append(
            Fault(
                path,
                found=f"no line {line!r}, which {', '.join(sorted(names)[:3])} claims",
                expected=f"a line {line!r} in the ladder",
                nearest=nearest(line, lines),
            )
        )
    return faults
