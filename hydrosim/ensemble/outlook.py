"""The outlook (早研判、早发现): from today's state over possible waters of the coming months."""

from __future__ import annotations

import calendar as months_of
import datetime
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.ensemble.antecedent import (
    antecedent_weights,
    effective_members,
    weighted_quantiles,
)
from hydrosim.ensemble.measures import first_steps
from hydrosim.ensemble.member import MemberRunner
from hydrosim.ensemble.quantiles import QUANTILES
from hydrosim.errors import ConfigError, DataError, Fault, SimulationError
from hydrosim.io.state import State, load_state
from hydrosim.locale import LANGUAGES, _, in_language
from hydrosim.reading.items import item_numbers, items, values_of
from hydrosim.reading.steps import seconds_of
from hydrosim.reading.supply import firm_claims
from hydrosim.standards.titles import item_title
from hydrosim.supply.attributes import base_attributes
from hydrosim.supply.simulation import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.config.ensemble import Alarm, Outlook
    from hydrosim.config.schema import Config
    from hydrosim.ensemble.hindcast import LeaveOut
    from hydrosim.supply.restart import Restart

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "ALARMS",
    "DANGERS",
    "Coming",
    "come_of",
    "coming",
    "run_outlook",
    "runner_from",
    "share_of",
    "weights_from",
]

DANGERS = ("shortage", "drying", "limit")
ALARMS = ("none", "yellow", "orange", "red")
LIMIT_TOLERANCE_M = 0.001
"""As in the year table: above the flood limit by more than this."""
TODAY = _("the state")


@dataclass(frozen=True, eq=False)
class Coming:
    """What a member brings: whether each danger comes in each month, and storage by step."""

    dangers: dict[str, tuple[list[str], Flags]]
    storage: Floats


def run_outlook(
    config: Config,
    state: State | str | Path,
    *,
    months: int = 6,
    members: int | None = None,
    threads: int | None = None,
    restart: Restart = "auto",
    leave_out: LeaveOut = "later",
    progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Tell from today's state how likely shortage, drying and high levels are.

    Parameters
    ----------
    config
        A config with an ``ensemble:`` block; ``outlook:`` has the thresholds.
    state
        State of a run at the start of today, or its file.
    months
        How far to look: months from today.
    members, threads
        Number of members, default that of the ensemble; threads, default the processors.
    restart
        As for :func:`hydrosim.run`.
    leave_out
        Years of the record that members do not take: ``later``, the year of today and all later
        ones, which were not known then; ``own``, those that the outlook covers; ``none``.
    progress
        Called with the done share in [0, 1].

    Returns
    -------
    xarray.Dataset
        ``probability`` [1] of each warning, (warning, month), and ``alarm``, an index into
        none, yellow, orange, red; ``probability_any`` and ``alarm_any`` over the whole time;
        ``storage_quantile`` [m3], (time, store, quantile). A warning is a danger at a node:
        shortage of a claim (a month short by more than ``shortage_frac``), drying of a store (a
        step below ``drying_frac`` of the storage between dead and normal), limit (a step above
        the flood-limited level).

    Raises
    ------
    ConfigError
        If the config has no ensemble, or does not make a model up to the end of the outlook.
    DataError
        If the state is refused, or too few years of the record are left.
    SimulationError
        If every member failed.
    """
    if config.ensemble is None:
        fault = Fault(("ensemble",), _("no ensemble"), _("a block `ensemble:`, whose members come"))
        raise ConfigError([fault], config.source)
    known = state if isinstance(state, State) else load_state(state)
    today = known.time.astype("datetime64[D]")
    runner = runner_from(config, today, months, leave_out)
    count = members or config.ensemble.members
    found, certificates = come_of(runner, known, range(count), threads, restart, progress)
    return _outlook_of(runner, today, found, certificates)


def come_of(
    runner: MemberRunner,
    state: State,
    members: Sequence[int],
    threads: int | None,
    restart: Restart = "auto",
    progress: Callable[[float], None] | None = None,
) -> tuple[list[Coming | str], list[str]]:
    """Return what members bring from a state on, or why they failed, and the proof of member 0."""
    certificates: list[str] = []

    def come(member: int) -> Coming | str:
        try:
            dataset = run(
                runner.model_of(member), ledger=False, from_state=state, restart=restart
            ).isel(scenario=0, member=0, drop=True)
        except SimulationError as error:
            return error.full_message
        if member == 0:
            certificates.append(dataset.attrs["certificate"])
        return coming(dataset, runner.water.config.outlook)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        found: list[Coming | str] = []
        for one in pool.map(come, members):
            found.append(one)
            if progress is not None:
                progress(len(found) / len(members))
        return found, certificates


def weights_from(
    runner: MemberRunner, today: np.datetime64, members: Sequence[int]
) -> Floats | None:
    """Return the weights of members by their inflow before today; None where all count alike."""
    days = runner.water.config.outlook.antecedent_days
    return None if days is None else antecedent_weights(runner.water, today, days, members)


def _outlook_of(
    runner: MemberRunner, today: np.datetime64, found: list[Coming | str], certificates: list[str]
) -> xr.Dataset:
    """Return the outlook of what members bring, or the reasons for which they failed."""
    failed = {member: one for member, one in enumerate(found) if isinstance(one, str)}
    ran = [one for one in found if isinstance(one, Coming)]
    if not ran:
        message = _(
            "all {count} members failed; the first: {failed}", count=len(found), failed=failed[0]
        )
        raise SimulationError(message)
    weight = weights_from(runner, today, [m for m in range(len(found)) if m not in failed])
    return _dataset(runner, today, ran, failed, certificates, weight)


def runner_from(
    config: Config, today: np.datetime64, months: int, leave_out: LeaveOut
) -> MemberRunner:
    """Return what runs members with the record's water before today."""
    runner = MemberRunner(config, end=_end(today, months), today=today, leave_out=leave_out)
    if today < runner.water.config.calendar.starts[0].astype("datetime64[D]"):
        found, expected = (
            _("a state of {today}", today=today),
            _("one from {start} on", start=config.period.start),
        )
        raise DataError(TODAY, found=found, expected=expected)
    return runner


def _end(today: np.datetime64, months: int) -> datetime.date:
    """Return the last day of some months from a day."""
    first: datetime.date = today.astype(object)
    number = first.year * 12 + first.month - 1 + months
    year, month = divmod(number, 12)
    day = min(first.day, months_of.monthrange(year, month + 1)[1])
    return datetime.date(year, month + 1, day) - datetime.timedelta(days=1)


def coming(dataset: xr.Dataset, outlook: Outlook) -> Coming:
    """Return what a run from today on brings, by danger, item and month."""
    firsts = first_steps(dataset)
    dangers: dict[str, tuple[list[str], Flags]] = {}
    if "demand" in dataset:
        dangers["shortage"] = _short(dataset, firsts, outlook.shortage_frac)
    if "storage" in dataset:
        dangers["drying"] = _dry(dataset, firsts, outlook.drying_frac)
    if "limit_level" in dataset:
        above = values_of(dataset, "level") - values_of(dataset, "limit_level")
        columns = np.flatnonzero(np.isfinite(above).any(axis=0))
        names = _names(dataset, "store", columns)
        high = np.logical_or.reduceat(above[:, columns] > LIMIT_TOLERANCE_M, firsts, axis=0)
        dangers["limit"] = (names, high)
    # A copy: a view would keep all that was recorded of the member.
    return Coming(dangers, values_of(dataset, "storage").copy())


def _names(dataset: xr.Dataset, dimension: str, chosen: NDArray[Any]) -> list[str]:
    return np.array(items(dataset, dimension), dtype=str)[chosen].tolist()


def _short(
    dataset: xr.Dataset, firsts: NDArray[np.int64], short_frac: float
) -> tuple[list[str], Flags]:
    seconds = seconds_of(dataset)[:, np.newaxis]
    chosen = np.array(firm_claims(dataset), dtype=np.int64)
    wanted = np.add.reduceat(values_of(dataset, "demand")[:, chosen] * seconds, firsts, axis=0)
    got = np.add.reduceat(values_of(dataset, "supplied")[:, chosen] * seconds, firsts, axis=0)
    return _names(dataset, "claim", chosen), wanted - got > short_frac * wanted


def _dry(
    dataset: xr.Dataset, firsts: NDArray[np.int64], dry_frac: float
) -> tuple[list[str], Flags]:
    dead = item_numbers(dataset, "store", "store_dead_storage_m3")
    normal = item_numbers(dataset, "store", "store_normal_storage_m3")
    chosen = np.isfinite(dead) & np.isfinite(normal)
    limit = (dead + dry_frac * (normal - dead))[chosen]
    low = values_of(dataset, "storage")[:, chosen] < limit
    return _names(dataset, "store", chosen), np.logical_or.reduceat(low, firsts, axis=0)


def _alarm(probability: Floats, alarm: Alarm) -> NDArray[np.int8]:
    """Return the index into ALARMS of probabilities."""
    limits = np.array([alarm.yellow, alarm.orange, alarm.red])
    # A probability of members k/n that is meant to be the limit counts as reaching it.
    return np.searchsorted(limits, probability + 1e-12, side="right").astype(np.int8)


def _dataset(
    runner: MemberRunner,
    today: np.datetime64,
    ran: Sequence[Coming],
    failed: dict[int, str],
    certificates: list[str],
    weight: Floats | None,
) -> xr.Dataset:
    import xarray as xr

    config = runner.water.config
    starts = config.calendar.starts
    time = starts[starts >= today]
    months = np.unique(time.astype("datetime64[M]"))
    rows = _warnings(config.outlook, ran, weight)
    stores = sorted(runner.model.builder.items.get("store", {}))
    held = np.array([one.storage for one in ran])
    if weight is None:
        storage = np.quantile(held, QUANTILES, axis=0)
    else:
        storage = weighted_quantiles(held, weight, QUANTILES)
    whole = ("warning", "month")
    dataset = xr.Dataset(
        {
            "probability": (whole, _table(rows["share"], months.size), _attributes("probability")),
            "alarm": (
                whole,
                _table(rows["alarm"], months.size).astype(np.int8),
                _attributes("alarm"),
            ),
            "probability_any": (
                "warning",
                np.array(rows["any"], float),
                _attributes("probability"),
            ),
            "alarm_any": ("warning", np.array(rows["alarm_any"], np.int8), _attributes("alarm")),
            "storage_quantile": (
                ("quantile", "time", "store"),
                storage,
                {"units": "m3", "long_name": "storage: quantiles over members"},
            ),
        },
        {
            "month": months.astype("datetime64[ns]"),
            "time": time.astype("datetime64[ns]"),
            "store": np.array(stores, dtype=str),
            "quantile": QUANTILES,
            "warning_danger": ("warning", np.array(rows["danger"], dtype=str)),
            "warning_item": ("warning", np.array(rows["item"], dtype=str)),
        },
        {
            **base_attributes(config),
            "engine": "outlook",
            "today": str(today),
            "members": len(ran) + len(failed),
            "effective_members": len(ran) if weight is None else effective_members(weight),
            "left_out_years": np.array(runner.water.left_out, dtype=np.int32),
            "failed": json.dumps({str(member): why for member, why in failed.items()}),
            "failed_zh": json.dumps({str(m): in_language(why, "zh") for m, why in failed.items()}),
            "certificate": certificates[0] if certificates else "{}",
        },
    )
    for language in LANGUAGES:
        suffix = "" if language == "en" else f"_{language}"
        titles = [item_title(dataset, name).in_language(language) for name in rows["item"]]
        dataset[f"warning_title{suffix}"] = ("warning", np.array(titles, dtype=str))
    return dataset.set_coords(["warning_title", "warning_title_zh"])


def _warnings(
    outlook: Outlook, ran: Sequence[Coming], weight: Floats | None
) -> dict[str, list[Any]]:
    """Return warnings by column: danger and item; shares of members and alarms, by month and any.

    Shares and alarms by month have the shape (months,).
    """
    columns = ("danger", "item", "share", "any", "alarm", "alarm_any")
    rows: dict[str, list[Any]] = {column: [] for column in columns}
    for danger in DANGERS:
        if danger not in ran[0].dangers:
            continue
        alarm: Alarm = dict(outlook)[danger]
        names = ran[0].dangers[danger][0]
        flags = np.array([one.dangers[danger][1] for one in ran])
        share = share_of(flags, weight)
        ever = share_of(np.asarray(flags.any(axis=1)), weight)
        for column, name in enumerate(names):
            rows["danger"].append(danger)
            rows["item"].append(name)
            rows["share"].append(share[:, column])
            rows["any"].append(ever[column])
            rows["alarm"].append(_alarm(share[:, column], alarm))
            rows["alarm_any"].append(_alarm(ever[column : column + 1], alarm)[0])
    return rows


def share_of(flags: Flags, weight: Floats | None) -> Floats:
    """Return the share of members in which something comes, along the first axis."""
    if weight is None:
        return flags.mean(axis=0)
    shares = np.zeros(flags.shape[1:])
    for one, part in zip(flags, weight, strict=True):
        shares += part * one
    return np.minimum(shares, 1.0)


def _table(rows: list[Any], months: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), months)


def _attributes(what: str) -> dict[str, str]:
    if what == "alarm":
        meanings = ", ".join(f"{code}: {word}" for code, word in enumerate(ALARMS))
        return {"long_name": "alarm", "comment": meanings}
    return {"units": "1", "long_name": "share of members in which it comes"}
