"""The commands `flood` and `tradeoff`: routes, judges, writes and tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.cli.console import FINE, NOT_MET, check_font, draw, judged, warnings_of
from hydrosim.locale import Language, _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import xarray as xr
    from rich.console import Console

    from hydrosim.config.schema import Config
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.design import DesignFloods
    from hydrosim.flood.judging import FloodCheck
    from hydrosim.io.state import State

__all__ = ["check_flood_block", "flood_command", "tradeoff_command"]

WRONG_INPUT = 2


class _Floods(NamedTuple):
    """What the command has routed."""

    dataset: xr.Dataset
    check: FloodCheck | None
    starts: xr.Dataset | None
    state: State | None


def check_flood_block(config: Config, language: Language) -> str:
    """Build the flood network and read all hydrographs, route nothing; return the warnings.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    from hydrosim.errors import render_faults
    from hydrosim.flood.design import flood_warnings

    warnings = flood_warnings(config)
    return render_faults(warnings, config.source, language) if warnings else ""


def flood_command(
    options: argparse.Namespace, console: Console, complain: Callable[[str], None]
) -> int:
    """Run ``hydrosim flood``; return the exit code.

    Raises
    ------
    ConfigError, DataError
        If the config, a state or the folder is refused; nothing was written then.
    SimulationError
        If a balance does not close.
    """
    from hydrosim.config.load import load_config
    from hydrosim.flood.build import build_flood_model
    from hydrosim.flood.design import build_design_floods
    from hydrosim.flood.events import named_events
    from hydrosim.io.folder import result_folder
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.scenarios.expand import one_config

    config = one_config(load_config(options.config), options.scenario)
    folder = result_folder(options.out or Path("results") / f"{options.config.stem}_flood")
    names = named_events(config, options.event)
    if told := _unfit(options, config, names):
        complain(told)
        return WRONG_INPUT
    check_font(options)
    if not is_compiled("route"):
        console.print("compiling the kernels: once for this version, some seconds")
    model = build_flood_model(config)
    judges = _judges(options, config)
    designed = judges and config.flood is not None and config.flood.design is not None
    design = build_design_floods(model) if designed else None
    if told := warnings_of(config, model.builder.warnings, options.lang):
        complain(told)
    floods = _routed(options, model, names, design, judges=judges)
    floods.dataset.attrs["scenario"] = "; ".join(options.scenario)
    _write(folder, floods, options, console)
    _tell(floods, options, console)
    console.print(f"results in {options.out or folder}", soft_wrap=True)
    code, told = _strict(floods) if options.strict else (FINE, "")
    if told:
        complain(told)
    return code


def _unfit(options: argparse.Namespace, config: Config, names: list[str]) -> str:
    """Tell which options do not go together."""
    states = options.save_state is not None or options.from_state is not None
    designed = config.flood is not None and config.flood.design is not None
    if options.start_from is not None and not (designed and _judges(options, config)):
        return "--start-from needs the design floods of `flood.design`, without --event"
    if states and len(names) != 1:
        return f"a state belongs to one flood: choose it by --event, of {', '.join(names)}"
    if options.save_state is not None and options.from_state is not None:
        return "--save-state and --from-state exclude each other"
    if (options.at is None) != (options.save_state is None):
        return "--save-state needs --at, the moment of the state, and --at needs --save-state"
    if options.restart is not None and options.from_state is None:
        return "--restart needs --from-state"
    return ""


def _judges(options: argparse.Namespace, config: Config) -> bool:
    """Tell whether works are judged: by design floods, or by floods that the standards name."""
    from hydrosim.standards.flood_standard import FloodStandard

    if options.event or options.save_state or options.from_state or config.flood is None:
        return False
    named = (
        one.named_floods(config)
        for one in config.standards.values()
        if isinstance(one, FloodStandard)
    )
    return config.flood.design is not None or any(named)


def _routed(
    options: argparse.Namespace,
    model: FloodModel,
    names: list[str],
    design: DesignFloods | None,
    *,
    judges: bool,
) -> _Floods:
    """Route what is asked for."""
    from hydrosim.flood.events import config_events
    from hydrosim.flood.judging import check_floods
    from hydrosim.flood.restart import route_on, route_saving
    from hydrosim.flood.simulation import route
    from hydrosim.flood.start_levels import judged_from_run
    from hydrosim.io.state import load_state

    events = config_events(model.config, names)
    if options.save_state is not None:
        dataset, state = route_saving(model, events[0], options.at)
        return _Floods(dataset, None, None, state)
    if options.from_state is not None:
        state = load_state(options.from_state)
        dataset = route_on(model, events[0], state, restart=options.restart or "auto")
        return _Floods(dataset, None, None, None)
    dataset = route(model, events)
    check = check_floods(model, design=design) if judges else None
    starts = None if check is None else judged_from_run(model, check, options.start_from)
    return _Floods(dataset, check, starts, None)


def _write(folder: Path, floods: _Floods, options: argparse.Namespace, console: Console) -> None:
    from hydrosim.cli.write import write_design_floods, write_flood, write_start_levels
    from hydrosim.io.folder import whole_folder

    dataset, check, starts, state = floods
    with whole_folder(folder) as partial:
        write_flood(partial, dataset)
        if check is not None:
            check.dataset.attrs["scenario"] = dataset.attrs["scenario"]
            write_design_floods(partial, check)
            if check.design.cases:
                draw(partial, check.dataset, [], options, console, ["flood_frequency"])
        if starts is not None:
            write_start_levels(partial, starts)
            draw(partial, starts, [], options, console)
        draw(partial, dataset, [] if check is None else check.verdicts, options, console)
        if state is not None:
            state.save(options.save_state)


def _tell(floods: _Floods, options: argparse.Namespace, console: Console) -> None:
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
        line = _("state of {day} in {file}", day=floods.state.time, file=options.save_state)
        console.print(line.in_language(options.lang), soft_wrap=True)


def _strict(floods: _Floods) -> tuple[int, str]:
    from hydrosim.report.flood import peaks_beyond

    if floods.check is not None:
        return judged(floods.check.dataset, floods.check.verdicts)
    if exceeded := peaks_beyond(floods.dataset):
        return NOT_MET, f"{exceeded} peaks exceed the level or flow that is to be held"
    return FINE, ""


def tradeoff_command(options: argparse.Namespace, console: Console) -> None:
    """Run ``hydrosim tradeoff``.

    Raises
    ------
    ConfigError, DataError
        If the config or the folder is refused; nothing was written then.
    SimulationError
        If a balance does not close.
    """
    from hydrosim.cli.write import write_tradeoff
    from hydrosim.config.load import load_config
    from hydrosim.io.folder import result_folder, whole_folder
    from hydrosim.report.tradeoff import tradeoff_tables
    from hydrosim.scenarios.tradeoff import tradeoff

    config = load_config(options.config)
    folder = result_folder(options.out or Path("results") / f"{options.config.stem}_tradeoff")
    check_font(options)
    dataset = tradeoff(config, options.reservoir)
    with whole_folder(folder) as partial:
        write_tradeoff(partial, dataset)
        draw(partial, dataset, [], options, console)
    for table in tradeoff_tables(dataset, options.lang):
        console.print(table)
    console.print(f"results in {options.out or folder}", soft_wrap=True)
