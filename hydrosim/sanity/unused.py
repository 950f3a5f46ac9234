"""Series, rules and nodes that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.config.crosscheck import references
from hydrosim.locale import _, pgettext
from hydrosim.sanity.table import Row, Table, mark
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hydrosim.config.schema import Config
    from hydrosim.errors import Path
    from hydrosim.units import NodeRef

    Named = tuple[Path, RuleRef | NodeRef]

__all__ = ["scenario_words", "unused_table"]


def unused_table(config: Config) -> Table:
    """Return series and rules that no node, link, standard or scenario uses, and lone nodes."""
    named = list(references(config, ()))
    used = _used_rules(config, named)
    rows = [
        _rule_row(section, name, dict(rule).get("file"))
        for section, rules in (("series", config.series), ("rules", config.rules))
        for name, rule in rules.items()
        if name not in used
    ]
    rows += [_node_row(name) for name in _lone_nodes(config, named)]
    return Table(
        "unused",
        _("Never used"),
        {"name": pgettext("sanity page", "name"), "what": _("what it is")},
        rows,
    )


def _rule_row(section: str, name: str, file: str | None) -> Row:
    what = (
        pgettext("sanity page", "series")
        if section == "series"
        else pgettext("sanity page", "rule")
    )
    if file is not None:
        what = _("{what} of the file {file}", what=what, file=file)
    found = _("{name!r}, which nothing uses", name=name)
    expected = _("a key of a node, link or rule that names it, or no such entry")
    return Row((name, what), mark((section, name), found, expected))


def _node_row(name: str) -> Row:
    found = _("{name!r}, to and from which no water goes", name=name)
    return Row(
        (name, pgettext("sanity page", "node")),
        mark(("nodes", name), found, _("a link, or no such node")),
    )


def _used_rules(config: Config, named: Sequence[Named]) -> set[str]:
    """Return the rules that something outside rules names, and those that these use."""
    waiting = [*_names(named), *scenario_words(config)]
    if config.ensemble is not None:
        waiting += list(map(str, config.ensemble.series))
        waiting += [str(name) for names in config.ensemble.imports.values() for name in names]
    used: set[str] = set()
    rules = config.all_rules
    while waiting:
        name = waiting.pop()
        whole = name if name in rules else name.rsplit(".", 1)[0]
        if whole in rules and whole not in used:
            used.add(whole)
            waiting += rules[whole].references()
    return used


def _names(named: Sequence[Named]) -> Iterator[str]:
    for path, reference in named:
        if isinstance(reference, RuleRef) and path[0] not in ("series", "rules"):
            yield reference.name


def scenario_words(config: Config) -> list[str]:
    """Return the texts that scenarios write, and the words of expressions among them."""
    return [] if config.scenarios is None else list(_texts(config.scenarios.axes))


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts in changes of scenarios, and the words of expressions among them."""
    if isinstance(value, str):
        yield str(value)
        yield from "".join(c if c.isalnum() or c in "_." else " " for c in value).split()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item)
            if isinstance(key, str) and key.partition(".")[0] in ("series", "rules"):
                yield key.split(".")[1]
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _lone_nodes(config: Config, named: Sequence[Named]) -> list[str]:
    """Return nodes that no link, no way beside links and no name in another part leads to."""
    joined: set[str] = set()
    for link in config.links:
        joined |= {str(link.start), str(link.end)}
    for path, reference in named:
        if not isinstance(reference, RuleRef):
            joined.add(str(reference))
            if path[0] == "nodes":
                joined.add(str(path[1]))
    for name, node in config.nodes.items():
        beside = [*node.further_ways().values(), node.spills_to, node.flood_section]
        if any(one is not None for one in beside):
            joined |= {name, *(str(one) for one in beside if one is not None)}
    joined |= {name for name, node in config.nodes.items() if node.is_aquifer}
    return [name for name in config.nodes if name not in joined]
