"""All tables of planners from the results of a run, or of scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.reading.items import one_run
from hydrosim.report.planning import Run, balance_table, replenishment_by_river
from hydrosim.report.regulation import account_tables, regulation_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.locale import Language
    from hydrosim.report.table import Table

__all__ = ["planners_tables"]


def planners_tables(runs: Sequence[Run], language: Language) -> list[Table]:
    """Return the tables for which results have the numbers, the balance first.

    Parameters
    ----------
    runs
        Results of one scenario and member each, of one network, with their values on the axes;
        ``Run({}, result)`` for a run by itself.
    language
        "en" or "zh".
    """
    runs = [run._replace(result=one_run(run.result)) for run in runs]
    whole = (balance_table(runs, language), replenishment_by_river(runs, language))
    found = [table for table in whole if table is not None]
    return [*found, *regulation_tables(runs, language), *account_tables(runs, language)]
