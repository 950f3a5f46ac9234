"""The commands `flood` and `tradeoff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hydrosim.cli.exits import FINE, NOT_MET, refuse
from hydrosim.cli.report import report_if_wanted
from hydrosim.cli.results import check_font, draw, shortfalls, warnings_of
from hydrosim.locale import _, listed, ngettext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import xarray as xr

    from hydrosim.cli.console import Console
    from hydrosim.cli.write import Target
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.design import DesignFloods
    from hydrosim.flood.events import Event
    from hydrosim.flood.judging import FloodCheck
    from hydrosim.io.state import State

__all__ = ["flood", "tradeoff"]

ROUTED = 0.2
"""Share of the time that the floods of the configuration take beside those that judge works."""


class _Floods(NamedTuple):
    """What the command has routed."""

    dataset: xr.Dataset
    check: FloodCheck | None
    starts: xr.Dataset | None
    state: State | None


def flood(options: argparse.Namespace, console: Console) -> int:
    """Route the floods of a config, judge them and draw them."""
    from hydrosim.cli.write import target_of
    from hydrosim.config.load import load_config
    from hydrosim.flood.build import build_flood_model
    from hydrosim.flood.design import build_design_floods
    from hydrosim.flood.events import config_events, named_events
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.scenarios.expand import one_config

    config = one_config(load_config(options.config), options.scenario)
    names = named_events(config, options.event)
    _refuse_unfit(options, config, names)
    target = target_of(options)
    check_font(options)
    if not is_compiled("route"):
        console.line(_("compiling the kernels: once for this version, some seconds"))
    model = build_flood_model(config)
    judges = _judges(options, config)
    designed = judges and config.flood is not None and config.flood.design is not None
    design = build_design_floods(model) if designed else None
    notices: list[Fault] = []
    events = config_events(config, names, warnings=notices)
    warnings = [*model.builder.warnings, *notices]
    console.complain(warnings_of(config, list(dict.fromkeys(warnings)), options.lang))
    with console.share_of(_("routing floods")) as advance:
        floods = _routed(options, model, events, design, advance, judges=judges)
    floods.dataset.attrs["scenario"] = "; ".join(options.scenario)
    _write(target, model, floods, options, console)
    _show(floods, options, console)
    console.line(_("results in {folder}", folder=options.out or target.folder))
    report_if_wanted(target.folder, options, console)
    failed = _failed(floods) if options.strict else []
    console.complain(*failed)
    return NOT_MET if failed else FINE


def _refuse_unfit(options: argparse.Namespace, config: Config, names: list[str]) -> None:
    """Refuse options that do not go together."""
    saves, goes_on = options.save_state is not None, options.from_state is not None
    designed = config.flood is not None and config.flood.design is not None
    refuse(
        options.start_from is not None and not (designed and _judges(options, config)),
        _("--start-from needs the design floods of `flood.design`, without --event"),
    )
    refuse(
        (saves or goes_on) and len(names) != 1,
        _("a state belongs to one flood: choose it by --event, of {names}", names=listed(names)),
    )
    refuse(saves and goes_on, _("--save-state and --from-state exclude each other"))
    refuse(
        (options.at is not None) != saves,
        _("--save-state needs --at, the moment of the state, and --at needs --save-state"),
    )
    refuse(options.restart is not None and not goes_on, _("--restart needs --from-state"))


def _judges(options: argparse.Namespace, config: Config) -> bool:
    """Return whether works are judged; without design floods standards say what they miss."""
    from hydrosim.standards.flood_standard import FloodStandard

    if options.event or options.save_state or options.from_state or config.flood is None:
        return False
    standards = any(isinstance(one, FloodStandard) for one in config.standards.values())
    return config.flood.design is not None or (standards and bool(config.flood.events))


def _routed(
    options: argparse.Namespace,
    model: FloodModel,
    events: list[Event],
    design: DesignFloods | None,
    progress: Callable[[float], None] | None,
    *,
    judges: bool,
) -> _Floods:
    """Route what is asked for."""
    from hydrosim.flood.judging import check_floods
    from hydrosim.flood.restart import route_on, route_saving
    from hydrosim.flood.simulation import route
    from hydrosim.flood.start_levels import judged_from_run
    from hydrosim.io.state import load_state

    if options.save_state is not None:
        dataset, state = route_saving(model, events[0], options.at)
        return _Floods(dataset, None, None, state)
    if options.from_state is not None:
        state = load_state(options.from_state)
        dataset = route_on(model, events[0], state, restart=options.restart or "auto")
        return _Floods(dataset, None, None, None)
    dataset = route(model, events)
    if progress is not None:
        progress(ROUTED)
    rest = progress and (lambda done: progress(ROUTED + (1.0 - ROUTED) * done))
    check = check_floods(model, design=design, progress=rest) if judges else None
    starts = None if check is None else judged_from_run(model, check, options.start_from)
    return _Floods(dataset, check, starts, None)


def _write(
    target: Target,
    model: FloodModel,
    floods: _Floods,
    options: argparse.Namespace,
    console: Console,
) -> None:
    from hydrosim.cli.write import (
        write_decisive,
        write_design_floods,
        write_design_values,
        write_fits,
        write_flood,
        write_start_levels,
    )
    from hydrosim.io.folder import whole_folder

    dataset, check, starts, state = floods
    config = model.config
    with whole_folder(*target) as partial:
        write_flood(partial, dataset)
        if check is not None:
            check.dataset.attrs["scenario"] = dataset.attrs["scenario"]
            write_design_floods(partial, check)
            if check.design.cases:
                draw(partial, check.dataset, [], options, console, ["flood_frequency"])
                write_design_values(partial, config, check)
                decisive = write_decisive(partial, model, check)
                if decisive is not None:
                    draw(partial, decisive, [], options, console, ["design_stores"])
            fits = write_fits(partial, config, check.design)
            if fits is not None:
                draw(partial, fits, [], options, console)
        if starts is not None:
            write_start_levels(partial, starts)
            draw(partial, starts, [], options, console)
        draw(partial, dataset, [] if check is None else check.verdicts, options, console)
        if state is not None:
            state.save(options.save_state)


def _show(floods: _Floods, options: argparse.Namespace, console: Console) -> None:
    from hydrosim.report.flood import artificial_peaks, flood_tables
    from hydrosim.report.restart import restart_lines
    from hydrosim.report.summary import verdict_board

    for line in restart_lines(floods.dataset, options.lang):
        console.print(line)
    for table in flood_tables(floods.dataset, options.lang):
        console.print(table)
    for line in artificial_peaks(floods.dataset, options.lang):
        console.print(line, style="bold red")
    if floods.starts is not None:
        from hydrosim.report.start_levels import start_level_table

        console.print(start_level_table(floods.starts, options.lang))
    if floods.check is not None and floods.check.verdicts:
        console.print(verdict_board(floods.check.verdicts, options.lang))
    if floods.state is not None:
        console.line(_("state of {day} in {file}", day=floods.state.time, file=options.save_state))


def _failed(floods: _Floods) -> list[str]:
    """Return what ``--strict`` complains of."""
    from hydrosim.report.flood import peaks_beyond

    judged = [] if floods.check is None else floods.check.verdicts
    if floods.check is not None and any(one.outcome != "not judged" for one in judged):
        return shortfalls(floods.check.dataset, judged)
    exceeded = peaks_beyond(floods.dataset)
    message = ngettext(
        "{count} peak exceeds the level or flow that is to be held",
        "{count} peaks exceed the level or flow that is to be held",
        exceeded,
    )
    return [message] if exceeded else []


def tradeoff(options: argparse.Namespace, console: Console) -> int:
    """Sweep the flood-limited levels of a config: water gained against floods held."""
    from hydrosim.cli.write import target_of, write_tradeoff
    from hydrosim.config.load import load_config
    from hydrosim.flood.tradeoff import tradeoff
    from hydrosim.io.folder import whole_folder
    from hydrosim.report.tradeoff import tradeoff_tables

    config = load_config(options.config)
    target = target_of(options)
    check_font(options)
    with console.share_of(_("flood-limited levels")) as advance:
        dataset = tradeoff(config, options.reservoir, progress=advance)
    with whole_folder(*target) as partial:
        write_tradeoff(partial, dataset)
        draw(partial, dataset, [], options, console)
    for table in tradeoff_tables(dataset, options.lang):
        console.print(table)
    console.line(_("results in {folder}", folder=options.out or target.folder))
    report_if_wanted(target.folder, options, console)
    return FINE
