"""Errors that name the place, what was found, what was expected and the nearest name.

A :class:`Fault` is one problem of a configuration. All faults of a stage are collected and raised
together as one :class:`ConfigError`. :class:`DataError` is a problem of a data file and
:class:`SimulationError` one of a running simulation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hydrosim.locale import (
    Composed,
    Language,
    Message,
    Quoted,
    _,
    in_language,
    listed,
    ngettext,
    pgettext,
)
from hydrosim.locale.likeness import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "ConfigError",
    "DataError",
    "Engine",
    "Fault",
    "Path",
    "Places",
    "Severity",
    "SimulationError",
    "cell_name",
    "nearest",
    "of_engine",
    "render_faults",
    "shown",
]

MOST_SHOWN = 100
"""Faults that are rendered."""
Key = str | int
Path = tuple[Key, ...]
Severity = Literal["error", "warning"]
Engine = Literal["supply", "flood"]

_LONGEST_SHOWN = 60
_ROWS = (
    pgettext("row of a fault", "found"), pgettext("row of a fault", "expected"),
    pgettext("row of a fault", "nearest"), pgettext("row of a fault", "note"),
)  # fmt: skip


class Places(Protocol):
    """Where the parts of a configuration stand in its file (see config/source.py)."""

    @property
    def file(self) -> str:
        """Name of the file, as the user gave it."""
        ...

    @property
    def in_cells(self) -> bool:
        """Whether lines and columns are those of the cells of a workbook."""
        ...

    def place(self, path: Path) -> tuple[int, int] | None:
        """Line and column (from 1) of a path, or of its nearest parent that is written."""
        ...

    def file_of(self, path: Path) -> str:
        """Name of the file in which a path, or its nearest parent that is written, stands."""
        ...

    def label(self, path: Path) -> str:
        """Return the path as one word, such as ``nodes.wangkuai.levels.dead``."""
        ...


@dataclass(frozen=True)
class Fault:
    """One problem of a configuration or of a data file it names.

    Parameters
    ----------
    path
        Keys from the root of the configuration, such as ("nodes", "wangkuai", "levels", "dead");
        a number stands for a place in a list. For a missing key: the path it should have.
    found
        What was found, as text; :func:`shown` quotes a value. Empty when there is nothing to show.
    expected
        What is allowed, with limits and units.
    nearest
        The valid name that looks most like what was found.
    note
        A further sentence: the likely cause or what to do.
    severity
        An error stops everything; a warning is reported and the run goes on.
    file, line, column
        Place in a data file; without them the place is looked up from the path.
    nearest_path
        Where ``nearest`` is defined in the configuration, so that its line can be shown.
    engine
        The engine that the fault stops, where the other one runs all the same.
    """

    path: Path
    found: str
    expected: str
    nearest: str | None = None
    note: str | None = None
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None
    nearest_path: Path | None = None
    engine: Engine | None = None

    def under(self, *prefix: Key) -> Fault:
        """Return the same fault with ``prefix`` in front of its path."""
        return replace(self, path=(*prefix, *self.path))


def of_engine(faults: Iterable[Fault], engine: Engine) -> Iterator[Fault]:
    """Yield faults as those of one engine; warnings hold for both."""
    for fault in faults:
        if fault.severity == "warning" or fault.engine is not None:
            yield fault
        else:
            yield replace(fault, engine=engine)


class _Sent(Exception):
    """An error that leaves another process as it was raised; else a pool would wait for ever."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (type(self), self.args), dict(self.__dict__)


def _received(kind: type[_Sent], given: tuple[Any, ...]) -> _Sent:
    return kind.__new__(kind, *given)


class ConfigError(_Sent):
    """A configuration that cannot be run, with all its faults.

    Parameters
    ----------
    faults
        All faults of one stage, warnings among them.
    places
        Where paths stand in the file; without it only paths are shown.
    """

    def __init__(self, faults: Iterable[Fault], places: Places | None = None) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.places = places
        super().__init__(self.render())

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop the run."""
        return tuple(f for f in self.faults if f.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that are reported but stop nothing."""
        return tuple(f for f in self.faults if f.severity == "warning")

    def render(self, language: Language = "en") -> str:
        """Return all faults as text, in the order of the file, with a closing count."""
        count = ngettext(
            "{count} problem found; nothing was run.", "{count} problems found; nothing was run.",
            len(self.errors),
        )  # fmt: skip
        listing = render_faults(self.faults, self.places, language)
        return f"{listing}\n{count.in_language(language)}"


class DataError(_Sent):
    """A data file that cannot be used.

    Parameters
    ----------
    file
        Name of the file as the configuration gives it.
    found, expected
        What was found and what is allowed.
    column
        Name of the column or variable.
    date
        First date at fault (ISO text).
    line
        Line of the file, from 1.
    nearest
        The valid name that looks most like what was found.
    note
        A further sentence.
    """

    def __init__(
        self,
        file: str,
        *,
        found: str,
        expected: str,
        column: str | None = None,
        date: str | None = None,
        line: int | None = None,
        nearest: str | None = None,
        note: str | None = None,
    ) -> None:
        self.file = file
        self.found = found
        self.expected = expected
        self.column = column
        self.date = date
        self.line = line
        self.nearest = nearest
        self.note = note
        super().__init__(self.render())

    def render(self, language: Language = "en") -> str:
        """Return the problem as text: place, found, expected, nearest."""
        file = in_language(self.file, language)
        head = file if self.line is None else f"{file}:{self.line}"
        where = in_language(self._where(), language)
        return _block(f"{head}  {where}" if where else head, self._rows(), language)

    def fault(self, *path: Key) -> Fault:
        """Return the problem as a fault of the configuration entry that names the file."""
        where = self._where()
        found = _("{found} in {where}", found=self.found, where=where) if where else self.found
        return Fault(
            path, found, self.expected, self.nearest, self.note, file=self.file, line=self.line
        )

    def _where(self) -> Message:
        column = _("column {name!r}", name=self.column) if self.column is not None else None
        return listed(part for part in (column, self.date) if part is not None)

    def _rows(self) -> tuple[str | None, ...]:
        return self.found, self.expected, self.nearest and repr(self.nearest), self.note


class SimulationError(_Sent):
    """A run that failed, with scenario, date, node and the values at hand.

    Parameters
    ----------
    message
        What failed, in one sentence without a closing stop.
    scenario, date, node
        Where it failed; empty parts are left out.
    values
        Numbers at hand, each with its unit: ``{"storage": (3.2e6, "m3")}``.
    """

    def __init__(
        self,
        message: str,
        *,
        scenario: str = "",
        date: str = "",
        node: str = "",
        values: Mapping[str, tuple[float, str]] | None = None,
    ) -> None:
        self.message = message
        self.scenario = scenario
        self.date = date
        self.node = node
        self.values = dict(values or {})
        super().__init__(self.render())

    @property
    def full_message(self) -> Message:
        """Scenario, date, node, what failed and the values as one message."""
        return Composed(_full_text, self)

    def render(self, language: Language = "en") -> str:
        """Return scenario, date, node, message and values as one line."""
        scenario = _("scenario {name}", name=self.scenario) if self.scenario else ""
        node = _("node {name}", name=self.node) if self.node else ""
        place = [part for part in (scenario, self.date, node) if part]
        values = "; ".join(
            f"{in_language(name, language)} = {value:.6g} {unit}".rstrip()
            for name, (value, unit) in self.values.items()
        )
        sentence: str = self.message
        if values:
            sentence = _("{sentence} ({values})", sentence=sentence, values=values)
        if place:
            sentence = _("{place}: {sentence}", place=listed(place), sentence=sentence)
        return in_language(sentence, language)


def _full_text(language: Language, error: SimulationError) -> str:
    return error.render(language)


def shown(value: object) -> str:
    """Return a value as shown behind ``found``: quoted text, plain numbers, what a list is."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return Quoted(str(value), _LONGEST_SHOWN)
    if isinstance(value, dict):
        if not value:
            return _("an empty block")
        return ngettext("a block with {count} key", "a block with {count} keys", len(value))
    if isinstance(value, (list, tuple)):
        if not value:
            return _("an empty list")
        return ngettext("a list with {count} entry", "a list with {count} entries", len(value))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def render_faults(
    faults: Sequence[Fault], places: Places | None = None, language: Language = "en"
) -> str:
    """Return faults as text, errors before warnings, each in the order of the file."""
    keyed = [(fault, _place_of(fault, places)) for fault in faults]
    keyed.sort(key=lambda pair: _order(*pair, places))
    more = _("... and {count} more", count=len(keyed) - MOST_SHOWN)
    rest = [more.in_language(language)] if len(keyed) > MOST_SHOWN else []
    return "\n".join([*(_rendered(*one, places, language) for one in keyed[:MOST_SHOWN]), *rest])


def _order(fault: Fault, place: tuple[int, int] | None, places: Places | None) -> tuple[Any, ...]:
    """Errors first, then what stands in the file itself, then by line."""
    file = places.file_of(fault.path) if places is not None else ""
    elsewhere = places is not None and file != places.file
    return (fault.severity != "error", elsewhere, file if elsewhere else "", place or (0, 0))


def _rendered(
    fault: Fault, place: tuple[int, int] | None, places: Places | None, language: Language
) -> str:
    where = places.label(fault.path) if places else ".".join(str(key) for key in fault.path)
    head = "  ".join(part for part in (_head(fault, place, places, language), where) if part)
    written = places.place(fault.path) if places and fault.file and fault.path else None
    if places and written is not None and fault.file != places.file:
        there = _address(places.file_of(fault.path), written, places, language)
        head = f"{head}  ({there})"
    if fault.severity == "warning":
        head = _("{place}  (warning)", place=head).in_language(language)
    if fault.engine == "supply":
        head = _("{place}  (supply run only)", place=head).in_language(language)
    elif fault.engine == "flood":
        head = _("{place}  (floods only)", place=head).in_language(language)
    near: str | None = None
    if fault.nearest is not None:
        near = repr(fault.nearest)
        defined = places.place(fault.nearest_path) if places and fault.nearest_path else None
        if places and fault.nearest_path and defined is not None:
            file = places.file_of(fault.nearest_path)
            if places.in_cells:
                there = _address(file, defined, places, language)
                near = _("{name}, defined in {place}", name=near, place=there)
            else:
                near = _("{name}, defined at line {line}", name=near, line=defined[0])
            if not places.in_cells and file != places.file_of(fault.path):
                near = _("{nearest} of {file}", nearest=near, file=file)
    return _block(head, (fault.found, fault.expected, near, fault.note), language)


def _head(
    fault: Fault, place: tuple[int, int] | None, places: Places | None, language: Language
) -> str:
    file = fault.file or (places.file_of(fault.path) if places else "")
    if not file or place is None:
        return in_language(file, language)
    return _address(file, place, None if fault.file else places, language)


def _address(file: str, place: tuple[int, int], places: Places | None, language: Language) -> str:
    """Return file, line and column, or file, sheet and cell."""
    line, column = place
    if places is not None and places.in_cells and file != places.file:
        cell = cell_name(line, column or 1)
        return _("{file}, cell {cell}", file=file, cell=cell).in_language(language)
    said = in_language(file, language)
    return f"{said}:{line}:{column}" if column else f"{said}:{line}"


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell of a sheet, such as ``D7`` for row 7 and column 4."""
    letters = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _place_of(fault: Fault, places: Places | None) -> tuple[int, int] | None:
    if fault.line is not None:
        return (fault.line, fault.column or 0)
    if fault.file is not None or places is None:
        return None
    return places.place(fault.path)


def _block(head: str, rows: Iterable[str | None], language: Language) -> str:
    lines = (
        f"  {name.in_language(language):<9} {in_language(text, language)}"
        for name, text in zip(_ROWS, rows, strict=True)
        if text
    )
    return "\n".join((head, *lines))
