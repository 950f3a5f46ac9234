"""Local inflow of a catchment from its weather, by the rainfall-runoff model GR4J."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hydrosim.calendar import Calendar, step_word
from hydrosim.errors import DataError
from hydrosim.expressions.functions import maximum
from hydrosim.io.ranges import Limits, Range
from hydrosim.locale import Message, _
from hydrosim.parts.data_file import ColumnName, LaidOut
from hydrosim.rules.quota_year_series import read_year_table
from hydrosim.rules.ranges import column_limits, month_shares
from hydrosim.rules.shared import (
    RuleType,
    Unit,
    config_fault,
    data_fault,
    read_numbers,
    rule_value,
    si_factor,
)
from hydrosim.units import (
    Area,
    Date,
    Depth,
    Duration,
    Factor,
    FactorOrRule,
    Fraction,
    Number,
    RuleRef,
    TakesRule,
    reject,
)
from hydrosim.units import dimensions as units
from hydrosim.units.table import is_per_month, tidy, unit_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value
    from hydrosim.hydrology.runoff import Catchment

    Floats = NDArray[np.float64]

__all__ = ["BY_DAYS", "WEATHER", "Runoff", "Weather", "by_steps", "factor_series"]

WEATHER = ("rain", "et0")
BY_DAYS = _("steps of a day, or this inflow itself under `series:` of `ensemble:`")
MM_PER_DAY = 86_400_000.0  # of 1 m/s
_MM_PER_M = 1000.0
_SECONDS_PER_DAY = 86_400.0
_DAYS_A_YEAR = 365.25
_MOST_FACTOR = 100.0
_DEPTH, _DEPTH_RATE = unit_of("m")[1], unit_of("m/s")[1]
_TIME_BASE_S = (43_200.0, 5_184_000.0)
Exchange = Annotated[float, replace(units.DEPTH_RATE, minimum=None, plausible=None)]


def by_steps(step: str) -> Message:
    """Return what a message says of weather that members have by other steps than days."""
    return _("which members replace by steps of a {step}", step=step_word(step))


def factor_series(rule: str) -> str:
    """Return the name under which members have the year factors of a rule."""
    return f"{rule}.year_factors"


class _Station(BaseModel):
    """What is asked of a station in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    file: str = Field(min_length=1, description="File, relative to the folder of the config.")
    column: ColumnName = Field(description="Column or variable.")
    unit: Unit = Field("mm/day", description="Unit of the numbers in the file; mm for mm/day.")
    weight: Fraction = Field(1.0, description="Weight of this station; those of a list sum to 1.")


class Weather(LaidOut, _Station):
    """A daily column of a file."""

    @field_validator("unit")
    @classmethod
    def _is_of_depths(cls, unit: str) -> str:
        if unit == "1" or unit_of(tidy(unit))[1] not in (_DEPTH, _DEPTH_RATE):
            reject(unit, _("a depth a day, such as mm/day or mm"), found=f"{unit!r}")
        return unit

    def on_days(self, builder: Builder, days: Calendar, name: str) -> NDArray[np.float64]:
        """Return the numbers [mm a day] on each day, times the weight."""
        is_amount = unit_of(tidy(self.unit))[1] == _DEPTH
        limits = column_limits(builder, self.unit, is_amount=is_amount, by_use=False)
        kind = "sum" if is_amount else "mean"
        numbers = read_numbers(builder, self, days, kind, limits, name)
        if is_per_month(self.unit):
            numbers = numbers * month_shares(days)
        in_mm = 1.0 / _SECONDS_PER_DAY * MM_PER_DAY if is_amount else MM_PER_DAY
        return numbers * (self.weight * si_factor(self.unit) * in_mm)


class Runoff(RuleType):
    """Local inflow [m3/s] by GR4J (Perrin, Michel & Andreassian 2003, J. Hydrology 279).

    The model runs by days from ``weather_from``, or ``warm_up_years`` before the run, with its
    stores filled as stated. Yearly factors are numbers of the config, fitted beforehand. In an
    ensemble that lists rules of its rain or ET0, but not this inflow itself, it is modelled anew
    from each member's weather; year factors go with the days that a member takes of the record.
    """

    type: Literal["runoff"] = Field(description="The rule type.")
    simulated: ClassVar[bool] = True

    rain: Annotated[RuleRef, TakesRule(units.DEPTH_RATE)] | tuple[Weather, ...] = Field(
        description="Rain: the name of a rule, or one or several columns of files with weights."
    )
    et0: Annotated[RuleRef, TakesRule(units.DEPTH_RATE)] | tuple[Weather, ...] = Field(
        description="Reference evapotranspiration, given like rain."
    )
    area: Area = Field(description="Area of the catchment.")
    rain_factor: Factor = Field(1.0, description="Factor on rain, from stations to catchment.")
    x1: Depth = Field(description="Capacity of the production store.")
    x2: Exchange = Field(description="Groundwater exchange; negative loses water.")
    x3: Depth = Field(description="Capacity of the routing store for one day.")
    x4: Duration = Field(description="Time base of the unit hydrograph: 0.5 to 60 days.")
    production_frac: Fraction = Field(0.3, description="Start of the production store over x1.")
    routing_frac: Fraction = Field(0.5, description="Start of the routing store over x3.")
    weather_from: Date | None = Field(None, description="First day of the weather that is used.")
    warm_up_years: int = Field(
        0, ge=0, le=50, description="Years before the run from which the model starts."
    )
    year_factors: dict[int, Number] | str | None = Field(
        None,
        description="Factor on the flows of each calendar year: a table, or a CSV file with the "
        "columns year and factor.",
    )

    factor: Factor = Field(1.0, description="Factor on the inflow, as that of a typical year.")
    land_cover_factor: FactorOrRule = Field(
        1.0,
        description="Factor on the flows by what grows on the catchment: terraces and forest "
        "(水土保持、水源涵养) lower it; a rule known before the run, such as one by year.",
    )

    @field_validator("rain", "et0", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, (dict, Weather)) else value

    @field_validator("x1", "x3")
    @classmethod
    def _holds_water(cls, value: float) -> float:
        if value <= 0.0:
            reject(value, _("a capacity above 0, such as 350 mm"), found=f"{value:g} m")
        return value

    @field_validator("x4")
    @classmethod
    def _has_ordinates(cls, value: float) -> float:
        low, high = _TIME_BASE_S
        if not low <= value <= high:
            found = _("{value:g} days", value=value / _SECONDS_PER_DAY)
            reject(value, _("a time base between 0.5 and 60 days"), found=found)
        return value

    @model_validator(mode="after")
    def _fits(self) -> Runoff:
        if self.weather_from is not None and self.warm_up_years:
            reject(None, _("either `weather_from` or `warm_up_years`"), found=_("both"))
        for name, source in (("rain", self.rain), ("et0", self.et0)):
            if isinstance(source, RuleRef):
                continue
            total = sum(station.weight for station in source)
            if abs(total - 1.0) > 1e-9:
                reject(
                    None,
                    _("weights of `{name}` that sum to 1", name=name),
                    found=_("a sum of {total:g}", total=total),
                )
        return self

    def si_unit(self) -> str | None:
        """Return the unit of a flow."""
        return "m3/s"

    def uses(self) -> list[tuple[Path, str]]:
        """Return the rules of rain and evapotranspiration."""
        sources = (
            ("rain", self.rain),
            ("et0", self.et0),
            ("land_cover_factor", self.land_cover_factor),
        )
        return [((key,), source.name) for key, source in sources if isinstance(source, RuleRef)]

    def lower(self, builder: Builder) -> Value:
        """Return the mean inflow of each step."""
        # scipy stays unloaded until a model is checked or built.
        from hydrosim.hydrology.runoff import check_weather, runoff_series

        days = self._days(builder)
        replaced = self._replaced(builder)
        if replaced:
            return self._anew(builder, days, replaced[0]) * self._land_cover(builder)
        dates = days.starts.astype("M8[D]")
        rain, et0 = self._weather(builder, days, "rain"), self._weather(builder, days, "et0")
        factors = self._factors(builder, dates)
        try:
            if builder.settings.check_only:
                check_weather(dates, rain, et0)
                return builder.graph.constant(self._expected_m3s(rain, et0, factors))
            daily = runoff_series(dates, rain, et0, self._catchment(), factors)
        except DataError as error:
            raise data_fault(error, builder) from error
        before = (builder.calendar.start - days.start).days
        numbers = builder.calendar.mean_of_days(daily[before:])
        return builder.graph.series(numbers, "runoff") * self._land_cover(builder)

    def _expected_m3s(
        self, rain_mm: Floats, et0_mm: Floats, factors: dict[int, float] | None
    ) -> float:
        """Return about the mean flow, as the mean climate tells it without the model."""
        from hydrosim.hydrology.runoff import expected_runoff_mm

        depth_mm = expected_runoff_mm(
            self.rain_factor * _DAYS_A_YEAR * float(rain_mm.mean()),
            _DAYS_A_YEAR * float(et0_mm.mean()),
        )
        factor = 1.0 if not factors else sum(factors.values()) / len(factors)
        seconds = _DAYS_A_YEAR * _SECONDS_PER_DAY
        return factor * depth_mm / _MM_PER_M * self.area / seconds

    @property
    def weather(self) -> dict[str, RuleRef | tuple[Weather, ...]]:
        """Where its rain and evapotranspiration come from, by name."""
        return dict(zip(WEATHER, (self.rain, self.et0), strict=True))

    def day_factors(self, builder: Builder) -> Floats | None:
        """Return the year factor of each day of the run, shape (days,); None without any."""
        from hydrosim.hydrology.runoff import factors_by_day

        dates = builder.calendar.starts.astype("M8[D]")
        factors = self._factors(builder, dates)
        return None if factors is None else factors_by_day(dates, factors)

    def _replaced(self, builder: Builder) -> list[str]:
        """Return which of rain and evapotranspiration members of an ensemble replace."""
        # On the run's own steps: there circles of rules and unknown names are reported.
        given = self.weather.items()
        named = {name: source for name, source in given if isinstance(source, RuleRef)}
        values = {name: rule_value(builder, one.name, name) for name, one in named.items()}
        return [name for name, value in values.items() if value.forced]

    def _anew(self, builder: Builder, days: Calendar, replaced: str) -> Value:
        """Return the inflow as a function of weather that members replace.

        Before the run stands the record: there the stores are warmed up, once for all members.
        """
        from hydrosim.hydrology.runoff import runoff_series, warmed_up

        run = builder.calendar
        if run.step != "day":
            source = self.weather[replaced]
            assert isinstance(source, RuleRef)
            found = f"{source.name!r}, {by_steps(run.step)}"
            raise config_fault(builder, found, BY_DAYS, replaced)
        dates = days.starts.astype("M8[D]")
        begin = len(days) - len(run)
        catchment = self._catchment()
        (wet, rain), (dry, et0) = (self._parts(builder, days, name) for name in WEATHER)
        name = builder.current_rule or "runoff"
        try:
            state = warmed_up(dates[:begin], wet, dry, catchment)

            def modelled(rain_mm: Floats, et0_mm: Floats) -> Floats:
                return runoff_series(dates[begin:], rain_mm, et0_mm, catchment, state=state)

            inflow = builder.graph.mapped((rain, et0), modelled, name)
        except DataError as error:
            raise data_fault(error, builder) from error
        drawn = builder.settings.forced.get(factor_series(name))
        if drawn is not None:
            return inflow * builder.graph.force(factor_series(name), drawn)
        factors = self.day_factors(builder)
        return inflow if factors is None else inflow * builder.graph.series(factors, name)

    def _parts(self, builder: Builder, days: Calendar, name: str) -> tuple[Floats, Value]:
        """Return rain or evapotranspiration [mm a day] before the run and in the run."""
        start = builder.calendar.start
        begin = len(days) - len(builder.calendar)
        source = self.weather[name]
        value = rule_value(builder, source.name, name) if isinstance(source, RuleRef) else None
        if value is None or not value.forced:
            whole = self._weather(builder, days, name)
            return whole[:begin], builder.graph.series(whole[begin:], name)
        if begin == 0:
            return np.empty(0), value * MM_PER_DAY
        before = Calendar(days.start, start - datetime.timedelta(days=1), "day")
        return self._weather(builder, before, name), value * MM_PER_DAY

    def _catchment(self) -> Catchment:
        from hydrosim.hydrology.runoff import Catchment, Gr4jParameters

        parameters = Gr4jParameters(
            self.x1 * _MM_PER_M,
            self.x2 * MM_PER_DAY,
            self.x3 * _MM_PER_M,
            self.x4 / _SECONDS_PER_DAY,
        )
        fractions = (self.production_frac, self.routing_frac)
        return Catchment(self.area, self.rain_factor, parameters, *fractions)

    def _land_cover(self, builder: Builder) -> Value | float:
        cover = self._cover(builder)
        return cover if self.factor == 1.0 else cover * self.factor

    def _cover(self, builder: Builder) -> Value | float:
        factor = self.land_cover_factor
        if not isinstance(factor, RuleRef):
            return factor
        value = rule_value(builder, factor.name, "land_cover_factor")
        if value.known is None:
            found = _("{name!r}, which depends on the state of the model", name=factor.name)
            expected = _("a rule that is known before the run")
            raise config_fault(builder, found, expected, "land_cover_factor")
        return maximum(value, 0.0)

    def _days(self, builder: Builder) -> Calendar:
        """Return the days from the start of the weather to the end of the run."""
        run = builder.calendar
        start = self.weather_from
        if start is None:
            leap_day = (run.start.month, run.start.day) == (2, 29)
            day = 28 if leap_day and self.warm_up_years else run.start.day
            start = run.start.replace(year=run.start.year - self.warm_up_years, day=day)
        if start > run.start:
            expected = _("a day on or before the start of the run, {start}", start=run.start)
            raise config_fault(builder, str(start), expected, "weather_from")
        return Calendar(start, run.end, "day")

    def _weather(self, builder: Builder, days: Calendar, name: str) -> NDArray[np.float64]:
        """Return rain or evapotranspiration [mm a day] on each day."""
        source = self.weather[name]
        if isinstance(source, RuleRef):
            value = _on_days(builder, days, source.name)
            if value.known is None or value.known.shape[0] != 1:
                found = _("{name!r}, which depends on the state of the model", name=source.name)
                raise config_fault(builder, found, _("a rule that is known before the run"), name)
            return np.broadcast_to(value.known[0] * MM_PER_DAY, (len(days),)).copy()
        total = np.zeros(len(days))
        for station in source:
            total += station.on_days(builder, days, name)
        return total

    def _factors(self, builder: Builder, dates: NDArray[np.datetime64]) -> dict[int, float] | None:
        factors = self.year_factors
        if isinstance(factors, str):
            try:
                limits = Limits(ranges=(Range(0.0, _MOST_FACTOR, _("a factor of 0 to 100")),))
                factors = read_year_table(builder, factors, "year", "factor", limits=limits)
            except DataError as error:
                raise data_fault(error, builder, "year_factors") from error
        if factors is None:
            return None
        years = np.unique(dates.astype("M8[Y]").astype(np.int64) + 1970)
        for year in years:
            if int(year) not in factors:
                found = _("no factor for the year {year}", year=year)
                expected = _("a factor for each year from {first} to {last}",
                             first=years[0], last=years[-1])  # fmt: skip
                raise config_fault(builder, found, expected, "year_factors")
        found_factors = {int(year): float(factors[int(year)]) for year in years}
        builder.note_read(np.array(list(found_factors.values())))
        return found_factors


def _on_days(builder: Builder, days: Calendar, name: str) -> Value:
    """Return a rule on the days of another calendar."""
    return rule_value(builder.on_calendar(days), name)
