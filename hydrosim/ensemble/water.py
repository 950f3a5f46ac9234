"""The water of an ensemble's members: the record, the fitted method, and series in SI."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.calendar import Calendar
from hydrosim.config.check_ensemble import modelled_anew
from hydrosim.ensemble.hindcast import LeaveOut, draw_of_kept, keep_years
from hydrosim.ensemble.imports import Import, read_imports
from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.locale import _
from hydrosim.rules.runoff import factor_series
from hydrosim.supply.lowering import known_rules, open_builder
from hydrosim.supply.provenance import water_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config, Ensemble
    from hydrosim.hydrology.climate_factors import SeasonChange
    from hydrosim.hydrology.record import SeriesName, SeriesRecord
    from hydrosim.members.base import Draw, Drawn

    Floats = NDArray[np.float64]

__all__ = ["Water", "fit_water", "on_period"]

LEAP_DAY = (2, 29)
RECORD_STEPS = ("day", "month")
"""Steps of a record; other steps are filled with means of its days."""


@dataclass(frozen=True, eq=False)
class Water:
    """What any member's series can be made from, alone and in any process.

    Attributes
    ----------
    config
        The config over the period of the members.
    record
        Whole years of the local series: volumes of months [m3] where steps are months, else rates
        of days.
    records
        Hashes of what the record was read from, by rule.
    left_out
        Calendar years in which the years of the record begin that members do not take.
    """

    config: Config
    record: SeriesRecord
    records: Mapping[str, str]
    _names: Mapping[str, SeriesName]
    _observed: Mapping[str, Floats]
    _factors: Mapping[str, Floats]
    _imports: tuple[Import, ...]
    _changes: tuple[SeasonChange, ...]
    _draw: Draw
    _today: np.datetime64 | None
    left_out: tuple[int, ...] = ()

    @property
    def names(self) -> list[str]:
        """The series that members replace, in the order of their names.

        Year factors of inflow that is modelled anew are among them: each day of a member has the
        factor of the day that it takes of the record.
        """
        return sorted([*self._names, *self._factors, *(one.name for one in self._imports)])

    @cached_property
    def base(self) -> dict[str, Floats]:
        """The record in SI on the steps of the members; beyond its end as in member 0.

        Account years stand in their table, also beyond the end of the record.
        """
        steps = len(self.config.calendar)
        held = min(steps, min(row.size for row in self._observed.values()))
        first = self._made(0) if held < steps else {}
        result = {}
        for name in self.names:
            row = first.get(name, np.empty(steps)).copy()
            row[:held] = self._observed[name][:held]
            result[name] = row
        for one in self._imports:
            result[one.name] = one.observed(self.config.calendar, result[one.name])
        return result

    def numbers(self, member: int) -> dict[str, Floats]:
        """Return a member's series in SI, each of shape (steps,).

        With a today, the record stands before it, and account years that have begun keep what
        the record says.
        """
        made = self._made(member)
        if self._today is None:
            return made
        past = self.config.calendar.starts < self._today
        for name in (*self._names, *self._factors):
            made[name] = np.where(past, self.base[name], made[name])
        for one in self._imports:
            begun = one.begun_before(self.config.calendar, self._today)
            made[one.name] = np.where(begun, self.base[one.name], made[one.name])
        return made

    def unreplaced(self, member: int) -> dict[str, Floats]:
        """Return a member's series as drawn, also before today."""
        return self._made(member)

    def names_of(self, variable: str) -> list[str]:
        """Return the local series of a variable that members replace."""
        return sorted(name for name, key in self._names.items() if key.variable == variable)

    def drawn(self, member: int) -> Drawn:
        """Return a member's plan over the whole years of the period, before a changed climate."""
        first, years = _years(self.config.calendar, self.record.first_month)
        return self._draw(member, first, years)

    def _made(self, member: int) -> dict[str, Floats]:
        from hydrosim.hydrology.climate_factors import apply_changes

        calendar, record = self.config.calendar, self.record
        drawn = self.drawn(member)
        plan = drawn.plan
        if self._changes:
            plan = apply_changes(plan, record, self._changes)
        steps = calendar if record.step == calendar.step else _days_of(calendar)
        days = steps.starts.astype("datetime64[D]")
        plan = plan.between(days[0], days[-1])
        values = plan.expand(record)
        if steps is not calendar:
            # Pentads and dekads are drawn as days, so that members may begin on any of them.
            values = np.array([calendar.mean_of_days(row) for row in values])
        if record.step == "month":
            # A February keeps its flow, whether it is one day longer or not.
            months = record.dates.astype("datetime64[M]")
            length_s = ((months + 1).astype("M8[s]") - months.astype("M8[s]")).astype(np.float64)
            values /= length_s[plan.place]
        result = {name: values[record.row(key)] for name, key in self._names.items()}
        result |= {name: factors[plan.place] for name, factors in self._factors.items()}
        for one in self._imports:
            result[one.name] = one.numbers(calendar, record.first_month, drawn)
        return result


def on_period(config: Config, end: datetime.date) -> Config:
    """Return a config whose period ends on another day."""
    if end == config.period.end:
        return config
    period = config.period.model_copy(update={"end": end})
    moved = config.model_copy(update={"period": period})
    kept: dict[str, Any] = vars(moved)  # type: ignore[assignment]
    for name, member in vars(type(config)).items():
        if isinstance(member, cached_property):
            kept.pop(name, None)
    return moved


def fit_water(
    config: Config,
    *,
    end: datetime.date | None = None,
    today: np.datetime64 | None = None,
    leave_out: LeaveOut = "later",
) -> Water:
    """Read the record of a config's ensemble and fit its method.

    Parameters
    ----------
    config
        A config with an ensemble block; its period is that of the record.
    end
        Last day of the members, instead of that after ``ensemble.years``.
    today
        Day before which members have the record's water.
    leave_out
        Years of the record that members do not take where there is a today: ``later``, its own and
        all later ones; ``own``, those from today to the end; ``none``.

    Raises
    ------
    ConfigError
        If the config has no ensemble, or its record does not suit the method.
    DataError
        If too few years of the record are left.
    """
    ensemble = config.ensemble
    if ensemble is None:
        fault = Fault(
            ("ensemble",), _("no ensemble"), _("a block `ensemble:` with `method` and `series`")
        )
        raise ConfigError([fault], config.source)
    builder = open_builder(config)
    steps = len(config.calendar)
    observed = {name: _known(builder, config, name, steps) for name in ensemble.series}
    for names in ensemble.imports.values():
        observed |= {name: _known(builder, config, name, steps) for name in names}
    first_month = ensemble.first_month or _first_month(config, ensemble)
    record, keys = _record(config, ensemble, _of_record(config, builder, observed), first_month)
    factors = _year_factors(config, builder)
    observed |= factors
    begin = int(np.searchsorted(config.calendar.starts.astype("M8[D]"), record.dates[0]))
    end_of = begin + record.dates.size
    imports, ranks = read_imports(config, builder, record)
    last = end or _end(config, ensemble)
    kept = keep_years(record, today, last, leave_out)
    of_kept = {source: rank[kept.years] for source, rank in ranks.items()}
    draw = draw_of_kept(_fitted(config, ensemble, kept.record, of_kept), kept)
    return Water(
        on_period(config, last),
        kept.record,
        water_records(config, builder),
        keys,
        observed,
        {name: row[begin:end_of][kept.place] for name, row in factors.items()},
        imports,
        _changes(ensemble),
        draw,
        today,
        kept.left_out,
    )


def _first_month(config: Config, ensemble: Ensemble) -> int:
    """Return the month with which years of the record begin where the config names none."""
    if not ensemble.method.years_from_start:
        return config.water_year.month
    start = config.period.start
    return start.month if start.day == 1 else start.month % 12 + 1


def _year_factors(config: Config, builder: Builder) -> dict[str, Floats]:
    """Return the year factor of each day of the record by inflow that is modelled anew."""
    found: dict[str, Floats] = {}
    for name in modelled_anew(config):
        # Lowered first: faults get their line, and what it reads is noted.
        builder.rule(name)
        rule: Any = config.all_rules[name]
        factors = rule.day_factors(builder)
        if factors is not None:
            found[factor_series(name)] = factors
    return found


def _of_record(
    config: Config, builder: Builder, observed: Mapping[str, Floats]
) -> Mapping[str, Floats]:
    """Return the observed series on the steps of the record: months, or days for all else."""
    if config.period.step in RECORD_STEPS:
        return observed
    days = _days_of(config.calendar)
    daily = builder.on_calendar(days)
    assert config.ensemble is not None
    return {
        str(name): _known(daily, config, str(name), len(days)) for name in config.ensemble.series
    }


def _days_of(calendar: Calendar) -> Calendar:
    return Calendar(calendar.start, calendar.end, "day")


def _end(config: Config, ensemble: Ensemble) -> datetime.date:
    """Return the last day of a member."""
    if ensemble.years is None:
        return config.period.end
    start = config.period.start
    day = 28 if (start.month, start.day) == LEAP_DAY else start.day
    after = datetime.date(start.year + ensemble.years, start.month, day)
    return after - datetime.timedelta(days=1)


def _years(calendar: Calendar, first_month: int) -> tuple[int, int]:
    """Return the calendar year in which the first whole year begins, and how many are needed."""
    start, end = calendar.start, calendar.end
    first = start.year if start.month >= first_month else start.year - 1
    last = end.year if end.month >= first_month else end.year - 1
    return first, last - first + 1


def _known(builder: Builder, config: Config, name: str, steps: int) -> Floats:
    """Return a rule of the record in SI on all steps of a builder's calendar."""
    if name not in known_rules(config):
        found = _("{name!r}, which depends on the state of the model", name=name)
        fault = Fault(_place(config, name), found, _("a rule that is known before the run"))
        raise ConfigError([fault], config.source)
    value = builder.rule(name)
    assert value.known is not None
    return np.broadcast_to(value.known[0], (steps,)).copy()


def _place(config: Config, name: str) -> tuple[str | int, ...]:
    ensemble = config.ensemble
    assert ensemble is not None
    if name in ensemble.series:
        return ("ensemble", "series", name)
    for source, names in ensemble.imports.items():
        if name in names:
            return ("ensemble", "imports", source, names.index(name))
    return ("ensemble",)


def _record(
    config: Config, ensemble: Ensemble, observed: Mapping[str, Floats], first_month: int
) -> tuple[SeriesRecord, dict[str, SeriesName]]:
    from hydrosim.hydrology.record import SeriesName, build_series_record

    monthly = config.period.step == "month"
    calendar: Any = config.calendar if monthly else _days_of(config.calendar)
    keys = {str(name): SeriesName(str(name), what) for name, what in ensemble.series.items()}
    rows = {
        key: observed[name] * calendar.dt_s if monthly else observed[name]
        for name, key in keys.items()
    }
    step = "month" if monthly else "day"
    days = calendar.starts.astype("datetime64[D]")
    try:
        return build_series_record(days, rows, first_month=first_month, step=step), keys
    except DataError as error:
        name = str(error.column or "").rpartition(".")[0]
        found = error.found
        if error.date:
            found = _("{found} on {date}", found=found, date=error.date)
        path = _place(config, name) if name else ("ensemble",)
        raise ConfigError([Fault(path, found, error.expected)], config.source) from error


def _fitted(
    config: Config,
    ensemble: Ensemble,
    record: SeriesRecord,
    ranks: Mapping[str, NDArray[np.int64]],
) -> Draw:
    try:
        return ensemble.method.fit(record, ranks, ensemble.seed)
    except ConfigError as error:
        faults = [fault.under("ensemble", "method") for fault in error.faults]
        raise ConfigError(faults, config.source) from error
    except DataError as error:
        found = error.found
        if error.column:
            found = _("{found} of {column}", found=found, column=error.column)
        fault = Fault(("ensemble", "method"), found, error.expected)
        raise ConfigError([fault], config.source) from error


def _changes(ensemble: Ensemble) -> tuple[SeasonChange, ...]:
    from hydrosim.hydrology.climate_factors import SeasonChange

    return tuple(
        SeasonChange(one.variable, one.months, one.factor, one.add, one.series)
        for one in ensemble.climate
    )
