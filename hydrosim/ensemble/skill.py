"""How good outlooks are: what they would have said in each past year, beside what came.

From the record's run the state of one day of every year is kept; from each the outlook is made as
it would have been, without the years that it covers. Its probabilities are judged by the score of
Brier (1950), parted as Murphy (1973) does, against the share of the other years in which a danger
came.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.ensemble.outlook import (
    DANGERS,
    Coming,
    come_of,
    coming,
    runner_from,
    share_of,
    weights_from,
)
from hydrosim.errors import ConfigError, DataError, Fault, SimulationError
from hydrosim.io.missing import explain_missing
from hydrosim.locale import LANGUAGES, _
from hydrosim.standards.titles import item_title
from hydrosim.supply.attributes import base_attributes
from hydrosim.supply.build import build_model
from hydrosim.supply.engine import open_engine
from hydrosim.supply.loop import advance
from hydrosim.supply.restart import capture
from hydrosim.supply.simulation import run
from hydrosim.supply.start import started_register

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.ensemble.hindcast import LeaveOut
    from hydrosim.io.state import State
    from hydrosim.supply.build import Model

    Floats = NDArray[np.float64]

__all__ = ["BINS", "brier_parts", "run_hindcasts"]

BINS = 10
NOT_DEFINED = _("too few outlooks, or none of them with this probability")
"""Classes of probability of the reliability diagram."""
LEAST_STARTS = 5


def run_hindcasts(
    config: Config,
    start: tuple[int, int],
    *,
    months: int = 6,
    members: int | None = None,
    threads: int | None = None,
    leave_out: LeaveOut = "own",
    progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Make the outlook from one day of every year of the record, and judge it by what came.

    Parameters
    ----------
    config
        A config with an ``ensemble:`` block.
    start
        Month and day of the outlooks.
    months
        How far they look.
    members, threads
        Members of each outlook, default those of the ensemble; threads, default the processors.
    leave_out
        Years of the record that members do not take: ``own``, those that the outlook covers, or
        ``later``, which leaves no outlook before ten years have passed.
    progress
        Called with the done share.

    Returns
    -------
    xarray.Dataset
        ``probability`` and ``came`` of each warning, (start, warning, month), and of the whole
        outlook, (start, warning); by danger ``brier``, ``brier_reference``, ``skill``,
        ``reliability``, ``resolution`` and ``uncertainty`` of the probabilities over the whole
        outlook, and of the reliability diagram ``bin_probability``, ``bin_frequency``,
        ``bin_count`` (danger, bin).

    Raises
    ------
    ConfigError
        If the config has no ensemble, or does not make a model.
    DataError
        If fewer than five outlooks fit into the record.
    SimulationError
        If all members of an outlook failed.
    """
    if config.ensemble is None:
        fault = Fault(("ensemble",), _("no ensemble"), _("a block `ensemble:`, whose members come"))
        raise ConfigError([fault], config.source)
    model = build_model(config)
    days = _starts(model, start, months, config.outlook.antecedent_days or 1)
    states = _states(model, days)
    count = range(members or config.ensemble.members)
    rows: list[tuple[dict[str, tuple[list[str], Floats, Floats]], Coming]] = []
    kept: list[np.datetime64] = []
    for number, (today, state) in enumerate(zip(days, states, strict=True)):
        try:
            runner = runner_from(config, today, months, leave_out)
        except DataError:
            if leave_out == "later":  # too few years have passed
                continue
            raise
        found, _proof = come_of(runner, state, count, threads)
        ran = [one for one in found if isinstance(one, Coming)]
        if not ran:
            raise SimulationError(str(found[0]))
        weight = weights_from(
            runner, today, [m for m, one in enumerate(found) if isinstance(one, Coming)]
        )
        true_model = runner.refold.model_of(runner.water.base)
        truth = run(true_model, ledger=False, from_state=state).isel(
            scenario=0, member=0, drop=True
        )
        rows.append((_shares(ran, weight), coming(truth, config.outlook)))
        kept.append(today)
        if progress is not None:
            progress((number + 1) / len(days))
    _check_starts(kept, months)
    return _dataset(config, kept, rows, months, len(count), leave_out)


def _starts(
    model: Model, start: tuple[int, int], months: int, days_before: int
) -> list[np.datetime64]:
    """Return the days of each year from which an outlook ends within the period."""
    edges = model.calendar.starts.astype("datetime64[D]")
    first, last = int(str(edges[0])[:4]), int(str(edges[-1])[:4])
    found = []
    for year in range(first, last + 1):
        day = np.datetime64(datetime.date(year, *start))
        whole = day.astype("datetime64[M]") + months
        end = whole.astype("datetime64[D]") + (day - day.astype("datetime64[M]")).astype(int)
        last_day = model.calendar.ends[-1].astype("datetime64[D]")
        if edges[0] <= day - days_before and end <= last_day and bool((edges == day).any()):
            found.append(day)
    _check_starts(found, months)
    return found


def _check_starts(days: Sequence[np.datetime64], months: int) -> None:
    if len(days) < LEAST_STARTS:
        raise DataError(
            _("the record"),
            found=_("{count} outlooks of {months} months", count=len(days), months=months),
            expected=_("at least {count}, each from the start of a step", count=LEAST_STARTS),
        )


def _states(model: Model, days: Sequence[np.datetime64]) -> list[State]:
    """Run the record once and return the state at the start of each day."""
    register, _cycles = started_register(model, model.tape.initial_register[0].copy(), None)
    engine = open_engine(model, register, ledger=False)
    steps = np.searchsorted(model.calendar.starts.astype("datetime64[D]"), days).tolist()
    states, before = [], 0
    for step in steps:
        advance(engine, before, step, None)
        states.append(capture(engine, step))
        before = step
    return states


def _shares(
    ran: Sequence[Coming], weight: Floats | None
) -> dict[str, tuple[list[str], Floats, Floats]]:
    """Return by danger its items, their probabilities by month and over the whole outlook."""
    found = {}
    for danger in DANGERS:
        if danger in ran[0].dangers:
            flags = np.array([one.dangers[danger][1] for one in ran])
            whole = share_of(np.asarray(flags.any(axis=1)), weight)
            found[danger] = (ran[0].dangers[danger][0], share_of(flags, weight).T, whole)
    return found


def brier_parts(probability: Floats, came: Floats, reference: Floats) -> dict[str, Any]:
    """Judge probabilities by what came.

    Parameters
    ----------
    probability, came, reference
        Probability, what came (1 or 0), and the probability of one who knows only how often it
        came in other years; each of shape (cases,).

    Returns
    -------
    dict
        ``brier``, the mean of (p - o)^2; ``brier_reference`` that of the reference; ``skill`` 1 -
        brier / brier_reference, nan where the danger came always or never; ``reliability``,
        ``resolution`` and ``uncertainty`` over classes of probability (Murphy 1973: brier =
        reliability - resolution + uncertainty where probabilities of a class are alike); and
        ``bin_probability``, ``bin_frequency``, ``bin_count`` of the classes.
    """
    brier = float(np.mean((probability - came) ** 2))
    of_reference = float(np.mean((reference - came) ** 2))
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    some = np.maximum(count, 1)
    mean = np.bincount(place, probability, BINS) / some
    frequency = np.bincount(place, came, BINS) / some
    base = float(came.mean())
    return {
        "brier": brier,
        "brier_reference": of_reference,
        "skill": 1.0 - brier / of_reference if of_reference > 0.0 else np.nan,
        "reliability": float((count * (mean - frequency) ** 2).sum() / came.size),
        "resolution": float((count * (frequency - base) ** 2).sum() / came.size),
        "uncertainty": base * (1.0 - base),
        "bin_probability": np.where(count > 0, mean, np.nan),
        "bin_frequency": np.where(count > 0, frequency, np.nan),
        "bin_count": count,
    }


def _dataset(
    config: Config,
    days: Sequence[np.datetime64],
    rows: Sequence[tuple[dict[str, tuple[list[str], Floats, Floats]], Coming]],
    months: int,
    members: int,
    leave_out: LeaveOut,
) -> xr.Dataset:
    import xarray as xr

    dangers = [danger for danger in DANGERS if danger in rows[0][0]]
    warnings = [(danger, item) for danger in dangers for item in rows[0][0][danger][0]]
    share = np.array([np.vstack([of[d][1] for d in dangers]) for of, _truth in rows])
    whole = np.array([np.concatenate([of[d][2] for d in dangers]) for of, _truth in rows])
    truths = [np.vstack([t.dangers[d][1].T for d in dangers]) for _of, t in rows]
    came = np.array(truths, dtype=np.float64)
    came_whole = np.asarray(came.any(axis=2), dtype=np.float64)
    # What the other years say of each warning.
    others = (came_whole.sum(axis=0) - came_whole) / (len(days) - 1)
    danger_of = np.array([danger for danger, _item in warnings])
    parts = [
        brier_parts(*(table[:, danger_of == d].ravel() for table in (whole, came_whole, others)))
        for d in dangers
    ]
    table = {key: np.array([part[key] for part in parts]) for key in parts[0]}
    dims = ("start", "warning")
    dataset = xr.Dataset(
        {
            "probability": ((*dims, "lead"), share, {"units": "1"}),
            "came": ((*dims, "lead"), came, {"units": "1"}),
            "probability_any": (dims, whole, {"units": "1"}),
            "came_any": (dims, came_whole, {"units": "1"}),
            **{
                key: (("danger", "bin") if key.startswith("bin_") else ("danger",), content)
                for key, content in table.items()
            },
        },
        {
            "start": np.array(days).astype("datetime64[ns]"),
            "lead": np.arange(share.shape[2]),
            "danger": np.array(dangers, dtype=str),
            "warning_danger": ("warning", danger_of.astype(str)),
            "warning_item": ("warning", np.array([item for _d, item in warnings], dtype=str)),
        },
        {
            **base_attributes(config),
            "engine": "outlook_skill",
            "months": months,
            "members": members,
            "leave_out": leave_out,
        },
    )
    for language in LANGUAGES:
        suffix = "" if language == "en" else f"_{language}"
        titles = [item_title(dataset, item).in_language(language) for _d, item in warnings]
        dataset[f"warning_title{suffix}"] = ("warning", np.array(titles, dtype=str))
    explain_missing(dataset, NOT_DEFINED)
    return dataset.set_coords(["warning_title", "warning_title_zh"])
