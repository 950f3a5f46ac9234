"""Fountains, aqueducts and what goes with them: types that another package adds to hydrosim."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.hydrology.member_plan import plan_of_years
from hydrosim.members.base import Drawn, Method
from hydrosim.nodes.base import Node
from hydrosim.nodes.canal import Canal
from hydrosim.rules.base import Rule
from hydrosim.standards.base import Standard
from hydrosim.standards.verdict import Verdict
from hydrosim.units import Flow, Fraction, Length


class Fountain(Node):
    """A well that gives a steady flow; what nobody takes overflows."""

    type: Literal["fountain"] = Field("fountain", description="A fountain.")
    flow: Flow = Field(description="What it gives.")

    def declare(self, name: str, builder: Any) -> None:
        """Open the row, and be an origin of the ledger."""
        builder.ports[name] = Ports(outlet=builder.junction(name))
        builder.item("origin", name, kind="surface")

    def lower_supply(self, name: str, builder: Any) -> None:
        """Let the flow in and the rest out."""
        row, volume = builder.rows[name], builder.volume(self.flow)
        builder.force(row, volume, name)
        builder.enters(f"{name}.flow", "local_inflow", volume)
        builder.overflow(name, row, None)


class Aqueduct(Canal):
    """A canal that leaks along its way."""

    type: Literal["aqueduct"] = Field("aqueduct", description="An aqueduct.")
    length: Length = Field(description="Length of the aqueduct.")
    leak: Fraction = Field(description="Share that is lost on each kilometre.")

    def lower_supply(self, builder: Any) -> None:
        """Be a canal with the loss of the whole way."""
        loss = 1.0 - (1.0 - self.leak) ** (self.length / 1000.0)
        super(Aqueduct, self.model_copy(update={"loss": loss})).lower_supply(builder)


class EverySecondStep(Rule):
    """One on even steps, a share on odd ones."""

    type: Literal["every_second_step"] = Field(description="The rule type.")
    share: Fraction = Field(description="What holds on odd steps.")

    def lower(self, builder: Any) -> Any:
        """Return a series known before the run."""
        odd = np.arange(len(builder.calendar)) % 2
        return builder.graph.series(np.where(odd == 1, self.share, 1.0))


class MeanSupply(Standard):
    """A supply that is to be reached in the mean of the run."""

    type: Literal["mean_supply"] = Field(description="The standard.")
    least: Flow = Field(description="Smallest mean supply.")

    def check(self, dataset: Any) -> list[Verdict]:
        """Judge one scenario and member of a result."""
        mean = float(dataset["supplied"].sum("claim").mean("time"))
        return [
            Verdict(
                id="mean_supply", subject="All supply", quantity="mean", required=self.least,
                achieved=mean, margin=mean - self.least, unit="m3/s",
                outcome="pass" if mean >= self.least else "fail", reason="",
            )
        ]  # fmt: skip


class Backwards(Method):
    """Member m begins with record year m and goes back in time."""

    type: Literal["backwards"] = Field(description="The method.")

    def fit(self, record: Any, imports: Any, seed: int) -> Any:
        """Return the members; nothing is drawn at random."""
        del imports, seed

        def draw(member: int, first_year: int, years: int) -> Drawn:
            chosen = (member - np.arange(years, dtype=np.int64)) % record.years
            return Drawn(plan_of_years(record, chosen, first_year), {})

        return draw
