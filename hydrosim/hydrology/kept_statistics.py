"""What a generator keeps: statistics of the record beside those of its members, with tolerances.

Each row compares with the *record*, never with what the model was fitted to: a margin that is wrong
fails here. What members of the record's length have by chance is the band of 1 to 99 % of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.drought import drought_runs
from hydrosim.hydrology.patterns import WEATHER
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.hydrology.sample_statistics import (
    cross_correlation,
    lag_one_correlation,
    moments,
    rank_correlation,
)
from hydrosim.hydrology.synthetic import SyntheticModel
from hydrosim.locale import _

__all__ = ["TOLERANCES", "KeptStatistic", "Tolerance", "kept_statistics", "kept_table"]

Floats = NDArray[np.float64]

BAND = (0.01, 0.99)
DAILY_MEMBERS = 100
DRY_DAY = 1.0  # mm; a day with less rain is dry (WMO)
LOW_FRAC = 0.1
LOW_FLOW_FRAC = 0.2
DRIEST_YEARS = 5


@dataclass(frozen=True)
class Tolerance:
    """Largest allowed departure: an absolute part, a part of the record's, a part of the spread.

    The spread is the standard deviation of the yearly totals.
    """

    absolute: float = 0.0
    relative: float = 0.0
    spread: float = 0.0


# For a pool of 400 members of 39 years: twice its sampling error or more.
TOLERANCES: dict[str, Tolerance] = {
    "mean": Tolerance(relative=0.01, spread=0.03),
    "variation": Tolerance(absolute=0.005, relative=0.05),
    "skewness": Tolerance(absolute=0.20, relative=0.15),
    "low_quantile": Tolerance(absolute=0.05),
    "zero_share": Tolerance(absolute=0.03),
    "lag_one": Tolerance(absolute=0.05),
    "cross_correlation": Tolerance(absolute=0.05),
    "month_share": Tolerance(absolute=0.04),
    "seam_correlation": Tolerance(absolute=0.20),
    "low_flow_run": Tolerance(relative=0.15),
}


@dataclass(frozen=True)
class KeptStatistic:
    """One row of the table.

    Attributes
    ----------
    statistic : str
        Judged by a tolerance are ``mean``, ``variation`` (Cv), ``skewness`` (Cs),
        ``low_quantile`` (the total of the driest tenth of years, in parts of the mean),
        ``zero_share`` (share of years without water), ``lag_one``, ``cross_correlation``,
        ``month_share``, ``seam_correlation`` (rank correlation of a river's last step of a year
        with the first of the next) and ``low_flow_run`` (mean over years of the longest run of
        steps at or below the record's 20 % quantile). Judged by whether the record lies among the
        members are ``lowest_year`` and ``driest_five_years`` (in parts of the mean),
        ``longest_dry_run`` [years below the mean], ``drought_deficit`` [mean years],
        ``longest_low_flow_run`` [steps] and ``longest_dry_spell`` [days with less than 1 mm]. Seam
        and low flow are rows of rivers alone.
    series : str
        The series, or two of them.
    record : float
        Statistic of the record.
    generated : float
        Over the pool of all members; the median of the members for runs, lowest years and the
        seam.
    low, high : float
        1 and 99 % of members of the record's length.
    tolerance : float
        Largest departure of `generated` from `record`; 0 where the band judges.
    kept : bool
        Whether it is kept.
    """

    statistic: str
    series: str
    record: float
    generated: float
    low: float
    high: float
    tolerance: float
    kept: bool


def kept_statistics(
    model: SyntheticModel,
    seed: int,
    members: int = 400,
    tolerances: Mapping[str, Tolerance] | None = None,
) -> list[KeptStatistic]:
    """Compare members with the record.

    Parameters
    ----------
    model : SyntheticModel
        The generator.
    seed : int
        Seed of the members 0, 1, ...
    members : int
        Number of members of the record's length, at least 50; the first hundred are looked at by
        month and day too.
    tolerances : mapping of str to Tolerance, optional
        Tolerances that replace those of `TOLERANCES`.

    Returns
    -------
    list of KeptStatistic
        Rows by statistic, then by series.

    Raises
    ------
    ConfigError
        If there are fewer than 50 members, or a tolerance is named that is not used.
    """
    if members < 50:
        refuse("members", str(members), _("at least 50 members"))
    for name in tolerances or {}:
        check_choice("tolerances", name, TOLERANCES)
    allowed = {**TOLERANCES, **(tolerances or {})}
    first, years = model.record.first_year, model.record.years
    totals = np.stack([model.year_totals(seed, one, first, years) for one in range(members)])
    rows = [
        *_moment_rows(model, totals, allowed),
        *_low_rows(model, totals, allowed),
        *_lag_rows(model, totals, allowed["lag_one"]),
        *_cross_rows(model, totals, allowed["cross_correlation"]),
        *_run_rows(model, totals),
        *_within_year_rows(model, seed, min(members, DAILY_MEMBERS), allowed),
    ]
    order = list(dict.fromkeys(row.statistic for row in rows))
    return sorted(rows, key=lambda row: order.index(row.statistic))


def kept_table(rows: Sequence[KeptStatistic]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| statistic | series | record | generated | 1 to 99 % of members | tolerance | kept |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        allowed = f"{row.tolerance:.3g}" if row.tolerance else "in the band"
        lines.append(
            f"| {row.statistic} | {row.series} | {row.record:.4g} "
            f"| {row.generated:.4g} | {row.low:.4g} to {row.high:.4g} | {allowed} "
            f"| {'yes' if row.kept else 'no'} |"
        )
    return "\n".join(lines)


def _judged(
    statistic: str,
    series: str,
    numbers: tuple[float, float],
    members: Floats,
    tolerance: float,
) -> KeptStatistic:
    record, generated = (float(number) for number in numbers)
    low, high = np.quantile(members, BAND)
    kept = abs(generated - record) <= tolerance
    return KeptStatistic(
        statistic, series, record, generated, float(low), float(high), tolerance, kept
    )


def _in_band(statistic: str, series: str, record: float, members: Floats) -> KeptStatistic:
    low, high = (float(edge) for edge in np.quantile(members, BAND))
    middle = float(np.median(members))
    kept = low <= record <= high
    return KeptStatistic(statistic, series, record, middle, low, high, 0.0, kept)


def _of(allowed: Tolerance, record: float, spread: float = 0.0) -> float:
    return allowed.absolute + allowed.relative * abs(record) + allowed.spread * spread


def _moment_rows(
    model: SyntheticModel, totals: Floats, allowed: Mapping[str, Tolerance]
) -> Iterator[KeptStatistic]:
    for place, name in enumerate(model.record.names):
        pool = moments(totals[:, place].ravel())
        record = moments(model.record.totals[place])
        each = [moments(row) for row in totals[:, place]]
        for statistic in ("mean", "variation", "skewness"):
            there, made = (float(getattr(one, statistic)) for one in (record, pool))
            members = np.array([getattr(one, statistic) for one in each])
            tolerance = _of(allowed[statistic], there, record.mean * record.variation)
            yield _judged(statistic, str(name), (there, made), members, tolerance)


def _low_rows(
    model: SyntheticModel, totals: Floats, allowed: Mapping[str, Tolerance]
) -> Iterator[KeptStatistic]:
    """Yield the low end of each series: its driest years, in parts of the record's mean."""
    for place, name in enumerate(model.record.names):
        mean = float(model.record.totals[place].mean())
        record, made = model.record.totals[place] / mean, totals[:, place] / mean
        low = np.quantile(record, LOW_FRAC), np.quantile(made, LOW_FRAC)
        each = np.quantile(made, LOW_FRAC, axis=1)
        tolerance = _of(allowed["low_quantile"], float(low[0]))
        yield _judged("low_quantile", str(name), (float(low[0]), float(low[1])), each, tolerance)
        zero = (record == 0.0).mean(), (made == 0.0).mean()
        each = (made == 0.0).mean(axis=1)
        tolerance = _of(allowed["zero_share"], float(zero[0]))
        yield _judged("zero_share", str(name), (float(zero[0]), float(zero[1])), each, tolerance)
        yield _in_band("lowest_year", str(name), float(record.min()), made.min(axis=1))
        driest = np.array([_driest(row) for row in made])
        yield _in_band("driest_five_years", str(name), _driest(record), driest)


def _driest(totals: Floats) -> float:
    """Return the smallest mean of five years that follow one another."""
    sums = np.cumsum(np.concatenate([[0.0], totals]))
    return float((sums[DRIEST_YEARS:] - sums[:-DRIEST_YEARS]).min()) / DRIEST_YEARS


def _lag_rows(model: SyntheticModel, totals: Floats, allowed: Tolerance) -> Iterator[KeptStatistic]:
    for place, name in enumerate(model.record.names):
        pairs = np.stack([totals[:, place, 1:].ravel(), totals[:, place, :-1].ravel()])
        made = float(cross_correlation(pairs)[0, 1])
        record = lag_one_correlation(model.record.totals[place])
        members = np.array([lag_one_correlation(row) for row in totals[:, place]])
        yield _judged("lag_one", str(name), (record, made), members, _of(allowed, record))


def _cross_rows(
    model: SyntheticModel, totals: Floats, allowed: Tolerance
) -> Iterator[KeptStatistic]:
    pool = cross_correlation(totals.transpose(1, 0, 2).reshape(totals.shape[1], -1))
    record = cross_correlation(model.record.totals)
    each = np.stack([cross_correlation(member) for member in totals])
    names = model.record.names
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            numbers = (float(record[i, j]), float(pool[i, j]))
            series = f"{names[i]} ~ {names[j]}"
            tolerance = _of(allowed, numbers[0])
            yield _judged("cross_correlation", series, numbers, each[:, i, j], tolerance)


def _run_rows(model: SyntheticModel, totals: Floats) -> Iterator[KeptStatistic]:
    for place, name in enumerate(model.record.names):
        mean = float(model.record.totals[place].mean())
        record = drought_runs(model.record.totals[place], mean)
        each = [drought_runs(row, mean) for row in totals[:, place]]
        lengths = np.array([float(runs.longest) for runs in each])
        deficits = np.array([runs.largest_deficit / mean for runs in each])
        yield _in_band("longest_dry_run", str(name), float(record.longest), lengths)
        yield _in_band("drought_deficit", str(name), record.largest_deficit / mean, deficits)


def _within_year_rows(
    model: SyntheticModel, seed: int, members: int, allowed: Mapping[str, Tolerance]
) -> Iterator[KeptStatistic]:
    """Month shares, the seam, runs of low flow and, by day, the dry spells of rain."""
    record = model.record
    plan = model.plan(seed, 0, record.first_year, record.years)
    month = plan.month % 12
    begins = np.flatnonzero(np.append(True, np.diff(plan.month // 12) != 0))
    made: list[list[dict[str, Any]]] = []
    limits = np.quantile(record.values, LOW_FLOW_FRAC, axis=1)
    for member in range(members):
        values = model.generate(seed, member, record.first_year, record.years)
        made.append([_of_series(*row, month, begins) for row in zip(values, limits, strict=True)])
    for place, name in enumerate(record.names):
        there = _of_series(record.values[place], limits[place], month, begins)
        each = [rows[place] for rows in made]
        yield from _month_rows(model, place, there, each, allowed["month_share"])
        seam = np.array([one["seam"] for one in each])
        if name.variable not in WEATHER:
            numbers = (there["seam"], float(np.median(seam)))
            tolerance = _of(allowed["seam_correlation"], numbers[0])
            yield _judged("seam_correlation", str(name), numbers, seam, tolerance)
            runs = np.array([one["low_run"] for one in each])
            numbers = (there["low_run"], float(np.median(runs)))
            tolerance = _of(allowed["low_flow_run"], numbers[0])
            yield _judged("low_flow_run", str(name), numbers, runs, tolerance)
            longest = np.array([one["longest"] for one in each])
            yield _in_band("longest_low_flow_run", str(name), there["longest"], longest)
        if record.step == "day" and name.variable == "rain":
            spells = np.array([one["spell"] for one in each])
            yield _in_band("longest_dry_spell", str(name), there["spell"], spells)


def _of_series(
    values: Floats, low: float, month: NDArray[np.int64], begins: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the statistics of one series by day or month."""
    ends = np.append(begins[1:], values.size)
    # A flow at the limit is low too: a river that is often dry has a limit of zero.
    just_above = float(np.nextafter(low, np.inf))
    yearly = [
        drought_runs(values[first:end], just_above).longest
        for first, end in zip(begins, ends, strict=True)
    ]
    return {
        "months": np.bincount(month, values, 12),
        "seam": rank_correlation(values[begins[1:] - 1], values[begins[1:]]),
        "low_run": float(np.mean(yearly)),
        "longest": float(drought_runs(values, just_above).longest),
        "spell": float(drought_runs(values, DRY_DAY).longest),
    }


def _month_rows(
    model: SyntheticModel,
    place: int,
    there: Mapping[str, Any],
    each: Sequence[Mapping[str, Any]],
    allowed: Tolerance,
) -> Iterator[KeptStatistic]:
    """Yield the month with most water, and that whose share differs most."""
    record = model.record
    own = there["months"] / there["months"].sum()
    sums = np.stack([one["months"] for one in each])
    pooled = sums.sum(axis=0) / sums.sum()
    shares = sums / sums.sum(axis=1, keepdims=True)
    worst = int(np.argmax(np.abs(pooled - own)))
    for one in dict.fromkeys((int(np.argmax(own)), worst)):
        calendar_month = (record.first_month - 1 + one) % 12 + 1
        numbers = (float(own[one]), float(pooled[one]))
        series = f"{record.names[place]} month {calendar_month}"
        tolerance = _of(allowed, numbers[0])
        yield _judged("month_share", series, numbers, shares[:, one], tolerance)
