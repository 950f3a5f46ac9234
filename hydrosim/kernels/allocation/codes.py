"""Named constants of the allocation core: status codes and offsets into its small arrays.

Kernels read them as attributes of this module, which numba freezes into the machine code: an
offset costs nothing.
"""

MODE_FAIR = 0
MODE_LEAST_COST = 1

# Result of a step.
STATUS_FINE = 0
STATUS_INFEASIBLE = 1
"""No x with A x = rhs and 0 <= x <= upper, even at the widest tolerance."""
STATUS_NOT_FINITE = 2
"""A NaN, an infinity or a negative bound among the step's data."""
STATUS_TROUBLE = 3
"""The basis stayed singular or the pivots did not end, even from a cold start."""
STATUS_NO_POLICY = 4
"""The step asks for a policy that the model does not have."""

STATUS_TEXT = {
    STATUS_FINE: "fine",
    STATUS_INFEASIBLE: "no feasible flow",
    STATUS_NOT_FINITE: "a value is not finite or a bound is negative",
    STATUS_TROUBLE: "numerical trouble in the allocation",
    STATUS_NO_POLICY: "no policy has this number",
}

# Result of one run of the dual simplex, or of one solution of a step.
FEASIBLE = 0
INFEASIBLE = 1
TROUBLE = 2
UNSOUND = 3
"""A NaN, an infinity or a negative bound among the data."""

# Where a column stands.
AT_LOWER = 0
AT_UPPER = 1
BASIC = 2

# How claims are served.
WAY_BY_SIZE = 0
WAY_CUTS = 1
WAY_GROUPS = 2

# Where a claim stands in the picture of groups; from 0 on: the slot of its group.
FULL = -1
EMPTY = -2
ORDINARY = -3
"""No claim today: its column is as any other."""
FROZEN = -4
"""Kept at a volume of its own for a while."""

NO_RANK = 1 << 30
"""Rank of a slot without a group."""

# sizes (int64): the model's dimensions
ROWS = 0
COLUMNS = 1
CLAIMS = 2
MODE = 3
CLASSES = 4
ENTRIES = 5
"""Entries of the matrix, the artificial columns included."""
POLICIES = 6
"""Ladders; where there are overflow columns as many follow that serve overflow first."""
OVERFLOWS = 7

# scalars (float64)
MODEL_TOLERANCE = 0

# counters (float64)
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
    "mixed_cuts",
    "rounds",
    "overflow_steps",
    "overflow_solves",
    "overflow_given_up",
    "group_steps",
    "group_exchanges",
    "group_failures",
)
STEPS = 0
PIVOTS = 1
FLIPS = 2
REFACTORISATIONS = 3
NEW_CUTS = 4
ACTIVATIONS = 5
FALLBACKS = 6
"""Steps solved class by class."""
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
MIXED_CUTS = 15
"""Cuts made by adding cuts."""
ROUNDS = 16
"""Times that the simplex refused the water-filling's volumes."""
OVERFLOW_STEPS = 17
"""Steps in which some overflow was held back until its store is full."""
OVERFLOW_SOLVES = 18
"""Further solutions that this took."""
OVERFLOW_GIVEN_UP = 19
"""Steps in which overflow had to go before all lines."""
GROUP_STEPS = 20
"""Solutions found by groups."""
GROUP_EXCHANGES = 21
GROUP_FAILURES = 22
"""Solutions that groups did not find, so that cuts did."""
COUNTERS_KEPT = 23

# control (int64)
LAST_VARIANT = 0
LAST_POLICY = 1
NEED_FACTOR = 2
NEED_COSTS = 3
NEED_FLIPS = 4
NEED_VALUES = 5
"""Set when the basic volumes must be computed afresh, not from what changed."""
NEED_REACH = 6
OPERATIONS = 7
"""Elementary operations in the factors of the basis, product-form updates included."""
GATHERED = 8
"""Operations before the ones that came from columns with one open row."""
BASE_OPERATIONS = 9
BASE_ENTRIES = 10
UPDATES = 11
"""Pivots since the basis was last factorised."""
COST_UPDATES = 12
"""Pivots since the reduced costs were last computed afresh."""
BLOCKED_ROW = 13
"""Position in the basis of the row that proved infeasibility."""
BLOCKED_SIGN = 14
OFFENDING_ROW = 15
NOW = 16
POLICY = 17
WIDENING = 18
"""Powers of ten by which the tolerance is widened."""
CUTS = 19
ACTIVE_CUTS = 20
LIVE_NEGATIVE = 21
"""Set when some active cut holds a claim with a negative weight."""
GAPS_KNOWN = 22
FIRST_CLASS = 23
"""First class that a cut made active today binds."""
EVENTS = 24
BUMP = 25
PATIENT = 26
"""Set when trouble is answered with wider tolerances."""
ENDED = 27
"""How the step's first solution ended."""
LOST_CUTS = 28
"""Set when cuts that hold claims in this solution may be gone."""
FACTORS_OF_GROUPS = 29
"""Set when the factors are those of the basis with the columns of groups."""
GROUP_VARIANT = 30
GROUP_POLICY = 31
GROUPS_USED = 32
"""Slots of groups in use, free ones between them included."""
GROUP_FACTOR = 33
"""Set when the basis with groups must be factorised."""
GROUP_PRICES = 34
"""Set when the rows of the levels must be computed afresh."""
SUSPECTS = 35
EXCHANGES = 36
BY_GROUPS = 37
"""Set when the last solution was found by groups."""
MOVE_RANK = 38
"""The rank that the move found makes better; plus NO_RANK where it is the claim's own."""
MOVE_SENSE = 39
RANKS = 40
"""Groups in order."""
EVENT_KIND = 41
EVENT_PLACE = 42
EVENT_SIDE = 43
EVENT_CLAIM = 44
WAY = 45
"""How claims are served: by groups or cuts as the network is large or small, or always by one."""
GROUP_AGE = 46
"""Exchanges since the rates were last computed afresh."""
GROUP_REST = 47
"""Solutions for which groups rest after they failed."""
GROUP_PAUSE = 48
"""How long their last rest was: twice as long from failure to failure."""
SLIGHTLY_OUT = 49
"""Set when the simplex left some volume out of its bounds by more than a little."""
CELLS = 50
"""Cells of rates that were ever made, see group_rates.py."""
CELLS_IN_USE = 51
"""Those of them that stand in a list of rates."""
FREE_CELL = 52
"""First of the cells that are free again, -1 where none is."""
NEW_PICTURE = 53
"""Set from the start of a picture until its parts have been mended apart."""
CONTROLS = 54

# Reasons: what `explain` found.
FLAG_USED_ABOVE = 1
"""Some claim of an equal or earlier class uses or reserves the water within reach."""
FLAG_NO_WATER = 2
"""Nothing within reach is held back: all the water there is has been used."""
FLAG_NO_TAKER = 4
"""What the claim would bring has no way on from where it arrives."""
FLAG_NO_ROOM = 8
"""Some claim of an equal or earlier class keeps room free where the claim's water would arrive."""
BLOCK_FULL = 1
"""The column carries its upper bound: a canal, a pipe, an account, an import."""
BLOCK_EMPTY = 2
"""The column of a single row carries nothing: an empty zone, the slack of an exhausted cap."""
OUTCOME_COUNT = 0
OUTCOME_FLAGS = 1
