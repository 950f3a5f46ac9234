"""Pictures for a report: from a Dataset to matplotlib Axes, and all of them to files.

Each ``plot_x(dataset, ..., ax=None, language="en")`` draws one Axes. :func:`plot_all` writes the
whole set as PNG files and :func:`plot_file` does so for a saved run. matplotlib is imported only
when something is drawn.
"""

from __future__ import annotations

from hydrosim.plot.accounts import plot_account
from hydrosim.plot.catalogue import PLOT_NAMES, Drawn, plot_all, plot_file
from hydrosim.plot.flow_duration import plot_flow_duration
from hydrosim.plot.groundwater import plot_groundwater_depth
from hydrosim.plot.lake import plot_lake_level
from hydrosim.plot.network import plot_network
from hydrosim.plot.shortage import plot_shortage
from hydrosim.plot.storage import plot_storage, plot_storage_season
from hydrosim.plot.supply import plot_supply_by_source, plot_supply_by_use, plot_use_by_source
from hydrosim.plot.verdicts import plot_verdicts
from hydrosim.plot.wet_dry import plot_wet_dry
from hydrosim.plot.whose_water import plot_whose_water

__all__ = [
    "PLOT_NAMES",
    "Drawn",
    "plot_account",
    "plot_all",
    "plot_file",
    "plot_flow_duration",
    "plot_groundwater_depth",
    "plot_lake_level",
    "plot_network",
    "plot_shortage",
    "plot_storage",
    "plot_storage_season",
    "plot_supply_by_source",
    "plot_supply_by_use",
    "plot_use_by_source",
    "plot_verdicts",
    "plot_wet_dry",
    "plot_whose_water",
]
