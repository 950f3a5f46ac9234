"""Pictures for a report: from a Dataset to matplotlib Axes, and all of them to files.

Each ``plot_x(dataset, ..., ax=None, language="en")`` draws one Axes. :func:`plot_all` writes the
whole set as PNG files and :func:`plot_file` does so for a saved run. matplotlib is imported only
when something is drawn.
"""

from __future__ import annotations

from hydrosim.plot.accounts import plot_account
from hydrosim.plot.catalogue import (
    FLOOD_PLOT_NAMES,
    PLOT_NAMES,
    Drawn,
    plot_all,
    plot_file,
)
from hydrosim.plot.flood_basins import plot_basin_flows, plot_basin_storage
from hydrosim.plot.flood_channels import plot_flood_discharge, plot_flood_stage
from hydrosim.plot.flood_exceedance import plot_flood_exceedance
from hydrosim.plot.flood_frequency import plot_flood_frequency, plot_flow_frequency
from hydrosim.plot.flood_network import plot_flood_network
from hydrosim.plot.flood_stores import plot_flood_flows, plot_flood_level
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
    "FLOOD_PLOT_NAMES",
    "PLOT_NAMES",
    "Drawn",
    "plot_account",
    "plot_all",
    "plot_basin_flows",
    "plot_basin_storage",
    "plot_file",
    "plot_flood_discharge",
    "plot_flood_exceedance",
    "plot_flood_flows",
    "plot_flood_frequency",
    "plot_flood_level",
    "plot_flood_network",
    "plot_flood_stage",
    "plot_flow_duration",
    "plot_flow_frequency",
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
