"""What only the whole configuration can tell: names that refer to nothing, doubles, the ladder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from hydrosim.config.axes import axis_faults
from hydrosim.config.check_ensemble import ensemble_faults
from hydrosim.config.check_flood import flood_faults
from hydrosim.config.frequency import frequency_faults
from hydrosim.config.patches import patched
from hydrosim.errors import Fault, Path, nearest, shown
from hydrosim.locale import Message, _, ngettext
from hydrosim.nodes import NODE_TYPES
from hydrosim.nodes._checks import of_supply
from hydrosim.rules.amounts import amount_faults
from hydrosim.rules.shared import rule_cycles
from hydrosim.rules.unit_check import NAMELESS, unit_faults
from hydrosim.units import NodeRef, RuleRef
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hydrosim.config.ladder_line import LadderLine
    from hydrosim.config.schema import Config

    Named = tuple[Path, RuleRef | NodeRef]

__all__ = ["config_faults", "references"]

_INTO_GROUND = ("loss_to", "loss_to_aquifer", "percolation_to_aquifer")


def config_faults(config: Config) -> list[Fault]:
    """Return all that is wrong with a configuration as a whole, warnings among it.

    Next to the general checks, each node, link, rule and standard is asked for its ``faults``.
    """
    own = list(_own_faults(config))
    reported = {fault.path for fault in own}
    named = list(references(config, ()))
    return [
        *of_supply(_period_faults(config)),
        *of_supply(_ladder_faults(config)),
        *_reference_faults(config, named),
        *_rule_faults(config),
        *_link_faults(config),
        *of_supply(_output_faults(config)),
        *of_supply(_use_faults(config)),
        *flood_faults(config),
        *of_supply(ensemble_faults(config)),
        *of_supply(_ledger_faults(config)),
        *_scenario_faults(config),
        *of_supply(frequency_faults(config)),
        *own,
        *(fault for fault in _loss_faults(config, named) if fault.path not in reported),
    ]


def _period_faults(config: Config) -> Iterator[Fault]:
    if not config.has_period:
        yield Fault(("period",), _("no period"), _("first and last day, and the step"))
    if config.mode == "trajectory" and config.planning_year is not None:
        yield Fault(
            ("planning_year",),
            str(config.planning_year),
            _("no planning year with `mode: trajectory`, which has works of each calendar year"),
        )


def _ladder_faults(config: Config) -> Iterator[Fault]:
    if not config.ladders:
        if config.allocation != "least_cost":
            yield Fault(
                ("ladder",), _("no ladder"), _("`ladder:` or `policies:` with the classes in order")
            )
        return
    if config.ladder and "standard" in config.policies:
        yield Fault(
            ("policies", "standard"),
            _("a policy 'standard' beside `ladder:`, which has that name"),
            _("another name"),
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
                _(
                    "the name of a policy ({ladders}) or of a rule",
                    ladders=", ".join(config.ladders),
                ),
                nearest(name, valid),
            )


def _lines_faults(config: Config, lines: tuple[LadderLine, ...], path: Path) -> Iterator[Fault]:
    first: dict[LadderLine, int] = {}
    for number, line in enumerate(lines):
        if line in first:
            found = _(
                "'{line}' twice, as lines {first} and {number}",
                line=line,
                first=first[line] + 1,
                number=number + 1,
            )
            yield Fault((*path, number), found, _("each line once"))
        first.setdefault(line, number)
        source = line.name.split("@")[0].split(".")[0]
        if line.spare and source not in config.nodes:
            near = nearest(source, config.nodes)
            yield Fault(
                (*path, number),
                shown(line.name),
                _("the name of a source: a node, with its part (.plan) or intake (@city)"),
                near,
                nearest_path=("nodes", near) if near else None,
            )


def _reference_faults(config: Config, named: Sequence[Named]) -> Iterator[Fault]:
    for name in sorted(config.series.keys() & config.rules.keys()):
        yield Fault(
            ("rules", name),
            _("{name!r} as a rule and as a series", name=name),
            _("each name once among `series:` and `rules:`"),
        )
    for path, reference in named:
        if path == ("policy",):
            continue
        if isinstance(reference, RuleRef):
            if reference.name not in config.rule_names:
                yield _unknown_rule(config, path, reference.name)
        elif reference not in config.nodes:
            yield _unknown_node(config, path, reference)


def _rule_faults(config: Config) -> Iterator[Fault]:
    """Tell circles of rules, and rules in a unit that the key naming them cannot take."""
    for fault in rule_cycles(config.all_rules):
        section = "series" if fault.path[1] in config.series else "rules"
        yield Fault((section, *fault.path[1:]), fault.found, fault.expected)
    sections = {
        "nodes": config.nodes,
        "links": config.links,
        "rules": config.rules,
        "series": config.series,
        "standards": config.standards,
    }
    of_amounts: set[Path] = set()
    for fault, places in amount_faults(sections, config.all_rules, config.series):
        of_amounts |= places
        yield fault
    for section, parts in sections.items():
        for fault in unit_faults(parts, config.all_rules, (section,)):
            if fault.path not in of_amounts:
                yield fault


def _loss_faults(config: Config, named: Sequence[Named]) -> Iterator[Fault]:
    """Tell water that is sent into the ground to a node that is no aquifer."""
    for path, reference in named:
        into_ground = path[-1] in _INTO_GROUND or path[-2:] == ("seepage", "to")
        if isinstance(reference, RuleRef) or not into_ground:
            continue
        node = config.nodes.get(reference)
        if node is None or node.is_aquifer:
            continue
        aquifers = [name for name, one in config.nodes.items() if one.is_aquifer]
        near = nearest(reference, aquifers) or (aquifers[0] if len(aquifers) == 1 else None)
        yield Fault(
            path,
            _(
                "{reference}, of type {type_name}",
                reference=shown(str(reference)),
                type_name=node.type_name,
            ),
            _("the name of an aquifer"),
            near,
            nearest_path=("nodes", near) if near else None,
        )


def references(value: Any, path: Path) -> Iterator[tuple[Path, RuleRef | NodeRef]]:
    """Yield all names of rules and nodes inside a part of a config, with the path of each."""
    if isinstance(value, (RuleRef, NodeRef)):
        yield path, value
    elif isinstance(value, BaseModel):
        given = value.__dict__
        for name, key in _keys_of(type(value)):
            part = given[name]
            if type(part) not in NAMELESS:
                yield from references(part, (*path, key))
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(item) not in NAMELESS:
                yield from references(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            if type(item) not in NAMELESS:
                yield from references(item, (*path, number))


@cache
def _keys_of(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a schema: attribute and key."""
    return tuple((name, field.alias or name) for name, field in model.model_fields.items())


def _unknown_rule(config: Config, path: Path, name: str) -> Fault:
    near = nearest(name, config.rule_names)
    defined: Path | None = None
    if near is not None:
        whole = near if near in config.all_rules else near.rsplit(".", 1)[0]
        defined = ("series" if whole in config.series else "rules", whole)
    rules, series = len(config.rules), len(config.series)
    if series and rules:
        expected = _(
            "the name of a rule under `rules:` or of a series ({rules} and {series} are defined)",
            rules=rules,
            series=series,
        )
    elif series:
        expected = _("the name of a series under `series:` ({series})", series=_are_defined(series))
    else:
        expected = _("the name of a rule under `rules:` ({rules})", rules=_are_defined(rules))
    return Fault(path, shown(name), expected, near, nearest_path=defined)


def _unknown_node(config: Config, path: Path, name: str) -> Fault:
    near = nearest(name, config.nodes)
    written = config.source.value_at(("nodes",)) if config.source else None
    number = len(written) if isinstance(written, dict) else len(config.nodes)
    expected = _("the name of a node ({number})", number=_are_defined(number))
    defined = ("nodes", near) if near else None
    return Fault(path, shown(name), expected, near, nearest_path=defined)


def _are_defined(number: int) -> Message:
    if number == 0:
        return _("none is defined")
    return ngettext("{count} is defined", "{count} are defined", number)


def _link_faults(config: Config) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, link in enumerate(config.links):
        path = ("links", number)
        for key, name in (("from", link.start), ("to", link.end)):
            if name not in config.nodes and not isinstance(name, NodeRef):
                yield _unknown_node(config, (*path, key), name)
        if link.start == link.end:
            yield Fault((*path, "to"), shown(link.end), _("another node than `from`"))
        if link.cycle is not None and not link.reason:
            expected = _("the key `reason`: why water may go in a circle within a step")
            yield Fault((*path, "reason"), _("`cycle: allowed` without a reason"), expected)
        if link.label in first:
            lines = [_line(config, ("links", index)) for index in (first[link.label], number)]
            found = _(
                "the link '{label}' twice, at lines {first} and {second}",
                label=link.label,
                first=lines[0],
                second=lines[1],
            )
            yield Fault(path, found, _("each link once, or another `name` for each"))
        first.setdefault(link.label, number)
        ends = [name for name in (link.start, link.end) if name in config.nodes]
        nowhere = [name for name in ends if config.nodes[name].at is None]
        if link.course and nowhere:
            yield Fault(
                (*path, "course"),
                _("the course of a link that ends at {name}, a node without `at`",
                  name=shown(nowhere[0])),
                _("`at:` at both ends: without it the course is drawn from where the map puts the "
                  "node, or not at all, and GeoJSON leaves the link out"),
                severity="warning",
            )  # fmt: skip


def _line(config: Config, path: Path) -> int | str:
    place = config.source.place(path) if config.source else None
    return place[0] if place else "?"


def _output_faults(config: Config) -> Iterator[Fault]:
    outputs = config.outputs
    for key, names in (("daily", outputs.daily), ("monthly", outputs.monthly)):
        for number, name in enumerate(names):
            if name not in VARIABLES:
                yield Fault(
                    ("outputs", key, number),
                    shown(name),
                    _("the name of a quantity ({count} are known)", count=len(VARIABLES)),
                    nearest(name, VARIABLES),
                )


def _ledger_faults(config: Config) -> Iterator[Fault]:
    """Tell stores of the ledger that are none whose water it follows."""
    stores = [name for name, node in config.nodes.items() if node.is_store]
    for name in config.ledger.stores:
        if name not in stores:
            near = nearest(name, stores)
            yield Fault(
                ("ledger", "stores", name),
                shown(str(name)),
                _("the name of a reservoir, lake or regulating reservoir"),
                near,
                nearest_path=("nodes", near) if near else None,
            )


def _scenario_faults(config: Config) -> Iterator[Fault]:
    """Tell axes that do not fit together, and changes of keys that are not there."""
    if config.scenarios is None:
        return
    yield from axis_faults(config.scenarios)
    if config.source is None:
        return
    for axis, values in config.scenarios.axes.items():
        for value, patch in values.items():
            path = ("scenarios", "axes", axis, value)
            yield from patched(config.source, patch, config.source, path)[1]


def _use_faults(config: Config) -> Iterator[Fault]:
    """Tell uses of standards that no demand can have."""
    valid: set[str] = set()
    for node_type in NODE_TYPES.values():
        field = node_type.model_fields.get("use")
        valid.update(get_args(field.annotation) if field else ())
    for name, standard in config.standards.items():
        keys = dict(standard)
        for key in ("uses", "targets", "depth_limits"):
            given = keys.get(key) or ()
            for number, use in enumerate(given):
                if use not in valid:
                    place = number if isinstance(given, tuple) else use
                    yield Fault(
                        ("standards", name, key, place),
                        shown(use),
                        _("a use: {valid}", valid=", ".join(sorted(valid))),
                        nearest(use, valid),
                    )


def _own_faults(config: Config) -> Iterator[Fault]:
    """Collect the faults each part reports; its paths are relative to itself."""
    for name, node in config.nodes.items():
        found = node.faults(name, config)
        if not (node.carries_floods() or node.floods_beside):
            found = list(of_supply(found))
        yield from (fault.under("nodes", name) for fault in found)
    for number, link in enumerate(config.links):
        found = link.faults(config)
        if not link.is_river:
            found = list(of_supply(found))
        yield from (fault.under("links", number) for fault in found)
    for name, rule in config.series.items():
        yield from (fault.under("series", name) for fault in rule.faults(config))
    for name, rule in config.rules.items():
        yield from (fault.under("rules", name) for fault in rule.faults(config))
    for name, standard in config.standards.items():
        found = standard.faults(config)
        if standard.engine != "flood":
            found = list(of_supply(found))
        yield from (fault.under("standards", name) for fault in found)
