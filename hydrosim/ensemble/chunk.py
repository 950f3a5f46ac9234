"""One chunk of an ensemble: its members run one after the other, written, then marked as done."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.ensemble.plan import EnsemblePlan, Part, runner_of
from hydrosim.ensemble.store import EnsembleStore
from hydrosim.errors import SimulationError
from hydrosim.locale import in_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.ensemble.member import Member
    from hydrosim.standards.verdict import Verdict

__all__ = ["ChunkOutcome", "Stopped", "run_chunk"]

TOLD = (
    "subject", "subject_zh", "quantity", "quantity_zh", "unit", "standard", "tier", "river",
    "confidence",
)  # fmt: skip
PROOFS = ("largest_row_closure", "largest_network_closure", "largest_bound_overshoot_m3")


class Stopped(Exception):
    """A chunk that was given up between two members."""


@dataclass
class ChunkOutcome:
    """What a chunk tells the process that asked for it.

    Attributes
    ----------
    part
        Which chunk.
    failed
        Members that could not be run, each with the reason.
    seconds
        Processor time by part of the work [s].
    """

    part: Part
    failed: dict[int, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def run_chunk(
    plan: EnsemblePlan,
    part: Part,
    stopped: Callable[[], bool] | None = None,
    finished: Callable[[], None] | None = None,
) -> ChunkOutcome:
    """Run the members of a chunk and write what is kept of them.

    Parameters
    ----------
    plan
        The ensemble.
    part
        Which chunk.
    stopped
        Asked before each member whether to give up.
    finished
        Called after each member.

    Raises
    ------
    Stopped
        If it was given up; nothing of the chunk counts then.
    """
    runner = runner_of(plan, part.scenario)
    outcome = ChunkOutcome(part)
    members: dict[int, Member] = {}
    for member in range(part.first, part.last):
        if stopped is not None and stopped():
            raise Stopped
        try:
            members[member] = runner.run(member)
        except SimulationError as error:
            outcome.failed[member] = error.full_message
        else:
            for what, seconds in members[member].seconds.items():
                outcome.seconds[what] = outcome.seconds.get(what, 0.0) + seconds
        if finished is not None:
            finished()
    _write(plan, part, members, outcome.failed)
    return outcome


def _write(
    plan: EnsemblePlan, part: Part, members: dict[int, Member], failed: dict[int, str]
) -> None:
    count = part.last - part.first
    tables: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for member, kept in members.items():
        for name, table in kept.tables.items():
            if name not in tables:
                tables[name] = np.full((count, *table.shape), np.nan)
            tables[name][member - part.first] = table
        for name, numbers in kept.counts.items():
            counts[name] = counts[name] + numbers if name in counts else numbers
    proofs = [json.loads(kept.certificate) for kept in members.values()]
    marker = {
        "scenario": plan.scenarios[part.scenario].name,
        "members": [part.first, part.last],
        "failed": {str(member): reason for member, reason in failed.items()},
        "failed_zh": {str(m): in_language(reason, "zh") for m, reason in failed.items()},
        "proof": {name: max((one[name] for one in proofs), default=0.0) for name in PROOFS},
        "widened_steps": sum(int(one["widened_steps"]) for one in proofs),
        "verdicts": _verdicts(
            {m - part.first: kept.verdicts for m, kept in members.items()}, count
        ),
    }
    runner = runner_of(plan, part.scenario)
    items = {dim: sorted(known) for dim, known in runner.model.builder.items.items()}
    items["budget"] = sorted({boundary.kind for boundary in runner.model.builder.boundaries})
    EnsembleStore(plan).write(part, tables, counts, items, marker)


def _verdicts(of_member: dict[int, list[Verdict]], count: int) -> dict[str, dict[str, Any]]:
    """Return verdicts by id: what is the same for all, and outcome and numbers by member."""
    found: dict[str, dict[str, Any]] = {}
    for place, verdicts in of_member.items():
        for verdict in verdicts:
            entry = found.setdefault(
                verdict.id,
                {
                    **{name: vars(verdict)[name] for name in TOLD},
                    **{
                        name: [None] * count
                        for name in ("outcome", "required", "achieved", "margin")
                    },
                },
            )
            entry["outcome"][place] = verdict.outcome
            for name in ("required", "achieved", "margin"):
                entry[name][place] = _number(vars(verdict)[name])
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, (int, float)) and math.isfinite(value):
        return float(value)
    return None
