"""Named constants of the allocation core: status codes and offsets into packed arrays.

Numba freezes module-level numbers into the machine code, so every offset costs nothing.
"""

MODE_FAIR = 0
MODE_LEAST_COST = 1

# Result of step_allocation.
STATUS_FINE = 0
STATUS_INFEASIBLE = 1
"""No x with A x = rhs and 0 <= x <= upper, even at the widest tolerance."""
STATUS_NOT_FINITE = 2
"""A NaN, an infinity or a negative bound among the step's data."""
STATUS_TROUBLE = 3
"""The basis stayed singular or the pivots did not end, even from a cold start."""

STATUS_TEXT = {
    STATUS_FINE: "fine",
    STATUS_INFEASIBLE: "no feasible flow",
    STATUS_NOT_FINITE: "a value is not finite or a bound is negative",
    STATUS_TROUBLE: "numerical trouble in the allocation",
}

# Result of one run of the dual simplex.
FEASIBLE = 0
INFEASIBLE = 1
TROUBLE = 2

# Phases of a step.
PHASE_WATER_FILL = 0
PHASE_DIRECT = 1
PHASE_NEWTON = 2
PHASE_FINAL = 3

# Where a column stands.
AT_LOWER = 0
AT_UPPER = 1
BASIC = 2

# state.counters (float64)
STEPS = 0
PIVOTS = 1
FLIPS = 2
REFACTORISATIONS = 3
NEW_CUTS = 4
ACTIVATIONS = 5
FALLBACKS = 6
COLD_STARTS = 7
WIDENED = 8
QUIET_STEPS = 9
"""Steps without a pivot."""
MOST_PIVOTS = 10
LARGEST_OVERSHOOT_M3 = 11
NEWTON_CUTS = 12
SHORT_STEPS = 13
"""Steps in which some claim stays below its wish."""
EVICTED_CUTS = 14
COUNTERS = 15

COUNTER_NAMES = (
    "steps",
    "pivots",
    "flips",
    "refactorisations",
    "new_cuts",
    "activations",
    "fallbacks",
    "cold_starts",
    "widened",
    "quiet_steps",
    "most_pivots",
    "largest_overshoot_m3",
    "newton_cuts",
    "short_steps",
    "evicted_cuts",
)

# state.control (int64)
LAST_VARIANT = 0
LAST_POLICY = 1
NEED_FACTOR = 2
NEED_COSTS = 3
NEED_FLIPS = 4
OPERATIONS = 5
"""Elementary operations in the factor of the basis, product-form updates included."""
BASE_OPERATIONS = 6
CUTS = 7
ACTIVE_CUTS = 8
NOW = 9
BLOCKED_ROW = 10
"""Position in the basis of the row that proved infeasibility."""
BLOCKED_SIGN = 11
CANDIDATES = 12
NEED_CANDIDATES = 13
OFFENDING_ROW = 14
BUMP = 15
UPDATES = 16
"""Pivots since the basis was last factorised."""
COST_UPDATES = 17
"""Pivots since the reduced costs were last computed afresh."""
NEED_REACH = 18
CONTROLS = 19

# state.claim (float64, one row each)
WANTED = 0
BEST = 1
"""What the claim's column could carry at most (delivery) [m3]; 0 for an unused column."""
WORST = 2
"""Largest deficit [m3]."""
OFFSET = 3
SLOPE = 4
"""deficit(mu) = clamp(OFFSET + SLOPE mu, 0, WORST), mu = 1 - level of the class."""
DEFICIT = 5
TARGET = 6
"""Volume of the claim's column as the claims are decided [m3]."""
BEFORE = 7
CLAIM_FIELDS = 8

# state.claim_flag (int64, one row each)
CLASS_TODAY = 0
"""Class of the claim today, -1 when its column is an ordinary one."""
FIXED = 1
CLAIM_FLAGS = 2

# state.cut (int64, one row per cut)
CUT_START = 0
CUT_CLAIMS = 1
CUT_COLUMNS = 2
CUT_END = 3
CUT_TIGHT = 4
"""Last step in which the cut was tight or made."""
CUT_VARIANT = 5
CUT_FIELDS = 6

# state.basic (float64, one row each)
BASIC_VALUE = 0
BASIC_LOWER = 1
BASIC_UPPER = 2
BASIC_WEIGHT = 3
"""1 / tolerance [1/m3]."""
BASIC_FIELDS = 4

# state.water (float64, one row each, one column per cut looked at)
VIOLATION = 0
"""Sum of w x with every claim at its best, less the right-hand side [m3]."""
NEED = 1
WEIGHT = 2
WATER_FIELDS = 3

# Reasons: what `explain` found.
FLAG_USED_ABOVE = 1
"""Some claim of an equal or earlier class uses or reserves the water within reach."""
FLAG_NO_WATER = 2
"""Nothing within reach is held back: all the water there is has been used."""
BLOCK_FULL = 1
"""The column carries its upper bound: a canal, a pipe, an account, an import."""
BLOCK_EMPTY = 2
"""The column of a single row carries nothing: an empty zone, the slack of an exhausted cap."""
OUTCOME_COUNT = 0
OUTCOME_FLAGS = 1
