"""What imports offer in a member: by account year, from the record year that the member has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _
from hydrosim.rules.shared import si_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.config.schema import Config
    from hydrosim.hydrology.record import SeriesRecord
    from hydrosim.members.base import Drawn

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Import", "read_imports"]


@dataclass(frozen=True, eq=False)
class Import:
    """One series by account year of a source from outside.

    Attributes
    ----------
    source, name
        The source, and the rule that members replace.
    starts
        Month and day on which an account year begins.
    table
        Number [SI] by the calendar year in which an account year begins.
    """

    source: str
    name: str
    starts: tuple[int, int]
    table: dict[int, float]

    def numbers(self, calendar: Calendar, first_month: int, drawn: Drawn) -> Floats:
        """Return a member's series, shape (steps,).

        An account year belongs to the year of the record's kind in which it begins: it has the
        number of the account year that began in that year's record year. One that began before
        the member goes before its first record year.
        """
        begun = calendar.water_year(self.starts)
        plan = drawn.plan
        dates = plan.dates.astype("datetime64[M]")
        plan_first = int(dates[0].astype("datetime64[Y]").astype(np.int64)) + 1970
        record_year = drawn.import_years.get(self.source, plan.record_year)
        labels, place = np.unique(begun, return_inverse=True)
        numbers = np.empty(labels.size)
        for i, label in enumerate(labels.tolist()):
            year = _year_of(label, self.starts, first_month)
            inside = min(max(year - plan_first, 0), record_year.size - 1)
            chosen = int(record_year[inside])
            beyond = year - plan_first - inside
            wanted = label - year + chosen + beyond
            numbers[i] = self.table.get(wanted, self.table[label - year + chosen])
        return numbers[place]

    def observed(self, calendar: Calendar, otherwise: Floats) -> Floats:
        """Return what the table says; where it has no account year, other numbers, (steps,)."""
        labels, place = np.unique(calendar.water_year(self.starts), return_inverse=True)
        table = np.array([self.table.get(label, np.nan) for label in labels.tolist()])[place]
        return np.where(np.isnan(table), otherwise, table)

    def begun_before(self, calendar: Calendar, today: np.datetime64) -> NDArray[np.bool_]:
        """Return the steps whose account year has begun before a day."""
        first = today - np.timedelta64(1, "D")
        before = calendar.starts <= first
        begun = calendar.water_year(self.starts)
        return begun <= begun[before][-1] if before.any() else np.zeros(begun.size, dtype=np.bool_)


def read_imports(
    config: Config, builder: Builder, record: SeriesRecord
) -> tuple[tuple[Import, ...], dict[str, Integers]]:
    """Return the imports of an ensemble, and by source the rank of each record year, poorest 0.

    Where a source has several series, the later ones part the years that are alike in the first.

    Raises
    ------
    ConfigError
        If a series has no number for an account year that a record year needs.
    """
    ensemble = config.ensemble
    assert ensemble is not None
    found: list[Import] = []
    ranks: dict[str, Integers] = {}
    faults: list[Fault] = []
    years = range(record.first_year, record.first_year + record.years)
    for source, names in sorted(ensemble.imports.items()):
        columns = []
        for number, name in enumerate(names):
            one = _read(config, builder, str(source), str(name))
            first = record.first_month
            labels = [year + _shift(one.starts, first) for year in years]
            missing = [label for label in labels if label not in one.table]
            if missing:
                path = ("ensemble", "imports", source, number)
                expected = _(
                    "account years that begin in {first} to {last}",
                    first=labels[0],
                    last=labels[-1],
                )
                faults.append(
                    Fault(path, _("no number for {missing}", missing=missing[0]), expected)
                )
                continue
            found.append(one)
            columns.append([one.table[label] for label in labels])
        if columns:
            table = np.array(columns).T
            ranks[str(source)] = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    if faults:
        raise ConfigError(faults, config.source)
    return tuple(found), ranks


def _read(config: Config, builder: Builder, source: str, name: str) -> Import:
    rule: Any = config.all_rules[name]
    table = rule.table(builder)
    starts = (int(rule.starts[0]), int(rule.starts[1]))
    earlier = 1 if rule.year_is == "end" and starts != (1, 1) else 0
    factor = si_factor(rule.unit)
    return Import(source, name, starts, {y - earlier: x * factor for y, x in table.items()})


def _year_of(label: int, starts: tuple[int, int], first_month: int) -> int:
    """Return the year of the record's kind in which an account year begins."""
    return label - _shift(starts, first_month)


def _shift(starts: tuple[int, int], first_month: int) -> int:
    return 0 if starts[0] >= first_month else 1
