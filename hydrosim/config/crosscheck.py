"""What only the whole configuration can tell: names that refer to nothing, doubles, the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hydrosim.errors import Fault, Path, nearest, shown
from hydrosim.units import NodeRef, RuleRef
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config, LadderLine

__all__ = ["config_faults"]

_NOT_YET = ("scenarios",)


def config_faults(config: Config) -> list[Fault]:
    """Return all that is wrong with a configuration as a whole, warnings among it.

    Next to the general checks, each node, link, rule and standard is asked for its ``faults``.
    """
    return [
        *_not_supported(config),
        *_period_faults(config),
        *_ladder_faults(config),
        *_reference_faults(config),
        *_link_faults(config),
        *_output_faults(config),
        *_own_faults(config),
    ]


def _not_supported(config: Config) -> Iterator[Fault]:
    for key in _NOT_YET:
        if getattr(config, key) is not None:
            yield Fault(
                (key,), f"the key {key!r}", f"no such key: {key} are not supported by this version"
            )


def _period_faults(config: Config) -> Iterator[Fault]:
    if config.mode == "trajectory" and config.planning_year is not None:
        yield Fault(
            ("planning_year",),
            str(config.planning_year),
            "no planning year with `mode: trajectory`, which has works of each calendar year",
        )


def _ladder_faults(config: Config) -> Iterator[Fault]:
    if not config.ladders:
        yield Fault(("ladder",), "no ladder", "`ladder:` or `policies:` with the classes in order")
        return
    if config.ladder and "standard" in config.policies:
        yield Fault(
            ("policies", "standard"),
            "a policy 'standard' beside `ladder:`, which has that name",
            "another name",
        )
    if config.ladder:
        yield from _lines_faults(config, config.ladder, ("ladder",))
    for name, policy in config.policies.items():
        yield from _lines_faults(config, policy.ladder, ("policies", name, "ladder"))
    if config.policy is not None:
        name = config.policy.name
        valid = {*config.ladders, *config.rule_names}
        if name not in valid:
            yield Fault(
                ("policy",),
                shown(name),
                f"the name of a policy ({', '.join(config.ladders)}) or of a rule",
                nearest(name, valid),
            )


def _lines_faults(config: Config, lines: tuple[LadderLine, ...], path: Path) -> Iterator[Fault]:
    first: dict[LadderLine, int] = {}
    for number, line in enumerate(lines):
        if line in first:
            found = f"'{line}' twice, as lines {first[line] + 1} and {number + 1}"
            yield Fault((*path, number), found, "each line once")
        first.setdefault(line, number)
        source = line.name.split("@")[0].split(".")[0]
        if line.spare and source not in config.nodes:
            near = nearest(source, config.nodes)
            yield Fault(
                (*path, number),
                shown(line.name),
                "the name of a source: a node, with its part (.plan) or intake (@city)",
                near,
                nearest_path=("nodes", near) if near else None,
            )


def _reference_faults(config: Config) -> Iterator[Fault]:
    for name in sorted(config.series.keys() & config.rules.keys()):
        yield Fault(
            ("rules", name),
            f"{name!r} as a rule and as a series",
            "each name once among `series:` and `rules:`",
        )
    for path, reference in _references(config, ()):
        if path == ("policy",):
            continue
        if isinstance(reference, RuleRef):
            if reference.name not in config.rule_names:
                yield _unknown_rule(config, path, reference.name)
        elif reference not in config.nodes:
            yield _unknown_node(config, path, reference)


def _references(value: Any, path: Path) -> Iterator[tuple[Path, RuleRef | NodeRef]]:
    if isinstance(value, (RuleRef, NodeRef)):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _references(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _references(item, (*path, number))


def _unknown_rule(config: Config, path: Path, name: str) -> Fault:
    near = nearest(name, config.rule_names)
    defined: Path | None = None
    if near is not None:
        whole = near if near in config.all_rules else near.rsplit(".", 1)[0]
        defined = ("series" if whole in config.series else "rules", whole)
    rules, series = len(config.rules), len(config.series)
    if series and rules:
        expected = (
            f"the name of a rule under `rules:` or of a series ({rules} and {series} are defined)"
        )
    elif series:
        expected = f"the name of a series under `series:` ({_are_defined(series)})"
    else:
        expected = f"the name of a rule under `rules:` ({_are_defined(rules)})"
    return Fault(path, shown(name), expected, near, nearest_path=defined)


def _unknown_node(config: Config, path: Path, name: str) -> Fault:
    near = nearest(name, config.nodes)
    expected = f"the name of a node ({_are_defined(len(config.nodes))})"
    defined = ("nodes", near) if near else None
    return Fault(path, shown(name), expected, near, nearest_path=defined)


def _are_defined(number: int) -> str:
    return {0: "none is defined", 1: "1 is defined"}.get(number, f"{number} are defined")


def _link_faults(config: Config) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, link in enumerate(config.links):
        path = ("links", number)
        for key, name in (("from", link.start), ("to", link.end)):
            if name not in config.nodes and not isinstance(name, NodeRef):
                yield _unknown_node(config, (*path, key), name)
        if link.start == link.end:
            yield Fault((*path, "to"), shown(link.end), "another node than `from`")
        if link.label in first:
            lines = [_line(config, ("links", index)) for index in (first[link.label], number)]
            found = f"the link '{link.label}' twice, at lines {lines[0]} and {lines[1]}"
            yield Fault(path, found, "each link once, or another `name` for each")
        first.setdefault(link.label, number)


def _line(config: Config, path: Path) -> int | str:
    place = config.source.place(path) if config.source else None
    return place[0] if place else "?"


def _output_faults(config: Config) -> Iterator[Fault]:
    for key in ("daily", "monthly"):
        for number, name in enumerate(getattr(config.outputs, key)):
            if name not in VARIABLES:
                yield Fault(
                    ("outputs", key, number),
                    shown(name),
                    f"the name of a quantity ({len(VARIABLES)} are known)",
                    nearest(name, VARIABLES),
                )


def _own_faults(config: Config) -> Iterator[Fault]:
    """Ask each part; its paths are relative to itself."""
    for name, node in config.nodes.items():
        yield from (fault.under("nodes", name) for fault in node.faults(name, config))
    for number, link in enumerate(config.links):
        yield from (fault.under("links", number) for fault in link.faults(config))
    for name, rule in config.series.items():
        yield from (fault.under("series", name) for fault in rule.faults(config))
    for name, rule in config.rules.items():
        yield from (fault.under("rules", name) for fault in rule.faults(config))
    for name, standard in config.standards.items():
        yield from (fault.under("standards", name) for fault in standard.faults(config))
