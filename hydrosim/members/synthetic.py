"""Members beyond the record: generated yearly totals with months and days of like years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _
from hydrosim.members.base import Draw, Drawn, Method

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from hydrosim.hydrology.record import SeriesRecord
    from hydrosim.hydrology.synthetic import SyntheticModel

    ImportYears = Callable[[int, int], dict[str, NDArray[np.int64]]]

__all__ = ["Synthetic"]

INFLOW = "inflow"
MOST_IMPORTS = 2


class Synthetic(Method):
    """Yearly totals on Pearson III margins with the record's correlations; days of like years.

    See ``docs/synthetic_hydrology.md``. With ``encounter: copula`` the yearly wetness of imports
    follows the generated local inflow by a copula fitted to the record (丰枯遭遇).
    """

    type: Literal["synthetic"] = Field(description="The method.")
    neighbours: int | None = Field(
        None, ge=1, description="Like years among which the days are drawn; default the root of n."
    )
    encounter: Literal["record_year", "copula"] = Field(
        "record_year",
        description="Imports of a year: record_year, those of the record year whose days it has; "
        "copula, drawn to go with the local inflow.",
    )

    def fit(
        self, record: SeriesRecord, imports: Mapping[str, NDArray[np.int64]], seed: int
    ) -> Draw:
        """Fit the generator, and with a copula how imports meet the local inflow."""
        from hydrosim.hydrology.synthetic import fit_synthetic_model

        model = fit_synthetic_model(record, neighbours=self.neighbours)
        met: ImportYears | None = None
        if self.encounter == "copula":
            met = _encounter(model, imports, seed)

        def draw(member: int, first_year: int, years: int) -> Drawn:
            plan = model.plan(seed, member, first_year, years)
            return Drawn(plan, {} if met is None else met(member, years))

        return draw


def _encounter(
    model: SyntheticModel, imports: Mapping[str, NDArray[np.int64]], seed: int
) -> ImportYears:
    """Return what draws record years of the imports for a member's local inflow.

    Local inflow is the total of all series of the variable ``inflow``. Each import then has the
    record year at the same place among its ranks as the copula gives it.
    """
    from hydrosim.hydrology.copula_classes import copula_behind_classes
    from hydrosim.hydrology.copula_fit import choose_copula
    from hydrosim.hydrology.margin import fit_margin
    from hydrosim.hydrology.streams import Purpose, uniforms

    record = model.record
    rows = [row for row, name in enumerate(record.names) if name.variable == INFLOW]
    names = sorted(imports)
    if not rows or not 1 <= len(names) <= MOST_IMPORTS:
        found = _(
            "{inflows} series of inflow and {imports} imports",
            inflows=len(rows),
            imports=len(names),
        )
        expected = _(
            "a series of the variable {inflow!r} at least, and one import or two", inflow=INFLOW
        )
        raise ConfigError([Fault(("encounter",), found, expected)])
    local = record.totals[rows].sum(axis=0)
    margin = fit_margin(local)
    ranks = np.stack([imports[name] for name in names])
    met_before = np.vstack([local, ranks]).T.astype(np.float64)
    # Classes that years share hide dependence, which is put back.
    copula = copula_behind_classes(met_before, choose_copula(met_before).best.copula)
    order = {name: np.argsort(imports[name], kind="stable") for name in names}

    def met(member: int, years: int) -> dict[str, NDArray[np.int64]]:
        totals = model.totals(seed, member, years)[rows].sum(axis=0)
        chances = np.empty((1 + len(names), years))
        chances[0] = np.clip(1.0 - margin.exceedance(totals), 1e-12, 1.0 - 1e-12)
        for place, name in enumerate(names):
            chances[1 + place] = uniforms(seed, member, Purpose.ENCOUNTER, name, "", years)
        points = copula.sample(chances.T).T
        last = record.years - 1
        return {
            name: record.first_year
            + order[name][np.minimum((points[1 + place] * record.years).astype(np.int64), last)]
            for place, name in enumerate(names)
        }

    return met
