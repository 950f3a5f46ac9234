"""Configuration text (YAML 1.2) as a plain tree that remembers where each part stands.

Only what YAML 1.2 calls a number is one: ``1.2e9`` is a number, ``07-01`` and ``1980-01-01`` are
text, ``yes`` and ``on`` are text. Keys are always text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path as FilePath
from typing import Any

from hydrosim.config.yaml_bulk import bulk_fault
from hydrosim.config.yaml_problems import problem_message
from hydrosim.errors import ConfigError, DataError, Fault, Path, shown
from hydrosim.io.bounded import MOST_CONFIG, bytes_of
from hydrosim.io.text import NotUtf8, text_of
from hydrosim.locale import _
from hydrosim.units.scalars import PLAIN_NUMBER, plainly

__all__ = ["PlacedText", "Source", "parse_text", "read_source"]

LONGEST_NUMBER = 200
MOST_REPEATED = 10_000
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NAME = re.compile(r"[A-Za-z]\w*")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_READ_OTHERWISE = re.compile(
    r"""[!\t\x85\u2028\u2029\ufeff]  # tags, tabs, breaks of YAML 1.1, marks of byte order
    | ^%  # directives
    | ["'}\]]:[^\s,}\]]  # a value right behind its key, as JSON has it
    | [>|]\S*\#  # no comment behind the sign of a block of text""",
    re.MULTILINE | re.VERBOSE,
)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WHY = {
    "mapping values are not allowed here": _(
        "a ': ' inside a value: put the value in quotes, or a key that is indented further than "
        "its neighbours"
    ),
    "found character '\\t' that cannot start any token": _("a tab: indent with spaces"),
    "could not find expected ':'": _("a key without ': ' behind it"),
}
_LOOK_ALIKES = (
    re.compile(r"^[ \t]*(?P<sign>[\u00a0\u2002\u2003\u2007\u3000])"),
    re.compile(r"""^[^#"']*?[\w\]}]\s*(?P<sign>：)\s*[\w.{\[｛［+-]"""),
    re.compile(r"""^[^#"']*?[{\[｛［][^#"']*?(?P<sign>[，｝］])"""),
    re.compile(r"""^[^#"']*?[:{\[,\-]\s*(?P<sign>[｛［])"""),
)
"""Signs that Chinese keyboards give instead of those of YAML."""
_WIDE_COLON = "\uff1a"
_BRACKETS = {"flow mapping": "{", "flow sequence": "["}


class PlacedText(str):
    """Text of a configuration that knows its path."""

    __slots__ = ("path",)
    path: Path

    def __new__(cls, text: str, path: Path) -> PlacedText:
        """Return ``text`` with its path."""
        placed = super().__new__(cls, text)
        placed.path = path
        return placed

    def __reduce__(self) -> tuple[type[PlacedText], tuple[str, Path]]:
        """Return what a copy in another process is made of."""
        return PlacedText, (str(self), self.path)


@dataclass
class Source:
    """A configuration as written.

    ``keys`` and ``values`` hold line and column, from 1, of each path; ``written`` the text of each
    number, for messages. ``files`` tells the file of paths that stand in another one than ``file``,
    and ``folder`` is where relative names of data files count from; by default that of ``file``.
    With ``in_cells`` lines are rows of sheets, which ``files`` names.
    """

    file: str
    tree: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    files: dict[Path, str] = field(default_factory=dict)
    folder: FilePath | None = None
    in_cells: bool = False

    def place(self, path: Path) -> tuple[int, int] | None:
        """Return line and column of a path, or of its nearest parent; None where no file has it."""
        part = self._written(path)
        start = (1, 1) if self.values else None
        return (self.keys.get(part) or self.values.get(part)) if part else start

    def file_of(self, path: Path) -> str:
        """Return the file in which a path, or its nearest parent, is written."""
        return self.files.get(self._written(path), self.file)

    def _written(self, path: Path) -> Path:
        for length in range(len(path), 0, -1):
            part = path[:length]
            if part in self.keys or part in self.values:
                return part
        return ()

    def label(self, path: Path) -> str:
        """Return a path as text; an entry of a list is shown by its name, ends or number."""
        text = ""
        value: Any = self.tree
        for key in path:
            value = _step(value, key)
            if isinstance(key, int):
                text += f"[{_entry_name(value, key)}]"
            else:
                text += f".{key}" if text else key
        return text

    def value_at(self, path: Path) -> Any:
        """Return the part of the tree at a path, or None."""
        value: Any = self.tree
        for key in path:
            value = _step(value, key)
        return value


def read_source(path: FilePath) -> Source:
    """Read a configuration file.

    Raises
    ------
    ConfigError
        When the file cannot be read, is not YAML or is not a block of keys. Duplicate keys and
        the like are kept in ``faults``.
    """
    try:
        raw = bytes_of(path, _("a configuration file that can be read"), MOST_CONFIG)
    except DataError as error:
        raise ConfigError([error.fault()]) from None
    text = text_of(raw)
    if isinstance(text, NotUtf8):
        place = {"file": str(path), "line": text.line}
        raise ConfigError([Fault((), text.found, _("text in UTF-8"), note=text.note, **place)])
    return parse_text(text.replace("\r\n", "\n"), str(path))


def parse_text(text: str, file: str = "configuration") -> Source:
    """Return configuration text as a tree with places.

    Raises
    ------
    ConfigError
        When the text is not YAML, or not a block of keys.
    """
    source = Source(file)
    too_much = bulk_fault(text)
    if too_much is not None:
        raise ConfigError([too_much], source)
    root = _composed_fast(text) or _composed(text, source)
    reader = _Reader(source)
    tree = reader.read(root, (), ()) if root is not None else None
    if reader.wide_colons:
        raise ConfigError(reader.wide_colons, source)
    if not isinstance(tree, dict):
        found = _("an empty file") if tree is None else _kind_of(tree)
        expected = _("a block of keys such as period, ladder, nodes and links")
        raise ConfigError([Fault((), found, expected, line=1, column=1)], source)
    source.tree = tree
    return source


def _composed_fast(text: str) -> Any:
    """Return the root node as libyaml reads it; None when the careful reader has to look.

    It is twenty times faster and builds the same nodes, except for what the pattern names. Which
    plain text is a number is not asked of it.
    """
    if _READ_OTHERWISE.search(text):
        return None
    import yaml

    if not hasattr(yaml, "CSafeLoader"):
        return None

    # What plain text means is asked of the patterns below.
    untagged = type("Untagged", (yaml.CSafeLoader,), {"resolve": lambda *_given: ""})
    try:
        return yaml.compose(text, Loader=untagged)
    except (yaml.YAMLError, ValueError):
        return None


def _composed(text: str, source: Source) -> Any:
    """Return the root node of YAML 1.2, or what keeps the text from being that."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_fault(error, text)], source) from None
    except YAMLError as error:
        fault = Fault(
            (), _("text that is not YAML: {error}", error=error), _("YAML 1.2"), line=1, column=1
        )
        raise ConfigError([fault], source) from None


class _Reader:
    """Turns YAML nodes into dicts, lists, numbers and placed text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.wide_colons: list[Fault] = []
        self.seen: set[int] = set()
        self.repeated = 0

    def read(self, node: Any, path: Path, above: tuple[int, ...]) -> Any:
        self.source.values[path] = _place(node)
        own = id(node)
        if own in self.seen:
            self._count(node, path)
        self.seen.add(own)
        if own in above:
            self._fault(node, path, _("an alias to a block that holds it"),
                        _("a block without itself"))  # fmt: skip
            return None
        if str(node.tag).startswith("!"):
            self._fault(node, path, _("the tag {tag}", tag=node.tag), _("a value without a tag"))
        if node.id == "scalar":
            return self._scalar(node, path)
        inside = (*above, own)
        if node.id == "sequence":
            return [self.read(item, (*path, i), inside) for i, item in enumerate(node.value)]
        return self._mapping(node, path, inside)

    def _count(self, node: Any, path: Path) -> None:
        """Count a value that is read again; refuse a small text written out into a large one."""
        self.repeated += 1
        if self.repeated > MOST_REPEATED:
            found = _("aliases that repeat more than {count} values", count=MOST_REPEATED)
            self._fault(node, path, found, _("values that are written out"))
            raise ConfigError(self.source.faults, self.source)

    def _mapping(self, node: Any, path: Path, above: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                self._fault(key_node, path, _("a list or block as a key"), _("a name as a key"))
                continue
            key = str(key_node.value)
            if key == "<<":
                note = _("YAML 1.2 has no merge keys: repeat the keys")
                self._fault(
                    key_node, path, _("the key {key!r}", key=key), _("a name as a key"), note
                )
                continue
            here = (*path, key)
            if key in result:
                first, again = self.source.keys[here][0], _place(key_node)[0]
                found = _("the key {key!r} twice, at lines {first} and {again}",
                          key=key, first=first, again=again)  # fmt: skip
                self._fault(key_node, here, found, _("each key once in a block"))
                continue
            self.source.keys[here] = _place(key_node)
            if _WIDE_COLON in key:
                self._note_wide_colon(key_node, value_node, here)
            result[key] = self.read(value_node, here, above)
        return result

    def _note_wide_colon(self, key_node: Any, value_node: Any, path: Path) -> None:
        """Note a key that swallowed a full-width colon and what stands behind it.

        Only such keys are reported: the other faults of their block come from them.
        """
        key = str(path[-1])
        name, colon, rest = key.partition(_WIDE_COLON)
        swallowed = value_node.id == "scalar" and (
            (not value_node.style and value_node.value in _NULLS) or rest.strip()[:1] in ("{", "[")
        )
        if colon and swallowed and not key_node.style and path[0] != "scenarios":
            found = _("the key {key!r}", key=key)
            note = _("a full-width {sign!r}: write {full_width!r}", sign=colon, full_width=": ")
            line, column = _place(key_node)
            place = (*path[:-1], name.strip())
            expected = _("a name, ': ' and its value")
            self.wide_colons.append(
                Fault(place, found, expected, note=note, line=line, column=column)
            )

    def _scalar(self, node: Any, path: Path) -> Any:
        text = str(node.value)
        if node.style:
            return PlacedText(text, path)
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if " " in text or _NAME.fullmatch(text):  # no number, as most values with their unit
            return PlacedText(text, path)
        if _NOT_FINITE.fullmatch(text):
            self._fault(node, path, text, _("a finite number"))
            return None
        if _too_large(text):
            found = _("a number of {count} signs, {start}…", count=len(text), start=text[:12])
            self._fault(node, path, found, _("a number of a size that occurs"))
            return None
        if _INTEGER.fullmatch(text):
            self.source.written[path] = text
            return int(text)
        if _BASED.fullmatch(text):
            self.source.written[path] = text
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            self.source.written[path] = text
            return float(text)
        plain = plainly(text)
        if plain is not None and _FLOAT.fullmatch(plain):
            note = _("write {plain}; in quotes where it is a name", plain=plain)
            self._fault(node, path, shown(text), PLAIN_NUMBER, note)
            return float(plain)
        return PlacedText(text, path)

    def _fault(
        self, node: Any, path: Path, found: str, expected: str, note: str | None = None
    ) -> None:
        line, column = _place(node)
        fault = Fault(path, found, expected, note=note, line=line, column=column)
        self.source.faults.append(fault)


def _too_large(text: str) -> bool:
    """Return whether text is a number that no computer number can hold."""
    if _BASED.fullmatch(text):
        return len(text) > LONGEST_NUMBER
    if not (_INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)):
        return False
    return len(text) > LONGEST_NUMBER or not isfinite(float(text))


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _kind_of(tree: Any) -> str:
    """Return what a file holds, without its content: it may be any file."""
    return _("a text") if isinstance(tree, str) else shown(tree)


def _look_alike(text: str, line: int) -> str | None:
    """Return a note on a sign that only looks like one of YAML's, in a line or the one before."""
    rows = text.splitlines()
    for number in (line - 1, line):
        row = rows[number - 1] if 0 < number <= len(rows) else ""
        for pattern in _LOOK_ALIKES:
            found = pattern.search(row)
            if found is not None:
                sign = found["sign"]
                place = _("at line {line}, column {column}",
                          line=number, column=found.start("sign") + 1)  # fmt: skip
                if sign.isspace():
                    return _("a space that is not a plain one {place}: type it anew", place=place)
                plain = unicodedata.normalize("NFKC", sign)
                return _("a full-width {sign!r} {place}: write {plain!r}",
                         sign=sign, place=place, plain=plain)  # fmt: skip
    return None


def _syntax_fault(error: Any, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or "").strip()
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = problem_message(problem) or _("something that cannot be read")
    found = _("text that is not YAML: {problem}", problem=reason)
    context = (error.context or "").strip()
    note = _look_alike(text, line) or _WHY.get(problem)
    if note is None and context and error.context_mark:
        above = error.context_mark
        what = problem_message(context)
        note = _("{context} at line {line}", context=what, line=above.line + 1)
        bracket = next((sign for kind, sign in _BRACKETS.items() if kind in context), None)
        if bracket is not None:
            note = _(
                "the {bracket} opened at line {line}, column {column} is not closed, or a comma is "
                "missing",
                bracket=bracket, line=above.line + 1, column=above.column + 1,
            )  # fmt: skip
    return Fault((), found, _("YAML 1.2"), note=note, line=line, column=column)


def _step(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def _entry_name(value: Any, number: int) -> str:
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            return value["name"]
        if isinstance(value.get("from"), str) and isinstance(value.get("to"), str):
            return f"{value['from']}->{value['to']}"
    return str(number + 1)
