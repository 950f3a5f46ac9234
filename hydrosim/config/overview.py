"""What a notebook shows of a configuration: its size, its period, its ladder."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from hydrosim.calendar import step_word
from hydrosim.io.blocks import Markup, block, code, facts, lines, said
from hydrosim.locale import _, language_of_environment, listed, ngettext, pgettext
from hydrosim.nodes.base import WholeConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hydrosim.errors import Fault

__all__ = ["Shown", "config_html", "ladders_of", "title_of"]

_MODES = {"planning_level": _("planning level"), "trajectory": _("trajectory")}


class Shown(WholeConfig, Protocol):
    """What is shown of a configuration."""

    @property
    def title(self) -> Any:
        """Name shown to readers."""
        ...

    @property
    def has_period(self) -> bool:
        """Whether a supply run has a period."""
        ...

    @property
    def period(self) -> Any:
        """First and last day, and the step."""
        ...

    @property
    def rules(self) -> Mapping[Any, Any]:
        """Rules by name."""
        ...

    @property
    def series(self) -> Mapping[Any, Any]:
        """Series by name."""
        ...

    @property
    def standards(self) -> Mapping[str, Any]:
        """Standards by name."""
        ...

    @property
    def scenarios(self) -> Any:
        """Axes of changes."""
        ...

    @property
    def frequency(self) -> Any:
        """Typical years as an axis."""
        ...

    @property
    def flood(self) -> Any:
        """Floods."""
        ...

    @property
    def ensemble(self) -> Any:
        """Possible waters."""
        ...

    @property
    def warnings(self) -> Sequence[Fault]:
        """What looks unlikely."""
        ...

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        ...


def config_html(config: Shown) -> str:
    """Return what a notebook shows of a configuration.

    Parameters
    ----------
    config
        A loaded configuration.
    """
    return block(
        _("Configuration: {title}", title=title_of(config)),
        facts(
            (
                (_("period"), _period(config)),
                (_("mode"), _mode(config)),
                (_("nodes"), _by_type(node.type_name for node in config.nodes.values())),
                (_("links"), _by_type(link.type_name for link in config.links)),
                (_("ladder"), ladders_of(config.ladders)),
                (_("rules"), _count(len(config.rules), len(config.series))),
                (_("standards"), _by_type(one.type_name for one in config.standards.values())),
                (_("scenarios"), _axes(config)),
                (_("floods"), _floods(config)),
                (_("members of an ensemble"), config.ensemble and config.ensemble.members),
                (_("warnings"), lines(map(_warning, config.warnings)) if config.warnings else ""),
                (_("file"), config.path and config.path.name),
            )
        ),
    )


def title_of(config: Shown) -> str:
    """Return the title of a configuration in the language of the environment."""
    title = config.title
    if title is None or isinstance(title, str):
        return title or _("without title")
    first, second = title.en, title.zh
    if language_of_environment() == "zh":
        first, second = second, first
    return first or second or _("without title")


def ladders_of(ladders: Mapping[str, Sequence[Any]]) -> str:
    """Return the lines of each ladder from the top, with the name of its policy where several.

    Parameters
    ----------
    ladders
        The lines of each policy.
    """
    several = len(ladders) > 1
    return lines(
        Markup(f"{said(name)}: {code(some, ' › ')}") if several else code(some, " › ")
        for name, some in ladders.items()
        if some
    )


def _period(config: Shown) -> str:
    if not config.has_period:
        return _("none: floods alone")
    period, count = config.period, int(config.calendar.dt_s.size)
    return _(
        "{start} to {end}, {steps}",
        start=str(period.start), end=str(period.end),
        steps=ngettext("{count} step of a {step}", "{count} steps of a {step}", count,
                       step=step_word(period.step)),
    )  # fmt: skip


def _mode(config: Shown) -> str:
    if config.planning_year is None:
        return _MODES[config.mode]
    return _("{mode}, planning year {year}", mode=_MODES[config.mode], year=config.planning_year)


def _by_type(names: Iterable[str]) -> str:
    """Return a count, and that of each type."""
    counts = Counter(names)
    if not counts:
        return ""
    parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{counts.total()}: {parts}"


def _count(rules: int, series: int) -> str:
    if not rules + series:
        return ""
    return _("{rules} rules, {series} series", rules=rules, series=series)


def _axes(config: Shown) -> str:
    parts = [
        f"{name}: {', '.join(values)}"
        for name, values in (config.scenarios.axes.items() if config.scenarios else ())
    ]
    if config.frequency is not None:
        values = ", ".join(f"{100.0 * one:g} %" for one in config.frequency.values)
        parts.append(_("frequency: {values}", values=values))
    return lines(parts) if parts else ""


def _floods(config: Shown) -> str:
    if config.flood is None:
        return ""
    count = len(config.flood.events)
    parts = [ngettext("{count} event", "{count} events", count)] if count else []
    if config.flood.design is not None:
        parts.append(pgettext("of a configuration", "design floods"))
    return listed(parts)


def _warning(fault: Fault) -> str:
    return f"{'.'.join(map(str, fault.path))}: {fault.found}"
