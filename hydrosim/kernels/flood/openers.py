"""Openers of the records that the flood kernels take: ``open_pools(address)`` and the like."""

from hydrosim.kernels._records import opener
from hydrosim.kernels.flood.arrays import (
    Basins,
    Elements,
    FloodEvents,
    FloodRecord,
    FloodWork,
    Groups,
    Joint,
    Pools,
    Reaches,
    Rules,
    Scratch,
)

open_basins = opener(Basins)
open_elements = opener(Elements)
open_events = opener(FloodEvents)
open_record = opener(FloodRecord)
open_work = opener(FloodWork)
open_groups = opener(Groups)
open_joint = opener(Joint)
open_pools = opener(Pools)
open_reaches = opener(Reaches)
open_rules = opener(Rules)
open_scratch = opener(Scratch)
