"""Which years of the record the members of an outlook may take: not those it is to foretell.

An outlook from a day of the past, drawn from a record that holds the year which then came, has
that year among its members: one of 29 with index-sequential members *is* the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.errors import DataError
from hydrosim.hydrology.member_plan import plan_of_years
from hydrosim.hydrology.record import SeriesRecord
from hydrosim.locale import _

if TYPE_CHECKING:
    import datetime

    from numpy.typing import NDArray

    from hydrosim.members.base import Draw, Drawn

    Integers = NDArray[np.int64]

__all__ = ["LEAVE_OUT", "KeptYears", "LeaveOut", "draw_of_kept", "keep_years"]

LeaveOut = Literal["later", "own", "none"]
LEAVE_OUT: tuple[LeaveOut, ...] = ("later", "own", "none")
LEAST_YEARS = 10


@dataclass(frozen=True, eq=False)
class KeptYears:
    """A record without the years that are left out.

    Attributes
    ----------
    record
        The years that are kept, one after the other from the first year of the whole record on.
    place
        Step of the whole record that each of its steps is.
    years
        Place of each of its years in the whole record.
    left_out
        Calendar years in which the years begin that are left out.
    """

    record: SeriesRecord
    place: Integers
    years: Integers
    left_out: tuple[int, ...]


def keep_years(
    record: SeriesRecord, today: np.datetime64 | None, end: datetime.date, leave_out: LeaveOut
) -> KeptYears:
    """Leave out the years of a record that an outlook must not know.

    Parameters
    ----------
    record
        Whole years of the local series.
    today
        Day from which members differ; None keeps all years.
    end
        Last day of the members.
    leave_out
        ``later``: the year of today and all later ones, which were not known then; ``own``: those
        alone which the outlook covers; ``none``.

    Raises
    ------
    DataError
        If fewer than ten years are left.
    """
    years = np.arange(record.years)
    begins = np.array(
        [
            np.datetime64(f"{record.first_year + year:04d}-{record.first_month:02d}-01")
            for year in range(record.years + 1)
        ]
    )
    kept = years
    if today is not None and leave_out != "none":
        over = begins[1:] <= today
        after = (begins[:-1] > np.datetime64(end)) & (leave_out == "own")
        kept = years[over | after]
    if kept.size == record.years:
        return KeptYears(record, np.arange(record.dates.size), years, ())
    if kept.size < LEAST_YEARS:
        found = _(
            "{count} years of the record that an outlook of {today} may know",
            count=kept.size,
            today=str(today),
        )
        expected = _(
            "at least {least}; leave_out `own` (--leave-out own) leaves out only the years that "
            "the outlook covers",
            least=LEAST_YEARS,
        )
        raise DataError(_("the record"), found=found, expected=expected)
    plan = plan_of_years(record, kept, record.first_year)
    values = plan.expand(record)
    if record.step == "month":
        # A February keeps its flow, whether it is one day longer or not.
        values *= _length_days(plan.dates) / _length_days(record.dates)[plan.place]
    cut = SeriesRecord(
        record.names, plan.dates, values, record.first_month, record.step, record.first_year
    )
    lost = np.setdiff1d(years, kept)
    return KeptYears(cut, plan.place, kept, tuple((record.first_year + lost).tolist()))


def draw_of_kept(draw: Draw, kept: KeptYears) -> Draw:
    """Return a draw from a cut record whose years are named as in the whole one."""
    if not kept.left_out:
        return draw
    first = kept.record.first_year

    def named(years: Integers) -> Integers:
        return first + kept.years[years - first]

    def drawn(member: int, first_year: int, years: int) -> Drawn:
        found = draw(member, first_year, years)
        plan = replace(found.plan, record_year=named(found.plan.record_year))
        return replace(
            found,
            plan=plan,
            import_years={name: named(chosen) for name, chosen in found.import_years.items()},
        )

    return drawn


def _length_days(dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    months = dates.astype("datetime64[M]")
    after = (months + 1).astype("datetime64[D]")
    return (after - months.astype("datetime64[D]")).astype(np.float64)
