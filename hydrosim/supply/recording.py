"""Output buffers of a run: those that a model fixes, and tables that each run begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.kernels.arrays import Recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar, Period
    from hydrosim.supply.build import Model

__all__ = ["open_recording", "renewed"]

PERIODS: tuple[Period, ...] = ("month", "dekad")
FIRST_DAYS = {"month": (1,), "dekad": (1, 11, 21)}
CLAIM_FIELDS, RUNNING_FIELDS, QUANTITY_FIELDS = 6, 3, 8


def open_recording(model: Model, *, keep_series: bool) -> Recording:
    """Return where a run of a model is recorded, with room for all steps if they are kept."""
    builder, tape, calendar = model.builder, model.tape, model.calendar
    steps = calendar.dt_s.size
    records = [tape[builder.records[key].value] for key in sorted(builder.records)]
    claims = [builder.year_claims[name] for name in sorted(builder.year_claims)]
    labels = np.asarray(calendar.water_year(model.config.water_year))
    years, year = np.unique(labels, return_inverse=True)
    thresholds = np.full((len(model.quantities), 4), np.nan)
    for q, one in enumerate(model.quantities):
        thresholds[q, : len(one.thresholds)] = one.thresholds
    return _begun(
        Recording(
            record_register=np.array(records, dtype=np.int64),
            record=np.zeros((steps if keep_series else 0, len(records))),
            year=year.astype(np.int64),
            days=calendar.days,
            period_end=np.array([_period_ends(calendar, period) for period in PERIODS]),
            claim_wanted=np.array([tape[c["wanted"]] for c in claims], dtype=np.int64),
            claim_supplied=np.array([tape[c["supplied"]] for c in claims], dtype=np.int64),
            claim_period=np.array([PERIODS.index(c["period"]) for c in claims], dtype=np.int64),
            claim_table=np.empty((years.size, len(claims), CLAIM_FIELDS)),
            claim_running=np.empty((len(claims), RUNNING_FIELDS)),
            quantity_register=np.array(
                [tape[one.value] for one in model.quantities], dtype=np.int64
            ),
            threshold=thresholds,
            quantity_table=np.empty((years.size, len(model.quantities), QUANTITY_FIELDS)),
            boundary_table=np.empty((years.size, len(builder.boundaries))),
            reason=np.zeros(
                (steps if keep_series else 0, model.program.short_claim.size), dtype=np.int64
            ),
        )
    )


def renewed(recording: Recording, *, keep_series: bool) -> Recording:
    """Return a recording for a further run: the same rows of steps, if kept, and new tables.

    Steps are not emptied: a run writes them all.
    """
    kept = slice(None if keep_series else 0)
    return _begun(recording._replace(record=recording.record[kept], reason=recording.reason[kept]))


def _begun(recording: Recording) -> Recording:
    """Return a recording whose tables stand as before the first step."""
    quantity = np.zeros_like(recording.quantity_table)
    quantity[:, :, 1] = np.inf
    quantity[:, :, 2] = -np.inf
    return recording._replace(
        claim_table=np.zeros_like(recording.claim_table),
        claim_running=np.zeros_like(recording.claim_running),
        quantity_table=quantity,
        boundary_table=np.zeros_like(recording.boundary_table),
    )


def _period_ends(calendar: Calendar, period: Period) -> NDArray[np.int64]:
    """1 on the last step of each period; a step longer than the period is one itself.

    A period that the run cuts at its end is still open there: the end of a run judges it.
    """
    try:
        index = calendar.period_index(period)
    except ValueError:
        return np.ones(calendar.dt_s.size, dtype=np.int64)
    day = int(str(calendar.ends[-1].astype("datetime64[D]"))[-2:])
    return np.append(index[1:] != index[:-1], day in FIRST_DAYS[period]).astype(np.int64)
