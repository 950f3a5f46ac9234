"""What a notebook shows of a model: what the configuration became."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from hydrosim.config.overview import ladders_of, title_of
from hydrosim.io.blocks import block, facts, lines
from hydrosim.locale import _, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.config.overview import Shown
    from hydrosim.expressions.tape import Tape

__all__ = ["model_html"]


class Built(Protocol):
    """What is shown of a model."""

    @property
    def config(self) -> Shown:
        """What it was made from."""
        ...

    @property
    def calendar(self) -> Calendar:
        """The steps of a run."""
        ...

    @property
    def builder(self) -> Builder:
        """What nodes and links became."""
        ...

    @property
    def tape(self) -> Tape:
        """The instructions of a step."""
        ...

    @property
    def rows(self) -> Sequence[str]:
        """Names of the balances."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Names of the flows."""
        ...

    @property
    def claims(self) -> Sequence[str]:
        """Names of the claims."""
        ...

    @property
    def lines(self) -> Mapping[str, Sequence[str]]:
        """The ladder of each policy."""
        ...


def model_html(model: Built) -> str:
    """Return what a notebook shows of a model.

    Parameters
    ----------
    model
        A model that was built.
    """
    config, warnings = model.config, model.builder.warnings
    kinds = Counter(claim.line for claim in model.builder.claims.values())
    period = config.period
    size = listed(
        (
            _("{count} rows", count=len(model.rows)),
            _("{count} columns", count=len(model.columns)),
            _("{count} claims", count=len(model.claims)),
            _("{count} instructions of the tape", count=int(model.tape.opcode.size)),
        )
    )
    return block(
        _("Model: {title}", title=title_of(config)),
        facts(
            (
                (_("period"), _("{start} to {end}", start=str(period.start), end=str(period.end))),
                (_("steps"), int(model.calendar.dt_s.size)),
                (_("nodes"), len(model.builder.ports)),
                (_("links"), len(model.builder.links)),
                (_("size"), size),
                (_("claims"), ", ".join(f"{count} {one}" for one, count in sorted(kinds.items()))),
                (_("ladder"), ladders_of(model.lines)),
                (_("warnings"), lines(fault.found for fault in warnings) if warnings else ""),
            )
        ),
    )
