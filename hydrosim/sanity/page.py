"""The sanity page: tables of what is known before a run, with marks on what is out of the ordinary.

It is there for errors of size: a series in another unit, a quota of another year, a source that
leads nowhere. A mark is a warning, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hydrosim.sanity.balance import source_table, use_table
from hydrosim.sanity.capacities import flow_table
from hydrosim.sanity.columns import column_table
from hydrosim.sanity.defaults import default_table
from hydrosim.sanity.stores import store_table
from hydrosim.sanity.unused import scenario_words, unused_table
from hydrosim.sanity.water import Water

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault, Path
    from hydrosim.sanity.table import Table

__all__ = ["SanityPage", "page_of", "sanity_page"]


@dataclass(frozen=True, eq=False)
class SanityPage:
    """What is known of a config before its run, in tables with marks.

    Attributes
    ----------
    tables
        The tables in the order of the page.
    warned
        Paths that a warning beside the page names already: marked, but not warned of again.
    is_short
        Whether the network is too large for all searches, so that some numbers are left out.
    """

    tables: tuple[Table, ...]
    warned: frozenset[Path] = field(default=frozenset())
    is_short: bool = False

    @property
    def warnings(self) -> list[Fault]:
        """What is marked, each with its place in the config."""
        faults = [fault for table in self.tables for row in table.rows for fault in row.marks]
        return [one for one in dict.fromkeys(faults) if one.path not in self.warned]

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables by name, all rows of each, with the column ``marked``."""
        return {table.name: table.frame for table in self.tables}

    def __repr__(self) -> str:
        names = ", ".join(table.name for table in self.tables)
        return f"<hydrosim.SanityPage: {names}; {len(self.warnings)} warnings>"


def sanity_page(config: Config) -> SanityPage:
    """Return the tables with which ``hydrosim check`` ends.

    Parameters
    ----------
    config
        A loaded config with a period and a ladder.

    Returns
    -------
    SanityPage
        Its ``frames`` are tables of pandas; its ``warnings`` name what is out of the ordinary.

    Raises
    ------
    ConfigError
        If the config does not make a model.
    """
    from hydrosim.supply.build import check_model

    builder, _ladders = check_model(config, check_only=True)
    return page_of(builder, config, [*config.warnings, *builder.warnings])


def page_of(builder: Builder, config: Config, warned: Iterable[Fault] = ()) -> SanityPage:
    """Return the page of a lowered config; ``warned`` are the warnings printed beside it."""
    water = Water(builder, config)
    tables = (
        use_table(water),
        source_table(water),
        store_table(water),
        flow_table(water),
        unused_table(config),
        column_table(config, scenario_words(config)),
        default_table(config),
    )
    return SanityPage(
        tuple(table for table in tables if table.rows),
        frozenset(one.path for one in warned),
        is_short=water.flows.spent or water.flows_and_stores.spent,
    )
