"""The blocks `ensemble:` and `outlook:` of a configuration: possible waters, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim import units
from hydrosim.errors import Fault, nearest, shown
from hydrosim.rules.runoff import BY_DAYS, WEATHER, Runoff, by_steps
from hydrosim.units import Factor, Fraction, Name, RuleKey, RuleRef, reject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config

__all__ = ["Alarm", "Change", "EnsembleKeys", "Outlook", "ensemble_faults", "modelled_anew"]

STEPS = ("day", "pentad", "dekad", "month")
MEMBER_STEPS = "members are made by days or months: a step of a day, pentad, dekad or month"
Addition = Annotated[float, replace(units.DEPTH_RATE, minimum=None, plausible=None)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Change(_Block):
    """A changed climate of one variable in some months."""

    variable: str = Field(description="Variable of the series that change, such as rain.")
    months: tuple[int, ...] = Field(
        tuple(range(1, 13)), min_length=1, description="Months of the season, 1 to 12."
    )
    factor: Factor = Field(1.0, description="Factor on the series.")
    add: Addition = Field(0.0, description="What is added to reference evapotranspiration.")
    series: tuple[RuleKey, ...] | None = Field(
        None, description="Series that change; default all of the variable."
    )


class EnsembleKeys(_Block):
    """Possible waters of the run: which series members replace, by what, and how many."""

    members: int = Field(100, ge=1, description="Number of members.")
    seed: int = Field(1, ge=0, description="Seed; equal seeds share their random numbers.")
    years: int | None = Field(
        None, ge=1, description="Years of a member from the start of the period; default all."
    )
    first_month: int | None = Field(
        None,
        ge=1,
        le=12,
        description="Month with which the years of the record begin; default that of the water "
        "year.",
    )
    series: dict[RuleKey, str] = Field(
        min_length=1,
        description="Series and rules that members replace, each with its variable: inflow, "
        "rain, et0 or another word. Inflow of the type runoff whose rain or et0 stands here, but "
        "which does not itself, is modelled anew from each member's weather.",
    )
    imports: dict[Name, tuple[RuleKey, ...]] = Field(
        {}, description="Sources from outside, each with the series by account year it offers."
    )
    climate: tuple[Change, ...] = Field((), description="Changes of climate by season.")
    ledger: bool = Field(False, description="Follow the water by origin; takes a third more time.")
    worst: int = Field(3, ge=0, description="Members of the largest shortage that are kept whole.")
    chunk: int = Field(10, ge=1, description="Members that are computed and written at a time.")
    storage_bins: int = Field(50, ge=2, le=500, description="Classes of storage by day of year.")


class Alarm(_Block):
    """From which probability on a danger is yellow, orange or red."""

    yellow: Fraction = Field(default=0.2, description="Probability from which on it is yellow.")
    orange: Fraction = Field(default=0.4, description="Probability from which on it is orange.")
    red: Fraction = Field(default=0.7, description="Probability from which on it is red.")

    @model_validator(mode="after")
    def _rising(self) -> Alarm:
        if not 0.0 < self.yellow < self.orange < self.red:
            found = f"{self.yellow:g}, {self.orange:g} and {self.red:g}"
            reject(None, "yellow < orange < red, above 0", found=found, key="yellow")
        return self


class Outlook(_Block):
    """What an outlook from today's state warns of, node by node."""

    shortage: Alarm = Field(default=Alarm(), description="Alarm for a demand that is short.")
    shortage_frac: Fraction = Field(
        default=0.05,
        description="Short share of a month's demand from which on it counts as short.",
    )
    drying: Alarm = Field(default=Alarm(), description="Alarm for a store that falls dry.")
    drying_frac: Fraction = Field(
        default=0.02,
        description="Part of the storage between dead and normal below which it is dry.",
    )
    limit: Alarm = Field(default=Alarm(), description="Alarm for a level above the flood limit.")


def ensemble_faults(config: Config) -> Iterator[Fault]:
    """Tell what is wrong with the ensemble block in view of the whole config."""
    ensemble = config.ensemble
    if ensemble is None:
        return
    if config.period.step not in STEPS:
        yield Fault(("period", "step"), shown(config.period.step), MEMBER_STEPS)
    for name in ensemble.series:
        yield from _known(config, name, ("ensemble", "series", name))
    for source, names in ensemble.imports.items():
        for number, name in enumerate(names):
            path = ("ensemble", "imports", source, number)
            found = list(_known(config, name, path))
            yield from found
            if found:
                continue
            kind = str(getattr(config.all_rules[name], "type", ""))
            if kind != "quota_year_series":
                told = f"{name!r}, of type {kind}"
                yield Fault(path, told, "a series of the type quota_year_series")
            if name in ensemble.series:
                expected = "each name once among `series` and `imports`"
                yield Fault(path, f"{name!r} also under `series`", expected)
    for number, change in enumerate(ensemble.climate):
        yield from _change_faults(ensemble, change, number)
    yield from _step_faults(config)
    yield from _weather_without_rivers(config, ensemble)


def modelled_anew(config: Config) -> dict[str, str]:
    """Return the inflows that members of the ensemble model from their own weather.

    They are the rules of the type ``runoff`` that members do not replace themselves, but with
    rain or et0 that is replaced or follows from what is; each with the first of the two keys.
    """
    if config.ensemble is None:
        return {}
    replaced = set(map(str, config.ensemble.series))
    found: dict[str, str] = {}
    for name, rule in config.all_rules.items():
        if not isinstance(rule, Runoff) or name in replaced:
            continue
        for key in WEATHER:
            source = getattr(rule, key)
            if isinstance(source, RuleRef) and _behind(config, source.name) & replaced:
                found.setdefault(name, key)
    return found


def _behind(config: Config, first: str) -> set[str]:
    """Return a rule and all that it follows from."""
    waiting, found = [first], set[str]()
    while waiting:
        name = str(waiting.pop())
        if name not in found and name in config.all_rules:
            found.add(name)
            waiting.extend(getattr(config.all_rules[name], "references", list)())
    return found


def _step_faults(config: Config) -> Iterator[Fault]:
    """Tell of inflow to be modelled from members' weather where members have no days."""
    step = config.period.step
    if step == "day" or step not in STEPS:
        return
    for name, key in modelled_anew(config).items():
        section = "series" if name in config.series else "rules"
        source = getattr(config.all_rules[name], key).name
        yield Fault((section, name, key), f"{source!r}, {by_steps(step)}", BY_DAYS)


def _weather_without_rivers(config: Config, ensemble: EnsembleKeys) -> Iterator[Fault]:
    """Warn of a changed weather beside modelled rivers that do not change with it."""
    changed = {change.variable for change in ensemble.climate}
    if not changed & set(WEATHER):
        return
    number = next(i for i, change in enumerate(ensemble.climate) if change.variable in WEATHER)
    path = ("ensemble", "climate", number, "variable")
    told = f"a changed {ensemble.climate[number].variable} that leaves {{!r}} as it was"
    anew = modelled_anew(config)
    modelled = [name for name, rule in config.all_rules.items() if isinstance(rule, Runoff)]
    drawn = [name for name in modelled if name in ensemble.series]
    if drawn and not any(ensemble.series[name] in changed for name in drawn):
        expected = f"a change of {ensemble.series[drawn[0]]} as well"
        note = (
            "a modelled inflow that stands under `series` is drawn itself; without it there, and "
            "with its rain and et0 there, it is modelled anew from each member's weather"
        )
        yield Fault(path, told.format(drawn[0]), expected, note=note, severity="warning")
    for name in modelled:
        if name not in drawn and name not in anew:
            expected = "its rain and et0, by names of series, under `series` of `ensemble:`"
            note = "what no member replaces keeps its record"
            yield Fault(path, told.format(name), expected, note=note, severity="warning")


def _known(config: Config, name: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if name in config.all_rules:
        return
    near = nearest(name, config.all_rules)
    defined = None
    if near is not None:
        defined = ("series" if near in config.series else "rules", near)
    expected = "the name of a series or rule"
    yield Fault(path, shown(str(name)), expected, near, nearest_path=defined)


def _change_faults(ensemble: EnsembleKeys, change: Change, number: int) -> Iterator[Fault]:
    path = ("ensemble", "climate", number)
    variables = set(ensemble.series.values())
    if change.variable not in variables:
        expected = f"a variable of the series: {', '.join(sorted(variables))}"
        near = nearest(change.variable, variables)
        yield Fault((*path, "variable"), shown(change.variable), expected, near)
    months = change.months
    if len(set(months)) < len(months) or not set(months) <= set(range(1, 13)):
        told = ", ".join(map(str, months))
        yield Fault((*path, "months"), told, "different months from 1 to 12")
    if change.add and change.variable != "et0":
        found = f"an addition to {change.variable}"
        yield Fault((*path, "add"), found, "a factor; only et0 can be added to")
    for place, name in enumerate(change.series or ()):
        if ensemble.series.get(name) != change.variable:
            chosen = [one for one, what in ensemble.series.items() if what == change.variable]
            expected = f"a series of the variable {change.variable}: {', '.join(chosen)}"
            yield Fault((*path, "series", place), shown(str(name)), expected, nearest(name, chosen))
