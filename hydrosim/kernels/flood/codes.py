"""Named constants of the flood kernels: kinds of elements, rules of operation, packed columns."""

# Kinds of elements.
PASS = 0
REACH = 1
POOL = 2

# Plan of an element.
KIND = 0
PLACE = 1
TARGET = 2
BASIN_COUNT = 3
ELEMENT_PLANS = 4

# Flows of an element on its way.
MEAN = 0
"""Mean inflow of the step [m3/s]."""
END = 1
"""Inflow at the end of the step [m3/s]."""
STORED = 2
"""Water in it [m3]."""
OUT = 3
"""Outflow at the end of the step before [m3/s]."""
IN = 4
"""Inflow at the end of the step before [m3/s]."""
SUM_IN = 5
SUM_OUT = 6
SUM_LOST = 7
"""Sums of means over the steps so far [m3/s]."""
FLOWS = 8

# Series of an element.
INFLOW = 0
OUTFLOW = 1
STORAGE_SERIES = 2
SERIES = 3

# Series of a pool beside those of its element, in one line of memory.
RELEASE = 0
MEAN_INFLOW = 1
MEAN_OUTFLOW = 2
RULE = 3
POOL_SERIES = 4

# Segments of the order: rivers, and stores or places with basins.
SEGMENT_KIND = 0
SEGMENT_FIRST = 1
SEGMENT_END = 2
SEGMENT_COLUMNS = 3
RIVERS = 0
STORES = 1

# Columns of a curve: what is given and what is read, both rising.
CURVE_X = 0
CURVE_Y = 1

# Kinds of routing.
LAG = 0
MUSKINGUM = 1
CUNGE = 2
WAVE = 3
"""A nonlinear diffusive wave between cells."""

# Plan of a reach in an event.
FIRST = 0
PARTS = 1
WHOLE_LAG = 2
BEYOND = 2
"""Cells behind the end of a reach that is routed as a wave, which has no lag."""
ROUTING = 3
SET = 4
CURSOR = 5
"""Place on the ring of a lag."""
ROW_LOW = 6
ROW_HIGH = 7
REACH_PLANS = 8
# Weights of a reach in an event.
C0 = 0
C1 = 1
C2 = 2
PART_LAG = 3
LOSS_SHARE = 4
LARGEST_LOSS = 5
SPACING = 6
REACH_WEIGHTS = 7
# A wave has a length of cells [m] and a bed slope in place of C0 and C1.
CELL_LENGTH = 0
BED_SLOPE = 1
# Weights of a set: C0, C1, C2, or the share of a step of a lag in place of C0.
SET_PART_LAG = 0
SET_SPACING = 3
SET_WEIGHTS = 4
# What steady water a sub-reach of a set holds: K (x I + (1 - x) O).
HELD_TIME = 0
"""K [s]."""
HELD_SHARE = 1
"""x."""
# Loss of a reach into its bed.
LOST_SHARE = 0
LOST_MOST = 1
"""Largest loss [m3/s]."""
# Table of a channel.
CHANNEL_TIME = 0
"""Time through a part [s]."""
CHANNEL_NUMBER = 1
"""Cell Reynolds number."""
# Table of a wave, by depth.
CHANNEL_AREA = 0
"""Wetted area [m2]."""
CONVEYANCE = 1
"""Flow over the root of the slope [m3/s]."""
# Storage of a part of a channel: for the means of steps and for their ends.
OF_MEANS = 0
OF_ENDS = 1
PART_STORAGES = 2
# Cells of a wave.
CELL_WATER = 0
"""Water [m3]."""
CELL_DEPTH = 1
"""Depth [m]."""

# Columns of the table of a pool, one row a breakpoint of its storage.
STORAGE = 0
CLOSED = 1
"""S + dt/2 F: the storage indication with all gates closed [m3]."""
BAND = 2
"""S + dt/2 F + dt B: with the release that the bands allow [m3]."""
OPEN = 3
"""S + dt/2 (F + G): with all gates fully open [m3]."""
CLOSED_SLOPE = 4
BAND_SLOPE = 5
OPEN_SLOPE = 6
FREE = 7
"""Flow of the free outlets F [m3/s]."""
FREE_SLOPE = 8
GATE = 9
"""Flow of the fully open gates G [m3/s]."""
GATE_SLOPE = 10
CAP = 11
"""Release that the bands allow B [m3/s]."""
LEVEL = 12
LEVEL_SLOPE = 13
TABLE_COLUMNS = 14
TO_SLOPE = 3
"""Columns from an indication to its slope."""
# Flows of a further way out of a pool.
WAY_GATES = 0
"""Capacity of its gates [m3/s]."""
WAY_FREE = 1
"""Flow of its free outlets [m3/s]."""

# Numbers of a pool.
SILL = 0
"""Storage below which no gate releases [m3]."""
SAFETY = 1
"""Storage above which the dam's safety rules [m3]."""
INFLOW_EDGE = 2
"""Storage above which the release may equal the inflow [m3]; infinite without such a band."""
RAMP = 3
"""Largest change of the release in a second [m3/s2]."""
DRAW = 4
"""Flow that canals take [m3/s]."""
PRE_LOWEST = 5
"""Storage to which a pre-release may go down [m3]."""
PRE_WHEN = 6
"""Forecast inflow above which water is released beforehand [m3/s]; infinite: never."""
PRE_SAFE = 7
"""Largest pre-release [m3/s]."""
HORIZON = 8
"""Steps that the forecast sees beyond the running one."""
ERROR = 9
"""Relative error of the forecast."""
REFILL = 10
"""Storage that may be kept once the flood is over [m3]."""
REFILL_BELOW = 11
"""Inflow below which a flood that has been above it is over [m3/s]."""
FLOOD_TOP = 12
"""Storage at the top of the flood storage: the safety level, or the top [m3]."""
GATED = 13
"""1 where there is a gate."""
BANDED = 14
"""1 where bands cap the release."""
PEAK_BOUND = 15
"""1 where the release may not exceed the highest inflow so far."""
PLAIN = 16
"""1 without draws, wishes, forecasts, sections to give way to, basins and further ways."""
POOL_NUMBERS = 17

# State of a pool.
VOLUME = 0
FREE_NOW = 1
GATE_NOW = 2
RELEASED = 3
HIGHEST_INFLOW = 4
ARRIVED = 5
PASSED = 6
PASSED_MEAN = 7
RULE_NOW = 8
"""Rule that decided on the last release."""
POOL_STATES = 9

# What rules and sections ask of the step of a pool.
LIMIT = 0
"""Storage up to which it may fill [m3]."""
WISHED = 1
"""Release that a rule wishes [m3/s]; negative without one: by bands."""
MOST = 2
"""Largest total outflow [m3/s]."""
MOST_RULE = 3
"""The rule that set it."""
PRE = 4
"""Largest pre-release [m3/s]."""
PRE_END = 5
"""Storage where it ends [m3]."""
POOL_ORDERS = 6

# Rows of the table found before, one for each kind of look-up: a bound far from the storage keeps
# its own row.
LOOK_CLOSED = 0
LOOK_BAND = 1
LOOK_OPEN = 2
LOOK_WISH = 3
LOOK_EVEN = 4
LOOK_MOST = 5
LOOK_RAMP = 6
LOOK_PRE = 7
LOOK_END = 8
POOL_HINTS = 9
TO_LOOK = -1
"""Columns from an indication to the look-up that keeps its row."""

# Rules of operation, as recorded: what decided on the release of a step.
NO_GATE = 0
HOLD = 1
AT_LIMIT = 2
BAND_CAP = 3
BAND_EDGE = 4
FULLY_OPEN = 5
WISH = 6
NO_ARTIFICIAL_PEAK = 7
COMPENSATION = 8
RAMP_UP = 9
RAMP_DOWN = 10
PRE_RELEASE = 11
DAM_SAFETY = 12
OVERTOPPED = 13

RULE_NAMES = {
    NO_GATE: "no_gate",
    HOLD: "hold",
    AT_LIMIT: "at_limit",
    BAND_CAP: "band_cap",
    BAND_EDGE: "band_edge",
    FULLY_OPEN: "fully_open",
    WISH: "wish",
    NO_ARTIFICIAL_PEAK: "no_artificial_peak",
    COMPENSATION: "compensation",
    RAMP_UP: "ramp_up",
    RAMP_DOWN: "ramp_down",
    PRE_RELEASE: "pre_release",
    DAM_SAFETY: "dam_safety",
    OVERTOPPED: "overtopped",
}

# Numbers of a basin.
TRIGGER = 0
"""Flow of the section, or storage of the pool, above which the basin is used [m3/s or m3]."""
INTAKE = 1
"""Largest flow of the inlet [m3/s]."""
FULL = 2
"""Storage of the full basin [m3]."""
CREST = 3
"""Level of the inlet's crest [m]; minus infinity where only the capacity counts."""
WEIR = 4
"""Coefficient times width of the inlet [m0.5/s m]; 0 where a rating or the capacity counts."""
INLET_KIND = 5
DRAIN = 6
"""Largest flow of the drain [m3/s]."""
DRAIN_BELOW = 7
"""Flow of the section, or storage of the pool, below which it drains [m3/s or m3]."""
BASIN_NUMBERS = 8
GATE_INLET = 0
WEIR_INLET = 1
BREACH_INLET = 2

# State of a basin.
HELD = 0
TAKEN = 1
OPENED = 2
DRAINED = 3
BASIN_STATES = 4
# Summary of a basin.
MOST_HELD = 0
"""Most storage [m3]."""
VOLUME_TAKEN = 1
BASIN_SUMMARIES = 2

# Volumes of a pool in an event [m3].
OVER_CREST = 0
DRAWN = 1
POOL_VOLUMES = 2

# Volumes above the safe discharge of a place [m3].
EXCESS_IN = 0
EXCESS_OUT = 1
EXCESSES = 2

# Sums of a step [m3/s].
LEFT = 0
"""What left the network: at its ends, into the bed, into canals."""
TALLIES = 1

# What the release rules read.
READ_STORAGE = 0
READ_INFLOW = 1
READ_LOCAL = 2

# Peaks of an element on its way.
HIGHEST_IN = 0
HIGHEST_IN_POINT = 1
HIGHEST_OUT = 2
HIGHEST_OUT_POINT = 3
MOST_STORED = 4
MOST_STORED_POINT = 5
PEAKS = 6

# Fields of the summary of an element.
PEAK_INFLOW = 0
PEAK_INFLOW_STEP = 1
PEAK_OUTFLOW = 2
PEAK_OUTFLOW_STEP = 3
PEAK_STORAGE = 4
PEAK_STORAGE_STEP = 5
VOLUME_IN = 6
VOLUME_OUT = 7
VOLUME_LOST = 8
SUMMARY_FIELDS = 9

# Fields of the proof of an event.
CLOSURE = 0
CLOSURE_STEP = 1
CLOSURE_ELEMENT = 2
NETWORK_CLOSURE = 3
NETWORK_STEP = 4
EMPTIED_STEPS = 5
"""Steps in which a pool would have fallen below its bottom: its outflow is what was there."""
PROOF_FIELDS = 6

# Result of an event.
FINE = 0
NOT_A_NUMBER = 1
