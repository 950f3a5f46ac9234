"""What is wrong with the ensemble block in view of the whole configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import OR, Message, _, listed
from hydrosim.rules import RULE_TYPES
from hydrosim.rules.runoff import BY_DAYS, WEATHER, Runoff, by_steps
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.ensemble import Change, EnsembleKeys
    from hydrosim.config.schema import Config

__all__ = ["ensemble_faults", "modelled_anew"]

STEPS = ("day", "pentad", "dekad", "month")


MEMBER_STEPS = _("members are made by days or months: a step of a day, pentad, dekad or month")


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
            rule = config.all_rules[name]
            if not rule.by_quota_year:
                fitting = [kind for kind, one in RULE_TYPES.items() if one.by_quota_year]
                found_rule = _("{name!r}, of type {type_name}", name=name, type_name=rule.type_name)
                yield Fault(
                    path,
                    found_rule,
                    _("a series of the type {fitting}", fitting=listed(fitting, OR)),
                )
            if name in ensemble.series:
                expected = _("each name once among `series` and `imports`")
                yield Fault(path, _("{name!r} also under `series`", name=name), expected)
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
        for key, source in rule.weather.items():
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
            waiting.extend(config.all_rules[name].references())
    return found


def _step_faults(config: Config) -> Iterator[Fault]:
    """Tell of inflow to be modelled from members' weather where members have no days."""
    step = config.period.step
    if step == "day" or step not in STEPS:
        return
    for name, key in modelled_anew(config).items():
        section = "series" if name in config.series else "rules"
        rule = config.all_rules[name]
        source = rule.weather[key] if isinstance(rule, Runoff) else None
        assert isinstance(source, RuleRef)
        yield Fault(
            (section, name, key),
            _("{name!r}, {steps}", name=source.name, steps=by_steps(step)),
            BY_DAYS,
        )


def _weather_without_rivers(config: Config, ensemble: EnsembleKeys) -> Iterator[Fault]:
    """Warn of a changed weather beside modelled rivers that do not change with it."""
    changed = {change.variable for change in ensemble.climate}
    if not changed & set(WEATHER):
        return
    number = next(i for i, change in enumerate(ensemble.climate) if change.variable in WEATHER)
    path = ("ensemble", "climate", number, "variable")
    variable = ensemble.climate[number].variable
    anew = modelled_anew(config)
    modelled = [name for name, rule in config.all_rules.items() if isinstance(rule, Runoff)]
    drawn = [name for name in modelled if name in ensemble.series]
    if drawn and not any(ensemble.series[name] in changed for name in drawn):
        expected = _("a change of {series} as well", series=ensemble.series[drawn[0]])
        note = _(
            "a modelled inflow that stands under `series` is drawn itself; without it "
            "there, and with its rain and et0 there, it is modelled anew from each "
            "member's weather"
        )
        found = _unchanged(variable, drawn[0])
        yield Fault(path, found, expected, note=note, severity="warning")
    for name in modelled:
        if name not in drawn and name not in anew:
            expected = _("its rain and et0, by names of series, under `series` of `ensemble:`")
            note = _("what no member replaces keeps its record")
            found = _unchanged(variable, name)
            yield Fault(path, found, expected, note=note, severity="warning")


def _unchanged(variable: str, inflow: str) -> Message:
    return _("a changed {variable} that leaves {inflow!r} as it was",
             variable=variable, inflow=inflow)  # fmt: skip


def _known(config: Config, name: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if name in config.all_rules:
        return
    near = nearest(name, config.all_rules)
    defined = None
    if near is not None:
        defined = ("series" if near in config.series else "rules", near)
    expected = _("the name of a series or rule")
    yield Fault(path, shown(str(name)), expected, near, nearest_path=defined)


def _change_faults(ensemble: EnsembleKeys, change: Change, number: int) -> Iterator[Fault]:
    path = ("ensemble", "climate", number)
    variables = set(ensemble.series.values())
    if change.variable not in variables:
        expected = _(
            "a variable of the series: {variables}", variables=", ".join(sorted(variables))
        )
        near = nearest(change.variable, variables)
        yield Fault((*path, "variable"), shown(change.variable), expected, near)
    months = change.months
    if len(set(months)) < len(months) or not set(months) <= set(range(1, 13)):
        found = ", ".join(map(str, months))
        yield Fault((*path, "months"), found, _("different months from 1 to 12"))
    if change.add and change.variable != "et0":
        found = _("an addition to {variable}", variable=change.variable)
        yield Fault((*path, "add"), found, _("a factor; only et0 can be added to"))
    for place, name in enumerate(change.series or ()):
        if ensemble.series.get(name) != change.variable:
            chosen = [one for one, what in ensemble.series.items() if what == change.variable]
            expected = _(
                "a series of the variable {variable}: {chosen}",
                variable=change.variable,
                chosen=", ".join(chosen),
            )
            yield Fault((*path, "series", place), shown(str(name)), expected, nearest(name, chosen))
