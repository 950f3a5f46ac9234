"""Claims on the water that flows past a place: base flow and ecological flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.expressions.values import Value
from hydrosim.locale import _
from hydrosim.units import FlowOrRule, Fraction, Name

if TYPE_CHECKING:
    from hydrosim.builders.primitives import Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes.base import Node

__all__ = ["FlowClaim", "NaturalFlowClaim", "claim_faults", "leave_by_river", "pass_claims"]


class FlowClaim(BaseModel):
    """A flow that is to pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    requirement: FlowOrRule = Field(description="Flow that is to pass.")
    line: Name | None = Field(None, description="Ladder line that claims it; default its kind.")
    guarantee: Fraction | None = Field(None, description="Share of periods to be met.")
    period: Literal["month", "dekad"] = Field("month", description="Period of the judgement.")

    @property
    def limited_by_nature(self) -> bool:
        """Whether it asks for no more than the natural flow."""
        return False


class NaturalFlowClaim(FlowClaim):
    """A base flow, which may be limited to what nature brings."""

    at_most_natural: bool = Field(
        False, description="Ask for no more than the natural flow (`natural` of the node)."
    )

    @property
    def limited_by_nature(self) -> bool:
        """Whether it asks for no more than the natural flow."""
        return self.at_most_natural


def pass_claims(
    name: str,
    node: Node,
    builder: Builder,
    start: Row,
    end: Row,
    claims: dict[str, FlowClaim | None],
    natural: Value | None,
) -> list[Column]:
    """Add the columns from one row to the next: one a claim, and a free one for the rest.

    A later claim wants what its requirement exceeds the earlier ones by, so that a base flow and
    an ecological flow of the same place are one river.

    Parameters
    ----------
    name, node
        The place.
    builder
        Receives the primitives.
    start, end
        Rows above and below the place.
    claims
        Claim by kind, which is also the default ladder line.
    natural
        Natural volume of the step [m3], for claims that ask for no more.

    Returns
    -------
    list of Column
        All columns that pass the place.
    """
    columns: list[Column] = []
    asked: Value = builder.graph.constant(0.0)
    for kind, claim in claims.items():
        if claim is None:
            continue
        required = maximum(builder.volume(claim.requirement), 0.0)
        if claim.limited_by_nature and natural is not None:
            required = minimum(required, maximum(natural, 0.0))
        wanted = maximum(required - asked, 0.0)
        asked = maximum(required, asked)
        label = f"{name}.{kind}"
        column = builder.column(label, start, ((end, 1.0),), ((wanted, "requirement"),))
        columns.append(column)
        _claim(label, kind, name, node, builder, claim, column, wanted)
    columns.append(builder.column(f"{name}.free_flow", start, ((end, 1.0),)))
    return columns


def _claim(
    label: str,
    kind: str,
    name: str,
    node: Node,
    builder: Builder,
    claim: FlowClaim,
    column: Column,
    wanted: Value,
) -> None:
    line = claim.line or kind
    builder.claim(label, column, wanted, line)
    builder.item(
        "claim",
        label,
        node=name,
        kind=kind,
        use="ecology",
        tier=node.tier or "",
        river=node.river or "",
        line=line,
        guarantee=claim.guarantee,
        period=claim.period,
        gross_factor=1.0,
    )
    builder.record("demand", label, wanted)
    builder.record("supplied", label, column.volume)
    builder.year_claim(label, wanted, column.volume, claim.period)


def claim_faults(claim: NaturalFlowClaim | None, natural: object, *path: str | int) -> list[Fault]:
    """Return what is wrong with a claim on a flow."""
    if claim is None or not claim.at_most_natural or natural is not None:
        return []
    found = _("`at_most_natural` without a natural flow")
    return [Fault((*path, "at_most_natural"), found, _("`natural:` beside it, the natural flow"))]


def leave_by_river(name: str, row: Row, spill_to: str | None, builder: Builder) -> None:
    """Give a junction its uncapped way out, unless a river that leaves it is one already."""
    if spill_to is None and any(link.is_river for link, _unused in builder.links.leaving(name)):
        return
    builder.overflow(name, row, spill_to)
