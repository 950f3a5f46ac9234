"""What a generator keeps: a table of statistics of record, model and members with tolerances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.drought import drought_runs
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.hydrology.sample_statistics import cross_correlation, lag_one_correlation, moments
from hydrosim.hydrology.synthetic import SyntheticModel
from hydrosim.locale import _

__all__ = ["TOLERANCES", "KeptStatistic", "Tolerance", "kept_statistics", "kept_table"]

Floats = NDArray[np.float64]

BAND = (0.01, 0.99)
DAILY_MEMBERS = 100
DRY_DAY = 1.0  # mm; a day with less rain is dry (WMO)


@dataclass(frozen=True)
class Tolerance:
    """Largest allowed departure: an absolute part, a part of what is wanted, a part of the spread.

    The spread is the standard deviation of the yearly totals.
    """

    absolute: float = 0.0
    relative: float = 0.0
    spread: float = 0.0


# For a pool of 400 members of 39 years: twice its sampling error or more.
TOLERANCES: dict[str, Tolerance] = {
    "mean": Tolerance(relative=0.01, spread=0.03),
    "variation": Tolerance(absolute=0.005, relative=0.05),
    "skewness": Tolerance(absolute=0.10, relative=0.10),
    "lag_one": Tolerance(absolute=0.05),
    "cross_correlation": Tolerance(absolute=0.05),
    "month_share": Tolerance(absolute=0.04),
}


@dataclass(frozen=True)
class KeptStatistic:
    """One row of the table.

    Attributes
    ----------
    statistic : str
        ``mean``, ``variation``, ``skewness``, ``lag_one``, ``cross_correlation`` and
        ``month_share`` are judged by a tolerance; ``longest_dry_run`` [years below the mean],
        ``drought_deficit`` [mean years], ``longest_dry_spell`` [days with less than 1 mm] by
        whether the record lies among the members.
    series : str
        The series, or two of them.
    record : float
        Statistic of the record.
    wanted : float
        What the model is fitted to; differs from the record where Cs was raised.
    generated : float
        Over the pool of all members; the median of the members for runs.
    low, high : float
        1 and 99 % of members of the record's length.
    tolerance : float
        Largest departure of `generated` from `wanted`; for runs 0: the band judges.
    kept : bool
        Whether it is kept.
    """

    statistic: str
    series: str
    record: float
    wanted: float
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
    """Compare members with the record and with what the model was fitted to.

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
    years = model.record.years
    totals = np.stack([model.totals(seed, member, years) for member in range(members)])
    rows = [
        *_moment_rows(model, totals, allowed),
        *_lag_rows(model, totals, allowed["lag_one"]),
        *_cross_rows(model, totals, allowed["cross_correlation"]),
        *_run_rows(model, totals),
        *_within_year_rows(model, seed, min(members, DAILY_MEMBERS), allowed["month_share"]),
    ]
    order = list(dict.fromkeys(row.statistic for row in rows))
    return sorted(rows, key=lambda row: order.index(row.statistic))


def kept_table(rows: Sequence[KeptStatistic]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| statistic | series | record | wanted | generated | 1 to 99 % of members | tolerance "
        "| kept |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        allowed = f"{row.tolerance:.3g}" if row.tolerance else "in the band"
        lines.append(
            f"| {row.statistic} | {row.series} | {row.record:.4g} | {row.wanted:.4g} "
            f"| {row.generated:.4g} | {row.low:.4g} to {row.high:.4g} | {allowed} "
            f"| {'yes' if row.kept else 'no'} |"
        )
    return "\n".join(lines)


def _judged(
    statistic: str,
    series: str,
    numbers: tuple[float, float, float],
    members: Floats,
    allowed: Tolerance,
    spread: float = 0.0,
) -> KeptStatistic:
    record, wanted, generated = (float(number) for number in numbers)
    low, high = np.quantile(members, BAND)
    tolerance = allowed.absolute + allowed.relative * abs(wanted) + allowed.spread * spread
    kept = abs(generated - wanted) <= tolerance
    return KeptStatistic(
        statistic, series, record, wanted, generated, float(low), float(high), tolerance, kept
    )


def _in_band(statistic: str, series: str, record: float, members: Floats) -> KeptStatistic:
    low, high = (float(edge) for edge in np.quantile(members, BAND))
    middle = float(np.median(members))
    kept = low <= record <= high
    return KeptStatistic(statistic, series, record, record, middle, low, high, 0.0, kept)


def _moment_rows(
    model: SyntheticModel, totals: Floats, allowed: Mapping[str, Tolerance]
) -> Iterator[KeptStatistic]:
    for place, (name, margin) in enumerate(
        zip(model.annual.names, model.annual.margins, strict=True)
    ):
        pool = moments(totals[:, place].ravel())
        record = moments(model.record.totals[place])
        each = [moments(row) for row in totals[:, place]]
        for statistic in ("mean", "variation", "skewness"):
            numbers = tuple(float(getattr(one, statistic)) for one in (record, margin, pool))
            members = np.array([getattr(one, statistic) for one in each])
            yield _judged(
                statistic,
                str(name),
                (numbers[0], numbers[1], numbers[2]),
                members,
                allowed[statistic],
                margin.mean * margin.variation,
            )


def _lag_rows(model: SyntheticModel, totals: Floats, allowed: Tolerance) -> Iterator[KeptStatistic]:
    for place, name in enumerate(model.annual.names):
        pairs = np.stack([totals[:, place, 1:].ravel(), totals[:, place, :-1].ravel()])
        generated = cross_correlation(pairs)[0, 1]
        record = lag_one_correlation(model.record.totals[place])
        members = np.array([lag_one_correlation(row) for row in totals[:, place]])
        numbers = (record, float(model.annual.lag_one[place]), float(generated))
        yield _judged("lag_one", str(name), numbers, members, allowed)


def _cross_rows(
    model: SyntheticModel, totals: Floats, allowed: Tolerance
) -> Iterator[KeptStatistic]:
    pool = cross_correlation(totals.transpose(1, 0, 2).reshape(totals.shape[1], -1))
    record = cross_correlation(model.record.totals)
    each = np.stack([cross_correlation(member) for member in totals])
    names = model.annual.names
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            numbers = (record[i, j], model.annual.correlation[i, j], pool[i, j])
            series = f"{names[i]} ~ {names[j]}"
            yield _judged("cross_correlation", series, numbers, each[:, i, j], allowed)


def _run_rows(model: SyntheticModel, totals: Floats) -> Iterator[KeptStatistic]:
    for place, (name, margin) in enumerate(
        zip(model.annual.names, model.annual.margins, strict=True)
    ):
        record = drought_runs(model.record.totals[place], margin.mean)
        each = [drought_runs(row, margin.mean) for row in totals[:, place]]
        lengths = np.array([float(runs.longest) for runs in each])
        deficits = np.array([runs.largest_deficit / margin.mean for runs in each])
        yield _in_band("longest_dry_run", str(name), float(record.longest), lengths)
        deficit = record.largest_deficit / margin.mean
        yield _in_band("drought_deficit", str(name), deficit, deficits)


def _within_year_rows(
    model: SyntheticModel, seed: int, members: int, allowed: Tolerance
) -> Iterator[KeptStatistic]:
    """Month shares of all series and, by day, the dry spells of rain."""
    record = model.record
    plan = model.plan(seed, 0, record.first_year, record.years)
    month = plan.month % 12
    rainy = [place for place, name in enumerate(record.names) if name.variable == "rain"]
    spells = np.zeros((members, len(record.names)))
    sums = np.zeros((members, len(record.names), 12))
    for member in range(members):
        values = model.generate(seed, member, record.first_year, record.years)
        sums[member] = [np.bincount(month, row, 12) for row in values]
        if record.step == "day":
            for place in rainy:
                spells[member, place] = drought_runs(values[place], DRY_DAY).longest
    shares = sums / sums.sum(axis=2, keepdims=True)
    pooled = sums.sum(axis=0) / sums.sum(axis=(0, 2))[:, np.newaxis]
    for place, name in enumerate(record.names):
        there = np.bincount(month, record.values[place], 12)
        there /= there.sum()
        peak = int(np.argmax(there))
        worst = int(np.argmax(np.abs(pooled[place] - there)))
        for shown in dict.fromkeys((peak, worst)):
            calendar_month = (record.first_month - 1 + shown) % 12 + 1
            numbers = (there[shown], there[shown], pooled[place, shown])
            series = f"{name} month {calendar_month}"
            yield _judged("month_share", series, numbers, shares[:, place, shown], allowed)
    if record.step == "day":
        for place in rainy:
            longest = float(drought_runs(record.values[place], DRY_DAY).longest)
            name = str(record.names[place])
            yield _in_band("longest_dry_spell", name, longest, spells[:, place])
