"""Climate change by season: factors on rain and inflow, factors or additions on ET0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError, Fault, nearest, shown
from hydrosim.hydrology.member_plan import MemberPlan
from hydrosim.hydrology.record import SeriesName, SeriesRecord
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import AND, _, listed

__all__ = ["ADDITIVE", "SeasonChange", "apply_changes", "change_series", "monthly_changes"]

Floats = NDArray[np.float64]

# Additions to rain or flow would make water on dry days.
ADDITIVE = ("et0", "temperature")


@dataclass(frozen=True)
class SeasonChange:
    """Change of one variable in some months: ``x -> factor x + offset``.

    Attributes
    ----------
    variable : str
        Variable of the series that are changed, such as ``rain``.
    months : tuple of int
        Months of the season, 1 to 12.
    factor : float
        Factor, at least 0 [1].
    offset : float
        What is added, in the unit of the series; only for `ADDITIVE` variables. Sums below 0
        become 0.
    sites : tuple of str, optional
        Sites that are changed; all of the variable without it.

    Raises
    ------
    ConfigError
        If a month, the factor or the offset is out of range.
    """

    variable: str
    months: tuple[int, ...]
    factor: float = 1.0
    offset: float = 0.0
    sites: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse changes without a meaning."""
        faults = []
        months = self.months
        if not months or len(set(months)) < len(months) or not set(months) <= set(range(1, 13)):
            faults.append(Fault(("months",), str(months), _("different months from 1 to 12")))
        if not (np.isfinite(self.factor) and self.factor >= 0.0):
            faults.append(Fault(("factor",), f"{self.factor:g}", _("a factor of at least 0")))
        if not np.isfinite(self.offset):
            faults.append(Fault(("offset",), f"{self.offset:g}", _("a finite number")))
        elif self.offset != 0.0 and self.variable not in ADDITIVE:
            expected = _("a factor; only {names} can be added to", names=listed(ADDITIVE, AND))
            faults.append(
                Fault(
                    ("offset",),
                    _("{offset:g} on {variable!r}", offset=self.offset, variable=self.variable),
                    expected,
                )
            )
        if faults:
            raise ConfigError(faults)


def monthly_changes(
    changes: Sequence[SeasonChange], names: Sequence[SeriesName]
) -> tuple[Floats, Floats]:
    """Factor and offset of each series and month.

    Parameters
    ----------
    changes : sequence of SeasonChange
        The changes.
    names : sequence of SeriesName
        The series.

    Returns
    -------
    factor, offset : ndarray, shape (series, 12)
        Factors [1] and additions, January first.

    Raises
    ------
    ConfigError
        If a change meets no series, or two changes meet one series in one month.
    """
    factor, offset = np.ones((len(names), 12)), np.zeros((len(names), 12))
    met = np.zeros((len(names), 12), dtype=np.bool_)
    for number, change in enumerate(changes):
        rows = [
            row
            for row, name in enumerate(names)
            if name.variable == change.variable
            and (change.sites is None or name.site in change.sites)
        ]
        missing = set(change.sites or ()) - {names[row].site for row in rows}
        if not rows or missing:
            found = shown(change.variable)
            for site in sorted(missing):
                found = _("{series} at {site!r}", series=found, site=site)
            near = nearest(change.variable, {name.variable for name in names})
            fault = Fault(("changes", number), found, _("a series of the record"), near)
            raise ConfigError([fault])
        months = np.array(change.months) - 1
        place = (np.array(rows)[:, np.newaxis], months[np.newaxis])
        if met[place].any():
            found = _("{variable} twice in one month", variable=change.variable)
            raise ConfigError(
                [Fault(("changes", number), found, _("one change a series and month"))]
            )
        met[place] = True
        factor[place] = change.factor
        offset[place] = change.offset
    return factor, offset


def apply_changes(
    plan: MemberPlan, record: SeriesRecord, changes: Sequence[SeasonChange]
) -> MemberPlan:
    """Member under a changed climate: the same days with other factors and additions.

    Parameters
    ----------
    plan : MemberPlan
        The member.
    record : SeriesRecord
        Its record, for the names of the series.
    changes : sequence of SeasonChange
        The changes.

    Returns
    -------
    MemberPlan
        The changed plan; the months of the year follow the record's first month.

    Raises
    ------
    ConfigError
        See `monthly_changes`.
    """
    factor, offset = monthly_changes(changes, record.names)
    count = plan.factor.shape[1]
    month = (record.first_month - 1 + np.arange(count)) % 12
    before = np.zeros_like(plan.factor) if plan.offset is None else plan.offset
    added = before * factor[:, month] + offset[:, month]
    return replace(
        plan,
        factor=plan.factor * factor[:, month],
        offset=added if added.any() else None,
    )


def change_series(
    values: Floats, dates: NDArray[np.datetime64], name: SeriesName, changes: Sequence[SeasonChange]
) -> Floats:
    """Change one full series, shape (time,), as `apply_changes` does a plan.

    Raises
    ------
    ConfigError
        If lengths differ; see also `monthly_changes`.
    """
    if values.shape != dates.shape:
        refuse(
            "values",
            _("{values} values for {dates} dates", values=values.size, dates=dates.size),
            _("one value a date"),
        )
    factor, offset = monthly_changes(changes, [name])
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    changed = values * factor[0, month]
    if not offset.any():
        return changed
    return np.maximum(changed + offset[0, month], 0.0)
