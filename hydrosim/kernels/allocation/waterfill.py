"""Water-filling over the active cuts: the lexicographic max-min vector of a relaxation.

Every claim is written by its deficit e: what its column falls short of its best (delivery), or
carries (a column that wants to stay unused).  In a class, e_k(mu) = clamp(c_k + g_k mu, 0, E_k)
with mu = 1 - level; a plain claim has c = 0, g = E = wanted, a share factor or a bound below the
wish moves c and g.  A cut reads sum_k a_k e_k >= V with a_k = w_k (delivery) or -w_k (unused) and
V its violation with every claim at its best.  Class by class mu falls from the worst until a cut
is tight; the claims that it holds (a_k > 0) are fixed, the others go on.  Claims of later classes
count as unserved where that relieves the cut, claims with a_k < 0 as fully served: so the result
is never below the truth, and it is the truth as soon as it is feasible.
"""

from typing import Any

from hydrosim.kernels._jit import merged
from hydrosim.kernels.allocation.codes import (
    ACTIVE_CUTS,
    BEST,
    CLASS_TODAY,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_TIGHT,
    DEFICIT,
    FIXED,
    NEED,
    OFFSET,
    SLOPE,
    TARGET,
    VIOLATION,
    WEIGHT,
    WORST,
)
from hydrosim.kernels.allocation.cuts import measure_cut

NOTHING = 1e-12


# One function on purpose: each further call level is optimised again in every caller.
@merged
def fill_classes(model: Any, state: Any, policy: int, now: int) -> None:
    """Set the targets and deficits of all of today's claims from the active cuts.

    Parameters
    ----------
    model : AllocationModel
        Reads the ladder.
    state : AllocationState
        Reads the active cuts and the claims' wishes; writes TARGET and DEFICIT [m3].
    policy : int
        Today's ladder [-].
    now : int
        Number of this step; marks the cuts that are tight.
    """
    claim = state.claim
    flag = state.claim_flag
    cut = state.cut
    index = state.cut_index
    weight = state.cut_value
    water = state.water
    held = state.share_of_cut
    later = state.later
    relevant = state.eligible
    sense = model.claim_sense
    classes = model.class_ptr.shape[1] - 1

    # The cuts that matter: violated at the claims' best, or helped by some claim.
    count = 0
    for a in range(state.control[ACTIVE_CUTS]):
        c = state.active[a]
        out = measure_cut(model, state, c, BEST)
        matters = out > 0.0
        if not matters:
            for e in range(cut[c, CUT_CLAIMS], cut[c, CUT_COLUMNS]):
                k = index[e]
                if flag[CLASS_TODAY, k] >= 0 and weight[e] * sense[k] < 0.0:
                    matters = True
        if matters:
            relevant[count] = c
            water[VIOLATION, count] = out
            count += 1
    for q in range(classes):
        for e in range(model.class_ptr[policy, q], model.class_ptr[policy, q + 1]):
            k = model.claim_order[policy, e]
            claim[TARGET, k] = claim[BEST, k]
            claim[DEFICIT, k] = 0.0
            flag[FIXED, k] = 0
    if count == 0:
        return

    for k in range(model.claims):
        for a in range(count):
            held[k, a] = 0.0
    for q in range(classes + 1):
        for a in range(count):
            later[q, a] = 0.0
    for a in range(count):
        c = relevant[a]
        for e in range(cut[c, CUT_CLAIMS], cut[c, CUT_COLUMNS]):
            k = index[e]
            if flag[CLASS_TODAY, k] >= 0:
                value = weight[e] * sense[k]
                held[k, a] = value
                if value > 0.0:
                    later[flag[CLASS_TODAY, k], a] += value * claim[WORST, k]
    for q in range(classes - 1, -1, -1):
        for a in range(count):
            later[q, a] += later[q + 1, a]

    for q in range(classes):
        first = model.class_ptr[policy, q]
        last = model.class_ptr[policy, q + 1]
        binding = False
        for a in range(count):
            water[NEED, a] = water[VIOLATION, a] - later[q + 1, a]
            if water[NEED, a] > 0.0:
                binding = True
        if not binding:
            continue
        plain = True
        for a in range(count):
            water[WEIGHT, a] = 0.0
        for e in range(first, last):
            k = model.claim_order[policy, e]
            if claim[OFFSET, k] != 0.0 or claim[WORST, k] != claim[SLOPE, k]:
                plain = False
            for a in range(count):
                water[WEIGHT, a] += max(held[k, a], 0.0) * claim[WORST, k]
        left = last - first
        while left > 0:
            tight = -1
            level = 0.0
            if plain:
                for a in range(count):
                    if water[WEIGHT, a] > 0.0 and water[NEED, a] > level * water[WEIGHT, a]:
                        level = water[NEED, a] / water[WEIGHT, a]
                        tight = a
                level = min(level, 1.0)
            else:
                # Each cut alone: the least mu at which the claims that it holds give enough.
                level = -1e300
                for a in range(count):
                    if water[NEED, a] > 0.0:
                        free = 0
                        mu = 1e300
                        total = 0.0
                        for e in range(first, last):
                            k = model.claim_order[policy, e]
                            if held[k, a] > 0.0 and flag[FIXED, k] == 0 and claim[SLOPE, k] > 0.0:
                                free += 1
                                mu = min(mu, -claim[OFFSET, k] / claim[SLOPE, k])
                        if free == 0:
                            continue
                        while total < water[NEED, a]:
                            total = 0.0
                            slope = 0.0
                            until = 1e300
                            for e in range(first, last):
                                k = model.claim_order[policy, e]
                                g = claim[SLOPE, k]
                                if held[k, a] > 0.0 and flag[FIXED, k] == 0 and g > 0.0:
                                    start = -claim[OFFSET, k] / g
                                    stop = (claim[WORST, k] - claim[OFFSET, k]) / g
                                    if mu >= stop:
                                        total += held[k, a] * claim[WORST, k]
                                    elif mu >= start:
                                        total += held[k, a] * (claim[OFFSET, k] + g * mu)
                                        slope += held[k, a] * g
                                        until = min(until, stop)
                                    else:
                                        until = min(until, start)
                            if total >= water[NEED, a]:
                                break
                            if until == 1e300:
                                break
                            ahead = until
                            if slope > 0.0:
                                ahead = mu + (water[NEED, a] - total) / slope
                            if ahead < until:
                                mu = ahead
                                break
                            mu = until
                        if mu > level:
                            level = mu
                            tight = a
            if tight < 0:
                break
            c = relevant[tight]
            cut[c, CUT_TIGHT] = now
            for e in range(first, last):
                k = model.claim_order[policy, e]
                if flag[FIXED, k] == 1 or held[k, tight] <= 0.0:
                    continue
                flag[FIXED, k] = 1
                left -= 1
                deficit = claim[OFFSET, k] + claim[SLOPE, k] * level
                deficit = min(max(deficit, 0.0), claim[WORST, k])
                claim[DEFICIT, k] = deficit
                if sense[k] < 0.0:
                    claim[TARGET, k] = deficit
                elif plain:
                    claim[TARGET, k] = claim[BEST, k] * (1.0 - level)
                else:
                    claim[TARGET, k] = claim[BEST, k] - deficit
                for a in range(count):
                    a_k = held[k, a]
                    water[NEED, a] -= a_k * deficit
                    water[VIOLATION, a] -= a_k * deficit
                    if a_k > 0.0:
                        water[WEIGHT, a] -= a_k * claim[WORST, k]
                        if water[WEIGHT, a] < NOTHING * later[q, a]:
                            water[WEIGHT, a] = 0.0
            water[WEIGHT, tight] = 0.0
            water[NEED, tight] = 0.0
