"""The year table: exact yearly sums, extremes and breaks, filled step by step."""

from __future__ import annotations

from hydrosim.kernels._apart import apart
from hydrosim.kernels._jit import hot, merged
from hydrosim.kernels.openers import open_recording, open_work

__all__ = ["close_year_claims", "step_year_claims", "step_year_quantities"]


CLAIM_FIELDS = ("wanted", "supplied", "periods", "short", "longest_break", "deepest_break")
QUANTITY_FIELDS = ("sum", "minimum", "maximum", "last", "above_1", "above_2", "above_3", "above_4")
MET_SHARE_FRAC = 0.99


@merged
def judge_period(year, k, table, running):
    """Judge the running period of a claim and begin the next one.

    A period with demand is short when less than 99 % of it was delivered (SL 278 practice of
    judging by month or dekad). A break is a run of short periods and may span years.
    Writes table[year, k], running[k].
    """
    if running[k, 0] > 0.0:
        table[year, k, 2] += 1.0
        if running[k, 1] < MET_SHARE_FRAC * running[k, 0]:
            table[year, k, 3] += 1.0
            running[k, 2] += 1.0
            if running[k, 2] > table[year, k, 4]:
                table[year, k, 4] = running[k, 2]
            depth = 1.0 - running[k, 1] / running[k, 0]
            if depth > table[year, k, 5]:
                table[year, k, 5] = depth
        else:
            running[k, 2] = 0.0
    running[k, 0] = 0.0
    running[k, 1] = 0.0


@hot
def step_year_claims(step, register, recording):
    """Add a step to the yearly sums of claims; judge a period on its last step.

    Reads register, recording.claim_wanted [m3], claim_supplied [m3], period_end;
    writes recording.claim_table, claim_running.
    """
    year = recording.year[step]
    table = recording.claim_table
    running = recording.claim_running
    for k in range(recording.claim_wanted.size):
        wanted = register[recording.claim_wanted[k]]
        supplied = register[recording.claim_supplied[k]]
        table[year, k, 0] += wanted
        table[year, k, 1] += supplied
        running[k, 0] += wanted
        running[k, 1] += supplied
        if recording.period_end[recording.claim_period[k], step] == 1:
            judge_period(year, k, table, running)


@apart
def close_year_claims(address: int, step: int, _unused: int) -> int:
    """Judge the periods that a run cuts at its last step.

    Parameters
    ----------
    address : int
        The scenario's `Work`; writes ``recording.claim_table`` and ``claim_running``.
    step : int
        The last step.

    Returns
    -------
    int
        0.
    """
    recording = open_recording(open_work(address).recording)
    year = recording.year[step]
    for k in range(recording.claim_wanted.size):
        if recording.period_end[recording.claim_period[k], step] == 0:
            judge_period(year, k, recording.claim_table, recording.claim_running)
    return 0


@hot
def step_year_quantities(step, register, recording):
    """Add a step to the yearly sum, minimum, maximum, last value and days above thresholds.

    Reads register, recording.quantity_register, threshold, days; writes recording.quantity_table,
    whose minimum and maximum start at +inf and -inf.
    """
    year = recording.year[step]
    table = recording.quantity_table
    for q in range(recording.quantity_register.size):
        value = register[recording.quantity_register[q]]
        table[year, q, 0] += value
        if value < table[year, q, 1]:
            table[year, q, 1] = value
        if value > table[year, q, 2]:
            table[year, q, 2] = value
        table[year, q, 3] = value
        for level in range(4):
            if value > recording.threshold[q, level]:
                table[year, q, 4 + level] += recording.days[step]
